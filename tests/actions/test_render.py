"""Outcomes in words: the answer first, each statement with its clause, one screen, in an official's language."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from actions import render
from actions.render_clauses import answer
from actions.talk import words
from knowledge.case import FactsClash
from knowledge.decide import Decider, Outcome
from knowledge.search import Searcher

TODAY = date(2026, 11, 24)
COUNTY = {"defendants": "county_government", "defendant_units": "代县人民政府", "challenged": "act_in_its_name"}
JOINT = {
    "defendants": "several_with_government",
    "defendant_units": "代县人民政府、代县人社局",
    "reviewed": "county_government",
    "review_result": "upheld",
}


def outcome(decider: Decider, **facts: str) -> Outcome:
    found = decider.decide(facts, TODAY)
    assert found.status != "incomplete", found.next_question
    return found


def test_determined(decider: Decider) -> None:
    lines = render.outcome(outcome(decider, **COUNTY, reporter="住建局")).split("\n")
    assert lines[0] == "【承办】代县住房和城乡建设局"
    assert lines[1] == f"　第十一条第（三）项：“{decider.cite('11.3').quote}”"
    assert "【出庭】由代县司法局提出意见，报代县人民政府确定负责人和诉讼代理人。" in lines
    assert any(line.startswith("【期限】") and "法定期限" in line for line in lines)


def test_an_assisting_unit_is_not_the_handling_one(decider: Decider) -> None:
    text = render.outcome(outcome(decider, **COUNTY, reported_by="office"))
    assert text.startswith("【承办】代县人民政府办公室\n【协助】代县司法局（协助准备应诉材料，不是承办单位）")


def test_two_units_handle_jointly_and_each_defendant_has_its_own_line(decider: Decider) -> None:
    text = render.outcome(outcome(decider, **JOINT))
    assert "【承办】代县人力资源和社会保障局、代县司法局共同承办" in text
    attending = [line for line in text.split("\n") if line.startswith("【出庭】")]
    assert [line[4:].split("）")[0] for line in attending] == ["（代县人力资源和社会保障局", "（代县人民政府"]
    assert text.count(str(decider.cite("13").quote)) == 1


def test_what_is_left_to_people_names_them_and_never_a_unit_as_decided(decider: Decider) -> None:
    text = render.outcome(outcome(decider, **COUNTY, reporter="上馆镇政府"))
    assert text.startswith("【承办】定不下来，本助手不代定。")
    assert "请报代县人民政府办公室、代县司法局共同确定。" in text
    assert "可供参考、非规定：" in text
    assert "【期限】" in text, "the days run all the same"


def test_out_of_scope_gives_the_reason_and_its_clause(decider: Decider) -> None:
    text = render.outcome(outcome(decider, proceeding="other"))
    assert text.startswith("【不适用】")
    assert "第二条：“" in text
    assert "【期限】" not in text


def test_an_answer_to_another_matter(decider: Decider) -> None:
    text = render.outcome(outcome(decider, matter="planned_attendee", planned_attendee="lower_head"))
    assert text.startswith("【答】不可以。")
    assert f"“{decider.cite('8-1').quote}”" in text


def test_law_that_is_not_held_is_named_with_its_version_and_never_quoted(decider: Decider) -> None:
    text = render.basis(outcome(decider, matter="absence", absence_reason="ordinary_work", substitute="lawyer_only"))
    assert re.search(r"行政诉讼法第三条第三款（文本：2017年修正）", text)


def test_the_reasons_give_answers_rule_clauses_and_both_layers_of_the_burden(decider: Decider) -> None:
    text = render.basis(outcome(decider, **JOINT))
    assert text.startswith("【推理】\n1. ")
    assert "合于：" in text
    assert "政府内部（办法）：" in text and "对法院（法律、司法解释）：" in text
    assert "（先这样算，可以改）" in text


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["代县人民政府办公室", "代县司法局"], "请报代县人民政府办公室、代县司法局共同确定。"),
        (["市司法局"], "请报市司法局协调（第七条第一款）。"),
        (["受理案件的人民法院"], "由受理案件的人民法院审查。"),
        (["上级主管机关"], "由上级主管机关认定。"),
    ],
)
def test_who_settles_what_is_open_and_how_far_the_text_lets_them(names: list[str], said: str) -> None:
    assert render.decides(names) == said


def test_the_deadline_with_and_without_a_day(decider: Decider) -> None:
    facts = {**COUNTY, "reporter": "住建局"}
    assert "告诉我哪天收到的" in render.deadline(outcome(decider, **facts))
    dated = render.deadline(outcome(decider, **facts, received_on="2026-11-20"))
    assert dated.startswith("最晚2026年12月7日（星期一）提交答辩状和证据。")
    assert "15日不是办法写的" in dated
    next_year = decider.decide({**facts, "received_on": "2027-01-20"}, date(2027, 1, 21))
    unannounced = render.deadlines(next_year)
    assert "（暂定" in unannounced, "the notice on that year's holidays is not known"


def test_an_answer_of_the_look_up_is_its_clauses(searcher: Searcher, decider: Decider) -> None:
    found = answer(searcher.ask("第十九条"))
    assert found == f"第十九条：“{decider.cite('19').quote}”"
    refused = answer(searcher.ask("第九十九条"))
    assert "25" in refused or "二十五" in refused


def test_times_are_those_of_beijing() -> None:
    assert render.when(datetime(2026, 11, 23, 16, 5, tzinfo=UTC)) == "2026年11月24日00:05"
    assert render.written(date(2026, 11, 22)) == "2026年11月22日（星期日）"


def test_every_outcome_of_the_table_can_be_shown_in_plain_official_words(decider: Decider) -> None:
    shown: set[str] = set()
    for known, rule in decider.table.engine.leaves():
        if rule in shown or known.get("period", "in_force") != "in_force":
            continue
        facts = {name: value for name, value in known.items() if name != "period"}
        try:
            found = decider.decide(facts, TODAY)
        except FactsClash:
            continue  # the table's space holds more than can be so
        assert found.rule == rule
        shown.add(rule)
        for text in (render.outcome(found), render.basis(found)):
            assert text.startswith("【") and not text.endswith("\n") and "\n\n" not in text
            assert not re.search(r"[!！{}]|None|_|您好|尊敬|抱歉", text), (rule, text)
    assert len(decider.table.rules.keys() - shown) <= 3, "outside the measure's time, or never without a clash"


def test_the_sentences_of_the_talk_are_plain() -> None:
    said = [value for name, value in vars(words).items() if name.isupper() and isinstance(value, str)]
    assert len(said) > 20
    for text in said:
        assert not re.search(r"[!！]|[\U0001F300-\U0001FAFF]|抱歉|对不起|尊敬|助手为您|！", text), text
        assert len(text) <= 200
