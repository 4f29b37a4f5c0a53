"""The engine over a table: which rules are alive, what to ask next, whether the table is whole.

A rule is a union of boxes, a box a product of value sets over the choice facts. Everything here is exact set
arithmetic on boxes, held as bits of one integer; no fact's meaning is known to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

Box = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class TableProblems:
    """What keeps a table from deciding every case exactly once.

    Attributes:
        points: size of the whole fact space.
        covered: points that some rule covers.
        overlaps: pairs of rules that both fit some case.
        unreachable: rules that fit no case.
    """

    points: int
    covered: int
    overlaps: tuple[tuple[str, str], ...]
    unreachable: tuple[str, ...]

    @property
    def gaps(self) -> int:
        """Points that no rule covers. Exact when there are no overlaps."""
        return self.points - self.covered

    @property
    def whole(self) -> bool:
        """True when exactly one rule fits every complete set of facts and every rule fits some."""
        return not (self.gaps or self.overlaps or self.unreachable)


class Engine:
    """Answers questions about a set of rules given as boxes.

    Args:
        space: the choice facts in the order they are asked, each with all its values.
        rules: for each rule, in order, its boxes.
    """

    def __init__(self, space: Mapping[str, Sequence[str]], rules: Mapping[str, Sequence[Box]]) -> None:
        self._space = {fact: tuple(values) for fact, values in space.items()}
        self._rules = {rule: tuple(boxes) for rule, boxes in rules.items()}
        boxes = [(rule, box) for rule, its in self._rules.items() for box in its]
        self._all = (1 << len(boxes)) - 1
        self._of_rule = {
            rule: sum(1 << i for i, (owner, _) in enumerate(boxes) if owner == rule) for rule in self._rules
        }
        self._fits = {
            fact: {
                value: sum(1 << i for i, (_, box) in enumerate(boxes) if value in box.get(fact, (value,)))
                for value in values
            }
            for fact, values in self._space.items()
        }
        self._apart = self._only_apart_on([(self._of_rule[rule], box) for rule, box in boxes])

    def alive(self, known: Mapping[str, str]) -> tuple[str, ...]:
        """Rules that some completion of what is known would fit, in the table's order."""
        return self._alive(self._mask(known))

    def next_question(self, known: Mapping[str, str]) -> str | None:
        """The first unknown fact, in the table's order, on which the rule still hangs; None at the end."""
        mask = self._mask(known)
        if len(self._alive(mask)) <= 1:
            return None
        return next((fact for fact in self._space if fact not in known and self._matters(fact, mask)), None)

    def matters(self, fact: str, known: Mapping[str, str]) -> bool:
        """Whether the rule hangs on the fact, whatever it is now, given all else that is known."""
        return self._matters(fact, self._mask({name: value for name, value in known.items() if name != fact}))

    def state(self, known: Mapping[str, str]) -> int:
        """What is left open, as one number: equal states lead to equal questions and rules."""
        return self._mask(known)

    def leaves(self, known: Mapping[str, str] | None = None) -> Iterator[tuple[dict[str, str], str]]:
        """Every way through the questions: the answers given, and the one rule they lead to.

        The answers of a leaf stand for every complete set of facts that agrees with them.
        """
        known = dict(known or {})
        fact = self.next_question(known)
        if fact is None:
            for rule in self.alive(known):
                yield known, rule
            return
        for value in self._space[fact]:
            yield from self.leaves({**known, fact: value})

    def check(self) -> TableProblems:
        """Prove or refute that the rules part the fact space: boxes disjoint, volumes adding up to it."""
        volume = {rule: sum(map(self._volume, boxes)) for rule, boxes in self._rules.items()}
        overlaps = {
            (one, other)
            for (one, a), (other, b) in combinations(
                [(rule, box) for rule, boxes in self._rules.items() for box in boxes], 2
            )
            if self._meet(a, b)
        }
        return TableProblems(
            points=prod(len(values) for values in self._space.values()),
            covered=sum(volume.values()),
            overlaps=tuple(sorted(overlaps)),
            unreachable=tuple(rule for rule, size in volume.items() if not size),
        )

    def _mask(self, known: Mapping[str, str]) -> int:
        mask = self._all
        for fact, value in known.items():
            mask &= self._fits[fact][value]
        return mask

    def _alive(self, mask: int) -> tuple[str, ...]:
        return tuple(rule for rule, its in self._of_rule.items() if mask & its)

    def _matters(self, fact: str, mask: int) -> bool:
        return any(mask >> i & 1 and others & mask for i, others in enumerate(self._apart[fact]))

    def _only_apart_on(self, boxes: Sequence[tuple[int, Box]]) -> dict[str, list[int]]:
        """For each fact and box, the boxes of other rules that meet it on every other fact.

        In a whole table no two boxes meet everywhere, so these are the ones that only this fact tells apart.
        To compare which rules are alive for each of its values would miss facts that matter only together.
        """
        apart: dict[str, list[int]] = {fact: [] for fact in self._space}
        for own, box in boxes:
            meets = {fact: self._any(fact, box[fact]) if fact in box else self._all for fact in self._space}
            for fact in self._space:
                others = self._all & ~own
                for other, met in meets.items():
                    if other != fact:
                        others &= met
                apart[fact].append(others)
        return apart

    def _any(self, fact: str, values: Iterable[str]) -> int:
        mask = 0
        for value in values:
            mask |= self._fits[fact][value]
        return mask

    def _volume(self, box: Box) -> int:
        return prod(len(box.get(fact, values)) for fact, values in self._space.items())

    def _meet(self, a: Box, b: Box) -> bool:
        return all(a[fact] & b[fact] for fact in a.keys() & b.keys())
