"""How a simulated official puts an answer: by button, in a few words, in a sentence, mistyped."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.table import Fact

UNKNOWN = "unknown"
NOT_KNOWN = "不清楚"
COLD = "收到应诉通知书了"
BEGIN = "开始登记"
_FEW = 8
"""A saying of at most this many characters is a few words."""


class Style(StrEnum):
    """A way of answering."""

    BUTTON = "button"
    SHORT = "short"
    SENTENCE = "sentence"
    TYPOS = "typos"
    ASIDES = "asides"


# Asked in the middle of something else.
ASIDES = (
    "司法建议多长时间要回复",
    "副局长去算不算负责人出庭",
    "第十五条怎么写的",
    "代理人最多能带几个",
    "应诉材料一共要交哪几样",
    "光派律师去可以吗",
)

_AROUND = ("{}", "{}。", "我看了下材料，{}", "嗯，{}", "{}，就这个情况", "查过了，{}", "这个是{}")
_NAMED: Mapping[str, tuple[str, ...]] = {
    "defendants": ("被告就是{}，没有别家", "只告了{}一家", "通知书上被告写的是{}，就这一个"),
    "reported_by": ("是{}报的", "这个件是{}报上去批的", "当时{}报请批准的"),
    "duty": ("这件事归{}管", "按三定归{}管"),
    "temporary_lead": ("成立文件写的{}牵头", "是{}牵头的"),
    "original_organ": ("原来的决定是{}作的", "是{}作出的"),
}
_TOGETHER = ("{}，都是被告", "被告是{}", "一共告了{}")
# Letters that input methods and tired fingers take for each other.
_MISTYPED = {
    "复议": "复义", "维持": "维迟", "政府": "政俯", "撤销": "撒销", "驳回": "驳会", "申请": "申清", "部门": "部们",
    "报的": "报地", "牵头": "签头", "授权": "受权", "委托": "委拖", "没有": "没又", "被告": "被高", "决定": "决订",
    "职责": "职则", "成立": "成力", "收到": "收倒", "司法": "私法", "街道": "街到", "管委会": "管为会",
}  # fmt: skip
_OF_DISTRICT = re.compile("区(政府|里|局|直)")
_TURNS = frozenset("没不未非无市县区镇乡几两一二三副")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the official does: words typed, or a button's public value pressed."""

    text: str
    pressed: bool = False


class Speaker:
    """Puts answers in words, the same ones each time for the same seed.

    Args:
        style: how.
        seed: what chance starts from.
        district: whether the case is a district's: what is said of 区政府 is not said of a county's.
    """

    def __init__(self, style: Style, seed: str, *, district: bool = False) -> None:
        self._style = style
        self._district = district
        self._chance = random.Random(f"{seed}/{style}")  # noqa: S311 - a person's habits, no secret

    @property
    def presses(self) -> bool:
        """Whether buttons are pressed where there are any."""
        return self._style is Style.BUTTON

    @property
    def digresses(self) -> bool:
        """Whether something else is asked before answering."""
        return self._style is Style.ASIDES and self._chance.random() < 0.6

    def aside(self) -> str:
        """A question about the measure."""
        return self._chance.choice(ASIDES)

    def choice(self, fact: Fact, value: str, names: Sequence[str], tries: int) -> str:
        """Put a choice in words.

        Args:
            fact: what is asked.
            value: the choice's id.
            names: the units that detail it, where the official knows them.
            tries: how often it was answered before; then it is put plainly.
        """
        choice = fact.choice(value)
        if tries:
            return choice.label
        if names and self._chance.random() < 0.7:
            return self._typed(self._by_name(fact.id, names))
        sayings = [said for said in choice.say if self._district or not _OF_DISTRICT.search(said)] or [choice.label]
        said = self._chance.choice([said for said in sayings if len(said) <= _FEW] or sayings)
        if self._style in (Style.SENTENCE, Style.TYPOS):
            said = self._chance.choice(_AROUND).format(self._chance.choice(sayings))
        return self._typed(said)

    def units(self, names: Sequence[str], tries: int) -> str:
        """Put the names of units in words."""
        said = "、".join(names)
        if self._style in (Style.SENTENCE, Style.TYPOS) and not tries:
            said = self._chance.choice(("{}", "是{}", "就是{}")).format(said)
        return said

    def day(self, day: str, tries: int) -> str:
        """Put an ISO date in words."""
        on = date.fromisoformat(day)
        written = f"{on.year}年{on.month}月{on.day}日"
        if self._style in (Style.SENTENCE, Style.TYPOS) and not tries:
            return self._chance.choice(("{}收到的", "是{}签收的", "{}")).format(written)
        return written

    def correction(self, number: int, words: str) -> str:
        """Say that a numbered line is wrong, and what is right."""
        return self._chance.choice(("{}不对，是{}", "第{}个错了，应该是{}", "改{}，是{}")).format(number, words)

    def _by_name(self, fact: str, names: Sequence[str]) -> str:
        if len(names) > 1:
            joined = "和".join((*names[:-2], f"{names[-2]}和{names[-1]}"))
            return joined if self._style is Style.SHORT else self._chance.choice(_TOGETHER).format(joined)
        if self._style in (Style.SENTENCE, Style.TYPOS):
            return self._chance.choice(_NAMED.get(fact, ("是{}",))).format(names[0])
        return f"就{names[0]}一家" if fact == "defendants" else names[0]

    def _typed(self, words: str) -> str:
        return mistyped(words, self._chance) if self._style is Style.TYPOS else words


def mistyped(words: str, chance: random.Random) -> str:
    """Words with one slip: a letter taken for another, left out, doubled, or two swapped.

    What a slip would turn into something else that is meant (没有 into 有, 县局 into 局) stays, as does a word of two
    letters: a reader could not know better.
    """
    places = [at for at in range(len(words) - 1) if not _TURNS & set(words[max(0, at - 1) : at + 3])]
    if len(words) < 3 or not places:
        return words
    alike = [word for word in _MISTYPED if word in words]
    if alike and chance.random() < 0.5:
        word = chance.choice(alike)
        return words.replace(word, _MISTYPED[word], 1)
    at = chance.choice(places)
    slips = (
        words[:at] + words[at + 1 :],
        words[: at + 1] + words[at:],
        words[:at] + words[at + 1] + words[at] + words[at + 2 :],
    )
    return chance.choice(slips)
