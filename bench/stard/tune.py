"""What may be learnt from questions while the articles' vectors stay as they are, so that no article is encoded anew.

The loss is that of MultipleNegativesRankingLoss, with every one of the 55,404 articles as a negative instead of a
batch's few: they are there as one matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from bench.stard.data import Question

Array = npt.NDArray[np.float32]

_TRAINED = 4  # layers of 12
_SCALE = 80.0
"""Cosines are multiplied by it before the softmax."""


def adapter(questions: Array, asked: Sequence[Question], articles: Array, epochs: int = 40) -> Callable[[Array], Array]:
    """Learn a linear map of questions' vectors; identity plus something small."""
    torch.manual_seed(0)
    size = questions.shape[1]
    change, shift = torch.zeros(size, size, requires_grad=True), torch.zeros(size, requires_grad=True)
    steps = torch.optim.Adam([change, shift], lr=2e-3)
    vectors, wanted = torch.from_numpy(articles), _wanted(asked, len(articles))
    for _ in range(epochs):
        for rows in torch.randperm(len(asked)).split(128):
            known = functional.dropout(torch.from_numpy(questions)[rows], 0.1)
            moved = functional.normalize(known + known @ change + shift, dim=1)
            loss = _loss(moved, vectors, wanted[rows]) + 0.01 * (change**2).sum()
            steps.zero_grad()
            loss.backward()
            steps.step()
    weights, added = change.detach().numpy(), shift.detach().numpy()

    def apply(found: Array) -> Array:
        moved: Array = found + found @ weights + added
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)

    return apply


def tune(
    encoder: Any,
    texts: Sequence[str],
    learnt_from: Sequence[int],
    questions: Sequence[Question],
    articles: Array,
    *,
    epochs: int = 6,
    rate: float = 1e-4,
) -> Array:
    """Train the upper layers of a Sentence Transformers model to put questions where their articles' vectors are.

    What the lower layers make of each question is computed once, for they stay as they are.

    Args:
        encoder: BERT with mean pooling; it is changed.
        texts: all questions' texts, with the prompt.
        learnt_from: the numbers of those to learn from.
        questions: all questions, with their answers.
        articles: the articles' vectors.
        epochs: how often each is learnt from.
        rate: the highest learning rate.

    Returns:
        All questions' vectors, float32 of shape (questions, dimensions).
    """
    torch.manual_seed(0)
    layers = encoder[0].auto_model.encoder.layer[-_TRAINED:]
    states = _lower(encoder, texts)
    vectors = torch.from_numpy(articles)
    wanted = _wanted([questions[row] for row in learnt_from], len(articles))
    steps = torch.optim.AdamW(layers.parameters(), lr=rate, weight_decay=0.01)
    batches = [rows for _ in range(epochs) for rows in torch.randperm(len(learnt_from)).split(32)]
    rates = torch.optim.lr_scheduler.OneCycleLR(steps, rate, total_steps=len(batches) + 1, pct_start=0.1)
    layers.train()
    for rows in batches:
        loss = _loss(_upper(layers, [states[learnt_from[row]] for row in rows.tolist()]), vectors, wanted[rows])
        steps.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(layers.parameters(), 1.0)
        steps.step()
        rates.step()
    layers.eval()
    with torch.no_grad():
        made = [_upper(layers, states[at : at + 32]) for at in range(0, len(states), 32)]
    return np.asarray(torch.cat(made).numpy(), np.float32)


def _lower(encoder: Any, texts: Sequence[str]) -> list[Any]:
    """What the layers below the trained ones make of each text: (tokens, dimensions) each."""
    bert = encoder[0].auto_model.eval()
    states = []
    with torch.no_grad():
        for text in texts:
            ids = encoder.preprocess([text])["input_ids"]
            states.append(bert(ids, output_hidden_states=True).hidden_states[-1 - _TRAINED][0])
    return states


def _upper(layers: Any, states: Sequence[Any]) -> Any:
    """What the trained layers make of it, the mean over tokens, of length 1."""
    hidden = torch.nn.utils.rnn.pad_sequence(list(states), batch_first=True)
    mask = torch.zeros(hidden.shape[:2])
    for row, state in enumerate(states):
        mask[row, : len(state)] = 1
    unseen = (1 - mask)[:, None, None, :] * torch.finfo(torch.float32).min
    for layer in layers:
        made = layer(hidden, unseen)
        hidden = made[0] if isinstance(made, tuple) else made
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return functional.normalize(mean, dim=1)


def _loss(questions: Any, articles: Any, wanted: Any) -> Any:
    likely = functional.log_softmax(_SCALE * questions @ articles.T, dim=1)
    return -(wanted * likely).sum(1).mean()


def _wanted(asked: Sequence[Question], articles: int) -> Any:
    """How the articles share each question's answer, float32 of shape (questions, articles)."""
    wanted = torch.zeros(len(asked), articles)
    for row, question in enumerate(asked):
        wanted[row, list(question.gold)] = 1 / len(question.gold)
    return wanted
