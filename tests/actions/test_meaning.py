"""The choice that words come nearest to: on answers that no rule reads, and on words that are no answer at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from actions.understanding import read_answer
from actions.understanding.meaning import Meaning
from knowledge.case import Case
from knowledge.decide import Decider, Question
from knowledge.encoder import Encoder, Vectors, load_encoder

TODAY = date(2026, 11, 24)
ANSWERS = Path(__file__).parents[1] / "data" / "answers.jsonl"
# 县里 is read as the county's government, also where it goes on: 县里管事的一个单位.
MISREAD = {"咱县里管事的一个单位"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """Words said to a question; `choice` is what they mean, None where they are no answer to it."""

    fact: str
    text: str
    choice: str | None
    told: Mapping[str, str]


def labelled() -> Iterator[Labelled]:
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        yield Labelled(data["fact"], data["text"], data["choice"], data.get("told", {}))


def put(decider: Decider, it: Labelled) -> tuple[Question, Case]:
    case = decider.reader.read(it.told, TODAY)
    return decider.question(it.fact, case), case


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def meaning(encoder: Encoder) -> Meaning:
    return Meaning(encoder)


def read_by_rule(decider: Decider, it: Labelled) -> Mapping[str, str] | None:
    question, case = put(decider, it)
    return read_answer(question, it.text, case, decider, TODAY)


@pytest.fixture(scope="module")
def unread(decider: Decider) -> list[Labelled]:
    return [it for it in labelled() if read_by_rule(decider, it) is None]


def test_rules_read_none_of_them_as_something_else(decider: Decider) -> None:
    read = ((it, read_by_rule(decider, it)) for it in labelled())
    wrong = {it.text for it, found in read if found is not None and found.get(it.fact) != it.choice}

    assert wrong <= MISREAD


def test_most_that_are_asked_back_are_meant_and_few_that_are_no_answer_are(
    decider: Decider, meaning: Meaning, unread: list[Labelled]
) -> None:
    found = [(it, meaning.nearest_choice(put(decider, it)[0], it.text)) for it in unread]
    offered = [(it, near) for it, near in found if near is not None]
    right = sum(near.value == it.choice for it, near in offered)
    answers = sum(it.choice is not None for it in unread)
    strangers = [near for it, near in found if it.choice is None]

    assert answers >= 150
    assert len(strangers) >= 60
    assert right / len(offered) >= 0.78
    assert right / answers >= 0.42
    assert sum(near is not None for near in strangers) <= 0.1 * len(strangers)


def test_a_saying_is_nearest_to_its_own_choice(decider: Decider, meaning: Meaning) -> None:
    for fact in ("reviewed", "challenged", "agent_plan"):
        question = put(decider, Labelled(fact, "", None, {}))[0]
        for choice in question.fact.choices:
            found = meaning.nearest_choice(question, choice.label)
            assert found is not None and found.value == choice.id, choice


def test_only_choices_that_are_shown_count(decider: Decider, meaning: Meaning) -> None:
    city = put(decider, Labelled("reported_by", "", None, {"defendants": "city_government"}))[0]

    found = meaning.nearest_choice(city, "乡镇那头报上来的")

    assert found is not None and found.value in {value for value, _ in city.choices}
    assert "township" not in {value for value, _ in city.choices}


@pytest.mark.parametrize("words", ["", "  。", "？"])
def test_nothing_is_near_to_no_words(decider: Decider, meaning: Meaning, words: str) -> None:
    assert meaning.nearest_choice(put(decider, Labelled("reviewed", "", None, {}))[0], words) is None


class Counting:
    """The encoder, with what it was given counted."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.texts = 0

    @property
    def fingerprint(self) -> str:
        return self._encoder.fingerprint

    @property
    def dimensions(self) -> int:
        return self._encoder.dimensions

    def encode(self, texts: Sequence[str], *, batch: int = 32) -> Vectors:
        self.texts += len(texts)
        return self._encoder.encode(texts, batch=batch)


def test_sayings_are_encoded_once_and_only_when_asked_about(decider: Decider, encoder: Encoder) -> None:
    counting = Counting(encoder)
    meaning = Meaning(counting)
    question = put(decider, Labelled("court_demand", "", None, {}))[0]
    assert counting.texts == 0

    found = meaning.nearest_choice(question, "函上点了一把手的名")
    before = counting.texts
    again = meaning.nearest_choice(question, "函上点了一把手的名")

    assert found == again
    assert counting.texts == before + 1
