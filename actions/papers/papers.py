"""The papers of a case, made from templates that a clerk can edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from actions.cases import Case, load_steps
from actions.document import Document
from actions.errors import BrokenTemplate, NoSuchPaper, PaperRefused
from actions.papers import template
from actions.papers.fields import Value, of_advice, of_case, of_defendant
from actions.papers.table import Paper, load_table
from actions.store import Decision
from knowledge.decide import Decider

TEMPLATES = Path(__file__).parent / "templates"
"""The bundled templates."""


class Papers:
    """Makes papers; holds no state, so threads may share it.

    Args:
        decider: The measure that the cases were decided by.
        own: A folder whose templates take the place of the bundled ones of the same file name; need not be there.
    """

    def __init__(self, decider: Decider, own: Path | None = None) -> None:
        self._measure, self._materials, self._units = decider.measure, decider.materials(), decider.units
        self._own = own

    def offered(self, case: Case) -> tuple[Paper, ...]:
        """The papers that can be made of a case as it is, in the table's order."""
        papers = load_table().papers.values()
        return tuple(it for it in papers if case.stage in it.stages and (it.of != "advice" or case.advices))

    def make(self, paper: str, case: Case, *, decision: Decision, today: date) -> tuple[Document, ...]:
        """Make a paper.

        Args:
            paper: Its id or title.
            case: The case.
            decision: The decision on record that holds for it, number `case.decision`.
            today: The day in Beijing.

        Returns:
            One Word document; where the paper is a defendant's or a judicial advice's, one for each of them. What is
            not known is a visible blank.

        Raises:
            NoSuchPaper: No paper is called so.
            PaperRefused: The case as it is does not admit it.
            BrokenTemplate: Its template cannot be filled; no document comes out.
        """
        row = next((it for it in load_table().papers.values() if paper in (it.id, it.title)), None)
        if row is None:
            named = "、".join(it.title for it in load_table().papers.values())
            raise NoSuchPaper(f"没有“{paper}”这种文书，可以做的有：{named}。")
        if row not in self.offered(case):
            raise PaperRefused(_refusal(row, case))
        common = of_case(case, decision, self._materials, self._measure, self._units, today)
        known = load_table().known_in(row)
        return tuple(
            Document(f"{name}.docx", self._filled(row, template.prepared(known, {**common, **own}), today))
            for name, own in self._each(row, case, today)
        )

    def _each(self, row: Paper, case: Case, today: date) -> Iterator[tuple[str, Mapping[str, Value]]]:
        """What a paper is made once for each of: the document's name, and the fields of its own."""
        name = f"{row.title}-第{case.number}号案件"
        if row.of == "case":
            yield name, {}
        elif row.of == "advice":
            for advice in case.advices:
                yield f"{name}-第{advice.number}份", of_advice(case, advice, today)
        else:
            for party in case.parties:
                yield f"{name}-{party.unit}", of_defendant(case, party, self._measure)

    def _filled(self, row: Paper, values: Mapping[str, object], today: date) -> bytes:
        own = self._own / row.file if self._own is not None else None
        path, bundled = TEMPLATES / row.file, True
        try:
            if own is not None and own.exists():
                path, bundled = own, False
            return template.fill(path.read_bytes(), values, title=row.title, today=today)
        except OSError as error:
            raise BrokenTemplate(_broken(path, "读不出来", row, bundled=bundled)) from error
        except template.Fault as error:
            raise BrokenTemplate(_broken(path, str(error), row, bundled=bundled)) from error


def _refusal(row: Paper, case: Case) -> str:
    stages = load_steps().stages
    if case.stage not in row.stages:
        allowed = "、".join(stages[it] for it in stages if it in row.stages)
        return f"第{case.number}号案件现在是“{stages[case.stage]}”，“{row.title}”只在{allowed}时做。"
    return f"第{case.number}号案件没有记过司法建议，请先记“收到司法建议 日期”。"


def _broken(path: Path, fault: str, row: Paper, *, bundled: bool) -> str:
    if bundled:
        return f"程序自带的模板{path}用不了：{fault}。请重新安装本程序。"
    mend = f"请在 Word 里改正（字段见 docs/papers/{row.id}.md），或者把它移走，就用回自带的模板"
    return f"模板{path}用不了：{fault}。{mend}。"
