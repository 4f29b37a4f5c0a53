"""What tests of several rooms share."""

from __future__ import annotations

import pytest

from knowledge.bundled import load_decider, load_searcher
from knowledge.decide import Decider
from knowledge.search import Searcher


@pytest.fixture(scope="session")
def decider() -> Decider:
    """The bundled measure's decisions; they hold no state."""
    return load_decider()


@pytest.fixture(scope="session")
def searcher() -> Searcher:
    """The bundled measure's look-up; it holds no state."""
    return load_searcher()
