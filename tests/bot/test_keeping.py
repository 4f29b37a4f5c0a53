"""The daily export of heads that `yingsu serve` makes."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from actions.keeping import read_heads
from bot.keeping import keep_daily
from bot.settings import Settings
from tests.actions.cases_kit import AT, Office


class Clock:
    """Time that passes only in pauses; at the end of the last one, the day is over."""

    def __init__(self, pauses: int) -> None:
        self.now, self.paused, self._left = AT, list[float](), pauses

    def __call__(self) -> datetime:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now += timedelta(seconds=seconds)
        if len(self.paused) == self._left:
            raise asyncio.CancelledError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    Office.at(tmp_path).store.close()
    return Settings(home=tmp_path)


async def kept(settings: Settings, pauses: int) -> Clock:
    clock = Clock(pauses)
    with pytest.raises(asyncio.CancelledError):
        await keep_daily(settings, clock, clock.pause)
    return clock


async def test_a_line_a_day(settings: Settings) -> None:
    clock = await kept(settings, 3)
    assert clock.paused == [86400.0] * 3
    lines, problem = read_heads(settings.heads_file)
    assert ([it.at for it in lines], problem) == ([AT + it * timedelta(days=1) for it in range(3)], None)


async def test_what_fails_is_logged_and_tried_again_within_the_hour(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = settings.model_copy(update={"heads": "disk/heads.jsonl"})
    with caplog.at_level(logging.ERROR, "bot.keeping"):
        clock = await kept(elsewhere, 2)
    assert clock.paused == [3600.0, 3600.0]
    assert len(caplog.records) == 2
    (tmp_path / "disk").mkdir()
    await kept(elsewhere, 1)
    assert len(read_heads(elsewhere.heads_file)[0]) == 1
