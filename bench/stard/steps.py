"""What each step towards the right articles gives, on the questions kept aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bench.stard.data import Figures, Question, Stard, figures, ranked
from bench.stard.encode import BUILD, PROMPT, encode, encode_questions, lower, model, states_of, text_of
from bench.stard.lexical import bm25

if TYPE_CHECKING:
    from bench.stard.upper import Upper

Array = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Tell = Callable[[str, Figures], None]

_FIT = 4
"""The part of the usable questions that the fusion's weights are learnt on, by models that have not seen it."""
_EARLIER = (1, 2, 3)
_ALL = (1, 2, 3, 4)
_HARD = 2
"""Hard negatives of a question at a time."""


def lexical_steps(stard: Stard, tell: Tell) -> Array:
    """BM25 alone; returns the scores of every question of the split, law's name in the text."""
    texts = [question.text for question in stard.questions]
    plain = bm25([article.text for article in stard.articles], texts)
    tell("BM25, words of the article", _figures(plain, stard))
    named = bm25([text_of(article) for article in stard.articles], texts)
    tell("BM25, the law's name in the text", _figures(named, stard))
    return named


def dense_steps(stard: Stard, words: Array, tell: Tell) -> None:
    """Vectors and all that follows; needs torch."""
    from bench.stard import learnt, tune

    articles = encode(stard)
    questions = list(stard.questions)
    bundled = encode_questions(model(), [question.text for question in questions])
    aside = _rows(questions, [0])
    near = bundled @ articles.T
    tell("vectors of the bundled encoder", _figures(near, stard))
    as_the_index = learnt.standard(words) + np.float32(1.5) * learnt.standard(near)
    tell("BM25 and vectors as the index adds them", _figures(as_the_index, stard))

    training = _Training(stard, articles, tune.hard_negatives(as_the_index, questions))
    for name, vectors in {
        "its upper layers tuned, a batch's other answers as negatives": training.questions_side(_ALL, "batch"),
        f"… and {_HARD} hard negatives for each": training.questions_side(_ALL, "hard"),
        "… all articles as negatives": training.questions_side(_ALL, "all"),
    }.items():
        tell(f"the question's vector by an encoder with {name}", _of(vectors[aside] @ articles.T, stard.aside))

    def moved(parts: Sequence[int]) -> list[Array]:
        """Cosines to all articles of every question, mapped and tuned as is learnt from some parts."""
        asked = _rows(questions, parts)
        mapped = tune.adapter(bundled[asked], [questions[row] for row in asked], articles)(bundled)
        return [mapped @ articles.T, training.questions_side(parts, "all") @ articles.T]

    def signals(rows: Numbers, before: Sequence[int], found: Sequence[Array]) -> Array:
        asked = _rows(questions, before)
        return learnt.signals(
            words[rows],
            near[rows],
            [scores[rows] for scores in found],
            bundled[rows] @ bundled[asked].T,
            [questions[row] for row in asked],
            stard.articles,
        )

    cosines = moved(_ALL)
    tell("the question's vector through a learnt linear map", _figures(cosines[0], stard))
    fit = _rows(questions, [_FIT])
    known = signals(fit, _EARLIER, moved(_EARLIER))
    measured = signals(aside, _ALL, cosines)
    for count in range(2, len(learnt.NAMES) + 1):
        weights = learnt.weigh(known[..., :count], [questions[row] for row in fit])
        scores = measured[..., :count] @ weights
        name = ("and " if count > 2 else "BM25 and ") + learnt.NAMES[count - 1]
        tell(f"weights learnt: {name}", _of(scores, stard.aside))

    asked = _rows(questions, _ALL)
    both, on_both = training.both_sides(_ALL)
    tell("both sides' vectors by an encoder tuned for both, hard negatives", _of(both[aside] @ on_both.T, stard.aside))
    mapped = tune.adapter(both[asked], [questions[row] for row in asked], on_both)(both)
    near_both = mapped[aside] @ on_both.T
    tell("… the question's through a learnt linear map", _of(near_both, stard.aside))
    together = learnt.standard(scores) + learnt.standard(near_both)
    tell("… and what the weights above give, added in standard deviations", _of(together, stard.aside))
    _tell_unseen(together, stard, tell)
    print("\nweights:", ", ".join(f"{name} {weight:.2f}" for name, weight in zip(learnt.NAMES, weights, strict=True)))


class _Training:
    """Vectors by encoders that are tuned on some parts of the questions: read, or made and kept in `BUILD`."""

    def __init__(self, stard: Stard, articles: Array, hard: Sequence[Numbers]) -> None:
        self._stard = stard
        self._articles = articles
        self._hard = hard
        self._states: list[Any] | None = None

    def questions_side(self, parts: Sequence[int], negatives: str) -> Array:
        """Questions' vectors, the articles' as they are; `negatives` are a batch's, those and hard ones, or all."""
        from bench.stard import tune

        def train(upper: Upper, learnt_from: list[int]) -> None:
            questions = self._stard.questions
            if negatives == "all":
                tune.tune_against_all(upper, self._of_questions(), learnt_from, questions, self._articles)
                return
            drawn = tune.draw(questions, self._hard, _HARD if negatives == "hard" else 0)
            tune.tune_against_few(upper, self._of_questions(), learnt_from, tune.fixed(self._articles, drawn))

        return self._questions(self._tuned(f"questions-{negatives}", parts, train))

    def both_sides(self, parts: Sequence[int]) -> tuple[Array, Array]:
        """Questions' and articles' vectors."""
        from bench.stard import tune

        def train(upper: Upper, learnt_from: list[int]) -> None:
            questions = self._stard.questions
            drawn = tune.draw(questions, self._hard, _HARD)
            wanted = {number for row in learnt_from for number in (*questions[row].gold, *self._hard[row].tolist())}
            columns = tune.trained(upper, states_of(self._stard, sorted(wanted)), drawn)
            tune.tune_against_few(upper, self._of_questions(), learnt_from, columns, epochs=4, rate=5e-5)

        weights = self._tuned("both", parts, train)
        return self._questions(weights), encode(self._stard, weights)

    def _tuned(self, name: str, parts: Sequence[int], train: Callable[[Upper, list[int]], None]) -> Path:
        """The file of the trained layers' weights."""
        import torch

        from bench.stard.upper import Upper

        path = BUILD / f"{name}-{''.join(map(str, parts))}.pt"
        if not path.is_file():
            upper = Upper(model())
            train(upper, _rows(self._stard.questions, parts).tolist())
            unfinished = path.with_suffix(".unfinished")
            torch.save(upper.layers.state_dict(), unfinished)
            unfinished.replace(path)
        return path

    def _questions(self, weights: Path) -> Array:
        import torch

        from bench.stard.upper import Upper

        upper = Upper(model())
        upper.layers.load_state_dict(torch.load(weights, weights_only=True))
        return np.asarray(upper.encode(self._of_questions()).numpy(), np.float32)

    def _of_questions(self) -> list[Any]:
        """What the lower layers make of every question."""
        if self._states is None:
            self._states = lower(model(), [PROMPT + question.text for question in self._stard.questions])
        return self._states


def _tell_unseen(scores: Array, stard: Stard, tell: Tell) -> None:
    seen = {gold for question in stard.usable for gold in question.gold}
    for name, fits in (("every", seen.issuperset), ("no", seen.isdisjoint)):
        rows = [row for row, question in enumerate(stard.aside) if fits(question.gold)]
        found = _of(scores[rows], [stard.aside[row] for row in rows])
        tell(f"of these the {len(rows)} questions where {name} answer was one in training", found)


def _rows(questions: Sequence[Question], parts: Sequence[int]) -> Numbers:
    return np.array([row for row, question in enumerate(questions) if question.part in parts])


def _figures(scores: Array, stard: Stard) -> Figures:
    return _of(scores[_rows(stard.questions, [0])], stard.aside)


def _of(scores: npt.NDArray[np.floating], questions: Sequence[Question]) -> Figures:
    return figures([ranked(row) for row in scores], questions)
