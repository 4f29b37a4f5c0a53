"""Read a measure's `table.yml` and multiply its conditions out into boxes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import yaml
from pydantic import ValidationError

from knowledge.data_files import read_yaml
from knowledge.table.engine import Box, Engine
from knowledge.table.model import Condition, Fact, RawTable, Rule, TableError

BUNDLED = Path(__file__).parent.parent / "measures" / "xinzhou-2023-42"


@dataclass(frozen=True)
class Table:
    """One measure's decision table, checked against itself when it is loaded.

    Attributes:
        raw: the file as typed data (laws, facts, attendance, burdens, hints …).
        rules: every rule by id, in the table's order.
        sha256: hash of both files' bytes; decisions carry it.
    """

    raw: RawTable
    rules: Mapping[str, Rule]
    boxes: Mapping[str, Sequence[Box]]
    sha256: str

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Every fact by id, in the order they are asked."""
        return {fact.id: fact for fact in self.raw.facts}

    @cached_property
    def space(self) -> Mapping[str, tuple[str, ...]]:
        """The choice facts with their values: what rules test."""
        return _space(self.raw.facts)

    @cached_property
    def engine(self) -> Engine:
        """The engine over this table's rules."""
        return Engine(self.space, self.boxes)


def load_table(folder: Path = BUNDLED) -> Table:
    """Load `table.yml` and `upper_laws.yml` from a measure's folder.

    Raises:
        TableError: the file is missing, is not YAML, or names a fact, value, group, law, hint or burden
            that does not exist.
    """
    path = folder / "table.yml"
    try:
        data, laws = path.read_bytes(), (folder / "upper_laws.yml").read_bytes()
        raw = RawTable.model_validate({**read_yaml(data), "laws": read_yaml(laws)})
    except OSError as error:
        name = Path(error.filename).name
        raise TableError(f"读不到决策表 {name}：{error.strerror}。请重新安装，或检查文件权限。") from error
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise TableError(f"决策表 {path.name} 格式不对：{error}。请改正后重试。") from error
    spell = _Speller(raw)
    lets = {let.id: [(spell.box(rule.when), rule.value) for rule in let.rules] for let in raw.lets}
    rules: dict[str, Rule] = {}
    boxes: dict[str, tuple[Box, ...]] = {}
    for section in raw.sections:
        for raw_rule in section.rules:
            if raw_rule.rule in rules:
                raise TableError(f"决策表里规则 {raw_rule.rule} 写了两次。请改名或删去一条。")
            when = {**section.when, **raw_rule.when}
            rules[raw_rule.rule] = Rule(id=raw_rule.rule, section=section.title, when=when, then=raw_rule.then)
            boxes[raw_rule.rule] = tuple(_multiply(spell.box(when), lets))
    _check_names(raw, rules.values(), spell)
    return Table(raw=raw, rules=rules, boxes=boxes, sha256=hashlib.sha256(data + laws).hexdigest())


def _space(facts: Iterable[Fact]) -> dict[str, tuple[str, ...]]:
    return {fact.id: tuple(choice.id for choice in fact.choices) for fact in facts if fact.kind == "choice"}


class _Speller:
    """Spells out the words of conditions: one value, a list, a GROUP, or `!` and any of these for all others."""

    def __init__(self, raw: RawTable) -> None:
        self._groups = raw.groups
        self._values = {**_space(raw.facts), **{let.id: let.choices for let in raw.lets}}

    def box(self, when: Condition) -> Box:
        return {fact: self.values(fact, names) for fact, names in when.items()}

    def values(self, fact: str, names: Iterable[str]) -> frozenset[str]:
        if fact not in self._values:
            raise TableError(f"决策表的条件里有不存在的事实 {fact}。请改正。")
        return frozenset(value for name in names for value in self._one(fact, name))

    def _one(self, fact: str, name: str) -> Iterable[str]:
        if name.startswith("!"):
            return set(self._values[fact]) - self.values(fact, [name[1:]])
        if name in self._groups:
            return self.values(fact, self._groups[name])
        if name not in self._values[fact]:
            raise TableError(f"决策表里事实 {fact} 没有 {name} 这个取值。请改正。")
        return [name]


def _multiply(box: Box, lets: Mapping[str, Sequence[tuple[Box, str]]]) -> Iterable[Box]:
    """Replace conditions on derived facts by the conditions that these stand for; drop what cannot be."""
    plain = {fact: values for fact, values in box.items() if fact not in lets}
    derived = [[it for it, value in lets[fact] if value in box[fact]] for fact in box if fact in lets]
    for parts in product(*derived):
        merged = dict(plain)
        for part in parts:
            for fact, values in part.items():
                merged[fact] = merged.get(fact, values) & values
        if all(merged.values()):
            yield merged


def _check_names(raw: RawTable, rules: Iterable[Rule], spell: _Speller) -> None:
    ids = {fact.id for fact in raw.facts}
    for fact in raw.facts:
        if fact.of is not None and fact.of not in ids:
            raise TableError(f"决策表里 {fact.id} 说明的事实 {fact.of} 不存在。请改正。")
        for supposition in (*fact.presumed, *fact.implied):
            spell.box({fact.id: (supposition.value,)} | supposition.when | supposition.unless)
        for choice in fact.choices:
            spell.box(choice.only)
    for hint in raw.hints.values():
        spell.box(hint.when)
    for let in raw.lets:
        for it in let.rules:
            spell.values(let.id, (it.value,))
    laws = {name: hint.law for name, hint in raw.hints.items()}
    laws |= {name: burden.law for name, burden in raw.burdens.items()}
    for name, law in laws.items():
        if lost := _lost(raw, law):
            raise TableError(f"决策表里 {name} 用了不存在的名称：{'、'.join(sorted(lost))}。请改正。")
    for rule in rules:
        then = rule.then
        unknown = (
            {name for name in then.hints if name not in raw.hints}
            | {name for name in (then.burden,) if name is not None and name not in raw.burdens}
            | {name for name in then.needs if name not in ids}
            | _lost(raw, then.law)
        )
        if unknown:
            raise TableError(f"决策表规则 {rule.id} 用了不存在的名称：{'、'.join(sorted(unknown))}。请改正。")


def _lost(raw: RawTable, laws: Iterable[str]) -> set[str]:
    return {law for law in laws if law.split(" ")[0] not in raw.laws}
