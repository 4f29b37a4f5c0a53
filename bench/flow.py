"""The talk that both sides serve: one guided intake, from the story to the record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

RECORDED = "已登记"
"""What the last answer of an intake begins with."""


class FlowError(Exception):
    """A side answered the talk with nothing, or did not get to the record."""


@dataclass(frozen=True, slots=True)
class Step:
    """One message.

    Attributes:
        text: Words, or the payload of a button in Rasa's notation.
        pressed: It is a button.
    """

    text: str
    pressed: bool = False


FLOW: tuple[Step, ...] = (
    Step("收到法院的应诉通知书，我们局和政府一起被告了"),
    Step('/choose{"fact": "defendants", "value": "several_with_government"}', pressed=True),
    Step("为什么问这个"),
    Step('/choose{"fact": "reviewed", "value": "county_government"}', pressed=True),
    Step("司法建议多久要回"),
    Step("维持了"),
    Step('/choose{"fact": "original_organ", "value": "county_department"}', pressed=True),
    Step("原平市住房和城乡建设局"),
    Step('/show{"section": "materials"}', pressed=True),
    Step("/confirm_case", pressed=True),
)
"""A story, five answers by button and by words, two asides, a look at the materials, the confirmation."""

LOOK_UPS: tuple[str, ...] = (
    "司法建议多久要回",
    "复议维持的案子由谁承办",
    "负责人不能出庭要办什么手续",
    "第十一条第（五）项",
    "答辩状要附什么材料",
    "17条2款",
    "政府做被告时谁确定出庭人员",
    "判决生效以后要做什么",
    "委托律师可以只让律师去吗",
    "出庭率要求多少",
)


def answered(step: Step, messages: Sequence[Mapping[str, Any]]) -> str:
    """Checks that a step was answered and returns what was said, without its numbers and blanks.

    Two servers number their records and cut their messages differently; what is left must be the same.

    Raises:
        FlowError: Nothing was said, or the last step did not end in a record.
    """
    said = "".join(str(message.get("text", "")) for message in messages)
    if not said or (step == FLOW[-1] and not said.startswith(RECORDED)):
        raise FlowError(f"步骤“{step.text}”得到的回答不对：{said[:80] or '没有回答'}。")
    return re.sub(r"[\s\d]", "", said)
