"""The record's part of the talk: confirm, list, correct. Nothing on record is changed; a correction supersedes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from actions import render
from actions.cases import Cases, actor, opens
from actions.errors import NotRecorded
from actions.people import LOCAL_CHANNELS, People
from actions.rasa.ports import Say, Turn
from actions.report import outcome_data, trace_data
from actions.store import Decision, NewDecision, Store
from actions.talk import words
from actions.talk.context import Context
from actions.talk.memory import Facts, Memory
from knowledge.decide import Outcome

_SHOWN = 10
_NUMBER = re.compile(r"(?<!\d)0*([1-9]\d{0,5})(?!\d)")


class Desk:
    """Writes and reads decisions for the talk.

    Args:
        context: the measure's decisions, the clock.
        store: where decisions are kept.
        cases: what a decision opens.
    """

    def __init__(self, context: Context, store: Store, cases: Cases) -> None:
        self._context = context
        self._store, self._people, self._cases = store, People(store), cases

    def confirm(self, facts: Facts, memory: Mapping[str, object], person: str) -> Turn:
        """Write the decision; pressing again finds it written. A changed case is a correction of the first."""
        kept = Memory.load(memory)
        if not facts or not kept.case:
            return _said(words.NOTHING_TO_CONFIRM, kept)
        it = self._context.decide(facts, kept)
        if it.status == "incomplete":
            return _said(words.NOT_YET_CONFIRMABLE, kept)
        if it.status == "out_of_scope":
            return _said(render.outcome(it), kept)
        number = kept.decision or kept.supersedes
        earlier = self._store.get(number) if number else None
        if earlier is not None and not self._changed(earlier, facts):
            again = self._recorded(earlier, again=True)
            return _said(again if kept.decision else words.NOT_CHANGED.format(number=earlier.number), kept)
        new = self._decision(it, facts, kept, person, earlier)
        who = actor(self._people, person, local=person.partition(":")[0] in LOCAL_CHANNELS)
        try:
            with self._store.together():  # a decision and its case, both or neither
                decision, _ = self._store.record(new)
                if who is not None and opens(decision):
                    self._cases.open(decision, who, at=self._context.now())
        except NotRecorded as error:
            return _said(str(error), kept)
        return _said(self._recorded(decision, again=False), replace(kept, decision=decision.number, supersedes=0))

    def records(self, person: str) -> Turn:
        """List what this person recorded, newest first."""
        mine = self._store.list(person=person, limit=_SHOWN)
        if not mine:
            return Turn((Say(words.NO_RECORDS + words.ONLY_OWN),))
        return Turn((Say("\n".join(["您登记的：", *map(render.record, mine), words.ONLY_OWN])),))

    def correct(self, text: str, facts: Facts, fresh: Memory, person: str) -> Turn | None:
        """Open a decision of this person's for correction; the old one stays on record.

        Args:
            text: names the decision by its number; without one the latest is meant.
            facts: the answers of the case that lies open, which leaves.
            fresh: the memory of a new case.
            person: who asks.

        Returns:
            None where this person has no such decision that can be corrected.
        """
        decision = self._meant(text, person)
        if decision is None or decision.superseded_by is not None:
            return None
        old = {name: str(value) for name, value in decision.facts.items()}
        opened = replace(fresh, order=tuple(old), supersedes=decision.number)
        head = Say(f"原来登记的：\n{render.record(decision)}\n{words.KEPT}")
        cleared: dict[str, str | None] = dict.fromkeys(facts)
        says = (head, self._context.answers(old, opened))
        return Turn(says, facts={**cleared, **old}, stays=True, memory=opened.dump())

    def not_found(self, text: str, person: str) -> str:
        """Why `correct` opened nothing."""
        decision, found = self._meant(text, person), _NUMBER.search(text)
        if decision is not None and decision.superseded_by is not None:
            latest = f"{decision.superseded_by:04d}"
            return words.ALREADY_CORRECTED.format(number=f"{decision.number:04d}", latest=latest)
        return words.NO_SUCH_RECORD.format(number=f"{int(found[1]):04d}") if found else words.NO_RECORDS

    def _meant(self, text: str, person: str) -> Decision | None:
        found = _NUMBER.search(text)
        mine = self._store.list(person=person)
        return next((it for it in mine if found is None or it.number == int(found[1])), None)

    def _decision(
        self, it: Outcome, facts: Facts, memory: Memory, person: str, earlier: Decision | None
    ) -> NewDecision:
        decider = self._context.decider
        return NewDecision(
            key=_key(person, memory.case, facts, earlier.number if earlier else 0),
            person=person,
            decided_at=self._context.now(),
            facts=dict(facts),
            outcome=outcome_data(it),
            trace=trace_data(it.trace),
            measure_id=decider.measure.id,
            measure_sha256=decider.measure.sha256,
            table_sha256=decider.table.sha256,
            supersedes=earlier.number if earlier else None,
            reason=self._difference(earlier, facts) if earlier else None,
        )

    def _recorded(self, decision: Decision, *, again: bool) -> str:
        head = "已经登记过，没有重复登记" if again else "已登记"
        supersedes = f"，更正自{decision.supersedes:04d}" if decision.supersedes else ""
        case = self._cases.of_decision(decision.number)
        opened = f"\n{words.CASE_OPENED.format(number=case.number)}" if case is not None else ""
        return (
            f"{head}：编号{decision.number:04d}{supersedes}，{render.when(decision.decided_at)}。\n"
            f"{render.found(decision)}{opened}\n{words.AFTER_RECORDING}"
        )

    def _changed(self, earlier: Decision, facts: Facts) -> list[str]:
        """The facts that differ from a decision on record, by what they mean and not by how they were given."""
        if earlier.facts == dict(facts):
            return []
        before, now = (self._context.read(it, Memory()) for it in (earlier.facts, facts))
        return [name for name in self._context.decider.table.facts if before.get(name) != now.get(name)]

    def _difference(self, earlier: Decision, facts: Facts) -> str:
        table = self._context.decider.table.facts
        names = [table[name].short for name in self._changed(earlier, facts)]
        return f"更正自{earlier.number:04d}：{'、'.join(names)}"


def _said(text: str, memory: Memory) -> Turn:
    return Turn((Say(text),), memory=memory.dump())


def _key(person: str, case: str, facts: Facts, supersedes: int) -> str:
    content = json.dumps([person, case, dict(facts), supersedes], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
