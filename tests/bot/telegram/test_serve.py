"""`yingsu serve`: with real Rasa, a case over Telegram, a kill in the middle, and a graceful end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from actions.people import People, Post, Role
from actions.store.inbox import Inbox
from actions.store.mail import Depth
from bot.app import App
from bot.channels.telegram.receiving import Line
from bot.dialogue import Dialogue
from bot.errors import ChannelRefused, InputError, RasaMissing
from bot.inbox import Times
from bot.metrics import Metrics
from bot.rasa_process import Limits, RasaFiles, RasaProcess, new_token
from bot.reception import Reception
from bot.serve import END, RASA, alone, keep_up, run_telegram, serve
from bot.settings import Address, Settings
from bot.web import GRACE, listening
from knowledge.look_up import LookUp
from knowledge.search import Searcher
from tests.bot.running import Run
from tests.bot.telegram.bot_api import NO_ANSWER, TOKEN, BotApi, Fault, Shown
from tests.bot.telegram.house import GROUP, ZHANG, FakeDoor, FakeGuide, pressed, settings_for, words

ROOT = Path(__file__).parents[3]


def test_without_a_channel_it_says_what_to_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YINGSU_TELEGRAM_TOKEN", raising=False)
    done = run("serve")
    assert done.code == 2
    assert "YINGSU_TELEGRAM_TOKEN" in done.err


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 130)])
def test_a_first_training_is_broken_off_at_once(tmp_path: Path, sign: signal.Signals, code: int) -> None:
    slow = (
        "import bot.app, sys, time; bot.app.open_searcher = lambda _: (print('training', flush=True), time.sleep(60))"
    )
    command = [sys.executable, "-c", f"{slow}; sys.argv = ['yingsu', 'serve']; from bot.cli import main; main()"]
    env = {**os.environ, "YINGSU_HOME": str(tmp_path), "YINGSU_TELEGRAM_TOKEN": TOKEN}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "training\n"
            process.send_signal(sign)
            assert process.wait(5) == code
        finally:
            process.kill()


async def test_an_address_in_use_is_told() -> None:
    async def app(*_: object) -> None: ...

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="占用"):
            async with listening(app, Address("127.0.0.1", taken.getsockname()[1])):
                pass


def test_two_do_not_serve_from_one_home(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(InputError, match="已经有一个"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


async def test_a_rasa_that_was_given_up_is_started_again(tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    model.write_text('{"exit": 3}')
    files = RasaFiles(Path(sys.executable), ROOT / "tests" / "bot" / "fake_rasa.py", model)
    rasa = RasaProcess(files, tmp_path, "http://127.0.0.1:1", new_token(), Limits(poll=0.02, stop=2.0, pauses=(0.0,)))
    up, pauses = asyncio.Event(), []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        model.write_text("{}")  # somebody mends it
        if rasa.ready:
            up.set()
            await asyncio.Event().wait()

    await rasa.start()
    keeping = asyncio.create_task(keep_up(rasa, pause))
    await asyncio.wait_for(up.wait(), 30)
    keeping.cancel()
    await rasa.stop()
    assert pauses == [60.0, 5.0]


async def test_it_stops_though_answers_and_sends_hang_and_rasa_does_not_listen(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model.json"
    model.write_text('{"stubborn": true}')
    files = RasaFiles(Path(sys.executable), ROOT / "tests" / "bot" / "fake_rasa.py", model)
    monkeypatch.setattr(RasaFiles, "in_checkout", lambda root: files)
    settings = settings_for(api, tmp_path, status=f"127.0.0.1:{free_port()}")
    with Inbox.open(settings.store) as inbox:
        post = Post("收文岗", "原平市住房和城乡建设局", frozenset({Role.REGISTER}))
        People(inbox).add(f"telegram:{ZHANG}", post, by="test", at=datetime.now(UTC))
    # Nothing is waited for: what hangs without a bound hangs here.
    app, stop = App(settings, limits=Limits(poll=0.02, stop=0.0)), asyncio.Event()
    serving = asyncio.create_task(serve(app, settings, stop, Times(stop=0.0)))
    await asyncio.to_thread(api.wait_for, "setMyShortDescription")
    await app.guide.wait_ready()
    rasa = app.rasa.pid
    assert rasa is not None
    api.fail("sendMessage", NO_ANSWER)
    api.push(words("hang", ZHANG), words("你好", ZHANG + 1))
    await asyncio.to_thread(api.wait_for, "sendMessage")
    await asyncio.to_thread(api.wait_for, "sendChatAction")  # it is typing: Rasa has been asked
    stop.set()
    await asyncio.wait_for(serving, 20)
    with pytest.raises(ProcessLookupError):
        os.kill(rasa, 0)
    with Inbox.open(settings.store) as inbox:
        assert inbox.depth() == Depth(1, 1), "both are on disk"


def test_what_is_waited_for_one_after_the_other_is_less_than_the_end() -> None:
    assert GRACE + Times().stop + RASA.stop < END < 5


def test_a_thread_that_hangs_does_not_keep_it(tmp_path: Path) -> None:
    code = """
import asyncio, threading, bot.app, bot.serve, bot.cli

async def serve(app, settings, stop):
    hanging = asyncio.to_thread(threading.Event().wait)  # as a disk, or a name server, may
    print("serving", flush=True)
    await hanging

bot.app.App = lambda *_, **__: None
bot.serve.serve = serve
bot.serve.end_in_time.__defaults__ = (0.1,)
bot.cli.build()(["serve"])
"""
    env = {**os.environ, "YINGSU_HOME": str(tmp_path), "YINGSU_TELEGRAM_TOKEN": TOKEN}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "serving\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 0
        finally:
            process.kill()


# ── with Rasa ────────────────────────────────────────────────────────────────────────────────────────────────────


def yingsu(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "import sys; sys.argv[0] = 'yingsu'; from bot.cli import main; main()", *arguments]


@contextmanager
def serving(api: BotApi, home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    env = {
        **os.environ,
        "YINGSU_HOME": str(home),
        "YINGSU_TELEGRAM_TOKEN": TOKEN,
        "YINGSU_TELEGRAM_API_URL": api.url,
        "YINGSU_TELEGRAM_GROUPS": str(GROUP),
        "YINGSU_STATUS": f"127.0.0.1:{port}",
        "PYTHONUTF8": "1",
    }
    with subprocess.Popen(yingsu("serve"), cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def health(port: int) -> dict[str, object]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            found: dict[str, object] = json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            found = json.load(error)
    return found


@pytest.mark.rasa
@pytest.mark.xdist_group("rasa")
def test_a_talk_over_telegram_with_a_kill_in_the_middle(api: BotApi, tmp_path: Path) -> None:
    try:
        RasaFiles.in_checkout(ROOT).check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    env = {**os.environ, "YINGSU_HOME": str(tmp_path)}
    who = ["--name", "收文岗", "--unit", "原平市住房和城乡建设局", "--role", "register"]
    subprocess.run(yingsu("people", "add", f"telegram:{ZHANG}", *who), cwd=ROOT, env=env, check=True)
    port = free_port()
    api.fail("sendMessage", Fault(502))
    with serving(api, tmp_path, port) as process:
        api.push(words("原平市政府被告了，住建局报市政府批准的征收决定，11月23日收到的"))
        asked(api)
        process.send_signal(signal.SIGKILL)  # whether what was sent is known to have arrived is chance
        process.wait(10)
    with serving(api, tmp_path, port) as process:
        api.wait_for("setMyShortDescription", 2)
        api.push(pressed(str(asked(api).buttons[0]["callback_data"])))
        assert api.wait_until(lambda: any("已选：" in text for text in api.texts(ZHANG)), 60), api.texts(ZHANG)
        asked(api)  # another question, or the outcome
        assert health(port) == {"status": "ok", "parts": {"store": True, "telegram": True, "rasa": True}}
        process.send_signal(signal.SIGTERM)
        _, logged = process.communicate(timeout=60)
    assert process.returncode == 0, logged
    assert not any(word in logged for word in ("原平", "住建局", "征收", TOKEN))


def asked(api: BotApi) -> Shown:
    """Wait for a question in the private chat."""
    assert api.wait_until(lambda: any(it.buttons for it in api.chats[ZHANG]), 90), api.texts(ZHANG)
    return next(it for it in reversed(api.chats[ZHANG]) if it.buttons)


async def test_a_public_address_sets_a_webhook_and_is_heard_with_its_secret_only(
    api: BotApi, tmp_path: Path, searcher: Searcher
) -> None:
    port, line = free_port(), Line()
    public = {"telegram_public_url": "https://bot.example", "telegram_webhook": f"127.0.0.1:{port}"}
    settings = settings_for(api, tmp_path, **public)
    door = FakeDoor()
    reception = Reception(Dialogue(FakeGuide(), LookUp(searcher)), door)
    with Inbox.open(tmp_path / "inbox.sqlite") as inbox:
        running = asyncio.create_task(run_telegram(settings, inbox, reception, door, Metrics(), line, Times()))
        (hook,) = await asyncio.to_thread(api.wait_for, "setWebhook")
        assert hook["url"] == "https://bot.example/telegram"
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            for secret, status in (("x", 403), (hook["secret_token"], 200)):
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
                assert (await client.post("/telegram", json=words("你好"), headers=headers)).status_code == status
        await asyncio.to_thread(api.wait_for, "sendMessage")
        running.cancel()
        await asyncio.wait({running})
    assert api.texts(ZHANG) == ["听到：你好"]
    assert api.made("getUpdates") == []


async def test_a_token_that_telegram_does_not_know_ends_it(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    settings = Settings(home=tmp_path, telegram_token="12345:wrong", telegram_api_url=api.url)
    reception = Reception(Dialogue(FakeGuide(), LookUp(searcher)), FakeDoor())
    with Inbox.open(tmp_path / "inbox.sqlite") as inbox, pytest.raises(ChannelRefused, match="TELEGRAM_TOKEN"):
        await run_telegram(settings, inbox, reception, FakeDoor(), Metrics(), Line(), Times())
