"""What is learnt from questions: a map of their vectors, or the encoder's upper layers, for their side or for both."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch.nn import functional

from bench.stard.data import Question
from bench.stard.upper import Upper

Array = npt.NDArray[np.float32]
Columns = Callable[[list[int]], list[Any]]
"""From questions' numbers to vectors of one answer of each, and of a hard negative of each as often as wanted."""

_SCALE = 80.0
"""Cosines are multiplied by it before the softmax."""
_BATCH = 32


def adapter(questions: Array, asked: Sequence[Question], articles: Array, epochs: int = 40) -> Callable[[Array], Array]:
    """Learn a linear map of questions' vectors, identity plus something small, with all articles as negatives."""
    torch.manual_seed(0)
    size = questions.shape[1]
    change, shift = torch.zeros(size, size, requires_grad=True), torch.zeros(size, requires_grad=True)
    steps = torch.optim.Adam([change, shift], lr=2e-3)
    vectors, wanted = torch.from_numpy(articles), _wanted(asked, len(articles))
    for _ in range(epochs):
        for rows in torch.randperm(len(asked)).split(128):
            known = functional.dropout(torch.from_numpy(questions)[rows], 0.1)
            moved = functional.normalize(known + known @ change + shift, dim=1)
            loss = _against_all(moved, vectors, wanted[rows]) + 0.01 * (change**2).sum()
            steps.zero_grad()
            loss.backward()
            steps.step()
    weights, added = change.detach().numpy(), shift.detach().numpy()

    def apply(found: Array) -> Array:
        moved: Array = found + found @ weights + added
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)

    return apply


def tune_against_all(
    upper: Upper,
    states: Sequence[Any],
    learnt_from: Sequence[int],
    questions: Sequence[Question],
    articles: Array,
    *,
    epochs: int = 6,
    rate: float = 1e-4,
) -> None:
    """Train the upper layers to put questions where their articles' vectors are, with all articles as negatives.

    The articles' vectors stay as they are.

    Args:
        upper: what is trained.
        states: what the lower layers make of every question.
        learnt_from: the numbers of those to learn from.
        questions: all questions, with their answers.
        articles: the articles' vectors.
        epochs: how often each question is learnt from.
        rate: the highest learning rate.
    """
    vectors = torch.from_numpy(articles)
    wanted = _wanted(questions, len(articles))

    def loss(asked: list[int]) -> Any:
        return _against_all(upper([states[row] for row in asked]), vectors, wanted[asked])

    _train(upper, learnt_from, loss, epochs, rate)


def tune_against_few(
    upper: Upper,
    states: Sequence[Any],
    learnt_from: Sequence[int],
    columns: Columns,
    *,
    epochs: int = 6,
    rate: float = 1e-4,
) -> None:
    """Train the upper layers with MultipleNegativesRankingLoss: a batch's other answers are negatives, and hard ones.

    Args:
        upper: what is trained.
        states: what the lower layers make of every question.
        learnt_from: the numbers of those to learn from.
        columns: `fixed` or `trained`: whether the articles' side is trained, too.
        epochs: how often each question is learnt from.
        rate: the highest learning rate.
    """
    ranking = MultipleNegativesRankingLoss(upper.model, scale=_SCALE)

    def loss(asked: list[int]) -> Any:
        found = [upper([states[row] for row in asked]), *columns(asked)]
        return ranking.compute_loss_from_embeddings(found, torch.arange(len(asked)))

    _train(upper, learnt_from, loss, epochs, rate)


def fixed(articles: Array, drawn: Callable[[list[int]], list[list[int]]]) -> Columns:
    """Articles' vectors as they are."""
    vectors = torch.from_numpy(articles)
    return lambda asked: [vectors[numbers] for numbers in drawn(asked)]


def trained(upper: Upper, states: dict[int, Any], drawn: Callable[[list[int]], list[list[int]]]) -> Columns:
    """Articles' vectors by the layers that are being trained."""
    return lambda asked: [upper([states[number] for number in numbers]) for numbers in drawn(asked)]


def draw(
    questions: Sequence[Question], hard: Sequence[npt.NDArray[np.int64]], negatives: int
) -> Callable[[list[int]], list[list[int]]]:
    """Draw articles for questions: one answer of each, then `negatives` times a hard negative of each.

    Args:
        questions: all questions.
        hard: for every question the numbers of articles that look like answers and are none.
        negatives: how many.
    """
    chance = np.random.default_rng(0)

    def drawn(asked: list[int]) -> list[list[int]]:
        answers = [int(chance.choice(questions[row].gold)) for row in asked]
        return [answers, *([int(chance.choice(hard[row])) for row in asked] for _ in range(negatives))]

    return drawn


def hard_negatives(
    scores: Array, questions: Sequence[Question], *, first: int = 10, last: int = 100
) -> list[npt.NDArray[np.int64]]:
    """Each question's articles from place `first` to `last`, its answers left out, by number.

    The first places are left out as well: what stands there is often an answer that nobody labelled.
    """
    rows = []
    for row, question in zip(scores, questions, strict=True):
        best = np.argpartition(-row, last)[:last]
        best = best[np.argsort(-row[best], kind="stable")][first:]
        rows.append(best[~np.isin(best, question.gold)])
    return rows


def _train(
    upper: Upper, learnt_from: Sequence[int], loss: Callable[[list[int]], Any], epochs: int, rate: float
) -> None:
    torch.manual_seed(0)
    steps = torch.optim.AdamW(upper.layers.parameters(), lr=rate, weight_decay=0.01)
    batches = [rows for _ in range(epochs) for rows in torch.randperm(len(learnt_from)).split(_BATCH)]
    rates = torch.optim.lr_scheduler.OneCycleLR(steps, rate, total_steps=len(batches) + 1, pct_start=0.1)
    upper.layers.train()
    for done, rows in enumerate(batches, 1):
        value = loss([learnt_from[row] for row in rows.tolist()])
        steps.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(upper.layers.parameters(), 1.0)
        steps.step()
        rates.step()
        print(f"\rtraining {done} / {len(batches)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    upper.layers.eval()


def _against_all(questions: Any, articles: Any, wanted: Any) -> Any:
    likely = functional.log_softmax(_SCALE * questions @ articles.T, dim=1)
    return -(wanted * likely).sum(1).mean()


def _wanted(asked: Sequence[Question], articles: int) -> Any:
    """How the articles share each question's answer, float32 of shape (questions, articles)."""
    wanted = torch.zeros(len(asked), articles)
    for row, question in enumerate(asked):
        wanted[row, list(question.gold)] = 1 / len(question.gold)
    return wanted
