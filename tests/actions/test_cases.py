"""The cases on disk: opened once with a decision, seen by whom they concern, one chain that only grows."""

from __future__ import annotations

import io
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from actions.cases import Actor, Cases, Party, life
from actions.errors import NoSuchCase, NotADatabase, PersonalData, StepRefused
from actions.people import Role
from actions.store import GENESIS, Decision
from actions.store.canonical import sha256_of
from tests.actions.cases_kit import (
    AT,
    BOTH_SUED,
    BUREAU,
    BUREAU_SUED,
    GOVERNMENT,
    GOVERNMENT_SUED,
    JUSTICE,
    OFFICE,
    OTHER_BUREAU,
    REPORTED_BY_TOWNSHIP,
    REPRESENTED,
    Office,
)


def whats(office: Office, case: int = 1) -> list[str]:
    return [it.what for it in office.cases.history(case, office.registrar)]


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_decision_opens_a_case_with_what_it_says(office: Office) -> None:
    case = office.open()
    assert (case.number, case.stage, case.status, case.decision) == (1, "answering", "determined", 1)
    assert (case.registrar, case.opened_by, case.keeper) == (BUREAU, "telegram:1", "telegram:1")
    assert case.parties == (Party(GOVERNMENT, JUSTICE, GOVERNMENT, "第十三条", True),)
    assert (case.handling, case.decided_by, case.received_on) == ((BUREAU,), (), date(2026, 11, 9))
    assert case.act and not case.reconsideration  # that there was no reconsideration was only presumed
    assert office.cases.of_decision(1) == office.cases.get(1, office.registrar) == case


def test_the_same_decision_opens_one_case(office: Office) -> None:
    decision = office.decision(GOVERNMENT_SUED)
    first = office.cases.open(decision, office.registrar, at=AT)
    assert office.cases.open(decision, office.proposer, at=AT) == first
    assert whats(office) == ["open"]


def test_an_open_outcome_opens_a_case_whose_handling_unit_people_settle(office: Office) -> None:
    case = office.open(REPORTED_BY_TOWNSHIP)
    assert (case.status, case.handling, case.decided_by) == ("undetermined", (), (OFFICE, JUSTICE))


def test_after_a_reconsideration_each_defendant_has_its_own_article(office: Office) -> None:
    case = office.open(BOTH_SUED)
    assert case.parties == (
        Party(BUREAU, BUREAU, BUREAU, "第十四条", False),
        Party(GOVERNMENT, JUSTICE, GOVERNMENT, "第十三条", True),
    )
    assert case.handling == (BUREAU, JUSTICE)
    assert "维持" in case.reconsideration


@pytest.mark.parametrize("facts", [{"matter": "planned_attendee", "planned_attendee": "chief"}, {"matter": "filing"}])
def test_a_decision_about_something_else_opens_none(office: Office, facts: dict[str, str]) -> None:
    with pytest.raises(StepRefused, match="不立案"):
        office.open(facts)
    assert office.cases.list() == []


def test_a_defendant_without_its_county_is_that_of_the_registrar(office: Office) -> None:
    facts = {name: value for name, value in REPORTED_BY_TOWNSHIP.items() if name not in ("defendant_units", "reporter")}
    case = office.open(facts)
    assert case.parties == (Party(GOVERNMENT, JUSTICE, GOVERNMENT, "第十三条", True),)
    assert case.decided_by == (OFFICE, JUSTICE)


def test_without_a_registrars_county_nobody_acts_until_the_record_is_corrected(office: Office) -> None:
    local = Actor("console:a", None, frozenset({Role.REGISTER}))
    facts = {name: value for name, value in GOVERNMENT_SUED.items() if name != "defendant_units"} | {"reporter": BUREAU}
    first = office.decision({**facts, "reported_by": "township", "reporter": ""})
    case = office.cases.open(first, local, at=AT)
    assert case.parties[0].unit == "县人民政府"
    with pytest.raises(NoSuchCase):
        office.do("propose", {"attendees": REPRESENTED}, office.proposer)
    office.do("hearing", {"day": "2026-11-20"}, local)
    with pytest.raises(StepRefused, match="不是这个案件的被告"):
        office.do("held", {"rank": "chief", "party": GOVERNMENT}, local)
    corrected = office.decision(GOVERNMENT_SUED, supersedes=first.number)
    assert office.cases.open(corrected, local, at=AT).parties[0].unit == GOVERNMENT
    office.do("propose", {"attendees": REPRESENTED}, office.proposer)


def test_several_defendants_without_names_keep_their_articles(office: Office) -> None:
    case = office.open({"defendants": "several_with_government", "reviewed": "none", "received_on": "2026-11-09"})
    assert [(it.unit, it.basis) for it in case.parties] == [("被告的政府", "第十三条"), ("其他被告单位", "第十四条")]


# ── a later decision ─────────────────────────────────────────────────────────────────────────────────────────────────


def superseded(office: Office, facts: dict[str, str]) -> Decision:
    return office.decision(facts, supersedes=office.cases.list()[0].decision)


def test_a_later_decision_takes_the_place_of_the_earlier_in_its_case(office: Office) -> None:
    office.open()
    office.do("propose", {"attendees": REPRESENTED}, office.proposer)
    later = superseded(office, {**GOVERNMENT_SUED, "reporter": OTHER_BUREAU})
    case = office.cases.open(later, office.registrar, at=AT)
    assert (case.number, case.decision, case.handling) == (1, 2, (OTHER_BUREAU,))
    assert case.proposed(GOVERNMENT) is not None
    assert whats(office) == ["open", "propose", "redecide"]
    third = superseded(office, BOTH_SUED)
    assert office.cases.open(third, office.registrar, at=AT).handling == (BUREAU, JUSTICE)
    latest = office.cases.get(1, office.registrar)
    assert [office.cases.of_decision(it) for it in (1, 2, 3, 4)] == [latest, latest, latest, None]


def test_a_later_decision_keeps_what_was_noted_since_unless_it_tells_otherwise(office: Office) -> None:
    office.open()
    office.do("note", {"field": "received_on", "value": "2026-11-10"}, reason="回执上是10日")
    office.do("note", {"field": "act", "value": "处罚决定"}, reason="写具体")
    same = superseded(office, {**GOVERNMENT_SUED, "reporter": OTHER_BUREAU})
    case = office.cases.open(same, office.registrar, at=AT)
    assert (case.received_on, case.act) == (date(2026, 11, 10), "处罚决定")
    other = superseded(office, {**BOTH_SUED, "received_on": "2026-11-11"})
    case = office.cases.open(other, office.registrar, at=AT)
    assert (case.received_on, case.act, "维持" in case.reconsideration) == (date(2026, 11, 11), "处罚决定", True)
    back = superseded(office, {**GOVERNMENT_SUED, "received_on": "2026-11-11"})
    assert office.cases.open(back, office.registrar, at=AT).reconsideration == ""


def test_a_withdrawn_case_is_not_woken_by_a_correction(office: Office) -> None:
    office.open()
    office.do("withdraw", reason="登记错了")
    case = office.cases.open(superseded(office, BUREAU_SUED), office.registrar, at=AT)
    assert (case.number, case.stage) == (2, "answering")


def test_a_superseded_decision_opens_no_second_case(office: Office) -> None:
    first = office.decision(GOVERNMENT_SUED)
    office.cases.open(office.decision(BUREAU_SUED, supersedes=1), office.registrar, at=AT)
    with pytest.raises(StepRefused, match="已由第2号更正"):
        office.cases.open(office.store.get(first.number), office.registrar, at=AT)


# ── who sees it ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("unit", "roles", "sees"),
    [
        (BUREAU, [Role.REGISTER], True),  # registers and handles
        (JUSTICE, [Role.PROPOSE], True),
        (OFFICE, [Role.DECIDE], True),  # the government acts by its office
        (OFFICE, [Role.ADMINISTER], False),
        (BUREAU, [Role.ENQUIRE], False),
        (OTHER_BUREAU, [Role.REGISTER], False),
        ("五台县司法局", [Role.REGISTER, Role.PROPOSE], False),
        ("忻州市司法局", [Role.PROPOSE], False),  # Art. 7: each supervises at its own level
    ],
)
def test_a_case_is_seen_by_the_units_it_concerns(office: Office, unit: str, roles: list[Role], sees: bool) -> None:
    office.open()
    who = office.enrol("telegram:9", unit, *roles)
    assert bool(office.cases.list(who)) is sees
    if sees:
        assert office.cases.get(1, who).number == 1
    else:
        with pytest.raises(NoSuchCase):
            office.cases.history(1, who)


def test_the_justice_bureau_supervises_the_cases_of_its_own_level(office: Office) -> None:
    office.open(BUREAU_SUED)  # in which it has no part of its own
    assert office.cases.list(office.proposer)
    assert not office.cases.list(office.outsider)
    assert not office.cases.list(office.enrol("telegram:9", "忻州市司法局", Role.PROPOSE))


def test_a_missing_case_and_one_of_others_are_told_alike(office: Office) -> None:
    office.open()
    with pytest.raises(NoSuchCase) as forbidden:
        office.cases.get(1, office.outsider)
    with pytest.raises(NoSuchCase) as missing:
        office.cases.get(2, office.outsider)
    assert str(forbidden.value).replace("1", "2") == str(missing.value)
    with pytest.raises(NoSuchCase):
        office.do("note", {"field": "court", "value": "忻府区人民法院"}, office.outsider)


def test_who_opened_a_case_sees_it_while_they_work_on_cases(office: Office) -> None:
    office.open()
    moved = office.enrol("telegram:1", OTHER_BUREAU, Role.REGISTER)
    assert office.cases.list(moved)
    assert not office.cases.list(office.enrol("telegram:1", BUREAU, Role.ADMINISTER))


def test_cases_are_listed_the_latest_first(office: Office) -> None:
    office.open()
    office.open(BUREAU_SUED)
    office.do("note", {"field": "court", "value": "原平市人民法院"}, case=1)
    assert [it.number for it in office.cases.list(office.registrar)] == [2, 1]


# ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_key_counts_once(office: Office) -> None:
    office.open()
    hearing = {"day": "2026-12-03", "time": "9:00"}
    assert office.do("hearing", hearing, key="telegram:17") == office.do("hearing", hearing, key="telegram:17")
    assert whats(office) == ["open", "hearing"]


def test_a_key_of_somebody_else_is_refused(office: Office) -> None:
    office.open()
    office.do("hearing", {"day": "2026-12-03"}, key="telegram:17")
    with pytest.raises(StepRefused, match="编号已经用过"):
        office.do("propose", {"attendees": REPRESENTED}, office.proposer, key="telegram:17")
    assert whats(office) == ["open", "hearing"]


def test_of_two_who_decide_at_once_one_does_and_the_other_is_told(office: Office) -> None:
    office.open()
    office.do("propose", {"attendees": REPRESENTED}, office.proposer)
    deciders = [office.decider, office.enrol("telegram:9", OFFICE, Role.DECIDE)]

    def decide(who: Actor) -> str:
        try:
            Cases(office.store, office.table.units).do(1, "decide", {}, who, at=AT, key=f"decide:{who.person}")
        except StepRefused as error:
            return str(error)
        return "decided"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(decide, deciders))
    assert told == ["decided", f"{GOVERNMENT}的出庭人员已于2026年11月24日10:00确定，没有等确定的意见。"]
    assert whats(office).count("decide") == 1


def test_many_at_once_leave_one_whole_chain(office: Office) -> None:
    office.open()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: office.do("hearing", {"day": f"2026-12-{n:02d}"}, key=f"k{n}"), range(1, 21)))
    case = office.cases.get(1, office.registrar)
    assert sorted(it.day.day for it in case.hearings) == list(range(1, 21))
    assert [it.number for it in case.hearings] == list(range(1, 21))
    assert office.cases.verify().count == 21


# ── the chain ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_desk_is_whole(office: Office) -> None:
    assert office.cases.head() == (0, GENESIS)
    assert office.cases.verify().ok and office.cases.list() == []


def test_history_tells_who_did_what_when_and_why(office: Office) -> None:
    office.open()
    via = replace(office.registrar, via="console:root")
    office.do("note", {"field": "received_on", "value": "2026-11-10"}, via, reason="  回执上\n是10日 ")
    event = office.cases.history(1, office.registrar)[-1]
    assert (event.person, event.unit, event.via) == ("telegram:1", BUREAU, "console:root")
    assert event.reason == "回执上 是10日"
    assert (event.what, event.at, event.data) == ("note", AT, {"field": "received_on", "value": "2026-11-10"})
    assert office.cases.head() == (event.number, event.hash)


def test_the_export_can_be_checked_without_this_program(office: Office) -> None:
    office.open()
    office.do("answer", {"day": "2026-11-20"})
    stream = io.StringIO()
    assert office.cases.export(stream) == 2
    previous = GENESIS
    for line in stream.getvalue().splitlines():
        row = json.loads(line)
        own = row.pop("hash")
        assert (sha256_of(row), row["previous_hash"]) == (own, previous)
        previous = own


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_event SET reason = 'x' WHERE number = 2",
        "DELETE FROM case_event WHERE number = 2",
        "INSERT OR REPLACE INTO case_event SELECT * FROM case_event WHERE number = 1",
    ],
)
def test_the_database_itself_only_appends(office: Office, tmp_path: Path, statement: str) -> None:
    office.open()
    office.do("answer", {"day": "2026-11-20"})
    with closing(sqlite3.connect(tmp_path / "yingsu.sqlite")) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        connection.rollback()
    assert office.cases.verify().ok


def test_a_changed_event_is_found_and_one_that_cannot_be_read_is_told(office: Office, tmp_path: Path) -> None:
    office.open()
    office.do("answer", {"day": "2026-11-20"})
    with closing(sqlite3.connect(tmp_path / "yingsu.sqlite")) as connection, connection:
        connection.execute("DROP TRIGGER case_event_no_update")
        connection.execute("UPDATE case_event SET data = '{}' WHERE number = 2")
    afresh = Cases(office.store, office.table.units)
    report = afresh.verify()
    assert (report.ok, report.first_broken) == (False, 2)
    with pytest.raises(NotADatabase, match="第2号案件记录读不通"):
        afresh.list()


def test_a_rule_that_became_stricter_closes_the_desk_to_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.open()
    office.do("answer", {"day": "2026-11-20"})
    monkeypatch.setitem(cast(Any, life._LACKS), "answer", lambda case: "现在不能这样记。")
    (case,) = Cases(office.store, office.table.units).list()
    assert (case.unread, case.answered_on) == ((2,), None)
    assert office.cases.verify().ok


# ── what is kept in memory ───────────────────────────────────────────────────────────────────────────────────────────


def test_two_desks_on_one_file_see_each_others_steps(office: Office) -> None:
    other = Cases(office.store, office.table.units)
    office.open()
    assert other.get(1, office.registrar).stage == "answering"
    office.do("answer", {"day": "2026-11-20"})
    assert other.get(1, office.registrar).stage == "waiting"
    other.do(1, "close", {"day": "2026-11-24"}, office.registrar, at=AT, key="k", reason="原告撤诉")
    assert office.cases.get(1, office.registrar).stage == "closed"


def _do_much_and_fail(office: Office) -> None:
    with office.store.together():
        office.do("answer", {"day": "2026-11-20"})
        assert office.cases.get(1, office.registrar).stage == "waiting"  # inside, it has happened
        office.open(BUREAU_SUED)
        assert len(office.cases.list()) == 2
        office.do("judge", {"day": "2026-11-20", "result": "revoked"})
        office.do("appeal_answer", {"day": "2026-11-20"})


def test_what_is_undone_with_its_transaction_leaves_nothing(office: Office) -> None:
    office.open()
    before = office.cases.list()
    with pytest.raises(StepRefused, match="没有等答辩的"):
        _do_much_and_fail(office)
    assert office.cases.list() == before == Cases(office.store, office.table.units).list()
    assert office.do("answer", {"day": "2026-11-19"}).answered_on == date(2026, 11, 19)


def test_a_refused_step_leaves_nothing(office: Office) -> None:
    office.open()
    head = office.cases.head()
    with pytest.raises(StepRefused):
        office.do("appeal_answer", {"day": "2026-11-20"})
    with pytest.raises(PersonalData):
        office.do("withdraw", reason="当事人电话13812345678")
    assert office.cases.head() == head


# ── what a person has open ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_case_that_a_person_speaks_of_is_kept_for_each(office: Office) -> None:
    assert office.cases.focus("telegram:1") == (0, "")
    office.cases.set_focus("telegram:1", 3, "hearing")
    office.cases.set_focus("telegram:2", 4)
    office.cases.set_focus("telegram:1", 5, "judge")
    assert (office.cases.focus("telegram:1"), office.cases.focus("telegram:2")) == ((5, "judge"), (4, ""))
