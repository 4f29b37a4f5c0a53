"""The set-up's own parts: stamps, faults, pip's settings, finding a Python. No network, nothing installed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scripts import environments as envs
from scripts.faults import Interrupted, SetupError, explain
from scripts.setup import Step, set_up
from scripts.tools import Runner, find_python, uv_settings

ENV = envs.Environment(".venv", ("3.11",), ("list.txt",), 0.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "list.txt").write_text("one==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "config.yml").write_text("language: zh\n")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "rasa.txt").write_text("rasa==3.6.21\n")
    (tmp_path / "nlu" / "data").mkdir(parents=True)
    (tmp_path / "nlu" / "data" / "nlu.yml").write_text("nlu: []\n")
    return tmp_path


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def runner(root: Path, *folders: Path) -> Runner:
    return Runner(root, {"PATH": os.pathsep.join([*map(str, folders), "/usr/bin", "/bin"])})


FAKE_UV = """case "$1" in
  venv) mkdir -p "$5/bin" && ln -s {python} "$5/bin/python" ;;
  python) [ "$2" = find ] && echo {python} ;;
esac
echo "$@" >> {calls}"""


@pytest.fixture
def uv(tmp_path: Path) -> str:
    body = FAKE_UV.format(python=sys.executable, calls=tmp_path / "calls")
    return str(script(tmp_path / "tools" / "uv", body))


def here() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_an_environment_is_made_from_its_lists_and_then_current(root: Path, uv: str) -> None:
    env = envs.Environment(".venv", (here(),), ("list.txt",), 0.0)
    assert not envs.is_current(root, env)
    envs.make(root, env, runner(root), uv, "step")
    assert envs.is_current(root, env)
    calls = (root / "calls").read_text()
    assert "--require-hashes list.txt" in calls
    assert "--no-deps --no-build-isolation --editable ." in calls


@pytest.mark.parametrize("changed", ["list.txt", "pyproject.toml"])
def test_a_changed_input_makes_it_stale_whatever_its_time(root: Path, uv: str, changed: str) -> None:
    env = envs.Environment(".venv", (here(),), ("list.txt",), 0.0)
    envs.make(root, env, runner(root), uv, "step")
    before = (root / changed).stat()
    (root / changed).write_text("other\n")
    os.utime(root / changed, (before.st_atime, before.st_mtime))
    assert not envs.is_current(root, env)


def test_a_half_made_environment_is_not_current_and_is_made_anew(root: Path, uv: str) -> None:
    env = envs.Environment(".venv", (here(),), ("list.txt",), 0.0)
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (root / ".venv" / "left-over").touch()
    assert not envs.is_current(root, env)
    envs.make(root, env, runner(root), uv, "step")
    assert not (root / ".venv" / "left-over").exists()


def test_a_whole_environment_is_brought_up_to_date_in_place(root: Path, uv: str) -> None:
    env = envs.Environment(".venv", (here(),), ("list.txt",), 0.0)
    envs.make(root, env, runner(root), uv, "step")
    (root / ".venv" / "kept").touch()
    (root / "list.txt").write_text("two==2\n")
    envs.make(root, env, runner(root), uv, "step")
    assert (root / ".venv" / "kept").exists()
    assert (root / "calls").read_text().count("sync") == 2
    assert envs.is_current(root, env)


def test_an_environment_that_was_moved_is_not_current(root: Path, uv: str, tmp_path: Path) -> None:
    env = envs.Environment(".venv", (here(),), ("list.txt",), 0.0)
    envs.make(root, env, runner(root), uv, "step")
    other = tmp_path / "other"
    other.mkdir()
    for name in ("list.txt", "pyproject.toml", ".venv"):
        (root / name).rename(other / name)
    assert not envs.is_current(other, env)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    with pytest.raises(SetupError, match=r"list\.txt"):
        envs.is_current(tmp_path, ENV)


def trainer(root: Path, body: str) -> None:
    script(root / "nlu" / ".venv" / "bin" / "python", body)


def test_the_model_is_current_until_what_it_was_trained_from_changes(root: Path) -> None:
    trainer(root, 'echo model > "$4"')
    envs.train(root, runner(root), "step")
    assert envs.model_is_current(root)
    (root / "nlu" / "endpoints.yml").write_text("x: 1\n")
    assert envs.model_is_current(root)
    (root / "nlu" / "data" / "new.yml").write_text("x: 1\n")
    assert not envs.model_is_current(root)


def test_a_training_that_fails_leaves_the_old_model_but_no_stamp(root: Path) -> None:
    trainer(root, 'echo model > "$4"')
    envs.train(root, runner(root), "step")
    (root / "config.yml").write_text("language: en\n")
    trainer(root, 'echo half > "$4"; exit 1')
    with pytest.raises(SetupError, match=r"train\.log"):
        envs.train(root, runner(root), "step")
    assert (root / "nlu" / "models" / "model.tar.gz").read_text() == "model\n"
    assert not envs.model_is_current(root)


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        ("error: Failed to fetch: `x`\n  Caused by: dns error", 2, "软件源"),
        ("error: failed to copy: No space left on device (os error 28)", 2, "磁盘"),
        ("Permission denied (os error 13)", 2, "权限"),
        ("Hash mismatch for `x`", 2, "校验值"),
        ("No solution found when resolving dependencies", 2, "缺少"),
        ("something new", 1, "原因不明"),
    ],
)
def test_a_tools_failure_is_told_in_one_sentence(output: str, code: int, words: str) -> None:
    fault = explain(output, "安装", "a.log")
    assert fault.code == code
    assert words in fault.zh
    assert "a.log" in fault.zh and "a.log" in fault.en


def test_pips_settings_reach_uv() -> None:
    said = "global.index-url='I'\n:env:.index-url='E'\nglobal.find-links='a\\nb'\nglobal.cert='C'\n"
    env = uv_settings({"VIRTUAL_ENV": "x"}, said, uv_configured=False)
    assert env["UV_DEFAULT_INDEX"] == "E"
    assert env["UV_FIND_LINKS"] == "a,b"
    assert env["SSL_CERT_FILE"] == "C"
    assert "VIRTUAL_ENV" not in env


def test_uvs_own_settings_win() -> None:
    said = "global.index-url='I'\nglobal.find-links='a'\n"
    env = uv_settings({"UV_DEFAULT_INDEX": "U", "UV_FIND_LINKS": "u"}, said, uv_configured=False)
    assert (env["UV_DEFAULT_INDEX"], env["UV_FIND_LINKS"]) == ("U", "u")
    assert "UV_DEFAULT_INDEX" not in uv_settings({}, said, uv_configured=True)


def test_pyenvs_python_is_found_before_uv_is_asked(tmp_path: Path) -> None:
    version = "3.10"
    script(tmp_path / "versions" / "3.10.13" / "bin" / "python3.10", f"echo {version}")
    script(tmp_path / "versions" / "3.10.2" / "bin" / "python3.10", "exit 1")
    versions = 'printf "3.10.2\\n3.10.13\\n3.11.7\\n"'
    pyenv = f'if [ "$1" = versions ]; then {versions}; else echo {tmp_path}/versions/$2; fi'
    script(tmp_path / "tools" / "pyenv", pyenv)
    found = find_python(runner(tmp_path, tmp_path / "tools"), "/bin/false", (version,))
    assert found == str(tmp_path / "versions" / "3.10.13" / "bin" / "python3.10")


def test_no_python_anywhere_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"3\.10.*pyenv install 3\.10") as caught:
        find_python(runner(tmp_path), "/bin/false", ("3.10",))
    assert caught.value.code == 2


def test_cancel_stops_what_runs_and_lets_nothing_start(tmp_path: Path) -> None:
    run = runner(tmp_path)
    caught: list[BaseException] = []

    def work() -> None:
        try:
            run.run(["sh", "-c", "touch started; exec sleep 60"], "step", "log")
        except Interrupted as fault:
            caught.append(fault)

    thread = threading.Thread(target=work)
    thread.start()
    until = time.monotonic() + 20
    while not (tmp_path / "started").exists() and time.monotonic() < until:
        thread.join(0.01)
    run.cancel()
    thread.join(20)
    assert not thread.is_alive()
    assert len(caught) == 1
    with pytest.raises(Interrupted):
        run.run(["true"], "step", "log")


def test_nothing_to_do_is_quiet_and_touches_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def never(root: Path, runner: Runner, uv: str, step: str) -> None:
        raise AssertionError

    set_up(tmp_path, [[Step("a", "a", lambda root: True, never)]], quiet=True)
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == []


def test_the_first_fault_stops_the_steps_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path / "tools" / "uv", "echo uv 9.9.9")
    monkeypatch.setenv("PATH", str(tmp_path / "tools"), prepend=os.pathsep)
    made: list[str] = []

    def fails(root: Path, runner: Runner, uv: str, step: str) -> None:
        raise SetupError("坏了", "broken")

    def makes(root: Path, runner: Runner, uv: str, step: str) -> None:
        made.append(step)

    steps = [Step("a", "a", lambda root: False, fails), Step("b", "b", lambda root: False, makes)]
    with pytest.raises(SetupError, match="坏了"):
        set_up(tmp_path, [steps], quiet=True)
    assert made == []


def test_a_killed_set_up_says_how_to_go_on(tmp_path: Path) -> None:
    driver = (
        "import sys; from pathlib import Path; from scripts import setup\n"
        "sleep = lambda root, runner, uv, step: runner.run(['sleep', '60'], step, 'log')\n"
        "step = setup.Step('a', 'a', lambda root: False, sleep)\n"
        "setup.ROOT, setup.PLANS['all'] = Path(sys.argv[1]), [[step]]\n"
        "sys.exit(setup.main([]))\n"
    )
    script(tmp_path / "tools" / "uv", "echo uv 9.9.9")
    env = {**os.environ, "PATH": f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}"}
    checkout = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-u", "-c", driver, str(tmp_path)],
        cwd=checkout,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert any("→ a" in line for line in process.stdout)
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
    assert process.returncode == 130
    assert "make setup" in said
