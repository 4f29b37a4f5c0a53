"""`yingsu eval questions`: figures, what went wrong, the curve; a mistake of the caller's is one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.measure import load_measure
from knowledge.search import load_aliases, load_cards
from tests.bot.running import Run

ROWS = [
    {"q": "第十一条第（五）项", "gold": [11], "kind": "named", "item": "11.5"},
    {"q": "第十一条第（六）项", "gold": [11], "kind": "named", "item": "11.5"},
    {"q": "今天天气不错", "gold": [], "kind": "oos_far"},
]


def lines(*rows: object) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def test_figures_and_what_went_wrong_are_printed(run: Run) -> None:
    result = run("eval", "questions", "-", stdin=lines(*ROWS))
    assert result.code == 0
    printed = dict(line.split("　", 1) for line in result.out.splitlines())
    assert printed["答出的首条正确"].startswith("1.000（")
    assert printed["首条正是该款、项"].startswith("0.500（") and printed["首条是同条的别处"].startswith("0.500（")
    wrong = [line for line in result.out.splitlines() if line.startswith("×")]
    assert wrong == ["× 第十一条第（六）项　应为：第十一条第（五）项　给出：第十一条第（六）项　已答"]


def test_for_programs_and_as_a_picture(run: Run, tmp_path: Path) -> None:
    data = run("eval", "questions", "-", "--json", "--figure", tmp_path / "curve.svg", stdin=lines(*ROWS)).data
    assert (data["hit_1"]["value"], data["item"]["of"], data["refused"]["value"]) == (1.0, 2, 1.0)
    assert "left_out" not in data
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_questions_that_were_trained_on_are_left_out_and_listed(run: Run) -> None:
    measure = load_measure()
    alias = next(iter(load_aliases(measure).asked.values()))[0]
    card = next(card for card in load_cards(measure) if card.reason)
    learnt: list[dict[str, object]] = [
        {"q": alias, "gold": [1], "kind": "a"},
        {"q": f"请问{card.ask[0]}？", "gold": [], "kind": "a"},
    ]
    data = run("eval", "questions", "-", "--json", "--unseen", stdin=lines(*learnt, *ROWS)).data
    assert data["left_out"] == [row["q"] for row in learnt]
    assert set(data["by_kind"]) == {"named", "oos_far"}
    said = run("eval", "questions", "-", "--unseen", stdin=lines(*learnt, *ROWS)).out
    assert f"－ {alias}　训练过，没有算\n" in said
    nothing = run("eval", "questions", "-", "--unseen", stdin=lines(*learnt))
    assert (nothing.code, nothing.out) == (2, "")
    assert nothing.err.startswith("文件里的问题都训练过")


@pytest.mark.parametrize(
    "row",
    [
        {"q": "谁承办", "gold": "11", "kind": ""},
        {"q": "谁承办", "gold": ["11"]},
        {"q": "谁承办", "gold": [True]},
        {"q": "谁承办", "gold": [0]},
        {"q": "谁承办", "gold": 11},
        {"q": ["谁承办"], "gold": [11]},
        {"q": "谁承办", "gold": [11], "kind": None},
        {"q": "谁承办", "gold": [11], "history": "谁出庭"},
        {"q": "谁承办", "gold": [11], "history": [1]},
        {"q": "谁承办", "gold": [11], "item": "12"},
        {"q": "谁承办", "gold": [11], "item": 11.5},
        {"q": "谁承办", "gold": [11], "item": "五"},
        {"gold": [11]},
        ["谁承办"],
        11,
    ],
)
def test_a_line_of_another_form_is_named_and_not_read_as_what_it_is_not(run: Run, row: object) -> None:
    result = run("eval", "questions", "-", stdin=lines(ROWS[0], row))
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("第2行不是 ") and result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("curve.bmp", "图只能存为 .svg、.png、.pdf，没有“.bmp”。请改文件名后重试。"),
        ("curve", "图只能存为 .svg、.png、.pdf，没有“”。请改文件名后重试。"),
        ("none/curve.svg", "图存不到 {path}，请检查路径。"),
        ("folder.svg", "图存不到 {path}，请检查路径。"),
        (f"{'长' * 200}.svg", "图存不到 {path}，请检查路径。"),
        ("/proc/curve.svg", "图存不到 {path}，请检查目录权限和磁盘空间。"),
    ],
)
def test_a_picture_that_cannot_be_written_is_the_callers_mistake(
    run: Run, tmp_path: Path, place: str, message: str
) -> None:
    (tmp_path / "folder.svg").mkdir()
    path = tmp_path / place
    result = run("eval", "questions", "-", "--figure", path, stdin=lines(ROWS[0]))
    assert (result.code, result.out) == (2, "")
    assert result.err == f"{message.format(path=path)}\n"
