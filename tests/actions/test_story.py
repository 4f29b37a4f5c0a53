"""An account read whole: what is sure is right, little is missed, and what is unsure is kept to be asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding import PhraseError, Story, read_remark, read_story
from actions.understanding.phrases import FILE, load_phrases
from knowledge.case import UNKNOWN
from knowledge.decide import Decider
from knowledge.table.load import BUNDLED

TODAY = date(2026, 11, 24)
DATA = Path(__file__).parent.parent / "data"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


STORIES, SCENARIOS = lines("stories.jsonl"), lines("scenarios.jsonl")


def read(decider: Decider, text: str) -> Story:
    return read_story(text, decider, TODAY)


# ── many accounts ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("row", STORIES, ids=[row["id"] for row in STORIES])
def test_what_is_sure_is_right(decider: Decider, row: Mapping[str, Any]) -> None:
    story = read(decider, row["text"])
    assert story.facts.items() <= row["facts"].items()
    assert story.defendant in (None, row.get("defendant"))
    assert story.cases == row.get("cases", 1)


def test_little_is_missed(decider: Decider) -> None:
    told = [(name, value, read(decider, row["text"])) for row in STORIES for name, value in row["facts"].items()]
    found = [story.facts.get(name) == value for name, value, story in told]
    assert sum(found) / len(found) >= 0.95
    named = [read(decider, row["text"]).defendant == row["defendant"] for row in STORIES if "defendant" in row]
    assert sum(named) / len(named) >= 0.95


@pytest.mark.parametrize("row", SCENARIOS, ids=[row["id"] for row in SCENARIOS])
def test_what_is_sure_in_a_scenario_is_not_otherwise(decider: Decider, row: Mapping[str, Any]) -> None:
    said = decider.reader.read(read(decider, row["facts"]).facts, TODAY)
    true = decider.reader.read(row["answers"], TODAY)
    for fact, value in said.choices.items():
        if said.sources[fact] in ("given", "unit") and true.sources.get(fact) in ("given", "unit"):
            assert value == true.choices[fact]
    for fact, named in said.units.items():
        meant = true.units.get(fact, named)
        assert len(named) == len(meant)
        assert all(any(decider.units.same(unit, other) for other in meant) for unit in named)
    assert said.received_on in (None, true.received_on)


def test_there_are_accounts_and_traps_enough() -> None:
    assert len(STORIES) >= 80 and sum("trap" in row for row in STORIES) >= 20


# ── claims ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_claim_has_its_words(decider: Decider) -> None:
    for row in STORIES:
        story = read(decider, row["text"])
        for claim in story.claims:
            assert claim.words and claim.words == story.parts[0][claim.start : claim.end]


def test_claims_stand_in_the_order_of_the_table(decider: Decider) -> None:
    order = list(decider.table.facts)
    story = read(decider, "昨天收到的通知书，没复议，住建局报县政府批的，以县政府名义，单告县政府")
    places = [order.index(claim.fact) for claim in story.claims]
    assert places == sorted(places) and len(story.facts) == 5


@pytest.mark.parametrize(
    ("text", "fact", "values"),
    [
        ("县政府复议维持了。复议决定书上又写着撤销", "review_result", {"upheld", "revoked"}),
        ("以县政府名义发的，可落款是住建局，告县政府", "challenged", {"act_in_its_name", "signed_by_other"}),
        ("水利局报的，没人报，以县政府名义", "reported_by", {"office"}),
        ("镇里11月10号收到通知书，县里11月12号收到通知书", "received_on", {"2026-11-10", "2026-11-12"}),
    ],
)
def test_of_what_contradicts_itself_nothing_is_sure_and_all_is_kept(
    decider: Decider, text: str, fact: str, values: set[str]
) -> None:
    story = read(decider, text)
    assert fact not in story.facts
    assert {claim.value for claim in story.claims if claim.fact == fact} >= values
    assert story.guesses[fact] in values


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("听说是维持，县政府复议的", "review_result", "upheld"),
        ("可能是水利局报县政府批的", "reporter", "县水利局"),
        ("县政府复议驳回了", "review_result", "dismissed_unclear"),
        ("县政府复议改变了原决定", "review_result", "modified"),
        ("2022年县政府复议驳回了他的复议申请", "review_result", "application_dismissed"),
        ("昨儿收到的吧，记不清了", "received_on", "2026-11-23"),
        ("昨天收到的吧，记不清了", "received_on", "2026-11-23"),
        ("县政府发的征收决定", "challenged", "act_in_its_name"),
        ("县政府被告了", "defendant_units", "县人民政府"),
        ("副局长能当负责人出庭吗", "matter", "planned_attendee"),
        ("落款是县政府，其实是水利局私盖的，告县政府", "challenged", "act_in_its_name"),
        ("县政府欠着货款不给，告县政府", "challenged", "inaction"),
        ("县正府被告了", "defendant_units", "县人民政府"),
        ("包工头要工程款，告县政府", "proceeding", "other"),
        ("墙让人推了，没有文书，有个指挥部在场，告县政府", "challenged", "no_document"),
        ("住建局罚的，忻州市政府维持了，告住建局", "reviewed", "city_government"),
        ("县政府复议维持了，把我们两家都告了", "defendants", "several_with_government"),
        ("就告我们局", "defendants", "county_department"),
        ("市政府批的，就告我们局", "defendants", "city_department"),
    ],
)
def test_what_is_unsure_is_a_guess(decider: Decider, text: str, fact: str, value: str) -> None:
    story = read(decider, text)
    assert story.guesses[fact] == value and fact not in story.facts


def test_a_month_is_no_day_but_is_not_lost(decider: Decider) -> None:
    story = read(decider, "11月初收到的应诉通知书，告县政府")
    (claim,) = [claim for claim in story.claims if claim.fact == "received_on"]
    assert (claim.value, claim.sure) == (None, False) and "11月初" in claim.words
    assert "received_on" not in {**story.facts, **story.guesses}


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("代县住建局和县政府都被告了", "代县住房和城乡建设局、代县人民政府"),
        ("市城管局罚的，告城管局和市政府", "市城市管理局、市人民政府"),
        ("凤凰镇政府拆的，把镇政府和县政府告了", "凤凰镇人民政府、县人民政府"),
        ("五寨县水利局罚的，县局和县政府都当了被告", "五寨县水利局、五寨县人民政府"),
        ("我是县水利局的，我们局和县政府被告了", "县水利局、县人民政府"),
        ("只告了我们镇", "镇人民政府"),
    ],
)
def test_short_names_are_those_named_in_full(decider: Decider, text: str, units: str) -> None:
    assert read(decider, text).facts["defendant_units"] == units


@pytest.mark.parametrize(
    "text",
    [
        "原平这边，只告了市政府",
        "我是原平市水利局的，单告市政府",
    ],
)
def test_a_city_government_told_of_from_a_county_level_city_is_asked(decider: Decider, text: str) -> None:
    story = read(decider, text)
    assert "defendant_units" not in story.facts and story.guesses["defendant_units"] == "原平市人民政府"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "原平市住建局和原平市政府一块儿被告了，处罚，复议市政府维持了",
            {"defendant_units": "原平市住房和城乡建设局、原平市人民政府", "reviewed": "county_government"},
        ),
        ("原平市政府被告了，住建局报市政府批准的征收决定", {"reporter": "原平市住房和城乡建设局"}),
        ("只告了原平市水利局，市政府复议维持的", {"reviewed": "county_government"}),
        ("就原平市政府和市司法局被告了", {"defendant_units": "原平市人民政府、原平市司法局"}),
        ("忻州市政府和原平市政府都被告了", {"defendant_units": "市人民政府、原平市人民政府"}),
        ("原平市住建局和原平市政府都被告了，忻州市政府复议维持的", {"reviewed": "city_government"}),
    ],
)
def test_in_a_county_level_city_the_city_s_are_its_own(decider: Decider, text: str, facts: Mapping[str, str]) -> None:
    assert facts.items() <= read(decider, text).facts.items()


@pytest.mark.parametrize(
    "text",
    [
        "原平市政府单独被告了，征收决定，市政府复议维持的",
        "原平市政府和市政府都被告了，征收决定，市政府复议维持的",
    ],
)
def test_the_city_above_reviews_what_is_the_county_level_city_s_own_act(decider: Decider, text: str) -> None:
    story = read(decider, text)
    assert "reviewed" not in story.facts and story.guesses["reviewed"] == "city_government"


def test_a_day_that_is_another_weekday_is_asked_for(decider: Decider) -> None:
    assert read(decider, "县政府被告了，11月3日（星期二）收到的").facts["received_on"] == "2026-11-03"
    story = read(decider, "县政府被告了，11月3日（星期五）收到的")
    (claim,) = [claim for claim in story.claims if claim.fact == "received_on"]
    assert (claim.value, claim.sure) == (None, False)


def test_a_bureau_that_may_be_either_of_two_is_asked(decider: Decider) -> None:
    story = read(decider, "市住建局来人看过，住建局和县政府都被告了")
    assert "defendant_units" not in story.facts and story.facts["defendants"] == "several_with_government"
    reported = read(decider, "市住建局来人看过，住建局报县政府批的，只告县政府")
    assert reported.facts["reporter"] == "县住房和城乡建设局"


def test_another_county_does_not_lend_its_name(decider: Decider) -> None:
    assert read(decider, "隔壁代县有个案子是住建局报的，我们县政府这次被告了").defendant == "县人民政府"


# ── several cases ────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_cases_are_told_apart(decider: Decider) -> None:
    text = "我们有两个案子：一个是只告县政府，水利局报县政府批的；另一个只告镇政府，没复议"
    story = read(decider, text)
    assert story.cases == 2
    assert story.facts == {"defendant_units": "县人民政府", "reporter": "县水利局"}
    assert read(decider, story.parts[1]).facts == {"defendant_units": "镇人民政府", "reviewed": "none"}


# ── several facts in one answer ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "text", "told"),
    [
        (
            {"defendants": "county_government", "defendant_units": "原平市人民政府"},
            "是住建局报的，没复议，昨天收到的",
            {"reporter": "原平市住房和城乡建设局", "reviewed": "none", "received_on": "2026-11-23"},
        ),
        ({"defendants": "city_government"}, "水利局报的", {"reporter": "市水利局"}),
        ({"defendants": "county_government"}, "我们局报的，落款县政府", {"reported_by": "county_department"}),
        ({"defendants": "county_government"}, "不作为，一直没答复，归税务局管", {"duty_unit": "县税务局"}),
        ({"defendants": "county_government"}, "落款是水利局", {"challenged": "signed_by_other"}),
        ({"defendants": "county_government"}, "不是水利局报的", {}),
        (
            {"defendants": "county_government", "challenged": "temporary_body"},
            "指挥部是县政府发文成立的，水利局牵头",
            {"challenged": "temporary_body", "temporary_founder": "government", "lead_unit": "县水利局"},
        ),
        ({}, "嗯", {}),
    ],
)
def test_a_remark_is_read_in_its_case(decider: Decider, facts: dict[str, str], text: str, told: dict[str, str]) -> None:
    case = decider.reader.read(facts, TODAY)
    assert read_remark(text, decider, TODAY, case).facts.items() >= told.items()
    if not told:
        assert not read_remark(text, decider, TODAY, case).facts


def test_a_temporary_body_told_of_late_says_first_that_the_act_is_its(decider: Decider) -> None:
    case = decider.reader.read({"defendants": "county_government", "challenged": "no_document"}, TODAY)
    story = read_remark("指挥部是县政府发文成立的，农业农村局牵头", decider, TODAY, case)
    assert story.facts == {"challenged": "temporary_body"}


@pytest.mark.parametrize("text", ["包工头要工程款，告县政府", "买卖合同纠纷，告镇政府", "欠着货款，告市水利局"])
def test_a_debt_leaves_the_kind_of_suit_open(decider: Decider, text: str) -> None:
    assert "proceeding" in read(decider, text).doubted


@pytest.mark.parametrize("text", ["县政府给了回复意见", "恢复义务", "修复仪器", "支付议定的款"])
def test_what_only_looks_like_a_misspelt_reconsideration_is_none(decider: Decider, text: str) -> None:
    assert "reviewed" not in read(decider, text).doubted


# ── the patterns' file ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_pattern_speaks_of_facts_and_choices_of_the_table(decider: Decider) -> None:
    phrases = load_phrases()
    for rule in (*phrases.results, *phrases.claims, *phrases.matters):
        if rule.fact is not None:
            fact = decider.table.facts[rule.fact]
            assert not rule.value or rule.value in fact, (rule.fact, rule.value)
        assert not rule.matter or rule.matter in decider.table.facts["matter"]
        for pattern in rule.patterns:
            assert set(pattern.groupindex) - {"approver"} <= decider.table.facts.keys()


def test_every_outcome_of_a_reconsideration_can_be_told(decider: Decider) -> None:
    told = {rule.value for rule in load_phrases().results}
    assert {choice.id for choice in decider.table.facts["review_result"].choices} - told == {UNKNOWN}


@pytest.mark.parametrize("text", [None, "[", "words: {}", "words: {}\nsued: {alone: ['(']}"])
def test_a_file_that_cannot_be_used_says_so(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(PhraseError, match="说法表"):
        load_phrases(tmp_path)
    assert (BUNDLED / FILE).is_file()


# ── any text at all ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("piece", ["、县政府", "县政府和", "县政府牵头、", "县政府被告", "都告了", "复议维持，"])
def test_a_long_row_of_one_thing_is_read_to_its_end(decider: Decider, piece: str) -> None:
    assert read(decider, piece * 300).cases == 1


_PIECES = [piece for row in STORIES for piece in row["text"].replace("。", "，").split("，") if piece]


@given(text=st.lists(st.sampled_from(_PIECES), max_size=5).map("，".join))
def test_pieces_of_accounts_in_any_order_give_facts_that_can_be_used(decider: Decider, text: str) -> None:
    story = read(decider, text)
    decider.reader.read(story.facts, TODAY)
    for claim in story.claims:
        fact = decider.table.facts[claim.fact]
        assert fact.kind != "choice" or str(claim.value) in fact
    assert not story.facts.keys() & story.guesses.keys()


@pytest.mark.parametrize(
    ("told", "reporter"),
    [
        ("宁武的，民政局报县政府批准作出的，县政府被告了", "宁武县民政局"),
        ("县政府让人告了，是水利局报县政府批的，河曲这边", "河曲县水利局"),
        ("我是神池的。县政府被告了，林业局报县政府批的", "神池县林业局"),
        ("县政府被告了，保德那边也有一个。民政局报县政府批的", "县民政局"),
        ("隔壁偏关，也出过。我们县政府被告了，民政局报县政府批的", "县民政局"),
    ],
)
def test_where_the_teller_says_to_be_from_places_the_units(decider: Decider, told: str, reporter: str) -> None:
    assert read_story(told, decider, TODAY).facts.get("reporter") == reporter


@pytest.mark.parametrize(
    ("told", "alone"),
    [
        ("区政府被告了，一共就区政府一家，昨天收的通知书", True),
        ("市政府让人告到中院了，只有市政府一个被告", True),
        ("区政府被告了，就水利局一家，报区政府批的", False),
        ("区政府被告了，听说就区政府一家", False),
    ],
)
def test_the_one_sued_may_be_named_again_as_the_only_one(decider: Decider, told: str, alone: bool) -> None:
    assert ("defendant_units" in read_story(told, decider, TODAY).facts) is alone


def test_a_word_or_two_before_another_case_is_no_case(decider: Decider) -> None:
    assert read(decider, "乡里还有一个案子，乡政府让人告了，罚款的事").cases == 1
    assert read(decider, "乡政府让人告了，还有一个案子，县政府也被告了").cases == 2
