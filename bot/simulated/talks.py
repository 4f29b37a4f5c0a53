"""Simulated officials talk with the whole assistant, several side by side; what comes of it is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.app import App
from bot.dialogue import Dialogue, Guide
from bot.messages import Incoming
from bot.simulated.judging import Verdict, judge
from bot.simulated.official import Official
from bot.simulated.scenario import Scenario
from bot.simulated.speech import Speaker, Style
from knowledge.decide import Decider
from knowledge.look_up import LookUp
from knowledge.search import Searcher

CHANNEL = "simulated"
_AT_ONCE = 8
_LONGEST = 40
"""Turns after which a talk is broken off."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a transcript."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Talked:
    """One talk and what it came to.

    Attributes:
        scenario: the case's id.
        rows: the rows of the law's logic that it is about.
        style: how the official answered.
        verdict: what it came to.
        why: what is not right; empty where it is.
        status: status of the outcome; None where there was none.
        units: handling units that it names.
        asked: questions answered.
        checks: screens of what was understood that were checked.
        corrected: what the official had to correct.
        turns: messages that the official sent.
        transcript: all that was said.
    """

    scenario: str
    rows: tuple[str, ...]
    style: Style
    verdict: Verdict
    why: str
    status: str | None
    units: tuple[str, ...]
    asked: int
    checks: int
    corrected: int
    turns: int
    transcript: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Talks counted together.

    Attributes:
        talks: how many.
        right: right.
        left: rightly left to people.
        wrong: a wrong unit stated.
        other: anything else.
        asked_mean: questions a talk, on average.
        asked_most: most questions in a talk.
        checks_mean: screens of what was understood a talk, on average.
    """

    talks: int
    right: int
    left: int
    wrong: int
    other: int
    asked_mean: float
    asked_most: int
    checks_mean: float

    @property
    def good(self) -> float:
        """The share that is right or rightly left to people."""
        return (self.right + self.left) / self.talks if self.talks else 0.0


def count(talks: Sequence[Talked]) -> Count:
    """Count talks together."""
    of = [it.verdict for it in talks]
    asked = [it.asked for it in talks]
    mean = max(1, len(talks))
    return Count(
        talks=len(talks),
        right=of.count(Verdict.RIGHT),
        left=of.count(Verdict.LEFT),
        wrong=of.count(Verdict.WRONG),
        other=of.count(Verdict.OTHER),
        asked_mean=round(sum(asked) / mean, 2),
        asked_most=max(asked, default=0),
        checks_mean=round(sum(it.checks for it in talks) / mean, 2),
    )


class Overheard:
    """A guide whose last answer to each sender can be read as it left it, kinds and payloads included.

    Args:
        guide: the guide itself.
    """

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self.said: dict[str, list[dict[str, Any]]] = {}

    @property
    def ready(self) -> bool:
        """Whether it answers now."""
        return self._guide.ready

    async def wait_ready(self) -> None:
        """Return as soon as it answers."""
        await self._guide.wait_ready()

    async def send(self, sender: str, text: str, *, choice: bool = False, key: str = "") -> list[dict[str, Any]]:
        """Hand one message over and return the answer."""
        messages = await self._guide.send(sender, text, choice=choice)
        self.said[sender] = messages
        return messages


async def hold_talks(
    app: App,
    searcher: Searcher,
    decider: Decider,
    scenarios: Sequence[Scenario],
    styles: Sequence[Style],
    *,
    cold: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Talked, ...]:
    """Hold one talk for every case and style.

    Args:
        app: the assistant, running.
        searcher: answers what the guided talk cannot.
        decider: what the official knows of facts and units.
        scenarios: the cases.
        styles: how they are told.
        cold: begin without the story; cases that seek no unit are left out then.
        progress: is told how many talks of how many are over.

    Returns:
        The talks, in the order of styles, then of cases.

    Raises:
        RasaFault: the guided talk does not come up.
    """
    await app.guide.wait_ready()
    overheard = Overheard(app.guide)
    dialogue = Dialogue(overheard, LookUp(searcher))
    pairs = [(it, style) for style in styles for it in scenarios if it.seeks_unit or not cold]
    room = asyncio.Semaphore(_AT_ONCE)
    over = 0

    async def hold(number: int, scenario: Scenario, style: Style) -> Talked:
        nonlocal over
        async with room:
            speaker = Speaker(style, scenario.id, district=scenario.is_district)
            official = Official(scenario, speaker, decider, cold)
            talked = await _talk(official, style, f"{number}", dialogue, overheard)
        over += 1
        progress(over, len(pairs))
        return talked

    return tuple(await asyncio.gather(*(hold(n, *pair) for n, pair in enumerate(pairs))))


async def _talk(official: Official, style: Style, person: str, dialogue: Dialogue, overheard: Overheard) -> Talked:
    transcript: list[Line] = []
    words, turns = official.open(), 0
    while True:
        turns += 1
        incoming = Incoming(CHANNEL, person, words.text, words.pressed)
        overheard.said.pop(incoming.sender, None)
        replies = await dialogue.answer(incoming)
        transcript.append(Line("官员", f"〔{words.text}〕" if words.pressed else words.text))
        transcript += [Line("助手", reply.text) for reply in replies]
        heard = overheard.said.get(incoming.sender) or [{"text": reply.text} for reply in replies]
        following = official.hear(heard)
        if following is None or turns >= _LONGEST:
            break
        words = following
    stated = official.outcome
    scenario = official.scenario
    verdict, why = judge(scenario, stated, official.clauses, official.decider.units)
    if official.gave_up or following is not None:
        why = f"{why}（问个没完）"
    tally = official.tally
    return Talked(
        scenario=scenario.id,
        rows=scenario.rows,
        style=style,
        verdict=verdict,
        why=why,
        status=stated.status if stated else None,
        units=stated.units if stated else (),
        asked=tally.asked,
        checks=tally.checks,
        corrected=tally.corrected,
        turns=turns,
        transcript=tuple(transcript),
    )
