"""What a unit of government is, and a unit named in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from knowledge.unit_names import Level


class UnitKind(StrEnum):
    """What a unit is in the eyes of 第三条, 第十一条 to 第十四条."""

    CITY_GOVERNMENT = "city_government"
    COUNTY_GOVERNMENT = "county_government"
    CITY_DEPARTMENT = "city_department"
    COUNTY_DEPARTMENT = "county_department"
    GOVERNMENT_OFFICE = "government_office"
    JUSTICE_BUREAU = "justice_bureau"
    CITY_ZONE = "city_zone"
    COUNTY_ZONE = "county_zone"
    OTHER_ZONE = "other_zone"
    TOWNSHIP = "township"
    SUBDISTRICT = "subdistrict"
    AUTHORIZED_ORGANIZATION = "authorized_organization"
    VERTICAL_AGENCY = "vertical_agency"
    PROVINCIAL = "provincial"
    OUTSIDE = "outside"
    PARTY_ORGAN = "party_organ"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit.

    Attributes:
        name: its proper name: with the place where it is known (原平市住房和城乡建设局), general otherwise
            (县住房和城乡建设局); the city's own begin with 市.
        kind: what it is; ``unknown`` where the name leaves it open.
        level: whose level; None where the name leaves it open.
        place: 忻州市, one of its counties, or the place outside; None where it is not said.
        department: id of the field of work in ``units.yml``; None for governments and unlisted units.
    """

    name: str
    kind: UnitKind
    level: Level | None = None
    place: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit named in a text, at [start, end) in characters."""

    unit: Unit
    start: int
    end: int
    text: str
