"""A case's facts, read: what names tell, what is presumed, what cannot be so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.bundled import load_decider
from knowledge.case import Case, FactError, FactsClash, UnknownChoice, UnknownFact
from knowledge.dates import DateError

TODAY = date(2026, 11, 24)
READER = load_decider().reader
TABLE = load_decider().table


def read(today: date = TODAY, doubted: frozenset[str] = frozenset(), /, **facts: object) -> Case:
    return READER.read(facts, today, doubted)


def government(**facts: object) -> str | None:
    unit = READER.government(read(**facts))
    return unit.name if unit else None


# ── names tell choices ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "choice"),
    [
        ("原平市人民政府", "county_government"),
        ("忻府区政府", "county_government"),
        ("市人民政府", "city_government"),
        ("忻州市人民政府", "city_government"),
        ("代县住建局", "county_department"),
        ("代县司法局", "county_department"),
        ("代县政府办公室", "county_department"),
        ("市住建局", "city_department"),
        ("五台山管委会", "city_zone"),
        ("轩岗镇政府", "township"),
        ("代县税务局", "vertical_agency"),
        ("山西省人民政府", "outside"),
        ("太原市人民政府", "outside"),
        ("代县政府、代县住建局", "several_with_government"),
        ("代县住建局，代县农业农村局", "several_without_government"),
        (["市政府", "市住建局", "代县政府"], "several_with_government"),
    ],
)
def test_the_defendants_names_tell_the_choice(name: object, choice: str) -> None:
    case = read(defendant_units=name)
    assert (case.choices["defendants"], case.sources["defendants"]) == (choice, "unit")


@pytest.mark.parametrize(
    ("facts", "fact", "choice"),
    [
        ({"defendants": "county_government", "reporter": "县住建局"}, "reported_by", "county_department"),
        ({"defendants": "county_government", "reporter": "轩岗镇政府"}, "reported_by", "township"),
        ({"defendants": "city_government", "reporter": "原平市政府"}, "reported_by", "county_government"),
        ({"defendants": "city_government", "duty_unit": "市税务局"}, "duty", "not_department"),
        ({"defendants": "county_government", "lead_unit": "县委宣传部"}, "temporary_lead", "not_department"),
        ({"reviewed": "city_government", "original_unit": "市司法局"}, "original_organ", "justice_bureau"),
    ],
)
def test_other_names_tell_the_choice_they_belong_to(facts: dict[str, object], fact: str, choice: str) -> None:
    case = read(**facts)
    assert (case.choices[fact], case.sources[fact]) == (choice, "unit")


@pytest.mark.parametrize(
    ("defendant", "reporter"),
    [
        ("原平市人民政府", "原平市住房和城乡建设局"),
        ("市人民政府", "市住房和城乡建设局"),
        ("县政府", "县住房和城乡建设局"),
    ],
)
def test_a_short_name_is_read_near_the_defendant(defendant: str, reporter: str) -> None:
    case = read(reporter="住建局", defendant_units=defendant)
    named = case.unit("reporter")
    assert named is not None and named.name == reporter
    assert case.choices["reported_by"] == ("city_department" if defendant == "市人民政府" else "county_department")


def test_a_short_name_takes_the_level_of_the_choice_and_tells_nothing_without_one() -> None:
    assert read(reporter="住建局", defendants="city_government").choices["reported_by"] == "city_department"
    assert "reported_by" not in read(reporter="住建局").choices
    assert "defendants" not in read(defendant_units="住建局").choices


def test_a_name_that_no_list_knows_is_kept_and_tells_nothing() -> None:
    case = read(defendant_units="某某单位")
    assert [unit.name for unit in case.units["defendant_units"]] == ["某某单位"]
    assert "defendants" not in case.choices


@pytest.mark.parametrize(
    ("names", "reviewed", "organ"),
    [
        ("代县住建局、代县政府", "county_government", "county_department"),
        ("代县政府、代县住建局", "county_government", "county_department"),
        ("代县政府、市政府", "city_government", "county_government"),
        ("轩岗镇政府、原平市政府", "county_government", "township"),
        ("代县司法局、代县政府", "county_government", "justice_bureau"),
        ("市政府、五台山管委会", "city_government", "city_zone"),
    ],
)
def test_of_two_defendants_the_one_that_did_not_review_is_the_original_organ(
    names: str, reviewed: str, organ: str
) -> None:
    case = read(defendant_units=names, reviewed=reviewed, review_result="upheld")
    assert (case.choices["original_organ"], case.sources["original_organ"]) == (organ, "unit")


@pytest.mark.parametrize(
    ("names", "reviewer"),
    [
        ("原平市住建局、原平市政府", "county_government"),
        ("原平市政府、轩岗镇政府", None),
        ("代县某镇政府、代县政府", "county_government"),
        ("市住建局、市政府", "city_government"),
        ("代县住建局、市政府", None),
        ("代县政府、市政府", None),
        ("代县住建局、代县水利局", None),
    ],
)
def test_a_government_sued_with_its_own_unit_after_upholding_is_the_one_that_reviewed(
    names: str, reviewer: str | None
) -> None:
    assert read(defendant_units=names, review_result="upheld").choices.get("reviewed") == reviewer
    assert "reviewed" not in read(defendant_units=names, review_result="revoked").choices


@pytest.mark.parametrize("names", ["原平市住建局、原平市政府", "代县住建局、代县政府、代县水利局"])
def test_where_the_government_that_upheld_is_not_sued_those_sued_are_the_original_organs(names: str) -> None:
    case = read(defendant_units=names, reviewed="city_government", review_result="upheld")
    assert (case.choices["reviewed"], case.sources["reviewed"]) == ("city_government", "given")
    assert (case.choices["original_organ"], case.sources["original_organ"]) == ("several", "unit")


def test_who_does_not_know_which_government_upheld_is_told_of_none() -> None:
    case = read(defendant_units="代县住建局、代县政府", reviewed="unknown", review_result="upheld")
    assert case.choices["reviewed"] == "unknown"


@pytest.mark.parametrize("names", ["市住建局、市政府", "代县住建局、市政府", "市住建局、代县政府"])
def test_a_county_upholds_nothing_that_an_organ_of_the_city_did(names: str) -> None:
    facts = {"defendant_units": names, "reviewed": "county_government"}
    with pytest.raises(FactsClash, match=r"市级机关.*“行政复议”却是“县（市、区）政府复议”") as error:
        read(**facts, review_result="upheld")
    assert error.value.facts == ("reviewed", "defendant_units")
    assert read(**facts, review_result="revoked").choices["reviewed"] == "county_government"


def test_of_three_defendants_nothing_is_guessed() -> None:
    case = read(defendant_units="代县政府、代县住建局、代县农业农村局", reviewed="county_government")
    assert "original_organ" not in case.choices
    assert case.unit("defendant_units") is None


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"defendant_units": "原平市住建局"}, "原平市人民政府"),
        ({"defendant_units": "代县住建局、代县政府"}, "代县人民政府"),
        ({"defendant_units": "代县住建局、市政府"}, "市人民政府"),
        ({"defendants": "county_government"}, "县人民政府"),
        ({"defendants": "city_zone"}, "市人民政府"),
        ({"defendants": "outside"}, None),
        ({}, None),
    ],
)
def test_whose_office_and_bureau_are_meant(facts: dict[str, object], name: str | None) -> None:
    assert government(**facts) == name


# ── lists, details, blanks ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("names", ["代县住建局、代县政府", "代县住建局; 代县政府", ["代县住建局", " 代县政府 "]])
def test_lists_and_joined_names_read_alike(names: object) -> None:
    units = read(defendant_units=names).units["defendant_units"]
    assert [unit.name for unit in units] == ["代县住房和城乡建设局", "代县人民政府"]


@pytest.mark.parametrize("name", ["代县住建局、", "、代县住建局", ["代县住建局", ""]])
def test_an_empty_name_is_no_second_defendant(name: object) -> None:
    assert read(defendant_units=name).choices["defendants"] == "county_department"


@pytest.mark.parametrize("value", [5, {"name": "代县住建局"}, "、", ["", 3]])
def test_what_is_no_name_is_refused(value: object) -> None:
    with pytest.raises(FactError, match="“被告名称”没有写出单位名称"):
        read(defendant_units=value)


def test_a_detail_that_nobody_knows_need_not_be_asked_again() -> None:
    case = read(reporter="unknown", received_on="unknown", defendant_units="代县政府")
    assert case.unknown == {"reporter", "received_on"}
    assert case.received_on is None
    assert "reporter" not in case.units
    assert all(map(case.answered, ("reporter", "received_on", "defendant_units")))
    assert not any(map(case.answered, ("duty_unit", "lead_unit")))
    assert not read().answered("received_on")
    assert read(received_on="2026-11-23").answered("received_on")


def test_blanks_are_no_answers() -> None:
    assert read(defendants=None, reporter="", defendant_units=[], received_on=None) == read()


# ── presumed, implied, doubted ───────────────────────────────────────────────────────────────────────────────────


def test_the_usual_is_presumed_in_the_open() -> None:
    case = read(defendants="township")
    assert {"matter", "proceeding", "reviewed"} <= {fact for fact, it in case.sources.items() if it == "presumed"}
    assert (case.choices["matter"], case.choices["reviewed"]) == ("handling", "none")


def test_what_is_doubted_or_said_is_not_presumed() -> None:
    case = read(TODAY, frozenset({"reviewed", "proceeding"}), defendants="township")
    assert not {"reviewed", "proceeding"} & set(case.choices)
    case = read(defendants="township", reviewed="unknown")
    assert (case.choices["reviewed"], case.sources["reviewed"]) == ("unknown", "given")


@pytest.mark.parametrize(
    ("named", "names"),
    [
        ("县医保局、人社局", ["县医疗保障局", "县人力资源和社会保障局"]),
        ("人社局、代县医保局", ["代县人力资源和社会保障局", "代县医疗保障局"]),
        ("县医保局、市水利局、人社局", ["县医疗保障局", "市水利局", "人力资源和社会保障局"]),
    ],
)
def test_a_bare_bureau_is_of_the_level_of_the_one_beside_it(named: str, names: list[str]) -> None:
    assert [unit.name for unit in read(defendant_units=named).units["defendant_units"]] == names


def test_several_defendants_are_not_presumed_to_come_without_a_reconsideration() -> None:
    assert "reviewed" not in read(defendants="several_with_government").choices


def test_what_leaves_no_choice_is_implied() -> None:
    case = read(defendants="city_government", challenged="review_decision")
    assert (case.choices["reviewed"], case.sources["reviewed"]) == ("city_government", "implied")
    case = read(defendant_units="代县司法局", reviewed="county_government", review_result="upheld")
    assert (case.choices["original_organ"], case.sources["original_organ"]) == ("justice_bureau", "implied")


def test_the_choices_stand_in_the_table_s_order() -> None:
    case = read(review_result="upheld", reviewed="city_government", defendants="township", matter="handling")
    assert list(case.choices) == [fact for fact in TABLE.facts if fact in case.choices]
    assert set(case.sources) == set(case.choices)


# ── what cannot be so ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "clashing", "says"),
    [
        (
            {"defendants": "city_government", "defendant_units": "原平市人民政府"},
            ("defendants", "defendant_units"),
            ["被告名称", "原平市人民政府", "“被告”", "只有市政府"],
        ),
        (
            {"defendants": "county_government", "reported_by": "township", "reporter": "县住建局"},
            ("reported_by", "reporter"),
            ["报批单位名称", "县住房和城乡建设局", "“报批单位”", "乡（镇）政府"],
        ),
        (
            {"defendants": "township", "defendant_units": "轩岗镇政府、原平市政府"},
            ("defendants", "defendant_units"),
            ["轩岗镇人民政府、原平市人民政府", "乡（镇）政府"],
        ),
        (
            {"defendants": "county_government", "challenged": "review_decision", "reviewed": "none"},
            ("reviewed", "defendants", "challenged"),
            ["被告", "行政复议", "县（市、区）政府复议", "没有经过复议"],
        ),
        (
            {"defendants": "township", "original_organ": "county_government"},
            ("original_organ", "defendants"),
            ["被告", "原行为机关", "乡（镇）政府", "县（市、区）政府"],
        ),
        ({"reporter": "县住建局、县农业局"}, ("reporter",), ["报批单位名称", "2个"]),
    ],
)
def test_facts_that_clash_are_both_named(facts: dict[str, object], clashing: tuple[str, ...], says: list[str]) -> None:
    with pytest.raises(FactsClash) as error:
        read(**facts)
    assert error.value.facts[: len(clashing)] == clashing
    message = str(error.value)
    assert all(words in message for words in says), message
    assert "请" in message and "\n" not in message


@pytest.mark.parametrize("name", ["defendant", "period"])
def test_an_unknown_fact_is_answered_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownFact) as error:
        read(**{name: "before"})
    listed = str(error.value).split("可用的有：")[1].rstrip("。").split("、")
    assert f"“{name}”" in str(error.value)
    assert listed == [fact for fact in TABLE.facts if fact != "period"]


@pytest.mark.parametrize("value", ["mayor", "县政府", 3, ["township"]])
def test_an_unknown_choice_is_answered_with_those_there_are(value: object) -> None:
    with pytest.raises(UnknownChoice) as error:
        read(defendants=value)
    message = str(error.value)
    assert "“defendants”（被告）" in message
    assert all(f"{choice.id}（{choice.label}）" in message for choice in TABLE.facts["defendants"].choices)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("2026-02-30", "没有2月30日"),
        ("2026-11-25", "在将来"),
        ("2027年1月1日", "在将来"),
        ("从前", "没有看懂"),
        ("1980-01-01", "早于"),
    ],
)
def test_a_day_that_cannot_be_is_refused(value: object, says: str) -> None:
    with pytest.raises(DateError, match=says):
        read(received_on=value)


@pytest.mark.parametrize("value", ["2026-11-23", "2026年11月23日", "昨天", date(2026, 11, 23)])
def test_a_day_may_be_written_as_people_do(value: object) -> None:
    assert read(received_on=value).received_on == date(2026, 11, 23)


# ── the time in force ────────────────────────────────────────────────────────────────────────────────────────────

AROUND = [
    (date(2023, 6, 30), "before"),
    (date(2023, 7, 1), "in_force"),
    (date(2023, 7, 2), "in_force"),
    (date(2028, 6, 29), "in_force"),
    (date(2028, 6, 30), "in_force"),
    (date(2028, 7, 1), "after"),
]


@pytest.mark.parametrize(("day", "period"), AROUND)
def test_a_case_is_judged_by_its_own_date_and_without_one_by_today(day: date, period: str) -> None:
    own, by_today = read(date(2030, 1, 1), received_on=day.isoformat()), read(day)
    assert own.choices["period"] == by_today.choices["period"] == period
    assert own.sources["period"] == by_today.sources["period"] == "date"
    assert read(day, received_on="unknown").choices["period"] == period


@given(st.dates(date(2015, 5, 1), date(2040, 1, 1)))
def test_every_day_has_one_period_and_they_follow_each_other(day: date) -> None:
    order = TABLE.space["period"]
    now, then = (read(it).choices["period"] for it in (day, day + timedelta(days=1)))
    assert order.index(now) <= order.index(then)
    assert (now == "in_force") is (date(2023, 7, 1) <= day <= date(2028, 6, 30))
