"""`yingsu verify`, `backup`, `restore` and `purge`: keeping what is on record, and forgetting what need not be kept."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import InputError

if TYPE_CHECKING:
    from actions.cases import Cases
    from actions.keeping import Finding, Forgotten, Places
    from actions.store import Store
    from bot.settings import Settings

_KIB = 1 << 10


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="核验两条记录链和链尾文件 / verify both chains and the file of their heads")(verify)
    app.command(help="备份，不用停服务 / back up, while it serves too")(backup)
    app.command(help="从备份恢复，最后核验 / put a backup back, and verify it")(restore)
    app.command(help="按保管规则清理用不上的 / forget what need not be kept")(purge)


def verify(
    heads: Annotated[
        Path | None, typer.Option("--heads", help="按这个链尾文件核验 / verify against this file of heads")
    ] = None,
    export: Annotated[
        bool, typer.Option("--export", help="核验后把链尾写进链尾文件 / then add the heads to the file")
    ] = False,
) -> None:
    """Verify; exit code 2 when something is broken."""
    from actions.keeping import keep_heads
    from actions.keeping import verify as check

    if heads is not None and not heads.is_file():
        raise InputError(f"没有链尾文件 {heads}，请检查路径。")
    with _opened() as (settings, store, cases):
        file = heads or settings.heads_file
        findings = check(store, cases, file)
        if export and all(it.ok for it in findings):
            keep_heads(file, store, cases, datetime.now(UTC))
            findings = check(store, cases, file)
    _end_with(findings)


def backup(
    place: Annotated[
        Path | None, typer.Argument(help="文件或文件夹，不写就是当前文件夹 / a file or a folder; else this folder")
    ] = None,
) -> None:
    """Make a backup and read it once more; exit code 2 when a chain in it is broken."""
    from actions.keeping import back_up

    target = (place or Path()).expanduser().absolute()
    with _progress() as told:
        made = back_up(target, _places(), datetime.now(UTC), told)
    print(f"已备份到 {made.path}，{made.files}个文件，{made.size / _KIB:,.0f} KB，已重读核对。")
    print("不在备份里：设置文件（里面可能有令牌）、没办完的对话、日志。备份里有案情，请加密保存。")
    _end_with(made.findings)


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件 / the backup")],
    replace: Annotated[
        bool, typer.Option("--replace", help="已有数据的，先移到旁边 / move what is there aside")
    ] = False,
) -> None:
    """Put a backup back; exit code 2 when what is then there is broken."""
    from actions.keeping import restore as put_back
    from actions.render import when
    from bot.serve import alone

    places = _places()
    with alone(_settings().prepare_home()), _progress() as told:
        done = put_back(file.expanduser(), places, datetime.now(UTC), told, replace=replace)
    print(f"已恢复{when(done.made_at)}的备份。")
    for path in done.aside:
        print(f"原来的移到了 {path}，确定不要了再删。")
    _end_with(done.findings)


def purge(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看会清理什么 / only say what would be forgotten")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="确定清理 / really do it")] = False,
) -> None:
    """Forget by the policy, and give the space back."""
    from actions.keeping import compact
    from actions.keeping import purge as forget
    from actions.store.database import as_url
    from actions.store.inbox import Inbox

    if dry_run == yes:
        raise InputError("先用 yingsu purge --dry-run 看会清理什么，确定了再用 yingsu purge --yes。")
    settings = _settings()
    settings.prepare_home()
    with Inbox.open(settings.store) as inbox:
        for it in (found := forget(inbox, datetime.now(UTC), dry=dry_run)):
            print(_line(it, "可清理" if dry_run else "已清理"))
    total = sum(it.gone for it in found)
    if dry_run:
        print(f"共可清理{total}条，都没有动。确定清理用 yingsu purge --yes。")
        return
    print(f"共清理{total}条。")
    url = as_url(settings.store)
    if url.get_backend_name() == "sqlite" and url.database:
        compact(Path(url.database))
        print("数据库文件已压缩。")


def _line(it: Forgotten, done: str) -> str:
    policy = it.policy
    keeps = "一直保留" if policy.rule == "never" else f"保留{policy.keep.days}天" if policy.keep else "用完就清"
    return f"{policy.what}（{policy.table}）　共{it.rows}条，{done}{it.gone}条　{keeps}：{policy.why}"


def _settings() -> Settings:
    from bot.settings import Settings

    return Settings()


def _places() -> Places:
    from actions.keeping import Places, database_file

    settings = _settings()
    return Places(database_file(settings.store), settings.laws, settings.templates, settings.heads_file)


@contextmanager
def _opened() -> Iterator[tuple[Settings, Store, Cases]]:
    from actions.cases import Cases
    from actions.store import Store
    from knowledge.units import load_units

    settings = _settings()
    settings.prepare_home()
    with Store.open(settings.store) as store:
        yield settings, store, Cases(store, load_units())


def _end_with(findings: Iterable[Finding]) -> None:
    """Print what was found; what is broken goes to standard error.

    Raises:
        typer.Exit: Something is; code 2.
    """
    broken = False
    for it in findings:
        print(f"{'' if it.ok else '有问题　'}{it.what}：{it.words}", file=sys.stdout if it.ok else sys.stderr)
        broken = broken or not it.ok
    if broken:
        raise typer.Exit(2)


class _Bar:
    """How far long work is, in one line that is redrawn; nothing where nobody watches."""

    def __init__(self) -> None:
        self._shown = ""

    def __call__(self, what: str, done: int, of: int) -> None:
        text = f"{what} {100 * done // max(of, 1)}%"
        if text != self._shown and sys.stderr.isatty():
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
            self._shown = text

    def clear(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextmanager
def _progress() -> Iterator[_Bar]:
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.clear()
