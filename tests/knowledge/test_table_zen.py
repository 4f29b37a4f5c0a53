"""A second, independent evaluator: zen-engine, a decision-model engine, must find the same one rule for every case.

It is given the table as written: conditions go to it as lists and negations of its own language, derived facts as
tables of their own, and nothing of how our loader spells out or multiplies conditions is used.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import pytest
import zen

from knowledge.table import load_table
from knowledge.table.model import Condition, RawTable

TABLE = load_table()
LEAVES = tuple(TABLE.engine.leaves())
CHUNKS = 8
RANDOM_POINTS = 20_000
Point = dict[str, str]


def model(raw: RawTable) -> str:
    """The table as a JSON decision model: one node for each derived fact, one for the rules, all hits collected."""
    facts = {fact.id: fact.id for fact in raw.facts if fact.kind == "choice"}
    derived = {let.id: f"{let.id}[0].hit" for let in raw.lets}
    rules = [(rule.rule, {**part.when, **rule.when}) for part in raw.sections for rule in part.rules]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {}},
        *(_node(raw, let.id, facts, ((rule.value, rule.when) for rule in let.rules)) for let in raw.lets),
        _node(raw, "rules", facts | derived, rules),
        {"id": "out", "type": "outputNode", "name": "out", "content": {}},
    ]
    edges = [
        {"id": f"{one['id']}-{other['id']}", "sourceId": one["id"], "targetId": other["id"], "type": "edge"}
        for one, other in pairwise(nodes)
    ]
    return json.dumps({"nodes": [{**node, "position": {"x": 0, "y": 0}} for node in nodes], "edges": edges})


def _node(
    raw: RawTable, name: str, columns: Mapping[str, str], rows: Iterable[tuple[str, Condition]]
) -> dict[str, Any]:
    return {
        "id": name,
        "type": "decisionTableNode",
        "name": name,
        "content": {
            "hitPolicy": "collect",
            "passThrough": True,
            "executionMode": "single",
            "inputField": None,
            "outputPath": name,
            "inputs": [{"id": column, "name": column, "field": field} for column, field in columns.items()],
            "outputs": [{"id": "hit", "name": "hit", "field": "hit"}],
            "rules": [
                {"_id": f"{name}{n}", "hit": f"'{hit}'", **{column: _cell(raw, it) for column, it in when.items()}}
                for n, (hit, when) in enumerate(rows)
            ],
        },
    }


def _cell(raw: RawTable, words: tuple[str, ...]) -> str:
    """One value, a group, or `!` and either, each as the engine's own `in` and `not in`."""
    parts = []
    for word in words:
        name = word.removeprefix("!")
        values = raw.groups.get(name, (name,))
        listed = ", ".join(f"'{value}'" for value in values)
        parts.append(f"{'not in' if word != name else 'in'} [{listed}]")
    return " or ".join(parts)


def evaluator(raw: RawTable) -> zen.ZenDecision:
    return zen.ZenEngine().create_decision(zen.ZenDecisionContent(model(raw)))


@pytest.fixture(scope="module")
def decision() -> zen.ZenDecision:
    return evaluator(TABLE.raw)


def rules_found(decision: zen.ZenDecision, point: Point) -> list[str]:
    result = decision.evaluate(point)["result"]
    for let in TABLE.raw.lets:
        assert len(result[let.id]) == 1, f"{let.id} is not settled once by {point}"
    return [hit["hit"] for hit in result["rules"]]


def completed(answers: Mapping[str, str], chance: random.Random) -> Point:
    return {fact: answers.get(fact) or chance.choice(values) for fact, values in TABLE.space.items()}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_it_agrees_on_every_way_through_the_questions(decision: zen.ZenDecision, chunk: int) -> None:
    chance = random.Random(chunk)
    mine = LEAVES[chunk::CHUNKS]
    assert len(mine) * CHUNKS > len(LEAVES) - CHUNKS
    for answers, rule in mine:
        point = completed(answers, chance)
        assert rules_found(decision, point) == [rule], point


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_it_agrees_on_complete_cases_at_random(decision: zen.ZenDecision, chunk: int) -> None:
    chance = random.Random(1000 + chunk)
    # Most of the space is out of time or not about who handles the case; every other point is put where the rules are.
    inner = {"period": "in_force", "matter": "handling", "proceeding": "administrative_suit"}
    for n in range(RANDOM_POINTS // CHUNKS):
        point = completed(inner if n % 2 else {}, chance)
        found = rules_found(decision, point)
        assert len(found) == 1
        assert tuple(found) == TABLE.engine.alive(point), point


def test_it_would_notice_a_rule_that_is_missing_and_one_that_is_too_wide() -> None:
    section = next(part for part in TABLE.raw.sections if any(rule.rule == "R03" for rule in part.rules))
    point = completed(next(answers for answers, rule in LEAVES if rule == "R03"), random.Random(0))
    without = section.model_copy(update={"rules": tuple(rule for rule in section.rules if rule.rule != "R03")})
    wider = section.model_copy(
        update={
            "rules": tuple(
                rule.model_copy(update={"when": {}}) if rule.rule == "R02" else rule for rule in section.rules
            )
        }
    )
    for changed, found in ((without, []), (wider, ["R02", "R03"])):
        raw = TABLE.raw.model_copy(
            update={"sections": tuple(changed if part is section else part for part in TABLE.raw.sections)}
        )
        assert rules_found(evaluator(raw), point) == found
