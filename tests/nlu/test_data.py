"""The Rasa project as it is written: every intent has examples and rules, and no test set is copied."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.rasa.actions import ASIDE

ROOT = Path(__file__).parents[2]
NLU = ROOT / "nlu"
SHARED = ROOT.parent / "shared" / "domain"
PRESSED = {"choose", "change_fact", "show", "confirm_case", "start"}
ENOUGH = 15
# They share letters with 重来, 取消 or 你好, and are answers.
TRAPS = (
    *(
        "损害加重",
        "害加重",
        "加重了处罚",
        "重大处罚",
        "重复起诉",
        "重新作出决定",
        "重新鉴定",
        "从重处罚",
        "新的处罚决定",
    ),
    *("另行处理", "从头到尾都是镇里办的", "停产停业", "停工通知", "取消了许可", "作废的许可证", "放弃治疗", "一直不办"),
    *("不给办理", "好像是统计局", "有人举报的"),
    *("算了，不改了", "算了，还是镇里报的"),
)
ENDS = {"start_over", "cancel", "greet"}


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def intents() -> set[str]:
    listed = load(NLU / "domain/domain.yml")["intents"]
    return {next(iter(intent)) if isinstance(intent, dict) else intent for intent in listed}


def examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((NLU / "data").glob("*.yml")):
        for block in load(path).get("nlu", ()):
            if "intent" in block:
                lines = [line.removeprefix("- ") for line in block["examples"].strip().splitlines()]
                found.setdefault(block["intent"], []).extend(lines)
    return found


def rules() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = load(NLU / "data/rules.yml")["rules"]
    return loaded


def test_every_spoken_intent_has_enough_different_examples() -> None:
    said = examples()
    assert set(said) == intents() - PRESSED
    assert {name: len(lines) for name, lines in said.items() if len(lines) < ENOUGH} == {}


def test_no_sentence_means_two_things() -> None:
    everything = Counter(line for lines in examples().values() for line in lines)
    assert [line for line, times in everything.items() if times > 1] == []


def test_no_example_begins_with_a_slash() -> None:
    assert not [line for lines in examples().values() for line in lines if line.startswith(("/", "／"))]


def test_no_intent_has_a_name_that_rasa_acts_upon_by_itself() -> None:
    assert not intents() & {"restart", "back", "session_start"}


def test_there_is_a_rule_for_every_intent_wherever_it_can_be_heard() -> None:
    heard: dict[str | None, set[str]] = {None: set(), "intake": set()}
    for rule in rules():
        if intent := rule["steps"][0].get("intent"):
            heard[rule["condition"][0]["active_loop"]].add(intent)
    everywhere = intents() | {"nlu_fallback"}
    assert heard[None] == everywhere
    assert heard["intake"] == ASIDE, "inside the form, what is no aside is read as an answer"


def test_an_aside_leads_back_to_the_question_or_ends_the_case() -> None:
    for rule in rules():
        if rule.get("condition") == [{"active_loop": "intake"}]:
            last = rule["steps"][-1]
            ends = rule["steps"][0]["intent"] in {"cancel", "start_over"}
            assert last == {"active_loop": None if ends else "intake"}, rule["rule"]


def whole_words() -> dict[str, re.Pattern[str]]:
    pipeline = load(ROOT / "config.yml")["pipeline"]
    (needs,) = [it["needs"] for it in pipeline if it["name"] == "whole_words.WholeWords"]
    return {intent: re.compile(needed) for intent, needed in needs.items()}


def test_words_that_an_intent_needs_are_in_its_examples_and_those_of_an_end_in_no_others() -> None:
    wrong = [
        (intent, line, needed)
        for intent, lines in examples().items()
        for line in lines
        for needed, pattern in whole_words().items()
        if bool(pattern.search(line)) != (intent == needed) and (intent == needed or needed in ENDS)
    ]
    assert wrong == []


@pytest.mark.parametrize("said", TRAPS)
def test_what_only_looks_like_an_end_or_a_greeting_is_none(said: str) -> None:
    assert [intent for intent, pattern in whole_words().items() if intent in ENDS and pattern.search(said)] == []


def test_no_sentence_is_taken_from_the_sets_that_measure() -> None:
    if not SHARED.is_dir():
        pytest.skip("needs ../shared/domain")
    taken: set[str] = set()
    for name, key in (("questions", "q"), ("scenarios", "facts")):
        lines = (SHARED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        taken |= {str(json.loads(line)[key]) for line in lines}
    for line in (SHARED / "dialogues.jsonl").read_text(encoding="utf-8").splitlines():
        taken |= {turn["user"] for turn in json.loads(line)["turns"]}
    long_enough_to_be_somebody_s = {line for lines in examples().values() for line in lines if len(line) > 7}
    assert long_enough_to_be_somebody_s & taken == set()
