"""A Chinese official paper, written from top to bottom."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from actions.official import BODY, HEAD, SIZE, TITLE, TITLE_LINE, TITLE_SIZE, indent, new_page, packed, set_font

TEXT_WIDTH = 156
"""The width of the text in millimetres."""

_TABLE_SIZE, _TABLE_LINE = Pt(10.5), Pt(16)
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


class Official:
    """A paper being written."""

    def __init__(self) -> None:
        self._document = new_page()

    def title(self, text: str) -> None:
        """A title in the middle."""
        it = self._document.add_paragraph()
        it.alignment, it.paragraph_format.line_spacing = _CENTRE, TITLE_LINE
        set_font(it.add_run(_clean(text)), TITLE, TITLE_SIZE)

    def head(self, text: str, *, new_page: bool = False) -> None:
        """A heading of the first level."""
        it = self._paragraph()
        it.paragraph_format.keep_with_next, it.paragraph_format.page_break_before = True, new_page
        set_font(it.add_run(_clean(text)), HEAD, SIZE)

    def line(self, text: str, *, indented: bool = True) -> None:
        """A paragraph of the body."""
        self._paragraph(indented=indented).add_run(_clean(text))

    def blank(self, lines: int, prompt: str) -> None:
        """Lines for people to write on, the first with what has to be written."""
        self.line(f"（{prompt}）{'＿' * 16}")
        for _ in range(lines - 1):
            self.line("＿" * 27, indented=False)

    def signed(self, who: str, day: str) -> None:
        """Who signs, with room for a seal, and a day."""
        self.line("", indented=False)
        for text in (who, day):
            it = self._paragraph(indented=False)
            it.alignment, it.paragraph_format.right_indent = _RIGHT, Pt(64)
            it.paragraph_format.keep_with_next = text == who
            it.add_run(_clean(text))

    def picture(self, png: bytes, words: str) -> None:
        """A picture as wide as the text; `words` tell it to who cannot see it."""
        it = self._paragraph(indented=False)
        it.alignment, it.paragraph_format.line_spacing = _CENTRE, 1.0
        shape = it.add_run().add_picture(io.BytesIO(png), width=Mm(TEXT_WIDTH))
        shape._inline.docPr.set("descr", _clean(words))

    def table(self, widths: Sequence[int], rows: Sequence[Sequence[str]]) -> None:
        """A table in 五号; its first row is repeated on every page.

        Args:
            widths: The columns' widths in millimetres.
            rows: The cells, the heads first.
        """
        table = self._document.add_table(0, len(widths))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for number, cells in enumerate(rows):
            row = table.add_row()
            for name in ("w:cantSplit", "w:tblHeader") if number == 0 else ("w:cantSplit",):
                row._tr.get_or_add_trPr().append(OxmlElement(name))
            for cell, width, text in zip(row.cells, widths, cells, strict=True):
                cell.width, cell.vertical_alignment = Mm(width), WD_ALIGN_VERTICAL.CENTER
                it = cell.paragraphs[0]
                it.paragraph_format.line_spacing = _TABLE_LINE
                it.alignment = _CENTRE if number == 0 else None
                set_font(it.add_run(_clean(text)), HEAD if number == 0 else BODY, _TABLE_SIZE)

    def packed(self, title: str, today: date) -> bytes:
        """The file: the same bytes for the same paper and day."""
        return packed(self._document, _clean(title), today)

    def _paragraph(self, *, indented: bool = True) -> Any:
        it = self._document.add_paragraph()
        if indented:
            indent(it)
        return it


def _clean(text: str) -> str:
    """A text without control characters, which no document may hold."""
    return "".join(it for it in text if unicodedata.category(it)[0] != "C")
