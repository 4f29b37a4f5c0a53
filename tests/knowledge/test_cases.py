"""The scenarios that the table can decide, as cases a lawyer can read (``cases/*.yml``), run through the decider.

A case has what was `told`, the `facts` that the text supports, and what we `expect`. Where the table asks for more
than the text says, `supposed` holds those answers: without them the case must be incomplete. `label` is what readers
of the scenario said before; where we differ from it, `DEVIATIONS` says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.bundled import load_decider
from knowledge.decide import Outcome
from knowledge.labels import all_among, named_units
from knowledge.measure import fold

HERE = Path(__file__).parent
COPY = HERE.parent / "data" / "scenarios.jsonl"
SHARED = HERE.parents[1].parent / "shared" / "domain" / "scenarios.jsonl"
TODAY = date(2026, 11, 24)

# Asked of the clause text or of upper law, not of the table.
NOT_DECIDED = {
    "S086": "二审、再次开庭要不要负责人去：法释〔2020〕3号第七条，办法和决定表都没有这一项",
    "S112": "第一责任人是谁：第六条，查条文",
    "S114": "质证从哪三方面：第十七条第（三）项，查条文",
}

# Where outcome and label differ, and why ours stands.
DEVIATIONS = {
    "S055": "第十条只让本单位内部分办；被告是本局，承办就是本局，与S053、S059、S060的标注写法一致",
    "S084": "法释〔2020〕3号第九条第二款：理由是否正当由法院审查，不能标为确定",
    "S092": "标注的单位是交材料的被告；要材料清单时（第十五条）不定承办单位",
    "S104": "标注的单位是第二十三条的报告主体，不是应诉承办单位",
}

DECIDER = load_decider()
SOURCE = fold(DECIDER.measure.source)


@dataclass(frozen=True, slots=True)
class Told:
    """One case of the YAML files."""

    id: str
    told: str
    facts: Mapping[str, str]
    supposed: Mapping[str, str]
    expect: Mapping[str, Any]
    label: Mapping[str, str | None]

    @property
    def answers(self) -> dict[str, str]:
        return {**self.facts, **self.supposed}


def read_cases() -> list[Told]:
    cases = []
    for file in sorted((HERE / "cases").glob("*.yml")):
        for raw in yaml.safe_load(file.read_text(encoding="utf-8")):
            unknown = raw.keys() - {"case", "told", "facts", "supposed", "expect", "label", "note"}
            assert not unknown, f"{file.name} {raw['case']}: {unknown}"
            supposed = raw.get("supposed", {})
            cases.append(Told(raw["case"], raw["told"], raw["facts"], supposed, raw["expect"], raw["label"]))
    return cases


CASES = read_cases()
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


def decide(facts: Mapping[str, str]) -> Outcome:
    return DECIDER.decide(facts, TODAY)


def scenarios(path: Path) -> dict[str, dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {scenario["id"]: scenario for scenario in map(json.loads, lines)}


def said(outcome: Outcome) -> str:
    """All the words of an outcome that an official reads, quotes apart."""
    parts = (outcome.answer, outcome.because, outcome.reading, outcome.burden_internal, outcome.burden_court)
    notes = (attendance.note for attendance in outcome.attendance)
    hints = (hint.text for hint in outcome.hints)
    return "".join(part for part in (*parts, *notes, *hints, *outcome.suggested_units) if part)


def seen(outcome: Outcome, expect: Mapping[str, Any]) -> dict[str, Any]:
    """What the outcome says of each thing expected."""
    words, cited = said(outcome), {str(citation) for citation in outcome.citations}
    of: dict[str, Any] = {
        "rule": outcome.rule,
        "status": outcome.status,
        "handling_units": list(outcome.handling_units),
        "assisting_units": list(outcome.assisting_units),
        "decided_by": list(outcome.decided_by),
        "attendance": [{"for": it.party, "proposes": it.proposes, "decides": it.decides} for it in outcome.attendance],
        "cites": [ref for ref in expect["cites"] if ref in cited],
        "says": [word for word in expect.get("says", ()) if word in words],
        "materials": len(outcome.materials),
        "due": next((due for it in outcome.deadlines if (due := str(it.due)) == str(expect.get("due"))), None),
    }
    return {name: of[name] for name in expect}


@each_case
def test_outcome_is_as_expected(case: Told) -> None:
    assert seen(decide(case.answers), case.expect) == dict(case.expect)


@each_case
def test_nothing_is_decided_or_helped_that_is_not_expected(case: Told) -> None:
    outcome = decide(case.answers)

    assert list(outcome.handling_units) == case.expect.get("handling_units", [])
    assert list(outcome.assisting_units) == case.expect.get("assisting_units", [])


@pytest.mark.parametrize("case", [case for case in CASES if case.supposed], ids=lambda case: case.id)
def test_without_the_supposed_answers_the_table_asks_for_one_of_them(case: Told) -> None:
    outcome = decide(case.facts)

    assert outcome.status == "incomplete"
    assert outcome.next_question is not None
    assert outcome.next_question.fact.id in case.supposed


@each_case
def test_quotes_are_verbatim(case: Told) -> None:
    quotes = [citation.quote for citation in decide(case.answers).citations if citation.quote is not None]

    assert quotes
    assert [quote for quote in quotes if fold(quote) not in SOURCE] == []


def deviates(outcome: Outcome, label: Mapping[str, str | None]) -> bool:
    """Whether an outcome differs from a label.

    A determined label wants the same unit, an undetermined one or one out of scope the same status, and a partial
    one that no unit be named that it does not name.
    """
    theirs = named_units(label["unit"] or "", DECIDER.units)
    if label["status"] == "partial":
        return not all_among(outcome.handling_units, theirs, DECIDER.units)
    same_units = all_among(outcome.handling_units, theirs, DECIDER.units) and len(outcome.handling_units) == len(theirs)
    return outcome.status != label["status"] or not same_units


def test_deviations_from_the_labels_are_those_listed() -> None:
    labels = {scenario["id"]: scenario["expected"] for scenario in scenarios(COPY).values()}

    found = {
        case.id
        for case in CASES
        if deviates(
            decide(case.answers),
            {"status": labels[case.id]["status"], "unit": labels[case.id]["handling_unit"]},
        )
    }

    assert found == set(DEVIATIONS)


def test_every_scenario_is_a_case_or_said_not_to_be() -> None:
    ids = [case.id for case in CASES]

    assert len(ids) == len(set(ids))
    assert set(ids).isdisjoint(NOT_DECIDED)
    assert {*ids, *NOT_DECIDED} == set(scenarios(COPY))


@each_case
def test_case_tells_and_answers_what_its_scenario_does(case: Told) -> None:
    scenario = scenarios(COPY)[case.id]
    expected = scenario["expected"]

    assert case.told == scenario["facts"]
    assert case.label == {"status": expected["status"], "unit": expected["handling_unit"]}
    assert scenario["answers"] == case.answers


@pytest.mark.parametrize("scenario", NOT_DECIDED)
def test_scenario_that_is_no_case_has_no_answers(scenario: str) -> None:
    assert scenarios(COPY)[scenario]["answers"] == {}


@pytest.mark.skipif(not SHARED.is_file(), reason="the labelled scenarios are not beside this checkout")
def test_the_copy_of_the_scenarios_is_the_original_with_answers() -> None:
    copy = {name: {k: v for k, v in it.items() if k != "answers"} for name, it in scenarios(COPY).items()}

    assert copy == scenarios(SHARED)
