"""A learnt fusion: signals of how well each article fits a question, and a linear model that weighs them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from bench.stard.data import Article, Question

Array = npt.NDArray[np.float32]

NAMES = (
    "BM25",
    "vectors",
    "mapped vectors",
    "tuned vectors",
    "the answers of questions alike",
    "how often the law answers",
    "how often the article answers",
    "the best of its law",
)
POOL = 1_000
_COMPARED = 2_000


def standard(scores: Array, pool: int = POOL) -> Array:
    """Scores in standard deviations from the mean of the best `pool` of each row, none below the least of those."""
    best = -np.partition(-scores, pool, axis=1)[:, :pool]
    deviations = (scores - best.mean(1, keepdims=True)) / (best.std(1, keepdims=True) + 1e-9)
    floor = (best.min(1, keepdims=True) - best.mean(1, keepdims=True)) / (best.std(1, keepdims=True) + 1e-9)
    return np.asarray(np.maximum(deviations, floor), np.float32)


def signals(
    words: Array,
    vectors: Array,
    moved: Sequence[Array],
    alike: Array,
    asked: Sequence[Question],
    articles: Sequence[Article],
) -> Array:
    """All signals, float32 of shape (questions, articles, `NAMES`).

    Args:
        words: BM25, of shape (questions, articles).
        vectors: cosines, likewise.
        moved: cosines of the mapped and the tuned questions, likewise.
        alike: cosines to the questions that were asked before, of shape (questions, asked).
        asked: questions whose answers are known, with none among them that is to be scored.
        articles: all of them.
    """
    laws = {law: number for number, law in enumerate(dict.fromkeys(article.law for article in articles))}
    law_of = np.array([laws[article.law] for article in articles])
    cited = np.bincount([gold for question in asked for gold in question.gold], minlength=len(articles))
    cited_law = np.bincount(law_of, cited)[law_of]
    found = np.stack([standard(words), standard(vectors), *map(standard, moved)], axis=-1)
    together = found.sum(-1)
    order = np.argsort(law_of, kind="stable")
    starts = np.searchsorted(law_of[order], np.arange(len(laws)))
    best = np.maximum.reduceat(together[:, order], starts, axis=1)
    plain = np.broadcast_to(np.stack([np.log1p(cited_law), np.log1p(cited)], -1), (len(words), len(articles), 2))
    return np.concatenate(
        [found, _asked_before(alike, asked, len(articles))[..., None], plain, best[:, law_of][..., None]], axis=-1
    ).astype(np.float32)


def _asked_before(alike: Array, asked: Sequence[Question], articles: int) -> Array:
    """For each article the likeness of the question most alike that it answered; 0 where it is below the mean."""
    deviations = (alike - alike.mean(1, keepdims=True)) / alike.std(1, keepdims=True)
    scores = np.zeros((len(alike), articles), np.float32)
    for column, question in enumerate(asked):
        for gold in question.gold:
            np.maximum(scores[:, gold], deviations[:, column], out=scores[:, gold])
    return scores


def weigh(found: Array, questions: Sequence[Question], *, steps: int = 200) -> Array:
    """Learn what each signal counts: a softmax over each question's best articles, the answers' share made large."""
    rows = []
    for signals_, question in zip(found, questions, strict=True):
        best = np.argpartition(-signals_.sum(-1), _COMPARED)[:_COMPARED]
        others = best[~np.isin(best, question.gold)][: _COMPARED - len(question.gold)]
        rows.append(signals_[np.concatenate([np.array(question.gold), others])])  # the answers first
    values = torch.from_numpy(np.stack(rows))
    wanted = torch.zeros(values.shape[:2])
    for row, question in enumerate(questions):
        wanted[row, : len(question.gold)] = 1 / len(question.gold)
    weights = torch.full((found.shape[-1],), 0.3, requires_grad=True)
    descent = torch.optim.Adam([weights], lr=0.05)
    for _ in range(steps):
        loss = -(wanted * torch.log_softmax(values @ weights, 1)).sum(1).mean()
        descent.zero_grad()
        loss.backward()
        descent.step()
    learnt: Array = weights.detach().numpy()
    return learnt
