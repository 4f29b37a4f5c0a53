"""Answers taken back, named by place or by name, or given anew outright: 返回, 改第二个, 不对，是县局报的."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from actions.rasa.ports import Say, Turn
from actions.talk import words
from actions.talk.context import Context
from actions.talk.memory import Facts, Memory
from actions.talk.taking import Taking
from actions.understanding import (
    doubts,
    is_guess,
    is_question,
    plain,
    read_answer,
    read_receipt,
    read_remark,
    read_whose,
)
from knowledge.case import UNKNOWN, FactsClash
from knowledge.citation import parse_number
from knowledge.dates import DateError
from knowledge.errors import KnowledgeError
from knowledge.units import Unit

_CORRECTED = re.compile(
    r"^.*?不是[^，,。]+[，,。]\s*(而|应该|应当)?是?|"
    r"^.*?(不对|说错了?|记错了?|弄错了?|搞错了?|错了|改成|改为|应该是|应为|而是)[，,。：:、]?\s*是?"
)
_NUMBERED = re.compile(r"(?:改|第)\s*(?:第)?\s*([0-9]{1,2}|[一二三四五六七八九十])\s*(?:个|项|条|行)?")
_LINE = re.compile(r"^(?:第)?([0-9]{1,2}|[一二三四五六七八九十])(?:个|项|条|行)?(?=.*(?:不对|错|应该|改))")
_INDEED = re.compile(r"其实|实际上?是?")
# Said of the defendants: there are no others.
NO_OTHERS = re.compile(
    r"(就|只有|只告了?|只是|是)*(这|它|他们|它们|我们?)[两二三四几]?(局|镇|县|单位)?(一?(个|家))?(单位|被告)?|"
    r"再?(没有?|无)(别的|其他|别人|别家)(了|的|单位|被告)*"
)
# Another defendant beside those named: 还有区政府, but not 还有区政府批的.
_ALSO = re.compile(r"^(?:不对|不是|错了|哦|对了|对)?[，,。]?(?:还有|还告了|也告了|加上|漏了|少了)([^，,。]{2,20})$")
_SUED_TOO = re.compile(r"^(?:不对|哦|对了)?[，,。]?([^，,。]{2,16}?)(?:也|同样)(?:是|被|都)*(?:告了?|被告了?|起诉了?)$")
_JOINING = re.compile(r"(也)?(是|被|都)?(告了|被告|被告了)?$")
# Which of the answers shown: 2, 第二项, 改第2个.
_PLACE = re.compile(r"(?:我?要)?改?(?:第)?([0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:个|项|条|行)?")
_LEAVES = re.compile(r"((都|先|就)?(不用?改|不改|算了|没有|不用|没事|都对|对)(了|的|吧)*[,。 ]*)+")
# A day alone corrects the day given before: 不对，还是16号.
_DAY = re.compile(r"(?:还?是|应该是|应为)*([0-9]{1,2})[号日](?:收到?)?(?:的|了|吧)*")
# What a correction speaks of, where it names no fact: 是县局报的.
_SPOKEN_OF = {
    "reported_by": re.compile(r"报(的|批|请|上|送)|报$"),
    "reviewed": re.compile(r"复议"),
    "review_result": re.compile(r"维持|撤销|变更|驳回|受理|确认违法|无效"),
    "challenged": re.compile(r"名义|落款|盖.*章|不作为"),
    "defendants": re.compile(r"被告|告的|告了|单独|两家|一家"),
    "duty": re.compile(r"归.*管|主管|职责"),
    "received_on": re.compile(r"收到|签收|送达"),
}


class Changing:
    """Changes of answers.

    Args:
        context: the measure's decisions, the clock.
        taking: sets them.
    """

    def __init__(self, context: Context, taking: Taking) -> None:
        self._context = context
        self._taking = taking

    def back(self, facts: Facts, memory: Memory) -> Turn:
        """Take the last answer back and put its question again; what the account told stays, to be checked."""
        last = next((fact for fact in reversed(memory.order) if fact in facts), None)
        if last is not None:
            return self._taking.reopen(self._context.decider.table.facts[last].of or last, facts, memory)
        if not facts:
            return Turn((Say(words.AT_FIRST if memory.case else words.NOTHING_OPEN),), memory=memory.dump())
        return Turn((Say(words.AT_FIRST),), next_fact="", memory=replace(memory, checks=True).dump())

    def change(self, text_or_fact: str, facts: Facts, memory: Memory) -> Turn:
        """Change an answer, named by its fact, its place on the list or its short name, or given anew outright."""
        if not facts:
            return Turn((Say(words.NOTHING_TO_CHANGE if memory.case else words.NOTHING_OPEN),), memory=memory.dump())
        listed = memory.numbered or tuple(self._context.listed(facts, memory))
        if text_or_fact in self._context.listed(facts, memory):
            return self._taking.reopen(text_or_fact, facts, memory)
        text = plain(text_or_fact)
        if memory.changes and _LEAVES.fullmatch(text):
            return Turn((), next_fact="", memory=replace(memory, changes=False).dump())
        line = self.line(text, listed)
        corrected = self.corrected(text, facts, memory, of=line)
        if corrected is not None:
            return corrected
        if line:
            return self._taking.reopen(line, facts, memory)
        named = [fact for fact in listed if self._context.decider.table.facts[fact].short in text]
        if len(named) == 1:
            return self._taking.reopen(named[0], facts, memory)
        if self._context.next(facts, memory) is None:
            return Turn((self._context.answers(facts, memory),), memory=replace(memory, numbered=()).dump())
        # The list takes the place of the open question, so that a number can only mean a line of it.
        return Turn((), next_fact="", memory=replace(memory, changes=True, numbered=()).dump())

    def which(self, text: str, facts: Facts, memory: Memory) -> Turn | None:
        """Take the line that words name where the answers were shown to be changed; None for other words.

        Args:
            text: the person's words.
            facts: the answers.
            memory: the talk's.
        """
        listed = tuple(self._context.listed(facts, memory))
        said, number = plain(text), _PLACE.fullmatch(plain(text))
        if number is not None:
            if 1 <= (at := place(number[1])) <= len(listed):
                return self._taking.reopen(listed[at - 1], facts, memory)
            return Turn((Say(words.NO_SUCH_LINE.format(last=len(listed))),), memory=memory.dump())
        kept = replace(memory, changes=False)
        if _LEAVES.fullmatch(said):
            return Turn((), memory=kept.dump())
        named = [fact for fact in listed if self._context.decider.table.facts[fact].short in said]
        return self.change(text, facts, kept) if len(named) == 1 else None

    def adds_defendants(self, text: str) -> bool:
        """Whether words speak of the defendants of the case that lies open: 县司法局也被告了, 没有别的被告."""
        said = plain(text)
        return bool(NO_OTHERS.fullmatch(said) or ((_ALSO.search(said) or _SUED_TOO.search(said)) and self._units(said)))

    def tells_whose(self, text: str, facts: Facts, memory: Memory) -> bool:
        """Whether words tell only whose unit the one defendant is, or name it in full: 原平市的."""
        return self._whose(text, facts, memory) is not None

    def _whose(self, text: str, facts: Facts, memory: Memory) -> Unit | None:
        unit = self._context.case(facts, memory).unit("defendant_units")
        return read_whose(text, unit, self._context.decider.units) if unit else None

    def remark(self, text: str, facts: Facts, memory: Memory) -> Turn | None:
        """Take words said of the case after its outcome: a date, a correction, or a matter that was presumed."""
        if is_question(text):
            return None
        whole = self._whose(text, facts, memory)
        if whole is not None and whole != self._context.case(facts, memory).unit("defendant_units"):
            return self._taking.take({"defendant_units": whole.name}, facts, memory, said=text, firm=True)
        if whole is not None:
            short = self._context.decider.table.facts["defendants"].short
            return Turn((Say(words.AS_KEPT.format(lines=f"{short}：{whole.name}")),), memory=memory.dump())
        corrected = self.corrected(plain(text), facts, memory)
        if corrected is not None:
            return corrected
        told = self.told(text, facts, memory, firm=bool(_CORRECTED.search(plain(text)) or _INDEED.match(plain(text))))
        if told is not None:
            return told
        touched = doubts(text).intersection(self._context.presumed(facts, memory))
        return self._taking.reopen(min(touched), facts, memory) if touched else None

    def told(self, text: str, facts: Facts, memory: Memory, *, firm: bool = False) -> Turn | None:
        """What words tell unasked; None where they tell nothing.

        New facts are taken, others put beside those before; where they are meant to correct (`firm`), taken too.
        """
        case = self._context.case(facts, memory)
        told = read_remark(text, self._context.decider, self._context.today(), case).facts
        kept = self._context.read(facts, memory)
        try:
            meant = self._context.read({**told}, memory)
        except FactsClash:
            return None
        same = [name for name in told if meant.get(name, told[name]) == kept.get(name)]
        new = {name: value for name, value in told.items() if name not in same}
        if new:
            settled = replace(memory, clash={}, clash_why="", clash_said="") if firm else memory
            return replace(self._taking.take(new, facts, settled, said=text, firm=firm), next_fact="")
        if not same and NO_OTHERS.fullmatch(plain(text)) and self._alone(text, facts, memory):
            same = ["defendants"]
        if not same:
            return None
        table = self._context.decider.table.facts
        lines = [f"{table[it].short}：{self._context.shown(table[it].of or it, facts, memory)}" for it in same]
        return Turn((Say(words.AS_KEPT.format(lines="；".join(lines))),), memory=memory.dump())

    def _alone(self, text: str, facts: Facts, memory: Memory) -> bool:
        """Whether words that there are no others hold of the defendants: 就我们一家 of one."""
        known = self._context.case(facts, memory).units.get("defendant_units", ())
        return len(known) == 1 or (bool(known) and "我" not in text)

    def line(self, text: str, listed: tuple[str, ...]) -> str:
        """The fact of the line that words name by its number: 改2, 第三条不对, 2不对; empty for none."""
        number = _LINE.search(text) or _NUMBERED.search(text)
        at = place(number[1]) if number else 0
        return listed[at - 1] if 1 <= at <= len(listed) else ""

    def is_about_another(self, text: str, pending: str, facts: Facts) -> bool:
        """Whether words correct an answer given before rather than answer the pending question."""
        table = self._context.decider.table.facts
        if not _CORRECTED.search(text):
            return False
        about = self._about(text)
        answered = {name for fact in facts for name in (fact, table[fact].of or fact)}
        return bool(about & answered) and (table[pending].of or pending) not in about

    def corrected(self, text: str, facts: Facts, memory: Memory, *, of: str = "") -> Turn | None:
        """A new answer given outright: 报批的不是水利局，是农业农村局; a date needs no such words.

        Args:
            text: the person's words, plain.
            facts: the answers.
            memory: the talk's.
            of: the fact that is meant, where that is known.
        """
        if is_guess(text):
            return None
        table = self._context.decider.table.facts
        more = self._more_defendants(text, facts, memory)
        if more is not None:
            return more
        marked = _CORRECTED.search(text) or of
        said = _CORRECTED.sub("", text) if marked else text
        try:
            day = read_receipt(said, self._context.today())
        except DateError as error:
            return Turn((Say(str(error)),), memory=memory.dump())
        day = day or self._day_alone(text, facts)
        if day is not None and facts.get("received_on") != day.isoformat():
            return self._taking.take({"received_on": day.isoformat()}, facts, memory, said=text, firm=True)
        choices = [fact for fact in self._context.listed(facts, memory) if table[fact].kind == "choice"]
        places = {name: at for at, name in enumerate((*memory.told, *memory.order))}
        latest = sorted(
            choices,
            key=lambda fact: max(places.get(name, -1) for name in (fact, *self._context.details(fact, facts))),
            reverse=True,
        )
        about = self._about(text)
        if marked and about and not of and not about.intersection(choices):
            return None  # speaks of a fact that has no answer yet: it gives one, and corrects none
        named = [of] if of else [f for f in latest if f in about or f in doubts(text)]
        meant = named or [f for f in latest if self._meant(f, text, facts)]
        near = self._context.case(facts, memory)
        for fact in (meant or latest) if marked else []:
            rest = {name: value for name, value in facts.items() if name != fact and table[name].of != fact}
            question = self._context.question(fact, rest, memory)
            found = read_answer(question, said, near, self._context.decider, self._context.today())
            if not meant and fact != latest[0] and found and found.get(fact) != near.choices.get(fact):
                continue  # 不对，是农业农村局: one bureau for another, not for the government that is sued
            unsure = found and UNKNOWN in found.values() and not meant
            if found and not unsure and any(facts.get(n) != v for n, v in found.items()):
                return self._taking.take(found, facts, memory, said=text, firm=True)
        return None

    def _day_alone(self, text: str, facts: Facts) -> date | None:
        """The day that a number alone corrects the day of receipt to: in the month given before, and not to come."""
        said, before = _DAY.fullmatch(_CORRECTED.sub("", text)), facts.get("received_on", UNKNOWN)
        if said is None or before == UNKNOWN or not _CORRECTED.search(text):
            return None
        try:
            day = date.fromisoformat(before).replace(day=int(said[1]))
        except ValueError:
            return None
        return day if day <= self._context.today() else None

    def corrects_day(self, text: str, facts: Facts) -> bool:
        """Whether words correct the day of receipt by a number alone: it is no record's number."""
        return self._day_alone(plain(text), facts) is not None

    def _more_defendants(self, text: str, facts: Facts, memory: Memory) -> Turn | None:
        """不对，还有区政府 said of the defendants: those named before are sued as well; None where it is not said."""
        also = _ALSO.search(text) or _SUED_TOO.search(text)
        reader, detail = self._context.decider.reader, self._context.decider.table.facts["defendant_units"]
        before = self._context.case(facts, memory).units.get("defendant_units", ())
        named = self._units(also[1]) if also else ()
        whole = also and self._context.decider.units.parse(_JOINING.sub("", also[1]))
        if not before or not named or (len(named) == 1 and not whole):
            return None
        units = tuple(dict.fromkeys((*before, *named)))
        told = reader.told(detail, units)
        if told is None or units == tuple(before):
            return None
        found = {"defendants": told, "defendant_units": "、".join(unit.name for unit in units)}
        return self._taking.take(found, facts, memory, said=text, firm=True)

    def _about(self, text: str) -> set[str]:
        """The facts that words speak of, by their names or by their own words."""
        named = {name for name, fact in self._context.decider.table.facts.items() if fact.short in text}
        return named | {fact for fact, sign in _SPOKEN_OF.items() if sign.search(text)}

    def _meant(self, fact: str, text: str, facts: Facts) -> bool:
        """Whether a correction speaks of a fact: by its name, or by the unit that it holds now."""
        table = self._context.decider.table.facts
        held = [unit.name for name in self._context.details(fact, facts) for unit in self._units(facts[name])]
        spoken = [unit.name for unit in self._units(text)]
        return table[fact].short[:2] in text or any(a.endswith(b[-4:]) for a in held for b in spoken)

    def _units(self, text: str) -> tuple[Unit, ...]:
        return tuple(mention.unit for mention in self._context.decider.units.mentions(text))


def place(text: str) -> int:
    """A place on a list as it is written, 2 or 十二; 0 where it is no number."""
    try:
        return parse_number(text)
    except KnowledgeError:
        return 0
