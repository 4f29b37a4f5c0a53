"""What ranks the library's articles for a question: the index on disk, or words in memory where there is none to use.

Articles are ranked by words and by meaning together. Whether one is shown at all is decided by its words alone: by
meaning something is near to any question, and no score of the two says whether it is near enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from knowledge.encoder.base import Encoder
from knowledge.index import Entry, Index, IndexDamaged, IndexFault, IndexMissing, IndexStale
from knowledge.laws.law import LawInfo
from knowledge.lexical import Bm25, grams

IN_MEMORY = 2_000
"""Articles up to which words are compared in memory where the index cannot be used: half a second, once."""

_LEAST = 0.15
"""Of what a text could score at most, by `Bm25`. Questions about weather, food or games stay below it."""
_LEAST_ON_DISK = 0.14
"""The same by the index, whose BM25 gives a word that stands once in a text of middling length less; docs/laws.md."""
_NEAR_BEST = 0.6
"""Of the best article's score by words: what is below it is noise."""
_POOL = 1_000
"""Articles of the index that are looked through for those whose words fit."""


class Ranking(Protocol):
    """Ranks articles for a question."""

    def search(self, question: str, k: int) -> Sequence[tuple[str, float]]:
        """The best k articles' keys with their scores, best first; none that does not fit at all."""
        ...


class InMemory:
    """BM25 over articles, made at the first question.

    Args:
        entries: gives the articles.
    """

    def __init__(self, entries: Callable[[], Iterable[Entry]]) -> None:
        self._entries = entries

    @cached_property
    def _made(self) -> tuple[list[str], Bm25]:
        pairs = list(self._entries())
        return [entry.key for entry in pairs], Bm25([entry.text for entry in pairs])

    def search(self, question: str, k: int) -> list[tuple[str, float]]:
        """See `Ranking`."""
        keys, index = self._made
        if not keys:
            return []
        scores = index.scores(grams(question))
        best = np.argsort(-scores, kind="stable")[:k]
        least = max(_LEAST, _NEAR_BEST * float(scores[best[0]]))
        return [(keys[i], float(scores[i])) for i in best if scores[i] >= least]


class OnDisk:
    """The index on disk.

    Args:
        index: built of the articles.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    def search(self, question: str, k: int) -> list[tuple[str, float]]:
        """See `Ranking`."""
        found = self._index.matches(question, max(_POOL, k))
        least = max(_LEAST_ON_DISK, _NEAR_BEST * max((match.words for match in found), default=0.0))
        return [(match.key, match.score) for match in found if match.words >= least][:k]


@dataclass(frozen=True, slots=True)
class Opened:
    """What ranks, and what is to be said of it.

    Attributes:
        ranking: ranks the articles; None where nothing can.
        note: what is wrong with the index and what to do; '' where nothing is.
    """

    ranking: Ranking | None
    note: str = ""


def open_ranking(
    folder: Path, encoder: Encoder | None, laws: Sequence[LawInfo], entries: Callable[[], Iterable[Entry]]
) -> Opened:
    """What ranks the articles of these laws; an index is opened, never built.

    Args:
        folder: the index's folder.
        encoder: makes the questions' vectors; None for words alone.
        laws: the texts of the library.
        entries: gives their articles; called only where they are compared in memory.
    """
    fault, index = "", None
    try:
        index = Index.open(folder, encoder)
    except IndexMissing:
        fault = "还没有检索索引"
    except IndexStale:
        fault = "的检索索引是用另一个编码模型或另一版本的程序建立的"
        index = _words_of(folder)
    except IndexDamaged:
        fault = "的检索索引不完整或被换过"
    except IndexFault:
        fault = "的检索索引读不了"
    known = {key.partition(":")[0] for key in index.keys} if index else set()
    lacking = sum(info.sha256 not in known for info in laws) if index else len(laws)
    if index and not lacking:
        return Opened(OnDisk(index), _note(fault, "这次只按字词查找") if fault else "")
    fault = fault or f"有{lacking}个文本还没有编入检索索引"
    if sum(info.articles for info in laws) <= IN_MEMORY:
        return Opened(InMemory(entries), _note(fault, "这次只按字词查找"))
    if index:
        return Opened(OnDisk(index), _note(fault, "这次没有在这些文本里查找"))
    return Opened(None, _note(fault, "这次没有查找相近的条文"))


def _words_of(folder: Path) -> Index | None:
    """An index of another encoder, for words alone; None where it cannot serve even so."""
    try:
        return Index.open(folder, None)
    except IndexFault:
        return None


def _note(fault: str, meanwhile: str) -> str:
    return f"法规库{fault}，{meanwhile}；请管理人员运行 yingsu laws index。"
