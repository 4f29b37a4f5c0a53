"""The inbox and the outbox on disk: what came in is written down once, and what goes out is known to have gone.

A message is `waiting` until its answers stand in the outbox, which happens in one transaction; then it is `done`
and its words are forgotten. An answer is `waiting`, `sending` while a channel is at it, then `sent` or `dropped`,
and its file is deleted.
Whatever is still `sending` when the inbox is opened again may have arrived: nobody knows.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from actions.document import Document
from actions.store.canonical import canonical
from actions.store.database import Database
from actions.store.decisions import stored_time
from actions.store.mail import Button, Depth, Key, Outgoing, Part, Received, Shown, State, Update, Wait
from actions.store.models import AttachmentRow, ButtonRow, ChatRow, IncomingRow, OutgoingRow
from knowledge.privacy import find_personal

BUTTON_LIFE = timedelta(days=7)
"""How long a button counts where nothing newer takes its place."""

PRESS = "press"


class Inbox(Database):
    """Messages on disk, in both directions. One program at a time works it off; any may look."""

    def put(self, updates: Iterable[Update], now: datetime) -> list[Key]:
        """Write updates down; when it returns they are on disk.

        Words that hold what looks like personal data are not written (PIPL Art. 28), only that they came.

        Args:
            updates: what a channel received; those already known are passed over.
            now: the time.

        Returns:
            The chats in which something new waits.

        Raises:
            StoreUnavailable: nothing was written.
        """
        fresh: dict[Key, None] = {}
        with self.session(writes=True) as session:
            for it in updates:
                known = select(IncomingRow.id).where(
                    col(IncomingRow.channel) == it.channel, col(IncomingRow.update_id) == it.update_id
                )
                if session.exec(known).first() is not None:
                    continue
                refused = find_personal(it.text) if it.kind != PRESS else None
                session.add(_incoming(it, refused, now))
                session.flush()
                _chat(session, it.key).blocked_at = None
                fresh[it.key] = None
        return list(fresh)

    def recover(self) -> list[Key]:
        """Take up what an earlier run left, and name the chats in which something waits.

        What was being sent may have arrived: it is sent again, and counted as unsure.
        """
        with self.session(writes=True) as session:
            session.exec(
                update(OutgoingRow)
                .where(col(OutgoingRow.state) == "sending")
                .values(state="waiting", unsure=OutgoingRow.unsure + 1)
            )
            out = select(OutgoingRow.channel, OutgoingRow.chat).where(col(OutgoingRow.state) == "waiting")
            into = select(IncomingRow.channel, IncomingRow.chat).where(col(IncomingRow.state) == "waiting")
            return list(dict.fromkeys((*session.exec(out.distinct()), *session.exec(into.distinct()))))

    def take(self, key: Key, now: datetime) -> Outgoing | Received | Wait | None:
        """Begin what is next in a chat: what is to be sent comes before the next message.

        Returns:
            An answer, now `sending`; or a message; or until when to wait; or None, where nothing is left to do.
        """
        with self.session(writes=True) as session:
            while (row := _first_out(session, key)) is not None:
                if row.not_before > stored_time(now):
                    return Wait(datetime.fromisoformat(row.not_before))
                edits = session.get(OutgoingRow, row.edits) if row.edits is not None else None
                if edits is not None and edits.message_id is None:
                    _finish(session, row, "dropped")  # nobody knows where the message is that it would change
                    session.flush()
                    continue
                row.state, row.tries = "sending", row.tries + 1
                return _outgoing(session, row, edits.message_id if edits else None)
            message = _first_in(session, key)
            if message is None:
                return None
            if message.not_before > stored_time(now):
                return Wait(datetime.fromisoformat(message.not_before))
            message.tries += 1
            return _received(session, message, now)

    def answer(
        self,
        message: int,
        parts: Sequence[Part],
        now: datetime,
        *,
        chosen: Button | None = None,
        offers: Mapping[str, str] | None = None,
        new_token: Callable[[], str] = lambda: secrets.token_urlsafe(9),
    ) -> None:
        """Write a message's answers down and be done with it, both or neither.

        Where something was chosen, or something new is offered, the buttons before it count no more, and the
        messages that hold them are to be edited. What was sent unasked stands apart: a button of its own ends it, and
        leaves what is asked as it is.

        Args:
            message: its number.
            parts: what is to be sent, in order; nothing, where the chat is closed to us.
            now: the time.
            chosen: the button that it answered with.
            offers: what is on offer from now on; None leaves it.
            new_token: makes tokens; nobody can guess them, and none comes twice.
        """
        with self.session(writes=True) as session:
            row = session.get_one(IncomingRow, message)
            chat = _chat(session, (row.channel, row.chat))
            if chat.blocked_at is None:
                before = _shown(session, (row.channel, row.chat))
                for part in parts:
                    _send(session, chat, row.id, part, now, new_token)
                offered = any(part.choices for part in parts)
                _retire(session, row, _overtaken(before, chosen, offered=offered), chosen, now)
            if offers is not None:
                chat.offers = canonical(offers)
            row.state, row.text, row.about = "done", "", "{}"

    def send(
        self, key: Key, part: Part, now: datetime, *, new_token: Callable[[], str] = lambda: secrets.token_urlsafe(9)
    ) -> bool:
        """Have something sent that answers no message, such as a reminder.

        Its buttons count until one of them is pressed, `BUTTON_LIFE` at most, whatever is said or asked meanwhile.

        Args:
            key: the chat.
            part: what is to be sent.
            now: the time.
            new_token: see `answer`.

        Returns:
            Whether it will be; nothing is written where the chat is closed to us.
        """
        with self.session(writes=True) as session:
            chat = _chat(session, key)
            if chat.blocked_at is None:
                _send(session, chat, None, part, now, new_token)
            return chat.blocked_at is None

    def hold(self, message: int, now: datetime, until: datetime, meanwhile: Part | None = None) -> None:
        """Let a message wait for what it needs; that it was begun is no try.

        Args:
            message: its number.
            now: the time.
            until: when it may be begun again.
            meanwhile: what the person is sent until its answer comes, without buttons.
        """
        with self.session(writes=True) as session:
            row = session.get_one(IncomingRow, message)
            row.tries, row.not_before = row.tries - 1, stored_time(until)
            chat = _chat(session, (row.channel, row.chat))
            if meanwhile is not None and chat.blocked_at is None:
                session.add(_new(chat, row.id, meanwhile, now))

    def put_off(self, message: int, until: datetime) -> None:
        """Try a message again later; those behind it wait."""
        with self.session(writes=True) as session:
            session.get_one(IncomingRow, message).not_before = stored_time(until)

    def sent(self, outgoing: int, message_id: str | None) -> None:
        """Note that a message has arrived, and the channel's number of it."""
        with self.session(writes=True) as session:
            row = session.get_one(OutgoingRow, outgoing)
            _finish(session, row, "sent")
            row.message_id = message_id

    def send_later(self, outgoing: int, until: datetime, *, unsure: bool = False) -> None:
        """Send a message again later; `unsure` where it may have arrived."""
        with self.session(writes=True) as session:
            row = session.get_one(OutgoingRow, outgoing)
            row.state, row.not_before, row.unsure = "waiting", stored_time(until), row.unsure + unsure

    def drop(self, outgoing: int) -> None:
        """Give a message up."""
        with self.session(writes=True) as session:
            row = session.get_one(OutgoingRow, outgoing)
            row.live = False
            _finish(session, row, "dropped")
            _forget_labels(session, [row.id])

    def block(self, key: Key, now: datetime) -> None:
        """Note that a chat is closed to us; what was to be sent there is given up. A message from it opens it."""
        with self.session(writes=True) as session:
            _chat(session, key).blocked_at = stored_time(now)
            unsent = select(OutgoingRow).where(
                col(OutgoingRow.channel) == key[0],
                col(OutgoingRow.chat) == key[1],
                col(OutgoingRow.state).in_(("waiting", "sending")),
            )
            given_up = list(session.exec(unsent))
            for row in given_up:
                row.live = False
                _finish(session, row, "dropped")
            _forget_labels(session, [row.id for row in given_up])

    def blocked(self) -> list[Key]:
        """The chats that are closed to us."""
        with self.session() as session:
            query = select(ChatRow.channel, ChatRow.chat).where(col(ChatRow.blocked_at).is_not(None))
            return list(session.exec(query))

    def depth(self) -> Depth:
        """How much waits."""
        with self.session() as session:
            into = select(func.count()).select_from(IncomingRow).where(col(IncomingRow.state) == "waiting")
            out = col(OutgoingRow.state).in_(("waiting", "sending"))
            sends = select(func.count()).select_from(OutgoingRow).where(out)
            return Depth(session.exec(into).one(), session.exec(sends).one())

    def purge(self, before: datetime) -> None:
        """Forget what was done with before then, buttons and numbers included."""
        with self.session(writes=True) as session:
            edits = select(OutgoingRow.edits).where(
                col(OutgoingRow.edits).is_not(None), col(OutgoingRow.state).in_(("waiting", "sending"))
            )
            still_edited = set(session.exec(edits))
            over = (
                col(OutgoingRow.state).in_(("sent", "dropped")),
                col(OutgoingRow.made_at) < stored_time(before),
                col(OutgoingRow.id).not_in(still_edited),
            )
            old = select(OutgoingRow.id).where(*over).scalar_subquery()
            session.exec(delete(ButtonRow).where(col(ButtonRow.outgoing).in_(old)))
            session.exec(delete(AttachmentRow).where(col(AttachmentRow.outgoing).in_(old)))
            session.exec(update(OutgoingRow).where(col(OutgoingRow.edits).in_(old)).values(edits=None))
            session.exec(delete(OutgoingRow).where(*over))
            named = select(OutgoingRow.incoming).where(col(OutgoingRow.incoming).is_not(None)).scalar_subquery()
            session.exec(
                delete(IncomingRow).where(
                    col(IncomingRow.state) == "done",
                    col(IncomingRow.received_at) < stored_time(before),
                    col(IncomingRow.id).not_in(named),
                )
            )


def _incoming(it: Update, refused: str | None, now: datetime) -> IncomingRow:
    return IncomingRow(
        channel=it.channel,
        update_id=it.update_id,
        place=it.place,
        chat=it.chat,
        person=it.person,
        kind=it.kind,
        text="" if refused else it.text,
        about=canonical(it.about),
        refused=refused,
        state="waiting",
        received_at=stored_time(now),
    )


def _chat(session: Session, key: Key) -> ChatRow:
    row = session.get(ChatRow, key)
    if row is None:
        row = ChatRow(channel=key[0], chat=key[1])
        session.add(row)
    return row


def _first_out(session: Session, key: Key) -> OutgoingRow | None:
    return session.exec(
        select(OutgoingRow)
        .where(col(OutgoingRow.channel) == key[0], col(OutgoingRow.chat) == key[1], col(OutgoingRow.state) == "waiting")
        .order_by(col(OutgoingRow.id))
        .limit(1)
    ).one_or_none()


def _first_in(session: Session, key: Key) -> IncomingRow | None:
    return session.exec(
        select(IncomingRow)
        .where(col(IncomingRow.channel) == key[0], col(IncomingRow.chat) == key[1], col(IncomingRow.state) == "waiting")
        .order_by(col(IncomingRow.place), col(IncomingRow.id))
        .limit(1)
    ).one_or_none()


def _shown(session: Session, key: Key) -> list[OutgoingRow]:
    query = select(OutgoingRow).where(
        col(OutgoingRow.channel) == key[0], col(OutgoingRow.chat) == key[1], col(OutgoingRow.live)
    )
    return list(session.exec(query.order_by(col(OutgoingRow.id))))


def _buttons(session: Session, row: OutgoingRow) -> tuple[Button, ...]:
    query = select(ButtonRow).where(col(ButtonRow.outgoing) == row.id).order_by(col(ButtonRow.number))
    return tuple(Button(it.token, it.number, it.label, it.value, it.outgoing) for it in session.exec(query))


def _received(session: Session, row: IncomingRow, now: datetime) -> Received:
    key = (row.channel, row.chat)
    about = json.loads(row.about)
    it = Update(row.channel, row.update_id, row.place, row.chat, row.person, row.kind, row.text, about)
    asked = (one for one in _shown(session, key) if one.incoming is not None)
    shown = tuple(Shown(_id(one), one.text, _buttons(session, one)) for one in asked)
    pressed = _pressed(session, key, row.text, now) if row.kind == PRESS else None
    offers = json.loads(_chat(session, key).offers)
    # All that is sent for a message before it is done is that it has to wait.
    said = session.exec(select(func.min(OutgoingRow.made_at)).where(col(OutgoingRow.incoming) == row.id)).one()
    told = datetime.fromisoformat(said) if said else None
    return Received(_id(row), it, row.refused, row.tries, pressed, shown, offers, told)


def _pressed(session: Session, key: Key, token: str, now: datetime) -> Button | None:
    it = session.get(ButtonRow, token)
    under = session.get(OutgoingRow, it.outgoing) if it is not None else None
    if it is None or under is None or (under.channel, under.chat) != key:
        return None
    fresh = under.live and under.made_at > stored_time(now - BUTTON_LIFE)
    state: State = "pressed" if it.pressed else "live" if fresh else "stale"
    return Button(it.token, it.number, it.label, it.value, it.outgoing, state)


def _overtaken(shown: Sequence[OutgoingRow], chosen: Button | None, *, offered: bool) -> list[OutgoingRow]:
    """The messages whose buttons count no more, once a button was chosen or something new is offered."""
    unasked = {it.id for it in shown if it.incoming is None}
    pressed = chosen.outgoing if chosen is not None else None
    over = offered or (pressed is not None and pressed not in unasked)
    return [it for it in shown if it.id == pressed or (over and it.id not in unasked)]


def _retire(
    session: Session, row: IncomingRow, before: Iterable[OutgoingRow], chosen: Button | None, now: datetime
) -> None:
    """Let buttons count no more, and have the messages that hold them edited."""
    for shown in before:
        label = {"chosen": chosen.label} if chosen is not None and chosen.outgoing == shown.id else {}
        session.add(
            OutgoingRow(
                incoming=row.id,
                channel=row.channel,
                chat=row.chat,
                edits=shown.id,
                text=shown.text,
                about=canonical(label),
                state="waiting",
                made_at=stored_time(now),
            )
        )
        shown.live, shown.text = False, ""
        _forget_labels(session, [shown.id])
    if chosen is not None:
        session.get_one(ButtonRow, chosen.token).pressed = True


def _new(chat: ChatRow, incoming: int | None, part: Part, now: datetime) -> OutgoingRow:
    return OutgoingRow(
        incoming=incoming,
        channel=chat.channel,
        chat=chat.chat,
        text=part.text,
        about=canonical(part.about),
        state="waiting",
        live=bool(part.choices),
        made_at=stored_time(now),
    )


def _send(
    session: Session, chat: ChatRow, incoming: int | None, part: Part, now: datetime, new_token: Callable[[], str]
) -> None:
    outgoing = _new(chat, incoming, part, now)
    session.add(outgoing)
    session.flush()
    for number, (label, value) in enumerate(part.choices, 1):
        session.add(ButtonRow(token=new_token(), outgoing=_id(outgoing), number=number, label=label, value=value))
    if part.document is not None:
        session.add(AttachmentRow(outgoing=_id(outgoing), name=part.document.name, content=part.document.content))


def _finish(session: Session, row: OutgoingRow, state: str) -> None:
    """A message is over: its file goes at once, its words are kept only while its buttons count."""
    row.state = state
    session.exec(delete(AttachmentRow).where(col(AttachmentRow.outgoing) == row.id))
    if not row.live:
        row.text, row.about = "", "{}"


def _forget_labels(session: Session, outgoing: Sequence[int | None]) -> None:
    """Let buttons that count no more say nothing of the case; that they were there, and pressed, is still known."""
    session.exec(update(ButtonRow).where(col(ButtonRow.outgoing).in_(outgoing)).values(label="", value=""))


def _outgoing(session: Session, row: OutgoingRow, edits: str | None) -> Outgoing:
    file = session.get(AttachmentRow, _id(row))
    return Outgoing(
        id=_id(row),
        channel=row.channel,
        chat=row.chat,
        text=row.text,
        buttons=_buttons(session, row),
        about=json.loads(row.about),
        edits=edits,
        tries=row.tries,
        unsure=row.unsure,
        document=Document(file.name, file.content) if file is not None else None,
    )


def _id(row: IncomingRow | OutgoingRow) -> int:
    if row.id is None:
        raise AssertionError("a row on disk has a number")  # the database gives it
    return row.id
