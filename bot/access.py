"""Who may do what. What somebody says of themselves never counts; a refusal says why and whom to ask, and no more.

A refusal tells nothing of other people, of records, or of whether a number exists.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from actions.people import LOCAL_CHANNELS, Pause, People, Person, Role, supervises
from actions.render import when
from knowledge.units import Units


class What(StrEnum):
    """What somebody may want to do."""

    LOOK_UP = "look_up"
    """Ask for clauses."""
    REGISTER = "register"
    """Be guided through a case and record it."""
    OWN_RECORDS = "own_records"
    """See what they recorded themselves."""
    UNIT_RECORDS = "unit_records"
    """See what a unit recorded; their own, where none is named."""
    ALL_RECORDS = "all_records"
    """See what all units of the county, or of the city's own level, recorded."""
    PROPOSE = "propose"
    """Propose who attends court (Art. 13, 14)."""
    DECIDE = "decide"
    """Decide who attends court (Art. 13, 14)."""
    ADMINISTER = "administer"
    """Issue codes, change and revoke people."""


MOST_MESSAGES = 30
"""Messages of one person that are answered within a minute; nobody reads answers faster."""

_MANY = 1000
"""How many people are remembered before those whose while is over are forgotten."""

Reason = Literal["not_enrolled", "no_role", "other_unit", "paused"]


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

    Args:
        people: The register.
        units: The units there are.
        ask: Whom to ask for access, in words; a post, not a person.
        local: Channels of the machine itself. Whoever can start the program there reads its database anyway, so
            everything is theirs but what a pause rests.
    """

    def __init__(
        self,
        people: People,
        units: Units,
        ask: str,
        local: Collection[str] = LOCAL_CHANNELS,
    ) -> None:
        self._people = people
        self._units = units
        self._ask = ask
        self._local = frozenset(local)

    def may(self, person: str, what: str, unit: str | None = None) -> Refusal | None:
        """Tell whether a person may do something.

        Args:
            person: Qualified by channel, as the channel vouches for it.
            what: One of `What`.
            unit: Whose records, by its proper name; theirs where None.

        Returns:
            None where they may, else why not.

        Raises:
            ValueError: `what` is none of `What`; a slip of the caller's.
        """
        wanted = What(what)
        local = person.partition(":")[0] in self._local
        known = None if local else self._people.get(person)
        if known is None and not local:
            return Refusal("not_enrolled", self._unknown())
        if wanted is not What.ADMINISTER and (pause := self._people.pause()) is not None and _rests(pause, wanted):
            return Refusal("paused", self._paused(pause))
        return self._held(known, wanted, unit) if known is not None else None

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
        if person.partition(":")[0] in self._local:
            return f"您在本机使用（{person}），不需要开通。"
        return f"{self._unknown()}\n您的编号是 {person}，申请时报给管理员。"

    def _held(self, known: Person, wanted: What, unit: str | None) -> Refusal | None:
        roles, own = known.post.roles, known.post.unit
        if not roles & _ROLES[wanted]:
            return Refusal("no_role", self._without(known, wanted))
        if wanted is What.ALL_RECORDS:
            unit = own  # a justice bureau is of the level that it supervises
        elif wanted is not What.UNIT_RECORDS or unit in (None, own):
            return None
        return None if supervises(self._units, own, unit or own) else Refusal("other_unit", self._supervised(own))

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

    def _without(self, known: Person, wanted: What) -> str:
        return f"您的权限是{known.post.granted}，不能{_DOING[wanted]}。需要的请向{self._ask}申请。"

    def _supervised(self, own: str) -> str:
        unit = self._units.parse(own)
        if unit is None or supervises(self._units, own, own):
            return "您只能看本级各单位的登记（第七条），其他地方的请问当地司法行政部门。"
        bureau = self._units.justice_bureau(unit).name
        return f"您只能看本单位的登记，其他单位的由司法行政部门掌握（第七条），请问{bureau}。"


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


_WORKING = frozenset({Role.REGISTER, Role.PROPOSE, Role.DECIDE})
_ROLES: dict[What, frozenset[Role]] = {
    What.LOOK_UP: frozenset(Role),
    What.REGISTER: frozenset({Role.REGISTER}),
    What.OWN_RECORDS: frozenset(Role),
    What.UNIT_RECORDS: _WORKING,
    What.ALL_RECORDS: _WORKING,
    What.PROPOSE: frozenset({Role.PROPOSE}),
    What.DECIDE: frozenset({Role.DECIDE}),
    What.ADMINISTER: frozenset({Role.ADMINISTER}),
}
_DOING = {
    What.LOOK_UP: "查条文",
    What.REGISTER: "登记案件",
    What.OWN_RECORDS: "看登记",
    What.UNIT_RECORDS: "看单位的登记",
    What.ALL_RECORDS: "看全部登记",
    What.PROPOSE: "提出出庭人员意见（第十三条、第十四条）",
    What.DECIDE: "确定出庭人员（第十三条、第十四条）",
    What.ADMINISTER: "管理人员和权限",
}
_GUIDED = frozenset({What.REGISTER, What.PROPOSE, What.DECIDE})


def _rests(pause: Pause, wanted: What) -> bool:
    return pause.everything or wanted in _GUIDED


def _introduced(known: Person) -> str:
    return f"您是{known.post.unit}的{known.post.name}，权限：{known.post.granted}。"
