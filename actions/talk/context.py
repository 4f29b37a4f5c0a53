"""What every part of the talk needs: the measure's decisions, the day, and questions and answers put in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from actions.rasa.ports import Choice, Say
from actions.render import HERE
from actions.talk import words
from actions.talk.memory import Facts, Memory
from knowledge.case import UNKNOWN, Case
from knowledge.decide import Decider, Outcome, Question


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
        return self.decider.decide(facts, self.today(), frozenset(memory.doubted))

    def case(self, facts: Facts, memory: Memory) -> Case:
        """The facts, read."""
        return self.decider.reader.read(facts, self.today(), frozenset(memory.doubted))

    def question(self, fact: str, facts: Facts, memory: Memory) -> Question:
        """A fact's question in this case."""
        return self.decider.question(fact, self.case(facts, memory))

    def next(self, facts: Facts, memory: Memory) -> str | None:
        """What to ask next: a choice that rules hang on, a detail asked for, a name that the outcome needs."""
        it = self.decide(facts, memory)
        if it.next_question is not None:
            return it.next_question.fact.id
        if memory.wants and memory.wants not in facts:
            return memory.wants
        return next((fact for fact in it.missing if self.decider.table.facts[fact].kind != "date"), None)

    def in_words(self, fact: str, value: str) -> str:
        """An answer as an official reads it."""
        asked = self.decider.table.facts[fact]
        return asked.choice(value).label if asked.kind == "choice" and value in asked else value

    def details(self, fact: str, facts: Facts) -> list[str]:
        """The details given of a choice: the name of the unit that reported, and the like."""
        return [name for name in facts if self.decider.table.facts[name].of == fact]

    def presumed(self, facts: Facts, memory: Memory) -> Mapping[str, str]:
        """What the outcome takes without having asked, in words, by fact; nothing before there is one."""
        it = self.decide(facts, memory)
        if it.status == "incomplete":
            return {}
        return {step.name: step.value for step in it.trace if step.source == "presumed" and step.name != "matter"}

    def listed(self, facts: Facts, memory: Memory) -> list[str]:
        """The answers as lists number them, presumed ones included: each choice with its details as one."""
        presumed = self.presumed(facts, memory)
        return [
            name
            for name, fact in self.decider.table.facts.items()
            if (name in facts and fact.of is None) or self.details(name, facts) or name in presumed
        ]

    def shown(self, fact: str, facts: Facts, memory: Memory) -> str:
        """An answer with its details, in words."""
        told = [self.in_words(fact, facts[fact])] if fact in facts else []
        given = "：".join([*told, *(facts[name] for name in self.details(fact, facts))])
        return given or f"{self.presumed(facts, memory)[fact]}（先这样算）"

    def read(self, facts: Facts, memory: Memory) -> Mapping[str, object]:
        """What answers mean, however they were given: 住建局 as the reporter tells what kind of unit reported."""
        case = self.case(facts, memory)
        told = {name: value for name, value in case.choices.items() if case.sources[name] in ("given", "unit")}
        dated = {"received_on": case.received_on} if case.received_on else {}
        return {**told, **case.units, **dated, **dict.fromkeys(case.unknown, UNKNOWN)}

    def answers(self, facts: Facts, memory: Memory) -> Say:
        """The answers so far, each with a button to change it."""
        lines, choices = [words.WHICH], []
        for number, name in enumerate(self.listed(facts, memory), 1):
            short = self.decider.table.facts[name].short
            lines.append(f"{number}. {short}：{self.shown(name, facts, memory)}")
            choices.append(Choice(f"改{number} {short}", payload("change_fact", fact=name)))
        return Say("\n".join(lines), tuple(choices), {"kind": "answers"})


def payload(intent: str, **entities: str) -> str:
    """What a button sends, in Rasa's notation."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}"


def choose(fact: str, value: str, label: str) -> Choice:
    """A button that answers a question."""
    return Choice(label, payload("choose", fact=fact, value=value))
