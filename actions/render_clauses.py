"""Clause answers as an official reads them: the short answer, the clause, other texts by name; plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from knowledge.citation import Citation, chinese_number

if TYPE_CHECKING:
    from knowledge.laws import LawGroup, LawInfo
    from knowledge.look_up import Found, WholeArticle
    from knowledge.measure import Clause, Measure
    from knowledge.search import Answer, Card, Hit

_LONG = 120
"""Characters of a quote before it is folded: with a second one and a short answer it still fits a phone's screen."""
_NEAR = 2
_FROM_LAWS = 3
"""Places of other texts that are quoted; further ones are named."""
_AS_GOOD = 0.4
"""A second clause is quoted when it is at least so much as probable as the first."""


def found(it: Found) -> str:
    """What all texts say: the measure's answer, then the others', each under its name."""
    said = answer(it.answer, near=not it.laws)
    if not it.laws:
        return said
    lead = None if it.named else "其他法律文件里字面相近的条文，是否适用请核对："
    left = _FROM_LAWS
    groups = []
    for group in it.laws:
        groups.append(law_group(group, left))
        left = max(0, left - len(group.hits))
    return _lines(said, lead, *groups)


def answer(it: Answer, *, near: bool = True) -> str:
    """The short answer where there is one, then the clause found; or that the measure does not say.

    One clause is quoted, a second where it answers nearly as well; the rest are named.

    Args:
        it: the answer.
        near: quote the nearest clauses where none answers.
    """
    short = [it.card.answer, f"依据：{_basis(it.card)}"] if it.card else []
    if it.answered:
        named = it.hits if it.hits[0].score >= 1 else _shown(it.hits)
        rest = [str(hit.citation) for hit in it.hits if hit not in named]
        also = f"另见：{'、'.join(rest)}" if rest else None
        return _lines(*short, it.message, *(f"{hit.citation}：“{folded(hit.quote)}”" for hit in named), also)
    quotes = [f"　{hit.citation}：“{folded(hit.quote)}”" for hit in it.near[:_NEAR]]
    shown = ("相近条文（不是答案）：", *quotes) if quotes and near and not it.card else ()
    return _lines(*short, it.message, *shown)


def law_group(it: LawGroup, most: int = _FROM_LAWS) -> str:
    """What another text says, under its name, with how far it holds.

    Args:
        it: the text and its places.
        most: how many of them are quoted; the rest are named.
    """
    quotes = (f"{hit.citation}：“{folded(hit.quote)}”" for hit in it.hits[:most])
    rest = "、".join(str(hit.citation) for hit in it.hits[most:])
    return _lines(f"{it.law.title}{_version(it.law)}", it.message, *quotes, f"另见：{rest}" if rest else None)


def law_article(it: WholeArticle) -> str:
    """An article of another text, whole."""
    return f"{it.law.title}{_version(it.law)}{Citation(it.article)}\n{it.text}"


def article(measure: Measure, number: int) -> str:
    """An article of the measure, whole: its paragraphs and items a line each."""
    clauses = measure.under(Citation(number))
    return _lines(f"{Citation(number)}", *(f"{_mark(it)}{measure.quote(it.citation)}" for it in clauses))


def folded(quote: str) -> str:
    """A long quote cut where its sense pauses, with …… for the rest: after a sentence or clause, else after a comma."""
    if len(quote) <= _LONG:
        return quote
    ends = (max(quote.rfind(mark, _LONG // 2, _LONG) for mark in marks) for marks in ("。；\n", "，：", "、"))
    at = next((end for end in ends if end > 0), _LONG - 1)
    return f"{quote[: at + 1].rstrip()}……"


def _version(law: LawInfo) -> str:
    """Which text it is, and how far it holds."""
    told = [f"{law.date}文本"] if law.date else []
    told += [law.mark] if law.mark else []
    return f"（{'；'.join(told)}）" if told else ""


def _mark(clause: Clause) -> str:
    return f"（{chinese_number(clause.item)}）" if clause.item is not None else ""


def _basis(card: Card) -> str:
    named = [*map(str, card.cites), *card.law]
    layer = {"办法": "", "上位法": "办法没写；", "两者都没写": "办法和这里的法律都没写；参看"}[card.basis]
    return layer + "、".join(named)


def _shown(hits: Sequence[Hit]) -> Iterable[Hit]:
    return [hit for hit in hits[:2] if hit.score >= hits[0].score * _AS_GOOD]


def _lines(*lines: str | None) -> str:
    return "\n".join(line for line in lines if line)
