"""The papers of a case as Word documents: what is known is filled in, what is not stays a visible blank.

`papers.yml` says what fills what; a template of an installation's own takes the bundled one's place.

Example:
    papers = Papers(decider, own=home / "templates")
    for paper in papers.offered(case):
        documents = papers.make(paper.id, case, decision=store.get(case.decision), today=today)
"""

from actions.papers.papers import TEMPLATES, Papers
from actions.papers.table import Field, Paper, Table, load_table

__all__ = ["TEMPLATES", "Field", "Paper", "Papers", "Table", "load_table"]
