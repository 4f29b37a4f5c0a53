"""`python -m bench.stard words|steps|speed|kinds`: how well and how fast articles are found among 55,404."""

from __future__ import annotations

import argparse
import sys

from bench.stard.data import FOLDER, Figures, load


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(prog="bench.stard", description=__doc__)
    parser.add_argument("what", choices=["words", "steps", "speed", "kinds"], nargs="?", default="words")
    what = parser.parse_args().what
    stard = load()
    if stard is None:
        print(f"skipped: rebuilt STARD is not at {FOLDER.parent.name}/{FOLDER.name}", file=sys.stderr)
        return 0
    if what == "speed":
        from bench.stard import speed
        from bench.stard.plot import draw

        rate, rows, found = speed.measure(stard)
        print(f"\nthe bundled encoder, {speed.THREADS} threads: {rate:.0f} articles a second\n")
        print(speed.table(rows))
        print(f"{draw(rows)}\n\n| | R@10 | R@100 | MRR@10 |\n|---|---|---|---|")
        _tell("the index of all articles", found)
        return 0
    if what == "kinds":
        from bench.stard import kinds

        for line in kinds.rows(stard):
            print(line, flush=True)
        return 0
    from bench.stard.steps import dense_steps, lexical_steps

    print(f"rebuilt STARD, {len(stard.aside)} questions kept aside, {len(stard.usable)} for use\n")
    print("| | R@10 | R@100 | MRR@10 |\n|---|---|---|---|")
    words = lexical_steps(stard, _tell)
    if what == "steps":
        dense_steps(stard, words, _tell)
    return 0


def _tell(name: str, found: Figures) -> None:
    values = " | ".join(f"{value:.3f}" for value in (found.recall_10, found.recall_100, found.mrr_10))
    print(f"| {name} | {values} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
