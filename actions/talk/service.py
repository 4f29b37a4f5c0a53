"""The talk over one measure: implements the port that Rasa's actions call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from actions import render
from actions.cases import Cases
from actions.rasa.ports import Phrase, Say, Section, Turn
from actions.store import Store
from actions.talk import handover, words
from actions.talk.account import Account, asked_besides
from actions.talk.answering import ASKS_WHETHER, CORRECTS, REGISTERS, YES, Answering
from actions.talk.asking import Asking
from actions.talk.cases import OpenCases
from actions.talk.changing import Changing
from actions.talk.checking import Checking
from actions.talk.clauses import Clauses, Told, names_part, reads_whole
from actions.talk.context import CHANGE, CLASH, UNDERSTOOD, Context
from actions.talk.counting import counted
from actions.talk.desk import Desk
from actions.talk.memory import Facts, Memory
from actions.talk.naming import may_correct, names_line, names_places_only, names_record_too, places_named
from actions.talk.outcomes import Outcomes
from actions.talk.taking import Taking
from actions.understanding import Story, asks_only, is_question, plain, read_receipt, read_story
from actions.understanding.meaning import Meaning
from knowledge.beside import find_step
from knowledge.citation import Citation, find_citations
from knowledge.dates import DateError
from knowledge.decide import Decider
from knowledge.look_up import LookUp

_ANEW = re.compile(r"开始登记|新的?案|另|再来|通知书|起诉|被告")
# Tells of a case, though nothing of it yet.
_OF_A_CASE = re.compile(r"通知|传票|副本|起诉|应诉|告|案|官司|法院|登记|开始|新的|再来")
_SUED = re.compile(r"被(告|诉|起诉|人告)了|(让|叫|给)[^，,。]{0,4}[告诉]了")
_NOTICE = re.compile(r"通知|传票|副本|起诉状")
_CORRECTING = re.compile(r"更正|改[成为]|应该?是|应为")
_DELETE = re.compile(r"删除|删掉|删了|撤销登记|撤回登记|作废|撤[销回]第?[0-9]+[号条]的?(登记|记录)")
# An order to the assistant, and nothing of the case: 撤销登记 tells of no reconsideration.
_WITHDRAWS = re.compile(
    r"(请|帮我|给我|我?要|我?想|把|那|就|先)*(这|那)?[个条件次]?(记录|登记)?(给)?"
    r"(删除|删掉|删了|撤销登记|撤回登记|作废登记)(这|那)?[个条件次]?(登记|记录)?[吧了掉]*"
)
_SHORT = 16
_OF_RECORD = re.compile(r"登记|记录|编号|更正|[0-9]{3,}|号")
_WHY_NOT = re.compile(r"为(什么|啥|甚|何)|凭(什么|啥|甚)|(怎么|咋)(就)?不|能不能是|不能是|不可以是|不是.*吗")
# Told of another case in the middle of this one: nothing of it may enter here.
_ELSEWHERE = re.compile(
    r"(隔壁|旁边|别的|另外?一?个?|兄弟)[^，。]{0,6}(告|诉|案子)|(还|另|又)有一?(个|件|起|宗)[^，。]{0,2}(案|官司)|"
    r"再(登记|办|报|说|来)一(个|件|起)|"
    r"^(那|还是)?先(不(管|说|谈)|说第|办第)|回到?第[0-9一二三四五六七八九]+(个|件|起)"
)
# Begins a correction, whatever it looks like: 不对，是第三人.
_WHERE = re.compile(r".{0,6}(在?哪(里|儿|一?栏|一?页)?(能|可以)?(看|找|查|写)|(看|查|找|写在)哪).{0,4}")


# Whether what was said of the case holds for another: 县里的局也一样吗. The clauses it rests on say for whom they hold.
_SAME = re.compile(r"(也|都|同样)(是|按|得|要|该)?(一样|同样|这样|这么|如此|适用)(办|定|吗|么|不|吧)?[?]?$")


class TalkService:
    """What the talk says and sets. Holds no conversation itself: facts and memory come in, and go out changed.

    Args:
        decider: the measure's decisions.
        look_up: clause look-up, in it and in the texts beside it.
        store: where confirmed decisions go.
        now: the clock; an aware time.
        new_id: a fresh id for each case.
        meaning: finds the choice that an answer comes near to, to ask whether it is meant; None asks nothing back.
        cases: what a decision opens; None for those of the store, read for this talk alone.
    """

    def __init__(
        self,
        decider: Decider,
        look_up: LookUp,
        store: Store,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        meaning: Meaning | None = None,
        cases: Cases | None = None,
    ) -> None:
        self._context = Context(decider, now, new_id)
        self._decider = decider
        self._desk = Desk(self._context, store, cases or Cases(store, decider.units))
        self._clauses = Clauses(look_up, decider.measure)
        self._asking = Asking(self._context)
        self._taking = Taking(self._context)
        self._changing = Changing(self._context, self._taking)
        self._answers = Answering(self._context, self._asking, self._taking, self._changing, meaning)
        self._checking = Checking(self._context, self._taking, self._changing, self._answers)
        self._account = Account(self._context)
        self._cases = OpenCases(self._context)
        self._outcomes = Outcomes(self._context)

    # ── what to ask ────────────────────────────────────────────────────────────────────────────────────────────

    def required(self, facts: Facts, memory: Mapping[str, object]) -> tuple[str, ...]:
        """The facts answered, and what is to be asked next: a check, a choice that rules hang on, a name."""
        following = self._context.next(facts, Memory.load(memory))
        return (*facts, following) if following else tuple(facts)

    def ask(self, fact: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Put a question, or what is to be checked."""
        kept = Memory.load(memory)
        if fact == UNDERSTOOD:
            return self._checking.understood(facts, kept)
        if fact == CLASH:
            return self._checking.clash(facts, kept)
        if fact == CHANGE:
            return Turn((self._context.answers(facts, kept),), memory=kept.asking(CHANGE).dump())
        return Turn((self._asking.question(fact, facts, kept),), memory=kept.asking(fact).dump())

    # ── answers ────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Begin a case with what its first account surely says; one that lies open is kept aside.

        A question that tells nothing is looked up; words that tell nothing do not throw away a case that lies open.
        """
        kept = Memory.load(memory)
        handed = self._handed_over(text, facts, kept)
        if handed is not None:
            return handed
        if facts and kept.case and self._changing.adds_defendants(text):
            return self.remark(text, facts, memory)
        story = read_story(text, self._decider, self._context.today())
        if not story.defendant and not set(story.facts) - {"received_on"}:
            dates = counted(text, kept, self._context.today())
            if dates is not None:
                return dates
        if text and not story.facts and not story.defendant and not story.doubted:
            if asks_only(text):
                return self._looked_up(text, kept)
            if facts and not kept.decision and not _ANEW.search(text):
                return Turn((Say(words.UNRECORDED, self._outcomes.menu(facts, kept)),), memory=memory)
            if not _OF_A_CASE.search(text) and not self._decider.units.mentions(text):
                return self._looked_up(text, kept)
        besides = asked_besides(text) if story.claims or story.defendant else ""
        answers = (self._clauses.answer(besides, (), begins=False).say,) if besides else ()
        return self._begin(story, facts, kept, answers)

    def _begin(self, story: Story, facts: Facts, memory: Memory, before: tuple[Say, ...] = ()) -> Turn:
        """Begin a case, others that the same words tell of kept aside with the one that lay open."""
        fresh, aside = self._cases.fresh(facts, memory)
        says = (*((Say(aside),) if aside else ()), *before)
        if story.cases > 1:
            others = [read_story(part, self._decider, self._context.today()) for part in story.parts[1:]]
            told = [self._account.taken(it, Memory(case=self._context.new_id())) for it in others]
            fresh = self._cases.beside(fresh, told)
            says = (*says, Say(words.TWO_CASES.format(count=story.cases, number=fresh.number + 1)))
        turn = self._account.begin(story, fresh)
        cleared: dict[str, str | None] = dict.fromkeys(facts)
        return replace(turn, says=(*says, *turn.says), facts={**cleared, **turn.facts})

    def read(self, fact: str, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Take words as the answer to the pending question; a clause named is looked up."""
        kept = Memory.load(memory)
        handed = self._handed_over(text, facts, kept)
        if handed is not None:
            return handed
        dates = counted(text, kept, self._context.today())
        if dates is not None:
            return dates
        named = fact != CHANGE and find_citations(text) and not self._of_a_line(text, facts, kept)
        if named and not _dated(text, self._context.today()):
            return self._looked_up(text, kept)
        if _ELSEWHERE.search(text):
            asked = is_question(text) or asked_besides(text)
            return self._looked_up(text, kept) if asked else self.other_case(text, facts, memory)
        if _WITHDRAWS.fullmatch(plain(text)):
            return _not_deleted(text, kept)
        if fact == CHANGE:
            return self._changed(text, facts, kept)
        if fact == UNDERSTOOD:
            return self._checking.read_understood(text, facts, kept)
        if fact == CLASH:
            return self._checking.read_clash(text, facts, kept)
        if _WHERE.fullmatch(plain(text)):
            return self.why(fact, facts, memory)
        turn = self._answers.read(fact, text, facts, kept)
        missed = Memory.load(turn.memory or {}).times_missed(fact) > kept.times_missed(fact)
        if missed and turn.says and (is_question(text) or ASKS_WHETHER.search(plain(text))):
            return self._looked_up(text, kept)
        return turn

    def _changed(self, text: str, facts: Facts, memory: Memory) -> Turn:
        """Take words said to the list of answers; other words are said to the question that it took the place of."""
        taken = self._changing.which(text, facts, memory)
        if taken is not None:
            return taken
        kept = replace(memory, changes=False)
        following = self._context.next(facts, kept)
        return self.read(following, text, facts, kept.dump()) if following else Turn((), memory=kept.dump())

    def choose(self, fact: str, value: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Take a pressed button."""
        kept = Memory.load(memory)
        if fact == UNDERSTOOD:
            return self._checking.right(kept)
        if fact == CLASH:
            return self._checking.choose_clash(value, facts, kept)
        return self._answers.choose(fact, value, facts, kept)

    def back(self, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Take the last answer back."""
        return self._changing.back(facts, Memory.load(memory))

    def change(self, text_or_fact: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Change an answer; asked why instead, say why."""
        if self._tells_another(text_or_fact, facts, Memory.load(memory)):
            return self.start(text_or_fact, facts, memory)
        if facts and ASKS_WHETHER.search(plain(text_or_fact)):
            return self._looked_up(text_or_fact, Memory.load(memory), facts)
        if facts and is_question(text_or_fact):
            return self.show("basis", facts, memory, "")
        return self._changing.change(text_or_fact, facts, Memory.load(memory))

    def remark(self, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Take words said of the case after its outcome."""
        kept = Memory.load(memory)
        if _DELETE.search(text):
            return _not_deleted(text, kept)
        if self._tells_another(text, facts, kept):
            return self.start(text, facts, memory)
        special = self._handed_over(text, facts, kept) or counted(text, kept, self._context.today())
        if special is not None:
            return special
        referred = self._outcomes.referred(text, facts, kept)
        if referred is not None:
            return referred
        taken = self._changing.remark(text, facts, kept)
        if taken is not None:
            return taken
        if self._of_a_line(text, facts, kept):
            return self._changing.change(text, facts, kept)
        if facts and self._asks_why_not(text):
            return self._outcomes.why_not(facts, kept)
        if is_question(text) or find_citations(text):
            return self._looked_up(text, kept, facts)
        missed = kept.missing("")
        office = self._context.justice(facts, kept)
        said = words.STILL_NOT_UNDERSTOOD.format(office=office) if missed.times_missed("") % 2 == 0 else ""
        return Turn((Say(said or words.NOT_UNDERSTOOD),), memory=missed.dump())

    # ── several cases, several people ──────────────────────────────────────────────────────────────────────────

    def other_case(self, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Come back to a case that was kept aside, or begin another, the open one kept aside."""
        kept = Memory.load(memory)
        if facts and kept.case and self._changing.adds_defendants(text):
            return self.remark(text, facts, memory)
        back = self._cases.turn_to(text, facts, kept)
        if back is not None:
            return back
        story = read_story(self._cases.story(text), self._decider, self._context.today())
        if not story.facts and not story.defendant and re.search(r"回到|先说|先办|先不|说我|那个|第", text):
            if kept.case:
                return self._cases.reminded(facts, kept)
            return Turn((Say(words.NO_SUCH_CASE),), memory=memory)
        return self._begin(story, facts, kept)

    def hand_over(self, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Give the case as text that a colleague can paste; without a case, say how one is taken over."""
        kept = Memory.load(memory)
        if not facts and not kept.defendant:
            return Turn((Say(words.TAKE_OVER),), memory=memory)
        text = handover.written(facts, kept, self._context)
        return Turn((Say(words.HAND_OVER), Say(text, data={"kind": "handover"})), memory=memory)

    def _handed_over(self, text: str, facts: Facts, memory: Memory) -> Turn | None:
        """Take over a colleague's case from the text that was sent on."""
        read = handover.read(text, self._context)
        if read is None:
            return None
        told, of_case = read
        fresh, aside = self._cases.fresh(facts, memory)
        kept = replace(
            fresh, told=of_case.told, defendant=of_case.defendant, doubted=of_case.doubted, checks=bool(told)
        )
        cleared: dict[str, str | None] = dict.fromkeys(facts)
        says = (Say(f"{aside}{words.TAKEN_OVER}"),)
        return Turn(says, facts={**cleared, **told}, next_fact="", memory=kept.dump())

    # ── what was found ─────────────────────────────────────────────────────────────────────────────────────────

    def outcome(self, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Show the outcome, with what can be done next."""
        return self._outcomes.outcome(facts, Memory.load(memory))

    def show(self, section: Section, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Show one part of the outcome; without a case, the clauses that speak of it."""
        return self._outcomes.show(section, facts, Memory.load(memory))

    def why(self, fact: str | None, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Say why the pending question is asked, with its clauses; after the outcome, its reasons."""
        if fact is None:
            return self.show("basis", facts, memory, "") if facts else Turn((Say(words.NOTHING_OPEN),))
        if fact not in self._decider.table.facts:
            return Turn((Say(words.WHY_CHECK),))
        asked, kept = self._decider.table.facts[fact], Memory.load(memory)
        again = fact in kept.looked
        quotes = [] if again else [f"　{render.quoted(self._decider.cite(ref))}" for ref in asked.cites[:2]]
        where = [f"看这里：{asked.where}"] if asked.where else []
        told = replace(kept, looked=tuple(dict.fromkeys((*kept.looked, fact)))) if where else kept
        return Turn((Say("\n".join([asked.why, *quotes, *where])),), memory=told.dump())

    def insist(self, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Pressed to name a unit: the outcome stays; what it leaves open is given as a request to send on."""
        kept = Memory.load(memory)
        if not facts and not kept.case:
            return Turn((Say(words.NOTHING_OPEN),))
        return self._outcomes.refer(facts, kept)

    def _asks_why_not(self, text: str) -> bool:
        """Whether words ask why one unit was named, or another was not."""
        return bool(_WHY_NOT.search(plain(text)) and (self._decider.units.mentions(text) or "承办" in text))

    # ── the record ─────────────────────────────────────────────────────────────────────────────────────────────

    def confirm(self, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Write the decision, once; not while something of it is still to be checked."""
        if facts and self._context.next(facts, Memory.load(memory)) in (UNDERSTOOD, CLASH):
            return Turn((Say(words.CHECK_FIRST),), next_fact="", memory=memory)
        return self._desk.confirm(facts, memory, person)

    def agree(self, text: str, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Take words for a confirmation only where they are nothing else: 先别确认 and 可以吗 are not.

        Nor is 对, which may be said to what was understood, above the outcome.
        """
        kept, said = Memory.load(memory), plain(text)
        if REGISTERS.fullmatch(said) or (kept.decision and YES.fullmatch(said)):
            return self.confirm(facts, memory, person)
        menu = (
            self._outcomes.menu(facts, kept)
            if facts and self._context.decide(facts, kept).status != "incomplete"
            else ()
        )
        return Turn((Say(words.SAY_CONFIRM, menu),), memory=memory)

    def records(self, person: str) -> Turn:
        """List what this person recorded."""
        return self._desk.records(person)

    def correct(self, text: str, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Open a decision of this person's for correction; words that speak of no record are looked up."""
        kept = Memory.load(memory)
        if not may_correct(text):
            return self.clause(text, facts, memory)
        if _DELETE.search(text):
            return _not_deleted(text, kept)
        if self._tells_another(text, facts, kept):
            return self.start(text, facts, memory)
        special = self._handed_over(text, facts, kept) or counted(text, kept, self._context.today())
        if special is not None:
            return special
        dated = _dated(text, self._context.today()) or self._changing.corrects_day(text, facts)
        if kept.case and facts and (dated or not _OF_RECORD.search(text)):
            return self._changing.change(text, facts, kept)
        fresh, aside = self._cases.fresh(facts, kept)
        turn = self._desk.correct(text, facts, fresh, person)
        if turn is None:
            return Turn((Say(self._desk.not_found(text, person)),), memory=memory)
        return replace(turn, says=(*((Say(aside),) if aside else ()), *turn.says))

    # ── everything else ────────────────────────────────────────────────────────────────────────────────────────

    def looks_up(self, text: str, facts: Facts, memory: Mapping[str, object]) -> bool:
        """Whether words are surely a look-up, whatever they sound like: they name places, or go on from those shown.

        Words that tell of a case, of a day, or that a line of the answers is wrong are none, though they name places.
        """
        kept = Memory.load(memory)
        if reads_whole(text):
            return True
        if find_step(text) is not None:  # to a question, 上一项 may mean the one before
            return bool(kept.shown) or not kept.asked
        if names_part(text):  # to a question, 第二项 is the second choice
            return not kept.asked
        if not places_named(text):
            return False
        of_measure = find_citations(text)
        if handover.read(text, self._context) or _dated(text, self._context.today()):
            return False
        if self._of_a_line(text, facts, kept):
            return False
        if names_places_only(text) or asks_only(text):
            return True
        if kept.case and not of_measure and not is_question(text):  # 按复议法第44条驳回的 answers
            return False
        return not self._tells(text)

    def _of_a_line(self, text: str, facts: Facts, memory: Memory) -> bool:
        """Whether words speak of a line of the answers, as a list of them numbers it: 第2条不对."""
        if not facts:
            return False
        lines = memory.numbered or self._context.listed(facts, memory)
        return names_line(text, len(lines), only_lines=self._context.next(facts, memory) == CHANGE)

    def clause(self, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Answer a question about the measure with its clauses."""
        kept = Memory.load(memory)
        if _DELETE.search(text) and not is_question(text) and len(text) < _SHORT:
            return _not_deleted(text, kept)
        if self.looks_up(text, facts, memory):
            return self._looked_up(text, kept, facts)
        special = self._handed_over(text, facts, kept)
        if special is None and not (not kept.case and self._tells(text)):
            special = counted(text, kept, self._context.today())
        if special is not None:
            return special
        if (not kept.case and self._tells(text)) or self._tells_another(text, facts, kept):
            return self.start(text, facts, memory)
        if facts and self._asks_why_not(text):
            return self._outcomes.why_not(facts, kept)
        referred = self._outcomes.referred(text, facts, kept)
        if referred is not None:
            return referred
        if facts and (self._changing.adds_defendants(text) or self._changing.tells_whose(text, facts, kept)):
            return self.remark(text, facts, memory)
        if facts and not is_question(text) and (CORRECTS.match(plain(text)) or _dated(text, self._context.today())):
            return self.remark(text, facts, memory)
        return self._looked_up(text, kept, facts)

    def _same(self, facts: Facts, memory: Memory) -> Turn | None:
        """What tells whether the same holds for another unit: what holds at every level, or the outcome's articles."""
        if either := self._asking.either_way(facts, memory):
            return Turn((Say(either),), memory=memory.dump())
        articles = self._outcomes.rests_on(facts, memory)
        return _told(self._clauses.answer("、".join(articles), (), begins=False), memory) if articles else None

    def _looked_up(self, text: str, memory: Memory, facts: Facts | None = None) -> Turn:
        """Look a question up; one that follows on nothing asked before follows on the clauses of the outcome."""
        if names_record_too(text):
            first = places_named(text)[0]
            said = words.PLACE_OR_RECORD.format(place=f"{first.law}{first.places[0]}")
            return Turn((Say(said),), memory=memory.dump())
        if _SAME.search(plain(text)) and (same := self._same(facts or {}, memory)):
            return same
        found, begins = self._outcomes.clauses(facts or {}, memory), not memory.case
        shown = memory.shown or tuple(Citation.parse(place).ref for place in found)
        if reads_whole(text):
            return _told(self._clauses.whole(text, shown, begins=begins), memory)
        if names_part(text) or find_step(text) is not None:
            return _told(self._clauses.step(text, shown, begins=begins), memory)
        return _told(self._clauses.answer(text, memory.questions or found, begins=begins), memory)

    def article(self, number: str, memory: Mapping[str, object]) -> Turn:
        """Show an article whole, with the way to those beside it."""
        kept = Memory.load(memory)
        told = self._clauses.article(number, begins=not kept.case)
        return _told(told, kept) if told else Turn((Say(words.STALE),))

    def say(self, what: Phrase, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Say one of the phrases that every talk has."""
        kept = Memory.load(memory)
        if what in ("cancel", "restart"):
            if what == "cancel" and not kept.case:
                return Turn((Say(words.NOTHING_OPEN),))
            anew = what == "restart"
            fresh = Memory(
                case=self._context.new_id() if anew else "", number=kept.number if anew else 0, aside=kept.aside
            )
            text = (words.RESTARTED if anew else _cancelled(kept)) + self._cases.left(kept)
            return Turn((Say(text),), done=True, next_fact="" if anew else None, memory=fresh.dump())
        if what == "resume":
            if facts or kept.case:
                return self._cases.reminded(facts, kept)
            only = self._cases.turn_to("", facts, kept) if kept.aside else None
            return only or Turn((Say(words.NOTHING_OPEN),))
        texts = {
            "greet": words.GREET,
            "help": words.HELP,
            "thanks": words.THANKS,
            "fallback": words.NOT_UNDERSTOOD,
        }
        return Turn((Say(texts[what]),))

    def _tells_another(self, text: str, facts: Facts, memory: Memory) -> bool:
        """Whether words said after a case was recorded tell of another: who is sued, and that a notice came.

        The same defendant and day told once more are the case on record; 不对 and 其实 correct it.
        """
        if not memory.decision or CORRECTS.search(plain(text)) or _CORRECTING.search(text):
            return False
        story = read_story(text, self._decider, self._context.today())
        named = story.facts.get("defendant_units", story.defendant or "")
        day, said = story.facts.get("received_on"), plain(text)
        if not named or not (day or _NOTICE.search(said)):
            return False
        case, detail = self._context.case(facts, memory), self._decider.table.facts["defendant_units"]
        before = case.units.get("defendant_units", ())
        units = tuple(it for name in named.split("、") if (it := self._decider.units.parse(name)))
        known = all(any(self._decider.units.same(it, other) for other in before) for it in units)
        if not before:  # told by a choice alone
            known = bool(units) and self._decider.reader.told(detail, units) == case.choices.get("defendants")
        return not known or (day is not None and day != facts.get("received_on", day))

    def _tells(self, text: str) -> bool:
        """Whether words tell a case rather than ask about the measure, though they may end in a question."""
        story = read_story(text, self._decider, self._context.today())
        sued = story.defendant or (_SUED.search(text) and self._decider.units.mentions(text))
        return bool(set(story.facts) - {"received_on"}) or bool(sued and not is_question(text))


def _told(it: Told, memory: Memory) -> Turn:
    """Say a clause answer, and remember what it showed and what a follow-up leans on."""
    questions = (*memory.questions, it.question)[-3:] if it.question else memory.questions
    return Turn((it.say,), memory=replace(memory, questions=questions, shown=it.places).dump())


def _dated(text: str, today: date) -> bool:
    try:
        return read_receipt(text, today) is not None
    except DateError:
        return True


def _not_deleted(text: str, memory: Memory) -> Turn:
    """Say that a record is not deleted; of an open case that has none, that there is nothing to withdraw."""
    unrecorded = memory.case and not (memory.decision or memory.supersedes or re.search(r"[0-9]", text))
    return Turn((Say(words.NOTHING_TO_WITHDRAW if unrecorded else words.NOT_DELETED),), memory=memory.dump())


def _cancelled(memory: Memory) -> str:
    """What ending a case leaves: what is on record stays there."""
    if memory.decision:
        return words.ENDED.format(number=memory.decision)
    return words.NOT_CORRECTED.format(number=memory.supersedes) if memory.supersedes else words.CANCELLED
