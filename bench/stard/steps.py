"""What each step towards the right articles gives, on the questions kept aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.stard.data import Figures, Question, Stard, figures, ranked
from bench.stard.encode import BUILD, encode, encode_questions, model, text_of
from bench.stard.lexical import bm25

Array = npt.NDArray[np.float32]

EPOCHS = 6
_FIT = 4
"""The part of the usable questions that the fusion's weights are learnt on, by models that have not seen it."""


def lexical_steps(stard: Stard, tell: Callable[[str, Figures], None]) -> Array:
    """BM25 alone; returns the scores of every question of the split, law's name in the text."""
    texts = [question.text for question in stard.questions]
    plain = bm25([article.text for article in stard.articles], texts)
    tell("BM25, words of the article", _figures(plain, stard))
    named = bm25([text_of(article) for article in stard.articles], texts)
    tell("BM25, the law's name in the text", _figures(named, stard))
    return named


def dense_steps(stard: Stard, words: Array, tell: Callable[[str, Figures], None]) -> None:
    """Vectors and all that follows; needs torch."""
    from bench.stard import learnt, tune

    articles = encode(stard)
    questions = list(stard.questions)
    texts = [question.text for question in questions]
    bundled = encode_questions(model(), texts)
    usable, aside = _rows(questions, range(1, 5)), _rows(questions, [0])
    near = bundled @ articles.T
    tell("vectors of the bundled encoder", _figures(near, stard))
    fused = learnt.standard(words[aside]) + learnt.standard(near[aside])
    tell("BM25 and vectors, standard scores added", _of(fused, stard.aside))

    moved = tune.adapter(bundled[usable], stard.usable, articles)
    tell("questions' vectors through a learnt linear map", _of(moved(bundled[aside]) @ articles.T, stard.aside))
    tuned = _tuned(questions, range(1, 5), articles)
    tell("encoder tuned on the questions' side, vectors alone", _of(tuned[aside] @ articles.T, stard.aside))
    near_tuned = tuned[aside] @ articles.T
    added = fused + 2 * learnt.standard(near_tuned)
    tell("BM25, vectors and tuned vectors added", _of(added, stard.aside))

    def signals(rows: npt.NDArray[np.int64], before: Sequence[int], vectors: Array) -> Array:
        asked = _rows(questions, before)
        return learnt.signals(
            words[rows],
            near[rows],
            vectors[rows] @ articles.T,
            bundled[rows] @ bundled[asked].T,
            [questions[row] for row in asked],
            stard.articles,
        )

    earlier = [part for part in range(1, 5) if part != _FIT]
    fit = _rows(questions, [_FIT])
    known = signals(fit, earlier, _tuned(questions, earlier, articles))
    measured = signals(aside, range(1, 5), tuned)
    for count in range(3, len(learnt.NAMES) + 1):
        weights = learnt.weigh(known[..., :count], [questions[row] for row in fit])
        scores = measured[..., :count] @ weights
        tell(f"learnt weights, with {learnt.NAMES[count - 1]}", _of(scores, stard.aside))
        print(dict(zip(learnt.NAMES, weights.round(2).tolist(), strict=False)))
    _tell_unseen(scores, stard, tell)


def _tell_unseen(scores: Array, stard: Stard, tell: Callable[[str, Figures], None]) -> None:
    seen = {gold for question in stard.usable for gold in question.gold}
    for name, fits in (("every", seen.issuperset), ("no", seen.isdisjoint)):
        rows = [row for row, question in enumerate(stard.aside) if fits(question.gold)]
        found = _of(scores[rows], [stard.aside[row] for row in rows])
        tell(f"of these the {len(rows)} questions where {name} answer was one in training", found)


def _tuned(questions: Sequence[Question], parts: Sequence[int], articles: Array) -> Array:
    """Questions' vectors by an encoder tuned on those parts: read, or made and kept."""
    from bench.stard import tune

    path = BUILD / f"tuned-{''.join(map(str, parts))}.npy"
    if not path.is_file():
        encoder: Any = model()
        tune.tune(encoder, [questions[row] for row in _rows(questions, parts)], articles, epochs=EPOCHS)
        np.save(path, encode_questions(encoder, [question.text for question in questions]))
    return np.asarray(np.load(path), np.float32)


def _rows(questions: Sequence[Question], parts: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.array([row for row, question in enumerate(questions) if question.part in parts])


def _figures(scores: Array, stard: Stard) -> Figures:
    return _of(scores[_rows(stard.questions, [0])], stard.aside)


def _of(scores: Array, questions: Sequence[Question]) -> Figures:
    return figures([ranked(row) for row in scores], questions)
