"""The vectors, in a FAISS index whose type goes by size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.encoder.base import Vectors

FILE = "dense.faiss"

FLAT_UP_TO = 5_000
"""Vectors up to which every one is compared in full precision; docs/scale.md has the curve."""

_OF_A_LIST = 160  # vectors
_TRAINING = 64  # vectors a list that the lists are placed by
_PROBED = 3  # one list in so many is searched


def dense_type(size: int) -> str:
    """The FAISS type for so many vectors."""
    return "Flat" if size <= FLAT_UP_TO else f"IVF{size // _OF_A_LIST},SQ8"


def write_dense(path: Path, kind: str, dimensions: int, chunks: Callable[[], Iterable[Vectors]], size: int) -> None:
    """Write vectors, of which one chunk at a time is held beside the index, as a FAISS index.

    Args:
        path: the file to write.
        kind: a FAISS type, as from `dense_type`.
        dimensions: length of a vector.
        chunks: gives the vectors from the start, each time it is called.
        size: how many there are.
    """
    import faiss

    index = faiss.index_factory(dimensions, kind, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        index.train(_sample(chunks(), size, _TRAINING * getattr(index, "nlist", 256)))
    for vectors in chunks():
        index.add(np.ascontiguousarray(vectors, np.float32))
    if isinstance(index, faiss.IndexIVF):
        index.nprobe = max(1, index.nlist // _PROBED)
    faiss.write_index(index, str(path))


def _sample(chunks: Iterable[Vectors], size: int, wanted: int) -> Vectors:
    """About as many vectors as wanted, from all over."""
    step = max(1, size // wanted)
    return np.concatenate([vectors[::step] for vectors in chunks])


class Dense:
    """An opened FAISS index; its pages are read when a question touches them."""

    def __init__(self, path: Path) -> None:
        import faiss

        self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)

    def nearest(self, vector: Vectors, most: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """The nearest texts' numbers and cosines, best first.

        Args:
            vector: float32 of shape (1, dimensions), of length 1.
            most: how many at most.
        """
        cosines, numbers = self._index.search(vector, min(most, self._index.ntotal))
        there = numbers[0] >= 0  # lists that are searched may hold fewer
        return numbers[0][there], cosines[0][there]
