"""What can be seen at the case desk: lists, a case and its parts, papers, tables.

What makes files is imported where it is wanted: its libraries take half a second to load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from actions.case_talk import showing, words
from actions.case_talk.reading import Command, View, folded, without_party
from actions.case_talk.shown import Option, Shown
from actions.cases import Actor, Case, Cases, Plan, Step, load_steps
from actions.cases.dates import Due, dates
from actions.errors import NoChineseFont, NotAllowed, StepRefused
from actions.ledger import Filter, Period, Statistics, read_filter, select, statistics_of
from actions.papers import Papers
from actions.people import People
from actions.reminding import Reminders, later, pressing, turns
from actions.render import written
from actions.render_attendees import in_words
from actions.render_history import told
from actions.store import Store
from actions.talk.context import Context
from knowledge.attendees import check_attendees
from knowledge.decide import Decider
from knowledge.units import Unit, UnitKind

_FROM_HERE = ("材料", "期限", "出庭", "文书", "记录", "能做什么")


class Views:
    """Shows what the desk holds.

    Args:
        store: Where decisions and people are kept.
        cases: The cases in it.
        decider: The measure's decisions.
        context: The clock.
        templates: The folder of the installation's own templates of papers; it need not be there.
    """

    def __init__(self, store: Store, cases: Cases, decider: Decider, context: Context, templates: Path | None) -> None:
        self._store, self._cases, self._decider, self._context = store, cases, decider, context
        self._people = People(store)
        self._papers = Papers(decider, templates)
        self._reminders = Reminders(store)
        self._of_all: Mapping[View, Callable[[str, Actor], Shown]] = {
            "list": self._list,
            "todo": self._todo,
            "ledger": self._ledger,
            "statistics": self._statistics,
            "report": self._report,
        }
        self._of_case: Mapping[View, Callable[[Case, str, Actor], Shown]] = {
            "show": self._page,
            "help": self._help,
            "history": self._history,
            "dates": self._dates,
            "materials": self._materials,
            "attendance": self._attendance,
            "check": self._check,
            "papers": self._paper,
            "calendar": self._calendar,
            "snooze": self._snooze,
        }

    def show(self, command: Command, number: int, who: Actor) -> Shown:
        """Show what a command asks for.

        Args:
            command: The command; no step.
            number: The case that it is about; 0 where none is.
            who: Who asks.

        Raises:
            CaseError: The case cannot be shown to them, or what they named is not there.
            PapersError, LedgerError: A file cannot be made.
        """
        if command.view in self._of_all:
            return self._of_all[command.view](command.rest, who)
        if not number:
            return Shown(words.WHICH, refused=True)
        return self._of_case[command.view](self._cases.get(number, who), command.rest, who)

    def after(self, case: Case) -> tuple[Option, ...]:
        """What is at hand once a step was taken."""
        return tuple((it, f"案件 {case.number} {it}") for it in ("能做什么", "期限", "出庭"))

    def checked(self, text: str, case: Case, details: Mapping[str, object]) -> str:
        """What holds of the attendees that a step proposed, as `谁能去` says it."""
        party = next((it for it in case.parties if it.unit == details.get("party")), case.parties[0])
        return in_words(check_attendees(without_party(text, party), self._unit(party.unit), self._decider.units))

    def refuse_unfit(self, case: Case, details: Mapping[str, object]) -> None:
        """Have whoever decides attendees against a rule say why; see `knowledge.attendees`.

        Raises:
            StepRefused: The proposal that waits is against a rule.
        """
        for party in case.parties:
            plan = case.proposed(party.unit) if details.get("party") in (None, party.unit) else None
            if plan is not None and (problems := self._problems(party.unit, plan)):
                raise StepRefused(words.UNFIT.format(problems="；".join(problems)), "reason")

    def _problems(self, party: str, plan: Plan) -> list[str]:
        """What is against a rule in who is planned."""
        text = "；".join("，".join(filter(None, (it.office or "律师", it.duty))) for it in plan.attendees)
        check = check_attendees(text, self._unit(party), self._decider.units)
        return [it.text.rstrip("。") for it in check.plan if it.kind == "problem"]

    # ── of all cases ───────────────────────────────────────────────────────────────────────────────────────────

    def _list(self, rest: str, who: Actor) -> Shown:
        mine = self._cases.list(who)
        found = self._select(mine, rest)
        if not found:
            return Shown(words.NONE_FOUND if mine else words.NO_CASES)
        dues = {it.number: dates(it, self._today()) for it in found}
        text = showing.listed(found, dues, self._today())
        return Shown(text, tuple((f"{it.number}号", f"案件 {it.number}") for it in found[:6]))

    def _todo(self, rest: str, who: Actor) -> Shown:
        today, mine, people = self._today(), self._cases.list(who), self._people.list()
        soon = [(it, case) for case in mine for it in pressing(dates(case, today), today)]
        lines = [f"{case.number}号　{showing.due(it, today)}" for it, case in sorted(soon, key=lambda one: one[0].due)]
        waiting = [it for case in mine for it in turns(case, people, self._decider.units) if who.person in it.people]
        text = "\n".join([*(it.part.text for it in waiting), *lines])
        return Shown(text or words.NOTHING_DUE, waiting[0].part.choices if len(waiting) == 1 else ())

    def _ledger(self, rest: str, who: Actor) -> Shown:
        from actions.ledger.table import ledger

        found = self._select(self._cases.list(who), rest)
        if not found:
            return Shown(words.NONE_FOUND)
        made = ledger(found, today=self._today(), title=rest, statistics=self._counted(rest, who))
        return Shown(words.LEDGER.format(count=len(found)), documents=(made,))

    def _statistics(self, rest: str, who: Actor) -> Shown:
        from actions.ledger.charts import charts
        from actions.ledger.table import ledger

        counted = self._counted(rest, who)
        table = ledger(self._select(self._cases.list(who), rest), today=self._today(), title=rest, statistics=counted)
        try:
            pictures, without = tuple(charts(counted).values()), ""
        except NoChineseFont as fault:
            pictures, without = (), f"\n{fault}"
        return Shown(showing.figures(counted) + without, documents=(table, *pictures))

    def _counted(self, rest: str, who: Actor) -> Statistics:
        """The statistics of the cases that words choose; of this year where they name no period."""
        wanted = read_filter(rest, self._today())
        found = self._select(self._cases.list(who), replace(wanted, period=None))
        period = wanted.period or Period.year(self._today().year)
        return statistics_of(found, period, units=self._decider.units, today=self._today())

    def _report(self, rest: str, who: Actor) -> Shown:
        from actions.ledger.report import yearly_report

        year, first = int(rest) if rest else self._today().year - 1, self._decider.measure.in_force_from.year
        unit = self._decider.units.parse(who.unit or "")
        if unit is None or unit.kind is not UnitKind.JUSTICE_BUREAU:
            raise NotAllowed(words.ONLY_BUREAU)
        if year < first:
            raise StepRefused(words.NO_REPORT_YET.format(first=first))
        report = yearly_report(self._cases.list(who), unit, year, decider=self._decider, today=self._today())
        return Shown(words.REPORT.format(year=year, due=f"{year + 1}年3月31日"), documents=(report,))

    # ── of one case ────────────────────────────────────────────────────────────────────────────────────────────

    def _page(self, case: Case, rest: str, who: Actor) -> Shown:
        today = self._today()
        text = showing.page(case, dates(case, today), self._decider.materials(), today)
        names = (*(it.name for it in self._turn_of(case, who)), *_FROM_HERE)
        return Shown(text, tuple((it, f"案件 {case.number} {it}") for it in names))

    def _help(self, case: Case, rest: str, who: Actor) -> Shown:
        """What this person can do with a case now; said too where their words were not read."""
        steps = self._cases.possible(case, who)
        if not steps:
            return Shown(words.NOTHING_TO_DO.format(number=case.number))
        stage = load_steps().stages[case.stage]
        head = words.NOT_READ.format(rest=rest, number=case.number) if rest else ""
        lines = [head or words.CAN_DO.format(number=case.number, stage=stage)]
        lines += [f"· {it.name}——{it.help}" for it in steps]
        return Shown("\n".join(lines), tuple((it.name, f"案件 {case.number} {it.name}") for it in steps))

    def _history(self, case: Case, rest: str, who: Actor) -> Shown:
        return Shown(told(self._cases.history(case.number, who), self._people))

    def _dates(self, case: Case, rest: str, who: Actor) -> Shown:
        text = showing.dates(case, dates(case, self._today()), self._today())
        return Shown(text, (("日历文件", f"案件 {case.number} 日历"),))

    def _materials(self, case: Case, rest: str, who: Actor) -> Shown:
        text = showing.checklist(case, self._decider.materials())
        return Shown(text, (("八项都齐", f"案件 {case.number} 材料 全部齐"),))

    def _attendance(self, case: Case, rest: str, who: Actor) -> Shown:
        offered = self._turn_of(case, who)
        unfit = [
            f"要改：{problem}。"
            for party in case.parties
            for plan in [case.proposed(party.unit)]
            for problem in (self._problems(party.unit, plan) if plan is not None else ())
        ]
        text = "\n".join([showing.plans(case), *unfit])
        return Shown(text, tuple((it.name, f"案件 {case.number} {it.name}") for it in offered))

    def _turn_of(self, case: Case, who: Actor) -> list[Step]:
        """The steps that wait for this person: to propose, to decide, to settle the handling unit."""
        open_ones = not all(case.proposed(it.unit) or case.plan(it.unit) for it in case.parties)
        wanted = {
            "propose": open_ones,
            "withdraw_proposal": True,
            "decide": True,
            "return": True,
            "confirm_handling": not case.handling,
        }
        return [it for it in self._cases.possible(case, who) if wanted.get(it.id)]

    def _check(self, case: Case, rest: str, who: Actor) -> Shown:
        if not rest:
            return Shown(words.CHECK_WHOM.format(number=case.number))
        checks = [check_attendees(rest, self._unit(it.unit), self._decider.units) for it in case.parties]
        return Shown("\n".join(map(in_words, checks)))

    def _paper(self, case: Case, rest: str, who: Actor) -> Shown:
        offered = self._papers.offered(case)
        found = [it for it in offered if rest and (rest == it.id or rest in folded(it.title))]
        if len(found) != 1:
            head = words.NO_SUCH_PAPER.format(rest=rest) if rest and not found else ""
            choices = tuple((it.title, f"案件 {case.number} 文书 {it.title}") for it in found or offered)
            return Shown(head + words.WHICH_PAPER.format(number=case.number), choices)
        (paper,) = found
        decision = self._store.get(case.decision)
        made = self._papers.make(paper.id, case, decision=decision, today=self._today())
        return Shown(words.PAPER.format(title=paper.title, purpose=paper.purpose, form=paper.form), documents=made)

    def _calendar(self, case: Case, rest: str, who: Actor) -> Shown:
        from actions.cases.calendars import case_calendar

        made = case_calendar(case, dates(case, self._today(), ended=True), self._context.now())
        return Shown(words.CALENDAR.format(number=case.number), documents=(made,))

    def _snooze(self, case: Case, rest: str, who: Actor) -> Shown:
        what, _, when = rest.rpartition(" ")
        if not what:
            return Shown(words.SNOOZE_WHAT.format(number=case.number), refused=True)
        due = due_named(case, [it for it in dates(case, self._today()) if it.reminded != "never"], what)
        until = later(when, due.due, self._context.now())
        self._reminders.snooze(who.person, case.number, due.id, until)
        return Shown(words.SNOOZED.format(number=case.number, what=due.what, until=written(until.date())))

    def _select(self, cases: Iterable[Case], wanted: str | Filter) -> list[Case]:
        return select(cases, wanted, units=self._decider.units, today=self._today())

    def _unit(self, name: str) -> Unit:
        return self._decider.units.parse(name) or Unit(name, UnitKind.UNKNOWN)

    def _today(self) -> date:
        return self._context.today()


def due_named(case: Case, dues: Sequence[Due], text: str) -> Due:
    """The date of a case that words name: its id, or a part of what is to be done.

    Raises:
        StepRefused: There is none, or there are several.
    """
    open_ones = [it for it in dues if not it.done]
    exact = [it for it in open_ones if text in (it.id, it.what)]
    found = exact or [it for it in open_ones if text in it.what]
    if len(found) != 1:
        known = "、".join(f"{it.what}（{it.id}）" for it in found or open_ones)
        said = words.SEVERAL_DATES if found else words.NO_SUCH_DATE
        raise StepRefused(said.format(number=case.number, rest=text, known=known), "deadline")
    return found[0]
