"""上一条, 下一款, 上一项: the place before or after a place, or that nothing stands there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, cast

from knowledge.citation import Citation, chinese_number
from knowledge.errors import NoSuchClause
from knowledge.text import LegalText

Unit = Literal["条", "款", "项"]

_STEP = re.compile(
    r"(?:那么?|再|请|继续|接着|我[要想]|[帮给]我)*(?:看|查|翻|读|念|讲|说)*(?:一下|到)?"
    r"[往向]?(?P<to>[上下前后])面?[看翻的]?一?(?P<unit>[条款项])"
    r"(?:的?(?:内容|原文|规定|条文|全文))?(?:呢|看看|是什么|是啥|怎么[说写]的?|[说写](?:的是)?什么|[说写]的?啥)?"
)
_EDGE = " 。，,.!！?？；;：:、~"


@dataclass(frozen=True, slots=True)
class Step:
    """One step on in a text.

    Attributes:
        unit: what is stepped over.
        forward: to the one after; else to the one before.
    """

    unit: Unit
    forward: bool


def find_step(said: str) -> Step | None:
    """The step that words ask for (下一条, 再看上一项呢); None where they ask for something else or for more.

    Args:
        said: a whole message.
    """
    asked = _STEP.fullmatch("".join(unicodedata.normalize("NFKC", said).split()).strip(_EDGE))
    return Step(cast(Unit, asked["unit"]), asked["to"] in "下后") if asked else None


def beside(text: LegalText, place: Citation, step: Step) -> Citation:
    """The place that a step from another leads to.

    From an article as a whole 下一款 and 下一项 lead to its first; from its last paragraph or item nowhere: parts of
    another article are that article's.

    Args:
        text: the text that both stand in.
        place: where the step begins.
        step: which way.

    Raises:
        NoSuchClause: nothing stands there; the message says at which end, and how many there are.
    """
    place = text.place(place)
    on = 1 if step.forward else -1
    if step.unit == "条":
        if not 1 <= place.article + on <= text.articles:
            raise NoSuchClause(_end("条", text.articles, text.called, forward=step.forward))
        return Citation(place.article + on)
    whole = Citation(place.article, place.paragraph if step.unit == "项" else None)
    parts = (clause.item if step.unit == "项" else clause.paragraph for clause in text.under(whole))
    numbers = {number for number in parts if number is not None}
    if not numbers or (step.unit == "款" and len(numbers) == 1):
        raise NoSuchClause(f"{whole}没有分{step.unit}。")
    here = place.item if step.unit == "项" else place.paragraph
    if here is None and not step.forward:
        raise NoSuchClause(f"{whole}共{_count(len(numbers))}{step.unit}，请说第几{step.unit}。")
    number = (here or 0) + on
    if number not in numbers:
        raise NoSuchClause(_end(step.unit, len(numbers), str(whole), forward=step.forward))
    return Citation(place.article, place.paragraph, number) if step.unit == "项" else Citation(place.article, number)


def next_number(place: Citation, step: Step) -> Citation:
    """The place that a step leads to by its number alone, in a text of which nothing else is known.

    Raises:
        NoSuchClause: the step leads back from the first, or on from the last.
    """
    here = {"条": place.article, "款": place.paragraph, "项": place.item}[step.unit] or 0
    number = max(0, here - 1) if here >= 0 and not step.forward else here + (1 if step.forward else -1)
    if not number:
        raise NoSuchClause(
            f"已是{'最后' if step.forward else '第'}一{step.unit}，{'后' if step.forward else '前'}面没有了。"
        )
    if step.unit == "条":
        return Citation(number)
    return Citation(place.article, number) if step.unit == "款" else Citation(place.article, place.paragraph, number)


def _end(unit: Unit, count: int, called: str, *, forward: bool) -> str:
    end = f"已是最后一{unit}" if forward else f"已是第一{unit}，前面没有了"
    return f"{end}，{called}共{_count(count)}{unit}。"


def _count(number: int) -> str:
    return "两" if number == 2 else chinese_number(number)
