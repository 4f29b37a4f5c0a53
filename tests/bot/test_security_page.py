"""docs/security.md names every role, command and metric as they are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from actions.people import Role
from bot.metrics import Metrics
from tests.bot.running import Run

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
COMMANDS = [line.split("  #")[0].strip() for line in PAGE.splitlines() if line.startswith("yingsu ")]


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_row(role: Role) -> None:
    assert f"| `{role.value}` {role.label} |" in PAGE


def test_its_commands_run_in_their_order(run: Run) -> None:
    assert len(COMMANDS) == 7
    run("people", "add", "telegram:234567", "--name", "收文岗", "--unit", "原平市司法局", "--role", "register")
    for command in COMMANDS:
        result = run(*shlex.split(command)[1:])
        assert result.code == 0, (command, result.err)


def test_its_metrics_exist() -> None:
    metrics = Metrics()
    metrics.watch(inbox_depth=lambda: 0, rasa_restarts=lambda: 0)
    text = metrics.text().decode()
    named = set(re.findall(r"yingsu_[a-z_]+", PAGE))
    assert len(named) == 3
    for name in named:
        assert f"# HELP {name.removesuffix('_total')}" in text
