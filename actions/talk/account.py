"""The first account of a case: what it says is taken and shown, and only the rest is asked."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.rasa.ports import Say, Turn
from actions.talk import words
from actions.talk.answering import hinted
from actions.talk.context import Context
from actions.talk.memory import Facts, Memory
from actions.understanding import Story
from knowledge.case import FactsClash

_ENOUGH = 2
"""From how many lines on what was understood is put to the person before the first question."""

_SUES = re.compile(r"告|起诉|诉讼|传票|应诉")
_JOINED = re.compile(r"[和跟与及、，,。\s还有都是两家]*")
_OF_UNITS = ("reporter", "duty_unit", "lead_unit", "original_unit", "defendant_units", "reviewed")


class Account:
    """Begins cases.

    Args:
        context: the measure's decisions, the clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def begin(self, story: Story, memory: Memory) -> Turn:
        """Begin a case with what its account surely says.

        Two answers that cannot both be are put to the person; what is not sure is asked with the reading first. Where
        nothing is left to ask the outcome follows at once, under what was understood.

        Args:
            story: the account, read.
            memory: the new case's, empty but for what belongs to the person.
        """
        taken, memory = self.taken(story, memory)
        listed = self._context.told(taken, memory)
        lines = self._context.lines(listed, taken, memory)
        ends = self._context.next_fact(taken, memory) is None
        if len(lines) >= _ENOUGH and not ends:
            return Turn((), facts=taken, next_fact="", memory=replace(memory, checks=True).dump())
        if not lines:
            said = words.STARTED
        elif ends:
            said = "\n".join([words.UNDERSTOOD, *lines, words.IF_WRONG])
            memory = replace(memory, numbered=tuple(listed))
        else:
            said = f"{words.UNDERSTOOD}{lines[0].partition(' ')[2]}。{words.IF_IT_IS_WRONG}"
        return Turn((Say(said),), facts=taken, next_fact="", memory=memory.dump())

    def taken(self, story: Story, memory: Memory) -> tuple[Facts, Memory]:
        """The facts that an account surely gives, and the memory of the case that they begin."""
        said = {it.fact: it.words for it in story.claims if it.sure}
        memory = replace(memory, doubted=tuple(sorted(story.doubted)), defendant=self._sued(story))
        memory = hinted(story, memory, (), self._context)
        first = {**story.facts, **self._named(story)}
        told = self._context.decider.prune(first, self._context.today(), frozenset(memory.doubted)).facts
        taken = {name: str(value) for name, value in told.items()}
        memory = memory.answered(taken, told=True, said={name: said[name] for name in taken if name in said})
        fell = {name: value for name, value in first.items() if name not in taken}
        clash = self._clash({**taken, **fell}, memory) if fell else ""
        if clash:
            memory = replace(memory, clash=fell, clash_why=clash, clash_said=said.get(next(iter(fell)), ""))
        return taken, memory

    def _named(self, story: Story) -> Facts:
        """Several units and nothing else, 镇政府和县政府: said by whoever was sued, of the defendants."""
        text, decider = story.parts[0], self._context.decider
        if story.claims or story.defendant:
            return {}
        found = decider.units.mentions(text)
        rest = text
        for mention in sorted(found, key=lambda it: it.start, reverse=True):
            rest = rest[: mention.start] + rest[mention.end :]
        units = tuple(dict.fromkeys(mention.unit for mention in found))
        told = decider.reader.told(decider.table.facts["defendant_units"], units) if len(units) > 1 else None
        if told is None or not _JOINED.fullmatch(rest):
            return {}
        return {"defendants": told, "defendant_units": "、".join(unit.name for unit in units)}

    def _sued(self, story: Story) -> str:
        """The unit to ask about first as the one that is sued: it may be the only one that an account names.

        It is only asked: 企业说市政府欠他钱，起诉了 sues, but does not say whom.
        """
        if story.defendant or {"defendants", "defendant_units"} & story.facts.keys():
            return story.defendant or ""
        units = {mention.unit.name for mention in self._context.decider.units.mentions(story.parts[0])}
        sues = bool(_SUES.search(story.parts[0])) and not any(it.fact in _OF_UNITS for it in story.claims)
        return units.pop() if len(units) == 1 and sues else ""

    def _clash(self, facts: Facts, memory: Memory) -> str:
        try:
            self._context.case(facts, memory)
        except FactsClash as clash:
            return str(clash)
        return ""


def asked_besides(text: str) -> str:
    """What an account asks at its end, other than who handles the case; empty where it asks nothing else."""
    clauses = [it for it in re.split(r"[，,。；;？?！!\s]", text) if it]
    return next((it for it in clauses[-1:] if _ASKED.search(it) and not _WHO_HANDLES.search(it)), "")


_ASKED = re.compile(r"谁|怎么|咋|多久|几|哪|吗$|不$|什么|(.)不\1")
_WHO_HANDLES = re.compile(
    r"(谁|哪(个|家)|归).*(承办|应诉|管|办|负责|牵头|接|去|来)|承办|(咋|怎么)(弄|办|搞|整)|归谁|该谁|谁的"
)
