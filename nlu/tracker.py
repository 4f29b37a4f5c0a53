"""Where the open conversations are kept: one SQLite file, so that a talk survives a restart."""

import json
from collections import OrderedDict
from typing import Any

import sqlalchemy as sa
import turn
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.pool import StaticPool

# Rasa replays a whole session at each turn. Beyond this many events a session is replaced by what it came to.
LONG = 64
# How many conversations are held in memory beside the file.
OPEN = 256


class DiskTracker(SQLTrackerStore):
    """Rasa's SQL store for one process, with the talks of the moment at hand.

    It differs from its base in five ways:

    * One connection, in WAL mode. Rasa opens one per use, and the last to close writes a checkpoint. With
      synchronous=NORMAL a power cut can take the last turn, a crash of the process cannot; decisions are not
      kept here.
    * A conversation is handed out from memory where it can be. It leaves the memory with that and comes back
      when it is saved, so that a turn that fails half-way is read from the file again, as it was before.
    * A long session is replaced by a new one that begins with its slots and its open form.
    * A session that is over is deleted: whatever is there belongs to the present one.
    * The answer to a sender's last message is kept beside it, in the same transaction; see `turn`.
    """

    def __init__(self, domain: Any, db: str, event_broker: Any = None, host: Any = None) -> None:
        """Opens the file `db`, creating it and its table where they are missing."""
        super().__init__(domain, dialect="sqlite", db=db, event_broker=event_broker)
        self.engine.dispose()
        self.engine = sa.create_engine(
            f"sqlite:///{db}", poolclass=StaticPool, connect_args={"check_same_thread": False, "timeout": 10}
        )
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        with self.engine.begin() as connection:
            connection.exec_driver_sql(_ANSWERS)
        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        self._open: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        self._written: dict[str, int] = {}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Returns the conversation's present session; None where there is none."""
        tracker = self._open.pop(sender_id, None)
        if tracker is None:
            tracker = await super().retrieve(sender_id)
            self._written[sender_id] = len(tracker.events) if tracker else 0
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes what is new since the conversation was last written; nothing of a turn that failed."""
        if turn.has_failed():
            return
        sender = tracker.sender_id
        written = self._written.get(sender, 0)
        new = list(tracker.events)[written:]
        if not new:
            return
        renewed = [] if len(tracker.events) <= LONG else what_it_came_to(tracker)
        begins_session = any(isinstance(event, SessionStarted) for event in (*new, *renewed))
        with self.engine.begin() as connection:
            rows = [self._row(sender, event) for event in (*new, *renewed)]
            connection.execute(self.SQLEvent.__table__.insert(), rows)
            if begins_session:
                connection.exec_driver_sql(_FORGET, (sender, sender, SessionStarted.type_name))
            if turn.now().key:
                connection.exec_driver_sql(_ANSWERED, (sender, turn.now().key, json.dumps(turn.now().said)))
        self._written[sender] = len(tracker.events)
        if begins_session:
            return  # what is in memory is longer than what counts: read it from the file next time
        self._open[sender] = tracker
        if len(self._open) > OPEN:
            oldest, _ = self._open.popitem(last=False)
            del self._written[oldest]

    def answer_to(self, sender: str, key: str) -> list[dict[str, Any]] | None:
        """Returns what was said to the message of that key; None where the sender's last message was another."""
        with self.engine.connect() as connection:
            found = connection.exec_driver_sql(_ANSWER, (sender, key)).scalar()
        return None if found is None else json.loads(found)

    def _event_query(self, session: Any, sender_id: str, fetch_events_from_all_sessions: bool) -> Any:
        # Not by the clock, as Rasa does, which may be set back.
        return session.query(self.SQLEvent).filter_by(sender_id=sender_id).order_by(self.SQLEvent.id)

    @staticmethod
    def _row(sender: str, event: Event) -> dict[str, Any]:
        data = event.as_dict()
        return {
            "sender_id": sender,
            "type_name": event.type_name,
            "timestamp": data.get("timestamp"),
            "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
            "action_name": data.get("name"),
            "data": json.dumps(data),
        }


_ANSWERS = "CREATE TABLE IF NOT EXISTS answers (sender_id TEXT PRIMARY KEY, message TEXT, answer TEXT)"
_ANSWERED = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)"
_ANSWER = "SELECT answer FROM answers WHERE sender_id = ? AND message = ?"

_FORGET = """
DELETE FROM events WHERE sender_id = ?
AND id < (SELECT max(id) FROM events WHERE sender_id = ? AND type_name = ?)
"""


def what_it_came_to(tracker: DialogueStateTracker) -> list[Event]:
    """Returns the shortest session that leaves a conversation where it is: its slots, its form, waiting."""
    slots = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value is not None]
    form = [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
    return [SessionStarted(), *form, *slots, ActionExecuted("action_listen")]
