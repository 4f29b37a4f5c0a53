"""Our own figures of a ranking by vectors are those of sentence-transformers' evaluator."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from knowledge.encoder import load_encoder
from scripts.evaluate_encoder import Encoded, Labelled, encode, evaluator_figures, own_figures, read_labelled

pytestmark = [
    pytest.mark.models,
    # of transformers and torch, about themselves
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]


def test_both_agree_on_the_measures_own_questions() -> None:
    everything = read_labelled()
    assert len(everything.questions) > 1000 and max(map(len, everything.gold)) > 1
    some = Labelled(everything.questions[::8], everything.gold[::8], everything.clauses)
    encoded = encode(some, load_encoder(threads=2))
    own = own_figures(some, encoded)
    assert astuple(own) == pytest.approx(astuple(evaluator_figures(some, encoded)), abs=1e-6)
    assert 0.5 < own.hit_1 < own.mrr < own.hit_3 < 0.95, "far better than chance, and vectors alone are not enough"


@pytest.mark.parametrize("seed", range(5))
def test_both_agree_on_any_vectors(seed: int) -> None:
    chance = np.random.default_rng(seed)
    articles, questions = 12, 200
    labelled = Labelled(
        tuple(f"question {row}" for row in range(questions)),
        tuple(frozenset((1 + chance.permutation(articles)[: 1 + row % 3]).tolist()) for row in range(questions)),
        tuple(tuple(f"clause {number} {row}" for row in range(1 + number % 4)) for number in range(articles)),
    )
    vectors = chance.normal(size=(questions, 8)).astype(np.float32)
    encoded = Encoded(vectors, chance.normal(size=(articles, 4, 8)).astype(np.float32))
    own = own_figures(labelled, encoded)
    assert astuple(own) == pytest.approx(astuple(evaluator_figures(labelled, encoded)), abs=1e-6)
    assert own.hit_1 < own.hit_3 < 1


def test_figures_are_what_they_are_called() -> None:
    """Three articles along three axes; the right ones come first, second and third."""
    labelled = Labelled(("a", "b", "c"), tuple(map(frozenset, ([1], [2], [3, 1]))), (("x",), ("y",), ("z",)))
    axes = np.eye(3, dtype=np.float32)[:, None]
    asked = np.array([[3, 2, 1], [3, 2, 1], [1, 3, 2]], np.float32)
    own = own_figures(labelled, Encoded(asked, axes))
    assert astuple(own) == pytest.approx((1 / 3, 1.0, (1 + 1 / 2 + 1 / 2) / 3))
