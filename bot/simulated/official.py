"""The simulated official: tells the story, answers what is asked by what they know, corrects what is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.dialogue import value
from bot.simulated.judging import Stated, read_outcome
from bot.simulated.scenario import Scenario
from bot.simulated.speech import BEGIN, COLD, NOT_KNOWN, UNKNOWN, Speaker, Utterance
from knowledge.case import CaseReader
from knowledge.dates import DateError, parse_date
from knowledge.decide import Decider
from knowledge.table import Fact

Message = Mapping[str, Any]

_LINE = re.compile(r"^(\d+)\. ([^：\n]+)：(.+)$", re.MULTILINE)
_ONE_LINE = re.compile(r"^我理解：([^：\n]+)：([^。\n]+)。", re.MULTILINE)
_SAID_SO = re.compile(r"（您说[^）]*）|（单独被告）|（先这样算）")
_PATIENCE = 5
"""How often one question is answered before the official gives up."""


@dataclass(slots=True)
class Tally:
    """What was counted of a talk.

    Attributes:
        asked: questions answered, each time it was put; digressions of the official apart.
        checks: screens of what was understood that were checked.
        corrected: lines and presumptions that the official had to correct.
    """

    asked: int = 0
    checks: int = 0
    corrected: int = 0


@dataclass(slots=True)
class Official:
    """One talk's official. `open` says the first words, `hear` what follows; None: nothing more to say.

    Attributes:
        scenario: what they know.
        speaker: how they put it.
        decider: for the facts, their choices and units.
        cold: they begin without telling the story.
        outcome: the last outcome heard.
        clauses: clauses heard, in words.
        gave_up: they were asked the same thing too often.
        tally: what was counted.
    """

    scenario: Scenario
    speaker: Speaker
    decider: Decider
    cold: bool = False
    outcome: Stated | None = None
    clauses: list[str] = field(default_factory=list)
    gave_up: bool = False
    tally: Tally = field(default_factory=Tally)
    _tries: Counter[str] = field(default_factory=Counter)
    _mended: set[str] = field(default_factory=set)
    _digressed: bool = False
    _began: bool = False

    def open(self) -> Utterance:
        """The first words."""
        return Utterance(COLD if self.cold else self.scenario.story)

    def hear(self, messages: Sequence[Message]) -> Utterance | None:
        """Answer what the assistant said."""
        screen = next((it for it in reversed(messages) if _kind(it) == "outcome"), None)
        outcome = read_outcome(screen["custom"], self.decider.table) if screen else None
        pending = next((it for it in reversed(messages) if _kind(it) in ("question", "understood", "clash")), None)
        self.outcome = outcome or self.outcome
        loose = pending is None and outcome is None
        if not self._digressed:
            self.clauses += [str(it["text"]) for it in messages if loose or _kind(it) == "clause"]
        if pending is None or _kind(pending) == "question":
            correction = self._correction(messages)
            if correction is not None:
                self.outcome = None
                return correction
        if pending is not None:
            return self._answer(pending)
        if outcome is not None:
            return self._object(messages)
        if self.scenario.seeks_unit and not self._began:
            self._began = True
            return Utterance(BEGIN)
        return None

    # ── what is asked ──────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, message: Message) -> Utterance | None:
        kind = _kind(message)
        if kind == "understood":
            return self._check(message)
        if kind == "clash":
            return self._settle(message)
        fact = self._facts[str(message["custom"]["fact"])]
        tries = self._tries[fact.id]
        if tries >= _PATIENCE:
            self.gave_up = True
            return None
        if not tries and not self._digressed and self.speaker.digresses:
            self._digressed = True
            return Utterance(self.speaker.aside())
        self._digressed = False
        self._tries[fact.id] += 1
        self.tally.asked += 1
        return self._tell(fact, _offers(message), tries)

    def _tell(self, fact: Fact, offers: Mapping[str, str], tries: int) -> Utterance:
        """Answer a question; by button where that is the habit, or where words failed twice."""
        known = self._truth(fact)
        if fact.kind != "choice":
            if known is None:
                return Utterance(NOT_KNOWN)
            if fact.kind == "date":
                return Utterance(self.speaker.day(known, tries))
            return Utterance(self.speaker.units(_names(known), tries))
        wanted = [f"{fact.id}={known or UNKNOWN}"]
        if fact.id == "defendants":
            wanted.append(f"{fact.id}=none_of_these")  # what is right is not among the few that are offered
        if self.speaker.presses or tries > 1:
            wanted += [f"{fact.id}=other"] if tries > 1 else []
            pressed = next((it for it in wanted if it in offers), None)
            if pressed:
                return Utterance(pressed, pressed=True)
        if known is None:
            return Utterance(NOT_KNOWN)
        return Utterance(self.speaker.choice(fact, known, self._named(fact), tries))

    # ── what was understood ────────────────────────────────────────────────────────────────────────────────────

    def _correction(self, messages: Sequence[Message]) -> Utterance | None:
        """What was understood and shown in passing, before a question or an outcome, is corrected in words."""
        passing = [it for it in messages if not _kind(it)]
        wrong = self._wrong([line for it in passing for line in self._lines(it)])
        return self._correct(*wrong, {}) if wrong else None

    def _check(self, message: Message) -> Utterance | None:
        """Agree, or correct the first line that is wrong, by button or words."""
        self.tally.checks += 1
        if self.tally.checks > 2 * _PATIENCE:
            self.gave_up = True
            return None
        offers = _offers(message)
        wrong = self._wrong(self._lines(message))
        return self._correct(*wrong, offers) if wrong else _press(offers, "understood=yes") or Utterance("对")

    def _settle(self, message: Message) -> Utterance:
        """Say which of two answers stands that cannot both be."""
        self.tally.checks += 1
        offers = _offers(message)
        lines = self._lines(message)
        wrong = [(number, fact) for number, fact, shown in lines if self._is_wrong(fact, shown)]
        if "clash=new" in offers:
            untrue = {number for number, _ in wrong}
            unheard_of = any(number == 2 and self._truth(fact) is None for number, fact, _ in lines)
            stands = "old" if 2 in untrue or (unheard_of and 1 not in untrue) else "new"
            return Utterance(f"clash={stands}", pressed=True)
        if wrong and self._tries["clash"] < _PATIENCE:
            self._tries["clash"] += 1
            return self._correct(*wrong[0], offers)
        return _press(offers, "clash=stands") or Utterance("没说错")

    def _correct(self, number: int, fact: Fact, offers: Mapping[str, str]) -> Utterance:
        self._mended.add(fact.id)
        self.tally.corrected += 1
        button = _press(offers, f"change_fact:{fact.id}")
        if button and self.speaker.presses:
            return button
        truth = self._truth(fact)
        right = self._named(fact) or ([fact.choice(truth).label] if truth and fact.kind == "choice" else [truth or ""])
        return Utterance(self.speaker.correction(number, "和".join(right)))

    def _wrong(self, lines: Sequence[tuple[int, Fact, str]]) -> tuple[int, Fact] | None:
        """The first line that is wrong and was not corrected before."""
        open_lines = (line for line in lines if line[1].id not in self._mended)
        return next(((number, fact) for number, fact, shown in open_lines if self._is_wrong(fact, shown)), None)

    def _lines(self, message: Message) -> list[tuple[int, Fact, str]]:
        """The numbered lines of a screen, or the one that stands in a sentence, each with the fact that it tells."""
        by_short = {fact.short: fact for fact in self._facts.values()}
        text = str(message["text"])
        found = _LINE.findall(text) or [("1", *one) for one in _ONE_LINE.findall(text)]
        return [
            (int(number), by_short[short], _SAID_SO.sub("", shown).strip())
            for number, short, shown in found
            if short in by_short
        ]

    def _is_wrong(self, fact: Fact, shown: str) -> bool:
        """Whether a line tells something else than the official knows; what they do not know is not wrong."""
        known = self._truth(fact)
        if fact.kind == "date":
            return known is not None and _day(shown) not in (None, known)
        read = next((choice.id for choice in fact.choices if shown == choice.label), None)
        if read is not None:
            return known is not None and read != known
        units = tuple(mention.unit for mention in self.decider.units.mentions(shown))
        mine = [unit for name in self._named(fact) if (unit := self.decider.units.parse(name))]
        if mine and units and not all(any(self.decider.units.same(a, b) for b in mine) for a in units):
            return True
        if fact.kind != "choice":
            return False  # a name, and not another's
        detail = next((it for it in self._facts.values() if it.of == fact.id), fact)
        told = self._reader.told(detail, units) if units else None
        return known is not None and told is not None and told != known

    # ── what was presumed ──────────────────────────────────────────────────────────────────────────────────────

    def _object(self, messages: Sequence[Message]) -> Utterance | None:
        """After an outcome: say what was presumed and is otherwise, where the screen tells so or no story did."""
        offers = {name: title for message in messages for name, title in _offers(message).items()}
        for fact in self._facts.values():
            known = self.scenario.answers.get(fact.id)
            presumed = {it.value for it in fact.presumed}
            told = not self.cold and f"change_fact:{fact.id}" not in offers
            settled = told or fact.id == "matter" or known == UNKNOWN or fact.id in self._mended or self._tries[fact.id]
            if known and presumed and known not in presumed and not settled:
                self._mended.add(fact.id)
                self.tally.corrected += 1
                self.outcome = None
                return Utterance(f"不对，是{fact.choice(known).label}")
        return None

    # ── what they know ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _facts(self) -> Mapping[str, Fact]:
        return self.decider.table.facts

    @property
    def _reader(self) -> CaseReader:
        return self.decider.reader

    def _truth(self, fact: Fact) -> str | None:
        return self.scenario.known.get(fact.id)

    def _named(self, fact: Fact) -> list[str]:
        """The units that a fact's answer means, by name."""
        own = [it.id for it in self._facts.values() if fact.id == it.of or (fact is it and it.kind != "choice")]
        return [name for it in own if it in self.scenario.answers for name in _names(self.scenario.answers[it])]


def _kind(message: Message) -> str:
    return str((message.get("custom") or {}).get("kind") or "")


def _offers(message: Message) -> dict[str, str]:
    """The buttons of a message: their public values with what they say."""
    return {value(str(it["payload"])): str(it["title"]) for it in message.get("buttons") or ()}


def _press(offers: Mapping[str, str], wanted: str) -> Utterance | None:
    return Utterance(wanted, pressed=True) if wanted in offers else None


def _names(joined: str) -> list[str]:
    return [name for name in re.split("[、，,]", joined) if name]


def _day(words: str) -> str | None:
    try:
        return parse_date(words, date.max).isoformat()
    except DateError:
        return None
