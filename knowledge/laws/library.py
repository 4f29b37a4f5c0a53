"""The library: a folder with one folder a text, named by the hash of the file as received.

    <sha256>/law.json   what is known of it
    <sha256>/text.txt   the text that was cut out of the file; every quote is cut from it anew

A text is written aside and moved into its place at once, so a folder of that name is always whole. The search index
over all texts lies in a folder beside the library's: it can be made anew at any time, and no backup needs it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.citation import Reference
from knowledge.errors import LawDamaged, LawError, LawRefused, NoSuchLaw, TextError
from knowledge.laws.law import LONGEST_NAME, Law, LawInfo, clean_name, read_law
from knowledge.laws.names import match_name
from knowledge.laws.read import Received
from knowledge.laws.search import LawGroup, find_named, find_not_named, group_found
from knowledge.laws.status import NAMESAKE, OUTDATED, STATUSES, UNCHECKED, Status
from knowledge.parse import parse

if TYPE_CHECKING:
    from knowledge.encoder import Encoder
    from knowledge.index import Entry
    from knowledge.laws.ranking import Opened
    from knowledge.measure import Measure

_TEXT, _ABOUT = "text.txt", "law.json"
_DAYS = ("date", "begins")
_TRIAL = re.compile("[（(]?(?:试行|暂行)[）)]?")
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
        ends: whether its last articles are as last articles are; a text cut after a full stop may not be whole.
    """

    info: LawInfo
    new: bool
    outdated: tuple[LawInfo, ...] = ()
    rest: str = ""
    ends: bool = True


class LawLibrary:
    """The texts in a folder, as they were when it was opened.

    Args:
        folder: the library's folder.
        infos: what is known of its texts.
        today: the day by which a text is in force, or not yet.
        measure: the measure that these texts stand beside; None for none.
        encoder: makes the vectors of questions, as the index was made; None for words alone.
    """

    def __init__(
        self,
        folder: Path,
        infos: Sequence[LawInfo],
        today: date,
        *,
        measure: Measure | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self.folder = folder
        self._today = today
        self._measure = measure
        self._encoder = encoder
        self._read: dict[str, Law] = {}
        self._hold(infos)

    def _hold(self, stored: Sequence[LawInfo]) -> None:
        self._stored = tuple(stored)
        self.laws = tuple(sorted(_as_of_now(stored, self._today, self._measure), key=_order))
        self._by_hash = {info.sha256: info for info in self.laws}
        self._read.clear()
        self._ranked: tuple[object, Opened] | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        today: date | None = None,
        *,
        measure: Measure | None = None,
        encoder: Encoder | None = None,
    ) -> LawLibrary:
        """Open a library; a folder that is not there is an empty one. No text is read yet, nor the index.

        Args:
            folder: its folder.
            today: the day by which a text is in force, or not yet; by default the machine's.
            measure: the measure that these texts stand beside: one of its name is another version of it.
            encoder: makes the vectors of questions; None for words alone.

        Raises:
            LawDamaged: what is known of a text cannot be read.
        """
        return cls(folder, _read_infos(folder), today or date.today(), measure=measure, encoder=encoder)

    @property
    def index_folder(self) -> Path:
        """Where the search index lies: beside the texts."""
        return self.folder.with_name(f"{self.folder.name}-index")

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

    def is_whole(self, info: LawInfo) -> bool:
        """Whether a text's words are those that were taken in."""
        try:
            _read_text(self.folder / info.sha256, info)
        except LawDamaged:
            return False
        return True

    def entries(self) -> Iterator[Entry]:
        """Every article, to be found by its words, its heading and its law's name; one text at a time is held.

        Raises:
            LawDamaged: a text is not as it was taken in.
        """
        from knowledge.index import Entry

        for info in self.laws:
            law = _read_law(self.folder / info.sha256, info)
            heading, headings = "", dict(law.headings)
            for article, clauses in law.by_article():
                heading = headings.get(article, heading)
                text = "\n".join([info.short, heading, *(it.text for it in clauses)])
                yield Entry(f"{info.sha256}:{article}", text, info.sha256)

    def index(self, encoder: Encoder | None, progress: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Bring the search index up to the texts that are in the folder now. Only what is new is encoded.

        It may be stopped at any time; the next call goes on where it was, and until then the old index serves. Who
        calls while another one builds waits for it.

        Args:
            encoder: makes the vectors; None for words alone.
            progress: is told how many articles are done, and of how many.

        Raises:
            LawDamaged: a text is not as it was taken in.
            IndexFault: the index cannot be written.
            EncoderError: as the encoder raises it.
        """
        from knowledge.index import build

        with _alone(self.index_folder):
            self._hold(_read_infos(self.folder))
            build(self.entries(), self.index_folder, encoder, keep=True, progress=progress)

    @property
    def note(self) -> str:
        """What is to be said of a search: that the index cannot be used and what to do; '' where it can."""
        return self._ranking().note

    def _ranking(self) -> Opened:
        """What ranks articles, opened anew where the index was built anew."""
        from knowledge.laws.ranking import open_ranking

        while self._ranked is None or self._ranked[0] != _version(self.index_folder):
            version = _version(self.index_folder)
            self._ranked = version, open_ranking(self.index_folder, self._encoder, self.laws, self.entries)
        return self._ranked[1]

    def search(self, question: str, limit: int = 3) -> tuple[LawGroup, ...]:
        """The articles that fit a question, by text, those in force first.

        Args:
            question: the question.
            limit: at most so many articles of texts in force, and as many of others.

        Raises:
            LawDamaged: a text is not as it was taken in.
        """
        ranking = self._ranking().ranking
        found = []
        for key, score in ranking.search(question, max(_AT_LEAST, 10 * limit)) if ranking else ():
            sha256, _, article = key.partition(":")
            if sha256 in self._by_hash:  # an index may know texts that were removed since
                found.append((self._by_hash[sha256], int(article), score))
        return group_found(found, limit, self.law)

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
        status: Status | None = None,
        source: str | None = None,
    ) -> Added:
        """Take a text in: whole, or not at all. This library then has it too.

        Args:
            received: the text as it came.
            name: its name; by default its title.
            day: the day of this version; by default the latest that stands above the text.
            status: whether it is in force; by default what the text or its source says, else 效力未核.
            source: where it comes from; by default the file's name.

        Raises:
            LawRefused: it is no law with contiguous articles, has no name, cannot be told from another version, or is
                the measure itself.
            LawError: the folder cannot be written.
        """
        draft = read_law(received, self._today)
        words = draft.text.sha256
        if self._measure and words == self._measure.sha256:
            raise LawRefused(f"{received.source}就是本助手依据的办法原文，不用再收录。")
        same = next((it for it in self.laws if received.sha256 == it.sha256 or words == it.words_sha256), None)
        if same:
            return Added(same, new=False)
        info = LawInfo(
            sha256=received.sha256,
            text_sha256=hashlib.sha256(received.text.encode()).hexdigest(),
            words_sha256=words,
            name=_checked(clean_name(name) if name else draft.name, received.source),
            date=day or draft.date,
            status=_until_it_begins(status or draft.status or UNCHECKED, draft.begins, self._today),
            source=source or received.source,
            layout=received.layout,
            articles=draft.text.articles,
            begins=draft.begins,
        )
        self._check_version(info)
        _write(self.folder, info, received.text)
        before = {it.sha256: it for it in self.laws}
        self._hold([*self._stored, info])
        outdated = tuple(it for it in self.laws if it.sha256 in before and it.status != before[it.sha256].status)
        return Added(self._by_hash[info.sha256], True, outdated, draft.rest, draft.ends)

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


def _as_of_now(stored: Sequence[LawInfo], today: date, measure: Measure | None) -> Iterator[LawInfo]:
    """The texts as they count today.

    One of which nobody said whether it is in force is 尚未施行 before its day; an earlier one of a name is 已修改 while
    a later one in force is there, and one that nobody checked is said to be earlier than another; one of the measure's
    name is not the measure.
    """
    begun = [info for info in stored if info.may_hold and not _is_to_come(info, today)]
    newest = _newest(info for info in begun if info.in_force)
    newest_of_all = _newest(begun)
    for info in stored:
        if _is_to_come(info, today):
            yield replace(info, status="尚未施行")
        elif info.may_hold and measure and _TRIAL.sub("", info.name) == _TRIAL.sub("", measure.name):
            yield replace(info, status=NAMESAKE)
        elif info.may_hold and info.date and info.date < newest.get(info.short, info.date):
            yield replace(info, status="已修改")
        elif info.status == UNCHECKED and info.date and info.date < newest_of_all.get(info.short, info.date):
            yield replace(info, status=OUTDATED)
        else:
            yield info


def _is_to_come(info: LawInfo, today: date) -> bool:
    begins = info.begins or info.date
    return info.status == UNCHECKED and begins is not None and begins > today


def _newest(infos: Iterable[LawInfo]) -> dict[str, date]:
    """The latest day of each name."""
    newest: dict[str, date] = {}
    for info in infos:
        if info.date:
            newest[info.short] = max(info.date, newest.get(info.short, info.date))
    return newest


def _until_it_begins(status: Status, begins: date | None, today: date) -> Status:
    """The status to keep: 尚未施行 where the text names the day follows from it, and ends on it."""
    return UNCHECKED if status == "尚未施行" and begins and begins > today else status


def _order(info: LawInfo) -> tuple[bool, bool, str, int]:
    """In force first, then what may be, then by name, then the newest."""
    return (not info.in_force, not info.may_hold, info.short, -info.date.toordinal() if info.date else 0)


def _checked(name: str, source: str) -> str:
    if not name:
        raise LawRefused(f"看不出{source}的名称，请用 --name 写明。")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise LawRefused(f"名称太长或有看不见的字符，请用 --name 写明，不超过{LONGEST_NAME}个字。")
    return name


def _read_infos(folder: Path) -> list[LawInfo]:
    try:
        names = sorted(path.name for path in folder.iterdir() if re.fullmatch("[0-9a-f]{64}", path.name))
    except FileNotFoundError:
        names = []
    except OSError as error:
        raise LawError(f"读不到法规库{folder}，请检查路径和权限。") from error
    return [_read_info(folder / name) for name in names]


def _read_info(folder: Path) -> LawInfo:
    try:
        data = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        days = {slot: date.fromisoformat(data[slot]) if data.get(slot) else None for slot in _DAYS}
        info = LawInfo(**{**data, **days})
        if info.sha256 != folder.name or info.status not in STATUSES or info.layout not in ("lines", "paragraphs"):
            raise ValueError
        return info
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LawDamaged(_damaged(f"编号{folder.name[:12]}的文本", folder.name[:12])) from error


def _read_text(folder: Path, info: LawInfo) -> str:
    try:
        raw = (folder / _TEXT).read_bytes()
        if hashlib.sha256(raw).hexdigest() != info.text_sha256:
            raise ValueError
        return raw.decode()
    except (OSError, ValueError) as error:
        raise LawDamaged(_damaged(info.title, info.id)) from error


def _read_law(folder: Path, info: LawInfo) -> Law:
    text = _read_text(folder, info)
    try:
        parsed = parse(text, info.layout)
    except TextError as error:
        raise LawDamaged(_damaged(info.title, info.id)) from error
    return Law(clauses=parsed.clauses, source=text, info=info, headings=parsed.headings)


def _damaged(what: str, id_: str) -> str:
    return f"法规库里{what}与收录时不一致，不能引用，请运行 yingsu laws remove {id_}，再重新收录。"


def _write(library: Path, info: LawInfo, text: str) -> None:
    about = {slot: getattr(info, slot) for slot in LawInfo.__slots__}
    about |= {slot: about[slot].isoformat() if about[slot] else None for slot in _DAYS}
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


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder's lock; who comes second waits."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (folder / "lock").open("w")
    except OSError as error:
        raise LawError(f"写不了检索索引{folder}，请检查磁盘空间和文件夹的权限。") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _version(folder: Path) -> tuple[int, int] | None:
    """Tells one index in a folder from the next; None where there is none."""
    from knowledge.index.files import META

    try:
        about = (folder / META).stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_ino


def _remove(folder: Path) -> None:
    try:
        aside = Path(tempfile.mkdtemp(prefix=".old-", dir=folder.parent))
        folder.rename(aside / folder.name)
    except OSError as error:
        raise LawError(f"不能从法规库移除{folder}，请检查权限。") from error
    shutil.rmtree(aside, ignore_errors=True)
