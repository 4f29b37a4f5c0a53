"""Reading Word files (docx): the running text, a paragraph each, with nothing lost on the way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from knowledge.errors import LawRefused

OLD_WORD = b"\xd0\xcf\x11\xe0"
"""How a file of old Word begins, and an encrypted docx."""

_LARGEST_UNPACKED = 200 << 20
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_word(raw: bytes, name: str) -> str:
    """The text of a docx, paragraphs apart by a blank line.

    Args:
        raw: the file's bytes.
        name: the file's name, to say in a refusal.

    Raises:
        LawRefused: it is no whole docx, is encrypted, or holds what cannot be read with certainty: changes that nobody
            has accepted yet, numbers that Word counts by itself.
    """
    if raw.startswith(OLD_WORD):
        raise LawRefused(f"{name}是老版 Word 文件或加了密，请在 Word 里另存为不加密的 docx 后重试。")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(file.file_size for file in packed.infolist()) > _LARGEST_UNPACKED:
                raise LawRefused(f"{name}解开后太大，请只留法律文件的文字后重试。")
            if packed.testzip():
                raise zipfile.BadZipFile
        import docx

        document: Any = docx.Document(io.BytesIO(raw))
        body = document.element.body
        numbered = _numbered_styles(document)
    except LawRefused:
        raise
    except Exception as error:  # its parts raise whatever they meet
        raise LawRefused(f"{name}不是完好的 docx 文件，请在 Word 里打开另存后重试。") from error
    if any(next(body.iter(_W + mark), None) is not None for mark in ("ins", "del", "moveFrom", "moveTo")):
        raise LawRefused(f"{name}里有没处理完的修订，请在 Word 里接受或拒绝全部修订后重试。")
    paragraphs = []
    for paragraph in body.iter(_W + "p"):
        if any(above.tag == _W + "txbxContent" for above in paragraph.iterancestors()):
            continue  # a text box is no part of the running text, and Word keeps it twice
        text = "".join(_words(paragraph)).strip()
        if text and _is_numbered(paragraph, numbered):
            raise LawRefused(f"{name}用了 Word 自动编号，读不出编号，请在 Word 里另存为 txt（UTF-8）后重试。")
        paragraphs.append(text)
    return "\n\n".join(filter(None, paragraphs))


def _words(paragraph: Any) -> Iterator[str]:
    for node in paragraph.iter(_W + "t", _W + "tab", _W + "br", _W + "cr", _W + "noBreakHyphen"):
        if any(
            above.tag == _W + "txbxContent" and paragraph in above.iterancestors() for above in node.iterancestors()
        ):
            continue
        match node.tag.removeprefix(_W):
            case "t":
                yield node.text or ""
            case "tab":
                yield "" if node.getparent().tag == _W + "tabs" else "\t"
            case "noBreakHyphen":
                yield "-"
            case _:
                yield "\n"


def _numbered_styles(document: Any) -> frozenset[str]:
    """Styles that number their paragraphs, by themselves or by the style they are based on."""
    styles = {style.style_id: style.element for style in document.styles}

    def numbers(style: str | None, depth: int = 0) -> bool:
        element = styles.get(style) if style else None
        if element is None or depth > 20:
            return False
        number = element.find(f"{_W}pPr/{_W}numPr/{_W}numId")
        if number is not None:
            return bool(number.get(_W + "val") != "0")
        based = element.find(_W + "basedOn")
        return based is not None and numbers(based.get(_W + "val"), depth + 1)

    return frozenset(style for style in styles if numbers(style))


def _is_numbered(paragraph: Any, numbered: frozenset[str]) -> bool:
    number = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    if number is not None:
        return bool(number.get(_W + "val") != "0")
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style is not None and style.get(_W + "val") in numbered
