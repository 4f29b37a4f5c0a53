"""请示要点: what to send to those who are to settle what the text leaves open."""

from __future__ import annotations

from collections.abc import Iterable

from actions import render
from knowledge.decide import Outcome

_UNIT_FACTS = ("reported_by", "duty", "temporary_lead", "original_organ")


def points(it: Outcome) -> str:
    """The points of a request for instructions: facts, the clause, why it does not decide, the readings, who decides.

    Args:
        it: an undetermined outcome.
    """
    rule = next(step for step in it.trace if step.kind == "rule")
    facts = [step for step in it.trace if step.kind == "fact" and step.name not in ("matter", "period", "proceeding")]
    told = "；".join(f"{step.label}：{step.value}" for step in facts if step.source not in ("presumed", "table"))
    readings = [f"（{number}）{reading}" for number, reading in enumerate(_readings(it), 1)]
    quotes = [f"　{render.quoted(cited)}" for cited in rule.citations if cited.quote is not None]
    return "\n".join(
        [
            "【请示要点】可以原样转发",
            f"一、案情：{told or '见应诉通知书和起诉状副本'}。",
            "二、条文：",
            *quotes,
            f"三、为什么定不了：{it.because or rule.value}",
            "四、可能的意见（供参考，都不是办法的规定）：",
            *readings,
            f"五、{render.decides(it.decided_by) if it.decided_by else '请同级司法行政部门协调。'}",
            "六、答辩和举证期限照算，先由收文单位和经办单位备齐证据。",
        ]
    )


def _readings(it: Outcome) -> Iterable[str]:
    """What could be said for one unit or another: what the table suggests, and the unit that the facts name."""
    yield from it.suggested_units or ("按主管该事项的部门承办。",)
    named = [
        step for step in it.trace if step.kind == "fact" and step.name in _UNIT_FACTS and step.source != "presumed"
    ]
    for step in named:
        yield f"按{step.label}承办（{step.value.rpartition('：')[2]}）：条文提到它，但没有写由它承办。"
    yield "由共同确定的单位另行指定。"
