"""The library's search index on disk: built of what is new, opened without building, its faults said."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.encoder import Encoder
from knowledge.errors import LawDamaged
from knowledge.laws import LawInfo, LawLibrary, Received, ranking
from knowledge.look_up import LookUp
from knowledge.search import Searcher
from tests.knowledge.index_toys import Toy

BOATS = "第一条 渡船每年检验一次。\n第二条 渡船应当配救生衣。\n第三条 罚款上缴。"
TREES = "第一条 古树每年检查一次。\n第二条 砍伐古树的，处以罚款。\n第三条 古树挂牌。"
WELLS = "第一条 水井加盖。\n第二条 井水每季化验。"


def opened(folder: Path, encoder: Encoder | None = None) -> LawLibrary:
    return LawLibrary.open(folder, date(2026, 3, 1), encoder=encoder)


def add(folder: Path, name: str, text: str) -> LawInfo:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return opened(folder).add(Received(text, "lines", sha256, "a.txt", name, status="现行有效")).info


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "laws"
    add(folder, "渡船条例", BOATS)
    add(folder, "古树保护条例", TREES)
    opened(folder).index(Toy())
    return folder


def first(library: LawLibrary, question: str) -> list[str]:
    return [f"{group.law.name}{hit.citation}" for group in library.search(question) for hit in group.hits][:1]


def test_an_index_that_is_there_answers_without_reading_the_texts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = opened(folder, Toy())

    def read() -> None:
        raise AssertionError("all texts were read")

    monkeypatch.setattr(library, "entries", read)
    assert first(library, "渡船多久检验") == ["渡船条例第一条"]
    assert library.note == ""


def test_only_a_new_text_is_encoded(folder: Path) -> None:
    add(folder, "水井规定", WELLS)
    encoder = Toy()
    opened(folder).index(encoder)
    assert encoder.seen == 2
    assert first(opened(folder, Toy()), "井水多久化验") == ["水井规定第二条"]


def test_taking_a_text_out_encodes_nothing(folder: Path) -> None:
    library = opened(folder, Toy())
    library.remove(library.find("古树保护条例"))
    encoder = Toy()
    library.index(encoder)
    assert encoder.seen == 0
    assert first(library, "砍伐古树") == []
    assert first(library, "渡船检验") == ["渡船条例第一条"]


def test_a_stopped_build_goes_on_and_until_then_what_was_there_serves(folder: Path) -> None:
    add(folder, "水井规定", WELLS)
    add(folder, "渡口公告牌规定", "第一条 牌子立在渡口。")
    with pytest.raises(KeyboardInterrupt):
        opened(folder).index(Toy(most=2))
    library = opened(folder, Toy())
    assert first(library, "渡船多久检验") == ["渡船条例第一条"]
    assert library.note == "法规库有2个文本还没有编入检索索引，这次只按字词查找；请管理人员运行 yingsu laws index。"
    encoder = Toy()
    opened(folder).index(encoder)
    assert encoder.seen == 1
    assert library.note == "", "an open library sees the new index"


def test_progress_is_told(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    opened(folder).index(Toy("another"), lambda done, of: told.append((done, of)))
    assert told == [(0, 6), (3, 6), (6, 6), (6, 6)]


def cut(folder: Path) -> None:
    path = next(folder.glob("docs-*"))
    path.write_bytes(path.read_bytes()[:-2])


def gone(folder: Path) -> None:
    (folder / "meta.json").unlink()


@pytest.mark.parametrize(
    ("spoil", "encoder", "says"),
    [(cut, Toy(), "不完整或被换过"), (gone, Toy(), "还没有检索索引"), (None, Toy("other"), "另一个编码模型")],
    ids=["damaged", "missing", "of another encoder"],
)
def test_an_index_that_cannot_be_used_is_said_and_words_alone_answer(
    folder: Path, spoil: Callable[[Path], None] | None, encoder: Toy, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = opened(folder, encoder)
    if spoil:
        spoil(library.index_folder)
    assert first(library, "渡船多久检验") == ["渡船条例第一条"]
    assert encoder.seen == 0
    assert says in library.note and library.note.endswith("请管理人员运行 yingsu laws index。")
    monkeypatch.setattr(ranking, "IN_MEMORY", 1)  # a library too large to be ranked in memory
    library = opened(folder, encoder)
    assert first(library, "渡船多久检验") == (["渡船条例第一条"] if spoil is None else [])
    assert library.named("渡船条例第一条")[0].hits
    library.index(Toy("other"))
    assert opened(folder, Toy("other")).note == ""


@pytest.mark.parametrize("question", ["", "，。？", "🙂", "红烧肉怎么做", "weather", "今天有什么新闻"])
def test_what_is_only_near_in_meaning_is_not_shown(folder: Path, question: str) -> None:
    assert opened(folder, Toy()).search(question) == ()


def test_an_index_is_not_made_of_a_text_that_was_changed(folder: Path) -> None:
    info = add(folder, "水井规定", WELLS)
    (folder / info.sha256 / "text.txt").write_text("第一条 改过。", encoding="utf-8")
    library = opened(folder, Toy())
    with pytest.raises(LawDamaged, match=info.id):
        library.index(Toy())
    assert [it.name for it in library.laws if not library.is_whole(it)] == ["水井规定"]


def test_the_measure_answers_whatever_the_index_is_like(searcher: Searcher, folder: Path) -> None:
    cut(opened(folder).index_folder)
    look_up = LookUp(searcher, folder)
    assert [hit.citation.ref for hit in look_up.ask("第十九条").answer.hits] == ["19"]
    said = look_up.ask("砍伐古树处罚多少").answer.message
    assert said is not None and said.endswith("这次只按字词查找；请管理人员运行 yingsu laws index。")


def test_a_running_look_up_sees_a_text_that_is_added_and_indexed(searcher: Searcher, folder: Path) -> None:
    opened(folder).index(searcher.encoder)
    look_up = LookUp(searcher, folder)
    assert look_up.ask("井水多久化验").laws == ()
    add(folder, "水井规定", WELLS)
    opened(folder).index(searcher.encoder)
    found = look_up.ask("井水多久化验")
    assert [it.law.name for it in found.laws] == ["水井规定"]
    assert "索引" not in (found.answer.message or "")
