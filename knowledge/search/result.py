"""What a question gets."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.citation import Citation
from knowledge.search.cards import Card, Reason

__all__ = ["Answer", "Hit", "Reason"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that answers.

    Attributes:
        citation: its place.
        quote: its words, cut from the source and checked; of an article that a search gives whole, all its items too.
        score: 1.0 where the question named the place; else how probable it is that its article answers, 0 to 1. What
            `readings.yml` gives has 0.9; no hit has more than the one before it.
    """

    citation: Citation
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got.

    Attributes:
        answered: whether the measure says something on it.
        reason: why not; None if answered.
        hits: the clauses, best first; for a search one an article, for several questions first the best of each. Empty
            if not answered.
        near: where not answered, the clauses nearest to it, which do not answer it.
        message: what to tell the person beside the clauses, in Chinese; None where the clauses say it all. Where
            several things were asked, what each of them gets beside the clauses and the card, a line each.
        card: the short answer to a question that recurs, where one fits: beside a place that was named too.
        probability: how probable it is that the measure answers; None where nothing was searched.
    """

    answered: bool
    reason: Reason | None
    hits: tuple[Hit, ...] = ()
    near: tuple[Hit, ...] = ()
    message: str | None = None
    card: Card | None = None
    probability: float | None = None
