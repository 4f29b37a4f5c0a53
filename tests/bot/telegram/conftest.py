"""A Bot API for each test, and a database that need not be made anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.store.inbox import Inbox
from tests.bot.telegram.bot_api import BotApi


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApi]:
    """Telegram, on loopback."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with BotApi() as running:
        yield running


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "inbox.sqlite"
    Inbox.open(path).close()
    return path


@pytest.fixture
def tmp_path(tmp_path: Path, empty: Path) -> Path:
    """A folder with an empty inbox in it."""
    shutil.copy(empty, tmp_path / "inbox.sqlite")
    return tmp_path
