"""What is counted and timed, for Prometheus, and the two pages that tell it: /metrics and /healthz.

Labels come from small sets that the code knows; nothing of a person or a case is one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import logs

_log = logs.get(__name__)
_LABEL = re.compile(r"[a-z][a-z_]{0,29}")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

Feed = Callable[[str], bytes | None]
"""Gives the calendar of a token; None for a token that names none. May block: it runs in a thread."""

Check = Callable[[], bool]
"""Whether a part works now; raising counts as no. May block: it runs in a thread."""


class Metrics:
    """Counters of one process, in a registry of their own.

    Args:
        clock: Seconds, from anywhere; only differences count.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._registry = CollectorRegistry()
        self._messages = Counter(
            "yingsu_messages", "Messages received, by channel and kind.", ("channel", "kind"), registry=self._registry
        )
        self._refusals = Counter("yingsu_refusals", "Refusals, by reason.", ("reason",), registry=self._registry)
        self._reminders = Counter(
            "yingsu_reminders", "Reminders and digests sent, by kind.", ("kind",), registry=self._registry
        )
        self._seconds = Histogram(
            "yingsu_stage_seconds",
            "Seconds that a stage of one message took.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def received(self, channel: str, kind: str) -> None:
        """Count a message.

        Args:
            channel: Its channel, such as telegram.
            kind: What it is, such as text, press or document.
        """
        self._messages.labels(_label(channel), _label(kind)).inc()

    def refused(self, reason: str) -> None:
        """Count a refusal by its reason's code word, such as not_enrolled, personal_data or too_many."""
        self._refusals.labels(_label(reason)).inc()

    def reminded(self, kind: str) -> None:
        """Count a reminder by its kind, such as ahead, today, overdue or digest."""
        self._reminders.labels(_label(kind)).inc()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the block as a stage of a message's way, also where it fails."""
        began = self._clock()
        try:
            yield
        finally:
            self._seconds.labels(_label(name)).observe(self._clock() - began)

    def watch(self, *, inbox_depth: Callable[[], int], rasa_restarts: Callable[[], int]) -> None:
        """Read these two whenever the metrics are asked for; one that fails is left out of that answer.

        Args:
            inbox_depth: How many messages wait.
            rasa_restarts: How often Rasa was started again since this process began.
        """
        self._registry.register(_Watched(inbox_depth, rasa_restarts))

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)


class _Watched(Collector):
    """Values that belong to somebody else, read when asked for."""

    def __init__(self, inbox_depth: Callable[[], int], rasa_restarts: Callable[[], int]) -> None:
        self._inbox_depth = inbox_depth
        self._rasa_restarts = rasa_restarts

    def describe(self) -> Iterator[Metric]:
        """Nothing yet: registering must not read them."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Read them."""
        depth, restarts = _read(self._inbox_depth, "inbox"), _read(self._rasa_restarts, "rasa")
        if depth is not None:
            yield GaugeMetricFamily("yingsu_inbox_depth", "Messages that wait.", depth)
        if restarts is not None:
            yield CounterMetricFamily("yingsu_rasa_restarts", "Times that Rasa was started again.", restarts)


def make_status_app(
    metrics: Metrics, vital: Mapping[str, Check], others: Mapping[str, Check], feed: Feed = lambda _: None
) -> Starlette:
    """Make the web application that tells how the assistant does. Serve it on loopback: it asks for no password.

    A proxy in front may let `/calendar/` through to others, and nothing else: whoever knows a calendar's token may
    read that calendar.

    Args:
        metrics: What was counted.
        vital: The parts without which nothing works (store, channels), by name.
        others: The parts whose failure leaves look-ups standing (rasa), by name.
        feed: Gives the calendar of a token.

    Returns:
        An application with `GET /metrics`, and `GET /healthz`: 200 with `status` ok or degraded, 503 with down, and
        true or false for each part. It says no more of a failure; the log names its type. `GET /calendar/<token>.ics`
        is a calendar, or 404.
    """

    def health(request: Request) -> JSONResponse:
        working = {part: bool(_read(check, part)) for part, check in {**vital, **others}.items()}
        down = not all(working[part] for part in vital)
        status = "down" if down else "ok" if all(working.values()) else "degraded"
        return JSONResponse({"status": status, "parts": working}, 503 if down else 200)

    def exposed(request: Request) -> Response:
        return Response(metrics.text(), headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4})

    def calendar(request: Request) -> Response:
        found = feed(request.path_params["token"])
        if found is None:
            return Response(status_code=404)
        return Response(found, media_type="text/calendar", headers={"cache-control": "private, no-cache"})

    routes = [Route("/healthz", health), Route("/metrics", exposed), Route("/calendar/{token}.ics", calendar)]
    return Starlette(routes=routes)


def _label(word: str) -> str:
    """A label, or `other`: a channel's own words must not become one."""
    return word if _LABEL.fullmatch(word) else "other"


def _read(read: Callable[[], int], part: str) -> int | None:
    try:
        return read()
    except Exception:
        _log.warning("part_failed", part=part, exc_info=True)
        return None
