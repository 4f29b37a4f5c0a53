"""The trained part of look-up: how probable it is that each article, or none, answers a question.

Four signals for each of the classes (the articles, then the kinds of `texts.SILENT`): a linear model over the
sentence's vector, a linear model over its characters, the nearest text by vector (FAISS), the nearest by BM25. Their
weights, like the linear models, are learnt by `knowledge.search.training` from questions of several people, each
person's scored by a model that has not seen them. No sentence is made here; the classes only rank places and refuse.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Encoder
from knowledge.errors import MeasureError
from knowledge.lexical import Bm25, grams
from knowledge.measure import DEFAULT_FOLDER

Array = npt.NDArray[np.float32]

FILE = "search.npz"
SEAL = "sha256"
"""The array that holds the `seal` of all the others."""
FORMAT = 2
"""Counts up when the arrays, the features or the signals change, so that models kept elsewhere are trained anew."""

BUCKETS = 1 << 15
"""Character n-grams are hashed into so many features."""

_NEIGHBOURS = 256
_EDGE = ' \t\r\n，。、？！,.?!；;：:“”"（）()'
_FLOOR = -30.0
_ALTERED = "检索模型{name}的内容与写成时不同，可能被改动或拼换过。请重新安装本程序，或运行 make search-model。"
_OTHER = "检索模型{name}与办法的问法或编码模型不一致。请运行 make search-model 重新生成。"


@dataclass(frozen=True, slots=True)
class Scores:
    """What a question scores.

    Attributes:
        classes: float32 of shape (classes,), probabilities that add up to 1.
        near: float32 of shape (texts,), how near each text is, by vector and by BM25.
    """

    classes: Array
    near: Array


class SearchModel:
    """A trained model with its texts' vectors; what it was trained on is named by `texts_hash`.

    Args:
        arrays: as `knowledge.search.training` made them.
        get_encoder: gives the encoder that made the vectors; called last, since it may still be loading.

    Raises:
        MeasureError: the vectors were made by another encoder.
    """

    def __init__(self, arrays: dict[str, npt.NDArray[Any]], get_encoder: Callable[[], Encoder]) -> None:
        import faiss  # here, not above: a tenth of a second that only searching costs

        self.meta: dict[str, Any] = json.loads(bytes(arrays["meta"]).decode())
        self.classes_of = arrays["text_class"].astype(np.int64)
        vectors = np.ascontiguousarray(arrays["vectors"], np.float32)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        self._bm25 = Bm25.load(arrays)
        self._dense, self._dense_bias = arrays["dense"].astype(np.float32), arrays["dense_bias"].astype(np.float32)
        self._chars, self._chars_bias = arrays["chars"], arrays["chars_bias"].astype(np.float32)
        self._rarity = arrays["rarity"].astype(np.float32)
        self._weights = arrays["weights"].astype(np.float32)
        self.threshold = float(self.meta["threshold"])
        self._encoder = get_encoder()
        if self.meta["encoder"] != self._encoder.fingerprint:
            raise MeasureError(_OTHER.format(name=FILE))

    @property
    def encoder(self) -> Encoder:
        """The encoder that questions are compared by."""
        return self._encoder

    def score(self, question: str) -> Scores:
        """Score a question."""
        vector = self._encoder.encode([question])
        similar, numbers = self._index.search(vector, min(_NEIGHBOURS, self._index.ntotal))
        dense_near = np.full(self._index.ntotal, similar[0, -1], np.float32)
        dense_near[numbers[0]] = similar[0]
        lexical_near = self._bm25.scores(grams(question))
        signals = combine_signals(
            log_softmax(self._dense @ vector[0] + self._dense_bias),
            log_softmax(characters(question, self._rarity, self._chars, self._chars_bias)),
            best_of_class(dense_near, self.classes_of, len(self._dense_bias)),
            best_of_class(lexical_near, self.classes_of, len(self._dense_bias)),
        )
        return Scores(np.exp(log_softmax(signals @ self._weights)), dense_near + lexical_near)


def characters(text: str, rarity: Array, chars: npt.NDArray[Any], bias: Array) -> Array:
    """What the characters of a text speak for: shape (classes,), before `log_softmax`."""
    buckets, values = features(text)
    values = values * rarity[buckets]
    length = float(np.linalg.norm(values)) or 1.0
    product: Array = (values / length) @ chars[buckets].astype(np.float32) + bias
    return product


def features(text: str) -> tuple[npt.NDArray[np.int64], Array]:
    """A text's character 1- to 3-grams, hashed.

    Returns:
        Buckets (each once) and 1 + log of how often.
    """
    plain = text.lower()
    for mark in _EDGE:
        plain = plain.replace(mark, "")
    found = [
        zlib.crc32(plain[i : i + size].encode()) % BUCKETS for size in (1, 2, 3) for i in range(len(plain) - size + 1)
    ]
    buckets, times = np.unique(np.array(found, np.int64), return_counts=True)
    return buckets, (1 + np.log(times)).astype(np.float32)


def combine_signals(dense: Array, chars: Array, dense_near: Array, lexical_near: Array) -> Array:
    """The four signals side by side: shape (classes, 4)."""
    return np.stack([dense, chars, dense_near, lexical_near], axis=-1)


def best_of_class(near: Array, classes_of: npt.NDArray[np.int64], classes: int) -> Array:
    """The nearest text of each class; a class without texts gets the least of all."""
    best = np.full(classes, near.min(), np.float32)
    np.maximum.at(best, classes_of, near)
    return best


def log_softmax(values: Array) -> Array:
    """Logarithms of the probabilities that values stand for, along the last axis, none below exp(-30)."""
    shifted = values - values.max(-1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return np.maximum(result, _FLOOR)


def seal(arrays: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.uint8]:
    """The SHA-256 of a model's arrays, names and shapes: uint8 of shape (32,). A seal among them does not count."""
    said = hashlib.sha256()
    for name in sorted(arrays.keys() - {SEAL}):
        array = np.ascontiguousarray(arrays[name])
        said.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        said.update(array.reshape(-1).view(np.uint8).data)
    return np.frombuffer(said.digest(), np.uint8)


def load_model(
    texts_hash: str, get_encoder: Callable[[], Encoder], folder: Path | None = None, name: str = FILE
) -> SearchModel:
    """Load a measure's trained model.

    Args:
        texts_hash: the hash of the texts that it should be trained on.
        get_encoder: gives the encoder to compare questions with; called when all else is loaded.
        folder: where it lies; the bundled measure's folder by default.
        name: the file's name there.

    Raises:
        MeasureError: the file is missing, cut, altered or put together from others, or belongs to other texts, another
            encoder or another version of this program.
    """
    path = (folder or DEFAULT_FOLDER) / name
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        meta = json.loads(bytes(arrays["meta"]).decode())
        made_for = meta["texts"], meta["format"]
    except (OSError, ValueError, KeyError, EOFError, zlib.error, BadZipFile) as error:
        raise MeasureError(f"检索模型{path.name}缺失或损坏。请重新安装本程序，或运行 make search-model。") from error
    if made_for != (texts_hash, FORMAT):
        raise MeasureError(_OTHER.format(name=path.name))
    if not np.array_equal(seal(arrays), arrays.get(SEAL, ())):
        raise MeasureError(_ALTERED.format(name=path.name))
    return SearchModel(arrays, get_encoder)
