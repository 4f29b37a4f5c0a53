"""BM25 (Robertson and Zaragoza, 2009) over character uni- and bigrams, its postings in arrays on disk.

The postings of gram ``i`` are ``docs[starts[i]:starts[i + 1]]`` with ``weights`` beside them. Grams stand as 64-bit
hashes in ascending order; with a few hundred thousand of them two alike are not to be expected (1 in 10^8).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.lexical import grams

_K1 = 1.2
_B = 0.75

FILES = ("grams.npy", "starts.npy", "docs.npy", "weights.npy")

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """Which grams the texts of a chunk have, sorted by gram and then by text.

    Attributes:
        grams: uint64, a gram a posting.
        docs: uint32, the text's number within the chunk.
        times: uint32, how often it has the gram.
        lengths: uint32 of shape (texts,), how many grams each has.
    """

    grams: Array
    docs: Array
    times: Array
    lengths: Array


def count(texts: Sequence[str]) -> Counts:
    """Count the grams of a chunk's texts."""
    codes: dict[str, int] = {}
    found: list[int] = []
    docs: list[int] = []
    times: list[int] = []
    lengths: list[int] = []
    for number, text in enumerate(texts):
        counts = Counter(grams(text))
        lengths.append(counts.total())
        for gram, often in counts.items():
            if gram not in codes:
                codes[gram] = _code(gram)
            found.append(codes[gram])
            docs.append(number)
            times.append(often)
    grams_ = np.array(found, np.uint64)
    order = np.argsort(grams_, kind="stable")
    return Counts(
        grams_[order], np.array(docs, np.uint32)[order], np.array(times, np.uint32)[order], np.array(lengths, np.uint32)
    )


def write_postings(folder: Path, chunks: Iterable[Counts], again: Iterable[Counts]) -> None:
    """Write the postings of all chunks, of which one at a time is held, beside the vocabulary.

    Args:
        folder: where to write `FILES`.
        chunks: read first, for the vocabulary and the lengths.
        again: the same once more, for the postings.
    """
    vocabulary, spread = np.empty(0, np.uint64), np.empty(0, np.int64)
    texts = total = 0
    for chunk in chunks:
        own, often = np.unique(chunk.grams, return_counts=True)
        together = np.union1d(vocabulary, own)
        joint = np.zeros(len(together), np.int64)
        joint[np.searchsorted(together, vocabulary)] = spread
        joint[np.searchsorted(together, own)] += often
        vocabulary, spread = together, joint
        texts += len(chunk.lengths)
        total += int(chunk.lengths.sum())
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(spread)])
    docs = _writable(folder / "docs.npy", np.uint32, int(starts[-1]))
    weights = _writable(folder / "weights.npy", np.float32, int(starts[-1]))
    mean, free, first = max(1.0, total / max(1, texts)), starts[:-1].copy(), 0
    for chunk in again:
        own, at, often = np.unique(chunk.grams, return_index=True, return_counts=True)
        numbers = np.searchsorted(vocabulary, own)
        places = np.repeat(free[numbers] - at, often) + np.arange(len(chunk.grams))
        norm = _K1 * (1 - _B + _B * chunk.lengths / mean)
        docs[places] = chunk.docs + np.uint32(first)
        weights[places] = chunk.times / (chunk.times + norm[chunk.docs])
        free[numbers] += often
        first += len(chunk.lengths)
    np.save(folder / "grams.npy", vocabulary)
    np.save(folder / "starts.npy", starts)


class Postings:
    """Opened postings; pages are read when a question touches them.

    Args:
        paths: of `FILES`, in their order.
        texts: how many were indexed.
    """

    def __init__(self, paths: Sequence[Path], texts: int) -> None:
        self._grams, self._starts, self._docs, self._weights = (_readable(path) for path in paths)
        self._texts = texts

    def scores(self, question: str) -> npt.NDArray[np.float32]:
        """Every text's BM25 score, float32 of shape (texts,), none below 0."""
        totals = np.zeros(self._texts, np.float32)
        for begin, end, rarity in self._found(question):
            np.add.at(totals, self._docs[begin:end], self._weights[begin:end] * np.float32(rarity))
        return totals

    def most(self, question: str) -> float:
        """The score that no text could exceed; grams that none has count as the rarest."""
        return sum(rarity for _, _, rarity in self._found(question))

    def _found(self, question: str) -> Iterator[tuple[int, int, float]]:
        """Where the postings of each of a question's grams begin and end, and what the gram counts."""
        counts = Counter(grams(question))
        codes = np.array([_code(gram) for gram in counts], np.uint64)
        numbers = np.searchsorted(self._grams, codes)
        for number, code, times in zip(numbers, codes, counts.values(), strict=True):
            begin = end = 0
            if number < len(self._grams) and self._grams[number] == code:
                begin, end = int(self._starts[number]), int(self._starts[number + 1])
            yield begin, end, times * float(np.log1p((self._texts - (end - begin) + 0.5) / (end - begin + 0.5)))


def _code(gram: str) -> int:
    return int.from_bytes(hashlib.blake2b(gram.encode(), digest_size=8).digest(), "little")


def _writable(path: Path, kind: type[np.generic], size: int) -> Array:
    array: Array = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(size,))
    return array


def _readable(path: Path) -> Array:
    array: Array = np.load(path, mmap_mode="r")
    return array
