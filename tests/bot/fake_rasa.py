"""Stands where nlu/serve.py stands: same arguments, same channel, no Rasa.

Its "model" is a JSON file: `exit` ends it at once with that code, `mute` never answers, `stubborn` does not end when
it is asked to, `count` is a file to which each start adds a line. The messages die, break, hang and nothing do what
they say; others are repeated.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

parser = argparse.ArgumentParser()
parser.add_argument("command")
parser.add_argument("--die-with-parent", action="store_true")
for name in ("--port", "--model", "--actions", "--tracker"):
    parser.add_argument(name)
options = parser.parse_args()
script: dict[str, Any] = json.loads(Path(options.model).read_text(encoding="utf-8"))
if "count" in script:
    with Path(script["count"]).open("a", encoding="utf-8") as starts:
        starts.write(f"{os.getpid()}\n")
if "exit" in script:
    print("this model cannot be loaded", flush=True)
    sys.exit(script["exit"])
if script.get("stubborn"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if script.get("mute"):
    time.sleep(60)


def until_parent_dies() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


class Channel(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, body: object) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def do_GET(self) -> None:
        known = self.headers.get("authorization") == f"Bearer {os.environ['YINGSU_RASA_TOKEN']}"
        self.answer(200 if known else 401, {})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if asked["message"] == "die":
            os._exit(9)
        if asked["message"] == "break":
            self.answer(500, {})
        elif asked["message"] == "hang":
            time.sleep(30)
        elif asked["message"] == "nothing":
            self.answer(200, [])
        else:
            self.answer(200, [{"text": f"{asked['sender']}: {asked['message']} {asked['choice']}"}])

    def log_message(self, format: str, *args: object) -> None:
        pass


threading.Thread(target=until_parent_dies, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(options.port)), Channel).serve_forever()
