"""Several cases of one person: the open one, and those kept aside to be come back to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from actions.rasa.ports import Say, Turn
from actions.talk import words
from actions.talk.context import Context
from actions.talk.memory import MOST_ASIDE, Facts, Memory
from actions.understanding import plain

_PLACE = re.compile(
    r"第\s*([0-9]|[一二三四五六七八九])\s*(个|件|起|宗|案)|(头一|前一|上一|后一|下一|另一|那一?)(个|件|起)"
)
_ANEW = re.compile(r"还有|另外?|又(来|有|收)|再(来|登|办|说)?一|新的?案|新来|隔壁")
_LEFT = re.compile(r"^.*?(?:先不(?:管|说|办|谈)|放一?放|先放)[^，,。]*[，,。]")
_OPENING = re.compile(
    r"^(那|我们?|这里|这边|手里|手头)*(还有|另外?|又|再)?(还)?(来|收|有|说|登记?|办)?(了|到)?(一|1)?(个|件|起|宗)(新)?的?(案子|案件|官司|案|事)?[，,。：:、]?(是)?"
)
_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Kept:
    """A case that lies open, kept aside: its facts, and what the talk remembers of it."""

    facts: Facts
    memory: Memory


class OpenCases:
    """Keeps cases aside and comes back to them.

    Args:
        context: the measure's decisions, the clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def fresh(self, facts: Facts, memory: Memory) -> tuple[Memory, str]:
        """The memory of a new case, the open one kept aside if anything was told of it; and what to say of that."""
        kept = self.aside(memory)
        said = []
        if self._is_open(facts, memory):
            kept = (*kept, Kept(facts, replace(memory, aside=(), checks=False, changes=False)))
            said.append(words.PUT_ASIDE.format(number=memory.number, title=self.title(facts, memory)))
        if len(kept) > MOST_ASIDE:
            gone, *rest = kept
            said.append(
                words.NO_LONGER_KEPT.format(number=gone.memory.number, title=self.title(gone.facts, gone.memory))
            )
            kept = tuple(rest)
        numbers = [memory.number, *(it.memory.number for it in kept)]
        number = max(numbers) + 1 if kept or self._is_open(facts, memory) else 1
        fresh = Memory(case=self._context.new_id(), number=number, questions=memory.questions, aside=_dumped(kept))
        return fresh, "".join(said)

    def beside(self, fresh: Memory, told: Sequence[tuple[Facts, Memory]]) -> Memory:
        """A new case with others, told in the same words, kept aside after it."""
        room = max(0, MOST_ASIDE - len(fresh.aside))
        numbered = enumerate(told[:room], fresh.number + 1)
        others = tuple(Kept(facts, replace(memory, number=number)) for number, (facts, memory) in numbered)
        return replace(fresh, aside=(*fresh.aside, *_dumped(others)))

    def turn_to(self, text: str, facts: Facts, memory: Memory) -> Turn | None:
        """Come back to a case by its place or by a unit of it; None where words name none that lies open."""
        kept = self.aside(memory)
        said = _LEFT.sub("", plain(text))
        place = self._place(said, memory, kept)
        if place == memory.number and memory.case:
            return self.reminded(facts, memory)
        chosen = next((it for it in kept if it.memory.number == place), None)
        if chosen is None and not place and not _ANEW.search(said):
            chosen = kept[0] if len(kept) == 1 else self._named(said, kept)
        if chosen is None and place:
            text = "\n".join([words.NO_CASE_SO_NUMBERED.format(number=place), *self._others(memory)])
            return Turn((Say(text),), memory=memory.dump())
        if chosen is None:
            return None
        rest = tuple(it for it in kept if it is not chosen)
        if memory.case and not memory.decision:
            rest = (*rest, Kept(facts, replace(memory, aside=())))
        opened = replace(chosen.memory, aside=_dumped(rest), asked="", times=0)
        head = words.BACK_TO.format(number=opened.number, title=self.title(chosen.facts, opened))
        says = (Say("\n".join([head, *self._lines(chosen.facts, opened)])),)
        cleared: dict[str, str | None] = dict.fromkeys(facts)
        return Turn(says, facts={**cleared, **chosen.facts}, next_fact="", memory=opened.dump())

    def reminded(self, facts: Facts, memory: Memory) -> Turn:
        """Say where the open case stands, before its question or its outcome is shown again."""
        # Where what was understood is shown next, it need not be said twice.
        lines = [] if memory.checks else self._lines(facts, memory)
        head = words.LAST_TIME if lines else words.RESUMED
        memory = replace(memory, asked="", times=0, changes=False)
        return Turn((Say("\n".join([head, *lines, *self._others(memory)])),), next_fact="", memory=memory.dump())

    def story(self, text: str) -> str:
        """What is told of another case after the words that announce it: 还有一个案子，镇政府被告了."""
        return _OPENING.sub("", plain(text), count=1)

    def left(self, memory: Memory) -> str:
        """What to say of the cases kept aside when the open one ends; empty for none."""
        return "".join(self._others(memory))

    def aside(self, memory: Memory) -> tuple[Kept, ...]:
        """The cases kept aside, oldest first."""
        return tuple(Kept(dict(it["facts"]), Memory.load(it["memory"])) for it in memory.aside)

    def title(self, facts: Facts, memory: Memory) -> str:
        """What a case is called in the talk: who is sued, or what else is known of it."""
        told = self._context.told(facts, memory)
        if "defendants" in told:
            return f"被告{self._context.shown('defendants', facts, memory)}"
        if memory.defendant:
            return f"被告{memory.defendant}"
        table = self._context.decider.table.facts
        shown = [f"{table[fact].short}{self._context.shown(fact, facts, memory)}" for fact in told]
        return shown[0] if shown else words.NOTHING_TOLD

    def _lines(self, facts: Facts, memory: Memory) -> list[str]:
        table = self._context.decider.table.facts
        told = self._context.told(facts, memory)
        shown = [f"· {table[fact].short}：{self._context.shown(fact, facts, memory)}" for fact in told]
        if not shown and memory.defendant:
            shown = [f"· 被告：{memory.defendant}"]
        return shown

    def _others(self, memory: Memory) -> list[str]:
        kept = self.aside(memory)
        if not kept:
            return []
        titles = "；".join(f"第{it.memory.number}件（{self.title(it.facts, it.memory)}）" for it in kept)
        return [words.STILL_ASIDE.format(titles=titles, number=kept[0].memory.number)]

    def _place(self, said: str, memory: Memory, kept: tuple[Kept, ...]) -> int:
        """The number of the case that words name; 0 for none."""
        found = _PLACE.search(said)
        if found is None:
            return 0
        if found[1]:
            return int(found[1]) if found[1].isdigit() else _DIGITS.index(found[1])
        numbers = sorted([memory.number, *(it.memory.number for it in kept)])
        if found[3] == "头一":
            return numbers[0]
        others = [number for number in numbers if number != memory.number]
        return others[-1] if others else 0

    def _named(self, said: str, kept: tuple[Kept, ...]) -> Kept | None:
        """The one case kept aside that words name by a unit of it, or by a part of its name: 我乡里的."""
        named = [(it, self.title(it.facts, it.memory) + "".join(it.facts.values())) for it in kept]
        units = [mention.unit.name for mention in self._context.decider.units.mentions(said)]
        for parts in (units, [unit[-4:] for unit in units], re.findall(r"[县市区乡镇局村办所]", said)):
            found = [it for it, name in named if any(part in name for part in parts)]
            if len(found) == 1:
                return found[0]
        return None

    def _is_open(self, facts: Facts, memory: Memory) -> bool:
        return bool(memory.case and not memory.decision and (facts or memory.defendant))


def _dumped(kept: tuple[Kept, ...]) -> tuple[Mapping[str, object], ...]:
    return tuple({"facts": dict(it.facts), "memory": dict(it.memory.dump())} for it in kept)
