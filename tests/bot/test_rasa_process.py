"""The keeper of the Rasa process, with a stand-in for Rasa that speaks over the same channel."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import RasaFault, RasaMissing, RasaNotStarted, RasaResting
from bot.rasa_process import Limits, RasaFiles, RasaProcess, new_token

FAKE = Path(__file__).with_name("fake_rasa.py")
ROOT = Path(__file__).parents[2]
QUICK = Limits(start=20.0, answer=1.0, poll=0.02, stop=2.0, pauses=(0.0, 0.0), steady=60.0)

Maker = Callable[..., RasaProcess]


@pytest_asyncio.fixture
async def make(tmp_path: Path) -> AsyncIterator[Maker]:
    made: list[RasaProcess] = []

    def maker(limits: Limits = QUICK, **script: object) -> RasaProcess:
        model = tmp_path / "model.json"
        model.write_text(json.dumps({"count": str(tmp_path / "starts"), **script}), encoding="utf-8")
        files = RasaFiles(Path(sys.executable), FAKE, model)
        process = RasaProcess(files, tmp_path / "home", "http://127.0.0.1:1/webhook", new_token(), limits)
        made.append(process)
        return process

    yield maker
    for process in made:
        await process.stop()


def starts(folder: Path) -> list[int]:
    return [int(line) for line in (folder / "starts").read_text(encoding="utf-8").split()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").exists() or Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


async def test_a_message_goes_there_and_its_answer_comes_back(make: Maker) -> None:
    rasa = make()
    await rasa.start()
    await rasa.wait_ready()
    assert rasa.ready
    assert await rasa.send("zhang", "你好") == [{"text": "zhang: 你好 False"}]
    assert await rasa.send("zhang", "/start", choice=True) == [{"text": "zhang: /start True"}]


async def test_starting_twice_starts_one(make: Maker, tmp_path: Path) -> None:
    rasa = make()
    await rasa.start()
    await rasa.start()
    await rasa.wait_ready()
    assert len(starts(tmp_path)) == 1


@pytest.mark.parametrize("message", ["nothing", "break", "hang"])
async def test_no_answer_is_a_fault_and_says_what_to_do(make: Maker, message: str) -> None:
    rasa = make()
    await rasa.start()
    await rasa.wait_ready()
    with pytest.raises(RasaFault, match="再发一次"):
        await rasa.send("zhang", message)
    assert await rasa.send("zhang", "还在吗") == [{"text": "zhang: 还在吗 False"}]


async def test_it_rests_before_it_is_started_and_after_it_is_stopped(make: Maker) -> None:
    rasa = make()
    with pytest.raises(RasaResting):
        await rasa.wait_ready()
    with pytest.raises(RasaResting):
        await rasa.send("zhang", "你好")
    await rasa.start()
    await rasa.wait_ready()
    pid = rasa.pid
    await rasa.stop()
    assert pid is not None
    assert not alive(pid)
    assert not rasa.ready
    with pytest.raises(RasaResting, match="休息"):
        await rasa.send("zhang", "你好")


async def test_it_can_be_started_again(make: Maker) -> None:
    rasa = make()
    for _ in range(2):
        await rasa.start()
        await rasa.wait_ready()
        await rasa.stop()


async def test_when_it_dies_it_is_started_again(make: Maker, tmp_path: Path) -> None:
    rasa = make()
    await rasa.start()
    await rasa.wait_ready()
    with pytest.raises(RasaFault):
        await rasa.send("zhang", "die")
    while len(starts(tmp_path)) < 2:
        await asyncio.sleep(0.01)
    await rasa.wait_ready()
    assert await rasa.send("zhang", "你好") == [{"text": "zhang: 你好 False"}]
    assert "ended with 9" in rasa.log.read_text(encoding="utf-8")


async def test_when_it_dies_too_often_it_rests(make: Maker, tmp_path: Path) -> None:
    rasa = make()
    await rasa.start()
    for _ in range(1 + len(QUICK.pauses)):
        await rasa.wait_ready()
        with pytest.raises(RasaFault):
            await rasa.send("zhang", "die")
        while rasa.ready:
            await asyncio.sleep(0.01)
    with pytest.raises(RasaNotStarted, match=r"rasa\.log"):
        await rasa.wait_ready()
    assert len(starts(tmp_path)) == 1 + len(QUICK.pauses)


async def test_one_that_cannot_start_is_tried_twice_and_its_words_are_in_the_log(make: Maker, tmp_path: Path) -> None:
    rasa = make(exit=3)
    await rasa.start()
    with pytest.raises(RasaNotStarted, match=r"rasa\.log"):
        await rasa.wait_ready()
    assert len(starts(tmp_path)) == 2
    log = rasa.log.read_text(encoding="utf-8")
    assert "this model cannot be loaded" in log
    assert "ended with 3" in log
    assert rasa.log.stat().st_mode & 0o077 == 0


async def test_one_that_is_never_ready_is_given_up(make: Maker, tmp_path: Path) -> None:
    rasa = make(Limits(start=0.5, poll=0.02, stop=2.0, pauses=(0.0,)), mute=True)
    await rasa.start()
    with pytest.raises(RasaNotStarted):
        await rasa.wait_ready()
    assert not any(map(alive, starts(tmp_path)))


@pytest.mark.parametrize("missing", ["python", "entry", "model"])
async def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    there = tmp_path / "there"
    there.touch()
    paths = dict.fromkeys(("python", "entry", "model"), there) | {missing: tmp_path / "nowhere"}
    rasa = RasaProcess(RasaFiles(**paths), tmp_path, "http://127.0.0.1:1", new_token())
    with pytest.raises(RasaMissing, match="nowhere"):
        await rasa.start()


async def test_a_python_that_cannot_run_is_no_endless_loop(make: Maker, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("not a program", encoding="utf-8")
    files = RasaFiles(broken, FAKE, FAKE)
    rasa = RasaProcess(files, tmp_path / "home", "http://127.0.0.1:1", new_token(), QUICK)
    await rasa.start()
    with pytest.raises(RasaNotStarted):
        await rasa.wait_ready()


@pytest.mark.parametrize("entry", [FAKE, ROOT / "nlu" / "serve.py"], ids=["fake", "serve.py"])
def test_it_does_not_outlive_its_owner(tmp_path: Path, entry: Path) -> None:
    # Killed, the owner can tidy nothing up: the closing of the pipe between them has to do.
    if entry == FAKE:
        model = tmp_path / "model.json"
        model.write_text("{}", encoding="utf-8")
        arguments = ["run", "--die-with-parent", "--port", "0", "--model", str(model)]
        child = [sys.executable, str(entry), *arguments]
    else:
        code = "import sys, time; sys.path.insert(0, sys.argv[1]); import serve, threading;"
        code += "threading.Thread(target=serve.die_with_parent).start(); time.sleep(30)"
        child = [sys.executable, "-c", code, str(entry.parent)]
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_OWNER), *child],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"YINGSU_RASA_TOKEN": "t"},
    )
    assert owner.stdout is not None
    with owner.stdout:
        pid = int(owner.stdout.readline())
    assert alive(pid)
    owner.kill()
    owner.wait()
    deadline = time.monotonic() + 10
    while alive(pid):
        assert time.monotonic() < deadline, "it is still there"
        time.sleep(0.02)


_OWNER = """
    import subprocess, sys, time
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=quiet, start_new_session=True)
    print(child.pid, flush=True)
    time.sleep(60)
"""
