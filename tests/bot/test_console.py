"""The console: plain through a pipe, laid out at a terminal; the same talk in both."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from actions.document import Document
from bot.channels import console
from bot.errors import HomeNotWritable, RasaNotStarted
from tests.bot.fake_app import FakeApp, FakeDialogue, FakeRasa

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is typed into a pipe; write and rewind."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    typed = io.StringIO()
    monkeypatch.setattr("sys.stdin", typed)
    return typed


async def piped(fake: FakeApp, pipe: io.StringIO, tmp_path: Path, text: str) -> None:
    pipe.write(text)
    pipe.seek(0)
    await console.talk(fake.app, tmp_path)


async def test_through_a_pipe_it_is_plain_and_echoes_what_was_said(
    pipe: io.StringIO, tmp_path: Path, capsys: Printed
) -> None:
    fake = FakeApp()
    await piped(fake, pipe, tmp_path, "县政府被告了\n\n[b]第二句\n")
    out = capsys.readouterr().out
    assert "\x1b" not in out, "no colours"
    assert "> 县政府被告了\n【承办】[县政府被告了]\n1 对\n2 改[1]\n第二条\n" in out
    assert "> [b]第二句\n【承办】[[b]第二句]\n" in out, "what a person wrote is no markup"
    assert [message.text for message, _ in fake.dialogue.heard] == ["县政府被告了", "[b]第二句"]
    assert {message.channel for message, _ in fake.dialogue.heard} == {"console"}
    assert list(tmp_path.iterdir()) == [], "nothing typed is kept"


async def test_through_a_pipe_a_long_line_is_not_broken(pipe: io.StringIO, tmp_path: Path, capsys: Printed) -> None:
    long = "案" * 500
    await piped(FakeApp(), pipe, tmp_path, f"{long}\n")
    assert f"【承办】[{long}]" in capsys.readouterr().out.split("\n")


FORM = Document("审批表.docx", b"one")


async def test_a_file_is_put_on_the_disk_for_its_owner_only_and_over_no_other(
    pipe: io.StringIO, tmp_path: Path, capsys: Printed
) -> None:
    fake = FakeApp(dialogue=FakeDialogue(documents=(FORM, Document("../审批表.docx", b"two"))))
    await piped(fake, pipe, tmp_path, "审批表\n")
    first, second = tmp_path / "files" / "审批表.docx", tmp_path / "files" / "审批表-2.docx"
    assert f"第二条\n文件已存到 {first}\n文件已存到 {second}\n" in capsys.readouterr().out
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert {it.stat().st_mode & 0o777 for it in (first, second)} == {0o600}


async def test_a_file_that_cannot_be_put_there_is_told_by_its_place(pipe: io.StringIO, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(HomeNotWritable, match=r"files.*磁盘空间"):
        await piped(FakeApp(dialogue=FakeDialogue(documents=(FORM,))), pipe, tmp_path, "审批表\n")


async def test_an_empty_input_ends_at_once(pipe: io.StringIO, tmp_path: Path, capsys: Printed) -> None:
    fake = FakeApp()
    await piped(fake, pipe, tmp_path, "")
    assert fake.dialogue.heard == []
    assert "应诉助手" in capsys.readouterr().out


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def at_a_terminal(fake: FakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal())
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(text + "\x04")
        await console.talk(fake.app, tmp_path)


async def test_at_a_terminal_headings_have_colour_and_choices_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    await at_a_terminal(FakeApp(), tmp_path, monkeypatch, "县政府被告了[/]\r")
    out = capsys.readouterr().out
    assert re.search(r"\x1b\[[0-9;]*m【承办】\x1b\[0m\[县政府被告了\[/\]\]", out)
    assert "2\x1b[0m 改[1]" in out
    assert "启动" not in out


async def test_at_a_terminal_lines_are_kept_in_the_home_for_the_arrow_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at_a_terminal(FakeApp(), tmp_path, monkeypatch, "县政府被告了\r")
    assert "+县政府被告了" in (tmp_path / "console_history").read_text(encoding="utf-8")


async def test_while_it_starts_a_question_does_not_wait_and_a_story_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    fake = FakeApp(FakeRasa(ready=False))
    await at_a_terminal(fake, tmp_path, monkeypatch, "司法建议多久回复\r县政府被告了\r")
    assert "引导登记正在启动" in capsys.readouterr().out
    assert [(message.text, wait) for message, wait in fake.dialogue.heard] == [
        ("司法建议多久回复", False),
        ("县政府被告了", True),
    ]
    assert fake.guide.ready, "the story waited for it"


async def test_a_guided_talk_that_does_not_come_up_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    fault = RasaNotStarted("引导对话启动不了：请运行 yingsu doctor。")
    await at_a_terminal(FakeApp(FakeRasa(False, fault)), tmp_path, monkeypatch, "县政府被告了\r")
    assert "yingsu doctor" in capsys.readouterr().out


async def test_a_case_is_asked_of_the_desk_and_not_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    app = FakeApp(FakeRasa(True))
    await at_a_terminal(app, tmp_path, monkeypatch, "案件 3 谁出庭\r谁出庭\r")
    assert [(message.text, wait) for message, wait in app.dialogue.heard] == [
        ("案件 3 谁出庭", True),
        ("谁出庭", False),
    ]
