"""An opened index."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.encoder.base import Encoder, well_formed
from knowledge.index import postings
from knowledge.index.dense import FILE, Dense
from knowledge.index.faults import IndexStale
from knowledge.index.files import Meta, check_files, read_meta

KEYS = "keys.json"

_POOL = 1_000
"""Texts that each side puts forward; more only where more results are asked for."""

_DENSE = 1.5
"""What a vector counts beside the words, each in standard deviations; docs/scale.md has the measurement."""

Array = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Match:
    """A text that a question found.

    Attributes:
        key: its key.
        score: how near it is, to compare within one question only.
        words: its BM25 score over the most that any text could reach, 0 to 1: how far the question's own words stand
            there. Questions compare by it.
    """

    key: str
    score: float
    words: float


class Index:
    """Finds texts by BM25 and by vector. Holds no state between calls; files are mapped, not read.

    Made by `build` or `Index.open`.
    """

    def __init__(self, folder: Path, meta: Meta, encoder: Encoder | None) -> None:
        self.meta = meta
        self._keys: list[str] = json.loads(meta.path(folder, KEYS).read_text(encoding="utf-8"))
        self._postings = postings.Postings([meta.path(folder, name) for name in postings.FILES], meta.entries)
        self._encoder = encoder
        self._dense = Dense(meta.path(folder, FILE)) if encoder else None

    @property
    def keys(self) -> Sequence[str]:
        """The key of every text, in the order of the entries."""
        return self._keys

    @classmethod
    def open(cls, folder: Path, encoder: Encoder | None) -> Index:
        """Open an index without building anything.

        Args:
            folder: where `build` made it.
            encoder: the one it was built with; None searches by BM25 alone, whatever it was built with.

        Raises:
            IndexMissing: the folder holds none.
            IndexStale: it was built with another encoder, or by another version of this program.
            IndexDamaged: a file of it is missing, cut or swapped.
        """
        meta = read_meta(folder)
        if encoder and encoder.fingerprint != meta.encoder:
            raise IndexStale(f"{folder}里的检索索引是用另一个编码模型建立的，请重新建立。")
        check_files(folder, meta)
        return cls(folder, meta, encoder)

    def search(self, question: str, k: int) -> list[tuple[str, float]]:
        """Find the texts that are nearest to a question.

        Both sides put their best forward; how near a text is, is the sum of its BM25 score and its cosine, each in
        standard deviations over those texts, so scores of two questions do not compare.

        Args:
            question: any text; one without a visible character finds nothing.
            k: how many keys at most.

        Returns:
            Keys with their scores, best first, each key once; fewer than ``k`` where there are fewer.
        """
        return [(match.key, match.score) for match in self.matches(question, k)]

    def matches(self, question: str, k: int) -> list[Match]:
        """As `search`, with how far the question's words stand in each text: by meaning alone anything is near."""
        if k < 1 or not self._keys or not any(sign.isprintable() and not sign.isspace() for sign in question):
            return []
        question = well_formed(question)
        words, most = self._postings.scores(question), self._postings.most(question) or 1.0
        numbers, scores = self._ranked(question, words, max(_POOL, 2 * k))
        found: dict[str, Match] = {}
        for number, score in zip(numbers, scores, strict=True):
            key = self._keys[number]
            found.setdefault(key, Match(key, float(score), float(words[number]) / most))
            if len(found) == k:
                break
        return list(found.values())

    def _ranked(self, question: str, words: Array, pool: int) -> tuple[Numbers, Array]:
        """Numbers and scores of all texts that either side puts forward, best first."""
        best = _best(words, pool)
        if self._dense is None or self._encoder is None:
            return best, words[best]
        near, cosines = self._dense.nearest(self._encoder.encode([question]), pool)
        found = np.union1d(best, near)
        scores = np.float32(_DENSE) * _standard(found, near, cosines) + _standard(found, best, words[best])
        order = np.argsort(-scores, kind="stable")
        return found[order], scores[order]


def _best(scores: Array, most: int) -> Numbers:
    """Numbers of the best that score at all, best first."""
    found = np.flatnonzero(scores)
    if len(found) > most:
        found = found[np.argpartition(-scores[found], most)[:most]]
    return found[np.lexsort((found, -scores[found]))]


def _standard(found: Numbers, own: Numbers, scores: Array) -> Array:
    """One side's scores of all that was found, in standard deviations from the mean of what it put forward itself.

    What it did not put forward is no better than the last that it did.
    """
    if not len(own) or not (spread := float(scores.std())):
        return np.zeros(len(found), np.float32)
    known = np.full(len(found), scores.min(), np.float32)
    known[np.searchsorted(found, own)] = scores
    deviations: Array = (known - scores.mean()) / np.float32(spread)
    return deviations
