"""The talk over one measure: implements the port that Rasa's actions call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from actions import render
from actions.rasa.ports import Choice, Phrase, Say, Section, Turn
from actions.store import Store
from actions.talk import words
from actions.talk.answering import Answering
from actions.talk.context import Context, choose, payload
from actions.talk.desk import Desk
from actions.talk.memory import Facts, Memory
from actions.understanding import (
    asks_only,
    is_question,
    plain,
    read_receipt,
    read_story,
    story_lines,
)
from knowledge.case import FactError
from knowledge.citation import find_citations
from knowledge.dates import DateError
from knowledge.decide import Decider, Outcome
from knowledge.search import Searcher

_SECTIONS: Mapping[Section, str] = {
    "materials": "材料（8项）",
    "attendance": "谁能出庭",
    "deadlines": "期限",
    "basis": "依据与推理",
}
_YES = re.compile(
    r"((嗯+|对+|是|好|行|中|成|可以|没错|没问题|无误|确认|更正|登记|就这样|就这么办|同意|ok)[的了吧呀啊哦嗯，,。 ]*)+"
)
_ANEW = re.compile(r"开始登记|新的?案|另|再来|通知书|起诉|被告")
_DELETE = re.compile(r"删除|删掉|删了|撤销登记|撤回登记|作废")
_HEAD_CLAUSES = ("4", "8-1", "8-2")


class TalkService:
    """What the talk says and sets. Holds no conversation itself: facts and memory come in, and go out changed.

    Args:
        decider: the measure's decisions.
        searcher: its clause look-up.
        store: where confirmed decisions go.
        now: the clock; an aware time.
        new_id: a fresh id for each case.
    """

    def __init__(
        self,
        decider: Decider,
        searcher: Searcher,
        store: Store,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._context = Context(decider, now, new_id)
        self._decider = decider
        self._desk = Desk(self._context, store)
        self._answers = Answering(self._context)
        self._searcher = searcher

    # ── what to ask ────────────────────────────────────────────────────────────────────────────────────────────

    def required(self, facts: Facts, memory: Mapping[str, object]) -> tuple[str, ...]:
        """The facts answered, and the next one: a choice that rules hang on, else a name the outcome needs."""
        following = self._context.next(facts, Memory.load(memory))
        return (*facts, following) if following else tuple(facts)

    def ask(self, fact: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Put a question; after answers not understood with where to look, then in other words with whom to ask."""
        kept = Memory.load(memory)
        question = self._context.question(fact, facts, kept)
        times = kept.times_missed(fact)
        before = (kept.before or {}).get(fact)
        lines = [f"（原来的答案：{before}）"] if before else []
        choices = tuple(choose(fact, value, label) for value, label in question.choices)
        if fact == "defendants" and kept.defendant and not times:
            lines.append(f"被告只有{kept.defendant}一家，还是还有别的机关？")
            choices = self._answers.narrowed(kept.defendant, question)
        elif times % 3 == 2:
            lines.append(words.ASKED_AGAIN.format(short=question.fact.short))
        else:
            lines.append(question.text)
        if times % 3 == 1 and question.fact.where:
            lines.append(f"看这里：{question.fact.where}")
        aside = (Choice("为什么问", "/why"),) if not times else ()
        say = Say("\n".join(lines), (*choices, *aside), {"kind": "question", "fact": fact})
        return Turn((say,), memory=kept.dump())

    # ── answers ────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Begin a case with what its first account surely says.

        A question that tells nothing is looked up; words that tell nothing do not throw away a case that lies open.
        """
        story = read_story(text, self._decider, self._context.today())
        open_case = Memory.load(memory)
        if text and not story.facts and not story.defendant and not story.doubted:
            if asks_only(text):
                return self.clause(text, facts, memory)
            if facts and not open_case.decision and not _ANEW.search(text):
                return Turn((Say(words.UNRECORDED, self._menu(facts, open_case)),), memory=memory)
        kept = Memory(
            case=self._context.new_id(), doubted=tuple(sorted(story.doubted)), defendant=story.defendant or ""
        )
        kept = replace(kept, questions=Memory.load(memory).questions)
        cleared: dict[str, str | None] = dict.fromkeys(facts)
        try:
            told = self._decider.prune(story.facts, self._context.today(), story.doubted).facts
        except FactError:
            told = {}
        taken = {name: str(value) for name, value in told.items()}
        lines = [f"· {short}：{value}" for short, value in story_lines(taken, self._decider)]
        said = "\n".join([words.STARTED, "我理解：", *lines]) if lines else words.STARTED
        kept = kept.answered(taken)
        return Turn(
            (Say(said),),
            facts={**cleared, **taken},
            next_fact=self._context.next(taken, kept) or "",
            memory=kept.dump(),
        )

    def read(self, fact: str, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Take words as the answer to the pending question; a clause named is looked up."""
        if find_citations(text) and not _dated(text, self._context.today()):
            return self.clause(text, facts, memory)
        return self._answers.read(fact, text, facts, Memory.load(memory))

    def choose(self, fact: str, value: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Take a pressed button."""
        return self._answers.choose(fact, value, facts, Memory.load(memory))

    def back(self, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Take the last answer back."""
        return self._answers.back(facts, Memory.load(memory))

    def change(self, text_or_fact: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Change an answer; asked why instead, say why."""
        if facts and is_question(text_or_fact):
            return self.show("basis", facts, memory, "")
        return self._answers.change(text_or_fact, facts, Memory.load(memory))

    def remark(self, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Take words said of the case after its outcome."""
        if _DELETE.search(text):
            return Turn((Say(words.NOT_DELETED),), memory=memory)
        return self._answers.remark(text, facts, Memory.load(memory))

    # ── what was found ─────────────────────────────────────────────────────────────────────────────────────────

    def outcome(self, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Show the outcome, with what can be done next."""
        kept = Memory.load(memory)
        it = self._context.decide(facts, kept)
        if it.status == "incomplete":
            return Turn((Say(words.NOTHING_OPEN),), memory=kept.dump())
        if kept.shows in _SECTIONS:
            return self.show(cast(Section, kept.shows), facts, replace(kept, shows="").dump(), person)
        return Turn((Say(render.outcome(it), self._menu(facts, kept), {"kind": "outcome"}),), memory=kept.dump())

    def _menu(self, facts: Facts, memory: Memory) -> tuple[Choice, ...]:
        """What can be done with an outcome, always in one order, so that a number means the same on every screen."""
        it = self._context.decide(facts, memory)
        sections = [Choice(label, payload("show", section=name)) for name, label in _SECTIONS.items()]
        shown = sections if it.materials else sections[-1:]
        presumed = "reviewed" in self._context.presumed(facts, memory)
        change = [Choice("其实经过复议", payload("change_fact", fact="reviewed"))] if presumed else []
        confirm = {"determined": "确认并登记", "undetermined": "登记为待定"}.get(it.status)
        record = [Choice(confirm, "/confirm_case")] if confirm and not memory.decision else []
        return (*shown, *change, Choice("改答案", "/change"), *record)

    def show(self, section: Section, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Show one part of the outcome; without a case, the clauses that speak of it."""
        kept = Memory.load(memory)
        it = self._context.decide(facts, kept) if facts else None
        if it is None or it.status == "incomplete" or (section != "basis" and not it.materials):
            return Turn((Say(self._in_general(section)),), memory=kept.dump())
        if section == "deadlines" and not it.deadlines and facts.get("received_on") is None:
            return Turn((), next_fact="received_on", memory=replace(kept, wants="received_on", shows=section).dump())
        text = {
            "materials": lambda: render.materials(it, self._decider.cite("15")),
            "deadlines": lambda: render.deadlines(it),
            "attendance": lambda: render.attendance(it, map(self._decider.cite, _HEAD_CLAUSES)),
            "basis": lambda: render.basis(it),
        }[section]()
        return Turn((Say(text, self._menu(facts, kept)),), memory=kept.dump())

    def why(self, fact: str | None, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Say why the pending question is asked, with its clauses; after the outcome, its reasons."""
        if fact is None:
            return self.show("basis", facts, memory, "") if facts else Turn((Say(words.NOTHING_OPEN),))
        asked = self._decider.table.facts[fact]
        quotes = [f"　{render.quoted(self._decider.cite(ref))}" for ref in asked.cites[:2]]
        where = [f"看这里：{asked.where}"] if asked.where else []
        return Turn((Say("\n".join([asked.why, *quotes, *where])),))

    # ── the record ─────────────────────────────────────────────────────────────────────────────────────────────

    def confirm(self, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Write the decision, once."""
        return self._desk.confirm(facts, memory, person)

    def agree(self, text: str, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Take words for a confirmation only where they are nothing else: 先别确认 and 可以吗 are not."""
        if _YES.fullmatch(plain(text)):
            return self._desk.confirm(facts, memory, person)
        kept = Memory.load(memory)
        menu = self._menu(facts, kept) if facts and self._context.decide(facts, kept).status != "incomplete" else ()
        return Turn((Say(words.NOT_CONFIRMED, menu),), memory=memory)

    def records(self, person: str) -> Turn:
        """List what this person recorded."""
        return self._desk.records(person)

    def correct(self, text: str, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Open a decision of this person's for correction."""
        if _DELETE.search(text):
            return Turn((Say(words.NOT_DELETED),), memory=memory)
        if Memory.load(memory).case and _dated(text, self._context.today()):
            return self._answers.remark(text, facts, Memory.load(memory))
        return self._desk.correct(text, facts, memory, person)

    # ── everything else ────────────────────────────────────────────────────────────────────────────────────────

    def clause(self, text: str, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Answer a question about the measure with its clauses."""
        kept = Memory.load(memory)
        if not kept.case and self._tells(text):
            return self.start(text, facts, memory)
        it = self._searcher.ask(text, kept.questions)
        asked = replace(kept, questions=(*kept.questions, text)[-3:])
        begin = () if kept.case else (Choice("开始登记", "/start"),)
        whole = (_whole(it.hits[0].citation.article, "看全文"),) if it.hits else ()
        return Turn((Say(render.answer(it), (*whole, *begin), {"kind": "clause"}),), memory=asked.dump())

    def article(self, number: str, memory: Mapping[str, object]) -> Turn:
        """Show an article whole, with the way to those beside it."""
        measure = self._decider.measure
        if not number.isdigit() or not 1 <= int(number) <= measure.articles:
            return Turn((Say(words.STALE),))
        here = int(number)
        beside = [(here - 1, "上一条"), (here + 1, "下一条")]
        choices = tuple(_whole(other, label) for other, label in beside if 1 <= other <= measure.articles)
        return Turn((Say(render.article(measure, here), choices, {"kind": "clause"}),))

    def say(self, what: Phrase, facts: Facts, memory: Mapping[str, object]) -> Turn:
        """Say one of the phrases that every talk has."""
        if what in ("cancel", "restart"):
            if what == "cancel" and not Memory.load(memory).case:
                return Turn((Say(words.NOTHING_OPEN),))
            fresh = Memory(case=self._context.new_id() if what == "restart" else "")
            text = words.CANCELLED if what == "cancel" else words.RESTARTED
            return Turn((Say(text),), done=True, next_fact="" if what == "restart" else None, memory=fresh.dump())
        if what == "resume":
            return Turn((Say(words.RESUMED if facts or Memory.load(memory).case else words.NOTHING_OPEN),))
        texts = {
            "greet": words.GREET,
            "help": words.HELP,
            "thanks": words.THANKS,
            "fallback": words.NOT_UNDERSTOOD,
        }
        return Turn((Say(texts[what]),))

    def _tells(self, text: str) -> bool:
        """Whether words tell a case rather than ask about the measure, though they may end in a question."""
        story = read_story(text, self._decider, self._context.today())
        return bool(story.facts) or bool(story.defendant and not is_question(text))

    # ── inside ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _in_general(self, section: Section) -> str:
        refs = {"materials": ("15",), "deadlines": ("15",), "attendance": ("13", "14"), "basis": ("11",)}[section]
        lines = [render.quoted(self._decider.cite(ref)) for ref in refs]
        if section == "materials":
            lines += [f"{n}. {it.text}" for n, it in enumerate(self._decider.materials(), 1)]
        if section == "deadlines":
            lines.append(render.deadline(Outcome(status="incomplete", basis="办法")))
        return "\n".join(lines)


def _whole(article: int, label: str) -> Choice:
    return Choice(label, payload("show", article=str(article)))


def _dated(text: str, today: date) -> bool:
    try:
        return read_receipt(text, today) is not None
    except DateError:
        return True
