"""The outcome of a case and its parts, with what can be done next, and what to send on where it stays open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from actions import render
from actions.rasa.ports import Choice, Say, Section, Turn
from actions.talk import referral, words
from actions.talk.context import Context, payload
from actions.talk.memory import Facts, Memory
from actions.understanding import plain
from knowledge.citation import Citation
from knowledge.decide import Outcome

_SECTIONS: Mapping[Section, str] = {
    "materials": "材料（8项）",
    "attendance": "谁能出庭",
    "deadlines": "期限",
    "basis": "依据与推理",
}
# Asks for a request for instructions, or does not know whose case it is.
_REFERS = re.compile(
    r"(我?要|我?想|写|报|打|走|出|那|就|怎么)*一?[个份]?请示(要点|函)?(吧|呢|怎么写)?|"
    r"(我们?|这个?|也|还|真|都)*(归属|职责)?(不知道|不清楚|说不清|不明确|不晓得)(归谁|归属|归哪家)?[的了啊呀]*"
)
_HEAD_CLAUSES = ("4", "8-1", "8-2")
_GENERAL: Mapping[Section, tuple[str, ...]] = {
    "materials": ("15",),
    "deadlines": ("15",),
    "attendance": ("13", "14"),
    "basis": ("11",),
}


class Outcomes:
    """Shows what a case comes to.

    Args:
        context: the measure's decisions, the clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def outcome(self, facts: Facts, memory: Memory) -> Turn:
        """Show the outcome; the dates instead, where these were asked for before the day was told."""
        it = self._context.decide(facts, memory)
        if it.status == "incomplete":
            return Turn((Say(words.NOTHING_OPEN),), memory=memory.dump())
        kept = replace(memory, shows="")
        if memory.shows == "deadlines" and it.deadlines:
            return self.show("deadlines", facts, kept)
        said = {"kind": "outcome", "status": it.status, "handling": list(it.handling_units), "rule": it.rule}
        return Turn((Say(render.outcome(it), self.menu(facts, kept), said),), memory=kept.dump())

    def clauses(self, facts: Facts, memory: Memory) -> tuple[str, ...]:
        """The first clause of the measure that an outcome rests on, which 那第二项呢 follows on; none without one."""
        it = self._context.decide(facts, memory) if facts else None
        places = [cited.ref for cited in it.citations if cited.quote is not None] if it else []
        return tuple(places[:1])

    def rests_on(self, facts: Facts, memory: Memory) -> tuple[str, ...]:
        """The articles of the measure that an outcome quotes, as written; none without an outcome."""
        it = self._context.decide(facts, memory) if facts else None
        places = [Citation.parse(cited.ref) for cited in it.citations if cited.quote is not None] if it else []
        return tuple(dict.fromkeys(str(Citation(place.article)) for place in places))

    def menu(self, facts: Facts, memory: Memory) -> tuple[Choice, ...]:
        """What can be done with an outcome, always in one order, so that a number means the same on every screen."""
        it = self._context.decide(facts, memory)
        sections = [Choice(label, payload("show", section=name)) for name, label in _SECTIONS.items()]
        shown = sections if it.materials else sections[-1:]
        presumed = "reviewed" in self._context.presumed(facts, memory)
        change = [Choice("其实经过复议", payload("change_fact", fact="reviewed"))] if presumed else []
        refer = [Choice("请示要点", payload("show", section="referral"))] if it.status == "undetermined" else []
        determined = "更正登记" if memory.supersedes else "确认并登记"
        confirm = {"determined": determined, "undetermined": "登记为待定"}.get(it.status)
        record = [Choice(confirm, "/confirm_case")] if confirm and not memory.decision else []
        return (*shown, *change, Choice("改答案", "/change"), *refer, *record)

    def show(self, section: Section, facts: Facts, memory: Memory) -> Turn:
        """Show one part of the outcome; without one, the clauses that speak of it."""
        if section == "referral":
            return self.refer(facts, memory)
        other = memory.clash.get("received_on")
        if section == "deadlines" and other and "received_on" in facts:  # two days told: the earlier costs no lawsuit
            first = min(other, facts["received_on"])
            early = self._context.decide({**facts, "received_on": first}, memory)
            said = words.EARLIER_DAY.format(day=render.written(date.fromisoformat(first)))
            return Turn((Say(f"{said}\n{render.deadlines(early)}"),), memory=memory.dump())
        it = self._context.decide(facts, memory) if facts else None
        if section == "deadlines" and it is not None and it.status == "incomplete" and it.deadlines:
            return Turn((Say(render.deadlines(it)),), memory=memory.dump())
        if it is None or it.status == "incomplete" or (section != "basis" and not it.materials):
            return Turn((Say(self._in_general(section)),), memory=memory.dump())
        if section == "deadlines" and not it.deadlines:
            # No question is left open: a day may be told at any moment, and shows the dates.
            text = f"【期限】{render.deadline(it)}"
            return Turn((Say(text, self.menu(facts, memory)),), memory=replace(memory, shows=section).dump())
        text = {
            "materials": lambda: render.materials(it, self._context.decider.cite("15")),
            "deadlines": lambda: render.deadlines(it),
            "attendance": lambda: render.attendance(it, map(self._context.decider.cite, _HEAD_CLAUSES)),
            "basis": lambda: render.basis(it),
        }[section]()
        return Turn((Say(text, self.menu(facts, memory)),), memory=memory.dump())

    def refer(self, facts: Facts, memory: Memory) -> Turn:
        """The points of a request for instructions, where the text leaves it to people; else the outcome."""
        it = self._context.decide(facts, memory)
        if it.status == "incomplete":
            return Turn((Say(words.NOT_YET_REFERABLE),), memory=memory.dump())
        if it.status != "undetermined":
            return self.outcome(facts, memory)
        who = "、".join(it.decided_by) or self._context.justice(facts, memory)
        head = Say(words.NOT_TO_BE_CHOSEN.format(who=who))
        say = Say(referral.points(it), self.menu(facts, memory), {"kind": "referral"})
        return Turn((head, say), memory=memory.dump())

    def referred(self, text: str, facts: Facts, memory: Memory) -> Turn | None:
        """Answer 请示, or that it is not known whose case it is; None for others, or before an outcome."""
        if not facts or self._context.next(facts, memory) is not None or not _REFERS.fullmatch(plain(text)):
            return None
        it = self._context.decide(facts, memory)
        if it.status != "determined":
            return self.refer(facts, memory)
        said = words.NOT_TO_BE_REFERRED.format(office=self._context.justice(facts, memory))
        return Turn((Say(said, self.menu(facts, memory)),), memory=memory.dump())

    def why_not(self, facts: Facts, memory: Memory) -> Turn:
        """Why another unit was not named: what the text says, and where it stops."""
        it = self._context.decide(facts, memory)
        if it.status == "incomplete":
            return Turn((Say(words.NOT_YET_REFERABLE),), memory=memory.dump())
        if it.status != "undetermined":
            return self.show("basis", facts, memory)
        rule = next(step for step in it.trace if step.kind == "rule")
        quotes = [f"　{render.quoted(cited)}" for cited in rule.citations if cited.quote is not None]
        text = "\n".join([it.because or rule.value, *quotes, words.CANDIDATE_ONLY])
        return Turn((Say(text, self.menu(facts, memory)),), memory=memory.dump())

    def _in_general(self, section: Section) -> str:
        decider = self._context.decider
        lines = [render.quoted(decider.cite(ref)) for ref in _GENERAL[section]]
        if section == "materials":
            lines += [f"{n}. {it.text}" for n, it in enumerate(decider.materials(), 1)]
        if section == "deadlines":
            lines.append(render.deadline(Outcome(status="incomplete", basis="办法")))
        return "\n".join(lines)
