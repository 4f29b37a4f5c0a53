"""Rebuilt STARD: 55,404 articles of national law and lay questions with the articles that answer them."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "bench" / "STARD"
ASIDE = 5
"""One question in so many, by a hash of its id, is kept aside: nothing is trained or chosen on it."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its law's name with its number, and what it says."""

    name: str
    text: str

    @property
    def law(self) -> str:
        """The name without the number."""
        return self.name[: self.name.rindex("第")] if "第" in self.name else self.name


@dataclass(frozen=True, slots=True)
class Question:
    """A lay question; `gold` are numbers of the articles that answer it."""

    text: str
    gold: tuple[int, ...]
    part: int
    """0 is kept aside; the others are for use."""


@dataclass(frozen=True)
class Stard:
    """All of it."""

    articles: tuple[Article, ...]
    questions: tuple[Question, ...]

    @cached_property
    def aside(self) -> list[Question]:
        """The questions to measure with."""
        return [question for question in self.questions if question.part == 0]

    @cached_property
    def usable(self) -> list[Question]:
        """The questions to train with."""
        return [question for question in self.questions if question.part != 0]


def load(folder: Path = FOLDER) -> Stard | None:
    """Read it; None where it is not."""
    if not (folder / "corpus.jsonl.gz").is_file():
        return None
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        articles = tuple(Article(row["name"], row["text"]) for row in map(json.loads, file))
    number = {article.name: at for at, article in enumerate(articles)}
    rows = map(json.loads, (folder / "train.jsonl").read_text(encoding="utf-8").splitlines())
    questions = tuple(Question(row["q"], tuple(number[name] for name in row["gold"]), _part(row["id"])) for row in rows)
    return Stard(articles, questions)


def _part(question: int) -> int:
    return hashlib.sha256(str(question).encode()).digest()[0] % ASIDE


@dataclass(frozen=True, slots=True)
class Figures:
    """How well questions were answered, each a mean over the questions."""

    recall_10: float
    recall_100: float
    mrr_10: float
    questions: int


def ranked(scores: npt.NDArray[np.float32], most: int = 100) -> npt.NDArray[np.int64]:
    """The numbers of the best articles, best first."""
    best = np.argpartition(-scores, most)[:most]
    return best[np.argsort(-scores[best], kind="stable")]


def figures(rankings: Iterable[Sequence[int] | npt.NDArray[np.int64]], questions: Sequence[Question]) -> Figures:
    """Recall of 10 and of 100, and MRR of 10, of rankings of at least 100 articles."""
    rows = []
    for ranking, question in zip(rankings, questions, strict=True):
        gold = set(question.gold)
        first = next((place for place, found in enumerate(ranking[:10], 1) if int(found) in gold), None)
        shares = [len(gold.intersection(map(int, ranking[:most]))) / len(gold) for most in (10, 100)]
        rows.append([*shares, 1 / first if first else 0.0])
    recall_10, recall_100, mrr_10 = np.mean(rows, axis=0)
    return Figures(float(recall_10), float(recall_100), float(mrr_10), len(rows))
