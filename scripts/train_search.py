"""Train a measure's look-up for the bundled encoder: `make search-model` (scikit-learn is in .venv-models).

Writes `search.npz` beside the measure and the refusal's curve to docs/, and prints the tables of docs/look-up.md: each
person's questions, asked as `yingsu ask` asks, of a look-up that knows nothing of that person. The training itself is
`knowledge.search.training`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from knowledge.encoder import load_encoder
from knowledge.measure import DEFAULT_FOLDER, load_measure
from knowledge.search import Answer, Searcher, SearchModel, load_aliases, load_cards, load_readings
from knowledge.search.evaluate import Figure, Labelled, Report, compare, read_questions
from knowledge.search.model import FILE
from knowledge.search.texts import all_texts
from knowledge.search.training import save_model, train

ROOT = Path(__file__).resolve().parent.parent

_NEAR = "oos_near"
_SHOWN = """
| person left out | answered | right article shown first | among three | MRR | refused | of these near-domain |
|---|---|---|---|---|---|---|"""
_RANKED = """
| person left out | right article ranked first | among three | MRR | item shown first | article whole | another item |
|---|---|---|---|---|---|---|"""


def main() -> None:
    """Train, write, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--figure", type=Path, default=ROOT / "docs" / "refusal.svg")
    options = parser.parse_args()
    measure, encoder = load_measure(options.folder), load_encoder(threads=2)
    aliases, cards = load_aliases(measure, options.folder), load_cards(measure, options.folder)
    readings = load_readings(measure, cards, options.folder)
    trained = train(measure.articles, all_texts(measure, aliases, cards, options.folder), encoder, _say)
    save_model(trained.arrays, options.folder / FILE)
    _say(f"wrote {options.folder / FILE}")
    reports: dict[str, Report] = {}
    everything: list[tuple[Labelled, Answer]] = []
    for person in trained.people:
        _say(f"asking what {person} asks")
        asked = read_questions((options.folder / "asked" / f"{person}.jsonl").read_text(encoding="utf-8"))
        texts, arrays = trained.without(person)
        searcher = Searcher(measure, texts, cards, SearchModel(arrays, lambda: encoder), readings)
        pairs = [(it, searcher.ask(it.q, it.history)) for it in asked]
        reports[person] = _compared(pairs)
        everything += pairs
    _print_tables({**reports, "all": _compared(everything)})
    threshold = json.loads(bytes(trained.arrays["meta"]))["threshold"]
    weights = " ".join(f"{weight:.3f}" for weight in trained.arrays["weights"])
    _say(f"weights {weights}, threshold {threshold:.3f}")
    _draw(everything, threshold, options.figure)


def _compared(pairs: list[tuple[Labelled, Answer]]) -> Report:
    return compare([it for it, _ in pairs], [answer for _, answer in pairs])


def _print_tables(reports: dict[str, Report]) -> None:
    print(_SHOWN)
    for name, it in reports.items():
        shown = map(_share, (it.hit_1, it.hit_3, it.mrr))
        near = it.by_kind.get(_NEAR, Figure(None, 0))
        print("|", " | ".join((name, _of(it.answered), *shown, _of(it.refused), _of(near))), "|")
    print(_RANKED)
    for name, it in reports.items():
        ranked = map(_share, (it.ranked_1, it.ranked_3, it.ranked_mrr))
        print("|", " | ".join((name, *ranked, _of(it.item), _share(it.item_whole), _share(it.item_other))), "|")


def _share(it: Figure) -> str:
    return "—" if it.value is None else f"{it.value:.3f}"


def _of(it: Figure) -> str:
    return f"{_share(it)} of {it.of}"


def _draw(pairs: list[tuple[Labelled, Answer]], threshold: float, path: Path) -> None:
    """The curve: answered against refused, for every working point."""
    from matplotlib.figure import Figure as Canvas

    whole = _compared(pairs)
    near = _compared([(it, answer) for it, answer in pairs if it.gold or it.kind == _NEAR])
    figure = Canvas(figsize=(6, 4.5))
    axes = figure.subplots()
    for report, label in ((whole, "all that the measure does not answer"), (near, "near-domain procedure")):
        axes.plot([kept for _, kept, _ in report.curve], [refused for _, _, refused in report.curve], label=label)
    at = f"working point, p = {threshold:.2f}"
    axes.plot([whole.answered.value or 0], [whole.refused.value or 0], "ko", label=at)
    axes.set(xlabel="answered, of questions that the measure answers", ylabel="refused, of questions that it does not")
    axes.set(xlim=(0.8, 1.0), ylim=(0.5, 1.0))
    axes.legend(loc="lower left")
    axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def _say(words: object) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
