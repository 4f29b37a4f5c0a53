"""Words made alike, and how a clause means what it says: told, asked, denied, heard, or another's opinion."""

from __future__ import annotations

import re
import unicodedata

ASKED = re.compile(r"[?？]|吗|么$|是不是|是否|算不算|还是.+呢|^(为什么|为啥|为甚|凭什么|怎么|咋|哪)|谁")
HEARD = re.compile(r"听说|据说|好像|可能|大概|也许|似乎|估计|说不定|应该是")
DENIED = re.compile(r"(不是|并非|不算)(就是)?[^是]{0,3}$|(没有|没|未|非|不像|别)$")
_MARKS = ",，。;；?？!！"
_EDGE = " \t\r\n。，,.!！；;：:、~～"


def plain(text: str) -> str:
    """Text with marks and widths made alike and its edges trimmed."""
    return unicodedata.normalize("NFKC", text).strip(_EDGE)


def clause_at(words: str, at: int) -> tuple[int, int]:
    """Where the clause around a place begins and ends, the mark that ends it included."""
    begin = max(words.rfind(mark, 0, at) for mark in _MARKS) + 1
    end = min((place for mark in _MARKS if (place := words.find(mark, at)) >= 0), default=len(words))
    return begin, end + 1


def is_told(words: str, at: int) -> bool:
    """Whether what stands at a place is told: not denied, and its clause neither asks nor passes on hearsay."""
    begin, end = clause_at(words, at)
    clause = words[begin:end]
    return not (DENIED.search(words[begin:at]) or ASKED.search(clause) or HEARD.search(clause))


def is_question(text: str) -> bool:
    """Whether words ask rather than tell."""
    return bool(ASKED.search(plain(text)))


def is_guess(text: str) -> bool:
    """Whether words pass on what was heard or thought; 应该是 alone may correct as well as guess."""
    return bool(HEARD.search(plain(text).replace("应该是", "")))
