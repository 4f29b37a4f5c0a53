"""A legal text as clauses that know where in their source they stand: what a measure and any other law share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from knowledge.citation import Citation, chinese_number
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

    def clause(self, citation: Citation) -> Clause:
        """The clause at a place.

        An item may be named with or without its paragraph where the article has but one. An article alone is
        its paragraph, for one with items the words that introduce them; an article of several paragraphs
        comes as one clause, a paragraph a line.

        Raises:
            NoSuchClause: if the text has no such place; the message names what it has.
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
            NoSuchClause: if the text has no such place.
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

    def _check(self, citation: Citation) -> None:
        """Raise NoSuchClause with a message that names what exists."""
        article = f"第{chinese_number(citation.article)}条"
        if citation.article > self.articles:
            raise NoSuchClause(f"{self.called}共{chinese_number(self.articles)}条，没有{article}。")
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


def fold(text: str) -> str:
    """A text with spaces, line ends and the width of marks folded away, to compare words by."""
    return "".join(text.split()).translate(_FULL_WIDTH)


def _count(number: int) -> str:
    return "两" if number == 2 else chinese_number(number)


def _mark(clause: Clause) -> str:
    return "" if clause.item is None else f"（{chinese_number(clause.item)}）"
