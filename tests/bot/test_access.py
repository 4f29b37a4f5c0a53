"""Who may do what: deny by default, refusals that say why and whom to ask, and tell nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.errors import CodeRefused
from actions.people import People, Post, Role
from actions.store import Store
from bot.access import Access, Allowance, PeopleAccess, What

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
HOUSING, JUSTICE, TRANSPORT = "原平市住房和城乡建设局", "原平市司法局", "原平市交通运输局"
SOMEBODY = "telegram:2"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with Store.open(tmp_path / "yingsu.sqlite") as store:
        yield People(store)


@pytest.fixture
def access(people: People) -> PeopleAccess:
    return PeopleAccess(people, ask="市司法局行政应诉科")


def enrol(people: People, *roles: Role, unit: str = HOUSING, person: str = SOMEBODY) -> None:
    people.add(person, Post("收文岗", unit, frozenset(roles)), by="console:root", at=AT)


def refused(access: PeopleAccess, what: str, *, person: str = SOMEBODY) -> tuple[str, str]:
    refusal = access.may(person, what)
    assert refusal is not None
    return refusal.reason, refusal.words


def test_it_is_what_channels_ask(access: PeopleAccess) -> None:
    asked: Access = access
    assert asked.may(SOMEBODY, What.LOOK_UP) is not None


@pytest.mark.parametrize("what", What)
def test_nobody_unknown_gets_anything_but_how_to_enrol(access: PeopleAccess, people: People, what: What) -> None:
    enrol(people, *(set(Role) - {Role.DECIDE}), person="telegram:1")
    reason, words = refused(access, what)
    assert reason == "not_enrolled"
    assert "开通码" in words and "市司法局行政应诉科" in words
    assert "不能代替开通" in words and "给自己授权" in words, "我是县长 and /授权 我自己 are answered by the same words"
    assert "telegram:1" not in words and HOUSING not in words and "收文岗" not in words


def test_the_refusal_does_not_depend_on_what_is_there(access: PeopleAccess, people: People) -> None:
    before = [access.may(SOMEBODY, what) for what in What]
    enrol(people, Role.ADMINISTER, person="telegram:1")
    people.issue(Post("甲", JUSTICE, frozenset({Role.ENQUIRE})), by="telegram:1", at=AT, random=lambda most: 1)
    assert [access.may(SOMEBODY, what) for what in What] == before


def test_a_channel_in_the_persons_own_id_is_not_believed(access: PeopleAccess) -> None:
    assert refused(access, What.LOOK_UP, person="telegram:console:root")[0] == "not_enrolled"


GRANTS = {role: {What.LOOK_UP} for role in Role} | {Role.REGISTER: {What.LOOK_UP, What.REGISTER}}


@pytest.mark.parametrize("role", Role)
def test_a_role_grants_what_it_needs_and_no_more(access: PeopleAccess, people: People, role: Role) -> None:
    enrol(people, role)
    assert {what for what in What if access.may(SOMEBODY, what) is None} == GRANTS[role]


def test_a_refusal_for_want_of_a_role_says_what_is_held_and_whom_to_ask(access: PeopleAccess, people: People) -> None:
    enrol(people, Role.ENQUIRE)
    assert refused(access, What.REGISTER) == (
        "no_role",
        "您的权限是查询，不能登记案件。需要的请向市司法局行政应诉科申请。",
    )


def test_a_revoked_person_is_unknown_at_once(access: PeopleAccess, people: People) -> None:
    enrol(people, Role.REGISTER)
    assert access.may(SOMEBODY, What.REGISTER) is None
    people.revoke(SOMEBODY, by="telegram:1", at=AT, reason="调离")
    assert refused(access, What.REGISTER)[0] == "not_enrolled"


def test_a_pause_rests_the_guided_talk_with_its_reason(access: PeopleAccess, people: People) -> None:
    enrol(people, Role.REGISTER, Role.PROPOSE)
    people.rest("核对规则R03。", by="console:root", at=AT)
    assert {what for what in What if access.may(SOMEBODY, what) is None} == {What.LOOK_UP}
    reason, words = refused(access, What.REGISTER)
    assert reason == "paused" and words.startswith("引导登记暂停：核对规则R03。查条文照常")
    assert refused(access, What.REGISTER, person="console:root")[0] == "paused"
    assert refused(access, What.REGISTER, person="telegram:9")[0] == "not_enrolled"
    people.resume(by="console:root", at=AT)
    assert access.may(SOMEBODY, What.REGISTER) is None


def test_a_stop_leaves_nothing(access: PeopleAccess, people: People) -> None:
    enrol(people, Role.ADMINISTER, Role.REGISTER)
    people.rest("账号被盗", by="console:root", at=AT, everything=True)
    assert all(access.may(SOMEBODY, what) is not None for what in What)
    assert "账号被盗" in refused(access, What.LOOK_UP)[1]


def test_the_machine_itself_needs_no_enrolment(access: PeopleAccess) -> None:
    assert all(access.may(f"{channel}:anybody", what) is None for channel in ("console", "jsonl") for what in What)


def test_a_wish_that_does_not_exist_is_a_slip_of_the_caller(access: PeopleAccess) -> None:
    with pytest.raises(ValueError, match="everything"):
        access.may("console:root", "everything")


def test_enrolling_and_whoami_speak_to_the_person(access: PeopleAccess, people: People) -> None:
    unknown = access.whoami(SOMEBODY)
    assert SOMEBODY in unknown and "开通码" in unknown
    post = Post("收文岗", HOUSING, frozenset({Role.REGISTER, Role.ENQUIRE}))
    _, code = people.issue(post, by="console:root", at=AT, random=lambda most: 5)
    assert access.enrol(SOMEBODY, code, AT) == f"已开通。您是{HOUSING}的收文岗，权限：查询、登记。"
    assert access.whoami(SOMEBODY) == f"您是{HOUSING}的收文岗，权限：查询、登记。\n开通时间：2026年11月24日10:00。"
    with pytest.raises(CodeRefused):
        access.enrol("telegram:3", code, AT)
    assert "本机" in access.whoami("console:root")


def test_an_allowance_is_each_persons_and_begins_anew_when_its_while_is_over() -> None:
    now = AT
    allowance = Allowance(lambda: now, most=2, within=timedelta(minutes=1))
    assert [allowance.count("a") for _ in range(4)] == [0, 0, 1, 2]
    assert allowance.count("b") == 0
    now += timedelta(seconds=59)
    assert allowance.count("a") == 3
    now += timedelta(seconds=1)
    assert [allowance.count("a") for _ in range(3)] == [0, 0, 1]


def test_an_allowance_outlives_a_clock_that_is_set_back_and_many_people() -> None:
    now = AT
    allowance = Allowance(lambda: now, most=1)
    assert [allowance.count("a") for _ in range(2)] == [0, 1]
    now -= timedelta(days=1)
    assert allowance.count("a") == 0, "nobody is shut out for a day"
    assert all(allowance.count(f"{number}") == 0 for number in range(5000))
    assert allowance.count("a") == 1, "whose while is not over is not forgotten"
