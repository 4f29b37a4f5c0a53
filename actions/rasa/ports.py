"""What Rasa's actions need from the talk: its values, and the service that gives them.

The actions know how Rasa asks and answers; the service knows what is said and decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Facts = Mapping[str, str]
Memory = Mapping[str, object]
Section = Literal["basis", "materials", "deadlines", "attendance", "referral"]
Phrase = Literal["greet", "help", "thanks", "fallback", "cancel", "restart", "resume"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button.

    Attributes:
        label: What it says.
        payload: What pressing it sends, in Rasa's notation: `/choose{"fact": "reviewed", "value": "no"}`.
    """

    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Say:
    """One message to a person.

    Attributes:
        text: Plain text, no channel's markup.
        choices: Its buttons.
        data: What a channel or a program may use beside the text. `kind` says what it is: `question` (with `fact`,
            its id), `understood`, `clash`, `outcome` (with `status`, `handling`, the units' names, and `rule`),
            `answers`, `clause`, `deadline`, `referral`, `handover`.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the talk does in answer to one message.

    Attributes:
        says: The messages, in order.
        facts: Facts to set; None takes an answer back. Facts not named stay as they are.
        next_fact: There is a question to ask next. Outside the form this opens it, as setting a fact does.
        done: The case is over: a new session begins, without facts.
        memory: What to remember until the next turn; None leaves it as it is. Given together with `done`, it
            is what the new session begins with.
        stays: Facts are set, but no question follows: what was shown stays before the person.
    """

    says: tuple[Say, ...]
    facts: Mapping[str, str | None] = field(default_factory=dict)
    next_fact: str | None = None
    done: bool = False
    memory: Memory | None = None
    stays: bool = False


class Talk(Protocol):
    """The talk: `facts` are the answers so far, `memory` is what it asked to remember ({} at first)."""

    def required(self, facts: Facts, memory: Memory) -> tuple[str, ...]:
        """Names the facts that count: those answered, then the next one where one is left to ask.

        The next one may be no fact of the table but a check (`understood`, `clash`): it is asked and answered as a
        fact is, and never set.
        """

    def ask(self, fact: str, facts: Facts, memory: Memory) -> Turn:
        """Puts the question about a fact."""

    def read(self, fact: str, text: str, facts: Facts, memory: Memory) -> Turn:
        """Takes words as the answer to the pending question; no facts in the turn: not understood."""

    def choose(self, fact: str, value: str, facts: Facts, memory: Memory) -> Turn:
        """Takes a pressed button."""

    def start(self, text: str, facts: Facts, memory: Memory) -> Turn:
        """Begins a case with what was told so far ("" where a button began it)."""

    def outcome(self, facts: Facts, memory: Memory, person: str) -> Turn:
        """Shows the outcome of a complete set of facts."""

    def show(self, section: Section, facts: Facts, memory: Memory, person: str) -> Turn:
        """Shows one part of the outcome."""

    def article(self, number: str, memory: Memory) -> Turn:
        """Shows an article of the measure, whole."""

    def why(self, fact: str | None, facts: Facts, memory: Memory) -> Turn:
        """Says why the pending question is asked; None: no question is pending."""

    def back(self, facts: Facts, memory: Memory) -> Turn:
        """Takes the last answer back."""

    def change(self, text_or_fact: str, facts: Facts, memory: Memory) -> Turn:
        """Changes an answer, named by a button (its fact) or in words."""

    def remark(self, text: str, facts: Facts, memory: Memory) -> Turn:
        """Takes words said of the case after its outcome: a date, a correction."""

    def other_case(self, text: str, facts: Facts, memory: Memory) -> Turn:
        """Comes back to a case that was kept aside, or begins another beside the open one."""

    def hand_over(self, facts: Facts, memory: Memory) -> Turn:
        """Gives the case as text that a colleague can go on with."""

    def insist(self, facts: Facts, memory: Memory) -> Turn:
        """Answers whoever presses for a unit that the text does not name."""

    def confirm(self, facts: Facts, memory: Memory, person: str) -> Turn:
        """Records the decision, once."""

    def agree(self, text: str, facts: Facts, memory: Memory, person: str) -> Turn:
        """Takes words for a confirmation, where they are one beyond doubt."""

    def records(self, person: str) -> Turn:
        """Lists what this person recorded."""

    def correct(self, text: str, facts: Facts, memory: Memory, person: str) -> Turn:
        """Begins the correction of a record."""

    def looks_up(self, text: str, facts: Facts, memory: Memory) -> bool:
        """Whether words are surely for `clause`, whatever Rasa takes them for."""

    def clause(self, text: str, facts: Facts, memory: Memory) -> Turn:
        """Answers a question about the measure."""

    def say(self, what: Phrase, facts: Facts, memory: Memory) -> Turn:
        """Says one of the phrases that every talk has."""
