"""A case as text that a colleague sends on, and that reads back whole."""

from __future__ import annotations

from collections.abc import Iterable

from actions.talk import words
from actions.talk.context import Context
from actions.talk.memory import Facts, Memory
from knowledge.case import UNKNOWN
from knowledge.table import Fact

MARK = "【转交】"
_NAMED = "被告（还没说是不是只有这一家）"
_TOUCHED = "提到过"


def written(facts: Facts, memory: Memory, context: Context) -> str:
    """The case as lines `短名：答案`, by the table's own words, for a colleague to paste."""
    table = context.decider.table.facts
    lines = [f"{fact.short}：{_value(fact, facts[name])}" for name, fact in table.items() if name in facts]
    if memory.defendant and not {"defendants", "defendant_units"} & facts.keys():
        lines.append(f"{_NAMED}：{memory.defendant}")
    touched = [table[name].short for name in memory.doubted if name not in facts and table[name].presumed]
    if touched:
        lines.append(f"{_TOUCHED}：{'、'.join(touched)}")
    return "\n".join([MARK, *lines])


def read(text: str, context: Context) -> tuple[Facts, Memory] | None:
    """What `written` wrote, read back; None where the text is no such case.

    Lines that the table does not know are passed over: what they would say is asked.
    """
    if MARK not in text:
        return None
    table = context.decider.table.facts
    by_short = {fact.short: fact for fact in table.values() if not fact.derived}
    facts: dict[str, str] = {}
    defendant, doubted = "", set()
    for short, value in _pairs(text.partition(MARK)[2].splitlines()):
        if short == _NAMED:
            defendant = value
        elif short == _TOUCHED:
            doubted = {by_short[it].id for it in value.split("、") if it in by_short}
        elif short in by_short and (read_back := _read(by_short[short], value)):
            facts[by_short[short].id] = read_back
    if not facts and not defendant:
        return None
    return facts, Memory(told=tuple(facts), defendant=defendant, doubted=tuple(sorted(doubted)))


def _pairs(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        short, mark, value = line.strip().partition("：")
        if mark and value.strip():
            yield short.strip(), value.strip()


def _value(fact: Fact, value: str) -> str:
    if fact.kind == "choice":
        return fact.choice(value).label
    return words.UNKNOWN if value == UNKNOWN else value


def _read(fact: Fact, value: str) -> str | None:
    if fact.kind == "choice":
        return next((choice.id for choice in fact.choices if choice.label == value), None)
    return UNKNOWN if value == words.UNKNOWN else value
