"""Where an installation's data is. Apart from the settings: reading those takes a sixth of a short command's time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ENV = "YINGSU_"
FILE = "yingsu.toml"
LAWS = "laws"
"""The folder in it of the law texts beside the measure."""


def default_home() -> Path:
    """The platform's folder for user data."""
    from platformdirs import user_data_path

    return user_data_path("yingsu")


def home_where_nothing_is_set(environ: Mapping[str, str]) -> Path | None:
    """The home folder, if it is all that is set, so that every other setting is its default.

    Args:
        environ: the environment.

    Returns:
        The folder; None where the environment has another setting, or there is, or may be, a file of settings.
    """
    given = {name.upper(): value for name, value in environ.items() if name.upper().startswith(ENV) and value}
    chosen = given.pop(f"{ENV}HOME", None)
    home = (Path(chosen) if chosen else default_home()).expanduser().absolute()
    try:
        (home / FILE).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None if given else home
    except OSError:
        return None
    return None
