"""The tools a set-up needs: a way to run them and to stop them, uv, a Python, pip's settings."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.faults import Interrupted, SetupError, explain

OLDEST_UV = (0, 7)
_ASK = "import ctypes, sqlite3, ssl, sys; print('%d.%d' % sys.version_info[:2])"


class Runner:
    """Runs commands, keeps what they print in a log, and can stop all of them.

    Each command has a process group of its own, so that Ctrl-C reaches it only through `cancel`.
    """

    def __init__(self, root: Path, env: Mapping[str, str], keep_open: Sequence[int] = ()) -> None:
        """Args: the checkout, the environment of every command, descriptors that commands inherit."""
        self.root = root
        self.env = dict(env)
        self._keep_open = tuple(keep_open)
        self._logs = root / ".setup" / "log"
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._cancelled = False

    def run(self, argv: Sequence[str], step: str, log: str, env: Mapping[str, str] | None = None) -> None:
        """Run one command to its end.

        Args:
            argv: The command.
            step: What people are told is being done.
            log: Name of the log file, to which the output is added.
            env: Variables on top of the common ones.

        Raises:
            Interrupted: It was stopped by `cancel`.
            SetupError: It failed; the sentence says why as far as its output tells.
        """
        self._logs.mkdir(parents=True, exist_ok=True)
        path = self._logs / f"{log}.log"
        start = path.stat().st_size if path.exists() else 0
        with path.open("ab") as out:
            with self._lock:
                if self._cancelled:
                    raise Interrupted
                process = subprocess.Popen(
                    list(argv),
                    cwd=self.root,
                    env={**self.env, **(env or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=self._keep_open,
                )
                self._running.add(process)
            code = process.wait()
            with self._lock:
                self._running.discard(process)
                if self._cancelled:
                    raise Interrupted
        if code != 0:
            with path.open("rb") as written:
                written.seek(start)
                output = written.read().decode("utf-8", "replace")
            raise explain(output, step, str(path.relative_to(self.root)))

    def cancel(self, patience: float = 3.0) -> None:
        """Stop every command: ask, wait up to `patience` seconds, then kill. No new one starts."""
        with self._lock:
            self._cancelled = True
            running = list(self._running)
        for sign in (signal.SIGTERM, signal.SIGKILL):
            for process in running:
                if process.poll() is None:
                    os.killpg(process.pid, sign)
            for process in running:
                try:
                    process.wait(timeout=patience)
                except subprocess.TimeoutExpired:
                    continue

    def ask(self, argv: Sequence[str]) -> str | None:
        """Run a short question; its answer, or None where it fails or takes a minute."""
        return answer(argv, self.env)


def answer(argv: Sequence[str], env: Mapping[str, str]) -> str | None:
    """What a command prints, stripped; None where it is missing, fails, or takes a minute."""
    try:
        done = subprocess.run(list(argv), env=dict(env), capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def uv_settings(environ: Mapping[str, str], pip_config: str, uv_configured: bool) -> dict[str, str]:
    """The environment for uv: this machine's, with pip's own settings said in uv's words.

    uv does not read pip's configuration; a mirror that an administrator set up for pip must hold here too.

    Args:
        environ: The present environment. What it says of uv wins.
        pip_config: What `pip config list` prints.
        uv_configured: Whether a configuration file of uv's own exists; then the index is left to it.

    Returns:
        A whole environment.
    """
    env = {k: v for k, v in environ.items() if k not in {"VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH"}}
    found: dict[str, str] = {}
    for section in ("global.", "install.", ":env:."):  # the later wins, as in pip
        for line in pip_config.splitlines():
            key, mark, value = line.partition("=")
            if mark and key.startswith(section):
                found[key[len(section) :]] = str(ast.literal_eval(value))
    if "index-url" in found and not uv_configured and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & env.keys():
        env["UV_DEFAULT_INDEX"] = found["index-url"]
    if "find-links" in found:
        env.setdefault("UV_FIND_LINKS", ",".join(found["find-links"].split()))
    if "cert" in found:
        env.setdefault("SSL_CERT_FILE", found["cert"])
    env.setdefault("UV_HTTP_TIMEOUT", "120")
    env["UV_NO_PROGRESS"] = "1"
    return env


def machine_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """`uv_settings` of this machine."""
    homes = (Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"), Path("/etc"), Path("/etc/xdg"))
    configured = "UV_CONFIG_FILE" in environ or any((home / "uv" / "uv.toml").exists() for home in homes)
    pip_config = answer([sys.executable, "-m", "pip", "config", "list"], environ) or ""
    return uv_settings(environ, pip_config, configured)


def find_uv(runner: Runner) -> str:
    """The uv on PATH if it is recent enough, else one of our own in `.setup/uv`.

    Raises:
        SetupError: Python has no venv, or the package index cannot be reached.
    """
    own = runner.root / ".setup" / "uv"
    for uv in filter(None, (shutil.which("uv", path=runner.env.get("PATH")), str(own / "bin" / "uv"))):
        said = (runner.ask([uv, "--version"]) or "").split()  # "uv 0.13.9 (…)"
        if len(said) > 1 and tuple(int(n) for n in said[1].split(".")[:2] if n.isdigit()) >= OLDEST_UV:
            return uv
    shutil.rmtree(own, ignore_errors=True)
    step = "准备 uv"
    if runner.ask([sys.executable, "-c", "import ensurepip, venv"]) is None:
        raise SetupError(
            f"{sys.executable} 缺少 venv 模块；请安装它（如 apt install python3-venv）后再运行 make setup。",
            f"{sys.executable} has no venv module; install it (as in apt install python3-venv).",
        )
    pip = [str(own / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    runner.run([sys.executable, "-m", "venv", str(own)], step, "uv")
    runner.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", "requirements/uv.txt"], step, "uv")
    return str(own / "bin" / "uv")


def find_python(runner: Runner, uv: str, versions: Sequence[str]) -> str:
    """A working Python of one of the versions, the first that is found.

    Where pyenv keeps a version that is not the selected one, its shim on PATH fails and hides it from uv: so
    pyenv is asked first, then uv for what is installed, and only then is uv told to download one.

    Args:
        runner: Runs the questions.
        uv: uv's path.
        versions: Such as "3.11", the best first.

    Raises:
        SetupError: None is there and none can be fetched.
    """

    def works(path: str | None, version: str) -> bool:
        return path is not None and runner.ask([path, "-c", _ASK]) == version

    kept = (runner.ask(["pyenv", "versions", "--bare"]) or "").split()
    for version in versions:
        for name in reversed([k for k in kept if k.startswith(version + ".") and k.replace(".", "").isdigit()]):
            prefix = runner.ask(["pyenv", "prefix", name])
            path = str(Path(prefix) / "bin" / f"python{version}") if prefix else None
            if path and works(path, version):
                return path
    find = [uv, "python", "find", "--system", "--no-python-downloads"]
    for version in versions:
        path = runner.ask([*find, version])
        if path and works(path, version):
            return path
    wanted = versions[0]
    try:
        runner.run([uv, "python", "install", wanted], f"下载 Python {wanted}", "python")
    except Interrupted:
        raise
    except SetupError as fault:
        raise SetupError(
            f"没有可用的 Python {wanted}，也没能下载；请先安装它（如 pyenv install {wanted}）。",
            f"No working Python {wanted} here and none fetched; install it (as in pyenv install {wanted}).",
        ) from fault
    path = runner.ask([*find, wanted])
    if path and works(path, wanted):
        return path
    raise SetupError(
        f"下载的 Python {wanted} 不能运行；请自行安装一个（如 pyenv install {wanted}）后再运行 make setup。",
        f"The Python {wanted} that was fetched does not run; install one (as in pyenv install {wanted}).",
    )
