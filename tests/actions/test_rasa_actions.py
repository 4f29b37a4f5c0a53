"""Rasa's custom actions, called as the executor calls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker  # type: ignore[import-untyped]
from rasa_sdk.executor import CollectingDispatcher  # type: ignore[import-untyped]

from actions.rasa.actions import ASIDE, custom_actions
from actions.rasa.domain import render_domain
from knowledge.table import load_table
from tests.actions.pocket_talk import PocketTalk

ROOT = Path(__file__).parents[2]
SURELY, BARELY = 0.9, 0.3


def tracker(
    text: str = "",
    intent: str = "answer_fragment",
    confidence: float = SURELY,
    *,
    facts: dict[str, str] | None = None,
    memory: dict[str, Any] | None = None,
    pending: str | None = None,
    done: tuple[str, ...] = (),
    **entities: str,
) -> Tracker:
    """A tracker as Rasa hands it over: `pending` opens the form, `done` are the actions since the message."""
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }
    return Tracker.from_dict(
        {
            "sender_id": "zhang",
            "slots": {**(facts or {}), "memory": memory, "requested_slot": pending},
            "latest_message": message,
            "events": [
                {"event": "action", "name": "action_listen"},
                {"event": "user", "text": text},
                *({"event": "action", "name": name} for name in done),
            ],
            "active_loop": {"name": "intake"} if pending else {},
        }
    )


def run(action: str, at: Tracker, talk: PocketTalk | None = None) -> tuple[list[dict[str, Any]], list[Any]]:
    """Runs an action; returns its events, short, and its messages."""
    said = CollectingDispatcher()
    events = custom_actions(talk or PocketTalk())[action](said, at, {})
    return events, said.messages


def slots(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [str(event["event"]) for event in events]


def test_a_number_answers_and_the_next_question_follows_with_its_buttons() -> None:
    events, said = run("validate_intake", tracker("1", pending="defendants"))
    assert slots(events) == {"defendants": "county", "memory": {}, "requested_slot": "reviewed"}
    assert [message["text"] for message in said] == ["问 reviewed"]
    assert said[0]["custom"] == {"kind": "question", "fact": "reviewed"}
    assert said[0]["buttons"][0] == {
        "title": "no",
        "payload": '/choose{"fact": "reviewed", "value": "no"}',
    }


def test_the_last_answer_completes_the_form_and_says_nothing() -> None:
    facts = {"defendants": "both"}
    events, said = run("validate_intake", tracker("12月3日", facts=facts, pending="received_on"))
    assert events[-1] == {"event": "slot", "timestamp": None, "name": "requested_slot", "value": None}
    assert said == []


def test_words_that_are_not_understood_are_remembered_and_the_question_comes_again() -> None:
    at = tracker("随便说说", "nlu_fallback", memory={"misses": 1}, pending="defendants")
    events, said = run("validate_intake", at)
    assert slots(events) == {"memory": {"misses": 2}, "requested_slot": "defendants"}
    assert [message["text"] for message in said] == ["没听懂 2", "问 defendants"]


def test_no_answer_is_never_a_rejection_by_accident() -> None:
    # Rasa takes a validation that sets no slot but the requested one for a rejection.
    at = tracker("/choose", "choose", pending="defendants", fact="defendants", value="nobody")
    events, _ = run("validate_intake", at)
    assert set(slots(events)) - {"requested_slot"}


@pytest.mark.parametrize("intent", ["start_intake", "confirm", "deny", "answer_fragment", "nlu_fallback"])
def test_whatever_a_short_answer_is_taken_for_it_is_read(intent: str) -> None:
    events, _ = run("validate_intake", tracker("县政府", intent, pending="defendants"))
    assert slots(events)["defendants"] == "county"


@pytest.mark.parametrize("intent", sorted(ASIDE))
def test_an_aside_is_rejected_without_a_word(intent: str) -> None:
    events, said = run("validate_intake", tracker("问一下县政府的事", intent, pending="defendants"))
    assert events == []
    assert said == []


def test_an_aside_that_rasa_doubts_is_tried_as_an_answer() -> None:
    at = tracker("县政府", "clause_question", BARELY, pending="defendants")
    assert slots(run("validate_intake", at)[0])["defendants"] == "county"
    at = tracker("天气如何", "clause_question", BARELY, pending="defendants")
    assert run("validate_intake", at) == ([], [])


def test_a_pressed_button_answers_even_an_earlier_question() -> None:
    at = tracker(
        '/choose{"fact": "defendants", "value": "both"}',
        "choose",
        facts={"defendants": "county"},
        pending="reviewed",
        fact="defendants",
        value="both",
    )
    events, _ = run("validate_intake", at)
    assert slots(events)["defendants"] == "both"
    assert slots(events)["requested_slot"] == "received_on"


def test_on_the_way_back_from_an_aside_the_question_is_only_asked() -> None:
    at = tracker("县政府", "clause_question", pending="defendants", done=("action_clause", "intake"))
    events, said = run("validate_intake", at)
    assert slots(events) == {"requested_slot": "defendants"}
    assert [message["text"] for message in said] == ["问 defendants"]


def test_an_answer_taken_back_is_asked_again() -> None:
    facts = {"defendants": "county", "reviewed": "no"}
    at = tracker("返回", "step_back", facts=facts, pending="received_on")
    events, said = run("action_step_back", at)
    assert slots(events) == {"reviewed": None}
    assert "followup" not in kinds(events), "inside the form the rules lead back"
    assert said[0]["text"] == "退回 reviewed"


def test_a_story_opens_the_form() -> None:
    events, said = run("action_start", tracker("县政府被告了", "start_intake"))
    assert slots(events) == {"defendants": "county"}
    assert events[-1]["event"] == "followup"
    assert events[-1]["name"] == "intake"
    assert said[0]["text"].startswith("我理解")


def test_a_button_that_starts_has_no_story() -> None:
    _, said = run("action_start", tracker("/start", "start"))
    assert said[0]["text"] == "我理解 {}"


def test_the_end_of_a_case_begins_a_session_that_keeps_the_new_memory_alone() -> None:
    talk = PocketTalk()
    facts = {"defendants": "both", "received_on": "12月3日"}
    events, said = run("action_confirm", tracker("/confirm_case", "confirm_case", facts=facts), talk)
    assert talk.recorded == [("zhang", facts)]
    assert said[0]["text"] == "已登记 1"
    assert kinds(events) == ["session_started", "slot", "followup"]
    assert slots(events) == {"memory": {"last": 1}}
    assert events[-1]["name"] == "action_listen"


def test_starting_over_begins_a_session_and_asks() -> None:
    facts = {"defendants": "both"}
    events, _ = run("action_start_over", tracker("重来", "start_over", facts=facts, pending="received_on"))
    assert kinds(events) == ["session_started", "followup"]
    assert events[-1]["name"] == "intake"


def test_a_button_changes_the_fact_it_names_and_words_are_passed_on() -> None:
    facts = {"defendants": "both", "received_on": "12月3日"}
    events, _ = run("action_change", tracker("/change_fact", "change_fact", facts=facts, fact="defendants"))
    assert slots(events) == {"defendants": None}
    assert events[-1]["name"] == "intake"
    events, said = run("action_change", tracker("改第二个", "change", facts=facts))
    assert events == []
    assert said[0]["text"] == "改哪一项"


@pytest.mark.parametrize("section", ["basis", "materials", "deadlines", "attendance"])
def test_words_name_a_section_of_the_open_case(section: str) -> None:
    said = run("action_show", tracker("看一下", section, facts={"defendants": "both"}))[1]
    assert said[0]["text"] == f"看 {section}"


def test_without_a_case_the_same_words_are_a_question_about_the_measure() -> None:
    said = run("action_show", tracker("一般要交哪几样材料", "materials"))[1]
    assert said[0]["text"].startswith("第十九条")
    assert run("action_show", tracker("材料", "materials"))[1][0]["text"] == "看 materials"


def test_a_button_shows_its_section_even_after_the_case_has_ended() -> None:
    said = run("action_show", tracker("/show", "show", section="deadlines"))[1]
    assert said[0]["text"] == "看 deadlines"


@pytest.mark.parametrize("action", ["correct", "step_back", "start", "cancel", "records", "fallback"])
def test_words_that_name_a_place_are_looked_up_whatever_rasa_takes_them_for(action: str) -> None:
    assert run(f"action_{action}", tracker("4条和8条", "correct_record"))[1][0]["text"].startswith("第十九条")


@pytest.mark.parametrize("intent", ["correct_record", "cancel", "change", "answer_fragment"])
def test_in_the_form_they_are_looked_up_too_and_the_question_stays(intent: str) -> None:
    events, said = run("validate_intake", tracker("4条和8条", intent, pending="defendants"))
    assert [it["text"][:4] for it in said] == ["第十九条", "问 de"]
    assert slots(events)["requested_slot"] == "defendants"


def test_the_outcome_that_completes_the_form_is_not_taken_for_a_look_up() -> None:
    at = tracker("县政府，按第十一条", facts={"defendants": "both"}, done=("intake",))
    assert run("action_outcome", at)[1][0]["text"].startswith("结论")


def test_loose_words_are_about_the_open_case_or_begin_one() -> None:
    assert run("action_loose_words", tracker("没有"))[1][0]["text"].startswith("我理解")
    assert run("action_loose_words", tracker("没有", facts={"defendants": "both"}))[1][0]["text"] == "记下 没有"


def test_another_case_a_hand_over_and_pressing_for_a_unit_reach_the_talk() -> None:
    facts = {"defendants": "both"}
    assert (
        run("action_other_case", tracker("回到第一个", "other_case", facts=facts))[1][0]["text"] == "另一件 回到第一个"
    )
    assert run("action_hand_over", tracker("转交", "hand_over", facts=facts))[1][0]["text"] == "转交 1"
    assert run("action_insist", tracker("就说一家", "insist", facts=facts))[1][0]["text"] == "不代定"
    assert run("action_insist", tracker("谁承办，直接说", "insist"))[1][0]["text"].startswith("第十九条")


def test_a_day_that_is_named_is_told_and_no_keyword_for_the_dates() -> None:
    at = tracker("11月20号收的，最晚哪天", "deadlines", facts={"defendants": "both"})
    assert run("action_show", at)[1][0]["text"].startswith("第十九条")
    at = tracker("最晚哪天", "deadlines", facts={"defendants": "both"})
    assert run("action_show", at)[1][0]["text"] == "看 deadlines"


def test_words_that_ask_nothing_are_tried_as_an_answer_whatever_they_sound_like() -> None:
    at = tracker("县政府", "clause_question", pending="defendants")
    assert slots(run("validate_intake", at)[0])["defendants"] == "county"


def test_why_knows_the_pending_question_and_that_there_is_none() -> None:
    assert run("action_why", tracker("为什么", "why", pending="reviewed"))[1][0]["text"] == "因为 reviewed"
    assert run("action_why", tracker("为什么", "why"))[1][0]["text"] == "因为 None"


def test_every_action_of_the_domain_is_there_and_no_other() -> None:
    domain = yaml.safe_load((ROOT / "nlu/domain/domain.yml").read_text(encoding="utf-8"))
    assert sorted(custom_actions(PocketTalk())) == sorted(domain["actions"])


def test_the_domain_has_a_slot_for_every_fact_that_no_sentence_can_fill() -> None:
    rendered = yaml.safe_load(render_domain(["defendants", "reviewed"]))["slots"]
    assert list(rendered) == ["defendants", "reviewed", "memory"]
    assert all(slot["mappings"] == [{"type": "custom"}] for slot in rendered.values())
    assert not any(slot["influence_conversation"] for slot in rendered.values())


def test_a_fact_may_not_bear_the_name_of_a_slot_of_ours() -> None:
    with pytest.raises(ValueError, match="memory"):
        render_domain(["defendants", "memory"])


def test_the_exported_slots_are_those_of_the_table() -> None:
    exported = (ROOT / "nlu/domain/facts.yml").read_text(encoding="utf-8")
    assert exported == render_domain([fact.id for fact in load_table().facts.values() if not fact.derived]), (
        "run `yingsu nlu export`"
    )
