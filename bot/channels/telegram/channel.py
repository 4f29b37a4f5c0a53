"""Telegram as a channel: private talks with buttons, look-ups in groups and inline, and the menu."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import telegram
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from actions.errors import PeopleError
from actions.store.inbox import PRESS
from actions.store.mail import Outgoing, Part, Received, Update
from actions.talk.words import STALE
from bot import logs
from bot.access import Allowance
from bot.channels.telegram import words
from bot.channels.telegram.api import Bot, attempt, try_once
from bot.channels.telegram.inline import answer_inline
from bot.channels.telegram.markup import keyboard, lay_out, shown
from bot.channels.telegram.reading import BEGIN, NAME, Me, read
from bot.dialogue import personal_refused
from bot.inbox import Answer, Delivery, Postroom
from bot.messages import Reply
from bot.reception import Door, Reception, Said

_log = logs.get(__name__)
_TYPING_AFTER = 0.7  # it counts against Telegram's limit as a message does, and most answers are quicker
_TYPING_SECONDS = 4.5  # Telegram shows it for five
_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)


class Telegram:
    """The channel. `receive` takes updates; the inbox calls `answer` and `deliver`.

    Args:
        bot: the bot, initialized.
        me: who it is there.
        reception: leads private talks.
        door: who may come in.
        now: the clock; an aware time.
    """

    def __init__(self, bot: Bot, me: Me, reception: Reception, door: Door, now: Callable[[], datetime]) -> None:
        self._bot, self._me, self._now = bot, me, now
        self._reception, self._door = reception, door
        self._inline: set[asyncio.Task[None]] = set()
        self._inline_allowance = Allowance(now)

    @property
    def name(self) -> str:
        """`telegram`."""
        return NAME

    async def receive(self, postroom: Postroom, updates: Sequence[telegram.Update]) -> None:
        """Write down what is to be answered; inline queries, worthless after seconds, are answered at once.

        Raises:
            StoreUnavailable: nothing was written; Telegram must not be told that they came.
        """
        found = [it for it in map(self._read, updates) if it is not None]
        if found:
            await postroom.receive(found)
        for one in updates:
            query = one.inline_query
            if query is not None and not self._inline_allowance.count(str(query.from_user.id)):
                task = asyncio.create_task(answer_inline(self._bot, self._reception, query))
                self._inline.add(task)
                task.add_done_callback(self._inline.discard)

    def _read(self, one: telegram.Update) -> Update | None:
        try:
            return read(one, self._me)
        except Exception:  # one that nobody foresaw must not come again and again, and keep all others out
            _log.error("update_not_read", channel=NAME, exc_info=True)
            return None

    async def answer(self, received: Received) -> Answer:
        """Answer a message; see `bot.inbox.Channel`."""
        it = received.update
        if it.kind == "stranger":
            await self._leave(int(it.chat))
            return Answer()
        if it.kind == "group":
            return await self._in_group(received)
        noticed = asyncio.create_task(self._notice(received))
        async with self._typing(it.chat):
            said = await self._private(received)
        await noticed
        return Answer(tuple(part for reply in said.replies for part in lay_out(reply)), said.chosen, said.offers)

    async def deliver(self, outgoing: Outgoing) -> Delivery:
        """Send or edit one message; see `bot.inbox.Channel`."""
        old, text, buttons = int(outgoing.chat), shown(outgoing), keyboard(outgoing)
        chat = self._me.groups.now(old)

        def moved(new: int) -> None:
            self._me.groups.moved(old, new)

        if outgoing.edits is not None:
            return await attempt(
                self._bot.edit_message_text(
                    text,
                    chat,
                    int(outgoing.edits),
                    parse_mode=ParseMode.HTML,
                    reply_markup=buttons,
                    link_preview_options=_NO_PREVIEW,
                ),
                moved,
            )
        asked = outgoing.about.get("reply_to")
        reply_to = telegram.ReplyParameters(asked, allow_sending_without_reply=True) if isinstance(asked, int) else None
        if (file := outgoing.document) is not None:
            return await attempt(
                self._bot.send_document(
                    chat,
                    file.content,
                    filename=file.name,
                    caption=text or None,
                    parse_mode=ParseMode.HTML,
                    reply_markup=buttons,
                    reply_parameters=reply_to,
                ),
                moved,
            )
        return await attempt(
            self._bot.send_message(
                chat,
                text,
                parse_mode=ParseMode.HTML,
                reply_markup=buttons,
                reply_parameters=reply_to,
                link_preview_options=_NO_PREVIEW,
            ),
            moved,
        )

    async def set_menu(self) -> None:
        """Set the commands of each scope, and what Telegram says of the bot. Raises TelegramError."""
        private = [telegram.BotCommand(name, menu) for name, (menu, _) in words.PRIVATE.items()]
        group = [telegram.BotCommand(name, menu) for name, (menu, _) in words.GROUP.items()]
        await self._bot.set_my_commands(private, scope=telegram.BotCommandScopeAllPrivateChats())
        await self._bot.set_my_commands(group, scope=telegram.BotCommandScopeAllGroupChats())
        await self._bot.set_my_commands(group, scope=telegram.BotCommandScopeAllChatAdministrators())
        await self._bot.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())
        await self._bot.set_my_description(words.DESCRIPTION)
        await self._bot.set_my_short_description(words.SHORT_DESCRIPTION)

    # ── the private chat ───────────────────────────────────────────────────────────────────────────────────────

    async def _private(self, received: Received) -> Said:
        it = received.update
        if it.kind in words.UNREADABLE:
            refused = await self._reception.refusal(f"{NAME}:{it.person}")
            return Said((Reply(refused.words if refused else words.UNREADABLE[it.kind]),))
        if it.kind == "text" and it.text.startswith("/"):
            return await self._command(received)
        return await self._reception.talk(received)

    async def _command(self, received: Received) -> Said:
        name, _, rest = received.update.text[1:].partition(" ")
        name, rest = name.partition("@")[0].lower(), rest.strip()
        person = f"{NAME}:{received.update.person}"
        if name == "start" and rest and rest != BEGIN:
            return Said((Reply(await asyncio.to_thread(self._enrol, person, rest)),))
        if name == "whoami":
            return Said((Reply(await asyncio.to_thread(self._door.whoami, person)),))
        if name == "start" and rest == BEGIN:
            return await self._reception.talk(received, words.BEGIN)
        if (refused := await self._reception.refusal(person)) is not None:
            return Said((Reply(refused.words),))
        if name == "start":
            return Said((Reply(words.WELCOME),))
        if name == "ask":
            return Said((self._reception.look_up(rest) if rest else Reply(words.ASK_WHAT),))
        meant = words.PRIVATE.get(name, ("", ""))[1]
        return await self._reception.talk(received, meant) if meant else Said((Reply(words.NO_COMMAND),))

    def _enrol(self, person: str, code: str) -> str:
        try:
            return self._door.enrol(person, code, self._now())
        except PeopleError as refused:
            return str(refused)

    async def _notice(self, received: Received) -> None:
        """Stop a button's waiting mark; a stale one says so where the finger is."""
        if received.update.kind == PRESS:
            stale = received.pressed is None or received.pressed.state == "stale"
            query = str(received.update.about.get("query"))
            await try_once(self._bot.answer_callback_query(query, STALE if stale else None))

    @contextlib.asynccontextmanager
    async def _typing(self, chat: str) -> AsyncIterator[None]:
        async def typing() -> None:
            await asyncio.sleep(_TYPING_AFTER)
            while True:
                await try_once(self._bot.send_chat_action(int(chat), ChatAction.TYPING))
                await asyncio.sleep(_TYPING_SECONDS)

        task = asyncio.create_task(typing())
        try:
            yield
        finally:
            task.cancel()

    # ── groups ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _in_group(self, received: Received) -> Answer:
        it = received.update
        about: dict[str, object] = {"reply_to": it.about.get("reply_to")}
        command, _, rest = it.text[1:].partition(" ") if it.text.startswith("/") else ("", "", it.text)
        if command and command not in (*words.GROUP, "start", BEGIN):
            return Answer()  # another bot's
        refused = await self._reception.refusal(f"{NAME}:{it.person}")
        if refused is not None:
            reply = Reply(words.NOT_ENROLLED_HERE if refused.reason == "not_enrolled" else refused.words)
        elif received.refused is not None:
            reply = Reply(personal_refused(received.refused))
        elif command in ("", "ask") and rest.strip():
            reply = self._reception.look_up(rest.strip())
        else:
            reply = Reply(words.ASK_WHAT if command == "ask" else words.GROUP_HELP)
        parts = lay_out(Reply(reply.text))
        link = [words.BEGIN, f"https://t.me/{self._me.username}?start={BEGIN}"]
        last = Part(parts[-1].text, (), about | {"link": link})
        return Answer((*(Part(part.text, (), about) for part in parts[:-1]), last))

    async def find_groups(self) -> None:
        """Learn the new numbers of groups that became supergroups, while we were away too. Raises TelegramError."""
        for group in filter(_is_basic, self._me.groups.allowed):
            try:
                # Only a call that would show something in the group is answered with its new number.
                await self._bot.send_chat_action(group, ChatAction.TYPING)
            except ChatMigrated as moved:
                self._me.groups.moved(group, moved.new_chat_id)
            except (Forbidden, BadRequest):  # not in it now
                continue

    async def _leave(self, chat: int) -> None:
        await self.find_groups()  # a group that has just moved may speak before it says so
        if chat in self._me.groups:
            return
        with contextlib.suppress(Forbidden, BadRequest):  # out already
            await self._bot.leave_chat(chat)


def _is_basic(group: int) -> bool:
    """Whether a group can still become a supergroup; the number of one begins with -100."""
    return group > -(10**12)
