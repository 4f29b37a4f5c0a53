"""Who is sued: one named alone, one named without its being said whether alone, several, or several unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from actions.understanding.phrases import Phrases
from actions.understanding.scene import Scene
from actions.understanding.verdict import Claim, unplaced, verdict
from knowledge.case import is_government
from knowledge.units import Unit, Units

_GROUP = "defendant_units"
_MORE = re.compile(r"^(?:等|,?还有|以及|[和跟与及、])")
_MORE_BEFORE = re.compile(
    r"[^,。;](?:[和与及、]|以及|(?<![就只还要想])跟)$"
)  # of one named before, that cannot be read
_ALSO = re.compile(r"追加|加告|共同|一并|被告[二2]|也(?:是|成|当|被|告|列|把)|还(?:告|把|列)|又(?:把|告)")
_APART = re.compile(r"不是一个|不是同一|不是一案|分开|另案|两码事|今天")
_ADDED = re.compile(r"追加|加进|又加|开始|起初|原先|最初")
_OUGHT = re.compile(r"(?:应该?|应当|该|建议|可以|打算|准备|得)[^,。;]{0,2}$")
_BOTH_ARE_TWO = 2


@dataclass(frozen=True, slots=True)
class Named:
    """Units named as sued in one breath.

    Attributes:
        signs: the units' signs.
        start, end: where.
        alone: whether they are said to be all.
        sure: whether it is told outright.
        open: whether more are said to follow.
    """

    signs: tuple[str, ...]
    start: int
    end: int
    alone: bool
    sure: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Sued:
    """What an account says of the defendants.

    Attributes:
        units: those named, in the order of the account; None for the teller's own unit without a name.
        claims: what follows for the facts.
        defendant: the one named, where it is not said whether it is the only one.
    """

    units: tuple[Unit | None, ...]
    claims: tuple[Claim, ...]
    defendant: Unit | None

    @property
    def government(self) -> Unit | None:
        """The government that is sued."""
        return next((it for it in self.units if it and is_government(it)), None)

    @property
    def one(self) -> Unit | None:
        """The only unit named."""
        return self.units[0] if len(self.units) == 1 else None


def read_sued(scene: Scene, phrases: Phrases, units: Units) -> Sued:
    """Read who is sued."""
    named = [*_named(scene, phrases.alone, alone=True), *_named(scene, phrases.named, alone=False)]
    instead = list(_named(scene, phrases.instead, alone=False))
    named = _widest(instead or named)
    if not any(it.sure for it in named):
        received = [it for it in _named(scene, phrases.received, alone=False) if not _is_office(it, scene)]
        named = named or _widest(received) or [it for it in _named(scene, phrases.again, alone=True) if it.start == 0]
    both = next((it for it in phrases.both.finditer(scene.signs) if verdict(scene, it)), None)
    if both is not None:
        two = _two(scene, units)
        if two:
            sure = verdict(scene, both) == "sure" and scene.slips.isdisjoint(two)
            named.append(Named(two, both.start(), both.end(), True, sure, False))
    told = [it for it in named if it.sure]
    if both is not None and not named:
        return _with_reviewer(scene, both)
    if not told:
        return _only_guessed(named, scene, units)
    return _told(told, scene, phrases, units)


def _told(told: list[Named], scene: Scene, phrases: Phrases, units: Units) -> Sued:
    signs = _distinct((sign for it in told for sign in it.signs), scene, units)
    found = tuple(scene.units[sign] for sign in signs)
    one = next((it for it in told if len(_distinct(it.signs, scene, units)) == len(signs)), None)
    together = any(verdict(scene, it) for it in phrases.together.finditer(scene.signs))
    if len(signs) == 1:
        again = [it for it in _named(scene, phrases.again, alone=True) if it.sure]
        alone = (
            any(it.alone for it in told)
            or any(len(_distinct((*it.signs, *signs), scene, units)) == 1 for it in again)
            or any(verdict(scene, it) == "sure" for it in phrases.only.finditer(scene.signs))
        )
        return _single(found[0], told, alone, together, scene, units)
    sure = one is not None or bool(_ALSO.search(scene.signs) and not _APART.search(scene.signs))
    added = _ADDED.search(scene.signs)
    if not added and any(it.alone and len(_distinct(it.signs, scene, units)) < len(signs) for it in told):
        sure = False  # only one, and then another: both are put to the person
    span = _span(told if one is None else [one], scene)
    claims = list(_several(found, scene, span, sure=sure, complete=not any(it.open for it in told)))
    return Sued(found, tuple(claims), None)


def _single(unit: Unit | None, told: list[Named], alone: bool, together: bool, scene: Scene, units: Units) -> Sued:
    best = next((it for it in told if it.alone), told[0])
    span = _span([best], scene)
    if together and not alone:
        claims = _several((unit, None), scene, span, sure=True, complete=False) if unit and is_government(unit) else ()
        return Sued((unit,), tuple(claims), None)
    if unit is None:
        return Sued((None,), tuple(_own(span, scene)), None)
    sure = alone and not best.open and not _open(unit, scene) and not _ADDED.search(scene.signs)
    unit = unit if sure else _at_home(unit, scene, units)
    claim = Claim(_GROUP, unit.name, *span, sure)
    return Sued((unit,), (claim,), None if sure else unit)


def _at_home(unit: Unit, scene: Scene, units: Units) -> Unit:
    """A bare 住建局 as that of the county that the account comes from, to be asked by name: 住建局被告了，原平的."""
    governments = any(it and is_government(it) for it in scene.units.values())
    if unit.level is not None or scene.home is None or governments or unplaced(unit, scene):
        return unit
    return units.parse(unit.name, near=scene.home) or unit


def _open(unit: Unit, scene: Scene) -> bool:
    """Whether it is open whose unit a name means: 市政府 alone, sued in 原平市, may yet be 忻州's."""
    own = {scene.units[sign] for sign in scene.bare}
    whole = {it for sign, it in scene.units.items() if sign not in scene.bare}
    return unplaced(unit, scene) or (unit in own and scene.home not in whole)


def _own(span: tuple[str, int, int], scene: Scene) -> Iterator[Claim]:
    """我们局: a department, whose level the rest of the account hints at."""
    if not re.search(r"局(?!$|[^里])|局里?$", span[0]):
        return
    levels = {it.level for it in scene.units.values() if it and is_government(it)}
    level = "city" if levels == {"city"} else "county"
    yield Claim("defendants", f"{level}_department", *span, False)


def _several(
    found: tuple[Unit | None, ...], scene: Scene, span: tuple[str, int, int], *, sure: bool, complete: bool
) -> Iterator[Claim]:
    units = [it for it in found if it is not None]
    government = any(map(is_government, units))
    if complete and len(units) == len(found):
        certain = sure and not any(_open(it, scene) for it in units)
        yield Claim(_GROUP, "、".join(it.name for it in units), *span, certain)
    if government:
        yield Claim("defendants", "several_with_government", *span, sure)
    elif complete and len(units) == len(found):
        yield Claim("defendants", "several_without_government", *span, sure)


def _with_reviewer(scene: Scene, both: re.Match[str]) -> Sued:
    """县政府复议维持了，把我们两家都告了: perhaps the teller's own unit, unnamed, and the government that reviewed."""
    if "复议" not in scene.signs or not any(it and is_government(it) for it in scene.units.values()):
        return Sued((), (), None)
    claim = Claim("defendants", "several_with_government", *scene.quote(*both.span()), False)
    return Sued((), (claim,), None)


def _only_guessed(named: list[Named], scene: Scene, units: Units) -> Sued:
    signs = _distinct((sign for it in named for sign in it.signs), scene, units)
    found = tuple(unit for sign in signs if (unit := scene.units[sign]))
    if not found:
        return Sued((), (), None)
    claim = Claim(_GROUP, "、".join(it.name for it in found), *_span(named, scene), False)
    return Sued(found, (claim,), found[0] if len(found) == 1 else None)


def _named(scene: Scene, patterns: Iterable[re.Pattern[str]], *, alone: bool) -> Iterator[Named]:
    for pattern in patterns:
        for match in pattern.finditer(scene.signs):
            said = verdict(scene, match)
            clause = scene.clause(match.start())
            if said is None or _OUGHT.search(scene.signs[clause.start : match.start()]):
                continue
            signs = tuple(sign for sign in match[_GROUP] if sign in scene.units)
            begin, end = match.span(_GROUP)
            more = bool(_MORE.match(scene.signs[end:]) or _MORE_BEFORE.search(scene.signs[clause.start : begin]))
            yield Named(signs, match.start(), match.end(), alone, said == "sure", more)


def _widest(named: list[Named]) -> list[Named]:
    """Leave out what is part of another: 县政府 in 县政府和住建局, except where it is said to be alone."""
    return [
        it
        for it in named
        if not any(
            other is not it and set(it.signs) < set(other.signs) and other.start <= it.start and it.end <= other.end
            for other in named
        )
    ]


def _two(scene: Scene, units: Units) -> tuple[str, ...]:
    """The two units of an account, where it has no more."""
    here = (sign for it in scene.clauses if it.mood != "elsewhere" for sign in scene.signs[it.start : it.end])
    found = _distinct((sign for sign in here if sign in scene.units), scene, units)
    return found if len(found) == _BOTH_ARE_TWO else ()


def _distinct(signs: Iterable[str], scene: Scene, units: Units) -> tuple[str, ...]:
    """Each unit once, by its fullest name; the teller's own, unnamed, counts once."""
    found: list[str] = []
    for sign in signs:
        unit = scene.units[sign]
        for i, other in enumerate(found):
            seen = scene.units[other]
            if unit is None or seen is None:
                if unit is seen:
                    break
            elif units.same(unit, seen):
                if len(unit.name) > len(seen.name):
                    found[i] = sign
                break
        else:
            found.append(sign)
    return tuple(found)


def _is_office(it: Named, scene: Scene) -> bool:
    units = [scene.units[sign] for sign in it.signs]
    return any(unit is None or unit.kind.value in ("government_office", "justice_bureau") for unit in units)


def _span(named: list[Named], scene: Scene) -> tuple[str, int, int]:
    return scene.quote(named[0].start, named[0].end)
