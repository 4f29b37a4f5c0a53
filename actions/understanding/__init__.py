"""From words to facts: an answer to a question, or what an account surely says.

Deterministic. Only words of the domain count: a choice's own label and its `say`, the phrases of the measure's
`story.yml`, a unit's name, a date. What is denied, asked or heard from others is no fact.
"""

from __future__ import annotations

from actions.understanding.answers import (
    Excluded,
    asks_only,
    guess_answer,
    read_answer,
    read_excluded,
    read_receipt,
    read_whose,
)
from actions.understanding.phrases import PhraseError
from actions.understanding.story import Story, doubts, read_remark, read_story
from actions.understanding.verdict import Claim
from actions.understanding.words import is_guess, is_question, plain

__all__ = [
    "Claim",
    "Excluded",
    "PhraseError",
    "Story",
    "asks_only",
    "doubts",
    "guess_answer",
    "is_guess",
    "is_question",
    "plain",
    "read_answer",
    "read_excluded",
    "read_receipt",
    "read_remark",
    "read_story",
    "read_whose",
]
