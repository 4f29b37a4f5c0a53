"""A case's facts as a person or program gives them, read into what the table tests.

FactError(KnowledgeError)
├── UnknownFact      no fact has this name
├── UnknownChoice    the fact has no such choice; the message lists those it has
└── FactsClash       two facts of the case cannot both be so
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge.dates import parse_date
from knowledge.errors import KnowledgeError
from knowledge.measure import Measure
from knowledge.table import Fact, Table
from knowledge.table.model import Condition, Supposition
from knowledge.units import Unit, UnitKind, Units

Source = Literal["given", "unit", "implied", "presumed", "date"]
UNKNOWN = "unknown"
_BETWEEN = r"[、,，;；]"


class FactError(KnowledgeError):
    """The facts of a case cannot be used as given."""


class UnknownFact(FactError):
    """No fact has this name."""


class UnknownChoice(FactError):
    """The fact has no such choice."""


class FactsClash(FactError):
    """Two facts cannot both be so.

    Attributes:
        facts: the facts that clash.
    """

    def __init__(self, message: str, facts: tuple[str, ...]) -> None:
        super().__init__(message)
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Case:
    """A case's facts, read.

    Attributes:
        choices: choice facts known, by id, with where each comes from in `sources`.
        sources: given by a person; told by a unit's name; implied by other facts; presumed; worked out from a date.
        units: units named, by fact; `defendant_units` may hold several.
        received_on: the day the copy of the complaint came.
        unknown: details that the person cannot tell.
    """

    choices: Mapping[str, str]
    sources: Mapping[str, Source]
    units: Mapping[str, tuple[Unit, ...]]
    received_on: date | None
    unknown: frozenset[str]

    def unit(self, fact: str) -> Unit | None:
        """The one unit named for a fact."""
        named = self.units.get(fact, ())
        return named[0] if len(named) == 1 else None

    def answered(self, fact: str) -> bool:
        """Whether a detail need not be asked (again)."""
        if fact == "received_on":
            return self.received_on is not None or fact in self.unknown
        return fact in self.units or fact in self.unknown


class CaseReader:
    """Reads facts into a `Case`.

    Args:
        table: the measure's table.
        units: the region's units.
        measure: the measure, for its time in force.
    """

    def __init__(self, table: Table, units: Units, measure: Measure) -> None:
        self._table = table
        self._units = units
        self._measure = measure

    def read(self, facts: Mapping[str, object], today: date, doubted: frozenset[str] = frozenset()) -> Case:
        """Read facts.

        Args:
            facts: by fact id: a choice's id, a unit's name, names joined by 、 or in a list, a date.
            today: the day to judge by where the case has no date of its own.
            doubted: facts not to be presumed, because something was said about them.

        Raises:
            UnknownFact, UnknownChoice, FactsClash: see the tree above.
            DateError: the date cannot be.
        """
        given = {fact: value for fact, value in facts.items() if value not in (None, "", [])}
        choices: dict[str, str] = {}
        sources: dict[str, Source] = {}
        for name, value in given.items():
            fact = self._fact(name)
            if fact.kind == "choice":
                choices[name] = self._choice(fact, value)
                sources[name] = "given"
        received_on = self._received_on(given, today)
        choices["period"] = self._period(received_on or today)
        sources["period"] = "date"
        units = self._placed_by_others(self._named(given, choices, sources))
        self._reviewer(choices, sources, units)
        self._original(choices, sources, units)
        for fact in self._table.facts.values():
            self._suppose(fact, choices, sources, units, doubted)
        order = [fact for fact in self._table.facts if fact in choices]
        unknown = frozenset(n for n, value in given.items() if value == UNKNOWN and self._fact(n).kind != "choice")
        return Case({f: choices[f] for f in order}, {f: sources[f] for f in order}, units, received_on, unknown)

    def government(self, case: Case) -> Unit | None:
        """The government that the defendants belong to or are: whose office and justice bureau are meant."""
        return self._government(case.choices, case.units)

    def _fact(self, name: str) -> Fact:
        if name not in self._table.facts or self._table.facts[name].derived:
            names = "、".join(fact.id for fact in self._table.facts.values() if not fact.derived)
            raise UnknownFact(f"没有“{name}”这一项事实。可用的有：{names}。")
        return self._table.facts[name]

    def _choice(self, fact: Fact, value: object) -> str:
        if not isinstance(value, str) or value not in fact:
            choices = "、".join(f"{choice.id}（{choice.label}）" for choice in fact.choices)
            raise UnknownChoice(f"“{fact.id}”（{fact.short}）没有“{value}”这个选项。可选：{choices}。")
        return value

    def _received_on(self, given: Mapping[str, object], today: date) -> date | None:
        value = given.get("received_on", UNKNOWN)
        return None if value == UNKNOWN else parse_date(str(value), today)

    def _period(self, day: date) -> str:
        if day < self._measure.in_force_from:
            return "before"
        return "in_force" if day <= self._measure.in_force_to else "after"

    def _named(
        self, given: Mapping[str, object], choices: dict[str, str], sources: dict[str, Source]
    ) -> dict[str, tuple[Unit, ...]]:
        units: dict[str, tuple[Unit, ...]] = {}
        details = [fact for fact in self._table.facts.values() if fact.kind in ("unit", "units")]
        for fact in sorted(details, key=lambda fact: fact.kind == "unit"):  # defendants first: they place the rest
            value = given.get(fact.id, UNKNOWN)
            if value == UNKNOWN:
                continue
            near = self._government(choices, units)
            names = self._names(fact, value)
            if fact.kind == "unit" and len(names) > 1:
                parent = self._table.facts[fact.of or fact.id].short
                raise FactsClash(
                    f"“{fact.short}”只能写一个单位，写了{len(names)}个。"
                    f"只有一个的写一个；是几家的，请把“{parent}”改为几家。",
                    (fact.id,),
                )
            units[fact.id] = self.placed([self._unit(name.strip(), near) for name in names], near)
            self._tell(fact, units[fact.id], choices, sources)
        return units

    def _placed_by_others(self, units: dict[str, tuple[Unit, ...]]) -> dict[str, tuple[Unit, ...]]:
        """Give 县政府 its place where another unit of the case tells it: 代县住建局 reported, so 县政府 is 代县's."""
        places = _places(units)
        if len(places) != 1:
            return units
        (government,) = (self._units.parse(f"{place}人民政府") for place in places)
        return {
            fact: tuple(
                self._unit(it.name, government) if it.level == "county" and not it.place else it for it in named
            )
            for fact, named in units.items()
        }

    def placed(self, units: Iterable[Unit], near: Unit | None = None) -> tuple[Unit, ...]:
        """Units named together: a bare 自然资源局 beside 县政府 or 县医保局 is the county's."""
        units = tuple(units)
        government = government_beside(units, self._units, near)
        return tuple(it if it.level or government is None else self._unit(it.name, government) for it in units)

    def _names(self, fact: Fact, value: object) -> list[str]:
        parts = re.split(_BETWEEN, value) if isinstance(value, str) else value
        parts = parts if isinstance(parts, list | tuple) else ()
        names = [part.strip() for part in parts if isinstance(part, str) and part.strip()]
        if not names:
            raise FactError(f"“{fact.short}”没有写出单位名称：“{value}”。请写名称，简称也行，几个的用顿号隔开。")
        return names

    def _reviewer(
        self, choices: dict[str, str], sources: dict[str, Source], units: Mapping[str, tuple[Unit, ...]]
    ) -> None:
        """Where a reconsideration upheld an act, tell which of the governments sued reviewed it.

        The original organ and the one that reviewed are both defendants (行政诉讼法第二十六条第二款): a government
        sued with a unit of its own reviewed that unit's act (行政复议法第二十四条第一款), unless another is told to
        have done so. That other one need not be sued yet: the court adds it (法释〔2018〕1号第一百三十四条第一款).

        Raises:
            FactsClash: a county's government is told to have reviewed what an organ of the city did.
        """
        named, reviewed = units.get("defendant_units", ()), choices.get("reviewed")
        if len(named) < 2 or choices.get("review_result") not in self._table.raw.groups["JOINT"]:
            return
        if reviewed == UnitKind.COUNTY_GOVERNMENT.value and any(it.level == "city" for it in named):
            asked = self._table.facts["reviewed"]
            raise FactsClash(
                f"县（市、区）政府不复议市级机关的行为（行政复议法第二十四条第一款）；"
                f"被告是{'、'.join(it.name for it in named)}，"
                f"“{asked.short}”却是“{asked.choice(reviewed).label}”，对不上。请改其中一项。",
                ("reviewed", "defendant_units"),
            )
        governments = [it for it in named if is_government(it)]
        if reviewed is None and len(governments) == 1 and any(self._below(it, governments[0]) for it in named):
            choices["reviewed"] = governments[0].kind.value
            sources["reviewed"] = "implied"

    def _below(self, unit: Unit, government: Unit) -> bool:
        """Whether a unit is the government's own: a department, a zone, a township or a subdistrict."""
        owner = self._units.government_of(unit)
        within = unit.level == "township" and unit.place is not None and unit.place == government.place
        return unit != government and (owner == government or within)

    def _original(
        self, choices: dict[str, str], sources: dict[str, Source], units: Mapping[str, tuple[Unit, ...]]
    ) -> None:
        """Of two defendants after a reconsideration the one that did not review is the original organ.

        Where a government reviewed that is not among several defendants, they are the original organs together.
        """
        named, reviewed = units.get("defendant_units", ()), choices.get("reviewed")
        others = [unit for unit in named if unit.kind.value != reviewed]
        if len(named) < 2 or "original_organ" in choices:
            return
        told = "several" if reviewed in _GOVERNMENTS and len(others) == len(named) else None
        if len(named) == 2 and len(others) == 1:
            organ = self._table.facts["original_organ"]
            told = next((choice.id for choice in organ.choices if matches(choice.units, others[0])), None)
        if told is not None:
            choices["original_organ"] = told
            sources["original_organ"] = "unit"

    def _unit(self, name: str, near: Unit | None) -> Unit:
        return self._units.parse(name, near=near) or Unit(name, UnitKind.UNKNOWN, None, None, None)

    def _tell(self, fact: Fact, named: tuple[Unit, ...], choices: dict[str, str], sources: dict[str, Source]) -> None:
        """Let a unit's name answer the choice it belongs to, or find that the two clash."""
        told = self.told(fact, named)
        if fact.of is None or told is None:
            return
        if fact.of not in choices:
            choices[fact.of] = told
            sources[fact.of] = "unit"
        elif choices[fact.of] != told:
            asked = self._table.facts[fact.of]
            raise FactsClash(
                f"“{fact.short}”写的是{'、'.join(unit.name for unit in named)}，"
                f"“{asked.short}”却选了“{asked.choice(choices[fact.of]).label}”，对不上。请改其中一项。",
                (fact.of, fact.id),
            )

    def told(self, fact: Fact, named: tuple[Unit, ...]) -> str | None:
        """The choice of `fact.of` (or of the fact itself) that these units' kinds mean; None when they do not say."""
        asked = self._table.facts[fact.of or fact.id]
        if len(named) > 1:
            several = "several_with_government" if any(map(is_government, named)) else "several_without_government"
            return several if several in asked else "several" if "several" in asked else None
        return next((choice.id for choice in asked.choices if matches(choice.units, named[0])), None)

    def _suppose(
        self,
        fact: Fact,
        choices: dict[str, str],
        sources: dict[str, Source],
        units: Mapping[str, tuple[Unit, ...]],
        doubted: frozenset[str],
    ) -> None:
        implied = list(self._holding(fact.implied, choices, units))
        if fact.id in choices:
            if implied and choices[fact.id] not in implied and sources[fact.id] == "given":
                clash = fact.choice(choices[fact.id]).label, fact.choice(implied[0]).label
                others = [
                    self._table.facts[name] for name in ("defendants", "challenged", "reviewed") if name in choices
                ]
                known = "，".join(f"{other.short}是“{other.choice(choices[other.id]).label}”" for other in others)
                raise FactsClash(
                    f"{known}，{fact.short}应为“{clash[1]}”，却填了“{clash[0]}”，对不上。请改其中一项。",
                    (fact.id, *(other.id for other in others if other.id != fact.id)),
                )
            return
        if implied:
            choices[fact.id] = implied[0]
            sources[fact.id] = "implied"
        elif fact.id not in doubted and (presumed := list(self._holding(fact.presumed, choices, units))):
            choices[fact.id] = presumed[0]
            sources[fact.id] = "presumed"

    def _holding(
        self,
        suppositions: tuple[Supposition, ...],
        choices: Mapping[str, str],
        units: Mapping[str, tuple[Unit, ...]],
    ) -> Iterator[str]:
        kinds = {unit.kind.value for unit in units.get("defendant_units", ()) if len(units["defendant_units"]) == 1}
        for it in suppositions:
            blocked = it.unless and self._holds(it.unless, choices)
            if self._holds(it.when, choices) and not blocked and (it.unit is None or it.unit in kinds):
                yield it.value

    def _holds(self, condition: Condition, choices: Mapping[str, str]) -> bool:
        return all(choices.get(fact) in values for fact, values in condition.items())

    def _government(self, choices: Mapping[str, str], units: Mapping[str, tuple[Unit, ...]]) -> Unit | None:
        named = units.get("defendant_units", ())
        for unit in (*filter(is_government, named), *named):
            found = self._units.government_of(unit)
            if found is not None and is_government(found):
                return found
            if unit.level == "township" and unit.place:
                return self._units.parse(f"{unit.place}人民政府")
        level = _LEVELS.get(choices.get("defendants", ""))
        places = _places(units)
        if level == _COUNTY and len(places) == 1:
            return self._units.parse(f"{places.pop()}人民政府")
        return self._units.parse(level) if level else None


_GOVERNMENTS = (UnitKind.CITY_GOVERNMENT.value, UnitKind.COUNTY_GOVERNMENT.value)
_COUNTY, _CITY = "县人民政府", "市人民政府"
_LEVELS = {
    "county_government": _COUNTY,
    "county_department": _COUNTY,
    "township": _COUNTY,
    "subdistrict": _COUNTY,
    "county_zone": _COUNTY,
    "city_government": _CITY,
    "city_department": _CITY,
    "city_zone": _CITY,
}


def _places(units: Mapping[str, tuple[Unit, ...]]) -> set[str]:
    """The counties that the units of a case belong to."""
    named = (unit for its in units.values() for unit in its if unit.level in ("county", "township"))
    return {unit.place for unit in named if unit.place is not None}


def is_government(unit: Unit) -> bool:
    """Whether a unit is the city's or a county's government."""
    return unit.kind in (UnitKind.CITY_GOVERNMENT, UnitKind.COUNTY_GOVERNMENT)


def government_beside(named: Iterable[Unit], units: Units, near: Unit | None = None) -> Unit | None:
    """The government whose units those named together are: the one among them, the case's, or the one all belong to.

    Args:
        named: the units, some perhaps without a level.
        units: the region's.
        near: the government of the case, where it is known.
    """
    named = tuple(named)
    government = next(filter(is_government, named), near)
    if government is not None:
        return government
    owners = {units.government_of(it) for it in named if it.level}
    owner = owners.pop() if len(owners) == 1 else None
    return owner if owner is not None and is_government(owner) else None


def matches(specs: tuple[str, ...], unit: Unit) -> bool:
    """Whether a unit is of one of the kinds `kind` or `kind@level`."""
    return unit.kind.value in specs or f"{unit.kind.value}@{unit.level}" in specs
