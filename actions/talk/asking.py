"""Questions as they are put: in which words this time, with which choices, in which order."""

from __future__ import annotations

from dataclasses import dataclass

from actions import render
from actions.rasa.ports import Choice, Say
from actions.talk import words
from actions.talk.context import Context, choose
from actions.talk.memory import Facts, Memory
from knowledge.case import is_government
from knowledge.decide import Question
from knowledge.units import Unit

NONE_OF_THESE = "none_of_these"
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as it is shown: what it sets, and what it says."""

    fact: str
    value: str
    label: str

    @property
    def button(self) -> Choice:
        """The button that takes it."""
        return choose(self.fact, self.value, self.label)


class Asking:
    """Puts questions.

    Args:
        context: the measure's decisions, the clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def question(self, fact: str, facts: Facts, memory: Memory) -> Say:
        """A question, in other words each time it is put again; after two failures spelt out, with whom to ask."""
        question = self._context.question(fact, facts, memory)
        options = self.options(question, facts, memory)
        missed = memory.times_missed(fact)
        helps = memory.asked == fact and memory.helped != missed  # not with every question that comes between
        lines = [f"（原来的答案：{memory.before[fact]}）"] if fact in memory.before and not missed else []
        lines += self._heard(fact, memory) if memory.asked != fact else []
        lines += self._either_way(question, facts, memory)
        lines.append(self._worded(question, facts, memory))
        if helps and missed == 1 and question.fact.where and fact not in memory.looked:
            lines.append(f"看这里：{question.fact.where}")
        if helps and missed % 3 == 2:
            lines += [f"· {option.label}" for option in options]
            lines.append(words.ASK_THEM.format(office=self._context.justice(facts, memory)))
        why = () if missed else (Choice("为什么问", "/why"),)
        return Say("\n".join(lines), (*(option.button for option in options), *why), {"kind": "question", "fact": fact})

    def options(self, question: Question, facts: Facts, memory: Memory) -> tuple[Option, ...]:
        """What can be answered, what was understood first; a number typed means a place in this list."""
        fact = question.fact.id
        first = self.readings(fact, memory)
        if fact == "defendants" and memory.defendant and "defendant_units" not in facts:
            rest = self._narrowed(memory.defendant, question)
        else:
            rest = tuple(Option(fact, value, label) for value, label in question.choices)
        known = {(option.fact, option.value) for option in first}
        return (*first, *(option for option in rest if (option.fact, option.value) not in known))

    def readings(self, fact: str, memory: Memory) -> tuple[Option, ...]:
        """What a question's answer may be by what was said, though not surely."""
        table = self._context.decider.table.facts
        return tuple(
            Option(name, value, self._context.in_words(name, value))
            for name, value, _ in memory.readings
            if value and fact in (name, table[name].of) and (table[name].kind != "choice" or value in table[name])
        )

    def candidates(self, defendant: str) -> list[tuple[str, Unit]]:
        """What a named defendant can be if it is the only one: 人社局 alone is the city's or a county's."""
        units, detail = self._context.decider.units, self._context.decider.table.facts["defendant_units"]
        named = units.parse(defendant)
        governments = [units.parse(name) for name in ("县人民政府", "市人民政府")]
        placed = [named] if named and named.level else [units.parse(defendant, near=near) for near in governments]
        told = [(self._context.decider.reader.told(detail, (unit,)), unit) for unit in placed if unit]
        return [(value, unit) for value, unit in told if value is not None]

    def _either_way(self, question: Question, facts: Facts, memory: Memory) -> list[str]:
        asked_now = question.fact.id == "defendants" and memory.asked != "defendants"
        said = self.either_way(facts, memory) if asked_now else None
        return [said] if said else []

    def either_way(self, facts: Facts, memory: Memory) -> str | None:
        """What holds whichever of the units a bare name means: 人社局 answers for itself, the city's or a county's."""
        bare = memory.defendant if "defendant_units" not in facts else ""
        named = self.candidates(bare) if bare else []
        if len(named) < _SEVERAL:
            return None
        alone = [{**facts, "defendants": value, "defendant_units": unit.name} for value, unit in named]
        outcomes = [self._context.decide(each, memory) for each in alone]
        first = outcomes[0]
        alike = {(it.status, tuple(map(str, it.citations))) for it in outcomes}
        if len(alike) > 1 or first.status != "determined" or not first.attendance:
            return None
        one = first.attendance[0]
        who = {"proposes": one.proposes, "decides": one.decides, "cites": "、".join(map(str, one.citations))}
        return words.EITHER_WAY.format(own=first.citations[0], **who)

    def _worded(self, question: Question, facts: Facts, memory: Memory) -> str:
        fact, short, text = question.fact.id, question.fact.short, question.text
        named = self._context.case(facts, memory).unit("defendant_units") if fact == "defendants" else None
        if named is not None and named.department is not None and named.level is None:
            text = words.WHOSE.format(unit=named.name)
        elif fact == "defendants" and memory.defendant:
            text = f"被告只有{memory.defendant}一家，还是还有别的机关？"
        again = memory.times + 1 if memory.asked == fact else 0
        if not again:
            return text
        return (f"回到刚才：{text}", words.STILL_OPEN.format(short=short), f"还是这一问：{text}")[(again - 1) % 3]

    def _heard(self, fact: str, memory: Memory) -> list[str]:
        """Says what was heard and asks for it, or tells of two things said that cannot both be."""
        table = self._context.decider.table.facts
        heard = [it for it in memory.readings if fact in (it[0], table[it[0]].of)]
        if not heard:
            return []
        values = {value for _, value, _ in heard}
        if values == {""}:
            return [words.WHICH_DAY.format(said=heard[0][2])]
        if len(values) > 1:
            clause = render.quoted(self._context.decider.cite(table[fact].cites[-1]))
            told = "，又说".join(f"“{said}”" for _, _, said in heard)
            return [f"您说{told}，对不上。{table[fact].why}", f"　{clause}", words.WHICH_STANDS]
        (name, value, said), *_ = heard
        meant = self._context.in_words(name, value)
        return [f"您说的是“{said}”，对吗？" if said == meant else f"您说“{said}”，是指“{meant}”吗？"]

    def _narrowed(self, defendant: str, question: Question) -> tuple[Option, ...]:
        """The choices left when a defendant was named but not said to be the only one."""
        fact, named = question.fact.id, self.candidates(defendant)
        if not named:
            return tuple(Option(fact, value, label) for value, label in question.choices)
        alone = [Option(fact, value, f"只有{unit.name}") for value, unit in named]
        if any(is_government(unit) for _, unit in named):
            also = [Option(fact, "several_with_government", "还有别的机关")]
        else:
            also = [
                Option(fact, "several_without_government", "还有别的部门"),
                Option(fact, "several_with_government", "还有政府"),
            ]
        return (*alone, *also, Option(fact, NONE_OF_THESE, "都不是"))
