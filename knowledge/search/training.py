"""Trains the look-up for an encoder, and keeps what was trained. Needs scikit-learn, which the extra `models` brings.

Questions come from several people (`Text.source`). Each person's are scored by linear models that have not seen them;
on those scores the weights of the four signals are fitted and the refusal's working point is chosen. Then the linear
models are trained on everything.
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
    Array,
    SearchModel,
    best_of_class,
    characters,
    combine_signals,
    features,
    load_model,
    log_softmax,
)
from knowledge.search.texts import SILENT, Text, texts_hash

KEPT = 0.975
"""Share of answerable questions that the working point keeps."""

Tell = Callable[[str], None]
"""Is told how far it has come, a line at a time."""

_OWN = ("measure", "aliases", "cards", "background")
_NAMED_BY = 12
"""Hexadecimal digits of each hash in a file's name; the file says them whole."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gave.

    Attributes:
        arrays: the model, as `SearchModel` takes it.
        asked: the people's questions.
        probabilities: float32 of shape (asked, classes), each question's by models that had not seen its person's.
        threshold: the working point: what the probabilities of the articles must add up to for an answer.
    """

    arrays: dict[str, npt.NDArray[Any]]
    asked: tuple[Text, ...]
    probabilities: Array
    threshold: float


@dataclass(frozen=True, slots=True)
class _Linear:
    """Two multinomial models over one set of classes."""

    dense: Array
    dense_bias: Array
    chars: Array
    chars_bias: Array
    rarity: Array


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
            np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy types its keywords as flags
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
    signals = []
    for step, person in enumerate(people, 2):
        tell(f"{step}/{steps} 留出{person}的问题，用其余的训练")
        signals.append(_held_out(person, texts, vectors, classes, articles))
    asked = tuple(it for person in people for it in texts if it.source == person)
    scores = np.concatenate(signals)
    weights = _fit(scores, _right(asked, articles))
    probabilities = np.exp(log_softmax(scores @ weights))
    answerable = np.array([it.place is not None for it in asked])
    threshold = float(np.quantile(probabilities[answerable, :articles].sum(1), 1 - KEPT))
    tell(f"{steps}/{steps} 用全部文本训练")
    linear = _linear(texts, vectors, classes, articles + len(SILENT))
    meta = {
        "format": FORMAT,
        "texts": texts_hash(texts),
        "encoder": encoder.fingerprint,
        "threshold": threshold,
        "people": people,
    }
    arrays: dict[str, npt.NDArray[Any]] = {
        "meta": np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8),
        "vectors": vectors.astype(np.float16),
        "text_class": classes.astype(np.uint8),
        "dense": linear.dense.astype(np.float32),
        "dense_bias": linear.dense_bias.astype(np.float32),
        "chars": linear.chars.astype(np.float16),
        "chars_bias": linear.chars_bias.astype(np.float32),
        "rarity": linear.rarity.astype(np.float16),
        "weights": weights.astype(np.float32),
        **Bm25([it.text for it in texts]).dump(),
    }
    return Trained(arrays, asked, probabilities, threshold)


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


def _right(asked: Sequence[Text], articles: int) -> npt.NDArray[np.bool_]:
    """Which classes answer each question: shape (questions, classes)."""
    right = np.zeros((len(asked), articles + len(SILENT)), np.bool_)
    for row, it in enumerate(asked):
        right[row, _class(it, articles)] = True
        for article in it.also:
            right[row, article - 1] = True
    return right


def _held_out(
    person: str, texts: Sequence[Text], vectors: Array, classes: npt.NDArray[np.int64], articles: int
) -> Array:
    """The signals of one person's questions, from models trained on everybody else's."""
    mine = np.array([it.source == person for it in texts])
    others = [it for it in texts if it.source != person]
    count = articles + len(SILENT)
    linear = _linear(others, vectors[~mine], classes[~mine], count)
    bm25 = Bm25([it.text for it in others])
    rows = []
    for it, vector in zip((t for t in texts if t.source == person), vectors[mine], strict=True):
        rows.append(
            combine_signals(
                log_softmax(linear.dense @ vector + linear.dense_bias),
                log_softmax(characters(it.text, linear.rarity, linear.chars, linear.chars_bias)),
                best_of_class(vectors[~mine] @ vector, classes[~mine], count),
                best_of_class(bm25.scores(grams(it.text)), classes[~mine], count),
            )
        )
    return np.stack(rows)


def _linear(texts: Sequence[Text], vectors: Array, classes: npt.NDArray[np.int64], count: int) -> _Linear:
    from scipy import sparse
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    rows = [features(it.text) for it in texts]
    indptr = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    matrix = sparse.csr_matrix(
        (np.concatenate([v for _, v in rows]), np.concatenate([b for b, _ in rows]), indptr), (len(texts), BUCKETS)
    )
    rarity = np.log(1 + len(texts) / (1 + np.asarray((matrix > 0).sum(0)).ravel())).astype(np.float32)
    matrix = matrix.multiply(rarity).tocsr()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel())
    matrix = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 400 steps are near enough, whatever the encoder
        dense = LogisticRegression(C=30, max_iter=400).fit(vectors, classes)
        chars = LogisticRegression(C=20, max_iter=400).fit(matrix, classes)
    return _Linear(*_spread(dense, count), *_spread(chars, count, transpose=True), rarity)


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
