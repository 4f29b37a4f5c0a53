"""A case and what was done on it as plain data: what `--json` prints and other programs read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from actions.cases.case import Case, Event
from actions.cases.dates import Due


def case_data(case: Case, dues: Iterable[Due] = ()) -> dict[str, object]:
    """A case's fields under their names in code, JSON-ready, with its dates."""
    return {**_plain(asdict(case)), "dates": [_plain(asdict(it)) for it in dues]}


def event_data(it: Event) -> dict[str, object]:
    """An event's fields, JSON-ready."""
    data: dict[str, object] = _plain(asdict(it))
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
