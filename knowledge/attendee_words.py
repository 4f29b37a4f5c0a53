"""The people planned for a hearing, read from free words: 副县长，分管住建；住建局局长；律师2名.

What an office is called is data (`words` of ``attendees.yml``); this module knows how a list of people is put
together. ；and new lines part people; a comma, a space or 、 parts them where what follows is an office too, and else
adds to the one before: what they are in charge of, or that they left office or do not come. Names of people are not
looked for: an office is kept, and what stands before it where that may be the name of an organ or of a part of one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, get_args

from knowledge.citation import parse_number
from knowledge.unit_names import any_of

PostKind = Literal[
    "chief",
    "deputy",
    "in_charge",
    "deputy_rank",
    "member",
    "secretary",
    "party_post",
    "inactive",
    "unnamed",
    "section",
    "staff",
    "lawyer",
    "adviser",
]
"""What the word of an office says by itself; a title (县长) is a chief, with 副 before it a deputy."""

Elsewhere = Literal["government", "section", "other", "unknown"]
Role = Literal["head", "agent"]

_CHARGE = r"(?:分管|主管|协管|具体负责|负责(?!人))"
_QUALITY = (
    r"(?P<quality>(?:原任?|前任?|老|挂职的?|常务|代理?|主持(?:全面)?工作的|第一|首席|专职|派驻|[一二三四]级|正)*)"
)
_FORMER = re.compile("[原前老]")
_BEFORE_OFFICE = re.compile(rf"(?P<duty>{_CHARGE}[^的]*?)(?:工作)?(?:的(?P<organ>.*))?$")
_AFTER_OFFICE = re.compile(rf"(?:协助\w{{0,5}}?)?{_CHARGE}.*")
_ONLY_CHARGE = re.compile(rf"{_CHARGE}(?:此事|此项工作|该项工作|本案)?")
_NOT_IN_CHARGE = re.compile(rf"(?:并?不再?|并?未|没有?)(?:参与)?{_CHARGE}[^的]*的?")
_ASSISTING = re.compile(r"^协助(?:\w{0,3}?[县市区镇乡局]长)?")  # 协助县长分管住建 names no 县长
_REMOVED = re.compile(r"免职|免了|免去|退休|离任|卸任|离职|调离|调走|不再担任|不在任|退居二线")
_SECONDED = re.compile("挂职")
_ENTRUSTED = re.compile("受委托|被委托|委托组织|委托单位")
_AS_HEAD = re.compile(
    r"(?:作为?|当作?|以|担任)\w{0,6}?负责人(?:的?身份)?(?:出庭|应诉|参加|去)*|(?:(?<!法定)(?<!人大)代表|代替|顶替|替).*$"
)
_AS_AGENT = re.compile(
    r"[只仅]?(?:作为?|当|做|担任|为|以)(?:诉讼|委托|出庭)?代理(?:人|$)(?:的?身份)?(?:一起|共同|出庭|应诉|参加|去)*"
)
_LABEL = re.compile(
    r"(?:拟|出庭|应诉|的|行政机关|诉讼|委托)*(?P<label>负责人|代理人|工作人员|律师|人员)(?:有|名单)?[:是为]"
)
_LABELS: Mapping[str, Role] = {"负责人": "head", "代理人": "agent", "工作人员": "agent"}
_LISTED = re.compile(r"^(?:\(?[0-9]{1,2}[.、)]|[一二三四五六七八九十]、|[-*•·])\s*(?=\D)")
_NOT_SENT = "(?:不|没有?|未)再?(?:派|安排)"
# 局长和律师 are two, 规划和自然资源局 is one.
_SEPARATOR = re.compile(
    r"[,，、/+&()\s]+"
    rf"|(?<=[长任员师记人名位个导手职部])(?:(?:以及|[和及与跟加带])(?=.{{2}})|(?={_NOT_SENT}))"
)
_COUNT = re.compile(
    r"(?P<each>各)?(?:(?<![0-9第])(?P<number>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:名|位|人|个(?!人))"
    r"|[x×*](?P<times>[0-9]{1,2})|(?P<last>[1-9])$)"
)
_LAW_FIRM = re.compile(r"\w*律师事务所(?:的|指派的?|委派的?)?(?=律师)")
_AWAY = (
    "(?:(?:不(?:能|便|方便|会|再|想|愿|打算)?|无法|没(?:法|有?(?:时间|空)?))(?:亲自|按时)?"
    "(?:出庭|出席|参加(?!分管)|到庭|到场|应诉|来|去)|[来去到]不[了成]|(?<![没未有])(?:缺席|请假|出差|开会)|[因生]病)"
)
_AWAY_ENDS = re.compile(f"{_AWAY}(?![的:人])")  # not so 不能出庭的局长
_ABSENT = re.compile(f"{_AWAY}|{_NOT_SENT}")
_NONE = f"(?:没|无|没有(?:{_CHARGE}[^的]*的?|能[^的]{{0,4}}的)?)"
_NO_DENIAL = re.compile(r"(?<!可)(\w)不(?=\1)|不[能得]不(?=\w)")  # 能不能出庭, 不得不去
_ALL_OF_THEM = re.compile("[都均]")
_PRESENT = re.compile("出庭|到庭|参加|应诉|[来去]$")
_SENT = re.compile("[只仅改另]?(?:派|由|请|让|委托|安排)")
_JOINED = re.compile("[、和及与跟]")
_PRONOUN = re.compile(r"^拟?[由请派让叫]?(?:(?:我们|咱们|[我本该咱])[县市区局委办镇乡所队]?)?(?:单位|机关)?[里的]?")
_PARTS = "科|股|办公室|室|处|组|队|站|所|中心|机构"
_ORGANS = "局|委员会|管委会|村委会|居委会|协会|会|委|办|厅|部|院|校|政府|公司|集团|海关|行|街道|办事处|镇|乡"
PART = re.compile(f"(?:{_PARTS})$")
"""How the name of a part of an organ ends."""
ORGAN = re.compile(f"(?:{_ORGANS})$")
"""How the name of an organ ends."""
_KEPT = re.compile(f"(?:{_PARTS}|{_ORGANS}|县|市|区|园|机关|单位)$")
_SECTION = re.compile(r"(\w{1,12}(?:科|股|室|处|机构))(?:的?(?:人|同志))?")
_NUMBERED = re.compile(r"(\w{1,20}(?:局|委|办|中心|所|队|镇|乡|街道|政府|管委会|公司))")
_STAFF = ("的人", "的同志", "人员")
_AGENTS = ("section", "staff", "lawyer", "adviser")  # whom 各两名 counts


@dataclass(frozen=True, slots=True)
class Title:
    """The title of the head of an organ.

    Attributes:
        of: the endings of the names of organs whose head it is.
        elsewhere: what it is, untold whose, where the defendant is no government and has no such head: the head of a
            government, of a section of the defendant, of another organ, or unknown.
    """

    of: re.Pattern[str]
    elsewhere: Elsewhere


@dataclass(frozen=True, slots=True)
class Post:
    """One office.

    Attributes:
        kind: what its word says.
        word: as printed, with what qualifies it: 常务副县长.
        title: the title in it (县长); empty where the word is none.
        organ: the words before it: whose office it is, if they name an organ at all.
    """

    kind: PostKind
    word: str
    title: str = ""
    organ: str = ""

    def __str__(self) -> str:
        """The office with whose it is; a lawyer is of no organ."""
        return f"{self.organ if self.kind != 'lawyer' and _KEPT.search(self.organ) else ''}{self.word}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody planned, or several alike.

    Attributes:
        posts: their offices; most have one.
        duty: what they are in charge of, as written (分管住建); empty where it is not told.
        charged: whether they are said to be in charge of something; None where nothing was said.
        role: what they are said to go as; None where nothing was said.
        removed: they left office.
        seconded: 挂职.
        entrusted: they belong to an organization that was entrusted with powers.
        absent: they are said not to come: 不能出庭, 请假, 不派.
        count: how many.
    """

    posts: tuple[Post, ...]
    duty: str = ""
    charged: bool | None = None
    role: Role | None = None
    removed: bool = False
    seconded: bool = False
    entrusted: bool = False
    absent: bool = False
    count: int = 1

    @property
    def office(self) -> str:
        """Their offices as printed; empty for a plain lawyer."""
        printed = "、".join(dict.fromkeys(map(str, self.posts)))
        if self.removed and not any(_FORMER.match(it.word) for it in self.posts):
            printed += "（已不在任）"
        if self.seconded and not _SECONDED.search(printed):
            printed += "（挂职）"
        if self.entrusted and not _ENTRUSTED.search(printed):
            printed += "（受委托组织）"
        return "" if printed == "律师" else printed


@dataclass(frozen=True, slots=True)
class Words:
    """The words of ``attendees.yml``, compiled.

    Attributes:
        titles: titles of heads of organs.
        kinds: every other word of an office.
        beside: words of offices that stand beside another of the same person.
        part: a part of an organ by its common name, where a text ends in it.
        office: the pattern of an office.
        none: 没有 before an office.
    """

    titles: Mapping[str, Title]
    kinds: Mapping[str, PostKind]
    beside: frozenset[str]
    part: re.Pattern[str]
    office: re.Pattern[str]
    none: re.Pattern[str]


def read_words(data: Mapping[str, Any]) -> Words:
    """Compile the `words` of ``attendees.yml``.

    Raises:
        KeyError, TypeError, re.error: they are not built as they should be.
    """
    titles = {word: Title(re.compile(row["of"]), row["else"]) for word, row in data["titles"].items()}
    kinds: dict[str, PostKind] = {word: kind for kind in get_args(PostKind) for word in data[kind]}
    office = f"{_QUALITY}(?P<word>{any_of([*kinds, *titles, *(f'副{title}' for title in titles)])})"
    return Words(
        titles=titles,
        kinds=kinds,
        beside=frozenset(data["beside"]),
        part=re.compile(f"{any_of(data['parts'])}$"),
        office=re.compile(office),
        none=re.compile(f"{_NONE}(?={office})"),
    )


def read_people(text: str, words: Words) -> tuple[tuple[Person, ...], int]:
    """The people that a text names by office, in its order; and how many of its parts name nobody.

    Args:
        text: a list, as an official types it.
        words: the words of offices.
    """
    people: list[Person] = []
    unread = 0
    for segment in re.split(r"[;\n。]", re.sub("[“”\"'《》「」]", "", unicodedata.normalize("NFKC", text))):
        role, rest = _labelled(_LISTED.sub("", segment.strip()))
        found = _Segment(words).read(rest)
        people += (replace(it, role=it.role or role) for it in found)
        unread += not found and bool(rest.strip(" ,、()"))
    return tuple(people), unread


class _Segment:
    """Reads what stands between two ；: mostly one person, with what is said of them."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._people: list[Person] = []
        self._duty = ""  # told before the office: 分管住建，副县长
        self._charged: bool | None = None
        self._in_duty = False  # 分管住建、交通 goes on
        self._run = 0  # where those joined by 、 to the last begin
        self._settled = False  # whether the piece before said if its people come
        self._in_brackets = False
        self._not_sent = False  # 不派局长、副局长 goes on

    def read(self, segment: str) -> list[Person]:
        """Its people; empty where it names none."""
        for separator, piece in _pieces(_AWAY_ENDS.sub(r"\g<0>,", _NO_DENIAL.sub("", segment))):
            role, said = _role(piece)
            self._in_brackets = "(" in separator or (self._in_brackets and ")" not in separator)
            joined = _JOINED.search(separator) is not None and not self._settled
            if self._duty and not self._people and "、" in separator:
                said, self._duty = f"{self._duty}、{said}", ""
            number, each = _count(said)
            if number and each:
                self._people = [replace(it, count=number) if it.posts[0].kind in _AGENTS else it for it in self._people]
            person = self._person(said)
            if person is None:
                self._add(separator, said, role)
            else:
                self._not_sent = person.absent or (joined and self._not_sent and not _SENT.match(said))
                self._append(separator, replace(person, role=role, absent=self._not_sent), joined)
            if _ABSENT.search(said) and not (person and person.absent):
                self._leave(said)
            self._settled = _PRESENT.search(said) is not None
        return self._people

    def _leave(self, said: str) -> None:
        """Have those not come of whom it is said: the last, and those joined to them; 都 reaches back past commas."""
        last, all_of_them = len(self._people) - 1, _ALL_OF_THEM.search(said)
        first = 0 if all_of_them and self._run == last else self._run
        if self._in_brackets and not all_of_them:
            first = last
        self._people[first:] = [replace(it, absent=True) for it in self._people[first:]]

    def _append(self, separator: str, person: Person, joined: bool) -> None:
        self._in_duty = bool(person.duty)
        last = self._people[-1] if self._people else None
        if last and ("、" in separator or "(" in separator) and self._one(last, person):
            self._people[-1] = replace(
                last,
                posts=(*last.posts, *person.posts),
                duty=person.duty or last.duty,
                charged=last.charged if person.charged is None else person.charged,
                removed=last.removed or person.removed,
                seconded=last.seconded or person.seconded,
                absent=last.absent or person.absent,
            )
        else:
            self._run = self._run if joined else len(self._people)
            duty, charged = person.duty or self._duty, person.charged or self._charged
            self._people.append(replace(person, duty=duty, charged=charged))
        self._duty, self._charged = "", None

    def _one(self, last: Person, new: Person) -> bool:
        """Whether two offices are one person's: 党组书记、局长."""
        sides = ({it.word for it in last.posts}, {it.word for it in new.posts})
        return last.count == new.count == 1 and any(side <= self._words.beside for side in sides)

    def _add(self, separator: str, said: str, role: Role | None) -> None:
        """What a piece that names nobody says of the one before it, or of the one to come."""
        told = _AFTER_OFFICE.match(said)
        charged = False if _NOT_IN_CHARGE.match(said) else True if told else None
        duty = said if told and not _ONLY_CHARGE.fullmatch(said) else ""
        if not self._people:
            self._duty, self._charged = duty, charged
            return
        last = self._people[-1]
        if self._in_duty and "、" in separator and charged is None and not _ABSENT.search(said):
            self._people[-1] = replace(last, duty=f"{last.duty}、{said}")
            return
        self._in_duty = bool(duty)
        self._people[-1] = replace(
            last,
            duty=duty or last.duty,
            charged=last.charged if charged is None else charged,
            role=role or last.role,
            count=_count(said)[0] or last.count,
            removed=last.removed or bool(_REMOVED.search(said)),
            seconded=last.seconded or bool(_SECONDED.search(said)),
            entrusted=last.entrusted or bool(_ENTRUSTED.search(said)),
        )

    def _person(self, said: str) -> Person | None:
        """The person that a piece names by office."""
        none = self._words.none.search(said)
        denied = None if none else _NOT_IN_CHARGE.match(said)
        rest = _ASSISTING.sub("", said[denied.end() :] if denied else said[none.end() :] if none else said)
        number, _ = _count(rest)
        rest = _LAW_FIRM.sub("", _COUNT.sub("", rest))
        matches = list(self._words.office.finditer(rest))
        if not matches:
            staff = _SECTION.fullmatch(rest) or (_NUMBERED.fullmatch(rest) if number else None)
            post = Post("staff", "工作人员", "", _PRONOUN.sub("", staff[1])) if staff else None
            return Person((post,), count=number or 1) if post else None
        before = _BEFORE_OFFICE.match(rest[: matches[0].start()])
        after = _AFTER_OFFICE.match(rest[matches[-1].end() :])
        duty = before["duty"] if before else after[0] if after else ""
        first = before["organ"] or "" if before else rest[: matches[0].start()]
        absent = _ABSENT.search(rest[: matches[0].start()])
        organs = [first, *(rest[one.end() : two.start()] for one, two in pairwise(matches))]
        return Person(
            posts=tuple(map(self._post, matches, organs)),
            duty="" if _ONLY_CHARGE.fullmatch(duty) else duty,
            charged=False if denied else True if duty else None,
            removed=bool(_REMOVED.search(rest)) or any(_FORMER.search(it["quality"]) for it in matches),
            seconded=bool(_SECONDED.search(rest)),
            entrusted=bool(_ENTRUSTED.search(rest)),
            absent=bool(none or absent),
            count=number or 1,
        )

    def _post(self, match: re.Match[str], before: str) -> Post:
        word, printed = match["word"], match["quality"] + match["word"]
        organ = _PRONOUN.sub("", before.removeprefix("兼任").removeprefix("兼"))
        if kind := self._words.kinds.get(word):
            return Post(kind, "工作人员" if word in _STAFF else printed, "", organ)
        title = word.removeprefix("副")
        return Post("chief" if title == word else "deputy", printed, title, organ)


def _labelled(segment: str) -> tuple[Role | None, str]:
    """What 负责人： or 代理人： before a list says that those in it go as, and the list."""
    match = _LABEL.match(segment)
    if match is None:
        return None, segment
    label, rest = match["label"], segment[match.end() :]
    return _LABELS.get(label), label + rest if label == "律师" else rest


def _role(piece: str) -> tuple[Role | None, str]:
    """What a piece says that somebody goes as, and the piece without those words."""
    if _AS_AGENT.search(piece):
        return "agent", _AS_AGENT.sub("", piece)
    return ("head" if _AS_HEAD.search(piece) else None), _AS_HEAD.sub("", piece)


def _pieces(segment: str) -> Iterator[tuple[str, str]]:
    """The pieces of a segment, each with the marks before it."""
    at, marks = 0, ""
    for match in _SEPARATOR.finditer(segment):
        if piece := segment[at : match.start()]:
            yield marks, piece
            marks = ""
        at, marks = match.end(), marks + match[0]
    if piece := segment[at:]:
        yield marks, piece


def _count(text: str) -> tuple[int | None, bool]:
    """How many a piece says, None where it says nothing; and whether it says so of each of several (各2名)."""
    match = _COUNT.search(text)
    if match is None:
        return None, False
    number = next(it for it in (match["number"], match["times"], match["last"]) if it)
    return parse_number(number) or None, match["each"] is not None
