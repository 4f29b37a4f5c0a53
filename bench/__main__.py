"""`make bench`: serves the same talk by ours and by stock Rasa, in turns, and prints how they compare."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import ours, stock
from bench.drive import Door, all_at_once, one_after_another
from bench.flow import LOOK_UPS, FlowError
from bench.processes import cpu_seconds, memory
from bench.report import Served, compare, comparison, number, percentile, table
from bot.errors import RasaMissing
from bot.rasa_process import RasaFiles
from bot.settings import CHECKOUT

RESULTS = CHECKOUT / "bench" / "results"
_COLD = 10


def main() -> int:
    """Measures, prints and keeps the figures; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="each side's rounds; the best of each figure counts")
    parser.add_argument("--turns", type=int, default=200, help="guided turns in a row")
    parser.add_argument("--warm-up", type=int, default=30, help="guided turns before the clock counts")
    parser.add_argument("--endless", type=int, default=60, help="guided turns in a conversation that never ends")
    parser.add_argument("--people", type=int, default=16, help="people at once")
    parser.add_argument("--messages", type=int, default=480, help="messages of all of them together")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        RasaFiles.in_checkout(CHECKOUT).check()
        measured = measure(options)
    except (FlowError, RasaMissing) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\n{path.relative_to(CHECKOUT)}")
    return 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Measures everything, printing as it goes; returns what it found, JSON-ready."""
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} CPUs, Python {platform.python_version()}, load {load:.1f} at the start\n", flush=True)
    alone = look_ups()
    by_ours: list[Served] = []
    by_stock: list[Served] = []
    whole_way: list[list[float]] = []
    first_look_up: list[float] = []
    for turn in range(1, options.rounds + 1):
        say(f"round {turn} of {options.rounds}: ours")
        with folder() as place, ours.serving(place) as side:
            by_ours.append(served(side.door, side.pids, side.start, options))
            whole_way.append(side.through_dialogue(options.turns))
            first_look_up.append(side.look_up)
        say(f"round {turn} of {options.rounds}: stock Rasa")
        with folder() as place, stock.serving(place) as (door, pids, start):
            by_stock.append(served(door, pids, start, options))
    say("")
    same = all(a.said == b.said for a, b in zip(by_ours, by_stock, strict=True))
    figures = compare(by_ours, by_stock)
    dialogue = {f"p{share}": 1000 * min(percentile(it, share / 100) for it in whole_way) for share in (50, 95)}
    print(comparison(figures))
    print(f"\nBoth gave the same answers, word for word: {'yes' if same else 'NO'}\n")
    rows = [
        ("guided turn, the whole way of a channel's message, p50 (ms)", number(dialogue["p50"])),
        ("guided turn, the whole way of a channel's message, p95 (ms)", number(dialogue["p95"])),
        ("first look-up after starting the assistant (s)", number(min(first_look_up))),
        ("guided talk ready after starting it (s)", number(min(it.start for it in by_ours))),
        (f"yingsu ask, a process each, p50 of {_COLD} (s)", number(alone["cold"])),
        ("a look-up in a running process, p50 (ms)", number(alone["p50"])),
        ("a look-up in a running process, p95 (ms)", number(alone["p95"])),
    ]
    print(table(("ours alone", ""), rows))
    return {
        "options": vars(options),
        "cpus": os.cpu_count(),
        "load_at_start": load,
        "same_answers": same,
        "figures": [{**asdict(it), "ratio": it.ratio} for it in figures],
        "dialogue_ms": dialogue,
        "look_ups": {**alone, "first": min(first_look_up)},
        "rounds": {"ours": list(map(asdict, by_ours)), "stock": list(map(asdict, by_stock))},
    }


def served(door: Door, pids: Sequence[int], start: float, options: argparse.Namespace) -> Served:
    """Leads one side through everything that is compared."""
    one_after_another(door, options.warm_up, "warm-up {}")
    before = cpu_seconds(pids)
    turns, said = one_after_another(door, options.turns, "person {}")
    after = cpu_seconds(pids)
    work = None if before is None or after is None else (after - before) / len(turns)
    rate = all_at_once(door, options.people, options.messages)
    held = memory(pids)
    long_turns, _ = one_after_another(door, options.endless, "endless")
    return Served(start, turns, long_turns, work, rate, held, said)


def look_ups() -> dict[str, float]:
    """Times look-ups alone: a process each (`cold`, seconds), and in one process (`p50`, `p95`, milliseconds)."""
    say("look-ups")
    ask = (str(Path(sys.executable).with_name("yingsu")), "ask", LOOK_UPS[0])
    cold = []
    for _ in range(_COLD):
        began = time.perf_counter()
        done = subprocess.run(ask, check=False, capture_output=True, text=True)
        cold.append(time.perf_counter() - began)
        if done.returncode:
            raise FlowError(done.stderr.strip())

    from knowledge.bundled import load_searcher

    searcher = load_searcher()
    warm = []
    for question in LOOK_UPS * 20:
        began = time.perf_counter()
        searcher.ask(question)
        warm.append(1000 * (time.perf_counter() - began))
    return {"cold": percentile(cold, 0.5), "p50": percentile(warm, 0.5), "p95": percentile(warm, 0.95)}


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A new folder for a side's data, gone with the round."""
    with tempfile.TemporaryDirectory(prefix="yingsu-bench-") as name:
        yield Path(name)


def say(what: str) -> None:
    """Shows what is being measured, at a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
