"""A Sentence Transformers model of no use, small enough to be made in a test: random weights, a character a token."""

from __future__ import annotations

from pathlib import Path

from knowledge.measure import load_measure


def write_tiny(folder: Path, seed: int = 0) -> Path:
    """Write one; another seed gives other weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    characters = sorted({letter for clause in load_measure().clauses for letter in clause.text})
    parts = folder / "parts"
    parts.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (parts / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(seed)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(words), **sizes)).save_pretrained(parts)
    BertTokenizerFast(str(parts / "vocab.txt")).save_pretrained(parts)
    modules = [Transformer(str(parts), max_seq_length=64), Pooling(16, "mean")]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
    return folder / "model"
