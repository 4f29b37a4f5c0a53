"""From Telegram's updates to ours: what is written down of them, and what is not even that.

Not kept: names, captions, files, words of forwarded messages, and whatever is said in a group to somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import telegram
from telegram.constants import ChatType, MessageEntityType

from actions.store.inbox import PRESS
from actions.store.mail import Update
from bot.channels.telegram.markup import token

NAME = "telegram"
ALLOWED = ("message", "callback_query", "inline_query", "my_chat_member")
"""The kinds of update that are asked for."""

BEGIN = "begin"
"""The deep link's word for beginning a case; any other is an enrolment code."""

_MOST = 4096
_KINDS = {
    "voice": "voice",
    "audio": "voice",
    "video_note": "voice",
    "photo": "photo",
    "video": "photo",
    "animation": "sticker",
    "sticker": "sticker",
    "dice": "sticker",
    "location": "location",
    "venue": "location",
    "contact": "contact",
    "document": "document",
    "poll": "other",
    "game": "other",
    "story": "other",
    "checklist": "other",
    "paid_media": "other",
}
"""Messages without words, by the attribute that holds their content, and what we call them. `animation` and `venue`
come with a `document` and a `location`, so they stand before those."""


class Groups:
    """The groups that the bot may be in. One that Telegram turns into a supergroup keeps its place, by a new number.

    Args:
        allowed: their numbers, as they are set.
    """

    def __init__(self, allowed: Iterable[int] = ()) -> None:
        self.allowed = tuple(allowed)
        self._now: dict[int, int] = {}

    def __contains__(self, chat: int) -> bool:
        return chat in self.allowed or chat in self._now.values()

    def moved(self, old: int, new: int) -> None:
        """Note that a group has a new number."""
        if old in self:
            self._now[old] = new

    def now(self, chat: int) -> int:
        """The number under which a chat is reached."""
        return self._now.get(chat, chat)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot, as Telegram knows it.

    Attributes:
        id: its number.
        username: its name, without @.
        groups: the groups that it may be in.
    """

    id: int
    username: str
    groups: Groups = field(default_factory=Groups)


def read(it: telegram.Update, me: Me) -> Update | None:
    """What is written down of an update; None where nothing is to be done about it.

    Kinds: `text` and those of `words.UNREADABLE` in a private chat, `press` for a button, `group` for words to us in
    a group, `stranger` for a group that is not ours.
    """
    if it.callback_query is not None:
        return _press(it, it.callback_query)
    if it.my_chat_member is not None:
        return _membership(it, it.my_chat_member, me)
    message = it.message
    if message is not None and message.migrate_to_chat_id is not None:
        me.groups.moved(message.chat.id, message.migrate_to_chat_id)
    if message is not None and message.migrate_from_chat_id is not None:
        me.groups.moved(message.migrate_from_chat_id, message.chat.id)
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    if message.chat.type == ChatType.PRIVATE:
        kind = _kind(message)
        text = (message.text or "")[:_MOST] if kind == "text" else ""
        return None if kind is None else _update(it, message.chat, message.from_user, kind, text)
    if message.chat.id not in me.groups:
        return _update(it, message.chat, message.from_user, "stranger")
    said = _to_us(message, me)
    if said is None:
        return None
    return _update(it, message.chat, message.from_user, "group", said[:_MOST], reply_to=message.message_id)


def _update(
    it: telegram.Update, chat: telegram.Chat, person: telegram.User, kind: str, text: str = "", **about: object
) -> Update:
    return Update(NAME, str(it.update_id), it.update_id, str(chat.id), str(person.id), kind, text, about)


def _press(it: telegram.Update, query: telegram.CallbackQuery) -> Update | None:
    if query.message is None or query.data is None:
        return None  # under a message of inline mode, which has no buttons of ours
    return _update(it, query.message.chat, query.from_user, PRESS, token(query.data), query=query.id)


def _membership(it: telegram.Update, change: telegram.ChatMemberUpdated, me: Me) -> Update | None:
    """Being taken into a group that is not ours; a private chat that closes says so when we next write to it."""
    inside = change.new_chat_member.status not in ("left", "kicked")
    if change.chat.type == ChatType.PRIVATE or not inside or change.chat.id in me.groups:
        return None
    return _update(it, change.chat, change.from_user, "stranger")


def _kind(message: telegram.Message) -> str | None:
    if message.forward_origin is not None:
        return "forwarded"
    if message.text is not None:
        return "text"
    # What is none of these is Telegram's own: a message was pinned, a timer set.
    return next((kind for name, kind in _KINDS.items() if getattr(message, name, None)), None)


def _to_us(message: telegram.Message, me: Me) -> str | None:
    """What a message in a group says to us, without our name; None where it speaks to somebody else."""
    if message.text is None or message.forward_origin is not None:
        return None
    ours = f"@{me.username}".lower()
    entities = message.parse_entities()
    names = [
        text
        for entity, text in entities.items()
        if (entity.type == MessageEntityType.MENTION and text.lower() == ours)
        or (entity.user is not None and entity.user.id == me.id)
    ]
    command = next((text for it, text in entities.items() if it.type == "bot_command" and it.offset == 0), None)
    said = message.text
    for name in names:
        said = said.replace(name, " ")
    if command is not None:
        name, _, whose = command.partition("@")
        return f"{name}{said.removeprefix(command)}" if whose.lower() in ("", me.username.lower()) else None
    answered = message.reply_to_message
    to_us = answered is not None and answered.from_user is not None and answered.from_user.id == me.id
    return re.sub(r"\s+", " ", said).strip() if names or to_us else None
