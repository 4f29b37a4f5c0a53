"""install.sh, with a bundle of a few bytes and a uv and Pythons that only pretend."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bundle

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.uname().machine != "x86_64", reason="Linux on x86_64")

FAKE_PYTHON = """if [ "$1" = -I ]; then case "$3" in *realpath*) echo "$0" ;; *) echo {version} ;; esac; fi
exit 0"""
FAKE_UV = """case "$1 $2" in
"venv "*) mkdir -p "$6/bin" && cp "$5" "$6/bin/python" ;;
"pip sync")
    [ ! -e "{slow}" ] || exec sleep 60
    printf '#!/bin/sh\\n[ ! -e "{ill}" ] || {{ echo "[缺] 决策表：坏了"; exit 2; }}\\n' > "${{4%/python}}/yingsu"
    chmod +x "${{4%/python}}/yingsu" ;;
esac"""


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


class Machine:
    """A folder with a bundle, two Pythons, and a place to install to."""

    def __init__(self, at: Path) -> None:
        self.at, self.bundle, self.target = at, at / "bundle", at / "opt" / "yingsu"
        self.target.parent.mkdir()
        self.shell = "sh"
        self.python311 = script(at / "python3.11", FAKE_PYTHON.format(version="3.11"))
        self.python310 = script(at / "python3.10", FAKE_PYTHON.format(version="3.10"))
        marks = {name: at / name for name in ("slow", "ill")}
        script(self.bundle / "bin" / "uv", FAKE_UV.format(**marks))
        (self.bundle / "program" / "nlu").mkdir(parents=True)
        (self.bundle / "program" / "deploy").mkdir()
        (self.bundle / "program" / "deploy" / "yingsu.service").write_text("ExecStart=/opt/yingsu/.venv/bin/yingsu\n")
        (self.bundle / "install.sh").write_bytes((ROOT / "deploy" / "install.sh").read_bytes())
        self.release("1.0", glibc="2.0")

    def release(self, version: str, glibc: str = "2.0", room: int = 1) -> None:
        (self.bundle / "program" / "CHANGELOG.md").write_text(version)
        (self.bundle / "bundle.conf").write_text(f"version={version}\nglibc={glibc}\nroom={room}\n")
        (self.bundle / "SHA256SUMS").unlink(missing_ok=True)
        bundle.write_sums(self.bundle)

    def command(self, *words: str) -> list[str]:
        pythons = ["--python311", str(self.python311), "--python310", str(self.python310)]
        return [self.shell, str(self.bundle / "install.sh"), *(words or [*pythons, str(self.target)])]

    def environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.at), "TMPDIR": str(self.at), "UV_INDEX_URL": "nowhere"}

    def install(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), env=self.environment(), capture_output=True, text=True, timeout=60, check=False
        )

    def refuses(self, *words: str) -> str:
        """The one sentence with which it refuses."""
        done = self.install(*words)
        assert done.returncode == 2, done.stdout + done.stderr
        (sentence,) = done.stderr.splitlines()
        assert sentence.endswith("。")
        return sentence

    @property
    def version(self) -> str:
        return (self.target / "CHANGELOG.md").read_text()

    def beside(self) -> set[str]:
        """What lies beside the folder that was installed to."""
        return {path.name for path in self.target.parent.iterdir()} - {self.target.name}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_installs_into_the_folder_and_leaves_nothing_beside(machine: Machine) -> None:
    done = machine.install()
    assert done.returncode == 0, done.stderr
    assert (machine.target / ".venv" / "bin" / "yingsu").exists()
    assert (machine.target / "nlu" / ".venv" / "bin" / "python").exists()
    unit = (machine.target / "deploy" / "yingsu.service").read_text()
    assert unit == f"ExecStart={machine.target}/.venv/bin/yingsu\n"
    assert machine.beside() == set()
    assert list(machine.at.glob("yingsu-install*")) == []


def test_a_second_time_changes_nothing_and_a_newer_bundle_takes_its_place(machine: Machine) -> None:
    machine.install()
    before = machine.target.stat().st_ino
    assert "没有改动" in machine.install().stdout
    assert machine.target.stat().st_ino == before
    machine.release("1.1")
    assert machine.install().returncode == 0
    assert (machine.version, machine.beside()) == ("1.1", set())


def test_an_environment_that_was_damaged_is_made_anew(machine: Machine) -> None:
    machine.install()
    (machine.target / "nlu" / ".venv" / "bin" / "python").unlink()
    assert "没有改动" not in machine.install().stdout
    assert (machine.target / "nlu" / ".venv" / "bin" / "python").exists()


def test_a_damaged_bundle_is_refused_with_the_files_name(machine: Machine) -> None:
    (machine.bundle / "program" / "CHANGELOG.md").write_text("x")
    assert "program/CHANGELOG.md" in machine.refuses()
    (machine.bundle / "program" / "CHANGELOG.md").unlink()
    assert "program/CHANGELOG.md" in machine.refuses()
    assert not machine.target.exists()


def test_a_wrong_python_is_named_with_the_option(machine: Machine) -> None:
    machine.python310 = script(machine.at / "other", FAKE_PYTHON.format(version="3.12"))
    sentence = machine.refuses()
    assert str(machine.python310) in sentence and "--python310" in sentence
    assert not machine.target.exists()


@pytest.mark.skipif(
    any(Path(folder, "python3.10").exists() for folder in ("/bin", "/usr/bin", "/usr/local/bin")),
    reason="this machine's own Python 3.10 would be found",
)
def test_a_missing_python_is_named_and_pyenvs_is_found(machine: Machine) -> None:
    words = ["--python311", str(machine.python311), str(machine.target)]
    assert "没有能用的 Python 3.10" in machine.refuses(*words)
    kept = machine.at / ".pyenv" / "versions" / "3.10.2" / "bin" / "python3.10"
    script(kept, FAKE_PYTHON.format(version="3.10"))
    assert str(kept) in machine.install(*words).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--prefix", "x"], "--prefix"), (["--python310"], "--python310"), (["/a", "/b"], "/b"), (["a b"], "空格")],
)
def test_a_wrong_command_line_is_said(machine: Machine, words: list[str], said: str) -> None:
    assert said in machine.refuses(*words)


def test_a_machine_that_is_too_old_or_too_full_is_told_so(machine: Machine) -> None:
    machine.release("1.0", glibc="99.1")
    assert "glibc 99.1" in machine.refuses()
    machine.release("1.0", room=10**9)
    assert "磁盘空间不够" in machine.refuses()


def test_a_folder_that_is_not_ours_is_left_alone(machine: Machine) -> None:
    machine.target.mkdir()
    (machine.target / "letter").write_text("x")
    assert "里有别的东西" in machine.refuses()
    assert [path.name for path in machine.target.iterdir()] == ["letter"]


def test_people_s_files_in_our_folder_are_not_replaced(machine: Machine) -> None:
    machine.install()
    (machine.target / "yingsu.sqlite").write_text("x")
    machine.release("1.1")
    assert "yingsu.sqlite" in machine.refuses()
    assert machine.version == "1.0"


def test_what_does_not_pass_its_trial_does_not_replace_what_works(machine: Machine) -> None:
    machine.install()
    machine.release("1.1")
    (machine.at / "ill").touch()
    assert "[缺] 决策表：坏了" in machine.refuses()
    assert (machine.version, machine.beside()) == ("1.0", set())


@pytest.mark.parametrize("shell", ["sh", "bash"])  # which of them /bin/sh is differs, and so do their traps
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_leaves_what_was_there(machine: Machine, sign: signal.Signals, shell: str) -> None:
    machine.shell = shell
    machine.install()
    machine.release("1.1")
    (machine.at / "slow").touch()
    process = subprocess.Popen(
        machine.command(),
        env=machine.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None and process.stderr is not None
        assert any("安装应用" in line for line in process.stdout)
        assert "另一个安装" in machine.refuses()
        os.killpg(process.pid, sign)  # as a terminal does
        said = process.stderr.read()
    assert (process.returncode, said) == (130, "安装已中断，没有改动任何东西；继续请再运行一次。\n")
    assert (machine.version, machine.beside()) == ("1.0", set())
    (machine.at / "slow").unlink()
    assert machine.install().returncode == 0
    assert machine.version == "1.1"


def test_what_a_killed_installation_left_is_cleared_away(machine: Machine) -> None:
    script(machine.target.parent / ".yingsu.new" / "half", "")
    assert machine.install().returncode == 0
    assert machine.beside() == set() and not (machine.target / "half").exists()


def test_a_machine_that_stopped_between_two_renames_gets_its_program_back(machine: Machine) -> None:
    machine.install()
    machine.target.rename(machine.target.with_name(".yingsu.old"))
    machine.release("1.1")
    (machine.at / "ill").touch()
    machine.refuses()
    assert (machine.version, machine.beside()) == ("1.0", set())
