"""What must not be taken for sure: names nearly written, others that cannot be read, answers ruled out before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from actions.understanding import guess_answer, read_answer, read_excluded, read_story
from knowledge.case import Case
from knowledge.decide import Decider, Question

TODAY = date(2026, 11, 24)
Facts = Mapping[str, str]

COUNTY = {"defendants": "county_government", "challenged": "act_in_its_name"}
CITY = {"defendants": "city_government", "challenged": "act_in_its_name"}
OF_YUANPING = {
    "defendants": "county_government",
    "defendant_units": "原平市人民政府",
    "challenged": "temporary_body",
}


def put(decider: Decider, fact: str, facts: Facts) -> tuple[Question, Case]:
    case = decider.reader.read(facts, TODAY)
    return decider.question(fact, case), case


def answer(decider: Decider, fact: str, text: str, facts: Facts) -> Mapping[str, str] | None:
    question, case = put(decider, fact, facts)
    return read_answer(question, text, case, decider, TODAY)


def guess(decider: Decider, fact: str, text: str, facts: Facts) -> Mapping[str, str]:
    question, case = put(decider, fact, facts)
    return guess_answer(question, text, case, decider, TODAY)


# ── names nearly written ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fact", "facts", "text", "guessed"),
    [
        ("defendants", {}, "就告县正府", {"defendants": "county_government", "defendant_units": "县人民政府"}),
        ("defendants", {}, "市市政付", {"defendants": "city_government", "defendant_units": "市人民政府"}),
        ("defendants", {}, "市教育居", {"defendants": "city_department", "defendant_units": "市教育局"}),
        (
            "defendants",
            {},
            "县民正局和县政府，都是被告",
            {"defendants": "several_with_government", "defendant_units": "县民政局、县人民政府"},
        ),
        ("reported_by", COUNTY, "农业村局报的", {"reported_by": "county_department", "reporter": "县农业农村局"}),
        ("reporter", CITY, "交同局", {"reported_by": "city_department", "reporter": "市交通运输局"}),
    ],
)
def test_a_name_nearly_written_is_no_answer_but_a_guess(
    decider: Decider, fact: str, facts: Facts, text: str, guessed: Facts
) -> None:
    assert answer(decider, fact, text, facts) is None
    assert guess(decider, fact, text, facts) == guessed


@pytest.mark.parametrize("text", ["县政府", "不清楚", "听说是县正府", "嗯", ""])
def test_where_no_name_is_nearly_written_nothing_is_guessed(decider: Decider, text: str) -> None:
    assert guess(decider, "defendants", text, {}) == {}


def test_a_bureau_without_a_name_is_asked_for_its_level(decider: Decider) -> None:
    for text in ("我们局", "就告我们局一家", "是咱局"):
        assert answer(decider, "defendants", text, {}) is None
        assert guess(decider, "defendants", text, {}) == {"defendants": "county_department"}


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("光告县正府，水利局报县政府批的", "defendant_units"),
        ("光告县政府，经民正局报请", "reporter"),
        ("县政府和县财正局都被告了", "defendant_units"),
        ("告市政付，以市政付名义作的", "challenged"),
    ],
)
def test_an_account_takes_no_fact_from_a_name_nearly_written(decider: Decider, text: str, fact: str) -> None:
    story = read_story(text, decider, TODAY)
    assert fact in story.guesses and fact not in story.facts


def test_a_place_nearly_written_lends_its_name_to_nobody(decider: Decider) -> None:
    story = read_story("缘平市水利局报县政府批的，只告县政府", decider, TODAY)
    assert story.facts == {"defendant_units": "县人民政府"}


# ── others that cannot be read ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text", ["啥啥局和县政府，都是被告", "县政府跟那个啥，两家", "县政府、某某公司", "县政府和别的"]
)
def test_who_is_named_beside_somebody_unread_is_not_taken_to_be_alone(decider: Decider, text: str) -> None:
    found = answer(decider, "defendants", text, {}) or {}
    assert found.get("defendants") != "county_government" and "defendant_units" not in found


@pytest.mark.parametrize("text", ["只告县政府和县里啥局", "只告县啥啥和县政府", "单告水利局、县啥啥"])
def test_nor_in_an_account(decider: Decider, text: str) -> None:
    assert "defendant_units" not in read_story(text, decider, TODAY).facts


def test_one_unit_named_twice_is_one(decider: Decider) -> None:
    found = answer(decider, "defendants", "河曲县公安局派出所拘留的人，人家就告派出所", {})
    assert found == {"defendants": "authorized_organization", "defendant_units": "派出所"}
    told = answer(decider, "defendants", "静乐县水利局的决定，只告水利局", {})
    assert told == {"defendants": "county_department", "defendant_units": "静乐县水利局"}


# ── whose government ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("原平市政府发文设的", "government"),
        ("原平市人民政府的政府文件", "government"),
        ("代县政府发文设的", None),
        ("不是原平市政府发文设的", None),
        ("原平市政府办公室设的", None),
    ],
)
def test_a_saying_may_begin_at_the_end_of_the_own_government_s_name(
    decider: Decider, text: str, value: str | None
) -> None:
    assert (answer(decider, "temporary_founder", text, OF_YUANPING) or {}).get("temporary_founder") == value


# ── answers ruled out before ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("text", "said"), [("镇上报的", "township"), ("是街道呈报的", "subdistrict")])
def test_a_choice_that_is_not_shown_says_what_rules_it_out(decider: Decider, text: str, said: str) -> None:
    question, case = put(decider, "reported_by", CITY)
    assert read_answer(question, text, case, decider, TODAY) is None
    excluded = read_excluded(question, text, case, decider)
    assert excluded is not None and excluded.facts == {"reported_by": said}
    assert "只有市政府" in excluded.why and question.fact.choice(said).label in excluded.why


@pytest.mark.parametrize(
    ("facts", "text"), [(COUNTY, "镇上报的"), (CITY, "市局报的"), (CITY, "不是镇上报的"), (CITY, "嗯")]
)
def test_nothing_else_is_ruled_out(decider: Decider, facts: Facts, text: str) -> None:
    question, case = put(decider, "reported_by", facts)
    assert read_excluded(question, text, case, decider) is None


def test_no_choice_of_a_unit_or_a_day_is_ruled_out(decider: Decider) -> None:
    question, case = put(decider, "received_on", CITY)
    assert read_excluded(question, "镇上报的", case, decider) is None
