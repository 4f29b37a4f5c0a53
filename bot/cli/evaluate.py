"""`yingsu eval`: the assistant measured against labelled files."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import print_json, read_text

if TYPE_CHECKING:
    from knowledge.search.evaluate import Figure, Report


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="用标注好的文件测量 / measure with labelled files", no_args_is_help=True)
    group.command("questions", help="测查条文：首条、前三、回答、拒答 / measure look-up")(questions)
    app.add_typer(group, name="eval")


def questions(
    file: Annotated[str, typer.Argument(help='每行一个 {"q": …, "gold": […], "kind": …} 的文件，或 -')],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
    figure: Annotated[Path | None, typer.Option(help="把拒答曲线画成图（svg、png、pdf）/ draw the curve")] = None,
) -> None:
    """Measure look-up."""
    from knowledge.bundled import load_searcher
    from knowledge.search.evaluate import evaluate, read_questions

    asked = read_questions(read_text(file))
    report = evaluate(load_searcher(), asked, _progress)
    if figure is not None:
        draw(report, figure)
    if as_json:
        print_json(asdict(report))
        return
    for name, it in (
        ("首条正确", report.hit_1),
        ("前三正确", report.hit_3),
        ("MRR", report.mrr),
        ("该答的答了", report.answered),
        ("该拒的拒了", report.refused),
    ):
        print(f"{name}　{_figure(it)}")
    for kind, it in report.by_kind.items():
        print(f"  {kind}　{_figure(it)}")
    for failure in report.failures:
        gold = "、".join(f"第{n}条" for n in failure.gold) or "应拒答"
        print(f"× {failure.q}　应为：{gold}　给出：{'、'.join(failure.shown) or '无'}　{failure.reason or '已答'}")


def draw(report: Report, path: Path) -> None:
    """Draw the refusal curve: for every working point, what is answered against what is refused."""
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(6, 4.5))
    axes = canvas.subplots()
    axes.plot([a for _, a, _ in report.curve], [r for _, _, r in report.curve])
    axes.plot([report.answered.value or 0], [report.refused.value or 0], "ko", label="working point")
    axes.set(xlabel="answered, of questions that the measure answers", ylabel="refused, of questions that it does not")
    axes.legend()
    axes.grid(alpha=0.3)
    canvas.savefig(path)


def _figure(it: Figure) -> str:
    return "—" if it.value is None else f"{it.value:.3f}（{it.low:.3f}–{it.high:.3f}，{it.of}题）"


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{of}", end="" if done < of else "\n", file=sys.stderr, flush=True)
