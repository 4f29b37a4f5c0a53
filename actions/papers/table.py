"""The table of papers (`papers.yml`): what each is for, what it rests on, and what fills what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from actions.cases import Stage
from knowledge.data_files import read_yaml

Of = Literal["case", "defendant", "advice"]

_FILE = Path(__file__).parent / "papers.yml"


@dataclass(frozen=True, slots=True)
class Field:
    """What a tag in a template stands for.

    Attributes:
        name: The tag.
        of: What it is a field of; those of the case are known in every paper.
        source: Where it comes from, in words.
        blank: How many characters are left blank where it is not known; of a list, how many empty rows.
        columns: The columns of a list and where they come from; empty for a single value.
    """

    name: str
    of: Of
    source: str
    blank: int
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Paper:
    """A row of the table.

    Attributes:
        id: Its name in commands.
        title: What it is called.
        file: Its template's file name.
        purpose: What it is for, in a line.
        of: What it is made once for each of.
        stages: The stages of a case in which it can be made.
        cites: Places of the measure (`15.7`).
        law: Places of law beyond it, in words.
        form: Who prescribes the form.
        fields: The tags that the bundled template uses.
        by_hand: What stays blank for people to write.
    """

    id: str
    title: str
    file: str
    purpose: str
    of: Of
    stages: frozenset[Stage]
    cites: tuple[str, ...]
    law: tuple[str, ...]
    form: str
    fields: tuple[str, ...]
    by_hand: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All fields and all papers, by name, in order."""

    fields: Mapping[str, Field]
    papers: Mapping[str, Paper]

    def known_in(self, paper: Paper) -> Mapping[str, Field]:
        """The fields that a template of this paper may use."""
        return {name: it for name, it in self.fields.items() if it.of in ("case", paper.of)}


@cache
def load_table() -> Table:
    """Read the bundled table."""
    data = read_yaml(_FILE)
    return Table(
        {
            name: Field(name, row["of"], row["from"], row["blank"], row.get("columns", {}))
            for name, row in data["fields"].items()
        },
        {row["id"]: _paper(row) for row in data["papers"]},
    )


def _paper(row: Mapping[str, Any]) -> Paper:
    return Paper(
        id=row["id"],
        title=row["title"],
        file=row["file"],
        purpose=row["for"],
        of=row["of"],
        stages=frozenset(row["stages"]),
        cites=tuple(row["cites"]),
        law=tuple(row["law"]),
        form=row["form"],
        fields=tuple(row["fields"]),
        by_hand=tuple(row["by_hand"]),
    )
