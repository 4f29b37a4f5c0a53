"""What is said in its own words: 损害加重 looks like 重来, 停产通知 like 停, 诉讼费谁出 like 谁出庭; none is."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class WholeWords(GraphComponent, IntentClassifier):
    """Takes an intent away from a message without the words that it needs, and leaves the next likely one.

    Configured in config.yml by `needs`: a regular expression an intent, searched for in the text without its blanks.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No intent needs any words."""
        return {"needs": {}}

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier, whose intents these are, comes first."""
        return [IntentClassifier]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WholeWords:
        """Makes the component."""
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        self._needs = {intent: re.compile(needed) for intent, needed in config["needs"].items()}

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks at what was classified; what was pressed never comes here."""
        for message in messages:
            said = re.sub(r"\s", "", str(message.get("text") or ""))
            ranking = message.get("intent_ranking") or []
            kept = [it for it in ranking if it["name"] not in self._needs or self._needs[it["name"]].search(said)]
            if kept != ranking and kept:
                message.set("intent_ranking", kept, add_to_output=True)
                message.set("intent", kept[0], add_to_output=True)
        return messages
