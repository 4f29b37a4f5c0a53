"""Clause answers as an official reads them: the short answer, the clause, other texts by name; plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from knowledge.citation import Citation, chinese_number, listed

if TYPE_CHECKING:
    from knowledge.laws import LawGroup, LawHit, LawInfo
    from knowledge.look_up import Found, WholeArticle
    from knowledge.measure import Clause, Measure
    from knowledge.search import Answer, Card, Hit

_LONG = 120
"""Characters of a quote before it is folded: with a second one and a short answer it still fits a phone's screen."""
_LISTED = 400
"""Characters that the quotes of several articles may have together before each is cut to how it begins."""
_AT_LEAST = 36
"""Characters that a quote of such a list keeps."""
_MOST_LISTED = 8
"""Articles of such a list that are quoted; the rest are named."""
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

    One clause is quoted, a second where it answers nearly as well; the rest are named. Of a question that names more
    articles than fit a screen, each is shown by how it begins.

    Args:
        it: the answer.
        near: quote the nearest clauses where none answers.
    """
    short = [it.card.answer, f"依据：{_basis(it.card)}"] if it.card else []
    if it.answered:
        if it.hits[0].score >= 1:
            return _lines(*short, it.message, *_listed(it.hits))
        named = _shown(it.hits)
        rest = [str(hit.citation) for hit in it.hits if hit not in named]
        also = f"另见：{'、'.join(rest)}" if rest else None
        return _lines(*short, it.message, *map(_quoted, named), also)
    quotes = [f"　{_quoted(hit)}" for hit in it.near[:_NEAR]]
    shown = ("相近条文（不是答案）：", *quotes) if quotes and near and not it.card else ()
    return _lines(*short, it.message, *shown)


def law_group(it: LawGroup, most: int = _FROM_LAWS) -> str:
    """What another text says, under its name, with how far it holds.

    Args:
        it: the text and its places.
        most: how many of them are quoted; the rest are named.
    """
    quotes = map(_quoted, it.hits[:most])
    rest = "、".join(str(hit.citation) for hit in it.hits[most:])
    return _lines(f"{it.law.title}{_version(it.law)}", it.message, *quotes, f"另见：{rest}" if rest else None)


def law_article(it: WholeArticle) -> str:
    """An article of another text, whole."""
    return f"{it.law.title}{_version(it.law)}{Citation(it.article)}\n{it.text}"


def article(measure: Measure, number: int) -> str:
    """An article of the measure, whole: its paragraphs and items a line each."""
    clauses = measure.under(Citation(number))
    return _lines(f"{Citation(number)}", *(f"{_mark(it)}{measure.quote(it.citation)}" for it in clauses))


def folded(quote: str, most: int = _LONG) -> str:
    """A long quote cut where its sense pauses, with …… for the rest: after a sentence or clause, else after a comma.

    Args:
        quote: the clause's words.
        most: characters that are kept.
    """
    if len(quote) <= most:
        return quote
    ends = (max(quote.rfind(mark, most // 2, most) for mark in marks) for marks in ("。；\n", "，：", "、"))
    at = next((end for end in ends if end > 0), most - 1)
    return f"{quote[: at + 1].rstrip()}……"


def _quoted(hit: Hit | LawHit, most: int = _LONG) -> str:
    return f"{hit.citation}：“{folded(hit.quote, most)}”"


def _listed(hits: Sequence[Hit]) -> list[str]:
    """The places that a question names: quoted, or where they are many articles, how each begins."""
    quotes = [_quoted(hit) for hit in hits]
    articles = [list(group) for _, group in groupby(hits, key=lambda hit: hit.citation.article)]
    if len(articles) == 1 or sum(map(len, quotes)) <= _LISTED:
        return quotes
    most = max(_AT_LEAST, _LISTED // len(articles))
    lines = [f"{_quoted(first, most)}{_more(rest)}" for first, *rest in articles[:_MOST_LISTED]]
    others = sorted({group[0].citation.article for group in articles[_MOST_LISTED:]})
    also = [f"另见：{listed(others, '条')}"] if others else []
    return [*lines, *also, f"这里只列开头，看全文说“{Citation(articles[0][0].citation.article)}全文”。"]


def _more(hits: Sequence[Hit]) -> str:
    """How much of an article's places is not shown."""
    if not hits:
        return ""
    unit = "款" if hits[0].citation.item is None else "项"
    return f"（还有{'两' if len(hits) == 2 else chinese_number(len(hits))}{unit}）"


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
