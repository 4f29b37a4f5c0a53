"""Logs: one JSON object a line, with the id of the message that it is about, and nothing of what anybody said.

A line is sieved before it exists. What passes: the event's name, numbers, and short code words under the few keys of
`WORDS`. A failure passes by its type and place, never its own words, which may quote a case. Of other libraries only
warnings and worse pass, by logger and place: their words may hold an address with a token in it, or the whole update.

Example:
    log = logs.get(__name__)
    with logs.message(f"{number_in_the_inbox:08x}"):
        log.info("answered", channel="telegram", kind="text", seconds=0.21)
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.contextvars import bound_contextvars, get_contextvars, merge_contextvars
from structlog.stdlib import BoundLogger, filter_by_level

WORDS = frozenset({"action", "channel", "kind", "method", "part", "reason", "stage", "state", "version"})
"""The keys whose values may be words. Each takes its values from a set that the code knows."""

_MESSAGE = "message"
_WORD = re.compile(r"[A-Za-z][A-Za-z_.-]{0,39}|\d{1,4}(\.\d{1,4}){1,3}")
_KEY = re.compile(r"[a-z][a-z_]{0,29}")
_ID = re.compile(r"[0-9a-f]{4,32}")
_GREATEST = 10**7  # a telephone or identity number is greater
_LEFT_OUT = "left_out"
_OURS = ("event", _MESSAGE, "level", "logger", "time", "fault", "where", _LEFT_OUT)


class Sieved(dict[str, object]):
    """An event of which only what may be written is left."""


def get(name: str) -> BoundLogger:
    """The logger of a module, whose events are sieved wherever they end up.

    Args:
        name: The module's `__name__`.

    Returns:
        A logger: `log.info("event_name", key=value)`; `exc_info=True` names the failure at hand by type and place.
    """
    logger: BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[filter_by_level, merge_contextvars, _to_standard],
        wrapper_class=BoundLogger,
    )
    return logger


def message(identity: str) -> AbstractContextManager[None]:
    """Within the block, also in tasks begun there, every line carries this id.

    Args:
        identity: 4 to 32 hexadecimal digits, the message's own; they tell nothing of who sent it.
    """
    return bound_contextvars(**{_MESSAGE: identity})


def set_up(stream: TextIO, level: int = logging.INFO) -> None:
    """Write this process's logs to a stream, and nowhere else.

    Args:
        stream: Where to; standard error under systemd.
        level: The least that is written.
    """
    logging.basicConfig(force=True, level=level, handlers=[Lines(stream)])


class Lines(logging.StreamHandler[TextIO]):
    """Writes records as lines of JSON: our own as sieved, other libraries' without their words."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.addFilter(_worth_a_line)

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record."""
        if isinstance(record.msg, Sieved):
            said: Mapping[str, object] = record.msg
        else:
            said = sieve({"event": "log", "exc_info": record.exc_info, **get_contextvars()})
            said = {**said, "where": said.get("where", f"{record.module}:{record.funcName}:{record.lineno}")}
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": time, "level": record.levelname.lower(), "logger": record.name}
        return json.dumps({**head, **said}, ensure_ascii=True)

    def handleError(self, record: logging.LogRecord) -> None:
        """Stay silent: the standard way prints what the record held."""


def sieve(event: Mapping[str, Any]) -> Sieved:
    """Leave of an event what may be written.

    Args:
        event: As logged; `event` is its name, `exc_info` a failure.

    Returns:
        The rest; the names of keys whose values may not be written stand under `left_out`.
    """
    kept, left_out = Sieved(), []
    for key, value in event.items():
        if key == "exc_info":
            kept |= _failure(value)
        elif key == "event":
            kept[key] = value if isinstance(value, str) and _KEY.fullmatch(value) else "unnamed"
        elif key not in _OURS or key == _MESSAGE:
            if _may_be_written(key, value):
                kept[key] = value
            elif _KEY.fullmatch(key):
                left_out.append(key)
    if left_out:
        kept[_LEFT_OUT] = sorted(left_out)
    return kept


def _may_be_written(key: str, value: object) -> bool:
    if not _KEY.fullmatch(key):
        return False
    if isinstance(value, str):
        return bool(_ID.fullmatch(value)) if key == _MESSAGE else key in WORDS and bool(_WORD.fullmatch(value))
    return value is None or (isinstance(value, bool | int | float) and abs(value) < _GREATEST)


def _failure(told: object) -> dict[str, object]:
    """A failure by its type and the place it came from."""
    failure = told if isinstance(told, BaseException) else told[1] if isinstance(told, tuple) else None
    if told is True:
        failure = sys.exc_info()[1]
    if not isinstance(failure, BaseException):
        return {}
    return {"fault": type(failure).__name__, "where": _place(failure.__traceback__)}


def _place(trace: TracebackType | None) -> str:
    if trace is None:
        return "unknown"
    while trace.tb_next is not None:
        trace = trace.tb_next
    frame = trace.tb_frame
    return f"{frame.f_globals.get('__name__', 'unknown')}:{frame.f_code.co_qualname}:{trace.tb_lineno}"


def _to_standard(_: object, __: str, event: MutableMapping[str, Any]) -> tuple[tuple[Sieved], dict[str, Any]]:
    return (sieve(event),), {}


def _worth_a_line(record: logging.LogRecord) -> bool:
    return isinstance(record.msg, Sieved) or record.levelno >= logging.WARNING
