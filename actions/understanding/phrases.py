"""How accounts say things: the patterns of a measure's `story.yml`, compiled once.

PhraseError(MeasureError)    the file is missing, is not YAML, or a pattern or name in it is wrong
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.data_files import read_yaml
from knowledge.errors import MeasureError
from knowledge.table.load import BUNDLED

FILE = "story.yml"
STOPS = ",。;?!\n"
"""Marks that end a clause, after widths are made alike."""

# Every unit's name stands as one sign of the private use area; which part of it tells the kind.
GOVERNMENT, OFFICE, ORGAN, OWN = 0xE000, 0xE400, 0xE800, 0xEC00
_SIGNS = {
    "G": "\ue000-\ue3ff",
    "F": "\ue400-\ue7ff",
    "O": "\ue800-\uebff",
    "S": "\uec00-\uefff",
    "U": "\ue000-\uebff",
    "A": "\ue000-\uefff",
    "D": "\ue400-\uefff",
}
# What stands between units named in a row. Atomic, so that a long row cannot be tried in many ways.
_BETWEEN = (
    r"(?>(?:,?(?:和|跟|与|同|及|以及|、|还有|连同|加上|再加|外加|联合|会同|(?:牵头|主办|配合)[,、]?|[也还又]告了?)){1,3}"
    r"(?:我们|咱们?|俺们?)?)"
)
_ROW = 9


class PhraseError(MeasureError):
    """The file cannot be used as it stands."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns that tell one thing.

    Attributes:
        fact: what they tell of; None where they tell a matter only.
        value: the choice; None where a group's unit tells it.
        patterns: any of them.
        sure: whether a match that is told is a fact.
        spoilt_by: makes a match in its sentence a guess.
        spoilt_before: undoes a match that it stands right before.
        even: moods that count all the same.
        needs: what else the account must tell.
        but_not: a kind of unit that does not count.
        matter: the matter that a match tells, for facts of other matters.
        having, lacking: what the account must and must not hold, for those.
        mixed: whether the matter is sure beside facts of a plain case.
    """

    fact: str | None
    value: str | None
    patterns: tuple[re.Pattern[str], ...]
    sure: bool = True
    spoilt_by: re.Pattern[str] | None = None
    spoilt_before: re.Pattern[str] | None = None
    even: frozenset[str] = frozenset()
    needs: str | None = None
    but_not: str | None = None
    matter: str | None = None
    having: re.Pattern[str] | None = None
    lacking: re.Pattern[str] | None = None
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Phrases:
    """All patterns of a file.

    Attributes:
        alone, named, received, instead: who is sued, in the group `defendant_units`.
        again: the one sued, named once more as the only one; names nobody as sued by itself.
        only: says that the one sued is the only one.
        both: says that the two units of the account are sued.
        together: says that several are.
        results: what a reconsideration decided; the first of those that overlap is meant.
        claims: everything else about a case.
        matters: facts of other matters.
    """

    alone: tuple[re.Pattern[str], ...]
    named: tuple[re.Pattern[str], ...]
    received: tuple[re.Pattern[str], ...]
    instead: tuple[re.Pattern[str], ...]
    again: tuple[re.Pattern[str], ...]
    only: re.Pattern[str]
    both: re.Pattern[str]
    together: re.Pattern[str]
    results: tuple[Rule, ...]
    claims: tuple[Rule, ...]
    matters: tuple[Rule, ...]


@cache
def load_phrases(folder: Path = BUNDLED) -> Phrases:
    """Read a measure's `story.yml`.

    Raises:
        PhraseError: see above.
    """
    try:
        return _phrases(read_yaml(folder / FILE))
    except OSError as error:
        raise PhraseError(f"读不到说法表 {FILE}：{error.strerror}。请重新安装，或检查文件权限。") from error
    except (yaml.YAMLError, re.error, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())
        raise PhraseError(f"说法表 {FILE} 格式不对（{said}）。请恢复原文件。") from error


def _phrases(data: Mapping[str, Any]) -> Phrases:
    spell = _Speller(data["words"])
    sued = data["sued"]
    return Phrases(
        alone=spell.all(sued["alone"]),
        named=spell.all(sued["named"]),
        received=spell.all(sued["received"]),
        instead=spell.all(sued["instead"]),
        again=spell.all(sued["again"]),
        only=spell.one(sued["only"]),
        both=spell.one(sued["both"]),
        together=spell.one(sued["together"]),
        results=tuple(_rule({"fact": "review_result", **row}, spell) for row in data["results"]),
        claims=tuple(_rule(row, spell) for row in data["claims"]),
        matters=tuple(_rule(row, spell) for row in data["matters"]),
    )


class _Speller:
    """Spells the short words of patterns out."""

    def __init__(self, words: Mapping[str, str]) -> None:
        signs = {name: f"[{span}]" for name, span in _SIGNS.items()}
        every = signs["A"]
        self._words = {
            **words,
            **signs,
            "a": _SIGNS["A"],
            "stop": STOPS,
            "L": f"{every}(?:{_BETWEEN}{every}){{0,{_ROW}}}",
        }

    def one(self, pattern: str) -> re.Pattern[str]:
        return re.compile(self._spelt(pattern))

    def all(self, patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(map(self.one, patterns))

    def maybe(self, pattern: str | None) -> re.Pattern[str] | None:
        return None if pattern is None else self.one(pattern)

    def _spelt(self, pattern: str) -> str:
        spelt = unicodedata.normalize("NFKC", pattern)
        for name, words in self._words.items():
            spelt = spelt.replace(f"{{{name}}}", unicodedata.normalize("NFKC", words))
        return spelt if spelt == pattern else self._spelt(spelt)


def _rule(row: Mapping[str, Any], spell: _Speller) -> Rule:
    known = {"fact", "is", "say", "sure", "not", "not_before", "even", "needs", "but_not"}
    known |= {"matter", "with", "without", "mixed"}
    if unknown := row.keys() - known:
        raise KeyError("、".join(sorted(unknown)))
    before = row.get("not_before")
    return Rule(
        fact=row.get("fact"),
        value=row.get("is"),
        patterns=spell.all(row["say"]),
        sure=row.get("sure", True),
        spoilt_by=spell.maybe(row.get("not")),
        spoilt_before=spell.maybe(f"(?:{before})$") if before else None,
        even=frozenset(row.get("even", ())),
        needs=row.get("needs"),
        but_not=row.get("but_not"),
        matter=row.get("matter"),
        having=spell.maybe(row.get("with")),
        lacking=spell.maybe(row.get("without")),
        mixed=row.get("mixed", False),
    )
