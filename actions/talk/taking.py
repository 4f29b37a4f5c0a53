"""Taking answers and giving them back: what falls away is named, what is told besides is acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from actions.rasa.ports import Say, Turn
from actions.talk import words
from actions.talk.context import RECONSIDERED, Context
from actions.talk.counting import due
from actions.talk.memory import Facts, Memory
from knowledge.case import UNKNOWN, FactsClash
from knowledge.dates import DateError

_LONGEST_SAID = 40


class Taking:
    """What an answer does to a case's facts.

    Args:
        context: the measure's decisions, the clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def take(
        self, found: Facts, facts: Facts, memory: Memory, *, said: str = "", asked: str = "", firm: bool = False
    ) -> Turn:
        """Set answers.

        Args:
            found: the answers, by fact.
            facts: those before.
            memory: the talk's.
            said: the person's words, where there are any.
            asked: the fact whose question they answer; what else they tell is acknowledged.
            firm: they are meant to change what was answered before. Otherwise an answer that does not fit the ones
                before it is not taken but put to the person, with both.
        """
        if "review_result" in found:
            # Whoever tells what a reconsideration came to says that there was one: it is not presumed away any more.
            memory = replace(memory, doubted=tuple(sorted({*memory.doubted, "reviewed"})))
        today, doubted, reader = self._context.today(), frozenset(memory.doubted), self._context.decider.reader
        try:
            reader.read(found, today, doubted)
            clash = "" if firm else self._clash(found, facts, memory)
            if clash:
                said = said[:_LONGEST_SAID]
                return Turn((), memory=replace(memory, clash=dict(found), clash_why=clash, clash_said=said).dump())
            left = self._context.decider.prune({**facts, **found}, today, doubted, keep=tuple(found))
            reader.read(left.facts, today, doubted)
        except (FactsClash, DateError) as error:
            return Turn((Say(str(error)),), memory=memory.missing(asked).dump())
        changed = {name: value for name, value in found.items() if facts.get(name, value) != value}
        fell = tuple(name for name in facts if name not in left.facts)
        lines = [*self._changed(changed, fell, facts), *self._besides(found, facts, asked)]
        after = memory.answered(found, fell, said=self._said(found, said))
        if set(found) & {*RECONSIDERED, "defendant_units"}:
            after = replace(after, settled=())
        says = (Say("\n".join(lines)),) if lines else ()
        return Turn(says, facts={**dict.fromkeys(fell), **found}, memory=after.dump())

    def reopen(self, fact: str, facts: Facts, memory: Memory) -> Turn:
        """Put a question again; every other answer stays until the new one tells which of them fall away."""
        taken = [name for name in (fact, *self._context.details(fact, facts)) if name in facts]
        memory = replace(
            memory,
            told=tuple(name for name in memory.told if name not in taken),
            order=tuple(name for name in memory.order if name not in taken),
            before={**memory.before, fact: self._context.shown(fact, facts, memory)},
            missed={},
            doubted=tuple(sorted({*memory.doubted, fact})),  # asked, and no longer presumed
            reopened=fact,
            changes=False,
            numbered=(),
        )
        return Turn((), facts=dict.fromkeys(taken), next_fact=fact, memory=memory.dump())

    def _clash(self, found: Facts, facts: Facts, memory: Memory) -> str:
        """Why answers do not fit those before them; empty where they do."""
        table = self._context.decider.table.facts
        again = [n for n in found if facts.get(n, found[n]) != found[n] and not self._fuller(n, found[n], facts[n])]
        if again:
            shorts = dict.fromkeys(table[name].short for name in again)
            return words.SAID_TWICE.format(what="、".join(shorts))
        try:
            self._context.case({**facts, **found}, memory)
        except FactsClash as clash:
            return str(clash)
        return ""

    def _fuller(self, name: str, value: str, before: str) -> bool:
        """Whether a unit is named again, only more fully: 住建局, and now 原平市住建局."""
        units = self._context.decider.units
        old, new = units.parse(before), units.parse(value)
        return self._context.decider.table.facts[name].kind != "choice" and (
            old is not None and new is not None and old.place is None and units.same(old, new)
        )

    def _said(self, found: Facts, said: str) -> Mapping[str, str]:
        return dict.fromkeys(found, said[:_LONGEST_SAID]) if said else {}

    def _changed(self, changed: Facts, fell: tuple[str, ...], facts: Facts) -> list[str]:
        table, shown = self._context.decider.table.facts, self._context.in_words
        # A name says which choice, too: one line for both.
        named = {table[n].of: n for n in changed if table[n].of in changed}
        told = {n: named.get(n, n) for n in changed if n not in named.values()}
        lines = [f"已改{table[n].short}：{shown(it, facts[it])} → {shown(it, changed[it])}。" for n, it in told.items()]
        gone = [table[name].short for name in fell if name not in changed]
        return [*lines, f"作废：{'、'.join(gone)}；其余保留。"] if gone else lines

    def _besides(self, found: Facts, facts: Facts, asked: str) -> list[str]:
        """A line for what was told beside the answer."""
        table = self._context.decider.table.facts
        parent = table[asked].of if asked in table else None
        new = [n for n in found if n not in facts and asked not in (n, table[n].of, "") and parent != n]
        told = [f"{table[n].short}：{self._context.in_words(n, found[n])}" for n in new if n != "received_on"]
        lines = [f"记下了：{'；'.join(told)}。"] if told else []
        if found.get("received_on", UNKNOWN) != UNKNOWN and asked != "received_on" and "received_on" not in facts:
            day = found["received_on"]
            lines.append(f"记下了：{self._context.in_words('received_on', day)}收到，{due(day)}。")
        return lines
