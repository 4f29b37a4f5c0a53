"""`yingsu decisions`: what is on record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.inputs import print_json
from bot.errors import InputError

if TYPE_CHECKING:
    from actions.store import Store

Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    decisions = typer.Typer(help="查看和核验登记的决定 / decisions on record", no_args_is_help=True)
    decisions.command("list", help="列出登记 / list them")(list_)
    decisions.command("show", help="看一条的全部内容 / show one, whole")(show)
    decisions.command("verify", help="核验记录链是否完整 / verify the chain")(verify)
    decisions.command("export", help="导出全部登记 / export them all")(export)
    app.add_typer(decisions, name="decisions")


def _open() -> Store:
    from actions.store import Store
    from bot.settings import Settings

    settings = Settings()
    settings.prepare_home()
    return Store.open(settings.store)


def list_(
    person: Annotated[str | None, typer.Option(help="只看某人的，如 console:alice / only this person's")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="最多几条 / at most so many")] = None,
    as_json: Json = False,
) -> None:
    """List decisions, newest first."""
    from actions.render import record

    with _open() as store:
        found = store.list(person=person, limit=limit)
    if as_json:
        print_json([_data(it) for it in found])
    elif not found:
        print("还没有登记。")
    else:
        for it in found:
            print(f"{record(it)}　{it.person}")


def show(number: Annotated[int, typer.Argument(help="编号 / its number")]) -> None:
    """Show one decision as JSON."""
    with _open() as store:
        print_json(_data(store.get(number)))


def verify(
    head: Annotated[
        str | None, typer.Option(help="以前记下的链头，写作 编号:哈希 / an earlier head, NUMBER:HASH")
    ] = None,
) -> None:
    """Verify the chain; exit code 2 when it is broken."""
    kept = []
    if head is not None:
        number, _, digest = head.partition(":")
        if not number.isdigit() or not digest:
            raise InputError("--head 应当写作 编号:哈希，例如 12:ab34…。")
        kept.append((int(number), digest))
    with _open() as store:
        report = store.verify(*kept)
    if report.ok:
        print(f"记录链完整，共{report.count}条。链头 {report.head[0]}:{report.head[1]}")
        return
    print(f"记录链有问题：{report.problem}", file=sys.stderr)
    raise typer.Exit(2)


def export(
    form: Annotated[Literal["jsonl", "json"], typer.Option("--format", help="格式 / format")] = "jsonl",
) -> None:
    """Write every decision to standard output."""
    with _open() as store:
        store.export(sys.stdout, form)


def _data(it: object) -> dict[str, object]:
    from dataclasses import asdict

    data = asdict(it)  # type: ignore[call-overload]
    data["decided_at"] = data["decided_at"].isoformat()
    return dict(data)
