"""A case desk to test on: a store, people of 原平市 and of elsewhere, and decisions as the table makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from actions.cases import Actor, Case, Cases, actor
from actions.people import People, Post, Role
from actions.report import outcome_data, trace_data
from actions.store import Decision, NewDecision, Store
from knowledge.bundled import load_decider
from knowledge.decide import Decider

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
"""A Tuesday, ten in the morning in Xinzhou."""
TODAY = date(2026, 11, 24)
RECEIVED = "2026-11-09"

GOVERNMENT, OFFICE, JUSTICE = "原平市人民政府", "原平市人民政府办公室", "原平市司法局"
BUREAU, OTHER_BUREAU = "原平市住房和城乡建设局", "原平市自然资源局"

GOVERNMENT_SUED = {
    "defendants": "county_government",
    "defendant_units": GOVERNMENT,
    "challenged": "act_in_its_name",
    "reported_by": "county_department",
    "reporter": BUREAU,
    "received_on": RECEIVED,
}
"""R03: the bureau that reported handles; Art. 13 settles who attends."""
BUREAU_SUED = {"defendants": "county_department", "defendant_units": BUREAU, "received_on": RECEIVED}
"""R10: the bureau itself; Art. 14."""
BOTH_SUED = {
    "defendants": "several_with_government",
    "defendant_units": f"{BUREAU}、{GOVERNMENT}",
    "reviewed": "county_government",
    "review_result": "upheld",
    "original_organ": "county_department",
    "received_on": RECEIVED,
}
"""R08: the bureau's act, upheld by the government; Art. 14 for one, Art. 13 for the other."""
REPORTED_BY_TOWNSHIP = {**GOVERNMENT_SUED, "reported_by": "township", "reporter": "轩岗镇人民政府"}
"""R03x: open; office and justice bureau settle it together, 第十一条第（七）项."""

REPRESENTED = [{"kind": "head", "office": "副市长", "duty": "分管住建"}, {"kind": "staff", "office": "法制科科长"}]


@cache
def _new_database() -> bytes:
    """A database without records: making its tables takes longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.sqlite"
        Store.open(path).close()
        return path.read_bytes()


@dataclass
class Office:
    """A store with its people and cases; keys of steps are counted.

    Attributes:
        registrar: 收文 of the bureau that reported the act.
        proposer: Of the justice bureau.
        decider: Of the government's office.
        administrator: Of the same office; manages people, sees no cases.
        outsider: All that one person can be, in the justice bureau of another county.
    """

    store: Store
    table: Decider = field(default_factory=load_decider)

    def __post_init__(self) -> None:
        self.people = People(self.store)
        self.cases = Cases(self.store, self.table.units)
        self.registrar = self.enrol("telegram:1", BUREAU, Role.REGISTER)
        self.proposer = self.enrol("telegram:2", JUSTICE, Role.PROPOSE)
        self.decider = self.enrol("telegram:3", OFFICE, Role.DECIDE)
        self.administrator = self.enrol("telegram:4", OFFICE, Role.ADMINISTER)
        self.outsider = self.enrol("telegram:5", "五台县司法局", Role.REGISTER, Role.PROPOSE)
        self._keys = count(1)

    @classmethod
    def at(cls, folder: Path) -> Office:
        """One in a folder; close its store when done."""
        path = folder / "yingsu.sqlite"
        path.write_bytes(_new_database())
        return cls(Store.open(path))

    def enrol(self, person: str, unit: str, *roles: Role) -> Actor:
        """Enrol a person, or change who they are."""
        post = Post.read(self.table.units, "岗位", unit, roles)
        self.people.add(person, post, by="console:admin", at=AT)
        known = actor(self.people, person, local=False)
        assert known is not None
        return known

    def decision(self, facts: Mapping[str, object], *, supersedes: int | None = None) -> Decision:
        """Decide facts by the bundled table and put the decision on record."""
        it = self.table.decide(facts, TODAY)
        assert it.status != "incomplete", it.next_question
        new = NewDecision(
            key=f"decision-{next(self._keys)}",
            person="telegram:1",
            decided_at=AT,
            facts=dict(facts),
            outcome=outcome_data(it),
            trace=trace_data(it.trace),
            measure_id=self.table.measure.id,
            measure_sha256=self.table.measure.sha256,
            table_sha256=self.table.table.sha256,
            supersedes=supersedes,
        )
        return self.store.record(new)[0]

    def open(self, facts: Mapping[str, object] = GOVERNMENT_SUED, who: Actor | None = None) -> Case:
        """A case that has just been opened."""
        return self.cases.open(self.decision(facts), who or self.registrar, at=AT)

    def do(
        self,
        step: str,
        details: Mapping[str, object] | None = None,
        who: Actor | None = None,
        *,
        case: int = 1,
        reason: str | None = None,
        key: str | None = None,
        at: datetime = AT,
    ) -> Case:
        """Take a step on a case, the registrar where nobody else is named."""
        key = key or f"step-{next(self._keys)}"
        return self.cases.do(case, step, details or {}, who or self.registrar, at=at, key=key, reason=reason)
