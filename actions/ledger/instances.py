"""The instances (审级) that a case went through: a head who attended one is not excused from the next.

法释〔2020〕3号第七条第二款.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from actions.cases.case import Case, Instance

INSTANCES: tuple[Instance, ...] = ("first", "second", "retrial")

_OF_APPEAL: Mapping[str, Instance] = {"appeal": "second", "retrial": "retrial"}


def begun(case: Case) -> dict[Instance, date | None]:
    """The instances of a case and the day that each began for us: when its first paper came or was handed in.

    An instance of which only the judgment is known begins with it. A case that came to us on appeal, without a word of
    an earlier judgment, has no first instance.
    """
    papers = {_OF_APPEAL[it.kind]: it.day for it in reversed(case.appeals)}
    judged = {it.instance: it.received_on for it in reversed(case.judgments)}
    earliest = next(it for it in INSTANCES if it in judged) if judged and not papers else "first"
    return {
        it: case.received_on if it == earliest else papers.get(it) or judged[it]
        for it in INSTANCES
        if it in {earliest, *papers, *judged}
    }


def instance_on(case: Case, day: date) -> Instance:
    """The instance that a case was in on a day, such as that of a hearing."""
    started = [instance for instance, began in begun(case).items() if began is not None and began <= day]
    return started[-1] if started else next(iter(begun(case)))
