"""The table as a picture: questions, answers, rules. States from which the same questions follow are drawn once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.table.load import Table


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph of questions and rules.

    Attributes:
        nodes: label by id; ids of rules begin with `r`.
        edges: from, to, the answers that lead there.
    """

    nodes: Mapping[str, str]
    edges: tuple[tuple[str, str, str], ...]


def draw(table: Table, known: Mapping[str, str]) -> Drawing:
    """Walk every way through the questions from what is known.

    Args:
        table: the table.
        known: choices taken as given, by fact.
    """
    nodes: dict[str, str] = {}
    edges: list[tuple[str, str, str]] = []
    seen: dict[object, str] = {}

    def walk(known: Mapping[str, str]) -> str:
        fact = table.engine.next_question(known)
        if fact is None:
            (rule,) = table.engine.alive(known)
            node = f"r{list(table.rules).index(rule)}"
            nodes[node] = f"{rule} {_STATUS[table.rules[rule].then.status]}"
            return node
        state = table.engine.state(known)
        if state in seen:
            return seen[state]
        node = seen[state] = f"q{len(seen)}"
        nodes[node] = table.facts[fact].ask
        targets: dict[str, list[str]] = {}
        for choice in table.facts[fact].choices:
            targets.setdefault(walk({**known, fact: choice.id}), []).append(choice.label)
        edges.extend((node, target, " / ".join(labels)) for target, labels in targets.items())
        return node

    walk(known)
    return Drawing(nodes, tuple(edges))


def to_mermaid(drawing: Drawing) -> str:
    """The drawing as a Mermaid flowchart."""
    shapes = {"q": '{node}{{"{label}"}}', "r": '{node}["{label}"]'}
    nodes = [f"  {shapes[node[0]].format(node=node, label=_entities(label))}" for node, label in drawing.nodes.items()]
    edges = [f'  {one} -->|"{_entities(label)}"| {other}' for one, other, label in drawing.edges]
    return "\n".join(["flowchart TD", *nodes, *edges])


def to_dot(drawing: Drawing) -> str:
    """The drawing in Graphviz's language."""
    shape = {"q": "ellipse", "r": "box"}
    nodes = [f'  {node} [label="{_escaped(label)}" shape={shape[node[0]]}];' for node, label in drawing.nodes.items()]
    edges = [f'  {one} -> {other} [label="{_escaped(label)}"];' for one, other, label in drawing.edges]
    return "\n".join(["digraph table {", '  node [fontname="sans"]; edge [fontname="sans"];', *nodes, *edges, "}"])


def _entities(label: str) -> str:
    """A label as Mermaid takes it between quotes: `#` begins an entity there, a quote ends the label."""
    return label.replace("#", "#35;").replace('"', "#quot;")


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"')


_STATUS = {"determined": "已定", "undetermined": "待定", "out_of_scope": "不适用"}
