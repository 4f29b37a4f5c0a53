"""What passes between a channel and everything behind it: no channel's markup, no channel's types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from actions.document import Document


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a person.

    Attributes:
        channel: where it came from, such as `console`.
        person: who sent it, as the channel knows them.
        text: what they wrote; or the value of a choice, where `pressed`.
        pressed: a button was pressed, so `text` is a choice's value.
        key: names the message to the guided talk, which takes the same key's turn once; empty where the channel never
            hands a message over twice.
    """

    channel: str
    person: str
    text: str
    pressed: bool = False
    key: str = ""

    @property
    def sender(self) -> str:
        """The person, qualified by channel: who a conversation belongs to and a record names."""
        return f"{self.channel}:{self.person}"


@dataclass(frozen=True, slots=True)
class Option:
    """A button: what it says, and the value that answers it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person.

    Attributes:
        text: what it says, without any channel's markup.
        choices: may be answered by button, number, label or value.
        documents: files that come with it.
        data: what a program may read instead of the text: `kind`, and what belongs to it (`actions.rasa.ports.Say`).
    """

    text: str
    choices: tuple[Option, ...] = ()
    documents: tuple[Document, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)
