"""Vectors of all articles by the bundled encoder's fp32 model, in two steps, so that its upper layers can be trained.

What the lower layers make of every article is computed once and kept, for they stay as they are; the upper layers, as
they come or trained, make the vectors of it. Each step goes on where it was broken off.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.stard.data import Article, Stard

BUILD = Path(__file__).resolve().parents[2] / "build" / "stard"
MODEL = BUILD / "model"
PROMPT = "query: "
TRAINED = 4
"""Upper layers of 12 that may be trained."""
TOKENS = 128
"""Of an article; five in six have fewer."""

Array = npt.NDArray[np.float32]
Half = npt.NDArray[np.float16]

_CHUNK = 512
_BATCH = 32
_PROCESSES = 2


def text_of(article: Article) -> str:
    """What an article is indexed by: its name, for the law's, and its words."""
    return f"{article.name} {article.text}"


def encode(stard: Stard, upper: Path | None = None) -> Array:
    """The articles' vectors, float32 of shape (articles, 384): read, or made and kept.

    Args:
        stard: the articles.
        upper: a file of the upper layers' trained weights; without one they are as they come. The vectors are kept
            beside it.
    """
    kept = BUILD / "articles.npy" if upper is None else upper.with_suffix(".npy")
    if kept.is_file():
        known: Half = np.load(kept)
        return known.astype(np.float32)
    parts = _parts(stard)
    states = _lower_states(stard, parts)
    made = _in_processes(kept.with_suffix(".parts"), states, "vectors", _encode_part, upper)
    vectors = np.empty((len(stard.articles), np.load(made[0]).shape[1]), np.float16)
    vectors[np.concatenate(parts)] = np.concatenate([np.load(path) for path in made])
    np.save(kept, vectors)
    for path in made:
        path.unlink()
    return vectors.astype(np.float32)


def states_of(stard: Stard, wanted: Sequence[int]) -> dict[int, Any]:
    """What the lower layers make of some articles: by number, float16 tensors of shape (tokens, 384)."""
    import torch

    parts = _parts(stard)
    remaining, found = set(wanted), {}
    for numbers, path in zip(parts, _lower_states(stard, parts), strict=True):
        rows = [row for row, number in enumerate(numbers) if number in remaining]
        if rows:
            known = read_states(path)
            found.update({int(numbers[row]): torch.from_numpy(np.array(known[row])) for row in rows})
    return found


def model() -> Any:
    """The bundled encoder's Sentence Transformers model, unpacked on first use."""
    from sentence_transformers import SentenceTransformer

    from scripts.build_encoder import read_weights, weights_file, write_sentence_transformer

    if not MODEL.is_dir():
        MODEL.mkdir(parents=True)
        write_sentence_transformer(read_weights(weights_file()), MODEL)
    return SentenceTransformer(str(MODEL), device="cpu")


def encode_questions(encoder: Any, texts: list[str]) -> Array:
    """Questions' vectors by a Sentence Transformers model."""
    prompted = [PROMPT + text for text in texts]
    return np.asarray(encoder.encode(prompted, prompt="", normalize_embeddings=True), np.float32)


def lower(encoder: Any, texts: Sequence[str]) -> list[Any]:
    """What the layers below the upper ones make of texts with their prompt: float32 tensors of shape (tokens, 384)."""
    import torch

    bert = encoder[0].auto_model.eval()
    states = []
    for at in range(0, len(texts), _BATCH):
        features = encoder.preprocess(list(texts[at : at + _BATCH]))
        mask = features["attention_mask"]
        with torch.inference_mode():
            made = bert(features["input_ids"], mask, output_hidden_states=True).hidden_states[-1 - TRAINED]
        states += [made[row, : int(length)].clone() for row, length in enumerate(mask.sum(1))]
    return states


def read_states(path: Path) -> list[Half]:
    """The states of a part's articles, each of shape (tokens, 384)."""
    lengths = np.load(path.with_suffix(".lengths.npy"))
    return np.split(np.load(path, mmap_mode="r"), np.cumsum(lengths)[:-1])


def _parts(stard: Stard) -> list[npt.NDArray[np.int64]]:
    """The articles' numbers, those of like length together."""
    order = np.argsort([len(text_of(article)) for article in stard.articles], kind="stable")
    return [order[at : at + _CHUNK] for at in range(0, len(order), _CHUNK)]


def _lower_states(stard: Stard, parts: Sequence[npt.NDArray[np.int64]]) -> list[Path]:
    model()  # unpacked once, not by every process
    texts = [[PROMPT + text_of(stard.articles[number]) for number in numbers] for numbers in parts]
    return _in_processes(BUILD / f"lower-{TOKENS}", texts, "lower layers", _lower_part, None)


def _in_processes(folder: Path, work: Sequence[Any], name: str, make: Any, upper: Path | None) -> list[Path]:
    """Make a file of each piece of work, those that are there left out; the files, in the order of the work."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:04d}.npy" for number in range(len(work))]
    todo = [(path, piece) for path, piece in zip(paths, work, strict=True) if not path.is_file()]
    if todo:
        with multiprocessing.get_context("spawn").Pool(_PROCESSES, _start, (upper,)) as pool:
            for done, _ in enumerate(pool.imap_unordered(make, todo), len(paths) - len(todo) + 1):
                print(f"\r{name} {done} / {len(paths)}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    return paths


_encoder: Any = None  # a process's own


def _start(upper: Path | None) -> None:
    global _encoder
    import torch

    torch.set_num_threads(1)  # two processes of one thread do more than one of two
    _encoder = model()
    _encoder.max_seq_length = TOKENS
    if upper is not None:
        _encoder[0].auto_model.encoder.layer[-TRAINED:].load_state_dict(torch.load(upper, weights_only=True))


def _lower_part(piece: tuple[Path, list[str]]) -> None:
    path, texts = piece
    states = [state.numpy().astype(np.float16) for state in lower(_encoder, texts)]
    np.save(path.with_suffix(".lengths.npy"), [len(state) for state in states])
    _save(path, np.concatenate(states))


def _encode_part(piece: tuple[Path, Path]) -> None:
    import torch

    from bench.stard.upper import Upper

    path, states = piece
    known = [torch.from_numpy(np.array(state)) for state in read_states(states)]
    _save(path, Upper(_encoder).encode(known).numpy().astype(np.float16))


def _save(path: Path, array: npt.NDArray[Any]) -> None:
    unfinished = path.with_name("unfinished-" + path.name)
    np.save(unfinished, array)
    unfinished.replace(path)
