"""Vectors of all articles by the bundled encoder's fp32 model, so that it can be trained on, too.

A vector agrees with the served one to a cosine above 0.999, but where an article is longer than `TOKENS`. Half an hour
on two cores; what is done is kept.
"""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.stard.data import Article, Stard

BUILD = Path(__file__).resolve().parents[2] / "build" / "stard"
VECTORS = BUILD / "articles.npy"
MODEL = BUILD / "model"
PROMPT = "query: "
TOKENS = 80
"""Of an article; the median has fewer."""

_CHUNK = 512
_PROCESSES = 2


def text_of(article: Article) -> str:
    """What an article is indexed by: its name, for the law's, and its words."""
    return f"{article.name} {article.text}"


def encode(stard: Stard) -> npt.NDArray[np.float32]:
    """The articles' vectors, float32 of shape (articles, 384): read, or made and kept."""
    if VECTORS.is_file():
        known: npt.NDArray[np.float16] = np.load(VECTORS)
        return known.astype(np.float32)
    model()
    texts = [text_of(article) for article in stard.articles]
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))  # like lengths together
    parts = [order[at : at + _CHUNK] for at in range(0, len(order), _CHUNK)]
    paths = [BUILD / "parts" / f"{number:04d}.npy" for number in range(len(parts))]
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    todo = [(path, [texts[row] for row in rows]) for path, rows in zip(paths, parts, strict=True) if not path.is_file()]
    with multiprocessing.get_context("spawn").Pool(_PROCESSES, _start) as pool:
        for done, _ in enumerate(pool.imap_unordered(_encode_part, todo), len(parts) - len(todo) + 1):
            print(f"\r{done} / {len(parts)}", end="", flush=True)
    vectors = np.empty((len(texts), np.load(paths[0]).shape[1]), np.float16)
    vectors[order] = np.concatenate([np.load(path) for path in paths])
    np.save(VECTORS, vectors)
    shutil.rmtree(paths[0].parent)
    return vectors.astype(np.float32)


def model() -> Any:
    """The bundled encoder's Sentence Transformers model, unpacked on first use."""
    from sentence_transformers import SentenceTransformer

    from scripts.build_encoder import read_weights, weights_file, write_sentence_transformer

    if not MODEL.is_dir():
        MODEL.mkdir(parents=True)
        write_sentence_transformer(read_weights(weights_file()), MODEL)
    return SentenceTransformer(str(MODEL), device="cpu")


def encode_questions(encoder: Any, texts: list[str]) -> npt.NDArray[np.float32]:
    """Questions' vectors by a Sentence Transformers model."""
    prompted = [PROMPT + text for text in texts]
    return np.asarray(encoder.encode(prompted, prompt="", normalize_embeddings=True), np.float32)


_encoder: Any = None  # a process's own


def _start() -> None:
    global _encoder
    import torch

    torch.set_num_threads(1)  # two processes of one thread do more than one of two
    _encoder = model()
    _encoder.max_seq_length = TOKENS


def _encode_part(part: tuple[Path, list[str]]) -> None:
    path, texts = part
    vectors = encode_questions(_encoder, texts).astype(np.float16)
    unfinished = path.with_name("unfinished-" + path.name)
    np.save(unfinished, vectors)
    unfinished.replace(path)
