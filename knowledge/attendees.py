"""Who may go to court for a defendant: who counts as its head, who may not stand in, who may be an agent, with what.

What holds of people and of the whole plan is data (``attendees.yml`` of the measure), each with its clauses; what
stands here is whose office an office is, and how many there are. The court reviews who counts as a head
(法释〔2020〕3号 第六条第二款): where no text says it, the verdict is `unclear` and says so.

    AttendeeError(KnowledgeError)    the rules are unusable, or the text names nobody by office
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import ValidationError

from knowledge.attendee_words import ORGAN, PART, Person, Post, Words, read_people, read_words
from knowledge.case import is_government
from knowledge.data_files import read_yaml
from knowledge.decide import Cited, cite, cite_law
from knowledge.errors import KnowledgeError
from knowledge.measure import DEFAULT_FOLDER, Measure, load_measure
from knowledge.table.model import Law
from knowledge.units import Unit, UnitKind, Units

PlannedKind = Literal["head", "staff", "lawyer"]
Finding = Literal["head", "not_head", "agent_ok", "lawyer", "barred", "unclear", "absent"]
PointKind = Literal["problem", "doubt", "bring", "absence"]
Basis = Literal["办法", "上位法", "惯例"]

_PlanRule = Literal[
    "too_many_agents",
    "no_head",
    "lawyers_only",
    "not_a_head",
    "unread",
    "head_unclear",
    "bring_head",
    "bring_staff",
    "bring_lawyer",
    "absence_reasons",
    "absence_proof",
    "absence_substitute",
    "absence_substitute_government",
    "absence_liability",
]
"""The rules about a plan, in the order in which they are told; the law's words are in ``attendees.yml``."""

MOST_AGENTS = 2
"""Agents of one defendant, lawyers among them (行政诉讼法第三十一条第一款)."""

_Whose = Literal["own", "part", "lower", "department", "office", "above", "other", "unknown"]
"""Whose an office is, seen from the defendant: its own, of a part of it, of a lower organ, of a government's department
or its office, of a higher organ, of another one; or not to be told."""

_CITY, _COUNTY = "市人民政府", "县人民政府"
_A_DEPARTMENT = ("局", "委员会")
_OFFICE = ("办公室", "办", "府办")
_NOT_ORGANS = (UnitKind.PROVINCIAL, UnitKind.OUTSIDE, UnitKind.PARTY_ORGAN)
_DEPARTMENTS = (
    UnitKind.CITY_DEPARTMENT,
    UnitKind.COUNTY_DEPARTMENT,
    UnitKind.JUSTICE_BUREAU,
    UnitKind.VERTICAL_AGENCY,
    UnitKind.UNKNOWN,
)
_CHARGED = ("member", "inactive", "unnamed")
"""Offices that Art. 4 does not name and that are heads where they are in charge (其他参与分管的负责人)."""

_ELSEWHERE: Mapping[_Whose, str] = {
    "own": "section_head",
    "part": "section_head",
    "lower": "lower_head",
    "department": "department_head",
    "above": "above",
    "other": "other_organ",
    "unknown": "no_unit",
}
"""The rule for somebody who is to go as head and is none of the defendant's own."""

_BEST: tuple[Finding, ...] = ("head", "lawyer", "agent_ok", "unclear", "barred", "not_head")


class AttendeeError(KnowledgeError):
    """The list of rules is unusable, or the text names nobody by office."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Somebody planned, by office; no names.

    Attributes:
        kind: what they go as: a head (Art. 4), staff as agent, or a lawyer.
        office: 职务, with its unit where it was told; empty for a lawyer.
        duty: what they are in charge of, as written (分管住建); may be empty.
    """

    kind: PlannedKind
    office: str
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of one person.

    Attributes:
        planned: who, and what they go as in this plan.
        verdict: a head; not one; may be an agent; a lawyer; barred from standing in (Art. 8); for the court to review;
            said not to come, and not counted in the plan.
        rule: the rule's name in ``attendees.yml``.
        says: the answer, in a sentence.
        why: the reason.
        basis: what the answer rests on: the measure, law above it, or practice.
        citations: its clauses.
    """

    planned: Planned
    verdict: Finding
    rule: str
    says: str
    why: str
    basis: Basis
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """What holds of the whole plan.

    Attributes:
        kind: a problem (against a rule), a doubt (the court reviews it), what to bring, what if the head cannot come.
        rule: its name in ``attendees.yml``.
        text: what it says.
        basis: as in `Verdict`.
        citations: its clauses.
    """

    kind: PointKind
    rule: str
    text: str
    basis: Basis
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class AttendanceCheck:
    """A plan of who attends for one defendant, checked.

    Attributes:
        party: the defendant.
        people: a verdict for each person, in the order of the text.
        plan: what holds of the whole: problems, doubts, what to bring, what if the head cannot come.
    """

    party: Unit
    people: tuple[Verdict, ...]
    plan: tuple[Point, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is against a rule; what the court has to review does not count."""
        return not any(it.kind == "problem" for it in self.plan)


@dataclass(frozen=True, slots=True)
class _Row:
    """A rule of ``attendees.yml``, its clauses quoted; `verdict` and `kind` of a person or `kind` of a point."""

    id: str
    says: str
    why: str
    basis: Basis
    citations: tuple[Cited, ...]
    kind: Any
    verdict: Any = None


@dataclass(frozen=True, slots=True)
class AttendeeRules:
    """A whole ``attendees.yml``: rules for people, points for the plan, and the words of offices."""

    people: Mapping[str, _Row]
    plan: Mapping[str, _Row]
    words: Words


@cache
def load_attendees(folder: Path | None = None) -> AttendeeRules:
    """Read ``attendees.yml`` of a measure's folder (by default the bundled one).

    Raises:
        AttendeeError: if the file or ``upper_laws.yml`` is missing or is not built as it should be.
        KnowledgeError: if the measure cannot be read, or has no such clause.
    """
    path = (folder or DEFAULT_FOLDER) / "attendees.yml"
    measure = load_measure(folder)
    try:
        data = read_yaml(path)
        laws = {name: Law(**law) for name, law in read_yaml(path.parent / "upper_laws.yml").items()}
        rules = AttendeeRules(
            people={name: _row(name, row, row["says"], measure, laws) for name, row in data["people"].items()},
            plan={name: _row(name, row, row["text"], measure, laws) for name, row in data["plan"].items()},
            words=read_words(data["words"]),
        )
    except OSError as error:
        raise AttendeeError(f"读不到出庭人员规则{path}，请重新安装本程序。") from error
    except (
        yaml.YAMLError,
        ValidationError,
        UnicodeDecodeError,
        KeyError,
        TypeError,
        AttributeError,
        re.error,
    ) as error:
        said = " ".join(str(error).split())
        raise AttendeeError(f"出庭人员规则{path}的格式不对（{said}），请恢复原文件。") from error
    if odd := sorted(rules.plan.keys() ^ set(get_args(_PlanRule))):
        raise AttendeeError(f"出庭人员规则{path}的plan缺少或者多出{'、'.join(odd)}，请恢复原文件。")
    return rules


def read_attendees(text: str, *, rules: AttendeeRules | None = None) -> tuple[Planned, ...]:
    """The people whom a text plans, by their offices alone, without those said not to come; empty where it names none.

    What an office comes to depends on the defendant (局长 is the head of a bureau, for a government somebody else's):
    where that is known, `check_attendees` tells what each goes as, and leaves out a name written before an organ's.

    Args:
        text: 副县长，分管住建；法制科科长；律师2名 gives four.
        rules: the words; by default the bundled ones.
    """
    people, _ = read_people(text, (rules or load_attendees()).words)
    return tuple(Planned(_by_words(it), it.office, it.duty) for it in people if not it.absent for _ in range(it.count))


def check_attendees(text: str, party: Unit, units: Units, *, rules: AttendeeRules | None = None) -> AttendanceCheck:
    """Check who is planned to attend for one defendant.

    Args:
        text: who, by office, as an official types it; ；parts people. 负责人： or 代理人： before them, or 作代理人
            after one, say what they are to go as.
        party: the defendant; of several each is checked by itself.
        units: the region's units.
        rules: what holds; by default the bundled rules.

    Raises:
        AttendeeError: the text names nobody by office, or the defendant is no organ of the measure (Art. 3).
    """
    rules = rules or load_attendees()
    if party.kind in _NOT_ORGANS:
        raise AttendeeError(f"{party.name}不在办法第三条所列的行政机关之内，请写忻州市内的被告单位。")
    people, unread = read_people(text, rules.words)
    if not people:
        raise AttendeeError("没有看出出庭人员，请写职务，不写姓名，例如“副县长，分管住建；法制科科长；律师1名”。")
    judge = _Judge(party, units, rules)
    rows = [judge.row(it) for it in people]
    led = any(row.verdict == "head" for row in rows)
    verdicts = tuple(
        Verdict(
            planned=Planned(_kind(person, row, led), judge.office(person), person.duty),
            verdict=row.verdict,
            rule=row.id,
            says=row.says.format(party=party.name),
            why=row.why.format(party=party.name),
            basis=row.basis,
            citations=row.citations,
        )
        for person, row in zip(people, rows, strict=True)
        for _ in range(person.count)
    )
    return AttendanceCheck(party, verdicts, tuple(_points(verdicts, unread, party, rules)))


class _Judge:
    """Says which rule of ``attendees.yml`` fits a person planned for one defendant."""

    def __init__(self, party: Unit, units: Units, rules: AttendeeRules) -> None:
        self._party = party
        self._units = units
        self._rules = rules
        self._government = is_government(party)

    def row(self, person: Person) -> _Row:
        """The rule that fits; of several offices that of the one that can do most."""
        if person.absent:
            return self._rules.people["absent"]
        rows = (self._rules.people[self._rule(it, person)] for it in person.posts)
        return min(rows, key=lambda row: _BEST.index(row.verdict))

    def office(self, person: Person) -> str:
        """Their office as printed, without a name written before it."""
        return replace(person, posts=tuple(replace(it, organ=self._organ(it, person)) for it in person.posts)).office

    def _organ(self, post: Post, person: Person) -> str:
        """Of the words before an office an organ's name, or a known part's; else no more than the rule rests on."""
        if mentions := self._units.mentions(post.organ, near=self._party):
            return post.organ[mentions[0].start :]
        known = self._rules.words.part.search(post.organ)
        end = ORGAN.search(post.organ) or PART.search(post.organ)
        tries = (known[0] if known else "", "", f"某{end[0]}" if end else "")
        rule = self._rule(post, person)
        return next((it for it in tries if self._rule(replace(post, organ=it), person) == rule), "")

    def _rule(self, post: Post, person: Person) -> str:
        if post.kind in ("lawyer", "adviser"):
            return post.kind
        if person.removed:
            return "dismissed"
        whose: _Whose = "lower" if person.entrusted else self._whose(post)
        if post.kind == "staff" and person.role == "head":
            return "staff_as_head"
        if post.kind == "staff" or (post.kind == "section" and person.role != "head"):
            return self._staff(whose)
        if person.role == "agent" and not (whose == "own" and post.kind in ("chief", "deputy")):
            return "lower_head_as_agent" if whose in ("lower", "department", "office") else self._staff(whose)
        if whose == "own" and post.kind != "section":
            return self._own(post, person)
        if whose == "office":
            return "secretary" if post.kind == "chief" else "department_head"
        return _ELSEWHERE[whose]

    def _own(self, post: Post, person: Person) -> str:
        """The rule for an office of the defendant itself."""
        if person.seconded:
            return "seconded"
        if person.charged and post.kind in _CHARGED:
            return "in_charge"
        return "member" if post.kind == "deputy_rank" and not person.charged else post.kind

    def _staff(self, whose: _Whose) -> str:
        if whose == "lower":
            return "lower_staff"
        if self._government:
            return "other_staff" if whose in ("above", "other", "unknown") else "government_staff"
        return "own_staff" if whose in ("own", "part") else "other_staff"

    def _whose(self, post: Post) -> _Whose:
        """Whose an office is: by the organ named before it, else by its title."""
        organ, tail = post.organ, ""
        unit = self._units.parse(organ, near=self._party) if organ else None
        if unit is None and (mentions := self._units.mentions(organ, near=self._party)):
            unit, tail = mentions[-1].unit, organ[mentions[-1].end :]
        if unit is not None:
            whose = self._whose_unit(unit)
            return "part" if whose == "own" and PART.search(tail) else whose
        if self._government and organ in _OFFICE:
            return "office"
        if PART.search(organ):
            return "lower" if self._government and post.title else "part"
        if ORGAN.search(organ) and not self._party.name.endswith(organ):
            return "lower" if self._government else "other"
        return self._whose_title(post)

    def _whose_unit(self, unit: Unit) -> _Whose:
        party = self._party
        if self._units.same(unit, party):
            return "own"
        if unit.kind in _NOT_ORGANS:
            return "above" if unit.kind is UnitKind.PROVINCIAL else "other"
        if party.level == "county" and unit.level == "city":
            return "above" if is_government(unit) or self._same_field(unit) else "other"
        if self._government:
            if unit.place and party.place and unit.place != party.place and party.level == "county":
                return "other"
            near = unit.level in (party.level, None)
            if near and unit.kind is UnitKind.GOVERNMENT_OFFICE:
                return "office"
            return "department" if near and unit.kind in _DEPARTMENTS else "lower"
        if is_government(unit):
            return "other" if party.level == "city" and unit.level == "county" else "above"
        if party.level == "city" and self._same_field(unit):
            return "lower"
        if PART.search(unit.name) and (unit.kind is UnitKind.UNKNOWN or party.kind in _DEPARTMENTS):
            return "part"
        return "other"

    def _same_field(self, unit: Unit) -> bool:
        return unit.department is not None and unit.department == self._party.department

    def _whose_title(self, post: Post) -> _Whose:
        """Whose an office is that names no organ: the defendant's where it has such a head."""
        party = self._party
        title = self._rules.words.titles.get(post.title)
        if title is None or title.of.search(party.name):
            return "own"
        if self._government:
            if party.level == "county" and title.of.search(_CITY):
                return "above"
            if party.level == "county" and title.of.search(_COUNTY):
                return "unknown"
            return "department" if any(map(title.of.search, _A_DEPARTMENT)) else "lower"
        if title.elsewhere == "government":
            return "above" if party.level != "city" or title.of.search(_CITY) else "other"
        return "part" if title.elsewhere == "section" else title.elsewhere


def _by_words(person: Person) -> PlannedKind:
    """What somebody goes as, as far as the words alone tell."""
    kinds = {it.kind for it in person.posts}
    if kinds & {"lawyer", "adviser"}:
        return "lawyer"
    if person.role is not None:
        return "head" if person.role == "head" else "staff"
    return "staff" if kinds <= {"staff", "section"} else "head"


def _kind(person: Person, row: _Row, led: bool) -> PlannedKind:
    """What somebody goes as; who is no head takes the place of one if it is said, or if there is no other."""
    if person.absent:
        return _by_words(person)
    stands_in = row.verdict in ("not_head", "barred") and not led and person.role is None
    if row.kind == "staff" and (stands_in or person.role == "head"):
        return "head"
    kind: PlannedKind = row.kind
    return kind


def _points(people: tuple[Verdict, ...], unread: int, party: Unit, rules: AttendeeRules) -> Iterator[Point]:
    """What holds of the whole plan: problems first."""
    coming = [it for it in people if it.verdict != "absent"]
    agents = [it for it in coming if it.planned.kind != "head"]
    heads = [it for it in coming if it.verdict == "head"]
    unclear = [it for it in coming if it.planned.kind == "head" and it.verdict == "unclear"]
    instead = [it for it in coming if it.planned.kind == "head" and it.verdict in ("not_head", "barred")]
    kinds = {it.planned.kind for it in coming}
    lawyers_only = kinds == {"lawyer"}
    holds: Mapping[_PlanRule, bool] = {
        "too_many_agents": len(agents) > MOST_AGENTS,
        "no_head": not heads and not unclear and not lawyers_only,
        "lawyers_only": lawyers_only,
        "not_a_head": bool(instead),
        "unread": bool(unread),
        "head_unclear": bool(unclear) and not heads,
        "bring_head": "head" in kinds,
        "bring_staff": "staff" in kinds,
        "bring_lawyer": "lawyer" in kinds,
        "absence_reasons": True,
        "absence_proof": True,
        "absence_substitute": not is_government(party),
        "absence_substitute_government": is_government(party),
        "absence_liability": True,
    }
    who: Mapping[str, list[Verdict]] = {"too_many_agents": agents, "not_a_head": instead, "head_unclear": unclear}
    number = {"too_many_agents": len(agents), "unread": unread}
    for name in get_args(_PlanRule):
        if holds[name]:
            row = rules.plan[name]
            named = "、".join(called(it.planned for it in who.get(name, ())))
            text = row.says.format(party=party.name, who=named, number=number.get(name, 0))
            yield Point(row.kind, name, text, row.basis, row.citations)


def called(people: Iterable[Planned]) -> Iterator[str]:
    """What to call people in a sentence, those alike once with their number: 副县长, 律师2名."""
    for one, same in groupby(people):
        number = len(tuple(same))
        yield (one.office or "律师") + (f"{number}名" if number > 1 else "")


def _row(id: str, row: Mapping[str, Any], says: str, measure: Measure, laws: Mapping[str, Law]) -> _Row:
    return _Row(
        id=id,
        says=says,
        why=row.get("why", ""),
        basis=row["basis"],
        citations=(*(cite(measure, it) for it in row["cites"]), *(cite_law(laws, it) for it in row["law"])),
        kind=row["kind"],
        verdict=row.get("verdict"),
    )
