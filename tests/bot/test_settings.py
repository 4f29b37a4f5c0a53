"""Where data lives: under YINGSU_HOME and nowhere else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import HomeNotWritable
from bot.settings import CHECKOUT, Settings


def test_the_environment_names_home_and_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YINGSU_HOME", str(tmp_path / "here"))
    monkeypatch.delenv("YINGSU_DATABASE", raising=False)
    settings = Settings()
    assert settings.home == tmp_path / "here"
    assert settings.store == tmp_path / "here" / "yingsu.sqlite"
    monkeypatch.setenv("YINGSU_DATABASE", "postgresql+psycopg://host/base")
    assert Settings().store == "postgresql+psycopg://host/base"


@pytest.mark.parametrize("empty", ["", None])
def test_without_it_the_platforms_folder_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty: str | None
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    if empty is None:
        monkeypatch.delenv("YINGSU_HOME", raising=False)
    else:
        monkeypatch.setenv("YINGSU_HOME", empty)
    home = Settings().home
    assert home.is_relative_to(tmp_path) and home.name == "yingsu"
    assert not home.is_relative_to(CHECKOUT)


def test_home_may_be_written_short_and_is_the_same_from_everywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("YINGSU_HOME", "~/data")
    assert Settings().home == tmp_path / "data"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YINGSU_HOME", "data")
    settings = Settings()
    monkeypatch.chdir("/")
    assert settings.home == tmp_path / "data"


def test_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "a" / "b").prepare_home()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert Settings(home=home).prepare_home() == home, "it may be there already"


@pytest.mark.parametrize("below", [".", "below"])
def test_a_file_in_its_place_is_told_so_and_left_alone(tmp_path: Path, below: str) -> None:
    there = tmp_path / "file"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(HomeNotWritable, match=r"YINGSU_HOME 设为可写的目录。$"):
        Settings(home=there / below).prepare_home()
    assert there.read_text(encoding="utf-8") == "mine"


def test_settings_do_not_change(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Settings(home=tmp_path).home = tmp_path / "else"  # type: ignore[misc]
