"""What counts as an answer in the compared talk, and what the kernel tells of processes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bench.flow import FLOW, FlowError, answered
from bench.processes import cpu_seconds, memory
from bot.dialogue import value
from knowledge.bundled import load_decider


def test_what_differs_between_two_servers_is_left_out_of_an_answer() -> None:
    ours: list[dict[str, object]] = [{"text": "已登记：编号0001。\n\n材料"}]
    stock: list[dict[str, object]] = [{"text": "已登记：编号0207。"}, {"custom": {}}, {"text": "材料"}]
    assert answered(FLOW[-1], ours) == answered(FLOW[-1], stock) == "已登记：编号。材料"


@pytest.mark.parametrize("messages", [[], [{"custom": {}}], [{"text": "现在没有待登记的案件。"}]])
def test_an_intake_that_does_not_end_in_a_record_does_not_count(messages: list[dict[str, object]]) -> None:
    with pytest.raises(FlowError):
        answered(FLOW[-1], messages)


def test_every_button_of_the_talk_exists() -> None:
    facts = load_decider().table.facts
    pressed = [step.text for step in FLOW if step.pressed]
    for payload in pressed:
        assert value(payload)
        if payload.startswith("/choose"):
            it = json.loads(payload.removeprefix("/choose"))
            assert it["value"] in facts[it["fact"]]
    assert len(pressed) < len(FLOW), "some answers are words"


def test_a_process_counts_with_its_descendants(tmp_path: Path) -> None:
    def told(pid: int, parent: int, name: str, pages: int, ticks: int) -> None:
        fields = ["S", str(parent), *["0"] * 9, str(ticks), str(ticks), *["0"] * 8, str(pages), "0"]
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} ({name}) {' '.join(fields)}\n")

    told(10, 1, "server", 100, 5)
    told(11, 10, "a worker) R 1", 20, 3)
    told(12, 11, "its child", 3, 1)
    told(13, 1, "somebody else", 4000, 500)
    assert memory([10], tmp_path) == 123 * os.sysconf("SC_PAGE_SIZE")
    assert cpu_seconds([10], tmp_path) == pytest.approx(18 / os.sysconf("SC_CLK_TCK"))


def test_a_system_that_does_not_tell_gives_no_figure(tmp_path: Path) -> None:
    assert memory([1], tmp_path) is None
    assert cpu_seconds([1], tmp_path) is None
