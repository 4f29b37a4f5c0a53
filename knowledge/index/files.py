"""The files of an index: each named by its content, all named by ``meta.json``, which is replaced last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from knowledge.index.faults import IndexDamaged, IndexMissing, IndexStale

META = "meta.json"
FORMAT = 1
"""Counts up when the files or `knowledge.lexical.grams` change, so that older indexes are built anew."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What ``meta.json`` says.

    Attributes:
        entries: how many were indexed.
        corpus: a hash of them in their order.
        encoder: fingerprint of the encoder; None where there are no vectors.
        dense: the FAISS index type; empty where there are no vectors.
        hashes: SHA-256 of each file, by its name.
        format: `FORMAT` of the program that wrote it.
    """

    entries: int
    corpus: str
    encoder: str | None
    dense: str
    hashes: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def path(self, folder: Path, name: str) -> Path:
        """Where the file of that name lies; ``name`` is without hash, as in ``keys.json``."""
        stem, suffix = name.split(".")
        return folder / f"{stem}-{self.hashes[name][:16]}.{suffix}"


def read_meta(folder: Path) -> Meta:
    """Read ``meta.json``.

    Raises:
        IndexMissing: there is none.
        IndexStale: another version of this program wrote it.
        IndexDamaged: it is cut or malformed.
    """
    path = folder / META
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = data["format"]
        if found == FORMAT:
            return Meta(**data)
    except FileNotFoundError as error:
        raise IndexMissing(f"{folder}里没有检索索引，请先建立。") from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"检索索引的说明文件{path}不完整或读不了，请重新建立索引。") from error
    raise IndexStale(f"{folder}里的检索索引是另一版本的程序建立的，请重新建立。")


def check_files(folder: Path, meta: Meta) -> None:
    """Compare every file with its hash.

    Raises:
        IndexDamaged: one is missing, cut or swapped.
    """
    for name, expected in meta.hashes.items():
        path = meta.path(folder, name)
        try:
            found = sha256(path)
        except OSError as error:
            raise IndexDamaged(f"读不到检索索引文件{path}，请重新建立索引。") from error
        if found != expected:
            raise IndexDamaged(f"检索索引文件{path}不完整或被换过，请重新建立索引。")


def commit(work: Path, folder: Path, names: list[str], meta: Meta) -> Meta:
    """Move the files of a finished index from the work folder into the index folder and make them the index.

    Until ``meta.json`` is replaced, which is one step, the index that was there before is whole.
    """
    meta = Meta(**{**asdict(meta), "hashes": {name: sha256(work / name) for name in names}})
    for name in names:
        (work / name).replace(meta.path(folder, name))
    (work / META).write_text(json.dumps(asdict(meta), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (work / META).replace(folder / META)
    kept = {META, *(meta.path(folder, name).name for name in names)}
    for path in folder.iterdir():
        if path.is_file() and path.name not in kept and path.suffix in {".json", ".npy", ".faiss"}:
            path.unlink()
    return meta


def sha256(path: Path) -> str:
    """A file's hash; the file is never held whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
