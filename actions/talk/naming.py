"""What numbers in a message name: places of a text, a record (更正第12号), a line of the answers (第2条不对)."""

from __future__ import annotations

import re

from actions.understanding import asks_only, is_question, plain
from knowledge.citation import Citation, Reference, find_citations, find_references

# A record by its number, in the record's own words: 更正第12号, 3号登记, 编号0015. 〔2023〕5号 numbers a paper.
_RECORD = re.compile(
    r"(更正|纠正)(编号|登记|记录|决定)?第?[0-9]{1,6}|(登记|记录|编号|决定)第?[0-9]{1,6}(?![0-9条])|"
    r"(?<![0-9〕\])])第?[0-9]{1,6}号的?(登记|记录|决定)|(?<![0-9])[0-9]{1,6}条的?(登记|记录)|(?<![0-9])0[0-9]{3}(?![0-9])"
)
_OF_A_RECORD = re.compile(r"登记|记录|编号|更正|纠正|订正|上次|改|错|误|不对|号|[0-9]{3,}")
_CORRECTS = re.compile(r"不对|不是|错|改|更正|应该|应为|其实")
_OF_PLACES = re.compile(r"[第条款项办法的0-9〇零一二两三四五六七八九十百千()、,和与及跟到至\s~-]")
_BARE = 3
"""Up to how many characters beside the places a message names nothing else."""


def may_correct(text: str) -> bool:
    """Whether words may ask for the correction of a record: numbers alone do not."""
    return bool(_OF_A_RECORD.search(plain(text)))


def places_named(text: str) -> list[Reference]:
    """The places that a message names, of the measure and of other law; 登记的第2条记录 names none."""
    return find_references(_without_record(text))


def names_record_too(text: str) -> bool:
    """Whether a message names places and a record by its number."""
    return _without_record(text) != text and bool(places_named(text))


def names_places_only(text: str) -> bool:
    """Whether words name places and say nothing else."""
    rest = plain(text)
    for found in find_references(text):
        rest = rest.replace(found.law, "")
    return len(_OF_PLACES.sub("", rest)) <= _BARE


def names_line(text: str, lines: int, *, only_lines: bool) -> bool:
    """Whether words speak of a line of a numbered list of answers.

    Args:
        text: the words.
        lines: how many the list has.
        only_lines: a line is what was asked for; else the words must say that it is wrong.
    """
    named = find_citations(text)
    if len(named) != 1 or is_question(text) or asks_only(text):
        return False
    line = named[0] == Citation(named[0].article) and 1 <= named[0].article <= lines
    return line and (only_lines or bool(_CORRECTS.search(plain(text))))


def _without_record(text: str) -> str:
    rest, count = _RECORD.subn("", "".join(plain(text).split()))
    return rest if count else text
