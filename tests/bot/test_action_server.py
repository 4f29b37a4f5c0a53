"""The route through which Rasa calls our actions."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest
from rasa_sdk.interfaces import ActionExecutionRejection  # type: ignore[import-untyped]

from bot.action_app import create_app
from bot.action_server import ActionServer
from tests.actions.pocket_talk import PocketTalk

TOKEN = "secret"


def call(action: str, **slots: Any) -> dict[str, Any]:
    tracker = {
        "sender_id": "zhang",
        "slots": slots,
        "latest_message": {"text": "1", "intent": {"name": "answer_fragment", "confidence": 0.9}},
        "events": [{"event": "user", "text": "1"}],
        "active_loop": {"name": "intake"},
    }
    return {"next_action": action, "sender_id": "zhang", "tracker": tracker}


async def post(talk: PocketTalk, body: dict[str, Any], token: str = TOKEN) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(talk, TOKEN))
    async with httpx.AsyncClient(transport=transport, base_url="http://actions") as client:
        return await client.post("/webhook", json=body, headers={"Authorization": f"Bearer {token}"})


async def test_an_action_runs_and_its_events_and_messages_come_back() -> None:
    response = await post(PocketTalk(), call("validate_intake", requested_slot="defendants"))
    assert response.status_code == 200
    body = response.json()
    assert body["responses"][0]["text"] == "问 reviewed"
    assert body["events"][0]["value"] == "county"


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x"])
async def test_nobody_else_may_call(token: str) -> None:
    response = await post(PocketTalk(), call("action_greet"), token)
    assert response.status_code == 401


async def test_an_action_that_does_not_exist_is_404() -> None:
    response = await post(PocketTalk(), call("action_that_is_not"))
    assert response.status_code == 404
    assert response.json() == {"action_name": "action_that_is_not", "error": "no such action"}


async def test_a_rejection_is_400_with_the_action_s_name() -> None:
    class Rejecting(PocketTalk):
        def say(self, *_: object) -> Any:
            raise ActionExecutionRejection("action_greet")

    response = await post(Rejecting(), call("action_greet"))
    assert response.status_code == 400
    assert response.json()["action_name"] == "action_greet"


async def test_a_failure_says_where_and_nothing_of_the_case(caplog: pytest.LogCaptureFixture) -> None:
    talk = PocketTalk()
    talk.break_next = True
    with caplog.at_level(logging.DEBUG):
        response = await post(talk, call("validate_intake", requested_slot="defendants"))
    assert response.status_code == 500
    assert "RuntimeError in PocketTalk.required" in caplog.text
    assert "张三" not in caplog.text + response.text


async def test_it_is_served_on_loopback_and_stops() -> None:
    async with ActionServer(PocketTalk, TOKEN) as server:
        server.begin()
        assert server.url.startswith("http://127.0.0.1:")
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            response = await client.post(server.url, json=call("action_greet"))
        assert response.json()["responses"][0]["text"] == "greet"
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.post(server.url, json={})


async def test_the_talk_is_made_once_and_only_when_it_is_asked_for() -> None:
    made: list[PocketTalk] = []

    def make() -> PocketTalk:
        made.append(PocketTalk())
        return made[-1]

    async with ActionServer(make, TOKEN) as server:
        assert made == []
        await server.up()
        await server.up()
        assert len(made) == 1
    async with ActionServer(make, TOKEN):
        pass
    assert len(made) == 1, "nobody asked for it"
