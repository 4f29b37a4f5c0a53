"""JSON lines: one line in, one line out, in order; what is no such line is refused by its number."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from actions.document import Document
from bot.channels import jsonl
from bot.errors import RasaNotStarted
from tests.bot.fake_app import FakeApp, FakeDialogue, FakeRasa


async def exchange(fake: FakeApp, *lines: str, home: Path = Path("/nowhere")) -> list[dict[str, Any]]:
    out = io.StringIO()
    await jsonl.talk(fake.app, home, io.StringIO("".join(f"{line}\n" for line in lines)), out)
    return [json.loads(line) for line in out.getvalue().split("\n")[:-1]]


def line(sender: str, text: str) -> str:
    return json.dumps({"sender": sender, "text": text}, ensure_ascii=False)


async def test_one_line_in_one_line_out_with_texts_choices_and_documents() -> None:
    fake = FakeApp()
    (answer,) = await exchange(fake, line("zhang", "县政府被告了"))
    assert answer == {
        "sender": "zhang",
        "replies": [
            {
                "text": "【承办】[县政府被告了]",
                "choices": [{"label": "对", "value": "yes"}, {"label": "改[1]", "value": "change:1"}],
                "documents": [],
                "data": {},
            },
            {"text": "第二条", "choices": [], "documents": [], "data": {}},
        ],
    }
    ((message, _),) = fake.dialogue.heard
    assert (message.sender, message.pressed) == ("jsonl:zhang", False)


async def test_a_file_lies_on_the_disk_when_its_path_is_told(tmp_path: Path) -> None:
    fake = FakeApp(dialogue=FakeDialogue(documents=(Document("审批表.docx", b"one"), Document("期限.ics", b"two"))))
    (answer,) = await exchange(fake, line("zhang", "审批表"), home=tmp_path)
    documents = [{"name": it, "path": str(tmp_path / "files" / it)} for it in ("审批表.docx", "期限.ics")]
    assert [reply["documents"] for reply in answer["replies"]] == [[], documents]
    assert [Path(it["path"]).read_bytes() for it in documents] == [b"one", b"two"]


async def test_senders_are_kept_apart_and_answered_in_order() -> None:
    fake = FakeApp()
    answers = await exchange(fake, line("a", "1"), line("b", "2"), "", line("a", "3"))
    assert [answer["sender"] for answer in answers] == ["a", "b", "a"]
    assert [message.sender for message, _ in fake.dialogue.heard] == ["jsonl:a", "jsonl:b", "jsonl:a"]


async def test_line_breaks_within_a_text_stay_within_its_line() -> None:
    (answer,) = await exchange(FakeApp(), line("a", "一\n二\u2028三"))
    assert "一\n二\u2028三" in answer["replies"][0]["text"]


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "县政府被告了",
        "[]",
        "null",
        "3",
        "{}",
        '{"sender": "a"}',
        '{"text": "b"}',
        '{"sender": null, "text": "b"}',
        '{"sender": "a", "text": 3}',
        '{"sender": "a", "text": null}',
        r'{"sender": "\ud800", "text": "b"}',
        "[" * 100_000,
    ],
)
async def test_a_line_that_is_none_is_refused_by_its_number_and_the_rest_go_on(broken: str) -> None:
    fake = FakeApp()
    first, refused, last = await exchange(fake, line("a", "1"), "", broken, line("a", "4"))
    assert (first["sender"], last["sender"], refused["sender"]) == ("a", "a", None)
    assert re.fullmatch(r"第3行不是 .*请改正后重试。", refused["error"])
    assert len(fake.dialogue.heard) == 2


async def test_an_input_without_lines_has_no_answers() -> None:
    assert await exchange(FakeApp()) == []


async def test_a_guided_talk_that_does_not_come_up_ends_it() -> None:
    with pytest.raises(RasaNotStarted):
        await exchange(FakeApp(FakeRasa(fault=RasaNotStarted("启动不了"))), line("a", "1"))
