"""`yingsu attendees`, and what an official reads of a checked plan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.render_attendees import in_words
from knowledge.attendees import check_attendees
from knowledge.units import load_units
from tests.bot.running import Run

PAGE = Path(__file__).parents[2] / "docs" / "attendees.md"
COUNTY = "定襄县人民政府"


def words(text: str, party: str = COUNTY) -> str:
    units = load_units()
    unit = units.parse(party)
    assert unit is not None
    return in_words(check_attendees(text, unit, units))


def test_the_pages_example_is_what_the_command_says(run: Run) -> None:
    page = PAGE.read_text(encoding="utf-8")
    command = re.search(r"```sh\nyingsu attendees \"(?P<people>[^\"]+)\" --defendant (?P<party>\S+)\n```", page)
    assert command is not None
    shown = re.search(r"```text\n(?P<said>.*?)```", page, re.S)
    assert shown is not None
    assert run("attendees", command["people"], "--defendant", command["party"]).out == shown["said"]


def test_for_programs(run: Run) -> None:
    data = run("attendees", "副县长，分管住建；律师3名", "--defendant", COUNTY, "--json").data
    assert (data["party"], data["ok"]) == (COUNTY, False)
    assert [(it["kind"], it["office"], it["duty"], it["verdict"]) for it in data["people"]] == [
        ("head", "副县长", "分管住建", "head"),
        *[("lawyer", "", "", "lawyer")] * 3,
    ]
    assert data["people"][0]["citations"][0]["ref"] == "第四条"
    assert (data["plan"][0]["kind"], data["plan"][0]["rule"]) == ("problem", "too_many_agents")


@pytest.mark.parametrize(
    ("people", "party", "says"),
    [("副县长", "某某", "没有认出被告"), ("张三", COUNTY, "没有看出出庭人员"), ("厅长", "省住建厅", "第三条")],
)
def test_what_cannot_be_checked_is_one_sentence(run: Run, people: str, party: str, says: str) -> None:
    result = run("attendees", people, "--defendant", party)
    assert result.code == 2
    assert says in result.err and result.err.count("\n") == 1


def test_a_good_plan_fits_a_phone_and_a_bad_one_says_first_what_to_mend() -> None:
    good = words("副县长，分管住建；法制科科长；律师")
    assert len(good) < 600
    assert "【要改】" not in good and "【负责人去不了】" not in good
    assert "1. 副县长（分管住建）：可以作为负责人。" in good
    bad = words("住建局局长；律师2名")
    assert "2. 律师2名：" in bad
    assert bad.index("【要改】") < bad.index("【要带】") < bad.index("【负责人去不了】")
    assert "（办法第八条第一款；法释〔2020〕3号第二条第二款）" in words("镇长")
