"""Cutting a source into articles, paragraphs and items (条、款、项), whose numbers must follow each other.

A source may be as rough as a PDF's text: sentences wrapped over lines and pages, marks of either width, list dashes,
page numbers, front matter and a tail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge.citation import Citation, chinese_number, parse_number
from knowledge.errors import CitationError, TextError
from knowledge.text import Clause, Span, fold

Layout = Literal["lines", "paragraphs"]
"""How a source ends a paragraph: by what its last line says (text of a PDF), or by a blank line too (Markdown)."""

_N = r"(?:[零〇一二两三四五六七八九十百千]+|[0-9]{1,4})"
_MARKUP = r"(?:#{1,6}[ \t]*)?(?:\*\*|__)?"
_SPACED = re.compile(rf"{_MARKUP}第({_N})条(?:(?:\*\*|__)?(?:[ \t\u3000\u00a0]+|$)|(?=【))")
_BARE = re.compile(rf"{_MARKUP}第({_N})条(?:\*\*|__)?(?!之[一二三四五六七八九十])")
_INSERTED = re.compile(rf"{_MARKUP}第{_N}条之[一二三四五六七八九十]+(?:\*\*|__)?(?:[ \t\u3000]|$)")
_ITEM = re.compile(r"(?:-\s*)?[(（]([一二三四五六七八九十]+)[)）]\s*")
_SUBITEM = re.compile(r"[0-9]{1,2}[.．、)）]")
_HEADING = re.compile(
    rf"#{{1,6}}\s|(?:\*\*)?第{_N}(?:编|分编|章|节)(?:[\s*]|$)|[一二三四五六七八九十]+、[^，。；：]{{1,30}}$|[总附]\s*则$"
)
_AROUND_HEADING = "#* \t\u3000"
_TAIL = re.compile(r"抄送[:：]|(?:附[:：]|(?:附件|附表|附录|附图)(?:[\s:：0-9一二三四五六七八九十]|$))(?!.*。$)")
_PAGE_NUMBER = re.compile(r"[-—–－·\s]*[0-9]{1,4}[-—–－·\s]*$|第\s*[0-9]+\s*页(?:[,，/\s]*共\s*[0-9]+\s*页)?$")
_WITHIN = re.compile(
    rf"(?:(?<=[。；;!！?？])|(?<=[。！？][”’）)]))[ \t\u3000\u00a0]*"
    rf"((?:\*\*|__)?第({_N})条(?:\*\*|__)?)(?![之、和及至到的])"
)
"""An article's number where a sentence has just ended within a line."""
_ENDED = re.compile(r"[。；;：:][”’\"'）)》」』*]*$")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source, cut.

    Attributes:
        clauses: every clause, in the order of the text.
        headings: chapters and sections (编、章、节), each with the number of the article it stands before.
        front: what stands before the first article.
        rest: what stands after the last one: who gets a copy, annexes, signature. Empty where there is nothing.
    """

    clauses: tuple[Clause, ...]
    headings: tuple[tuple[int, str], ...]
    front: str
    rest: str


def parse(source: str, layout: Layout = "lines") -> Parsed:
    """Cut a source text into clauses.

    A line goes on the one before unless it opens an article or item, or the one before ended a sentence, or, where
    blank lines end paragraphs, such a line stands between. Annexes are left out, as is what stands below the last
    article without being a sentence.

    Args:
        source: the text as received, front matter and tail included.
        layout: how it ends paragraphs.

    Raises:
        TextError: if there is no first article, or articles or items do not follow each other in number.
    """
    lines = list(_lines(source, layout))
    first = next((i for i, line in enumerate(lines) if line.kind == "article"), None)
    if first is None and re.search("第[一1]条", source):
        raise TextError("原文的“第一条”不在一行的开头，请把标题和每一条各放一行后重试。")
    if first is None:
        raise TextError("原文里找不到“第一条”，请确认文件是全文，并且有文字。")
    body, after = _body(source, lines[first:])
    units, headings = _units(source, body, layout)
    while _is_below(source, units[-1]):
        units.pop()
    clauses = tuple(_with_lead(_number(source, units)))
    last = clauses[-1].article
    if any(line.kind == "article" and _number_of(line.mark) == last + 1 for line in after):
        raise TextError(f"原文第{chinese_number(last)}条与下一条之间夹有附件或别的标题，请先整理原文。")
    several = {clause.article for clause in clauses if clause.paragraph != 1}
    return Parsed(
        clauses=tuple(
            clause if clause.article in several else replace(clause, citation=replace(clause.citation, paragraph=None))
            for clause in clauses
        ),
        headings=(*_first_heading(source, lines[:first]), *headings),
        front=source[: lines[first].start],
        rest=source[units[-1].spans[-1][1] :].strip(),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the source: what it is, where it, its words and its end stand, and the number that opens it."""

    kind: Literal["article", "item", "heading", "tail", "text"]
    start: int
    words: int
    end: int
    mark: str = ""
    apart: bool = False  # a blank line stands before it


@dataclass(slots=True)
class _Unit:
    """A clause in the making: which mark opened it, and where its words stand."""

    article: str | None
    item: str | None
    spans: list[Span]


def _lines(source: str, layout: Layout) -> Iterator[_Line]:
    """The lines that are not blank, told by how they begin."""
    spans = [match.span() for match in re.finditer(r"[^\s](?:[^\n]*[^\s])?", source)]
    if layout == "lines":
        spans = [span for span in spans if not _PAGE_NUMBER.match(source[slice(*span)])]
    opener = _SPACED if _opens_first(_SPACED, source, spans) or not _opens_first(_BARE, source, spans) else _BARE
    before, ended, begun = 0, True, False
    for start, end in _one_article_each(source, spans, opener):
        line = source[start:end]
        apart = source.count("\n", before, start) > 1
        article, item = opener.match(source, start, end), _ITEM.match(source, start, end)
        if _INSERTED.match(line):
            raise TextError(f"原文有“{line[:12].strip()}”这样的条号，本程序还不能收录带“之一”的条文。")
        if article and (opener is _SPACED or ended or (not begun and _number_of(article[1]) == 1)):
            begun = True
            yield _Line("article", start, article.end(), end, article[1], apart)
        elif item:
            yield _Line("item", start, item.end(), end, item[1], apart)
        elif _TAIL.match(line):
            yield _Line("tail", start, start, end, apart=apart)
        elif _HEADING.match(line):
            yield _Line("heading", start, start, end, apart=apart)
        else:
            yield _Line("text", start, start, end, apart=apart)
        before, ended = end, bool(_ENDED.search(line)) or bool(_HEADING.match(line))


def _one_article_each(source: str, spans: Sequence[Span], opener: re.Pattern[str]) -> Iterator[Span]:
    """The lines, one that holds several articles (第一条 …。第二条 …。) cut before each.

    A number that opens a line elsewhere is only named here: …的除外。第五条 第二款所称的….

    Raises:
        TextError: a later article's number stands within a line, and whether it opens one cannot be told.
    """
    opening = [(_number_of(match[1]) if (match := opener.match(source, *span)) else 0) for span in spans]
    number = 0
    for (start, end), opened in zip(spans, opening, strict=True):
        number = opened or number
        for inner in _WITHIN.finditer(source, start, end) if number else ():
            found = _number_of(inner[2])
            if found <= number or found in opening:
                continue
            if found != number + 1 or not source[inner.end() : inner.end() + 1].isspace():
                raise TextError(f"原文第{chinese_number(number)}条那一行里还有“{inner[1]}”，请让每条另起一行后重试。")
            yield start, inner.start()
            start, number = inner.start(1), found
        yield start, end


def _opens_first(opener: re.Pattern[str], source: str, spans: Iterable[Span]) -> bool:
    """Whether a line opens the first article in that spelling."""
    matches = (opener.match(source, *span) for span in spans)
    return any(match and _number_of(match[1]) == 1 for match in matches)


def _body(source: str, lines: Sequence[_Line]) -> tuple[list[_Line], list[_Line]]:
    """The lines of the law itself from its first article on, and those of annexes after it.

    What looks like a heading is one only where an article follows.
    """
    body: list[_Line] = []
    for i, line in enumerate(lines):
        if line.kind == "heading" and not _stands_before_article(source, lines[i + 1 :]):
            if source[line.start] == "#":
                return body, list(lines[i:])
            line = replace(line, kind="text")
        if line.kind == "tail":
            return body, list(lines[i:])
        body.append(line)
    return body, []


def _stands_before_article(source: str, lines: Sequence[_Line]) -> bool:
    for i, line in enumerate(lines):
        if line.kind == "heading" or (i == 0 and _goes_on(source, line)):
            continue
        return line.kind == "article"
    return False


def _goes_on(source: str, line: _Line) -> bool:
    """Whether a line may be the second half of a heading."""
    return line.kind == "text" and not line.apart and not re.search(r"[，。；：]|.{20}", source[line.start : line.end])


def _first_heading(source: str, front: Sequence[_Line]) -> Iterator[tuple[int, str]]:
    """第一章 or its like right before the first article, not the list of contents above it."""
    words = source[front[-1].start : front[-1].end] if front and front[-1].kind == "heading" else ""
    if words and not words.startswith("# "):
        yield 1, words.strip(_AROUND_HEADING)


def _units(source: str, lines: Sequence[_Line], layout: Layout) -> tuple[list[_Unit], tuple[tuple[int, str], ...]]:
    units: list[_Unit] = []
    headings: list[tuple[int, str]] = []
    articles = 0
    under_heading = False
    for line in lines:
        words = (line.words, line.end)
        if line.kind == "heading":
            headings.append((articles + 1, source[line.start : line.end].strip(_AROUND_HEADING)))
        elif line.kind == "text" and under_heading:
            headings[-1] = (headings[-1][0], headings[-1][1] + source[line.start : line.end])
        elif line.kind == "text" and _belongs(source, units[-1], line, layout):
            units[-1].spans.append(words)
        else:
            articles += line.kind == "article"
            units.append(
                _Unit(
                    article=line.mark if line.kind == "article" else None,
                    item=line.mark if line.kind == "item" else None,
                    spans=[words] if line.words < line.end else [],
                )
            )
        under_heading = line.kind == "heading"
    for unit in units:
        if not unit.spans:
            kind = "条" if unit.article else "项"
            raise TextError(f"原文的第{unit.article or unit.item}{kind}没有文字，请核对原文。")
    return list(_whole_items(units)), tuple(headings)


def _whole_items(units: Iterable[_Unit]) -> Iterator[_Unit]:
    """Give an item of several lines those lines: what stands between two items in a row is no paragraph."""
    item: _Unit | None = None
    between: list[_Unit] = []
    for unit in units:
        if unit.item is not None and item and _number_of(unit.item) == _number_of(item.item or "") + 1:
            item.spans += [span for line in between for span in line.spans]
        elif unit.article is None and unit.item is None and item:
            between.append(unit)
            continue
        else:
            yield from between
        item, between = unit if unit.item is not None else None, []
        yield unit
    yield from between


def _is_below(source: str, unit: _Unit) -> bool:
    """Whether the last unit is signature, date or （此件公开发布）: no mark opens it, no sentence ends it."""
    return unit.article is None and unit.item is None and not _ENDED.search(source[slice(*unit.spans[-1])])


def _belongs(source: str, unit: _Unit, line: _Line, layout: Layout) -> bool:
    """Whether a line without a mark goes on what stands before it."""
    if not unit.spans or _SUBITEM.match(source, line.start, line.end):
        return True
    if layout == "paragraphs" and line.apart:
        return False
    return not _ENDED.search(source[slice(*unit.spans[-1])])


def _number(source: str, units: Iterable[_Unit]) -> Iterator[Clause]:
    """Give each unit its article, paragraph and item, and see that the numbers follow each other."""
    article = paragraph = item = 0
    for unit in units:
        if unit.article is not None:
            article, paragraph, item = _following("条", unit.article, article), 1, 0
        elif unit.item is not None:
            item = _following("项", unit.item, item, article)
        else:
            paragraph, item = paragraph + 1, 0
        text = fold("".join(source[start:end] for start, end in unit.spans))
        place = Citation(article, paragraph, item or None)
        yield Clause(place, article, paragraph, item or None, None, text, tuple(unit.spans))


def _following(kind: str, written: str, before: int, article: int = 0) -> int:
    number = _number_of(written)
    if number == before + 1:
        return number
    inside = f"第{chinese_number(article)}条的" if article else "原文的"
    expected = f"第{chinese_number(before + 1)}{kind}"
    fault = "重号或倒序" if 0 < number <= before else f"缺{expected}"
    raise TextError(f"{inside}{kind}号不连续：{expected}处写的是“{written}”，{fault}，请核对原文。")


def _number_of(written: str) -> int:
    """The number, 0 where it is none."""
    try:
        return parse_number(written)
    except CitationError:
        return 0


def _with_lead(clauses: Iterable[Clause]) -> Iterator[Clause]:
    lead = ""
    for clause in clauses:
        if clause.item is None:
            lead = clause.text
            yield clause
        else:
            yield replace(clause, lead=lead)
