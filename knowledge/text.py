"""A legal text as clauses that know where in their source they stand: what a measure and any other law share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge.citation import Citation, chinese_number, listed
from knowledge.errors import NoSuchClause, QuoteMismatch

Span = tuple[int, int]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalText:
    """Clauses and the source they are cut from; what a measure and any other law have in common.

    Attributes:
        clauses: every clause, in the order of the text.
        source: the text as received.
    """

    clauses: tuple[Clause, ...] = field(repr=False)
    source: str = field(repr=False)

    @property
    def called(self) -> str:
        """What the text is called in a sentence."""
        return "原文"

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return self.clauses[-1].article

    @property
    def sha256(self) -> str:
        """Hash of the clean text: every clause with its place, one a line, UTF-8."""
        lines = "\n".join(f"{clause.citation} {clause.text}" for clause in self.clauses)
        return hashlib.sha256(lines.encode()).hexdigest()

    def place(self, citation: Citation) -> Citation:
        """A place by its numbers: of a text with 25 articles 最后一条 is 第二十五条.

        Raises:
            NoSuchClause: if the text has no such place; the message names what it has.
        """
        place = self._from_start(citation)
        if lack := self._lack(place):
            raise NoSuchClause(lack.said([lack.number]))
        return place

    def absent(self, citations: Iterable[Citation]) -> list[str]:
        """What is to be said of places that the text does not have, a sentence for all of an article or of the text.

        Returns:
            The sentences, each with what there is instead; empty if all are there.
        """
        lacks: dict[str, list[_Lack]] = {}
        for citation in citations:
            if lack := self._lack(self._from_start(citation)):
                lacks.setdefault(lack.has, []).append(lack)
        return [alike[0].said(sorted({lack.number for lack in alike})) for alike in lacks.values()]

    def clause(self, citation: Citation) -> Clause:
        """The clause at a place.

        An item may be named with or without its paragraph where the article has but one. An article alone is
        its paragraph, for one with items the words that introduce them; an article of several paragraphs
        comes as one clause, a paragraph a line.

        Raises:
            NoSuchClause: if the text has no such place; the message names what it has.
        """
        citation = self.place(citation)
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
            NoSuchClause: if the text has no such place.
        """
        citation = self.place(citation)
        return tuple(
            clause
            for clause in self.clauses
            if clause.article == citation.article
            and citation.paragraph in (None, clause.paragraph)
            and citation.item in (None, clause.item)
        )

    def neighbours(self, citation: Citation) -> tuple[Clause | None, Clause | None]:
        """The clauses just before and just after a place; None at either end of the text.

        Raises:
            NoSuchClause: if the text has no such place.
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
            NoSuchClause: if the text has no such place.
            QuoteMismatch: if clause and source do not agree word for word, spaces and marks folded.
        """
        return self._quote(self.clause(citation))

    def article_text(self, article: int) -> str:
        """A whole article, a paragraph or item a line, items with their number: （一）….

        Raises:
            NoSuchClause: if there is no such article.
            QuoteMismatch: if a clause does not agree with the source.
        """
        return self.text_under(Citation(article))

    def text_under(self, citation: Citation) -> str:
        """A place and all below it, a paragraph or item a line, items below it with their number: （一）….

        Raises:
            NoSuchClause: if there is no such place.
            QuoteMismatch: if a clause does not agree with the source.
        """
        if citation.item is not None:
            return self.quote(citation)
        return "\n".join(_mark(clause) + self._quote(clause) for clause in self.under(citation))

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

    def _from_start(self, citation: Citation) -> Citation:
        """A place with what counts from the end counted from the start, where there is so much."""
        article = _counted(citation.article, self.articles)
        paragraph = citation.paragraph and _counted(citation.paragraph, self._paragraphs(article))
        return Citation(article, paragraph, citation.item and _counted(citation.item, self._items(article, paragraph)))

    def _items(self, article: int, paragraph: int | None) -> int:
        """How many items an article or a paragraph has."""
        inside = (it for it in self.clauses if it.article == article and paragraph in (None, it.paragraph))
        return max((it.item or 0 for it in inside), default=0)

    def _lack(self, place: Citation) -> _Lack | None:
        """What a text lacks of a place; None where it is there."""
        article = str(Citation(place.article))
        if not 1 <= place.article <= self.articles:
            return _Lack(f"{self.called}共{chinese_number(self.articles)}条", place.article, "条")
        paragraphs = self._paragraphs(place.article)
        if place.paragraph is not None and not 1 <= place.paragraph <= paragraphs:
            item = Citation(place.article, item=place.paragraph)
            known_item = place.item is None and 1 <= place.paragraph <= self._items(place.article, None)
            hint = f"；如指{listed([place.paragraph], '项')}，请写{item}" if known_item else ""
            return _Lack(f"{article}只有{_count(paragraphs)}款", place.paragraph, "款", hint)
        items = self._items(place.article, place.paragraph)
        if place.item is not None and not 1 <= place.item <= items:
            whole = Citation(place.article, place.paragraph)
            return _Lack(
                f"{whole}只有{_count(items)}项" if items else f"{whole}没有项", place.item, "项" if items else ""
            )
        return None


@dataclass(frozen=True, slots=True)
class _Lack:
    """A number that a text does not have.

    Attributes:
        has: what it has instead: 办法共二十五条.
        number: the number.
        unit: 条, 款 or 项; '' where it has none of the kind.
        hint: what may have been meant.
    """

    has: str
    number: int
    unit: str
    hint: str = ""

    def said(self, numbers: list[int]) -> str:
        """The sentence that several numbers are not there; the hint is for one alone."""
        if not self.unit:
            return f"{self.has}。"
        return f"{self.has}，没有{listed(numbers, self.unit)}{self.hint if len(numbers) == 1 else ''}。"


def _counted(number: int, count: int) -> int:
    """A number from the start for one that may count from the end, -1 the last; itself where there is none."""
    from_start = count + 1 + number
    return from_start if number < 0 < from_start else number


def fold(text: str) -> str:
    """A text with spaces, line ends and the width of marks folded away, to compare words by."""
    return "".join(text.split()).translate(_FULL_WIDTH)


def _count(number: int) -> str:
    return "两" if number == 2 else chinese_number(number)


def _mark(clause: Clause) -> str:
    return "" if clause.item is None else f"（{chinese_number(clause.item)}）"
