"""Which laws a name means: 行诉法, 复议法, 地方组织法, 解释, 负责人出庭应诉规定, each as people shorten it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from knowledge.laws.law import KINDS, LawInfo

_LEFT_OUT = re.compile(
    r"最高人民法院|最高人民检察院|最高法院?|最高检察?院?|两高|中华人民共和国|若干问题|适用法律|关于|案件|[《》〈〉<>、的]|司法(?=解释)"
)
_SHORTENED = (
    (re.compile(r"(?<=行)政诉讼|(?<=民)事诉讼|(?<=刑)事诉讼"), "诉"),
    (re.compile("国家赔偿"), "国赔"),
    (re.compile("法(?=解释$)"), ""),
)
_KIND = re.compile(rf"(?:{KINDS})$")
_LOOSE = ("规定", "解释", "办法", "意见", "决定")
"""Kinds whose full names hold so much that people pick words out of them."""


def match_name(written: str, laws: Sequence[LawInfo]) -> tuple[LawInfo, ...]:
    """The laws that a name may mean, in the order given.

    They are those whose whole title it holds, else those of that very name, else those that end in it (复议法, 解释),
    else those that its parts stand in (地方组织法, 司法建议规定).
    """
    if titled := tuple(it for it in laws if it.title in written):
        return titled
    wanted = _keys(written)
    if len(wanted[0]) < 2 or wanted[0][0] in "本该此":
        return ()
    ways: tuple[Callable[[str, str], bool], ...] = (str.__eq__, lambda key, said: key.endswith(said), _picked)
    for fits in ways:
        if found := tuple(it for it in laws if any(map(fits, _keys(it.name), wanted))):
            return found
    return ()


def ends_in_name(words: str, laws: Sequence[LawInfo]) -> tuple[LawInfo, ...]:
    """The laws whose whole name ends a string of words; of several the longest name."""
    found = [it for it in laws if any(map(str.endswith, _keys(words), _keys(it.name)))]
    longest = max((len(it.name) for it in found), default=0)
    return tuple(it for it in found if len(it.name) == longest)


@cache
def _keys(name: str) -> tuple[str, str]:
    """A name without what people leave out, long and with its words shortened as they are in talk."""
    long = short = _LEFT_OUT.sub("", name)
    for words, said in _SHORTENED:
        short = words.sub(said, short)
    return long, short


def _picked(key: str, wanted: str) -> bool:
    """Whether the parts of a short name, of two characters or more, stand in a name in order, its kind last."""
    kind = _KIND.search(wanted)
    if not kind or not key.endswith(kind[0]):
        return False
    words, within = wanted[: kind.start()], key[: -len(kind[0])]
    if kind[0] in _LOOSE:
        return _in_order(words, within)
    last = words[-2:]  # 地方组织法: 组织 stands right before 法
    return len(words) >= 4 and within.endswith(last) and _in_order(words[:-2], within[:-2])


def _in_order(words: str, within: str) -> bool:
    if not words:
        return True
    for size in range(len(words), 1, -1):
        at = within.find(words[:size])
        if at >= 0 and len(words) - size != 1 and _in_order(words[size:], within[at + size :]):
            return True
    return False
