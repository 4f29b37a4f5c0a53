"""What the store promises to whoever records and reads decisions."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.errors import AlreadySuperseded, InvalidDecision, KeyReused, NoSuchDecision, PersonalData
from actions.store import GENESIS, NewDecision, Store
from actions.store.canonical import canonical

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))


def new(key: str = "k1", **changes: Any) -> NewDecision:
    values: dict[str, Any] = {
        "key": key,
        "person": "console:alice",
        "decided_at": NOON,
        "facts": {"被告": "县（市、区）人民政府", "案号": "（2026）晋09行初12号"},
        "outcome": {"status": "determined", "handling_units": ["原平市住房和城乡建设局"]},
        "trace": [{"rule": "R03"}],
        "measure_id": "xinzhou-2023-42",
        "measure_sha256": "a" * 64,
        "table_sha256": "b" * 64,
    }
    return NewDecision(**(values | changes))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "yingsu.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


def test_a_decision_reads_back_as_it_was_recorded(store: Store, path: Path) -> None:
    written, newly = store.record(new(reason="更正前次答案"))
    assert newly
    with Store.open(path) as another:
        assert another.get(1) == written
    assert (written.number, written.previous_hash, written.superseded_by) == (1, GENESIS, None)
    assert written.decided_at == NOON and written.decided_at.utcoffset() == timedelta(0)
    assert written.facts["案号"] == "（2026）晋09行初12号"
    assert written.trace == [{"rule": "R03"}]
    assert written.reason == "更正前次答案"


def test_numbers_are_dense_and_each_carries_the_hash_before_it(store: Store) -> None:
    assert store.head() == (0, GENESIS)
    decisions = [store.record(new(f"k{place}"))[0] for place in range(3)]
    assert [decision.number for decision in decisions] == [1, 2, 3]
    assert [decision.previous_hash for decision in decisions[1:]] == [d.hash for d in decisions[:2]]
    assert store.head() == (3, decisions[2].hash)
    assert store.count() == 3


def test_the_same_key_is_written_once_even_when_pressed_later(store: Store) -> None:
    first, _ = store.record(new())
    again, newly = store.record(new(decided_at=NOON + timedelta(seconds=5)))
    assert again == first
    assert not newly
    assert store.count() == 1


@pytest.mark.parametrize("changes", [{"person": "console:bob"}, {"facts": {}}, {"outcome": {"status": True}}])
def test_a_key_used_again_for_something_else_is_refused(store: Store, changes: dict[str, Any]) -> None:
    store.record(new(outcome={"status": 1}))
    with pytest.raises(KeyReused, match="k1"):
        store.record(new(**({"outcome": {"status": 1}} | changes)))
    assert store.count() == 1


def test_threads_that_press_at_once_write_one(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(store.record, [new(f"k{place % 3}") for place in range(24)]))
    assert sum(newly for _, newly in results) == 3
    assert len({decision.hash for decision, _ in results}) == 3
    assert store.verify().count == 3


def test_processes_that_press_at_once_write_one_and_keep_one_chain(path: Path) -> None:
    """They race for everything: the new file, its schema, a shared key, and keys of their own."""
    program = """
import sys
from datetime import UTC, datetime
from actions.store import NewDecision, Store
path, name = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
with Store.open(path) as store:
    for key in ["shared", *(f"{name}-{n}" for n in range(10))]:
        new = NewDecision(key, "console:alice", datetime.now(UTC), {}, {}, [], "m", "a" * 64, "b" * 64)
        print(store.record(new)[1], flush=True)
"""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path), str(name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for name in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None and racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("\n")
        racer.stdin.flush()
    written = [racer.communicate(timeout=60)[0].split() for racer in racers]
    assert sorted(lines[0] for lines in written) == ["False", "True"]
    assert all(lines[1:] == ["True"] * 10 for lines in written)
    with Store.open(path) as store:
        report = store.verify()
    assert report.ok and report.count == 21


def test_a_correction_is_a_later_decision(store: Store) -> None:
    store.record(new())
    correction, _ = store.record(new("k2", supersedes=1, reason="报批单位填错"))
    assert correction.supersedes == 1
    assert store.get(1).superseded_by == 2
    assert [(d.number, d.superseded_by) for d in store.list()] == [(2, None), (1, 2)]
    repeated, newly = store.record(new("k2", supersedes=1, reason="报批单位填错"))
    assert repeated == correction and not newly


def test_only_an_open_decision_can_be_superseded(store: Store) -> None:
    with pytest.raises(NoSuchDecision, match="还没有任何决定"):
        store.record(new("k0", supersedes=1))
    store.record(new())
    store.record(new("k2", supersedes=1))
    with pytest.raises(AlreadySuperseded, match="第2号"):
        store.record(new("k3", supersedes=1))
    with pytest.raises(NoSuchDecision, match="第1号至第2号"):
        store.record(new("k3", supersedes=3))
    assert store.count() == 2


def test_a_number_that_is_not_there_is_said_not_to_exist(store: Store) -> None:
    store.record(new())
    with pytest.raises(NoSuchDecision, match="没有第7号决定"):
        store.get(7)


def test_list_filters_and_begins_with_the_latest(store: Store) -> None:
    for place in range(4):
        person = "console:alice" if place % 2 else "console:bob"
        store.record(new(f"k{place}", person=person, decided_at=NOON + timedelta(days=place)))
    assert [d.number for d in store.list()] == [4, 3, 2, 1]
    assert [d.number for d in store.list(person="console:alice")] == [4, 2]
    assert [d.number for d in store.list(limit=1)] == [4]
    assert store.list(limit=0) == []
    since = (NOON + timedelta(days=2)).astimezone(UTC)
    assert [d.number for d in store.list(since=since)] == [4, 3]
    with pytest.raises(InvalidDecision, match="时区"):
        store.list(since=datetime(2026, 11, 23))


@pytest.mark.parametrize("changes", [{"facts": {"说明": ["电话13812345678"]}}, {"reason": "0350-3031234"}])
def test_personal_data_is_refused_and_not_repeated(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(PersonalData) as refusal:
        store.record(new(**changes))
    assert "3812345678" not in str(refusal.value) and "3031234" not in str(refusal.value)
    assert store.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"key": " "},
        {"person": ""},
        {"decided_at": datetime(2026, 11, 23)},
        {"measure_sha256": "A" * 64},
        {"table_sha256": "b" * 63},
        {"facts": {1: "数字作键"}},
        {"facts": {"数": float("nan")}},
        {"trace": [object()]},
        {"reason": "\ud800"},
    ],
)
def test_what_cannot_be_kept_exactly_is_refused(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidDecision):
        store.record(new(**changes))
    assert store.count() == 0


@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_an_export_holds_everything_and_can_be_checked_without_the_store(store: Store, kind: Any) -> None:
    for place in range(3):
        store.record(new(f"k{place}", supersedes=place or None))
    stream = io.StringIO()
    assert store.export(stream, kind) == 3
    text = stream.getvalue()
    records = json.loads(text) if kind == "json" else [json.loads(line) for line in text.splitlines()]
    previous = GENESIS
    for record, decision in zip(records, reversed(store.list()), strict=True):
        claimed = record.pop("hash")
        plain = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert sha256(plain.encode()).hexdigest() == claimed == decision.hash
        assert record["previous_hash"] == previous
        assert record["facts"] == decision.facts and record["supersedes"] == decision.supersedes
        previous = claimed


def test_an_empty_export_is_still_well_formed(store: Store) -> None:
    lines, array = io.StringIO(), io.StringIO()
    assert store.export(lines) == store.export(array, "json") == 0
    assert lines.getvalue() == ""
    assert json.loads(array.getvalue()) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
def test_canonical_json_reads_back_and_does_not_change_again(value: object) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert "\n" not in text


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers()))
def test_canonical_json_does_not_know_the_order_of_keys(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_canonical_json_is_compact_and_unescaped() -> None:
    assert canonical({"b": (1, None), "a": "条款\n"}) == '{"a":"条款\\n","b":[1,null]}'
