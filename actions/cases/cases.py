"""The cases: a chain of events on disk, and what they come to."""

from __future__ import annotations

import builtins
import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TextIO

from sqlmodel import Session, col, select

from actions.cases.case import Case, Event, Party
from actions.cases.life import OPEN, REDECIDE, after, party_of
from actions.cases.opening import opening
from actions.cases.steps import Step, load_steps
from actions.cases.who import Actor, may_see, stands
from actions.errors import NoSuchCase, NotAllowed, PersonalData, StepRefused
from actions.people.roles import Role
from actions.render import HERE
from actions.store import GENESIS, Decision, Head, VerifyReport
from actions.store.canonical import canonical, sha256_of
from actions.store.chain import CASE_EVENTS, hashed_event
from actions.store.database import Database
from actions.store.decisions import stored_time
from actions.store.models import CaseEventRow, FocusRow
from knowledge.privacy import find_personal_in
from knowledge.units import Units

REASON_MOST = 200
"""Characters of a reason."""

_AT_A_TIME = 500


class Cases:
    """Cases on disk. Threads may share it.

    Args:
        database: Where decisions and people are kept too.
        units: The units there are.
    """

    def __init__(self, database: Database, units: Units) -> None:
        self._database, self._units = database, units
        self._lock = threading.Lock()
        self._known: dict[int, Case] = {}
        self._upto = 0

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────────────

    def get(self, number: int, who: Actor) -> Case:
        """Read one case.

        Raises:
            NoSuchCase: There is none with that number, or they may not see it.
        """
        with self._database.session() as session:
            case = self._present(session).get(number)
        if case is None or not may_see(self._units, who, case):
            raise NoSuchCase(f"没有您能看的第{number}号案件，请核对编号；发“我的案件”可以看有哪些。")
        return case

    def list(self, who: Actor | None = None) -> builtins.list[Case]:
        """The cases that somebody may see, the latest first; all of them where None."""
        with self._database.session() as session:
            cases = self._present(session).values()
        return [it for it in reversed(builtins.list(cases)) if who is None or may_see(self._units, who, it)]

    def of_decision(self, decision: int) -> Case | None:
        """The case that a decision opened, or that it holds for now."""
        with self._database.session() as session:
            row = session.exec(
                select(CaseEventRow).where(col(CaseEventRow.key) == _decision_key(decision))
            ).one_or_none()
            return self._present(session).get(row.case_number) if row else None

    def history(self, number: int, who: Actor) -> builtins.list[Event]:
        """What was done on a case, the earliest first.

        Raises:
            NoSuchCase: See `get`.
        """
        self.get(number, who)
        with self._database.session() as session:
            query = select(CaseEventRow).where(col(CaseEventRow.case_number) == number)
            return [_event(row) for row in session.exec(query.order_by(col(CaseEventRow.number)))]

    def possible(self, case: Case, who: Actor) -> builtins.list[Step]:
        """The steps that somebody may take on a case as it is, in the table's order."""
        return [
            step
            for step in load_steps().steps.values()
            if case.stage in step.stages and who.roles & step.roles and stands(self._units, who, case, step)
        ]

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, decision: Decision, who: Actor, *, at: datetime) -> Case:
        """Open a case with a decision; one that supersedes another's takes its place in that case.

        The same decision opens one case, however often this is called.

        Raises:
            StoreUnavailable: The database cannot be written now.
        """
        key = _decision_key(decision.number)
        data = opening(decision, self._units)
        with self._database.session(writes=True) as session:
            present = self._present(session, keep=False)
            known = session.exec(select(CaseEventRow).where(col(CaseEventRow.key) == key)).one_or_none()
            if known is not None:
                return present[known.case_number]
            earlier = self._superseded(session, decision, present)
            what, number = (REDECIDE, earlier.number) if earlier else (OPEN, max(present, default=0) + 1)
            row = _row(key, number, what, data, who, decision.reason, at)
            return self._append(session, row, earlier)

    def do(
        self,
        number: int,
        step: str,
        details: Mapping[str, object],
        who: Actor,
        *,
        at: datetime,
        key: str,
        reason: str | None = None,
    ) -> Case:
        """Take a step on a case.

        Args:
            number: The case.
            step: The step's id, as in `steps.yml`.
            details: Its details, plain JSON: days as ISO dates.
            who: Who takes it.
            at: Now; aware.
            key: Names the act; the same key again, by the same person, changes nothing more.
            reason: Why.

        Returns:
            The case after it.

        Raises:
            NoSuchCase: There is none with that number, or they may not see it.
            NotAllowed: Their role or unit may not take this step.
            StepRefused: The case as it is does not admit it, a detail is missing, or a day is impossible.
            PersonalData: Details or reason hold what looks like somebody's number.
            StoreUnavailable: The database cannot be written now; nothing was.
        """
        row = load_steps().steps[step]
        reason = _reason(reason)
        for part, value in (("内容", dict(details)), ("理由", reason)):
            if (kind := find_personal_in(value)) is not None:
                raise PersonalData(f"{part}里有疑似{kind}的内容，个人信息不入库，请删去后再记。")
        _check_days(step, details, at)
        with self._database.session(writes=True) as session:
            present = self._present(session, keep=False)
            done = session.exec(select(CaseEventRow).where(col(CaseEventRow.key) == key)).one_or_none()
            if done is not None and done.person == who.person:
                return present[done.case_number]
            case = present.get(number)
            if case is None or not may_see(self._units, who, case):
                raise NoSuchCase(f"没有您能看的第{number}号案件，请核对编号；发“我的案件”可以看有哪些。")
            data = self._ready(case, row, details, reason, who)
            if step == "note" and data["field"] == "court_number":
                _refuse_twice(present.values(), case, str(data["value"]))
            return self._append(session, _row(key, number, step, data, who, reason, at), case)

    # ── the chain ──────────────────────────────────────────────────────────────────────────────────────────────

    def head(self) -> Head:
        """The last event's number and hash; (0, 64 zeros) where there is none."""
        with self._database.session() as session:
            return _head(session)

    def verify(self, expected_head: Head | None = None) -> VerifyReport:
        """Check that every event is as it was written; see `actions.store.Store.verify`."""
        with self._database.session() as session:
            return CASE_EVENTS.check(_all(session), expected_head)

    def export(self, stream: TextIO) -> int:
        """Write all events in the order of the chain, one canonical JSON object a line; tells how many."""
        count = 0
        with self._database.session() as session:
            for row in _all(session):
                stream.write(canonical({**hashed_event(row), "hash": row.hash}) + "\n")
                count += 1
        return count

    # ── what a person has open ─────────────────────────────────────────────────────────────────────────────────

    def focus(self, person: str) -> tuple[int, str]:
        """The case that a person speaks of, and what they were asked for; (0, "") where there is none."""
        with self._database.session() as session:
            row = session.get(FocusRow, person)
            return (row.case_number, row.pending) if row else (0, "")

    def set_focus(self, person: str, case: int, pending: str = "") -> None:
        """Keep the case that a person speaks of, and what they were asked for."""
        with self._database.session(writes=True) as session:
            session.merge(FocusRow(person=person, case_number=case, pending=pending))

    # ── inside ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _ready(
        self, case: Case, step: Step, details: Mapping[str, object], reason: str | None, who: Actor
    ) -> dict[str, object]:
        """The details of a step that this person may take.

        Raises:
            NotAllowed, StepRefused: Why not.
        """
        data = {name: value for name, value in details.items() if value is not None}
        if not who.roles & step.roles:
            wanted = "或".join(it.label for it in Role if it in step.roles)
            held = "、".join(it.label for it in Role if it in who.roles)
            raise NotAllowed(f"“{step.name}”要有{wanted}的权限，您的权限是{held}。需要的请向管理员申请。")
        about = None
        if "party" in (*step.details, *step.optional):
            party = self._own_party(case, step, data, who)
            data["party"], about = party.unit, party
        if not stands(self._units, who, case, step, about):
            raise NotAllowed(self._whose(case, step, about))
        if step.id == "confirm_handling":
            data["side"] = self._side(case, who)
        missing = next((name for name in step.details if name not in data), None)
        if missing is not None:
            raise StepRefused(f"“{step.name}”还缺{_MISSING.get(missing, missing)}。", missing)
        if step.reason and not reason:
            raise StepRefused(f"“{step.name}”要写理由，例如“理由 ……”。", "reason")
        return data

    def _own_party(self, case: Case, step: Step, data: Mapping[str, object], who: Actor) -> Party:
        """The defendant that a step is about; with several, the one that is this person's to settle."""
        if "party" not in data and len(case.parties) > 1:
            own = [it for it in case.parties if stands(self._units, who, case, step, it)]
            if len(own) == 1 and not who.local:
                return own[0]
        return party_of(case, data)

    def _whose(self, case: Case, step: Step, party: Party | None) -> str:
        units = {
            "proposer": {it.proposes for it in ((party,) if party else case.parties)},
            "decider": {it.decides for it in ((party,) if party else case.parties)},
            "office": set(case.decided_by),
            "justice": set(case.decided_by),
            "handling": set(case.handling),
            "registrar": {case.registrar or ""},
            "defendant": {it.unit for it in ((party,) if party else case.parties)},
        }
        named = sorted({name for one in step.whose for name in units.get(one, ()) if name})
        basis = f"（{party.basis}）" if party is not None and party.basis and step.id != "held" else ""
        return f"“{step.name}”由{'、'.join(named) or '承办单位'}做{basis}，您的单位不是。"

    def _side(self, case: Case, who: Actor) -> str:
        unit = self._units.parse(who.unit or "")
        return "justice" if unit is not None and unit.kind.value == "justice_bureau" else "office"

    def _present(self, session: Session, *, keep: bool = True) -> dict[int, Case]:
        """All cases as they are now. What is only being written is not kept: it may yet be undone."""
        with self._lock:
            known, upto = dict(self._known), self._upto
        query = select(CaseEventRow).where(col(CaseEventRow.number) > upto).order_by(col(CaseEventRow.number))
        for row in session.exec(query.execution_options(yield_per=_AT_A_TIME)):
            known[row.case_number] = after(known.get(row.case_number), _event(row))
            upto = row.number
        if keep and not self._database.sharing:
            with self._lock:
                if upto > self._upto:
                    self._known, self._upto = dict(known), upto
        return known

    def _superseded(self, session: Session, decision: Decision, present: Mapping[int, Case]) -> Case | None:
        if decision.supersedes is None:
            return None
        row = session.exec(
            select(CaseEventRow).where(col(CaseEventRow.key) == _decision_key(decision.supersedes))
        ).one_or_none()
        return present[row.case_number] if row else None

    def _append(self, session: Session, row: CaseEventRow, before: Case | None) -> Case:
        number, previous_hash = _head(session)
        row.number, row.previous_hash = number + 1, previous_hash
        row.hash = sha256_of(hashed_event(row))
        case = after(before, _event(row))
        session.add(row)
        session.flush()
        return case


_MISSING = {
    "day": "日期，例如“11月24日”",
    "field": "要补记的项目，例如“案号 （2026）晋0981行初5号”",
    "value": "内容",
    "unit": "单位名称",
    "paper": "材料的序号，1到8",
    "mark": "情况：齐、稍后、不需要",
    "attendees": "出庭人员的职务，例如“副县长，分管住建；法制科科长”",
    "rank": "出庭情况：正职、副职、其他负责人，或没有负责人",
    "result": "裁判结果，例如“驳回诉讼请求”",
    "colleague": "同事的编号或称呼",
    "deadline": "办完的是哪一项",
}


def _decision_key(decision: int) -> str:
    return f"decision:{decision}"


def _reason(text: str | None) -> str | None:
    reason = " ".join((text or "").split())
    if len(reason) > REASON_MOST:
        raise StepRefused(f"理由最多{REASON_MOST}字，请写短一些。", "reason")
    return reason or None


def _check_days(step: str, details: Mapping[str, object], at: datetime) -> None:
    """Refuse a day to come of what has happened already."""
    today = at.astimezone(HERE).date()
    for name in ("day", "value"):
        try:
            day = date.fromisoformat(str(details.get(name)))
        except ValueError:
            continue
        ahead = details.get("field") == "evidence_due" or (step == "hearing" and name == "day")
        if day > today and not ahead:
            raise StepRefused(f"{day.month}月{day.day}日还没有到，请核对日期。", name)


def _refuse_twice(cases: Iterable[Case], case: Case, court_number: str) -> None:
    """Refuse a court's number that another case bears."""
    twice = next(
        (
            it
            for it in cases
            if it.court_number == court_number and it.number != case.number and it.stage != "withdrawn"
        ),
        None,
    )
    if twice is not None:
        raise StepRefused(
            f"案号{court_number}已经记在第{twice.number}号案件，请核对；登记重了的，撤回其中一件。", "value"
        )


def _row(
    key: str, case: int, what: str, data: Mapping[str, object], who: Actor, reason: str | None, at: datetime
) -> CaseEventRow:
    return CaseEventRow(
        number=0,
        key=key,
        case_number=case,
        what=what,
        data=canonical(data),
        person=who.person,
        unit=who.unit,
        via=who.via,
        reason=reason,
        done_at=stored_time(at),
        previous_hash="",
        hash="",
    )


def _event(row: CaseEventRow) -> Event:
    return Event(
        number=row.number,
        case=row.case_number,
        what=row.what,
        data=json.loads(row.data),
        person=row.person,
        unit=row.unit,
        via=row.via,
        reason=row.reason,
        at=datetime.fromisoformat(row.done_at),
        hash=row.hash,
    )


def _all(session: Session) -> Iterator[CaseEventRow]:
    query = select(CaseEventRow).order_by(col(CaseEventRow.number))
    yield from session.exec(query.execution_options(yield_per=_AT_A_TIME))


def _head(session: Session) -> Head:
    query = select(CaseEventRow.number, CaseEventRow.hash).order_by(col(CaseEventRow.number).desc()).limit(1)
    row = session.exec(query).one_or_none()
    return (0, GENESIS) if row is None else (row[0], row[1])
