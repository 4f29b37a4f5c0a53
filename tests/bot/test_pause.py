"""`yingsu pause` reaches the machine's own channels: the reason is told, look-ups go on unless everything stops."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.people import People
from actions.store import Store
from bot.app import App
from bot.errors import RasaMissing
from bot.messages import Incoming
from bot.rasa_process import RasaFiles
from bot.settings import CHECKOUT, Settings
from knowledge.decide import Decider

pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("rasa")]
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.mark.parametrize("channel", ["console", "jsonl"])
async def test_the_local_operator_is_told_the_reason(tmp_path: Path, decider: Decider, channel: str) -> None:
    try:
        RasaFiles.in_checkout(CHECKOUT).check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    settings = Settings(home=tmp_path, contact="法制科")
    async with App(settings) as app:

        async def said(text: str) -> list[str]:
            return [reply.text for reply in await app.answer(Incoming(channel, "zhang", text), wait=False)]

        await app.opened()
        with Store.open(settings.store) as store:
            people = People(store)
            people.rest("核对规则R03", by="console:root", at=AT)
            told = await said("县政府被告了")
            assert told[0] == "引导登记暂停：核对规则R03。查条文照常；何时恢复请问法制科。"
            (looked_up,) = await said("第十九条")
            assert str(decider.cite("19").quote) in looked_up
            people.rest("账号被盗", by="console:root", at=AT, everything=True)
            (stopped,) = await said("第十九条")
            assert stopped.startswith("本助手暂停使用：账号被盗。")
            people.resume(by="console:root", at=AT)
            assert str(decider.cite("19").quote) in (await said("第十九条"))[0]
