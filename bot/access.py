"""Who may do what. What somebody says of themselves never counts; a refusal says why and whom to ask, and no more.

A refusal tells nothing of other people, of records, or of whether a number exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from actions.people import LOCAL_CHANNELS, Pause, People, Person, Role
from actions.render import when


class What(StrEnum):
    """What somebody may want of the talk; what they may do on a case, `actions.cases.who` says."""

    LOOK_UP = "look_up"
    """Ask for clauses."""
    REGISTER = "register"
    """Be guided through a case and record it."""


MOST_MESSAGES = 30
"""Messages of one person that are answered within a minute; nobody reads answers faster."""

_MANY = 1000
"""How many people are remembered before those whose while is over are forgotten."""

Reason = Literal["not_enrolled", "no_role", "paused"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not.

    Attributes:
        reason: For counting.
        words: For the person: why, and whom to ask.
    """

    reason: Reason
    words: str


class Access(Protocol):
    """Whatever decides who may do what."""

    def may(self, person: str, what: str) -> Refusal | None:
        """Tell whether a person, qualified by channel, may do one of `What`; None means yes."""


class PeopleAccess:
    """Access by the register of people. Reads it at every question, so that a change counts at once.

    On the machine's own channels everything is anybody's but what a pause rests.

    Args:
        people: The register.
        ask: Whom to ask for access, in words; a post, not a person.
    """

    def __init__(self, people: People, ask: str) -> None:
        self._people, self._ask = people, ask

    def may(self, person: str, what: str) -> Refusal | None:
        """Tell whether a person may do something.

        Args:
            person: Qualified by channel, as the channel vouches for it.
            what: One of `What`.

        Returns:
            None where they may, else why not.

        Raises:
            ValueError: `what` is none of `What`; a slip of the caller's.
        """
        wanted = What(what)
        local = _is_local(person)
        known = None if local else self._people.get(person)
        if known is None and not local:
            return Refusal("not_enrolled", self._unknown())
        pause = self._people.pause()
        if pause is not None and (pause.everything or wanted is What.REGISTER):
            return Refusal("paused", self._paused(pause))
        if wanted is What.REGISTER and known is not None and Role.REGISTER not in known.post.roles:
            return Refusal("no_role", self._without(known))
        return None

    def enrol(self, person: str, code: str, at: datetime) -> str:
        """Enrol by a code.

        Args:
            person: Qualified by channel.
            code: As they sent it.
            at: Now; aware.

        Returns:
            What to tell them.

        Raises:
            PeopleError: Its message tells them why not.
        """
        return f"已开通。{_introduced(self._people.enrol(code, person=person, at=at))}"

    def whoami(self, person: str) -> str:
        """Tell a person who they are here; somebody unknown only what they need to be added."""
        known = self._people.get(person)
        if known is not None:
            return f"{_introduced(known)}\n开通时间：{when(known.since)}。"
        if _is_local(person):
            return f"您在本机使用（{person}），不需要开通。"
        return f"{self._unknown()}\n您的编号是 {person}，申请时报给管理员。"

    def _unknown(self) -> str:
        return (
            "您还没有开通，不能查询和登记；口头说明身份不能代替开通，自己也不能给自己授权。"
            f"请向{self._ask}要一次性开通码，收到后发“/start 开通码”。"
        )

    def _paused(self, pause: Pause) -> str:
        reason = pause.reason.rstrip("。")
        if pause.everything:
            return f"本助手暂停使用：{reason}。急事请问同级司法行政部门，何时恢复请问{self._ask}。"
        return f"引导登记暂停：{reason}。查条文照常；何时恢复请问{self._ask}。"

    def _without(self, known: Person) -> str:
        return f"您的权限是{known.post.granted}，不能登记案件。需要的请向{self._ask}申请。"


class Allowance:
    """How many messages a person may have answered within a while, so that nobody takes the others' place.

    It is kept in memory: after a restart everybody begins anew.

    Args:
        now: The clock; an aware time.
        most: How many.
        within: How long a while is; it begins with a person's first message.
    """

    def __init__(
        self, now: Callable[[], datetime], most: int = MOST_MESSAGES, within: timedelta = timedelta(minutes=1)
    ) -> None:
        self._now, self._most, self._within = now, most, within
        self._counts: dict[str, tuple[datetime, int]] = {}

    def count(self, person: str) -> int:
        """Count a message; how many more than allowed they are with it: 0 to answer it, 1 to say so, else silence."""
        now = self._now()
        if len(self._counts) > _MANY:
            self._counts = {who: it for who, it in self._counts.items() if now - it[0] < self._within}
        began, counted = self._counts.get(person, (now, 0))
        if not timedelta() <= now - began < self._within:
            began, counted = now, 0
        self._counts[person] = began, counted + 1
        return max(0, counted + 1 - self._most)


def _is_local(person: str) -> bool:
    return person.partition(":")[0] in LOCAL_CHANNELS


def _introduced(known: Person) -> str:
    return f"您是{known.post.unit}的{known.post.name}，权限：{known.post.granted}。"
