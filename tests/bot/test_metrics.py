"""What /metrics and /healthz tell."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from bot.metrics import Metrics, make_status_app

Samples = dict[tuple[str, tuple[str, ...]], float]


def samples(metrics: Metrics) -> Samples:
    """Every sample, read as Prometheus reads it, by its name and the values of its labels in their order."""
    families = text_string_to_metric_families(metrics.text().decode())
    found = [it for family in families for it in family.samples]
    return {(it.name, tuple(it.labels[name] for name in sorted(it.labels))): it.value for it in found}


async def get(app: Starlette, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        return await client.get(path)


def fails() -> bool:
    raise OSError("/var/lib/yingsu: 王守田")


def test_messages_and_refusals_are_counted_by_kind() -> None:
    metrics = Metrics()
    for kind in ("text", "text", "choice"):
        metrics.received("telegram", kind)
    metrics.refused("not_enrolled")
    found = samples(metrics)
    assert found["yingsu_messages_total", ("telegram", "text")] == 2
    assert found["yingsu_messages_total", ("telegram", "choice")] == 1
    assert found["yingsu_refusals_total", ("not_enrolled",)] == 1


def test_what_is_no_code_word_becomes_no_label() -> None:
    metrics = Metrics()
    for kind in ("县政府被告了", "a story", "telegram:123", "", "x" * 31):
        metrics.received("telegram", kind)
    assert samples(metrics)["yingsu_messages_total", ("telegram", "other")] == 5


def test_stages_are_timed_also_where_they_fail() -> None:
    now = iter([10.0, 10.2, 20.0, 23.0])
    metrics = Metrics(lambda: next(now))
    with metrics.stage("answer"):
        pass
    with pytest.raises(OSError, match="var"), metrics.stage("answer"):
        fails()
    found = samples(metrics)
    assert found["yingsu_stage_seconds_count", ("answer",)] == 2
    assert found["yingsu_stage_seconds_sum", ("answer",)] == pytest.approx(3.2)
    assert found["yingsu_stage_seconds_bucket", ("0.25", "answer")] == 1
    assert found["yingsu_stage_seconds_bucket", ("5.0", "answer")] == 2


def test_inbox_and_restarts_are_read_when_asked_for() -> None:
    metrics, depth = Metrics(), [3]
    metrics.watch(inbox_depth=lambda: depth[0], rasa_restarts=lambda: 2)
    assert samples(metrics)["yingsu_inbox_depth", ()] == 3
    depth[0] = 0
    found = samples(metrics)
    assert (found["yingsu_inbox_depth", ()], found["yingsu_rasa_restarts_total", ()]) == (0, 2)


def test_one_that_cannot_be_read_is_left_out() -> None:
    metrics = Metrics()
    metrics.watch(inbox_depth=fails, rasa_restarts=lambda: 2)
    found = samples(metrics)
    assert ("yingsu_inbox_depth", ()) not in found
    assert found["yingsu_rasa_restarts_total", ()] == 2


def test_two_processes_worth_of_metrics_do_not_mix() -> None:
    one, other = Metrics(), Metrics()
    one.refused("paused")
    assert ("yingsu_refusals_total", ("paused",)) not in samples(other)


@pytest.mark.parametrize(
    ("store", "rasa", "code", "status"),
    [
        (lambda: True, lambda: True, 200, "ok"),
        (lambda: True, lambda: False, 200, "degraded"),
        (lambda: True, fails, 200, "degraded"),
        (lambda: False, lambda: True, 503, "down"),
        (fails, lambda: True, 503, "down"),
    ],
)
async def test_health_is_down_only_where_nothing_works(
    store: Callable[[], bool], rasa: Callable[[], bool], code: int, status: str
) -> None:
    response = await get(make_status_app(Metrics(), {"store": store}, {"rasa": rasa}), "/healthz")
    assert (response.status_code, response.json()["status"]) == (code, status)
    assert response.json()["parts"].keys() == {"store", "rasa"}
    assert "yingsu" not in response.text.replace('"', "") and "王守田" not in response.text


async def test_metrics_are_served_as_prometheus_wants_them() -> None:
    metrics = Metrics()
    metrics.received("telegram", "text")
    response = await get(make_status_app(metrics, {}, {}), "/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'yingsu_messages_total{channel="telegram",kind="text"} 1.0' in response.text


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json"])
async def test_there_is_nothing_else(path: str) -> None:
    assert (await get(make_status_app(Metrics(), {}, {}), path)).status_code == 404
