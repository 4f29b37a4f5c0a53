"""Finding articles in the library, by question or by name, grouped by text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge.citation import Citation, Reference, find_references
from knowledge.laws.law import Law, LawInfo
from knowledge.laws.names import ends_in_name, match_name
from knowledge.laws.status import NAMESAKE

_TELLING = 6
"""Characters from which words before an article name a 办法 other than the measure."""
_TIE = re.compile(r"(?:以及|[、,和与及或跟到至-])?")
_YEAR = re.compile(r"\(?([0-9]{4}|[0-9]{2})(?:年|版|修订|修正)*\)?$")
_YEAR_BEFORE = re.compile(r"([0-9]{4})年?版?的?$")


@dataclass(frozen=True, slots=True)
class LawHit:
    """An article, or a place in it, of a law.

    Attributes:
        citation: its place.
        quote: its words, cut from the text and checked; an article's paragraphs and items a line each.
        score: 1.0 where the question named the place; else the ranking's, to compare within one answer only.
    """

    citation: Citation
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class LawGroup:
    """What one law says.

    Attributes:
        law: the law; `law.mark` is to be said beside its quotes.
        hits: its places, best first, or as they were named.
        message: what else is to be said, such as that a place named is not in it; None for nothing.
    """

    law: LawInfo
    hits: tuple[LawHit, ...]
    message: str | None = None


def group_found(
    found: Sequence[tuple[LawInfo, int, float]], limit: int, read: Callable[[LawInfo], Law]
) -> tuple[LawGroup, ...]:
    """Articles by text.

    Args:
        found: laws, articles, scores; best first.
        limit: at most so many articles of laws that are in force or may be, and as many of others.
        read: reads one.
    """
    kept = [
        *[it for it in found if it[0].may_hold][:limit],
        *[it for it in found if not it[0].may_hold][:limit],
    ]
    order = list(dict.fromkeys(info.sha256 for info, _, _ in kept))
    kept.sort(key=lambda it: order.index(it[0].sha256))
    groups = []
    for info, same in groupby(kept, key=lambda it: it[0]):
        law = read(info)
        hits = tuple(LawHit(Citation(article), law.article_text(article), score) for _, article, score in same)
        groups.append(LawGroup(info, hits))
    return tuple(groups)


def find_named(text: str, laws: Sequence[LawInfo], read: Callable[[LawInfo], Law]) -> tuple[LawGroup, ...]:
    """The places of laws that a sentence names.

    Args:
        text: the sentence.
        laws: the laws that may be meant, in the order in which they answer.
        read: reads one.
    """
    places: dict[LawInfo, list[Citation]] = {}
    notes: dict[LawInfo, str] = {}
    for reference, meant, note in _assigned(text, laws, read):
        for info in meant:
            places.setdefault(info, []).extend(reference.places)
            if note:
                notes[info] = note
    answers = [_answer(read(info), places[info], notes.get(info)) for info in laws if info in places]
    return tuple(it for it in answers if it.hits or not _another_has(it, answers, places))


def find_not_named(text: str, laws: Sequence[LawInfo], read: Callable[[LawInfo], Law]) -> tuple[Reference, ...]:
    """The references in a sentence that none of the laws answers: the measure's own, and of laws that are not here."""
    return tuple(reference for reference, meant, _ in _assigned(text, laws, read) if not meant)


def _another_has(it: LawGroup, answers: Sequence[LawGroup], places: Mapping[LawInfo, Sequence[Citation]]) -> bool:
    """Whether the places that a text lacks are there in one of another name, which is then the one that is meant."""
    return any(
        other.hits and other.law.name != it.law.name and places[other.law] == places[it.law] for other in answers
    )


def _assigned(
    text: str, laws: Sequence[LawInfo], read: Callable[[LawInfo], Law]
) -> Iterator[tuple[Reference, Sequence[LawInfo], str]]:
    """Each reference with the laws that it means, and what is to be said beside their answers."""
    meant: Sequence[LawInfo] = ()
    for reference in find_references(text):
        note = ""
        if not _TIE.fullmatch(reference.before):  # 行政诉讼法第26条、第34条: the second is its too
            meant, year = _meant(reference, laws)
            if year:
                of_year = [info for info in meant if any(str(it).endswith(year) for it in read(info).years)]
                note = "" if of_year else f"法规库里没有这部法律文件{year}年的文本。"
                meant = of_year or meant
        yield reference, meant, note


def _meant(reference: Reference, laws: Sequence[LawInfo]) -> tuple[Sequence[LawInfo], str]:
    """The laws that a reference's own words name, and the year of the version; '' for none."""
    if not reference.law:  # 办法 is the measure's own, unless more of a name stands there
        said = reference.before
        others = [it for it in laws if it.status != NAMESAKE or (it.date and f"{it.date.year}年" in said)]
        return ends_in_name(said, others) or (match_name(said, others) if len(said) >= _TELLING else ()), ""
    year = _YEAR.search(reference.law)
    name = reference.law[: year.start()] if year else reference.law
    said = reference.before.removesuffix(year[0]) if year else reference.before
    found = match_name(said, laws) or match_name(name, laws) or ends_in_name(said, laws)
    year = year or _YEAR_BEFORE.search(reference.before.removesuffix(reference.law))
    return found, year[1] if year else ""


def _answer(law: Law, places: Sequence[Citation], note: str | None) -> LawGroup:
    there = dict.fromkeys(law.place(place) for place in places if not law.absent([place]))
    hits = tuple(LawHit(place, law.text_under(place), 1.0) for place in there)
    return LawGroup(law.info, hits, "".join([*([note] if note else []), *law.absent(places)]) or None)
