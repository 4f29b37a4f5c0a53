"""Look-up measured against labelled questions: `{q, gold: [articles], kind, history?}`; gold [] is "does not say"."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.errors import KnowledgeError
from knowledge.search.asking import Searcher
from knowledge.search.result import Answer

_RESAMPLES = 2000


class QuestionsError(KnowledgeError):
    """The file of questions cannot be read."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with the articles that answer it."""

    q: str
    gold: tuple[int, ...]
    kind: str
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with what it is a share of, and a 95 % bootstrap interval.

    Attributes:
        value: the mean; None of nothing.
        of: how many questions.
        low: lower end of the interval.
        high: upper end.
    """

    value: float | None
    of: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that went wrong: what was asked, what was shown, what would have been right."""

    q: str
    kind: str
    gold: tuple[int, ...]
    shown: tuple[str, ...]
    reason: str | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    Attributes:
        hit_1: an answering article first; of all questions that the measure answers, refused ones counted as wrong
            only where nothing was found.
        hit_3: among the first three.
        mrr: mean reciprocal rank.
        answered: questions that the measure answers and that were answered.
        refused: questions that it does not answer and that were refused.
        by_kind: answered or refused as they should be, by kind.
        curve: (threshold, answered, refused) for every working point.
        failures: all that went wrong.
    """

    hit_1: Figure
    hit_3: Figure
    mrr: Figure
    answered: Figure
    refused: Figure
    by_kind: dict[str, Figure]
    curve: tuple[tuple[float, float, float], ...]
    failures: tuple[Failure, ...]


def read_questions(text: str) -> tuple[Labelled, ...]:
    """Read labelled questions, one JSON object a line.

    Raises:
        QuestionsError: a line is none; names the line.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            history = tuple(map(str, row.get("history") or ()))
            found.append(Labelled(str(row["q"]), tuple(map(int, row["gold"])), str(row.get("kind", "")), history))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionsError(f'第{number}行不是 {{"q": …, "gold": […], "kind": …}} 这样的对象。请改正。') from error
    if not found:
        raise QuestionsError("文件里没有问题。请换一个文件。")
    return tuple(found)


def evaluate(
    searcher: Searcher, asked: Sequence[Labelled], progress: Callable[[int, int], None] = lambda done, of: None
) -> Report:
    """Ask every question and compare."""
    answers = []
    for number, it in enumerate(asked, 1):
        answers.append(searcher.ask(it.q, it.history))
        progress(number, len(asked))
    inside = [(it, answer) for it, answer in zip(asked, answers, strict=True) if it.gold]
    outside = [(it, answer) for it, answer in zip(asked, answers, strict=True) if not it.gold]
    ranks = [_rank(it, answer) for it, answer in inside]
    right = [answer.answered == bool(it.gold) for it, answer in zip(asked, answers, strict=True)]
    kinds = dict.fromkeys(it.kind for it in asked)
    return Report(
        hit_1=_figure([rank == 1 for rank in ranks]),
        hit_3=_figure([rank is not None and rank <= 3 for rank in ranks]),
        mrr=_figure([1 / rank if rank else 0.0 for rank in ranks]),
        answered=_figure([answer.answered for _, answer in inside]),
        refused=_figure([not answer.answered for _, answer in outside]),
        by_kind={kind: _figure([ok for it, ok in zip(asked, right, strict=True) if it.kind == kind]) for kind in kinds},
        curve=_curve([a for _, a in inside], [a for _, a in outside]),
        failures=tuple(
            Failure(it.q, it.kind, it.gold, _shown(answer), answer.reason, answer.probability)
            for it, answer in zip(asked, answers, strict=True)
            if answer.answered != bool(it.gold) or (it.gold and _rank(it, answer) != 1)
        ),
    )


def _rank(it: Labelled, answer: Answer) -> int | None:
    """The place of the first right article, in what was found, shown as an answer or not."""
    articles = list(dict.fromkeys(hit.citation.article for hit in answer.hits or answer.near))
    return next((place for place, article in enumerate(articles, 1) if article in it.gold), None)


def _shown(answer: Answer) -> tuple[str, ...]:
    return tuple(str(hit.citation) for hit in answer.hits or answer.near)


def _figure(values: Sequence[float]) -> Figure:
    if not values:
        return Figure(None, 0)
    sample = np.array(values, np.float64)
    drawn = np.random.default_rng(0).integers(0, len(sample), (_RESAMPLES, len(sample)))
    low, high = np.quantile(sample[drawn].mean(1), [0.025, 0.975])
    return Figure(round(float(sample.mean()), 4), len(values), round(float(low), 4), round(float(high), 4))


def _curve(inside: Sequence[Answer], outside: Sequence[Answer]) -> tuple[tuple[float, float, float], ...]:
    """Share answered and refused at each threshold; what was decided without a search stays as it was decided."""

    def share(answers: Sequence[Answer], at: float) -> float:
        answered = [a.answered if a.probability is None else a.probability >= at for a in answers]
        return float(np.mean(answered)) if answered else 0.0

    return tuple((float(at), share(inside, at), 1 - share(outside, at)) for at in np.linspace(0, 1, 101))
