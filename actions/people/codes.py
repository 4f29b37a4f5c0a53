"""One-use enrolment codes: made, written, read back and compared.

A code is twenty characters of Crockford's base 32 (no I, L, O, U). The first four name it, in lists and in the
history; the other sixteen, 80 random bits, are its secret. The database holds the SHA-256 of the whole: 80 bits
that live for days need no slower hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAME, _LENGTH = 4, 20
_ALIKE = str.maketrans("ILO", "110")
_CODE = re.compile(rf"[{_ALPHABET}]{{{_LENGTH}}}")
_NOBODYS = "0" * 64


def new_code(random: Callable[[int], int]) -> str:
    """Make a code.

    Args:
        random: Gives a whole number from 0 up to, without, its argument; `secrets.randbelow` outside tests.

    Returns:
        Twenty characters in groups of four, fit for a Telegram deep link (`A-Za-z0-9_-`, at most 64).
    """
    marks = "".join(_ALPHABET[random(len(_ALPHABET))] for _ in range(_LENGTH))
    return "-".join(marks[start : start + _NAME] for start in range(0, _LENGTH, _NAME))


def read_code(text: str) -> str | None:
    """Read a code as a person has typed it: any case, any grouping, full width, O for 0; None where it is none."""
    folded = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(mark for mark in folded if mark.isalnum()).translate(_ALIKE)
    return plain if _CODE.fullmatch(plain) else None


def name_of(code: str) -> str:
    """The four characters that name a code."""
    return code[:_NAME]


def digest_of(code: str) -> str:
    """What is stored of a code, in any grouping."""
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest()


def is_same(code: str, digest: str | None) -> bool:
    """Compare a code with a stored digest in constant time; also where there is none to compare with."""
    return hmac.compare_digest(digest_of(code), digest or _NOBODYS) and digest is not None
