"""Where nothing is set the home folder is known without the settings, and it is the same folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.home import home_where_nothing_is_set
from bot.settings import Settings


@pytest.fixture
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment without any of our settings; `Settings` sees it, too."""
    for name in ("YINGSU_HOME", "YINGSU_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return {"LANG": "zh_CN.UTF-8"}


def test_by_default(nothing_set: dict[str, str]) -> None:
    assert home_where_nothing_is_set(nothing_set) == Settings().home


@pytest.mark.parametrize("name", ["YINGSU_HOME", "yingsu_home"])
def test_chosen(monkeypatch: pytest.MonkeyPatch, nothing_set: dict[str, str], name: str) -> None:
    monkeypatch.setenv(name, "~/应诉")
    monkeypatch.chdir("/")
    home = home_where_nothing_is_set({**nothing_set, name: "~/应诉"})
    assert home == Settings().home == Path.home() / "应诉"
    assert Settings().laws == home / "laws"


def test_another_setting_in_the_environment(nothing_set: dict[str, str]) -> None:
    assert home_where_nothing_is_set({**nothing_set, "YINGSU_ENCODER": "/models/e5"}) is None
    assert home_where_nothing_is_set({**nothing_set, "YINGSU_ENCODER": ""}) is not None, "empty is not set"


def test_a_file_of_settings(nothing_set: dict[str, str], tmp_path: Path) -> None:
    here = {**nothing_set, "YINGSU_HOME": str(tmp_path)}
    assert home_where_nothing_is_set(here) == tmp_path
    (tmp_path / "yingsu.toml").symlink_to("nowhere")  # reading it tells what is wrong
    assert home_where_nothing_is_set(here) is None
