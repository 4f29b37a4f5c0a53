"""Train a measure's look-up for the bundled encoder: `make search-model` (scikit-learn is in .venv-models).

Prints what was measured, person by person, each left out in turn, and writes `search.npz` beside the measure and the
refusal's curve to docs/. The training itself is `knowledge.search.training`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.encoder import load_encoder
from knowledge.measure import DEFAULT_FOLDER, load_measure
from knowledge.search import load_aliases, load_cards
from knowledge.search.model import FILE, Array
from knowledge.search.texts import Text, all_texts
from knowledge.search.training import Trained, save_model, train

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--figure", type=Path, default=ROOT / "docs" / "refusal.svg")
    options = parser.parse_args()
    measure = load_measure(options.folder)
    aliases, cards = load_aliases(measure, options.folder), load_cards(measure, options.folder)
    texts = all_texts(measure, aliases, cards, options.folder)
    trained = train(measure.articles, texts, load_encoder(threads=2), _say)
    sources = np.array([it.source for it in trained.asked])
    for person in np.unique(sources):
        _say(f"{person}: {_measured(trained, sources == person, measure.articles)}")
    _say(f"all: {_measured(trained, sources != '', measure.articles)}")
    weights = " ".join(f"{weight:.3f}" for weight in trained.arrays["weights"])
    _say(f"weights {weights}, threshold {trained.threshold:.3f}")
    _draw(trained.probabilities[:, : measure.articles].sum(1), trained.asked, trained.threshold, options.figure)
    save_model(trained.arrays, options.folder / FILE)
    _say(f"wrote {options.folder / FILE}")


def _measured(trained: Trained, chosen: npt.NDArray[np.bool_], articles: int) -> str:
    first = third = kept = total = refused = outside = near = near_refused = 0
    for row in np.flatnonzero(chosen):
        it, likely = trained.asked[row], trained.probabilities[row, :articles]
        inside = likely.sum()
        if it.place is None:
            outside += 1
            refused += inside < trained.threshold
            near += it.kind == "oos_near"
            near_refused += it.kind == "oos_near" and inside < trained.threshold
            continue
        ranked = 1 + np.argsort(-likely)
        gold = {it.place.article, *it.also}
        total += 1
        first += ranked[0] in gold
        third += bool(gold & set(ranked[:3].tolist()))
        kept += inside >= trained.threshold
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
