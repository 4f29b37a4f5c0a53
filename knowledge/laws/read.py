"""Reading a law's file: Markdown, plain text, Word (docx), PDF with text. What cannot be read whole is refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import LawRefused
from knowledge.laws.pdf import read_pdf
from knowledge.laws.status import Status
from knowledge.laws.word import OLD_WORD, read_word
from knowledge.parse import Layout

LARGEST = 20 << 20
"""Bytes of the largest file that is read."""

_BINARY = {b"%PDF": "PDF", b"PK\x03\x04": "Word 或压缩文件", OLD_WORD: "老版 Word 文件"}


@dataclass(frozen=True, slots=True)
class Received:
    """A law as it came.

    Attributes:
        text: its text, a line feed after each line.
        layout: how the text ends paragraphs.
        sha256: hash of the file's bytes.
        source: where it came from: the file's name, or what the package says.
        name: what the source itself calls it; '' where only the text can tell.
        date: the day of the version by the source (YYYY-MM-DD); '' where only the text can tell.
        status: whether it is in force by the source; None where only the text can tell.
    """

    text: str
    layout: Layout
    sha256: str
    source: str
    name: str = ""
    date: str = ""
    status: Status | None = None


def read_file(path: Path) -> Received:
    """Read a law's file.

    Args:
        path: a file named .md, .markdown, .txt, .docx or .pdf.

    Raises:
        LawRefused: it is missing, empty, damaged, encrypted, of another kind, or holds no text.
    """
    if path.is_dir():
        raise LawRefused(f"{path}是文件夹，请写其中一个文件的路径。")
    name = path.name
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise LawRefused(f"{name}的格式不能收录，请用 md、txt、docx 或有文字的 pdf。")
    try:
        if path.stat().st_size > LARGEST:
            raise LawRefused(f"{name}超过{LARGEST >> 20} MB，请只留法律文件的文字后重试。")
        raw = path.read_bytes()
    except OSError as error:
        raise LawRefused(f"读不到{path}，请检查路径和权限。") from error
    if not raw.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise LawRefused(f"{name}是空文件，请核对后重试。")
    read, layout = reader
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", read(raw, name))
    if not text.strip():
        raise LawRefused(f"{name}里没有文字，请核对后重试。")
    if garbled := re.search("[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f]|锟斤拷", text):
        line = text.count("\n", 0, garbled.start()) + 1
        raise LawRefused(f"{name}有乱码（文字第{line}行），文件可能已损坏，请换一份重试。")
    return Received(text, layout, hashlib.sha256(raw).hexdigest(), name)


def _plain(raw: bytes, name: str) -> str:
    for mark, kind in _BINARY.items():
        if raw.startswith(mark):
            raise LawRefused(f"{name}不是文本文件，内容是{kind}，请改用正确的扩展名。")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in raw:
        raise LawRefused(f"{name}不是文本文件，请用 md、txt、docx 或有文字的 pdf。")
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or re.search("第[一1]条", text):  # any bytes may pass for GBK
            return text
    raise LawRefused(f"{name}的文字编码认不出来，请另存为 UTF-8 后重试。")


_READERS: dict[str, tuple[Callable[[bytes, str], str], Layout]] = {
    ".md": (_plain, "paragraphs"),
    ".markdown": (_plain, "paragraphs"),
    ".txt": (_plain, "lines"),
    ".docx": (read_word, "paragraphs"),
    ".pdf": (read_pdf, "lines"),
}
