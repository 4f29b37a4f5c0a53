"""Reading what callers hand over: files, standard input, JSON."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import InputError

if TYPE_CHECKING:
    from datetime import date


def read_text(file: str) -> str:
    """The text of a file, or of standard input for `-`.

    Raises:
        InputError: it cannot be read as UTF-8 text.
    """
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"读不到 {file}，请检查路径和权限。") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} 不是 UTF-8 文本。请另存为 UTF-8 后重试。") from error


def read_object(text: str, what: str) -> Mapping[str, object]:
    """A JSON object.

    Raises:
        InputError: it is none.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{what}不是 JSON：错在第{error.lineno}行第{error.colno}列。请改正后重试。") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{what}里的 JSON 太大，读不了。请改正后重试。") from error
    if not isinstance(data, dict):
        raise InputError(f"{what}应当是一个 JSON 对象，例如 {{}}。请改正后重试。")
    return data


def me() -> str:
    """Who types, as the machine knows them: its user, on the console."""
    return f"console:{getpass.getuser()}"


def today() -> date:
    """Today in Xinzhou."""
    from datetime import datetime

    from actions.render import HERE

    return datetime.now(HERE).date()


def print_json(data: object) -> None:
    """Print data as JSON a person can read too."""
    print(json.dumps(data, ensure_ascii=False, indent=2))
