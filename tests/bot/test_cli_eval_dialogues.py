"""`yingsu eval dialogues`: the simulated official tells the truth, and what the assistant gets wrong is found."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.errors import RasaMissing
from bot.rasa_process import RasaFiles
from bot.simulated.judging import Stated, Verdict, judge, read_outcome
from bot.simulated.official import Message, Official
from bot.simulated.scenario import Scenario, read_scenarios
from bot.simulated.speech import Speaker, Style, Utterance, mistyped
from knowledge.decide import Decider
from tests.bot.running import Run

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)

COUNTY = {"defendants": "county_government", "defendant_units": "代县政府"}
REPORTED = {**COUNTY, "challenged": "act_in_its_name", "reported_by": "county_department", "reporter": "代县水利局"}


def line(
    name: str = "A1",
    answers: Mapping[str, str] | None = None,
    status: str = "determined",
    unit: str | None = "县水利局",
    story: str = "收到应诉通知书，代县政府被告了",
    cites: tuple[str, ...] = (),
) -> str:
    answers = REPORTED if answers is None else answers
    expected = {"status": status, "handling_unit": unit, "citations": list(cites)}
    data = {"id": name, "row": ["R03"], "facts": story, "answers": dict(answers), "expected": expected}
    return json.dumps(data, ensure_ascii=False)


def scenario(decider: Decider, **parts: Any) -> Scenario:
    return read_scenarios(line(**parts), decider, TODAY)[0]


# ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "handling", "rule", "stated"),
    [
        ("determined", ["代县水利局"], "R03", Stated("determined", ("代县水利局",))),
        ("determined", ["镇人民政府", "县司法局"], "R08", Stated("determined", ("镇人民政府", "县司法局"))),
        ("undetermined", [], "R03x", Stated("undetermined")),
        ("out_of_scope", [], "R20-proceeding", Stated("out_of_scope")),
        ("determined", [], "R13", Stated("answered")),
        ("undetermined", [], "R15-work", Stated("answered")),
    ],
)
def test_an_outcome_is_read_from_its_data(
    decider: Decider, status: str, handling: list[str], rule: str, stated: Stated
) -> None:
    assert read_outcome({"status": status, "handling": handling, "rule": rule}, decider.table) == stated


@pytest.mark.parametrize(
    ("status", "unit", "stated", "verdict"),
    [
        ("determined", "县水利局", Stated("determined", ("代县水利局",)), Verdict.RIGHT),
        ("determined", "县水利局", Stated("determined", ("代县林业和草原局",)), Verdict.WRONG),
        ("determined", "县水利局", Stated("determined", ("代县水利局", "代县司法局")), Verdict.WRONG),
        ("determined", "县水利局和县司法局", Stated("determined", ("代县水利局",)), Verdict.WRONG),
        (
            "determined",
            "作出原行政行为的机关和县司法局",
            Stated("determined", ("乡人民政府", "县司法局")),
            Verdict.RIGHT,
        ),
        (
            "determined",
            "作出原行政行为的机关和县司法局",
            Stated("determined", ("作出原行政行为的机关", "市司法局")),
            Verdict.WRONG,
        ),
        ("determined", "作出原行政行为的机关和县司法局", Stated("determined", ("县司法局",)), Verdict.WRONG),
        ("determined", "县水利局和县司法局", Stated("determined", ("作出原行政行为的机关", "县司法局")), Verdict.RIGHT),
        ("determined", "县水利局和县司法局", Stated("determined", ("作出原行政行为的机关", "市司法局")), Verdict.WRONG),
        ("determined", "县水利局", Stated("undetermined"), Verdict.OTHER),
        ("determined", "县水利局", None, Verdict.OTHER),
        ("undetermined", None, Stated("undetermined"), Verdict.LEFT),
        ("undetermined", None, Stated("determined", ("代县水利局",)), Verdict.WRONG),
        ("undetermined", None, Stated("out_of_scope"), Verdict.OTHER),
        ("partial", None, Stated("determined", ("代县水利局",)), Verdict.WRONG),
        ("partial", "县水利局", Stated("determined", ("代县水利局",)), Verdict.RIGHT),
        ("partial", "县水利局", Stated("undetermined"), Verdict.LEFT),
        ("out_of_scope", None, Stated("out_of_scope"), Verdict.RIGHT),
        ("out_of_scope", None, Stated("determined", ("代县水利局",)), Verdict.WRONG),
    ],
)
def test_the_unit_and_the_status_count(
    decider: Decider, status: str, unit: str | None, stated: Stated | None, verdict: Verdict
) -> None:
    it = scenario(decider, status=status, unit=unit)

    assert judge(it, stated, (), decider.units)[0] is verdict


def test_a_case_that_seeks_no_unit_is_right_with_a_clause_of_its_label(decider: Decider) -> None:
    it = scenario(decider, answers={"matter": "filing"}, unit=None, cites=("办法第十五条第（一）项",))

    assert judge(it, None, ("第十五条：“应诉承办单位应当……”",), decider.units)[0] is Verdict.RIGHT
    assert judge(it, None, ("第十九条：“人民法院……”",), decider.units)[0] is Verdict.OTHER
    assert judge(it, Stated("determined", ("代县水利局",)), (), decider.units)[0] is Verdict.OTHER


# ── the official ─────────────────────────────────────────────────────────────────────────────────────────────────


def question(fact: str, *values: str) -> Message:
    buttons = [{"title": it, "payload": f'/choose{{"fact": "{fact}", "value": "{it}"}}'} for it in values]
    return {"text": "问", "buttons": buttons, "custom": {"kind": "question", "fact": fact}}


def outcome(unit: str) -> Message:
    data = {"kind": "outcome", "status": "determined", "handling": [unit], "rule": "R03"}
    return {"text": f"【承办】{unit}", "custom": data}


def official(decider: Decider, style: Style = Style.BUTTON, *, cold: bool = False, **parts: Any) -> Official:
    it = scenario(decider, **parts)
    return Official(it, Speaker(style, it.id), decider, cold)


def test_it_tells_the_story_or_begins_cold(decider: Decider) -> None:
    assert official(decider).open() == Utterance("收到应诉通知书，代县政府被告了")
    assert official(decider, cold=True).open().text != "收到应诉通知书，代县政府被告了"


def test_it_answers_by_what_it_knows_and_admits_what_it_does_not(decider: Decider) -> None:
    it = official(decider)

    assert it.hear([question("reported_by", "office", "county_department")]) == Utterance(
        "reported_by=county_department", pressed=True
    )
    assert it.hear([question("reviewed", "none", "unknown")]) == Utterance("reviewed=unknown", pressed=True)
    assert it.hear([question("received_on")]) == Utterance("不清楚")
    assert it.hear([question("reporter")]) == Utterance("代县水利局")
    assert it.tally.asked == 4
    assert it.hear([outcome("代县水利局")]) is None
    assert it.outcome == Stated("determined", ("代县水利局",))


def test_it_knows_what_follows_from_its_answers(decider: Decider) -> None:
    joint = {
        "defendants": "several_with_government",
        "defendant_units": "镇政府、县政府",
        "reviewed": "county_government",
    }
    it = official(decider, answers={**joint, "review_result": "upheld"})

    said = it.hear([question("original_organ", "township", "unknown")])

    assert said == Utterance("original_organ=township", pressed=True)


@pytest.mark.parametrize("style", Style)
def test_every_style_says_the_same_each_time(decider: Decider, style: Style) -> None:
    asked = [question("defendants"), question("challenged"), question("reported_by"), question("reviewed")]
    one, other = official(decider, style), official(decider, style)

    assert [one.hear([it]) for it in asked] == [other.hear([it]) for it in asked]


def test_words_that_fail_are_put_plainly_and_then_pressed(decider: Decider) -> None:
    it = official(decider, Style.TYPOS)
    asked = question("challenged", "act_in_its_name", "inaction")

    it.hear([asked])
    again, third = it.hear([asked]), it.hear([asked])

    assert again == Utterance("以政府名义作出的决定、处理、答复")
    assert third == Utterance("challenged=act_in_its_name", pressed=True)


def test_it_gives_up_on_a_question_without_end(decider: Decider) -> None:
    it = official(decider)

    said = [it.hear([question("challenged", "inaction")]) for _ in range(9)]

    assert said[-1] is None
    assert it.gave_up


def test_it_asks_something_else_first_and_then_answers(decider: Decider) -> None:
    digressed = []
    for name in map(str, range(12)):
        it = official(decider, Style.ASIDES, name=name)
        first, asked = it.hear([question("challenged")]), it.tally.asked
        if not asked:
            digressed.append(first)
            it.hear([{"text": "第十九条：“……”", "custom": {"kind": "clause"}}, question("challenged")])
            assert it.tally.asked == 1
            assert it.clauses == [], "an answer to an aside is no answer to the case"
    assert digressed


UNDERSTOOD = {
    "custom": {"kind": "understood"},
    "buttons": [
        {"title": "对", "payload": '/choose{"fact": "understood", "value": "yes"}'},
        {"title": "改1", "payload": '/change_fact{"fact": "defendants"}'},
        {"title": "改2", "payload": '/change_fact{"fact": "reported_by"}'},
    ],
}
RIGHT = "我理解：\n1. 被告：代县人民政府（单独被告）（您说“代县政府”）\n2. 报批单位：县（市、区）政府的一个部门\n对吗？"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RIGHT, "understood=yes"),
        (RIGHT.replace("代县人", "市人"), "change_fact:defendants"),
        (RIGHT.replace("代县人民政府（单独被告）", "代县人民政府、代县水利局"), "change_fact:defendants"),
        (RIGHT.replace("县（市、区）政府的一个部门", "乡（镇）政府"), "change_fact:reported_by"),
        (RIGHT.replace("县（市、区）政府的一个部门", "代县林业和草原局"), "change_fact:reported_by"),
        (RIGHT.replace("县（市、区）政府的一个部门", "代县水利局"), "understood=yes"),
    ],
)
def test_it_checks_what_was_understood(decider: Decider, text: str, said: str) -> None:
    it = official(decider)

    assert it.hear([{**UNDERSTOOD, "text": text}]) == Utterance(said, pressed=True)
    assert it.tally.checks == 1
    assert it.tally.corrected == (said != "understood=yes")


def test_it_corrects_in_words_what_is_shown_in_passing(decider: Decider) -> None:
    shown = {"text": "我理解：报批单位：代县林业和草原局。不对的直接说"}
    it = official(decider, Style.SENTENCE)

    said = it.hear([shown, outcome("代县林业和草原局")])

    assert said is not None
    assert "代县水利局" in said.text
    assert it.outcome is None


@pytest.mark.parametrize(("cold", "objects"), [(True, True), (False, False)])
def test_it_objects_to_what_was_presumed_where_it_told_no_story(decider: Decider, cold: bool, objects: bool) -> None:
    it = official(decider, cold=cold, answers={"defendants": "county_department", "proceeding": "public_interest"})

    said = it.hear([outcome("县水利局")])

    assert (said is not None) is objects


STANDS = {
    "custom": {"kind": "clash"},
    "buttons": [
        {"title": it, "payload": f'/choose{{"fact": "clash", "value": "{it}"}}'} for it in ("old", "new", "stands")
    ],
}


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("报批单位名称：代县水利局", "报批单位名称：代县林业和草原局", "clash=old"),
        ("报批单位名称：代县林业和草原局", "报批单位名称：代县水利局（您说“水利局”）", "clash=new"),
        ("被告：代县人民政府", "复议结论：维持", "clash=old"),
        ("被告：市人民政府", "复议结论：维持", "clash=new"),
    ],
)
def test_of_two_answers_it_lets_the_true_one_stand(decider: Decider, first: str, second: str, stands: str) -> None:
    text = f"两处说法对不上：\n1. {first}\n2. {second}\n以哪个为准？"
    it = official(decider)

    assert it.hear([{**STANDS, "text": text}]) == Utterance(stands, pressed=True)
    assert it.tally.checks == 1


def test_where_both_answers_are_true_it_says_so_and_else_corrects_the_wrong_one(decider: Decider) -> None:
    both = {**STANDS, "buttons": STANDS["buttons"][2:]}  # type: ignore[index]
    text = "两处说法对不上：\n1. 被告：{}\n2. 报批单位：县（市、区）政府的一个部门\n哪一处要改？"

    assert official(decider).hear([{**both, "text": text.format("代县人民政府（单独被告）")}]) == Utterance(
        "clash=stands", pressed=True
    )
    corrected = official(decider).hear([{**both, "text": text.format("市人民政府（单独被告）")}])
    assert corrected is not None
    assert "代县政府" in corrected.text


def test_a_slip_is_small_and_leaves_alone_what_would_mean_something_else() -> None:
    for seed in range(200):
        chance = random.Random(seed)
        assert mistyped("维持", chance) == "维持"
        assert mistyped("没有", chance) == "没有"
        assert "没" in mistyped("我看了下没授权", chance)
        assert abs(len(mistyped("我看了下材料", chance)) - 6) <= 1
    assert len({mistyped("我看了下材料", random.Random(seed)) for seed in range(50)}) > 5


# ── the command ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有案例"),
        ("{}", "第1行不是案例"),
        ("[1]", "第1行不是案例"),
        (line() + "\n不是", "第2行不是案例"),
        (line(answers={"nobody": "x"}), "nobody"),
        (line(answers={"defendants": "nobody"}), "nobody"),
    ],
)
def test_a_file_that_is_none_is_refused_before_anything_starts(run: Run, text: str, words: str) -> None:
    result = run("eval", "dialogues", "-", stdin=text)

    assert result.code == 2
    assert words in result.err
    assert result.out == ""


def test_a_style_that_is_none_is_refused(run: Run) -> None:
    result = run("eval", "dialogues", "-", "--styles", "button,loud", stdin=line())

    assert result.code == 2
    assert "loud" in result.err


@pytest.mark.rasa
@pytest.mark.xdist_group("rasa")
def test_a_wrong_unit_is_found_and_right_ones_are_not_called_wrong(run: Run) -> None:
    try:
        RasaFiles.in_checkout(ROOT).check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    story = "代县水利局报代县政府批准，以县政府名义作出取水许可决定，养殖户不服，只告了县政府"
    review = {"defendants": "city_government", "challenged": "review_decision", "review_result": "revoked"}
    cases = [
        line("right", story=story),
        line("altered", story=story, unit="县林业和草原局"),
        line("left", answers={**COUNTY, "challenged": "no_document"}, status="undetermined", unit=None),
        line("named where none may be", story=story, status="undetermined", unit=None),
        line("review", answers=review, unit="市司法局", story="收到应诉通知书，市政府被告了，告的是撤销的复议决定"),
    ]

    result = run("eval", "dialogues", "-", "--json", "--styles", "button,sentence", stdin="\n".join(cases))

    found = {(it["scenario"], it["style"]): it["verdict"] for it in result.data["talks"]}
    wanted = {
        "right": "right",
        "altered": "wrong",
        "left": "left",
        "named where none may be": "wrong",
        "review": "right",
    }
    assert found == {(name, style): verdict for name, verdict in wanted.items() for style in ("button", "sentence")}
    assert result.data["all"]["wrong"] == 4
    assert result.data["styles"]["button"]["talks"] == 5
    assert all(it["transcript"] for it in result.data["talks"])

    # In words, cold, and with a floor.
    result = run("eval", "dialogues", "-", "--cold", "--styles", "short", "--fail-under", "0.9", stdin=cases[1])

    assert result.code == 1
    assert "× altered short R03　说成代县水利局，应为县林业和草原局" in result.out
