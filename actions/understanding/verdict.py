"""A claim with the words it came from, and whether words that match a pattern may be taken for a fact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from actions.understanding.phrases import Rule
from actions.understanding.scene import Scene
from actions.understanding.words import DENIED
from knowledge.units import Unit

Verdict = Literal["sure", "guess"]
_DENIED_AFTER = re.compile(
    r"^[^,。;?!]{0,4}(?:的)?(?:说法|话|事)?(?:不对|不实|不属实|有误|错的|错了|是假的|不成立|不是真)"
)
_DENIED_TOO = re.compile(
    r"(?:没说|没讲|从未|从没|并没有?|不曾|不承认|否认|不等于|谈不上|绝非)[^,。;]{0,3}$|不(?:应该?|该|能)?$"
)
_PUT = re.compile(r"[?]|吗|是不是|是否|有没有|会不会")


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that an account says.

    Attributes:
        fact: of which fact.
        value: a choice, a unit's name, names joined by 、, a date; None where it is touched but cannot be read.
        words: the words it came from.
        start: where they begin in the account, its marks and widths made alike and its edges trimmed.
        end: where they end.
        sure: whether it is a fact; if not, it is to be asked.
    """

    fact: str
    value: str | None
    words: str
    start: int
    end: int
    sure: bool


def verdict(scene: Scene, match: re.Match[str], rule: Rule | None = None) -> Verdict | None:
    """Whether matched words are a fact, a guess, or neither.

    Args:
        scene: the account.
        match: found in its signs.
        rule: the rule of the pattern.
    """
    even = rule.even if rule else frozenset[str]()
    mood = scene.mood(*match.span())
    clause = scene.clause(match.start())
    put = mood == "asked" and _PUT.search(scene.signs[clause.start : clause.end])
    if mood in ("asked", "supposed", "elsewhere") and (put or mood not in even):
        return None
    before = scene.signs[clause.start : match.start()]
    if DENIED.search(before) or _DENIED_TOO.search(before) or _DENIED_AFTER.search(scene.signs[match.end() :]):
        return None
    if rule and rule.spoilt_before and rule.spoilt_before.search(before):
        return None
    if not scene.slips.isdisjoint(match[0]):
        return "guess"
    if rule and (not rule.sure or (rule.spoilt_by and rule.spoilt_by.search(scene.sentence(match.start())))):
        return "guess"
    return "sure" if mood == "told" or mood in even else "guess"


def unplaced(unit: Unit, scene: Scene) -> bool:
    """Whether it is open whose unit a name means.

    In an account from 原平市, which is a county, 市政府 is not surely 忻州's; nor is 住建局 surely the county's where
    市住建局 is named besides.
    """
    if unit.level is None:
        others = [it for it in scene.units.values() if it and it.level and it.department]
        return unit.department is not None and any(it.department == unit.department for it in others)
    home = scene.home
    county_city = home is not None and home.level == "county" and (home.place or "").endswith("市")
    return county_city and unit.level == "city" and (unit.place or "")[:2] not in scene.words
