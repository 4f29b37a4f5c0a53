"""Backups: whole or not there, consistent while others write, and put back without losing what was there."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from actions.cases import Cases
from actions.errors import BackupRefused, NotADatabase, NotKept, StoreMissing
from actions.keeping import Backup, Places, Restored, back_up, database_file, keep_heads, restore, verify
from actions.store import Store
from knowledge.units import load_units
from tests.actions.cases_kit import AT, BUREAU_SUED, GOVERNMENT_SUED, Office

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)
LAW = "laws/" + "a" * 64 + "/text.txt"


def quiet(what: str, done: int, of: int) -> None:
    """Nobody watches."""


def places(home: Path) -> Places:
    return Places(home / "yingsu.sqlite", home / "laws", home / "templates", home / "heads.jsonl")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made")
    office = Office.at(home)
    office.open(GOVERNMENT_SUED)
    office.open(BUREAU_SUED)
    for name, text in ((LAW, "第一条"), ("templates/应诉材料清单.docx", "我们的")):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(text, encoding="utf-8")
    keep_heads(home / "heads.jsonl", office.store, office.cases, AT)
    office.store.close()
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "home")


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    return back_up(tmp_path / "backup.tar.gz", places(home), AT, quiet).path


def put_back(archive: Path, home: Path, *, replace: bool = False, days: int = 1) -> Restored:
    home.mkdir(exist_ok=True)
    return restore(archive, places(home), AT + days * DAY, quiet, replace=replace)


def numbers(home: Path) -> tuple[int, int]:
    """The last decision and the last event."""
    with Store.open(home / "yingsu.sqlite", create=False) as store:
        return store.head()[0], Cases(store, load_units()).head()[0]


def another_step(home: Path, key: str = "later") -> None:
    with Store.open(home / "yingsu.sqlite") as store:
        Office(store).do("note", {"field": "court", "value": f"{key}人民法院"}, key=key, reason="补记")


def contents(home: Path) -> dict[str, bytes]:
    return {str(it.relative_to(home)): it.read_bytes() for it in sorted(home.rglob("*")) if it.is_file()}


# ── making ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_goes_in_comes_back(home: Path, tmp_path: Path) -> None:
    done = back_up(tmp_path, places(home), AT, quiet)
    assert done.path == tmp_path / "yingsu-20261124T100000.tar.gz"
    assert done.files == 4 and done.size == done.path.stat().st_size and all(it.ok for it in done.findings)
    if os.name == "posix":
        assert done.path.stat().st_mode & 0o077 == 0
    new = tmp_path / "new"
    restored = put_back(done.path, new)
    assert (restored.made_at, restored.aside) == (AT, ())
    assert all(it.ok for it in restored.findings), restored.findings
    assert numbers(new) == (2, 2)
    before, after = contents(home), contents(new)
    assert after[LAW] == before[LAW] and after["templates/应诉材料清单.docx"] == before["templates/应诉材料清单.docx"]
    assert after["heads.jsonl"].startswith(before["heads.jsonl"]), "the file of heads goes on"


def test_other_tools_read_it_and_check_its_sums(backup: Path, tmp_path: Path) -> None:
    with tarfile.open(backup) as tar:
        names = tar.getnames()
        tar.extractall(tmp_path / "out", filter="data")
    assert names[0] == "about.json" and names[-1] == "SHA256SUMS" and "yingsu.sqlite" in names
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out", check=False)
    assert checked.returncode == 0


def test_what_is_written_meanwhile_is_not_in_it_and_spoils_nothing(home: Path, tmp_path: Path) -> None:
    written = 0

    def write(what: str, done: int, of: int) -> None:
        nonlocal written
        written += 1
        another_step(home, f"key-{written}")

    with closing(sqlite3.connect(home / "yingsu.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE filler (content BLOB)")  # so that the copy takes several strides
        connection.execute("INSERT INTO filler VALUES (zeroblob(6000000))")
    back_up(tmp_path / "backup.tar.gz", places(home), AT, write)
    assert written > 3
    put_back(tmp_path / "backup.tar.gz", tmp_path / "new")
    assert numbers(tmp_path / "new") == (2, 2)
    assert numbers(home) == (2, 2 + written)


def test_progress_is_told_to_the_end(home: Path, tmp_path: Path) -> None:
    told: dict[str, tuple[int, int]] = {}
    back_up(tmp_path / "b", places(home), AT, lambda what, done, of: told.update({what: (done, of)}))
    assert list(told) == ["复制数据库", "写入备份", "核对备份"]
    assert all(done == of for done, of in told.values())


@pytest.mark.parametrize("step", ["复制数据库", "写入备份", "核对备份"])
def test_broken_off_it_leaves_nothing(home: Path, tmp_path: Path, step: str) -> None:
    def interrupt(what: str, done: int, of: int) -> None:
        if what == step:
            raise KeyboardInterrupt

    (tmp_path / "out").mkdir()
    with pytest.raises(KeyboardInterrupt):
        back_up(tmp_path / "out", places(home), AT, interrupt)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_broken_chain_is_backed_up_and_said_to_be_broken(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "yingsu.sqlite")) as connection, connection:
        connection.execute("DROP TRIGGER decision_no_update")
        connection.execute("UPDATE decision SET person = 'console:eve' WHERE number = 2")
    done = back_up(tmp_path / "b", places(home), AT, quiet)
    assert [it.ok for it in done.findings] == [False, True]
    assert [it.ok for it in put_back(done.path, tmp_path / "new").findings] == [False, True, False]


def test_it_is_not_made_where_it_cannot_be(home: Path, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine", encoding="utf-8")
    with pytest.raises(BackupRefused, match="没有覆盖"):
        back_up(tmp_path / "there", places(home), AT, quiet)
    assert (tmp_path / "there").read_text(encoding="utf-8") == "mine"
    with pytest.raises(NotKept, match="所在的文件夹不存在"):
        back_up(tmp_path / "disk" / "b", places(home), AT, quiet)
    with pytest.raises(StoreMissing):
        back_up(tmp_path / "b", places(tmp_path / "nowhere"), AT, quiet)
    (home / "yingsu.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(NotADatabase, match="用早先的备份恢复"):
        back_up(tmp_path / "b", places(home), AT, quiet)


def test_a_servers_database_has_tools_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="pg_dump"):
        database_file("postgresql+psycopg://host/name")
    assert database_file(f"sqlite:///{tmp_path}/a.sqlite") == database_file(tmp_path / "a.sqlite")


LIMITED = """
import resource, sys
from pathlib import Path
from tests.actions.test_keeping_backup import AT, back_up, places, quiet, restore
from actions.errors import ActionError
home, limit, act = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    if act == "backup":
        back_up(home.parent / "out", places(home), AT, quiet)
    else:
        restore(home.parent / "backup.tar.gz", places(home), AT, quiet, replace=True)
except ActionError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("limit", [0, 40_000])
@pytest.mark.parametrize("act", ["backup", "restore"])
def test_where_there_is_no_room_it_is_one_sentence_and_nothing_is_half_done(
    home: Path, backup: Path, tmp_path: Path, limit: int, act: str
) -> None:
    """A limit on the size of files stands for the full disk; at which write it is met differs."""
    (tmp_path / "out").mkdir()
    before = contents(home)
    ran = subprocess.run(
        [sys.executable, "-B", "-c", LIMITED, home, str(limit), act],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.startswith("NotKept ") and "磁盘已满" in ran.stdout, ran.stdout + ran.stderr
    assert list((tmp_path / "out").iterdir()) == []
    after = {name: content for name, content in contents(home).items() if not name.endswith(("-wal", "-shm"))}
    assert after == before
    assert numbers(home) == (2, 2)


# ── putting back ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_data_in_the_way_are_refused_and_moved_aside_on_demand(home: Path, backup: Path) -> None:
    another_step(home)
    before = contents(home)
    with pytest.raises(BackupRefused, match="--replace"):
        put_back(backup, home)
    assert contents(home) == before
    done = put_back(backup, home, replace=True)
    assert numbers(home) == (2, 2)
    database = home / "yingsu.sqlite.replaced-20261125T100000"
    assert set(done.aside) == {
        database,
        home / "laws.replaced-20261125T100000",
        home / "templates.replaced-20261125T100000",
    }
    with Store.open(database) as store:
        assert Cases(store, load_units()).head()[0] == 3, "nothing is deleted"
    assert all(it.ok for it in done.findings), done.findings
    assert "从备份恢复过" in done.findings[2].words


def test_the_heads_that_are_there_know_more_and_stay(home: Path, backup: Path) -> None:
    another_step(home)
    with Store.open(home / "yingsu.sqlite") as store:
        keep_heads(home / "heads.jsonl", store, Cases(store, load_units()), AT + DAY)
    before = (home / "heads.jsonl").read_bytes()
    put_back(backup, home, replace=True, days=2)
    assert (home / "heads.jsonl").read_bytes().startswith(before)
    another_step(home, "anew")
    with Store.open(home / "yingsu.sqlite") as store:
        cases = Cases(store, load_units())
        assert keep_heads(home / "heads.jsonl", store, cases, AT + 3 * DAY)
        assert all(it.ok for it in verify(store, cases, home / "heads.jsonl"))


def test_a_disk_for_heads_that_is_not_there_keeps_nobody_from_their_data(backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    done = restore(backup, replace_heads(places(new), tmp_path / "disk" / "heads.jsonl"), AT, quiet)
    assert [it.ok for it in done.findings] == [True, True, False]
    assert "有没有挂上" in done.findings[2].words and not (tmp_path / "disk").exists()
    assert numbers(new) == (2, 2)


def replace_heads(it: Places, heads: Path) -> Places:
    return replace(it, heads=heads)


def test_a_database_that_somebody_has_open_is_left_to_them(home: Path, backup: Path) -> None:
    with Store.open(home / "yingsu.sqlite") as store:
        assert store.count() == 2
        with pytest.raises(BackupRefused, match="正被别的程序打开"):
            put_back(backup, home, replace=True)
    put_back(backup, home, replace=True)


def test_a_damaged_database_is_what_backups_are_for(home: Path, backup: Path) -> None:
    (home / "yingsu.sqlite").write_bytes(b"no database" * 500)
    put_back(backup, home, replace=True)
    assert numbers(home) == (2, 2)


def test_what_an_earlier_try_has_left_is_no_hindrance(home: Path, backup: Path) -> None:
    (home / ".yingsu.sqlite.restoring").write_bytes(b"half")
    (home / ".laws.restoring").mkdir()
    put_back(backup, home, replace=True)
    assert [it.name for it in home.iterdir() if it.name.endswith(".restoring")] == []


def test_when_a_piece_cannot_be_moved_all_stays_as_it_was(
    home: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another_step(home)
    before = contents(home)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if target == home / "templates" and self.name == ".templates.restoring":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(NotKept):
        put_back(backup, home, replace=True)
    assert contents(home) == before


# ── what is no backup ──────────────────────────────────────────────────────────────────────────────────────────────


def members(backup: Path) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(backup) as tar:
        for it in tar:
            content = tar.extractfile(it)
            assert content is not None
            yield it, content.read()


def rebuilt(backup: Path, change: Callable[[tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]]) -> None:
    """Write the backup anew, member by member."""
    old = list(members(backup))
    with tarfile.open(backup, "w:gz") as tar:
        for it, content in old:
            for member, bytes_ in change(it, content):
                member.size = len(bytes_) if member.isreg() else 0
                tar.addfile(member, io.BytesIO(bytes_))


def beside(
    name: str, kind: bytes = tarfile.REGTYPE
) -> Callable[[tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]]:
    """Add a member before the sums."""

    def change(it: tarfile.TarInfo, content: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
        new = tarfile.TarInfo(name)
        new.type, new.linkname = kind, "/etc/passwd"
        return [(new, b"x"), (it, content)] if it.name == "SHA256SUMS" else [(it, content)]

    return change


def without(name: str) -> Callable[[tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]]:
    return lambda it, content: [] if it.name == name else [(it, content)]


def changed(
    name: str, new: Callable[[bytes], bytes]
) -> Callable[[tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]]:
    return lambda it, content: [(it, new(content) if it.name == name else content)]


def said(**new: object) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps({**json.loads(content), **new}).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (beside("../../outside"), "放到别处去的文件"),
        (beside("/tmp/outside"), "放到别处去的文件"),
        (beside("laws/../../outside"), "放到别处去的文件"),
        (beside("laws"), "放到别处去的文件"),
        (beside("yingsu.toml"), "放到别处去的文件"),
        (beside("laws/link", tarfile.SYMTYPE), "链接"),
        (beside("laws/link", tarfile.LNKTYPE), "链接"),
        (beside("laws/pipe", tarfile.FIFOTYPE), "链接"),
        (beside("yingsu.sqlite"), "多出来的文件"),
        (beside("templates/more"), "不是完整的备份"),
        (without("SHA256SUMS"), "不是完整的备份"),
        (without("about.json"), "不是本程序的备份"),
        (without("yingsu.sqlite"), "不是完整的备份"),
        (without(LAW), "不是完整的备份"),
        (changed(LAW, lambda content: content + b"x"), "不是完整的备份"),
        (changed("SHA256SUMS", lambda content: b""), "不是完整的备份"),
        (changed("about.json", lambda content: b"[]"), "不是完整的备份"),
        (changed("about.json", said(schema="9999")), "更新的版本写成"),
        (changed("about.json", said(format=2)), "更新的版本写成"),
    ],
)
def test_what_is_no_whole_backup_of_ours_changes_nothing(
    backup: Path,
    tmp_path: Path,
    change: Callable[[tarfile.TarInfo, bytes], list[tuple[tarfile.TarInfo, bytes]]],
    words: str,
) -> None:
    rebuilt(backup, change)
    with pytest.raises(BackupRefused, match=words):
        put_back(backup, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.98])
def test_a_backup_that_was_cut_off_is_told_so(backup: Path, tmp_path: Path, part: float) -> None:
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(BackupRefused, match="不是"):
        put_back(backup, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_of_another_kind_and_none(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("第一条" * 1000, encoding="utf-8")
    with pytest.raises(BackupRefused, match="不是完整的备份"):
        put_back(tmp_path / "text", tmp_path / "new")
    with pytest.raises(BackupRefused, match="读不到备份"):
        put_back(tmp_path / "none", tmp_path / "new")


def test_a_backup_whose_database_is_another_than_it_says(home: Path, backup: Path, tmp_path: Path) -> None:
    """Sums fit; what it says of itself does not."""
    import hashlib

    about = next(content for it, content in members(backup) if it.name == "about.json")
    new = said(decisions={"number": 1, "hash": "0" * 64})(about)
    sums = (hashlib.sha256(about).hexdigest().encode(), hashlib.sha256(new).hexdigest().encode())

    def change(it: tarfile.TarInfo, content: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
        if it.name == "about.json":
            return [(it, new)]
        return [(it, content.replace(*sums) if it.name == "SHA256SUMS" else content)]

    rebuilt(backup, change)
    with pytest.raises(BackupRefused, match="不是它写明的那一个"):
        put_back(backup, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_an_older_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    """Of a database that this version has never opened: the copy is migrated, the original is not touched."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(ROOT / "tests" / "data" / "old" / "v0001.sqlite", home / "yingsu.sqlite")
    before = (home / "yingsu.sqlite").read_bytes()
    done: Backup = back_up(tmp_path / "b", places(home), AT, quiet)
    assert (home / "yingsu.sqlite").read_bytes() == before
    restored = put_back(done.path, tmp_path / "new")
    assert all(it.ok for it in restored.findings)
    assert numbers(tmp_path / "new") == (3, 0)
