"""One person's talk with the service, kept as Rasa's form keeps it: facts, memory, and the pending question.

No understanding of intents: a test says which door of the service a message goes through.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import cast

from actions.rasa.ports import Choice, Phrase, Say, Section, Turn
from actions.store import Store
from actions.talk.service import TalkService
from knowledge.decide import Decider
from knowledge.look_up import LookUp
from knowledge.search import Searcher

# A Tuesday, ten in the morning in Xinzhou.
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def service(decider: Decider, searcher: Searcher, store: Store, now: datetime = NOW) -> TalkService:
    """A service whose clock stands still and whose cases are numbered."""
    ids: Iterator[int] = count(1)
    return TalkService(decider, LookUp(searcher), store, lambda: now, lambda: f"case-{next(ids)}")


@dataclass
class Conversation:
    """Facts and memory between turns.

    Attributes:
        said: the messages of the last turn, the question or outcome that followed included.
        pending: the fact whose question is open.
    """

    talk: TalkService
    person: str = "console:zhang"
    facts: dict[str, str] = field(default_factory=dict)
    memory: dict[str, object] = field(default_factory=dict)
    pending: str | None = None
    said: list[Say] = field(default_factory=list)

    @property
    def asks(self) -> str:
        """The fact whose question is open; "" where there is none."""
        return self.pending or ""

    @property
    def text(self) -> str:
        """Everything said in the last turn."""
        return "\n".join(say.text for say in self.said)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The buttons of the last message."""
        return self.said[-1].choices

    @property
    def labels(self) -> list[str]:
        """What these buttons say."""
        return [choice.label for choice in self.choices]

    def tell(self, text: str) -> str:
        """Begin a case."""
        return self._after(self.talk.start(text, self.facts, self.memory))

    def answer(self, text: str) -> str:
        """Answer the pending question in words."""
        assert self.pending is not None, "nothing was asked"
        return self._after(self.talk.read(self.pending, text, self.facts, self.memory), form=True)

    def press(self, label: str) -> str:
        """Press a button of the last message; its label may be cut short."""
        payload = next(choice.payload for choice in self.choices if choice.label.startswith(label))
        return self.send(payload)

    def send(self, payload: str) -> str:
        """Press a button by its payload."""
        intent, _, rest = payload.removeprefix("/").partition("{")
        carried = json.loads("{" + rest) if rest else {}
        presses: dict[str, Callable[[], str]] = {
            "choose": lambda: self.choose(carried["fact"], carried["value"]),
            "change_fact": lambda: self.change(carried["fact"]),
            "show": lambda: self.show(carried["section"]) if "section" in carried else self.text,
            "change": lambda: self.change("改"),
            "confirm_case": self.confirm,
            "why": self.why,
            "start": lambda: self.tell(""),
        }
        return presses[intent]()

    def choose(self, fact: str, value: str) -> str:
        """Press a button that answers."""
        return self._after(self.talk.choose(fact, value, self.facts, self.memory), form=self.pending is not None)

    def other_case(self, text: str) -> str:
        """Speak of another case."""
        return self._after(self.talk.other_case(text, self.facts, self.memory))

    def hand_over(self) -> str:
        """Ask for the case as text."""
        return self._after(self.talk.hand_over(self.facts, self.memory))

    def insist(self) -> str:
        """Press for a unit."""
        return self._after(self.talk.insist(self.facts, self.memory))

    def change(self, text_or_fact: str) -> str:
        """Ask for an answer to be changed, or give it anew."""
        return self._after(self.talk.change(text_or_fact, self.facts, self.memory))

    def remark(self, text: str) -> str:
        """Say something of the case after its outcome."""
        return self._after(self.talk.remark(text, self.facts, self.memory))

    def back(self) -> str:
        """Take the last answer back."""
        return self._after(self.talk.back(self.facts, self.memory))

    def show(self, section: Section) -> str:
        """Look at a part of the outcome."""
        return self._after(self.talk.show(section, self.facts, self.memory, self.person))

    def why(self) -> str:
        """Ask why."""
        return self._after(self.talk.why(self.pending, self.facts, self.memory))

    def clause(self, text: str) -> str:
        """Ask about the measure."""
        return self._after(self.talk.clause(text, self.facts, self.memory))

    def phrase(self, what: Phrase) -> str:
        """Say one of the things that every talk has an answer to."""
        return self._after(self.talk.say(what, self.facts, self.memory))

    def outcome(self) -> str:
        """See the outcome again."""
        return self._after(self.talk.outcome(self.facts, self.memory, self.person))

    def confirm(self) -> str:
        """Record the decision."""
        return self._after(self.talk.confirm(self.facts, self.memory, self.person))

    def correct(self, text: str) -> str:
        """Open a record for correction."""
        return self._after(self.talk.correct(text, self.facts, self.memory, self.person))

    def records(self) -> str:
        """List the person's records."""
        return self._after(self.talk.records(self.person))

    def _after(self, turn: Turn, *, form: bool = False) -> str:
        """Take a turn's consequences, as the actions and the form do; the pending question is asked again."""
        self.said = list(turn.says)
        opens = turn.next_fact is not None or (bool(turn.facts) and not turn.done and not turn.stays)
        if turn.done:
            self.facts, self.memory, self.pending = {}, {}, None
        self._keep(turn)
        if form or opens or (self.pending is not None and not turn.stays):
            self._run_form()
        return self.text

    def _keep(self, turn: Turn) -> None:
        kept: dict[str, str | None] = {**self.facts, **turn.facts}
        self.facts = {name: value for name, value in kept.items() if value is not None}
        if turn.memory is not None:
            # Through JSON, as Rasa's tracker keeps it.
            self.memory = cast(dict[str, object], json.loads(json.dumps(turn.memory)))

    def _run_form(self) -> None:
        required = self.talk.required(self.facts, self.memory)
        self.pending = next((fact for fact in required if fact not in self.facts), None)
        if self.pending is None:
            following = self.talk.outcome(self.facts, self.memory, self.person)
        else:
            following = self.talk.ask(self.pending, self.facts, self.memory)
        self.said += following.says
        self._keep(following)
