"""One spelling for every JSON value, so that equal content has equal bytes and an equal hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from actions.errors import InvalidDecision


def canonical(value: object) -> str:
    """Write a value as canonical JSON: keys sorted by code point, no spaces, characters unescaped.

    Args:
        value: None, bool, int, finite float, str, or lists, tuples and string-keyed mappings of these.

    Returns:
        The text; encoding it as UTF-8 always succeeds, and reading it back gives the same value (tuples as
        lists).

    Raises:
        InvalidDecision: The value holds something that JSON cannot say exactly.
    """
    try:
        if any(not isinstance(key, str) for key in _keys(value)):
            raise InvalidDecision("登记内容里有不是文字的键，请改用文字作键后再登记。")
        text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidDecision("登记内容里有不能写成 JSON 的值，请只用文字、数、真假、列表和字典。") from error
    return text


def sha256_of(columns: Mapping[str, object]) -> str:
    """Hash a mapping: SHA-256 over its canonical JSON in UTF-8.

    Args:
        columns: What is hashed; see `canonical` for what it may hold.

    Returns:
        64 lower-case hexadecimal digits.

    Raises:
        InvalidDecision: The mapping cannot be written as canonical JSON.
    """
    return hashlib.sha256(canonical(columns).encode("utf-8")).hexdigest()


def _plain(value: object) -> object:
    """Turn any mapping into a dict, which is the only one that `json` writes."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _keys(value: object) -> Iterator[object]:
    """Yield the keys of every mapping inside: `json` would turn 1 and None into text without a word."""
    if isinstance(value, Mapping):
        yield from value
        for item in value.values():
            yield from _keys(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _keys(item)
