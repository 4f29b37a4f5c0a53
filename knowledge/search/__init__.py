"""Clause look-up: the right clause first, and a plain "the measure does not say"."""

from knowledge.search.asking import LONGEST_QUESTION, Searcher
from knowledge.search.cards import Card, load_cards, load_titles
from knowledge.search.model import SearchModel, load_model
from knowledge.search.readings import load_readings
from knowledge.search.result import Answer, Hit, Reason
from knowledge.search.texts import Aliases, load_aliases

__all__ = [
    "LONGEST_QUESTION",
    "Aliases",
    "Answer",
    "Card",
    "Hit",
    "Reason",
    "SearchModel",
    "Searcher",
    "load_aliases",
    "load_cards",
    "load_model",
    "load_readings",
    "load_titles",
]
