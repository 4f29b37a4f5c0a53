"""What passes between a channel and everything behind it: no channel's markup, no channel's types."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a person.

    Attributes:
        channel: where it came from, such as `console`.
        person: who sent it, as the channel knows them.
        text: what they wrote; or the value of a choice, where `pressed`.
        pressed: a button was pressed, so `text` is a choice's value.
    """

    channel: str
    person: str
    text: str
    pressed: bool = False

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
    """One message to a person. Choices may be answered by button, number, label or value."""

    text: str
    choices: tuple[Option, ...] = ()
    documents: tuple[str, ...] = field(default=())
