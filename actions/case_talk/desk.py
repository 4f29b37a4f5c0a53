"""The case desk: answers what a person asks of their cases and takes their steps; the same on every channel.

It needs no Rasa: what is asked of it begins with 案件 and a number, or with a step's name while desk and person speak.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from actions.case_talk import showing, words
from actions.case_talk.reading import CANCEL, ELSEWHERE, Command, Reader, folded, of_open, read, reason_apart
from actions.case_talk.shown import Shown
from actions.case_talk.views import Views, due_named
from actions.cases import Actor, Case, Cases, Event, Step, actor, load_steps
from actions.cases.choices import load_choices
from actions.cases.dates import dates
from actions.cases.life import FIELDS
from actions.cases.who import own_party
from actions.errors import CaseError, LedgerError, NotRecorded, PaperError, StepRefused
from actions.people import LOCAL_CHANNELS, People
from actions.store import Store
from actions.talk.context import Context
from actions.understanding import asks_only, is_question
from knowledge.dates import without_dates
from knowledge.decide import Decider
from knowledge.errors import KnowledgeError

_OPEN, _ASKED, _GAP = "open", "ask:", "\x1a"
"""A case is spoken of; a detail was asked for: its name and the command follow, with a gap where the answer goes."""

_FREE = ("reason", "value")
"""Details that may be any words: those of another step do not end the question."""

_TOLD = (CaseError, PaperError, LedgerError, NotRecorded, KnowledgeError)
"""What a person is told; a store that cannot be used is for the channel, which tries again."""


class CaseDesk:
    """Answers for the cases.

    Args:
        store: Where decisions, people and cases are kept.
        cases: The cases in it.
        decider: The measure's decisions.
        now: The clock; an aware time.
        templates: The folder of the installation's own templates of papers; it need not be there.
        new_key: Names an act that no channel has named.
    """

    def __init__(
        self,
        store: Store,
        cases: Cases,
        decider: Decider,
        now: Callable[[], datetime],
        templates: Path | None = None,
        new_key: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._store, self._cases, self._decider, self._people = store, cases, decider, People(store)
        self._context = Context(decider, now, new_key)
        self._new_key = new_key
        self._reader = Reader(decider.units, self._colleague, self._deadline)
        self._views = Views(store, cases, decider, self._context, templates)
        self._focus: dict[str, tuple[int, str]] = {}

    def answer(
        self, person: str, text: str, key: str = "", *, via: str | None = None, talks: bool = True
    ) -> Shown | None:
        """Answer what is asked of the desk.

        Args:
            person: Qualified by channel.
            text: What they wrote, or what their button stands for.
            key: Names the message; the same again takes no step twice. Empty where it comes but once.
            via: Who typed it for them, on the machine itself.
            talks: Whether more words may follow, which then are about the same case.

        Returns:
            None where nothing is asked of it, or nobody enrolled asks.
        """
        if key and (taken := self._cases.taken(key, person)):
            return self._again(taken)
        said = folded(text)
        command = self._meant(person, said) if talks else read(said)
        if isinstance(command, Shown):
            return command
        who = actor(self._people, person, local=person.partition(":")[0] in LOCAL_CHANNELS, via=via)
        if command is None:
            return None
        if who is None:
            return Shown(words.REVOKED, refused=True) if self._people.was_revoked(person) else None
        number = command.case or self._spoken_of(person)[0]
        try:
            if command.view == "step" and command.step is not None:
                shown, state = self._take(command, command.step, number, who, key or self._new_key())
            else:
                shown, state = self._views.show(command, number, who), _OPEN
        except _TOLD as fault:
            return Shown(str(fault), refused=True)
        if talks:
            self._turn_to(person, number, state)
        return shown

    def _again(self, taken: Sequence[Event]) -> Shown:
        """What is said to a message that comes once more: what it came to; what was asked then is asked no longer."""
        case = next(it for it in self._cases.list() if it.number == taken[0].case)
        step = load_steps().steps[taken[0].what]
        said = showing.noted(step, step.name, [self._told(it.data, case) for it in taken], case)
        return Shown(said, self._views.after(case))

    # ── what is meant ──────────────────────────────────────────────────────────────────────────────────────────

    def _meant(self, person: str, said: str) -> Command | Shown | None:
        """The command that words are, alone or after what was asked; None where they are for others."""
        command = read(said)
        if command is not None and command.named:
            return command
        number, state = self._spoken_of(person)
        if not state:
            return None
        if said.startswith("/") or said in ELSEWHERE:
            # A stroke begins the guided talk's button: the person has gone back to it.
            self._turn_to(person, number, "")
            return None
        detail, _, question = state.removeprefix(_ASKED).partition(":")
        asks = is_question(said) or asks_only(said)
        if command is not None and not asks and detail not in _FREE:
            return command
        if state == _OPEN and (view := of_open(said)) is not None:
            return view
        if asks:
            return None  # looked up in between: what was spoken of, and asked, stays open
        if not question:
            self._turn_to(person, number, "")
            return None
        if said in CANCEL:
            self._turn_to(person, number, _OPEN)
            return Shown(words.DROPPED)
        answer, reason = reason_apart(said)
        if detail == "reason":
            return read(question.replace(_GAP, reason or said))
        return read(question.replace(_GAP, answer) + (f" 理由 {reason}" if reason else ""))

    def _spoken_of(self, person: str) -> tuple[int, str]:
        if person not in self._focus:
            self._focus[person] = self._cases.focus(person)
        return self._focus[person]

    def _turn_to(self, person: str, number: int, state: str) -> None:
        if self._spoken_of(person) != (number, state):
            self._cases.set_focus(person, number, state)
            self._focus[person] = (number, state)

    # ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, command: Command, step: Step, number: int, who: Actor, key: str) -> tuple[Shown, str]:
        """Take a step, or ask for what is missing; and what the next words are then taken for."""
        if not number:
            return Shown(words.WHICH, refused=True), ""
        case, today = self._cases.get(number, who), self._context.today()
        try:
            own = own_party(self._decider.units, who, case, step)
            several = _changed(case, self._reader.details(command, step, case, own, today))
            if step.id == "decide" and not command.reason:
                self._views.refuse_unfit(case, several[0])
            with self._store.together():  # several papers, all or none
                for at, details in enumerate(several):
                    case = self._cases.do(
                        number,
                        step.id,
                        details,
                        who,
                        at=self._context.now(),
                        key=f"{key}#{at}" if at else key,
                        reason=command.reason,
                    )
        except StepRefused as fault:
            return self._ask(command, step, case, fault)
        said = showing.noted(step, command.word, [self._told(it, case) for it in several], case)
        if step.id == "propose":
            said = f"{said}\n{self._views.checked(command.rest, case, several[0])}"
        return Shown(said, self._views.after(case)), _OPEN

    def _told(self, details: Mapping[str, object], case: Case) -> Mapping[str, object]:
        """Details with a date by what is to be done, and a colleague by what they are called."""
        names: dict[object, str] = {it.id: it.what for it in dates(case, self._context.today())}
        names |= {it.id: f"{it.post.unit}{it.post.name}" for it in self._people.list()}
        return {name: names.get(it, it) if name in ("deadline", "colleague") else it for name, it in details.items()}

    def _ask(self, command: Command, step: Step, case: Case, fault: StepRefused) -> tuple[Shown, str]:
        """Say what is missing, with buttons where there are choices; the next words are taken for it."""
        detail = fault.detail
        if detail not in (*step.details, "party", "hearing", "instance", "kind", "reason"):
            return Shown(str(fault), refused=True), _OPEN
        reason = _GAP if detail == "reason" else command.reason
        told = (f"案件 {case.number}", command.word, _asked(command, detail, case), f"理由 {reason}" if reason else "")
        question = " ".join(filter(None, told))
        answers = self._answers(detail, case, command)
        choices = tuple((label, question.replace(_GAP, label)) for label in answers)
        return Shown(str(fault), choices, refused=True, asks=True), f"{_ASKED}{detail}:{question}"

    def _answers(self, detail: str, case: Case, command: Command) -> Sequence[str]:
        """The answers that a missing detail admits, where they can be listed."""
        if detail == "field":
            return [label for name, label in FIELDS.items() if not getattr(case, name)]
        if detail == "party":
            return [it.unit for it in case.parties]
        if detail == "hearing":
            return [f"第{it.number}次" for it in case.hearings if it.state == "planned"]
        if detail == "value":
            return [it.label for it in load_choices()["procedure"]] if command.rest.startswith("程序") else ()
        return [it.label for it in load_choices().get(detail, ())]

    # ── names ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _colleague(self, case: Case, text: str) -> str:
        people = [it for it in self._people.list() if it.post.unit in case.units]
        named = [it for it in people if text in (it.id, folded(it.post.name))]
        if not named:
            raise StepRefused(words.NO_COLLEAGUE.format(rest=text), "colleague")
        if len(named) > 1:
            known = "、".join(f"{it.id}（{it.post.unit}）" for it in named)
            raise StepRefused(words.COLLEAGUES.format(rest=text, known=known), "colleague")
        return named[0].id

    def _deadline(self, case: Case, text: str) -> str:
        return due_named(case, dates(case, self._context.today()), text).id


def _asked(command: Command, detail: str, case: Case) -> str:
    """What was told besides a detail, with a gap for it: what is wrong of it goes, and the answer is read first."""
    rest = command.rest
    if detail == "reason":
        return rest
    if detail == "value":
        label = next(it for it in FIELDS.values() if rest.startswith(it))
        return f"{label} {_GAP}"
    if detail == "attendees":
        return f"{next((it.unit for it in case.parties if rest.startswith(it.unit)), '')} {_GAP}".strip()
    if detail in ("unit", "colleague", "deadline"):
        return _GAP
    if detail == "day" and command.step is not None and "letter_due" not in command.step.optional:
        rest = " ".join(without_dates(rest).split())
    return f"{_GAP} {rest}".rstrip()


def _changed(case: Case, several: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
    """Of papers told together those whose mark changes; all, where none does: the case then says so."""
    marks = dict(case.materials)
    new = [it for it in several if "paper" not in it or marks.get(str(it["paper"])) != it.get("mark")]
    return new or several[:1]
