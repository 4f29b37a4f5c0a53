"""What every part of the talk needs: the measure's decisions, the day, and questions and answers put in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from actions.rasa.ports import Choice, Say
from actions.render import HERE
from actions.talk import words
from actions.talk.memory import Facts, Memory
from knowledge.case import UNKNOWN, Case, is_government
from knowledge.dates import chinese_date
from knowledge.decide import Decider, Outcome, Question

# What is asked beside the table's facts: no answer to it is a fact.
UNDERSTOOD = "understood"
CLASH = "clash"
CHANGE = "change"
RECONSIDERED = ("defendants", "reviewed", "review_result")


@dataclass(frozen=True, slots=True)
class Context:
    """Decisions of one measure, as of now.

    Attributes:
        decider: the measure's decisions.
        now: the clock; an aware time.
        new_id: a fresh id for each case.
    """

    decider: Decider
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def today(self) -> date:
        """The day, in Xinzhou."""
        return self.now().astimezone(HERE).date()

    def decide(self, facts: Facts, memory: Memory) -> Outcome:
        """The outcome so far."""
        return _outcome(self.decider, tuple(facts.items()), self.today(), frozenset(memory.doubted))

    def case(self, facts: Facts, memory: Memory) -> Case:
        """The facts, read."""
        return _case(self.decider, tuple(facts.items()), self.today(), frozenset(memory.doubted))

    def question(self, fact: str, facts: Facts, memory: Memory) -> Question:
        """A fact's question in this case."""
        return self.decider.question(fact, self.case(facts, memory))

    def next(self, facts: Facts, memory: Memory) -> str | None:
        """What to ask next: what is to be checked, a choice that rules hang on, a detail that is wanted."""
        if memory.reopened and memory.reopened not in facts:
            return memory.reopened
        if memory.changes:
            return CHANGE
        if memory.clash:
            return CLASH
        if memory.checks:
            return UNDERSTOOD
        return self.next_fact(facts, memory)

    def next_fact(self, facts: Facts, memory: Memory) -> str | None:
        """The next fact to ask, or the contradiction to settle first."""
        if self.at_odds(facts, memory):
            return CLASH
        case, engine = self.case(facts, memory), self.decider.table.engine
        choices = case.choices
        for fact, value, _ in memory.readings:
            if value and case.sources.get(fact) == "implied" and choices[fact] != value:
                return fact  # what was heard is not what follows from the rest
        question = engine.next_question(choices)
        if question is not None:
            # Whose decision it is comes first where its outcome was told: what was sued for may not matter any more.
            told = "review_result" in choices and "reviewed" not in choices and "defendants" in choices
            return "reviewed" if told and engine.matters("reviewed", choices) else question
        if memory.wants and memory.wants not in facts:
            return memory.wants
        it = self.decide(facts, memory)
        return next((fact for fact in it.missing if self.decider.table.facts[fact].kind != "date"), None)

    def at_odds(self, facts: Facts, memory: Memory) -> tuple[str, ...]:
        """The answers that contradict each other in law, whatever else is answered; empty where none do.

        The table decides such cases (it leaves them to people, or has the court add a defendant), but the person may
        simply have misread a paper: so they are asked once.
        """
        if CLASH in memory.settled:
            return ()
        case, table = self.case(facts, memory), self.decider.table
        paths = {table.rules[rule].when.get("review_path") for rule in table.engine.alive(case.choices)}
        said = tuple(f for f in RECONSIDERED if case.sources.get(f, "presumed") != "presumed")
        one_sided = said == RECONSIDERED and (_reviewer_alone(case) or _reviewer_left_out(case))
        return said if paths == {("mismatch",)} or (paths == {("joint",)} and one_sided) else ()

    def in_words(self, fact: str, value: str) -> str:
        """An answer as an official reads it."""
        asked = self.decider.table.facts[fact]
        if asked.kind == "choice":
            return asked.choice(value).label if value in asked else value
        if value == UNKNOWN:
            return words.UNKNOWN
        return written(value) if asked.kind == "date" else value

    def details(self, fact: str, facts: Facts) -> list[str]:
        """The details given of a choice: the name of the unit that reported, and the like."""
        return [name for name in facts if self.decider.table.facts[name].of == fact]

    def presumed(self, facts: Facts, memory: Memory) -> Mapping[str, str]:
        """What the outcome takes without having asked, in words, by fact; nothing before there is one."""
        if self.decider.table.engine.next_question(self.case(facts, memory).choices) is not None:
            return {}
        it = self.decide(facts, memory)
        return {step.name: step.value for step in it.trace if step.source == "presumed" and step.name != "matter"}

    def listed(self, facts: Facts, memory: Memory) -> list[str]:
        """The answers as lists number them, presumed ones included: each choice with its details as one."""
        presumed = self.presumed(facts, memory)
        return [
            name
            for name, fact in self.decider.table.facts.items()
            if (name in facts and fact.of is None) or self.details(name, facts) or name in presumed
        ]

    def told(self, facts: Facts, memory: Memory) -> list[str]:
        """The answers that were given, as lists number them."""
        return [fact for fact in self.listed(facts, memory) if fact in facts or self.details(fact, facts)]

    def shown(self, fact: str, facts: Facts, memory: Memory) -> str:
        """An answer in words: a choice by the units that detail it, where they are known."""
        named = self.details(fact, facts)
        units = [unit.name for name in named for unit in self.case(facts, memory).units.get(name, ())]
        if units:
            alone = "（单独被告）" if fact == "defendants" and len(units) == 1 else ""
            return "、".join(units) + alone
        if fact in facts:
            return self.in_words(fact, facts[fact])
        if named:
            return self.in_words(named[0], facts[named[0]])
        case = self.case(facts, memory)
        presumed = "（先这样算）" if case.sources.get(fact) == "presumed" else ""
        return f"{self.in_words(fact, case.choices[fact])}{presumed}"

    def lines(self, listed: Iterable[str], facts: Facts, memory: Memory) -> list[str]:
        """Answers as numbered lines."""
        table = self.decider.table.facts
        return [f"{n}. {table[fact].short}：{self.shown(fact, facts, memory)}" for n, fact in enumerate(listed, 1)]

    def justice(self, facts: Facts, memory: Memory) -> str:
        """The office to ask where the text or the papers do not say."""
        government = self.decider.reader.government(self.case(facts, memory))
        return self.decider.units.justice_bureau(government).name if government else words.JUSTICE

    def read(self, facts: Facts, memory: Memory) -> Mapping[str, object]:
        """What answers mean, however they were given: 住建局 as the reporter tells what kind of unit reported."""
        case = self.case(facts, memory)
        told = {name: value for name, value in case.choices.items() if case.sources[name] in ("given", "unit")}
        dated = {"received_on": case.received_on} if case.received_on else {}
        return {**told, **case.units, **dated, **dict.fromkeys(case.unknown, UNKNOWN)}

    def answers(self, facts: Facts, memory: Memory) -> Say:
        """The answers so far, each with a button to change it."""
        listed = self.listed(facts, memory)
        choices = tuple(self.change(n, fact, short=True) for n, fact in enumerate(listed, 1))
        text = "\n".join([words.WHICH, *self.lines(listed, facts, memory)])
        return Say(text, choices, {"kind": "answers"})

    def change(self, number: int, fact: str, *, short: bool = False) -> Choice:
        """A button that takes back the answer of a line."""
        name = f" {self.decider.table.facts[fact].short}" if short else ""
        return Choice(f"改{number}{name}", payload("change_fact", fact=fact))


# A turn asks for both again and again.
@lru_cache(maxsize=64)
def _outcome(decider: Decider, facts: tuple[tuple[str, str], ...], today: date, doubted: frozenset[str]) -> Outcome:
    return decider.decide(dict(facts), today, doubted)


@lru_cache(maxsize=64)
def _case(decider: Decider, facts: tuple[tuple[str, str], ...], today: date, doubted: frozenset[str]) -> Case:
    return decider.reader.read(dict(facts), today, doubted)


def written(day: str) -> str:
    """A day kept as ISO, as officials write it; anything else as it is."""
    try:
        return chinese_date(date.fromisoformat(day))
    except ValueError:
        return day


def _reviewer_alone(case: Case) -> bool:
    """Whether the government that reviewed is the only one sued."""
    return case.choices["defendants"] == case.choices["reviewed"]


def _reviewer_left_out(case: Case) -> bool:
    """Whether another government is sued with others than the one that reviewed: either may have been misread."""
    named = case.units.get("defendant_units", ())
    reviewed = any(it.kind.value == case.choices["reviewed"] for it in named)
    return len(named) > 1 and any(map(is_government, named)) and not reviewed


def payload(intent: str, **entities: str) -> str:
    """What a button sends, in Rasa's notation."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}"


def choose(fact: str, value: str, label: str) -> Choice:
    """A button that answers a question."""
    return Choice(label, payload("choose", fact=fact, value=value))
