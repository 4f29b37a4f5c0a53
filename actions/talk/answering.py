"""Answers: taken as words or by button, taken back, changed, corrected. What falls away with a change is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from actions.rasa.ports import Choice, Say, Turn
from actions.talk import words
from actions.talk.context import Context, choose
from actions.talk.memory import Facts, Memory
from actions.understanding import doubts, is_guess, is_question, plain, read_answer, read_receipt, read_story
from knowledge.case import UNKNOWN, FactsClash, is_government
from knowledge.dates import DateError
from knowledge.decide import Question
from knowledge.units import Unit

_NONE_OF_THESE = "none_of_these"
_CORRECTED = re.compile(
    r"^.*?不是[^，,。]+[，,。]\s*(而|应该|应当)?是?|"
    r"^.*?(不对|说错了?|记错了?|弄错了?|错了|改成|改为|应该是|应为|而是)[，,。：:]?\s*是?"
)
_NUMBERED = re.compile(r"(?:改|第)\s*(?:第)?\s*([0-9]{1,2}|[一二三四五六七八九十])\s*(?:个|项|条|行)?")
_DIGITS = "〇一二三四五六七八九十"


class Answering:
    """What answers do to a case's facts.

    Args:
        context: the measure's decisions, the clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def read(self, fact: str, text: str, facts: Facts, memory: Memory) -> Turn:
        """Take words as the answer to the pending question."""
        question = self._context.question(fact, facts, memory)
        case = self._context.case(facts, memory)
        if fact == "defendants" and memory.defendant:
            text = _more(memory.defendant, _only(memory.defendant, text))
        try:
            found = read_answer(question, text, case, self._context.decider, self._context.today())
            found = found or self._told_besides(text, fact, facts)
        except DateError as error:
            return Turn((Say(str(error)),), memory=memory.missing(fact).dump())
        if found is None:
            return self._missed(question, memory)
        return self._take(found, facts, memory)

    def choose(self, fact: str, value: str, facts: Facts, memory: Memory) -> Turn:
        """Take a pressed button; one of another case or an unknown one is told so."""
        asked = self._context.decider.table.facts.get(fact)
        if asked is None or asked.kind != "choice" or not memory.case:
            return Turn((Say(words.STALE),), memory=memory.dump())
        if value == _NONE_OF_THESE:
            return Turn((), memory=replace(memory, defendant="").dump())
        if value not in asked:
            return Turn((Say(words.STALE),), memory=memory.dump())
        named = dict(self._candidates(memory.defendant)) if fact == "defendants" and memory.defendant else {}
        if value in named:
            return self._take({fact: value, "defendant_units": named[value].name}, facts, memory)
        return self._take({fact: value}, facts, memory)

    def back(self, facts: Facts, memory: Memory) -> Turn:
        """Take the last answer back and put its question again, with the answer it had."""
        last = next((fact for fact in reversed(memory.order) if fact in facts), None)
        if last is None:
            return Turn((Say(words.AT_FIRST if memory.case else words.NOTHING_OPEN),), memory=memory.dump())
        return self._reopen(self._context.decider.table.facts[last].of or last, facts, memory)

    def change(self, text_or_fact: str, facts: Facts, memory: Memory) -> Turn:
        """Change an answer, named by its fact, its place on the list or its short name, or given anew outright."""
        if not facts:
            return Turn((Say(words.NOTHING_OPEN),), memory=memory.dump())
        listed = self._context.listed(facts, memory)
        if text_or_fact in listed:
            return self._reopen(text_or_fact, facts, memory)
        text = plain(text_or_fact)
        corrected = self._correction(text, facts, memory)
        if corrected is not None:
            return corrected
        number = _NUMBERED.search(text)
        if number:
            place = int(number[1]) if number[1].isdigit() else _DIGITS.index(number[1])
            if 1 <= place <= len(listed):
                return self._reopen(listed[place - 1], facts, memory)
        named = [fact for fact in listed if self._context.decider.table.facts[fact].short in text]
        if len(named) == 1:
            return self._reopen(named[0], facts, memory)
        return Turn((self._context.answers(facts, memory),), memory=memory.dump())

    def remark(self, text: str, facts: Facts, memory: Memory) -> Turn:
        """Take words said of the case after its outcome: a date, a correction, or a matter that was presumed."""
        if not is_question(text):
            corrected = self._correction(plain(text), facts, memory)
            if corrected is not None:
                return corrected
            touched = doubts(text).intersection(self._context.presumed(facts, memory))
            if touched:
                return self._reopen(min(touched), facts, memory)
        return Turn((Say(words.NOT_UNDERSTOOD),), memory=memory.dump())

    def narrowed(self, defendant: str, question: Question) -> tuple[Choice, ...]:
        """The choices left when a defendant was named but not said to be the only one."""
        fact, named = question.fact.id, self._candidates(defendant)
        if not named:
            return tuple(choose(fact, value, label) for value, label in question.choices)
        alone = [choose(fact, value, f"只有{unit.name}") for value, unit in named]
        if any(is_government(unit) for _, unit in named):
            also = [choose(fact, "several_with_government", "还有别的机关")]
        else:
            also = [
                choose(fact, "several_without_government", "还有别的部门"),
                choose(fact, "several_with_government", "还有政府"),
            ]
        return (*alone, *also, choose(fact, _NONE_OF_THESE, "都不是"))

    def _candidates(self, defendant: str) -> list[tuple[str, Unit]]:
        """What a named defendant can be if it is the only one: 人社局 alone is the city's or a county's."""
        units, detail = self._context.decider.units, self._context.decider.table.facts["defendant_units"]
        named = units.parse(defendant)
        governments = [units.parse(name) for name in ("县人民政府", "市人民政府")]
        placed = [named] if named and named.level else [units.parse(defendant, near=near) for near in governments]
        told = [(self._context.decider.reader.told(detail, (unit,)), unit) for unit in placed if unit]
        return [(value, unit) for value, unit in told if value is not None]

    def _take(self, found: Mapping[str, str], facts: Facts, memory: Memory) -> Turn:
        """Set answers; others that no longer count fall away and are named, as is what was changed."""
        doubted = frozenset(memory.doubted)
        changed = {name: value for name, value in found.items() if facts.get(name, value) != value}
        merged = {**facts, **found}
        try:
            left = self._context.decider.prune(merged, self._context.today(), doubted, keep=tuple(found))
            self._context.decider.reader.read(left.facts, self._context.today(), doubted)
        except FactsClash as clash:
            return Turn((Say(str(clash)),), memory=memory.dump())
        except DateError as error:
            return Turn((Say(str(error)),), memory=memory.dump())
        fell = tuple(name for name in facts if name not in left.facts)
        says = []
        if changed or fell:
            says.append(Say(self._changed(changed, fell, facts)))
        memory = memory.answered(found, fell)
        return Turn(tuple(says), facts={**dict.fromkeys(fell), **found}, memory=memory.dump())

    def _changed(self, changed: Mapping[str, str], fell: tuple[str, ...], facts: Facts) -> str:
        table = self._context.decider.table.facts
        shown = self._context.in_words
        lines = [f"已改{table[n].short}：{shown(n, facts[n])} → {shown(n, v)}。" for n, v in changed.items()]
        gone = [table[name].short for name in fell if name not in changed]
        if gone:
            lines.append(f"作废：{'、'.join(gone)}；其余保留。")
        return "\n".join(lines)

    def _reopen(self, fact: str, facts: Facts, memory: Memory) -> Turn:
        """Put a question again; every other answer stays until the new one tells which of them fall away."""
        taken = [name for name in (fact, *self._context.details(fact, facts)) if name in facts]
        order = tuple(name for name in memory.order if name not in taken)
        before = {**(memory.before or {}), fact: self._context.shown(fact, facts, memory)}
        is_date = self._context.decider.table.facts[fact].kind == "date"
        doubted = tuple(sorted({*memory.doubted, fact}))  # asked, and no longer presumed
        wants = fact if is_date else memory.wants
        memory = replace(memory, order=order, before=before, missed={}, wants=wants, doubted=doubted)
        return Turn((), facts=dict.fromkeys(taken), next_fact=fact, memory=memory.dump())

    def _told_besides(self, text: str, fact: str, facts: Facts) -> Mapping[str, str] | None:
        """What an answer says in the words of an account, or of another fact: the day of receipt, who reported."""
        told = dict(read_story(text, self._context.decider, self._context.today()).facts)
        day = read_receipt(text, self._context.today())
        if day is not None:
            told["received_on"] = day.isoformat()
        return {name: value for name, value in told.items() if name == fact or name not in facts} or None

    def _missed(self, question: Question, memory: Memory) -> Turn:
        """Say that an answer was not understood, in other words each time."""
        first = {"choice": words.NOT_AN_ANSWER, "date": words.NOT_AN_ANSWER_DATE}
        second = words.STILL_NOT if question.choices else words.STILL_NOT_OPEN
        said = (first.get(question.fact.kind, words.NOT_AN_ANSWER_UNIT), second, words.STILL_NOT_EITHER)
        times = memory.times_missed(question.fact.id)
        return Turn((Say(said[times % len(said)]),), memory=memory.missing(question.fact.id).dump())

    def _correction(self, text: str, facts: Facts, memory: Memory) -> Turn | None:
        """A new answer given outright: 报批的不是水利局，是农业农村局; a date needs no such words."""
        if is_guess(text):
            return None
        table = self._context.decider.table.facts
        marked = _CORRECTED.search(text)
        said = _CORRECTED.sub("", text) if marked else text
        choices = [fact for fact in self._context.listed(facts, memory) if table[fact].kind == "choice"]
        places = {name: place for place, name in enumerate(memory.order)}
        latest = sorted(
            choices,
            key=lambda fact: max(places.get(name, -1) for name in (fact, *self._context.details(fact, facts))),
            reverse=True,
        )
        named = [f for f in latest if table[f].short in text or f in doubts(text)]
        meant = named or [f for f in latest if self._meant(f, text, facts)]
        try:
            day = read_receipt(said, self._context.today())
        except DateError as error:
            return Turn((Say(str(error)),), memory=memory.dump())
        if day is not None and facts.get("received_on") != day.isoformat():
            return self._take({"received_on": day.isoformat()}, facts, memory)
        near = self._context.case(facts, memory)
        for fact in (meant or latest) if marked else []:
            rest = {name: value for name, value in facts.items() if name != fact and table[name].of != fact}
            question = self._context.question(fact, rest, memory)
            found = read_answer(question, said, near, self._context.decider, self._context.today())
            if not meant and fact != latest[0] and found and found.get(fact) != near.choices.get(fact):
                continue  # 不对，是农业农村局: one bureau for another, not for the government that is sued
            if found and UNKNOWN not in found.values() and any(facts.get(n) != v for n, v in found.items()):
                return self._take(found, facts, memory)
        return None

    def _meant(self, fact: str, text: str, facts: Facts) -> bool:
        """Whether a correction speaks of a fact: by its name, or by the unit that it holds now."""
        table = self._context.decider.table.facts
        held = [unit.name for name in self._context.details(fact, facts) for unit in self._units(facts[name])]
        spoken = [unit.name for unit in self._units(text)]
        return table[fact].short[:2] in text or any(a.endswith(b[-4:]) for a in held for b in spoken)

    def _units(self, text: str) -> tuple[Unit, ...]:
        return tuple(mention.unit for mention in self._context.decider.units.mentions(text))


def _only(defendant: str, text: str) -> str:
    """Read 单独, 只有这一家 as the unit that was named before."""
    said = plain(text)
    alone = re.fullmatch(
        r"(是|就|就是|只有|对)?(的)?(单独|一家|一个|它|他|这一?家|只有它|只有这一?家|就它|就一家|只告它|单独被告)(一家)?(被告)?(的)?",
        said,
    )
    return f"只告{defendant}" if alone else text


def _more(defendant: str, text: str) -> str:
    """Read 还有镇政府 as said of the unit that was named before."""
    more = re.match(r"^(还有|也有|也告了|加上|和|跟|再加)(?!别的|其他|一个)", plain(text))
    return f"{defendant}和{plain(text)[more.end() :]}" if more else text
