"""All people at once: one thread gives each the floor when their time has come, and pushes what they do."""

from __future__ import annotations

import heapq
import itertools
import queue
import random
import re
import time
from collections.abc import Callable, Sequence

from bench.soak.people import Act, Choice, Notes, Person
from bench.soak.weather import Seen
from tests.bot.telegram.bot_api import BOT, NOW, Json, Shown

_LISTED = re.compile(r"^(\d+) (.+)$", re.MULTILINE)


class Crowd:
    """People, and what they do next.

    Args:
        codes: a code of enrolment for each.
        chance: decides what they do; seeded.
        push: lets updates wait to be fetched.
        clock: seconds.
    """

    def __init__(
        self,
        codes: Sequence[str],
        chance: random.Random,
        push: Callable[..., None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.notes = Notes()
        self.people = {1000 + n: Person(1000 + n, code, chance, self.notes) for n, code in enumerate(codes)}
        self._push, self._clock = push, clock
        self._numbers = itertools.count(1)
        self._seen: queue.SimpleQueue[Seen] = queue.SimpleQueue()
        self._due: list[tuple[float, int, int, Act]] = []
        self._plans = dict.fromkeys(self.people, 0)

    def sees(self, it: Seen) -> None:
        """Be told what appeared in a chat; from any thread."""
        self._seen.put(it)

    def talk(self, messages: int, until: float, meanwhile: Callable[[int], None]) -> None:
        """Talk until so many messages were sent, or the clock says so.

        Args:
            messages: how many.
            until: when to stop in any case.
            meanwhile: called with the number of messages so far, every now and then.
        """
        for person in self.people.values():
            self._plan(person, [person.begin()])
        while self.notes.messages < messages and self._clock() < until:
            self._turn(act=True)
            meanwhile(self.notes.messages)

    def go_on(self, enough: Callable[[], bool]) -> None:
        """Go on talking until something has come true."""
        while not enough():
            self._turn(act=True)

    def listen(self, until: float) -> list[Person]:
        """Say nothing more but what was told to be said again; return those who get no answer by then."""
        while (waiting := [it for it in self.people.values() if it.waiting]) and self._clock() < until:
            self._turn(act=True, only=waiting)
        return waiting

    def _turn(self, *, act: bool, only: Sequence[Person] = ()) -> None:
        """Do what is due, then see what has come, for a twentieth of a second at most."""
        now = self._clock()
        while self._due and self._due[0][0] <= now:
            _, plan, id_, what = heapq.heappop(self._due)
            person = self.people[id_]
            if plan == self._plans[id_] and (not only or person.waiting):
                self._do(person, what)
        try:
            seen = self._seen.get(timeout=0.05)
        except queue.Empty:
            return
        person = self.people[seen.chat]
        self._plan(person, person.sees(seen.shown.text, choices(seen.shown), self._clock()))

    def _plan(self, person: Person, acts: Sequence[Act]) -> None:
        if acts:
            self._plans[person.id] += 1
        for it in acts:
            due = self._clock() + it.after
            heapq.heappush(self._due, (due, self._plans[person.id], person.id, it))

    def _do(self, person: Person, act: Act) -> None:
        person.did(act, self._clock())
        self._push(self._update(person.id, act))
        if act.twice:
            self.notes.double_taps += 1
            self._push(self._update(person.id, act))

    def _update(self, person: int, act: Act) -> Json:
        number = next(self._numbers)
        user = {"id": person, "is_bot": False, "first_name": "某"}
        message = {"message_id": number, "date": NOW, "chat": {"id": person, "type": "private", "first_name": "某"}}
        if act.kind == "press":
            query = {"id": str(number), "from": user, "chat_instance": "c", "data": act.text}
            return {"update_id": number, "callback_query": {**query, "message": {**message, "from": BOT, "text": "…"}}}
        command = act.text.split(" ")[0] if act.text.startswith("/") else ""
        marks = [{"type": "bot_command", "offset": 0, "length": len(command)}] if command else []
        return {"update_id": number, "message": {**message, "from": user, "text": act.text, "entities": marks}}


def choices(shown: Shown) -> list[Choice]:
    """The buttons of a message; where they are too long to hold their words, those are listed in its text."""
    listed = dict(_LISTED.findall(shown.text))
    found = []
    for it in shown.buttons:
        number, _, label = str(it["text"]).partition(" ")
        found.append(Choice(number, label or listed.get(number, number), str(it["callback_data"])))
    return found
