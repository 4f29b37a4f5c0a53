"""References to clauses: reading what people write, printing the official form.

Article, paragraph and item are 条, 款 and 项. This module knows the shape of a reference and nothing about
which places exist: that is ``LegalText.place``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import total_ordering
from itertools import pairwise, product

from knowledge.errors import CitationError
from knowledge.other_texts import is_law, other_text
from knowledge.spellings import respelled

_NUMERALS = "零一二三四五六七八九"
_LARGEST = 9999
_FIRST_YEAR = 1949
_LONGEST_RANGE = 1500
"""Numbers of a range that are written out; the longest law has fewer articles."""


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
    """One place in a text, be it there or not.

    Attributes:
        article: 条, from 1.
        paragraph: 款, from 1; None where the article has but one or as a whole is meant.
        item: 项, from 1; None where none is meant.

    A number below 0 counts from the end, -1 for the last (最后一条): ``LegalText.place`` says which that is. 0 and
    numbers beyond every text (第999999条) are kept, to say that they are not there.

    Sorts in the order of the text, the whole before its parts.
    """

    article: int
    paragraph: int | None = None
    item: int | None = None

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read one reference, however it is written.

        Args:
            text: 第十一条第（五）项, 11条(5), 十七条二款, 办法第八条第二款,
                or a short form: 11.5, 8-2, 15-1.3, 15.

        Raises:
            CitationError: if the text is not exactly one reference to one place of the measure.
        """
        plain = _LEAD.sub("", respelled(text)).rstrip("。.")
        if short := _SHORT.fullmatch(plain):
            places = [_short(short)]
        elif alone := _ITEM_ALONE.fullmatch(plain):
            places = list(_places(alone))
        else:
            match = _PLACE.fullmatch(plain)
            places = list(_places(match)) if match else []
        if len(places) != 1:
            raise CitationError(f"“{text.strip()[:40]}”不是条款编号，请写成“第十一条第（五）项”或“11.5”。")
        for number in (places[0].article, places[0].paragraph, places[0].item):
            if number is not None and not 1 <= number <= _LARGEST:
                raise CitationError(f"条、款、项从1数起，没有“{text.strip()[:40]}”，请核对编号。")
        return places[0]

    @property
    def ref(self) -> str:
        """The short machine form: 15, 8-2, 11.5, 15-1.3."""
        paragraph = "" if self.paragraph is None else f"-{self.paragraph}"
        return f"{self.article}{paragraph}" + ("" if self.item is None else f".{self.item}")

    def __str__(self) -> str:
        """The official form: 第十五条, 第八条第二款, 第十一条第（五）项."""
        paragraph = "" if self.paragraph is None else _ordinal(self.paragraph, "款")
        item = "" if self.item is None else _ordinal(self.item, "项")
        return f"{_ordinal(self.article, '条')}{paragraph}{item}"

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
    references, nor are articles of another text: those are ``find_foreign``'s.
    """
    plain = respelled(text)
    return _alone(plain) or list(dict.fromkeys(place for it in _scan(plain) if not it.law for place in it.places))


def find_foreign(text: str) -> list[str]:
    """Every reference to an article of another text, as written: 行政诉讼法第六十七条, 解释18第22条, 省办法第五条."""
    return list(dict.fromkeys(found.law + found.words for found in _scan(respelled(text)) if found.law))


def find_references(text: str) -> list[Reference]:
    """Every reference in a sentence, of the measure or of another text, in its order."""
    plain = respelled(text)
    if alone := _alone(plain):
        return [Reference(tuple(alone), "", "")]
    scanned = _scan(plain)
    begins = [0, *(found.end for found in scanned)]
    return [Reference(it.places, it.law, plain[begins[i] : it.start]) for i, it in enumerate(scanned)]


def find_parts(text: str, article: int) -> list[Citation]:
    """Paragraphs and items named without an article (第二款呢), taken as parts of ``article``.

    Returns:
        The places, in the order written; empty if the sentence names none.
    """
    places: list[Citation] = []
    for match in _PART.finditer(respelled(text)):
        with suppress(CitationError):  # 百项: words, no places
            places += _parts(article, match)
    return places


def listed(numbers: Sequence[int], unit: str) -> str:
    """Numbers of places, runs of three or more folded: 26, 27, 28, 40 条 → 第二十六条到第二十八条、第四十条.

    Args:
        numbers: the numbers, ascending.
        unit: 条, 款 or 项.
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said: list[str] = []
    for run in runs:
        ends = [_ordinal(number, unit) for number in run]
        said += ends if len(run) < 3 else [f"{ends[0]}到{ends[-1]}"]
    return "、".join(said)


# How a reference is written, in one spelling

_CHINESE = "〇零一二三四五六七八九十百千"
_N = rf"(?:[0-9]{{1,4}}|[{_CHINESE}]{{1,9}})"
_HUGE = rf"(?:(?:(?<![0-9)])-)?[0-9]{{1,18}}|[{_CHINESE}万亿]{{1,12}})"
"""A number after 第, which makes it a place, be there one or not."""
_LAST = rf"(?:(?:最后|最末|末尾)的?[一二两三四五六七八九2-9]个?|倒数第?{_N}|末了?一?)"
_FIRST = "(?:前[两二三四五六七八九2-9])"
_TIE = r"(?:以及|[、,和与及或跟到至 -])"
_RANGE = "到至-"
_ONE = rf"第?\(?{_N}\)?"


def _listing(unit: str) -> str:
    return rf"(?:{_ONE}(?:{unit}?{_TIE}{_ONE}|第?\({_N}\))*两?|{_LAST}|{_FIRST}){unit}"


_BRACKETED = rf"\({_N}\)(?:{_TIE}?\({_N}\))*"
# 十五条八项材料 counts them; 第八项材料 and (八)项材料 name one.
_COUNTED_ITEMS = rf"(?!{_N}项(?:材料|情形|要求|原则))"
_PARAGRAPH = rf"(?P<paragraphs>{_listing('款')})"
_ITEM = rf"{_COUNTED_ITEMS}(?P<items>{_listing('项')}|{_BRACKETED})"
# Before a bare number these make it a count or a date: 哪一条, 前三条, 2026年11条, 共25条, 1.5条.
_NOT_AFTER = rf"(?<![第哪这那每另上下任同共几某前后年月日多提有发给万点.0-9{_CHINESE}])"
_COUNTED = re.compile(
    r"的?(?:司法|检察)?(?:建议|意见|线索|证据|理由|记录|信息|消息|短信|问题|措施|经验|路|内容|以[上下内]|左右)"
)
_OF = r"(?:当?中的?|里的?|里面的?|的|之)?"
# After the name of a law a number needs no 条: 行诉法67, 行诉法67-1, 公益诉讼解释二十一.
_WITHOUT_UNIT = rf"(?:[0-9]{{1,4}}|[{_CHINESE}]{{2,7}})"
_ENDS = rf"(?=$|[,。;?!、和与及跟]|怎么|咋|什么|啥|[说讲写规呢吗]|的|第?{_N}[款项]|\()"
_PLACE = re.compile(
    rf"(?:(?:(?P<named>第)(?P<numbers>\(?{_HUGE}\)?(?:{_TIE}第?\(?{_HUGE}\)?)*)(?:两|(?<=[0-9])[二三四五六七八九])?个?"
    rf"|{_NOT_AFTER}(?P<loose>{_N}(?:{_TIE}第?{_N})*)(?:两|(?<=[0-9])[二三四五六七八九])?|(?P<last>{_LAST}))条"
    rf"|(?<=[法典例释则定》诉赔版年)])第?(?P<bare>{_WITHOUT_UNIT}(?:(?!-){_TIE}第?{_WITHOUT_UNIT})*)(?:-(?P<dashed>[0-9]))?{_ENDS})"
    rf"(?:{_OF}{_PARAGRAPH})?(?:{_OF}{_ITEM})?"
)
_PART = re.compile(
    rf"(?P<paragraphs>(?:第?{_N}|{_LAST}|{_FIRST})款)(?:的?(?P<items>(?:{_ONE}|{_LAST}|{_FIRST})项))?"
    rf"|(?P<lone>(?:{_ONE}|{_LAST}|{_FIRST})项)"
)
_SHORT = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,2}))?(?:\.([0-9]{1,2}))?")
_LEAD = re.compile(r"^(?:《[^》]*办法》|忻州?市?[^第0-9]*办法|本?(?:暂行)?办法)[的,:]?")
# What a whole message may be: 十一(五), 十一到十四.
_UP_TO_999 = rf"(?:[0-9]{{1,3}}|[{_CHINESE}]{{1,6}})"
_ITEM_ALONE = re.compile(rf"第?(?P<numbers>{_UP_TO_999})(?P<items>{_BRACKETED})")
_RANGE_ALONE = re.compile(rf"第?(?P<numbers>{_UP_TO_999}[到至]第?{_UP_TO_999}|[0-9]{{1,3}}-[0-9]{{2,3}})")
_POLITE = re.compile(r"^(?:请问|请看|看看?|查一?下?)|(?:呢|怎么说的?|[说写讲]什么|是什么|的?内容|的?原文)?[?。!]*$")


@dataclass(frozen=True, slots=True)
class _Found:
    """One reference in a sentence; ``law`` names the other text it belongs to, '' for the measure."""

    places: tuple[Citation, ...]
    words: str
    law: str
    start: int
    end: int


def _alone(plain: str) -> list[Citation]:
    """The places of a message that is nothing but a reference without 条: 十一(五), 11(5), 11.5, 十一到十四."""
    said = _LEAD.sub("", _POLITE.sub("", plain))
    short = _SHORT.fullmatch(said)
    with suppress(CitationError):
        if match := _ITEM_ALONE.fullmatch(said) or _RANGE_ALONE.fullmatch(said):
            return list(_places(match))
        if short and any(short.groups()[1:]) and len(short[1]) < 4:  # 2023-7 is a month
            return [Citation.parse(said)]  # 0.5 is an amount
    return []


def _short(match: re.Match[str]) -> Citation:
    article, paragraph, item = (int(part) if part else None for part in match.groups())
    return Citation(article or 0, paragraph, item)


def _scan(plain: str) -> list[_Found]:
    found: list[_Found] = []
    for match in _PLACE.finditer(plain):
        if not match["named"] and _is_count(match, plain):
            continue
        try:
            places = tuple(_places(match))
        except CitationError:  # 百条: a word, no place
            continue
        if match["loose"] and not all(place.article for place in places):  # 0条 without 第 counts
            continue
        last = found[-1] if found else None
        before = plain[last.end if last else 0 : match.start()]
        law = other_text(before)
        if match["bare"] and not (is_law(law) and _is_number(law, places)):
            continue
        if last and (not before or re.fullmatch(_TIE, before)):
            law = law or last.law  # 行政诉讼法第26条、第34条: the second is that law's too
            if before and before in _RANGE and law == last.law:
                places = (*_between(last.places[-1], places[0]), *places)
        found.append(_Found(places, match[0], law, match.start(), match.end()))
    return found


def _between(first: Citation, second: Citation) -> Iterator[Citation]:
    """What a range leaves unsaid: articles, or paragraphs or items of one article."""
    if first.article != second.article:
        yield from (Citation(number) for number in _within(first.article, second.article))
    elif first.item and second.item and first.paragraph == second.paragraph:
        yield from (Citation(first.article, first.paragraph, item) for item in _within(first.item, second.item))
    elif first.paragraph and second.paragraph and not (first.item or second.item):
        yield from (Citation(first.article, number) for number in _within(first.paragraph, second.paragraph))


def _within(first: int, second: int) -> range:
    """The numbers between two, in their order; none where one counts from the end."""
    low, high = min(first, second), max(first, second)
    between = range(low + 1, min(high, low + _LONGEST_RANGE)) if low >= 0 else range(0)
    return between if first < second else between[::-1]


def _is_number(law: str, places: Sequence[Citation]) -> bool:
    """Whether numbers without 条 are articles: 行诉法2017 is its version, and 解释18 the interpretation of 2018."""
    least = 100 if law == "解释" else 1
    return all(least <= place.article < _FIRST_YEAR for place in places)


def _is_count(match: re.Match[str], plain: str) -> bool:
    """Whether an 11条 without 第 counts things: 3条建议, 写一条."""
    if match["paragraphs"] or match["items"] or match["bare"]:
        return False
    if _COUNTED.match(plain, match.end()):
        return True
    before = plain[: match.start()]
    return match["loose"] == "一" and not re.search(r"(?:^|办法|[、,和与及到至。;?!])$", before)


def _places(match: re.Match[str]) -> Iterator[Citation]:
    named = match.groupdict()
    articles = _numbers(named.get("numbers") or named.get("loose") or named.get("last") or named.get("bare") or "")
    if len(articles) > 1:  # 四、八条第一款: the part belongs to the last
        yield from (Citation(article) for article in articles[:-1])
    yield from _parts(articles[-1], match)


def _parts(article: int, match: re.Match[str]) -> Iterator[Citation]:
    named = match.groupdict()
    paragraphs: list[int] | list[None] = _numbers(named.get("paragraphs") or named.get("dashed") or "") or [None]
    items: list[int] | list[None] = _numbers(named.get("items") or named.get("lone") or "") or [None]
    for paragraph, item in product(paragraphs, items):
        yield Citation(article, paragraph, item)


def _numbers(text: str) -> list[int]:
    """The numbers of a list, ranges written out: （一）、（三）至（五） → 1, 3, 4, 5; 前三 → 1, 2, 3; 倒数第二 → -2."""
    text = text.rstrip("条款项")
    if counted := re.fullmatch("(最后|最末|末尾|前)的?(.)?个?", text):
        count = parse_number(counted[2] or "一")
        return list(range(1, count + 1) if counted[1] == "前" else range(-count, 0))
    if text.startswith("倒数"):
        return [-parse_number(text.removeprefix("倒数").removeprefix("第"))]
    if text.startswith("末"):
        return [-1]
    numbers: list[int] = []
    before = 0
    for match in re.finditer(_HUGE, text):
        first, *others = _run(match[0])
        if numbers and any(mark in text[before : match.start()] for mark in _RANGE):
            numbers.extend(_within(numbers[-1], first))
        numbers += [first, *others]
        before = match.end()
    return numbers


def _run(written: str) -> list[int]:
    """The numbers of digits or characters without anything between: 十一十二 → 11, 12; 十一二 and 三四 likewise.

    Raises:
        CitationError: they are none.
    """
    if re.fullmatch("-?[0-9]+", written):
        return [max(0, int(written))]  # no text has a -1st article: what counts from the end is never meant
    if large := re.fullmatch(f"([{_CHINESE}]+)([万亿])[{_CHINESE}万亿]*", written):
        return [parse_number(large[1]) * (10**4 if large[2] == "万" else 10**8)]
    digits = "一二三四五六七八九"
    if len(written) > 1 and written in digits:
        return [digits.index(mark) + 1 for mark in written]
    with suppress(CitationError):
        return [parse_number(written)]
    numbers: list[int] = []
    parts = re.findall(f"[{digits}]?十[{digits}]?|[{digits}]", written)
    for number in map(parse_number, parts):
        tens = numbers[-1] // 10 * 10 if numbers and number < 10 else 0
        numbers.append(tens + number)
    if "".join(parts) != written or any(after != before + 1 for before, after in pairwise(numbers)):
        raise CitationError(f"“{written}”不是可用的数字，请写十一或11这样的数。")
    return numbers


def _ordinal(number: int, unit: str) -> str:
    """第十一条, 第（五）项; 最后一条, 倒数第二条; beyond what is counted in characters 第10000条."""
    if number < 0:
        return f"最后一{unit}" if number == -1 else f"倒数第{chinese_number(-number)}{unit}"
    written = chinese_number(number) if 1 <= number <= _LARGEST else str(number)
    return f"第（{written}）项" if unit == "项" else f"第{written}{unit}"
