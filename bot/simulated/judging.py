"""What a talk came to, against a case's label."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.simulated.scenario import Scenario
from knowledge.labels import claimed_units, named_units
from knowledge.table import Table
from knowledge.units import Unit, Units

_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百]+条")
# What a label may say instead of naming a unit; any unit may be it.
_ROLE = re.compile(r"原(行政)?行为的(行政)?机关|原机关|报批的(部门|单位)|(被告|本)单位|(有职责|牵头)的部门")


class Verdict(StrEnum):
    """How a talk went: right, rightly left to people, a wrong unit stated, or anything else."""

    RIGHT = "right"
    LEFT = "left"
    WRONG = "wrong"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stated:
    """An outcome as it was said.

    Attributes:
        status: `determined` (units are named), `undetermined`, `out_of_scope`, or `answered` (no unit was sought).
        units: the handling units named.
    """

    status: str
    units: tuple[str, ...] = ()


def read_outcome(data: Mapping[str, Any], table: Table) -> Stated:
    """Read an outcome from the data that comes with its screen.

    Args:
        data: `status`, `handling` (unit names) and `rule`.
        table: tells which rules answer a question about the measure.
    """
    status, answer = str(data["status"]), table.rules[str(data["rule"])].then.answer
    if answer is not None and status != "out_of_scope":
        return Stated("answered")
    return Stated(status, tuple(map(str, data["handling"])))


def judge(scenario: Scenario, stated: Stated | None, clauses: Sequence[str], units: Units) -> tuple[Verdict, str]:
    """Judge what a talk came to.

    The unit and the status count, never the wording. A case that seeks no unit is right with an answer, or with one
    of the clauses that its label rests on.

    Args:
        scenario: the case and its label.
        stated: the last outcome; None where there was none.
        clauses: the clauses shown besides.
        units: for comparing units by meaning: 原平市住建局 and 县住房和城乡建设局 may be the same.

    Returns:
        The verdict, and why where it is not right.
    """
    if not scenario.seeks_unit:
        return _answered(scenario, stated, clauses)
    if stated is None:
        return Verdict.OTHER, "没有结论"
    theirs = named_units(scenario.unit or "", units)
    if stated.status == "determined":
        if scenario.status == "determined" and not theirs:
            return Verdict.RIGHT, ""  # the label asks for no unit, only that it is clear
        if _allows(scenario, stated.units, theirs, units):
            return Verdict.RIGHT, ""
        return Verdict.WRONG, f"说成{'、'.join(stated.units)}，应为{_label(scenario)}"
    if stated.status == scenario.status == "out_of_scope":
        return Verdict.RIGHT, ""
    if stated.status == "undetermined" and scenario.status in ("undetermined", "partial"):
        return Verdict.LEFT, ""
    return Verdict.OTHER, f"{_SAID[stated.status]}，应为{_label(scenario)}"


def _allows(scenario: Scenario, names: Sequence[str], theirs: Sequence[Unit], units: Units) -> bool:
    """Whether a label allows the units named: all of them, and as many; in part decided, none that it does not name.

    A role stands for any one unit, in a label (作出原行政行为的机关) as in an outcome whose official knew no name.
    """
    if scenario.status not in ("determined", "partial"):
        return False
    roles = len(_ROLE.findall(scenario.unit or ""))
    ours = claimed_units(names, units)
    strangers = [it for it in ours if not any(units.same(it, other) for other in theirs)]
    if len(strangers) > max(0, roles - sum(bool(_ROLE.search(name)) for name in names)):
        return False
    missing = [it for it in theirs if not any(units.same(it, other) for other in ours)]
    whole = len(names) == len(theirs) + roles and len(missing) <= len(names) - len(ours)
    return whole or scenario.status == "partial"


_SAID = {"undetermined": "没有定", "out_of_scope": "说不适用", "answered": "只答了问题"}
_STATUS = {"undetermined": "不能定", "out_of_scope": "不适用", "partial": "部分能定", "determined": "能定"}


def _label(scenario: Scenario) -> str:
    return scenario.unit or _STATUS.get(scenario.status, scenario.status)


def _answered(scenario: Scenario, stated: Stated | None, clauses: Sequence[str]) -> tuple[Verdict, str]:
    if stated is not None and stated.status == "answered":
        return Verdict.RIGHT, ""
    wanted = {article for cite in scenario.cites for article in _ARTICLE.findall(cite)}
    shown = {article for clause in clauses for article in _ARTICLE.findall(clause)}
    if wanted & shown or (not wanted and clauses):
        return Verdict.RIGHT, ""
    if stated is not None and stated.status == "out_of_scope" == scenario.status:
        return Verdict.RIGHT, ""
    return Verdict.OTHER, f"没有给出{'、'.join(sorted(wanted)) or '答案'}"
