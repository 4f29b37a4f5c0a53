"""Turns sentences into vectors: near in meaning, near in direction.

The bundled encoder is served by onnxruntime. Any other Sentence Transformers model can take its place, where the
extra ``models`` is installed. Its files, their origin and licence stand beside this file.
"""

from __future__ import annotations

from pathlib import Path

from knowledge.encoder.base import Encoder, Vectors
from knowledge.encoder.onnx_encoder import DESCRIPTION, OnnxEncoder
from knowledge.encoder.sentence_transformer import SentenceTransformerEncoder
from knowledge.errors import EncoderError

__all__ = ["Encoder", "EncoderError", "OnnxEncoder", "SentenceTransformerEncoder", "Vectors", "load_encoder"]


def load_encoder(name: str | None = None, *, threads: int = 1) -> Encoder:
    """Load an encoder.

    Args:
        name: None for the bundled one; a folder with an ``encoder.yml`` for another that `make encoder` wrote;
            else the name or folder of any Sentence Transformers model.
        threads: how many threads onnxruntime may use; torch keeps to its own settings.

    Raises:
        EncoderError: its files or packages are missing, cut or swapped.
    """
    if name is None:
        return OnnxEncoder(threads=threads)
    folder = Path(name).expanduser()
    if (folder / DESCRIPTION).is_file():
        return OnnxEncoder(folder, threads=threads)
    return SentenceTransformerEncoder(name)
