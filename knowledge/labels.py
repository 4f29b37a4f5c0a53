"""Units that a label names, compared with units that an outcome names. For measuring and for tests."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.units import Unit, Units

_ANY_BUREAU = re.compile("[市县区]局")


def named_units(label: str, units: Units) -> tuple[Unit, ...]:
    """The units that a label names; what stands in brackets explains them, 县（市、区） apart."""
    plain = re.sub(r"（[^）]*）", "", label.replace("（市、区）", ""))
    return tuple(mention.unit for mention in units.mentions(plain))


def claimed_units(names: Iterable[str], units: Units) -> tuple[Unit, ...]:
    """The units among names; words that name none (作出原行政行为的机关, 县局) claim none."""
    return tuple(it for name in names if not _ANY_BUREAU.fullmatch(name) and (it := units.parse(name)))


def all_among(names: Iterable[str], theirs: Iterable[Unit], units: Units) -> bool:
    """Whether each unit that is claimed is one of theirs."""
    known = tuple(theirs)
    return all(any(units.same(ours, other) for other in known) for ours in claimed_units(names, units))
