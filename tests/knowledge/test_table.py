"""The decision table: exactly one rule for every case, nobody asked what cannot matter."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from itertools import combinations_with_replacement, product
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.table import Engine, TableError, load_table
from knowledge.table.engine import Box
from knowledge.table.graph import Drawing, draw, to_dot, to_mermaid
from knowledge.table.load import BUNDLED

TABLE = load_table()
Point = dict[str, str]
Rules = dict[str, list[Box]]
Space = dict[str, tuple[str, ...]]


# ── the bundled table ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_bundled_table_decides_every_case_exactly_once() -> None:
    problems = TABLE.engine.check()
    assert problems.whole, problems
    assert problems.points == problems.covered == prod(len(values) for values in TABLE.space.values())


def test_the_leaves_of_the_questions_prove_it_again() -> None:
    """The leaves part the space, each has one rule, and each rule's leaves are as large as its boxes together."""
    by_leaves: Counter[str] = Counter()
    paths: Counter[tuple[tuple[str, str], ...]] = Counter()
    for answers, rule in TABLE.engine.leaves():
        paths[tuple(answers.items())] += 1
        by_leaves[rule] += prod(len(values) for fact, values in TABLE.space.items() if fact not in answers)
    assert set(paths.values()) == {1}
    assert by_leaves.total() == prod(len(values) for values in TABLE.space.values())
    by_boxes = {
        rule: sum(prod(len(box.get(fact, values)) for fact, values in TABLE.space.items()) for box in boxes)
        for rule, boxes in TABLE.boxes.items()
    }
    assert by_leaves == by_boxes
    assert set(by_leaves) == set(TABLE.rules)


def test_a_completed_leaf_fits_the_leaf_s_rule_and_no_other() -> None:
    chance = random.Random(42)
    for answers, rule in TABLE.engine.leaves():
        point = {fact: answers.get(fact) or chance.choice(values) for fact, values in TABLE.space.items()}
        assert TABLE.engine.alive(point) == (rule,)


def test_questions_are_asked_in_the_table_s_order() -> None:
    order = list(TABLE.space)
    for answers, _ in TABLE.engine.leaves():
        assert list(answers) == sorted(answers, key=order.index)


# ── the check itself ─────────────────────────────────────────────────────────────────────────────────────────────

XY: Space = {"x": ("0", "1"), "y": ("0", "1", "2")}


def box(**values: str) -> Box:
    """x="01" is both values of x."""
    return {fact: frozenset(those) for fact, those in values.items()}


@pytest.mark.parametrize(
    ("rules", "gaps", "overlaps", "unreachable"),
    [
        ({"A": [box(x="0")], "B": [box(x="1")]}, 0, (), ()),
        ({"A": [box(x="0")], "B": [box(x="1", y="01")]}, 1, (), ()),
        ({"A": [box(x="0")], "B": [box(y="2")], "C": [box(x="1", y="01")]}, -1, (("A", "B"),), ()),
        ({"A": [box(x="0"), box(y="2")], "B": [box(x="1", y="01")]}, -1, (("A", "A"),), ()),
        ({"A": [box()], "B": []}, 0, (), ("B",)),
        ({}, 6, (), ()),
    ],
)
def test_gaps_overlaps_and_unreachable_rules_are_found(
    rules: Rules, gaps: int, overlaps: tuple[tuple[str, str], ...], unreachable: tuple[str, ...]
) -> None:
    problems = Engine(XY, rules).check()
    assert (problems.points, problems.gaps) == (6, gaps)
    assert (problems.overlaps, problems.unreachable) == (overlaps, unreachable)
    assert problems.whole is not bool(gaps or overlaps or unreachable)


def test_facts_that_matter_only_together_are_asked() -> None:
    alike = [box(x="0", y="0"), box(x="1", y="1")]
    engine = Engine({"x": ("0", "1"), "y": ("0", "1")}, {"A": alike, "B": [box(x="0", y="1"), box(x="1", y="0")]})
    assert engine.next_question({}) == "x"
    assert engine.next_question({"y": "1"}) == "x"
    assert engine.matters("y", {"x": "0"})
    assert [(answers, rule) for answers, rule in engine.leaves({"y": "0"})] == [
        ({"y": "0", "x": "0"}, "A"),
        ({"y": "0", "x": "1"}, "B"),
    ]


# ── small tables at random, against brute force ──────────────────────────────────────────────────────────────────


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    return {f"f{n}": tuple(f"v{i}" for i in range(size)) for n, size in enumerate(sizes)}


@st.composite
def loose_tables(draw: st.DrawFn) -> tuple[Space, Rules]:
    """Any boxes at all: with gaps, overlaps and rules that nothing reaches."""
    space = draw(spaces())
    some = {fact: st.frozensets(st.sampled_from(values), min_size=1) for fact, values in space.items()}
    boxes = st.lists(st.fixed_dictionaries({}, optional=some), max_size=3)
    return space, {f"R{n}": list(draw(boxes)) for n in range(draw(st.integers(0, 4)))}


@st.composite
def whole_tables(draw: st.DrawFn) -> tuple[Space, Rules]:
    """The space split at random, in any order of facts, each part given to a rule."""
    space = draw(spaces())
    rules: Rules = {}

    def split(part: dict[str, tuple[str, ...]]) -> None:
        wide = [fact for fact, values in part.items() if len(values) > 1]
        if not wide or draw(st.integers(0, 3)) == 0:
            narrowed = {fact: frozenset(values) for fact, values in part.items() if values != space[fact]}
            rules.setdefault(f"R{draw(st.integers(0, 3))}", []).append(narrowed)
            return
        fact = draw(st.sampled_from(wide))
        cut = draw(st.integers(1, len(part[fact]) - 1))
        split({**part, fact: part[fact][:cut]})
        split({**part, fact: part[fact][cut:]})

    split(space)
    return space, rules


def points(space: Space, known: Mapping[str, str] | None = None) -> list[Point]:
    known = known or {}
    free = [(known[fact],) if fact in known else values for fact, values in space.items()]
    return [dict(zip(space, values, strict=True)) for values in product(*free)]


def fitting(rules: Rules, point: Point) -> list[str]:
    """A rule's name for each of its boxes that the point lies in."""
    return [rule for rule, boxes in rules.items() for it in boxes if all(point[f] in vs for f, vs in it.items())]


def partly(space: Space, data: st.DataObject) -> Point:
    some = {fact: st.sampled_from(values) for fact, values in space.items()}
    return data.draw(st.fixed_dictionaries({}, optional=some))


@settings(deadline=None)
@given(loose_tables())
def test_the_check_agrees_with_counting_every_point(table: tuple[Space, Rules]) -> None:
    space, rules = table
    hits = [fitting(rules, point) for point in points(space)]
    problems = Engine(space, rules).check()
    clashes = {
        pair
        for pair in combinations_with_replacement(rules, 2)
        if any(len([one for one in hit if one in pair]) > 1 and set(pair) <= set(hit) for hit in hits)
        and (pair[0] != pair[1] or any(hit.count(pair[0]) > 1 for hit in hits))
    }
    assert problems.points == len(hits)
    assert problems.covered == sum(map(len, hits))
    assert set(problems.overlaps) == clashes
    assert problems.unreachable == tuple(rule for rule in rules if not any(rule in hit for hit in hits))
    assert problems.whole is (all(len(hit) == 1 for hit in hits) and not problems.unreachable)
    if not clashes:
        assert problems.gaps == hits.count([])


@settings(deadline=None)
@given(loose_tables(), st.data())
def test_the_rules_alive_are_those_that_some_completion_fits(table: tuple[Space, Rules], data: st.DataObject) -> None:
    space, rules = table
    known = partly(space, data)
    possible = {rule for point in points(space, known) for rule in fitting(rules, point)}
    assert Engine(space, rules).alive(known) == tuple(rule for rule in rules if rule in possible)


def can_matter(space: Space, rules: Rules, fact: str, known: Point) -> bool:
    rest = {name: value for name, value in known.items() if name != fact}
    return any(
        fitting(rules, point) != fitting(rules, {**point, fact: value})
        for point in points(space, rest)
        for value in space[fact]
    )


@settings(deadline=None)
@given(whole_tables(), st.data())
def test_answering_what_is_asked_ends_in_the_rule_and_nothing_else_is_asked(
    table: tuple[Space, Rules], data: st.DataObject
) -> None:
    space, rules = table
    engine = Engine(space, rules)
    known = partly(space, data)
    point = data.draw(st.sampled_from(points(space, known)))
    assert engine.check().whole
    while (fact := engine.next_question(known)) is not None:
        assert fact not in known
        asked = [name for name in space if name not in known and can_matter(space, rules, name, known)]
        assert fact == asked[0]
        known[fact] = point[fact]
    assert list(engine.alive(known)) == fitting(rules, point)


@settings(deadline=None)
@given(whole_tables(), st.data())
def test_a_fact_matters_when_some_completion_says_so(table: tuple[Space, Rules], data: st.DataObject) -> None:
    space, rules = table
    known = partly(space, data)
    fact = data.draw(st.sampled_from(list(space)))
    assert Engine(space, rules).matters(fact, known) is can_matter(space, rules, fact, known)


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("when: {period: before}", "when: {season: before}", "不存在的事实 season"),
        ("when: {period: before}", "when: {period: yesterday}", "period 没有 yesterday 这个取值"),
        ("when: {period: before}", "when: {period: '!yesterday'}", "period 没有 yesterday 这个取值"),
        ("- rule: R20-after", "- rule: R20-before", "R20-before 写了两次"),
        ("hints: [do_not_wait]", "hints: [wait]", "不存在的名称：wait"),
        ("burden: single", "burden: double", "不存在的名称：double"),
        ("needs: [received_on]", "needs: [seen_on]", "不存在的名称：seen_on"),
        ("law: [解释 134-1, 行诉法 26-2]", "law: [刑诉法 1]", "court_adds 用了不存在的名称：刑诉法 1"),
        ("law: [行诉法 38-1, 行诉法 34-1]", "law: [刑诉法 1]", "inaction 用了不存在的名称：刑诉法 1"),
        ("law: [解释 20-3]", "law: [刑诉法 1]", "规则 R11x 用了不存在的名称：刑诉法 1"),
        ("is: other_reviewer}", "is: another}", "review_path 没有 another 这个取值"),
        ("of: reported_by", "of: sued_by", "事实 sued_by 不存在"),
        ("presumed: [{is: handling}]", "presumed: [{is: nothing}]", "matter 没有 nothing 这个取值"),
        ("short: 要定的事", "shortt: 要定的事", "格式不对"),
        ("facts:", "facts: {", "格式不对"),
    ],
)
def test_a_broken_table_says_what_is_wrong(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (BUNDLED / "table.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "table.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    shutil.copy(BUNDLED / "upper_laws.yml", tmp_path)
    with pytest.raises(TableError, match=re.escape(says)):
        load_table(tmp_path)


def test_a_missing_table_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="重新安装"):
        load_table(tmp_path)


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────────────────

SMALL = """
facts:
  - id: who
    short: 谁
    ask: '"谁"被告了 #1？'
    why: 决定谁承办。
    cites: ['11']
    choices: [{id: city, label: 市}, {id: county, label: '县"级"'}, {id: town, label: 镇}]
  - id: how
    short: 怎么
    ask: '怎么\\被告的？'
    why: 决定谁承办。
    cites: ['11']
    choices: [{id: act, label: 作为}, {id: silence, label: 不作为}]
groups: {LOCAL: [county, town]}
lets: [{id: path, choices: [short, long], rules: [{when: {who: city}, is: short}, {when: {who: '!city'}, is: long}]}]
roles: {}
attendance: {}
burdens: {}
hints: {}
sections:
  - title: 全部
    rules:
      - {rule: A, when: {path: short}, then: {status: determined}}
      - {rule: B, when: {path: long, how: act}, then: {status: undetermined}}
      - {rule: C, when: {who: LOCAL, how: silence}, then: {status: out_of_scope}}
"""


@pytest.fixture
def drawing(tmp_path: Path) -> Drawing:
    (tmp_path / "table.yml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "upper_laws.yml").write_text("{}", encoding="utf-8")
    return draw(load_table(tmp_path), {})


def test_questions_from_which_the_same_follows_are_drawn_once(drawing: Drawing) -> None:
    nodes = {"q0": '"谁"被告了 #1？', "r0": "A 已定", "q1": "怎么\\被告的？", "r1": "B 待定", "r2": "C 不适用"}
    assert drawing.nodes == nodes
    assert set(drawing.edges) == {
        ("q0", "r0", "市"),
        ("q0", "q1", '县"级" / 镇'),
        ("q1", "r1", "作为"),
        ("q1", "r2", "不作为"),
    }


def test_a_drawing_may_begin_in_the_middle(tmp_path: Path) -> None:
    (tmp_path / "table.yml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "upper_laws.yml").write_text("{}", encoding="utf-8")
    table = load_table(tmp_path)
    assert set(draw(table, {"who": "town"}).nodes.values()) == {"怎么\\被告的？", "B 待定", "C 不适用"}
    assert draw(table, {"who": "city"}).nodes == {"r0": "A 已定"}


def test_quotes_do_not_end_a_label(drawing: Drawing) -> None:
    mermaid, dot = to_mermaid(drawing).splitlines(), to_dot(drawing).splitlines()
    assert mermaid[0] == "flowchart TD"
    assert '  q0{"#quot;谁#quot;被告了 #35;1？"}' in mermaid
    assert '  q0 -->|"县#quot;级#quot; / 镇"| q1' in mermaid
    assert '  r0["A 已定"]' in mermaid
    assert '  q0 [label="\\"谁\\"被告了 #1？" shape=ellipse];' in dot
    assert '  q1 [label="怎么\\\\被告的？" shape=ellipse];' in dot
    assert '  q0 -> q1 [label="县\\"级\\" / 镇"];' in dot
    assert (dot[0], dot[-1]) == ("digraph table {", "}")


def test_the_bundled_table_is_drawn_whole() -> None:
    drawing = draw(TABLE, {})
    assert {label.split()[0] for node, label in drawing.nodes.items() if node[0] == "r"} == set(TABLE.rules)
    assert {end for one, other, _ in drawing.edges for end in (one, other)} == set(drawing.nodes)
    assert set(drawing.nodes) - {other for _, other, _ in drawing.edges} == {"q0"}
    asked = {fact.ask: fact for fact in TABLE.facts.values()}
    for node, label in drawing.nodes.items():
        answers = [answer for one, _, answer in drawing.edges if one == node]
        if node[0] == "q":
            assert sorted(" / ".join(answers).split(" / ")) == sorted(it.label for it in asked[label].choices)
    size = len(drawing.nodes) + len(drawing.edges)
    assert len(to_mermaid(drawing).splitlines()) == size + 1
    assert len(to_dot(drawing).splitlines()) == size + 3
