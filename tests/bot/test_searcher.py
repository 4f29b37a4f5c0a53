"""The encoder that is set is the one that look-up uses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.searcher import open_searcher
from bot.settings import Settings
from knowledge.encoder.onnx_encoder import BUNDLED
from knowledge.errors import EncoderError


def test_without_one_it_is_the_bundled_look_up(tmp_path: Path) -> None:
    answer = open_searcher(Settings(home=tmp_path / "home")).ask("收到司法建议多久回复")
    assert answer.answered
    assert not (tmp_path / "home").exists(), "nothing is trained or kept"


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=f"找不到编码模型的文件夹{tmp_path}/nowhere"):
        open_searcher(Settings(home=tmp_path, encoder="./nowhere"))


def test_one_that_was_never_used_needs_what_trains(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(EncoderError, match=r"训练检索模型需要 scikit-learn.*-e '.\[models\]'"):
        open_searcher(Settings(home=tmp_path, encoder=str(BUNDLED)))
    assert not (tmp_path / "search").exists()
