"""Commands about one case: decide, facts, table, deadlines. Each prints words, or JSON with `--json`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.inputs import print_json, read_object, read_text, today

Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用 / print JSON for programs")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="按事实定承办单位和出庭人员 / decide a case from its facts (JSON file, or - for stdin)")(decide)
    app.command(help="列出全部事实和可选答案 / list every fact with its choices")(facts)
    app.command(help="从收到日期算出各个期限 / every date that follows from a receipt")(deadlines)
    table = typer.Typer(help="检查和画出决策表 / check and draw the decision table", no_args_is_help=True)
    table.command("check", help="证明每种情形恰有一条规则 / prove that exactly one rule fits every case")(check)
    table.command("graph", help="画出提问路径（Mermaid；装有 Graphviz 时可出 SVG）/ draw the questions")(graph)
    app.add_typer(table, name="table")


def decide(file: Annotated[str, typer.Argument(help="事实的 JSON 文件，或 -")], as_json: Json = False) -> None:
    """Decide one case."""
    from actions import render
    from actions.report import outcome_data
    from knowledge.bundled import load_decider

    outcome = load_decider().decide(read_object(read_text(file), "事实"), today())
    if as_json:
        print_json(outcome_data(outcome))
    elif outcome.next_question is not None:
        print(f"还差：{outcome.next_question.text}")
        for value, label in outcome.next_question.choices:
            print(f"  {outcome.next_question.fact.id}={value}　{label}")
    else:
        print(render.outcome(outcome))


def facts(as_json: Json = False) -> None:
    """List the facts."""
    from knowledge.table import load_table

    table = load_table()
    if as_json:
        print_json(
            [
                {
                    "id": fact.id,
                    "kind": fact.kind,
                    "of": fact.of,
                    "short": fact.short,
                    "ask": fact.ask,
                    "why": fact.why,
                    "where": fact.where,
                    "derived": fact.derived,
                    "presumed": [it.value for it in fact.presumed],
                    "choices": [{"id": it.id, "label": it.label, "say": list(it.say)} for it in fact.choices],
                }
                for fact in table.facts.values()
            ]
        )
        return
    for fact in table.facts.values():
        print(f"{fact.id}　{fact.short}：{fact.derived or fact.ask}")
        for choice in fact.choices:
            print(f"  {choice.id}　{choice.label}")


def check() -> None:
    """Check the table; exit code 2 when it is not whole."""
    from knowledge.table import load_table

    table = load_table()
    problems = table.engine.check()
    leaves = sum(1 for _ in table.engine.leaves())
    print(f"规则 {len(table.rules)}，事实 {len(table.space)}，取值组合 {problems.points}，提问路径 {leaves}")
    print(f"缺口 {problems.gaps}，重叠 {len(problems.overlaps)}，到不了的规则 {len(problems.unreachable)}")
    for one, other in problems.overlaps:
        print(f"重叠：{one} 与 {other}")
    for rule in problems.unreachable:
        print(f"到不了：{rule}")
    if not problems.whole:
        raise typer.Exit(2)


def graph(
    svg: Annotated[Path | None, typer.Option(help="写成 SVG 文件（需要 Graphviz 的 dot）/ write an SVG")] = None,
    whole: Annotated[bool, typer.Option("--all", help="连同其他事项 / other matters too")] = False,
) -> None:
    """Draw the questions of the table."""
    from bot.errors import InputError
    from knowledge.table import load_table
    from knowledge.table.graph import draw, to_dot, to_mermaid

    table = load_table()
    usual = {"matter": "handling", "period": "in_force", "proceeding": "administrative_suit"}
    drawing = draw(table, {} if whole else usual)
    if svg is None:
        print(to_mermaid(drawing))
        return
    dot = shutil.which("dot")
    if dot is None:
        raise InputError("没有找到 Graphviz 的 dot，画不了 SVG。请安装 graphviz，或去掉 --svg 输出 Mermaid。")
    subprocess.run([dot, "-Tsvg", "-o", str(svg)], input=to_dot(drawing), text=True, check=True)
    print(f"已写入 {svg}", file=sys.stderr)


def deadlines(
    received: Annotated[str, typer.Option("--received", help="收到起诉状副本的日期 / day of receipt")],
    as_json: Json = False,
) -> None:
    """Count the dates."""
    from actions.render import written
    from actions.report import deadlines_data
    from knowledge.dates import parse_date
    from knowledge.deadlines import from_receipt

    found = from_receipt(parse_date(received, today()))
    if as_json:
        print_json(deadlines_data(found))
        return
    for it in found:
        print(f"{written(it.due)}{'（暂定）' if it.provisional else ''}　{it.what}\n  {it.counted}依据：{it.basis}")
