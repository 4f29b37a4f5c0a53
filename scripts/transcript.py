"""Play the READMEs' talk again and write what comes out: `python -m scripts.transcript`.

The person's lines are those that begin with `> ` in README.md; everything else of the block is the assistant's.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
_BLOCK = re.compile(r"(?<=```text\n).*?(?=```\n)", re.DOTALL)
_DATE = re.compile(r"\d{4}(年\d+月\d+日|-\d\d-\d\d)(（星期.）)?(\d\d:\d\d)?")


def written() -> str:
    """The talk as README.md has it."""
    return next(_BLOCK.finditer(READMES[0].read_text(encoding="utf-8")))[0]


def played(lines: list[str]) -> str:
    """The talk as it goes now, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [str(ROOT / ".venv" / "bin" / "yingsu"), "chat"],
            input="\n".join(lines) + "\n",
            env={**os.environ, "YINGSU_HOME": home},
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout.partition("\n")[2].strip() + "\n"


def undated(talk: str) -> str:
    """A talk without its dates, which differ from day to day."""
    return _DATE.sub("某日", talk)


def main() -> None:
    """Write the talk into both READMEs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", nargs="*", help="what the person says instead, a line each")
    lines = parser.parse_args().lines or [line[2:] for line in written().splitlines() if line.startswith("> ")]
    talk = played(lines)
    for path in READMES:
        path.write_text(_BLOCK.sub(lambda _: talk, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
