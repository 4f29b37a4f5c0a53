"""The case desk in the private chat: by buttons, numbers and words, beside the guided talk; files; who may."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest

from actions.case_talk import CaseDesk
from actions.cases import Case
from actions.people import Role
from actions.reminding import Reminders
from knowledge.search import Searcher
from tests.actions.cases_kit import BUREAU, Office
from tests.bot.telegram.bot_api import BotApi
from tests.bot.telegram.house import CHOOSE, ZHANG, Clock, FakeDoor, House, house, pressed

PROPOSER = 2
"""Of the justice bureau; they may propose, and register nothing."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A case against the government, which Zhang's bureau handles; its answer is due today."""
    made = Office.at(tmp_path)
    with made.store:
        made.open(who=made.enrol(f"telegram:{ZHANG}", BUREAU, Role.REGISTER))
        yield made


@pytest.fixture
async def home(api: BotApi, tmp_path: Path, searcher: Searcher, office: Office) -> AsyncIterator[House]:
    clock, door = Clock(), FakeDoor({f"telegram:{ZHANG}", f"telegram:{PROPOSER}"})
    desk = CaseDesk(office.store, office.cases, office.table, clock.now)
    async with house(api, tmp_path, searcher, clock=clock, door=door, case_desk=desk) as running:
        yield running


def the_case(office: Office) -> Case:
    return office.cases.get(1, office.registrar)


def labels(home: House) -> list[str]:
    return [it["text"] for it in home.api.last(ZHANG).buttons]


async def test_from_the_list_to_a_case_by_buttons(home: House) -> None:
    await home.say("我的案件")
    assert labels(home) == ["1 1号"]
    await home.press("1号")
    assert home.api.texts(ZHANG)[0].endswith("已选：1号")
    assert home.api.last(ZHANG).text.startswith("【第1号案件】待答辩")
    assert labels(home) == ["1 材料", "2 期限", "3 出庭", "4 文书", "5 记录", "6 能做什么"]
    assert home.guide.heard == []


async def test_a_step_by_its_button_and_the_answer_by_a_number(home: House, office: Office) -> None:
    await home.say("案件 1 开庭 今天 9:00")
    await home.say("案件 1 能做什么")
    await home.press("已开庭")
    assert labels(home) == ["1 没有负责人出庭", "2 其他负责人", "3 副职", "4 正职"]
    await home.say("３")
    assert "已开庭，副职。" in home.api.last(ZHANG).text
    assert [rank for _, rank in the_case(office).hearings[0].attended] == ["deputy"]
    assert home.guide.heard == []


async def test_what_is_asked_back_is_answered_in_words(home: House, office: Office) -> None:
    await home.say("案件 1 已答辩")
    assert "还缺日期" in home.api.last(ZHANG).text
    await home.say("11月20号")
    assert the_case(office).answered_on == date(2026, 11, 20)
    assert home.guide.heard == []


async def test_the_guided_talk_goes_on_beside_the_desk(home: House, office: Office) -> None:
    await home.say("县政府被告了")
    await home.say("案件 1 撤回登记")
    assert "要写理由" in home.api.last(ZHANG).text and not home.api.last(ZHANG).buttons
    await home.press("没有")
    assert home.guide.heard == ["县政府被告了", CHOOSE], "its button is no reason to withdraw a case"
    await home.say("登记错了")
    assert home.guide.heard[-1] == "登记错了"
    assert the_case(office).stage == "answering"


async def test_a_number_answers_what_was_asked_last(home: House, office: Office) -> None:
    await home.say("县政府被告了")
    await home.say("案件 1 材料 齐")
    assert "还缺材料的序号" in home.api.last(ZHANG).text
    await home.say("1")
    assert the_case(office).materials == (("1", "done"),)
    assert home.guide.heard == ["县政府被告了"]


async def test_a_file_arrives_with_the_words(home: House) -> None:
    await home.say("案件 1 文书 审批表")
    shown = home.api.last(ZHANG)
    assert shown.file is not None and len(home.api.made("sendDocument")) == 1
    assert shown.file.name.endswith(".docx") and shown.file.content.startswith(b"PK")
    assert shown.text.startswith("出庭应诉人员审批表：")


async def test_a_stale_button_does_nothing_and_the_present_ones_are_shown_again(home: House, office: Office) -> None:
    await home.say("案件 1 材料")
    old = home.button("八项都齐")
    await home.say("案件 1")
    await home.receive(pressed(old))
    assert "已经过时" in home.api.texts(ZHANG)[-2]
    assert home.api.last(ZHANG).text.startswith("【第1号案件】")
    assert the_case(office).materials == ()
    await home.press("期限")
    assert home.api.last(ZHANG).text.startswith("【期限】第1号案件")


async def test_a_button_pressed_twice_takes_one_step(home: House, office: Office) -> None:
    await home.say("案件 1 材料")
    data = home.button("八项都齐")
    await home.receive(pressed(data), pressed(data))
    assert len(office.cases.history(1, office.registrar)) == 9


async def test_buttons_and_what_was_asked_survive_a_restart(
    api: BotApi, tmp_path: Path, searcher: Searcher, office: Office
) -> None:
    def desk() -> CaseDesk:
        return CaseDesk(office.store, office.cases, office.table, Clock().now)

    async with house(api, tmp_path, searcher, case_desk=desk()) as before:
        await before.say("案件 1 能做什么")
    async with house(api, tmp_path, searcher, case_desk=desk()) as after:
        await after.press("已答辩")
    async with house(api, tmp_path, searcher, case_desk=desk()) as last:
        await last.say("今天")
        assert last.guide.heard == []
    assert the_case(office).answered_on == date(2026, 11, 24)


async def test_who_may_only_propose_works_at_the_desk_though_the_guided_talk_refuses_them(
    home: House, office: Office
) -> None:
    home.door.refused["register"] = "您没有登记的权限。"
    await home.say("案件 1 提出出庭人员", PROPOSER)
    await home.say("市长；律师", PROPOSER)
    assert [it.proposed_by for it in the_case(office).plans] == [f"telegram:{PROPOSER}"]
    await home.say("谢谢", PROPOSER)
    assert home.api.last(PROPOSER).text == "您没有登记的权限。"
    assert home.guide.heard == []


async def test_who_is_not_enrolled_is_told_so_and_sees_nothing(home: House) -> None:
    await home.say("案件 1", 99)
    assert home.api.texts(99) == ["您还没有开通。"]


async def test_while_paused_the_desk_rests_too(home: House, office: Office) -> None:
    home.door.pause = "引导登记暂停：核对规则。"
    await home.say("案件 1 已答辩 今天")
    assert home.api.texts(ZHANG) == ["引导登记暂停：核对规则。"]
    assert the_case(office).answered_on is None
    home.door.pause = None
    await home.say("案件 1 已答辩 今天")
    assert the_case(office).answered_on == date(2026, 11, 24)


async def test_a_reminders_button_takes_the_step(home: House, office: Office) -> None:
    reminders, now = Reminders(home.inbox), home.clock.now()
    due = reminders.due_now(office.cases.list(), office.people.list(), office.table.units, now)
    mine = [it for it in due if it.deadline == "answer" and it.person == f"telegram:{ZHANG}"]
    home.postroom.wake(it.chat for it in reminders.claim(mine, home.inbox, now))
    await home.postroom.idle()
    assert home.api.last(ZHANG).text.startswith("【期限】第1号案件：提交答辩状")
    await home.press("办完")
    assert home.api.chats[ZHANG][0].text.endswith("已选：办完") and not home.api.chats[ZHANG][0].buttons
    assert "办完，提交答辩状、证据和所依据的规范性文件。" in home.api.last(ZHANG).text
    assert the_case(office).done == ("answer",)


async def test_personal_data_is_refused_before_the_desk_sees_it(home: House, office: Office) -> None:
    await home.say("案件 1 案由 征收，原告13834561234")
    assert "手机号" in home.api.last(ZHANG).text
    assert the_case(office).cause == ""


@pytest.mark.parametrize(
    ("command", "heard"),
    [("/help", ["帮助"]), ("/begin", ["开始登记"]), ("/records", ["我的记录"]), ("/whoami", []), ("/cancel", [])],
)
async def test_commands_of_the_channel_are_no_answer_to_the_desk(
    home: House, office: Office, command: str, heard: list[str]
) -> None:
    await home.say("案件 1 撤回登记")
    await home.say(command)
    assert home.guide.heard == heard
    assert the_case(office).stage == "answering"
