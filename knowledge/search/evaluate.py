"""Look-up measured against labelled questions: `{q, gold: [articles], kind, item?, history?}`.

`gold` [] is "does not say"; `item` is the place inside an article of `gold` that answers: 11.5, 8-2.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.citation import Citation
from knowledge.errors import KnowledgeError
from knowledge.lexical import grams
from knowledge.search.asking import Searcher
from knowledge.search.result import Answer, Hit
from knowledge.search.texts import Text, joined

_RESAMPLES = 2000
_ALIKE = 0.77
"""How alike a question and a text are that count as one, as the Dice coefficient of their grams: as with cards."""


class QuestionsError(KnowledgeError):
    """The file of questions cannot be read."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with the articles that answer it.

    Attributes:
        q: the question.
        gold: the articles; none where the measure does not say.
        kind: what sort of question it is.
        history: the questions before it.
        item: the paragraph or item that answers; None where none is labelled.
    """

    q: str
    gold: tuple[int, ...]
    kind: str
    history: tuple[str, ...] = ()
    item: Citation | None = None


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
    item: str | None
    shown: tuple[str, ...]
    reason: str | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured.

    The first three are of what was shown as the answer: a refused question counts as wrong. The next three are of the
    ranking: the clauses shown as the answer or, beneath a refusal, as merely near.

    Attributes:
        hit_1: an answering article shown first; of all questions that the measure answers.
        hit_3: among the first three.
        mrr: mean reciprocal rank.
        ranked_1: an answering article first in the ranking; of the same questions.
        ranked_3: among the first three.
        ranked_mrr: mean reciprocal rank.
        item: the labelled item shown first as the answer; of all questions with one, refused ones too.
        item_whole: its article or paragraph shown first instead, which has the item in it.
        item_other: another place of the same article shown first: an error of its own.
        answered: questions that the measure answers and that were answered.
        refused: questions that it does not answer and that were refused.
        by_kind: answered or refused as they should be, by kind.
        curve: (threshold, answered, refused) for every working point.
        failures: all that went wrong.
    """

    hit_1: Figure
    hit_3: Figure
    mrr: Figure
    ranked_1: Figure
    ranked_3: Figure
    ranked_mrr: Figure
    item: Figure
    item_whole: Figure
    item_other: Figure
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
            found.append(_labelled(json.loads(line)))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, KnowledgeError) as error:
            form = '{"q": "…", "gold": [11], "kind": "…"}'
            raise QuestionsError(f"第{number}行不是 {form} 这样的对象，或者 item 不在 gold 的条内。请改正。") from error
    if not found:
        raise QuestionsError("文件里没有问题。请换一个文件。")
    return tuple(found)


def _labelled(row: dict[str, Any]) -> Labelled:
    """One question. Nothing is read as what it is not: "11" is no list of articles.

    Raises:
        ValueError, KeyError, TypeError, CitationError: the row is none.
    """
    asked, gold, history, item = row["q"], row["gold"], row.get("history") or [], row.get("item")
    kind = row.get("kind", "")
    if not isinstance(gold, list) or any(type(number) is not int or number < 1 for number in gold):
        raise TypeError
    if not isinstance(history, list) or not all(isinstance(said, str) for said in (asked, kind, *history)):
        raise TypeError
    place = None if item is None else Citation.parse(item)
    if place and place.article not in gold:
        raise ValueError
    return Labelled(asked, tuple(gold), kind, tuple(history), place)


def met_before(asked: Sequence[Labelled], texts: Sequence[Text]) -> tuple[Labelled, ...]:
    """The questions that stand among what look-up was trained on, word for word or nearly; clauses do not count.

    Args:
        asked: the questions; one that is read together with the one before it is compared so.
        texts: what look-up was trained on.
    """
    learnt = [frozenset(grams(it.text)) for it in texts if it.source != "measure"]
    return tuple(it for it in asked if _stands_among(frozenset(grams(joined(it.q, it.history))), learnt))


def _stands_among(said: frozenset[str], learnt: Sequence[frozenset[str]]) -> bool:
    return any(2 * len(said & text) >= _ALIKE * (len(said) + len(text)) for text in learnt if said and text)


def evaluate(
    searcher: Searcher, asked: Sequence[Labelled], progress: Callable[[int, int], None] = lambda done, of: None
) -> Report:
    """Ask every question and compare."""
    answers = []
    for number, it in enumerate(asked, 1):
        answers.append(searcher.ask(it.q, it.history))
        progress(number, len(asked))
    return compare(asked, answers)


def compare(asked: Sequence[Labelled], answers: Sequence[Answer]) -> Report:
    """Compare answers with what would have been right; an answer for each question."""
    pairs = list(zip(asked, answers, strict=True))
    inside = [(it, answer) for it, answer in pairs if it.gold]
    outside = [answer for it, answer in pairs if not it.gold]
    shown = [_rank(it, answer.hits) for it, answer in inside]
    ranked = [_rank(it, _listed(answer)) for it, answer in inside]
    first = [(it.item, answer.hits[0].citation if answer.hits else None) for it, answer in inside if it.item]
    kinds = dict.fromkeys(it.kind for it in asked)
    return Report(
        hit_1=_within(shown, 1),
        hit_3=_within(shown, 3),
        mrr=_figure([1 / rank if rank else 0.0 for rank in shown]),
        ranked_1=_within(ranked, 1),
        ranked_3=_within(ranked, 3),
        ranked_mrr=_figure([1 / rank if rank else 0.0 for rank in ranked]),
        item=_figure([place == item for item, place in first]),
        item_whole=_figure([_holds(place, item) for item, place in first]),
        item_other=_figure([_misses(place, item) for item, place in first]),
        answered=_figure([answer.answered for _, answer in inside]),
        refused=_figure([not answer.answered for answer in outside]),
        by_kind={kind: _figure([_as_due(it, a) for it, a in pairs if it.kind == kind]) for kind in kinds},
        curve=_curve([answer for _, answer in inside], outside),
        failures=tuple(
            Failure(
                q=it.q,
                kind=it.kind,
                gold=it.gold,
                item=str(it.item) if it.item else None,
                shown=tuple(str(hit.citation) for hit in _listed(answer)),
                reason=answer.reason,
                probability=answer.probability,
            )
            for it, answer in pairs
            if _failed(it, answer)
        ),
    )


def _as_due(it: Labelled, answer: Answer) -> bool:
    return answer.answered == bool(it.gold)


def _failed(it: Labelled, answer: Answer) -> bool:
    if not it.gold or not answer.answered:
        return not _as_due(it, answer)
    return _rank(it, answer.hits) != 1 or (it.item is not None and _misses(answer.hits[0].citation, it.item))


def _listed(answer: Answer) -> tuple[Hit, ...]:
    return answer.hits or answer.near


def _rank(it: Labelled, hits: Sequence[Hit]) -> int | None:
    """The place of the first right article among the articles of clauses."""
    articles = list(dict.fromkeys(hit.citation.article for hit in hits))
    return next((place for place, article in enumerate(articles, 1) if article in it.gold), None)


def _holds(place: Citation | None, item: Citation) -> bool:
    """Whether a place is a whole that the item is a part of."""
    if place is None or place == item or place.article != item.article or place.item is not None:
        return False
    return place.paragraph in (None, item.paragraph)


def _misses(place: Citation | None, item: Citation) -> bool:
    """Whether a place is another one of the item's article."""
    return place is not None and place.article == item.article and place != item and not _holds(place, item)


def _within(ranks: Sequence[int | None], most: int) -> Figure:
    return _figure([rank is not None and rank <= most for rank in ranks])


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
