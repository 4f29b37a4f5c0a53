"""What a reconsideration decided: the words of its outcome, apart from a court's and from what is asked of a court."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from actions.understanding.phrases import Rule
from actions.understanding.scene import Scene
from actions.understanding.verdict import Claim, verdict

_REVIEW = "复议"
_MISSPELT = re.compile(
    r"复仪(?![器式表态容])|(?<![回答批函恢])复意(?![见思图])|(?<!恢)复义(?!务)|(?<![支交应给])付议(?![定价事])"
)
_COURT = re.compile(r"法院|一审|二审|判决|判了|裁定|中院|上诉")
_WANTED = re.compile(
    r"(?:请求|要求|诉请|想|希望|应当|主张|起诉|提出|能否|(?<!复议)申请(?!作出|决定)|不服)(?!人)[^,。;]{0,12}$"
)
_REDONE = {"revoked": {"performance_ordered"}, "mixed": {"revoked", "partially_revoked", "upheld"}}


def spelt(words: str) -> str:
    """Words with 复议 written right where another character of its sound was typed; no place in them moves."""
    return _MISSPELT.sub(_REVIEW, words)


def read_results(scene: Scene, rules: Iterable[Rule], unreviewed: Iterable[tuple[int, int]]) -> Iterator[Claim]:
    """Read the outcome of a reconsideration, where the account speaks of one.

    Args:
        scene: the account.
        rules: the outcomes, in the order in which they are meant where they overlap.
        unreviewed: where the account says that there was none.
    """
    denied = [range(*it) for it in unreviewed]
    places = [match.start() for match in re.finditer(_REVIEW, scene.signs)]
    told = [at for at in places if not any(scene.spans[at][0] in it for it in denied)]
    moods = {scene.mood(at, at + 1) for at in told}
    if not moods - {"supposed", "elsewhere"}:
        return
    taken: list[tuple[int, int]] = []
    found: dict[str, Claim] = {}
    for rule in rules:
        for match in (it for pattern in rule.patterns for it in pattern.finditer(scene.signs)):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            said = None if _others(scene, match) else verdict(scene, match, rule)
            if said is None or rule.fact is None or rule.value is None:
                continue
            claim = Claim(rule.fact, rule.value, *scene.quote(*match.span()), said == "sure")
            if rule.value not in found or claim.sure > found[rule.value].sure:
                found[rule.value] = claim
    sure = {value for value, it in found.items() if it.sure}
    weaker = {other for value in sure for other in _REDONE.get(value, ())}
    yield from (it for value, it in found.items() if value not in weaker)


def _others(scene: Scene, match: re.Match[str]) -> bool:
    """Whether the words are a court's, or what somebody wants of it."""
    clause = scene.clause(match.start())
    before = scene.signs[clause.start : match.start()]
    whole = scene.signs[clause.start : clause.end]
    return bool((_COURT.search(whole) and _REVIEW not in before) or _WANTED.search(before))
