"""Build time, size, memory and speed of `knowledge.index` from 25 articles to all of them.

python -m bench.stard.speed FOLDER    # one index, in a process of its own: what `measure` starts
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.stard.data import Figures, Stard, figures
from bench.stard.encode import encode, text_of
from knowledge.encoder import Encoder, Vectors, load_encoder
from knowledge.index import Entry, Index, build

SIZES = (25, 250, 2_500, 5_000, 5_001, 25_000, 55_404)
THREADS = 2
_ENCODED = 200


@dataclass(frozen=True, slots=True)
class Stored:
    """The bundled encoder, for texts whose vectors are known: encoding all articles takes most of an hour."""

    encoder: Encoder
    row: dict[str, int]
    vectors: Vectors

    @property
    def fingerprint(self) -> str:
        """The bundled encoder's."""
        return self.encoder.fingerprint

    @property
    def dimensions(self) -> int:
        """The bundled encoder's."""
        return self.encoder.dimensions

    def encode(self, texts: Sequence[str], *, batch: int = 32) -> Vectors:
        """The known vectors."""
        return self.vectors[[self.row[text] for text in texts]]


@dataclass(frozen=True, slots=True)
class Speed:
    """What one size takes.

    Attributes:
        articles: how many.
        kind: the FAISS type.
        build_s: seconds to build, encoding left out.
        bytes: of the index on disk.
        open_ms: to open it, every hash checked.
        p50_ms: a look-up, encoding the question included.
        p95_ms: the same.
        own_p95_ms: the same, the question's vector known already.
        rss_mb: resident memory of a process that has looked up, encoder and Python included; the highest.
    """

    articles: int
    kind: str
    build_s: float
    bytes: int
    open_ms: float
    p50_ms: float
    p95_ms: float
    own_p95_ms: float
    rss_mb: float


def measure(stard: Stard, sizes: Sequence[int] = SIZES) -> tuple[float, list[Speed], Figures]:
    """Build and ask an index of each size, the last of all articles.

    Returns:
        Articles that the bundled encoder takes a second, a row a size, and how well the last index answers.
    """
    encoder = load_encoder(threads=THREADS)
    entries = [Entry(article.name, text_of(article)) for article in stard.articles]
    vectors = encode(stard)
    stored = Stored(encoder, {entry.text: row for row, entry in enumerate(entries)}, vectors)
    order = np.random.default_rng(0).permutation(len(entries))
    began = time.perf_counter()
    encoder.encode([entries[row].text for row in order[:_ENCODED]])
    rate = _ENCODED / (time.perf_counter() - began)
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            began = time.perf_counter()
            index = build([entries[row] for row in order[:size]], Path(name), stored)
            took = time.perf_counter() - began
            held = sum(path.stat().st_size for path in Path(name).iterdir())
            said = subprocess.run(
                [sys.executable, "-m", "bench.stard.speed", name],
                check=True,
                input=json.dumps([question.text for question in stard.aside]),
                stdout=subprocess.PIPE,
                text=True,
            ).stdout
            rows.append(Speed(size, index.meta.dense, took, held, **json.loads(said)))
            print(rows[-1], flush=True)
            if size == len(entries):
                number = {entry.key: row for row, entry in enumerate(entries)}
                opened = Index.open(Path(name), encoder)
                found = [[number[key] for key, _ in opened.search(it.text, 100)] for it in stard.aside]
    return rate, rows, figures(found, stard.aside)


def table(rows: Sequence[Speed]) -> str:
    """The rows as a Markdown table."""
    head = "| articles | FAISS | build, encoding left out | on disk | open | p50 | p95 | p95, encoding apart | memory |"
    lines = [
        f"| {row.articles:,} | {row.kind} | {row.build_s:.1f} s | {row.bytes / 1e6:.1f} MB | {row.open_ms:.0f} ms "
        f"| {row.p50_ms:.1f} ms | {row.p95_ms:.1f} ms | {row.own_p95_ms:.1f} ms | {row.rss_mb:.0f} MB |"
        for row in rows
    ]
    return "\n".join([head, "|---:|---|---:|---:|---:|---:|---:|---:|---:|", *lines])


def main() -> None:
    """Put the questions of standard input to the index in the folder named; print what it took as JSON."""
    questions: list[str] = json.load(sys.stdin)
    encoder = load_encoder(threads=THREADS)
    began = time.perf_counter()
    index = Index.open(Path(sys.argv[1]), encoder)
    opened = 1000 * (time.perf_counter() - began)
    took = _timed(index, questions)
    held = _resident()
    row = {question: number for number, question in enumerate(questions)}
    own = _timed(Index.open(Path(sys.argv[1]), Stored(encoder, row, encoder.encode(questions))), questions)
    print(
        json.dumps(
            {
                "open_ms": opened,
                "p50_ms": float(np.percentile(took, 50)),
                "p95_ms": float(np.percentile(took, 95)),
                "own_p95_ms": float(np.percentile(own, 95)),
                "rss_mb": held,
            }
        )
    )


def _timed(index: Index, questions: Sequence[str]) -> npt.NDArray[np.float64]:
    for question in questions[:20]:
        index.search(question, 10)
    took = []
    for question in questions:
        began = time.perf_counter()
        index.search(question, 10)
        took.append(1000 * (time.perf_counter() - began))
    return np.array(took)


def _resident() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmHWM")


if __name__ == "__main__":
    main()
