"""Talks to a server over REST as people would, and takes the time."""

from __future__ import annotations

import http.client
import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.flow import FLOW, FlowError, Step, answered

Send = Callable[[str, Step], str]
"""Hands a person's step to a server and returns what was said."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a server takes messages.

    Attributes:
        port: On loopback.
        path: Of the webhook.
        headers: What it wants to see.
        choices: It is told which messages are buttons (ours); stock Rasa goes by the slash.
    """

    port: int
    path: str
    headers: Mapping[str, str]
    choices: bool

    @contextmanager
    def open(self) -> Iterator[Send]:
        """Keeps one connection, as a channel does. Standard library only: the client's own cost is small."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

        def send(sender: str, step: Step) -> str:
            body: dict[str, Any] = {"sender": sender, "message": step.text}
            if self.choices:
                body["choice"] = step.pressed
            headers = {"Content-Type": "application/json", **self.headers}
            connection.request("POST", self.path, json.dumps(body).encode(), headers)
            response = connection.getresponse()
            content = response.read()
            if response.status != http.client.OK:
                raise FlowError(f"步骤“{step.text}”得到状态{response.status}。")
            return answered(step, json.loads(content))

        try:
            yield send
        finally:
            connection.close()


def first_answer(door: Door, alive: Callable[[], bool], limit: float = 90.0) -> None:
    """Returns as soon as the first step of a talk has been answered.

    Args:
        door: The server's.
        alive: Whether its processes still run.
        limit: How long to try, seconds.

    Raises:
        FlowError: It ended, or did not answer in time.
    """
    deadline = time.monotonic() + limit
    for number in itertools.count():
        try:
            with door.open() as send:
                send(f"first {number}", FLOW[0])
            return
        except (OSError, http.client.HTTPException, FlowError) as error:
            if not alive() or time.monotonic() > deadline:
                raise FlowError("服务没有启动起来。") from error
            time.sleep(0.02)


def one_after_another(door: Door, turns: int, sender: str) -> tuple[list[float], tuple[str, ...]]:
    """Leads intakes one after another.

    Args:
        door: The server's.
        turns: How many turns at least; whole intakes.
        sender: Who talks; `{}` in it is the number of the intake, so that each is a conversation of its own.

    Returns:
        Seconds of each turn, and what was said in the last intake.
    """
    times: list[float] = []
    said: list[str] = []
    with door.open() as send:
        for intake in range(-(-turns // len(FLOW))):
            said = []
            for step in FLOW:
                began = time.perf_counter()
                said.append(send(sender.format(intake), step))
                times.append(time.perf_counter() - began)
    return times, tuple(said)


def all_at_once(door: Door, people: int, messages: int) -> float:
    """Lets people talk side by side, each waiting for each answer.

    Returns:
        Messages a second.
    """
    intakes = -(-messages // (people * len(FLOW)))

    def talk(person: int) -> None:
        with door.open() as send:
            for intake in range(intakes):
                for step in FLOW:
                    send(f"crowd {person} {intake}", step)

    began = time.perf_counter()
    with ThreadPoolExecutor(people) as pool:
        list(pool.map(talk, range(people)))
    return people * intakes * len(FLOW) / (time.perf_counter() - began)
