"""Who may take which step: by role, by unit, and never both hands of one person."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from actions.cases import Actor, load_steps
from actions.cases.details import PAPERS
from actions.errors import NoSuchCase, NotAllowed, StepRefused
from actions.people import Role
from knowledge.citation import Citation
from knowledge.decide import Decider
from tests.actions.cases_kit import (
    AT,
    BOTH_SUED,
    BUREAU,
    BUREAU_SUED,
    GOVERNMENT,
    GOVERNMENT_SUED,
    JUSTICE,
    OFFICE,
    OTHER_BUREAU,
    REPORTED_BY_TOWNSHIP,
    REPRESENTED,
    Office,
)

PROPOSAL = {"attendees": REPRESENTED}


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_of_steps_is_whole(decider: Decider) -> None:
    table = load_steps()
    words = [word for step in table.steps.values() for word in step.words]
    assert len(words) == len(set(words))
    for step in table.steps.values():
        assert step.stages <= set(table.stages) and step.to in (None, *table.stages)
        assert step.roles and Role.ADMINISTER not in step.roles and Role.ENQUIRE not in step.roles
        assert step.whose and step.help
        for ref in step.cites:
            assert decider.cite(ref).quote


def test_the_papers_are_those_of_the_measure(decider: Decider) -> None:
    assert [str(Citation(15, None, int(it))) for it in PAPERS] == [it.ref for it in decider.materials()]


WORK = "note material extension extension_gone answer"
COURT = "hearing cancel_hearing held judge advice advice_answer done"
ALONE = "hand_over close"

MAY = {
    (BUREAU, Role.REGISTER): f"{WORK} {COURT} {ALONE} withdraw",  # 收文 and 承办
    (BUREAU, Role.PROPOSE): f"{WORK} {COURT} {ALONE}",
    (BUREAU, Role.DECIDE): "done",
    (JUSTICE, Role.REGISTER): f"note {COURT}",
    (JUSTICE, Role.PROPOSE): f"note withdraw_proposal {COURT}",
    (JUSTICE, Role.DECIDE): "done",
    (OFFICE, Role.REGISTER): f"{WORK} {COURT} {ALONE}",  # the defendant's own office
    (OFFICE, Role.PROPOSE): f"{WORK} {COURT} {ALONE}",
    (OFFICE, Role.DECIDE): "decide return done",
    (OFFICE, Role.ADMINISTER): "",
    (OTHER_BUREAU, Role.REGISTER): "",
    ("五台县司法局", Role.PROPOSE): "",
}
"""What each role of each unit may do on a case against the government in which every step finds what it needs; but for
a proposal, while one waits."""

TOLD: Mapping[str, Mapping[str, object]] = {
    "note": {"field": "court", "value": "原平市人民法院"},
    "confirm_handling": {"unit": BUREAU},
    "material": {"paper": "1", "mark": "done"},
    "propose": PROPOSAL,
    "hearing": {"day": "2026-12-03"},
    "held": {"rank": "deputy"},
    "judge": {"day": "2026-11-24", "result": "revoked"},
    "done": {"deadline": "draft"},
    "hand_over": {"colleague": "telegram:1"},
}
"""Details with which a step is admitted; the others want a day."""


@pytest.mark.parametrize(("unit", "role"), list(MAY), ids=lambda it: str(it))
def test_each_role_of_each_unit_may_do_its_own_steps_and_no_other(office: Office, unit: str, role: Role) -> None:
    office.open()
    office.do("extension", {"day": "2026-11-20"})
    office.do("hearing", {"day": "2026-12-03"})
    office.do("advice", {"day": "2026-11-20"})
    case = office.do("propose", PROPOSAL, office.proposer)
    who = office.enrol("telegram:9", unit, role)
    allowed = MAY[unit, role].split()
    assert sorted(it.id for it in office.cases.possible(case, who)) == sorted(allowed)
    for step in load_steps().steps.values():
        if step.id in (*allowed, "propose") or case.stage not in step.stages:
            continue
        details = TOLD.get(step.id, {"day": "2026-11-24"} if "day" in step.details else {})
        settled = (StepRefused,) if step.id == "confirm_handling" else ()  # by the text, whoever asks
        with pytest.raises((NotAllowed, NoSuchCase, *settled)):
            office.do(step.id, details, who, reason="试")
    assert office.cases.verify().count == case.last


def test_whoever_sits_at_the_machine_keeps_cases_up_but_settles_nothing(office: Office) -> None:
    local = Actor("console:a", None, frozenset({Role.REGISTER}))
    case = office.cases.open(office.decision(GOVERNMENT_SUED), local, at=AT)
    possible = {it.id for it in office.cases.possible(case, local)}
    assert {"note", "answer", "judge", "withdraw"} <= possible
    assert not possible & {"propose", "decide", "return", "withdraw_proposal", "confirm_handling"}
    with pytest.raises(NotAllowed, match="提出意见的权限"):
        office.do("propose", PROPOSAL, local)


def test_a_refusal_says_whose_step_it_is_and_on_what_clause(office: Office) -> None:
    office.open()
    with pytest.raises(NotAllowed, match=f"由{JUSTICE}做（第十三条）"):
        office.do("propose", PROPOSAL, office.enrol("telegram:9", BUREAU, Role.PROPOSE))


# ── who attends: two hands ───────────────────────────────────────────────────────────────────────────────────────────


def test_one_proposes_another_decides(office: Office) -> None:
    office.open()
    case = office.do("propose", PROPOSAL, office.proposer)
    assert case.plan(GOVERNMENT) is None
    case = office.do("decide", {}, office.decider)
    plan = case.plan(GOVERNMENT)
    assert plan is not None
    assert (plan.state, plan.proposed_by, plan.settled_by) == ("decided", "telegram:2", "telegram:3")
    assert [(it.kind, it.office, it.duty) for it in plan.attendees] == [
        ("head", "副市长", "分管住建"),
        ("staff", "法制科科长", ""),
    ]


def test_whoever_proposed_cannot_decide_even_in_another_post(office: Office) -> None:
    office.open()
    office.do("propose", PROPOSAL, office.proposer)
    moved = office.enrol("telegram:2", OFFICE, Role.DECIDE)
    with pytest.raises(StepRefused, match="是您提出的"):
        office.do("decide", {}, moved)
    assert office.cases.get(1, moved).plan(GOVERNMENT) is None


def test_within_one_bureau_it_still_takes_two(office: Office) -> None:
    office.open(BUREAU_SUED)  # Art. 14: its own legal section proposes, itself decides
    section = office.enrol("telegram:8", BUREAU, Role.PROPOSE)
    leader = office.enrol("telegram:9", BUREAU, Role.DECIDE)
    office.do("propose", PROPOSAL, section)
    with pytest.raises(NotAllowed):
        office.do("decide", {}, section)
    assert office.do("decide", {}, leader).plan(BUREAU) is not None


def test_each_defendant_settles_its_own(office: Office) -> None:
    office.open(BOTH_SUED)
    section = office.enrol("telegram:8", BUREAU, Role.PROPOSE)
    leader = office.enrol("telegram:9", BUREAU, Role.DECIDE)
    with pytest.raises(NotAllowed, match="第十三条"):
        office.do("propose", {**PROPOSAL, "party": GOVERNMENT}, section)
    with pytest.raises(NotAllowed, match="第十四条"):
        office.do("propose", {**PROPOSAL, "party": BUREAU}, office.proposer)
    office.do("propose", PROPOSAL, section)  # which defendant is clear from whose proposal it is
    office.do("propose", PROPOSAL, office.proposer)
    with pytest.raises(NotAllowed, match="第十四条"):
        office.do("decide", {"party": BUREAU}, office.decider)
    case = office.do("decide", {}, office.decider)
    assert (case.plan(GOVERNMENT) is None, case.plan(BUREAU) is None) == (False, True)
    case = office.do("decide", {}, leader)
    assert case.plan(BUREAU) is not None


def test_to_decide_is_offered_while_a_proposal_waits_and_to_propose_while_none_does(office: Office) -> None:
    def offered(who: Actor) -> set[str]:
        case = office.cases.get(1, who)
        return {it.id for it in office.cases.possible(case, who)} & {"propose", "withdraw_proposal", "decide", "return"}

    office.open()
    assert (offered(office.proposer), offered(office.decider)) == ({"propose"}, set())
    office.do("propose", PROPOSAL, office.proposer)
    assert (offered(office.proposer), offered(office.decider)) == ({"withdraw_proposal"}, {"decide", "return"})
    office.do("decide", {}, office.decider)
    assert (offered(office.proposer), offered(office.decider)) == ({"propose"}, set())


def test_a_proposal_is_returned_with_a_reason_and_made_anew(office: Office) -> None:
    office.open()
    office.do("propose", PROPOSAL, office.proposer)
    with pytest.raises(StepRefused, match="已有一份意见"):
        office.do("propose", PROPOSAL, office.proposer)
    with pytest.raises(StepRefused, match="理由") as refused:
        office.do("return", {}, office.decider)
    assert refused.value.detail == "reason"
    case = office.do("return", {}, office.decider, reason="副市长当日出差")
    assert [(it.state, it.reason) for it in case.plans] == [("returned", "副市长当日出差")]
    office.do("propose", PROPOSAL, office.proposer)
    case = office.do("withdraw_proposal", {}, office.proposer, reason="写错了")
    assert [it.state for it in case.plans] == ["returned", "withdrawn"]
    with pytest.raises(StepRefused, match="还没有人提出意见"):
        office.do("decide", {}, office.decider)


def test_a_decided_plan_changes_only_for_a_reason_and_by_both_hands(office: Office) -> None:
    office.open()
    office.do("propose", PROPOSAL, office.proposer)
    office.do("decide", {}, office.decider)
    chief = {"attendees": [{"kind": "head", "office": "市长"}]}
    with pytest.raises(StepRefused, match="换人请写理由"):
        office.do("propose", chief, office.proposer)
    case = office.do("propose", chief, office.proposer, reason="原定负责人不能出庭")
    plan = case.plan(GOVERNMENT)
    assert plan is not None and plan.attendees[0].office == "副市长"  # until the new one is decided
    case = office.do("decide", {}, office.decider)
    plan = case.plan(GOVERNMENT)
    assert plan is not None and plan.attendees[0].office == "市长"
    assert [it.state for it in case.plans] == ["superseded", "decided"]


# ── 第十一条第（七）项: two confirmations ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def staff(office: Office) -> Actor:
    """Of the government's office, who may confirm for it."""
    return office.enrol("telegram:6", OFFICE, Role.DECIDE)


def test_office_and_justice_bureau_settle_the_handling_unit_together(office: Office, staff: Actor) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    case = office.do("confirm_handling", {"unit": "住建局"}, staff)
    assert (case.handling, [(it.side, it.unit) for it in case.confirmations]) == ((), [("office", BUREAU)])
    with pytest.raises(StepRefused, match="等另一方"):
        office.do("confirm_handling", {"unit": BUREAU}, office.decider)  # a colleague of the same side
    case = office.do("confirm_handling", {"unit": "原平市住建局"}, office.proposer)
    assert case.handling == (BUREAU,)


def test_different_units_settle_nothing(office: Office, staff: Actor) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    office.do("confirm_handling", {"unit": BUREAU}, staff)
    case = office.do("confirm_handling", {"unit": OTHER_BUREAU}, office.proposer)
    assert case.handling == ()
    case = office.do("confirm_handling", {"unit": OTHER_BUREAU}, staff)
    assert case.handling == (OTHER_BUREAU,)


def test_one_person_cannot_confirm_for_both(office: Office, staff: Actor) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    office.do("confirm_handling", {"unit": BUREAU}, staff)
    moved = office.enrol(staff.person, JUSTICE, Role.PROPOSE)
    with pytest.raises(StepRefused, match="另一家的确认也是您做的"):
        office.do("confirm_handling", {"unit": BUREAU}, moved)


def test_what_they_settled_changes_for_a_reason_and_by_both_again(office: Office, staff: Actor) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    for who in (staff, office.proposer):
        office.do("confirm_handling", {"unit": BUREAU}, who)
    with pytest.raises(StepRefused, match="已经定为"):
        office.do("confirm_handling", {"unit": BUREAU}, staff)
    with pytest.raises(StepRefused, match="要改的请写理由"):
        office.do("confirm_handling", {"unit": OTHER_BUREAU}, staff)
    case = office.do("confirm_handling", {"unit": OTHER_BUREAU}, staff, reason="职责已经划转")
    assert case.handling == (BUREAU,)
    case = office.do("confirm_handling", {"unit": OTHER_BUREAU}, office.proposer, reason="职责已经划转")
    assert case.handling == (OTHER_BUREAU,)
    assert office.do("answer", {"day": "2026-11-20"}).stage == "waiting"


def test_several_handling_units_can_be_named(office: Office, staff: Actor) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    office.do("confirm_handling", {"unit": "住建局、自然资源局"}, staff)
    case = office.do("confirm_handling", {"unit": "自然资源局，住建局"}, office.proposer)
    assert sorted(case.handling) == sorted((BUREAU, OTHER_BUREAU))


@pytest.mark.parametrize("unit", ["那个局", "", "住建局、", "太原市住建局"])
def test_a_handling_unit_has_to_be_one_of_the_city(office: Office, staff: Actor, unit: str) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    with pytest.raises(StepRefused) as refused:
        office.do("confirm_handling", {"unit": unit}, staff)
    assert refused.value.detail == "unit"


JOINT = {
    "defendants": "several_without_government",
    "defendant_units": f"{BUREAU}、{OTHER_BUREAU}",
    "reviewed": "none",
    "received_on": "2026-11-09",
}
VERTICAL = {"defendants": "vertical_agency", "defendant_units": "原平市税务局", "received_on": "2026-11-09"}


@pytest.mark.parametrize(
    ("facts", "bureau"), [(JOINT, JUSTICE), (VERTICAL, "忻州市司法局")], ids=["Art. 7", "with a body outside"]
)
def test_where_no_office_has_a_say_the_justice_bureau_alone_notes_it(
    office: Office, facts: dict[str, str], bureau: str
) -> None:
    office.open(facts)
    who = office.enrol("telegram:9", bureau, Role.PROPOSE)
    assert office.do("confirm_handling", {"unit": BUREAU}, who).handling == (BUREAU,)


ITS_GOVERNMENT_REVIEWED = {
    "defendants": "several_with_government",
    "defendant_units": f"{GOVERNMENT}、忻州市人民政府",
    "reviewed": "city_government",
    "review_result": "upheld",
    "original_organ": "county_government",
    "received_on": "2026-11-09",
}
"""R08 with a government as original organ: office and justice bureau may name the section, not the handling unit."""


@pytest.mark.parametrize("facts", [GOVERNMENT_SUED, ITS_GOVERNMENT_REVIEWED], ids=["R03", "R08"])
def test_where_the_text_decides_nobody_confirms(office: Office, staff: Actor, facts: dict[str, str]) -> None:
    case = office.open(facts)
    with pytest.raises(StepRefused, match=f"按条文已经确定是{'、'.join(case.handling)}"):
        office.do("confirm_handling", {"unit": OTHER_BUREAU}, staff, reason="试")


def test_a_case_that_does_not_say_whose_government_says_so(office: Office) -> None:
    office.open({"defendants": "several_with_government", "reviewed": "none", "received_on": "2026-11-09"})
    with pytest.raises(NotAllowed, match="更正登记"):
        office.do("propose", PROPOSAL | {"party": "被告的政府"}, office.enrol("telegram:1", BUREAU, Role.PROPOSE))


# ── handing over ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_handed_to_a_colleague_who_can_keep_it(office: Office) -> None:
    office.open()
    colleague = office.enrol("telegram:8", BUREAU, Role.REGISTER)
    assert office.do("hand_over", {"colleague": colleague.person}).keeper == "telegram:8"
    with pytest.raises(StepRefused, match="本来就在"):
        office.do("hand_over", {"colleague": colleague.person})


@pytest.mark.parametrize("colleague", ["telegram:99", "telegram:3", "telegram:4", "telegram:5", "console:b", "王主任"])
def test_nobody_else_can_be_handed_a_case(office: Office, colleague: str) -> None:
    case = office.open()
    with pytest.raises(StepRefused, match="不能接手") as refused:
        office.do("hand_over", {"colleague": colleague})
    assert refused.value.detail == "colleague"
    assert office.cases.get(1, office.registrar) == case


def test_whoever_was_revoked_can_no_longer_be_handed_one(office: Office) -> None:
    office.open()
    colleague = office.enrol("telegram:8", BUREAU, Role.REGISTER)
    office.people.revoke(colleague.person, by="console:admin", at=AT, reason="调离")
    with pytest.raises(StepRefused, match="不能接手"):
        office.do("hand_over", {"colleague": colleague.person})
