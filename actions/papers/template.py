"""A template of Word filled: its `{{ tags }}` are checked first, so that nothing half-done comes out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.opc.oxml import parse_xml
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, TemplateError, TemplateRuntimeError, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree  # type: ignore[import-untyped]

from actions.official import packed
from actions.papers.fields import Value
from actions.papers.table import Field

_NOT_XML = re.compile("[^\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = re.compile(r"<[^>]*>")
_BRACES = re.compile(r"[{}｛｝]")
_PARAGRAPH = re.compile(r"<w:p[ >]")
_NEW_PARAGRAPH = "\a"
"""What docxtpl makes a paragraph of, formatted as the one it stands in."""


class Fault(Exception):
    """What is wrong with a template, in words."""


def prepared(fields: Mapping[str, Field], values: Mapping[str, Value]) -> dict[str, object]:
    """What goes into a template: each field with its value, or with a blank where there is none.

    Args:
        fields: The fields that the template may use.
        values: Their values; control characters are dropped, line ends begin a paragraph.
    """
    return {name: _prepared(field, values[name]) for name, field in fields.items()}


def _prepared(field: Field, value: Value) -> object:
    if isinstance(value, str):
        return _clean(value) or "＿" * field.blank
    rows = [{column: _clean(text) for column, text in row.items()} for row in value]
    return rows or [dict.fromkeys(field.columns, "") for _ in range(field.blank)]


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text).strip().replace("\n", _NEW_PARAGRAPH)


def fill(template: bytes, values: Mapping[str, object], *, title: str, today: date) -> bytes:
    """Fill a template.

    Args:
        template: A Word document's bytes.
        values: By tag, as `prepared` makes them.
        title: The document's title among its properties.
        today: The day among its properties; the same input gives the same bytes.

    Raises:
        Fault: The template is no Word document, or a tag in it cannot be filled.
    """
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_single)
    document = DocxTemplate(io.BytesIO(template))
    try:
        for text in _parts(document):
            _check(text, environment, values)
        document.render_init()
        etree.fromstring(document.build_xml(values, environment))  # docxtpl itself would drop what is misplaced
        document.render(values, environment)
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError) as error:
        raise Fault("它不是 Word 文档（.docx），或者已经损坏") from error
    except etree.XMLSyntaxError as error:
        raise Fault("成段、成行的标记位置不对：{%p %} 要独占一段，{%tr %} 要独占表格的一行，成对出现") from error
    except UndefinedError as error:
        raise Fault(f"标记里有表格没有的列（{error.message}）") from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise Fault(f"有标记算不出来（{error}）") from error
    return packed(document.docx, title, today)


def _single(value: object) -> object:
    """Let only single values be printed: a list of rows needs a loop."""
    if isinstance(value, list | dict):
        raise TemplateRuntimeError("多行的字段要用 {%tr for 行 in 字段 %} 逐行写")
    return value


def _parts(document: Any) -> Iterator[str]:
    """The text that bears tags, one paragraph a line: body, headers, footers."""
    document.init_docx()
    parts = [document.get_xml()]
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        parts.extend(document.xml_to_string(parse_xml(part.blob)) for _, part in document.get_headers_footers(uri))
    return (_PARAGRAPH.sub(r"\n\g<0>", document.patch_xml(part)) for part in parts)


def _check(text: str, environment: SandboxedEnvironment, known: Mapping[str, object]) -> None:
    """Raise Fault for a tag that is not written as one, or that names no field."""
    try:
        tokens = list(environment.lex(text))
        used = meta.find_undeclared_variables(environment.parse(text))
    except TemplateSyntaxError as error:
        line = _MARKUP.sub("", text.split("\n")[error.lineno - 1])
        raise Fault(f"“{line.strip()[:60]}”这一段的标记写得不对") from error
    for _, kind, data in tokens:
        plain = _MARKUP.sub("", data) if kind == "data" else ""
        if found := _BRACES.search(plain):
            near = plain[max(0, found.start() - 10) : found.end() + 10].strip()
            raise Fault(f"“{near}”里的花括号不成标记，标记要写成 {{{{ 字段 }}}}")
    if unknown := sorted(used - known.keys()):
        like = get_close_matches(unknown[0], known, 1)
        raise Fault(f"没有“{unknown[0]}”这个字段" + (f"，是不是“{like[0]}”" if like else ""))
