"""Messages on their way, as values: what came in, what goes out, and the buttons between the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from actions.document import Document

Key = tuple[str, str]
"""A chat: the channel's name, and the chat as the channel knows it."""

State = Literal["live", "pressed", "stale"]


@dataclass(frozen=True, slots=True)
class Update:
    """What a channel received, as it is written down.

    Attributes:
        channel: the channel's name.
        update_id: the channel's own number of it; one that is already known is a repetition.
        place: its place among the others of its chat; a channel's numbers need not come in order.
        chat: where its answer goes.
        person: who sent it, as the channel knows them.
        kind: `text`, `press`, or what the channel calls it.
        text: what they wrote; a button's token, where `kind` is `press`.
        about: what the channel needs to answer it; plain JSON without anybody's words.
    """

    channel: str
    update_id: str
    place: int
    chat: str
    person: str
    kind: str
    text: str = ""
    about: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Its chat."""
        return self.channel, self.chat


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message that was sent.

    Attributes:
        token: what pressing it sends; short, without meaning.
        number: its number under its message, from 1.
        label: what it says.
        value: what it stands for.
        outgoing: the message that it stands under.
        state: `live` while it counts, `pressed` once it has been, `stale` when something newer has taken its place.
    """

    token: str
    number: int
    label: str
    value: str
    outgoing: int
    state: State = "live"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message whose buttons count."""

    outgoing: int
    text: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """A message whose turn it is.

    Attributes:
        id: its number in the inbox.
        update: what was written down; without text where that was refused.
        refused: the kind of personal number that it held; None for none.
        tries: how often it has been begun, this time included.
        pressed: the button, where one was pressed that is known.
        shown: the messages in its chat whose buttons count, the newest last; not those that were sent unasked.
        offers: what is on offer in its chat; see `bot.dialogue`.
        told_to_wait: when the person was told that it has to wait; None where they were not.
    """

    id: int
    update: Update
    refused: str | None
    tries: int
    pressed: Button | None
    shown: tuple[Shown, ...]
    offers: Mapping[str, str]
    told_to_wait: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One message to be sent: text, buttons as (label, value), what the channel needs besides, and a file.

    A message with buttons is edited once they count no more; a channel that cannot edit one with a file sends two.
    """

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    about: Mapping[str, object] = field(default_factory=dict)
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message whose turn to be sent it is.

    Attributes:
        id: its number in the outbox.
        channel: by which channel.
        chat: where to.
        text: plain text.
        buttons: its buttons.
        about: what the channel needs besides; `chosen`, the label pressed, where a question is edited.
        edits: the channel's number of the message that it takes the place of; None for a new message.
        tries: how often it has been begun, this time included.
        unsure: how often it may have arrived already.
        document: the file that goes with it.
    """

    id: int
    channel: str
    chat: str
    text: str
    buttons: tuple[Button, ...]
    about: Mapping[str, object]
    edits: str | None
    tries: int
    unsure: int
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do in this chat before then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages wait to be answered, and how many answers wait to be sent."""

    incoming: int
    outgoing: int
