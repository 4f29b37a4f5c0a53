"""References to clauses: reading what people write, printing the official form.

Article, paragraph and item are 条, 款 and 项. This module knows the shape of a reference and nothing about
which places exist: that is ``Measure.clause``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import total_ordering
from itertools import product

from knowledge.errors import CitationError

_NUMERALS = "零一二三四五六七八九"
_LARGEST = 9999
"""The longest law has 1,260 articles."""
_LONGEST_RANGE = 50


def chinese_number(number: int) -> str:
    """Write a number as laws do: 5 → 五, 11 → 十一, 103 → 一百零三, 1040 → 一千零四十.

    Args:
        number: 0 to 9999.

    Raises:
        CitationError: if it is outside that range.
    """
    if not 0 <= number <= _LARGEST:
        raise CitationError(f"数字“{number}”超出范围，请用0至{_LARGEST}之间的数。")
    if not number:
        return _NUMERALS[0]
    text = ""
    for size, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            text += ("" if size == 10 and number < 20 else _NUMERALS[digit]) + mark
        elif text and not text.endswith("零") and number % size:
            text += "零"
    return text


def parse_number(text: str) -> int:
    """Read a number in Chinese (十一, 一百零三, 二〇), full width or Arabic digits.

    Raises:
        CitationError: if the text is no number from 0 to 9999.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("〇", "零").replace("两", "二")
    if re.fullmatch(r"[0-9]{1,4}", plain):
        return int(plain)
    if re.fullmatch(f"[{_NUMERALS}]{{1,4}}", plain):
        return int("".join(str(_NUMERALS.index(mark)) for mark in plain))
    some = f"[{_NUMERALS}]"
    shape = re.fullmatch(f"(?:({some})千)?零?(?:({some})百)?零?(?:({some})?(十))?零?({some})?", plain)
    if shape and plain:
        thousands, hundreds, tens, ten, ones = shape.groups()
        value = 1000 * _NUMERALS.index(thousands or "零") + 100 * _NUMERALS.index(hundreds or "零")
        value += (10 * _NUMERALS.index(tens or "一") if ten else 0) + _NUMERALS.index(ones or "零")
        if chinese_number(value) in {plain, plain.removeprefix("一")}:  # 一十一 is said too
            return value
    raise CitationError(f"“{text}”不是可用的数字，请写十一或11这样的数。")


@total_ordering
@dataclass(frozen=True, slots=True)
class Citation:
    """One place in a measure.

    Attributes:
        article: 条, from 1.
        paragraph: 款, from 1; None where the article has but one or as a whole is meant.
        item: 项, from 1; None where none is meant.

    Sorts in the order of the text, the whole before its parts.
    """

    article: int
    paragraph: int | None = None
    item: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that no law has.

        Raises:
            CitationError: if a number is below 1 or above 9999.
        """
        for number in (self.article, self.paragraph, self.item):
            if number is not None and not 1 <= number <= _LARGEST:
                raise CitationError(f"条、款、项从1数起，没有“{number}”，请核对编号。")

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read one reference, however it is written.

        Args:
            text: 第十一条第（五）项, 11条(5), 十七条二款, 办法第八条第二款,
                or a short form: 11.5, 8-2, 15-1.3, 15.

        Raises:
            CitationError: if the text is not exactly one reference to one place of the measure.
        """
        plain = _LEAD.sub("", _fold(text)).rstrip("。.")
        if short := _SHORT.fullmatch(plain):
            article, paragraph, item = (int(part) if part else None for part in short.groups())
            return cls(article or 0, paragraph, item)
        match = _PLACE.fullmatch(plain)
        places = list(_places(match)) if match else []
        if len(places) != 1:
            raise CitationError(f"“{text.strip()[:40]}”不是条款编号，请写成“第十一条第（五）项”或“11.5”。")
        return places[0]

    @property
    def ref(self) -> str:
        """The short machine form: 15, 8-2, 11.5, 15-1.3."""
        paragraph = "" if self.paragraph is None else f"-{self.paragraph}"
        return f"{self.article}{paragraph}" + ("" if self.item is None else f".{self.item}")

    def __str__(self) -> str:
        """The official form: 第十五条, 第八条第二款, 第十一条第（五）项."""
        paragraph = "" if self.paragraph is None else f"第{chinese_number(self.paragraph)}款"
        item = "" if self.item is None else f"第（{chinese_number(self.item)}）项"
        return f"第{chinese_number(self.article)}条{paragraph}{item}"

    def __lt__(self, other: object) -> bool:
        """Compare by place in the text, the whole before its parts."""
        if not isinstance(other, Citation):
            return NotImplemented
        mine = (self.article, self.paragraph or 0, self.item or 0)
        return mine < (other.article, other.paragraph or 0, other.item or 0)


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference as a sentence makes it.

    Attributes:
        places: the places it names.
        law: the law that it belongs to, as written; '' for the measure's own.
        before: the words before it, from the reference before on; half width, without spaces.
    """

    places: tuple[Citation, ...]
    law: str
    before: str


def find_citations(text: str) -> list[Citation]:
    """Every place of the measure that a sentence refers to, in its order, each once.

    Ranges are written out (第十一条到第十四条 gives four). Counts (3条建议), dates and amounts are not
    references, nor are articles of another law: those are ``find_foreign``'s.
    """
    short = _SHORT.fullmatch(_fold(text))
    if short and any(short.groups()[1:]) and len(short[1]) < 4:  # 2023-7 is a month
        with suppress(CitationError):  # 0.5 is an amount
            return [Citation.parse(text)]
    return list(dict.fromkeys(place for found in _scan(text) if not found.law for place in found.places))


def find_foreign(text: str) -> list[str]:
    """Every reference to an article of another law, as written: 行政诉讼法第六十七条, 解释18第22条."""
    return list(dict.fromkeys(found.law + found.words for found in _scan(text) if found.law))


def find_references(text: str) -> list[Reference]:
    """Every reference in a sentence, of the measure or of another law, in its order."""
    plain, scanned = _fold(text), _scan(text)
    begins = [0, *(found.end for found in scanned)]
    return [Reference(it.places, it.law, plain[begins[i] : it.start]) for i, it in enumerate(scanned)]


def find_parts(text: str, article: int) -> list[Citation]:
    """Paragraphs and items named without an article (第二款呢), taken as parts of ``article``.

    Returns:
        The places, in the order written; empty if the sentence names none.
    """
    places: list[Citation] = []
    for match in _PART.finditer(_fold(text)):
        with suppress(CitationError):  # 百项, 第零款: words, no places
            places += _parts(article, match)
    return places


# How a reference is written, after _fold

_DASHES = str.maketrans(dict.fromkeys("–—−~", "-"))
_CHINESE = "〇零一二两三四五六七八九十百千"
_N = rf"(?:[0-9]{{1,4}}|[{_CHINESE}]{{1,7}})"
_TIE = r"(?:以及|[、,和与及或跟到至-])"
_RANGE = "到至-"
_ONE = rf"第?\(?{_N}\)?"


def _listed(unit: str) -> str:
    return rf"{_ONE}(?:{unit}?{_TIE}{_ONE}|第?\({_N}\))*{unit}"


_BRACKETED = rf"\({_N}\)(?:{_TIE}?\({_N}\))*"
# 十五条八项材料 counts them; 第八项材料 and (八)项材料 name one.
_COUNTED_ITEMS = rf"(?!{_N}项(?:材料|情形|要求|原则))"
_PARAGRAPH = rf"(?P<paragraphs>{_listed('款')})"
_ITEM = rf"{_COUNTED_ITEMS}(?P<items>{_listed('项')}|{_BRACKETED})"
# Before a bare number these make it a count or a date: 哪一条, 前三条, 2026年11条, 共25条, 1.5条.
_NOT_AFTER = rf"(?<![第哪这那每另上下任同共几某前后年月日多提有发给万点.0-9{_CHINESE}])"
_COUNTED = re.compile(r"(?:司法|检察)?建议|意见|线索|证据|理由|记录|信息|消息|问题|措施|经验|以[上下内]|左右")
_OF = r"(?:当?中的?|里的?|里面的?|的|之)?"
_PLACE = re.compile(
    rf"(?:(?P<named>第)|{_NOT_AFTER})(?P<articles>{_N}(?:{_TIE}第?{_N})*)条"
    rf"(?:{_OF}{_PARAGRAPH})?(?:{_OF}{_ITEM})?"
)
_PART = re.compile(rf"(?!两)(?:(?P<paragraphs>第?{_N}款)(?:的?(?P<items>{_ONE}项))?|(?P<lone>{_ONE}项))")
_SHORT = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,2}))?(?:\.([0-9]{1,2}))?")
_LEAD = re.compile(r"^(?:《[^》]*办法》|忻州?市?[^第0-9]*办法|本?(?:暂行)?办法)[的,:]?")

# What may stand before an article of another law. 办法 is the measure unless a province stands before it.
_LAW = re.compile(
    r"(?P<law>《[^《》]{2,60}》"
    r"|[一-鿿]{0,24}(?:法典|法|条例|解释|规定|细则|规则|通则|行诉|民诉|刑诉|国赔)"
    r"|[一-鿿]{0,8}[〔\[(][0-9]{4}[〕\])][0-9]{1,4}号)"
    r"(?P<year>\(?[0-9]{2,4}(?:年|版|修订|修正)*\)?)?" + _OF + "$"
)
_OWN = re.compile(r"^《?(?:.*出庭应诉工作暂行|本|暂行|这个|该)?办法》?$|忻政办函|忻州市[一-鿿]*办法")
_OTHER_MEASURE = re.compile(
    r"(?:山西省?|[一-鿿]省|省里|省级|外省|外地|外市|其他地方|别的地方)(?:行政机关|行政|应诉|的)*办法$"
)
_NO_LAW = re.compile(r"(?:[做方看想说违合依执司非立写用算本]法|办法)$")
_REGULATION = re.compile(
    r"(?:负责人|应诉|被告|资格|司法建议|证据|撤诉|若干|问题的?|赔偿|协议|信息公开|最高法|高院)"
    r"规定$"
)
_EXPLAIN = re.compile(  # 请解释第十一条: the verb, not the judicial interpretation
    r"(?:请|[帮给]我|帮忙|麻烦|能|可否|可以|怎么|如何|再|详细|逐条|具体|你|来|要|下|一步)解释$"
)
_LAW_NAME = re.compile(  # how a name begins, to cut it out of a running sentence
    r"(?:中华人民共和国|最高人民法院|最高法|两高|山西省?|行政|民事|刑事|民|刑|国家|国赔|行诉|复议|司法"
    r"|政府|信息|土地|治安|检察|法释|负责人|被告|出庭|证据|公务员|实施|适用|解释|宪法|地方|律师|档案)"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """One reference in a sentence; ``law`` names the other law it belongs to, '' for the measure."""

    places: tuple[Citation, ...]
    words: str
    law: str
    start: int
    end: int


def _fold(text: str) -> str:
    """Full width to half, dashes to one, no spaces: for reading references only, never for display."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def _scan(text: str) -> list[_Found]:
    plain = _fold(text)
    found: list[_Found] = []
    for match in _PLACE.finditer(plain):
        if not match["named"] and _is_count(match, plain):
            continue
        try:
            places = tuple(_places(match))
        except CitationError:  # 百条, 第零条: a word, no place
            continue
        last = found[-1] if found else None
        before = plain[last.end if last else 0 : match.start()]
        law = _law_before(before)
        if last and (not before or re.fullmatch(_TIE, before)):
            law = law or last.law  # 行政诉讼法第26条、第34条: the second is that law's too
            first, second = last.places[-1], places[0]
            if before and before in _RANGE and law == last.law and _is_article(first) and _is_article(second):
                between = range(first.article + 1, min(second.article, first.article + _LONGEST_RANGE))
                places = (*(Citation(number) for number in between), *places)
        found.append(_Found(places, match[0], law, match.start(), match.end()))
    return found


def _is_article(place: Citation) -> bool:
    return place.paragraph is None and place.item is None


def _is_count(match: re.Match[str], plain: str) -> bool:
    """Whether an 11条 without 第 counts things: 3条建议, 写一条."""
    if match["paragraphs"] or match["items"]:
        return False
    if _COUNTED.match(plain, match.end()):
        return True
    before = plain[: match.start()]
    return match["articles"] == "一" and not re.search(r"(?:^|办法|[、,和与及到至。;?!])$", before)


def _law_before(before: str) -> str:
    """The other law whose article follows, '' where it is the measure's own or none is named."""
    match = _LAW.search(before[-80:])
    if not match:
        return ""
    law = match["law"]
    if _OTHER_MEASURE.search(law):
        return _trim(law)
    if _OWN.search(law) or _NO_LAW.search(law) or _EXPLAIN.search(law):
        return ""
    if law.endswith("规定") and not _REGULATION.search(law):
        return ""
    return _trim(law) + (match["year"] or "")


def _trim(law: str) -> str:
    """Cut a law's name out of the words before it: 请问按照行政诉讼法 → 行政诉讼法."""
    if law.startswith("《"):
        return law
    begin = _LAW_NAME.search(law)
    if begin:
        return law[begin.start() :]
    return re.sub(r"^.*(?:按照|根据|依据|依照|[按照问看查和与跟的在是])", "", law)


def _places(match: re.Match[str]) -> Iterator[Citation]:
    articles = _numbers(match["articles"])
    if len(articles) > 1:  # 四、八条第一款: the part belongs to the last
        yield from (Citation(article) for article in articles[:-1])
    yield from _parts(articles[-1], match)


def _parts(article: int, match: re.Match[str]) -> Iterator[Citation]:
    named = match.groupdict()
    paragraphs: list[int] | list[None] = _numbers(named.get("paragraphs") or "") or [None]
    items: list[int] | list[None] = _numbers(named.get("items") or named.get("lone") or "") or [None]
    for paragraph, item in product(paragraphs, items):
        yield Citation(article, paragraph, item)


def _numbers(text: str) -> list[int]:
    """The numbers of a list, ranges written out: （一）、（三）至（五） → 1, 3, 4, 5."""
    numbers: list[int] = []
    before = 0
    for match in re.finditer(_N, text):
        value = parse_number(match[0])
        if numbers and any(mark in text[before : match.start()] for mark in _RANGE):
            if value - numbers[-1] > _LONGEST_RANGE:
                raise CitationError(f"“{text}”跨得太多，一次请不超过{_LONGEST_RANGE}个编号。")
            numbers.extend(range(numbers[-1] + 1, value))
        numbers.append(value)
        before = match.end()
    return numbers
