"""People who talk: they enrol, tell a case, answer what is asked, confirm it, and look clauses up in between."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from actions.talk import words
from bot.channels.telegram.words import PROBABLY_TWICE
from bot.inbox import GIVEN_UP
from bot.reception import COMING

STORIES = (
    "县政府被告了，住建局报县政府批准的征收决定，2026年11月23日收到的",
    "市政府被告了，11月20日收到通知书",
    "我们局被告了",
)
"""Each is led to a record by the first choice of every question."""

NEXT_STORIES = ("开始登记", "重来", "还有一个案子，县政府被告了，住建局报县政府批准的征收决定，2026年11月23日收到的")
"""How a case is begun after another."""

LOOK_UPS: Mapping[str, str] = {
    "第十九条": "第十九条",
    "第十七条": "第十七条",
    "第十一条第（五）项": "第十一条",
    "司法建议多久要回": "第十九条",
}
"""What is asked between two cases, and what its answer names."""

CONFIRM, RIGHT = "确认并登记", "对"
_NUMBER = re.compile(r"编号(\d{4,})")
_RECORDED = ("已登记", "已经登记过")
_THINKS = (0.3, 3.0)
_AGAIN = 5.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that a person sees: its number, its words, and what pressing it sends."""

    number: str
    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does next.

    Attributes:
        kind: they write, or press.
        text: the words, or the button's data.
        after: how many seconds from now.
        twice: their finger taps twice.
        confirms: it confirms a case, for the first time.
    """

    kind: Literal["say", "press"]
    text: str
    after: float
    twice: bool = False
    confirms: bool = False


@dataclass(slots=True)
class Notes:
    """What all people noticed. Counts, but for the seconds from each message to its answer."""

    messages: int = 0
    answered: int = 0
    told_to_wait: int = 0
    told_it_rests: int = 0
    given_up: int = 0
    marked_repetitions: int = 0
    duplicates: int = 0
    stale: int = 0
    recorded_before: int = 0
    double_taps: int = 0
    seconds: list[float] = field(default_factory=list)
    surprises: Counter[str] = field(default_factory=Counter)


class Person:
    """One of them. Knows nothing but what stands in their chat.

    Args:
        id: Telegram's number of them.
        code: what they enrol by.
        chance: decides what they do; seeded.
        notes: where they note what they notice.
    """

    def __init__(self, id: int, code: str, chance: random.Random, notes: Notes) -> None:
        self.id, self._chance, self._notes = id, chance, notes
        self._waits: dict[str, float] = {}
        self._last: Act = Act("say", f"/start {code}", chance.uniform(0, 8))
        self._expects: Callable[[str, Sequence[Choice]], bool] = lambda text, _: text.startswith("已开通")
        self._seen: list[str] = []
        self.talk: list[str] = []
        self.confirmed = 0
        self.numbers: set[int] = set()

    @property
    def waiting(self) -> bool:
        """Whether a message of theirs has no answer yet."""
        return bool(self._waits)

    @property
    def last(self) -> str:
        """What they did last, for telling what went unanswered; made-up words, so no secret."""
        return self._last.text

    def begin(self) -> Act:
        """What they do first."""
        return self._last

    def did(self, act: Act, now: float) -> None:
        """Note that they have done it."""
        self._notes.messages += 1
        self.confirmed += act.confirms
        self.talk.append(f"> {act.text}")
        self._waits.setdefault(act.text if act.text in LOOK_UPS else "", now)
        if len(self._waits) == 1:
            self._seen = self._seen[-1:]

    def sees(self, text: str, choices: Sequence[Choice], now: float) -> list[Act]:
        """See a new message, and decide what to do; nothing, where it is not what they wait for."""
        self.talk.append(f"{text[:60]} {[it.label for it in choices]}")
        marked = text.startswith(PROBABLY_TWICE)
        text = text.removeprefix(PROBABLY_TWICE).strip()
        if marked:
            self._notes.marked_repetitions += 1
            if text in self._seen:
                self._notes.duplicates += 1
                return []
        self._seen.append(text)
        if text == COMING:
            self._notes.told_to_wait += 1
            return []
        if text in (words.GUIDANCE_RESTS, GIVEN_UP):
            self._notes.told_it_rests += text == words.GUIDANCE_RESTS
            self._notes.given_up += text == GIVEN_UP
            return [Act(self._last.kind, self._last.text, _AGAIN)]
        if text == words.STALE:
            self._notes.stale += 1
            return []
        if looked_up := next((it for it in self._waits if it and LOOK_UPS[it] in text), None):
            self._answered(looked_up, now)
            return [] if self._waits else self._next()
        if "" not in self._waits:
            return []
        if not self._expects(text, choices):
            if choices or not self._patient(text):
                self._notes.surprises[text[:30]] += 1
                self._answered("", now)
                return self._story()
            return []
        self._answered("", now)
        return self._choose(choices) if choices else self._recorded(text)

    def _patient(self, text: str) -> bool:
        """Whether a message is the first of several: what is asked comes with buttons, a record with a number."""
        return text != words.NOTHING_TO_CONFIRM and text != words.NOT_UNDERSTOOD

    def _answered(self, what: str, now: float) -> None:
        self._notes.answered += 1
        self._notes.seconds.append(now - self._waits.pop(what))

    def _recorded(self, text: str) -> list[Act]:
        if found := _NUMBER.search(text):
            self.numbers.add(int(found[1]))
            self._notes.recorded_before += text.startswith(_RECORDED[1])
        return self._next()

    def _next(self) -> list[Act]:
        """After a record or a look-up: look something up, two things at once at times, or tell the next case."""
        fate = self._chance.random()
        if fate > 0.4:
            return self._story()
        asked = self._chance.sample(sorted(LOOK_UPS), 2 if fate < 0.1 else 1)
        if len({LOOK_UPS[it] for it in asked}) < len(asked):
            asked = asked[:1]
        return [Act("say", it, self._after()) for it in asked]

    def _story(self) -> list[Act]:
        self._expects = lambda _, choices: bool(_chosen(choices))
        self._last = Act("say", self._chance.choice(NEXT_STORIES if self.confirmed else STORIES), self._after())
        return [self._last]

    def _choose(self, choices: Sequence[Choice]) -> list[Act]:
        chosen = _chosen(choices)
        if chosen is None:
            return self._story()
        confirms = chosen.label == CONFIRM
        if confirms:
            self._expects = lambda text, _: text.startswith(_RECORDED)
        fate = self._chance.random()
        if fate < 0.25:
            self._last = Act("say", chosen.number, self._after(), confirms=confirms)
        else:
            self._last = Act("press", chosen.data, self._after(), twice=fate < 0.35, confirms=confirms)
        return [self._last]

    def _after(self) -> float:
        return self._chance.uniform(*_THINKS)


def _chosen(choices: Sequence[Choice]) -> Choice | None:
    """What a person picks: the record where it is offered, yes where they are asked, or else the first choice."""
    labels = {it.label: it for it in choices}
    if CONFIRM in labels or RIGHT in labels:
        return labels.get(CONFIRM) or labels[RIGHT]
    return next((it for it in choices if "条" not in it.label and "登记" not in it.label), None)
