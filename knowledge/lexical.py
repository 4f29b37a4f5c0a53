"""BM25 (Robertson and Zaragoza, 2009) over character uni- and bigrams, which need no word list and survive typos."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain, pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt

_K1 = 0.8
_B = 0.5
_WORDLESS = re.compile(
    r"请问|想问|问一下|怎么办|怎么样|怎么|怎样|如何|什么|多少|哪些|哪个|哪里|能不能|可不可以|可以|是不是|有没有|要不要"
    r"|会不会|行不行|是否|我们|你们|这个|那个|一下|需要|应该|吗|呢|吧|啊|呀|么|的|了|是|请"
)
_WORD = re.compile(r"[一-鿿]+|[a-z]+|[0-9]+")


def grams(text: str) -> list[str]:
    """Character uni- and bigrams, the words of asking taken out; Latin words and digits whole."""
    found: list[str] = []
    for word in _WORD.findall(_WORDLESS.sub(" ", text.lower())):
        if word[0] < "一":
            found.append(word)
        else:
            found += [*word, *(word[i : i + 2] for i in range(len(word) - 1))]
    return found


class Bm25:
    """An index over a few thousand short texts, in memory.

    Args:
        texts: what to index; results name them by position.
    """

    @classmethod
    def load(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """An index as `dump` wrote it, in a tenth of the time that building takes."""
        index = cls.__new__(cls)
        index._size = int(arrays["bm25_size"])
        index._numbers = arrays["bm25_numbers"]
        index._saturations = arrays["bm25_saturations"]
        index._rarest = _idf(index._size, 0)
        ends = arrays["bm25_ends"].tolist()
        vocabulary = bytes(arrays["bm25_grams"]).decode().split("\n")
        index._where = {gram: slice(*at) for gram, at in zip(vocabulary, pairwise([0, *ends]), strict=True)}
        return index

    def dump(self) -> dict[str, npt.NDArray[Any]]:
        """The index as arrays, for `load`."""
        return {
            "bm25_size": np.array(self._size),
            "bm25_numbers": self._numbers,
            "bm25_saturations": self._saturations,
            "bm25_ends": np.array([at.stop for at in self._where.values()], np.int32),
            "bm25_grams": np.frombuffer("\n".join(self._where).encode(), np.uint8),
        }

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(grams(text)) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = max(1.0, sum(lengths) / max(1, len(lengths)))
        numbers: dict[str, list[int]] = {}
        saturations: dict[str, list[float]] = {}
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            norm = _K1 * (1 - _B + _B * length / mean)
            for gram, times in count.items():
                numbers.setdefault(gram, []).append(number)
                saturations.setdefault(gram, []).append(times / (times + norm))
        self._size = len(texts)
        self._rarest = _idf(len(texts), 0)
        # One array for all grams: thousands of small ones take longer to make than everything else here.
        self._numbers = np.fromiter(chain.from_iterable(numbers.values()), np.int32)
        self._saturations = np.fromiter(chain.from_iterable(saturations.values()), np.float32)
        ends = list(accumulate(map(len, numbers.values())))
        self._where = {gram: slice(end - len(its), end) for (gram, its), end in zip(numbers.items(), ends, strict=True)}

    def scores(self, question: Mapping[str, float] | Iterable[str]) -> npt.NDArray[np.float32]:
        """Every text's score for a question's grams, with what each counts.

        Returns:
            float32 of shape (texts,): BM25 over the most that any text could reach, so 0 to 1.
        """
        weights = question if isinstance(question, Mapping) else Counter(question)
        totals = np.zeros(self._size, np.float32)
        most = 0.0
        for gram, times in weights.items():
            where = self._where.get(gram)
            weight = times * (_idf(self._size, where.stop - where.start) if where else self._rarest)
            most += weight
            if where:
                totals[self._numbers[where]] += np.float32(weight) * self._saturations[where]
        return totals / np.float32(most) if most else totals


def _idf(texts: int, found: int) -> float:
    return math.log(1 + (texts - found + 0.5) / (found + 0.5))
