"""Files on this machine's own disk, for the channels that are used at it: the console and JSON lines."""

from __future__ import annotations

import itertools
from pathlib import Path

from actions.document import Document
from bot.errors import HomeNotWritable

FOLDER = "files"
"""Where they lie, below the home folder."""


def keep(document: Document, folder: Path) -> Path:
    """Write a document into a folder, readable by its owner only, and never over another.

    Args:
        document: what to write.
        folder: where to; it is made where it is missing.

    Returns:
        Where it lies now: `表.docx` in it, or `表-2.docx` where that was taken.

    Raises:
        HomeNotWritable: it cannot be written; no part of it is left.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = _make_free(folder / Path(document.name).name)
        try:
            path.write_bytes(document.content)
        except OSError:
            path.unlink()
            raise
    except OSError as error:
        raise HomeNotWritable(f"文件写不进 {folder}。请检查这个目录的权限和磁盘空间，再要一次。") from error
    return path


def _make_free(wanted: Path) -> Path:
    """Make an empty file of that name, or of the next free one."""
    path = wanted
    for number in itertools.count(2):
        try:
            path.touch(mode=0o600, exist_ok=False)
            break
        except FileExistsError:
            path = wanted.with_stem(f"{wanted.stem}-{number}")
    return path
