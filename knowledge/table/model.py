"""What a table file holds, typed: facts, choices, rules, outcomes.

TableError                the file is not a table: says where and what to do
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from knowledge.errors import KnowledgeError

Status = Literal["determined", "undetermined", "out_of_scope"]
Basis = Literal["办法", "上位法", "无"]
Kind = Literal["choice", "unit", "units", "date"]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Condition = dict[str, Names]


class TableError(KnowledgeError):
    """The table's file cannot be used as it stands."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Part):
    """One answer to a fact's question.

    Attributes:
        id: what data and programs call it.
        label: what an official reads; `{government}` stands for the defendant government.
        say: other words for it.
        units: unit kinds (`kind` or `kind@level`) whose mention means this choice.
        only: shown only when these facts, where known, have one of these values. It never limits what counts.
    """

    id: str
    label: str
    say: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    only: Condition = Field(default_factory=dict)


class Supposition(_Part):
    """A value that follows from other facts (implied), or that holds until someone says otherwise (presumed)."""

    value: str = Field(alias="is")
    when: Condition = Field(default_factory=dict)
    unless: Condition = Field(default_factory=dict)
    unit: str | None = None


class Fact(_Part):
    """One question that a person can answer.

    Attributes:
        id: its name in data.
        kind: `choice` (rules test it), or a detail of the outcome: `unit`, `units`, `date`.
        of: for a unit, the choice fact whose answer it details.
        short: its name in lists.
        ask: the question.
        why: why it is asked.
        where: where on paper the answer stands.
        cites: clauses that make it matter, as short references.
        derived: how it is worked out, for a fact nobody is asked.
        presumed: values taken, in the open, until someone says otherwise.
        implied: values that other facts leave no choice about.
    """

    id: str
    short: str
    ask: str
    why: str
    cites: tuple[str, ...]
    kind: Kind = "choice"
    of: str | None = None
    where: str | None = None
    derived: str | None = None
    presumed: tuple[Supposition, ...] = ()
    implied: tuple[Supposition, ...] = ()
    choices: tuple[Choice, ...] = ()

    def choice(self, value: str) -> Choice:
        """The choice with this id.

        Raises:
            KeyError: there is none.
        """
        return next(choice for choice in self.choices if choice.id == value) if value in self else _missing(value)

    def __contains__(self, value: str) -> bool:
        return any(choice.id == value for choice in self.choices)


def _missing(value: str) -> Choice:
    raise KeyError(value)


class Law(_Part):
    """A text above the measure that answers may point to; we hold its name and the day of its text, not its words."""

    name: str
    text_known: str
    title: str | None = None
    day: date | None = None


class Hint(_Part):
    """A sentence shown beside outcomes, with what it rests on; `when` limits it to cases that it fits."""

    text: str
    when: Condition = Field(default_factory=dict)
    cites: tuple[str, ...] = ()
    law: tuple[str, ...] = ()


class Burden(_Part):
    """Burden of proof in two layers: inside government (办法), and before the court (法律、司法解释)."""

    internal: str
    court: str
    cites: tuple[str, ...] = ()
    law: tuple[str, ...] = ()


class AttendanceRule(_Part):
    """Who proposes and who decides the attendees of one kind of defendant (第十三条、第十四条)."""

    of: tuple[str, ...]
    proposes: str
    decides: str
    cites: tuple[str, ...]
    note: str | None = None


class OutcomeSpec(_Part):
    """What a rule says. Roles (`reporter`, `justice_bureau` …) become units when the case's names are known.

    Attributes:
        basis: where the answer rests: the measure, law above it, or neither.
        reading: what is read into the text rather than written there.
        because: why the text decides nothing, or does not apply.
        needs: details asked for once the rule is settled.
        dated: whether the usual dates count from the day of receipt.
    """

    status: Status
    basis: Basis = "办法"
    answer: str | None = None
    handling: tuple[str, ...] = ()
    assisting: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    reading: str | None = None
    because: str | None = None
    attendance: tuple[str, ...] = ()
    burden: str | None = None
    needs: tuple[str, ...] = ()
    dated: bool = True
    cites: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


class RawRule(_Part):
    """A rule as written."""

    rule: str
    when: Condition = Field(default_factory=dict)
    then: OutcomeSpec


class Section(_Part):
    """Rules that share conditions."""

    title: str
    when: Condition = Field(default_factory=dict)
    rules: tuple[RawRule, ...]


class LetRule(_Part):
    """One line of a derived fact."""

    when: Condition = Field(default_factory=dict)
    value: str = Field(alias="is")


class Let(_Part):
    """A fact that follows wholly from others."""

    id: str
    choices: tuple[str, ...]
    rules: tuple[LetRule, ...]


class RawTable(_Part):
    """The file, before its conditions are multiplied out."""

    laws: dict[str, Law]
    facts: tuple[Fact, ...]
    groups: dict[str, Names]
    lets: tuple[Let, ...]
    roles: dict[str, str]
    attendance: dict[str, AttendanceRule]
    burdens: dict[str, Burden]
    hints: dict[str, Hint]
    sections: tuple[Section, ...]


class Rule(_Part):
    """A rule of the table: its id, its section's title, its conditions as written (section's included), its outcome."""

    id: str
    section: str
    when: Condition
    then: OutcomeSpec
