"""Statistics as pictures for a slide: PNG, 16:9, each with what was counted written under it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from actions.document import Document
from actions.errors import NoChineseFont
from actions.ledger.statistics import Statistic, Statistics, load_definitions
from knowledge.dates import chinese_date

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
)
"""Font families with simplified Chinese, the best first. None is bundled."""

_RATES = ("attendance", "chief", "asked", "timely", "lost", "appealed", "performed", "advice_timely")
_CHARTS = (
    ("rates", "行政应诉主要指标", _RATES),
    ("results", "裁判结果", ("results",)),
    ("levels", "被告层级", ("levels",)),
    ("units", "应诉承办单位", ("units",)),
)
_MOST = 10
_FORMULA, _FOOT = 36, 76
"""Characters of a line."""
_BLUE, _GREY, _INK, _PALE = "#1F4E79", "#6B7280", "#1F2937", "#E5E7EB"
_INCHES, _DPI = (40 / 3, 7.5), 144


def charts(statistics: Statistics, families: Sequence[str] = FAMILIES) -> dict[str, Document]:
    """The charts of a period: rates, results, defendants by level, handling units.

    Args:
        statistics: What to show; one without anything counted says so.
        families: Font families to choose from, the best first.

    Returns:
        By `rates`, `results`, `levels` and `units`.

    Raises:
        NoChineseFont: None of them is installed.
    """
    font = _font(families)
    return {name: _chart(statistics, title, [statistics[it] for it in shown], font) for name, title, shown in _CHARTS}


def _chart(it: Statistics, title: str, rows: Sequence[Statistic], font: str) -> Document:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    stream = io.BytesIO()
    style: dict[str, Any] = {"fontfamily": font, "parse_math": False}
    figure = Figure(figsize=_INCHES, dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.34, 0.13, 0.50, 0.72))
    axes.axis("off")
    figure.text(0.04, 0.92, f"{it.period.title}{title}", size=28, weight="bold", color=_INK, **style)
    if len(rows) > 1:
        _rates(axes, rows, style)
        foot = load_definitions().basis
    else:
        _parts(axes, rows[0], style)
        foot = f"口径：{rows[0].definition.how}"
    foot = f"{foot}截至{chinese_date(it.as_of)}。"
    lines = [foot[at : at + _FOOT] for at in range(0, len(foot), _FOOT)]
    figure.text(0.04, 0.03, "\n".join(lines), size=11, color=_GREY, va="bottom", linespacing=1.5, **style)
    figure.savefig(stream, format="png", metadata={"Software": None})
    return Document(f"{it.period.title}{title}.png", stream.getvalue())


def _rates(axes: Axes, rows: Sequence[Statistic], style: dict[str, Any]) -> None:
    """A bar for each rate on a ground of 100 %, its formula under its name."""
    for place, row in enumerate(rows):
        share = row.share
        axes.barh(place, 1, height=0.36, color=_PALE)
        if share is not None:
            axes.barh(place, share, height=0.36, color=_BLUE)
        axes.text(0.01 if share is None else 1.02, place, row.value, va="center", size=14, color=_INK, **style)
        axes.text(-0.02, place - 0.12, row.definition.name, ha="right", va="center", size=15, color=_INK, **style)
        axes.text(
            -0.02, place + 0.1, _formula(row), ha="right", va="top", size=8.5, color=_GREY, linespacing=1.2, **style
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows) - 0.4, -0.6)


def _formula(row: Statistic) -> str:
    one = f"{row.definition.numerator} ÷ {row.definition.denominator}"
    return one if len(one) <= _FORMULA else one.replace(" ÷ ", "\n÷ ")


def _parts(axes: Axes, row: Statistic, style: dict[str, Any]) -> None:
    """A bar for each kind, the most numerous of many."""
    shown = row.parts[:_MOST]
    most = max((number for _, number in shown), default=0)
    for place, (name, number) in enumerate(shown):
        axes.barh(place, number, height=0.56, color=_BLUE)
        axes.text(
            number + most * 0.015, place, f"{number}{row.definition.of}", va="center", size=16, color=_INK, **style
        )
        axes.text(-most * 0.015, place, name, ha="right", va="center", size=16, color=_INK, **style)
    if not shown:
        axes.text(0.3, 0.5, row.definition.empty, ha="center", va="center", size=24, color=_GREY, **style)
    elif len(row.parts) > _MOST:
        rest = row.parts[_MOST:]
        left = f"另有{len(rest)}项共{sum(number for _, number in rest)}{row.definition.of}"
        axes.text(0, len(shown), left, va="center", size=13, color=_GREY, **style)
    axes.set_xlim(0, max(most, 1) * 1.1)
    axes.set_ylim(max(len(shown), 5) + 0.2, -0.6)


def _font(families: Sequence[str]) -> str:
    """The first of the families that is installed.

    Raises:
        NoChineseFont: None is.
    """
    from matplotlib.font_manager import findSystemFonts, fontManager

    found = {it.name for it in fontManager.ttflist}
    if found.isdisjoint(families):
        # matplotlib lists the fonts once and keeps the list: one that was installed since is not in it.
        known = {it.fname for it in fontManager.ttflist}
        for path in sorted(set(findSystemFonts()) - known):
            fontManager.addfont(path)
        found = {it.name for it in fontManager.ttflist}
    for family in families:
        if family in found:
            return family
    raise NoChineseFont("这台机器没有中文字体，画不了图；请安装一种，例如“sudo apt install fonts-noto-cjk”，再试一次。")
