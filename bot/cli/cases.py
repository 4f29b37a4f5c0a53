"""`yingsu cases`: the case desk on the command line. What it does and says is the desk's, as on every channel."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import me, print_json, today

if TYPE_CHECKING:
    from actions.case_talk import CaseDesk, Shown
    from actions.cases import Actor, Cases
    from actions.store import Store

_AS = "以谁的名义，写已开通人员的编号；本机用户可以只写名字 / act as this enrolled person"
Number = Annotated[int, typer.Argument(help="案件编号 / the case's number")]
Words = Annotated[list[str] | None, typer.Argument(help="条件：状态、年份、单位、案号 / filters")]
As = Annotated[str | None, typer.Option("--as", help=_AS)]
Out = Annotated[Path, typer.Option("--out", help="文件放在哪个文件夹 / the folder for files")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    cases = typer.Typer(
        help="案件：从收到通知到归档 / cases, from the notice to the archived file", no_args_is_help=True
    )
    cases.command("list", help="列出案件 / list cases")(list_)
    cases.command("show", help="看一件 / show one")(show)
    cases.command("do", help="办一步，话和聊天里一样：do 3 开庭 12月3日9:00 / take a step, in the chat's words")(do)
    cases.command("open", help="把早先登记的决定立为案件 / open a case for a decision on record")(open_)
    cases.command("history", help="谁在什么时候做了什么 / who did what, when and why")(history)
    cases.command("dates", help="一件案件的全部期限 / all dates of a case")(dates_)
    cases.command("papers", help="出文书，不写名称就列出可以出的 / make a paper, or list them")(papers)
    cases.command("calendar", help="一件案件的日历文件 / a case's dates as .ics")(calendar)
    cases.command("subscribe", help="本单位的日历，可以订阅 / a unit's calendar to subscribe to")(subscribe)
    cases.command("ledger", help="台账（xlsx）/ the ledger")(ledger)
    cases.command("statistics", help="统计，连同口径 / statistics with their definitions")(statistics)
    cases.command("report", help="年度报告草稿（docx，第二十三条）/ the yearly report, a draft")(report)
    cases.command("export", help="导出全部案件记录 / export all events of all cases")(export)
    app.add_typer(cases, name="cases")


@dataclass(frozen=True, slots=True)
class _Office:
    """The desk, opened, and who sits at it."""

    store: Store
    cases: Cases
    desk: CaseDesk
    who: Actor
    person: str
    via: str | None

    def say(self, text: str) -> Shown:
        """Ask the desk; a refusal ends the command with its words and exit code 2."""
        shown = self.desk.answer(self.person, text, via=self.via, talks=False)
        if shown is None or shown.refused:
            print(_worded(shown) if shown else "没有看懂，请看 yingsu cases --help。", file=sys.stderr)
            raise typer.Exit(2)
        return shown


def list_(words: Words = None, as_: As = None, as_json: Json = False) -> None:
    """List cases, the latest first."""
    with _office(as_) as office:
        if not as_json:
            _show(office.say(f"查案件 {' '.join(words or ())}".strip()))
            return
        from actions.cases.data import case_data
        from actions.cases.dates import dates
        from actions.ledger import select
        from knowledge.units import load_units

        mine = select(office.cases.list(office.who), " ".join(words or ()), units=load_units(), today=today())
        print_json([case_data(it, dates(it, today())) for it in mine])


def show(number: Number, as_: As = None, as_json: Json = False) -> None:
    """Show one case."""
    with _office(as_) as office:
        if not as_json:
            _show(office.say(f"案件 {number}"))
            return
        from actions.cases.data import case_data
        from actions.cases.dates import dates

        case = office.cases.get(number, office.who)
        print_json(case_data(case, dates(case, today())))


def do(
    number: Number,
    words: Annotated[list[str], typer.Argument(help="步骤和内容，例如 开庭 12月3日9:00 / the step and its details")],
    as_: As = None,
) -> None:
    """Take a step on a case."""
    with _office(as_) as office:
        _show(office.say(f"案件 {number} {' '.join(words)}"))


def open_(decision: Annotated[int, typer.Argument(help="决定的编号 / the decision's number")], as_: As = None) -> None:
    """Open a case for a decision that was recorded before there were cases."""
    with _office(as_) as office:
        case = office.cases.open(office.store.get(decision), office.who, at=datetime.now(UTC))
    print(f"第{decision}号决定已立为第{case.number}号案件。")


def history(number: Number, as_: As = None, as_json: Json = False) -> None:
    """Show what was done on a case."""
    with _office(as_) as office:
        if not as_json:
            _show(office.say(f"案件 {number} 记录"))
            return
        from actions.cases.data import event_data

        print_json([event_data(it) for it in office.cases.history(number, office.who)])


def dates_(number: Number, as_: As = None) -> None:
    """Show the dates of a case, with how they were counted."""
    with _office(as_) as office:
        _show(office.say(f"案件 {number} 期限"))


def papers(
    number: Number,
    paper: Annotated[str | None, typer.Argument(help="文书名称，写一部分也行 / its title, or a part of it")] = None,
    out: Out = Path(),
    as_: As = None,
) -> None:
    """Make a paper of a case."""
    with _office(as_) as office:
        shown = office.say(f"案件 {number} 文书 {paper or ''}".strip())
        if shown.documents:
            _show(shown, out)
        else:
            print(_worded(shown))


def calendar(number: Number, out: Out = Path(), as_: As = None) -> None:
    """Write the dates of a case as a calendar file."""
    with _office(as_) as office:
        _show(office.say(f"案件 {number} 日历"), out)


def subscribe(
    unit: Annotated[str, typer.Argument(help="单位，带县（市、区）名 / the unit, with its county")],
    withdraw: Annotated[bool, typer.Option("--withdraw", help="收回它的全部链接 / withdraw all its links")] = False,
) -> None:
    """Issue a link to a unit's calendar, or withdraw those there are; whoever has it reads the calendar."""
    import secrets

    from actions.calendar_links import CalendarLinks
    from actions.people import Post, Role
    from actions.store import Store
    from bot.settings import Settings
    from knowledge.units import load_units

    name = Post.read(load_units(), "日历", unit, [Role.ENQUIRE]).unit
    settings = Settings()
    settings.prepare_home()
    with Store.open(settings.store) as store:
        links, now = CalendarLinks(store), datetime.now(UTC)
        if withdraw:
            print(f"已收回{name}的日历链接，共{links.withdraw(name, at=now)}个。")
            return
        token = links.issue(name, by=me(), at=now, random=secrets.randbelow)
    print(f"{name}的日历：/calendar/{token}.ics")
    print("只显示这一次。接在对外的 https 地址后面用，怎么对外见 docs/reminders.md；收回用 --withdraw。")


def ledger(words: Words = None, out: Out = Path(), as_: As = None) -> None:
    """Write the ledger of the cases."""
    with _office(as_) as office:
        _show(office.say(f"台账 {' '.join(words or ())}".strip()), out)


def statistics(words: Words = None, out: Out = Path(), as_: As = None) -> None:
    """Print the statistics of the cases, and write their charts."""
    with _office(as_) as office:
        _show(office.say(f"统计 {' '.join(words or ())}".strip()), out)


def report(
    year: Annotated[int, typer.Argument(min=2023, max=2100, help="哪一年 / which year")],
    out: Out = Path(),
    as_: As = None,
) -> None:
    """Write the draft of the yearly report."""
    with _office(as_) as office:
        _show(office.say(f"年报 {year}"), out)


def export() -> None:
    """Write all events of all cases, one JSON object a line."""
    with _office(None) as office:
        office.cases.export(sys.stdout)


@contextmanager
def _office(as_: str | None) -> Iterator[_Office]:
    from actions.case_talk import CaseDesk
    from actions.cases import Cases, actor
    from actions.errors import NoSuchPerson
    from actions.people import People
    from actions.store import Store
    from bot.settings import Settings
    from knowledge.bundled import load_decider

    settings = Settings()
    settings.prepare_home()
    own = me()
    person = own if as_ is None else as_ if ":" in as_ else f"console:{as_}"
    via = own if person != own else None
    decider = load_decider()
    with Store.open(settings.store) as store:
        people = People(store)
        who = actor(people, person, local=person == own, via=via)
        if who is None:
            raise NoSuchPerson(f"没有开通 {person}，请先用 yingsu people add 开通，“yingsu people list”可以看现有的。")
        cases = Cases(store, decider.units)
        desk = CaseDesk(store, cases, decider, lambda: datetime.now(UTC), settings.templates)
        yield _Office(store, cases, desk, who, person, via)


def _show(shown: Shown, out: Path = Path()) -> None:
    """Print what the desk says; write its files, where it gives any."""
    print(shown.text)
    if shown.documents:
        from bot.channels.files import keep

        for it in shown.documents:
            print(f"已写出 {keep(it, out)}")


def _worded(shown: Shown) -> str:
    """What the desk says, with what can be chosen: there are no buttons here."""
    return "\n".join([shown.text, *(f"· {label}" for label, _ in shown.choices)])
