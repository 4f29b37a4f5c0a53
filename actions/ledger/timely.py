"""What was due when: the dates of a case that statistics and the ledger judge by, archived cases' among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from actions.cases.case import Advice, Case, Judgment
from actions.cases.dates import dates, evidence

Kept = Literal["kept", "missed", "running", "moot", "unknown"]
"""In time; not; the last day has not passed; nothing was owed any more on it; too little is known to say."""


def last_days(case: Case) -> Mapping[str, date]:
    """The last day of each date of a case, by the ids of `actions.cases.dates`."""
    return {it.id: it.due for it in dates(case, date.min, ended=True)}


def evidence_kept(case: Case, today: date) -> tuple[Kept, str]:
    """Whether answer and evidence were filed in time.

    Returns:
        The state, and of `unknown` what is missing.
    """
    last = evidence(case, today)
    if last is None:
        return "unknown", "没有记收到日" if case.received_on is None else "简易程序没有记法院定的举证期限"
    due = last.due
    if case.answered_on is not None and case.answered_on <= due:
        return "kept", ""
    if case.answered_on is None:
        if today <= due:
            return "running", ""
        ended = [it for it in (*(it.received_on for it in case.judgments), case.closed_on) if it is not None]
        if ended and min(ended) <= due:
            return "moot", ""
    if case.extension_on is not None and case.extension_gone_on is None:
        return "unknown", "申请过延期举证，没有记法院是否准许、事由何时消除"
    if case.answered_on is None and case.stage != "answering":
        return "unknown", "没有记答辩日"
    return "missed", ""


def appeal_by(case: Case, judgment: Judgment) -> date | None:
    """The last day to appeal, counted from our own receipt (行政诉讼法第八十五条); None where it cannot be appealed."""
    return last_days(case).get(f"appeal_{judgment.form}-{judgment.number}")


def advice_due(case: Case, advice: Advice) -> date:
    """The last day for the written answer to a judicial advice (第十九条, or the letter's own day)."""
    return last_days(case)[f"advice-{advice.number}"]
