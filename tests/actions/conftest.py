"""A talk over the bundled measure, and an office whose people keep cases, each with a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.store import Store
from actions.talk.service import TalkService
from knowledge.decide import Decider
from knowledge.search import Searcher
from tests.actions.cases_kit import Office
from tests.actions.conversation import Conversation, service


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Store]:
    """Where the talk writes."""
    with Store.open(tmp_path / "records.sqlite") as opened:
        yield opened


@pytest.fixture
def talk(decider: Decider, searcher: Searcher, records: Store) -> TalkService:
    """The service."""
    return service(decider, searcher, records)


@pytest.fixture
def chat(talk: TalkService) -> Conversation:
    """A conversation in which nothing has been said."""
    return Conversation(talk)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """One without any case."""
    made = Office.at(tmp_path)
    with made.store:
        yield made
