"""The measure's text: parsed as it is, no character lost, quoted only from the source."""

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge.citation import Citation
from knowledge.errors import KnowledgeError, MeasureChanged, MeasureError, NoSuchClause, QuoteMismatch
from knowledge.measure import DEFAULT_FOLDER, Measure, fold, load_measure, parse, to_markdown

SHARED = Path(__file__).parents[2].parent / "shared" / "measure"


@pytest.fixture(scope="module")
def measure() -> Measure:
    return load_measure()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled folder that a test may spoil."""
    for name in ("source.txt", "measure.yml"):
        shutil.copy(DEFAULT_FOLDER / name, tmp_path / name)
    return tmp_path


def test_counts_of_the_text(measure: Measure) -> None:
    items = Counter(clause.article for clause in measure.clauses if clause.item)
    paragraphs = [clause for clause in measure.clauses if clause.item is None]
    assert measure.articles == 25
    assert len(paragraphs) == 27
    assert items == {3: 3, 11: 7, 15: 8, 17: 4, 20: 5, 21: 4}
    assert {clause.article for clause in paragraphs if clause.paragraph == 2} == {7, 8}
    assert sum(len(clause.text) for clause in measure.clauses) == 2975


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference texts are not beside this checkout")
def test_clause_tree_is_the_reference_one(measure: Measure) -> None:
    got = [
        {
            "article": clause.article,
            "paragraph": clause.paragraph,
            "item": clause.item,
            "text": clause.text,
            "cite": str(clause.citation),
        }
        for clause in measure.clauses
    ]
    assert got == json.loads((SHARED / "clauses.json").read_text(encoding="utf-8"))
    assert (SHARED / "source.txt").read_bytes() == (DEFAULT_FOLDER / "source.txt").read_bytes()


def test_no_character_of_the_articles_is_lost(measure: Measure) -> None:
    source = measure.source
    body = source[source.index("\n第一条 ") : source.index("抄送：")]
    expected = re.sub(r"(?m)^(?:第[一二三四五六七八九十]+条 |(?:- )?[（(][一二三四五六七八]+[)）])", "", body)
    assert fold("".join(clause.text for clause in measure.clauses)) == fold(expected)


def test_clauses_stand_in_the_source_where_they_say(measure: Measure) -> None:
    spans = [span for clause in measure.clauses for span in clause.spans]
    assert spans == sorted(spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    for clause in measure.clauses:
        cut = "".join(measure.source[start:end] for start, end in clause.spans)
        assert fold(cut) == clause.text == measure.quote(clause.citation)


def test_sentences_broken_by_a_page_are_whole(measure: Measure) -> None:
    assert "正职、副职负责人" in measure.quote(Citation(4))
    assert "但职责归属不明的案件" in measure.quote(Citation(11, item=7))
    assert "3个月内" in measure.quote(Citation(19))
    assert len(measure.clause(Citation(11, item=7)).spans) == 2


def test_items_know_what_introduces_them(measure: Measure) -> None:
    item = measure.clause(Citation(11, item=5))
    assert item.lead == measure.clause(Citation(11)).text
    assert item.lead.endswith("按照以下原则确定：")
    assert measure.clause(Citation(4)).lead is None


@pytest.mark.parametrize(
    ("citation", "message"),
    [
        (Citation(14, item=1), "第十四条没有项。"),
        (Citation(11, item=9), "第十一条只有七项，没有第（九）项。"),
        (Citation(30), "办法共二十五条，没有第三十条。"),
        (Citation(9, 2), "第九条只有一款，没有第二款。"),
        (Citation(8, 3), "第八条只有两款，没有第三款。"),
        (Citation(8, 2, 1), "第八条第二款没有项。"),
        (Citation(0), "办法共二十五条，没有第0条。"),
        (Citation(12345678), "办法共二十五条，没有第12345678条。"),
        (Citation(-26), "办法共二十五条，没有倒数第二十六条。"),
        (Citation(20, item=0), "第二十条只有五项，没有第（0）项。"),
        (Citation(17, 2), "第十七条只有一款，没有第二款；如指第（二）项，请写第十七条第（二）项。"),
    ],
)
def test_a_place_that_does_not_exist_is_an_error_that_names_what_does(
    measure: Measure, citation: Citation, message: str
) -> None:
    for door in (measure.clause, measure.under, measure.quote, measure.neighbours):
        with pytest.raises(NoSuchClause) as caught:
            door(citation)
        assert str(caught.value) == message


def test_what_counts_from_the_end_is_found(measure: Measure) -> None:
    assert measure.place(Citation(-1)) == Citation(25)
    assert measure.place(Citation(-2)) == Citation(24)
    assert measure.clause(Citation(17, item=-1)).citation == Citation(17, item=4)
    assert measure.quote(Citation(8, -1)) == measure.quote(Citation(8, 2))
    assert measure.neighbours(Citation(-1)) == measure.neighbours(Citation(25))


def test_what_is_not_there_is_said_once_for_all(measure: Measure) -> None:
    wanted = [Citation(number) for number in range(24, 30)]
    assert measure.absent(wanted) == ["办法共二十五条，没有第二十六条到第二十九条。"]
    parts = [Citation(20, item=number) for number in range(4, 9)]
    assert measure.absent([*parts, Citation(0), Citation(31), Citation(14, item=2)]) == [
        "第二十条只有五项，没有第（六）项到第（八）项。",
        "办法共二十五条，没有第0条、第三十一条。",
        "第十四条没有项。",
    ]
    assert measure.absent([Citation(1), Citation(-25), Citation(17, item=-4)]) == []


def test_places_are_found_however_they_are_named(measure: Measure) -> None:
    assert measure.clause(Citation(15, 1, 3)) == measure.clause(Citation(15, item=3))
    assert measure.clause(Citation(11, 1)).citation == Citation(11)
    assert measure.clause(Citation(8, 2)).text.startswith("可以委托1—2名")


def test_an_article_of_two_paragraphs_comes_whole(measure: Measure) -> None:
    whole = measure.clause(Citation(8))
    first, second = measure.quote(Citation(8, 1)), measure.quote(Citation(8, 2))
    assert (whole.citation, whole.paragraph) == (Citation(8), None)
    assert measure.quote(Citation(8)) == f"{first}\n{second}"


def test_what_stands_under_and_beside_a_place(measure: Measure) -> None:
    assert [clause.citation.ref for clause in measure.under(Citation(3))] == ["3", "3.1", "3.2", "3.3"]
    assert [clause.citation.ref for clause in measure.under(Citation(8, 2))] == ["8-2"]
    assert measure.neighbours(Citation(11)) == (measure.clause(Citation(10)), measure.clause(Citation(12)))
    second, fourth = measure.clause(Citation(15, item=2)), measure.clause(Citation(15, item=4))
    assert measure.neighbours(Citation(15, item=3)) == (second, fourth)
    assert measure.neighbours(Citation(1))[0] is None
    assert measure.neighbours(Citation(25))[1] is None


def test_article_text_numbers_its_items(measure: Measure) -> None:
    lines = measure.article_text(20).splitlines()
    assert len(lines) == 6
    assert lines[2] == "（二）依法应当出庭应诉而无正当理由拒不出庭或者中途退庭的；"


def test_a_quote_that_is_not_in_the_source_is_never_given(measure: Measure) -> None:
    clauses = tuple(
        replace(clause, text=clause.text.replace("3个月", "6个月")) if clause.article == 19 else clause
        for clause in measure.clauses
    )
    forged = replace(measure, clauses=clauses)
    with pytest.raises(QuoteMismatch, match="第十九条的引文与原文不一致"):
        forged.quote(Citation(19))
    with pytest.raises(QuoteMismatch):
        forged.article_text(19)
    assert forged.sha256 != measure.sha256


def test_the_readable_page_is_up_to_date(measure: Measure) -> None:
    page = (DEFAULT_FOLDER / "measure.md").read_text(encoding="utf-8")
    assert page == to_markdown(measure), "write to_markdown(load_measure()) to measure.md again"
    assert f"sha256: {measure.sha256}\n" in page


def test_what_is_fixed(measure: Measure) -> None:
    assert (measure.id, measure.number) == (DEFAULT_FOLDER.name, "忻政办函〔2023〕42号")
    dates = (measure.issued, measure.in_force_from, measure.in_force_to)
    assert [day.isoformat() for day in dates] == ["2023-06-19", "2023-07-01", "2028-06-30"]


def test_a_changed_source_is_refused(folder: Path) -> None:
    source = folder / "source.txt"
    source.write_bytes(source.read_bytes().replace("有效期5年".encode(), "有效期9年".encode()))
    with pytest.raises(MeasureChanged, match=r"与核对过的版本不一致.*请恢复原文件或重新安装"):
        load_measure(folder)


def test_the_caller_may_say_which_source_it_expects(folder: Path) -> None:
    known = load_measure(folder)
    assert load_measure(folder, expected_sha256=known.source_sha256) == known
    with pytest.raises(MeasureChanged):
        load_measure(folder, expected_sha256="0" * 64)


@pytest.mark.parametrize("name", ["source.txt", "measure.yml"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(MeasureError, match=rf"读不到办法文件.*{name}"):
        load_measure(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff\xfe\x00", "不是可读的YAML"),
        (b"id: [", "不是可读的YAML"),
        (b"[]", "缺少id、name"),
        (b"id: x\nname: y", "缺少number、issued"),
    ],
)
def test_a_broken_measure_yml_is_one_sentence(folder: Path, text: bytes, message: str) -> None:
    (folder / "measure.yml").write_bytes(text)
    with pytest.raises(MeasureError, match=message):
        load_measure(folder)


def test_a_date_that_is_none(folder: Path) -> None:
    fixed = folder / "measure.yml"
    text = fixed.read_text(encoding="utf-8").replace("2023-06-19", "去年")
    fixed.write_text(text, encoding="utf-8")
    with pytest.raises(MeasureError, match="issued不是日期"):
        load_measure(folder)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "找不到“第一条”"),
        ("第一条 甲。\n第三条 乙。", "条号不连续：第二条"),
        ("第一条 甲：\n（一）乙；\n（三）丙。", "项号不连续：第二项"),
    ],
)
def test_a_source_with_a_hole_is_refused(source: str, message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        parse(source)


def test_every_error_is_of_this_room() -> None:
    assert issubclass(MeasureChanged, KnowledgeError)
    assert issubclass(KnowledgeError, ValueError)
