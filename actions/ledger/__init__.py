"""The ledger of cases: filters, the workbook, statistics with how they are counted, charts, the yearly report.

All of it is pure over cases that the caller may see: the same cases and the same day give the same result. What writes
files stands in modules of its own, `table`, `charts` and `report`: they load what reads and writes Office files.

docs/ledger.md has an example that runs.
"""

from actions.ledger.filters import Filter, read_filter, select
from actions.ledger.period import Period
from actions.ledger.statistics import Gap, Statistic, Statistics, statistics_of

__all__ = [
    "Filter",
    "Gap",
    "Period",
    "Statistic",
    "Statistics",
    "read_filter",
    "select",
    "statistics_of",
]
