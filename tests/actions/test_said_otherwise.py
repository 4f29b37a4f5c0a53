"""Said otherwise: every choice has several ways people say it, each read as that choice and none as another's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

import pytest

from actions.understanding import plain, read_answer
from knowledge.bundled import load_decider
from knowledge.case import Case
from knowledge.decide import Question
from knowledge.table import Fact

TODAY = date(2026, 11, 24)
LEAST = 3

DECIDER = load_decider()
ASKED = [fact for fact in DECIDER.table.facts.values() if fact.choices and not fact.derived]
# Whom a case is against decides which choices are shown; between them these cases show every choice.
CASES: tuple[Mapping[str, str], ...] = ({"defendants": "county_government"}, {"defendants": "city_government"})
# How people put a short answer into a sentence.
BARE = "{}"
FRAMES = ("是{}", "嗯，{}", "应诉通知书来了，{}，就这样")

each_fact = pytest.mark.parametrize("fact", ASKED, ids=lambda fact: fact.id)


class Reading(NamedTuple):
    """A saying as put in one case, and the choice that was read; its own choice is among those shown."""

    choice: str
    text: str
    read: str | None


@cache
def question(fact: str, told: int) -> tuple[Question, Case]:
    case = DECIDER.reader.read({name: value for name, value in CASES[told].items() if name != fact}, TODAY)
    return DECIDER.question(fact, case), case


def read(fact: str, text: str, told: int) -> str | None:
    found = read_answer(question(fact, told)[0], text, question(fact, told)[1], DECIDER, TODAY)
    return (found or {}).get(fact)


def shown(fact: str, told: int) -> frozenset[str]:
    return frozenset(value for value, _ in question(fact, told)[0].choices)


@cache
def readings(fact: str, frame: str) -> tuple[Reading, ...]:
    """Every saying of every choice, in a frame, in every case that shows its choice."""
    return tuple(
        Reading(choice.id, frame.format(said), read(fact, frame.format(said), told))
        for choice in DECIDER.table.facts[fact].choices
        for said in choice.say
        for told in range(len(CASES))
        if choice.id in shown(fact, told)
    )


@each_fact
def test_every_choice_has_several_sayings(fact: Fact) -> None:
    few = {choice.id: choice.say for choice in fact.choices if len(choice.say) < LEAST}

    assert few == {}


@each_fact
def test_every_saying_is_read_as_its_choice(fact: Fact) -> None:
    assert [it for it in readings(fact.id, BARE) if it.read != it.choice] == []


@each_fact
def test_no_saying_is_read_as_another_choice_in_a_sentence(fact: Fact) -> None:
    """A saying that asks (派谁) may be read as nothing in a sentence, never as another choice."""
    assert [it for frame in FRAMES for it in readings(fact.id, frame) if it.read not in (it.choice, None)] == []


@each_fact
def test_nearly_every_saying_is_read_in_a_sentence_too(fact: Fact) -> None:
    found = [it.read == it.choice for frame in FRAMES for it in readings(fact.id, frame)]

    assert sum(found) >= 0.75 * len(found)


@each_fact
def test_no_saying_is_two_choices_own(fact: Fact) -> None:
    """Where two choices share words, no question shows both: a bureau is the city's or a county's by the defendant."""
    for told in range(len(CASES)):
        choices = [choice for choice in fact.choices if choice.id in shown(fact.id, told)]
        owners: dict[str, set[str]] = {}
        for choice in choices:
            for said in {plain(choice.label), *map(plain, choice.say)}:
                owners.setdefault(said, set()).add(choice.id)

        assert {said: its for said, its in owners.items() if len(its) > 1} == {}


# What is denied or belongs to someone else has a choice's words in it and is not that choice.
TRAPS = [
    ("reported_by", "产业园管委会报的", "county_zone"),
    ("court_demand", "不要求了", "demanded"),
    ("court_demand", "没有要求了", "demanded"),
    ("court_demand", "没有明确要求", "demanded"),
    ("authorization", "没有法律授权", "authorized"),
    ("authorization", "不能以自己名义", "authorized"),
    ("evidence_in_time", "不能按时交", "in_time"),
    ("evidence_in_time", "没有正当理由", "prevented"),
    ("procedure", "通知书没写简易程序", "simplified"),
    ("review_result", "申请人把复议撤了", "revoked"),
    ("review_result", "驳回申请人的请求", "application_dismissed"),
    ("review_result", "不是程序违法", "unlawful_on_procedure"),
    ("temporary_lead", "没有牵头部门", "one_department"),
    ("temporary_founder", "没有政府发文", "government"),
    ("duty", "归政府部门管", "government_itself"),
    ("duty", "没有争议", "shared"),
    ("challenged", "不是政府的章", "act_in_its_name"),
    ("planned_attendee", "不分管的副局长", "not_in_charge"),
    ("planned_attendee", "不分管的党组成员", "other_in_charge"),
    ("court_paper", "没有回复期限", "advice_with_date"),
    ("defendants", "几个县局", "county_department"),
]


@pytest.mark.parametrize(("fact", "text", "other"), TRAPS)
def test_words_within_other_words_are_not_that_choice(fact: str, text: str, other: str) -> None:
    assert all(read(fact, text, told) != other for told in range(len(CASES)))
