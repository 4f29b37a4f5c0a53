"""The choice that words come nearest to in meaning, for an answer that no rule reads.

It is asked back (您是说“…”？), never taken: words that are near need not be meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from actions.understanding.words import plain
from knowledge.decide import Question
from knowledge.encoder import Encoder, Vectors
from knowledge.table import Fact

# Chosen on answers that no rule reads (tests/data/answers.jsonl), so that of five that are asked back four are meant.
_SIMILAR = 0.91
_APART = 0.01
_SHARED = 0.1
"""What letters shared with a saying add to the cosine: the encoder hardly tells 市局 from 县局."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """A choice that may be meant.

    Attributes:
        value: the choice's id.
        similarity: cosine of its sayings to the words, and up to 0.1 for letters shared with one of them.
        margin: how much nearer it is than the next choice.
    """

    value: str
    similarity: float
    margin: float


@dataclass(frozen=True, slots=True)
class _Choices:
    """A fact's choices as they are said.

    Attributes:
        ids: the choices.
        letters: for each, the letters and pairs of letters of each of its sayings, its label among them.
        vectors: one row a choice, of all its sayings in one text: as good as a vector a saying, in half the time.
    """

    ids: tuple[str, ...]
    letters: tuple[tuple[frozenset[str], ...], ...]
    vectors: Vectors


class Meaning:
    """Finds the nearest choice. A fact's choices are encoded when it is first asked about, and kept.

    Args:
        encoder: turns sentences into vectors.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._choices: dict[str, _Choices] = {}

    def nearest_choice(self, question: Question, words: str) -> Nearest | None:
        """Find the choice that words come nearest to.

        Args:
            question: the question as it was put; only choices that it shows count.
            words: the person's answer.

        Returns:
            The choice, or None where the words are near to none, or as near to another.
        """
        said = plain(words)
        shown = {value for value, _ in question.choices}
        if not said or not shown:
            return None
        nearness = {choice: near for choice, near in self._nearness(question.fact, said) if choice in shown}
        value = max(nearness, key=lambda choice: nearness[choice])
        margin = nearness[value] - max((near for choice, near in nearness.items() if choice != value), default=0.0)
        near_enough = nearness[value] >= _SIMILAR and margin >= _APART
        return Nearest(value, nearness[value], margin) if near_enough else None

    def _nearness(self, fact: Fact, said: str) -> Iterable[tuple[str, float]]:
        choices, letters = self._of(fact), _letters(said)
        cosines = choices.vectors @ self._encoder.encode([said])[0]
        for choice, sayings, cosine in zip(choices.ids, choices.letters, cosines, strict=True):
            shared = max(len(letters & its) / (len(letters) * len(its)) ** 0.5 for its in sayings)
            yield choice, float(cosine) + _SHARED * shared

    def _of(self, fact: Fact) -> _Choices:
        known = self._choices.get(fact.id)
        if known is None:
            sayings = [tuple(map(plain, (choice.label, *choice.say))) for choice in fact.choices]
            known = _Choices(
                ids=tuple(choice.id for choice in fact.choices),
                letters=tuple(tuple(map(_letters, its)) for its in sayings),
                vectors=self._encoder.encode(["，".join(its) for its in sayings]),
            )
            self._choices[fact.id] = known
        return known


def _letters(text: str) -> frozenset[str]:
    return frozenset((*text, *(text[i : i + 2] for i in range(len(text) - 1))))
