"""The part of Rasa's domain that follows from the decision table: one slot a fact."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

MEMORY = "memory"
_HEAD = "# Generated from the decision table by `yingsu nlu export`. Do not edit.\n"


def render_domain(fact_ids: Sequence[str]) -> str:
    """Renders `nlu/domain/facts.yml`.

    A slot is filled by our actions alone (`custom` mapping): no sentence can write into a fact by itself, not
    even while the action server is away. Slots do not influence which rule applies.

    Args:
        fact_ids: The table's facts, in the table's order.

    Returns:
        YAML with one slot per fact and the slot in which the talk remembers what it needs.

    Raises:
        ValueError: A fact has the name of a slot that is Rasa's or ours.
    """
    taken = sorted({MEMORY, "requested_slot", "session_started_metadata"} & set(fact_ids))
    if taken:
        raise ValueError(f"事实 {'、'.join(taken)} 与对话系统的保留名称相同：请在决定表中改名。")
    slot = {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    domain = {"version": "3.1", "slots": dict.fromkeys((*fact_ids, MEMORY), slot)}
    return _HEAD + yaml.dump(domain, Dumper=_Plain, allow_unicode=True, sort_keys=False)


class _Plain(yaml.SafeDumper):
    """Writes every slot out instead of referring to the first one."""

    def ignore_aliases(self, data: object) -> bool:
        return True
