"""Rasa's custom actions: each calls the talk once and gives back messages and slot events."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from rasa_sdk import Tracker  # type: ignore[import-untyped]
from rasa_sdk.events import FollowupAction, SessionStarted, SlotSet  # type: ignore[import-untyped]
from rasa_sdk.executor import CollectingDispatcher  # type: ignore[import-untyped]

from actions.rasa.domain import MEMORY
from actions.rasa.heard import FORM, PENDING, Heard, heard
from actions.rasa.ports import Phrase, Section, Talk, Turn

Events = list[dict[str, Any]]
Action = Callable[[CollectingDispatcher, Tracker, Any], Events]

# Words that are no answer to a question of the form. Whatever else Rasa takes a message for is read as one: a
# short answer may look like a story (县政府) or a confirmation (对), and what it means is the table's to say.
ASIDE = frozenset(
    (
        *("greet", "help", "thanks", "why", "step_back", "change", "resume", "cancel", "start_over"),
        *("basis", "materials", "deadlines", "attendance", "my_records", "correct_record", "clause_question"),
        *("other_case", "hand_over", "insist"),
        *("change_fact", "show", "confirm_case", "start"),
    )
)
GIVE_UP = re.compile(r"^(?!.*[吗？?]).*(取消|不登记|不弄|不办|算了|不要了|不用了|退出|停|放弃|撤了|不搞|拉倒|不填)")
DAY = re.compile(r"[0-9一二三四五六七八九十]+\s*[月号日]|[昨前今]天|上?(周|星期|礼拜)[一二三四五六日天]")
# An aside that Rasa is less sure of is tried as an answer first.
SURE = 0.5
# Words that ask for nothing may tell something, whatever Rasa takes them for.
ASKS = re.compile(r"[?？吗么呢谁哪几啥咋甚怎问讲查看]|什么|多久|多少|如何|能否|是否|(.)不\1|第.+条")
NOT_KNOWN = re.compile(r"(我们?|这个?|也|还|真)*(不知道|不清楚|不晓得|没写|查不)")
# From how many characters on words are a sentence rather than a keyword (材料, 看期限).
SENTENCE = 7


def custom_actions(talk: Talk) -> dict[str, Action]:
    """Binds every custom action of Rasa's domain to a talk.

    Args:
        talk: What answers.

    Returns:
        The actions by the names that `nlu/domain/domain.yml` gives them, as `ActionExecutor` registers them.
    """

    def phrase(what: Phrase) -> Callable[[Heard], Turn]:
        return lambda now: talk.say(what, now.facts, now.memory)

    def cancel(now: Heard) -> Turn:
        if now.pending is None and now.text and not GIVE_UP.search(now.text):
            # It ends a case: a question that only sounds like it (登记了吗) must not.
            return talk.remark(now.text, now.facts, now.memory)
        turn = talk.say("cancel", now.facts, now.memory)
        # An open form is always something to end.
        return replace(turn, done=True) if now.pending else turn

    def start(now: Heard) -> Turn:
        return talk.start(now.text, now.facts, now.memory)

    def choose(now: Heard) -> Turn:
        return talk.choose(now.entities.get("fact", ""), now.entities.get("value", ""), now.facts, now.memory)

    def change(now: Heard) -> Turn:
        return talk.change(now.entities.get("fact") or now.text, now.facts, now.memory)

    def clause(now: Heard) -> Turn:
        return talk.clause(now.text, now.facts, now.memory)

    def confirm(now: Heard) -> Turn:
        if now.text:
            return talk.agree(now.text, now.facts, now.memory, now.person)
        return talk.confirm(now.facts, now.memory, now.person)

    def other_case(now: Heard) -> Turn:
        return talk.other_case(now.text, now.facts, now.memory)

    def hand_over(now: Heard) -> Turn:
        return talk.hand_over(now.facts, now.memory)

    def insist(now: Heard) -> Turn:
        if not now.facts and now.pending is None:
            # No case lies open, so nobody is pressed for anything: a question about the measure.
            return clause(now)
        return talk.insist(now.facts, now.memory)

    def show(now: Heard) -> Turn:
        if (len(now.text) >= SENTENCE and not now.facts) or DAY.search(now.text):
            # No case lies open: a whole sentence asks about the measure, not for a part of an outcome. A day that is
            # named is told, or asked after.
            return clause(now)
        if "article" in now.entities:
            return talk.article(now.entities["article"], now.memory)
        section = cast(Section, now.entities.get("section", now.intent))
        return talk.show(section, now.facts, now.memory, now.person)

    def loose_words(now: Heard) -> Turn:
        # Sounds like an answer though nothing was asked: it is about the case that lies open, or a new one.
        return talk.remark(now.text, now.facts, now.memory) if now.facts else start(now)

    def outcome(now: Heard) -> Turn:
        return talk.outcome(now.facts, now.memory, now.person)

    answers: dict[str, Callable[[Heard], Turn]] = {
        "action_start": start,
        "action_choose": choose,
        "action_confirm": confirm,
        "action_change": change,
        "action_step_back": lambda now: talk.back(now.facts, now.memory),
        "action_why": lambda now: talk.why(now.pending, now.facts, now.memory),
        "action_show": show,
        "action_loose_words": loose_words,
        "action_other_case": other_case,
        "action_hand_over": hand_over,
        "action_insist": insist,
        "action_records": lambda now: talk.records(now.person),
        "action_correct": lambda now: talk.correct(now.text, now.facts, now.memory, now.person),
        "action_clause": clause,
        "action_greet": phrase("greet"),
        "action_help": phrase("help"),
        "action_thanks": phrase("thanks"),
        "action_resume": phrase("resume"),
        "action_cancel": cancel,
        "action_start_over": phrase("restart"),
        "action_fallback": phrase("fallback"),
    }

    def looked_up_first(answer: Callable[[Heard], Turn]) -> Callable[[Heard], Turn]:
        return lambda now: (clause if now.text and talk.looks_up(now.text, now.facts, now.memory) else answer)(now)

    actions: dict[str, Action] = {name: partial(_act, looked_up_first(answer)) for name, answer in answers.items()}
    # The outcome follows on a message that the form has dealt with.
    return {f"validate_{FORM}": partial(_validate, talk), "action_outcome": partial(_act, outcome), **actions}


def _act(answer: Callable[[Heard], Turn], dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
    """Runs an action outside the form's own loop."""
    now = heard(tracker)
    turn = answer(now)
    _utter(turn, dispatcher)
    return _consequences(turn, now)


def _consequences(turn: Turn, before: Heard) -> Events:
    """Says what a turn does to the conversation.

    The end of a case begins a new session, with which facts, form and history are gone, so that a turn takes
    no longer the more a person has asked. Inside the form the rules lead back to its question; outside it, a
    turn that leaves something to ask calls the form, which knows whether that is a question or the outcome.
    """
    opens = turn.next_fact is not None or (bool(turn.facts) and not turn.done and not turn.stays)
    follow = [FollowupAction(FORM if opens else "action_listen")]
    if turn.done:
        return [SessionStarted(), *_slots(turn), *follow]
    if before.pending is not None:
        return _slots(turn)
    return [*_slots(turn), *(follow if opens else ())]


def _validate(talk: Talk, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
    """The form's validation: takes the answer, finds the next question in the table, and asks it.

    Rasa calls it whenever the form runs: to open it, on each message inside it, and on the way back from an
    aside. It asks here, and not in an action for each fact, which would cost a second round trip.

    Returns:
        Slot events, the next fact last (None: the form is complete). Nothing at all where the message is no
        answer, which is how a form rejects: the rules then deal with it.
    """
    now = heard(tracker)
    facts, memory = dict(now.facts), now.memory
    events: Events = []
    if now.fresh and now.pending:
        turn = _take(talk, now, now.pending)
        if turn is None:
            return []
        _utter(turn, dispatcher)
        facts = {name: value for name, value in {**facts, **turn.facts}.items() if value is not None}
        memory = memory if turn.memory is None else turn.memory
        events = [SlotSet(name, value) for name, value in turn.facts.items()]
        # Set even where it stays as it is: a validation that sets no slot is a rejection.
        events.append(SlotSet(MEMORY, dict(memory)))
    missing = next((fact for fact in talk.required(facts, memory) if fact not in facts), None)
    if missing is not None:
        question = talk.ask(missing, facts, memory)
        _utter(question, dispatcher)
        events += _slots(question)
    return [*events, SlotSet(PENDING, missing)]


def _take(talk: Talk, now: Heard, pending: str) -> Turn | None:
    """Takes the message as an answer; None where it is none."""
    if now.intent == "choose":
        return talk.choose(now.entities.get("fact", ""), now.entities.get("value", ""), now.facts, now.memory)
    if now.text and talk.looks_up(now.text, now.facts, now.memory):
        return talk.clause(now.text, now.facts, now.memory)
    tells = now.intent == "clause_question" and (not ASKS.search(now.text) or NOT_KNOWN.match(now.text))
    if now.intent in ASIDE and (not now.text or (now.confidence >= SURE and not tells)):
        return None
    turn = talk.read(pending, now.text, now.facts, now.memory)
    # A turn without a word took something without an answer to give: it is put to the person next.
    return turn if turn.facts or not turn.says or now.intent not in ASIDE else None


def _utter(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    for say in turn.says:
        dispatcher.utter_message(
            text=say.text,
            buttons=[{"title": choice.label, "payload": choice.payload} for choice in say.choices],
            json_message=dict(say.data),
        )


def _slots(turn: Turn) -> Events:
    memory: Mapping[str, Any] = {} if turn.memory is None else {MEMORY: dict(turn.memory)}
    return [SlotSet(name, value) for name, value in {**turn.facts, **memory}.items()]
