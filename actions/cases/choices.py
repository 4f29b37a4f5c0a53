"""What may be told of a step's detail (`choices.yml`): the value kept, its label, and the words that mean it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.data_files import read_yaml

_FILE = Path(__file__).parent / "choices.yml"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a detail.

    Attributes:
        value: What is kept.
        label: What an official reads.
        say: What they may say for it.
    """

    value: str
    label: str
    say: tuple[str, ...]


@cache
def load_choices() -> Mapping[str, tuple[Choice, ...]]:
    """The choices by detail, in the order in which words are tried."""
    data = read_yaml(_FILE)
    return {
        detail: tuple(Choice(value, row["label"], tuple(row["say"])) for value, row in rows.items())
        for detail, rows in data.items()
    }


def label(detail: str, value: str) -> str:
    """What an official reads for a value; the value itself where it is none of the choices."""
    return next((it.label for it in load_choices()[detail] if it.value == value), value)


def asked(head: bool | None) -> str:
    """Whether the court asked in writing for a head, in words; empty where nobody said."""
    return "" if head is None else label("head_asked", "yes" if head else "no")


def meant(detail: str, text: str) -> Choice | None:
    """The choice whose label or words stand in a text; None where none does."""
    choices = load_choices()[detail]
    return next((it for it in choices if it.label in text or any(word in text for word in it.say)), None)
