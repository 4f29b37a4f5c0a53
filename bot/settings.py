"""Where things are: data under YINGSU_HOME, models and environments in the checkout."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import HomeNotWritable

CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings, read from the environment.

    Attributes:
        home: the folder of this installation's data (`YINGSU_HOME`); by default the platform's folder for user data.
        database: a database's URL (`YINGSU_DATABASE`); by default a SQLite file in `home`.
    """

    model_config = SettingsConfigDict(env_prefix="YINGSU_", env_ignore_empty=True, frozen=True)

    home: Path = Field(default_factory=lambda: user_data_path("yingsu"))
    database: str | None = None

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @property
    def store(self) -> str | Path:
        """Where decisions are kept."""
        return self.database or self.home / "yingsu.sqlite"

    def prepare_home(self) -> Path:
        """Make the home folder, for its owner only.

        Raises:
            HomeNotWritable: it cannot be made or written.
        """
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise HomeNotWritable(
                f"不能使用数据目录 {self.home}：它不是文件夹，或没有权限。请改正，或把 YINGSU_HOME 设为可写的目录。"
            ) from error
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise HomeNotWritable(f"数据目录 {self.home} 不可写。请改正权限，或把 YINGSU_HOME 设为可写的目录。")
        return self.home
