"""Errors of the bot room.

BotError
├── InputError              what the caller handed over cannot be read
├── HomeNotWritable         the folder for data cannot be used
├── ChannelRefused          a chat platform does not accept us
├── NotYet                  a message must wait for something that comes back by itself
└── RasaFault               the guided talk cannot answer now
    ├── RasaMissing         its environment or its model is not there
    ├── RasaNotStarted      it did not come up
    └── RasaResting         it is not running, or not yet

Every message is one Chinese sentence that says what to do; none repeats what a person wrote.
"""

from __future__ import annotations

from collections.abc import Callable


class BotError(Exception):
    """Base of everything this room raises on purpose."""


class InputError(BotError):
    """A file or line that the caller handed over cannot be read."""


class HomeNotWritable(BotError):
    """The folder for data cannot be made or written."""


class RasaFault(BotError):
    """Rasa did not answer as it should: no connection, no answer in time, an error, or nothing at all."""


class RasaMissing(RasaFault):
    """The environment or the model is not there."""


class RasaNotStarted(RasaFault):
    """The process ended, or was not ready in time."""


class RasaResting(RasaFault):
    """The process is not running now."""


class NotYet(BotError):
    """A message cannot be answered now: it stays where it is until what it needs is back.

    Attributes:
        ready: whether that is back.
        meanwhile: what the person is told, once.
        otherwise: what they are told where it takes too long.
    """

    def __init__(self, ready: Callable[[], bool], meanwhile: str, otherwise: str) -> None:
        super().__init__(meanwhile)
        self.ready, self.meanwhile, self.otherwise = ready, meanwhile, otherwise


class ChannelRefused(BotError):
    """The platform that a channel speaks to does not know us: a wrong token, most likely."""
