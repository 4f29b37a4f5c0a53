"""A unit's calendar over HTTP, from the status application."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar
from starlette.applications import Starlette

from actions.calendar_links import CalendarLinks
from actions.store import Store
from bot.metrics import Metrics, make_status_app
from tests.actions.case_values import HANDLING, KEEPER, case

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


async def get(app: Starlette, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        return await client.get(path)


async def test_whoever_knows_the_link_reads_the_calendar_until_it_is_withdrawn(tmp_path: Path) -> None:
    with Store.open(tmp_path / "yingsu.sqlite") as store:
        links = CalendarLinks(store)
        token = links.issue(HANDLING, by=KEEPER, at=NOW, random=secrets.randbelow)
        app = make_status_app(Metrics(), {}, {}, lambda it: links.calendar(it, lambda: [case()], NOW))
        found = await get(app, f"/calendar/{token}.ics")
        assert (found.status_code, found.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        assert found.headers["cache-control"] == "private, no-cache"
        assert Calendar.from_ical(found.content).walk("VEVENT")
        links.withdraw(HANDLING, at=NOW)
        assert (await get(app, f"/calendar/{token}.ics")).status_code == 404


@pytest.mark.parametrize("path", ["/calendar/guess.ics", "/calendar/.ics", "/calendar/%ff%fe.ics", "/calendar/"])
async def test_anything_else_is_not_found(tmp_path: Path, path: str) -> None:
    with Store.open(tmp_path / "yingsu.sqlite") as store:
        links = CalendarLinks(store)
        app = make_status_app(Metrics(), {}, {}, lambda it: links.calendar(it, lambda: [case()], NOW))
        assert (await get(app, path)).status_code == 404
