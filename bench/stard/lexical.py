"""BM25 of every article for every question, by the index's own postings."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.index.postings import FILES, Counts, Postings, count, write_postings


def bm25(texts: Sequence[str], questions: Sequence[str]) -> npt.NDArray[np.float32]:
    """Scores, float32 of shape (questions, texts)."""
    counts: list[Counts] = [count(texts[at : at + 256]) for at in range(0, len(texts), 256)]
    with tempfile.TemporaryDirectory() as folder:
        write_postings(Path(folder), counts, counts)
        postings = Postings([Path(folder) / name for name in FILES], len(texts))
        return np.stack([postings.scores(question) for question in questions])
