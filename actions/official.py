"""The page of a Chinese official paper, for what is written here and for the templates of papers.

Page, fonts and spacing follow GB/T 9704: A4, margins 37, 35, 28 and 26 mm, body 仿宋 三号 at 28 pt, title 小标宋 二号,
headings of the first level 黑体, page numbers 四号 between dashes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY, HEAD, TITLE, NUMBER = "仿宋_GB2312", "黑体", "方正小标宋简体", "宋体"
TITLE_SIZE, SIZE, SMALL = Pt(22), Pt(16), Pt(14)
TITLE_LINE, LINE = Pt(34), Pt(28)

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold."""


def new_page() -> Any:
    """An empty document of python-docx with page, body and page numbers set up."""
    document: Any = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    normal = document.styles["Normal"]
    set_font(normal, BODY, SIZE)
    spacing = normal.paragraph_format
    spacing.line_spacing, spacing.space_before, spacing.space_after = LINE, Pt(0), Pt(0)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in ("— ", None, " —"):
        run = footer.add_run(part or "")
        set_font(run, NUMBER, SMALL)
        if part is None:
            _number(run)
    return document


def set_font(it: Any, name: str, size: Any) -> None:
    """Set Latin and Chinese font of a run or style."""
    it.font.name, it.font.size = name, size
    it.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def indent(paragraph: Any) -> None:
    """Indent the first line by two characters."""
    it = paragraph._p.get_or_add_pPr().get_or_add_ind()
    it.set(qn("w:firstLineChars"), "200")
    it.set(qn("w:firstLine"), str(2 * 16 * 20))


def packed(document: Any, title: str, today: date) -> bytes:
    """A document of python-docx as a file that says nothing of who made it; the same bytes for the same and the day."""
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = title, "", "", ""
    about.created = about.modified = datetime.combine(today, time())
    about.revision = 1
    raw = io.BytesIO()
    document.save(raw)
    return same_bytes(raw.getvalue())


def same_bytes(archive: bytes) -> bytes:
    """A zip archive without the time at which it was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _number(run: Any) -> None:
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        it = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            it.set(qn("w:fldCharType"), kind)
        else:
            it.text = text
        run._r.append(it)
