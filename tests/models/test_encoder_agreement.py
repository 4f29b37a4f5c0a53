"""The served encoder and the Sentence Transformers model it is made from are one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Encoder, EncoderError, SentenceTransformerEncoder, Vectors, load_encoder
from knowledge.measure import load_measure
from scripts.build_encoder import BUNDLED_SOURCE, read_weights, weights_file, write_sentence_transformer, write_served

pytestmark = [
    pytest.mark.models,
    # of transformers and torch, about themselves
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]

SENTENCES = [clause.text for clause in load_measure().clauses][:40]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Sentence Transformers model, built from the package that carries the weights."""
    path = tmp_path_factory.mktemp("encoder") / "st"
    write_sentence_transformer(read_weights(weights_file()), path)
    return path


@pytest.fixture(scope="module")
def original(folder: Path) -> Encoder:
    return load_encoder(str(folder))


def cosines(one: Encoder, other: Encoder, texts: Sequence[str] = SENTENCES) -> Vectors:
    found: Vectors = (one.encode(texts) * other.encode(texts)).sum(1)
    return found


def test_served_and_original_agree(original: Encoder) -> None:
    assert len(SENTENCES) >= 30
    assert isinstance(original, SentenceTransformerEncoder)
    assert original.dimensions == load_encoder().dimensions
    assert cosines(original, load_encoder()).min() > 0.999


def test_built_anew_it_is_the_bundled_one(folder: Path, tmp_path: Path) -> None:
    write_served(folder, tmp_path, BUNDLED_SOURCE)
    assert cosines(load_encoder(str(tmp_path)), load_encoder()).min() > 0.999


def test_vectors_are_alike_in_form(original: Encoder) -> None:
    vectors = original.encode(SENTENCES, batch=3)
    assert vectors.dtype == np.float32 and vectors.shape == (len(SENTENCES), 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert original.encode([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_its_batch(original: Encoder) -> None:
    alone = np.concatenate([original.encode([text]) for text in SENTENCES[:5]])
    assert ((alone * original.encode(SENTENCES)[:5]).sum(1) > 0.9999).all()


def test_the_prompt_is_put_once_and_never_dropped(folder: Path, original: Encoder) -> None:
    with_none, by_hand = (SentenceTransformerEncoder(str(folder), prompt=prompt) for prompt in ("", "query: "))
    few = SENTENCES[:8]
    assert cosines(original, by_hand, few).min() > 0.99999
    assert cosines(original, with_none, few).max() < 0.999
    written_out = with_none.encode([f"query: {text}" for text in few])
    assert ((written_out * original.encode(few)).sum(1) > 0.99999).all()
    assert original.fingerprint == by_hand.fingerprint != with_none.fingerprint


def test_fingerprint_follows_the_weights_not_the_place(folder: Path, original: Encoder, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    model.save(str(tmp_path / "same"))
    next(model.parameters()).data[0, 0] += 1
    model.save(str(tmp_path / "other"))
    assert load_encoder(str(tmp_path / "same")).fingerprint == original.fingerprint
    assert load_encoder(str(tmp_path / "other")).fingerprint != original.fingerprint


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="加载不了编码模型"):
        load_encoder(str(tmp_path))
