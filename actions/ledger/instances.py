"""The instances (审级) that a case went through: a head who attended one is not excused from the next.

法释〔2020〕3号第七条第二款.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from actions.cases.case import Case, Instance

INSTANCES: tuple[Instance, ...] = ("first", "second", "retrial")


def begun(case: Case) -> tuple[tuple[Instance, date | None], ...]:
    """The instances of a case, in order, and the day that each began for us, with its first paper that came or went.

    An instance of which only the judgment is known begins with it. A case that came to us on appeal, without a word of
    an earlier judgment, has no first instance. With the ruling that sends a case back another first instance begins.
    """
    remands = [it.received_on for it in case.judgments if it.result == "remanded"]
    return tuple(it for since, until in pairwise([None, *remands, None]) for it in _between(case, since, until))


def _between(case: Case, since: date | None, until: date | None) -> Iterator[tuple[Instance, date | None]]:
    """Those after one ruling that sends the case back, up to the next; None for the case's beginning and end."""

    def here(day: date) -> bool:
        return (since is None or since < day) and (until is None or day <= until)

    papers = {it.instance: it.day for it in reversed(case.appeals) if here(it.day)}
    judged = {it.instance: it.received_on for it in reversed(case.judgments) if here(it.received_on)}
    on_appeal = since is None and judged and not papers
    earliest = next(it for it in INSTANCES if it in judged) if on_appeal else "first"
    for it in INSTANCES:
        if it == earliest:
            yield it, since or case.received_on
        elif it in papers or it in judged:
            yield it, papers.get(it) or judged[it]


def place_on(case: Case, day: date) -> int:
    """The place in `begun` of the instance that a case was in on a day, such as that of a hearing."""
    started = [place for place, (_, began) in enumerate(begun(case)) if began is not None and began <= day]
    return started[-1] if started else 0
