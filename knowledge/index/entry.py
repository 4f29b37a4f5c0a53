"""What is indexed, and the spool that it is kept in while an index is built."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from knowledge.encoder.base import well_formed

CHUNK = 256
"""Entries that are encoded and written together: what a kill costs, and what must fit into memory."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to find.

    Attributes:
        key: what a search returns. Several entries may share one: its score is then that of the best of them.
        text: what questions are compared with.
        group: what it is part of, such as a law. Entries of one group in a row are done apart from others, so what
            is added or taken out elsewhere leaves their work as it is.
    """

    key: str
    text: str
    group: str = ""


def spool(entries: Iterable[Entry], path: Path) -> tuple[int, str]:
    """Write entries to a file, one a line, so that they can be read again without being held.

    Returns:
        How many there are, and a hash of them in their order.
    """
    count, total = 0, hashlib.sha256()
    with path.open("w", encoding="utf-8") as file:
        for entry in entries:
            line = json.dumps([*map(well_formed, (entry.key, entry.text, entry.group))], ensure_ascii=False) + "\n"
            file.write(line)
            total.update(line.encode())
            count += 1
    return count, total.hexdigest()


def chunks(path: Path) -> Iterator[list[Entry]]:
    """The spooled entries, `CHUNK` of a group at a time."""
    with path.open(encoding="utf-8") as file:
        for _, group in groupby((Entry(*json.loads(line)) for line in file), key=lambda entry: entry.group):
            while chunk := list(islice(group, CHUNK)):
                yield chunk
