"""Commands for whoever looks after an installation: doctor, nlu export."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

CHECKOUT = Path(__file__).resolve().parent.parent.parent
FACTS_FILE = CHECKOUT / "nlu" / "domain" / "facts.yml"
_PACKAGES = ("rasa-sdk", "sqlmodel", "alembic", "fastapi", "chinese-calendar", "typer")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(help="检查装了什么、缺什么、怎么补 / what is installed, what is missing, how to mend it")(doctor)
    nlu = typer.Typer(help="Rasa 项目 / the Rasa project", no_args_is_help=True)
    nlu.command("export", help="按决策表生成 nlu/domain/facts.yml / generate it from the table")(export)
    app.add_typer(nlu, name="nlu")


def doctor() -> None:
    """Check the installation; exit code 2 when something is missing."""
    well = True
    for name, check in _CHECKS.items():
        try:
            for line in check():
                print(f"[好] {name}：{line}")
        except Exception as error:
            well = False
            print(f"[缺] {name}：{error}")
    if not well:
        raise typer.Exit(2)


def _python() -> Iterator[str]:
    import importlib.metadata

    yield f"{platform.python_version()}，{'，'.join(f'{p} {importlib.metadata.version(p)}' for p in _PACKAGES)}"


def _measure() -> Iterator[str]:
    from knowledge.measure import load_measure

    measure = load_measure()
    yield f"{measure.number}，{measure.articles}条，文本 {measure.sha256[:12]}"


def _table() -> Iterator[str]:
    from knowledge.table import load_table

    table = load_table()
    problems = table.engine.check()
    if not problems.whole:
        raise ValueError("决策表不完整。请运行 yingsu table check 查看。")
    yield f"{len(table.rules)}条规则，无缺口、无重叠"


def _rasa() -> Iterator[str]:
    from bot.rasa_process import RasaFiles

    RasaFiles.in_checkout(CHECKOUT).check()
    yield "运行环境和对话模型都在"


def _store() -> Iterator[str]:
    from actions.cases import Cases
    from actions.keeping import verify
    from actions.store import Store
    from bot.settings import Settings
    from knowledge.units import load_units

    settings = Settings()
    settings.prepare_home()
    with Store.open(settings.store) as store:
        cases = Cases(store, load_units())
        found = verify(store, cases, settings.heads_file)
        counts = f"{store.head()[0]}条登记，{cases.head()[0]}条案件记录"
    for it in found:
        if not it.ok:
            raise ValueError(f"{it.what}有问题：{it.words}")
    yield f"{settings.home}，{counts}，链完整；{found[-1].what} {found[-1].words}"


_CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "Python": _python,
    "办法": _measure,
    "决策表": _table,
    "Rasa": _rasa,
    "登记": _store,
}


def export(
    check: Annotated[bool, typer.Option("--check", help="只检查是否最新 / only check that it is up to date")] = False,
) -> None:
    """Write the part of Rasa's domain that follows from the table."""
    from actions.rasa.domain import render_domain
    from bot.errors import InputError
    from knowledge.table import load_table

    text = render_domain([fact.id for fact in load_table().facts.values() if not fact.derived])
    if check:
        if not FACTS_FILE.is_file() or FACTS_FILE.read_text(encoding="utf-8") != text:
            raise InputError("nlu/domain/facts.yml 与决策表不一致。请运行 yingsu nlu export，再运行 make setup。")
        return
    FACTS_FILE.write_text(text, encoding="utf-8")
