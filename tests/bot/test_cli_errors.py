"""Bad input: one sentence on standard error with what to do, exit code 2, nothing half-written; 1 for our faults."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.store import NewDecision, Store
from tests.bot.running import Result, Run

ROOT = Path(__file__).parents[2]


def refused(result: Result) -> str:
    """Check how a command refuses; returns its sentence."""
    assert result.code == 2, result
    assert result.out == ""
    sentence = result.err
    assert sentence.endswith(("。\n", "…。\n"))
    assert sentence.count("\n") == 1
    assert "Traceback" not in sentence and "Error" not in sentence
    return sentence.strip()


# ── facts and files ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ('{"被告": "县政府"}', ["没有“被告”这一项事实", "defendants"]),
        ('{"period": "in_force"}', ["没有“period”这一项事实"]),
        ('{"defendants": "县政府"}', ["没有“县政府”这个选项", "county_government（只有县（市、区）政府）"]),
        ('{"defendants": 3}', ["没有“3”这个选项"]),
        ('{"defendants": ["county_government"]}', ["这个选项"]),
        ('{"reporter": 3}', ["没有写出单位名称"]),
        ('{"reporter": "水利局、住建局"}', ["只能写一个单位"]),
        ('{"received_on": "2026-02-30"}', ["没有2月30日"]),
        ('{"received_on": "2099-01-01"}', ["在将来"]),
        ('{"received_on": "以前"}', ["没有看懂日期"]),
        ('{"defendants": "city_government", "defendant_units": "原平市政府"}', ["对不上"]),
        ("{", ["事实不是 JSON", "第1行第2列"]),
        ("", ["事实不是 JSON"]),
        ("[]", ["一个 JSON 对象"]),
        ("null", ["一个 JSON 对象"]),
        ("[" * 100_000, ["JSON"]),
        ('{"defendants": ' + "9" * 5000 + "}", ["JSON"]),
    ],
)
def test_facts_that_cannot_be_used(run: Run, facts: str, says: list[str]) -> None:
    for flag in ([], ["--json"]):
        sentence = refused(run("decide", "-", *flag, stdin=facts))
        assert all(words in sentence for words in says), sentence


def test_files_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    assert "nowhere.json" in refused(run("decide", tmp_path / "nowhere.json"))
    assert str(tmp_path) in refused(run("decide", tmp_path))
    other = tmp_path / "gbk.json"
    other.write_bytes("{'被告': '县政府'}".encode("gbk"))
    assert "UTF-8" in refused(run("decide", other))
    assert "UTF-8" in refused(run("ask", "--batch", other))


@pytest.mark.parametrize("received", ["2026-02-30", "2026年13月1日", "3000-01-01", "1980-01-01", "", "以前"])
def test_days_that_cannot_be(run: Run, received: str) -> None:
    refused(run("deadlines", "--received", received))
    refused(run("deadlines", "--received", received, "--json"))


@pytest.mark.parametrize(
    "broken", ["{", "第十九条", "[]", '{"question": "第十九条"}', '{"q": 3}', '{"q": "a", "history": "b"}']
)
def test_a_broken_line_among_questions_is_named_and_none_is_answered(run: Run, broken: str) -> None:
    assert "第3行" in refused(run("ask", "--batch", "-", stdin=f'{{"q": "第十九条"}}\n\n{broken}\n'))


def test_a_question_or_a_file_not_both_nor_neither(run: Run) -> None:
    assert "二者选一" in refused(run("ask"))
    assert "二者选一" in refused(run("ask", "第十九条", "--batch", "-"))


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("decide",), ("decide", "-", "--nonsense"), ("decisions", "show", "x")]
)
def test_a_command_that_does_not_exist_or_is_not_called_so(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.code == 2
    assert result.out == "" and "Traceback" not in result.err


# ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────


def decision(key: str) -> NewDecision:
    return NewDecision(
        key=key,
        person="console:zhang",
        decided_at=datetime(2026, 11, 24, 2, tzinfo=UTC),
        facts={"defendants": "county_government"},
        outcome={"status": "determined", "handling_units": ["县水利局"], "citations": [{"ref": "第十三条"}]},
        trace=[],
        measure_id="xinzhou-2023-42",
        measure_sha256="a" * 64,
        table_sha256="b" * 64,
    )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two decisions, in the home of `run`."""
    path = tmp_path / "home" / "yingsu.sqlite"
    with Store.open(path) as store:
        store.record(decision("k1"))
        store.record(decision("k2"))
    return path


def test_records_are_listed_shown_and_exported(run: Run, database: Path) -> None:
    assert [row["number"] for row in run("decisions", "list", "--json").data] == [2, 1]
    assert [row["number"] for row in run("decisions", "list", "--limit", 1, "--json").data] == [2]
    assert run("decisions", "list", "--person", "console:li").out == "还没有登记。\n"
    assert run("decisions", "list").out.startswith("0002　2026年11月24日10:00　县水利局　第十三条　console:zhang\n")
    shown = run("decisions", "show", 1).data
    assert (shown["number"], shown["facts"]) == (1, {"defendants": "county_government"})
    lines = [json.loads(line) for line in run("decisions", "export").out.splitlines()]
    assert lines == run("decisions", "export", "--format", "json").data
    assert [line["number"] for line in lines] == [1, 2]


def test_a_head_kept_elsewhere_is_compared(run: Run, database: Path) -> None:
    head = run("decisions", "verify").out.split("链头 ")[1].strip()
    assert run("decisions", "verify", "--head", head).code == 0
    with sqlite3.connect(database) as base:
        cut_the_tail(base)
    base.close()
    assert run("decisions", "verify").code == 0, "a shorter chain is whole in itself"
    assert "记录链有问题" in refused(run("decisions", "verify", "--head", head))
    assert "编号:哈希" in refused(run("decisions", "verify", "--head", "nonsense"))


def cut_the_tail(base: sqlite3.Connection) -> None:
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f"DROP TRIGGER {name}")
    base.execute("DELETE FROM decision WHERE number = 2")


def test_a_changed_record_is_found(run: Run, database: Path) -> None:
    with sqlite3.connect(database) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f"DROP TRIGGER {name}")
        base.execute("UPDATE decision SET person = 'console:li' WHERE number = 1")
    base.close()
    assert "1" in refused(run("decisions", "verify"))
    assert "[缺] 登记" in run("doctor").out


def test_a_record_that_is_not_there(run: Run, database: Path) -> None:
    assert "3" in refused(run("decisions", "show", 3))


def test_a_database_of_a_newer_version_is_left_as_it_is(run: Run, database: Path) -> None:
    with sqlite3.connect(database) as base:
        base.execute("UPDATE alembic_version SET version_num = '9999'")
    base.close()
    before = database.read_bytes()
    for command in ("list", "verify", "export"):
        assert "更新的版本" in refused(run("decisions", command))
    assert database.read_bytes() == before


def test_a_file_that_is_no_database_is_left_as_it_is(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "yingsu.sqlite").write_text("我的笔记" * 100, encoding="utf-8")
    assert "不是数据库" in refused(run("decisions", "list"))
    assert (home / "yingsu.sqlite").read_text(encoding="utf-8") == "我的笔记" * 100


def test_a_home_that_cannot_be_one(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "file"
    there.write_text("mine", encoding="utf-8")
    for home in (there, there / "below"):
        monkeypatch.setenv("YINGSU_HOME", str(home))
        for command in (("decisions", "list"), ("decisions", "verify"), ("chat",), ("chat", "--jsonl")):
            assert "YINGSU_HOME" in refused(run(*command))
    assert there.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_without_write_permission(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o500)
    assert "不可写" in refused(run("decisions", "list"))


def test_a_database_that_is_none_of_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("mysql://host/base", "nonsense://", "postgresql+psycopg://host:port/base"):
        monkeypatch.setenv("YINGSU_DATABASE", url)
        refused(run("decisions", "list"))


def test_two_homes_never_meet(run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINGSU_HOME", str(tmp_path / "other"))
    assert run("decisions", "list", "--json").data == []


# ── our own faults ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_internal_fault_is_told_without_its_words_and_ends_with_one(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("县政府被告了 13834561234")

    monkeypatch.setattr("knowledge.bundled.load_decider", broken)
    result = run("decide", "-", stdin="{}")
    assert (result.code, result.out) == (1, "")
    assert "RuntimeError" in result.err and "yingsu doctor" in result.err
    assert "13834561234" not in result.err and result.err.count("\n") == 1


# ── a copy of the checkout, with something wrong in it ───────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three rooms without Rasa's."""
    copy = tmp_path_factory.mktemp("checkout")
    for room in ("bot", "actions", "knowledge"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def yingsu(checkout: Path, home: Path, *arguments: str, stdin: str = "") -> Result:
    """The command in a process of its own, from another checkout."""
    code = "import sys; sys.argv[0] = 'yingsu'; from bot.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout), "YINGSU_HOME": str(home), "PYTHONUTF8": "1"},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def test_without_rasa_the_talk_says_what_to_do_and_everything_else_works(checkout: Path, tmp_path: Path) -> None:
    line = json.dumps({"sender": "a", "text": "县政府被告了"}) + "\n"
    assert "make setup" in refused(yingsu(checkout, tmp_path, "chat", "--jsonl", stdin=line))
    assert yingsu(checkout, tmp_path, "ask", "第十九条").code == 0
    assert yingsu(checkout, tmp_path, "decisions", "verify").code == 0


@pytest.mark.parametrize(
    "name", ["source.txt", "table.yml", "upper_laws.yml", "units.yml", "aliases.yml", "deadlines.yml", "measure.yml"]
)
def test_a_measures_file_that_was_changed_or_is_gone(checkout: Path, tmp_path: Path, name: str) -> None:
    file = checkout / "knowledge" / "measures" / "xinzhou-2023-42" / name
    whole = file.read_bytes()
    command = ("ask", "第十九条") if name == "aliases.yml" else ("decide", "-", "--json")
    try:
        if name == "source.txt":
            file.write_bytes(whole.replace("应当".encode(), "可以".encode(), 1))
            assert "source.txt" in refused(yingsu(checkout, tmp_path, *command, stdin="{}"))
        else:
            file.write_bytes(b"nonsense: [")
            refused(yingsu(checkout, tmp_path, *command, stdin="{}"))
        file.unlink()
        refused(yingsu(checkout, tmp_path, *command, stdin="{}"))
    finally:
        file.write_bytes(whole)
