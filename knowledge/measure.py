"""The text of one measure: read from its source, cut by position, never typed.

The source is a PDF's text. ``load_measure`` turns it into clauses that know where in the source they stand.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from knowledge.citation import Citation
from knowledge.data_files import read_yaml
from knowledge.errors import MeasureChanged, MeasureError, TextError
from knowledge.parse import parse as parse_text
from knowledge.text import Clause, LegalText, fold

__all__ = ["DEFAULT_FOLDER", "Clause", "Measure", "fold", "load_measure", "parse", "to_markdown"]

DEFAULT_FOLDER = Path(__file__).parent / "measures" / "xinzhou-2023-42"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(LegalText):
    """One measure, whole.

    Attributes:
        id: the folder's name.
        name: 办法's full name.
        number: 文号.
        issued: the day on the document.
        in_force_from: first day in force (第二十五条).
        in_force_to: last day in force, counted from 第二十五条.
        source_sha256: hash of the source's bytes.
    """

    id: str
    name: str
    number: str
    issued: date
    in_force_from: date
    in_force_to: date
    source_sha256: str

    @property
    def called(self) -> str:
        """What the text is called in a sentence."""
        return "办法"


def load_measure(folder: Path | None = None, *, expected_sha256: str | None = None) -> Measure:
    """Read a measure from its folder: ``measure.yml`` (what is fixed) and ``source.txt`` (as received).

    Args:
        folder: the measure's folder; the bundled one by default.
        expected_sha256: hash the source must have; by default the one in ``measure.yml``.

    Raises:
        MeasureChanged: if the source is not the text that was checked.
        MeasureError: if a file is missing, unreadable or not built as a measure is.
    """
    folder = folder or DEFAULT_FOLDER
    fixed = _read_fixed(folder / "measure.yml")
    raw = _read(folder / "source.txt")
    digest = hashlib.sha256(raw).hexdigest()
    expected = expected_sha256 or str(fixed["source_sha256"])
    if digest != expected:
        raise MeasureChanged(
            f"办法原文{folder / 'source.txt'}与核对过的版本不一致（应为{expected[:12]}，实为{digest[:12]}），"
            "请恢复原文件或重新安装本程序。"
        )
    source = _decode(raw, folder / "source.txt")
    return Measure(
        id=str(fixed["id"]),
        name=str(fixed["name"]),
        number=str(fixed["number"]),
        issued=_day(fixed, "issued", folder),
        in_force_from=_day(fixed, "in_force_from", folder),
        in_force_to=_day(fixed, "in_force_to", folder),
        source_sha256=digest,
        clauses=parse(source),
        source=source,
    )


def parse(source: str) -> tuple[Clause, ...]:
    """Cut a measure's source into clauses.

    Args:
        source: the text as received, front matter and tail included.

    Raises:
        MeasureError: if there is no first article, or articles or items do not follow each other in number.
    """
    try:
        return parse_text(source).clauses
    except TextError as error:
        raise MeasureError(str(error)) from error


def to_markdown(measure: Measure) -> str:
    """The measure as a page for people, its hashes in the front matter: what ``measure.md`` holds."""
    head = [
        "---",
        f"id: {measure.id}",
        f"number: {measure.number}",
        f"issued: {measure.issued}",
        f"in_force: {measure.in_force_from} / {measure.in_force_to}",
        f"source_sha256: {measure.source_sha256}",
        f"sha256: {measure.sha256}",
        "---",
        "",
        f"# {measure.name}",
    ]
    body = []
    for article in range(1, measure.articles + 1):
        body += ["", f"## {Citation(article)}"]
        for line in measure.article_text(article).splitlines():
            body += ["", line]
    return "\n".join([*head, *body, ""])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MeasureError(f"读不到办法文件{path}，请确认文件存在并可读，或重新安装本程序。") from error


def _decode(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MeasureError(f"办法文件{path}不是UTF-8文本，请恢复原文件或重新安装本程序。") from error


def _read_fixed(path: Path) -> dict[str, object]:
    content = _read(path)
    try:
        fixed = read_yaml(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MeasureError(f"{path}不是可读的YAML文件，请恢复原文件或重新安装本程序。") from error
    needed = ("id", "name", "number", "issued", "in_force_from", "in_force_to", "source_sha256")
    missing = [key for key in needed if not isinstance(fixed, dict) or not fixed.get(key)]
    if missing:
        raise MeasureError(f"{path}缺少{'、'.join(missing)}，请补上。")
    return dict(fixed)


def _day(fixed: dict[str, object], key: str, folder: Path) -> date:
    value = fixed[key]
    if not isinstance(value, date):
        raise MeasureError(f"{folder / 'measure.yml'}的{key}不是日期，请写成2023-07-01这样。")
    return value
