"""The clause look-up that the settings ask for."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.encoder import Encoder
    from knowledge.look_up import LookUp
    from knowledge.search import Searcher


def open_searcher(settings: Settings) -> Searcher:
    """Look-up by the encoder that is set. For one that was not used yet it is trained first, told on standard error.

    Raises:
        HomeNotWritable: the home folder, where it is kept, cannot be used.
        KnowledgeError: the encoder or one of the measure's files cannot be used.
    """
    from knowledge.bundled import load_searcher, load_searcher_by

    if settings.encoder is None:
        return load_searcher()
    settings.prepare_home()
    return load_searcher_by(settings.encoder, settings.trained, _tell)


def open_encoder(settings: Settings) -> Encoder:
    """The encoder that is set, to index law texts by: the one that questions are compared by.

    Raises:
        EncoderError: it cannot be used.
    """
    if settings.encoder is None:
        from knowledge.bundled import begin_loading_encoder

        return begin_loading_encoder().result()
    from knowledge.encoder import load_encoder

    return load_encoder(settings.encoder, threads=2)


def open_look_up() -> LookUp:
    """Look-up in the measure and in the texts that were taken in, for a command that does nothing else.

    Raises:
        BotError: the settings or the home folder cannot be used.
        KnowledgeError: the encoder or one of the measure's files cannot be used.
    """
    from bot.cli.inputs import today
    from bot.home import LAWS, home_where_nothing_is_set
    from knowledge.look_up import LookUp
    from knowledge.search import load_titles

    home = home_where_nothing_is_set(os.environ)
    if home is not None:
        from knowledge.bundled import load_searcher

        return LookUp(load_searcher(), home / LAWS, load_titles(), today)
    from bot.settings import Settings

    settings = Settings()
    return LookUp(open_searcher(settings), settings.laws, load_titles(), today)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
