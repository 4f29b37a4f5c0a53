"""A Bot API on loopback: keeps chats as Telegram would, refuses what Telegram refuses, and fails where it is told to.

What it answers is read by python-telegram-bot itself, which would not take what Telegram does not say.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from actions.document import Document

TOKEN = "12345:loopback"
BOT = {"id": 12345, "is_bot": True, "first_name": "应诉助手", "username": "yingsu_bot", "can_join_groups": True}
NOW = 1_795_500_000
_TAGS = {"b", "i", "blockquote", "code"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """How a call fails: with a code, or by silence; `done` where it had its effect all the same."""

    code: int = 0
    description: str = "told to fail"
    retry_after: int = 0
    migrate_to: int = 0
    done: bool = False


SILENCE = Fault()
"""The call has no effect and no answer: the connection breaks."""
NO_ANSWER = Fault(code=-1, done=True)
"""The call has its effect, and the connection stays open without an answer."""
DONE_BUT_SILENT = Fault(done=True)
"""The call has its effect, and the connection breaks before the answer."""


@dataclass
class Shown:
    """A message in a chat, as a person sees it; the text of one with a file is its caption."""

    message_id: int
    text: str
    buttons: list[Json] = field(default_factory=list)
    edited: int = 0
    reply_to: int | None = None
    file: Document | None = None


class Refused(Exception):
    """What Telegram answers with 400."""


class BotApi:
    """One bot's side of Telegram. Use it as a context manager."""

    def __init__(self) -> None:
        self.chats: dict[int, list[Shown]] = defaultdict(list)
        self.calls: list[tuple[str, Json]] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.waiting: list[Json] = []
        self.patience = 10.0
        self._changed = threading.Condition()
        self._closed = False
        self._last = 0
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                kind, _, boundary = self.headers.get("content-type", "").partition("; boundary=")
                multipart = kind == "multipart/form-data"
                fields = _parts(body, boundary) if multipart else dict(parse_qsl(body.decode(), keep_blank_values=True))
                api.serve(self, self.path, fields)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # whoever asked has gone

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> BotApi:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # ── for tests ──────────────────────────────────────────────────────────────────────────────────────────────

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method fail, one after the other."""
        self.faults[method] += faults

    def made(self, method: str) -> list[Json]:
        """The calls of a method so far, those that failed included."""
        with self._changed:
            return [params for name, params in self.calls if name == method]

    def wait_for(self, method: str, times: int = 1) -> list[Json]:
        """Return when a method has been called so often; blocks, so call it in a thread."""
        with self._changed:
            called = self._changed.wait_for(lambda: sum(name == method for name, _ in self.calls) >= times, 30)
        assert called, f"{method} was not called {times} times: {[name for name, _ in self.calls]}"
        return self.made(method)

    def wait_until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Return when something is true of the chats, or after so long whether it is; blocks."""
        with self._changed:
            return self._changed.wait_for(true, seconds)

    def push(self, *updates: Json) -> None:
        """Let updates wait to be fetched."""
        with self._changed:
            self.waiting += updates
            self._changed.notify_all()

    def texts(self, chat: int) -> list[str]:
        """What stands in a chat, oldest first."""
        return [it.text for it in self.chats[chat]]

    def last(self, chat: int) -> Shown:
        """The newest message of a chat."""
        return self.chats[chat][-1]

    # ── the server ─────────────────────────────────────────────────────────────────────────────────────────────

    def serve(self, handler: BaseHTTPRequestHandler, path: str, raw: Mapping[str, str | Document]) -> None:
        _, bot, method = path.split("/", 2)
        params = {name: _value(value) if isinstance(value, str) else value for name, value in raw.items()}
        with self._changed:
            self.calls.append((method, params))
            self._changed.notify_all()
            fault = self.faults[method].pop(0) if self.faults[method] else None
        if bot != f"bot{TOKEN}":
            fault = Fault(401, "Unauthorized")
        if fault is not None and not fault.done:
            return _fail(handler, fault)
        try:
            result = getattr(self, f"on_{method}", lambda **_: True)(**params)
        except Refused as refused:
            return _answer(handler, 400, {"ok": False, "error_code": 400, "description": f"Bad Request: {refused}"})
        if fault is not None:
            if fault is NO_ANSWER:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, 10)
            return _fail(handler, fault)
        return _answer(handler, 200, {"ok": True, "result": result})

    def on_getMe(self) -> Json:
        return BOT

    def on_getUpdates(self, offset: int = 0, timeout: int = 0, **_: object) -> list[Json]:
        with self._changed:
            self.waiting = [it for it in self.waiting if it["update_id"] >= offset]
            self._changed.wait_for(lambda: self.waiting or self._closed, min(timeout, self.patience))
            return list(self.waiting)

    def on_sendMessage(self, chat_id: int, text: str, **more: Any) -> Json:
        return self._message(chat_id, self._show(chat_id, _checked(text), None, more))

    def on_sendDocument(self, chat_id: int, document: Document, caption: str = "", **more: Any) -> Json:
        if not document.content:
            raise Refused("file must be non-empty")
        plain = _checked(caption, 1024) if caption else ""
        shown = self._message(chat_id, self._show(chat_id, plain, document, more))
        del shown["text"]
        return {**shown, "caption": plain, "document": {"file_id": "f", "file_unique_id": "f"}}

    def _show(self, chat: int, plain: str, file: Document | None, more: Json) -> Shown:
        with self._changed:
            self._last += 1
            reply_to = (more.get("reply_parameters") or {}).get("message_id")
            shown = Shown(self._last, plain, _buttons(more.get("reply_markup")), reply_to=reply_to, file=file)
            self.chats[chat].append(shown)
            self._changed.notify_all()
        return shown

    def on_editMessageText(self, chat_id: int, message_id: int, text: str, **more: Any) -> Json:
        plain, buttons = _checked(text), _buttons(more.get("reply_markup"))
        with self._changed:
            shown = next((it for it in self.chats[chat_id] if it.message_id == message_id), None)
            if shown is None:
                raise Refused("message to edit not found")
            if (shown.text, shown.buttons) == (plain, buttons):
                raise Refused("message is not modified: specified new message content and reply markup are the same")
            shown.text, shown.buttons, shown.edited = plain, buttons, shown.edited + 1
        return self._message(chat_id, shown)

    def _message(self, chat: int, shown: Shown) -> Json:
        kind = {"id": chat, "type": "private", "first_name": "某"} if chat > 0 else {"id": chat, "type": "supergroup"}
        return {"message_id": shown.message_id, "date": NOW, "chat": kind, "from": BOT, "text": shown.text}


def _parts(body: bytes, boundary: str) -> dict[str, str | Document]:
    """The fields of a form with files."""
    fields: dict[str, str | Document] = {}
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        named = dict(re.findall(r'(name|filename)="([^"]*)"', head.decode()))
        file = Document(named["filename"], content) if "filename" in named else None
        fields[named["name"]] = file or content.decode()
    return fields


def _value(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text, self.open = "", list[str]()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in _TAGS:
            raise Refused(f"can't parse entities: Unsupported start tag {tag}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused("can't parse entities")

    def handle_data(self, data: str) -> None:
        self.text += data


def _checked(text: Any, most: int = 4096) -> str:
    """The text without its markup; Telegram counts UTF-16 units of that."""
    text = str(text)
    if re.search(r"<(?!/?[a-z])", text):
        raise Refused("can't parse entities: Unsupported start tag")
    page = _Html()
    page.feed(text)
    page.close()
    if page.open:
        raise Refused("can't parse entities: Can't find end tag")
    if not page.text.strip():
        raise Refused("message text is empty")
    if len(page.text.encode("utf-16-le")) // 2 > most:
        raise Refused("message is too long")
    return page.text


def _buttons(markup: Any) -> list[Json]:
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    for button in buttons:
        data = button.get("callback_data", "")
        if len(data.encode()) > 64:
            raise Refused("BUTTON_DATA_INVALID")
    return buttons


def _fail(handler: BaseHTTPRequestHandler, fault: Fault) -> None:
    if fault.code <= 0:
        handler.close_connection = True  # and not a word
        return
    body: Json = {"ok": False, "error_code": fault.code, "description": fault.description}
    if fault.retry_after:
        body["parameters"] = {"retry_after": fault.retry_after}
    if fault.migrate_to:
        body["parameters"] = {"migrate_to_chat_id": fault.migrate_to}
    _answer(handler, fault.code, body)


def _answer(handler: BaseHTTPRequestHandler, code: int, body: Json) -> None:
    payload = json.dumps(body).encode()
    handler.send_response(code)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(payload)))
    handler.end_headers()
    handler.wfile.write(payload)
