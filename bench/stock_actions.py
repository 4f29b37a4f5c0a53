"""The same talk as `Action` classes, as stock `rasa_sdk --actions bench.stock_actions` looks for them.

Its store is a SQLite file too, in the folder that YINGSU_HOME names.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker  # type: ignore[import-untyped]
from rasa_sdk.executor import CollectingDispatcher  # type: ignore[import-untyped]

from actions.rasa.actions import custom_actions
from actions.store import Store
from actions.talk.service import TalkService
from actions.understanding.meaning import Meaning
from bot.settings import Settings
from knowledge.bundled import begin_loading_encoder, load_decider, load_searcher
from knowledge.look_up import LookUp

_STORE = Store.open(Settings().store)
_ACTIONS = custom_actions(
    TalkService(
        load_decider(),
        LookUp(load_searcher()),
        _STORE,
        lambda: datetime.now(UTC),
        lambda: secrets.token_hex(8),
        Meaning(begin_loading_encoder().result()),
    )
)


class _Ours(Action):  # type: ignore[misc]
    """One of our actions; abstract for the SDK, which registers what has a name."""

    def name(self) -> str:
        return type(self).__name__

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        return _ACTIONS[self.name()](dispatcher, tracker, domain)


# Attributes of the module, because the SDK's server hands its actions to a worker process by name.
globals().update({name: type(name, (_Ours,), {"__module__": __name__}) for name in _ACTIONS})
