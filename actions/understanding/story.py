"""The first account of a case, or several facts in one answer: what is surely said, and what it only hints at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from actions.understanding.cases import split_cases
from actions.understanding.phrases import OWN, STOPS, Phrases, Rule, load_phrases
from actions.understanding.receipt import receipts
from actions.understanding.review import read_results, spelt
from actions.understanding.scene import Scene, lay_out
from actions.understanding.sued import Sued, read_sued
from actions.understanding.verdict import Claim, unplaced, verdict
from actions.understanding.words import plain
from knowledge.case import UNKNOWN, Case, FactsClash, is_government
from knowledge.decide import Decider
from knowledge.units import Unit, UnitKind

_DOUBTS = {
    "reviewed": re.compile(r"复议"),
    "proceeding": re.compile(
        r"检察院|检察机关|公益诉讼|第三人|民事|仲裁|非诉|工程[欠尾]?款|货款|借款|材料款|劳务费|包工头|合同纠纷"
    ),
    "authorization": re.compile(r"委托|没有?授权"),
}
_DEMOLISHED = re.compile(r"拆|推|清|挖|砸|铲|毁|填|埋|封")
_LISTED = re.compile(r"列列|列一下|列出|梳理|查一下|提醒函|告诉我")
_TELLS = re.compile(
    r"我们|[我本]局|[局县镇乡]里|咱|俺|了|收到|昨天|今天|刚|打算|准备|想让|已经|法院说|都在|被告|通知书?[里上]"
)
_BODY = "temporary_body"
_OF_BODY = ("temporary_", "lead_")  # of no use beside another challenged act: that it was a body's is settled first
_NOT_SUED_FOR = frozenset({"no_decision"})


@dataclass(frozen=True, slots=True)
class Story:
    """What an account says.

    Attributes:
        claims: all it says, in the table's order; of two that contradict each other none is sure.
        doubted: facts that it touches, so that nothing is presumed about them.
        defendant: a unit named as sued, where it is not said whether it is the only one.
        parts: the account of each case; the claims are those of the first.
    """

    claims: tuple[Claim, ...] = ()
    doubted: frozenset[str] = frozenset()
    defendant: str | None = None
    parts: tuple[str, ...] = ("",)

    @property
    def facts(self) -> Mapping[str, str]:
        """What it surely says, by fact id."""
        return {it.fact: it.value for it in self.claims if it.sure and it.value is not None}

    @property
    def guesses(self) -> Mapping[str, str]:
        """What it hints at, by fact id: to be asked, with this as the first choice."""
        sure = self.facts
        unsure = [it for it in self.claims if not it.sure and it.value is not None and it.fact not in sure]
        return {it.fact: cast(str, it.value) for it in reversed(unsure)}

    @property
    def cases(self) -> int:
        """How many cases it tells of."""
        return len(self.parts)


def read_story(text: str, decider: Decider, today: date) -> Story:
    """Read the first account of a case; only what it says outright becomes a fact.

    Args:
        text: the account.
        decider: for units, and for the facts and choices of the measure.
        today: for days such as 昨天.

    Raises:
        PhraseError: the measure's file of phrases cannot be used.
    """
    return _read(text, decider, today, None)


def read_remark(text: str, decider: Decider, today: date, case: Case) -> Story:
    """Read several facts said in one answer, in a case already begun: 是住建局报的，没复议，昨天收到的.

    Names take level and place from the case; nothing is said of facts that the words do not touch.

    Args:
        text: the words.
        decider: as for `read_story`.
        today: likewise.
        case: the facts so far.

    Raises:
        PhraseError: the measure's file of phrases cannot be used.
    """
    return _read(text, decider, today, case)


def doubts(text: str) -> frozenset[str]:
    """The facts that words touch, so that nothing may be presumed about them any longer."""
    return frozenset(fact for fact, sign in _DOUBTS.items() if sign.search(spelt(plain(text))))


def _read(text: str, decider: Decider, today: date, case: Case | None) -> Story:
    parts = split_cases(spelt(plain(text)))
    words = parts[0]
    near = decider.reader.government(case) if case else None
    scene = lay_out(words, decider.units, near, other_cases=len(parts) == 1)
    sued = read_sued(scene, load_phrases(), decider.units)
    if case is None and not sued.units:
        whole = decider.units.parse(words)
        if whole is not None:
            sued = Sued((whole,), (), whole)
    defendants = tuple(it for it in sued.units if it) or (case.units.get("defendant_units", ()) if case else ())
    reader = _Reader(scene, load_phrases(), decider, sued, near, defendants)
    claims = _settled([*sued.claims, *reader.claims(today)], decider, today)
    if case is not None and case.choices.get("challenged", _BODY) not in (_BODY, UNKNOWN, "other"):
        claims = tuple(it for it in claims if not it.fact.startswith(_OF_BODY))
    return Story(claims, doubts(words), sued.defendant.name if sued.defendant else None, parts)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one account by the measure's phrases.

    Attributes:
        scene: the account.
        phrases: the patterns.
        decider: for facts and units.
        sued: who is sued, as read before.
        near: the government of the case so far.
        defendants: those named, in the words or before.
    """

    scene: Scene
    phrases: Phrases
    decider: Decider
    sued: Sued
    near: Unit | None
    defendants: tuple[Unit, ...]

    def claims(self, today: date) -> Iterator[Claim]:
        """Everything but who is sued."""
        plain_ones = [it for rule in self.phrases.claims if rule.needs is None for it in self._by(rule)]
        for rule in self.phrases.claims:
            if rule.needs == "government_sued" and self._government_sued():
                plain_ones += self._by(rule)
        told = {(it.fact, it.value) for it in plain_ones}
        for rule in self.phrases.claims:
            if (rule.needs == "demolition" and _DEMOLISHED.search(self.scene.words)) or (
                rule.needs is not None and ("challenged", rule.needs) in told
            ):
                plain_ones += self._by(rule)
        plain_ones = list(_done_by_somebody(plain_ones))
        reviewed = [it for it in plain_ones if it.fact == "reviewed"]
        unreviewed = [(it.start, it.end) for it in reviewed if it.value == "none"]
        results = list(read_results(self.scene, self.phrases.results, unreviewed))
        yield from plain_ones
        yield from results
        yield from self._of_review(reviewed, results)
        yield from self._received(today)
        yield from self._matters(plain=not any(it.sure for it in (*plain_ones, *results) if it.fact != "proceeding"))

    def _received(self, today: date) -> Iterator[Claim]:
        for it in receipts(self.scene.words, today):
            words = self.scene.words[it.start : it.end].rstrip(STOPS)
            sure = it.sure and self.scene.mood_of_words(it.start) == "told"
            day = it.day.isoformat() if it.day else None
            yield Claim("received_on", day, words, it.start, it.start + len(words), sure)

    def _government_sued(self) -> bool:
        return self.sued.government is not None or (not self.sued.units and self.near is not None)

    def _government(self) -> Unit | None:
        return self.sued.government or self.near

    def _by(self, rule: Rule) -> Iterator[Claim]:
        for pattern in rule.patterns:
            for match in pattern.finditer(self.scene.signs):
                said = verdict(self.scene, match, rule)
                if said is None or rule.fact is None:
                    continue
                claim = Claim(rule.fact, rule.value, *self.scene.quote(*match.span()), said == "sure")
                if rule.value is not None:
                    yield claim
                    continue
                for name, group in match.groupdict().items():
                    if group and name != "approver":
                        yield from self._by_unit(name, group, match, rule, claim)

    def _by_unit(self, name: str, group: str, match: re.Match[str], rule: Rule, claim: Claim) -> Iterator[Claim]:
        """What the unit of a group says of the group's fact."""
        fact = self.decider.table.facts[name]
        parent = self.decider.table.facts[fact.of or fact.id]
        approver = self._approver(match)
        signs = [sign for sign in group if sign in self.scene.units]
        found = list(dict.fromkeys(self._unit(sign, approver, name) for sign in signs))
        if len(found) > 1:
            several = next((value for value in ("several", "none_or_several", "shared") if value in parent), None)
            if several is not None:
                yield replace(claim, fact=parent.id, value=several)
            return
        unit = found[0] if found else None
        above = self.scene.bare.get(signs[0]) if signs and name == "reviewed" else None
        if above is not None and not any(map(self._below_home, self.defendants)):
            unit, claim = above, replace(claim, sure=False)  # 忻州市政府 reviews 原平市政府's own acts
        if unit is None:
            yield from self._own(parent.id, approver, signs, claim)
            return
        itself = parent.id == "reported_by" and unit == approver
        if itself or unit.kind.value == rule.but_not or self._is_above(name, unit):
            return
        told = self.decider.reader.told(fact, (unit,))
        open_kind = unit.kind is UnitKind.UNKNOWN and not unit.department
        sure = claim.sure and not unplaced(unit, self.scene) and not open_kind
        if fact.kind == "choice":
            if told is not None:
                yield replace(claim, fact=fact.id, value=told, sure=sure)
        elif unit.kind is UnitKind.GOVERNMENT_OFFICE and told is not None and parent.id == "reported_by":
            yield replace(claim, fact=parent.id, value=told, sure=sure)
        elif unit.department is None and unit.name.endswith(("县局", "市局", "区局")) and told is not None:
            yield replace(claim, fact=parent.id, value=told, sure=sure)  # which bureau is not said
        else:
            yield replace(claim, fact=fact.id, value=unit.name, sure=sure and self._fits(name, unit))

    def _below_home(self, unit: Unit) -> bool:
        """Whether a defendant is a unit of the county that its government reviews: not the government itself."""
        home = self.scene.home
        return home is not None and unit.place == home.place and not is_government(unit)

    def _approver(self, match: re.Match[str]) -> Unit | None:
        sign = match.groupdict().get("approver")
        return (self.scene.units[sign] if sign else None) or self._government()

    def _unit(self, sign: str, approver: Unit | None, fact: str) -> Unit | None:
        """The unit of a sign; one that reports to a government is that government's own."""
        unit = self.scene.units[sign]
        if unit is None or approver is None or fact == "reviewed":
            return unit
        if unit.level is None:
            return self.decider.units.parse(unit.name, near=approver) or unit
        if approver.level == "county" and unplaced(unit, self.scene):
            return self.decider.units.parse(unit.name.removeprefix("市"), near=approver) or unit
        return unit

    def _own(self, fact: str, approver: Unit | None, signs: list[str], claim: Claim) -> Iterator[Claim]:
        """我们局报的: a department of the government that it reports to."""
        own = bool(signs) and ord(signs[0]) >= OWN
        if fact == "reported_by" and own and approver is not None and is_government(approver):
            at = self.scene.signs.index(signs[0])
            said, _, _ = self.scene.quote(at, at + 1)
            if said.endswith(("局", "委", "局里", "部门")):
                yield replace(claim, fact=fact, value=f"{approver.level}_department")

    def _is_above(self, fact: str, unit: Unit) -> bool:
        """Whether a unit cannot be meant: the city's government reports to nobody here, none leads or has a duty."""
        if fact == "reporter":
            return unit.kind is UnitKind.CITY_GOVERNMENT
        return fact in ("lead_unit", "duty_unit") and is_government(unit)

    def _fits(self, fact: str, unit: Unit) -> bool:
        """Whether a unit is of the government's own level, where the table asks for one of that level."""
        government = self._government()
        if fact not in ("duty_unit", "lead_unit") or government is None or unit.level is None:
            return True
        return (unit.level == "city") == (government.level == "city")

    def _of_review(self, reviewed: list[Claim], results: list[Claim]) -> Iterator[Claim]:
        """A government sued alone that itself reviewed is sued for its review; its own acts others review."""
        one = self.sued.one
        organs = {it.value for it in reviewed if it.sure}
        outcomes = {it.value for it in results if it.sure}
        if one is None or not is_government(one) or organs != {one.kind.value} or outcomes & _NOT_SUED_FOR:
            if len(self.sued.units) == 2 and len(outcomes) == 1 and self.sued.government and not reviewed:
                first = results[0]
                yield replace(first, fact="reviewed", value=self.sued.government.kind.value, sure=False)
            return
        first = next(it for it in reviewed if it.sure)
        yield replace(first, fact="challenged", value="review_decision")

    def _matters(self, *, plain: bool) -> Iterator[Claim]:
        """Facts of other matters; sure only where the account tells of no plain case, and tells rather than asks."""
        told = (self.scene.signs[it.start : it.end] for it in self.scene.clauses if it.mood == "told")
        tells = any(map(_TELLS.search, told))
        plain = plain and not _LISTED.search(self.scene.words)
        for rule in self.phrases.matters:
            if (rule.having and not rule.having.search(self.scene.signs)) or (
                rule.lacking and rule.lacking.search(self.scene.signs)
            ):
                continue
            for pattern in rule.patterns:
                for match in pattern.finditer(self.scene.signs):
                    asked = self.scene.mood(*match.span()) == "asked"
                    said = "guess" if asked and not rule.mixed else verdict(self.scene, match, rule)
                    if said is None:
                        continue
                    sure = said == "sure" and tells and (plain or rule.mixed)
                    claim = Claim("matter", rule.matter, *self.scene.quote(*match.span()), sure)
                    yield claim
                    if rule.fact:
                        yield replace(claim, fact=rule.fact, value=rule.value)


# ── what holds together ──────────────────────────────────────────────────────────────────────────────────────────


def _settled(claims: Iterable[Claim], decider: Decider, today: date) -> tuple[Claim, ...]:
    """Each claim once, in the table's order; of those that contradict each other none is sure."""
    order = list(decider.table.facts)
    rows = sorted(_once(claims), key=lambda it: (order.index(it.fact), not it.sure, it.start))
    rows = list(_one_matter(rows))
    for fact in order:
        values = {it.value for it in rows if it.fact == fact and it.sure}
        if len(values) > 1:
            rows = _weakened(rows, {fact})
    for detail in decider.table.facts.values():
        sure = {it.fact: it.value for it in rows if it.sure and it.value is not None}
        if detail.of in sure and detail.id in sure and not _agree(detail.id, detail.of, sure, decider):
            several = sure[detail.of] in ("several", "shared", "none_or_several")
            rows = _weakened(rows, {detail.id} if several else {detail.id, detail.of})
    for _ in order:
        try:
            decider.reader.read({it.fact: it.value for it in rows if it.sure}, today, frozenset())
        except FactsClash as clash:
            rows = _weakened(rows, set(clash.facts))
            continue
        break
    told = {it.fact for it in rows if it.sure}
    return tuple(it for it in rows if it.fact != "defendants" or "defendant_units" not in told)


def _done_by_somebody(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Without 没有文书 where a temporary body did it; where one is only named, that is to be asked."""
    rows = list(claims)
    bodies = [it.sure for it in rows if (it.fact, it.value) == ("challenged", _BODY)]
    for it in rows:
        if not bodies or (it.fact, it.value) != ("challenged", "no_document"):
            yield it
        elif not any(bodies):
            yield replace(it, sure=False)


def _once(claims: Iterable[Claim]) -> list[Claim]:
    """Of claims of one value the surest, then the first."""
    best: dict[tuple[str, str | None], Claim] = {}
    for claim in claims:
        key = claim.fact, claim.value
        if key not in best or (claim.sure, -claim.start) > (best[key].sure, -best[key].start):
            best[key] = claim
    return list(best.values())


def _one_matter(rows: list[Claim]) -> Iterator[Claim]:
    """Of several matters told, the facts of none are sure."""
    matters = {it.value for it in rows if it.fact == "matter" and it.sure}
    for it in rows:
        yield it if len(matters) < 2 or it.fact not in _OF_MATTERS else replace(it, sure=False)


_OF_MATTERS = frozenset(
    {"matter", "planned_attendee", "agent_plan", "court_activity", "court_demand", "absence_reason", "substitute"}
    | {"procedure", "evidence_in_time", "court_paper", "liable_person", "reporting_item"}
)


def _agree(fact: str, parent: str, sure: Mapping[str, str], decider: Decider) -> bool:
    detail = decider.table.facts[fact]
    units = [decider.units.parse(name) for name in sure[fact].split("、")]
    told = decider.reader.told(detail, tuple(it for it in units if it)) if all(units) else None
    return told is None or told == sure[parent]


def _weakened(rows: list[Claim], facts: set[str]) -> list[Claim]:
    return [replace(it, sure=False) if it.fact in facts else it for it in rows]
