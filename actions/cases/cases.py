"""The cases: a chain of events on disk, and what they come to."""

from __future__ import annotations

import builtins
import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TextIO

from sqlmodel import Session, col, or_, select

from actions.cases.case import Case, Event, Party
from actions.cases.dates import dates
from actions.cases.details import checked
from actions.cases.life import OPEN, REDECIDE, after, party_of, why_not
from actions.cases.opening import opening, opens
from actions.cases.steps import Step, load_steps
from actions.cases.who import Actor, actor, is_a, may_see, own_party, stands
from actions.errors import NoSuchCase, NotADatabase, NotAllowed, PersonalData, StepRefused
from actions.people.people import REASON_MOST, People
from actions.people.roles import Role
from actions.render import HERE, written
from actions.store import GENESIS, Decision, Head, VerifyReport
from actions.store.canonical import canonical, sha256_of
from actions.store.chain import CASE_EVENTS, hashed_event
from actions.store.database import Database
from actions.store.decisions import stored_time
from actions.store.models import CaseEventRow, FocusRow
from knowledge.privacy import find_personal_in
from knowledge.units import UnitKind, Units

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
            raise _no_such(number)
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

    def taken(self, key: str, person: str) -> builtins.list[Event]:
        """The steps that a person took with a message of this key; several, where it told of several papers."""
        keys = or_(col(CaseEventRow.key) == key, col(CaseEventRow.key).startswith(f"{key}#", autoescape=True))
        with self._database.session() as session:
            query = select(CaseEventRow).where(keys, col(CaseEventRow.person) == person)
            return [_event(row) for row in session.exec(query.order_by(col(CaseEventRow.number)))]

    def possible(self, case: Case, who: Actor) -> builtins.list[Step]:
        """The steps that a case as it is admits and somebody's role and unit may take, in the table's order."""
        return [
            step
            for step in load_steps().steps.values()
            if who.roles & step.roles and stands(self._units, who, case, step) and not why_not(case, step)
        ]

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, decision: Decision, who: Actor, *, at: datetime) -> Case:
        """Open a case with a decision; one that supersedes another's takes its place in that case.

        The same decision opens one case, however often this is called. Where the earlier case was withdrawn, the
        later decision opens another.

        Raises:
            StepRefused: The decision is about something else (see `opens`), or a later one has taken its place.
            StoreUnavailable: The database cannot be written now.
        """
        if not opens(decision):
            raise StepRefused(f"第{decision.number}号登记不是要承办的案件，不立案。")
        key = _decision_key(decision.number)
        with self._database.session(writes=True) as session:
            present = self._present(session)
            known = session.exec(select(CaseEventRow).where(col(CaseEventRow.key) == key)).one_or_none()
            if known is not None:
                return present[known.case_number]
            if decision.superseded_by is not None:
                raise StepRefused(
                    f"第{decision.number}号登记已由第{decision.superseded_by}号更正，请用第{decision.superseded_by}号。"
                )
            earlier = self._superseded(session, decision, present)
            data = opening(decision, self._units, earlier.registrar if earlier else who.unit)
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
            StepRefused: The case as it is does not admit it, or a detail is missing or wrong.
            PersonalData: Details or reason hold what looks like somebody's number.
            StoreUnavailable: The database cannot be written now; nothing was.
        """
        row = load_steps().steps[step]
        reason = _reason(reason)
        for part, value in (("内容", dict(details)), ("理由", reason)):
            if (kind := find_personal_in(value)) is not None:
                raise PersonalData(f"{part}里有疑似{kind}的内容，个人信息不入库，请删去后再记。")
        today = at.astimezone(HERE).date()
        told = checked(row, details, today)
        heir = actor(People(self._database), str(told["colleague"]), local=False) if "colleague" in told else None
        with self._database.session(writes=True) as session:
            present = self._present(session)
            done = session.exec(select(CaseEventRow).where(col(CaseEventRow.key) == key)).one_or_none()
            if done is not None and done.person != who.person:
                raise StepRefused("这次操作的编号已经用过，请重新发一次。")
            if done is not None:
                return present[done.case_number]
            case = present.get(number)
            if case is None or not may_see(self._units, who, case):
                raise _no_such(number)
            data = self._ready(case, row, told, reason, who)
            if step == "hand_over" and not self._could_keep(case, row, heir):
                raise StepRefused(
                    "这位同事不能接手：要已经开通，有登记或提出意见的权限，并且在收文单位、承办单位或被告单位。",
                    "colleague",
                )
            if step == "close" and not reason and (open_end := _not_over(case, date.fromisoformat(str(data["day"])))):
                raise StepRefused(f"{open_end}仍要结案的请写理由，例如“理由 原告已经撤诉”。", "reason")
            if step == "done" and all(it.id != data["deadline"] for it in dates(case, today)):
                raise StepRefused(f"没有这一项日期；说“案件 {number} 期限”可以看有哪些。", "deadline")
            if step == "note" and data["field"] == "court_number":
                _refuse_twice(present.values(), case, str(data["value"]), "value")
            if step == "restore" and case.court_number:
                _refuse_twice(present.values(), case, case.court_number)
            return self._append(session, _row(key, number, step, data, who, reason, at), case)

    # ── the chain ──────────────────────────────────────────────────────────────────────────────────────────────

    def head(self) -> Head:
        """The last event's number and hash; (0, 64 zeros) where there is none."""
        with self._database.session() as session:
            return _head(session)

    def verify(self, *kept: Head) -> VerifyReport:
        """Check that every event is as it was written; see `actions.store.Store.verify`."""
        with self._database.session() as session:
            return CASE_EVENTS.check(_all(session), kept)

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
        self, case: Case, step: Step, told: Mapping[str, object], reason: str | None, who: Actor
    ) -> dict[str, object]:
        """The details of a step that this person may take.

        Raises:
            NotAllowed, StepRefused: Why not.
        """
        data = dict(told)
        if not who.roles & step.roles:
            wanted = "或".join(it.label for it in Role if it in step.roles)
            held = "、".join(it.label for it in Role if it in who.roles)
            raise NotAllowed(f"“{step.name}”要有{wanted}的权限，您的权限是{held}。需要的请向管理员申请。")
        if why := why_not(case, step):
            raise StepRefused(why)
        about = None
        if "party" in (*step.details, *step.optional):
            party = self._own_party(case, step, data, who)
            data["party"], about = party.unit, party
        if not stands(self._units, who, case, step, about):
            raise NotAllowed(self._whose(case, step, about))
        if step.id == "confirm_handling":
            data |= self._confirming(case, data, who)
        missing = next((name for name in step.details if name not in data), None)
        if missing is not None:
            raise StepRefused(f"“{step.name}”还缺{_MISSING.get(missing, missing)}。", missing)
        if step.reason and not reason:
            raise StepRefused(f"“{step.name}”要写理由，例如“理由 ……”。", "reason")
        return data

    def _own_party(self, case: Case, step: Step, data: Mapping[str, object], who: Actor) -> Party:
        """The defendant that a step is about; with several, the one that is this person's to settle."""
        own = own_party(self._units, who, case, step) if "party" not in data else None
        return own or party_of(case, data)

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
        if unclear := [name for name in named if not self._located(name)]:
            return f"登记里没有写明{'、'.join(unclear)}是哪一个，请登记人先更正登记，写明单位全称。"
        basis = f"（{party.basis}）" if party is not None and party.basis and step.id != "held" else ""
        return f"“{step.name}”由{'、'.join(named) or '承办单位'}做{basis}，您的单位不是。"

    def _located(self, name: str) -> bool:
        """Whether a name tells one unit, and not only its kind (县人民政府)."""
        unit = self._units.parse(name)
        return unit is not None and (unit.place is not None or unit.level == "province")

    def _confirming(self, case: Case, told: Mapping[str, object], who: Actor) -> dict[str, object]:
        """For which side somebody confirms, whether there is but one, and the proper names of what they name."""
        justice = is_a(self._units, who.unit or "", UnitKind.JUSTICE_BUREAU)
        other = UnitKind.GOVERNMENT_OFFICE if justice else UnitKind.JUSTICE_BUREAU
        side: dict[str, object] = {
            "side": "justice" if justice else "office",
            "alone": not any(is_a(self._units, it, other) for it in case.decided_by),
        }
        return {**side, "unit": self._handling(str(told["unit"]), who)} if "unit" in told else side

    def _handling(self, text: str, who: Actor) -> str:
        near = self._units.parse(who.unit or "")
        found = [self._units.parse(it, near=near) for it in re.split(r"[、，,；;]", text)]
        names = [it.name for it in found if it is not None and it.level in ("city", "county", "township") and it.place]
        if near is not None and near.level != "city" and any(it is not None and it.place != near.place for it in found):
            raise StepRefused(f"{text}不是{near.place}的单位，请核对后再确认。", "unit")
        if len(names) < len(found):
            raise StepRefused("认不出这个单位，请写全称，例如“原平市住房和城乡建设局”；几个单位用顿号分开。", "unit")
        return "、".join(sorted(set(names)))

    def _could_keep(self, case: Case, step: Step, heir: Actor | None) -> bool:
        """Whether a colleague could themselves hand the case on: then they can also keep it up."""
        return heir is not None and bool(heir.roles & step.roles) and stands(self._units, heir, case, step)

    def _present(self, session: Session) -> dict[int, Case]:
        """All cases as they are now. What a thread reads inside `together` is not kept: it may yet be undone."""
        with self._lock:
            known, upto = dict(self._known), self._upto
        query = select(CaseEventRow).where(col(CaseEventRow.number) > upto).order_by(col(CaseEventRow.number))
        for row in session.exec(query.execution_options(yield_per=_AT_A_TIME)):
            before = known.get(row.case_number)
            try:
                known[row.case_number] = after(before, _event(row))
            except StepRefused:  # a rule has become stricter since: that must not close the desk to everybody
                if before is not None:
                    known[row.case_number] = replace(before, last=row.number, unread=(*before.unread, row.number))
            except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
                raise NotADatabase(
                    f"第{row.number}号案件记录读不通，可能被改动；请运行“yingsu verify”核对，用备份恢复。"
                ) from error
            upto = row.number
        if not self._database.sharing:
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
        earlier = present[row.case_number] if row else None
        return None if earlier is not None and earlier.stage == "withdrawn" else earlier

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


def _not_over(case: Case, day: date) -> str:
    """What keeps a case from being over on a day: a hearing or judgment to come, one that can still be appealed."""
    planned = next((it for it in case.hearings if it.state == "planned"), None)
    if planned is not None:
        return f"{written(planned.day)}的开庭还没有记为已开庭或者取消。"
    if not case.judgments:
        return "还没有记过裁判。"
    last = case.judgments[-1]
    if last.result == "remanded":
        return "发回重审以后还没有记过裁判。"
    if any(it.day >= last.received_on for it in case.appeals):
        return "上诉或者再审还没有记过裁判。"
    appeal = next(
        (it for it in dates(case, day) if it.id.startswith("appeal_") and not it.done and it.due >= day), None
    )
    return f"上诉期到{written(appeal.due)}才满，裁判还没有生效。" if appeal is not None else ""


def _no_such(number: int) -> NoSuchCase:
    return NoSuchCase(f"没有您能看的第{number}号案件，请核对编号；发“我的案件”可以看有哪些。")


def _decision_key(decision: int) -> str:
    return f"decision:{decision}"


def _reason(text: str | None) -> str | None:
    reason = " ".join((text or "").split())
    if len(reason) > REASON_MOST:
        raise StepRefused(f"理由最多{REASON_MOST}字，请写短一些。", "reason")
    return reason or None


def _refuse_twice(cases: Iterable[Case], case: Case, court_number: str, detail: str = "") -> None:
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
            f"案号{court_number}已经记在第{twice.number}号案件，请核对；登记重了的，撤回其中一件。", detail
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
