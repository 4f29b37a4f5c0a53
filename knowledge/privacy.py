"""Find what looks like personal data of a party, so that it is refused before it is stored.

A case goes by its number and the unit's own reference; sensitive personal information is not needed for that
(PIPL Art. 6, 28). Numbers have a shape and are found here; a name has none, so nothing can find it: the words
that ask for a reference must say that names do not belong there.

It errs towards refusing: a false alarm costs a rewording, a miss stays on record for good.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# Province codes of GB/T 2260, and 83 and 91 as used for residents from outside the mainland.
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_GAP = r"[ \-]?"  # people break long numbers into groups

_ID_18 = re.compile(rf"(?<!\d)(\d{{6}}){_GAP}(\d{{8}}){_GAP}(\d{{3}}[\dXx])(?![\dXx])")
_ID_15 = re.compile(rf"(?<!\d)(\d{{6}}){_GAP}(\d{{2}}{_MONTH_DAY}){_GAP}(\d{{3}})(?!\d)")
_BIRTH_DATE = re.compile(rf"(?:18|19|20)\d{{2}}{_MONTH_DAY}")
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")
_LANDLINE = re.compile(
    r"(?<!\d)(?:(?:\+|00)86[ \-]?)?\(?0(?:10|2\d|[3-9]\d{2})\)?[ \-]{0,2}[2-8]\d{2,3}[ \-]?\d{4}(?!\d)"
    r"|(?:电话|座机|传真|联系方式)[:是为 ]{0,3}[2-8]\d{2,3}[ \-]?\d{4}(?!\d)"
)
# Sixteen to nineteen digits in one run or in groups of four; cards begin with 3 to 6 or 9 (ISO/IEC 7812).
_BANK_CARD = re.compile(r"(?<!\d)[3-69]\d{3}(?:\d{12,15}|(?:[ \-]\d{4}){3}(?:[ \-]?\d{1,3})?)(?!\d)")

_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def find_personal(text: str) -> str | None:
    """Name the first kind of personal number that a text holds.

    Args:
        text: Any text; full-width digits and invisible characters between digits do not hide a number.

    Returns:
        身份证号, 银行卡号, 手机号 or 固定电话; None where there is none. Case numbers (（2026）晋09行初12号),
        document numbers (忻政办函〔2023〕42号), dates and sums are not taken for one.
    """
    plain = _plain(text)
    if any(_is_id_18(*match.groups()) for match in _ID_18.finditer(plain)):
        return "身份证号"
    if any(_PROVINCE.match(match[1]) for match in _ID_15.finditer(plain)):
        return "身份证号"
    if any(_luhn(re.sub(r"\D", "", match[0])) for match in _BANK_CARD.finditer(plain)):
        return "银行卡号"
    if _MOBILE.search(plain):
        return "手机号"
    if _LANDLINE.search(plain):
        return "固定电话"
    return None


def find_personal_in(value: object) -> str | None:
    """Name the first kind of personal number anywhere inside a JSON value, keys and whole numbers included.

    Args:
        value: A JSON value.

    Returns:
        As `find_personal`.
    """
    if isinstance(value, str):
        return find_personal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return find_personal(str(value))
    if isinstance(value, Mapping):
        parts: list[object] = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple):
        parts = list(value)
    else:
        return None
    return next((kind for part in parts if (kind := find_personal_in(part))), None)


def _plain(text: str) -> str:
    """Fold full-width forms and the many dashes and spaces; drop characters that cannot be seen."""
    folded = unicodedata.normalize("NFKC", text)
    kinds = ((mark, unicodedata.category(mark)) for mark in folded)
    return "".join("-" if kind == "Pd" else " " if kind == "Zs" else mark for mark, kind in kinds if kind != "Cf")


def _is_id_18(region: str, birth: str, rest: str) -> bool:
    """Tell whether 18 characters are a resident identity number (GB 11643-1999), or one with a typing slip.

    A known province and a possible date of birth are enough; so is a right check digit behind a province.
    """
    if not _PROVINCE.match(region):
        return False
    digits = region + birth + rest.upper()
    weighted = sum(weight * int(digit) for weight, digit in zip(_CHECK_WEIGHTS, digits[:17], strict=True))
    return bool(_BIRTH_DATE.fullmatch(birth)) or _CHECK_DIGITS[weighted % 11] == digits[17]


def _luhn(digits: str) -> bool:
    """Tell whether the last digit is the right check digit (ISO/IEC 7812-1, Annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
