"""A glance at the switch agrees with the store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from actions.people import People
from actions.store import Store
from bot.glance import may_be_stopped

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)


def test_it_sees_what_the_store_says(tmp_path: Path) -> None:
    file = tmp_path / "yingsu.sqlite"
    assert not may_be_stopped(file)
    with Store.open(file) as store:
        people = People(store)
        assert not may_be_stopped(file)
        people.rest("核对", by="console:root", at=AT)
        assert not may_be_stopped(file)  # the guided talk alone
        people.rest("核对", by="console:root", at=AT, everything=True)
        assert may_be_stopped(file)
        people.resume(by="console:root", at=AT)
        assert not may_be_stopped(file)


def test_what_cannot_be_read_may_be_stopped(tmp_path: Path) -> None:
    file = tmp_path / "yingsu.sqlite"
    file.write_bytes(b"no database" * 100)
    assert may_be_stopped(file)
    assert may_be_stopped("postgresql://localhost/yingsu")


def test_a_file_from_before_the_switch_is_not_stopped(tmp_path: Path) -> None:
    file = tmp_path / "yingsu.sqlite"
    file.touch()
    assert not may_be_stopped(file)
