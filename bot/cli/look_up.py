"""`yingsu ask`: clause look-up without Rasa."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import print_json, read_object, read_text
from bot.errors import InputError

if TYPE_CHECKING:
    from knowledge.laws import LawGroup, LawHit, LawLibrary
    from knowledge.search import Answer, Card, Hit


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
    library = _library()
    if batch is not None:
        lines = enumerate(read_text(batch).split("\n"), 1)
        for q, history in [_asked(line, number) for number, line in lines if line.strip()]:
            found = searcher.ask(q, history)
            print(json.dumps(answer_data(found, beside(library, q, found)), ensure_ascii=False))
        return
    found = searcher.ask(question or "")
    laws = beside(library, question or "", found)
    if as_json:
        print_json(answer_data(found, laws))
        return
    from actions.render import answer, law_group

    print("\n".join([answer(found), *map(law_group, laws)]))


def _library() -> LawLibrary | None:
    """The texts beside the measure, where some were taken in."""
    from bot.cli.laws import library_folder

    folder = library_folder()
    if not folder.is_dir():
        return None
    from knowledge.laws import LawLibrary

    return LawLibrary.open(folder)


def beside(library: LawLibrary | None, question: str, it: Answer) -> tuple[LawGroup, ...]:
    """What other texts say: the places named of them, or, where the measure is silent, the articles that fit."""
    if library is None or not library.laws:
        return ()
    silent = it.reason in ("upper_law", "not_in_measure")
    return library.named(question) or (library.search(question) if silent else ())


def answer_data(it: Answer, laws: Sequence[LawGroup] = ()) -> dict[str, object]:
    """An answer under its public names, JSON-ready: the measure's own, then other texts under `laws`."""
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
                "mark": group.law.mark,
                "message": group.message,
                "clauses": [_hit_data(hit) for hit in group.hits],
            }
            for group in laws
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
