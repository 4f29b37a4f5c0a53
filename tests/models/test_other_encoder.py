"""Another encoder by setting: look-up is trained for it once, kept in the home folder, and answers."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
import yaml

from bot.searcher import open_searcher
from bot.settings import Settings
from knowledge import bundled
from knowledge.measure import DEFAULT_FOLDER
from knowledge.search import model, training
from tests.models.tiny import write_tiny

pytestmark = [
    pytest.mark.models,
    # of transformers and torch, about themselves
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]

QUESTION = "收到司法建议多久回复"


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled measure with few questions, so that training takes seconds."""
    folder = tmp_path_factory.mktemp("measure") / "few"
    shutil.copytree(DEFAULT_FOLDER, folder, ignore=shutil.ignore_patterns("asked", "search.npz"))
    (folder / "asked").mkdir()
    for person in ("a", "b"):
        rows = (DEFAULT_FOLDER / "asked" / f"{person}.jsonl").read_text(encoding="utf-8").splitlines()
        (folder / "asked" / f"{person}.jsonl").write_text("\n".join(rows[::6]), encoding="utf-8")
    cards = yaml.safe_load((folder / "cards.yml").read_text(encoding="utf-8"))
    cards["cards"] = [{**card, "ask": card["ask"][:1]} for card in cards["cards"]]
    (folder / "cards.yml").write_text(yaml.safe_dump(cards, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return tuple(write_tiny(tmp_path_factory.mktemp("model"), seed) for seed in (0, 1))  # type: ignore[return-value]


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch, measure: Path) -> None:
    """The measure with few questions stands where the bundled one does, and characters make fewer features."""
    for module in (model, training):
        monkeypatch.setattr(module, "BUCKETS", 1 << 9)
    monkeypatch.setattr(bundled, "load_searcher_by", partial(bundled.load_searcher_by, folder=measure))


@pytest.mark.usefixtures("_small")
def test_trained_once_for_each_encoder(
    tmp_path: Path, models: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = models
    (tmp_path / "yingsu.toml").write_text(f'encoder = "{one}"\n', encoding="utf-8")
    first = open_searcher(Settings(home=tmp_path))
    assert "4/4" in capsys.readouterr().err
    answer = first.ask(QUESTION)
    assert answer.answered and "第二十条" in [str(hit.citation)[:4] for hit in answer.hits]
    (kept,) = (tmp_path / "search").iterdir()
    written = kept.stat().st_mtime_ns, kept.read_bytes()

    again = open_searcher(Settings(home=tmp_path))
    assert capsys.readouterr().err == "", "nothing is trained a second time"
    assert again.ask(QUESTION) == answer
    assert (kept.stat().st_mtime_ns, kept.read_bytes()) == written

    open_searcher(Settings(home=tmp_path, encoder=str(other)))
    assert "4/4" in capsys.readouterr().err
    assert len(list((tmp_path / "search").iterdir())) == 2
    open_searcher(Settings(home=tmp_path))
    assert capsys.readouterr().err == "", "the first one's is still there"


@pytest.mark.usefixtures("_small")
def test_interrupted_it_leaves_nothing_and_the_next_start_trains(
    tmp_path: Path, models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sklearn.linear_model import LogisticRegression

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    settings = Settings(home=tmp_path, encoder=str(models[0]))
    with monkeypatch.context() as patched:
        patched.setattr(LogisticRegression, "fit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            open_searcher(settings)
    assert not (tmp_path / "search").exists()
    assert open_searcher(settings).ask(QUESTION).probability is not None
    assert len(list((tmp_path / "search").iterdir())) == 1
