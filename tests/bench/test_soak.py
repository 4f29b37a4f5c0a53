"""The people of the soak, and what is found wrong afterwards: each of its promises can be broken."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest

from actions.talk.words import GUIDANCE_RESTS
from bench.soak.afterwards import Found, Sent, faults
from bench.soak.crowd import Crowd, choices
from bench.soak.people import LOOK_UPS, Act, Choice, Notes, Person
from bench.soak.weather import Seen
from bot.channels.telegram.words import PROBABLY_TWICE
from bot.reception import COMING
from tests.bot.telegram.bot_api import Json, Shown

FIRST = (Choice("1", "只有县人民政府", "b1"), Choice("2", "为什么问", "b2"))
OUTCOME = (Choice("1", "材料（8项）", "b3"), Choice("2", "确认并登记", "b4"))
RECORDED = "已登记：编号0007，2026年11月24日18:24。"


def person(notes: Notes | None = None) -> Person:
    return Person(1000, "ABCD-EFGH", random.Random(5), notes or Notes())


def enrol(one: Person) -> None:
    """Enrol a person, answer what they look up, and let them begin to tell a case."""
    acts = [one.begin()]
    answers = {one.begin().text: "已开通。", **LOOK_UPS}
    while acts[0].text in answers:
        for act in acts:
            one.did(act, 0.0)
        acts = [it for act in acts for it in one.sees(answers[act.text], (), 0.5)]
    one.did(acts[0], 1.0)


def test_a_person_is_led_from_the_code_to_the_record() -> None:
    notes = Notes()
    one = person(notes)
    assert one.begin().text == "/start ABCD-EFGH"
    enrol(one)
    one.did(one.sees("被告只有一家吗？", FIRST, 4.0)[0], 5.0)
    (confirm,) = one.sees("【承办】县住建局", OUTCOME, 6.0)
    assert confirm.confirms
    assert confirm.text in ("2", "b4")
    one.did(confirm, 9.0)
    assert one.confirmed == 1
    assert one.sees(RECORDED, (), 11.0), "and goes on to the next"
    assert (one.numbers, one.waiting, notes.seconds[-1]) == ({7}, False, 2.0)


def test_told_to_wait_a_person_waits_and_told_that_it_rests_they_press_again() -> None:
    notes = Notes()
    one = person(notes)
    act = one.begin()
    one.did(act, 0)
    assert one.sees(COMING, (), 1) == []
    (again,) = one.sees(GUIDANCE_RESTS, (), 2)
    assert (again.text, one.waiting) == (act.text, True)
    assert (notes.told_to_wait, notes.told_it_rests, notes.answered) == (1, 1, 0)


def test_a_repetition_is_no_answer_to_what_was_asked_since_but_the_only_copy_is() -> None:
    notes = Notes()
    one = person(notes)
    enrol(one)
    one.sees("被告只有一家吗？", FIRST, 4.0)
    assert one.sees(f"{PROBABLY_TWICE}\n被告只有一家吗？", FIRST, 5) == []
    assert (notes.duplicates, notes.marked_repetitions) == (1, 1)
    one.did(Act("press", "b1", 0), 6)
    assert one.sees(f"{PROBABLY_TWICE}\n【承办】县住建局", OUTCOME, 7)
    assert (notes.duplicates, notes.marked_repetitions) == (1, 2)


def test_buttons_that_hold_numbers_only_are_read_with_the_list_above_them() -> None:
    shown = Shown(1, "谁报批的？\n\n1 没有\n2 一个部门", [{"text": "1", "callback_data": "x"}])
    assert choices(shown) == [Choice("1", "没有", "x")]
    assert choices(Shown(1, "？", [{"text": "2 没有", "callback_data": "y"}])) == [Choice("2", "没有", "y")]


def test_a_crowd_talks_until_it_has_said_enough_and_waits_for_the_last_answers() -> None:
    pushed: list[Json] = []
    now = itertools.count(0.0, 0.5)
    crowd = Crowd(["A"], random.Random(1), pushed.append, lambda: next(now))
    crowd.talk(1, 1000.0, lambda _: None)
    assert crowd.listen(0.0) == [crowd.people[1000]], "no answer by then"
    crowd.sees(Seen(1000, Shown(1, "已开通。")))
    assert crowd.listen(1000.0) == []
    assert [it["message"]["text"] for it in pushed] == ["/start A"], "nobody says anything new"


def test_a_crowd_goes_on_talking_until_it_is_enough() -> None:
    pushed: list[Json] = []
    now = itertools.count(0.0, 0.5)
    crowd = Crowd(["A"], random.Random(1), pushed.append, lambda: next(now))
    crowd.talk(1, 1000.0, lambda _: None)
    crowd.sees(Seen(1000, Shown(1, "已开通。")))
    crowd.go_on(lambda: len(pushed) > 1)
    assert crowd.people[1000].waiting, "and what it has said is to be answered"


ALL_WELL = Found(0, {1000: Sent(3, 0, 1, 0)}, {1000: (7,)}, {7: 1}, chain_ok=True)


@pytest.mark.parametrize(
    ("found", "shown", "told"),
    [
        (ALL_WELL, (3, 1), ""),
        (replace(ALL_WELL, open=1), (3, 1), "open"),
        (replace(ALL_WELL, chain_ok=False), (3, 1), "chain"),
        (replace(ALL_WELL, decisions={}), (3, 1), "confirmed 1 cases, 0"),
        (replace(ALL_WELL, decisions={}), (3, 1), "nothing is on record"),
        (replace(ALL_WELL, decisions={1000: (7, 8)}), (3, 1), "confirmed 1 cases, 2"),
        (replace(ALL_WELL, sent={1000: Sent(3, 1, 1, 0)}), (3, 1), "given up"),
        (replace(ALL_WELL, cases={}), (3, 1), "decision 7 has 0 cases"),
        (replace(ALL_WELL, cases={7: 2}), (3, 1), "decision 7 has 2 cases"),
        (ALL_WELL, (4, 1), "4 + 1 messages"),
        (ALL_WELL, (3, 2), "3 + 2 messages"),
    ],
)
def test_what_does_not_hold_is_told(found: Found, shown: tuple[int, int], told: str) -> None:
    one = person()
    one.confirmed, one.numbers = 1, {7}
    wrong = faults([one], {(1000, False): shown[0], (1000, True): shown[1]}, found)
    assert bool(wrong) == bool(told)
    assert any(told in it for it in wrong) or not told


def test_an_answer_that_never_came_is_told() -> None:
    one = person()
    one.did(one.begin(), 0)
    wrong = faults([one], {}, Found(0, {}, {1: (7,)}, {7: 1}, chain_ok=True))
    assert wrong == ["person 1000 has no answer to “/start ABCD-EFGH”"]
