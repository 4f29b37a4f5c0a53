"""The command line, command by command: words for people, JSON for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bot.cli import build
from knowledge.decide import Decider
from tests.bot.running import Run

FACTS = {"defendants": "county_government", "challenged": "act_in_its_name", "reporter": "县住建局"}


def test_help_lists_every_command_in_chinese_and_english(run: Run) -> None:
    result = run("--help")
    assert result.code == 0
    listed = {line.split()[0]: line for line in result.out.split("\n") if line.startswith("  ") and " / " in line}
    assert listed.keys() >= {"decide", "facts", "table", "deadlines", "ask", "chat", "decisions", "doctor", "nlu"}
    for group, commands in {"table": "check graph", "decisions": "list show verify export", "nlu": "export"}.items():
        below = run(group, "--help").out
        assert all(command in below for command in commands.split()), group
    assert "应诉助手" in result.out and "Who handles" in result.out


def test_each_command_is_there_when_only_its_module_is_read() -> None:
    whole = typer.main.get_group(build()).commands
    for name, command in whole.items():
        alone = typer.main.get_group(build(name)).commands
        assert set(alone) <= set(whole)
        assert alone[name].help == command.help
    assert set(typer.main.get_group(build("没有这个")).commands) == set(whole)


def test_a_look_up_reads_neither_other_commands_nor_settings(tmp_path: Path) -> None:
    code = """
import sys
sys.argv = ["yingsu", "ask", "收到司法建议多久回复"]
from bot.cli import main
try:
    main()
finally:
    print(sorted({"bot.cli.cases", "pydantic", "sqlmodel", "prompt_toolkit"} & set(sys.modules)))
"""
    env = {name: value for name, value in os.environ.items() if not name.startswith("YINGSU_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**env, "YINGSU_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert "第十九条：“" in done.stdout and done.stdout.endswith("\n[]\n")


def test_decide_from_a_file_as_data(run: Run, tmp_path: Path, decider: Decider) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(FACTS, ensure_ascii=False), encoding="utf-8")
    data = run("decide", file, "--json").data
    assert (data["status"], data["rule"], data["handling_units"]) == ("determined", "R03", ["县住房和城乡建设局"])
    quotes = {cited["ref"]: cited["quote"] for cited in data["citations"]}
    assert quotes["第十一条第（三）项"] == decider.cite("11.3").quote
    assert quotes["第十三条"] == decider.cite("13").quote


def test_decide_from_standard_input_in_words(run: Run) -> None:
    result = run("decide", "-", stdin=json.dumps(FACTS))
    assert result.code == 0
    assert result.out.startswith("【承办】县住房和城乡建设局\n")


def test_decide_with_too_few_facts_says_what_is_asked_next(run: Run) -> None:
    words = run("decide", "-", stdin='{"defendants": "county_government"}')
    assert words.code == 0
    assert words.out.startswith("还差：告的是什么？\n")
    assert "challenged=inaction" in words.out
    data = run("decide", "-", "--json", stdin="{}").data
    assert data["status"] == "incomplete"
    assert data["next_question"]["fact"] == "defendants"


def test_facts_lists_every_fact_with_its_choices(run: Run, decider: Decider) -> None:
    data = run("facts", "--json").data
    assert [fact["id"] for fact in data] == list(decider.table.facts)
    reviewed = next(fact for fact in data if fact["id"] == "reviewed")
    assert {"id": "none", "label": "没有经过复议"}.items() <= reviewed["choices"][0].items()
    words = run("facts").out
    assert all(fact.short in words for fact in decider.table.facts.values())


def test_table_check_proves_the_table_whole(run: Run) -> None:
    result = run("table", "check")
    assert result.code == 0
    assert "缺口 0，重叠 0，到不了的规则 0" in result.out


def test_table_graph_is_mermaid(run: Run) -> None:
    result = run("table", "graph")
    assert result.code == 0
    assert result.out.startswith("flowchart") or result.out.startswith("graph")
    assert "R03" in result.out


def test_a_graph_as_svg_needs_graphviz_and_says_so(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    result = run("table", "graph", "--svg", tmp_path / "table.svg")
    assert result.code == 2
    assert "graphviz" in result.err
    assert list(tmp_path.glob("*.svg")) == []


def test_deadlines_as_data_and_in_words(run: Run) -> None:
    data = run("deadlines", "--received", "2026-11-20", "--json").data
    assert {"what", "due", "counted", "basis", "provisional"} <= data[0].keys()
    assert data[0]["due"] == "2026-12-07"
    words = run("deadlines", "--received", "2026年11月20日")
    assert words.out.startswith("2026年12月7日（星期一）　提交答辩状")


def test_ask_answers_with_clauses(run: Run, decider: Decider) -> None:
    data = run("ask", "第十一条第五项", "--json").data
    assert (data["answered"], data["reason"], data["card"]) == (True, None, None)
    (clause,) = data["clauses"]
    assert (clause["article"], clause["paragraph"], clause["item"]) == (11, None, 5)
    assert clause["quote"] == decider.cite("11.5").quote and clause["score"] == 1.0
    assert run("ask", "第十九条").out.strip() == f"第十九条：“{decider.cite('19').quote}”"


def test_ask_says_what_does_not_exist(run: Run) -> None:
    data = run("ask", "第九十九条", "--json").data
    assert (data["answered"], data["reason"], data["clauses"]) == (False, "no_such_clause", [])
    assert data["message"]


def test_ask_a_file_of_questions_one_line_each(run: Run, tmp_path: Path) -> None:
    lines = [
        {"q": "第十九条"},
        {"q": "那第十八条\u2028呢", "history": ["第十九条"]},
        {"q": "今天天气", "history": None},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n"
    file = tmp_path / "questions.jsonl"
    file.write_text(text, encoding="utf-8")
    for result in (run("ask", "--batch", file), run("ask", "--batch", "-", stdin=text)):
        assert result.code == 0
        answers = [json.loads(line) for line in result.out.split("\n")[:-1]]
        assert [answer["answered"] for answer in answers] == [True, True, False]


def test_without_records_the_list_is_empty_and_the_chain_whole(run: Run) -> None:
    assert run("decisions", "list").out == "还没有登记。\n"
    assert run("decisions", "list", "--json").data == []
    assert run("decisions", "verify").out.startswith("记录链完整，共0条。")
    assert run("decisions", "export").out == ""
    assert run("decisions", "export", "--format", "json").data == []


def test_nlu_export_writes_the_slots_and_check_compares_them(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decider: Decider
) -> None:
    assert run("nlu", "export", "--check").code == 0, "what is in the checkout is up to date"
    file = tmp_path / "facts.yml"
    monkeypatch.setattr("bot.cli.upkeep.FACTS_FILE", file)
    assert run("nlu", "export", "--check").code == 2
    assert run("nlu", "export").code == 0
    assert all(
        f"  {fact.id}:" in file.read_text(encoding="utf-8") for fact in decider.table.facts.values() if not fact.derived
    )
    assert run("nlu", "export", "--check").code == 0


def test_doctor_names_what_is_there_and_what_is_missing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.upkeep.CHECKOUT", tmp_path)
    result = run("doctor")
    assert result.code == 2
    lines = result.out.strip().split("\n")
    assert [line[:3] for line in lines] == ["[好]", "[好]", "[好]", "[缺]", "[好]"]
    assert "make setup" in lines[3]
    assert str(tmp_path / "home") in lines[4]
