"""One message, one turn: it happens whole, or it has not happened; and named by a key, it happens once.

Rasa goes on where an action fails: it says what the other actions said, and saves. Here the channel begins a
turn, the call of an action reports its failure, and then nothing is saved and the channel gives no answer.

A turn's answer is saved together with it. Whoever asks again by the same key, because the first answer did not
reach it, gets that answer and not another turn.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Turn:
    """A turn under way.

    Attributes:
        key: What names the message; empty where nobody will ask again.
        said: What is said in it so far, as the channel collects it.
        failed: The actions that could not be run.
    """

    key: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


_turn: ContextVar[Turn] = ContextVar("turn")


def begin(key: str, said: list[dict[str, Any]]) -> None:
    """Begins a turn in the present task; `said` is the list that the channel collects into."""
    _turn.set(Turn(key, said))


def now() -> Turn:
    """Returns the present turn."""
    return _turn.get(Turn())


def fail(action: str) -> None:
    """Notes that an action could not be run."""
    now().failed.append(action)


def has_failed() -> bool:
    """Whether an action of the present turn could not be run."""
    return bool(now().failed)
