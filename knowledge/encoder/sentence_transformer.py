"""Any Sentence Transformers model as an encoder, where the extra ``models`` is installed."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.encoder.base import Vectors, well_formed
from knowledge.errors import EncoderError

_NOT_DECIDING = {"_name_or_path", "transformers_version", "dtype", "torch_dtype"}


class SentenceTransformerEncoder:
    """A Sentence Transformers model. Holds no state between calls."""

    def __init__(self, name: str, *, prompt: str | None = None) -> None:
        """Load it.

        Args:
            name: a folder, or a name that sentence-transformers can fetch.
            prompt: what is put before every text; None for the model's default prompt, or else its prompt
                ``query``, or else nothing.

        Raises:
            EncoderError: sentence-transformers is not installed, or the model cannot be loaded.
        """
        folder = Path(name).expanduser()
        if not folder.is_dir() and (folder.is_absolute() or name.startswith((".", "~"))):
            raise EncoderError(f"找不到编码模型的文件夹{name}；请检查 encoder 这项设置。")
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar
        except ImportError as error:
            raise EncoderError(
                f"使用编码模型{name}需要 sentence-transformers；"
                "请安装附加依赖：uv pip install --python .venv -e '.[models]'。"
            ) from error
        # A line of each at every start, on weights being read and on the prompt, which goes into the text here.
        disable_progress_bar()
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        try:
            self._model: Any = SentenceTransformer(str(folder) if folder.is_dir() else name)
        except Exception as error:  # what a model's own code raises is without end
            raise EncoderError(f"加载不了编码模型{name}；请检查 encoder 这项设置、模型文件和网络。") from error
        self._prompt = _own_prompt(self._model) if prompt is None else prompt
        self._fingerprint = _fingerprint(self._model, self._prompt)
        self._dimensions = int(self._encode([""], 1).shape[1])

    @property
    def fingerprint(self) -> str:
        """A hash of the modules, their configuration and weights, the tokenizer and the prompt."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def encode(self, texts: Sequence[str], *, batch: int = 32) -> Vectors:
        """See `Encoder.encode`."""
        if not texts:
            return np.empty((0, self._dimensions), np.float32)
        return self._encode(texts, batch)

    def _encode(self, texts: Sequence[str], batch: int) -> Vectors:
        # The prompt goes into the text: handed over as such, a module that does not know it drops it silently.
        # An empty one is handed over, or the model's default would come on top.
        vectors = self._model.encode(
            [self._prompt + well_formed(text) for text in texts],
            prompt="",
            batch_size=batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32)


def _own_prompt(model: Any) -> str:
    return str(model.prompts.get(model.default_prompt_name or "query") or "")


def _fingerprint(model: Any, prompt: str) -> str:
    """The same wherever the model's files lie, another where a weight, a module or the prompt differs."""
    total = hashlib.sha256(f"{prompt}\n{model.max_seq_length}\n{model!r}\n".encode())
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    if config is not None:
        known = {key: value for key, value in config.to_dict().items() if key not in _NOT_DECIDING}
        total.update(json.dumps(known, sort_keys=True, default=str).encode())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    total.update((tokenizer.to_str() if hasattr(tokenizer, "to_str") else repr(tokenizer)).encode())
    for name, weights in sorted(model.state_dict().items()):
        total.update(f"{name} {weights.dtype} {tuple(weights.shape)}\n".encode())
        total.update(_bytes(weights))
    return total.hexdigest()


def _bytes(weights: Any) -> Any:
    import torch

    return weights.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
