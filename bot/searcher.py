"""The clause look-up that the settings ask for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings
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


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
