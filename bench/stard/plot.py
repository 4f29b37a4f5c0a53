"""The curve of `speed` as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.stard.speed import Speed

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "scale.svg"


def draw(rows: Sequence[Speed], path: Path = PICTURE) -> str:
    """Draw look-up time and memory over the number of articles; where the picture is, for people."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "scale"
    from matplotlib import pyplot

    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    sizes = [row.articles for row in rows]
    for name, values in {
        "p95": [row.p95_ms for row in rows],
        "p50": [row.p50_ms for row in rows],
        "p95, encoding left out": [row.own_p95_ms for row in rows],
    }.items():
        time.plot(sizes, values, "o-", markersize=3, label=name)
    time.axhline(25, color="grey", linestyle=":", label="bound, 25 ms")
    time.set(title="One look-up, the question encoded", ylabel="ms", ylim=(0, None))
    memory.plot(sizes, [row.rss_mb for row in rows], "o-", markersize=3, label="highest resident memory")
    memory.axhline(400, color="grey", linestyle=":", label="bound, 400 MB")
    memory.set(title="The whole process", ylabel="MB", ylim=(0, None))
    for axes in (time, memory):
        axes.set(xscale="log", xlabel="articles")
        axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})
    return f"{path.parent.name}/{path.name}"
