"""How an index is built: going on after a kill, whole or not at all."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.index import Entry, Index, IndexFault, build
from knowledge.index.entry import CHUNK
from tests.knowledge.index_toys import LAWS, Toy, keys, many


def test_a_killed_build_goes_on_where_it_was(tmp_path: Path) -> None:
    entries = many(4 * CHUNK + 10)
    with pytest.raises(KeyboardInterrupt):
        build(entries, tmp_path / "cut", Toy(most=2 * CHUNK))
    again = Toy()
    resumed = build(entries, tmp_path / "cut", again)
    assert again.seen == 2 * CHUNK + 10
    whole = build(entries, tmp_path / "whole", Toy())
    assert dict(resumed.meta.hashes) == dict(whole.meta.hashes)
    assert resumed.search(entries[5].text, 5) == whole.search(entries[5].text, 5)


def test_a_half_written_chunk_is_done_again(tmp_path: Path) -> None:
    entries = many(3 * CHUNK)
    with pytest.raises(KeyboardInterrupt):
        build(entries, tmp_path, Toy(most=2 * CHUNK))
    part = sorted((tmp_path / "building").glob("*.npz"))[0]
    part.write_bytes(part.read_bytes()[:1000])
    again = Toy()
    index = build(entries, tmp_path, again)
    assert again.seen == 2 * CHUNK
    assert keys(index.search(entries[0].text, 1)) == [entries[0].key]


def test_a_chunk_of_another_encoder_or_text_is_not_used(tmp_path: Path) -> None:
    entries = many(2 * CHUNK)
    with pytest.raises(KeyboardInterrupt):
        build(entries, tmp_path, Toy("old", most=CHUNK))
    encoder = Toy("new", most=CHUNK)
    with pytest.raises(KeyboardInterrupt):
        build(entries, tmp_path, encoder)
    assert encoder.seen == CHUNK
    changed = [Entry("第0条", "另一句话"), *entries[1:]]
    encoder = Toy("new")
    index = build(changed, tmp_path, encoder)
    assert encoder.seen == 2 * CHUNK
    assert keys(index.search("另一句话", 1)) == ["第0条"]


def test_until_the_new_one_is_whole_the_old_one_serves(tmp_path: Path) -> None:
    old = build(LAWS, tmp_path, Toy())
    with pytest.raises(KeyboardInterrupt):
        build(many(2 * CHUNK), tmp_path, Toy(most=CHUNK))
    assert Index.open(tmp_path, Toy()).search("出庭", 2) == old.search("出庭", 2)
    new = build(many(2 * CHUNK), tmp_path, Toy())
    assert keys(new.search(many(1)[0].text, 1)) == ["第0条"]
    assert len(list(tmp_path.iterdir())) == 7  # nothing of the old one, nor of the work, is left
    assert old.search("出庭", 1)  # who has it open still reads it


def test_an_index_that_is_there_is_not_built_again(tmp_path: Path) -> None:
    build(LAWS, tmp_path, Toy())
    again = Toy()
    build(iter(LAWS), tmp_path, again)
    assert again.seen == 0
    build(LAWS, tmp_path, None)
    assert Index.open(tmp_path, None).meta.encoder is None


def test_progress_is_told_at_the_start_and_after_every_chunk(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    build(many(2 * CHUNK + 1), tmp_path, Toy(), progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == [0, CHUNK, 2 * CHUNK, 2 * CHUNK + 1, 2 * CHUNK + 1]
    assert {of for _, of in told} == {2 * CHUNK + 1}


def test_entries_may_come_one_by_one(tmp_path: Path) -> None:
    def stream() -> Iterator[Entry]:
        yield from LAWS

    assert keys(build(stream(), tmp_path, None).search("合同生效", 1)) == ["乙法第二条"]


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(IndexFault, match="写不了"):
        build(LAWS, tmp_path / "taken", None)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_build_that_is_killed_outright_goes_on(tmp_path: Path) -> None:
    script = f"""
import sys, time
from pathlib import Path
from knowledge.index import build
from tests.knowledge.index_toys import many
def pause(done, of):
    if done == {2 * CHUNK}:
        print("here", flush=True)
        time.sleep(60)
build(many({4 * CHUNK}), Path(sys.argv[1]), None, progress=pause)
"""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGKILL)
    assert len(list((tmp_path / "building").glob("*.npz"))) == 2
    index = build(many(4 * CHUNK), tmp_path, None)
    assert keys(index.search(many(1)[0].text, 1)) == ["第0条"]


def by_law(*laws: str) -> list[Entry]:
    return [Entry(f"{law}第{n}条", f"{law}的第{n}条。", law) for law in laws for n in range(CHUNK + 3)]


def test_work_that_is_kept_spares_what_did_not_change(tmp_path: Path) -> None:
    build(by_law("甲", "丙"), tmp_path, Toy(), keep=True)
    for laws, new in ((("甲", "乙", "丙"), CHUNK + 3), (("丙", "乙"), 0), (("丙",), 0), (("丙", "甲"), CHUNK + 3)):
        encoder = Toy()
        index = build(by_law(*laws), tmp_path, encoder, keep=True)
        assert encoder.seen == new
        assert dict(index.meta.hashes) == dict(build(by_law(*laws), tmp_path / "whole", Toy()).meta.hashes)


def test_work_of_what_is_gone_is_not_kept(tmp_path: Path) -> None:
    build(by_law("甲", "乙"), tmp_path, Toy(), keep=True)
    build(by_law("甲"), tmp_path, Toy(), keep=True)
    assert len(list((tmp_path / "building").iterdir())) == 2
    build(by_law("甲"), tmp_path, Toy())
    assert not (tmp_path / "building").exists()
