"""`yingsu attendees`: who may go to court for a defendant, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import print_json
from bot.errors import InputError

if TYPE_CHECKING:
    from knowledge.attendees import AttendanceCheck


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="检查拟出庭人员：谁算负责人、几名代理人、带什么 / check who is planned to attend court")(attendees)


def attendees(
    people: Annotated[str, typer.Argument(help="拟出庭的人，写职务，例如“副县长，分管住建；律师1名” / who, by office")],
    defendant: Annotated[str, typer.Option("--defendant", help="被告单位 / the defendant")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用 / print JSON for programs")] = False,
) -> None:
    """Check the attendees of one defendant."""
    from actions.render_attendees import in_words
    from knowledge.attendees import check_attendees
    from knowledge.units import load_units

    units = load_units()
    party = units.parse(defendant)
    if party is None:
        raise InputError(f"没有认出被告“{defendant}”，请写一个单位的名称，例如“定襄县人民政府”。")
    check = check_attendees(people, party, units)
    if as_json:
        print_json(check_data(check))
        return
    print(in_words(check, whole=True))


def check_data(check: AttendanceCheck) -> dict[str, object]:
    """A checked plan under its public names, JSON-ready."""
    from actions.report import cited_data

    return {
        "party": check.party.name,
        "ok": check.ok,
        "people": [
            {
                "kind": it.planned.kind,
                "office": it.planned.office,
                "duty": it.planned.duty,
                "verdict": it.verdict,
                "rule": it.rule,
                "says": it.says,
                "why": it.why,
                "basis": it.basis,
                "citations": [cited_data(one) for one in it.citations],
            }
            for it in check.people
        ],
        "plan": [
            {
                "kind": it.kind,
                "rule": it.rule,
                "text": it.text,
                "basis": it.basis,
                "citations": [cited_data(one) for one in it.citations],
            }
            for it in check.plan
        ],
    }
