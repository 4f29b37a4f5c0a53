"""Decisions: units for roles, clauses quoted, both layers of the burden, and what a changed answer leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.bundled import load_decider
from knowledge.case import FactError, FactsClash
from knowledge.decide import Outcome
from knowledge.measure import fold

TODAY = date(2026, 11, 24)
LATER = date(2029, 1, 1)
DECIDER = load_decider()
TABLE = DECIDER.table
LEAVES = tuple(TABLE.engine.leaves())
RECEIVED = {"before": "2023-06-30", "in_force": "2026-11-02", "after": "2028-07-01"}
CHUNKS = 4
CHOICES = {fact: values for fact, values in TABLE.space.items() if not TABLE.facts[fact].derived}


def decide(**facts: object) -> Outcome:
    return DECIDER.decide(facts, TODAY)


def listed(cases: str) -> list[list[str]]:
    """One case a line, its cells parted by bars; an indented line goes on with the one before."""
    lines = re.sub(r"\n +", " ", cases.strip()).splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def spelled(facts: str) -> dict[str, object]:
    """The defendant, by choice or by name, and other facts."""
    defendants, *others = facts.split()
    first = "defendants" if defendants.isascii() else "defendant_units"
    return {first: defendants, **dict(other.split("=") for other in others)}


def settled(**facts: object) -> Outcome:
    outcome = decide(**facts)
    assert outcome.status != "incomplete", outcome.next_question
    return outcome


# ── roles become units ───────────────────────────────────────────────────────────────────────────────────────────

ROLES = """
代县政府 challenged=act_in_its_name reported_by=office | R01 | 代县人民政府办公室 协助 代县司法局
city_government challenged=act_in_its_name reported_by=office | R01 | 市人民政府办公室 协助 市司法局
市政府 challenged=act_in_its_name reporter=五台山管委会 | R02 | 五台山风景名胜区管委会
city_government challenged=act_in_its_name reported_by=city_department | R02 | 报批的部门
市政府 challenged=act_in_its_name reporter=代县政府 | R02x | 报请 市人民政府办公室 市司法局
原平市政府 challenged=act_in_its_name reporter=住建局 | R03 | 原平市住房和城乡建设局
原平市政府 challenged=act_in_its_name reporter=轩岗镇政府 | R03x | 报请 原平市人民政府办公室 原平市司法局
代县政府 challenged=inaction duty_unit=自然资源局 | R04 | 代县自然资源局
代县政府 challenged=review_decision review_result=no_decision | R04-review | 代县司法局
代县政府 challenged=review_decision review_result=revoked | R05 | 代县司法局
city_government challenged=review_decision review_result=void | R05x | 报请 市人民政府办公室 市司法局
代县政府 challenged=temporary_body temporary_founder=government lead_unit=住建局 | R06 | 代县住房和城乡建设局
代县政府 challenged=no_document | R07-no-document | 报请 代县人民政府办公室 代县司法局
代县住建局、代县政府 reviewed=county_government review_result=upheld | R08 | 代县住房和城乡建设局 代县司法局
代县住建局 reviewed=county_government review_result=upheld | R08 | 代县住房和城乡建设局 代县司法局
several_with_government reviewed=county_government review_result=upheld original_organ=township
    | R08 | 作出原行政行为的机关 县司法局
代县政府、市政府 reviewed=city_government review_result=upheld
    | R08-government | 代县人民政府 市司法局 报请 代县人民政府办公室 代县司法局
代县司法局、代县政府 reviewed=county_government review_result=upheld
    | R08-justice | 代县司法局
市司法局、市政府 reviewed=city_government review_result=upheld
    | R08-justice | 市司法局
市住建局 | R09 | 市住房和城乡建设局
county_department | R10 | 被告单位（本单位）
轩岗镇政府 | R10 | 轩岗镇人民政府
authorized_organization authorization=authorized | R11 | 被告单位（本单位）
vertical_agency | E-vertical | 报请 市司法局 上级主管机关
代县政府、代县住建局 reviewed=none | E-joint-government | 报请 代县人民政府办公室 代县司法局
unknown | E-unknown-defendant | 报请 同级司法行政部门
"""


@pytest.mark.parametrize(("facts", "rule", "units"), listed(ROLES))
def test_roles_are_filled(facts: str, rule: str, units: str) -> None:
    it = settled(**spelled(facts))
    named = [*it.handling_units, *_after("协助", it.assisting_units), *_after("报请", it.decided_by)]
    assert (it.rule, named) == (rule, units.split())
    assert it.status == ("determined" if it.handling_units else "undetermined")
    assert (it.because is None) is (it.status == "determined")


def _after(word: str, units: tuple[str, ...]) -> tuple[str, ...]:
    return (word, *units) if units else ()


BURDENS = """
代县住建局、代县政府 reviewed=county_government review_result=upheld | 主要举证责任 | 共同举证
代县政府 challenged=inaction duty=shared | 没有另写 | 提出过申请
代县住建局 | 没有另写 | 负举证责任
"""


@pytest.mark.parametrize(("facts", "internal", "court"), listed(BURDENS))
def test_the_burden_has_two_layers(facts: str, internal: str, court: str) -> None:
    outcome = settled(**spelled(facts))
    assert outcome.burden_internal is not None and internal in outcome.burden_internal
    assert outcome.burden_court is not None and court in outcome.burden_court


ATTENDANCE = """
原平市政府 challenged=act_in_its_name reported_by=office | 原平市人民政府：原平市司法局 → 原平市人民政府
city_government challenged=act_in_its_name reported_by=office | 市人民政府：市司法局 → 市人民政府
代县住建局 | 代县住房和城乡建设局：本单位法制工作机构 → 本单位
代县住建局、代县政府 reviewed=county_government review_result=upheld
    | 代县住房和城乡建设局：本单位法制工作机构 → 本单位；代县人民政府：代县司法局 → 代县人民政府
市住建局 reviewed=city_government review_result=upheld
    | 市住房和城乡建设局：本单位法制工作机构 → 本单位；市人民政府：市司法局 → 市人民政府
代县政府、市政府 reviewed=city_government review_result=upheld
    | 代县人民政府：代县司法局 → 代县人民政府；市人民政府：市司法局 → 市人民政府
代县政府、市住建局 reviewed=none
    | 代县人民政府：代县司法局 → 代县人民政府；市住房和城乡建设局：本单位法制工作机构 → 本单位
several_with_government reviewed=none
    | 被告的政府：同级司法行政部门 → 被告的政府；其他被告单位：本单位法制工作机构 → 本单位
several_without_government reviewed=none | 每个被告单位：本单位法制工作机构 → 本单位
"""


@pytest.mark.parametrize(("facts", "attendance"), listed(ATTENDANCE))
def test_attendance_is_settled_for_each_defendant(facts: str, attendance: str) -> None:
    outcome = settled(**spelled(facts))
    assert "；".join(f"{it.party}：{it.proposes} → {it.decides}" for it in outcome.attendance) == attendance
    for it in outcome.attendance:
        assert [cited.ref for cited in it.citations] == ["第十四条" if it.decides == "本单位" else "第十三条"]
        assert set(it.citations) <= set(outcome.citations)


def test_a_reviewing_government_among_the_defendants_settles_its_attendance_once() -> None:
    facts = {
        "defendant_units": "代县住建局、代县政府、市政府",
        "reviewed": "city_government",
        "review_result": "upheld",
    }
    parties = [it.party for it in settled(**facts, original_organ="several").attendance]
    assert parties == ["代县住房和城乡建设局", "代县人民政府", "市人民政府"]


def test_a_reviewing_government_that_is_not_sued_is_one_whom_the_court_adds() -> None:
    facts = {"defendant_units": "代县住建局、代县政府", "reviewed": "city_government", "review_result": "upheld"}
    outcome = settled(**facts)
    assert (outcome.status, outcome.rule, outcome.handling_units) == ("undetermined", "E-joint-several", ())
    assert outcome.decided_by == ("市人民政府办公室", "市司法局")
    assert "市人民政府" in [it.party for it in outcome.attendance]


def test_whom_article_14_does_not_list_attends_by_analogy_and_is_told_so() -> None:
    (it,) = settled(defendants="authorized_organization", authorization="authorized").attendance
    assert "参照第十四条" in it.proposes and "参照第十四条" in it.decides
    assert it.note is not None and "没有列" in it.note


# ── what comes with it ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_eight_papers_are_cut_from_article_15() -> None:
    materials = settled(defendants="township").materials
    assert [it.ref for it in materials] == [f"第十五条第（{n}）项" for n in "一二三四五六七八"]
    assert all(fold(it.text) in fold(DECIDER.measure.source) for it in materials)


def test_papers_and_deadlines_come_with_the_suit_only() -> None:
    filing = settled(matter="filing", procedure="ordinary", evidence_in_time="in_time", received_on="昨天")
    assert len(filing.materials) == 8 and filing.deadlines
    other = settled(matter="liability", liable_person="chief", received_on="昨天")
    assert (other.materials, other.deadlines) == ((), ())
    outside = settled(defendants="outside", received_on="昨天")
    assert (outside.materials, outside.deadlines, outside.attendance) == ((), (), ())


def test_deadlines_need_a_date() -> None:
    assert settled(defendants="township").deadlines == ()
    assert settled(defendant_units="轩岗镇政府").missing == ("received_on",)
    assert settled(defendants="township").missing == ("defendant_units", "received_on")
    assert settled(defendant_units="轩岗镇政府", received_on="unknown").missing == ()
    dated = settled(defendant_units="轩岗镇政府", received_on="2026-11-23")
    assert dated.missing == ()
    assert date(2026, 12, 8) in [it.due for it in dated.deadlines]


def test_the_dates_stand_before_the_outcome_where_no_answer_can_move_them() -> None:
    open_case = decide(received_on="2026-11-20", defendants="county_government")
    told = settled(received_on="2026-11-20", defendants="township")
    assert open_case.status == "incomplete" and open_case.as_of == TODAY
    assert open_case.deadlines == told.deadlines != ()
    doubted = DECIDER.decide({"received_on": "2026-11-20"}, TODAY, frozenset({"proceeding"}))
    assert (doubted.status, doubted.deadlines) == ("incomplete", ())
    other = decide(received_on="2026-11-20", proceeding="public_interest")
    assert (other.status, other.deadlines) == ("incomplete", ())


def test_a_unit_that_would_make_it_more_exact_is_named_as_missing() -> None:
    facts = {"defendants": "county_government", "challenged": "act_in_its_name", "reported_by": "county_department"}
    assert settled(**facts).missing == ("reporter", "received_on")
    assert settled(**facts, reporter="unknown", received_on="昨天").missing == ()


def test_what_was_presumed_and_counted_is_said() -> None:
    said = TABLE.raw.hints["presumed_no_review"].text
    assert said in [hint.text for hint in settled(defendants="township").hints]
    assert said not in [hint.text for hint in settled(defendants="township", reviewed="none").hints]
    old = DECIDER.decide({"defendants": "township"}, date(2023, 6, 30))
    assert (old.rule, old.hints) == ("R20-before", ())


def test_the_trace_leads_from_every_answer_that_counted_to_the_rule() -> None:
    outcome = settled(defendant_units="代县政府", challenged="act_in_its_name", reporter="住建局", received_on="昨天")
    steps = [(step.name, step.value, step.source) for step in outcome.trace]
    assert steps == [
        ("matter", "谁承办、谁出庭", "presumed"),
        ("period", "有效期内", "date"),
        ("proceeding", "行政诉讼：公民、法人或其他组织告行政机关", "presumed"),
        ("defendants", "只有县（市、区）政府：代县人民政府", "unit"),
        ("challenged", "以政府名义作出的决定、处理、答复", "given"),
        ("reported_by", "县（市、区）政府的一个部门：代县住房和城乡建设局", "unit"),
        ("reviewed", "没有经过复议", "presumed"),
        ("R03", "政府单独被告：政府名义的行为（第十一条第（一）至（三）项）", "table"),
    ]
    assert all(step.citations for step in outcome.trace)


def test_a_question_names_the_case_s_government_and_only_choices_that_can_apply() -> None:
    question = decide(defendant_units="原平市政府", challenged="act_in_its_name").next_question
    assert question is not None and question.fact.id == "reported_by"
    shown = [choice for choice, _ in question.choices]
    assert "county_department" in shown and not {"city_department", "city_zone"} & set(shown)
    assert "{" not in question.text + "".join(label for _, label in question.choices)


# ── the whole table through the door ─────────────────────────────────────────────────────────────────────────────


def through_the_door(chunk: int) -> Iterator[tuple[Mapping[str, str], str, Outcome]]:
    """The leaves that a case can give: some join facts that cannot both be so."""
    for answers, rule in LEAVES[chunk::CHUNKS]:
        facts = {fact: value for fact, value in answers.items() if fact in CHOICES}
        try:
            yield answers, rule, DECIDER.decide({**facts, "received_on": RECEIVED[answers["period"]]}, LATER)
        except FactsClash:
            continue


def texts(it: Outcome) -> Iterator[str | None]:
    yield from (it.answer, it.because, it.reading, it.burden_internal, it.burden_court)
    yield from (*it.handling_units, *it.assisting_units, *it.suggested_units, *it.decided_by)
    yield from map(str, (*it.hints, *it.citations))
    yield from (cited.quote for cited in it.citations)
    yield from (text for one in it.attendance for text in (one.party, one.proposes, one.decides, one.note))
    yield from (text for step in it.trace for text in (step.value, step.label if step.kind == "fact" else None))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_leaf_is_decided_by_its_rule_in_chinese_and_with_clauses(chunk: int) -> None:
    source = fold(DECIDER.measure.source)
    quotes = set()
    for answers, rule, it in through_the_door(chunk):
        assert it.rule == rule, answers
        assert it.status == TABLE.rules[rule].then.status
        assert it.citations
        # Facts that the leaf leaves open may be presumed, and none of those counts.
        assert [step.name for step in it.trace] == [*(f for f in TABLE.facts if f in answers), rule]
        english = [text for text in texts(it) if text and re.search(r"[A-Za-z_{}]", text)]
        assert not english, (rule, english)
        quotes |= {cited.quote for cited in it.citations if cited.quote is not None}
        assert all(cited.text_known for cited in it.citations if cited.quote is None)
    assert len(quotes) > 10
    assert all(part and fold(part) in source for quote in quotes for part in quote.split("\n"))


def test_every_rule_is_reached_by_some_case() -> None:
    reached: set[str] = set()
    for answers, rule in LEAVES:
        if rule not in reached:
            facts = {fact: value for fact, value in answers.items() if fact in CHOICES}
            try:
                outcome = DECIDER.decide({**facts, "received_on": RECEIVED[answers["period"]]}, LATER)
            except FactsClash:
                continue
            assert outcome.rule == rule
            reached.add(rule)
    assert reached == set(TABLE.rules)


# ── a changed answer ─────────────────────────────────────────────────────────────────────────────────────────────


CHANGES = """
county_government challenged=act_in_its_name reported_by=township | reported_by=several |
county_government challenged=act_in_its_name reported_by=county_department reporter=县住建局 received_on=昨天
    | challenged=no_document | reported_by reporter
county_government challenged=act_in_its_name reported_by=county_department reporter=县住建局
    | reported_by=office | reporter
代县政府 challenged=act_in_its_name reported_by=office received_on=昨天
    | defendants=township | challenged reported_by defendant_units
代县政府 challenged=act_in_its_name reported_by=office | defendant_units=原平市政府 |
代县政府 challenged=act_in_its_name reported_by=office | defendant_units=代县住建局 | challenged reported_by
city_government challenged=review_decision review_result=upheld original_organ=city_zone
    | challenged=inaction | review_result original_organ
township reviewed=city_government review_result=upheld | reviewed=none | review_result
township received_on=昨天 | received_on=2023-06-30 | defendants
township reviewed=county_government review_result=upheld | matter=liability | defendants reviewed review_result
"""


@pytest.mark.parametrize(("facts", "changed", "fell_away"), listed(CHANGES))
def test_a_change_keeps_what_counts_and_names_what_falls_away(facts: str, changed: str, fell_away: str) -> None:
    before, (fact, value) = spelled(facts), changed.split("=")
    change = DECIDER.change(before, fact, value, TODAY)
    assert list(change.fell_away) == fell_away.split()
    assert change.facts == {name: it for name, it in {**before, fact: value}.items() if name not in change.fell_away}


def test_a_case_keeps_its_answers_when_the_measure_has_run_out_since() -> None:
    facts = {"defendants": "township", "reviewed": "none", "received_on": "2026-11-02"}
    assert DECIDER.prune(facts, LATER).facts == facts
    assert DECIDER.prune({**facts, "received_on": "2028-07-01"}, LATER).fell_away == ("defendants", "reviewed")


def test_a_name_falls_with_the_choice_it_details_known_or_not() -> None:
    facts = {"defendants": "township", "reported_by": "other", "reporter": "某某公司", "reviewed": "none"}
    assert DECIDER.prune(facts, TODAY).fell_away == ("reported_by", "reporter")
    told = {"defendants": "township", "reporter": "县住建局"}
    assert DECIDER.prune(told, TODAY).fell_away == ("reporter",)


def test_a_change_that_cannot_be_is_refused() -> None:
    with pytest.raises(FactError):
        DECIDER.change({"defendants": "township"}, "defendants", "mayor", TODAY)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, object]:
    """The answers of one way through the questions, and some that were given besides."""
    answers, _ = draw(st.sampled_from(LEAVES))
    besides = draw(st.fixed_dictionaries({}, optional={fact: st.sampled_from(v) for fact, v in CHOICES.items()}))
    facts = {**besides, **{fact: value for fact, value in answers.items() if fact in CHOICES}}
    return {
        **facts,
        **draw(st.fixed_dictionaries({}, optional={"received_on": st.sampled_from(list(RECEIVED.values()))})),
    }


def gist(outcome: Outcome) -> Outcome:
    """The outcome but for the steps on the way to a question."""
    return replace(outcome, trace=()) if outcome.status == "incomplete" else outcome


def readable(facts: Mapping[str, object]) -> Outcome | None:
    try:
        return DECIDER.decide(facts, LATER)
    except FactError:
        return None


def no_dropped_fact_matters(left: Mapping[str, object], fell_away: Iterable[str], before: Mapping[str, object]) -> bool:
    """Whether every dropped choice that clashes with nothing, put back with any value, changes nothing."""
    outcome = DECIDER.decide(left, LATER)
    idle = [name for name in fell_away if name in CHOICES and readable({**left, name: before[name]}) is not None]
    back = (readable({**left, name: value}) for name in idle for value in CHOICES[name])
    return all(it is None or (it.rule, it.status) == (outcome.rule, outcome.status) for it in back)


@settings(deadline=None, max_examples=60)
@given(cases())
def test_pruning_changes_no_outcome(facts: dict[str, object]) -> None:
    before = readable(facts)
    assume(before is not None)
    left = DECIDER.prune(facts, LATER)
    assert before is not None and gist(DECIDER.decide(left.facts, LATER)) == gist(before)
    assert set(left.facts) | set(left.fell_away) == set(facts)
    assert DECIDER.prune(left.facts, LATER).fell_away == ()
    assert no_dropped_fact_matters(left.facts, left.fell_away, facts)


@settings(deadline=None, max_examples=60)
@given(cases(), st.data())
def test_after_any_change_the_kept_facts_alone_decide(facts: dict[str, object], data: st.DataObject) -> None:
    assume(readable(facts) is not None)
    fact = data.draw(st.sampled_from([name for name in CHOICES if name in facts]))
    value = data.draw(st.sampled_from(CHOICES[fact]))
    change = DECIDER.change(facts, fact, value, LATER)
    whole = readable({**facts, fact: value})
    outcome = DECIDER.decide(change.facts, LATER)
    assert change.facts[fact] == value
    assert set(change.facts) | set(change.fell_away) == set(facts)
    assert whole is None or gist(outcome) == gist(whole)
    assert no_dropped_fact_matters(change.facts, change.fell_away, facts)
