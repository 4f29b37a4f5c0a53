"""Whoever gets at the file itself is stopped by the database, or found by `verify`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.store import GENESIS, NewDecision, Store, VerifyReport
from actions.store.canonical import sha256_of
from actions.store.decisions import hashed_part
from actions.store.models import DecisionRow

TRIGGERS = ("decision_no_update", "decision_no_delete", "decision_append")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of five decisions."""
    place = tmp_path / "yingsu.db"
    with Store.open(place) as store:
        for number in range(1, 6):
            store.record(
                NewDecision(
                    key=f"k{number}",
                    person="console:alice",
                    decided_at=datetime(2026, 11, number, tzinfo=UTC),
                    facts={"n": number},
                    outcome={"status": "determined"},
                    trace=[],
                    measure_id="m",
                    measure_sha256="a" * 64,
                    table_sha256="b" * 64,
                    supersedes=3 if number == 4 else None,
                )
            )
    return place


def tamper(path: Path, *statements: str) -> None:
    """Change the file behind the store's back, guards removed."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def verified(path: Path, *kept: tuple[int, str]) -> VerifyReport:
    with Store.open(path) as store:
        return store.verify(*kept)


def rewrite(path: Path, changed: int) -> None:
    """Change one decision and forge every hash from there on, as somebody who knows the format would."""
    columns = ", ".join(DecisionRow.model_fields)
    tamper(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        previous = GENESIS
        for values in connection.execute(f"SELECT {columns} FROM decision ORDER BY number").fetchall():
            row = DecisionRow(**dict(zip(DecisionRow.model_fields, values, strict=True)))
            row.previous_hash = previous
            row.facts = '{"n":99}' if row.number == changed else row.facts
            previous = sha256_of(hashed_part(row))
            connection.execute(
                "UPDATE decision SET facts = ?, previous_hash = ?, hash = ? WHERE number = ?",
                (row.facts, row.previous_hash, previous, row.number),
            )


# A copy of a row that continues the chain after decision `last`.
COPIED = (
    "{verb} INTO decision SELECT {number}, '{key}', person, decided_at, facts, outcome, trace, measure_id,"
    " measure_sha256, table_sha256, {supersedes}, reason, hash, hash FROM decision WHERE number = {last}"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decision SET reason = 'x' WHERE number = 2",
        "DELETE FROM decision WHERE number = 5",
        "INSERT OR REPLACE INTO decision SELECT * FROM decision WHERE number = 2",
        COPIED.format(verb="INSERT", number=9, key="k9", supersedes="NULL", last=5),
        COPIED.format(verb="INSERT", number=6, key="k6", supersedes="NULL", last=4),
        COPIED.format(verb="INSERT OR REPLACE", number=6, key="k1", supersedes="NULL", last=5),
        COPIED.format(verb="INSERT OR REPLACE", number=6, key="k6", supersedes="3", last=5),
    ],
)
def test_the_database_itself_only_appends(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        connection.rollback()
    assert verified(path).count == 5


def test_a_whole_chain_verifies_against_any_head_it_once_had(path: Path) -> None:
    with Store.open(path) as store:
        heads = [(0, GENESIS), *((d.number, d.hash) for d in store.list())]
        assert store.verify() == VerifyReport(ok=True, count=5, head=store.head())
        assert all(store.verify(head).ok for head in heads)


def test_an_empty_store_is_whole(tmp_path: Path) -> None:
    assert verified(tmp_path / "new.db") == VerifyReport(ok=True, count=0, head=(0, GENESIS))


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE decision SET facts = '{\"n\":9}' WHERE number = 2"], 2),
        (['UPDATE decision SET facts = \'{"n":9,"n":2}\' WHERE number = 2'], 2),
        (["UPDATE decision SET facts = 'no JSON' WHERE number = 2"], 2),
        (["UPDATE decision SET outcome = '{}' WHERE number = 1"], 1),
        (["UPDATE decision SET trace = '[1]' WHERE number = 5"], 5),
        (["UPDATE decision SET person = 'console:eve' WHERE number = 3"], 3),
        (["UPDATE decision SET decided_at = '2026-01-01T00:00:00.000000+00:00' WHERE number = 3"], 3),
        (["UPDATE decision SET key = 'other' WHERE number = 3"], 3),
        (["UPDATE decision SET measure_id = 'other' WHERE number = 3"], 3),
        (["UPDATE decision SET measure_sha256 = hash WHERE number = 3"], 3),
        (["UPDATE decision SET table_sha256 = hash WHERE number = 3"], 3),
        (["UPDATE decision SET reason = '' WHERE number = 3"], 3),
        (["UPDATE decision SET supersedes = NULL WHERE number = 4"], 4),
        (["UPDATE decision SET hash = previous_hash WHERE number = 4"], 4),
        (["UPDATE decision SET previous_hash = hash WHERE number = 4"], 4),
    ],
)
def test_an_edit_is_found(path: Path, statements: list[str], broken: int) -> None:
    tamper(path, *statements)
    report = verified(path)
    assert not report.ok
    assert report.first_broken == broken
    assert report.count == report.head[0] == broken - 1
    assert report.problem is not None and f"第{broken}号" in report.problem


INSERTED = (
    "INSERT INTO decision SELECT {number}, 'k' || {number} || 'x', person, decided_at, facts, outcome, trace,"
    " measure_id, measure_sha256, table_sha256, NULL, reason, {previous}, hash FROM decision WHERE number = 5"
)


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["DELETE FROM decision WHERE number = 1"], 1),
        (["DELETE FROM decision WHERE number = 2"], 2),
        (
            [
                "DELETE FROM decision WHERE number = 2",
                "UPDATE decision SET number = number - 1 WHERE number > 2",
            ],
            2,
        ),
        ([INSERTED.format(number=6, previous="hash")], 6),
        ([INSERTED.format(number=7, previous="hash")], 6),
        ([INSERTED.format(number=0, previous="previous_hash")], 0),
        (
            [
                "UPDATE decision SET number = 100 WHERE number = 1",
                "UPDATE decision SET number = 1 WHERE number = 2",
                "UPDATE decision SET number = 2 WHERE number = 100",
            ],
            1,
        ),
    ],
    ids=["first", "middle", "middle-closed-up", "added", "added-after-gap", "added-before", "swapped"],
)
def test_a_deletion_an_insertion_and_a_swap_are_found(path: Path, statements: list[str], broken: int) -> None:
    tamper(path, *statements)
    report = verified(path)
    assert not report.ok
    assert report.first_broken == broken


def cut_tail(path: Path) -> None:
    tamper(path, "DELETE FROM decision WHERE number > 3")


def rewrite_second(path: Path) -> None:
    rewrite(path, 2)


@pytest.mark.parametrize(("attack", "broken"), [(cut_tail, 4), (rewrite_second, 5)])
def test_what_a_chain_alone_cannot_show_a_kept_head_does(
    path: Path, attack: Callable[[Path], None], broken: int
) -> None:
    with Store.open(path) as store:
        kept = store.head()
    attack(path)
    assert verified(path).ok
    report = verified(path, kept)
    assert not report.ok
    assert report.first_broken == broken
    assert report.problem is not None and "留存的链尾" in report.problem


def test_a_forged_link_with_a_right_hash_is_found(path: Path) -> None:
    """A row whose own hash is right, but which continues another chain."""
    rewrite(path, 1)
    with Store.open(path) as store:
        assert store.verify().ok
        forged = store.get(2)
    row = DecisionRow(
        number=3, key="f", person="p", decided_at="t", facts="{}", outcome="{}", trace="[]", measure_id="m",
        measure_sha256="a", table_sha256="b", previous_hash=forged.previous_hash, hash="",
    )  # fmt: skip
    row.hash = sha256_of(hashed_part(row))
    with closing(sqlite3.connect(path)) as connection, connection:
        values = [getattr(row, name) for name in DecisionRow.model_fields]
        marks = ", ".join("?" * len(values))
        connection.execute(f"REPLACE INTO decision VALUES ({marks})", values)
    report = verified(path)
    assert report.first_broken == 3
    assert report.problem is not None and "接不上前一号" in report.problem
