"""Two cases in one account: where the first ends and the second begins."""

from __future__ import annotations

import re

_COUNTED = re.compile(
    r"(?:两|俩|2|几|三|3|好几)(?:个|件|起|宗|份)(?:[^,。;]{0,4})?(?:案子|案件|官司|案|行政诉讼|通知书)"
)
_EACH = re.compile(
    r"(?:(?<=^)|(?<=[,。;:、\s]))(?:一(?:个|件|起|份)(?:是|告)?|第[一二三](?:个|件|起|份)|另(?:外)?一?(?:个|件|起|份)|[12一二][、.])"
)
_FURTHER = re.compile(
    r"(?:另外|还|再|此外)(?:还)?(?:有|来了|收到|接了)(?:另)?(?:了)?一?(?:个|件|起|份)(?:案|官司|是|也是|,|告)"
    r"|又(?:来|有|收到?|接)了?一?(?:个|件|起)(?:案|官司|新)|另(?:外)?一(?:个|件|起)(?:案子?|官司)"
)
_THEN = re.compile(
    r"(?:去年|前年|上个月|以前|上次|上回|之前|早先)(?:那|有)一?(?:个|件|起|宗|次|回)[^。]{0,60}?[,。;]"
    r"(?=(?:这|今年|本|现在)(?:回|次|起|个|件|这))"
)

_LEAST_TOLD = 5
"""Characters of an account; fewer before 还有一个案子 (镇里, 我们这边) only lead up to it."""


def split_cases(words: str) -> tuple[str, ...]:
    """The account of each case; one alone where only one is told.

    Args:
        words: an account, its marks and widths made alike.

    Returns:
        What is told of each case. What stands before the first belongs to every one.
    """
    if _COUNTED.search(words):
        begins = [match.start() for match in _EACH.finditer(words)]
        if len(begins) > 1:
            head = words[: begins[0]]
            ends = [*begins[1:], len(words)]
            return tuple(head + words[begin:end] for begin, end in zip(begins, ends, strict=True))
    further = _FURTHER.search(words)
    if further and further.start() >= _LEAST_TOLD:
        return words[: further.start()], words[further.start() :]
    then = _THEN.search(words)
    if then:
        return words[: then.end()], words[then.end() :]
    return (words,)
