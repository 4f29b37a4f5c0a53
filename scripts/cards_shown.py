"""Which questions are shown an answer card: `python -m scripts.cards_shown FILE...`, JSON lines with a question in `q`.

Prints how many of each file's questions, follow-ups left out, and with `--list` each one with its card, to be judged
by hand. `--since LIST` leaves out what stands in such a list already: what a change shows anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from knowledge.bundled import load_searcher
from knowledge.search import Searcher


def main() -> None:
    """Ask, count, list."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--since", type=Path)
    options = parser.parse_args()
    known = set(options.since.read_text(encoding="utf-8").splitlines()) if options.since else set()
    searcher = load_searcher()
    for path in options.files:
        questions = list(_questions(path))
        shown = list(_shown(searcher, questions))
        print(f"{path.name}: {len(shown)} of {len(questions)}", file=sys.stderr, flush=True)
        if options.list or options.since:
            print(*(line for line in shown if line not in known), sep="\n")


def _questions(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not row.get("history"):
            yield row["q"]


def _shown(searcher: Searcher, questions: list[str]) -> Iterator[str]:
    for question in questions:
        if card := searcher.ask(question).card:
            yield f"{card.id}\t{question}"


if __name__ == "__main__":
    main()
