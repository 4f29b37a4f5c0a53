"""Figures and how they are shown. Pure."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Served:
    """What one side did in one round.

    Attributes:
        start: From starting its processes to the first answer of a talk, seconds.
        turns: Seconds of each guided turn, one after another, a new conversation for each intake.
        long_turns: The same in one conversation that never ends.
        work: Processor time that all its processes spend on a guided turn, seconds; None where it cannot be read.
        rate: Messages a second with all people at once.
        memory: Resident memory of all its processes after that, bytes; None where it cannot be read.
        said: What it answered, step by step.
    """

    start: float
    turns: Sequence[float]
    long_turns: Sequence[float]
    work: float | None
    rate: float
    memory: int | None
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the comparison.

    Attributes:
        name: What is measured.
        unit: In which unit.
        better: Whether less or more of it is better.
        ours: Our value; None where it could not be measured.
        stock: Stock Rasa's value.
    """

    name: str
    unit: str
    better: Literal["less", "more"]
    ours: float | None
    stock: float | None

    @property
    def ratio(self) -> float | None:
        """How many times better ours is; below 1 it is worse."""
        if not self.ours or not self.stock:
            return None
        return self.stock / self.ours if self.better == "less" else self.ours / self.stock


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that at least `share` (0 to 1) of the values do not exceed (nearest rank).

    Raises:
        ValueError: There is no value, or `share` is no share.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError("percentile of nothing, or of a share outside 0 to 1")
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def compare(ours: Sequence[Served], stock: Sequence[Served]) -> list[Figure]:
    """Compares the two sides, each by its best round: what disturbs a run makes it slower, never faster."""

    def turn(name: str, share: float, *, long: bool = False) -> Figure:
        def best(rounds: Sequence[Served]) -> float:
            return 1000 * min(percentile(it.long_turns if long else it.turns, share) for it in rounds)

        return Figure(name, "ms", "less", best(ours), best(stock))

    def least(values: Iterable[float | None], scale: float) -> float | None:
        return min((scale * it for it in values if it is not None), default=None)

    both = (ours, stock)

    return [
        turn("guided turn, p50", 0.5),
        turn("guided turn, p95", 0.95),
        turn("guided turn in one endless talk, p50", 0.5, long=True),
        turn("guided turn in one endless talk, p95", 0.95, long=True),
        Figure("processor time of a guided turn", "ms", "less", *(least((r.work for r in it), 1000) for it in both)),
        Figure("messages a second, all at once", "1/s", "more", *(max(r.rate for r in it) for it in both)),
        Figure("start to first answer", "s", "less", *(min(r.start for r in it) for it in both)),
        Figure("memory of all processes", "MiB", "less", *(least((r.memory for r in it), 2**-20) for it in both)),
    ]


def comparison(figures: Sequence[Figure]) -> str:
    """The figures as a table: ours, stock, and how many times better ours is."""
    rows = [
        (f"{it.name} ({it.unit})", number(it.ours), number(it.stock), "–" if it.ratio is None else f"{it.ratio:.1f} ×")
        for it in figures
    ]
    return table(("", "ours", "stock Rasa", "ours is better by"), rows)


def number(value: float | None) -> str:
    """A value with three figures or so."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns, the first to the left, the others to the right; Chinese marks are two wide."""
    lines = [head, *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]

    def shown(line: Sequence[str]) -> str:
        gaps = [" " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)]
        first, *others = zip(line, gaps, strict=True)
        return "  ".join([first[0] + first[1], *(gap + cell for cell, gap in others)]).rstrip()

    return "\n".join([shown(head), "  ".join("-" * width for width in widths), *map(shown, rows)])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)
