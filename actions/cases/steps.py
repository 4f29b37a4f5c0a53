"""The table of stages and steps (`steps.yml`): what may be done on a case, in which stage, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from actions.cases.case import Stage
from actions.people.roles import Role
from knowledge.data_files import read_yaml

Whose = Literal["registrar", "handling", "defendant", "proposer", "decider", "office", "justice", "supervisor"]

_FILE = Path(__file__).parent / "steps.yml"


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the table.

    Attributes:
        id: Its name in code and in events.
        words: What an official calls it; the first is its name.
        stages: The stages in which it may be taken.
        to: The stage that it leads to; None where the case stays.
        roles: One of these is needed …
        whose: … in one of these units.
        details: What has to be told.
        optional: What may be told besides.
        reason: Whether it needs a reason.
        help: What it is for, in a line.
        cites: Places of the measure (`11.7`).
        law: Places of law beyond it, in words.
    """

    id: str
    words: tuple[str, ...]
    stages: frozenset[Stage]
    to: Stage | None
    roles: frozenset[Role]
    whose: tuple[Whose, ...]
    details: tuple[str, ...]
    optional: tuple[str, ...]
    reason: bool
    help: str
    cites: tuple[str, ...]
    law: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.words[0]


@dataclass(frozen=True, slots=True)
class Steps:
    """The whole table: the stages' words, and the steps by id, in order."""

    stages: Mapping[Stage, str]
    steps: Mapping[str, Step]


@cache
def load_steps() -> Steps:
    """Read the bundled table."""
    data = read_yaml(_FILE)
    return Steps(data["stages"], {name: _step(name, row) for name, row in data["steps"].items()})


def _step(name: str, row: Mapping[str, Any]) -> Step:
    details = [str(it) for it in row["details"]]
    return Step(
        id=name,
        words=tuple(row["words"]),
        stages=frozenset(row["from"]),
        to=cast(Stage | None, row.get("to")),
        roles=frozenset(map(Role, row["roles"])),
        whose=tuple(row["whose"]),
        details=tuple(it for it in details if not it.endswith("?")),
        optional=tuple(it.rstrip("?") for it in details if it.endswith("?")),
        reason=bool(row.get("reason")),
        help=row["help"],
        cites=tuple(map(str, row.get("cites", ()))),
        law=tuple(row.get("law", ())),
    )
