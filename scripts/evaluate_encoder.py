"""How well vectors alone find the right article, by our own figures and by sentence-transformers' evaluator.

    .venv-models/bin/python -m scripts.evaluate_encoder            # the bundled encoder, and the model it is made from
    .venv-models/bin/python -m scripts.evaluate_encoder MODEL      # any other, by name or folder

The questions are those of the measure's `asked/` that it answers. An article scores by the nearest of its clauses.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Encoder, load_encoder
from knowledge.measure import load_measure
from knowledge.search import load_aliases, load_cards
from knowledge.search.texts import all_texts

Array = npt.NDArray[np.float32]
_OURS = ("measure", "aliases", "cards")


@dataclass(frozen=True)
class Figures:
    """Means over the questions; what is compared is exact, so nothing is rounded."""

    hit_1: float
    hit_3: float
    mrr: float


@dataclass(frozen=True)
class Labelled:
    """Questions with the articles that answer them, and the articles by their clauses."""

    questions: tuple[str, ...]
    gold: tuple[frozenset[int], ...]
    clauses: tuple[tuple[str, ...], ...]
    """An article's at its number less one."""


@dataclass(frozen=True)
class Encoded:
    """Their vectors.

    Attributes:
        questions: float32 of shape (questions, dimensions).
        articles: float32 of shape (articles, most clauses of one, dimensions); one with fewer has some twice.
    """

    questions: Array
    articles: Array


def read_labelled() -> Labelled:
    """Those of the bundled measure."""
    measure = load_measure()
    texts = all_texts(measure, load_aliases(measure), load_cards(measure))
    asked = [(it.text, it.place, it.also) for it in texts if it.source not in _OURS and it.place]
    return Labelled(
        tuple(text for text, _, _ in asked),
        tuple(frozenset({place.article, *also}) for _, place, also in asked),
        tuple(
            tuple(it.text for it in texts if it.source == "measure" and it.place and it.place.article == number)
            for number in range(1, measure.articles + 1)
        ),
    )


def encode(labelled: Labelled, encoder: Encoder) -> Encoded:
    """Encode questions and clauses."""
    most = max(map(len, labelled.clauses))
    flat = encoder.encode([clause for clauses in labelled.clauses for clause in clauses])
    starts = np.cumsum([0, *map(len, labelled.clauses)])
    rows = [start + np.arange(most) % len(clauses) for start, clauses in zip(starts, labelled.clauses, strict=False)]
    return Encoded(encoder.encode(labelled.questions), flat[np.array(rows)])


def own_figures(labelled: Labelled, encoded: Encoded) -> Figures:
    """Ours: rank the articles by the nearest clause and look for the first right one."""
    scores = np.einsum("qd,acd->qac", encoded.questions, encoded.articles).max(-1)
    ranked = 1 + np.argsort(-scores, axis=1, kind="stable")
    ranks = np.array(
        [
            next(at for at, it in enumerate(row, 1) if it in gold)
            for row, gold in zip(ranked, labelled.gold, strict=True)
        ]
    )
    return Figures(float((ranks == 1).mean()), float((ranks <= 3).mean()), float((1 / ranks).mean()))


def evaluator_figures(labelled: Labelled, encoded: Encoded) -> Figures:
    """What InformationRetrievalEvaluator of sentence-transformers says of the same vectors."""
    import torch
    from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator

    def nearest_clause(questions: Any, articles: Any) -> Any:
        return torch.einsum("qd,acd->qac", questions, articles).amax(-1)

    articles = len(labelled.clauses)
    evaluator = InformationRetrievalEvaluator(
        {str(row): question for row, question in enumerate(labelled.questions)},
        {f"{number:04d}": "".join(clauses) for number, clauses in enumerate(labelled.clauses, 1)},
        {str(row): {f"{number:04d}" for number in gold} for row, gold in enumerate(labelled.gold)},
        accuracy_at_k=[1, 3],
        mrr_at_k=[articles],
        score_functions={"nearest clause": nearest_clause},
        write_csv=False,
    )
    known = _Known(torch.from_numpy(encoded.questions))
    found = evaluator.compute_all_metrics(known, corpus_embeddings=torch.from_numpy(encoded.articles))["nearest clause"]
    return Figures(found["accuracy@k"][1], found["accuracy@k"][3], found["mrr@k"][articles])


@dataclass(frozen=True)
class _Known:
    """Stands where the evaluator has a model, for vectors that are known already."""

    vectors: Any

    def encode_query(self, texts: Sequence[str], **_: object) -> Any:
        if len(texts) != len(self.vectors):
            raise ValueError(f"{len(texts)} questions, {len(self.vectors)} vectors")
        return self.vectors


def _encoders(name: str | None) -> Iterator[tuple[str, Encoder]]:
    if name is not None:
        yield name, load_encoder(name, threads=2)
        return
    from scripts.build_encoder import read_weights, weights_file, write_sentence_transformer

    yield "bundled, as served", load_encoder(threads=2)
    with tempfile.TemporaryDirectory() as folder:
        write_sentence_transformer(read_weights(weights_file()), Path(folder) / "st")
        yield "the fp32 model it is made from", load_encoder(f"{folder}/st")


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?")
    labelled = read_labelled()
    print(f"{len(labelled.questions)} questions\n\n| encoder | figures | hit@1 | hit@3 | MRR |\n|---|---|---|---|---|")
    for name, encoder in _encoders(parser.parse_args().model):
        encoded = encode(labelled, encoder)
        for by, them in (("ours", own_figures), ("evaluator", evaluator_figures)):
            found = them(labelled, encoded)
            print(f"| {name} | {by} | {found.hit_1:.6f} | {found.hit_3:.6f} | {found.mrr:.6f} |", flush=True)


if __name__ == "__main__":
    main()
