"""`yingsu ask`: clause look-up without Rasa."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import print_json, read_object, read_text
from bot.errors import InputError

if TYPE_CHECKING:
    from knowledge.search import Answer


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="问办法里的规定，答条文原文 / ask about the measure; answers are its own clauses")(ask)


def ask(
    question: Annotated[str | None, typer.Argument(help="问题 / the question")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
    batch: Annotated[
        str | None,
        typer.Option(help='每行一个 {"q": …, "history": […]} 的文件，或 - / a file of such lines'),
    ] = None,
) -> None:
    """Answer one question, or a file of them."""
    from knowledge.bundled import load_searcher

    if (question is None) == (batch is None):
        raise InputError("请给一个问题，或用 --batch 给一个文件，二者选一。")
    searcher = load_searcher()
    if batch is not None:
        lines = enumerate(read_text(batch).split("\n"), 1)
        for q, history in [_asked(line, number) for number, line in lines if line.strip()]:
            print(json.dumps(answer_data(searcher.ask(q, history)), ensure_ascii=False))
        return
    found = searcher.ask(question or "")
    if as_json:
        print_json(answer_data(found))
        return
    from actions.render import answer

    print(answer(found))


def answer_data(it: Answer) -> dict[str, object]:
    """An answer under its public names, JSON-ready."""
    return {
        "answered": it.answered,
        "reason": it.reason,
        "card": None,
        "message": it.message,
        "clauses": [
            {
                "ref": str(hit.citation),
                "article": hit.citation.article,
                "paragraph": hit.citation.paragraph,
                "item": hit.citation.item,
                "quote": hit.quote,
                "score": round(hit.score, 4),
            }
            for hit in it.hits
        ],
    }


def _asked(line: str, number: int) -> tuple[str, Sequence[str]]:
    data = read_object(line, f"第{number}行")
    history = data.get("history") or []
    if not isinstance(data.get("q"), str) or not isinstance(history, list):
        raise InputError(f'第{number}行应当是 {{"q": "问题", "history": ["以前的问题"]}}。请改正后重试。')
    return str(data["q"]), [str(one) for one in history]
