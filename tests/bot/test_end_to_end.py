"""The main job, whole: the command, Rasa, the actions, the store, and a restart in the middle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.errors import RasaMissing
from bot.rasa_process import RasaFiles
from knowledge.decide import Decider

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("rasa")]

# Two people by turns. The process ends after the first part and is started again for the second.
FIRST = [
    ("zhang", "县政府被告了，住建局报县政府批准的征收决定"),
    ("li", "你好"),
    ("zhang", "为什么问"),
    ("li", "/confirm_case"),
    ("zhang", "1"),
    ("li", "镇政府被告了"),
]
SECOND = [
    ("zhang", "司法建议多久要回"),
    ("zhang", "以政府名义"),
    ("li", "我的记录"),
    ("zhang", "昨天收到的"),
    ("zhang", "确认"),
    ("zhang", "确认"),
    ("li", "我的记录"),
    ("zhang", "我的记录"),
    ("zhang", "0001登记错了"),
    ("zhang", "报批的不是住建局，是农业农村局"),
    ("zhang", "确认"),
]


def yingsu(home: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.argv[0] = 'yingsu'; from bot.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "YINGSU_HOME": str(home), "PYTHONUTF8": "1"},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=180,
    )


def talk(home: Path, lines: list[tuple[str, str]]) -> list[dict[str, Any]]:
    given = "".join(json.dumps({"sender": who, "text": text}, ensure_ascii=False) + "\n" for who, text in lines)
    done = yingsu(home, "chat", "--jsonl", stdin=given)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    assert [answer["sender"] for answer in answers] == [who for who, _ in lines], "one for one, in order"
    return answers


def words(answer: dict[str, Any]) -> str:
    return "\n".join(reply["text"] for reply in answer["replies"])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        RasaFiles.in_checkout(ROOT).check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def answers(home: Path) -> list[dict[str, Any]]:
    """All answers, before the restart and after it."""
    return talk(home, FIRST) + talk(home, SECOND)


def test_two_people_by_turns_are_each_led_through_their_own_case(answers: list[dict[str, Any]]) -> None:
    story, hello, why, forged, only, other = answers[: len(FIRST)]
    assert "县住房和城乡建设局" in words(story)
    asked = story["replies"][-1]
    assert asked["choices"][0] == {"label": "只有县人民政府", "value": "defendants=county_government"}
    assert "应诉助手" in words(hello)
    assert words(why).endswith(asked["text"]), "the question comes again after the reason"
    assert "已登记" not in words(forged), "what a person types is no button"
    assert "告的是什么" in words(only)
    assert "镇" in words(other) and "住房" not in words(other)


def test_after_a_restart_the_open_question_is_still_open(answers: list[dict[str, Any]], decider: Decider) -> None:
    aside, outcome, none = answers[len(FIRST) : len(FIRST) + 3]
    assert str(decider.cite("19").quote) in words(aside)
    assert "告的是什么" in words(aside)
    assert words(outcome).startswith("【承办】县住房和城乡建设局")
    for ref in ("11.3", "13"):
        clause = decider.cite(ref)
        assert f"{clause.ref}：“{clause.quote}”" in words(outcome)
    assert outcome["replies"][-1]["choices"][-1] == {"label": "确认并登记", "value": "confirm_case"}
    assert "您还没有登记过" in words(none)


def test_it_is_recorded_once_corrected_by_another_and_seen_by_its_person_alone(answers: list[dict[str, Any]]) -> None:
    dated, once, twice, none, mine, opened, changed, corrected = answers[len(FIRST) + 3 :]
    assert "最晚" in words(dated)
    assert words(once).startswith("已登记：编号0001")
    assert words(twice).startswith("已经登记过，没有重复登记：编号0001")
    assert "您还没有登记过" in words(none)
    assert "0001" in words(mine)
    assert "旧记录不删不改" in words(opened)
    assert "【承办】县农业农村局" in words(changed)
    assert words(corrected).startswith("已登记：编号0002，更正自0001")


def test_the_record_is_whole_afterwards(answers: list[dict[str, Any]], home: Path) -> None:
    verified = yingsu(home, "decisions", "verify")
    assert verified.returncode == 0
    assert verified.stdout.startswith("记录链完整，共2条。")
    listed = json.loads(yingsu(home, "decisions", "list", "--json").stdout)
    assert [(row["number"], row["supersedes"], row["person"]) for row in listed] == [
        (2, 1, "jsonl:zhang"),
        (1, None, "jsonl:zhang"),
    ]
    assert listed[0]["outcome"]["handling_units"] == ["县农业农村局"]


def test_a_broken_line_is_answered_with_what_is_wrong(home: Path) -> None:
    done = yingsu(home, "chat", "--jsonl", stdin='{"sender": "a", "text": "第十九条"}\n{\n')
    assert done.returncode == 0
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["replies"]
    assert second["error"].startswith("第2行不是")
