"""One message, one turn: it happens whole, or it has not happened.

Rasa goes on where an action fails: it says what the other actions said, and saves. Here the channel begins a
turn, the call of an action reports its failure, and then nothing is saved and the channel gives no answer.
"""

from contextvars import ContextVar

_failed: ContextVar[list[str]] = ContextVar("failed")


def begin() -> None:
    """Begins a turn in the present task."""
    _failed.set([])


def fail(action: str) -> None:
    """Notes that an action could not be run."""
    _failed.get([]).append(action)


def has_failed() -> bool:
    """Whether an action of the present turn could not be run."""
    return bool(_failed.get([]))
