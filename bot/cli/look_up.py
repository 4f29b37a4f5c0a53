"""`yingsu ask`: clause look-up without Rasa."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import print_json, read_object, read_text
from bot.errors import InputError

if TYPE_CHECKING:
    from knowledge.laws import LawHit
    from knowledge.look_up import Found
    from knowledge.search import Card, Hit


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
    if (question is None) == (batch is None):
        raise InputError("请给一个问题，或用 --batch 给一个文件，二者选一。")
    from bot.searcher import open_look_up

    look_up = open_look_up()
    if batch is not None:
        lines = enumerate(read_text(batch).split("\n"), 1)
        for q, history in [_asked(line, number) for number, line in lines if line.strip()]:
            print(json.dumps(answer_data(look_up.ask(q, history)), ensure_ascii=False))
        return
    it = look_up.ask(question or "")
    if as_json:
        print_json(answer_data(it))
        return
    from actions.render_clauses import found

    print(found(it))


def answer_data(found: Found) -> dict[str, object]:
    """An answer under its public names, JSON-ready: the measure's own, then other texts under `laws`."""
    it = found.answer
    return {
        "answered": it.answered,
        "reason": it.reason,
        "card": _card_data(it.card) if it.card else None,
        "probability": None if it.probability is None else round(it.probability, 4),
        "message": it.message,
        "clauses": [_hit_data(hit) for hit in it.hits],
        "near": [_hit_data(hit) for hit in it.near],
        "laws": [
            {
                "name": group.law.name,
                "id": group.law.id,
                "date": group.law.date.isoformat() if group.law.date else None,
                "mark": group.law.mark,
                "message": group.message,
                "clauses": [_hit_data(hit) for hit in group.hits],
            }
            for group in found.laws
        ],
    }


def _hit_data(hit: Hit | LawHit) -> dict[str, object]:
    return {
        "ref": str(hit.citation),
        "article": hit.citation.article,
        "paragraph": hit.citation.paragraph,
        "item": hit.citation.item,
        "quote": hit.quote,
        "score": round(hit.score, 4),
    }


def _card_data(card: Card) -> dict[str, object]:
    return {
        "id": card.id,
        "answer": card.answer,
        "basis": card.basis,
        "citations": [*map(str, card.cites), *card.law],
    }


def _asked(line: str, number: int) -> tuple[str, Sequence[str]]:
    data = read_object(line, f"第{number}行")
    history = data.get("history") or []
    if not isinstance(data.get("q"), str) or not isinstance(history, list):
        raise InputError(f'第{number}行应当是 {{"q": "问题", "history": ["以前的问题"]}}。请改正后重试。')
    return str(data["q"]), [str(one) for one in history]
