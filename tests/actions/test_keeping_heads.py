"""Whoever changes the database file behind our back is found by the heads kept elsewhere, and told what was done."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.cases import Cases
from actions.errors import HeadsRefused, NotKept
from actions.keeping import Finding, keep_heads, read_heads, verify
from actions.store import GENESIS, Store
from actions.store.canonical import canonical, sha256_of
from actions.store.chain import CASE_EVENTS, DECISIONS
from actions.store.models import CaseEventRow, DecisionRow
from knowledge.units import load_units
from tests.actions.cases_kit import AT, BUREAU_SUED, GOVERNMENT_SUED, Office

Row = dict[str, Any]
DAY = timedelta(days=1)
TABLES = {"decision": (DECISIONS, DecisionRow), "case_event": (CASE_EVENTS, CaseEventRow)}
TRIGGERS = ("no_update", "no_delete", "append")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five decisions and five events; heads were kept after three of each and at the end; `older` is of three."""
    folder = tmp_path_factory.mktemp("made")
    office = Office.at(folder)
    for facts in (GOVERNMENT_SUED, BUREAU_SUED, GOVERNMENT_SUED):
        office.open(facts)
    keep_heads(folder / "heads.jsonl", office.store, office.cases, AT)
    with closing(sqlite3.connect(folder / "yingsu.sqlite")) as now, closing(sqlite3.connect(folder / "older")) as copy:
        now.backup(copy)
    for facts in (BUREAU_SUED, GOVERNMENT_SUED):
        office.open(facts)
    keep_heads(folder / "heads.jsonl", office.store, office.cases, AT + DAY)
    office.store.close()
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "home")


def found(home: Path) -> dict[str, Finding]:
    with Store.open(home / "yingsu.sqlite") as store:
        return {it.what: it for it in verify(store, Cases(store, load_units()), home / "heads.jsonl")}


def keep(home: Path, *, days: int = 2, restored: bool = False) -> None:
    with Store.open(home / "yingsu.sqlite") as store:
        keep_heads(home / "heads.jsonl", store, Cases(store, load_units()), AT + days * DAY, restored=restored)


# ── an attacker who can write the file and knows the format ────────────────────────────────────────────────────────


def attack(home: Path, table: str, change: Callable[[list[Row]], list[Row]]) -> None:
    """Take the guards away, change the rows as the attacker likes, and write them back."""
    with closing(sqlite3.connect(home / "yingsu.sqlite")) as connection, connection:
        connection.row_factory = sqlite3.Row
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {table}_{name}")
        rows = change([dict(it) for it in connection.execute(f"SELECT * FROM {table} ORDER BY number")])
        connection.execute(f"DELETE FROM {table}")
        for row in rows:
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))


def hashed(row: Row) -> Row:
    """The row with the hash that its content has."""
    chain, model = TABLES["decision" if "facts" in row else "case_event"]
    return {**row, "hash": sha256_of(chain.hashed_part(model(**row)))}  # type: ignore[attr-defined]


def chained(rows: list[Row]) -> list[Row]:
    """The rows numbered and linked anew: a chain without a fault."""
    done: list[Row] = []
    for number, row in enumerate(rows, 1):
        done.append(hashed({**row, "number": number, "previous_hash": done[-1]["hash"] if done else GENESIS}))
    return done


def edit(rows: list[Row]) -> list[Row]:
    return [{**it, "person": "console:eve"} if it["number"] == 2 else it for it in rows]


def edit_and_hash(rows: list[Row]) -> list[Row]:
    return [hashed(it) if it["number"] == 2 else it for it in edit(rows)]


def edit_and_hash_the_last(rows: list[Row]) -> list[Row]:
    return [*rows[:-1], hashed({**rows[-1], "person": "console:eve"})]


def delete(rows: list[Row]) -> list[Row]:
    return [it for it in rows if it["number"] != 2]


def delete_and_close_up(rows: list[Row]) -> list[Row]:
    return [{**it, "number": number} for number, it in enumerate(delete(rows), 1)]


def insert(rows: list[Row]) -> list[Row]:
    new = hashed({**rows[0], "number": 2, "key": "new", "previous_hash": rows[0]["hash"], "person": "console:eve"})
    return [rows[0], new, *({**it, "number": it["number"] + 1} for it in rows[1:])]


def reorder(rows: list[Row]) -> list[Row]:
    return [rows[0], {**rows[2], "number": 2}, {**rows[1], "number": 3}, *rows[3:]]


def cut_the_tail(rows: list[Row]) -> list[Row]:
    return rows[:-1]


def rewrite(rows: list[Row]) -> list[Row]:
    return chained(edit(rows))


def rewrite_what_came_later(rows: list[Row]) -> list[Row]:
    return chained([*rows[:3], {**rows[3], "person": "console:eve"}, *rows[4:]])


def reorder_and_rewrite(rows: list[Row]) -> list[Row]:
    return chained([rows[0], rows[2], rows[1], *rows[3:]])


@pytest.mark.parametrize(("table", "name"), [("decision", "决定"), ("case_event", "案件记录")])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (edit, "第2号{}的内容与它的哈希不符，已被改动。"),
        (edit_and_hash, "第3号{}接不上前一号，次序或前面的记录被改动。"),
        (edit_and_hash_the_last, "第5号{}与留存的链尾不符，第3号之后的记录被整体改写。"),
        (delete, "第2号{}不见了。"),
        (delete_and_close_up, "第2号{}的内容与它的哈希不符，也接不上前一号：被调换、插入或改动。"),
        (insert, "第3号{}的内容与它的哈希不符，也接不上前一号：被调换、插入或改动。"),
        (reorder, "第2号{}的内容与它的哈希不符，也接不上前一号：被调换、插入或改动。"),
        (cut_the_tail, "第5号起的{}不见了，留存的链尾是第5号：末尾被截掉，或数据库换成了较早的。"),
        (rewrite, "第3号{}与留存的链尾不符，此前的记录被整体改写，或数据库换成了另一个。"),
        (rewrite_what_came_later, "第5号{}与留存的链尾不符，第3号之后的记录被整体改写。"),
        (reorder_and_rewrite, "第3号{}与留存的链尾不符，此前的记录被整体改写，或数据库换成了另一个。"),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_what_was_done_to_a_chain_is_found_and_named(
    home: Path, table: str, name: str, change: Callable[[list[Row]], list[Row]], words: str
) -> None:
    attack(home, table, change)
    report = found(home)
    assert (report[name].ok, report[name].words) == (False, words.format(name))
    assert [it.what for it in report.values() if it.ok] == [it for it in report if it != name], "the other is whole"
    with pytest.raises(HeadsRefused):
        keep(home)
    assert len(read_heads(home / "heads.jsonl")[0]) == 2, "what was done is not made good by a line of its own"


def test_an_older_copy_in_its_place_is_found(home: Path) -> None:
    (home / "older").replace(home / "yingsu.sqlite")
    report = found(home)
    for name in ("决定", "案件记录"):
        assert report[name].words == (f"第4号起的{name}不见了，留存的链尾是第5号：末尾被截掉，或数据库换成了较早的。")


@pytest.mark.parametrize("records", [0, 6])
def test_anothers_database_in_its_place_is_found(home: Path, tmp_path: Path, records: int) -> None:
    (tmp_path / "other").mkdir()
    office = Office.at(tmp_path / "other")
    for _ in range(records):
        office.open(BUREAU_SUED)
    assert office.store.verify().ok and office.cases.verify().ok
    office.store.close()
    (tmp_path / "other" / "yingsu.sqlite").replace(home / "yingsu.sqlite")
    report = found(home)
    for name in ("决定", "案件记录"):
        assert not report[name].ok
        assert ("数据库换成了另一个" if records else f"第1号起的{name}不见了") in report[name].words


def test_what_is_whole_is_told_with_its_head(home: Path) -> None:
    report = found(home)
    assert all(it.ok for it in report.values())
    with Store.open(home / "yingsu.sqlite") as store:
        number, digest = store.head()
    assert report["决定"].words == f"链完整，共5条，链尾 {number}:{digest}"
    assert report["链尾文件"].words.endswith("共2行，最后一行写于2026年11月25日10:00")


def test_without_the_file_it_says_what_it_cannot_see(home: Path) -> None:
    (home / "heads.jsonl").unlink()
    attack(home, "decision", rewrite)
    report = found(home)
    assert all(it.ok for it in report.values())
    assert "还没有：末尾被截掉、整条链被改写、换成别的数据库，这次查不出来" in report["链尾文件"].words


# ── the file ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_is_written_once_a_day_and_what_is_new_at_once(home: Path) -> None:
    keep(home, days=1)
    assert len(read_heads(home / "heads.jsonl")[0]) == 2
    keep(home, days=2)
    assert len(read_heads(home / "heads.jsonl")[0]) == 3
    with Store.open(home / "yingsu.sqlite") as store:
        Office(store).do("note", {"field": "court", "value": "原平市人民法院"}, key="later")
    keep(home, days=2)
    lines, problem = read_heads(home / "heads.jsonl")
    assert (len(lines), lines[-1].decisions[0], lines[-1].cases[0], problem) == (4, 5, 6, None)


def test_a_line_is_sound_without_this_program(home: Path) -> None:
    first, second = map(json.loads, (home / "heads.jsonl").read_text(encoding="utf-8").splitlines())
    assert second["previous_hash"] == first["hash"]
    assert second.pop("hash") == sha256_of(second)
    assert second.keys() == {"at", "decisions", "cases", "restored", "previous_hash"}
    if os.name == "posix":
        assert (home / "heads.jsonl").stat().st_mode & 0o077 == 0


def forged(line: dict[str, Any], number: int) -> str:
    return signed({**line, "decisions": {**line["decisions"], "number": number}})


def without_zone(line: dict[str, Any]) -> str:
    return signed({**line, "at": line["at"].removesuffix("+00:00")})


def signed(line: dict[str, Any]) -> str:
    line = {name: value for name, value in line.items() if name != "hash"}
    return canonical({**line, "hash": sha256_of(line)})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda one, two, three: [one, two.replace('"number":5', '"number":4'), three], "第2行的内容与它的哈希不符"),
        (lambda one, two, three: [one, forged(json.loads(two), 4), three], "第3行接不上前一行"),
        (lambda one, two, three: [one, three], "第2行接不上前一行"),
        (lambda one, two, three: [two, three], "第1行不是开头"),
        (lambda one, two, three: [two, one, three], "第1行不是开头"),
        (lambda one, two, three: [one, two, two, three], "第3行接不上前一行"),
        (lambda one, two, three: [one, "x" * len(two), three], "第3行接不上前一行"),
        (lambda one, two, three: [one, two, "x" * len(three)], "第3行读不懂"),
        (lambda one, two, three: [one, two, without_zone(json.loads(three))], "第3行的内容与它的哈希不符"),
        (lambda one, two, three: [one, two, '{"hash": NaN}'], "第3行的内容与它的哈希不符"),
    ],
)
def test_the_file_too_is_a_chain(home: Path, change: Callable[[str, str, str], list[str]], problem: str) -> None:
    keep(home)
    file = home / "heads.jsonl"
    one, two, three = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(change(one, two, three)) + "\n", encoding="utf-8")
    report = found(home)["链尾文件"]
    assert not report.ok and problem in report.words
    before = file.read_bytes()
    with pytest.raises(HeadsRefused, match="没有再写"):
        keep(home, days=9)
    assert file.read_bytes() == before


def test_what_a_crash_has_left_of_a_line_is_no_fault(home: Path) -> None:
    file = home / "heads.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:40])
    assert found(home)["链尾文件"].ok
    keep(home)
    lines, problem = read_heads(file)
    assert (len(lines), problem) == (3, None)
    assert file.read_bytes().startswith(whole + whole[:40] + b"\n"), "it only grows"


def test_after_a_restore_only_what_follows_counts(home: Path) -> None:
    (home / "older").replace(home / "yingsu.sqlite")
    keep(home, restored=True)
    report = found(home)
    assert all(it.ok for it in report.values())
    assert "2026年11月26日10:00从备份恢复过" in report["链尾文件"].words
    attack(home, "decision", cut_the_tail)
    assert not found(home)["决定"].ok


def test_where_the_other_disk_is_not_there_no_folder_is_made_in_its_place(home: Path) -> None:
    with Store.open(home / "yingsu.sqlite") as store, pytest.raises(NotKept, match="有没有挂上"):
        keep_heads(home / "disk" / "heads.jsonl", store, Cases(store, load_units()), AT)
    assert not (home / "disk").exists()


def test_on_a_full_disk_no_half_line_is_left(home: Path) -> None:
    file = home / "heads.jsonl"
    before = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Store.open(home / "yingsu.sqlite") as store:
        cases = Cases(store, load_units())
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
        try:
            with pytest.raises(NotKept, match="磁盘已满"):
                keep_heads(file, store, cases, AT + 2 * DAY)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert file.read_bytes() == before
