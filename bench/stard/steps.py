"""What each step towards the right articles gives, on the questions kept aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from bench.stard.data import Figures, Question, Stard, figures, ranked
from bench.stard.encode import BUILD, PROMPT, encode, encode_questions, model, text_of
from bench.stard.lexical import bm25

Array = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

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
    aside = _rows(questions, [0])
    near = bundled @ articles.T
    tell("vectors of the bundled encoder", _figures(near, stard))
    fused = learnt.standard(words[aside]) + np.float32(1.5) * learnt.standard(near[aside])
    tell("BM25 and vectors as the index adds them", _of(fused, stard.aside))

    def mapped(parts: Sequence[int]) -> Array:
        asked = _rows(questions, parts)
        learnt_map = tune.adapter(bundled[asked], [questions[row] for row in asked], articles)
        return learnt_map(bundled)

    map_all, tuned_all = mapped(range(1, 5)), _tuned(questions, range(1, 5), articles)
    for name, vectors in {
        "the question's through a learnt linear map": map_all,
        "the question's by an encoder whose upper layers were tuned": tuned_all,
        "the question's being the mean of both": map_all + tuned_all,
    }.items():
        tell(f"vectors, {name}", _of(vectors[aside] @ articles.T, stard.aside))

    def signals(rows: Numbers, before: Sequence[int], moved: Sequence[Array]) -> Array:
        asked = _rows(questions, before)
        return learnt.signals(
            words[rows],
            near[rows],
            [vectors[rows] @ articles.T for vectors in moved],
            bundled[rows] @ bundled[asked].T,
            [questions[row] for row in asked],
            stard.articles,
        )

    earlier = [part for part in range(1, 5) if part != _FIT]
    fit = _rows(questions, [_FIT])
    known = signals(fit, earlier, [mapped(earlier), _tuned(questions, earlier, articles)])
    measured = signals(aside, range(1, 5), [map_all, tuned_all])
    for count in range(2, len(learnt.NAMES) + 1):
        weights = learnt.weigh(known[..., :count], [questions[row] for row in fit])
        scores = measured[..., :count] @ weights
        name = ("and " if count > 2 else "BM25 and ") + learnt.NAMES[count - 1]
        tell(f"weights learnt: {name}", _of(scores, stard.aside))
    _tell_unseen(scores, stard, tell)
    print("\nweights:", ", ".join(f"{name} {weight:.2f}" for name, weight in zip(learnt.NAMES, weights, strict=True)))


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
        texts = [PROMPT + question.text for question in questions]
        np.save(path, tune.tune(model(), texts, _rows(questions, parts).tolist(), questions, articles))
    return np.asarray(np.load(path), np.float32)


def _rows(questions: Sequence[Question], parts: Sequence[int]) -> Numbers:
    return np.array([row for row, question in enumerate(questions) if question.part in parts])


def _figures(scores: Array, stard: Stard) -> Figures:
    return _of(scores[_rows(stard.questions, [0])], stard.aside)


def _of(scores: npt.NDArray[np.floating], questions: Sequence[Question]) -> Figures:
    return figures([ranked(row) for row in scores], questions)
