"""What every encoder is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Sentences in, unit vectors out. Questions and clauses are encoded alike."""

    @property
    def fingerprint(self) -> str:
        """A hash of all that decides a vector. What was indexed under another one must be indexed anew."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str], *, batch: int = 32) -> Vectors:
        """Encode texts.

        Args:
            texts: any number, none too. What exceeds the encoder's longest input is cut off.
            batch: most texts at a time; it changes speed and memory, not the vectors.

        Returns:
            float32 of shape (len(texts), dimensions), a row a text, each of length 1.
        """
        ...


def well_formed(text: str) -> str:
    """The text with lone surrogates, which no tokenizer takes, replaced by question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
