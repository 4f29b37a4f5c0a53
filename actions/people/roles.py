"""What a person may be: roles, and the post that holds them in a unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from actions.errors import InvalidPerson
from knowledge.privacy import find_personal
from knowledge.units import Unit, UnitKind, Units

NAME_MOST = 20
"""Characters of a name."""

LOCAL_CHANNELS = ("console", "jsonl")
"""Channels of the machine itself. Whoever can start the program there reads its database anyway."""

_PERSON = re.compile(r"[a-z]{1,20}:[^\s:]{1,64}")


class Role(StrEnum):
    """What a person may do; several may be held, but Art. 13 and 14 need two people: one proposes, another decides."""

    ENQUIRE = "enquire"
    REGISTER = "register"
    PROPOSE = "propose"
    DECIDE = "decide"
    ADMINISTER = "administer"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return _LABELS[self][0]

    @property
    def meaning(self) -> str:
        """What it is for, in Chinese."""
        return _LABELS[self][1]


_LABELS = {
    Role.ENQUIRE: ("查询", "查条文，问办法"),
    Role.REGISTER: ("登记", "收文、承办人员：引导登记案件，看自己的登记"),
    Role.PROPOSE: ("提出意见", "司法行政部门、法制机构：提出出庭人员意见（第十三条、第十四条）"),
    Role.DECIDE: ("确定", "政府、被诉单位：确定出庭人员（第十三条、第十四条）；不能与“提出意见”同为一人"),
    Role.ADMINISTER: ("管理", "发开通码、改权限、停用；不能看案件"),
}


@dataclass(frozen=True, slots=True)
class Post:
    """Who somebody is to the assistant.

    Attributes:
        name: What colleagues call them, such as 李科长 or 收文岗.
        unit: The unit's proper name, with its place.
        roles: What they may do; at least one.
    """

    name: str
    unit: str
    roles: frozenset[Role]

    @property
    def granted(self) -> str:
        """The roles' Chinese names."""
        return "、".join(role.label for role in Role if role in self.roles)

    @classmethod
    def read(cls, units: Units, name: str, unit: str, roles: Iterable[Role]) -> Post:
        """Read a post as somebody has typed it.

        Args:
            units: The units there are.
            name: See above; surrounding space is dropped.
            unit: Any name of the unit that tells its place (原平住建局).
            roles: The roles.

        Raises:
            InvalidPerson: The name is empty, too long or holds a number of a person; the unit is not known or
                its place is left open; there is no role; or one person would both propose and decide.
        """
        name, held = name.strip(), frozenset(roles)
        if not name or len(name) > NAME_MOST or "\n" in name:
            raise InvalidPerson(f"称呼应为1至{NAME_MOST}字，例如“李科长”或“收文岗”，请改正后再试。")
        if (kind := find_personal(name)) is not None:
            raise InvalidPerson(f"称呼里像是有{kind}，不能保存，请只写姓氏职务或岗位。")
        if not held:
            raise InvalidPerson("没有写权限，请至少给一项，“yingsu people roles”可以看有哪些。")
        if {Role.PROPOSE, Role.DECIDE} <= held:
            raise InvalidPerson("提出意见和确定不能是同一个人（第十三条、第十四条），请分给两个人。")
        return cls(name, _located(units, unit).name, held)


def check_person(person: str) -> str:
    """Return a person's id if it is one: channel and id, such as telegram:123.

    Raises:
        InvalidPerson: It is none.
    """
    if not _PERSON.fullmatch(person):
        raise InvalidPerson("人员编号应写作 渠道:编号，例如 telegram:123456，请改正后再试。")
    return person


def supervises(units: Units, bureau: str, unit: str) -> bool:
    """Tell whether one unit is the justice bureau that coordinates and supervises another (Art. 7: at its own level).

    Args:
        units: The units there are.
        bureau: Proper name of the unit that may supervise.
        unit: Proper name of the other; a unit of another county, a vertical agency or one outside is not supervised.
    """
    above, below = units.parse(bureau), units.parse(unit)
    if above is None or below is None or above.kind is not UnitKind.JUSTICE_BUREAU or above.place != below.place:
        return False
    if below.kind is UnitKind.VERTICAL_AGENCY:
        return False
    return below.level in (("city",) if above.level == "city" else ("county", "township"))


def _located(units: Units, name: str) -> Unit:
    unit = units.parse(name.strip())
    if unit is None:
        raise InvalidPerson("认不出这个单位名称，请写全称，例如“原平市住房和城乡建设局”。")
    if unit.place is None or unit.level not in ("city", "county", "township"):
        raise InvalidPerson(f"“{unit.name}”看不出是哪个县（市、区）的，请在前面写上县（市、区）名。")
    return unit
