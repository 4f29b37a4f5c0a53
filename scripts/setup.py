"""Makes what is needed to run: environments and the trained model. Nothing where nothing changed.

    python3 -m scripts.setup             all that `make chat` and `make test` need
    python3 -m scripts.setup app         .venv alone, for the checks
    python3 -m scripts.setup models      .venv-models, with torch and sentence-transformers
    python3 -m scripts.setup telegram    .venv-telegram, with tg-auto-test, and what it talks to: Rasa

Exit codes: 0 ready, 2 something a person can mend, 1 a fault of ours, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import environments as envs
from scripts.faults import Interrupted, SetupError, no_disk
from scripts.progress import DONE, FAILED, KEPT, Board
from scripts.tools import Runner, find_uv, machine_settings

ROOT = Path(__file__).resolve().parent.parent
UV = "uv"


@dataclass(frozen=True)
class Step:
    """One thing to make: its name, what people read of it, how it is checked and made, its size in GB."""

    name: str
    label: str
    is_current: Callable[[Path], bool]
    make: Callable[[Path, Runner, str, str], None]
    size: float = 0.0


def _environment(name: str, label: str, env: envs.Environment) -> Step:
    return Step(
        name,
        label,
        lambda root: envs.is_current(root, env),
        lambda root, runner, uv, step: envs.make(root, env, runner, uv, step),
        env.size,
    )


_APP = _environment("app", "应用环境 application (.venv)", envs.APP)
_RASA = _environment("rasa", "Rasa 环境 Rasa (nlu/.venv)", envs.RASA)
_MODELS = _environment("models", "编码模型环境 encoder training (.venv-models)", envs.MODELS)
_TELEGRAM = _environment("telegram", "Telegram 测试环境 Telegram tests (.venv-telegram)", envs.TELEGRAM)
_TRAIN = Step(
    "train",
    "训练 training (nlu/models)",
    envs.model_is_current,
    lambda root, runner, uv, step: envs.train(root, runner, step),
)
# Tracks run side by side, the steps of one track one after another.
PLANS: dict[str, list[list[Step]]] = {
    "all": [[_RASA, _TRAIN], [_APP]],
    "app": [[_APP]],
    "models": [[_MODELS]],
    "telegram": [[_RASA, _TRAIN], [_TELEGRAM]],
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the set-up; the exit code."""
    parser = argparse.ArgumentParser(
        prog="setup", description="安装环境并训练模型 · make the environments and the model"
    )
    parser.add_argument("target", nargs="?", choices=sorted(PLANS), default="all")
    parser.add_argument("--quiet", action="store_true", help="没有要做的就不出声 · say nothing where nothing is to do")
    args = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.default_int_handler)
    try:
        set_up(ROOT, PLANS[args.target], args.quiet)
    except SetupError as fault:
        print(f"{fault.zh}\n{fault.en}", file=sys.stderr)
        return fault.code
    except KeyboardInterrupt:
        print(Interrupted(), file=sys.stderr)
        return Interrupted().code
    except PermissionError as fault:
        print(
            f"不能写入 {fault.filename}；请换成有写入权限的目录或用户，再运行 make setup。\n"
            f"Not allowed to write {fault.filename}; use a folder and a user that may.",
            file=sys.stderr,
        )
        return 2
    return 0


def set_up(root: Path, tracks: list[list[Step]], quiet: bool) -> None:
    """Make every step that is not current.

    Raises:
        SetupError: The first fault; steps beside it are stopped.
        KeyboardInterrupt: Interrupted; every command was stopped first.
    """
    begun = time.monotonic()
    steps = [step for track in tracks for step in track]
    if all(step.is_current(root) for step in steps):
        if not quiet:
            print(f"已是最新，用时 {time.monotonic() - begun:.1f} 秒 · up to date")
        return
    with _only_one(root) as lock:
        stale = {step.name for step in steps if not step.is_current(root)}
        _check_room(root, [step for step in steps if step.name in stale])
        runner = Runner(root, machine_settings(os.environ), keep_open=[lock])
        board = Board({UV: "准备 uv · uv", **{step.name: step.label for step in steps}}, sys.stdout)
        faults: list[SetupError] = []
        ready = threading.Event()
        found: list[str] = []

        def guarded(name: str, work: Callable[[], None]) -> bool:
            board.begin(name)
            try:
                work()
            except SetupError as fault:
                board.end(name, FAILED)
                faults.append(fault)
            except OSError as fault:
                board.end(name, FAILED)
                faults.append(SetupError(f"“{name}”失败：{fault}。", f"{name} failed: {fault}.", 1))
            else:
                board.end(name, DONE)
            return not faults

        def first() -> None:
            guarded(UV, lambda: found.append(find_uv(runner)))
            ready.set()

        def along(track: list[Step]) -> None:
            ready.wait()
            for step in track:
                if faults:
                    return
                if step.name not in stale:
                    board.end(step.name, KEPT)
                    continue

                def work(step: Step = step) -> None:
                    step.make(root, runner, found[0], step.label)

                if not guarded(step.name, work):
                    return

        threads = [threading.Thread(target=first)] + [threading.Thread(target=along, args=[t]) for t in tracks]
        try:
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                board.draw()
                if faults:
                    runner.cancel()
                time.sleep(0.1)
        except KeyboardInterrupt:
            faults.append(Interrupted())  # before the commands end, so that no next step begins
            runner.cancel()
            for thread in threads:
                thread.join()
            raise
        finally:
            board.draw()
        if faults:
            raise next((f for f in faults if not isinstance(f, Interrupted)), faults[0])
        print(f"就绪，用时 {board.elapsed:.0f} 秒 · ready")


def _check_room(root: Path, steps: list[Step]) -> None:
    need = sum(step.size for step in steps)
    free = shutil.disk_usage(root).free / 1e9
    if free < need:
        raise no_disk(need, free)


@contextlib.contextmanager
def _only_one(root: Path) -> Iterator[int]:
    """Hold the set-up's lock. Commands inherit it: one that outlives a killed set-up still holds it."""
    (root / ".setup").mkdir(exist_ok=True)
    with (root / ".setup" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("另一个安装正在进行，等它结束 · another set-up is at work, waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


if __name__ == "__main__":
    sys.exit(main())
