"""A Chinese official paper, written from top to bottom.

Page, fonts and spacing follow GB/T 9704: A4, margins 37, 35, 28 and 26 mm, body 仿宋 三号 at 28 pt, title 小标宋 二号,
headings of the first level 黑体, page numbers 四号 between dashes.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from actions.papers.template import same_bytes

TEXT_WIDTH = 156
"""The width of the text in millimetres."""

_BODY, _HEAD, _TITLE, _NUMBER = "仿宋_GB2312", "黑体", "方正小标宋简体", "宋体"
_TITLE_SIZE, _SIZE, _SMALL, _TABLE_SIZE = Pt(22), Pt(16), Pt(14), Pt(10.5)
_LINE, _TITLE_LINE, _TABLE_LINE = Pt(28), Pt(34), Pt(16)
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


class Official:
    """A paper being written."""

    def __init__(self) -> None:
        self._document: Any = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        normal = self._document.styles["Normal"]
        _font(normal, _BODY, _SIZE)
        spacing = normal.paragraph_format
        spacing.line_spacing, spacing.space_before, spacing.space_after = _LINE, Pt(0), Pt(0)
        self._number_pages(section.footer.paragraphs[0])

    def title(self, text: str) -> None:
        """A title in the middle."""
        it = self._document.add_paragraph()
        it.alignment, it.paragraph_format.line_spacing = _CENTRE, _TITLE_LINE
        _font(it.add_run(_clean(text)), _TITLE, _TITLE_SIZE)

    def head(self, text: str, *, new_page: bool = False) -> None:
        """A heading of the first level."""
        it = self._paragraph()
        it.paragraph_format.keep_with_next, it.paragraph_format.page_break_before = True, new_page
        _font(it.add_run(_clean(text)), _HEAD, _SIZE)

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
                _font(it.add_run(_clean(text)), _HEAD if number == 0 else _BODY, _TABLE_SIZE)

    def packed(self, title: str, today: date) -> bytes:
        """The file: the same bytes for the same paper and day."""
        about = self._document.core_properties
        about.title, about.author, about.last_modified_by, about.comments = _clean(title), "", "", ""
        about.created = about.modified = datetime.combine(today, time())
        raw = io.BytesIO()
        self._document.save(raw)
        return same_bytes(raw.getvalue())

    def _paragraph(self, *, indented: bool = True) -> Any:
        it = self._document.add_paragraph()
        if indented:
            indent = it._p.get_or_add_pPr().get_or_add_ind()
            indent.set(qn("w:firstLineChars"), "200")
            indent.set(qn("w:firstLine"), str(2 * 16 * 20))
        return it

    def _number_pages(self, footer: Any) -> None:
        footer.alignment = _CENTRE
        for part in ("— ", None, " —"):
            run = footer.add_run(part or "")
            _font(run, _NUMBER, _SMALL)
            if part is None:
                for kind in ("begin", "", "end"):
                    it = OxmlElement("w:fldChar" if kind else "w:instrText")
                    if kind:
                        it.set(qn("w:fldCharType"), kind)
                    else:
                        it.text = "PAGE"
                    run._r.append(it)


def _font(it: Any, name: str, size: Any) -> None:
    """Set Latin and Chinese font of a run or style."""
    it.font.name, it.font.size = name, size
    it.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _clean(text: str) -> str:
    """A text without control characters, which no document may hold."""
    return "".join(it for it in text if unicodedata.category(it)[0] != "C")
