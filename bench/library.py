"""`python -m bench.library`: the library of law texts at size: indexing, adding one more, opening, and what is found.

The texts are national laws of rebuilt STARD, in its order, until there are enough articles. Every step runs in a
process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path

import numpy as np

from bench.stard.data import FOLDER, Stard, load
from knowledge.citation import chinese_number
from knowledge.encoder import Encoder, load_encoder
from knowledge.errors import LawRefused
from knowledge.laws import LawLibrary, Received
from knowledge.laws.ranking import InMemory

ARTICLES = 5_000
_SHOWN = 3
_ASKED = 300
_DAY = date(2026, 1, 1)


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(prog="bench.library", description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--words", action="store_true", help="no vectors: encoding takes nearly all the time")
    parser.add_argument("--step", choices=[*_STEPS], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    stard = load()
    if stard is None:
        print(f"skipped: rebuilt STARD is not at {FOLDER.parent.name}/{FOLDER.name}", file=sys.stderr)
        return 0
    if arguments.step:
        encoder = None if arguments.words else load_encoder(threads=2)
        found = _STEPS[arguments.step](stard, arguments.folder, encoder)
        print(json.dumps({**found, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        library = LawLibrary.open(Path(folder) / "laws", _DAY)
        fill(library, stard, arguments.articles)
        print(f"{len(library.laws)} texts, {sum(it.articles for it in library.laws)} articles", flush=True)
        for step in _STEPS:
            command = [sys.executable, "-m", "bench.library", "--step", step, "--folder", str(library.folder)]
            command += ["--words"] if arguments.words else []
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            print(step, {name: round(value, 3) for name, value in json.loads(done.stdout).items()}, flush=True)
    return 0


def fill(library: LawLibrary, stard: Stard, enough: int) -> None:
    """Take in laws until there are enough articles; what a library refuses, such as 第…条之一, is passed over."""
    for received in _laws(stard):
        if sum(it.articles for it in library.laws) >= enough:
            return
        try:
            library.add(received, status="现行有效")
        except LawRefused:
            continue


def _laws(stard: Stard) -> Iterator[Received]:
    for name, articles in groupby(stard.articles, key=lambda it: it.law):
        if name:
            text = "\n".join([name, *(f"{it.name.removeprefix(name)} {it.text}" for it in articles)])
            yield Received(text, "lines", hashlib.sha256(text.encode()).hexdigest(), "STARD", name)


def _index(stard: Stard, folder: Path, encoder: Encoder | None) -> dict[str, float]:
    library = LawLibrary.open(folder, _DAY)
    return {"seconds": _timed(lambda: library.index(encoder))}


def _add_one(stard: Stard, folder: Path, encoder: Encoder | None) -> dict[str, float]:
    """One more text of 60 articles, in words that no other has."""
    library = LawLibrary.open(folder, _DAY)
    text = "渡口条例\n" + "\n".join(f"第{n}条 渡船第{n}号应当在渡口登记，由渡工逐日查验。" for n in range(1, 61))
    library.add(Received(text, "lines", hashlib.sha256(text.encode()).hexdigest(), "bench", "渡口条例"))
    return {"seconds": _timed(lambda: library.index(encoder)), "again": _timed(lambda: library.index(encoder))}


def _open(stard: Stard, folder: Path, encoder: Encoder | None) -> dict[str, float]:
    """The first question and the next, where the encoder is there already, as in `yingsu ask`."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    library = LawLibrary.open(folder, _DAY, encoder=encoder)
    questions = [it.text for it in stard.aside][:100]
    first = _timed(lambda: library.search(questions[0]))
    if library.note:
        raise RuntimeError(library.note)
    times = [_timed(lambda question=question: library.search(question)) for question in questions[1:]]  # type: ignore[misc]
    return {
        "first_ms": 1000 * first,
        "p50_ms": 1000 * float(np.percentile(times, 50)),
        "p95_ms": 1000 * float(np.percentile(times, 95)),
        "before_mb": before,
    }


def _in_memory(stard: Stard, folder: Path, encoder: Encoder | None) -> dict[str, float]:
    """What took its place before: words alone, indexed in memory at the first question."""
    ranking = InMemory(LawLibrary.open(folder, _DAY).entries)
    return {"first_ms": 1000 * _timed(lambda: ranking.search("赌博罚款多少", 50))}


def _found(stard: Stard, folder: Path, encoder: Encoder | None) -> dict[str, float]:
    """How often one of a question's articles is among the three shown; words in memory and the index."""
    by_words = InMemory(LawLibrary.open(folder, _DAY).entries)
    library = LawLibrary.open(folder, _DAY, encoder=encoder)
    key_of = _keys(library)
    asked = [(it.text, {key_of[name] for name in _names(stard, it.gold) if name in key_of}) for it in stard.questions]
    asked = [(text, gold) for text, gold in asked if gold][:_ASKED]
    shown = {"words": 0, "index": 0}
    right = {"words": 0, "index": 0}
    for text, gold in asked:
        answers = {
            "words": [key for key, _ in by_words.search(text, 50)][:_SHOWN],
            "index": [
                f"{group.law.sha256}:{hit.citation.article}"
                for group in library.search(text, _SHOWN)
                for hit in group.hits
            ],
        }
        for way, keys in answers.items():
            shown[way] += bool(keys)
            right[way] += bool(gold & set(keys))
    counts: dict[str, float] = {"questions": len(asked)}
    for way in shown:
        counts |= {f"{way}_shown": shown[way] / len(asked), f"{way}_right": right[way] / len(asked)}
    return counts


def _keys(library: LawLibrary) -> Mapping[str, str]:
    """Keys by the articles' names in STARD."""
    return {
        f"{info.name}第{chinese_number(article)}条": f"{info.sha256}:{article}"
        for info in library.laws
        for article in range(1, info.articles + 1)
    }


def _names(stard: Stard, numbers: tuple[int, ...]) -> list[str]:
    return [stard.articles[number].name for number in numbers]


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


_STEPS: Mapping[str, Callable[[Stard, Path, Encoder | None], dict[str, float]]] = {
    "index": _index,
    "add one": _add_one,
    "open": _open,
    "in memory": _in_memory,
    "found": _found,
}


if __name__ == "__main__":
    sys.exit(main())
