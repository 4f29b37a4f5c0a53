"""The console: a talk in the terminal, with colours and numbered choices where there is a terminal, plain where not."""

from __future__ import annotations

import asyncio
import getpass
import re
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from bot.app import App
from bot.channels.files import FOLDER, keep
from bot.dialogue import surely_asks
from bot.errors import RasaFault
from bot.messages import Incoming, Reply

_WELCOME = "应诉助手　直接说案情，或问办法里的规定；“帮助”看用法，Ctrl-D 退出。"
_STARTING = "引导登记正在启动，约十秒；查条文现在就可以问。"
_SAVED = "文件已存到 {path}"
_MARKS = ("承办", "协助", "出庭", "期限", "材料", "推理", "举证", "答", "不适用")
_CASE = re.compile(r"\s*案件\s*[0-9０-９]")
_QUESTION_MARKS = ("?", "？", "吗", "谁", "几", "多久", "多少", "什么", "怎么", "哪")


async def talk(app: App, home: Path) -> None:
    """Talk until the input ends.

    Args:
        app: the running assistant.
        home: where files are put that come with answers, and, at a terminal, the lines typed, for the arrow keys.

    Raises:
        HomeNotWritable: a file cannot be put there.
    """
    person = getpass.getuser()
    console = Console(highlight=False, soft_wrap=False)
    terminal = sys.stdin.isatty() and console.is_terminal
    console.print(f"[bold]{_WELCOME}[/]" if terminal else _WELCOME)
    if not app.guide.ready and terminal:
        console.print(f"[dim]{_STARTING}[/]")
    lines = _prompted(home) if terminal else _piped()
    async for line in lines:
        if not line.strip():
            continue
        message = Incoming("console", person, line)
        # 案件 3 谁出庭 asks no clause: the case desk answers it, once the store is open.
        asks = _CASE.match(line) is None and (_is_question(line) or surely_asks(line))
        wait = not (terminal and asks)
        if wait and not app.guide.ready and terminal:
            replies = await _answer(app, message)
        else:
            replies = await app.answer(message, wait=wait)
        _show(console, [_with_paths(it, home) for it in replies], echo=None if terminal else line)


async def _answer(app: App, message: Incoming) -> list[Reply]:
    try:
        return await app.answer(message, alone=False)
    except RasaFault as fault:
        return [Reply(str(fault))]


def _is_question(line: str) -> bool:
    return any(mark in line for mark in _QUESTION_MARKS)


def _with_paths(reply: Reply, home: Path) -> Reply:
    """A reply whose files lie on the disk, and that says where."""
    saved = [_SAVED.format(path=keep(it, home / FOLDER)) for it in reply.documents]
    return replace(reply, text="\n".join([reply.text, *saved]), documents=())


def _show(console: Console, replies: Iterable[Reply], echo: str | None) -> None:
    """Show replies: laid out at a terminal, line by line as they are where there is none."""
    if not console.is_terminal:
        print("\n".join([f"> {echo}" if echo else "", *map(_plain, replies), ""]), flush=True)
        return
    for reply in replies:
        text = escape(reply.text)
        for mark in _MARKS:
            text = text.replace(f"【{mark}】", f"[bold cyan]【{mark}】[/]")
        console.print(Padding(text, (0, 0, 0, 2)))
        choices = [f"[green]{n}[/] {escape(it.label)}" for n, it in enumerate(reply.choices, 1)]
        width = sum(cell_len(it.label) + 5 for it in reply.choices)
        console.print(Padding(("　" if width < console.width else "\n").join(choices), (0, 0, 0, 2)))


def _plain(reply: Reply) -> str:
    return "\n".join([reply.text, *(f"{n} {it.label}" for n, it in enumerate(reply.choices, 1))])


async def _prompted(home: Path) -> AsyncIterator[str]:
    session: PromptSession[str] = PromptSession(history=FileHistory(str(home / "console_history")))
    while True:
        try:
            with patch_stdout():
                line = await session.prompt_async(ANSI("\x1b[1m您> \x1b[0m"))
        except (EOFError, KeyboardInterrupt):
            return
        yield line  # outside: what is printed in answer keeps its colours


async def _piped() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line.rstrip("\n")
