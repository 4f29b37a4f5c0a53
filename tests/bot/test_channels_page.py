"""The worked example of docs/channels.md is a channel: it runs as it stands there."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from actions.case_talk import Shown
from actions.document import Document
from actions.store.inbox import Inbox
from bot.dialogue import Dialogue
from bot.inbox import Postroom
from bot.reception import Reception
from knowledge.look_up import LookUp
from knowledge.search import Searcher
from tests.bot.telegram.house import CHOOSE, CONFIRM, FakeDesk, FakeDoor, FakeGuide

PAGE = Path(__file__).parents[2] / "docs" / "channels.md"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Any:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    module = ModuleType("example_channel")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(found[1], str(PAGE), "exec"), module.__dict__)  # noqa: S102 - it is our own page
    return module


async def test_the_example_leads_a_case(example: Any, tmp_path: Path, searcher: Searcher) -> None:
    guide, folder = FakeGuide(), tmp_path / "letters"
    folder.mkdir()
    desk = FakeDesk({"审批表": Shown("请盖章", documents=(Document("审批表.docx", b"PK"),))})
    reception = Reception(Dialogue(guide, LookUp(searcher), lambda: desk), FakeDoor({"letters:zhang"}))
    letters = example.Letters(folder, reception)

    def write(number: int, text: str, sender: str = "zhang") -> None:
        (folder / f"{number:04d}.json").write_text(json.dumps({"from": sender, "text": text}))

    with Inbox.open(tmp_path / "inbox.sqlite") as inbox:
        async with Postroom(inbox, [letters], lambda: datetime.now(UTC)) as postroom:
            for number, text in enumerate(["县政府被告了", "1", "确认并登记", "审批表"]):
                write(number, text)
                await letters.collect(postroom)
                await postroom.idle()
            write(4, "县政府被告了", "li")
            await letters.collect(postroom)
            await postroom.idle()
    assert guide.heard == ["县政府被告了", CHOOSE, CONFIRM]
    sheet = (folder / "zhang.txt").read_text()
    assert sheet.startswith("经过行政复议吗？\n1 没有\n2 为什么问\n\n")
    assert sheet.endswith("已登记：编号0001。\n\n请盖章\n\n附：审批表.docx\n\n")
    assert [it.read_bytes() for it in folder.glob("*-审批表.docx")] == [b"PK"]
    assert (folder / "li.txt").read_text() == "您还没有开通。\n\n"
    assert not list(folder.glob("*.json"))
