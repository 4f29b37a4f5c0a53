"""The encoder's upper layers as a Sentence Transformers model of their own, which reads what the lower layers made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers import SentenceTransformer

from bench.stard.encode import TRAINED

_BATCH = 64


class _Layers(torch.nn.Module):  # type: ignore[misc]  # torch is of the extra `models`
    def __init__(self, layers: Any) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, features: dict[str, Any]) -> dict[str, Any]:
        hidden = features["states"]
        unseen = (1 - features["attention_mask"].to(hidden.dtype))[:, None, None, :] * torch.finfo(hidden.dtype).min
        for layer in self.layers:
            made = layer(hidden, unseen)
            hidden = made[0] if isinstance(made, tuple) else made
        return features | {"token_embeddings": hidden}


class Upper:
    """The upper layers of a model, then its pooling and its norm; training it changes the model.

    Attributes:
        model: to be given to losses.
    """

    def __init__(self, encoder: Any) -> None:
        """Share the layers of a Sentence Transformers model of BERT's kind."""
        self.layers = encoder[0].auto_model.encoder.layer[-TRAINED:]
        self.model = SentenceTransformer(modules=[_Layers(self.layers), encoder[1], encoder[2]], device="cpu")

    def __call__(self, states: Sequence[Any]) -> Any:
        """Vectors of length 1, float32 of shape (texts, 384), of states of shape (tokens, 384) each."""
        hidden = torch.nn.utils.rnn.pad_sequence([state.float() for state in states], batch_first=True)
        mask = torch.zeros(hidden.shape[:2], dtype=torch.long)
        for row, state in enumerate(states):
            mask[row, : len(state)] = 1
        return self.model({"states": hidden, "attention_mask": mask})["sentence_embedding"]

    def encode(self, states: Sequence[Any]) -> Any:
        """The same of any number of texts, without gradients."""
        self.layers.eval()
        with torch.inference_mode():
            return torch.cat([self(states[at : at + _BATCH]) for at in range(0, len(states), _BATCH)])
