"""Units of government: read however a person names them, printed by their proper name.

Names, short names and places are data (``units.yml`` of the measure); this module knows only how such names
are put together: a head that tells whose unit it is (原平市, 市, 县, 太原市) and a tail that tells which one
(人民政府, 住建局, 轩岗镇政府). Level follows from the head. The trap of the region: 原平市 is a county-level
city, so 原平市人民政府 is a county government, while 市 alone is 忻州市.

What a name does not tell stays open: 住建局 alone has no level and the kind ``unknown`` until ``near``,
another unit of the same case, supplies it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.unit import Mention, Unit, UnitKind
from knowledge.unit_names import LETTER, VERB, Body, Level, Names, UnitError, any_of, read_names
from knowledge.unit_slips import Slips

__all__ = ["Level", "Mention", "Unit", "UnitError", "UnitKind", "Units", "load_units"]

DEFAULT_FOLDER = Path(__file__).parent / "measures" / "xinzhou-2023-42"


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose unit: what the head, or ``near``, tells."""

    level: Level | None = None
    place: str | None = None

    @property
    def prefix(self) -> str:
        """What stands before the tail in the proper name."""
        return {"city": "市", "county": self.place or "县", "province": "省"}.get(self.level or "", "")


_KINDS = {
    "justice": UnitKind.JUSTICE_BUREAU,
    "vertical": UnitKind.VERTICAL_AGENCY,
    "authorized": UnitKind.AUTHORIZED_ORGANIZATION,
    "unclear": UnitKind.UNKNOWN,
}
_DEPARTMENTS = {"city": UnitKind.CITY_DEPARTMENT, "county": UnitKind.COUNTY_DEPARTMENT}
_PRONOUN = re.compile(
    r"^(?:就是|是)?(?:我们|咱们|你们|我|咱|本|该|某|这个)?(?:的)?|(?:这边|那边|这里|这儿)?[吧呀啊呢。，\s]*$"
)
_ELSEWHERE = re.compile(
    rf"^(?!.{{0,4}}(?:{VERB}))({LETTER}{{2,6}}(?:省|自治区|自治州|市|县|区))"
    r"\w{1,20}(?:政府|局|委|委员会|办|办公室|厅|处|中心|所|队)$"
)
# A name may be shortened to the place where its unit sits.
_ENDINGS = {"区": "管委会", "园": "管委会", "镇": "政府", "乡": "政府", "街道": "办事处"}
_NOT_A_NAME = ("当地", "附近", "所在", "旁边", "原来", "后来", "现在", "最近")
_VERBS = re.compile(VERB)
_NOT_A_BUREAU = ("大局", "格局", "布局", "结局", "当局", "全局")


_REMEMBERED = 4096
"""Names whose units are remembered: a turn reads the same few again and again."""


def load_units(folder: Path | None = None) -> Units:
    """Read ``units.yml`` of a measure's folder (by default the bundled one).

    Raises:
        UnitError: if the file is missing, is not built as it should be, or gives one name to two units.
    """
    return Units(read_names((folder or DEFAULT_FOLDER) / "units.yml"))


class Units:
    """The units of one city: reads names, prints names. Immutable once made."""

    def __init__(self, names: Names) -> None:
        """Take the words of ``units.yml``."""
        self._names = names
        self._place = re.compile(rf"(?P<name>{any_of(names.county)})(?!山)")
        self._name_before = re.compile(rf"{LETTER}{{2,3}}$")
        self._slips = Slips((*names.tails, *names.city_zones), names.county)
        self._parsed = lru_cache(_REMEMBERED)(self._parse)

    # ------------------------------------------------------------------ reading

    def parse(self, text: str, *, near: Unit | None = None) -> Unit | None:
        """The unit that the whole text names, or None.

        Args:
            text: one name, as a person writes it; 我们, 本, 该 before and particles after do not matter.
            near: a unit of the same case, from which a name without level or place takes them.
        """
        return self._parsed(text, near)

    def _parse(self, text: str, near: Unit | None) -> Unit | None:
        name = _PRONOUN.sub("", re.sub(r"\s+", "", text))
        found = self.mentions(name, near=near)
        if len(found) == 1 and found[0].text == name:
            return found[0].unit
        if name in self._names.by_spoken:
            return self._of_body(self._names.by_spoken[name], _near(near), name)
        if name in self._names.county:
            return self._government(_Owner("county", self._names.county[name]))
        if name in (self._names.city, self._names.city.removesuffix("市")):
            return self._government(_Owner("city", self._names.city))
        for ending, rest in _ENDINGS.items():
            longer = self.mentions(name + rest, near=near) if name.endswith(ending) else ()
            if len(longer) == 1 and longer[0].text == name + rest:
                return longer[0].unit
        if found or self._place.search(name) or self.slips(name):
            return None
        if match := _ELSEWHERE.match(name):
            return Unit(name, UnitKind.OUTSIDE, "other", match[1])
        return None

    def mentions(self, text: str, *, near: Unit | None = None) -> tuple[Mention, ...]:
        """Every unit named in a text: in order, the longest reading of each, never overlapping.

        Args:
            text: any sentence.
            near: as for ``parse``.
        """
        return self.read(text, near=near)[0]

    def slips(self, text: str, *, near: Unit | None = None) -> tuple[Mention, ...]:
        """Units whose names are nearly written (县征府): each what may be meant, to be asked and never taken.

        A name that is one slip away from two units is none; what is written as a unit is none either.

        Args:
            text: any sentence.
            near: as for ``parse``.
        """
        return self.read(text, near=near)[1]

    def read(self, text: str, *, near: Unit | None = None) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
        """The units that a text names, and those that it nearly names: ``mentions`` and ``slips`` at once."""
        return self._slips.sort_out(text, tuple(self._scan(text, near)), lambda part: self._scan(part, near))

    def place_in(self, text: str) -> str | None:
        """The one county of the city that a text names (原平这边 → 原平市); None if none or several."""
        places = {self._names.county[match["name"]] for match in self._place.finditer(text)}
        return places.pop() if len(places) == 1 else None

    # ------------------------------------------------------------------ relations

    def justice_bureau(self, of: Unit) -> Unit:
        """The justice bureau of a unit's level and place (第十一条 to 第十三条 call it 司法行政部门).

        Raises:
            UnitError: if the unit has no level inside the city.
        """
        return self._of_body(self._names.by_id["justice"], self._owner_of(of), "")

    def office(self, of: Unit) -> Unit:
        """The government office of a unit's level and place.

        Raises:
            UnitError: if the unit has no level inside the city.
        """
        return self._office(self._owner_of(of))

    def government_of(self, unit: Unit) -> Unit | None:
        """The government a unit belongs to; a township is one itself. None for units outside or left open."""
        if unit.kind in (UnitKind.TOWNSHIP, UnitKind.CITY_GOVERNMENT, UnitKind.COUNTY_GOVERNMENT):
            return unit
        if unit.kind is UnitKind.VERTICAL_AGENCY or unit.level not in ("city", "county", "township"):
            return None
        return self._government(self._owner_of(unit))

    def same(self, a: Unit, b: Unit) -> bool:
        """Whether two namings can be one unit: a place or a level left open in one does not part them."""
        if a == b:
            return True
        if (a.place and b.place and a.place != b.place) or (a.level and b.level and a.level != b.level):
            return False
        if a.department or b.department:
            return a.department == b.department and (a.kind == b.kind or not (a.level and b.level))
        if a.kind in (UnitKind.CITY_GOVERNMENT, UnitKind.COUNTY_GOVERNMENT, UnitKind.GOVERNMENT_OFFICE):
            return a.kind == b.kind
        return a.kind == b.kind and _bare(a) == _bare(b)

    # ------------------------------------------------------------------ how a name is put together

    def _scan(self, text: str, near: Unit | None) -> Iterator[Mention]:
        at = 0
        known, other = self._names.known.search(text), self._names.unlisted.search(text)
        while known or other:
            if known and known.start() < at:
                known = self._names.known.search(text, at)
                continue
            if other and (other.start() < at or not self._well_formed(other, known)):
                other = self._names.unlisted.search(text, max(at, other.start() + 1))
                continue
            match = other if other and (not known or other.start() < known.start()) else known
            if match is None:
                return
            start = self._extended(text, match, at)
            unit = self._unit(match, text[start : match.end()], near)
            yield Mention(unit, start, match.end(), text[start : match.end()])
            at = match.end()

    def _well_formed(self, other: re.Match[str], known: re.Match[str] | None) -> bool:
        """Whether an unlisted name is one: 县委托住建局 is not, for a known name ends where it ends."""
        body = other["unlisted"]
        if other["elsewhere"]:
            return True
        if body.endswith(_NOT_A_BUREAU) or len(body) < 3:
            return False
        inside = self._names.known.search(other.string, other.start() + 1, other.end())
        return inside is None or inside.end() != other.end() or inside["bureau"] is not None

    def _extended(self, text: str, match: re.Match[str], floor: int) -> int:
        """Where a name without a head begins: 轩岗 belongs to 轩岗镇政府."""
        groups = match.groupdict()
        kinds = ("named", "township", "subdistrict", "other_zone", "bare_zone")
        if groups.get("head") or groups.get("township") == "乡镇" or not any(groups.get(kind) for kind in kinds):
            return match.start()
        verbs = [verb.end() for verb in _VERBS.finditer(text, floor, match.start())]
        letters = self._name_before.search(text[max([floor, *verbs]) : match.start()])
        return match.start() - len(letters[0]) if letters and letters[0] not in _NOT_A_NAME else match.start()

    # ------------------------------------------------------------------ from a match to a unit

    def _unit(self, match: re.Match[str], text: str, near: Unit | None) -> Unit:
        group = {name: value for name, value in match.groupdict().items() if value}
        if "city_zone" in group:
            return Unit(self._names.city_zones[group["city_zone"]], UnitKind.CITY_ZONE, "city", self._names.city)
        if "state" in group:
            return Unit(text, UnitKind.OUTSIDE, "other")
        if "elsewhere" in group:
            return Unit(text, UnitKind.OUTSIDE, "other", group["elsewhere"])
        owner = self._owner(group, near)
        if "province" in group or group.get("as_government") == "省":
            body = self._names.by_word.get(group.get("body", ""))
            tail = text[len(group.get("head", text)) :]
            name = "人民政府" if "government" in group or not tail else tail
            return Unit("省" + name, UnitKind.PROVINCIAL, "province", None, body.id if body else None)
        if "government" in group or "as_government" in group:
            return self._government(owner)
        if "office" in group:
            return self._office(owner)
        if "branch" in group:
            return self._branch(group, owner)
        if "field" in group:
            return self._of_body(self._names.by_spoken[group["field"]], owner, "")
        if word := group.get("named") or group.get("body"):
            given = group.get("name", "") if "head" in group else text[: -len(word)]  # 轩岗派出所
            return self._of_body(self._names.by_word[word], owner, word, given if "named" in group else "")
        if "township" in group or "subdistrict" in group:
            return self._below(group, owner, text, near)
        if "zone" in group or "other_zone" in group or "bare_zone" in group:
            return self._of_zone(group, owner, text, near)
        tail = group.get("party") or group.get("unlisted") or group.get("bureau") or ""
        if "bureau" in group and near and near.department:
            return self._of_body(self._names.by_id[near.department], owner, "")
        kind = _DEPARTMENTS[owner.level or "county"]
        if "party" in group:
            kind = UnitKind.PARTY_ORGAN
        elif tail.endswith("中心"):
            kind = UnitKind.UNKNOWN  # an organ only where a law, regulation or rule authorizes it
        return Unit(owner.prefix + tail, kind, owner.level, owner.place)

    def _owner(self, group: Mapping[str, str], near: Unit | None) -> _Owner:
        said = group.get("generic") or group.get("as_government") or ""
        if "county" in group:
            return _Owner("county", self._names.county[group["county"]])
        if "city" in group or said == "市":
            return _Owner("city", self._names.city)
        if "province" in group or said == "省":
            return _Owner("province")
        if said:
            from_near = _near(near)
            place = from_near.place if from_near.level == "county" else None
            return _Owner("county", place or (self._names.district if said.startswith("区") else None))
        return _near(near)

    def _owner_of(self, unit: Unit) -> _Owner:
        owner = _near(unit)
        if owner.level is None:
            raise UnitError(f"“{unit.name}”没有说明是市级还是县级，请写明是哪个市、县（市、区）的单位。")
        return owner

    def _government(self, owner: _Owner) -> Unit:
        kind = UnitKind.CITY_GOVERNMENT if owner.level == "city" else UnitKind.COUNTY_GOVERNMENT
        return Unit(f"{owner.prefix}人民政府", kind, owner.level, owner.place)

    def _office(self, owner: _Owner) -> Unit:
        name = f"{owner.prefix}人民政府办公室" if owner.level else "政府办公室"
        return Unit(name, UnitKind.GOVERNMENT_OFFICE, owner.level, owner.place)

    def _of_body(self, body: Body, owner: _Owner, word: str, given: str = "") -> Unit:
        """The unit of a field of work; ``given`` is a place name that stands before it (轩岗派出所)."""
        level = owner.level or body.level
        if level is None and body.branch and word.endswith("分局"):
            level = "county"
        kind = _KINDS.get(body.county_kind if level == "county" else body.kind)
        if kind is None:
            kind = _DEPARTMENTS.get(level or "", UnitKind.UNKNOWN)
        tail = word if word in body.kept else body.city if level == "city" else body.county
        # 原平市派出所 would be no unit's name: without its own place it stays as it is.
        name = tail if body.named and not given else owner.prefix + given + tail
        if body.branch and level == "county":
            name = body.branch.format(place=self._names.short[owner.place]) if owner.place else f"县{tail}"
        elif body.branch and level is None:
            name = body.city
        return Unit(name, kind, level, owner.place, body.id)

    def _branch(self, group: Mapping[str, str], owner: _Owner) -> Unit:
        """A bureau's 分局: it is the city's, and sits in a county."""
        body, at = self._names.by_word[group["branch_of"]], group["branch_at"]
        place = self._names.county.get(at) or (owner.place if owner.level == "county" else None)
        kind = UnitKind.VERTICAL_AGENCY if body.branch else UnitKind.AUTHORIZED_ORGANIZATION
        return Unit(f"市{body.city}{self._names.short.get(place or '', at)}分局", kind, "county", place, body.id)

    def _below(self, group: Mapping[str, str], owner: _Owner, text: str, near: Unit | None) -> Unit:
        """A township or a subdistrict."""
        street = "subdistrict" in group
        kind = UnitKind.SUBDISTRICT if street else UnitKind.TOWNSHIP
        word = group.get("subdistrict") or group["township"]
        own = text.removeprefix(group.get("head", "")).partition(word)[0].removeprefix("某")
        place = owner.place if owner.level == "county" else None
        if not own and near and near.kind is kind and place in (None, near.place):
            return near
        own = own or ("某" if place else "")
        return Unit(f"{place or ''}{own}{'街道办事处' if street else word + '人民政府'}", kind, "township", place)

    def _of_zone(self, group: Mapping[str, str], owner: _Owner, text: str, near: Unit | None) -> Unit:
        said = "head" in group
        own = text.removeprefix(group.get("head", "")).replace("管理委员会", "管委会")
        kind = self._names.zone_types.get(group.get("zone", ""))
        zones = (UnitKind.CITY_ZONE, UnitKind.COUNTY_ZONE, UnitKind.OTHER_ZONE)
        if near and near.kind in zones and not said and (own == "管委会" or (kind and kind[-3:] in near.name)):
            return near
        if kind is None:
            unit_kind = UnitKind.UNKNOWN if own == "管委会" else UnitKind.OTHER_ZONE
            level, place = (owner.level, owner.place) if said else (None, None)
            return Unit(owner.prefix * said + own, unit_kind, level, place)
        if owner.level == "city":
            name = self._names.city_zone_of.get(kind)
            unit_kind = UnitKind.CITY_ZONE if name else UnitKind.OTHER_ZONE
            return Unit(name or f"市{kind}管委会", unit_kind, "city", self._names.city)
        if owner.level == "county":
            name = f"{self._names.short[owner.place] if owner.place else '县'}{kind}管委会"
            return Unit(name, UnitKind.COUNTY_ZONE, "county", owner.place)
        return Unit(f"{kind}管委会", UnitKind.UNKNOWN)


def _near(unit: Unit | None) -> _Owner:
    """The level and place another unit lends: a township or subdistrict lends those of its county."""
    if unit is None or unit.level not in ("city", "county", "township"):
        return _Owner()
    return _Owner("city" if unit.level == "city" else "county", unit.place)


def _bare(unit: Unit) -> str:
    return unit.name.removeprefix(unit.place or "县").removeprefix("县")
