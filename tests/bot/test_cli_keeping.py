"""`yingsu verify`, `backup`, `restore`, `purge`, and what `doctor` says of the chains."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.serve import alone
from tests.actions.cases_kit import GOVERNMENT_SUED, Office
from tests.bot.running import Run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one case."""
    home = tmp_path / "home"
    home.mkdir()
    office = Office.at(home)
    office.open(GOVERNMENT_SUED)
    office.store.close()
    return home


def spoil(home: Path, table: str = "case_event") -> None:
    with closing(sqlite3.connect(home / "yingsu.sqlite")) as connection, connection:
        connection.execute(f"DROP TRIGGER {table}_no_delete")
        connection.execute(f"DELETE FROM {table}")


def test_verify_says_what_it_cannot_see_until_heads_are_exported(run: Run, home: Path) -> None:
    first = run("verify")
    assert (first.code, first.err) == (0, "")
    decisions, cases, heads = first.out.splitlines()
    assert decisions.startswith("决定：链完整，共1条，链尾 1:") and cases.startswith("案件记录：链完整，共1条")
    assert "查不出来" in heads and not (home / "heads.jsonl").exists()
    assert "共1行" in run("verify", "--export").out
    assert "共1行" in run("verify", "--export").out, "once a day"


@pytest.mark.parametrize("table", ["decision", "case_event"])
def test_what_is_broken_goes_to_standard_error_with_code_2(run: Run, home: Path, table: str) -> None:
    run("verify", "--export")
    spoil(home, table)
    result = run("verify", "--export")
    assert result.code == 2
    assert result.err.startswith("有问题　") and "末尾被截掉" in result.err and result.err.count("\n") == 1
    assert len((home / "heads.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert run("doctor").out.count("第1号起的") == 1


def test_heads_may_lie_elsewhere(run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINGSU_HEADS", str(tmp_path / "disk.jsonl"))
    run("verify", "--export")
    assert not (home / "heads.jsonl").exists()
    monkeypatch.delenv("YINGSU_HEADS")
    spoil(home)
    assert run("verify").code == 0
    assert run("verify", "--heads", tmp_path / "disk.jsonl").code == 2
    missing = run("verify", "--heads", tmp_path / "none.jsonl")
    assert missing.code == 2 and "没有链尾文件" in missing.err


def test_the_setting_starts_from_home(run: Run, home: Path) -> None:
    (home / "yingsu.toml").write_text('heads = "kept/heads.jsonl"\n', encoding="utf-8")
    assert "有没有挂上" in run("verify", "--export").err
    (home / "kept").mkdir()
    run("verify", "--export")
    assert (home / "kept" / "heads.jsonl").is_file()


def test_backup_and_restore(run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "laws").mkdir()
    (home / "laws" / "one").write_text("第一条", encoding="utf-8")
    made = run("backup", tmp_path / "backup.tar.gz")
    assert made.code == 0
    assert made.out.startswith(f"已备份到 {tmp_path / 'backup.tar.gz'}，2个文件，") and "不在备份里：" in made.out
    refused = run("restore", tmp_path / "backup.tar.gz")
    assert refused.code == 2 and "--replace" in refused.err and refused.err.count("\n") == 1
    monkeypatch.setenv("YINGSU_HOME", str(tmp_path / "new"))
    done = run("restore", tmp_path / "backup.tar.gz")
    assert done.code == 0, done.err
    assert "的备份。\n决定：链完整，共1条" in done.out and "从备份恢复过" in done.out
    assert (tmp_path / "new" / "laws" / "one").is_file()
    assert run("verify").code == 0


def test_backup_without_a_place_is_made_where_one_is(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert run("backup").code == 0
    (made,) = (tmp_path / "here").iterdir()
    assert tarfile.is_tarfile(made)


def test_restore_moves_aside_what_is_there(run: Run, home: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "b")
    done = run("restore", tmp_path / "b", "--replace")
    assert done.code == 0 and "原来的移到了" in done.out
    assert len(list(home.glob("yingsu.sqlite.replaced-*"))) == 1


def test_restore_is_refused_while_it_serves(run: Run, home: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "b")
    with alone(home):
        refused = run("restore", tmp_path / "b", "--replace")
    assert refused.code == 2 and "已经有一个 yingsu serve" in refused.err
    assert list(home.glob("*.replaced-*")) == []


def test_a_backup_is_made_while_it_serves(run: Run, home: Path, tmp_path: Path) -> None:
    with alone(home):
        assert run("backup", tmp_path / "b").code == 0


def test_a_broken_backup_is_told_with_code_2(run: Run, home: Path, tmp_path: Path) -> None:
    run("verify", "--export")
    spoil(home)
    result = run("backup", tmp_path / "b")
    assert result.code == 2 and (tmp_path / "b").is_file() and "案件记录：第1号起的" in result.err


@pytest.mark.parametrize("command", [("backup", "b"), ("restore", "b")])
def test_a_server_has_its_own_tools(run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, str]) -> None:
    monkeypatch.setenv("YINGSU_DATABASE", "postgresql+psycopg://name:secret@host/base")
    result = run(*command)
    assert result.code == 2 and "pg_dump" in result.err and "secret" not in result.err


def test_purge_asks_first(run: Run, home: Path) -> None:
    for arguments in ((), ("--dry-run", "--yes")):
        asked = run("purge", *arguments)
        assert asked.code == 2 and "yingsu purge --dry-run" in asked.err
    with closing(sqlite3.connect(home / "yingsu.sqlite")) as connection, connection:
        connection.execute("INSERT INTO chat VALUES ('telegram', '9', '2020-01-01T00:00:00.000000+00:00', '{}')")
    dry = run("purge", "--dry-run")
    assert "对方已关闭的聊天（chat）　共1条，可清理1条　保留365天：" in dry.out
    assert "决定（decision）　共1条，可清理0条　一直保留：" in dry.out
    assert run("purge", "--yes").out.endswith("共清理1条。\n数据库文件已压缩。\n")
    assert "共可清理0条" in run("purge", "--dry-run").out
    assert run("verify").code == 0


def test_doctor_checks_both_chains(run: Run, home: Path) -> None:
    out = run("doctor").out
    assert f"[好] 登记：{home}，1条登记，1条案件记录，链完整；链尾文件 {home / 'heads.jsonl'} 还没有" in out


def test_an_older_file_is_verified_by_its_first_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    old = Path(__file__).parents[1] / "data" / "old" / "v0001.sqlite"
    shutil.copy(old, tmp_path / "home" / "yingsu.sqlite")
    assert run("verify").out.startswith("决定：链完整，共3条")
