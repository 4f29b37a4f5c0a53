"""Finding articles in the library by question and by name; the shared BM25."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.laws import LawGroup, LawLibrary, Received, Status
from knowledge.lexical import Bm25, grams

BOATS = """\
第一条 渡船每年检验一次。
第二条 渡船应当配救生衣：
（一）成人一件；
（二）儿童一件。
渡工也一样。
第三条 罚款上缴。
"""
OLD_BOATS = "第一条 渡船两年检验一次。\n第二条 渡船可以配救生衣。"
TREES = "第一条 古树每年检查一次。\n第二条 砍伐古树的，处以罚款。\n第三条 古树由林场看护。\n第四条 古树挂牌。"
NOTES = "第一条 办法第二条所称渡工，包括船主。\n第二条 本解释自公布之日起施行。"

LAWS: list[tuple[str, str, str, Status]] = [
    ("中华人民共和国渡船法", BOATS, "2022-05-01", "现行有效"),
    ("中华人民共和国渡船法", OLD_BOATS, "2015-05-01", "现行有效"),
    ("云溪县古树保护办法", TREES, "2020-01-01", "现行有效"),
    ("县法院关于适用《中华人民共和国渡船法》若干问题的解释", NOTES, "2016-01-01", "已废止"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> LawLibrary:
    library = LawLibrary.open(tmp_path_factory.mktemp("laws"))
    for number, (name, text, day, status) in enumerate(LAWS):
        it = Received(text, "lines", f"{number:064x}", "a.txt", name, day)
        library.add(it, status=status)
    return library


def told(groups: tuple[LawGroup, ...]) -> list[tuple[str, int | None, list[str]]]:
    return [
        (it.law.short, it.law.date.year if it.law.date else None, [hit.citation.ref for hit in it.hits])
        for it in groups
    ]


def test_answers_are_grouped_by_text_those_in_force_first(library: LawLibrary) -> None:
    groups = library.search("渡船多久检验")
    assert told(groups) == [("渡船法", 2022, ["1"]), ("渡船法", 2015, ["1"])]
    assert [it.law.mark for it in groups] == [None, "已修改，仅供对照"]
    assert groups[0].hits[0].quote == "渡船每年检验一次。"


def test_a_text_out_of_force_is_found_and_marked(library: LawLibrary) -> None:
    groups = library.search("渡工包括船主吗")
    assert ("县法院关于适用《中华人民共和国渡船法》若干问题的解释", "已废止，仅供对照") in [
        (it.law.name, it.law.mark) for it in groups
    ]


def test_the_limit_holds(library: LawLibrary) -> None:
    hits = [hit for group in library.search("古树", limit=2) for hit in group.hits]
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


@pytest.mark.parametrize("question", ["", "，。？", "🙂", "红烧肉怎么做", "weather"])
def test_what_fits_nothing_finds_nothing(library: LawLibrary, question: str) -> None:
    assert library.search(question) == ()
    assert LawLibrary.open(library.folder / "none").search("渡船") == ()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("渡船法第一条", [("渡船法", 2022, ["1"]), ("渡船法", 2015, ["1"])]),
        ("《中华人民共和国渡船法》第一条、第三条怎么说", [("渡船法", 2022, ["1", "3"]), ("渡船法", 2015, ["1"])]),
        ("渡船法（2015年修正）第二条", [("渡船法", 2015, ["2"])]),
        ("2022年渡船法第二条", [("渡船法", 2022, ["2"])]),
        ("渡船法第二条第一款第二项", [("渡船法", 2022, ["2-1.2"]), ("渡船法", 2015, [])]),
        ("按照云溪县古树保护办法第四条", [("云溪县古树保护办法", 2020, ["4"])]),
        ("《古树保护办法》第1到2条", [("云溪县古树保护办法", 2020, ["1", "2"])]),
        ("渡船法解释第一条", [(LAWS[3][0], 2016, ["1"])]),
        ("解释16第1条", [(LAWS[3][0], 2016, ["1"])]),
        ("第一条", []),
        ("办法第一条", []),
        ("本法第一条", []),
        ("航空法第一条", []),
        ("渡船法怎么说", []),
    ],
)
def test_places_that_are_named(library: LawLibrary, text: str, places: list[tuple[str, int, list[str]]]) -> None:
    assert told(library.named(text)) == places


def test_a_place_comes_with_all_below_it(library: LawLibrary) -> None:
    quoted = library.named("2022年渡船法第二条、第二条第一款、第二条第二款、第二条第一款第二项")[0].hits
    assert [hit.quote for hit in quoted] == [
        "渡船应当配救生衣：\n（一）成人一件；\n（二）儿童一件。\n渡工也一样。",
        "渡船应当配救生衣：\n（一）成人一件；\n（二）儿童一件。",
        "渡工也一样。",
        "儿童一件。",
    ]


def test_what_is_not_there_is_said(library: LawLibrary) -> None:
    (new, old) = library.named("渡船法第九条")
    assert (new.hits, new.message) == ((), "《中华人民共和国渡船法》共三条，没有第九条。")
    (new, old) = library.named("1999年渡船法第一条")
    assert [it.law.date for it in (new, old)] == [date(2022, 5, 1), date(2015, 5, 1)]
    assert new.message == "法规库里没有这部法律文件1999年的文本。"


def test_of_texts_that_a_short_name_fits_the_one_that_has_the_place_answers(tmp_path: Path) -> None:
    library = LawLibrary.open(tmp_path)
    for number, (name, text) in enumerate([("古树案件解释", TREES), ("渡船案件解释", "第一条 渡船归渡口。")]):
        library.add(Received(text, "lines", f"{number:064x}", "a.txt", name, "2018-01-01"))
    assert told(library.named("解释18第3条")) == [("古树案件解释", 2018, ["3"])]
    assert len(library.named("解释18第1条")) == len(library.named("解释18第9条")) == 2


words = st.text("渡船古树检验罚款", max_size=8)


@given(st.lists(words, min_size=1, max_size=6), words)
def test_bm25_is_what_its_formula_says(texts: list[str], question: str) -> None:
    scores = Bm25(texts).scores(grams(question))
    counts = [Counter(grams(text)) for text in texts]
    mean = max(1.0, sum(count.total() for count in counts) / len(texts))

    def weight(gram: str) -> float:
        found = sum(gram in count for count in counts)
        return math.log(1 + (len(texts) - found + 0.5) / (found + 0.5))

    most = sum(weight(gram) for gram in grams(question))
    for count, score in zip(counts, scores, strict=True):
        norm = 0.8 * (0.5 + 0.5 * count.total() / mean)
        total = sum(weight(gram) * count[gram] / (count[gram] + norm) for gram in grams(question))
        assert score == pytest.approx(total / most if most else 0, abs=1e-5)
    assert all(0 <= score <= 1 for score in scores)


def test_path_of_the_library_need_not_exist(tmp_path: Path) -> None:
    assert LawLibrary.open(tmp_path / "none").laws == ()
