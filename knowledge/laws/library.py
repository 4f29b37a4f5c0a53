"""The library: a folder with one folder a text, named by the hash of the file as received.

    <sha256>/law.json   what is known of it
    <sha256>/text.txt   the text that was cut out of the file; every quote is cut from it anew

A text is written aside and moved into its place at once, so a folder of that name is always whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from knowledge.citation import Reference
from knowledge.errors import LawDamaged, LawError, LawRefused, NoSuchLaw, TextError
from knowledge.laws.law import LONGEST_NAME, STATUSES, Law, LawInfo, Status, clean_name, read_law
from knowledge.laws.names import match_name
from knowledge.laws.read import Received
from knowledge.laws.search import ArticleSearch, InMemory, LawGroup, find_named, find_not_named, group_found
from knowledge.parse import parse

_TEXT, _ABOUT = "text.txt", "law.json"
_AT_LEAST = 50
"""How many articles are ranked at least, so that texts out of force do not crowd out those in force."""


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a text did.

    Attributes:
        info: the text.
        new: whether it was taken in now; False where the same text was there.
        outdated: texts of the same name that are marked 已修改 now.
        rest: what stands below the last article and was left out; '' for nothing.
    """

    info: LawInfo
    new: bool
    outdated: tuple[LawInfo, ...] = ()
    rest: str = ""


class LawLibrary:
    """The texts in a folder, as they were when it was opened.

    Args:
        folder: the library's folder.
        infos: what is known of its texts.
        articles: what ranks articles; BM25 in memory by default, made at the first question.
    """

    def __init__(self, folder: Path, infos: Sequence[LawInfo], articles: ArticleSearch | None = None) -> None:
        self.folder = folder
        self._articles = articles
        self._read: dict[str, Law] = {}
        self._hold(infos)

    def _hold(self, stored: Sequence[LawInfo]) -> None:
        self._stored = tuple(stored)
        self.laws = tuple(sorted(_as_of_now(stored), key=_order))
        self._by_hash = {info.sha256: info for info in self.laws}
        if isinstance(self._articles, InMemory):
            self._articles = None  # made anew at the next question
        self._read.clear()

    @classmethod
    def open(cls, folder: Path, articles: ArticleSearch | None = None) -> LawLibrary:
        """Open a library; a folder that is not there is an empty one. No text is read yet.

        Args:
            folder: its folder.
            articles: what ranks its `entries()` for a question, such as an index on disk.

        Raises:
            LawDamaged: what is known of a text cannot be read.
        """
        try:
            names = sorted(path.name for path in folder.iterdir() if re.fullmatch("[0-9a-f]{64}", path.name))
        except FileNotFoundError:
            names = []
        except OSError as error:
            raise LawError(f"读不到法规库{folder}，请检查路径和权限。") from error
        return cls(folder, [_read_info(folder / name) for name in names], articles)

    def law(self, info: LawInfo) -> Law:
        """A text, whole.

        Raises:
            LawDamaged: it is not as it was taken in.
        """
        if info.sha256 not in self._read:
            self._read[info.sha256] = _read_law(self.folder / info.sha256, info)
        return self._read[info.sha256]

    def find(self, name: str) -> LawInfo:
        """The text that a person names, by its name or the first digits of its id; of several versions the first.

        Raises:
            NoSuchLaw: there is none, or several laws fit.
        """
        by_id = [info for info in self.laws if len(name) >= 6 and info.sha256.startswith(name.lower())]
        found = by_id or match_name(name, self.laws)
        if not found:
            raise NoSuchLaw(f"法规库里没有“{name[:40]}”，请用 yingsu laws list 查看有哪些。")
        if len({info.name for info in found}) > 1:
            names = "、".join(f"{info.title}（{info.id}）" for info in found[:5])
            raise NoSuchLaw(f"“{name[:40]}”可以指{names}，请写全名或编号。")
        return found[0]

    def entries(self) -> Iterator[tuple[str, str]]:
        """Every article as (key, text to find it by), for an index over them; the keys are what it answers with.

        Raises:
            LawDamaged: a text is not as it was taken in.
        """
        for info in self.laws:
            heading, headings = "", dict(self.law(info).headings)
            for article, clauses in self.law(info).by_article():
                heading = headings.get(article, heading)
                yield f"{info.sha256}:{article}", "\n".join([info.short, heading, *(it.text for it in clauses)])

    def search(self, question: str, limit: int = 3) -> tuple[LawGroup, ...]:
        """The articles that fit a question, by text, those in force first.

        Args:
            question: the question.
            limit: at most so many articles of texts in force, and as many of others.

        Raises:
            LawDamaged: a text is not as it was taken in.
        """
        if self._articles is None:
            self._articles = InMemory(self.entries())
        found = []
        for key, score in self._articles.search(question, max(_AT_LEAST, 10 * limit)):
            sha256, _, article = key.partition(":")
            if sha256 in self._by_hash:  # an index may know texts that were removed since
                found.append((self.law(self._by_hash[sha256]), int(article), score))
        return group_found(found, limit)

    def named(self, text: str) -> tuple[LawGroup, ...]:
        """The places of laws in the library that a sentence names: 行政诉讼法第六十七条, 解释第22条.

        Where a name fits several texts all of them answer, those in force first; a place that a text does not have
        is said not to be there.

        Raises:
            LawDamaged: a text is not as it was taken in.
        """
        return find_named(text, self.laws, self.law)

    def not_named(self, text: str) -> tuple[Reference, ...]:
        """The references in a sentence that no text here answers: the measure's own, and of laws that are not here.

        Raises:
            LawDamaged: a text is not as it was taken in.
        """
        return find_not_named(text, self.laws, self.law)

    def add(
        self,
        received: Received,
        *,
        name: str | None = None,
        day: date | None = None,
        status: Status = "现行有效",
        source: str | None = None,
    ) -> Added:
        """Take a text in: whole, or not at all. This library then has it too.

        Args:
            received: the text as it came.
            name: its name; by default its title.
            day: the day of this version; by default the latest that stands above the text.
            status: whether it is in force.
            source: where it comes from; by default the file's name.

        Raises:
            LawRefused: it is no law with contiguous articles, has no name, or cannot be told from another version.
            LawError: the folder cannot be written.
        """
        draft = read_law(received)
        words = draft.text.sha256
        same = next((it for it in self.laws if received.sha256 == it.sha256 or words == it.words_sha256), None)
        if same:
            return Added(same, new=False)
        info = LawInfo(
            sha256=received.sha256,
            text_sha256=hashlib.sha256(received.text.encode()).hexdigest(),
            words_sha256=words,
            name=_checked(clean_name(name) if name else draft.name, received.source),
            date=day or draft.date,
            status=status,
            source=source or received.source,
            layout=received.layout,
            articles=draft.text.articles,
        )
        self._check_version(info)
        _write(self.folder, info, received.text)
        before = {it.sha256: it for it in self.laws}
        self._hold([*self._stored, info])
        outdated = tuple(it for it in self.laws if it.sha256 in before and it.status != before[it.sha256].status)
        return Added(self._by_hash[info.sha256], True, outdated, draft.rest)

    def remove(self, info: LawInfo) -> tuple[LawInfo, ...]:
        """Take a text out.

        Returns:
            Texts of the same name that count as in force again.

        Raises:
            LawError: the folder cannot be written.
        """
        _remove(self.folder / info.sha256)
        before = {it.sha256: it for it in self.laws}
        self._hold([it for it in self._stored if it.sha256 != info.sha256])
        return tuple(it for it in self.laws if it.status != before[it.sha256].status)

    def _check_version(self, info: LawInfo) -> None:
        for it in self.laws:
            if it.short != info.short:
                continue
            if info.date is None:
                raise LawRefused(f"库里已有{it.title}，分不清先后，请用 --date 写明这一文本通过或修改的日期。")
            if it.date is None:
                raise LawRefused(f"库里的{it.title}（{it.id}）没有日期，请先移除它，再连同日期重新收录。")
            if it.date == info.date:
                raise LawRefused(
                    f"库里已有{it.title}{it.date}的另一个文本（{it.id}），请核对 --date，或先移除旧的再收录。"
                )


def remove_damaged(folder: Path, id_: str) -> bool:
    """Take a text out by its id alone, without reading it.

    Args:
        folder: the library's folder.
        id_: at least the first 6 digits of its hash.

    Returns:
        Whether there was exactly one.

    Raises:
        LawError: the folder cannot be written.
    """
    if not re.fullmatch("[0-9a-f]{6,64}", id_) or not folder.is_dir():
        return False
    found = [path for path in folder.iterdir() if re.fullmatch("[0-9a-f]{64}", path.name) and path.name.startswith(id_)]
    if len(found) != 1:
        return False
    _remove(found[0])
    return True


def _as_of_now(stored: Sequence[LawInfo]) -> Iterator[LawInfo]:
    """The texts, an earlier one of a name marked 已修改 while a later one in force is there."""
    newest: dict[str, date] = {}
    for info in stored:
        if info.in_force and info.date:
            newest[info.short] = max(info.date, newest.get(info.short, info.date))
    for info in stored:
        outdated = info.in_force and info.date and info.date < newest[info.short]
        yield replace(info, status="已修改") if outdated else info


def _order(info: LawInfo) -> tuple[bool, str, int]:
    """In force first, then by name, then the newest."""
    return (not info.in_force, info.short, -info.date.toordinal() if info.date else 0)


def _checked(name: str, source: str) -> str:
    if not name:
        raise LawRefused(f"看不出{source}的名称，请用 --name 写明。")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise LawRefused(f"名称太长或有看不见的字符，请用 --name 写明，不超过{LONGEST_NAME}个字。")
    return name


def _read_info(folder: Path) -> LawInfo:
    try:
        data = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        info = LawInfo(**{**data, "date": date.fromisoformat(data["date"]) if data["date"] else None})
        if info.sha256 != folder.name or info.status not in STATUSES or info.layout not in ("lines", "paragraphs"):
            raise ValueError
        return info
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LawDamaged(_damaged(f"编号{folder.name[:12]}的文本", folder.name[:12])) from error


def _read_law(folder: Path, info: LawInfo) -> Law:
    try:
        raw = (folder / _TEXT).read_bytes()
        if hashlib.sha256(raw).hexdigest() != info.text_sha256:
            raise ValueError
        parsed = parse(raw.decode(), info.layout)
    except (OSError, ValueError, TextError) as error:
        raise LawDamaged(_damaged(info.title, info.id)) from error
    return Law(clauses=parsed.clauses, source=raw.decode(), info=info, headings=parsed.headings)


def _damaged(what: str, id_: str) -> str:
    return f"法规库里{what}与收录时不一致，不能引用，请运行 yingsu laws remove {id_}，再重新收录。"


def _write(library: Path, info: LawInfo, text: str) -> None:
    about = {slot: getattr(info, slot) for slot in LawInfo.__slots__}
    about["date"] = info.date.isoformat() if info.date else None
    files = {_TEXT: text, _ABOUT: json.dumps(about, ensure_ascii=False, indent=2) + "\n"}
    aside: Path | None = None
    try:
        library.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".new-", dir=library))
        for name, content in files.items():
            with (aside / name).open("wb") as file:
                file.write(content.encode())
                file.flush()
                os.fsync(file.fileno())
        aside.rename(library / info.sha256)
    except OSError as error:
        if aside:
            shutil.rmtree(aside, ignore_errors=True)
        raise LawError(f"不能写入法规库{library}，什么都没有收录，请检查权限和磁盘空间。") from error


def _remove(folder: Path) -> None:
    try:
        aside = Path(tempfile.mkdtemp(prefix=".old-", dir=folder.parent))
        folder.rename(aside / folder.name)
    except OSError as error:
        raise LawError(f"不能从法规库移除{folder}，请检查权限。") from error
    shutil.rmtree(aside, ignore_errors=True)
