"""`make bench-soak`: people talk while processes are killed and calls fail; afterwards nothing may be lost."""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from actions.people import People
from actions.people.roles import Post, Role
from actions.store.inbox import Inbox
from bench.report import number, percentile, table
from bench.soak.afterwards import faults, find
from bench.soak.crowd import Crowd
from bench.soak.serving import SoakError, served
from bench.soak.weather import Weather
from bot.errors import RasaMissing
from bot.rasa_process import RasaFiles
from bot.settings import CHECKOUT

RESULTS = CHECKOUT / "bench" / "results"
_UNIT = "原平市住房和城乡建设局"
_CALM_AFTER = 120.0
"""How long the last answers may take, seconds: Rasa may be starting, and a send be paused for a minute."""


def main() -> int:
    """Soaks, prints and keeps the figures; returns the exit code, 1 where something was lost or done twice."""
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("--people", type=int, default=200, help="people at once")
    parser.add_argument("--messages", type=int, default=5000, help="messages of all of them together")
    parser.add_argument("--minutes", type=float, default=10.0, help="when to send no more in any case")
    parser.add_argument("--seed", type=int, default=1, help="decides what people do, what fails and when")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        RasaFiles.in_checkout(CHECKOUT).check()
    except RasaMissing as error:
        print(error, file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="yingsu-soak-") as name:
            measured, wrong = soak(Path(name), options)
    except SoakError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    show(measured, wrong)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"soak-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps({**measured, "faults": wrong}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\n{path.relative_to(CHECKOUT)}")
    return 1 if wrong else 0


def soak(home: Path, options: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    """Lets people talk through it all; returns the figures, JSON-ready, and what does not hold."""
    codes = enrolled(home / "yingsu.sqlite", options.people)
    seeds = random.Random(options.seed)  # noqa: S311 - to be had again, not to be unguessable
    load = os.getloadavg()[0]
    chances = [random.Random(seeds.random()) for _ in range(3)]  # noqa: S311
    api = Weather(chances[0], lambda it: crowd.sees(it))
    crowd = Crowd(codes, chances[1], api.push)
    began = time.monotonic()
    with api, served(home, api.url, chances[2]) as serving:

        def meanwhile(messages: int) -> None:
            say(f"{messages} of {options.messages} messages, killed {serving.kills}")
            serving.strike(messages)

        crowd.talk(options.messages, began + 60 * options.minutes, meanwhile)
        talked = time.monotonic() - began
        with ThreadPoolExecutor(1) as beside:
            ending = beside.submit(serving.restart)
            crowd.go_on(ending.done)
        api.calm = True
        crowd.listen(time.monotonic() + _CALM_AFTER)
        time.sleep(2.0)  # the last edits
        ended = serving.stop()
    say("")
    found = find(home / "yingsu.sqlite")
    notes = crowd.notes
    measured = {
        "options": vars(options),
        "cpus": os.cpu_count(),
        "load_at_start": load,
        "seconds": talked,
        "messages": notes.messages,
        "messages_per_second": notes.messages / talked,
        "latency_s": {f"p{it}": percentile(notes.seconds, it / 100) for it in (50, 95, 99, 100)},
        "kills": serving.kills,
        "ended_by_itself": serving.ended_by_itself,
        "stop_under_load_s": ending.result(),
        "stop_s": ended,
        "calls_failed": dict(sorted(api.failed.items())),
        "updates_repeated": api.repeated,
        "batches_out_of_order": api.reordered,
        "sends": sum(it.messages for it in found.sent.values()),
        "sent_again_surely": sum(it.later for it in found.sent.values()),
        "sent_again_perhaps": sum(it.unsure for it in found.sent.values()),
        "decisions": sum(map(len, found.decisions.values())),
        "noticed": {it.name: getattr(notes, it.name) for it in fields(notes) if it.name not in ("messages", "seconds")},
    }
    wrong = faults(crowd.people.values(), api.shown, found)
    if wrong:
        keep = Path(tempfile.mkdtemp(prefix="yingsu-soak-faults-"))
        for it in ("serve.log", "rasa.log"):
            if (home / it).exists():
                (keep / it).write_bytes((home / it).read_bytes())
        talks = {it.id: it.talk for it in crowd.people.values()}
        (keep / "talks.json").write_text(json.dumps(talks, ensure_ascii=False, indent=1), encoding="utf-8")
        print(f"logs of what went wrong: {keep}", file=sys.stderr)
    return measured, wrong


def enrolled(database: Path, people: int) -> list[str]:
    """Issues a code for each person."""
    post = Post("收文岗", _UNIT, frozenset({Role.REGISTER}))
    with Inbox.open(database) as opened:
        register = People(opened)
        now = datetime.now(UTC)
        return [register.issue(post, by="bench", at=now, random=secrets.randbelow)[1] for _ in range(people)]


def show(measured: dict[str, Any], wrong: list[str]) -> None:
    """Prints the figures, and what does not hold."""
    noticed, latency = measured["noticed"], measured["latency_s"]
    rows = [
        ("messages", number(measured["messages"])),
        ("messages a second", number(measured["messages_per_second"])),
        ("answer, p50 (s)", number(latency["p50"])),
        ("answer, p95 (s)", number(latency["p95"])),
        ("answer, the slowest (s)", number(latency["p100"])),
        ("kills of yingsu serve", number(measured["kills"]["serve"])),
        ("kills of Rasa", number(measured["kills"]["rasa"])),
        ("calls of the Bot API that failed", number(sum(measured["calls_failed"].values()))),
        ("updates that came twice", number(measured["updates_repeated"])),
        ("messages sent", number(measured["sends"])),
        ("… again, since they had not arrived", number(measured["sent_again_surely"])),
        ("… again, since nobody knew", number(measured["sent_again_perhaps"])),
        ("… of these seen twice by a person", number(noticed["duplicates"])),
        ("“please wait” said", number(noticed["told_to_wait"])),
        ("“guidance rests” said", number(noticed["told_it_rests"])),
        ("decisions on record", number(measured["decisions"])),
        ("from SIGTERM to the end, while people talk (s)", number(measured["stop_under_load_s"])),
        ("… at rest (s)", number(measured["stop_s"])),
    ]
    print(table((f"{measured['options']['people']} people", ""), rows))
    print("", *(wrong or ["Everything was answered, and every confirmed case is on record once."]), sep="\n")


def say(what: str) -> None:
    """Shows how far it is, at a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
