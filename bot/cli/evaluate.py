"""`yingsu eval`: the assistant measured against labelled files."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import print_json, read_text, today
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.simulated.speech import Style
    from bot.simulated.talks import Count, Talked
    from knowledge.search.evaluate import Figure, Labelled, Report

_SHOWN = 3
"""How many of a failed talk's last lines are shown."""
_WIDE = 160
"""How many characters of such a line are shown."""
_DRAWN = (".svg", ".png", ".pdf")
"""How files of figures may end."""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="用标注好的文件测量 / measure with labelled files", no_args_is_help=True)
    group.command("questions", help="测查条文：首条、前三、款项、回答、拒答 / measure look-up")(questions)
    group.command("dialogues", help="测引导对话：由模拟的官员来答 / measure the guided talk")(dialogues)
    app.add_typer(group, name="eval")


def questions(
    file: Annotated[
        str, typer.Argument(help='每行一个 {"q": "…", "gold": [11], "kind": "…"} 的文件，可加 "item": "11.5"；或 -')
    ],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="不算训练过的问题，另行列出 / leave out questions trained on, list them")
    ] = False,
    figure: Annotated[Path | None, typer.Option(help="把拒答曲线画成图（svg、png、pdf）/ draw the curve")] = None,
) -> None:
    """Measure look-up."""
    from bot.searcher import open_searcher
    from bot.settings import Settings
    from knowledge.search.evaluate import evaluate, read_questions

    asked = read_questions(read_text(file))
    if figure is not None:
        _check_figure(figure)
    met = _met(asked) if unseen else ()
    report = evaluate(open_searcher(Settings()), [it for it in asked if it not in met], _progress)
    if figure is not None:
        _draw(report, figure)
    if as_json:
        left_out = {"left_out": [it.q for it in met]} if unseen else {}
        print_json({**asdict(report), **left_out})
    else:
        _print_report(report, met)


def _met(asked: Sequence[Labelled]) -> tuple[Labelled, ...]:
    from knowledge.measure import load_measure
    from knowledge.search import load_aliases, load_cards
    from knowledge.search.evaluate import met_before
    from knowledge.search.texts import all_texts

    measure = load_measure()
    met = met_before(asked, all_texts(measure, load_aliases(measure), load_cards(measure)))
    if len(met) == len(asked):
        raise InputError("文件里的问题都训练过，没有可测的。请换一个文件，或者去掉 --unseen。")
    return met


def _print_report(report: Report, met: Sequence[Labelled]) -> None:
    for name, it in (
        ("该答的答了", report.answered),
        ("该拒的拒了", report.refused),
        ("答出的首条正确", report.hit_1),
        ("答出的前三正确", report.hit_3),
        ("答出的MRR", report.mrr),
        ("排序首条正确（不论答没答）", report.ranked_1),
        ("排序前三正确（不论答没答）", report.ranked_3),
        ("排序MRR（不论答没答）", report.ranked_mrr),
        ("首条正是该款、项", report.item),
        ("首条是含它的整条、整款", report.item_whole),
        ("首条是同条的别处", report.item_other),
    ):
        print(f"{name}　{_figure(it)}")
    for kind, it in report.by_kind.items():
        print(f"  {kind or '未分类'}　{_figure(it)}")
    for failure in report.failures:
        gold = failure.item or "、".join(f"第{n}条" for n in failure.gold) or "应拒答"
        print(f"× {failure.q}　应为：{gold}　给出：{'、'.join(failure.shown) or '无'}　{failure.reason or '已答'}")
    for question in met:
        print(f"－ {question.q}　训练过，没有算")


def dialogues(
    file: Annotated[str, typer.Argument(help="每行一个带 answers 的案例的文件，或 -")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，含全部对话 / print JSON")] = False,
    styles: Annotated[
        str, typer.Option(help="答法，逗号分开：button,short,sentence,typos,asides / how the official answers")
    ] = "button,short,sentence,typos,asides",
    cold: Annotated[bool, typer.Option("--cold", help="不先说案情 / do not tell the story first")] = False,
    fail_under: Annotated[
        float | None, typer.Option(help="对的和该留给人定的不到这个比例，退出码为1 / exit 1 below this share")
    ] = None,
) -> None:
    """Measure the guided talk with a simulated official."""
    from bot.simulated.talks import count

    chosen = _styles(styles)
    talks = _hold(file, chosen, cold=cold)
    whole = count(talks)
    by_style = {str(style): count([it for it in talks if it.style is style]) for style in chosen}
    rows = sorted({row for it in talks for row in it.rows})
    by_row = {row: count([it for it in talks if row in it.rows]) for row in rows}
    if as_json:
        print_json(
            {
                "all": asdict(whole),
                "styles": {name: asdict(it) for name, it in by_style.items()},
                "rows": {name: asdict(it) for name, it in by_row.items()},
                "talks": [asdict(it) for it in talks],
            }
        )
    else:
        _print_talks(talks, {"全部": whole, **by_style}, by_row)
    if fail_under is not None and whole.good < fail_under:
        raise typer.Exit(1)


def _styles(words: str) -> tuple[Style, ...]:
    from bot.simulated.speech import Style

    names = [name for name in words.replace("，", ",").split(",") if name]
    unknown = [name for name in names if name not in set(Style)]
    if unknown or not names:
        raise InputError(f"没有“{'、'.join(unknown)}”这种答法；可选：{'、'.join(Style)}。请改正后重试。")
    return tuple(map(Style, dict.fromkeys(names)))


def _hold(file: str, styles: Sequence[Style], *, cold: bool) -> tuple[Talked, ...]:
    """Hold the talks in a home of their own, so that they leave nothing behind."""
    import asyncio
    import tempfile

    from bot.app import App
    from bot.settings import Settings
    from bot.simulated.scenario import read_scenarios
    from bot.simulated.talks import hold_talks
    from knowledge.bundled import load_decider, load_searcher

    decider = load_decider()
    scenarios = read_scenarios(read_text(file), decider, today())

    async def talk(home: str) -> tuple[Talked, ...]:
        async with App(Settings(home=Path(home), database=None, encoder=None)) as app:
            await app.opened()
            return await hold_talks(app, load_searcher(), decider, scenarios, styles, cold=cold, progress=_progress)

    with tempfile.TemporaryDirectory(prefix="yingsu-eval-") as home:
        return asyncio.run(talk(home))


def _print_talks(talks: Sequence[Talked], by_style: Mapping[str, Count], by_row: Mapping[str, Count]) -> None:
    for name, counted in (*by_style.items(), *by_row.items()):
        print(f"{name}　{_count(counted)}")
    for it in talks:
        if it.why:
            print(f"× {it.scenario} {it.style} {'、'.join(it.rows)}　{it.why}")
            for line in it.transcript[-_SHOWN:]:
                print(f"    {line.who}：{_short(line.text)}")


def _count(it: Count) -> str:
    verdicts = f"{it.talks}次：对{it.right}　该由人定{it.left}　单位错{it.wrong}　其他{it.other}"
    return f"{verdicts}　问{it.asked_mean:.2f}（最多{it.asked_most}）　核对{it.checks_mean:.2f}"


def _short(text: str) -> str:
    line = "／".join(text.split("\n"))
    return line if len(line) <= _WIDE else f"{line[:_WIDE]}…"


def _check_figure(path: Path) -> None:
    """Before minutes are spent."""
    if path.suffix.lower() not in _DRAWN:
        raise InputError(f"图只能存为 {'、'.join(_DRAWN)}，没有“{path.suffix}”。请改文件名后重试。")
    try:
        fits = path.parent.is_dir() and not path.is_dir()
    except OSError:  # a name longer than the disk takes
        fits = False
    if not fits:
        raise InputError(f"图存不到 {path}，请检查路径。")


def _draw(report: Report, path: Path) -> None:
    """Draw the refusal curve: for every working point, what is answered against what is refused."""
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(6, 4.5))
    axes = canvas.subplots()
    axes.plot([a for _, a, _ in report.curve], [r for _, _, r in report.curve])
    axes.plot([report.answered.value or 0], [report.refused.value or 0], "ko", label="working point")
    axes.set(xlabel="answered, of questions that the measure answers", ylabel="refused, of questions that it does not")
    axes.legend()
    axes.grid(alpha=0.3)
    try:
        canvas.savefig(path)
    except OSError as error:
        raise InputError(f"图存不到 {path}，请检查目录权限和磁盘空间。") from error


def _figure(it: Figure) -> str:
    return "—" if it.value is None else f"{it.value:.3f}（{it.low:.3f}–{it.high:.3f}，{it.of}题）"


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{of}", end="" if done < of else "\n", file=sys.stderr, flush=True)
