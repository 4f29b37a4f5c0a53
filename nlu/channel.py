"""The one door into Rasa: our own process, over loopback, with a token."""

import asyncio
import hmac
import os
import re
from collections.abc import Awaitable, Callable
from json import loads
from typing import Any
from uuid import uuid4

import turn
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json, text


class Collected(CollectingOutputChannel):
    """Collects what is said as it was said.

    Rasa's own collector cuts a text at its blank lines and sends `custom` as a message of its own.
    """

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one message: its text, buttons and custom data, where it has them."""
        self.messages.append({key: message[key] for key in ("text", "buttons", "custom") if message.get(key)})


class TalkInput(InputChannel):
    """Takes {"sender", "message", "choice", "key"} and answers with a list of {"text", "buttons", "custom"}.

    Only a message with `"choice": true` (a button that we made) is an intent in Rasa's notation, `/choose`.
    At the head of anything else "/" is a person's mark and becomes a full-width one. The same `key` again gets the
    answer that the first got or is about to get, as long as it was the sender's last. A turn goes on where whoever
    asked has gone.
    """

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its place in the URL: /webhooks/talk/."""
        return "talk"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Makes the two routes, both behind the token: `GET /` (ready) and `POST /webhook`."""
        routes = Blueprint("talk")
        expected = f"Bearer {os.environ['YINGSU_RASA_TOKEN']}".encode()
        under_way: dict[tuple[str, str], asyncio.Task[list[dict[str, Any]] | None]] = {}

        @routes.middleware("request")
        async def authenticate(request: Request) -> HTTPResponse | None:
            given = request.headers.get("authorization", "").encode()
            return None if hmac.compare_digest(given, expected) else text("unauthorized", status=401)

        @routes.get("/")
        async def ready(_: Request) -> HTTPResponse:
            return json({"status": "ready"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            message, sender = str(request.json["message"]).strip(), str(request.json["sender"])
            pressed = parsed(message) if request.json.get("choice") is True else None
            said = message if pressed else as_text(message)
            key = str(request.json.get("key") or "")
            store = request.app.ctx.agent.tracker_store._tracker_store  # ours, inside Rasa's wrapping
            if key and (before := store.answer_to(sender, key)) is not None:
                return json(before)

            async def take() -> list[dict[str, Any]] | None:
                collected = Collected()
                turn.begin(key, collected.messages)
                heard = UserMessage(said, collected, sender, parse_data=pressed, input_channel=self.name())
                await on_new_message(heard)
                return None if turn.has_failed() else collected.messages

            # Without a key every message is another.
            name = (sender, key or uuid4().hex)
            if name not in under_way:
                under_way[name] = asyncio.create_task(take())
                under_way[name].add_done_callback(lambda _: under_way.pop(name))
            answer = await asyncio.shield(under_way[name])
            return json([], status=502) if answer is None else json(answer)

        return routes


def as_text(message: str) -> str:
    """Returns what a person wrote, so that Rasa takes it for text; it fails on a message without any."""
    return "／" + message[1:] if message.startswith("/") else message or "…"


def parsed(payload: str) -> dict[str, Any]:
    """Reads a button's payload, `/intent` or `/intent{"entity": "value"}`, in which nothing is to be guessed.

    Raises:
        ValueError: It is not written so.
    """
    form = re.fullmatch(r"/(\w+)(\{.*\})?", payload, re.DOTALL)
    if form is None:
        raise ValueError("not a button's payload")
    intent = {"name": form[1], "confidence": 1.0}
    carried = loads(form[2] or "{}").items()
    place = {"start": 0, "end": len(payload)}
    entities = [{"entity": name, "value": value, **place} for name, value in carried]
    return {"text": payload, "intent": intent, "intent_ranking": [intent], "entities": entities}
