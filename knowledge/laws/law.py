"""A law in the library: its text, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from knowledge.errors import LawRefused, TextError
from knowledge.laws.read import Received
from knowledge.laws.status import UNCHECKED, Status, begins, marked, without_mark
from knowledge.parse import Layout, parse
from knowledge.text import Clause, LegalText

LONGEST_NAME = 100
"""Characters of the longest name."""

KINDS = "法典|法|条例|规定|办法|解释|细则|规则|通则|准则|意见|决定|方案|制度|章程|规程|标准|守则"
"""What a law's name ends in, one or the other."""
_TITLE = re.compile(rf"[^，。；：:]{{1,80}}(?:{KINDS})(?:[（(](?:试行|暂行|草案)[)）])?")
_NO_TITLE = re.compile(r"第.{1,4}[编章节]|[一二三四五六七八九十]+、|.*通知$|[（(]")
_OFFICE = re.compile(r".{2,30}(?:院|会|部|局|厅|署|政府|办公室)")
_ABOVE_TITLE = re.compile(r".*(?:号|文件|日|通过|通知)$|.*[，。；：:]")
_YEAR = re.compile(r"\s*[（(][^（()）]*[0-9]{4}[^（()）]*[)）]$")
_LAST = re.compile("施行|实施|生效|执行|废止|有效期|解释|修订|相抵触|不一致")
_NO_MORE = re.compile("\\s*起?(?:予以)?(?:废止|失效|停止执行)")
_DATE = re.compile(r"([12][0-9]{3})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日|([12][0-9]{3})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class LawInfo:
    """What is known of a law without reading its text.

    Attributes:
        sha256: hash of the file as received; names its folder.
        text_sha256: hash of the text that was cut out of the file.
        words_sha256: hash of the clauses, the same for a text that comes in another file.
        name: its full name.
        date: the day of this version, passed or last amended; None where nobody said.
        status: whether it is in force. A text in force is 已修改 while a later one of its name is there.
        begins: the day from which it holds by its own words; None where it names none.
        source: where it came from.
        layout: how the text ends paragraphs.
        articles: how many articles it has.
    """

    sha256: str
    text_sha256: str
    words_sha256: str
    name: str
    begins: date | None = None
    date: date | None
    status: Status
    source: str
    layout: Layout
    articles: int

    @property
    def id(self) -> str:
        """The short name of the text: the hash's first 12 digits."""
        return self.sha256[:12]

    @property
    def short(self) -> str:
        """The name as it is cited: without 中华人民共和国 before it."""
        return self.name.removeprefix("中华人民共和国")

    @property
    def title(self) -> str:
        """The name between title marks: 《最高人民法院关于适用〈行政诉讼法〉的解释》."""
        return f"《{self.name.replace('《', '〈').replace('》', '〉')}》"

    @property
    def in_force(self) -> bool:
        """Whether it is in force."""
        return self.status == "现行有效"

    @property
    def may_hold(self) -> bool:
        """Whether it is in force, or nobody said that it is not."""
        return self.status in ("现行有效", UNCHECKED)

    @property
    def mark(self) -> str | None:
        """What to say beside a quote; None where the text is in force."""
        if self.in_force:
            return None
        return self.status if self.status in (UNCHECKED, "尚未施行") else f"{self.status}，仅供对照"


@dataclass(frozen=True, slots=True, kw_only=True)
class Law(LegalText):
    """One law, whole.

    Attributes:
        info: what is known of it.
        headings: chapters and sections, each with the number of the article it stands before.
    """

    info: LawInfo
    headings: tuple[tuple[int, str], ...] = field(repr=False)

    @property
    def called(self) -> str:
        """What the text is called in a sentence."""
        return self.info.title

    @property
    def years(self) -> frozenset[int]:
        """The years by which this version is called: that of its date, and later ones that stand above the text."""
        above = self.source[: self.clauses[0].spans[0][0]]
        told = {int(year) for year in re.findall("[12][0-9]{3}(?=年|-)", above)}
        day = self.info.date
        return frozenset({day.year, *(year for year in told if year > day.year)} if day else told)

    def by_article(self) -> Iterator[tuple[int, tuple[Clause, ...]]]:
        """Each article with its clauses, in order."""
        clauses: list[Clause] = []
        for clause in self.clauses:
            if clauses and clause.article != clauses[0].article:
                yield clauses[0].article, tuple(clauses)
                clauses = []
            clauses.append(clause)
        yield clauses[0].article, tuple(clauses)


@dataclass(frozen=True, slots=True)
class Draft:
    """A text read as a law, with what it says of itself.

    Attributes:
        text: its clauses.
        headings: its chapters and sections.
        name: its title; '' where none stands above it.
        date: the latest day on which it says it was passed or amended; None where it says none.
        status: whether it is in force by what it or its source says; None where neither does.
        begins: the day from which it holds by its own words; None where it names none.
        ends: whether its last article is as last articles are: on coming into force, repeal, or who explains it.
        rest: what stands below the last article and was left out.
    """

    text: LegalText
    headings: tuple[tuple[int, str], ...]
    name: str
    begins: date | None
    date: date | None
    status: Status | None
    ends: bool
    rest: str


def read_law(received: Received, today: date) -> Draft:
    """Read a text as a law.

    Args:
        received: the text.
        today: the day by which a day of repeal is past.

    Raises:
        LawRefused: its articles do not follow each other, or its last one does not end.
    """
    try:
        parsed = parse(received.text, received.layout)
    except TextError as error:
        raise LawRefused(f"{received.source}没有收录：{error}") from error
    last = parsed.clauses[-1]
    if not re.search(r"[。！？；.…”’）)》|]$", last.text):
        raise LawRefused(f"{received.source}没有收录：{last.citation}没有写完，文件可能不完整，请换一份重试。")
    return Draft(
        LegalText(clauses=parsed.clauses, source=received.text),
        parsed.headings,
        clean_name(received.name) or _title(parsed.front),
        begins(parsed.clauses, parsed.front),
        date.fromisoformat(received.date) if received.date else _date(parsed.front),
        received.status or marked(parsed.front.split("\n"), received.source.rpartition(".")[0], today),
        any(_LAST.search(it.text) for it in parsed.clauses if it.article == last.article),
        parsed.rest,
    )


def clean_name(name: str) -> str:
    """A name without 《》, spaces, the year of its version and a mark such as （已废止）."""
    plain = without_mark("".join(name.split()))
    if plain.startswith("《") and plain.endswith("》") and plain.count("《") == 1:
        plain = plain[1:-1]
    return _YEAR.sub("", plain)


def _title(front: str) -> str:
    """The title above the first article: of Markdown its first heading, else the last line that reads as one."""
    lines = [without_mark(line).strip() for line in front.split("\n")]
    heading = next((line for line in lines if re.match(r"#\s", line)), None)
    if heading:
        return clean_name(heading.lstrip("# "))
    for i in reversed(range(len(lines))):
        name = clean_name(lines[i])
        if not _TITLE.fullmatch(name) or _NO_TITLE.match(name):
            continue
        return _with_lines_above(name, lines[:i])
    return ""


def _with_lines_above(name: str, above: list[str]) -> str:
    """A title with its first half, where it is wrapped, or with the offices that stand over a 关于…."""
    if name.startswith("关于"):
        offices: list[str] = []
        for line in reversed(above):
            if line and not _OFFICE.fullmatch(clean_name(line)):
                break
            if line:
                offices.insert(0, clean_name(line))
        return "、".join(offices) + name
    for line in reversed(above):
        if not line or _ABOVE_TITLE.match(line) or _OFFICE.fullmatch(line):
            break
        name = clean_name(line) + name
    return name


def _date(front: str) -> date | None:
    """The latest day in what stands above the text, that it came into force only where there is no other."""
    found: list[tuple[bool, date]] = []
    for line in front.split("\n"):
        matches = list(_DATE.finditer(line))
        for match, after in zip(matches, [*matches[1:], None], strict=False):
            told = line[match.end() : after.start() if after else None]
            if _NO_MORE.match(told):
                continue
            year, month, day = (int(part) for part in match.groups() if part)
            try:
                passed = "施行" not in told or bool(re.search("通过|修[正订改]|公布|发布", told))
                found.append((passed, date(year, month, day)))
            except ValueError:
                continue  # 2月30日 is no day
    return max(found)[1] if found else None
