"""Writes the pinned lists in `requirements/` anew.

`make lock` keeps the releases that are there, `make lock UPGRADE=1` takes the newest.

    app.txt     pyproject.toml's dependencies
    dev.txt     its group dev, in the versions of app.txt
    models.txt  its group models without torch, in the versions of both
    telegram-tests.txt  telegram-tests.in, in the versions of both, Python 3.12
    rasa.txt    rasa.in with rasa-overrides.txt, Python 3.10
    uv.txt      uv itself, for a machine that has none

Every list holds for every platform, carries the hashes of all files of a release, and names no index or path.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.faults import SetupError
from scripts.setup import ROOT
from scripts.tools import Runner, find_uv, machine_settings

_NO_TORCH = 'torch ; python_version < "3"\n'
_APP, _DEV = "requirements/app.txt", "requirements/dev.txt"


def plans(no_torch: str) -> dict[str, tuple[str, list[str]]]:
    """What each list is made from.

    Args:
        no_torch: A file of overrides that drops torch, whose build and hash differ from machine to machine.

    Returns:
        By the list's path: the words of its heading, and uv's arguments.
    """
    modern = ["--python-version", "3.11"]
    overrides = ["--override", "requirements/rasa-overrides.txt"]
    newer = ["--override", "requirements/telegram-tests-overrides.txt"]
    return {
        _APP: ("pyproject.toml", ["pyproject.toml", *modern]),
        _DEV: ("pyproject.toml, group dev", ["--group", "dev", "-c", _APP, *modern]),
        "requirements/models.txt": (
            "pyproject.toml, group models, without torch",
            ["--group", "models", "-c", _APP, "-c", _DEV, "--override", no_torch, *modern],
        ),
        "requirements/telegram-tests.txt": (
            "requirements/telegram-tests.in, telegram-tests-overrides.txt",
            ["requirements/telegram-tests.in", *newer, "-c", _APP, "-c", _DEV, "--python-version", "3.12"],
        ),
        "requirements/rasa.txt": (
            "requirements/rasa.in, rasa-overrides.txt",
            ["requirements/rasa.in", *overrides, "--python-version", "3.10"],
        ),
        "requirements/uv.txt": ("requirements/uv.in", ["requirements/uv.in", "--python-version", "3.9"]),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write the lists; the exit code."""
    parser = argparse.ArgumentParser(prog="lock", description="重写固定版本清单 · write the pinned lists anew")
    parser.add_argument("--upgrade", action="store_true", help="换成最新版本 · take the newest releases")
    args = parser.parse_args(argv)
    runner = Runner(ROOT, machine_settings(os.environ))
    try:
        uv = find_uv(runner)
        with tempfile.TemporaryDirectory() as aside:
            no_torch = Path(aside) / "overrides.txt"
            no_torch.write_text(_NO_TORCH, encoding="utf-8")
            for name, (source, args_of) in plans(str(no_torch)).items():
                _write(ROOT / name, source, [uv, "pip", "compile", *args_of], args.upgrade, runner, Path(aside))
    except SetupError as fault:
        print(f"{fault.zh}\n{fault.en}", file=sys.stderr)
        return fault.code
    return 0


def _write(path: Path, source: str, command: list[str], upgrade: bool, runner: Runner, aside: Path) -> None:
    draft = aside / path.name
    if path.exists() and not upgrade:
        draft.write_bytes(path.read_bytes())  # uv keeps the versions it finds in its output file
    same = ["--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    runner.run([*command, *same, "--no-annotate", "--quiet", "--output-file", str(draft)], path.name, "lock")
    heading = f"# Made by `make lock` from {source}; do not edit.\n"
    pinned = draft.read_text(encoding="utf-8")
    path.write_text(heading + pinned, encoding="utf-8")
    count = sum(1 for line in pinned.splitlines() if line[:1].strip() and "==" in line)
    print(f"{path.relative_to(ROOT)}  {count}")


if __name__ == "__main__":
    sys.exit(main())
