"""Who may go to court for a defendant, read from free words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.attendees import AttendanceCheck, AttendeeError, check_attendees, load_attendees, read_attendees
from knowledge.citation import Citation
from knowledge.decide import Cited
from knowledge.measure import DEFAULT_FOLDER
from knowledge.table import load_table
from knowledge.units import load_units

UNITS = load_units()
COUNTY, CITY, BUREAU, CITY_BUREAU = "定襄县人民政府", "忻州市人民政府", "定襄县住建局", "市规自局"
TOWN, STATION = "定襄县宏道镇人民政府", "轩岗派出所"


def check(text: str, party: str) -> AttendanceCheck:
    unit = UNITS.parse(party)
    assert unit is not None
    return check_attendees(text, unit, UNITS)


def verdicts(text: str, party: str) -> list[str]:
    return [it.verdict for it in check(text, party).people]


def problems(text: str, party: str) -> list[str]:
    return [it.rule for it in check(text, party).plan if it.kind == "problem"]


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("县长", COUNTY),
        ("副县长", COUNTY),
        ("常务副县长张三，分管住建", COUNTY),
        ("县委常委、副县长", COUNTY),
        ("副县长兼公安局局长", COUNTY),
        ("副市长", "原平市人民政府"),
        ("副市长", CITY),
        ("副区长", "忻府区人民政府"),
        ("不分管此事的副局长", BUREAU),
        ("主持工作的副局长", BUREAU),
        ("党组书记、局长", BUREAU),
        ("局长", "住建局"),
        ("县住建局副局长", BUREAU),
        ("一把手", BUREAU),
        ("分管领导", BUREAU),
        ("党组成员、总工程师，分管规划审批", CITY_BUREAU),
        ("四级调研员，分管执法", BUREAU),
        ("副科级领导，分管执法", BUREAU),
        ("副镇长", TOWN),
        ("副主任", "五台山管委会"),
        ("所长", STATION),
        ("大队长", "定襄县交警大队"),
    ],
)
def test_chiefs_deputies_and_those_in_charge_are_heads(text: str, party: str) -> None:
    (person,) = check(text, party).people
    assert (person.verdict, person.planned.kind) == ("head", "head")
    assert "第四条" in [it.ref for it in person.citations]


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("住建局局长", COUNTY),
        ("局长", COUNTY),
        ("司法局局长作为负责人", COUNTY),
        ("镇长代表县政府", COUNTY),
        ("经开区主任", COUNTY),
        ("定襄县县长", CITY),
        ("原平市副市长", CITY),
        ("县自然资源局局长", CITY_BUREAU),
        ("县局局长", CITY_BUREAU),
        ("受委托的征收公司经理", BUREAU),
        ("红枣产业局局长", COUNTY),
    ],
)
def test_heads_of_lower_organs_may_not_stand_in(text: str, party: str) -> None:
    result = check(text, party)
    (person,) = result.people
    assert (person.verdict, person.planned.kind, result.ok) == ("barred", "head", False)
    assert "第八条第一款" in [it.ref for it in person.citations]
    assert {"no_head", "not_a_head"} == set(problems(text, party))


@pytest.mark.parametrize(
    ("text", "party", "rule"),
    [
        ("已免职的局长", BUREAU, "dismissed"),
        ("副局长（已退休）", BUREAU, "dismissed"),
        ("原局长", BUREAU, "dismissed"),
        ("调研员", BUREAU, "inactive"),
        ("执法大队大队长", BUREAU, "section_head"),
        ("办公室主任", BUREAU, "section_head"),
        ("定襄县执法大队大队长", BUREAU, "section_head"),
        ("住建局法制科科长作为负责人", BUREAU, "section_head"),
        ("红枣产业局局长", BUREAU, "other_organ"),
        ("负责人：法制科科长", BUREAU, "section_head"),
        ("负责人：工作人员", BUREAU, "staff_as_head"),
        ("副市长", COUNTY, "above"),
        ("县长", BUREAU, "above"),
        ("定襄县政府副县长", BUREAU, "above"),
        ("县长", CITY_BUREAU, "other_organ"),
        ("省住建厅副厅长", CITY_BUREAU, "above"),
        ("市住建局局长", BUREAU, "above"),
        ("司法局局长", BUREAU, "other_organ"),
        ("原平市住建局局长", BUREAU, "other_organ"),
        ("原平市住建局局长", COUNTY, "other_organ"),
        ("县委办公室主任", COUNTY, "other_organ"),
    ],
)
def test_who_is_no_head(text: str, party: str, rule: str) -> None:
    (person,) = check(text, party).people
    assert (person.verdict, person.rule) == ("not_head", rule)


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("秘书长", CITY),
        ("副秘书长，分管住建", CITY),
        ("政府办主任", COUNTY),
        ("办公室主任", COUNTY),
        ("党组成员", BUREAU),
        ("党组成员，不分管此事", BUREAU),
        ("镇党委书记", TOWN),
        ("纪检组长", BUREAU),
        ("总工程师", BUREAU),
        ("挂职副县长", COUNTY),
        ("副县长（挂职）", COUNTY),
        ("局长", "市发改委"),
    ],
)
def test_what_no_text_says_is_the_courts_to_review(text: str, party: str) -> None:
    result = check(text, party)
    (person,) = result.people
    assert person.verdict == "unclear"
    assert [it.rule for it in result.plan if it.kind == "doubt"] == ["head_unclear"]
    assert result.ok  # against no rule


@pytest.mark.parametrize(
    ("text", "party", "rule"),
    [
        ("法制科科长", BUREAU, "own_staff"),
        ("公职律师", BUREAU, "own_staff"),
        ("法规科的人", BUREAU, "own_staff"),
        ("司法局2人", COUNTY, "government_staff"),
        ("住建局法制科科长", COUNTY, "government_staff"),
        ("宏道镇工作人员", COUNTY, "lower_staff"),
        ("县自然资源局科员", CITY_BUREAU, "lower_staff"),
        ("党组成员作代理人", BUREAU, "own_staff"),
        ("住建局局长作代理人", COUNTY, "lower_head_as_agent"),
        ("政府办主任作代理人", COUNTY, "lower_head_as_agent"),
        ("代理人：副镇长", COUNTY, "lower_head_as_agent"),
    ],
)
def test_who_may_be_an_agent(text: str, party: str, rule: str) -> None:
    people = check(f"正职；{text}", party).people[1:]
    assert {(it.verdict, it.rule, it.planned.kind) for it in people} == {("agent_ok", rule, "staff")}


# ok is False in all of these: 负责人应当出庭, and lawyers alone never do (行政诉讼法第三条第三款).
@pytest.mark.parametrize(
    ("text", "party", "absent", "found"),
    [
        ("局长不能出庭，只派律师2名", BUREAU, ["局长"], "lawyers_only"),
        ("局长不能出庭派律师2名", BUREAU, ["局长"], "lawyers_only"),
        ("只派律师2名不派局长", BUREAU, ["局长"], "lawyers_only"),
        ("县长、副县长都去不了，委托律师2名", COUNTY, ["县长", "副县长"], "lawyers_only"),
        ("县长，副县长均不能到庭，律师2名", COUNTY, ["县长", "副县长"], "lawyers_only"),
        ("副县长（生病住院，不能出庭）；律师2名", COUNTY, ["副县长"], "lawyers_only"),
        ("副局长，分管住建、不能出庭；律师", BUREAU, ["副局长"], "lawyers_only"),
        ("负责人：局长（因公出差）；代理人：律师2名", BUREAU, ["局长"], "lawyers_only"),
        ("没有负责人，律师2名", BUREAU, ["负责人"], "lawyers_only"),
        ("我局没有副职；律师2名", BUREAU, ["副职"], "lawyers_only"),
        ("无副职，律师", BUREAU, ["副职"], "lawyers_only"),
        ("没有分管此事的副局长，律师", BUREAU, ["副局长"], "lawyers_only"),
        ("不派局长、副局长，派律师", BUREAU, ["局长", "副局长"], "lawyers_only"),
        ("不派局长，派法制科科长", BUREAU, ["局长"], "no_head"),
        ("不能出庭的局长；法制科科长", BUREAU, ["局长"], "no_head"),
        ("局长请假", BUREAU, ["局长"], "no_head"),
    ],
)
def test_who_is_said_not_to_come_is_shown_and_not_counted(text: str, party: str, absent: list[str], found: str) -> None:
    result = check(text, party)
    gone = [it for it in result.people if it.verdict == "absent"]
    assert ([it.planned.office for it in gone], problems(text, party)) == (absent, [found])
    assert {it.says for it in gone} == {"不出庭。"}
    assert not any(it.kind == "head" for it in read_attendees(text))


@pytest.mark.parametrize(
    ("text", "coming"),
    [
        ("局长不能出庭，由副局长出庭，律师1名", ["副局长", ""]),
        ("局长请假、副局长；律师", ["副局长", ""]),
        ("局长出庭、副局长出差", ["局长"]),
        ("局长、副局长（出差）", ["局长"]),
        ("不派局长、派副局长", ["副局长"]),
        ("副局长；没有律师", ["副局长"]),
        ("不分管此事的副局长", ["副局长"]),
        ("副局长，没有分管此事", ["副局长"]),
        ("局长能不能去", ["局长"]),
        ("局长不得不出庭", ["局长"]),
        ("分管去产能的副局长，没有请假", ["副局长"]),
    ],
)
def test_the_others_come(text: str, coming: list[str]) -> None:
    result = check(text, BUREAU)
    assert [it.planned.office for it in result.people if it.verdict != "absent"] == coming
    assert result.ok


def test_another_units_staff_is_for_the_court() -> None:
    assert verdicts("副局长；司法局科员", BUREAU) == ["head", "unclear"]
    assert verdicts("副局长；司法局局长作代理人", BUREAU) == ["head", "unclear"]


def test_agents_are_at_most_two_with_lawyers_and_without_the_head() -> None:
    text = "副县长，分管住建；住建局局长；法制科科长；律师2名"
    result = check(text, COUNTY)
    assert [it.verdict for it in result.people] == ["head", "barred", "agent_ok", "lawyer", "lawyer"]
    (problem,) = (it for it in result.plan if it.kind == "problem")
    assert result.plan[0] == problem
    assert (problem.rule, problem.basis) == ("too_many_agents", "上位法")
    assert "代理人4名（住建局局长、法制科科长、律师2名）" in problem.text
    assert check("副县长；法制科科长；律师", COUNTY).ok
    assert check("县长；副县长；律师2名", COUNTY).ok
    assert problems("局长；法制科科长、律师各2名", BUREAU) == ["too_many_agents"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("律师2名", ["lawyers_only"]),
        ("法制科科长；律师", ["no_head"]),
        ("张三；副局长", ["unread"]),
        ("副局长；律师", []),
    ],
)
def test_problems_of_a_plan(text: str, found: list[str]) -> None:
    assert problems(text, BUREAU) == found
    assert check(text, BUREAU).ok is (not found)


def test_what_to_bring_is_told_for_those_who_go() -> None:
    def brought(text: str) -> list[str]:
        return [it.rule for it in check(text, BUREAU).plan if it.kind == "bring"]

    assert brought("副局长；法制科科长；律师") == ["bring_head", "bring_staff", "bring_lawyer"]
    assert brought("副局长") == ["bring_head"]


def test_what_if_the_head_cannot_come() -> None:
    def absence(party: str) -> dict[str, str]:
        return {it.rule: it.text for it in check("正职", party).plan if it.kind == "absence"}

    said = absence(BUREAU)
    reasons = ("不可抗力", "意外事件", "他人不能代替的公务", "其他正当事由", "法院审查")
    assert all(it in said["absence_reasons"] for it in reasons)
    assert "加盖定襄县住房和城乡建设局印章或者由主要负责人签字" in said["absence_proof"]
    assert "司法局" in absence(COUNTY)["absence_substitute_government"]
    assert "absence_substitute_government" not in said


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("副县长，分管住建；律师2名", ["head 副县长 分管住建", "lawyer", "lawyer"]),
        ("分管住建、交通的副县长\n律师", ["head 副县长 分管住建、交通", "lawyer"]),
        ("副县长 分管住建、交通 律师两名", ["head 副县长 分管住建、交通", "lawyer", "lawyer"]),
        ("1. 副局长张三（分管执法）\n2、律师李四", ["head 副局长 分管执法", "lawyer"]),
        ("张三副县长、李四律师", ["head 副县长", "lawyer"]),
        ("规划和自然资源局局长和律师", ["head 规划和自然资源局局长", "lawyer"]),
        ("协助县长分管住建的副县长", ["head 副县长 分管住建"]),
        ("代理人：法规科科员、律师1人", ["staff 法规科科员", "lawyer"]),
        ("法定代表人", ["head 法定代表人"]),
        ("", []),
        ("张三", []),
    ],
)
def test_reading_alone_tells_offices_duties_and_numbers(text: str, planned: list[str]) -> None:
    told = [f"{it.kind} {it.office} {it.duty}".strip() for it in read_attendees(text)]
    assert told == planned


@pytest.mark.parametrize(
    ("text", "party", "office"),
    [
        ("王五住建局局长", COUNTY, "住建局局长"),
        ("张三法制科科长", BUREAU, "法制科科长"),
        ("张三政策法规科的人", BUREAU, "政策法规科工作人员"),
        ("张三督查科科长", BUREAU, "科长"),
        ("张三督查大队大队长", BUREAU, "大队长"),
        ("张三红枣产业局局长", BUREAU, "某局局长"),
        ("张三办公室主任", COUNTY, "某办公室主任"),
    ],
)
def test_a_name_before_an_organ_is_not_kept(text: str, party: str, office: str) -> None:
    (person,) = check(text, party).people
    (again,) = check(office, party).people
    assert (person.planned.office, again.rule) == (office, person.rule)


OFFICES = [
    "副县长，分管住建",
    "挂职副县长",
    "原局长",
    "县委常委、副县长",
    "法制科科长",
    "司法局工作人员",
    "律师",
    "四级调研员",
    "五台山管委会副主任",
    "村委会主任",
    "红枣产业局局长",
]


@given(st.lists(st.sampled_from(OFFICES), min_size=1, max_size=4))
def test_what_was_read_reads_the_same_again(offices: list[str]) -> None:
    people = check("；".join(offices), COUNTY).people
    again = "；".join("，".join(filter(None, (it.planned.office or "律师", it.planned.duty))) for it in people)
    assert check(again, COUNTY).people == people
    assert len(people) == len(offices)


@given(st.text(alphabet="副县长局主任律师科分管的、，；负责人代理 0129名两和张（）:\n", max_size=30))
def test_whatever_is_typed_is_read_or_refused_in_one_sentence(text: str) -> None:
    if not read_attendees(text):
        with pytest.raises(AttendeeError, match="请写职务"):
            check(text, BUREAU)
        return
    result = check(text, BUREAU)
    agents = sum(it.planned.kind != "head" for it in result.people)
    assert ("too_many_agents" in {it.rule for it in result.plan}) is (agents > 2)


@pytest.mark.parametrize("party", ["山西省住房和城乡建设厅", "太原市人民政府"])
def test_organs_outside_the_measure_are_refused(party: str) -> None:
    with pytest.raises(AttendeeError, match="第三条"):
        check("厅长", party)


# What table.yml says somebody may do, as planned_attendee → words for such a person and a defendant.
AS_IN_THE_TABLE = {
    "chief": ("局长", BUREAU),
    "deputy": ("副局长", BUREAU),
    "deputy_rank_in_charge": ("副科级领导，分管执法", BUREAU),
    "other_in_charge": ("总工程师，分管规划", BUREAU),
    "secretary_general": ("副秘书长", CITY),
    "not_in_charge": ("调研员", BUREAU),
    "dismissed": ("前局长", BUREAU),
    "section_head": ("作为负责人的法制科科长", BUREAU),
    "lower_head": ("镇长", COUNTY),
    "justice_bureau_head": ("司法局局长", COUNTY),
}


def test_the_decision_table_says_the_same() -> None:
    table = load_table()
    assert {it.id for it in table.facts["planned_attendee"].choices} == set(AS_IN_THE_TABLE)
    for choice, (text, party) in AS_IN_THE_TABLE.items():
        (rule,) = (it for it in table.rules.values() if choice in it.when.get("planned_attendee", ()))
        (person,) = check(text, party).people
        expected = {"不可以": ("not_head", "barred"), "可以": ("head",), "确实": ("head",), "办法没": ("unclear",)}
        answer = rule.then.answer or ""
        (allowed,) = (it for start, it in expected.items() if answer.startswith(start))
        assert person.verdict in allowed, choice
        assert [it.ref for it in person.citations if it.quote] == [str(Citation.parse(it)) for it in rule.then.cites]


# One person for each rule about people.
EACH_RULE = {
    "chief": ("县长", COUNTY),
    "deputy": ("副县长", COUNTY),
    "deputy_rank": ("副科级领导，分管执法", BUREAU),
    "in_charge": ("分管领导", BUREAU),
    "member": ("班子成员", BUREAU),
    "secretary": ("秘书长", CITY),
    "party_post": ("人大主席", TOWN),
    "seconded": ("挂职副镇长", TOWN),
    "unnamed": ("负责人", BUREAU),
    "no_unit": ("区长", COUNTY),
    "inactive": ("二级巡视员", BUREAU),
    "dismissed": ("前任局长", BUREAU),
    "section_head": ("所长", BUREAU),
    "staff_as_head": ("干部作为负责人", BUREAU),
    "above": ("县长", BUREAU),
    "other_organ": ("副镇长", BUREAU),
    "lower_head": ("副镇长", COUNTY),
    "department_head": ("县政府办公室副主任", COUNTY),
    "lower_head_as_agent": ("副镇长作代理人", COUNTY),
    "lower_staff": ("受委托公司的工作人员", BUREAU),
    "government_staff": ("工作人员", COUNTY),
    "own_staff": ("经办人", BUREAU),
    "other_staff": ("教育局科员", BUREAU),
    "lawyer": ("基层法律服务工作者", BUREAU),
    "adviser": ("法律顾问", BUREAU),
    "absent": ("局长缺席", BUREAU),
}


def test_every_rule_about_people_is_reached() -> None:
    assert {it.id for it in load_attendees().people.values()} == set(EACH_RULE)
    assert {name: check(*it).people[0].rule for name, it in EACH_RULE.items()} == {name: name for name in EACH_RULE}


def test_what_is_said_rests_on_clauses_or_says_that_it_is_practice() -> None:
    rules = load_attendees()
    for row in (*rules.people.values(), *rules.plan.values()):
        assert row.says.endswith("。")
        assert row.citations or row.basis == "惯例"
        assert row.basis != "办法" or any(it.quote for it in row.citations)
    quoted = rules.people["lower_head"].citations[0]
    assert quoted == Cited("忻政办函〔2023〕42号", "第八条第一款", quoted.quote)
    assert quoted.quote and "不得委托行使行政职权的组织或者下级行政机关的负责人" in quoted.quote


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("verdict: head", "verdct: [", "格式不对"),
        ("负责人规定 2-1", "某规定 2-1", "格式不对"),
        ("titles:", "title:", "格式不对"),
        ("\n  no_head:", "\n  no_heads:", "缺少或者多出no_head、no_heads"),
    ],
)
def test_a_broken_file_says_what_to_do(tmp_path: Path, old: str, new: str, says: str) -> None:
    for name in ("attendees.yml", "upper_laws.yml", "measure.yml", "source.txt"):
        (tmp_path / name).write_bytes((DEFAULT_FOLDER / name).read_bytes())
    path = tmp_path / "attendees.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AttendeeError, match=says) as error:
        load_attendees(tmp_path)
    assert "\n" not in str(error.value)
    path.unlink()
    with pytest.raises(AttendeeError, match="重新安装"):
        load_attendees(tmp_path)
