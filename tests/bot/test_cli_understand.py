"""`yingsu understand`: an account in, facts with their words out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.running import Run

STORY = "县政府单独被告，听说是水利局报县政府批的，没复议"


def test_as_data(run: Run) -> None:
    data = run("understand", STORY, "--json").data
    facts = {it["fact"]: (it["value"], it["words"], it["sure"]) for it in data["facts"]}
    assert facts["defendant_units"] == ("县人民政府", "县政府单独被告", True)
    assert facts["reporter"][0] == "县水利局" and facts["reporter"][2] is False
    assert (data["doubted"], data["defendant"], data["cases"]) == (["reviewed"], None, 1)


def test_in_words(run: Run) -> None:
    lines = run("understand", STORY).out.splitlines()
    assert "被告名称：县人民政府　“县政府单独被告”" in lines
    assert any(line.startswith("（待问）报批单位名称：县水利局") for line in lines)
    assert run("understand", "今天天气").out == "没有读出确定的事实。\n"


def test_two_cases_are_said_to_be_two(run: Run) -> None:
    result = run("understand", "两个案子，一个只告县政府，一个只告镇政府")
    assert result.out.splitlines()[-1] == "说了2件案子，以上只读第一件。"


def test_a_file_of_accounts_one_line_each(run: Run, tmp_path: Path) -> None:
    text = "\n".join(json.dumps({"text": it}, ensure_ascii=False) for it in (STORY, "", "只告了镇政府")) + "\n\n"
    file = tmp_path / "stories.jsonl"
    file.write_text(text, encoding="utf-8")
    for result in (run("understand", "--batch", file), run("understand", "--batch", "-", stdin=text)):
        assert result.code == 0
        found = [json.loads(line) for line in result.out.splitlines()]
        assert [len(it["facts"]) > 0 for it in found] == [True, False, True]


@pytest.mark.parametrize("arguments", [(), (STORY, "--batch", "-")])
def test_one_of_the_two_is_needed(run: Run, arguments: tuple[str, ...]) -> None:
    result = run("understand", *arguments)
    assert result.code == 2 and "二者选一" in result.err


@pytest.mark.parametrize("line", ["[]", "{", '{"text": 1}', "{}"])
def test_a_line_that_is_no_account_is_named(run: Run, line: str) -> None:
    result = run("understand", "--batch", "-", stdin=f'{{"text": "x"}}\n{line}\n')
    assert result.code == 2 and "第2行" in result.err
    assert result.out == ""
