"""The environments and the model: what each is made from, whether it is current, how it is made.

Each carries a stamp, written last: a hash of everything it was made from. No stamp means half made.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.faults import SetupError
from scripts.tools import Runner, find_python

_FORMAT = "2"  # raise it when the way of making changes
_TRAINED_FROM = {".yml", ".yaml", ".txt", ".py"}
_NOT_TRAINED_FROM = {".venv", "models", ".rasa", "__pycache__", "endpoints.yml", "credentials.yml"}


@dataclass(frozen=True)
class Environment:
    """One virtual environment.

    Attributes:
        folder: Where, relative to the checkout.
        versions: Pythons it may have, the best first.
        lists: Pinned lists with hashes, installed exactly.
        loose: A list without hashes, for what differs from machine to machine; its dependencies come too.
        package: Whether our own package is installed in it, editable.
        size: Room it needs, in GB.
    """

    folder: str
    versions: tuple[str, ...]
    lists: tuple[str, ...]
    size: float
    loose: str | None = None
    package: bool = True


MODERN = ("3.11", "3.12", "3.13")
PACKAGES = ("bot", "actions", "knowledge")
APP = Environment(".venv", MODERN, ("requirements/app.txt", "requirements/dev.txt"), 0.7)
RASA = Environment("nlu/.venv", ("3.10",), ("requirements/rasa.txt",), 2.2, package=False)
MODELS = Environment(
    ".venv-models", MODERN, (*APP.lists, "requirements/models.txt"), 2.0, loose="requirements/torch.txt"
)

TELEGRAM = Environment(".venv-telegram", ("3.12", "3.13"), (*APP.lists, "requirements/telegram-tests.txt"), 0.8)


def digest(root: Path, files: Iterable[str], extra: str = "") -> str:
    """A hash of the names and contents of files, and of anything else that counts.

    Raises:
        SetupError: A file is missing.
    """
    total = hashlib.sha256(f"{_FORMAT}\n{extra}\n".encode())
    for name in files:
        try:
            content = (root / name).read_bytes()
        except FileNotFoundError:
            raise SetupError(
                f"缺少文件 {name}，代码不完整；请用 git checkout {name} 取回。",
                f"{name} is missing from the checkout; bring it back with git checkout {name}.",
            ) from None
        total.update(f"{name}\n{len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def _stamped(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None


def _write(path: Path, text: str) -> None:
    half = path.with_name(path.name + ".half")
    half.write_text(text, encoding="ascii")
    half.replace(path)


def _place(root: Path, env: Environment) -> str:
    # scripts in an environment name its path: one that was copied elsewhere has to be made anew
    return digest(root, (), f"{(root / env.folder).absolute()} {env.versions}")


def _key(root: Path, env: Environment) -> str:
    files = [*env.lists, *([env.loose] if env.loose else []), *(["pyproject.toml"] if env.package else [])]
    return f"{_place(root, env)} {digest(root, files)}"


def is_current(root: Path, env: Environment) -> bool:
    """Whether the environment is whole, in its place, and made from what the lists say now."""
    python = root / env.folder / "bin" / "python"
    return python.exists() and _stamped(root / env.folder / ".stamp") == _key(root, env)


def make(root: Path, env: Environment, runner: Runner, uv: str, step: str) -> None:
    """Make the environment exactly as its lists say: a whole one is brought up to date, any other made anew.

    Raises:
        SetupError: No Python, no network, no room, or a tool's failure.
    """
    folder = root / env.folder
    log = env.folder.replace("/", "-").replace(".", "")
    key = _key(root, env)
    whole = (folder / "bin" / "python").exists() and (_stamped(folder / ".stamp") or "").startswith(_place(root, env))
    (folder / ".stamp").unlink(missing_ok=True)
    if not whole:
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)
        python = find_python(runner, uv, env.versions)
        runner.run([uv, "venv", "--no-project", "--python", python, str(folder)], step, log)
    target = ["--python", str(folder / "bin" / "python")]
    # Compiled now, so that the first start is as quick as any other, also where Python may write no bytecode.
    compiled = ["--compile-bytecode"]
    runner.run([uv, "pip", "sync", *target, *compiled, "--require-hashes", *env.lists], step, log)
    if env.loose:
        # A folder of wheels (find-links) decides which build of torch it is; else the CPU one is asked for.
        chosen = {"UV_FIND_LINKS", "UV_TORCH_BACKEND"} & runner.env.keys()
        choose = {} if chosen else {"UV_TORCH_BACKEND": "cpu"}
        runner.run([uv, "pip", "install", *target, "-r", env.loose], step, log, choose)
    if env.package:
        editable = ["--no-deps", "--no-build-isolation", "--editable", "."]
        runner.run([uv, "pip", "install", *target, *editable], step, log)
        runner.run([str(folder / "bin" / "python"), "-m", "compileall", "-q", *PACKAGES], step, log)
    _write(folder / ".stamp", key)


def _model_key(root: Path) -> str:
    files: list[str] = []
    for folder, folders, names in os.walk(root / "nlu"):
        folders[:] = [name for name in folders if name not in _NOT_TRAINED_FROM]
        kept = [Path(folder, name) for name in names if name not in _NOT_TRAINED_FROM]
        files += [str(path.relative_to(root)) for path in kept if path.suffix in _TRAINED_FROM]
    return digest(root, ["config.yml", *RASA.lists, *sorted(files)])


def model_is_current(root: Path) -> bool:
    """Whether the trained model is there and was trained from what lies in `nlu/` and config.yml now."""
    models = root / "nlu" / "models"
    return (models / "model.tar.gz").is_file() and _stamped(models / "model.stamp") == _model_key(root)


def train(root: Path, runner: Runner, step: str) -> None:
    """Train the model aside and put it in place whole.

    Raises:
        SetupError: The training data are missing or the training failed.
    """
    key = _model_key(root)
    models = root / "nlu" / "models"
    models.mkdir(parents=True, exist_ok=True)
    (models / "model.stamp").unlink(missing_ok=True)
    half = models / "training.tar.gz"
    python = str(root / RASA.folder / "bin" / "python")
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONUNBUFFERED": "1"}
    runner.run([python, "nlu/serve.py", "train", "--out", str(half.relative_to(root))], step, "train", quiet)
    if not half.is_file():
        raise SetupError(
            "训练结束了却没有写出模型；请查看 .setup/log/train.log。",
            "The training ended without writing a model; please read .setup/log/train.log.",
            1,
        )
    half.replace(models / "model.tar.gz")
    _write(models / "model.stamp", key)
