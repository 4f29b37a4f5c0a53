"""Reading PDF files that hold text."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.errors import LawRefused

_LARGEST_UNPACKED = 200 << 20
_STREAM = re.compile(rb"/Filter\s*\[?\s*/FlateDecode(?:(?!endobj).){0,600}?>>\s*stream\r?\n", re.DOTALL)
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")


def read_pdf(raw: bytes, name: str) -> str:
    """The text of a PDF, line by line, pages apart by a blank line, without running heads and page numbers.

    Args:
        raw: the file's bytes.
        name: the file's name, to say in a refusal.

    Raises:
        LawRefused: it is no whole PDF, is encrypted, or has a page without text.
    """
    if not raw.lstrip().startswith(b"%PDF") or b"%%EOF" not in raw[-2048:]:
        raise LawRefused(f"{name}不是完好的 PDF 文件，请重新下载或另存后重试。")
    import pypdf

    pages: list[list[str]] = []
    try:
        with _complaints("pypdf") as complaints:
            reader = pypdf.PdfReader(io.BytesIO(raw))
            if reader.is_encrypted:
                raise LawRefused(f"{name}加了密，请另存为不加密的 PDF 后重试。")
            for number, page in enumerate(reader.pages, 1):
                text = page.extract_text().strip()
                if not text and "/XObject" in (page.get("/Resources") or {}):
                    raise LawRefused(f"{name}第{number}页没有文字，像是扫描件，请先做文字识别，或换成有文字的版本。")
                pages.append([line.strip() for line in text.splitlines() if line.strip()])
    except LawRefused:
        raise
    except Exception as error:  # a damaged file raises whatever it makes the parser meet
        raise LawRefused(f"{name}不是完好的 PDF 文件，请重新下载或另存后重试。") from error
    if complaints or not _streams_are_whole(raw):
        raise LawRefused(f"{name}有读不出的部分，文件可能已损坏，请重新下载或另存后重试。")
    if not any(pages):
        raise LawRefused(f"{name}里没有文字，像是扫描件，请先做文字识别，或换成有文字的版本。")
    # Some fonts give 一 as the radical of the same look.
    text = "\n\n".join("\n".join(lines) for lines in _without_furniture(pages))
    return _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _without_furniture(pages: list[list[str]]) -> list[list[str]]:
    """Pages without the line that stands at the head or the foot of most of them."""
    for at in (0, -1):
        edges = [re.sub(r"\d+", "", lines[at]) for lines in pages if lines]
        if len(edges) < 3:
            continue
        common = max(edges, key=edges.count)
        if edges.count(common) * 2 > len(edges):
            pages = [
                [line for line in lines if line is not lines[at] or re.sub(r"\d+", "", line) != common]
                for lines in pages
            ]
    return pages


@contextmanager
def _complaints(logger: str) -> Iterator[list[str]]:
    """What a library logs as a warning or worse while it reads; none of it reaches the terminal."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    log, ear = logging.getLogger(logger), Ear(logging.WARNING)
    propagate = log.propagate
    log.addHandler(ear)
    log.propagate = False
    try:
        yield heard
    finally:
        log.propagate = propagate
        log.removeHandler(ear)


def _streams_are_whole(raw: bytes) -> bool:
    """Whether every compressed stream unpacks to its checksum: pypdf makes do with what it can unpack of one."""
    unpacked = 0
    for opened in _STREAM.finditer(raw):
        unpacker, begin, end = zlib.decompressobj(), opened.end(), opened.end()
        while not unpacker.eof:
            end = raw.find(b"endstream", end) + len(b"endstream")
            if end < begin:
                return False
            try:
                data = raw[begin:end]
                while data and not unpacker.eof:
                    unpacked += len(unpacker.decompress(data, 1 << 20))
                    data = unpacker.unconsumed_tail
                    if unpacked > _LARGEST_UNPACKED:
                        return False
            except zlib.error:
                return False
            begin = end
    return True
