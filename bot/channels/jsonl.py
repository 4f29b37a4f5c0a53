"""JSON lines: one message in, one line of replies out, for other programs and for tests."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TextIO

from bot.app import App
from bot.channels.files import FOLDER, keep
from bot.errors import InputError
from bot.messages import Incoming, Reply


async def talk(app: App, home: Path, incoming: TextIO = sys.stdin, outgoing: TextIO = sys.stdout) -> None:
    """Answer lines `{sender, text}` with lines `{sender, replies}`, one for one and in order, until the input ends.

    A line that is no such object is answered `{sender: null, error}`; the others do not suffer for it. A file that
    comes with a reply is put below `home`, and told as `{name, path}`.

    Raises:
        HomeNotWritable: a file cannot be put there.
        RasaFault: the guided talk does not come up.
    """
    await app.guide.wait_ready()
    number = 0
    while line := await asyncio.to_thread(incoming.readline):
        number += 1
        if not line.strip():
            continue
        out: dict[str, object]
        try:
            sender, text = _read(line, number)
        except InputError as error:
            out = {"sender": None, "error": str(error)}
        else:
            replies = await app.answer(Incoming("jsonl", sender, text))
            out = {"sender": sender, "replies": [_plain(reply, home) for reply in replies]}
        outgoing.write(json.dumps(out, ensure_ascii=False) + "\n")
        outgoing.flush()


def _read(line: str, number: int) -> tuple[str, str]:
    try:
        data = json.loads(line)
        sender, text = data["sender"], data["text"]
        if not isinstance(sender, str) or not isinstance(text, str):
            raise TypeError("sender and text are strings")
        sender.encode()  # a name that cannot be written back is none
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f'第{number}行不是 {{"sender": "…", "text": "…"}} 这样的 JSON 对象。请改正后重试。') from error
    return sender, text


def _plain(reply: Reply, home: Path) -> dict[str, object]:
    choices = [{"label": option.label, "value": option.value} for option in reply.choices]
    documents = [{"name": it.name, "path": str(keep(it, home / FOLDER))} for it in reply.documents]
    return {"text": reply.text, "choices": choices, "documents": documents, "data": dict(reply.data)}
