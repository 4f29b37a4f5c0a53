"""The roles that rules speak of (`reporter`, `justice_bureau`, `each_defendant`), filled with the units of one case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from knowledge.case import Case, is_government
from knowledge.table import Table
from knowledge.units import Unit, UnitKind, Units

_GOVERNMENTS = ("county_government", "city_government")


class Roles:
    """Fills the roles that a rule speaks of with the units of one case."""

    def __init__(self, table: Table, units: Units, government: Unit | None, case: Case) -> None:
        self._table = table
        self._units = units
        self._government = government
        self._case = case
        self._fill: Mapping[str, Callable[[], Unit | None]] = {
            "defendant": lambda: case.unit("defendant_units") or self._alone(),
            "reporter": lambda: case.unit("reporter"),
            "duty_unit": lambda: case.unit("duty_unit"),
            "lead_unit": lambda: case.unit("lead_unit"),
            "original": self._original,
            "original_office": lambda: self._of(units.office, self._original()),
            "original_justice_bureau": lambda: self._of(units.justice_bureau, self._original()),
            "government_office": lambda: self._of(units.office, government),
            "justice_bureau": lambda: self._of(units.justice_bureau, government),
            "city_justice_bureau": self._city_justice_bureau,
            "superior_justice_bureau": self._superior,
            "reviewing_government": self._reviewer,
            "review_office": lambda: self._of(units.office, self._reviewer()),
            "review_justice_bureau": lambda: self._of(units.justice_bureau, self._reviewer()),
        }

    def names(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Names for roles; words that are no role stand for themselves."""
        return tuple(
            unit.name if (unit := self._unit(role)) else self._table.raw.roles.get(role, role) for role in roles
        )

    def told(self, detail: str) -> bool:
        """Whether a detail follows from the defendants' names, so that it need not be asked."""
        return detail == "original_unit" and self._original() is not None

    def parties(self, role: str) -> Iterable[tuple[str, str, Unit | None]]:
        """The parties that a role of attendance stands for: name, kind of defendant, unit where known."""
        choices = self._case.choices
        if role == "reviewing_government":
            return [(self.names([role])[0], "county_government", self._reviewer())]
        if role == "original":
            return [(self.names([role])[0], choices["original_organ"], self._original())]
        named = self._case.units.get("defendant_units", ())
        kind = choices.get("defendants", "")
        if len(named) == 1:
            return [(named[0].name, kind, named[0])]
        if named:
            return [(unit.name, unit.kind.value, unit) for unit in named]
        if kind == "several_with_government":
            return [("被告的政府", "county_government", None), ("其他被告单位", "county_department", None)]
        if kind == "several_without_government":
            return [("每个被告单位", "county_department", None)]
        return [(self.names(["defendant"])[0], kind, self._alone())]

    def _unit(self, role: str) -> Unit | None:
        return self._fill[role]() if role in self._fill else None

    def _of(self, find: Callable[[Unit], Unit], government: Unit | None) -> Unit | None:
        return find(government) if government is not None and is_government(government) else None

    def _alone(self) -> Unit | None:
        """The government that is sued alone, named or not."""
        return self._government if self._case.choices.get("defendants") in _GOVERNMENTS else None

    def _reviewer(self) -> Unit | None:
        reviewed = self._case.choices.get("reviewed")
        if reviewed == "city_government":
            return self._units.parse("市人民政府")
        if reviewed != "county_government":
            return None
        governments = [u for u in self._case.units.get("defendant_units", ()) if u.kind is UnitKind.COUNTY_GOVERNMENT]
        if governments:
            return governments[0]
        government = self._government
        return government if government and government.level == "county" else self._units.parse("县人民政府")

    def _original(self) -> Unit | None:
        named = self._case.unit("original_unit")
        if named is not None:
            return named
        defendants = self._case.units.get("defendant_units", ())
        if len(defendants) > 1:
            reviewer = self._reviewer()
            others = [unit for unit in defendants if reviewer is None or unit.name != reviewer.name]
            return others[0] if len(others) == 1 else None
        choices = self._case.choices
        if (
            choices.get("defendants") == choices.get("original_organ")
            or choices.get("original_organ") == "justice_bureau"
        ):
            return defendants[0] if defendants else self._alone()
        return None

    def _city_justice_bureau(self) -> Unit | None:
        city = self._units.parse("市人民政府")
        return self._units.justice_bureau(city) if city else None

    def _superior(self) -> Unit | None:
        reviewer = self._reviewer()
        if reviewer is None or reviewer.kind is UnitKind.CITY_GOVERNMENT:
            return None
        return self._city_justice_bureau()
