"""A message handed to the guided talk twice by one key is one turn, also where Rasa was killed in between."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from bot.app import App
from bot.errors import RasaMissing
from bot.rasa_process import RasaFiles
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("rasa")]


async def test_the_same_key_gets_the_same_answer_and_no_other_turn(tmp_path: Path) -> None:
    try:
        RasaFiles.in_checkout(ROOT).check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    async with App(Settings(home=tmp_path)) as app:
        guide, who = app.guide, "telegram:7"
        await guide.wait_ready()
        await guide.send(who, "县政府被告了", key="telegram:1")
        asked = await guide.send(who, "还有别的部门", key="telegram:2")
        assert await guide.send(who, "还有别的部门", key="telegram:2") == asked

        pid = app.rasa.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        while app.rasa.restarts == 0:
            await asyncio.sleep(0.05)
        await guide.wait_ready()
        assert await guide.send(who, "还有别的部门", key="telegram:2") == asked
        assert await guide.send("telegram:8", "还有别的部门", key="telegram:2") != asked, "another's key"
        assert await guide.send(who, "还有别的部门", key="telegram:3") != asked, "another message is another turn"
