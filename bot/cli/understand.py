"""`yingsu understand`: what an account of a case says, without a talk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import print_json, read_object, read_text, today
from bot.errors import InputError

if TYPE_CHECKING:
    from actions.understanding import Story
    from knowledge.decide import Decider


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="从一段话里读出事实，各带原话 / what an account says, each fact with its words")(understand)


def understand(
    text: Annotated[str | None, typer.Argument(help="一段话 / the account")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
    batch: Annotated[
        str | None, typer.Option(help='每行一个 {"text": …} 的文件，或 - / a file of such lines; prints JSON lines')
    ] = None,
) -> None:
    """Read one account, or a file of them."""
    from actions.understanding import read_story
    from knowledge.bundled import load_decider

    if (text is None) == (batch is None):
        raise InputError("请给一段话，或用 --batch 给一个文件，二者选一。")
    decider = load_decider()
    if batch is not None:
        lines = [(number, line) for number, line in enumerate(read_text(batch).split("\n"), 1) if line.strip()]
        for told in [_told(line, number) for number, line in lines]:
            print(json.dumps(story_data(read_story(told, decider, today())), ensure_ascii=False))
        return
    story = read_story(text or "", decider, today())
    if as_json:
        print_json(story_data(story))
        return
    print("\n".join(_lines(story, decider)) or "没有读出确定的事实。")


def story_data(story: Story) -> dict[str, object]:
    """What an account says under its public names, JSON-ready."""
    return {
        "facts": [
            {
                "fact": it.fact,
                "value": it.value,
                "words": it.words,
                "start": it.start,
                "end": it.end,
                "sure": it.sure,
            }
            for it in story.claims
        ],
        "doubted": sorted(story.doubted),
        "defendant": story.defendant,
        "cases": story.cases,
        "parts": list(story.parts),
    }


def _lines(story: Story, decider: Decider) -> Iterator[str]:
    for it in story.claims:
        fact = decider.table.facts[it.fact]
        said = it.value or "没有写明"
        value = fact.choice(said).label if fact.kind == "choice" else said
        yield f"{'' if it.sure else '（待问）'}{fact.short}：{value}　“{it.words}”"
    if story.cases > 1:
        yield f"说了{story.cases}件案子，以上只读第一件。"


def _told(line: str, number: int) -> str:
    text = read_object(line, f"第{number}行").get("text")
    if not isinstance(text, str):
        raise InputError(f'第{number}行应当是 {{"text": "一段话"}}。请改正后重试。')
    return text
