"""The web application that runs our actions for Rasa: one route, behind a token.

Its libraries take half a second to import. `action_server` imports this module beside everything else.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
from collections.abc import Iterator
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor  # type: ignore[import-untyped]
from rasa_sdk.interfaces import (  # type: ignore[import-untyped]
    ActionExecutionRejection,
    ActionNotFoundException,
)

from actions.rasa.actions import custom_actions
from actions.rasa.ports import Talk
from bot.web import GRACE

_log = logging.getLogger(__name__)


def create_app(talk: Talk, token: str) -> FastAPI:
    """Makes the web application that runs the actions.

    Args:
        talk: What the actions call.
        token: What Rasa must show, as `Authorization: Bearer TOKEN`.

    Returns:
        An application with `POST /webhook`. It answers 401 without the token, 404 to an action that does not
        exist, 400 where an action rejects its execution, and 500 with no more than the action's name where it
        fails: a failure's own words may quote a case.
    """
    executor = ActionExecutor()
    for name, action in custom_actions(talk).items():
        executor.register_function(name, action)
    expected = f"Bearer {token}".encode()
    app = FastAPI(openapi_url=None)

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            return JSONResponse({"error": "unauthorized"}, 401)
        # Rasa leaves the domain out, as endpoints.yml asks it to; the executor wants to see one.
        call: dict[str, Any] = {"domain": {}, **await request.json()}
        name = str(call.get("next_action"))
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return _refusal(400, rejection.action_name, "rejected")
        except ActionNotFoundException:
            return _refusal(404, name, "no such action")
        except Exception as fault:
            _log.error("action %s failed: %s", name, _where(fault))
            return _refusal(500, name, "failed")
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    return app


def create_server(talk: Talk, token: str) -> uvicorn.Server:
    """Makes the server of `create_app`; it listens on the sockets that its `serve` is given."""
    config = uvicorn.Config(
        create_app(talk, token), lifespan="off", log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE
    )
    return _Server(config)


def _refusal(status: int, name: str, error: str) -> JSONResponse:
    return JSONResponse({"action_name": name, "error": error}, status)


def _where(fault: BaseException) -> str:
    """Names a failure by its type and place, without its message."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" in {trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}"
    return type(fault).__name__ + place


class _Server(uvicorn.Server):
    """A server that leaves Ctrl-C to the program it is part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
