"""Trains the look-up for an encoder, and keeps what was trained. Needs scikit-learn, which the extra `models` brings.

Questions come from several people (`Text.source`). Each person's are scored by linear models that have not seen them;
on those scores the weights of the four signals are fitted and the refusal's working point is chosen. Then the linear
models are trained on everything. To measure with a person's questions, weights and working point are fitted on the
other people's scores alone (`Trained.without`).
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Encoder, EncoderError
from knowledge.errors import MeasureError
from knowledge.lexical import Bm25, grams
from knowledge.search.model import (
    BUCKETS,
    FORMAT,
    SEAL,
    Array,
    SearchModel,
    best_of_class,
    characters,
    combine_signals,
    features,
    load_model,
    log_softmax,
    seal,
)
from knowledge.search.texts import SILENT, Text, texts_hash

KEPT = 0.98
"""Share of answerable questions that the working point keeps."""

Tell = Callable[[str], None]
"""Is told how far it has come, a line at a time."""

_OWN = ("measure", "aliases", "cards", "background")
_NAMED_BY = 12
"""Hexadecimal digits of each hash in a file's name; the file says them whole."""


@dataclass(frozen=True, slots=True)
class _Linear:
    """Two multinomial models over one set of classes."""

    dense: Array
    dense_bias: Array
    chars: Array
    chars_bias: Array
    rarity: Array


@dataclass(frozen=True, slots=True)
class _Texts:
    """What a model is trained on.

    Attributes:
        texts: the texts.
        vectors: float32 of shape (texts, dimensions).
        classes: int64 of shape (texts,).
        articles: how many articles the measure has.
        encoder: the fingerprint of the encoder that made the vectors.
    """

    texts: tuple[Text, ...]
    vectors: Array
    classes: npt.NDArray[np.int64]
    articles: int
    encoder: str

    @property
    def count(self) -> int:
        """How many classes there are."""
        return self.articles + len(SILENT)

    def where(self, chosen: npt.NDArray[np.bool_]) -> _Texts:
        """Some of them."""
        texts = tuple(it for it, here in zip(self.texts, chosen, strict=True) if here)
        return _Texts(texts, self.vectors[chosen], self.classes[chosen], self.articles, self.encoder)

    def split(self, person: str) -> tuple[_Texts, _Texts]:
        """A person's questions, and all else."""
        mine = np.array([it.source == person for it in self.texts])
        return self.where(mine), self.where(~mine)


@dataclass(frozen=True, slots=True)
class _Fold:
    """One person left out.

    Attributes:
        person: who.
        linear: models that have not seen this person's questions.
        signals: float32 of shape (their questions, classes, signals), by these models.
        right: which classes answer each: shape (their questions, classes).
        answerable: whether the measure answers it: shape (their questions,).
    """

    person: str
    linear: _Linear
    signals: Array
    right: npt.NDArray[np.bool_]
    answerable: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gave.

    Attributes:
        arrays: the model, as `SearchModel` takes it.
    """

    arrays: dict[str, npt.NDArray[Any]]
    _texts: _Texts
    _folds: tuple[_Fold, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """Whose questions were left out in turn."""
        return tuple(fold.person for fold in self._folds)

    def without(self, person: str) -> tuple[tuple[Text, ...], dict[str, npt.NDArray[Any]]]:
        """The model to measure one person's questions with: nothing in it was chosen by how they score.

        Its texts and linear models are of all others; weights and working point are fitted on the other people's
        scores (each by models that had not seen that other person, but this one).

        Args:
            person: one of at least two `people`.

        Returns:
            The texts of all others, and the model's arrays.
        """
        fold = next(fold for fold in self._folds if fold.person == person)
        others = self._texts.split(person)[1]
        return others.texts, _assembled(others, fold.linear, [it for it in self._folds if it is not fold])


def kept_model(
    articles: int, texts: Sequence[Text], encoder: Encoder, folder: Path, tell: Tell = lambda line: None
) -> SearchModel:
    """The model for these texts and this encoder: read from a folder, or trained and put there.

    Interrupted at any moment it leaves no part of a file, and the next call trains anew.

    Args:
        articles: how many articles the measure has.
        texts: what to train on.
        encoder: what makes the vectors.
        folder: holds a file for each encoder and set of texts; made if need be.
        tell: is told what is done; nothing where the model is read.

    Raises:
        EncoderError: scikit-learn is not installed.
        MeasureError: the file cannot be written.
    """
    digest = texts_hash(texts)
    path = folder / f"{encoder.fingerprint[:_NAMED_BY]}-{digest[:_NAMED_BY]}.npz"
    if path.is_file():
        try:
            return load_model(digest, lambda: encoder, folder, path.name)
        except MeasureError:
            tell(f"检索模型{path}损坏，或是另一版本的程序写的，重新训练。")
    _check_packages()
    tell("正在为设置里的编码模型训练检索模型，只做一次，要几分钟；可以中断，下次重新开始。")
    arrays = train(articles, texts, encoder, tell).arrays
    save_model(arrays, path)
    return SearchModel(arrays, lambda: encoder)


def save_model(arrays: Mapping[str, npt.NDArray[Any]], path: Path) -> None:
    """Write a model, whole or not at all; what was there before stays until then.

    Raises:
        MeasureError: it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.savez(file, **{**arrays, SEAL: seal(arrays)})  # type: ignore[arg-type]  # numpy types its keywords as flags
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise MeasureError(f"写不了检索模型{path}。请检查磁盘空间和目录权限。") from error
    finally:
        _remove(unfinished)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:  # its folder is none, or not ours: then there is nothing to remove
        return


def train(articles: int, texts: Sequence[Text], encoder: Encoder, tell: Tell = lambda line: None) -> Trained:
    """Train, by what nobody has seen of whom.

    Args:
        articles: how many articles the measure has; they are the first classes, the kinds of `SILENT` the others.
        texts: what to train on.
        encoder: what makes the vectors.
        tell: is told what is done.

    Raises:
        EncoderError: scikit-learn is not installed.
    """
    _check_packages()
    people = sorted({it.source for it in texts} - set(_OWN))
    steps = len(people) + 2
    tell(f"1/{steps} 编码{len(texts)}条文本")
    vectors = encoder.encode([it.text for it in texts])
    classes = np.array([_class(it, articles) for it in texts])
    everything = _Texts(tuple(texts), vectors, classes, articles, encoder.fingerprint)
    folds = []
    for step, person in enumerate(people, 2):
        tell(f"{step}/{steps} 留出{person}的问题，用其余的训练")
        folds.append(_fold(person, *everything.split(person)))
    tell(f"{steps}/{steps} 用全部文本训练")
    return Trained(_assembled(everything, _linear(everything), folds), everything, tuple(folds))


def _assembled(texts: _Texts, linear: _Linear, folds: Sequence[_Fold]) -> dict[str, npt.NDArray[Any]]:
    """A model's arrays; its weights and working point are fitted on the held-out scores of some people."""
    signals = np.concatenate([fold.signals for fold in folds])
    weights = _fit(signals, np.concatenate([fold.right for fold in folds]))
    inside = np.exp(log_softmax(signals @ weights))[:, : texts.articles].sum(1)
    answerable = np.concatenate([fold.answerable for fold in folds])
    meta = {
        "format": FORMAT,
        "texts": texts_hash(texts.texts),
        "encoder": texts.encoder,
        "threshold": float(np.quantile(inside[answerable], 1 - KEPT)),
        "people": [fold.person for fold in folds],
    }
    return {
        "meta": np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8),
        "vectors": texts.vectors.astype(np.float16),
        "text_class": texts.classes.astype(np.uint8),
        "dense": linear.dense.astype(np.float32),
        "dense_bias": linear.dense_bias.astype(np.float32),
        "chars": linear.chars.astype(np.float16),
        "chars_bias": linear.chars_bias.astype(np.float32),
        "rarity": linear.rarity.astype(np.float16),
        "weights": weights.astype(np.float32),
        **Bm25([it.text for it in texts.texts]).dump(),
    }


def _check_packages() -> None:
    """Before minutes are spent."""
    try:
        import sklearn.linear_model  # noqa: F401
    except ImportError as error:
        raise EncoderError(
            "训练检索模型需要 scikit-learn；请安装附加依赖：uv pip install --python .venv -e '.[models]'。"
        ) from error


def _class(text: Text, articles: int) -> int:
    return text.place.article - 1 if text.place else articles + SILENT.index(text.kind)


def _right(text: Text, articles: int) -> npt.NDArray[np.bool_]:
    """Which classes answer a question: shape (classes,)."""
    right = np.zeros(articles + len(SILENT), np.bool_)
    right[[_class(text, articles), *(article - 1 for article in text.also)]] = True
    return right


def _fold(person: str, mine: _Texts, others: _Texts) -> _Fold:
    """Score one person's questions by models trained on everybody else's."""
    linear = _linear(others)
    bm25 = Bm25([it.text for it in others.texts])
    rows = [
        combine_signals(
            log_softmax(linear.dense @ vector + linear.dense_bias),
            log_softmax(characters(it.text, linear.rarity, linear.chars, linear.chars_bias)),
            best_of_class(others.vectors @ vector, others.classes, others.count),
            best_of_class(bm25.scores(grams(it.text)), others.classes, others.count),
        )
        for it, vector in zip(mine.texts, mine.vectors, strict=True)
    ]
    right = np.stack([_right(it, mine.articles) for it in mine.texts])
    return _Fold(person, linear, np.stack(rows), right, np.array([it.place is not None for it in mine.texts]))


def _linear(on: _Texts) -> _Linear:
    from scipy import sparse
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    rows = [features(it.text) for it in on.texts]
    indptr = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    matrix = sparse.csr_matrix(
        (np.concatenate([v for _, v in rows]), np.concatenate([b for b, _ in rows]), indptr), (len(rows), BUCKETS)
    )
    rarity = np.log(1 + len(rows) / (1 + np.asarray((matrix > 0).sum(0)).ravel())).astype(np.float32)
    matrix = matrix.multiply(rarity).tocsr()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel())
    matrix = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix
    # on a busy machine threads that wait for each other cost five times the time
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 400 steps are near enough, whatever the encoder
        dense = LogisticRegression(C=30, max_iter=400).fit(on.vectors, on.classes)
        chars = LogisticRegression(C=20, max_iter=400).fit(matrix, on.classes)
    return _Linear(*_spread(dense, on.count), *_spread(chars, on.count, transpose=True), rarity)


def _spread(model: Any, count: int, *, transpose: bool = False) -> tuple[Array, Array]:
    """A model's weights over all classes; one it has never seen is all but impossible."""
    weights = np.zeros((count, model.coef_.shape[1]), np.float32)
    bias = np.full(count, -30.0, np.float32)
    weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return (weights.T if transpose else weights), bias


def _fit(signals: Array, right: npt.NDArray[np.bool_]) -> Array:
    """Weights of the signals under which the right classes are likeliest; ridge towards nought keeps them tame."""
    from scipy.optimize import minimize

    def cost(weights: Array) -> float:
        logs = log_softmax((signals @ weights).astype(np.float32))
        likely = np.log(np.maximum(np.where(right, np.exp(logs), 0).sum(1), 1e-12))
        return float(-likely.mean() + 1e-4 * (weights**2).sum())

    found = minimize(cost, np.array([0.5, 0.5, 5.0, 1.0]), method="Nelder-Mead", options={"maxiter": 600})
    return np.asarray(found.x, np.float32)
