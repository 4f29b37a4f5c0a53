"""The real bundle, installed and used in a namespace without a network: `make test-bundle`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
NAME = f"yingsu-{VERSION}-linux-x86_64"
ARCHIVE = ROOT / "dist" / f"{NAME}.tar.gz"

# A new namespace's loopback is down. SIOCGIFFLAGS, SIOCSIFFLAGS and IFF_UP of <linux/sockios.h> and <linux/if.h>.
LOOPBACK = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:
    name, flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, 0x8913, struct.pack("16sH14x", b"lo", 0)))
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", flags | 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""
REACHES_OUT = "import socket; socket.create_connection(('192.0.2.1', 443), 5)"


def unshare() -> list[str]:
    """The command that takes the network away, or none where the machine does not permit it."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        try:
            subprocess.run([*command, sys.executable, "-c", LOOPBACK, "true"], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return command
    return []


pytestmark = [
    pytest.mark.skipif("TEST_BUNDLE" not in os.environ, reason="takes minutes: run by `make test-bundle`"),
    pytest.mark.skipif(not ARCHIVE.is_file(), reason=f"dist/{ARCHIVE.name} is not built: make bundle"),
    pytest.mark.xdist_group("bundle"),
]


@pytest.fixture(scope="module")
def offline() -> list[str]:
    command = unshare()
    if not command:
        pytest.skip("unshare -n and unshare -rn are not permitted here")
    return [*command, sys.executable, "-c", LOOPBACK]


@pytest.fixture(scope="module")
def place(offline: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the bundle unpacked, and installed in `installed`."""
    place = tmp_path_factory.mktemp("bundle")
    subprocess.run(["tar", "-xf", str(ARCHIVE), "-C", str(place)], check=True)
    done = install(offline, place)
    assert done.returncode == 0, done.stdout + done.stderr
    yield place
    subprocess.run(["rm", "-rf", str(place)], check=True)  # gigabytes, which pytest would keep


def install(offline: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    command = [*offline, "sh", str(place / NAME / "install.sh"), str(place / "installed")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def command(offline: list[str], place: Path, *words: str) -> list[str]:
    return [*offline, str(place / "installed" / ".venv" / "bin" / "yingsu"), *words]


def environment(place: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(place / "home"), "YINGSU_HOME": str(place / "home")}


def yingsu(offline: list[str], place: Path, *words: str) -> str:
    done = subprocess.run(
        command(offline, place, *words), capture_output=True, text=True, check=False, env=environment(place)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_there_is_no_network_in_there(offline: list[str]) -> None:
    done = subprocess.run([*offline, sys.executable, "-c", REACHES_OUT], capture_output=True, text=True, check=False)
    assert "unreachable" in done.stderr


def test_installed_again_nothing_changes(offline: list[str], place: Path) -> None:
    before = (place / "installed").stat()
    done = install(offline, place)
    assert done.returncode == 0 and "没有改动" in done.stdout
    assert ((place / "installed").stat().st_ino, (place / "installed").stat().st_mtime) == (
        before.st_ino,
        before.st_mtime,
    )
    assert {path.name for path in place.iterdir()} - {"home"} == {NAME, "installed"}


def test_the_doctor_finds_everything(offline: list[str], place: Path) -> None:
    lines = yingsu(offline, place, "doctor").splitlines()
    assert len(lines) >= 5 and all(line.startswith("[好]") for line in lines)


def test_it_answers_with_the_clause(offline: list[str], place: Path) -> None:
    assert yingsu(offline, place, "ask", "第十一条第三项").startswith("第十一条第（三）项：“")
    assert "第十九条" in yingsu(offline, place, "ask", "收到司法建议以后多长时间要答复")


def test_a_guided_case_is_recorded(offline: list[str], place: Path) -> None:
    process = subprocess.Popen(
        command(offline, place, "chat", "--jsonl"),
        env=environment(place),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None and process.stdout is not None
        text, kinds = "县政府被告了，住建局报县政府批准的征收决定", []
        for _ in range(8):
            process.stdin.write(json.dumps({"sender": "a", "text": text}) + "\n")
            process.stdin.flush()
            reply: dict[str, Any] = json.loads(process.stdout.readline())["replies"][-1]
            kinds.append(reply["data"].get("kind"))
            if text == "确认":
                break
            # Agreeing, or the first choice, leads to the commonest case.
            text = {"understood": "对", "outcome": "确认"}.get(kinds[-1] or "", "1")
        process.stdin.close()
    assert process.returncode == 0
    assert "question" in kinds and "outcome" in kinds
    assert "已登记" in reply["text"]
    assert "共1条" in yingsu(offline, place, "decisions", "verify")


def test_the_program_writes_nothing_into_its_folder(offline: list[str], place: Path) -> None:
    """The service may not, and another user cannot."""
    yingsu(offline, place, "ask", "谁出庭")
    installed = place / "installed"
    written = (installed / ".installed").stat().st_mtime
    newer = [path for path in installed.rglob("*") if path.is_file() and path.stat().st_mtime > written]
    assert newer == []
