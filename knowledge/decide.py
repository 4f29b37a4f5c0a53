"""From a case's facts to an outcome: the rule that fits, its roles filled with units, its clauses quoted.

Pure: the same facts, table, measure and day give the same outcome, with the reasons on show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import Literal

from knowledge.case import Case, CaseReader, FactsClash, is_government
from knowledge.citation import Citation
from knowledge.deadlines import Deadline, Rules, from_receipt
from knowledge.measure import Measure
from knowledge.roles import Roles
from knowledge.table import Fact, Rule, Table
from knowledge.table.model import AttendanceRule, Hint, Law
from knowledge.units import Unit, Units

Status = Literal["determined", "undetermined", "out_of_scope", "incomplete"]
MATERIALS_ARTICLE = 15


@dataclass(frozen=True, slots=True)
class Cited:
    """A place an outcome rests on.

    Attributes:
        measure: the text's number or short name.
        ref: the place in official form, such as 第十一条第（三）项.
        quote: the clause word for word; None for law that is not held here.
        text_known: which version of that law is meant; None for the measure.
    """

    measure: str
    ref: str
    quote: str | None
    text_known: str | None = None

    def __str__(self) -> str:
        return self.ref if self.quote is not None else f"{self.measure}{self.ref}"


def cite(measure: Measure, ref: str) -> Cited:
    """A clause of the measure by its short reference (11-3), quoted.

    Raises:
        CitationError: it is no reference.
        NoSuchClause: the measure has no such clause.
    """
    citation = Citation.parse(ref)
    return Cited(measure.number, str(citation), measure.quote(citation))


def cite_law(laws: Mapping[str, Law], ref: str) -> Cited:
    """A place in law above the measure by the law's short name and the place (行诉法 34-1); not quoted.

    Raises:
        KeyError: there is no such law.
        CitationError: the place is no reference.
    """
    name, _, place = ref.partition(" ")
    law = laws[name]
    return Cited(law.name, str(Citation.parse(place)), None, law.text_known)


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who settles the attendees of one defendant: 提出意见, then 确定."""

    party: str
    proposes: str
    decides: str
    note: str | None
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace: a fact and its answer, or the rule that fitted.

    Attributes:
        kind: `fact` or `rule`.
        name: the fact's or rule's id.
        label: what an official reads.
        value: the answer in words, or the rule's section.
        source: where an answer comes from (`knowledge.case.Source`); `table` for a rule.
        citations: clauses that make the fact matter, or that say what the rule says.
    """

    kind: Literal["fact", "rule"]
    name: str
    label: str
    value: str
    source: str
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """One of the papers of 第十五条."""

    ref: str
    text: str


@dataclass(frozen=True, slots=True)
class Advice:
    """A hint with what it rests on."""

    text: str
    citations: tuple[Cited, ...]

    def __str__(self) -> str:
        return f"{self.text.rstrip('。')}（{'、'.join(map(str, self.citations))}）。" if self.citations else self.text


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next.

    Attributes:
        fact: the fact.
        text: its question, with the case's own government named.
        choices: ids and labels of the choices that can apply, in order.
    """

    fact: Fact
    text: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the table says of a case.

    `missing` names details (a unit, a date) that would make it more exact; `as_of` is the day it was decided on.
    """

    status: Status
    basis: str
    rule: str | None = None
    answer: str | None = None
    because: str | None = None
    reading: str | None = None
    handling_units: tuple[str, ...] = ()
    assisting_units: tuple[str, ...] = ()
    suggested_units: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    burden_internal: str | None = None
    burden_court: str | None = None
    materials: tuple[Material, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    citations: tuple[Cited, ...] = ()
    hints: tuple[Advice, ...] = ()
    trace: tuple[Step, ...] = ()
    next_question: Question | None = None
    as_of: date | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What changing one answer leaves.

    Attributes:
        facts: the facts that count now.
        fell_away: facts that counted before and no longer do, in the table's order.
    """

    facts: Mapping[str, object]
    fell_away: tuple[str, ...]


class Decider:
    """Decides cases by one measure.

    Args:
        measure: its text.
        table: its decision table.
        units: the region's units.
        deadlines: what is due when.
    """

    def __init__(self, measure: Measure, table: Table, units: Units, deadlines: Rules) -> None:
        self.measure = measure
        self.table = table
        self.units = units
        self.reader = CaseReader(table, units, measure)
        self._deadlines = deadlines
        self._quoted = lru_cache(None)(partial(cite, measure))  # as many as the measure has places that the table names

    def decide(self, facts: Mapping[str, object], today: date, doubted: frozenset[str] = frozenset()) -> Outcome:
        """The outcome of a case, `incomplete` with the next question while several rules could still fit.

        The dates stand in an `incomplete` one as well, where they hold whatever else is answered.

        Args:
            facts: by fact id (see `CaseReader.read`).
            today: the day to judge by where the case has no date of its own.
            doubted: facts not to be presumed.

        Raises:
            FactError: the facts cannot be used as given.
        """
        case = self.reader.read(facts, today, doubted)
        question = self.table.engine.next_question(case.choices)
        if question is not None:
            return Outcome(
                status="incomplete",
                basis="办法",
                deadlines=self._due(case.received_on) if _is_suit(case) else (),
                next_question=self.question(question, case),
                as_of=today,
                trace=tuple(self._fact_steps(case, case.choices)),
            )
        (rule,) = self.table.engine.alive(case.choices)
        return replace(self._outcome(self.table.rules[rule], case), as_of=today)

    def question(self, fact: str, case: Case) -> Question:
        """A fact's question as put to the person in this case."""
        asked = self.table.facts[fact]
        government = self.reader.government(case)
        name = government.name if government else "政府"
        levels = self._open_levels(asked, case)
        shown = [
            (choice.id, choice.label.replace("{government}", name))
            for choice in asked.choices
            if all(case.choices.get(other) in (None, *values) for other, values in choice.only.items())
            and (not levels or levels & set(choice.units))
        ]
        return Question(asked, asked.ask.replace("{government}", name), tuple(shown))

    def _open_levels(self, asked: Fact, case: Case) -> set[str]:
        """Unit kinds left when a department was named without its level (人社局): ask only which level."""
        detail = next((fact for fact in self.table.facts.values() if fact.of == asked.id), None)
        unit = case.unit(detail.id) if detail else None
        if unit is None or unit.level is not None or unit.department is None:
            return set()
        at_levels = (self.units.parse(unit.name, near=self.units.parse(name)) for name in ("县人民政府", "市人民政府"))
        return {spec for it in at_levels if it for spec in (it.kind.value, f"{it.kind.value}@{it.level}")}

    def prune(
        self,
        facts: Mapping[str, object],
        today: date,
        doubted: frozenset[str] = frozenset(),
        keep: tuple[str, ...] = (),
    ) -> Change:
        """Drop the facts that no longer count.

        A choice does not count when, with the facts before it, no rule hangs on it, or when it clashes with those
        just answered; a unit's name falls with the choice it details.

        Args:
            facts: as for `decide`.
            today: likewise.
            doubted: likewise.
            keep: facts just answered, to which others give way.

        Raises:
            FactError: the kept facts themselves cannot be used.
        """
        table = self.table
        counted = {name: facts[name] for name in keep}
        self.reader.read(counted, today, doubted)
        fell = []
        for name, fact in sorted(table.facts.items(), key=lambda it: self._place(it[1])):
            if name not in facts or name in keep:
                continue
            later = {other: it for other, it in facts.items() if other not in fell}
            case = self._read_if_it_can({**counted, name: facts[name]}, later, today, doubted)
            if case is None:
                fell.append(name)
                continue
            if fact.kind == "choice":
                counts = self._counts(name, case)
            elif fact.of is not None and fact.of in case.choices and fact.of not in counted:
                counts = self._counts(fact.of, case)
            else:
                counts = fact.of not in fell
            if counts:
                counted[name] = facts[name]
            else:
                fell.append(name)
        kept = {name: counted[name] for name in table.facts if name in counted}
        return Change(kept, tuple(name for name in table.facts if name in fell))

    def change(
        self, facts: Mapping[str, object], fact: str, value: object, today: date, doubted: frozenset[str] = frozenset()
    ) -> Change:
        """Change one answer, keep all others that still count, name those that fell away."""
        left = self.prune({**facts, fact: value}, today, doubted, keep=(fact,))
        return Change(left.facts, tuple(n for n in self.table.facts if n in facts and n not in left.facts))

    def _read_if_it_can(
        self, facts: Mapping[str, object], later: Mapping[str, object], today: date, doubted: frozenset[str]
    ) -> Case | None:
        """Facts read; None where they clash even when those that come later in the table are told as well."""
        for told in (facts, {**later, **facts}):
            try:
                return self.reader.read(told, today, doubted)
            except FactsClash:
                continue
        return None

    def _counts(self, fact: str, case: Case) -> bool:
        """Whether rules hang on a choice, given those asked before it."""
        before = {n: v for n, v in case.choices.items() if self._index(n) < self._index(fact)}
        return self.table.engine.matters(fact, before)

    def _index(self, fact: str) -> int:
        return list(self.table.facts).index(fact)

    def _place(self, fact: Fact) -> int:
        """Where a fact weighs in: a name with the choice that it tells, a date with the period."""
        return self._index("period" if fact.kind == "date" else fact.of or fact.id)

    def _outcome(self, rule: Rule, case: Case) -> Outcome:
        then = rule.then
        roles = Roles(self.table, self.units, self.reader.government(case), case)
        attended = (it for role in then.attendance for it in self._attendance(roles.parties(role), roles))
        attendance = tuple(dict.fromkeys(attended))  # the reviewing government may be one of the defendants
        burden = self.table.raw.burdens[then.burden] if then.burden else None
        counting = self._counting(case)
        hints = [hint for name in then.hints if _fits(hint := self.table.raw.hints[name], counting)]
        if "reviewed" in counting and case.sources["reviewed"] == "presumed":
            hints.insert(1, self.table.raw.hints["presumed_no_review"])
        in_litigation = then.status != "out_of_scope" and case.choices["matter"] in ("handling", "filing")
        filing = case.choices["matter"] == "filing"
        cited = self._cited(then.cites, then.law)
        return Outcome(
            status=then.status,
            basis=then.basis,
            rule=rule.id,
            answer=then.answer,
            because=then.because,
            reading=then.reading,
            handling_units=roles.names(then.handling),
            assisting_units=roles.names(then.assisting),
            suggested_units=roles.names(then.suggest),
            decided_by=roles.names(then.decided_by),
            attendance=attendance,
            burden_internal=burden.internal if burden else None,
            burden_court=burden.court if burden else None,
            materials=self.materials() if in_litigation and (then.dated or filing) else (),
            deadlines=self._due(case.received_on) if in_litigation and then.dated else (),
            citations=_unique(
                (
                    *cited,
                    *(it for one in attendance for it in one.citations),
                    *(self._cited(burden.cites, burden.law) if burden else ()),
                )
            ),
            hints=tuple(self._advice(hint) for hint in hints),
            trace=(
                *self._fact_steps(case, counting),
                Step("rule", rule.id, f"规则{rule.id}", rule.section, "table", cited),
            ),
            missing=tuple(fact for fact in then.needs if not case.answered(fact) and not roles.told(fact)),
        )

    def _due(self, received_on: date | None) -> tuple[Deadline, ...]:
        return from_receipt(received_on, rules=self._deadlines) if received_on else ()

    def materials(self) -> tuple[Material, ...]:
        """The eight papers of 第十五条, cut from its items."""
        clauses = self.measure.under(Citation(MATERIALS_ARTICLE))
        return tuple(Material(str(it.citation), it.text.rstrip("；。")) for it in clauses if it.item is not None)

    def cite(self, ref: str) -> Cited:
        """A clause of the measure by its short reference, quoted."""
        return self._quoted(ref)

    def _cited(self, cites: Iterable[str], law: Iterable[str]) -> tuple[Cited, ...]:
        return (*map(self.cite, cites), *(cite_law(self.table.raw.laws, it) for it in law))

    def _advice(self, hint: Hint) -> Advice:
        return Advice(hint.text, self._cited(hint.cites, hint.law))

    def _attendance(self, parties: Iterable[tuple[str, str, Unit | None]], roles: Roles) -> Iterable[Attendance]:
        for name, kind, unit in parties:
            rule = self._attendance_rule(kind)
            if unit is not None and is_government(unit):
                proposes, decides = self.units.justice_bureau(unit).name, unit.name
            elif rule.proposes == "justice_bureau_of":
                proposes, decides = roles.names(["justice_bureau"])[0], name
            else:
                proposes, decides = rule.proposes, rule.decides
            yield Attendance(name, proposes, decides, rule.note, self._cited(rule.cites, ()))

    def _attendance_rule(self, kind: str) -> AttendanceRule:
        rules = self.table.raw.attendance
        return next((rule for rule in rules.values() if kind in rule.of), rules["not_listed"])

    def _counting(self, case: Case) -> Mapping[str, str]:
        """The answers that led here: those on which, with the ones before them, rules hung."""
        known: dict[str, str] = {}
        counting = {}
        for fact, value in case.choices.items():
            if self.table.engine.matters(fact, known):
                counting[fact] = value
            known[fact] = value
        return counting

    def _fact_steps(self, case: Case, choices: Mapping[str, str]) -> Iterable[Step]:
        for name, value in choices.items():
            fact = self.table.facts[name]
            label = fact.choice(value).label
            detail = next((f for f in self.table.facts.values() if f.of == name and f.id in case.units), None)
            if detail:
                label = f"{label}：{'、'.join(unit.name for unit in case.units[detail.id])}"
            yield Step("fact", name, fact.short, label, case.sources[name], self._cited(fact.cites, ()))


def _is_suit(case: Case) -> bool:
    """Whether a case is a suit in which the usual dates count, however the questions still open are answered."""
    return case.choices.get("matter") == "handling" and case.choices.get("proceeding") == "administrative_suit"


def _fits(hint: Hint, choices: Mapping[str, str]) -> bool:
    return all(choices.get(fact) in values for fact, values in hint.when.items())


def _unique(citations: Iterable[Cited]) -> tuple[Cited, ...]:
    return tuple(dict.fromkeys(citations))
