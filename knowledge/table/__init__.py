"""The decision table: facts, rules and outcomes as data, and the small engine over them."""

from knowledge.table.engine import Engine, TableProblems
from knowledge.table.load import Table, load_table
from knowledge.table.model import Choice, Fact, OutcomeSpec, Rule, TableError

__all__ = ["Choice", "Engine", "Fact", "OutcomeSpec", "Rule", "Table", "TableError", "TableProblems", "load_table"]
