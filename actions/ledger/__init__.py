"""The ledger of cases: filters, the workbook, statistics with how they are counted, charts, the yearly report.

All of it is pure over cases that the caller may see: the same cases and the same day give the same result. What writes
files stands in modules of its own, `table`, `charts` and `report`: they load what reads and writes Office files.

Example:
    wanted = read_filter("2026年 住建局", today)
    cases = select(everything, replace(wanted, period=None), units=units, today=today)
    statistics = statistics_of(cases, wanted.period or Period.year(today.year), units=units, today=today)
    document = ledger(cases, today=today, statistics=statistics)  # of actions.ledger.table
"""

from actions.ledger.filters import Filter, read_filter, select
from actions.ledger.period import Period
from actions.ledger.statistics import Gap, Statistic, Statistics, in_words, statistics_of

__all__ = [
    "Filter",
    "Gap",
    "Period",
    "Statistic",
    "Statistics",
    "in_words",
    "read_filter",
    "select",
    "statistics_of",
]
