"""What is trained is kept: whole or not at all, by encoder and texts, and read instead of trained again."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from knowledge.citation import Citation
from knowledge.encoder import EncoderError, Vectors
from knowledge.errors import MeasureError
from knowledge.lexical import Bm25
from knowledge.search.model import BUCKETS, FORMAT, load_model
from knowledge.search.texts import SILENT, Text, texts_hash
from knowledge.search.training import kept_model, save_model, train

TEXTS = [Text("谁承办", Citation(1)), Text("谁出庭", Citation(2)), Text("天气怎么样", None, "oos_far")]
CLASSES = 2 + len(SILENT)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Vectors that depend on the text and on which encoder it is."""

    fingerprint: str = "a" * 64
    dimensions: int = 4

    def encode(self, texts: Sequence[str], *, batch: int = 32) -> Vectors:
        rows = [np.random.default_rng(zlib.crc32((self.fingerprint + it).encode())).normal(size=4) for it in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32)


def arrays(
    encoder: Fixed, texts: Sequence[Text] = TEXTS, said: Mapping[str, object] | None = None
) -> dict[str, npt.NDArray[Any]]:
    """A model as training makes it, knowing nothing."""
    meta = {"format": FORMAT, "texts": texts_hash(texts), "encoder": encoder.fingerprint, "threshold": 0.5}
    return {
        "meta": np.frombuffer(json.dumps({**meta, **(said or {})}).encode(), np.uint8),
        "vectors": encoder.encode([it.text for it in TEXTS]).astype(np.float16),
        "text_class": np.arange(len(TEXTS), dtype=np.uint8),
        "dense": np.zeros((CLASSES, 4), np.float32),
        "dense_bias": np.zeros(CLASSES, np.float32),
        "chars": np.zeros((BUCKETS, CLASSES), np.float16),
        "chars_bias": np.zeros(CLASSES, np.float32),
        "rarity": np.ones(BUCKETS, np.float16),
        "weights": np.ones(4, np.float32),
        **Bm25([it.text for it in TEXTS]).dump(),
    }


def place(folder: Path, encoder: Fixed) -> Path:
    return folder / f"{encoder.fingerprint[:12]}-{texts_hash(TEXTS)[:12]}.npz"


@pytest.fixture(autouse=True)
def _nothing_can_be_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)


def test_a_model_that_is_there_is_read_and_nothing_said(tmp_path: Path) -> None:
    save_model(arrays(Fixed()), place(tmp_path / "search", Fixed()))
    told: list[str] = []
    model = kept_model(2, TEXTS, Fixed(), tmp_path / "search", told.append)
    assert told == []
    assert int(np.argmax(model.score("谁出庭").classes)) == 1


def test_another_encoder_or_another_text_wants_a_model_of_its_own(tmp_path: Path) -> None:
    save_model(arrays(Fixed()), place(tmp_path, Fixed()))
    with pytest.raises(EncoderError, match="scikit-learn"):
        kept_model(2, TEXTS, Fixed("b" * 64), tmp_path)
    with pytest.raises(EncoderError, match="scikit-learn"):
        kept_model(2, TEXTS[:2], Fixed(), tmp_path)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({}, slice(0, -100)),
        ({}, slice(0, 0)),
        ({"encoder": "b" * 64}, slice(None)),
        ({"texts": "c" * 64}, slice(None)),
        ({"format": FORMAT + 1}, slice(None)),
    ],
    ids=["cut", "empty", "of another encoder", "of other texts", "of another version"],
)
def test_a_model_that_does_not_fit_is_told_and_trained_anew(
    tmp_path: Path, said: dict[str, object], kept: slice
) -> None:
    path = place(tmp_path, Fixed())
    save_model(arrays(Fixed(), said=said), path)
    path.write_bytes(path.read_bytes()[kept])
    told: list[str] = []
    with pytest.raises(EncoderError, match="scikit-learn"):
        kept_model(2, TEXTS, Fixed(), tmp_path, told.append)
    assert told == [f"检索模型{path}损坏，或是另一版本的程序写的，重新训练。"]


def test_a_missing_package_is_told_before_anything_is_done(tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(EncoderError, match=r"需要 scikit-learn；.*-e '.\[models\]'。$"):
        train(2, TEXTS, Fixed(), told.append)
    with pytest.raises(EncoderError, match="需要 scikit-learn"):
        kept_model(2, TEXTS, Fixed(), tmp_path / "search", told.append)
    assert told == [] and not (tmp_path / "search").exists()


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("weights", np.full(4, 2, np.float32)),
        ("weights", np.ones((2, 2), np.float32)),
        ("text_class", np.array([1, 0, 2], np.uint8)),
        ("sha256", np.zeros(32, np.uint8)),
        ("sha256", None),
        ("more", np.zeros(1)),
    ],
)
def test_a_model_that_was_altered_is_one_sentence(tmp_path: Path, name: str, changed: npt.NDArray[Any] | None) -> None:
    path = tmp_path / "search.npz"
    save_model(arrays(Fixed()), path)
    assert load_model(texts_hash(TEXTS), Fixed, tmp_path).threshold == 0.5
    with np.load(path) as file:
        whole = {key: file[key] for key in file.files}
    kept: dict[str, Any] = {key: array for key, array in {**whole, name: changed}.items() if array is not None}
    np.savez(path, **kept)
    with pytest.raises(MeasureError, match=r"^检索模型search\.npz的内容与写成时不同，.*。$"):
        load_model(texts_hash(TEXTS), Fixed, tmp_path)


def test_what_the_model_says_of_itself_is_sealed_too(tmp_path: Path) -> None:
    save_model(arrays(Fixed()), tmp_path / "search.npz")
    with np.load(tmp_path / "search.npz") as file:
        whole: dict[str, Any] = {key: file[key] for key in file.files}
    np.savez(tmp_path / "search.npz", **{**whole, "meta": arrays(Fixed(), said={"threshold": 0.1})["meta"]})
    with pytest.raises(MeasureError, match="内容与写成时不同"):
        load_model(texts_hash(TEXTS), Fixed, tmp_path)


@pytest.mark.parametrize(("fault", "expected"), [(KeyboardInterrupt, KeyboardInterrupt), (OSError, MeasureError)])
def test_writing_that_is_broken_off_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException], expected: type[BaseException]
) -> None:
    path = place(tmp_path, Fixed())
    save_model(arrays(Fixed()), path)
    before = path.read_bytes()

    def breaks(_: int) -> None:
        assert len(list(tmp_path.iterdir())) == 2, "some of it is on disk"
        raise fault

    monkeypatch.setattr("os.fsync", breaks)
    with pytest.raises(expected):
        save_model(arrays(Fixed(), said={"threshold": 0.1}), path)
    assert [it.name for it in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(MeasureError, match=r"^写不了检索模型.*。请检查磁盘空间和目录权限。$"):
        save_model(arrays(Fixed()), tmp_path / "file" / "model.npz")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
