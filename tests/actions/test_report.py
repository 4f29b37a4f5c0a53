"""An outcome as data: the public names, JSON-ready, every quote from the source."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from actions.report import outcome_data, question_data
from knowledge.decide import Decider

TODAY = date(2026, 11, 24)
DECIDED = {
    "defendants": "county_government",
    "defendant_units": "原平市政府",
    "challenged": "act_in_its_name",
    "reporter": "原平市住建局",
    "received_on": "2026-11-20",
}
KEYS = {
    *("status", "rule", "answer", "because", "reading", "handling_units", "assisting_units", "suggested_units"),
    *("decided_by", "attendance", "burden", "materials", "deadlines", "citations", "hints", "trace"),
    *("next_question", "missing", "basis"),
}


def report(decider: Decider, facts: dict[str, str]) -> dict[str, Any]:
    data = outcome_data(decider.decide(facts, TODAY))
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data, "plain JSON, nothing turned into something else"
    return data


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (DECIDED, "determined"),
        ({**DECIDED, "reporter": "轩岗镇政府"}, "undetermined"),
        ({"proceeding": "other"}, "out_of_scope"),
        ({"received_on": "2023-06-30"}, "out_of_scope"),
        ({}, "incomplete"),
    ],
)
def test_every_status_has_the_same_fields(decider: Decider, facts: dict[str, str], status: str) -> None:
    data = report(decider, facts)
    assert data["status"] == status
    assert data.keys() == KEYS
    assert (data["next_question"] is not None) == (status == "incomplete")
    assert (data["rule"] is None) == (status == "incomplete")


def test_a_determined_case(decider: Decider) -> None:
    data = report(decider, DECIDED)
    assert (data["rule"], data["basis"]) == ("R03", "办法")
    assert data["handling_units"] == ["原平市住房和城乡建设局"]
    assert data["assisting_units"] == data["decided_by"] == []
    (attendance,) = data["attendance"]
    assert attendance["for"] == attendance["decides"] == "原平市人民政府"
    assert attendance["proposes"] == "原平市司法局"
    assert data["burden"]["internal"] and data["burden"]["court"]
    assert [one["ref"] for one in data["materials"]][:1] == ["第十五条第（一）项"]
    assert len(data["materials"]) == 8


def test_citations_are_quoted_from_the_measure_and_only_named_from_other_law(decider: Decider) -> None:
    for cited in report(decider, DECIDED)["citations"]:
        if cited["measure"] == decider.measure.number:
            assert cited["quote"] and cited["text_known"] is None
            assert cited["quote"] in {clause.text for clause in decider.measure.clauses}
        else:
            assert cited["quote"] is None and cited["text_known"]


def test_dates_say_how_they_were_counted_and_on_what_they_rest(decider: Decider) -> None:
    due = {one["what"]: one for one in report(decider, DECIDED)["deadlines"]}
    answer = due["提交答辩状、证据和所依据的规范性文件"]
    assert answer["due"] == "2026-12-07", "the fifteenth day is a Saturday"
    assert "2026年11月20日" in answer["counted"] and "六十七条" in answer["basis"]
    assert answer["provisional"] is False
    assert report(decider, {**DECIDED, "received_on": ""})["deadlines"] == []


def test_the_trace_names_each_answer_its_source_and_the_rule(decider: Decider) -> None:
    trace = report(decider, DECIDED)["trace"]
    sources = {step["name"]: step["source"] for step in trace}
    assert sources["defendants"] == "given"
    assert sources["reported_by"] == "unit", "the unit's name told it"
    assert sources["reviewed"] == "presumed"
    assert [step["kind"] for step in trace][-1] == "rule" and trace[-1]["name"] == "R03"
    assert all(step["citations"] for step in trace)


def test_a_question_carries_its_choices(decider: Decider) -> None:
    outcome = decider.decide({"defendants": "county_government", "challenged": "act_in_its_name"}, TODAY)
    assert outcome.next_question is not None
    data = question_data(outcome.next_question)
    assert data["fact"] == "reported_by"
    assert data["text"] and data["why"]
    ids = [choice["id"] for choice in data["choices"]]  # type: ignore[attr-defined]
    assert "county_department" in ids and "city_department" not in ids, "only those that can be"
