"""What the case desk answers, before any channel lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from actions.document import Document

Option = tuple[str, str]
"""A button: what it says, and the words that pressing it says."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the desk answers.

    Attributes:
        text: Plain text.
        choices: Buttons; each stands for words that can be typed too.
        documents: Files.
        refused: Nothing was done or shown; the text says why, or what is missing.
        asks: The person's next words are taken for what is missing.
    """

    text: str
    choices: tuple[Option, ...] = ()
    documents: tuple[Document, ...] = ()
    refused: bool = False
    asks: bool = False
