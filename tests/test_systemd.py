"""The systemd unit: systemd itself finds nothing wrong with it, and little that it leaves open."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parent.parent / "deploy" / "yingsu.service"
ANALYZE = shutil.which("systemd-analyze")
pytestmark = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


def analyze(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(ANALYZE), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as installed: its program is where it says."""
    program = tmp_path / "opt" / ".venv" / "bin" / "yingsu"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    installed = tmp_path / "yingsu.service"
    installed.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/yingsu", str(tmp_path / "opt")))
    return installed


def test_systemd_finds_nothing_wrong(unit: Path) -> None:
    found = analyze("verify", "--man=no", unit)
    about = [line for line in (found.stdout + found.stderr).splitlines() if "yingsu" in line]
    assert found.returncode == 0 and about == []


def test_a_mistake_would_be_found(unit: Path) -> None:
    unit.write_text(
        unit.read_text().replace("ProtectHome=yes", "ProtectHomes=yes").replace("ExecStart=/", "ExecStart=")
    )
    assert analyze("verify", "--man=no", unit).returncode != 0


def test_little_is_left_open(unit: Path) -> None:
    found = analyze("security", "--offline=true", "--no-pager", unit)
    if "unrecognized option" in found.stderr:
        pytest.skip("this systemd-analyze cannot judge a file (before 250)")
    score = re.search(r"exposure level for yingsu\.service: ([0-9.]+)", found.stdout)
    assert score is not None and float(score[1]) <= 2.0
