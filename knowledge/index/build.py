"""Builds an index: in bounded memory, going on where it was killed."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.encoder.base import Encoder, Vectors
from knowledge.index import dense, postings
from knowledge.index.entry import Entry, chunks, spool
from knowledge.index.faults import IndexFault
from knowledge.index.files import FORMAT, Meta, check_files, commit, read_meta
from knowledge.index.search import KEYS, Index

WORK = "building"
"""The folder within an index's folder that holds what is done so far."""

Progress = Callable[[int, int], None]
"""Gets how many entries are done, and of how many."""


def build(
    entries: Iterable[Entry],
    folder: Path,
    encoder: Encoder | None,
    *,
    keep: bool = False,
    progress: Progress = lambda done, of: None,
) -> Index:
    """Build an index, or go on building it, or open it if it is there for these entries and this encoder.

    Held in memory are one chunk of entries, the vocabulary and the FAISS index. Two builds into one folder at the
    same time are the caller's to avoid.

    Args:
        entries: what to index; read once.
        folder: where the index shall be; made if need be. What it serves until the new one is whole is the old one.
        encoder: makes the vectors; None for BM25 alone.
        keep: whether the chunks stay when the index is there, so that a later build encodes only those that are new.
            They take more room than the index itself.
        progress: called before the first chunk and after every one.

    Raises:
        IndexFault: the folder cannot be written.
        EncoderError: as the encoder raises it.
    """
    work = folder / WORK
    try:
        work.mkdir(parents=True, exist_ok=True)
        count, corpus = spool(entries, work / "entries.jsonl")
        wanted = Meta(count, corpus, _fingerprint(encoder), dense.dense_type(count) if encoder else "")
        if not _is_there(folder, wanted):
            parts = _parts(work, encoder, lambda done: progress(done, count))
            _finish(folder, wanted, encoder, parts)
        _clear(work, encoder, keep)
    except OSError as error:
        raise IndexFault(f"写不了检索索引{folder}，请检查磁盘空间和文件夹的权限。") from error
    progress(count, count)
    return Index.open(folder, encoder)


def _fingerprint(encoder: Encoder | None) -> str | None:
    return encoder.fingerprint if encoder else None


def _is_there(folder: Path, wanted: Meta) -> bool:
    try:
        found = read_meta(folder)
        check_files(folder, found)
    except IndexFault:
        return False
    return (found.corpus, found.encoder, found.dense) == (wanted.corpus, wanted.encoder, wanted.dense)


@dataclass(frozen=True, slots=True)
class _Part:
    """A chunk that is done, on disk."""

    path: Path

    @property
    def counts(self) -> postings.Counts:
        with np.load(self.path, allow_pickle=False) as file:
            return postings.Counts(file["grams"], file["docs"], file["times"], file["lengths"])

    @property
    def vectors(self) -> Vectors:
        with np.load(self.path, allow_pickle=False) as file:
            vectors: Vectors = file["vectors"]
            return vectors

    @property
    def is_whole(self) -> bool:
        try:
            with zipfile.ZipFile(self.path) as file:
                return file.testzip() is None
        except (OSError, zipfile.BadZipFile):
            return False


def _parts(work: Path, encoder: Encoder | None, progress: Callable[[int], None]) -> list[_Part]:
    """All chunks, of which only those not done yet are encoded: a part is named by what went into it."""
    parts: list[_Part] = []
    done = 0
    progress(done)
    for chunk in chunks(work / "entries.jsonl"):
        part = _Part(work / f"{_name(chunk, encoder)}.npz")
        if not part.is_whole:
            _write_part(part.path, chunk, encoder)
        parts.append(part)
        done += len(chunk)
        progress(done)
    return parts


def _name(chunk: Sequence[Entry], encoder: Encoder | None) -> str:
    said = json.dumps([FORMAT, _fingerprint(encoder), [entry.text for entry in chunk]])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _write_part(path: Path, chunk: Sequence[Entry], encoder: Encoder | None) -> None:
    texts = [entry.text for entry in chunk]
    counts = postings.count(texts)
    vectors = encoder.encode(texts) if encoder else np.empty((len(texts), 0), np.float32)
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        np.savez(
            file, vectors=vectors, grams=counts.grams, docs=counts.docs, times=counts.times, lengths=counts.lengths
        )
    unfinished.replace(path)


def _clear(work: Path, encoder: Encoder | None, keep: bool) -> None:
    """Remove the work, or what of it no later build can use."""
    if not keep:
        shutil.rmtree(work)
        return
    spooled = work / "entries.jsonl"
    used = {f"{_name(chunk, encoder)}.npz" for chunk in chunks(spooled)}
    for path in work.iterdir():
        if path.name not in used:
            path.unlink()


def _finish(folder: Path, meta: Meta, encoder: Encoder | None, parts: Sequence[_Part]) -> None:
    work = folder / WORK
    keys = [entry.key for chunk in chunks(work / "entries.jsonl") for entry in chunk]
    (work / KEYS).write_text(json.dumps(keys, ensure_ascii=False), encoding="utf-8")
    postings.write_postings(work, (part.counts for part in parts), (part.counts for part in parts))
    names = [KEYS, *postings.FILES]
    if encoder:

        def vectors() -> Iterator[Vectors]:
            return (part.vectors for part in parts)

        dense.write_dense(work / dense.FILE, meta.dense, encoder.dimensions, vectors, meta.entries)
        names.append(dense.FILE)
    commit(work, folder, names, meta)
