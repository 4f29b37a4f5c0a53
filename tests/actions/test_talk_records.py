"""Confirming, looking up, correcting: each decision once, each by its own person, none changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from actions.cases import Cases
from actions.report import outcome_data
from actions.store import Store
from actions.talk.service import TalkService
from knowledge.decide import Decider
from knowledge.search import Searcher
from tests.actions.conversation import NOW, Conversation, service

STORY = "县政府被告了，住建局报县政府批准的征收决定"


def decide(chat: Conversation) -> Conversation:
    chat.tell(STORY)
    chat.press("只有")
    chat.answer("以政府名义")
    assert not chat.asks
    return chat


@pytest.fixture
def recorded(chat: Conversation) -> Conversation:
    """A case that is on record as number 1."""
    decide(chat).press("确认并登记")
    return chat


def test_confirming_records_what_was_shown(recorded: Conversation, records: Store, decider: Decider) -> None:
    assert recorded.text.startswith("已登记：编号0001，2026年11月24日10:00。")
    assert "县住房和城乡建设局" in recorded.text and "第十一条第（三）项" in recorded.text
    (decision,) = records.list()
    assert decision.person == recorded.person
    assert decision.decided_at == NOW
    assert decision.facts == recorded.facts
    outcome = outcome_data(decider.decide(recorded.facts, NOW.date()))
    assert decision.outcome == json.loads(json.dumps(outcome, ensure_ascii=False))
    assert decision.trace == decision.outcome["trace"]
    assert decision.measure_id == "xinzhou-2023-42"
    assert (decision.measure_sha256, decision.table_sha256) == (decider.measure.sha256, decider.table.sha256)
    assert decision.supersedes is None
    assert records.verify().ok


def test_pressing_twice_writes_one(recorded: Conversation, records: Store) -> None:
    assert recorded.confirm().startswith("已经登记过，没有重复登记：编号0001")
    assert records.count() == 1


def test_pressing_twice_at_once_writes_one(chat: Conversation, records: Store) -> None:
    decide(chat)
    # Both presses see the memory from before the first: the second never learnt of the first's answer.
    first = chat.talk.confirm(chat.facts, chat.memory, chat.person)
    second = chat.talk.confirm(chat.facts, chat.memory, chat.person)
    assert [turn.memory["decision"] for turn in (first, second) if turn.memory] == [1, 1]
    assert records.count() == 1


def test_what_is_left_to_people_is_recorded_as_open(chat: Conversation, records: Store) -> None:
    chat.tell("只告了县政府")
    chat.answer("以政府名义")
    chat.answer("镇政府报的")
    chat.press("登记为待定")
    (decision,) = records.list()
    assert decision.outcome["status"] == "undetermined"
    assert decision.outcome["handling_units"] == []
    assert "待定" in chat.text


def test_nothing_can_be_confirmed_before_there_is_an_outcome(chat: Conversation, records: Store) -> None:
    assert "没有待登记的案件" in chat.confirm()
    chat.tell("只告了县政府")
    assert "还差一个问题" in chat.confirm()
    assert chat.asks == "challenged"
    assert records.count() == 0


def test_two_cases_with_the_same_facts_are_two_decisions(recorded: Conversation, records: Store) -> None:
    decide(recorded).confirm()
    assert recorded.text.startswith("已登记：编号0002")
    assert [decision.supersedes for decision in records.list()] == [None, None]


# ── the case that it opens ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def cases(records: Store, decider: Decider) -> Cases:
    return Cases(records, decider.units)


def test_confirming_opens_the_case(recorded: Conversation, cases: Cases) -> None:
    assert "立为第1号案件" in recorded.text and "说“案件 1”" in recorded.text
    (case,) = cases.list()
    assert (case.number, case.decision, case.status, case.stage) == (1, 1, "determined", "answering")
    assert (case.opened_by, case.keeper) == (recorded.person, recorded.person)
    assert case.handling == ("县住房和城乡建设局",)


def test_pressing_twice_opens_one(recorded: Conversation, cases: Cases) -> None:
    assert "立为第1号案件" in recorded.confirm()
    assert len(cases.list()) == 1


def test_pressing_twice_at_once_opens_one(chat: Conversation, cases: Cases) -> None:
    decide(chat)
    for _ in range(2):
        chat.talk.confirm(chat.facts, chat.memory, chat.person)
    assert len(cases.list()) == 1


def test_a_correction_decides_the_same_case_anew(recorded: Conversation, cases: Cases) -> None:
    recorded.correct("0001错了")
    recorded.change("报批的不是住建局，是农业农村局")
    recorded.press("更正登记")
    assert "立为第1号案件" in recorded.text
    (case,) = cases.list()
    assert (case.number, case.decision, case.handling) == (1, 2, ("县农业农村局",))


def test_what_is_left_to_people_opens_a_case_too(chat: Conversation, cases: Cases) -> None:
    chat.tell("只告了县政府")
    chat.answer("以政府名义")
    chat.answer("镇政府报的")
    chat.press("登记为待定")
    (case,) = cases.list()
    assert (case.status, case.handling) == ("undetermined", ()) and len(case.decided_by) == 2


def test_two_cases_with_the_same_facts_are_two_cases(recorded: Conversation, cases: Cases) -> None:
    decide(recorded).confirm()
    assert "立为第2号案件" in recorded.text
    assert [it.decision for it in cases.list()] == [2, 1]


def test_who_is_not_enrolled_elsewhere_than_at_the_machine_opens_none(
    talk: TalkService, cases: Cases, records: Store
) -> None:
    stranger = decide(Conversation(talk, person="telegram:9"))
    assert "立为" not in stranger.confirm()
    assert (records.count(), cases.list()) == (1, [])


# ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_sees_only_what_they_recorded_themselves(recorded: Conversation, talk: TalkService) -> None:
    another = Conversation(talk, person="console:li")
    assert "您还没有登记过" in another.records()
    decide(another).confirm()
    assert "0002" in another.records() and "0001" not in another.text
    assert "0001" in recorded.records() and "0002" not in recorded.text


def test_another_persons_record_cannot_be_opened(recorded: Conversation, talk: TalkService, records: Store) -> None:
    another = Conversation(talk, person="console:li")
    assert "您名下没有编号0001的登记" in another.correct("更正0001")
    assert "住房和城乡建设局" not in another.text
    assert another.facts == {}
    assert "登记" in another.confirm()
    assert records.count() == 1


def test_records_survive_the_service(
    recorded: Conversation, decider: Decider, searcher: Searcher, records: Store
) -> None:
    later = Conversation(service(decider, searcher, records, datetime(2026, 12, 1, tzinfo=UTC)))
    assert "0001　2026年11月24日10:00　县住房和城乡建设局" in later.records()


# ── correction ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_supersedes_and_names_what_changed(recorded: Conversation, records: Store) -> None:
    recorded.correct("0001错了")
    assert "旧记录不删不改" in recorded.text
    assert recorded.labels[-2:] == ["改4 报批单位", "改5 行政复议"]
    recorded.change("报批的不是住建局，是农业农村局")
    recorded.press("更正登记")
    assert recorded.text.startswith("已登记：编号0002，更正自0001")
    later, earlier = records.list()
    assert (later.supersedes, earlier.superseded_by) == (1, 2)
    assert later.reason == "更正自0001：报批单位名称"
    assert earlier.outcome["handling_units"] == ["县住房和城乡建设局"], "the old one stays as it was"
    assert "（已由0002更正）" in recorded.records()
    assert records.verify().ok


def test_a_changed_case_confirmed_again_corrects_its_own_record(recorded: Conversation, records: Store) -> None:
    recorded.remark("昨天收到的")
    recorded.confirm()
    assert records.get(2).supersedes == 1
    assert records.get(2).reason == "更正自0001：收到日期"


@pytest.mark.parametrize(
    "said",
    [
        "住建局叫人告了，就咱一家，处罚决定，2026年10月9日收的通知",
        "教育局被告了，法院的通知书也来了",
        "县政府被告了，昨天又收到应诉通知书",
    ],
)
@pytest.mark.parametrize("door", ["remark", "clause", "change", "correct"])
def test_who_is_sued_and_a_notice_told_after_recording_are_another_case(
    recorded: Conversation, records: Store, door: str, said: str
) -> None:
    recorded.remark("11月9日收到的")
    recorded.confirm()
    getattr(recorded, door)(said)
    assert recorded.memory["case"] != "case-1" and not recorded.memory["supersedes"]
    assert records.count() == 2 and "更正登记" not in recorded.labels


@pytest.mark.parametrize("said", ["不对，县政府被告了，10月9日收到的通知", "县政府被告了，应该是10月9日收到的通知"])
def test_the_same_case_told_with_another_day_as_a_correction_stays_one(recorded: Conversation, said: str) -> None:
    recorded.remark(said)
    assert recorded.memory["case"] == "case-1" and recorded.facts["received_on"] == "2026-10-09"


def test_the_day_of_a_case_recorded_without_one_completes_it(chat: Conversation) -> None:
    chat.tell("")
    for fact, value in {
        "defendants": "county_government",
        "challenged": "act_in_its_name",
        "reported_by": "county_department",
        "reviewed": "none",
    }.items():
        chat.choose(fact, value)
    chat.confirm()
    chat.remark("县政府被告了，10月9日收到的通知书")
    assert chat.memory["case"] == "case-1" and chat.facts["received_on"] == "2026-10-09"


def test_a_correction_that_changes_nothing_is_not_recorded(recorded: Conversation, records: Store) -> None:
    recorded.correct("0001")
    assert "没有改动，不再登记" in recorded.confirm()
    recorded.change("改4")
    recorded.answer("住建局")
    assert "没有改动，不再登记" in recorded.confirm(), "the same answer in other words is no change"
    assert records.count() == 1


def test_to_confirm_what_was_presumed_is_a_change(recorded: Conversation, records: Store) -> None:
    recorded.correct("0001")
    recorded.change("改行政复议")
    recorded.answer("没有经过复议")
    recorded.confirm()
    assert records.get(2).reason == "更正自0001：行政复议"


def test_a_superseded_record_points_to_its_correction(recorded: Conversation, records: Store) -> None:
    recorded.remark("昨天收到的")
    recorded.confirm()
    assert "编号0001已由0002更正" in recorded.correct("更正0001")
    assert records.count() == 2


def test_without_a_number_the_last_record_is_opened(recorded: Conversation) -> None:
    recorded.correct("刚才登记的错了")
    assert "0001" in recorded.text


@pytest.mark.parametrize("said", ["更正0009", "更正9", "第9号错了"])
def test_a_number_that_is_not_there_is_told_so(recorded: Conversation, said: str) -> None:
    assert "您名下没有编号0009的登记" in recorded.correct(said)


def test_correcting_without_records_says_so(chat: Conversation) -> None:
    assert "您还没有登记过" in chat.correct("登记错了")


# ── what may not be stored ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", ["13834561234", "142201199001011234"])
def test_personal_data_is_refused_with_the_reason_and_nothing_is_written(
    chat: Conversation, records: Store, number: str
) -> None:
    decide(chat)
    chat.facts["reporter"] = f"县水利局{number}"
    said = chat.confirm()
    assert "已登记" not in said
    assert number not in said
    assert records.count() == 0
