"""The text of one measure: read from its source, cut by position, never typed.

The source is a PDF's text: sentences wrapped over lines and pages, marks of either width, list dashes, front
matter and a tail. ``load_measure`` turns it into clauses that know where in the source they stand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import yaml

from knowledge.citation import Citation, chinese_number, parse_number
from knowledge.errors import CitationError, MeasureChanged, MeasureError, NoSuchClause, QuoteMismatch

Span = tuple[int, int]

DEFAULT_FOLDER = Path(__file__).parent / "measures" / "xinzhou-2023-42"

_ARTICLE = re.compile(r"第([零一二三四五六七八九十百]+)条[ \u3000]+")
_ITEM = re.compile(r"(?:-\s*)?[(（]([一二三四五六七八九十]+)[)）]\s*")
_TAIL = "抄送："  # who gets a copy: the text of the measure is over
_SENTENCE_ENDS = ("。", "；", ";", "：", ":")
_FULL_WIDTH = str.maketrans("(),;:", "（），；：")


@dataclass(frozen=True, slots=True)
class Clause:
    """One unit of the text: an article's paragraph, or an item.

    Attributes:
        citation: its place in the form that is printed: no paragraph where the article has but one.
        article: 条, from 1.
        paragraph: 款, from 1; None only where a whole article of several paragraphs was asked for.
        item: 项, from 1; None for a paragraph.
        lead: for an item, the paragraph that introduces it; None otherwise.
        text: the words, lines joined, list mark off, marks full width.
        spans: where the words stand in the source, as [start, end) in characters.
    """

    citation: Citation
    article: int
    paragraph: int | None
    item: int | None
    lead: str | None
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, whole.

    Attributes:
        id: the folder's name.
        name: 办法's full name.
        number: 文号.
        issued: the day on the document.
        in_force_from: first day in force (第二十五条).
        in_force_to: last day in force, counted from 第二十五条.
        source_sha256: hash of the source's bytes.
        clauses: every clause, in the order of the text.
        source: the text as received.
    """

    id: str
    name: str
    number: str
    issued: date
    in_force_from: date
    in_force_to: date
    source_sha256: str
    clauses: tuple[Clause, ...] = field(repr=False)
    source: str = field(repr=False)

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return self.clauses[-1].article

    @property
    def sha256(self) -> str:
        """Hash of the clean text: every clause with its place, one a line, UTF-8."""
        lines = "\n".join(f"{clause.citation} {clause.text}" for clause in self.clauses)
        return hashlib.sha256(lines.encode()).hexdigest()

    def clause(self, citation: Citation) -> Clause:
        """The clause at a place.

        An item may be named with or without its paragraph where the article has but one. An article alone is
        its paragraph, for one with items the words that introduce them; an article of several paragraphs
        comes as one clause, a paragraph a line.

        Raises:
            NoSuchClause: if the measure has no such place; the message names what it has.
        """
        self._check(citation)
        paragraph = citation.paragraph or (1 if self._paragraphs(citation.article) == 1 else None)
        if paragraph is None and citation.item is None:
            return self._whole(citation.article)
        return next(
            clause
            for clause in self.clauses
            if (clause.article, clause.item) == (citation.article, citation.item)
            and paragraph in (None, clause.paragraph)
        )

    def under(self, citation: Citation) -> tuple[Clause, ...]:
        """Every clause at a place and below it, in order: for 第十一条 its opening words and its seven items.

        Raises:
            NoSuchClause: if the measure has no such place.
        """
        self._check(citation)
        return tuple(
            clause
            for clause in self.clauses
            if clause.article == citation.article
            and citation.paragraph in (None, clause.paragraph)
            and citation.item in (None, clause.item)
        )

    def neighbours(self, citation: Citation) -> tuple[Clause | None, Clause | None]:
        """The clauses just before and just after a place; None at either end of the measure.

        Raises:
            NoSuchClause: if the measure has no such place.
        """
        here = self.under(citation) if citation.item is None else (self.clause(citation),)
        first, last = self.clauses.index(here[0]), self.clauses.index(here[-1])
        return (
            self.clauses[first - 1] if first else None,
            self.clauses[last + 1] if last + 1 < len(self.clauses) else None,
        )

    def quote(self, citation: Citation) -> str:
        """The words of a clause, cut from the source anew and checked against it.

        Raises:
            NoSuchClause: if the measure has no such place.
            QuoteMismatch: if clause and source do not agree word for word, spaces and marks folded.
        """
        return self._quote(self.clause(citation))

    def article_text(self, article: int) -> str:
        """A whole article, a paragraph or item a line, items with their number: （一）….

        Raises:
            NoSuchClause: if there is no such article.
            QuoteMismatch: if a clause does not agree with the source.
        """
        return "\n".join(_mark(clause) + self._quote(clause) for clause in self.under(Citation(article)))

    def _quote(self, clause: Clause) -> str:
        cut = "".join(self.source[start:end] for start, end in clause.spans)
        if fold(cut) != fold(clause.text) or not cut:
            raise QuoteMismatch(f"{clause.citation}的引文与原文不一致，不能引用，请恢复原文文件或重新安装。")
        return clause.text

    def _whole(self, article: int) -> Clause:
        parts = [clause for clause in self.under(Citation(article)) if clause.item is None]
        return Clause(
            citation=Citation(article),
            article=article,
            paragraph=None,
            item=None,
            lead=None,
            text="\n".join(part.text for part in parts),
            spans=tuple(span for part in parts for span in part.spans),
        )

    def _paragraphs(self, article: int) -> int:
        return max((clause.paragraph or 0 for clause in self.clauses if clause.article == article), default=0)

    def _check(self, citation: Citation) -> None:
        """Raise NoSuchClause with a message that names what exists."""
        article = f"第{chinese_number(citation.article)}条"
        if citation.article > self.articles:
            raise NoSuchClause(f"办法共{chinese_number(self.articles)}条，没有{article}。")
        paragraphs = self._paragraphs(citation.article)
        inside = [
            clause.item
            for clause in self.clauses
            if clause.article == citation.article and citation.paragraph in (None, clause.paragraph)
        ]
        items = max((item or 0 for item in inside), default=0)
        if citation.paragraph and citation.paragraph > paragraphs:
            wanted = citation.paragraph
            message = f"{article}只有{_count(paragraphs)}款，没有第{chinese_number(wanted)}款"
            known_item = any(c.article == citation.article and c.item == wanted for c in self.clauses)
            hint = f"；如指第（{chinese_number(wanted)}）项，请写{Citation(citation.article, item=wanted)}"
            raise NoSuchClause(message + (hint if known_item and citation.item is None else "") + "。")
        if citation.item and citation.item > items:
            place = Citation(citation.article, citation.paragraph)
            if not items:
                raise NoSuchClause(f"{place}没有项。")
            raise NoSuchClause(f"{place}只有{_count(items)}项，没有第（{chinese_number(citation.item)}）项。")


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
    """Cut a source text into clauses.

    A line goes on the one before unless it opens an article or item, or the one before ended a sentence.

    Args:
        source: the text as received, front matter and tail included.

    Raises:
        MeasureError: if there is no first article, or articles or items do not follow each other in number.
    """
    clauses = tuple(_with_lead(_number(source, _units(source))))
    if not clauses:
        raise MeasureError("原文里找不到“第一条”，请确认文件是办法全文。")
    several = {clause.article for clause in clauses if clause.paragraph != 1}
    return tuple(
        clause if clause.article in several else replace(clause, citation=replace(clause.citation, paragraph=None))
        for clause in clauses
    )


def fold(text: str) -> str:
    """A text with spaces, line ends and the width of marks folded away, to compare words by."""
    return "".join(text.split()).translate(_FULL_WIDTH)


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


@dataclass(slots=True)
class _Unit:
    """A clause in the making: which mark opened it, and its lines."""

    article: str | None
    item: str | None
    spans: list[Span]


def _units(source: str) -> Iterator[_Unit]:
    unit: _Unit | None = None
    for start, end in _lines(source):
        line = source[start:end]
        if line.startswith(_TAIL):
            break
        article = _ARTICLE.match(line)
        item = _ITEM.match(line)
        if unit is None and not article:  # front matter
            continue
        ended = unit is not None and source[: unit.spans[-1][1]].endswith(_SENTENCE_ENDS)
        if unit is not None and not article and not item and not ended:
            unit.spans.append((start, end))
            continue
        if unit is not None:
            yield unit
        mark = article or item
        unit = _Unit(
            article=article[1] if article else None,
            item=item[1] if item and not article else None,
            spans=[(start + (mark.end() if mark else 0), end)],
        )
    if unit is not None:
        yield unit


def _lines(source: str) -> Iterator[Span]:
    """Where each line's words stand, blank lines left out."""
    for match in re.finditer(r"[^\s](?:[^\n]*[^\s])?", source):
        yield match.span()


def _number(source: str, units: Iterable[_Unit]) -> Iterator[Clause]:
    """Give each unit its article, paragraph and item, and see that the numbers follow each other."""
    article = paragraph = item = 0
    for unit in units:
        if unit.article is not None:
            article, paragraph, item = _following("条", unit.article, article), 1, 0
        elif unit.item is not None:
            item = _following("项", unit.item, item)
        else:
            paragraph, item = paragraph + 1, 0
        text = fold("".join(source[start:end] for start, end in unit.spans))
        place = Citation(article, paragraph, item or None)
        yield Clause(place, article, paragraph, item or None, None, text, tuple(unit.spans))


def _following(kind: str, written: str, before: int) -> int:
    try:
        number = parse_number(written)
    except CitationError:
        number = 0
    if number != before + 1:
        raise MeasureError(
            f"原文的{kind}号不连续：第{chinese_number(before + 1)}{kind}处写的是“{written}”，请核对原文。"
        )
    return number


def _with_lead(clauses: Iterable[Clause]) -> Iterator[Clause]:
    lead = ""
    for clause in clauses:
        if clause.item is None:
            lead = clause.text
            yield clause
        else:
            yield replace(clause, lead=lead)


def _count(number: int) -> str:
    return "两" if number == 2 else chinese_number(number)


def _mark(clause: Clause) -> str:
    return "" if clause.item is None else f"（{chinese_number(clause.item)}）"


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
    text = _decode(_read(path), path)
    try:
        fixed = yaml.safe_load(text)
    except yaml.YAMLError as error:
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
