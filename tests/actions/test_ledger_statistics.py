"""Statistics: what is counted, what is not, and what is named as missing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from actions.cases import Advice, Appeal, Case, Hearing, Judgment, Party
from actions.cases.case import HeadRank
from actions.cases.life import form_of
from actions.ledger import Period, Statistics, statistics_of
from actions.ledger.statistics import load_definitions
from knowledge.units import Units, load_units
from tests.actions.case_values import COUNTY, JUSTICE, case

TODAY = date(2027, 2, 10)
TOWN = "原平市轩岗镇人民政府"
TWO = (Party(TOWN, TOWN, TOWN, "第十四条", False), Party(COUNTY, JUSTICE, COUNTY, "第十三条", True))
PAGE = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def units() -> Units:
    return load_units()


def count(units: Units, *cases: Case, year: int = 2026, today: date = TODAY) -> Statistics:
    return statistics_of(cases, Period.year(year), units=units, today=today)


def held(number: int, day: date, *ranks: tuple[str, HeadRank], asked: bool | None = False) -> Hearing:
    return Hearing(number, day, head_asked=asked, state="held", attended=ranks)


def judged(result: str, day: date, *, instance: str = "first", number: int = 1, **more: date) -> Judgment:
    form = form_of(result) or "judgment"
    return Judgment(number, instance, form, result, day, **more)  # type: ignore[arg-type]


# ── nothing to count ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_cases_nothing_is_divided(units: Units) -> None:
    found = count(units)
    assert found["reviewed"].value == "没有案件" and found["attendance"].value == "没有开庭的案件"
    assert found["received"].value == "0件" and found["results"].value == "没有案件"
    assert all(it.share is None for it in found.rows)


def test_what_the_desk_does_not_keep_is_not_made_up(units: Units) -> None:
    found = count(units, case(1, stage="judged", judgments=(judged("revoked", date(2026, 12, 1)),)))
    assert (found["fields"].value, found["liability"].value) == ("没有记录", "没有记录")


def test_withdrawn_registrations_and_other_years_do_not_count(units: Units) -> None:
    found = count(units, case(1, stage="withdrawn"), case(2, received_on=date(2025, 12, 31)), case(3))
    assert found["received"].value == "1件"


# ── attendance ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_head_at_one_of_several_hearings_of_an_instance_has_attended(units: Units) -> None:
    hearings = (held(1, date(2026, 12, 1), (COUNTY, "none")), held(2, date(2026, 12, 8), (COUNTY, "deputy")))
    found = count(units, case(1, hearings=hearings))
    assert found["attendance"].value == "100.0%（1/1件）"
    assert found["chief"].value == "0.0%（0/1件）" and found["chief"].unmet == (1,)


def test_each_instance_counts_by_itself(units: Units) -> None:
    it = case(
        1,
        received_on=date(2026, 3, 2),
        hearings=(held(1, date(2026, 4, 1), (COUNTY, "chief")), held(2, date(2026, 9, 1), (COUNTY, "none"))),
        judgments=(judged("claim_rejected", date(2026, 5, 1)),),
        appeals=(Appeal("appeal", False, date(2026, 5, 20)),),
    )
    found = count(units, it)
    assert found["attendance"].value == "50.0%（1/2件）"
    assert found["instances"].parts == (("一审", 1), ("二审", 1))


def test_a_case_that_is_sent_back_has_another_first_instance(units: Units) -> None:
    days = (date(2026, 4, 1), date(2026, 7, 1), date(2026, 9, 1))
    ranks: tuple[HeadRank, ...] = ("chief", "deputy", "none")
    it = case(
        1,
        received_on=date(2026, 3, 2),
        hearings=tuple(held(n, day, (COUNTY, rank)) for n, (day, rank) in enumerate(zip(days, ranks, strict=True), 1)),
        judgments=(
            judged("revoked", date(2026, 5, 1)),
            judged("remanded", date(2026, 8, 3), instance="second", number=2),
            judged("claim_rejected", date(2026, 10, 9), number=3),
        ),
        appeals=(Appeal("appeal", True, date(2026, 5, 11)), Appeal("appeal", False, date(2026, 10, 20))),
    )
    found = count(units, it)
    assert found["instances"].parts == (("一审", 2), ("二审", 2))
    assert found["attendance"].items == ((1, True), (1, True), (1, False))


def test_an_instance_belongs_to_the_year_of_its_first_hearing(units: Units) -> None:
    hearings = (held(1, date(2026, 12, 30), (COUNTY, "none")), held(2, date(2027, 1, 8), (COUNTY, "other")))
    it = case(1, hearings=hearings)
    assert count(units, it)["attendance"].value == "100.0%（1/1件）"
    assert count(units, it, year=2027)["attendance"].total == 0


def test_one_head_is_enough_for_several_defendants(units: Units) -> None:
    one = case(1, parties=TWO, hearings=(held(1, date(2026, 12, 1), (COUNTY, "deputy")),))
    unknown = case(2, parties=TWO, hearings=(held(1, date(2026, 12, 1), (COUNTY, "none")),))
    found = count(units, one, unknown)
    assert found["attendance"].items == ((1, True),)
    assert [str(it) for it in found.gaps] == [
        f"第1号案件：第1次开庭没有记{TOWN}的出庭情况，没有计入正职出庭率。",
        f"第2号案件：第1次开庭没有记{TOWN}的出庭情况，没有计入负责人出庭率、正职出庭率。",
    ]


def test_only_hearings_for_which_the_court_asked_count_as_asked(units: Units) -> None:
    hearings = (
        held(1, date(2026, 12, 1), (COUNTY, "deputy"), asked=True),
        held(2, date(2026, 12, 2), (COUNTY, "none"), asked=True),
        held(3, date(2026, 12, 3), (COUNTY, "none"), asked=False),
        held(4, date(2026, 12, 4), (COUNTY, "none"), asked=None),
    )
    found = count(units, case(1, hearings=hearings))
    assert found["asked"].value == "50.0%（1/2次）"
    assert [it.what for it in found.gaps] == ["第4次开庭没有记法院是否书面要求负责人出庭"]


def test_a_hearing_that_nobody_told_of_is_missing_once_its_day_has_passed(units: Units) -> None:
    it = case(1, hearings=(Hearing(1, date(2026, 12, 1)), Hearing(2, date(2026, 12, 9), state="cancelled")))
    assert [gap.what for gap in count(units, it).gaps] == ["第1次开庭（2026年12月1日）的日期已过，没有记开庭情况"]
    assert count(units, it, today=date(2026, 12, 1)).gaps == ()


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("known", "value"),
    [
        ({"received_on": date(2026, 9, 22), "answered_on": date(2026, 10, 8)}, "100.0%（1/1件）"),
        ({"received_on": date(2026, 9, 22), "answered_on": date(2026, 10, 9)}, "0.0%（0/1件）"),
        ({"evidence_due": date(2026, 12, 4), "answered_on": date(2026, 12, 8)}, "0.0%（0/1件）"),
        (
            {"procedure": "simple", "evidence_due": date(2026, 12, 4), "answered_on": date(2026, 12, 4)},
            "100.0%（1/1件）",
        ),
        (
            {
                "received_on": date(2026, 3, 2),
                "extension_on": date(2026, 3, 9),
                "extension_gone_on": date(2026, 4, 1),
                "answered_on": date(2026, 4, 16),
                "stage": "archived",
            },
            "100.0%（1/1件）",
        ),
        ({}, "0.0%（0/1件）"),
        ({"stage": "closed", "closed_on": date(2026, 12, 1)}, "没有期限届满的案件"),
    ],
)
def test_evidence_in_time_is_told_by_the_last_day_that_holds(
    known: dict[str, object], value: str, units: Units
) -> None:
    known = {"stage": "waiting", **known} if "answered_on" in known else known
    assert count(units, case(1, **known))["timely"].value == value


def test_before_its_last_day_has_passed_an_answer_is_neither(units: Units) -> None:
    assert count(units, case(1), today=date(2026, 12, 9))["timely"].total == 0
    assert count(units, case(1), today=date(2026, 12, 10))["timely"].value == "0.0%（0/1件）"


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        ({"procedure": "simple", "answered_on": date(2026, 12, 1)}, "简易程序没有记法院定的举证期限"),
        ({"stage": "heard"}, "没有记答辩日"),
        ({"extension_on": date(2026, 12, 1)}, "申请过延期举证，没有记法院是否准许、事由何时消除"),
    ],
)
def test_what_cannot_be_told_of_the_evidence_is_missing(known: dict[str, object], missing: str, units: Units) -> None:
    found = count(units, case(7, court_number="（2026）晋0981行初7号", **known))
    assert found["timely"].total == 0
    assert [str(it) for it in found.gaps] == [f"第7号案件，案号（2026）晋0981行初7号：{missing}，没有计入按期举证率。"]


def test_a_case_without_a_day_of_receipt_is_missing_in_the_year_it_was_registered(units: Units) -> None:
    it = case(1, received_on=None)
    assert [gap.what for gap in count(units, it).gaps] == ["没有记收到日"]
    assert count(units, it, year=2025).gaps == ()


# ── outcome ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_counts_by_its_last_judgment(units: Units) -> None:
    turned = case(
        1,
        appeals=(Appeal("appeal", True, date(2026, 6, 1)),),
        judgments=(
            judged("revoked", date(2026, 5, 20)),
            judged("claim_rejected", date(2026, 9, 1), instance="second", number=2),
        ),
    )
    lost = case(2, judgments=(judged("void", date(2026, 5, 20)),))
    settled = case(3, judgments=(judged("withdrawn", date(2026, 5, 20)),))
    found = count(units, turned, lost, settled)
    assert found["results"].parts == (("驳回诉讼请求", 1), ("撤诉", 1), ("确认无效", 1))
    assert found["lost"].value == "33.3%（1/3件）"
    assert found["settled"].value == "撤诉1件，调解0件"


def test_what_is_upheld_counts_by_the_judgment_upheld(units: Units) -> None:
    second = judged("appeal_rejected", date(2026, 9, 1), instance="second", number=2)
    retrial = judged("appeal_rejected", date(2026, 12, 1), instance="retrial", number=3)
    lost = case(1, judgments=(judged("revoked", date(2026, 5, 20)), second, retrial))
    won = case(2, judgments=(judged("claim_rejected", date(2025, 12, 20)), second))
    unknown = case(3, judgments=(second,))
    found = count(units, lost, won, unknown)
    assert found["concluded"].value == "3件"
    assert found["results"].parts == (("驳回诉讼请求", 1), ("撤销", 1))
    assert found["lost"].items == ((1, True), (2, False))
    assert [str(it) for it in found.gaps] == [
        "第3号案件：二审或者再审维持原判或者准许撤回上诉，没有记原来的裁判，没有计入裁判结果、败诉率、撤诉、调解数。"
    ]


def test_an_appeal_that_is_withdrawn_leaves_the_judgment_and_is_no_withdrawal_of_the_case(units: Units) -> None:
    first, appeal = judged("must_act", date(2026, 5, 20)), Appeal("appeal", True, date(2026, 6, 1))
    second = judged("appeal_withdrawn", date(2026, 9, 1), instance="second", number=2)
    found = count(units, case(1, judgments=(first, second), appeals=(appeal,)))
    assert found["results"].parts == (("责令履行", 1),) and found["settled"].value == "撤诉0件，调解0件"
    assert found["lost"].items == ((1, True),) and found["performed"].items == ((1, False),)


def test_a_case_that_is_sent_back_is_not_concluded_until_it_is_judged_again(units: Units) -> None:
    judgments = (
        judged("revoked", date(2025, 11, 3)),
        judged("remanded", date(2026, 3, 2), instance="second", number=2),
        judged("claim_rejected", date(2027, 1, 11), number=3),
    )
    it = case(1, appeals=(Appeal("appeal", True, date(2025, 11, 12)),), judgments=judgments)
    years = [count(units, it, year=year)["lost"].items for year in (2025, 2026, 2027)]
    assert years == [((1, True),), (), ((1, False),)]
    assert count(units, it)["results"].value == "没有案件" and count(units, it)["concluded"].value == "0件"


def test_appeals_are_counted_once_their_time_has_run_out(units: Units) -> None:
    day = date(2026, 12, 1)
    plain, withdrawn = case(1, judgments=(judged("revoked", day),)), case(2, judgments=(judged("withdrawn", day),))
    theirs = case(3, judgments=(judged("claim_rejected", day),), appeals=(Appeal("appeal", False, date(2026, 12, 9)),))
    assert count(units, plain, withdrawn, theirs)["appealed"].items == ((1, False), (3, True))
    assert count(units, plain, withdrawn, theirs, today=date(2026, 12, 16))["appealed"].items == ((3, True),)


def test_only_judgments_in_force_that_order_something_are_to_be_performed(units: Units) -> None:
    day = date(2026, 12, 1)
    done = case(1, judgments=(judged("must_act", day, performed_on=date(2027, 1, 5)),))
    undone = case(2, judgments=(judged("compensation", day),), stage="archived")
    appealed = case(3, judgments=(judged("must_act", day),), appeals=(Appeal("appeal", True, date(2026, 12, 9)),))
    revoked = case(4, judgments=(judged("revoked", day),))
    agreed = case(5, judgments=(judged("mediated", day),))
    found = count(units, done, undone, appealed, revoked, agreed)
    assert found["performed"].items == ((1, True), (2, False), (5, False))
    assert count(units, done, today=date(2026, 12, 16))["performed"].total == 0


def test_what_is_upheld_is_to_be_performed_once_from_the_second_instance_on(units: Units) -> None:
    first, appeal = judged("must_act", date(2025, 12, 1)), Appeal("appeal", False, date(2025, 12, 9))
    second = judged("appeal_rejected", date(2026, 3, 2), instance="second", number=2)
    retrial = judged("appeal_rejected", date(2026, 9, 1), instance="retrial", number=3, performed_on=date(2026, 10, 9))
    undone = case(1, judgments=(first, second), appeals=(appeal,))
    done = case(2, judgments=(first, second, retrial), appeals=(appeal,))
    assert count(units, undone, done)["performed"].items == ((1, False), (2, True))
    assert count(units, undone, done, year=2025)["performed"].total == 0


@pytest.mark.parametrize("result", ["claim_rejected", "remanded", "withdrawn"])
def test_a_judgment_that_a_retrial_takes_away_is_not_to_be_performed(result: str, units: Units) -> None:
    first, retrial = (
        judged("must_act", date(2026, 3, 2)),
        judged(result, date(2026, 9, 1), instance="retrial", number=2),
    )
    assert count(units, case(1, judgments=(first,)))["performed"].items == ((1, False),)
    assert count(units, case(1, judgments=(first, retrial)))["performed"].items == ()


def test_a_closed_case_without_a_judgment_is_missing(units: Units) -> None:
    it = case(1, stage="closed", closed_on=date(2026, 12, 1), answered_on=date(2026, 11, 30))
    assert [gap.what for gap in count(units, it).gaps] == ["已经结案，没有记裁判"]


def test_advice_is_answered_by_the_earlier_of_the_letter_and_three_months(units: Units) -> None:
    day = date(2026, 9, 1)
    advices = (
        Advice(1, day, answered_on=date(2026, 12, 1)),
        Advice(2, day, letter_due=date(2026, 10, 1), answered_on=date(2026, 10, 2)),
        Advice(3, day, normative=True),
        Advice(4, date(2026, 12, 30)),
    )
    found = count(units, case(1, advices=advices, stage="archived"))
    assert found["advices"].value == "4份"
    assert found["advice_timely"].value == "33.3%（1/3份）" and found["advice_timely"].unmet == (1,)


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_defendants_are_told_apart_by_level(units: Units) -> None:
    names = ("市人民政府", "市规划和自然资源局", "原平市司法局", "五台山管委会", "太原市公安局", "原平市轩岗派出所")
    cases = [case(n, parties=(Party(it, it, it, "第十四条", False),)) for n, it in enumerate(names, 3)]
    assert count(units, case(1), case(2, parties=TWO), *cases)["levels"].parts == (
        ("市政府", 1),
        ("市级部门、管委会", 2),
        ("县（市、区）政府", 2),
        ("县级部门、管委会", 1),
        ("乡镇、街道", 1),
        ("授权组织", 1),
        ("其他", 1),
    )


def test_what_is_not_settled_or_not_told_is_a_kind_of_its_own(units: Units) -> None:
    found = count(units, case(1, handling=()), case(2, cause="行政征收"))
    assert dict(found["units"].parts)["没有确定"] == 1
    assert dict(found["causes"].parts) == {"没有记案由": 1, "行政征收": 1}


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("县（市、区）政府复议，维持", "100.0%（1/1件）"),
        ("没有经过复议", "0.0%（0/1件）"),
        ("", "0.0%（0/1件）"),
        ("未经行政复议，直接起诉", "0.0%（0/1件）"),
        ("无", "0.0%（0/1件）"),
        ("不服复议决定", "100.0%（1/1件）"),
        ("不清楚", "没有案件"),
        ("没有变更复议决定", "没有案件"),
        ("无法确定", "没有案件"),
    ],
)
def test_reconsideration_is_counted_as_it_was_told(told: str, value: str, units: Units) -> None:
    assert count(units, case(1, reconsideration=told))["reviewed"].value == value


# ── 口径 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_how_everything_is_counted() -> None:
    rows = [f"| {it.group} | {it.name} | {it.counted} |" for it in load_definitions().rows]
    assert "\n".join(rows) in PAGE
    assert load_definitions().basis in PAGE


def test_the_example_on_the_page_runs() -> None:
    found = re.search(r"```python\n(.*?)```", PAGE, re.S)
    assert found is not None
    names: dict[str, Any] = {}
    exec(compile(found[1], "docs/ledger.md", "exec"), names)  # noqa: S102 - it is our own page
    assert names["document"].name == "行政应诉案件台账-2027-02-10.xlsx"
