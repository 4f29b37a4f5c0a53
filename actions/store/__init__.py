"""The store of decisions: append-only, hash-chained, on SQLite or PostgreSQL.

Example:
    with Store.open(path) as store:
        decision, newly_written = store.record(NewDecision(...))
        assert store.verify().ok
"""

from actions.store.chain import Head, VerifyReport
from actions.store.decisions import GENESIS, Decision, NewDecision
from actions.store.store import Store

__all__ = ["GENESIS", "Decision", "Head", "NewDecision", "Store", "VerifyReport"]
