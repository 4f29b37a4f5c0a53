"""`yingsu chat`: the talk in the terminal, or as JSON lines."""

from __future__ import annotations

from typing import Annotated

import typer

_HEAD_START = 1.0
"""Seconds in which a first look-up has the processor to itself, before the store and the talk are loaded."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="在终端里对话 / talk in the terminal")(chat)


def chat(
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="逐行读写 JSON，供程序使用 / JSON lines in and out, for programs")
    ] = False,
) -> None:
    """Talk."""
    import asyncio

    from bot.app import App
    from bot.channels import console
    from bot.channels import jsonl as lines
    from bot.settings import Settings

    settings = Settings()
    made = App(settings)

    async def run() -> None:
        async with made as app:
            talking = asyncio.create_task(lines.talk(app, settings.home) if jsonl else console.talk(app, settings.home))
            await asyncio.wait({talking}, timeout=_HEAD_START)
            opening = asyncio.create_task(app.opened())
            await asyncio.wait({talking, opening}, return_when=asyncio.FIRST_EXCEPTION)
            if opening.done() and opening.exception() is not None and not talking.done():
                talking.cancel()  # a store that cannot be opened is told at once, not at the first case
                await asyncio.wait({talking})
                await opening
            opening.cancel()  # where the talk has failed by the same fault, it is told once
            await talking

    asyncio.run(run())
