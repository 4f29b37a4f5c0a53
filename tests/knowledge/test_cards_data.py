"""Answer cards as data: short, one question each, every reference real, nothing said that must not be."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.citation import Citation, find_citations, find_foreign
from knowledge.measure import DEFAULT_FOLDER, Measure, fold, load_measure
from knowledge.search import load_cards

LAWS = Path(__file__).parents[2].parent / "shared" / "laws"
TEXTS = {
    "行诉法": "行政诉讼法_2017.md",
    "复议法": "行政复议法_2023.md",
    "解释": "最高法_适用行政诉讼法解释_法释2018-1.md",
    "负责人规定": "最高法_负责人出庭应诉规定_法释2020-3.md",
    "被告规定": "最高法_县级以上政府被告资格规定_法释2021-5.md",
    "赔偿规定": "最高法_审理行政赔偿案件规定_法释2022-10.md",
    "司法建议规定": "最高法_综合治理类司法建议规定_法释2023-11.md",
    "公益诉讼解释": "两高_检察公益诉讼解释.md",
    "证据规定": "最高法_行政诉讼证据规定_法释2002-21.md",
}
FIELDS = {"id", "ask", "words", "answer", "basis", "cites", "law", "never", "reason"}
REASONS: dict[str, set[str | None]] = {
    "办法": {None},
    "上位法": {"upper_law"},
    "两者都没写": {"not_in_measure", "prediction"},
}
LONGEST_ANSWER = 120
LONGEST_COPY = 20
"""Characters in a row that an answer may share with a law's text: a term or an enumeration, not a sentence."""

Card = dict[str, Any]


def _read(name: str) -> dict[str, Any]:
    content = yaml.safe_load((DEFAULT_FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


FILE = _read("cards.yml")
CARDS: list[Card] = FILE["cards"]
KNOWN_LAWS: dict[str, dict[str, Any]] = _read("upper_laws.yml")
each_card = pytest.mark.parametrize("card", CARDS, ids=[card["id"] for card in CARDS])


@pytest.fixture(scope="module")
def measure() -> Measure:
    return load_measure()


def _bare(text: str) -> str:
    """Words alone: no spaces, no marks, no case."""
    return re.sub(r"[\W_]", "", fold(text)).casefold()


def _law(ref: str) -> tuple[str, Citation]:
    name, place = ref.split(" ")
    return name, Citation.parse(place)


def _repeated(words: list[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]


def test_enough_cards_each_with_its_own_id_and_words() -> None:
    assert len(CARDS) >= 60
    assert _repeated([card["id"] for card in CARDS]) == []
    assert _repeated([_bare(phrase) for card in CARDS for phrase in card["ask"]]) == []
    assert _repeated([card["answer"] for card in CARDS]) == []


def test_every_law_that_cards_name_is_described() -> None:
    used = {_law(ref)[0] for card in CARDS for ref in card["law"]}
    assert used <= KNOWN_LAWS.keys()
    assert all(law["name"] and law["text_known"] for law in KNOWN_LAWS.values())


def test_the_day_of_a_law_is_the_one_that_its_deadlines_were_read_in() -> None:
    days = {law["name"].partition("（")[0]: law["day"] for law in KNOWN_LAWS.values()}
    read = {
        (one["law"].partition("（")[0], one["text_known"])
        for row in _read("deadlines.yml")["deadlines"]
        for one in row["basis"]
        if one["text_known"] != "measure"
    }
    assert {(name, day) for name, day in read if name in days} == {
        (name, days[name]) for name, _ in read if name in days
    }
    assert any(name == "行政诉讼法" for name, _ in read)


def test_a_card_names_the_day_of_a_laws_text(measure: Measure) -> None:
    shown = {ref for card in load_cards(measure) for ref in card.law}
    assert "行政诉讼法第六十七条第一款（2017-06-27文本）" in shown
    assert all(re.search(r"（\d{4}-\d\d-\d\d文本）$", ref) for ref in shown)


@each_card
def test_shape(card: Card) -> None:
    assert card.keys() == FIELDS
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card["id"])
    assert 6 <= len(card["ask"]) <= 15
    texts = [card["answer"], *card["ask"], *card["never"]]
    assert all(isinstance(text, str) and text == text.strip() and text for text in texts)
    assert len(card["answer"]) <= LONGEST_ANSWER
    assert card["answer"].endswith("。")
    assert not re.search(r"[!！]|[\U0001F000-\U0001FAFF☀-➿]", "".join(texts))


@each_card
def test_says_nothing_that_must_not_be_said(card: Card) -> None:
    assert [phrase for phrase in card["never"] if _bare(phrase) in _bare(card["answer"])] == []


@each_card
def test_basis_reason_and_opening_agree(card: Card) -> None:
    answer = card["answer"]
    assert card["reason"] in REASONS[card["basis"]]
    if card["basis"] == "办法":
        assert card["cites"]
        assert not answer.startswith(("办法没写", "办法没有规定", "本库没有"))
    elif card["basis"] == "上位法":
        name, place = _law(card["law"][0])
        known = KNOWN_LAWS[name]
        year = "" if re.search(r"[〔（]", known["name"]) else f"（{known['text_known']}）"
        article = str(Citation(place.article))
        assert answer.startswith(f"办法没写，依据是{known['name']}{year}{article}")
    elif card["reason"] == "prediction":
        assert answer.startswith("不能预测")
    else:
        assert answer.startswith(("办法没有规定", "本库没有"))
    if card["basis"] == "两者都没写":
        assert re.search("请(先|尽早)?(问|与|向|报)", answer), "says whom to ask"


@each_card
def test_places_exist_and_the_answer_names_no_other(card: Card, measure: Measure) -> None:
    places = [Citation.parse(ref) for ref in card["cites"]]
    assert [place.ref for place in places] == card["cites"]
    for place in places:
        measure.clause(place)
    assert _repeated(card["cites"]) == []
    laws = [_law(ref)[1] for ref in card["law"]]
    named = {place.article for place in find_citations(card["answer"])}
    assert named <= {place.article for place in [*places, *laws]}
    for words in find_foreign(card["answer"]):
        found = re.search(r"第[一二三四五六七八九十百零]+条.*", words)
        assert found, words
        place = Citation.parse(found[0])
        known = laws if place.paragraph else [Citation(law.article) for law in laws]
        assert place in known, words


@each_card
def test_quotes_are_the_measures_own_words(card: Card, measure: Measure) -> None:
    source = fold(measure.source)
    assert [words for words in re.findall("“([^”]*)”", card["answer"]) if fold(words) not in source] == []


@pytest.mark.skipif(not LAWS.is_dir(), reason="the law texts are not beside this checkout")
def test_places_in_other_laws_exist() -> None:
    for ref in sorted({ref for card in CARDS for ref in card["law"]}):
        name, place = _law(ref)
        paragraphs = _articles(TEXTS[name]).get(str(Citation(place.article)))
        assert paragraphs, f"{ref}: no such article"
        assert (place.paragraph or 1) <= len(paragraphs), f"{ref}: it has {len(paragraphs)} paragraphs"
        assert place.item is None, f"{ref}: items of other laws are not checked"


@pytest.mark.skipif(not LAWS.is_dir(), reason="the law texts are not beside this checkout")
@pytest.mark.parametrize("name", TEXTS)
def test_no_sentence_of_a_law_is_copied(name: str) -> None:
    text = _bare((LAWS / TEXTS[name]).read_text(encoding="utf-8"))
    for card in CARDS:
        answer = _bare(card["answer"])
        runs = (answer[start : start + LONGEST_COPY] for start in range(len(answer) - LONGEST_COPY + 1))
        assert [run for run in runs if run in text] == [], card["id"]


def _articles(file: str) -> dict[str, list[str]]:
    """A law text's articles, each with its paragraphs; items and headings are left out."""
    articles: dict[str, list[str]] = {}
    article = ""
    for line in (LAWS / file).read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"第[一二三四五六七八九十百零]+条(?=\s)", line):
            article = heading[0]
            articles[article] = []
        if article and line.strip() and not re.match(r"[#（(]", line):
            articles[article].append(line)
    return articles
