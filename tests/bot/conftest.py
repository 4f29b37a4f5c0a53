"""The command line, run in this process."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot import cli
from tests.bot.running import Result, Run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command as `yingsu` does, with a home of its own."""
    monkeypatch.setenv("YINGSU_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("YINGSU_DATABASE", raising=False)

    def run(*arguments: object, stdin: str = "") -> Result:
        monkeypatch.setattr("sys.argv", ["yingsu", *map(str, arguments)])
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return Result(int(ended.value.code or 0), printed.out, printed.err)

    return run
