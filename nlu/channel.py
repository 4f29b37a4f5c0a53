"""The one door into Rasa: our own process, over loopback, with a token."""

import hmac
import os
import re
from collections.abc import Awaitable, Callable
from json import loads
from typing import Any

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
    answer that the first got, as long as it was the sender's last.
    """

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its place in the URL: /webhooks/talk/."""
        return "talk"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Makes the two routes, both behind the token: `GET /` (ready) and `POST /webhook`."""
        routes = Blueprint("talk")
        expected = f"Bearer {os.environ['YINGSU_RASA_TOKEN']}".encode()

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
            collected = Collected()
            turn.begin(key, collected.messages)
            await on_new_message(UserMessage(said, collected, sender, parse_data=pressed, input_channel=self.name()))
            return json([], status=502) if turn.has_failed() else json(collected.messages)

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
