"""From words to facts: what is read, what is left alone, and that no text at all breaks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding import doubts, is_guess, is_question, plain, read_answer, read_receipt, read_story
from knowledge.case import Case
from knowledge.dates import DateError
from knowledge.decide import Decider, Question
from knowledge.table import Fact, load_table

TODAY = date(2026, 11, 24)
Facts = Mapping[str, str]

IN_ITS_NAME = {"defendants": "county_government", "challenged": "act_in_its_name"}
OF_THE_CITY = {"defendants": "city_government", "challenged": "act_in_its_name"}
INACTION = {"defendants": "county_government", "challenged": "inaction"}
REVIEW = {"defendants": "county_government", "challenged": "review_decision"}
PLACED = {"defendants": "county_government", "defendant_units": "原平市人民政府", "challenged": "act_in_its_name"}


def put(decider: Decider, fact: str, facts: Facts) -> tuple[Question, Case]:
    case = decider.reader.read(facts, TODAY)
    return decider.question(fact, case), case


def answer(decider: Decider, fact: str, text: str, facts: Facts | None = None) -> Mapping[str, str] | None:
    question, case = put(decider, fact, facts or {})
    return read_answer(question, text, case, decider, TODAY)


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("只有市政府", "city_government"),
        ("city_government", "city_government"),
        ("就县政府", "county_government"),
        ("两家都告了", "several_with_government"),
        ("我们不知道", "unknown"),
        ("这个真不清楚", "unknown"),
        ("通知书上没写被告，不清楚", "unknown"),
        ("0", None),
        ("16", None),
        ("第一百个", None),
        ("3月5日", None),
        ("", None),
        ("  。", None),
    ],
)
def test_numbers_labels_and_other_words(decider: Decider, text: str, value: str | None) -> None:
    found = answer(decider, "defendants", text)
    assert (found or {}).get("defendants") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("维持", "upheld"),
        ("维持了原决定", "upheld"),
        ("不是维持，是撤销", "revoked"),
        ("撤销，不是维持", "revoked"),
        ("部分撤销", "partially_revoked"),
        ("驳回了复议请求", "request_dismissed"),
        ("驳回了复议申请", "application_dismissed"),
        ("驳回了", "dismissed_unclear"),
        ("违反法定程序，确认违法", "unlawful_on_procedure"),
        ("不是维持", None),
        ("没有维持", None),
        ("听说是维持", None),
        ("好像撤销了", None),
        ("应该是维持", None),
        ("是不是维持？", None),
        ("撤销吗", None),
        ("维持还是撤销", None),
    ],
)
def test_what_is_denied_heard_or_asked_is_no_answer(decider: Decider, text: str, value: str | None) -> None:
    found = answer(decider, "review_result", text, REVIEW)
    assert found == ({"review_result": value} if value else None)


@pytest.mark.parametrize(
    ("fact", "facts", "text", "found"),
    [
        # A bare name takes its level, and its place, from the case.
        ("reported_by", IN_ITS_NAME, "住建局", {"reported_by": "county_department", "reporter": "县住房和城乡建设局"}),
        ("reported_by", OF_THE_CITY, "住建局", {"reported_by": "city_department", "reporter": "市住房和城乡建设局"}),
        ("reported_by", PLACED, "水利局", {"reported_by": "county_department", "reporter": "原平市水利局"}),
        ("reporter", PLACED, "就是水利局", {"reported_by": "county_department", "reporter": "原平市水利局"}),
        # Words that say the kind do not lose the name.
        ("reported_by", IN_ITS_NAME, "水利局报的", {"reported_by": "county_department", "reporter": "县水利局"}),
        ("reported_by", IN_ITS_NAME, "部门报的", {"reported_by": "county_department"}),
        ("duty", INACTION, "归税务局管", {"duty": "not_department", "duty_unit": "县税务局"}),
        ("duty", INACTION, "归政府", {"duty": "government_itself"}),
        ("duty", INACTION, "归政府办公室", {"duty": "one_unit", "duty_unit": "县人民政府办公室"}),
        # 原平市 is a county: its government is not the city's.
        (
            "defendants",
            {},
            "原平市政府一家",
            {"defendants": "county_government", "defendant_units": "原平市人民政府"},
        ),
        (
            "defendants",
            {},
            "县政府和住建局",
            {"defendants": "several_with_government", "defendant_units": "县人民政府、县住房和城乡建设局"},
        ),
        (
            "defendants",
            {},
            "住建局、水利局都告了",
            {"defendants": "several_without_government", "defendant_units": "住房和城乡建设局、水利局"},
        ),
        ("defendants", {}, "住建局", {"defendant_units": "住房和城乡建设局"}),
        ("defendants", {}, "县政府或者市政府", None),
        ("defendants", {}, "不是县政府", None),
        ("reported_by", IN_ITS_NAME, "不是水利局", None),
        ("reported_by", IN_ITS_NAME, "听说是水利局", None),
        ("reported_by", IN_ITS_NAME, "水利局还是住建局呢", None),
        ("reported_by", IN_ITS_NAME, "水利局和住建局", None),
        (
            "reported_by",
            IN_ITS_NAME,
            "水利局报的，不是住建局",
            {"reported_by": "county_department", "reporter": "县水利局"},
        ),
        ("reported_by", IN_ITS_NAME, "我们不知道", {"reported_by": "unknown"}),
        ("reported_by", IN_ITS_NAME, "市水利局", {"reported_by": "other"}),
        ("reporter", IN_ITS_NAME, "不清楚", {"reporter": "unknown"}),
        ("reporter", IN_ITS_NAME, "水利局和住建局", None),
        ("reporter", IN_ITS_NAME, "嗯", None),
    ],
)
def test_units(decider: Decider, fact: str, facts: Facts, text: str, found: Facts | None) -> None:
    assert answer(decider, fact, text, facts) == found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天", "2026-11-23"),
        ("昨天下午收到的", "2026-11-23"),
        ("11月20日", "2026-11-20"),
        ("20号", "2026-11-20"),
        ("2026-11-20", "2026-11-20"),
        ("不清楚", "unknown"),
        ("昨天，11月30日前要交答辩状", "2026-11-23"),
        ("11月20日收到12月3日开庭的传票", "2026-11-20"),
        ("9月底收的，具体哪天不知道", "unknown"),
        ("嗯", None),
    ],
)
def test_dates(decider: Decider, text: str, day: str | None) -> None:
    assert answer(decider, "received_on", text) == ({"received_on": day} if day else None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("昨天也就是9月21号收到", "不止一个日期"),
        ("11月3号或者11月4号", "不止一个日期"),
        ("10月1日放假前收的", "没有说定"),
    ],
)
def test_words_that_tell_no_one_day_are_not_taken(decider: Decider, text: str, says: str) -> None:
    with pytest.raises(DateError, match=says):
        answer(decider, "received_on", text)
    assert read_receipt(text, TODAY) is None
    assert "received_on" not in read_story(f"县政府被告了，{text}的起诉状", decider, TODAY).facts


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("authorization", "没有", "not_authorized"),
        ("authorization", "没有啊", "not_authorized"),
        ("authorization", "没有，是局里委托的", "not_authorized"),
        ("authorization", "没有经过法律授权", "not_authorized"),
        ("authorization", "没有复议", None),
        ("reviewed", "没有呢", "none"),
        ("reviewed", "没有走复议程序", "none"),
        ("reviewed", "没有，直接起诉的", "none"),
        ("reviewed", "没有报批，是府办办的", None),
        ("reviewed", "没有授权", None),
    ],
)
def test_a_denial_of_another_matter_is_no_answer(decider: Decider, fact: str, text: str, value: str | None) -> None:
    assert answer(decider, fact, text, IN_ITS_NAME) == ({fact: value} if value else None)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("县医保局和人社局", "县医疗保障局、县人力资源和社会保障局"),
        ("人社局跟市医保局", "市人力资源和社会保障局、市医疗保障局"),
        ("繁峙县医保局与人社局", "繁峙县医疗保障局、繁峙县人力资源和社会保障局"),
        ("县医保局、市水利局和人社局", "县医疗保障局、市水利局、人力资源和社会保障局"),
    ],
)
def test_units_named_in_one_breath_share_their_level(decider: Decider, text: str, units: str) -> None:
    assert (answer(decider, "defendants", text) or {})["defendant_units"] == units


@pytest.mark.parametrize("text", ["2月30日", "明天", "2026年12月1日", "13月1日", "1980年1月1日"])
def test_a_date_that_cannot_be_says_why(decider: Decider, text: str) -> None:
    with pytest.raises(DateError, match="请核对"):
        answer(decider, "received_on", text)


# ── stories ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("只告了县政府", {"defendant_units": "县人民政府"}),
        ("县政府一家被告了", {"defendant_units": "县人民政府"}),
        ("住建局报县政府批准的", {"reporter": "县住房和城乡建设局"}),
        ("市水利局报请市政府同意", {"reporter": "市水利局"}),
        ("以县政府名义作的决定", {"challenged": "act_in_its_name"}),
        ("落款是县政府", {"challenged": "act_in_its_name"}),
        ("落款是住建局", {}),
        ("昨天收到的应诉通知书", {"received_on": "2026-11-23"}),
        ("11月20日法院送达的", {"received_on": "2026-11-20"}),
        ("昨天收到不服征收决定的起诉状副本", {"received_on": "2026-11-23"}),
        # What is denied, heard, asked, or another matter is no fact.
        ("住建局没有报县政府批准", {}),
        ("听说住建局报县政府批准的", {}),
        ("是不是住建局报县政府批准的？", {}),
        ("住建局和水利局都说对方报的", {}),
        ("不是以县政府名义作出的", {}),
        ("昨天还没收到通知书", {}),
        ("10月3日收到他的申请，一直没答复", {}),
        ("处罚决定是11月3日作的", {}),
        ("县政府被告了", {}),
        ("", {}),
    ],
)
def test_a_story_gives_only_what_it_says_outright(decider: Decider, text: str, facts: Facts) -> None:
    assert read_story(text, decider, TODAY).facts == facts


@pytest.mark.parametrize(
    ("text", "defendant"),
    [
        ("县政府被告了", "县人民政府"),
        ("有人起诉县政府", "县人民政府"),
        ("被告是县政府", "县人民政府"),
        ("县政府成被告了", "县人民政府"),
        ("代县人社局让人告了", "代县人力资源和社会保障局"),
        ("农业局", "农业农村局"),
        ("只告了县政府", None),
        ("县政府和住建局被告了", None),
        ("起诉了县政府和住建局", None),
        ("县政府没被告", None),
        ("县政府不服判决", None),
        ("", None),
    ],
)
def test_a_unit_named_as_sued_without_being_the_only_one(decider: Decider, text: str, defendant: str | None) -> None:
    assert read_story(text, decider, TODAY).defendant == defendant


def test_what_a_story_touches_is_not_presumed() -> None:
    assert doubts("经过复议的") == {"reviewed"}
    assert doubts("检察院起诉的") == {"proceeding"}
    assert doubts("是委托的单位，也复议过") == {"authorization", "reviewed"}
    assert doubts("县政府被告了") == frozenset()


@pytest.mark.parametrize("text", ["是不是维持？", "归谁管", "为甚不能是县政府", "可以吗"])
def test_questions(text: str) -> None:
    assert is_question(text)


def test_guesses_and_corrections_are_told_apart() -> None:
    assert is_guess("可能应该是水利局") and is_guess("听说是水利局")
    assert not is_guess("应该是水利局")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天收到的", date(2026, 11, 23)),
        ("昨天", date(2026, 11, 23)),
        ("是11月20号的", date(2026, 11, 20)),
        ("签收是11月20日，开庭在12月", date(2026, 11, 20)),
        ("11月20日作的决定", None),
        ("12", None),
        ("改第3个", None),
        ("昨天没收到", None),
        ("收到12月3日开庭的传票", None),
    ],
)
def test_a_day_of_receipt_said_besides(text: str, day: date | None) -> None:
    assert read_receipt(text, TODAY) == day


# ── said otherwise: the table's own words ────────────────────────────────────────────────────────────────────────

_BASES: Mapping[str, tuple[Facts, ...]] = {
    "reported_by": (IN_ITS_NAME, OF_THE_CITY),
    "duty": (INACTION, {**INACTION, "defendants": "city_government"}),
}


def _asked() -> Iterator[tuple[Fact, Facts]]:
    for fact in load_table().facts.values():
        if fact.kind == "choice" and not fact.derived:
            yield from ((fact, base) for base in _BASES.get(fact.id, ({},)))


ASKED = list(_asked())
IDS = [f"{fact.id}-{base.get('defendants', '')}" for fact, base in ASKED]


@pytest.mark.parametrize(("fact", "base"), ASKED, ids=IDS)
def test_no_word_of_one_choice_is_a_word_of_another(decider: Decider, fact: Fact, base: Facts) -> None:
    question, _ = put(decider, fact.id, base)
    owner: dict[str, str] = {}
    for value, label in question.choices:
        for word in {value, plain(label), *map(plain, fact.choice(value).say)}:
            assert owner.setdefault(word, value) == value, word


@pytest.mark.parametrize(("fact", "base"), ASKED, ids=IDS)
def test_every_word_read_alone_gives_its_own_choice(decider: Decider, fact: Fact, base: Facts) -> None:
    question, case = put(decider, fact.id, base)
    for value, label in question.choices:
        for word in (value, label, *fact.choice(value).say):
            found = read_answer(question, word, case, decider, TODAY)
            assert found is not None and found.get(fact.id) == value, word


@pytest.mark.parametrize(("fact", "base"), ASKED, ids=IDS)
def test_no_word_of_a_choice_is_taken_where_it_is_denied(decider: Decider, fact: Fact, base: Facts) -> None:
    question, case = put(decider, fact.id, base)
    for value, _ in question.choices:
        for word in fact.choice(value).say:
            found = read_answer(question, f"不是{word}", case, decider, TODAY)
            assert found is None or found.get(fact.id) != value, word


# ── any text at all ──────────────────────────────────────────────────────────────────────────────────────────────

# Arbitrary text seldom meets a word that is read: so mix it with words that are.
_PIECES: tuple[str, ...] = (
    "县政府",
    "原平市住建局",
    "报",
    "批准",
    "不是",
    "听说",
    "维持",
    "驳回",
    "2月30日",
    "昨天",
    "收到",
    "第",
    "十",
    "3",
)
_PIECES += (
    "被告",
    "和",
    "、",
    "？",
    "，",
    "没有",
    "以县政府名义",
    "不清楚",
    "只告了",
    "複議",
    "复议",
    "\u200b",
    "²",
    "⑳",
    "㊀",
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
PENDING = st.sampled_from(
    [(fact.id, base) for fact, base in ASKED]
    + [("reporter", IN_ITS_NAME), ("duty_unit", INACTION), ("defendant_units", {}), ("received_on", {})]
)


@given(text=TEXTS, pending=PENDING)
def test_any_text_is_an_answer_that_exists_or_none(decider: Decider, text: str, pending: tuple[str, Facts]) -> None:
    name, base = pending
    question, case = put(decider, name, base)
    try:
        found = read_answer(question, text, case, decider, TODAY)
    except DateError:
        assert question.fact.kind == "date"
        return
    for fact_id, value in (found or {}).items():
        fact = decider.table.facts[fact_id]
        assert fact_id == name or fact.of == name or question.fact.of == fact_id
        assert value and (fact.kind != "choice" or value in fact)


@given(text=TEXTS)
def test_any_text_can_be_told_as_a_story(decider: Decider, text: str) -> None:
    story = read_story(text, decider, TODAY)
    assert story.facts.keys() <= decider.table.facts.keys()
    assert story.doubted <= decider.table.facts.keys()
