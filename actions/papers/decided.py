"""A decision as it was shown, read from its record alone: what was found, why, and the hashes that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from actions.render import PROVISIONAL, SOURCES, decides, when, written
from actions.store import Decision

_GIVEN = "本人回答"


def fields(it: Decision) -> dict[str, str | Sequence[Mapping[str, str]]]:
    """The fields of a decision as in `papers.yml`; several lines are divided by line ends."""
    outcome = it.outcome
    rule = next(step for step in it.trace if step["kind"] == "rule")
    return {
        "结论": "\n".join(_found(outcome)),
        "承办理由": "\n".join(_reasons(outcome)),
        "各项事实": [
            {
                "序号": str(number),
                "事实": step["label"],
                "回答": step["value"],
                "来源": SOURCES.get(step["source"], _GIVEN),
                "条款": "、".join(step["citations"]),
            }
            for number, step in enumerate(_told(it.trace), 1)
        ],
        "合于规则": f"{rule['name']}　{rule['value']}",
        "内部举证": outcome["burden"]["internal"] or "",
        "对外举证": outcome["burden"]["court"] or "",
        "引用条文": [
            {"出处": f"{one['measure']}{one['ref']}", "原文": one["quote"] or f"（文本：{one['text_known']}）"}
            for one in outcome["citations"]
        ],
        "提示": "\n".join(f"{number}. {hint}" for number, hint in enumerate(outcome["hints"], 1)),
        "决定编号": f"{it.number:04d}",
        "决定时间": when(it.decided_at),
        "更正情况": _correction(it),
        "记录校验值": it.hash,
        "上条校验值": it.previous_hash,
        "办法校验值": it.measure_sha256,
        "规则校验值": it.table_sha256,
    }


def clauses(it: Decision) -> dict[str, str]:
    """The measure's clauses that the rule rests on: the words by the place in official form."""
    rule = next(step for step in it.trace if step["kind"] == "rule")
    cited = (one for one in it.outcome["citations"] if one["ref"] in rule["citations"])
    return {one["ref"]: one["quote"] for one in cited if one["quote"] is not None}


def _told(trace: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """The answers on the way, as `actions.render.basis` shows them."""
    return (
        step
        for step in trace
        if step["kind"] == "fact"
        and step["name"] != "period"
        and not (step["name"] == "matter" and step["source"] == "presumed")
    )


def _found(outcome: Mapping[str, Any]) -> Iterator[str]:
    units = outcome["handling_units"]
    if outcome["status"] == "determined":
        yield f"应诉承办单位：{'、'.join(units)}{'共同承办' if len(units) > 1 else ''}。"
        if outcome["decided_by"]:
            yield f"内部由哪个部门经办，可以由{'、'.join(outcome['decided_by'])}明确（参照，非规定）。"
    else:
        yield f"应诉承办单位：定不下来，不代定。{decides(outcome['decided_by']) if outcome['decided_by'] else ''}"
    if outcome["assisting_units"]:
        yield f"协助单位：{'、'.join(outcome['assisting_units'])}（协助准备应诉材料，不是承办单位）。"
    several = len(outcome["attendance"]) > 1
    for one in outcome["attendance"]:
        who = f"（{one['for']}）" if several else ""
        yield f"出庭应诉人员{who}：由{one['proposes']}提出意见，报{one['decides']}确定负责人和诉讼代理人。"
        if one["note"]:
            yield one["note"]
    for due in outcome["deadlines"]:
        if due["layer"] != "惯例":
            provisional = PROVISIONAL if due["provisional"] else ""
            last = written(date.fromisoformat(due["due"]))
            yield f"{due['what']}：最晚{last}{provisional}。{due['counted']}依据：{due['basis']}。"


def _reasons(outcome: Mapping[str, Any]) -> Iterator[str]:
    if outcome["because"]:
        yield outcome["because"]
    if outcome["reading"]:
        yield f"读法：{outcome['reading']}"
    if outcome["suggested_units"]:
        yield f"可供参考、非规定：{'；'.join(outcome['suggested_units'])}。"


def _correction(it: Decision) -> str:
    if it.supersedes is None:
        return "无"
    because = f"，理由：{it.reason.rstrip('。')}" if it.reason else ""
    return f"更正第{it.supersedes:04d}号{because}。"
