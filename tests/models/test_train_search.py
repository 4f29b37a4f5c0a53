"""Measured with one person's questions, look-up knows nothing of that person; what was measured is printed."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import yaml

from knowledge.citation import Citation
from knowledge.encoder import Vectors
from knowledge.measure import DEFAULT_FOLDER
from knowledge.search import model, training
from knowledge.search.texts import Text, texts_hash
from scripts import train_search

pytestmark = [
    pytest.mark.models,
    # of transformers and torch, about themselves
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]

WORDS = {"a": "甲乙丙丁", "b": "戊己庚辛", "c": "子丑寅卯"}
"""Each person's own for one article; all share those for the others."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Vectors that say nothing."""

    fingerprint: str = "a" * 64
    dimensions: int = 8

    def encode(self, texts: Sequence[str], *, batch: int = 32) -> Vectors:
        rows = [np.random.default_rng(zlib.crc32(it.encode())).normal(size=self.dimensions) for it in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32)


@pytest.fixture(autouse=True)
def _few_features(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (model, training):
        monkeypatch.setattr(module, "BUCKETS", 1 << 12)


def texts() -> list[Text]:
    found = [Text("谁承办", Citation(1)), Text("谁出庭", Citation(2))]
    for person, own in WORDS.items():
        found += [Text(f"{own}{ending}", Citation(1), source=person) for ending in ("", "吗", "呢")]
        found += [Text(f"出庭{ending}", Citation(2), source=person) for ending in ("的人", "谁去", "要谁")]
        found += [Text(f"天气{ending}", None, "oos_far", source=person) for ending in ("好", "冷", "怎样")]
    return found


def test_a_model_without_a_person_is_of_the_others_alone() -> None:
    trained = training.train(2, texts(), Chance())
    assert trained.people == ("a", "b", "c")
    for person, own in WORDS.items():
        kept, arrays = trained.without(person)
        assert kept == tuple(it for it in texts() if it.source != person)
        meta = json.loads(bytes(arrays["meta"]))
        assert meta["people"] == [other for other in WORDS if other != person]
        assert meta["texts"] == texts_hash(kept)
        assert len(arrays["vectors"]) == len(arrays["text_class"]) == len(kept)
        assert meta["threshold"] != json.loads(bytes(trained.arrays["meta"]))["threshold"]
        buckets, _ = model.features(own)
        assert np.abs(trained.arrays["chars"][buckets]).max() > 0.01
        assert np.abs(arrays["chars"][buckets]).max() < 1e-6, f"only {person} has these characters"


def test_it_writes_the_model_and_prints_what_it_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "few"
    shutil.copytree(DEFAULT_FOLDER, folder, ignore=shutil.ignore_patterns("asked", "search.npz"))
    (folder / "asked").mkdir()
    for person in ("a", "b"):
        rows = (DEFAULT_FOLDER / "asked" / f"{person}.jsonl").read_text(encoding="utf-8").splitlines()[::16]
        (folder / "asked" / f"{person}.jsonl").write_text("\n".join(rows), encoding="utf-8")
    cards = yaml.safe_load((folder / "cards.yml").read_text(encoding="utf-8"))
    cards["cards"] = [{**card, "ask": card["ask"][:1]} for card in cards["cards"]]
    (folder / "cards.yml").write_text(yaml.safe_dump(cards, allow_unicode=True), encoding="utf-8")
    aliases = yaml.safe_load((folder / "aliases.yml").read_text(encoding="utf-8"))
    few = {place: said[:1] for place, said in aliases["asked"].items()}
    (folder / "aliases.yml").write_text(yaml.safe_dump({"asked": few}, allow_unicode=True), encoding="utf-8")
    arguments = ["train_search", "--folder", folder, "--figure", tmp_path / "curve.svg"]
    monkeypatch.setattr("sys.argv", list(map(str, arguments)))

    train_search.main()

    printed = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert [row[0] for row in printed] == ["person left out", *["---|" * 6 + "---", "a", "b", "all"]] * 2
    assert {len(row) for row in printed if "---" not in row[0]} == {7}
    a, b, everybody = (int(row[1].split(" of ")[1]) for row in printed[2:5])
    assert a + b == everybody > 10
    shares = [float(cell.split(" of ")[0]) for row in printed[2:5] for cell in row[1:]]
    assert all(0 < share <= 1 for share in shares)
    assert (tmp_path / "curve.svg").stat().st_size > 1000
    assert (folder / "search.npz").is_file()
