"""From plain replies to what Telegram shows: split, escaped, with an inline keyboard."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import FileSizeLimit, InlineKeyboardButtonLimit, MessageLimit

from actions.document import Document
from actions.store.mail import Button, Outgoing, Part
from bot.channels.telegram import words
from bot.messages import Reply

LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)
CAPTION = int(MessageLimit.CAPTION_LENGTH)
FILE = int(FileSizeLimit.FILESIZE_UPLOAD)  # bytes
DATA = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)  # bytes
_PRESS = "b"
_ROW = 24
"""How wide a row of buttons may be on a phone, in columns of half a Chinese character."""
_LONG = 60
"""From how many characters on a quote is folded."""
_MOST_IN_ROW = 5
_ROOM = 128
"""Kept free in each message for what is added when it is sent: that it may be a repetition, what was chosen."""
_QUOTE = re.compile(r"　?(第[^：“]{1,40}：)(“.*”)")
_HEADING = re.compile(r"【[^】]{1,8}】")
_ENDS = ("\n\n", "\n", "。", "；", "，", "、")


def length(text: str) -> int:
    """How long Telegram takes a text to be: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, most: int) -> list[str]:
    """Cut a text into pieces of at most so many units: between paragraphs, lines, sentences or clauses of one."""
    pieces = []
    while length(text) > most:
        head = text[:most]
        while length(head) > most:
            head = head[:-1]
        # Not before the middle: a short piece for the sake of a paragraph's end reads worse than a cut sentence.
        ends = (head.rfind(mark) + len(mark) for mark in _ENDS)
        cut = next((end for end in ends if end > most // 2), len(head))
        pieces.append(text[:cut].rstrip("\n"))
        text = text[cut:].lstrip("\n")
    return [*pieces, text]


def lay_out(reply: Reply) -> list[Part]:
    """A reply as messages that fit; its buttons stand under the last of its text.

    Its files follow, one message each. Text that fits is the first one's caption, but not where it has buttons:
    it will be edited, as text.
    """
    files = [_file(it) for it in reply.documents]
    if files and files[0].document and not reply.choices and length(reply.text) <= CAPTION - _ROOM:
        return [replace(files[0], text=reply.text), *files[1:]]
    return [*_texts(reply), *files]


def _texts(reply: Reply) -> list[Part]:
    choices = tuple((it.label, it.value) for it in reply.choices)
    numbered = _listed([label for label, _ in choices])
    pieces = split(reply.text, LIMIT - _ROOM - length(numbered))
    return [*(Part(piece) for piece in pieces[:-1]), Part(pieces[-1], choices)]


def _file(document: Document) -> Part:
    if len(document.content) > FILE:
        return Part(words.FILE_TOO_BIG.format(name=document.name, most=FILE // 10**6))
    return Part("", document=document)


def shown(outgoing: Outgoing) -> str:
    """What a message says, as HTML; nothing, where it is a file without words."""
    label = outgoing.about.get("chosen")
    head = words.PROBABLY_TWICE if outgoing.unsure and outgoing.edits is None else ""
    chosen = f"\n\n{words.CHOSEN.format(label=label)}" if isinstance(label, str) else ""
    said = outgoing.text + _listed([it.label for it in outgoing.buttons])
    text = "\n".join(filter(None, [head, said]))
    return marked_up(text + (chosen if length(text + chosen) <= LIMIT else ""))


def marked_up(text: str) -> str:
    """Text as HTML: everything escaped, headings bold, clauses as quotations."""
    return "\n".join(map(_line, text.split("\n")))


def keyboard(outgoing: Outgoing) -> InlineKeyboardMarkup | None:
    """The buttons of a message; None for none."""
    link = outgoing.about.get("link")
    if isinstance(link, list):
        label, url = map(str, link)
        return InlineKeyboardMarkup([[InlineKeyboardButton(label, url=url)]])
    if not outgoing.buttons:
        return None
    numbers_only = bool(_listed([it.label for it in outgoing.buttons]))
    labels = [(it, str(it.number) if numbers_only else f"{it.number} {it.label}") for it in outgoing.buttons]
    rows = _by(labels, _MOST_IN_ROW) if numbers_only else _rows(labels)
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data(it.token)) for it, label in row] for row in rows]
    )


def data(token: str) -> str:
    """What a button sends when it is pressed; 64 bytes at most."""
    return _PRESS + token


def token(data: str) -> str:
    """The token that a pressed button sent."""
    return data.removeprefix(_PRESS)


def _listed(labels: Sequence[str]) -> str:
    """The choices by number, where their labels are too long for buttons; empty where they are not."""
    if all(_width(label) + 3 <= _ROW for label in labels):
        return ""
    return "\n" + "".join(f"\n{number} {label}" for number, label in enumerate(labels, 1))


def _rows(labels: Sequence[tuple[Button, str]]) -> list[Sequence[tuple[Button, str]]]:
    """As many buttons side by side as are wide enough to be read there."""
    rows: list[Sequence[tuple[Button, str]]] = []
    for it in labels:
        row = rows[-1] if rows else ()
        if row and (len(row) + 1) * max(_width(label) + 2 for _, label in (*row, it)) <= _ROW:
            rows[-1] = (*row, it)
        else:
            rows.append((it,))
    return rows


def _by(labels: Sequence[tuple[Button, str]], many: int) -> list[Sequence[tuple[Button, str]]]:
    return [labels[start : start + many] for start in range(0, len(labels), many)]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WFA" else 1 for mark in text)


def _line(line: str) -> str:
    quote = _QUOTE.fullmatch(line)
    if quote is not None:
        folds = " expandable" if len(line) > _LONG else ""
        return f"<blockquote{folds}><b>{html.escape(quote[1])}</b>{html.escape(quote[2])}</blockquote>"
    heading = _HEADING.match(line)
    if heading is None:
        return html.escape(line)
    return f"<b>{html.escape(heading[0])}</b>{html.escape(line[heading.end() :])}"
