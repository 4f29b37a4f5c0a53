"""Where the data of an installation are, as far as a backup holds them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from actions.errors import BackupRefused
from actions.store.database import as_url


@dataclass(frozen=True, slots=True)
class Places:
    """Where the data are.

    Attributes:
        database: The SQLite file.
        laws: The folder of law texts beside the measure.
        templates: The folder of the installation's own papers.
        heads: The file of heads.
    """

    database: Path
    laws: Path
    templates: Path
    heads: Path


def database_file(place: str | Path) -> Path:
    """The file of a SQLite database.

    Args:
        place: As in the settings: a path or a URL.

    Raises:
        BackupRefused: The database is a server's, which has tools of its own.
    """
    url = as_url(place)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise BackupRefused("数据库在 PostgreSQL 上，请用 pg_dump 备份、pg_restore 恢复，恢复后运行 yingsu verify。")
    return Path(url.database).absolute()
