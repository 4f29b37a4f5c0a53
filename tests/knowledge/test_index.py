"""The index on disk: built, opened, searched."""

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from knowledge.index import Entry, Index, IndexDamaged, IndexMissing, IndexStale, build
from knowledge.index.dense import FLAT_UP_TO, dense_type
from knowledge.lexical import grams
from tests.knowledge.index_toys import LAWS, Toy, keys, many


def test_finds_what_was_indexed(tmp_path: Path) -> None:
    index = build(LAWS, tmp_path, Toy())
    assert keys(index.search("答辩状什么时候提交", 4))[0] == "乙法第一条"
    assert keys(index.search("委托工作人员出庭", 1)) == ["甲法第二条"]


@pytest.mark.parametrize("encoder", [Toy(), None], ids=["vectors", "words alone"])
def test_an_opened_index_answers_as_the_built_one(tmp_path: Path, encoder: Toy | None) -> None:
    built = build(many(700), tmp_path, encoder)
    opened = Index.open(tmp_path, encoder)
    for entry in many(700)[::100]:
        assert keys(opened.search(entry.text, 10))[0] == entry.key
        assert opened.search(entry.text, 10) == built.search(entry.text, 10)


def test_scores_fall_and_keys_come_once(tmp_path: Path) -> None:
    index = build([*LAWS, Entry("甲法第一条", "负责人出庭")], tmp_path, Toy())
    found = index.search("负责人出庭", 10)
    scores = [score for _, score in found]
    assert found[0][0] == "甲法第一条"
    assert sorted(keys(found)) == sorted(entry.key for entry in LAWS)
    assert scores == sorted(scores, reverse=True)


def test_vectors_alone_decide_where_no_word_is_shared(tmp_path: Path) -> None:
    """As brute force over all vectors ranks them."""
    entries, encoder = many(300), Toy()
    index = build(entries, tmp_path, encoder)
    strange = "".join(chr(0x4E00 + 64 * 40 + n) for n in (3, 9, 21, 40))  # shares directions, no character
    cosines = encoder.encode([entry.text for entry in entries]) @ encoder.encode([strange])[0]
    found = [int(key[1:-1]) for key, _ in index.search(strange, 10)]
    assert cosines[found] == pytest.approx(np.sort(cosines)[::-1][:10], abs=1e-6)


def test_words_alone_score_as_bm25_is_defined(tmp_path: Path) -> None:
    index = build(LAWS, tmp_path, None)
    question, texts = "应当委托工作人员", [Counter(grams(entry.text)) for entry in LAWS]
    mean = sum(text.total() for text in texts) / len(texts)
    expected = {}
    for entry, text in zip(LAWS, texts, strict=True):
        score = 0.0
        for gram in grams(question):
            having = sum(gram in other for other in texts)
            rarity = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
            score += rarity * text[gram] / (text[gram] + 1.2 * (0.25 + 0.75 * text.total() / mean))
        if score:
            expected[entry.key] = score
    assert dict(index.search(question, 10)) == pytest.approx(expected, rel=1e-5)


def test_a_match_tells_how_far_the_questions_words_stand_there(tmp_path: Path) -> None:
    index = build(LAWS, tmp_path, Toy())
    words = {match.key: match.words for match in index.matches("合同自成立时生效", 4)}
    assert max(words, key=words.__getitem__) == "乙法第二条"
    assert 0.3 < words["乙法第二条"] < 1
    assert {match.words for match in index.matches("甌甍甎", 4)} == {0.0}, "near by vector, no word shared"


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u200b", "\x00", "\ud800"])
def test_an_empty_question_finds_nothing(tmp_path: Path, question: str) -> None:
    assert build(LAWS, tmp_path, Toy()).search(question, 5) == []


@pytest.mark.parametrize("question", ["？！", "😀", "答\ud800", "答" * 10_000])
def test_odd_questions_are_no_error(tmp_path: Path, question: str) -> None:
    assert len(build(LAWS, tmp_path, Toy()).search(question, 2)) == 2


@pytest.mark.parametrize("encoder", [Toy(), None], ids=["vectors", "words alone"])
def test_an_index_of_nothing(tmp_path: Path, encoder: Toy | None) -> None:
    assert build([], tmp_path, encoder).search("答辩状", 3) == []
    assert Index.open(tmp_path, encoder).search("答辩状", 3) == []


def test_an_index_of_one(tmp_path: Path) -> None:
    assert keys(build(LAWS[:1], tmp_path, Toy()).search("出庭", 3)) == [LAWS[0].key]
    assert keys(Index.open(tmp_path, None).search("出庭", 3)) == [LAWS[0].key]


def test_asking_for_none_finds_none(tmp_path: Path) -> None:
    assert build(LAWS, tmp_path, Toy()).search("出庭", 0) == []


def test_another_encoder_is_refused(tmp_path: Path) -> None:
    build(LAWS, tmp_path, Toy())
    with pytest.raises(IndexStale, match="另一个编码模型"):
        Index.open(tmp_path, Toy("other"))


def test_an_index_of_words_is_none_for_vectors(tmp_path: Path) -> None:
    build(LAWS, tmp_path, None)
    with pytest.raises(IndexStale):
        Index.open(tmp_path, Toy())


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    build(LAWS, tmp_path, None)
    meta = json.loads((tmp_path / "meta.json").read_text(encoding="utf-8"))
    (tmp_path / "meta.json").write_text(json.dumps({**meta, "format": 0}), encoding="utf-8")
    with pytest.raises(IndexStale, match="另一版本"):
        Index.open(tmp_path, None)


def test_no_index_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="请先建立"):
        Index.open(tmp_path, None)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("number", range(7))
def test_a_cut_file_is_noticed(tmp_path: Path, number: int) -> None:
    build(LAWS, tmp_path, Toy())
    assert len(files(tmp_path)) == 7
    path = tmp_path / files(tmp_path)[number]
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(IndexDamaged) as told:
        Index.open(tmp_path, Toy())
    assert path.name in str(told.value) and str(told.value).count("。") == 1


@pytest.mark.parametrize("number", range(7))
def test_a_missing_or_swapped_file_is_noticed(tmp_path: Path, number: int) -> None:
    build(LAWS, tmp_path, Toy())
    path = tmp_path / files(tmp_path)[number]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    if path.name != "meta.json":  # a changed letter in it may be a changed name: noticed all the same, but otherwise
        with pytest.raises(IndexDamaged, match="被换过"):
            Index.open(tmp_path, Toy())
    path.unlink()
    with pytest.raises((IndexDamaged, IndexMissing)):
        Index.open(tmp_path, Toy())


def test_a_damaged_index_is_mended_by_building(tmp_path: Path) -> None:
    build(LAWS, tmp_path, Toy())
    path = next(tmp_path.glob("docs-*"))
    path.write_bytes(b"")
    assert keys(build(LAWS, tmp_path, Toy()).search("答辩状", 1)) == ["乙法第一条"]


def test_large_indexes_are_searched_in_part() -> None:
    assert [dense_type(size) for size in (0, 25, FLAT_UP_TO)] == ["Flat"] * 3
    assert dense_type(55_404) == "IVF346,SQ8"


def test_a_large_index_finds_what_a_whole_search_finds(tmp_path: Path) -> None:
    entries, encoder = many(FLAT_UP_TO + 100), Toy()
    index = build(entries, tmp_path, encoder)
    assert index.meta.dense.startswith("IVF")
    vectors = encoder.encode([entry.text for entry in entries])
    shares = []
    for n in range(0, 200, 10):
        strange = "".join(chr(0x4E00 + 64 * 40 + (ord(sign) - 0x4E00) % 64) for sign in entries[n].text[:6])
        exact = {entries[at].key for at in np.argsort(-(vectors @ encoder.encode([strange])[0]))[:10]}
        shares.append(len(exact.intersection(keys(index.search(strange, 10)))) / 10)
    assert np.mean(shares) > 0.8
