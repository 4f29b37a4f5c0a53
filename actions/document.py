"""A file that is made for somebody: a paper, a table, a calendar."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """A file, whole.

    Attributes:
        name: Its name with its ending, such as 出庭应诉人员审批表-第3号案件.docx; no folder.
        content: Its bytes.
    """

    name: str
    content: bytes = field(repr=False)
