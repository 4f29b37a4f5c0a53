"""A glance at the switch that rests the assistant, before the store is open: the first look-up need not wait for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_LAST = "SELECT what FROM access_event WHERE what IN ('rested', 'stopped', 'resumed') ORDER BY number DESC LIMIT 1"
_NO_SWITCH_YET = "no such table"


def may_be_stopped(store: str | Path) -> bool:
    """Whether look-ups may be stopped; the store, once open, knows for certain.

    Args:
        store: as in `Settings.store`.

    Returns:
        False where a file of the store says that they are not, or where there is none yet; else True.
    """
    if not isinstance(store, Path):
        return True  # a server's database is asked through the store
    if not store.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True, timeout=0)) as file:
            last = file.execute(_LAST).fetchone()
    except sqlite3.Error as error:
        return _NO_SWITCH_YET not in str(error)
    return last is not None and last[0] == "stopped"
