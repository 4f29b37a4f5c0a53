"""Stands where the whole assistant stands, for the channels: repeats what it hears, with one button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from actions.document import Document
from bot.app import App
from bot.errors import RasaFault
from bot.messages import Incoming, Option, Reply


@dataclass
class FakeRasa:
    """Up, still starting (`ready` false), or given up (`fault`)."""

    ready: bool = True
    fault: RasaFault | None = None

    async def wait_ready(self) -> None:
        if self.fault is not None:
            raise self.fault
        self.ready = True


@dataclass
class FakeDialogue:
    heard: list[tuple[Incoming, bool]] = field(default_factory=list)
    documents: tuple[Document, ...] = ()

    async def answer(self, message: Incoming, *, wait: bool = True) -> list[Reply]:
        self.heard.append((message, wait))
        choices = (Option("对", "yes"), Option("改[1]", "change:1"))
        return [Reply(f"【承办】[{message.text}]", choices), Reply("第二条", documents=self.documents)]


@dataclass
class FakeApp:
    guide: FakeRasa = field(default_factory=FakeRasa)
    dialogue: FakeDialogue = field(default_factory=FakeDialogue)

    async def answer(self, message: Incoming, *, wait: bool = True, alone: bool = True) -> list[Reply]:
        if wait:
            try:
                await self.guide.wait_ready()
            except RasaFault:
                if not alone:
                    raise
        return await self.dialogue.answer(message, wait=wait)

    @property
    def app(self) -> App:
        return cast(App, self)
