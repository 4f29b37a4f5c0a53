"""The register of people: who is enrolled, with what, since when, and who did it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.errors import AlreadyEnrolled, CodeRefused, InvalidPerson, NoSuchPerson, StoreUnavailable
from actions.people import People, Post, Role, supervises
from actions.store import Store
from knowledge.units import Units, load_units

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
ADMIN, CLERK = "telegram:1", "telegram:2"
UNIT = "原平市住房和城乡建设局"


def later(**more: float) -> datetime:
    return AT + timedelta(**more)


def counting(start: int = 0) -> Callable[[int], int]:
    """A source of numbers that looks random enough and is not."""
    state = [start]

    def below(most: int) -> int:
        state[0] = (state[0] * 1103515245 + 12345) % 2**31
        return state[0] // 65536 % most

    return below


@pytest.fixture(scope="module")
def units() -> Units:
    return load_units()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "yingsu.sqlite"


@pytest.fixture
def people(path: Path) -> Iterator[People]:
    with Store.open(path) as store:
        yield People(store)


def post(*roles: Role, name: str = "收文岗", unit: str = UNIT) -> Post:
    return Post(name, unit, frozenset(roles or {Role.REGISTER}))


def issue(people: People, given: Post | None = None, *, by: str = ADMIN, start: int = 0) -> str:
    return people.issue(given or post(), by=by, at=AT, random=counting(start))[1]


# ── codes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_enrols_one_person_as_what_it_was_issued_for(people: People) -> None:
    code = issue(people, post(Role.REGISTER, Role.ENQUIRE))
    person = people.enrol(code, person=CLERK, at=later(hours=1))
    assert (person.id, person.since) == (CLERK, later(hours=1))
    assert person.post == post(Role.REGISTER, Role.ENQUIRE)
    assert people.get(CLERK) == person
    assert people.codes(later(hours=1)) == []


def test_a_code_works_once(people: People) -> None:
    code = issue(people)
    people.enrol(code, person=CLERK, at=AT)
    with pytest.raises(CodeRefused, match="用过"):
        people.enrol(code, person="telegram:3", at=AT)
    assert people.get("telegram:3") is None


def test_the_same_person_sending_it_twice_is_enrolled_once(people: People) -> None:
    code = issue(people)
    first = people.enrol(code, person=CLERK, at=AT)
    assert people.enrol(code, person=CLERK, at=later(minutes=1)) == first
    assert [it.what for it in people.history(CLERK)] == ["enrolled"]


def test_a_code_is_read_however_it_is_typed(people: People) -> None:
    code = issue(people)
    assert people.enrol(f"  {code.lower().replace('-', ' ').replace('0', 'o')} ", person=CLERK, at=AT).id == CLERK


def test_a_code_fits_a_deep_link(people: People) -> None:
    code = issue(people)
    assert len(code) <= 64 and code.isascii() and all(mark.isalnum() or mark == "-" for mark in code)


def test_a_code_expires(people: People) -> None:
    code = issue(people)
    with pytest.raises(CodeRefused, match="过期"):
        people.enrol(code, person=CLERK, at=later(days=3))
    assert people.codes(later(days=3)) == []
    assert people.enrol(code, person=CLERK, at=later(days=3, seconds=-1)).id == CLERK


@pytest.mark.parametrize("wrong", ["", "0000-0000-0000-0000-0000", "/start", "我是县长", "x" * 500])
def test_what_is_no_code_is_refused(people: People, wrong: str) -> None:
    issue(people)
    with pytest.raises(CodeRefused, match="没有这个开通码"):
        people.enrol(wrong, person=CLERK, at=AT)


def test_knowing_a_codes_name_is_not_enough_and_tells_nothing(people: People) -> None:
    code = issue(people)
    people.enrol(code, person=CLERK, at=AT)
    guess = code[:5] + "0000-0000-0000-0000"
    with pytest.raises(CodeRefused, match="没有这个开通码"):  # not: has been used
        people.enrol(guess, person="telegram:3", at=AT)


def test_a_code_withdrawn_is_useless(people: People) -> None:
    code = issue(people)
    assert people.withdraw(code[:4].lower(), by=ADMIN, at=AT).post == post()
    with pytest.raises(CodeRefused, match="收回"):
        people.enrol(code, person=CLERK, at=AT)
    with pytest.raises(NoSuchPerson):
        people.withdraw(code[:4], by=ADMIN, at=AT)


def test_revoking_an_administrator_ends_their_open_codes(people: People) -> None:
    people.add(ADMIN, post(Role.ADMINISTER), by="console:root", at=AT)
    code, other = issue(people), issue(people, by="console:root", start=9)
    people.revoke(ADMIN, by="console:root", at=AT, reason="调离")
    with pytest.raises(CodeRefused):
        people.enrol(code, person=CLERK, at=AT)
    assert people.enrol(other, person=CLERK, at=AT).id == CLERK


def test_somebody_enrolled_does_not_change_by_a_code(people: People) -> None:
    """Else an administrator could be talked into demoting themselves by a link."""
    people.add(ADMIN, post(Role.ADMINISTER), by="console:root", at=AT)
    code = issue(people)
    with pytest.raises(AlreadyEnrolled):
        people.enrol(code, person=ADMIN, at=AT)
    assert people.enrol(code, person=CLERK, at=AT).id == CLERK, "it was not used up"


def test_two_codes_of_one_name_are_never_issued(people: People) -> None:
    people.issue(post(), by=ADMIN, at=AT, random=lambda most: 7)
    with pytest.raises(StoreUnavailable, match="随机数"):
        people.issue(post(), by=ADMIN, at=AT, random=lambda most: 7)
    assert len(people.codes(AT)) == 1


def test_codes_are_stored_hashed(people: People, path: Path) -> None:
    code = issue(people)
    with closing(sqlite3.connect(path)) as connection:
        stored = "\n".join(connection.iterdump())
    secret = code.replace("-", "")[4:]
    assert code[:4] in stored
    assert secret not in stored and code[5:] not in stored and secret[:8] not in stored


def test_people_that_press_at_once_share_no_code(people: People) -> None:
    code = issue(people)

    def enrol(number: int) -> bool:
        try:
            people.enrol(code, person=f"telegram:{number}", at=AT)
        except CodeRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(enrol, range(10, 18))) == 1


# ── people ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_administrator_is_added_without_a_code(people: People) -> None:
    person = people.add(ADMIN, post(Role.ADMINISTER), by="console:root", at=AT)
    assert people.list() == [person] and person.code is None


def test_a_change_keeps_the_history_and_saying_it_again_adds_nothing(people: People) -> None:
    people.add(CLERK, post(), by=ADMIN, at=AT)
    people.add(CLERK, post(), by=ADMIN, at=later(hours=1))
    people.add(CLERK, post(Role.PROPOSE), by=ADMIN, at=later(hours=2))
    done = [(it.what, it.by, it.at, it.post) for it in people.history(CLERK)]
    assert done == [("enrolled", ADMIN, AT, post()), ("changed", ADMIN, later(hours=2), post(Role.PROPOSE))]
    assert [it.number for it in people.history()] == [1, 2]


def test_revoking_ends_access_and_a_new_code_begins_it_again(people: People) -> None:
    people.add(CLERK, post(), by=ADMIN, at=AT)
    assert people.revoke(CLERK, by=ADMIN, at=AT, reason="调离").post == post()
    assert people.get(CLERK) is None and people.list() == []
    with pytest.raises(NoSuchPerson):
        people.revoke(CLERK, by=ADMIN, at=AT, reason="调离")
    assert people.enrol(issue(people), person=CLERK, at=AT).id == CLERK
    assert [(it.what, it.reason) for it in people.history(CLERK)] == [
        ("enrolled", None),
        ("revoked", "调离"),
        ("enrolled", None),
    ]


@pytest.mark.parametrize("statement", ["UPDATE access_event SET done_by = 'x'", "DELETE FROM access_event"])
def test_history_cannot_be_rewritten(people: People, path: Path, statement: str) -> None:
    people.add(CLERK, post(), by=ADMIN, at=AT)
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(
            "INSERT OR REPLACE INTO access_event (number, done_at, done_by, what) VALUES (1, '', '', 'resumed')"
        )


@pytest.mark.parametrize("person", ["", "123", "telegram:", "telegram:1 2", "电报:1", "telegram:a:b"])
def test_a_person_is_channel_and_id(people: People, person: str) -> None:
    with pytest.raises(InvalidPerson, match="渠道:编号"):
        people.add(person, post(), by=ADMIN, at=AT)


@pytest.mark.parametrize("reason", ["", " \n", "因" * 201, "电话13834561234"])
def test_a_reason_is_short_and_holds_no_number_of_a_person(people: People, reason: str) -> None:
    people.add(CLERK, post(), by=ADMIN, at=AT)
    with pytest.raises(InvalidPerson, match="理由") as refusal:
        people.revoke(CLERK, by=ADMIN, at=AT, reason=reason)
    assert "13834561234" not in str(refusal.value)
    assert people.get(CLERK) is not None


# ── posts and supervision ──────────────────────────────────────────────────────────────────────────────────────


def test_a_post_takes_the_units_proper_name(units: Units) -> None:
    assert Post.read(units, " 李科长 ", "原平住建局", [Role.REGISTER]) == post(name="李科长")


@pytest.mark.parametrize(
    ("name", "unit", "roles", "told"),
    [
        ("", UNIT, [Role.REGISTER], "称呼"),
        ("长" * 21, UNIT, [Role.REGISTER], "称呼"),
        ("李13834561234", UNIT, [Role.REGISTER], "手机号"),
        ("李科长", "随便", [Role.REGISTER], "认不出"),
        ("李科长", "县司法局", [Role.REGISTER], "哪个县"),
        ("李科长", "太原市司法局", [Role.REGISTER], "哪个县|认不出"),
        ("李科长", UNIT, [], "权限"),
        ("李科长", UNIT, [Role.PROPOSE, Role.DECIDE], "第十三条"),
    ],
)
def test_a_post_that_cannot_be_is_refused(units: Units, name: str, unit: str, roles: list[Role], told: str) -> None:
    with pytest.raises(InvalidPerson, match=told):
        Post.read(units, name, unit, roles)


@pytest.mark.parametrize(
    ("bureau", "unit", "expected"),
    [
        ("原平市司法局", "原平市住房和城乡建设局", True),
        ("原平市司法局", "原平市轩岗镇人民政府", True),
        ("原平市司法局", "原平市人民政府", True),
        ("原平市司法局", "代县住房和城乡建设局", False),
        ("原平市司法局", "市司法局", False),
        ("原平市司法局", "原平市税务局", False),
        ("市司法局", "市交通运输局", True),
        ("市司法局", "原平市住房和城乡建设局", False),
        ("原平市住房和城乡建设局", "原平市住房和城乡建设局", False),
    ],
)
def test_a_justice_bureau_supervises_its_own_level(units: Units, bureau: str, unit: str, expected: bool) -> None:
    assert supervises(units, bureau, unit) is expected


# ── the switch ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_switch_rests_with_a_reason_and_resumes(people: People) -> None:
    assert people.pause() is None and people.resume(by=ADMIN, at=AT) is None
    people.rest("核对规则", by=ADMIN, at=AT)
    pause = people.pause()
    assert pause is not None and (pause.reason, pause.since, pause.everything) == ("核对规则", AT, False)
    people.rest("迁移", by=ADMIN, at=AT, everything=True)
    assert (pause := people.pause()) is not None and pause.everything
    assert people.resume(by=ADMIN, at=AT) == pause
    assert people.pause() is None
    assert [it.what for it in people.history()] == ["rested", "stopped", "resumed"]


def test_the_switch_needs_a_reason(people: People) -> None:
    with pytest.raises(InvalidPerson, match="理由"):
        people.rest(" ", by=ADMIN, at=AT)
    assert people.pause() is None
