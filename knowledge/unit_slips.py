"""Names of units that are nearly written: 县征府, 住建居, 市交运输局, 园平市政府.

One slip of the fingers or of an input method makes them: a letter left out, added, exchanged with its neighbour, or
taken for another. What is meant can be asked; it is never known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from knowledge.sounds import alike
from knowledge.unit import Mention, Unit
from knowledge.unit_names import LETTER

_Kind = Literal["left out", "added", "exchanged", "sounds alike", "other letter", "any"]
_Scan = Callable[[str], Iterable[Mention]]

_SHORT, _LONG = 3, 5
_AROUND = 16
"""How many letters on either side of a slip may belong to the name."""
_UNLISTED = ("city_department", "county_department", "unknown", "other_zone")
# Words that a seeming slip is part of: 县政 in 县正副局长 is none, nor 财政局 in 财政举报.
_OTHER_WORDS = re.compile(
    r"举[报证行办]|据[此说悉称了反]|具[体有备]|拒[绝不]|居[民委住然]|正副|副[县市区局镇乡主书]|复议|服[务从]|[政征]策|征[收地税用求]"
    r"|证[据明人件照]|付[款费清]|扶[贫持]|抚恤|附[近加件]|负责|调查对|政[务法策协]|总[局署]"
)
_HAN = re.compile("[一-龥]")
_LETTER = re.compile(LETTER)  # at the edge of a name, what leads up to one is no letter of it: 向政府 is no 乡政府
_BETWEEN = "的了和与及跟同被把"  # nor, within, is what stands between names


@dataclass(frozen=True, slots=True)
class _Slip:
    """A word nearly written.

    Attributes:
        word: the word.
        start, end: where the letters written for it stand in the text.
        at: the place of the first letter that is wrong, or before which one is missing.
        kind: what went wrong; `any` for a place whose letters matter most.
    """

    word: str
    start: int
    end: int
    at: int
    kind: _Kind


class Slips:
    """Finds names that are nearly written.

    Args:
        words: the words that names end in.
        places: the places that they may begin with.
    """

    def __init__(self, words: Iterable[str], places: Collection[str]) -> None:
        known = sorted({*words, *places})
        self._places = frozenset(places)
        self._by_letter = _grouped(known)
        self._cities = tuple(
            (place, _near_city(place)) for place in places if len(place) == _SHORT and place[-1] == "市"
        )

    def sort_out(
        self, text: str, exact: tuple[Mention, ...], scan: _Scan
    ) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
        """Tell the units that are named from those that are nearly named.

        A name that is one slip away from two units is neither.

        Args:
            text: any sentence.
            exact: the names found in it as they are written.
            scan: finds such names in a text.
        """
        nearly = [it for slip in self._find(text) if (it := self._meant(slip, text, exact, scan))]
        chosen: list[tuple[_Slip, Mention]] = []
        for slip, mention in sorted(nearly, key=lambda it: -len(it[0].word)):
            rival = next((it for it in chosen if _overlap(it[1], mention)), None)
            if rival is None:
                chosen.append((slip, mention))
            elif len(rival[0].word) == len(slip.word) and not _one_field(rival[1].unit, mention.unit):
                chosen[chosen.index(rival)] = (rival[0], replace(rival[1], text=""))
            elif mention.start < rival[1].start and mention.end == rival[1].end:
                chosen[chosen.index(rival)] = (slip, mention)
        slips = sorted((it for _, it in chosen), key=lambda it: it.start)
        named = tuple(it for it in exact if not any(_overlap(it, other) for other in slips))
        return named, tuple(it for it in slips if it.text)

    def _find(self, text: str) -> Iterator[_Slip]:
        """Every place where one slip would turn what is written into a word."""
        for start, (letter, after) in enumerate(pairwise(text)):
            for word in (*self._by_letter.get(letter, ()), *self._by_letter.get(after, ())):
                slip = _slip(word, text, start)
                if slip is not None and not _is_other_word(slip, text):
                    yield slip
        for place, pattern in self._cities:
            for match in pattern.finditer(text):
                if place not in match[0]:
                    yield _Slip(place, match.start(), match.end(), match.start(), "any")

    def _meant(self, slip: _Slip, text: str, exact: tuple[Mention, ...], scan: _Scan) -> tuple[_Slip, Mention] | None:
        """The unit that a slip's word would name; None where what is written names one as well."""
        begin = max(0, slip.start - _AROUND)
        mended = f"{text[begin : slip.start]}{slip.word}{text[slip.end : slip.end + _AROUND]}"
        start = slip.start - begin
        stop = start + len(slip.word)
        found = next((it for it in scan(mended) if it.start <= start and stop <= it.end), None)
        place = slip.word in self._places
        if found is None or (place and not (found.end > stop and _is_place(slip, found.unit))):
            return None
        if not _is_plain(slip, headed=place or found.start < start):
            return None
        end = begin + found.end - len(slip.word) + slip.end - slip.start
        meant = Mention(found.unit, begin + found.start, end, text[begin + found.start : end])
        within = [it for it in exact if _overlap(it, meant)]
        return (slip, meant) if all(_gives_way(it, meant, slip) for it in within) else None


def _grouped(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Words by each of their first two letters: one slip leaves one of them within the first two written."""
    groups: dict[str, list[str]] = {}
    for word in words:
        for letter in set(word[:2]):
            groups.setdefault(letter, []).append(word)
    return {letter: tuple(its) for letter, its in groups.items()}


def _near_city(place: str) -> re.Pattern[str]:
    """A county-level city's name with any one slip: without it, 市政府 would be another city's.

    平市政府, 原市政府, 水平市政府, 原平平市政府, 平原市政府.
    """
    a, b, city = place[0], place[1], place[2]
    other = LETTER
    forms = (f"{a}{a}{b}", f"{a}{b}{b}", f"{a}{other}{b}", f"{b}{a}", f"{a}{other}", f"{other}{b}", a, b)
    return re.compile(rf"(?<!{a}{b})(?:{'|'.join(forms)}){city}")


def _slip(word: str, text: str, start: int) -> _Slip | None:
    """The one slip at a place that tells a word from what is written there; None for none, or more than one."""
    size, same = len(word), 0
    while same < size and text[start + same : start + same + 1] == word[same]:
        same += 1
    at, rest = start + same, word[same:]
    written = text[at : at + len(rest)]
    inside = 0 < same < size - 1
    if (inside or not same) and size > _SHORT and written[: len(rest) - 1] == rest[1:]:
        return _Slip(word, start, at + len(rest) - 1, at, "left out")
    if not rest or not _HAN.match(written):
        return None
    end = at + len(rest)
    if written[1:] == rest[1:] and len(written) == len(rest):
        if alike(written[0], rest[0]) and (inside or _LETTER.match(written)):
            return _Slip(word, start, end, at, "sounds alike")
        if inside and size >= _LONG and written[0] not in _BETWEEN:
            return _Slip(word, start, end, at, "other letter")
    elif size >= _SHORT and len(rest) > 1 and written[:2] == rest[1] + rest[0] and written[2:] == rest[2:]:
        return _Slip(word, start, end, at, "exchanged")
    if same and written[0] not in _BETWEEN and text[at + 1 : end + 1] == rest:
        return _Slip(word, start, end + 1, at, "added")
    return None


def _is_other_word(slip: _Slip, text: str) -> bool:
    near = range(max(0, slip.at - 2), slip.at + 1)
    found = (_OTHER_WORDS.match(text, at) for at in near)
    return any(it is not None and it.end() > slip.at for it in found)


def _is_plain(slip: _Slip, *, headed: bool) -> bool:
    """Whether a slip is no accident of other words.

    A word of two letters counts only after a head (县征府); a bare one that lacks a letter must be long (交运输局), and
    one that lacks its first letter needs both (县民政府, 县然资源局).
    """
    if slip.kind == "left out" and slip.at == slip.start:
        long = len(slip.word) >= _LONG and not slip.word.endswith("委员会")  # 审理委员会 is whole
        return headed and (long or slip.word.endswith("政府"))
    if len(slip.word) < _SHORT:
        return headed and slip.kind != "left out"
    return headed or slip.kind in ("sounds alike", "exchanged") or len(slip.word) >= _LONG


def _is_place(slip: _Slip, unit: Unit) -> bool:
    """Whether a place's name is nearly written: 园平, but not 待县 of 等待县政府批复."""
    return slip.kind in ("sounds alike", "exchanged", "any") and slip.word[1:] != "县" and not _is_unlisted(unit)


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _gives_way(named: Mention, meant: Mention, slip: _Slip) -> bool:
    """Whether a unit that is written is less than the one nearly written: 市税务局 in 市税务局第一查局, 县住键局."""
    if not meant.start <= named.start <= named.end <= meant.end or named.unit == meant.unit:
        return False
    first = slip.at - (slip.kind in ("left out", "added"))  # of 府府 either may be the one too many
    return _is_unlisted(named.unit) or not (named.start <= first and slip.at < named.end)


def _one_field(one: Unit, other: Unit) -> bool:
    return one == other or (one.department is not None and one.department == other.department)


def _is_unlisted(unit: Unit) -> bool:
    return unit.department is None and unit.kind.value in _UNLISTED
