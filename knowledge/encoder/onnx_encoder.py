"""An encoder that `make encoder` wrote, served by onnxruntime and tokenizers: 0.2 s to load, 19 MB of files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.data_files import read_yaml
from knowledge.encoder.base import Vectors, well_formed
from knowledge.errors import EncoderError

DESCRIPTION = "encoder.yml"
MODEL = "model_q4.onnx"
TOKENIZER = "tokenizer.json"
BUNDLED = Path(__file__).parent

_PAD = "<pad>"
_MOST_TOKENS = 1024
"""In one batch, padding counted. A larger batch is no faster, but attention over many long
texts takes hundreds of megabytes; docs/encoder.md has the figures."""

_MEND = "请重新安装本程序，或运行 make encoder 重新生成。"

_Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Description:
    """What ``encoder.yml`` says and the code needs; the rest of it is provenance."""

    dimensions: int
    max_tokens: int
    prompt: str
    sha256: dict[str, str]


class OnnxEncoder:
    """A sentence encoder in one ONNX file with pooling and normalisation inside. Holds no state between calls."""

    def __init__(self, folder: Path = BUNDLED, *, threads: int = 1) -> None:
        """Load it and check both files against the hashes in ``encoder.yml``.

        Args:
            folder: holds ``encoder.yml``, ``model_q4.onnx`` and ``tokenizer.json``; the bundled one by default.
            threads: that one call may use, at least 1. They sleep between calls instead of spinning.

        Raises:
            EncoderError: a file is missing, unreadable, cut or swapped.
        """
        # here, not above: half the time of a start, and only search needs them
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        said = _read(folder)
        model = _checked(folder / MODEL, said.sha256[MODEL])
        tokenizer = _checked(folder / TOKENIZER, said.sha256[TOKENIZER])
        options = SessionOptions()
        options.intra_op_num_threads = max(1, threads)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # its warnings concern builders of models
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.enable_truncation(said.max_tokens)
        self._pad = self._tokenizer.token_to_id(_PAD) or 0  # the mask covers it, whatever it is
        self._said = said
        deciding = [said.sha256[MODEL], said.sha256[TOKENIZER], str(said.max_tokens), said.prompt]
        self._fingerprint = hashlib.sha256("\n".join(deciding).encode()).hexdigest()

    @property
    def fingerprint(self) -> str:
        """A hash of both files' hashes, the longest input and the prompt."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._said.dimensions

    def encode(self, texts: Sequence[str], *, batch: int = 32) -> Vectors:
        """See `Encoder.encode`."""
        tokens = [self._tokens(text) for text in texts]
        vectors = np.empty((len(tokens), self.dimensions), np.float32)
        for rows in _batches([len(ids) for ids in tokens], batch):
            ids, mask = _padded([tokens[row] for row in rows], self._pad)
            vectors[rows] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors

    def _tokens(self, text: str) -> npt.NDArray[np.int32]:
        # one by one: encode_batch would start a thread a core of its own
        return np.array(self._tokenizer.encode(self._said.prompt + well_formed(text)).ids, np.int32)


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Rows of like length together, the shortest first, so that little is padded."""
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if rows and (len(rows) >= most or (len(rows) + 1) * lengths[row] > _MOST_TOKENS):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _padded(tokens: Sequence[npt.NDArray[np.int32]], pad: int) -> tuple[_Ids, _Ids]:
    """Token ids and mask, each of shape (texts, tokens of the longest)."""
    shape = len(tokens), max(map(len, tokens))
    ids, mask = np.full(shape, pad, np.int64), np.zeros(shape, np.int64)
    for row, known in enumerate(tokens):
        ids[row, : len(known)] = known
        mask[row, : len(known)] = 1
    return ids, mask


def _read(folder: Path) -> _Description:
    path = folder / DESCRIPTION
    try:
        data = read_yaml(path)
        hashes = {name: str(data["sha256"][name]) for name in (MODEL, TOKENIZER)}
        return _Description(int(data["dimensions"]), int(data["max_tokens"]), str(data["prompt"]), hashes)
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError) as error:
        raise EncoderError(f"读不到编码模型的说明文件{path}或格式不对；{_MEND}") from error


def _checked(path: Path, expected: str) -> bytes:
    """The file's content; what is used is what was checked."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EncoderError(f"读不到编码模型文件{path}；{_MEND}") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise EncoderError(f"编码模型文件{path}不完整或被换过，与 {DESCRIPTION} 中的 sha256 不符；{_MEND}")
    return content
