"""Clause answers in the talk: short on the screen, whole at a press, other texts under their names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actions.rasa.ports import Say
from actions.render_clauses import answer, folded, found
from actions.talk.clauses import Clauses
from knowledge.decide import Decider
from knowledge.laws import LawLibrary, Received
from knowledge.look_up import LookUp
from knowledge.search import Searcher

LONG = (
    "第一条 渡口的负责人应当每日巡查，"
    + "检查船体、救生衣、缆绳和灯火，记录水位、风力和乘客人数，" * 6
    + "报乡镇备案。"
)
LAW = f"{LONG}\n第二条 被告应当在三十日内答辩。\n第三条 上诉期为二十日。"
OLD = "第一条 渡口的负责人应当每月巡查。\n第二条 被告应当在六十日内答辩。"


@pytest.fixture(scope="module")
def clauses(searcher: Searcher, decider: Decider, tmp_path_factory: pytest.TempPathFactory) -> Clauses:
    folder = tmp_path_factory.mktemp("laws")
    for number, (text, day) in enumerate([(LAW, "2022-05-01"), (OLD, "2015-05-01")], 1):
        LawLibrary.open(folder).add(Received(text, "lines", f"{number:064x}", "a.txt", "行政诉讼法", day))
    return Clauses(LookUp(searcher, folder), decider.measure)


def labels(say: Say | None) -> list[str]:
    assert say
    return [choice.label for choice in say.choices]


def press(clauses: Clauses, say: Say, label: str) -> Say:
    pressed = next(choice for choice in say.choices if choice.label == label)
    named = json.loads(pressed.payload.removeprefix("/show"))["article"]
    shown = clauses.article(named, begins=True)
    assert shown
    return shown


@pytest.mark.parametrize("question", ["司法建议多久回复", "第十九条", "出庭率要求多少", "法院让领导来证据交换，要来吗"])
def test_the_whole_its_neighbours_and_a_case_are_offered(clauses: Clauses, question: str) -> None:
    say = clauses.answer(question, (), begins=True)
    assert labels(say) == ["看全文", "上一条", "下一条", "开始登记"]
    assert labels(clauses.answer(question, (), begins=False)) == ["看全文", "上一条", "下一条"]
    shown = press(clauses, say, "看全文")
    assert labels(shown) == ["上一条", "下一条", "开始登记"]


def test_what_was_not_answered_offers_a_case_only(clauses: Clauses) -> None:
    assert labels(clauses.answer("今天天气不错", (), begins=True)) == ["开始登记"]


def test_another_texts_article_is_shown_and_walked(clauses: Clauses) -> None:
    say = clauses.answer("行政诉讼法第二条", (), begins=True)
    assert say.text == (
        "问的是别的法律文件，收录的原文如下。\n"
        "《行政诉讼法》（2022-05-01文本）\n第二条：“被告应当在三十日内答辩。”\n"
        "《行政诉讼法》（2015-05-01文本；已修改，仅供对照）\n第二条：“被告应当在六十日内答辩。”"
    )
    assert labels(say) == ["看全文", "上一条", "下一条", "开始登记"]
    shown = press(clauses, say, "看全文")
    assert shown.text == "《行政诉讼法》（2022-05-01文本）第二条\n被告应当在三十日内答辩。"
    assert press(clauses, shown, "下一条").text.endswith("第三条\n上诉期为二十日。")
    assert "上一条" not in labels(press(clauses, shown, "上一条"))


def test_the_measure_comes_first_and_the_other_texts_button_names_it(clauses: Clauses) -> None:
    say = clauses.answer("办法第十九条和行政诉讼法第三条", (), begins=False)
    assert say.text.index("第十九条：“") < say.text.index("《行政诉讼法》")
    assert labels(say) == ["看全文", "上一条", "下一条", "看行政诉讼法全文"]


@pytest.mark.parametrize("named", ["", "0", "26", "abc", "000000000001:9", "ffffffffffff:1", "000000000001:", "²"])
def test_a_button_of_what_is_not_there_is_none(clauses: Clauses, named: str) -> None:
    assert clauses.article(named, begins=True) is None


def test_a_long_quote_is_folded_where_its_sense_pauses_and_whole_at_a_press(clauses: Clauses) -> None:
    say = clauses.answer("行政诉讼法第一条", (), begins=False)
    quote = say.text.split("：“")[1].split("”")[0]
    assert quote.endswith("，……") and len(quote) <= 122
    assert "报乡镇备案。" not in say.text
    assert press(clauses, say, "看全文").text.endswith("报乡镇备案。")


def test_folding() -> None:
    assert folded("短。") == "短。"
    assert folded("甲" * 90 + "。" + "乙" * 20 + "，" + "丙" * 50) == "甲" * 90 + "。……"
    assert folded("甲" * 70 + "，" + "乙" * 90) == "甲" * 70 + "，……"
    assert folded("甲" * 130) == "甲" * 120 + "……"
    assert folded("甲，" + "乙" * 130).endswith("乙……"), "a pause that early leaves too little"


def test_no_answer_is_longer_than_a_screen(searcher: Searcher) -> None:
    for article in range(1, 26):
        said = answer(searcher.ask(f"第{article}条是什么意思，能讲讲吗"))
        assert all(len(line) <= 150 for line in said.split("\n"))


def test_what_only_reads_alike_is_said_to(searcher: Searcher, tmp_path: Path) -> None:
    LawLibrary.open(tmp_path).add(Received("第一条 渡工由县里发证。", "lines", "a" * 64, "a.txt", "渡口条例", ""))
    said = found(LookUp(searcher, tmp_path).ask("渡工由谁发证"))
    assert "其他法律文件里字面相近的条文，是否适用请核对：\n《渡口条例》\n第一条：“渡工由县里发证。”" in said
    assert "相近条文（不是答案）" not in said
