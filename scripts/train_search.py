"""Train a measure's look-up: `make search-model` (needs scikit-learn, which is in .venv-models).

Questions come from several people, a file each (`asked/*.jsonl`). Each person's are scored by linear models that have
not seen them; on those scores the weights of the four signals are fitted and the refusal's working point is chosen.
Then the linear models are trained on everything. Prints what was measured, person by person, and writes
`search.npz` beside the measure and the curve to docs/.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.encoder import load_encoder
from knowledge.lexical import Bm25, grams
from knowledge.measure import DEFAULT_FOLDER, Measure, load_measure
from knowledge.search import load_aliases, load_cards
from knowledge.search.model import (
    BUCKETS,
    FILE,
    Array,
    best_of_class,
    combine_signals,
    features,
    log_softmax,
)
from knowledge.search.texts import SILENT, Text, all_texts, texts_hash

ROOT = Path(__file__).resolve().parent.parent
KEPT = 0.975
"""Share of answerable questions that the working point keeps."""
_OWN = ("measure", "aliases", "cards", "background")


@dataclass(frozen=True)
class Linear:
    """Two multinomial models over one set of classes."""

    dense: Array
    dense_bias: Array
    chars: Array
    chars_bias: Array
    rarity: Array


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--figure", type=Path, default=ROOT / "docs" / "refusal.svg")
    options = parser.parse_args()
    measure = load_measure(options.folder)
    texts = all_texts(
        measure, load_aliases(measure, options.folder), load_cards(measure, options.folder), options.folder
    )
    encoder = load_encoder(threads=2)
    _say(f"encoding {len(texts)} texts")
    vectors = encoder.encode([it.text for it in texts])
    classes = np.array([_class(it, measure) for it in texts])
    people = sorted({it.source for it in texts} - set(_OWN))
    held = [_held_out(person, texts, vectors, classes, measure) for person in people]
    signals = np.concatenate([it[0] for it in held])
    asked = [it for person in people for it in texts if it.source == person]
    right = _right(asked, measure)
    weights = _fit(signals, right)
    probabilities = np.exp(log_softmax(signals @ weights))
    inside = probabilities[:, : measure.articles].sum(1)
    answerable = np.array([it.place is not None for it in asked])
    threshold = float(np.quantile(inside[answerable], 1 - KEPT))
    for person in people:
        mine = [row for row, it in enumerate(asked) if it.source == person]
        _say(f"{person}: {_measured(probabilities[mine], [asked[row] for row in mine], threshold, measure)}")
    _say(f"all: {_measured(probabilities, asked, threshold, measure)}")
    _say(f"weights {np.round(weights, 3).tolist()}, threshold {threshold:.3f}")
    _draw(inside, asked, threshold, options.figure)
    _say("training on everything")
    linear = _linear(texts, vectors, classes, measure.articles + len(SILENT))
    meta = {"texts": texts_hash(texts), "encoder": encoder.fingerprint, "threshold": threshold, "people": people}
    bm25 = Bm25([it.text for it in texts]).dump()
    np.savez(
        options.folder / FILE,
        meta=np.frombuffer(json.dumps(meta, sort_keys=True).encode(), np.uint8),
        vectors=vectors.astype(np.float16),
        text_class=classes.astype(np.uint8),
        dense=linear.dense.astype(np.float32),
        dense_bias=linear.dense_bias.astype(np.float32),
        chars=linear.chars.astype(np.float16),
        chars_bias=linear.chars_bias.astype(np.float32),
        rarity=linear.rarity.astype(np.float16),
        weights=weights.astype(np.float32),
        **bm25,  # type: ignore[arg-type]  # numpy types its keywords as flags
    )
    _say(f"wrote {options.folder / FILE}")


def _class(text: Text, measure: Measure) -> int:
    return text.place.article - 1 if text.place else measure.articles + SILENT.index(text.kind)


def _right(asked: Sequence[Text], measure: Measure) -> npt.NDArray[np.bool_]:
    """Which classes answer each question: shape (questions, classes)."""
    right = np.zeros((len(asked), measure.articles + len(SILENT)), np.bool_)
    for row, it in enumerate(asked):
        right[row, _class(it, measure)] = True
        for article in it.also:
            right[row, article - 1] = True
    return right


def _held_out(
    person: str, texts: Sequence[Text], vectors: Array, classes: npt.NDArray[np.int64], measure: Measure
) -> tuple[Array]:
    """The signals of one person's questions, from models trained on everybody else's."""
    _say(f"holding out {person}")
    mine = np.array([it.source == person for it in texts])
    others = [it for it in texts if it.source != person]
    count = measure.articles + len(SILENT)
    linear = _linear(others, vectors[~mine], classes[~mine], count)
    bm25 = Bm25([it.text for it in others])
    rows = []
    for it, vector in zip((t for t in texts if t.source == person), vectors[mine], strict=True):
        rows.append(
            combine_signals(
                log_softmax(linear.dense @ vector + linear.dense_bias),
                log_softmax(_characters(it.text, linear)),
                best_of_class(vectors[~mine] @ vector, classes[~mine], count),
                best_of_class(bm25.scores(grams(it.text)), classes[~mine], count),
            )
        )
    return (np.stack(rows),)


def _characters(text: str, linear: Linear) -> Array:
    buckets, values = features(text)
    values = values * linear.rarity[buckets]
    product: Array = (values / (np.linalg.norm(values) or 1.0)) @ linear.chars[buckets] + linear.chars_bias
    return product


def _linear(texts: Sequence[Text], vectors: Array, classes: npt.NDArray[np.int64], count: int) -> Linear:
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    rows = [features(it.text) for it in texts]
    indptr = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    matrix = sparse.csr_matrix(
        (np.concatenate([v for _, v in rows]), np.concatenate([b for b, _ in rows]), indptr), (len(texts), BUCKETS)
    )
    rarity = np.log(1 + len(texts) / (1 + np.asarray((matrix > 0).sum(0)).ravel())).astype(np.float32)
    matrix = matrix.multiply(rarity).tocsr()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel())
    matrix = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ matrix
    dense = LogisticRegression(C=30, max_iter=400).fit(vectors, classes)
    chars = LogisticRegression(C=20, max_iter=400).fit(matrix, classes)
    return Linear(*_spread(dense, count), *_spread(chars, count, transpose=True), rarity)


def _spread(model: Any, count: int, *, transpose: bool = False) -> tuple[Array, Array]:
    """A model's weights over all classes; one it has never seen is all but impossible."""
    weights = np.zeros((count, model.coef_.shape[1]), np.float32)
    bias = np.full(count, -30.0, np.float32)
    weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return (weights.T if transpose else weights), bias


def _fit(signals: Array, right: npt.NDArray[np.bool_]) -> Array:
    """Weights of the signals under which the right classes are likeliest; ridge towards nought keeps them tame."""
    from scipy.optimize import minimize

    def cost(weights: Array) -> float:
        logs = log_softmax((signals @ weights).astype(np.float32))
        likely = np.log(np.maximum(np.where(right, np.exp(logs), 0).sum(1), 1e-12))
        return float(-likely.mean() + 1e-4 * (weights**2).sum())

    found = minimize(cost, np.array([0.5, 0.5, 5.0, 1.0]), method="Nelder-Mead", options={"maxiter": 600})
    return np.asarray(found.x, np.float32)


def _measured(probabilities: Array, asked: Sequence[Text], threshold: float, measure: Measure) -> str:
    inside = probabilities[:, : measure.articles].sum(1)
    first = third = kept = total = refused = outside = near = near_refused = 0
    for row, it in enumerate(asked):
        ranked = 1 + np.argsort(-probabilities[row, : measure.articles])
        if it.place is None:
            outside += 1
            refused += inside[row] < threshold
            near += it.kind == "oos_near"
            near_refused += it.kind == "oos_near" and inside[row] < threshold
            continue
        gold = {it.place.article, *it.also}
        total += 1
        first += ranked[0] in gold
        third += bool(gold & set(ranked[:3].tolist()))
        kept += inside[row] >= threshold
    return (
        f"hit@1 {first / total:.3f} hit@3 {third / total:.3f} answered {kept / total:.3f} of {total}, "
        f"refused {refused / outside:.3f} of {outside}, of these near {near_refused / near:.3f} of {near}"
    )


def _draw(inside: Array, asked: Sequence[Text], threshold: float, path: Path) -> None:
    """The curve: answered against refused, for every working point."""
    from matplotlib.figure import Figure

    answerable = np.array([it.place is not None for it in asked])
    near = np.array([it.kind == "oos_near" for it in asked])
    points = np.linspace(0, 1, 201)
    figure = Figure(figsize=(6, 4.5))
    axes = figure.subplots()
    kept = [(inside[answerable] >= p).mean() for p in points]
    axes.plot(kept, [(inside[~answerable] < p).mean() for p in points], label="all that the measure does not answer")
    axes.plot(kept, [(inside[near] < p).mean() for p in points], label="near-domain procedure")
    at = (inside[answerable] >= threshold).mean()
    axes.plot([at], [(inside[~answerable] < threshold).mean()], "ko", label=f"working point, p = {threshold:.2f}")
    axes.set(xlabel="answered, of questions that the measure answers", ylabel="refused, of questions that it does not")
    axes.set(xlim=(0.8, 1.0), ylim=(0.5, 1.0))
    axes.legend(loc="lower left")
    axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def _say(words: object) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
