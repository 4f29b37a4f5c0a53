"""Answers to the pending question: by button, by number, in words, several at once, or that it is not known."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from actions.rasa.ports import Say, Turn
from actions.talk import words
from actions.talk.asking import NONE_OF_THESE, Asking, Option
from actions.talk.changing import NO_OTHERS, Changing, place
from actions.talk.context import Context
from actions.talk.memory import Facts, Memory
from actions.talk.taking import Taking
from actions.understanding import (
    Story,
    guess_answer,
    is_question,
    plain,
    read_answer,
    read_excluded,
    read_receipt,
    read_remark,
    read_whose,
)
from actions.understanding.meaning import Meaning
from actions.understanding.scene import of_county_city
from knowledge.case import UNKNOWN, Case
from knowledge.dates import DateError
from knowledge.decide import Question
from knowledge.units import Unit

_AGREES = "嗯|对|是|好|行|中|成|可以|没错|没问题|无误|就这样|就这么办|同意|ok"
_RECORDS = "确认|登记为待定|登记|更正"
_SAID_YES = f"(?:(?:{_AGREES}|(?:请|帮我|给我|那|就这么|就|我|并)*(?:{_RECORDS}))[的了吧呀啊哦，,。 ]*)+"
YES = re.compile(_SAID_YES)
REGISTERS = re.compile(f"(?=.*(?:{_RECORDS})){_SAID_YES}")
"""Words that have a decision written; an agreement alone does not."""
NO = re.compile(r"((不是|不对|错了?|否|没有|不)[的了吧呀啊哦，,。 ]*)+")
_DENIES = re.compile(r"((不是|不对|错了?|否)[的了吧呀啊哦，,。 ]*)+")
_SHOWN = 40
_NOT_SUED = re.compile(r"批的|批准|报的|报请|报批|名义|复议|落款|盖.*章|牵头|归.*管")
# Said, and taken back half: to be asked.
_DOUBTFUL = re.compile(r"(好像|大概|可能|估计|不太?确定|记不清|说不准|不敢肯定)(是)?(吧|的|了)?$|吧$")
_SUED = re.compile(r"[告诉]|只|单独|唯一|[一二两三四]家|独一|别的|其他|还有|不清楚|不知道")
_AGREED = 2
"""To how often a question was put again an agreement still belongs to what was said before it: an aside between."""
_TELLS_MORE = 6
"""From how many characters on an answer may tell more than was asked."""
ASKS_WHETHER = re.compile(r"([\u4e00-\u9fff])不\1|有没有(?!复议)|能否|可否|是否")
_NUMBER = re.compile(r"^(?:选|第|答案)?\s*[(]?([0-9]{1,2}|[一二三四五六七八九十]{1,3})[)]?\s*(?:个|项|号)?$")
_NOT_ON_PAPER = re.compile(
    r"(上|里|中)面?(也|都|又)?(没有?|未)(写|提|说|列|注明|载明|标|显示)|(看|查|找|瞅)不(到|出|着|见)"
)
CORRECTS = re.compile(r"不对|不是|错了|[说弄搞记]错|其实")
# Put before or after a guess: 好像是商务局吧.
_GUESSED = re.compile(r"^(好像|大概|可能|应该|估计|也许|恐怕)(就?是|归)?|(好像|大概|可能|应该|估计)?吧$")
# Of the city, but of its government or of one of its offices?
_VAGUE = re.compile(r"(是|就是|就|我们)?[市县区乡镇][里上](的)?")
# Has looked and does not know: it stays open, and the outcome says so.
_LOOKED = re.compile(r"查不|都不认|说不清|丢了|没人知道|找不")


class Answering:
    """Takes answers.

    Args:
        context: the measure's decisions, the clock.
        asking: knows which choices lie before the person.
        taking: sets answers.
        changing: takes corrections of other answers.
        meaning: finds the choice that other words come near to; None asks nothing back.
    """

    def __init__(
        self, context: Context, asking: Asking, taking: Taking, changing: Changing, meaning: Meaning | None
    ) -> None:
        self._context = context
        self._asking = asking
        self._taking = taking
        self._changing = changing
        self._meaning = meaning

    def read(self, fact: str, text: str, facts: Facts, memory: Memory) -> Turn:
        """Take words as the answer to the pending question; without facts in the turn they were none."""
        question = self._context.question(fact, facts, memory)
        if fact != "reviewed":  # what 原平市政府 did itself, 忻州's reviews
            text = self._at_home(text, facts, memory)
        said = plain(text)
        pressed = self._by_place(said, question, facts, memory)
        if pressed is not None:
            return self.choose(pressed.fact, pressed.value, facts, memory)
        if _DENIES.fullmatch(said) and self._asking.readings(fact, memory):
            left = tuple(it for it in memory.readings if fact not in (it[0], self._parent(it[0])))
            return Turn((), memory=replace(memory, readings=left, asked="", times=0).dump())
        if REGISTERS.fullmatch(said):
            return Turn((Say(words.NOT_YET_CONFIRMABLE),), memory=memory.dump())
        if self._changing.is_about_another(said, fact, facts) or self._changing.adds_defendants(said):
            corrected = self._changing.corrected(said, facts, memory)
            if corrected is not None:
                return corrected
        whole = self._whose(text, facts, memory) if fact == "defendants" else None
        if whole is not None:
            text = whole.name
        elif fact == "defendants" and memory.defendant:
            text = _more(memory.defendant, _only(memory.defendant, text))
        meant = _GUESSED.sub("", _of_defendants(text) if fact == "defendants" else text)
        besides: Mapping[str, str] = {}
        heard, doubted = memory.readings, set(memory.doubted)
        try:
            case = self._context.case(facts, memory)
            found = read_answer(question, meant, case, self._context.decider, self._context.today()) or {}
            if ASKS_WHETHER.search(said):
                found = {}  # 要不要报市司法局 names no defendant
            else:
                if fact == "defendants" and memory.defendant and not self._of_suing(meant):
                    found = {}
                besides, memory = self._besides(text, fact, found, facts, case, memory)
        except DateError as error:
            return Turn((Say(str(error)),), memory=memory.missing(fact).dump())
        if fact == "defendants" and found and memory.defendant:
            found = self._by_name(found, memory.defendant)
        doubtful = _DOUBTFUL.search(said) or _GUESSED.search(said) or (fact == "defendants" and _VAGUE.fullmatch(said))
        if found and doubtful and UNKNOWN not in found.values():
            unsure = tuple((name, value, said[:_SHOWN]) for name, value in self._exactest(fact, found).items())
            memory, found = replace(memory, readings=(*unsure, *memory.readings)), {}
        unknown = UNKNOWN in found.values() or (not found and bool(_NOT_ON_PAPER.search(said)))
        if unknown and not besides:
            return self._unknown(said, question, facts, memory)
        if found or besides:
            firm = bool(CORRECTS.match(said))
            return self._taking.take({**besides, **found}, facts, memory, said=text, asked=fact, firm=firm)
        if memory.readings != heard:
            return Turn((), memory=replace(memory, asked="", times=0).dump())
        touched = [self._context.decider.table.facts[it].short for it in memory.doubted if it not in doubted]
        if touched:
            return Turn((Say(words.NOTED.format(shorts="、".join(touched))),), memory=memory.dump())
        if YES.fullmatch(said) and memory.times < _AGREED and not memory.times_missed(fact):
            return Turn((), memory=memory.dump())  # agrees to what was said before the question
        if NO_OTHERS.fullmatch(said) and {"defendants", "defendant_units"} & facts.keys():
            return Turn((), memory=memory.dump())  # said of the defendants, who are known
        told = None if is_question(text) or ASKS_WHETHER.search(said) else self._changing.told(text, facts, memory)
        return told or self._not_surely(question, text, case, memory) or self._missed(question, memory)

    def choose(self, fact: str, value: str, facts: Facts, memory: Memory) -> Turn:
        """Take a pressed button; one of another case or an unknown one is told so."""
        asked = self._context.decider.table.facts.get(fact)
        if asked is None or not memory.case:
            return Turn((Say(words.STALE),), memory=memory.dump())
        if value == NONE_OF_THESE:
            return Turn((), memory=replace(memory, defendant="").dump())
        read = {(name, it) for name, it, _ in memory.readings}
        if (fact, value) not in read and (asked.kind != "choice" or value not in asked):
            return Turn((Say(words.STALE),), memory=memory.dump())
        found: Mapping[str, str] = {fact: value}
        if fact == "defendants" and memory.defendant:
            found = self._by_name(found, memory.defendant)
        firm = fact in facts or fact in memory.before
        return self._taking.take(found, facts, memory, asked=fact, firm=firm)

    def _at_home(self, text: str, facts: Facts, memory: Memory) -> str:
        """An answer with 市政府 and the like in full, where the case is of 原平市: they mean that city's own."""
        units, reader = self._context.decider.units, self._context.decider.reader
        names = (memory.defendant, *(name for _, value, _ in memory.readings for name in value.split("、")))
        heard = map(units.parse, names)
        governments = (units.government_of(it) for it in heard if it is not None and it.place)
        home = reader.government(self._context.case(facts, memory)) or next(filter(None, governments), None)
        for it in sorted(units.mentions(text), key=lambda it: it.start, reverse=True):
            own = of_county_city(it, text, home, units)
            if own is not None:
                text = f"{text[: it.start]}{own.name}{text[it.end :]}"
        return text

    def _whose(self, text: str, facts: Facts, memory: Memory) -> Unit | None:
        """The defendant named before, where words tell only whose it is, or name it in full."""
        units = self._context.decider.units
        named = units.parse(facts.get("defendant_units", memory.defendant))
        return read_whose(text, named, units) if named else None

    def _of_suing(self, text: str) -> bool:
        """Whether words speak of who is sued, or name units and little else.

        指挥部是县政府发文成立的 names the unit that is asked about, but tells something else of it.
        """
        rest = plain(text)
        for mention in sorted(self._context.decider.units.mentions(rest), key=lambda it: it.start, reverse=True):
            rest = rest[: mention.start] + rest[mention.end :]
        return len(rest) < _TELLS_MORE or bool(_SUED.search(rest))

    def _by_name(self, found: Facts, defendant: str) -> Mapping[str, str]:
        """An answer with the name that the defendant was given before, where it says that this is the only one."""
        units, told = self._context.decider.units, [it for it in found.get("defendant_units", "").split("、") if it]
        before, again = units.parse(defendant), units.parse(told[0]) if len(told) == 1 else None
        if before and before.level and again and again.level is None and units.same(before, again):
            return {**found, "defendant_units": before.name}  # 县医保中心, and now 医保中心
        unit = dict(self._asking.candidates(defendant)).get(found.get("defendants", ""))
        return {**found, "defendant_units": unit.name} if unit and not told else found

    def _exactest(self, fact: str, found: Facts) -> Facts:
        """Of an answer its most exact part, which tells the rest: the unit that reported, not its kind.

        Of defendants it is the choice: whether it is the only one is the question.
        """
        named = {name: value for name, value in found.items() if self._parent(name) == fact}
        return {fact: found[fact]} if fact == "defendants" and fact in found else named or found

    def _parent(self, fact: str) -> str | None:
        return self._context.decider.table.facts[fact].of

    def _by_place(self, said: str, question: Question, facts: Facts, memory: Memory) -> Option | None:
        """The choice meant by its number on the list, or by 是的 where one reading was put."""
        options = self._asking.options(question, facts, memory)
        readings = self._asking.readings(question.fact.id, memory)
        if len(readings) == 1 and YES.fullmatch(said):
            return readings[0]
        number = _NUMBER.match(said)
        at = place(number[1]) if number else 0
        return options[at - 1] if 1 <= at <= len(options) else None

    def _besides(
        self, text: str, fact: str, found: Mapping[str, str], facts: Facts, case: Case, memory: Memory
    ) -> tuple[Mapping[str, str], Memory]:
        """What an answer tells of other facts in the words of an account, and what it hints at, to be asked."""
        if found and len(plain(text)) < _TELLS_MORE:
            return {}, memory
        story = read_remark(text, self._context.decider, self._context.today(), case)
        told = dict(story.facts)
        day = read_receipt(text, self._context.today())
        if day is not None:
            told["received_on"] = day.isoformat()
        table = self._context.decider.table.facts

        def about(name: str) -> str:
            return table[name].of or name

        held = {about(name) for name in (*facts, *found)} | ({about(fact)} if found else set())
        besides = {name: value for name, value in told.items() if about(name) not in held}
        return besides, hinted(story, memory, {*held, *map(about, besides)}, self._context)

    def _unknown(self, said: str, question: Question, facts: Facts, memory: Memory) -> Turn:
        """Not known: first say where it stands; from a person who has looked it is an answer."""
        fact, where = question.fact, question.fact.where
        button = fact.kind == "choice" and UNKNOWN in fact and said == plain(fact.choice(UNKNOWN).label)
        if where and fact.id not in memory.looked and not button and not _LOOKED.search(said):
            again = replace(memory, looked=(*memory.looked, fact.id))
            return Turn((Say(words.LOOK_THERE.format(where=where)),), memory=again.dump())
        if fact.kind == "choice" and UNKNOWN not in fact:
            said = words.NEEDED.format(short=fact.short, office=self._context.justice(facts, memory))
            return Turn((Say(said),), memory=memory.dump())
        return self._taking.take({fact.id: UNKNOWN}, facts, memory, said=said, asked=fact.id)

    def _not_surely(self, question: Question, text: str, case: Case, memory: Memory) -> Turn | None:
        """Words that are no answer as they stand: a name misspelt, a choice ruled out before, other words for one."""
        fact = question.fact.id
        nearly = guess_answer(question, text, case, self._context.decider, self._context.today())
        if nearly and UNKNOWN not in nearly.values() and not self._asking.readings(fact, memory):
            return self._asked_back(self._exactest(fact, nearly), text, memory.missing(fact))
        excluded = read_excluded(question, text, case, self._context.decider)
        if excluded:
            return Turn((Say(excluded.why),), memory=memory.missing(fact).dump())
        if self._meaning is None or question.fact.kind != "choice" or memory.times_missed(fact) or is_question(text):
            return None
        if self._asking.readings(fact, memory):
            return None  # it is being asked about one already
        near = self._meaning.nearest_choice(question, text)
        if near is None or near.value == UNKNOWN:
            return None
        return self._asked_back({fact: near.value}, text, memory.missing(fact))

    def _asked_back(self, readings: Facts, text: str, memory: Memory) -> Turn:
        """Ask whether this was meant."""
        read = tuple((fact, value, plain(text)[:_SHOWN]) for fact, value in readings.items())
        kept = tuple(it for it in memory.readings if it not in read)
        return Turn((), memory=replace(memory, readings=(*kept, *read), asked="", times=0).dump())

    def _missed(self, question: Question, memory: Memory) -> Turn:
        """Say that an answer was not understood, in other words each time."""
        first = {"choice": words.NOT_AN_ANSWER, "date": words.NOT_AN_ANSWER_DATE}
        second = words.STILL_NOT if question.choices else words.STILL_NOT_OPEN
        said = (first.get(question.fact.kind, words.NOT_AN_ANSWER_UNIT), second, words.STILL_NOT_EITHER)
        times = memory.times_missed(question.fact.id)
        return Turn((Say(said[times % len(said)]),), memory=memory.missing(question.fact.id).dump())


def hinted(story: Story, memory: Memory, held: Collection[str], context: Context) -> Memory:
    """What an account hints at, kept to be asked with the reading as the first choice.

    Args:
        story: the account, read.
        memory: the talk's.
        held: the facts that have an answer, by the choice that a unit details.
        context: the table.
    """
    table = context.decider.table.facts
    named = ("defendant_units", story.defendant)  # that it is sued, though perhaps not alone, is asked by naming it
    unsure = [
        (it.fact, it.value or "", it.words)
        for it in story.claims
        if not it.sure and (it.fact, it.value) != named and (table[it.fact].of or it.fact) not in held
    ]
    memory = replace(memory, doubted=tuple(sorted({*memory.doubted, *story.doubted})))
    if not unsure:
        return memory
    kept = [it for it in memory.readings if it[0] not in {fact for fact, _, _ in unsure}]
    return replace(
        memory,
        readings=tuple(dict.fromkeys((*kept, *unsure))),
        doubted=tuple(sorted({*memory.doubted, *(fact for fact, _, _ in unsure)})),
        wants="received_on" if any(fact == "received_on" for fact, _, _ in unsure) else memory.wants,
    )


def _of_defendants(text: str) -> str:
    """An answer without the clauses in which a unit is not the defendant: 县政府批的 sues nobody."""
    clauses = re.split(r"(?<=[，,。；;])", text)
    return "".join(it for it in clauses if not _NOT_SUED.search(it) or re.search(r"告", it))


def _only(defendant: str, text: str) -> str:
    """Read 单独, 只有这一家 as the unit that was named before."""
    said = plain(text)
    alone = re.fullmatch(
        r"(是|就|就是|只有|对)?(的)?(单独|一家|一个|它|他|这一?家|只有它|只有这一?家|就它|就一家|只告它|单独被告)(一家)?(被告)?(的)?",
        said,
    )
    return f"只告{defendant}" if alone or NO_OTHERS.fullmatch(said) else text


def _more(defendant: str, text: str) -> str:
    """Read 还有镇政府 as said of the unit that was named before."""
    more = re.match(r"^(还有|也有|也告了|加上|和|跟|再加)(?!别的|其他|一个)", plain(text))
    return f"{defendant}和{plain(text)[more.end() :]}" if more else text
