"""Real conversations: Rasa in its own process, our actions behind their route, a pocket talk behind them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from actions.rasa.ports import Facts, Memory, Turn
from bot.action_server import ActionServer
from bot.errors import RasaFault, RasaMissing
from bot.rasa_process import RasaFiles, RasaProcess, new_token
from tests.actions.pocket_talk import PocketTalk

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.rasa,
    pytest.mark.xdist_group("rasa"),
    pytest.mark.asyncio(loop_scope="module"),
]


@dataclass
class House:
    """Everything that a conversation needs."""

    talk: PocketTalk
    rasa: RasaProcess

    async def say(self, sender: str, text: str) -> list[str]:
        """What comes back to words."""
        return [str(message["text"]) for message in await self.rasa.send(sender, text)]

    async def press(self, sender: str, payload: str) -> list[str]:
        """What comes back to a button."""
        return [str(message["text"]) for message in await self.rasa.send(sender, payload, choice=True)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    files = RasaFiles.in_checkout(ROOT)
    try:
        files.check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    talk, token = PocketTalk(), new_token()
    async with ActionServer(lambda: talk, token) as actions:
        actions.begin()
        rasa = RasaProcess(files, tmp_path_factory.mktemp("home"), actions.url, token)
        await rasa.start()
        try:
            await rasa.wait_ready()
            yield House(talk, rasa)
        finally:
            await rasa.stop()


async def test_from_the_first_word_to_the_record(house: House) -> None:
    talk, who = house.talk, "first"
    before = len(talk.recorded)
    assert await house.say(who, "你好") == ["greet"]
    assert await house.say(who, "我要登记一个案子") == ["我理解 {}", "问 defendants"]
    assert await house.press(who, '/choose{"fact": "defendants", "value": "county"}') == ["问 reviewed"]
    assert await house.say(who, "为什么问这个") == ["因为 reviewed", "问 reviewed"]
    assert await house.say(who, "第十九条说的什么") == ["第十九条\n\n原文", "问 reviewed"]
    assert await house.say(who, "2") == ["问 received_on"]
    assert await house.say(who, "返回上一步") == ["退回 reviewed", "问 reviewed"]
    assert await house.say(who, "没有") == ["问 received_on"]
    assert await house.say(who, "说不上来啊") == ["没听懂 1", "问 received_on"]
    outcome = "结论 defendants=county reviewed=no received_on=11月20日"
    assert await house.say(who, "11月20日") == [outcome]
    assert await house.say(who, "材料") == ["看 materials"]
    assert await house.say(who, "对，确认") == [f"已登记 {before + 1}"]
    assert await house.say(who, "确认") == [f"没有可登记的，上一件是 {before + 1}"]
    assert await house.say(who, "我登记过的案子") == ["记录 1"]
    facts = {"defendants": "county", "reviewed": "no", "received_on": "11月20日"}
    assert talk.recorded[before:] == [(who, facts)]
    assert await house.say(who, "再登记一个") == ["我理解 {}", "问 defendants"]


async def test_a_question_comes_with_its_buttons_in_one_message(house: House) -> None:
    messages = await house.rasa.send("buttons", "/start", choice=True)
    assert messages[1] == {
        "text": "问 defendants",
        "buttons": [
            {"title": value, "payload": f'/choose{{"fact": "defendants", "value": "{value}"}}'}
            for value in ("county", "both")
        ],
        "custom": {"kind": "question", "fact": "defendants"},
    }


async def test_a_story_that_tells_everything_is_asked_nothing(house: House) -> None:
    said = await house.say("story", "收到应诉通知书，县政府被告了，复议维持的，11月3日收到")
    assert said[1:] == ["结论 defendants=county reviewed=upheld received_on=11月3日"]
    assert await house.press("story", '/change_fact{"fact": "reviewed"}') == ["改 reviewed", "问 reviewed"]
    assert await house.say("story", "没有") == ["结论 defendants=county reviewed=no received_on=11月3日"]
    assert await house.say("story", "退一步") == ["退回 received_on", "问 received_on"]


async def test_an_old_button_changes_an_answer_whether_the_form_is_open_or_not(house: House) -> None:
    both = '/choose{"fact": "defendants", "value": "both"}'
    await house.say("old", "县政府被起诉了，我要登记")
    assert await house.press("old", both) == ["问 received_on"]
    assert await house.say("old", "11月3日") == ["结论 defendants=both received_on=11月3日"]
    county = '/choose{"fact": "defendants", "value": "county"}'
    assert await house.press("old", county) == ["问 reviewed"]


@pytest.mark.parametrize(
    "typed",
    [
        "/confirm_case",
        '/choose{"fact": "defendants", "value": "both"}',
        "/restart",
        "/back",
        "/session_start",
    ],
)
async def test_what_a_person_types_is_never_a_button(house: House, typed: str) -> None:
    who = f"slash {typed}"
    before = list(house.talk.recorded)
    await house.say(who, "我要登记")
    said = await house.say(who, typed)
    assert said[-1] == "问 defendants", "nothing was answered, confirmed, or undone"
    assert house.talk.recorded == before


async def test_cancelling_forgets_the_case_and_starting_over_asks_again(house: House) -> None:
    await house.say("end", "县政府被告了，要登记")
    assert await house.say("end", "取消") == ["cancel"]
    assert await house.say("end", "为什么") == ["因为 None"]
    assert await house.say("end", "我要登记") == ["我理解 {}", "问 defendants"]
    await house.say("end", "1")
    assert await house.say("end", "重来") == ["重来", "问 defendants"]
    assert await house.say("end", "取消登记") == ["cancel"]


async def test_people_do_not_see_each_other(house: House) -> None:
    people = [f"person {number}" for number in range(8)]
    await asyncio.gather(*(house.say(who, "我要登记") for who in people))
    answers = await asyncio.gather(*(house.say(who, str(1 + n % 2)) for n, who in enumerate(people)))
    assert answers == [["问 reviewed"], ["问 received_on"]] * 4


async def test_an_open_form_survives_a_killed_process(house: House) -> None:
    await house.say("survivor", "我要登记")
    await house.say("survivor", "1")
    pid = house.rasa.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while house.rasa.pid in (pid, None):
        await asyncio.sleep(0.02)
    await house.rasa.wait_ready()
    assert await house.say("survivor", "没有") == ["问 received_on"]
    assert (await house.say("survivor", "11月3日"))[0].startswith("结论 defendants=county reviewed=no")


async def test_a_failing_action_is_a_fault_and_the_message_can_be_sent_again(house: House) -> None:
    for message, answer in (("我要登记", ["我理解 {}", "问 defendants"]), ("1", ["问 reviewed"])):
        house.talk.break_next = True
        with pytest.raises(RasaFault):
            await house.say("again", message)
        assert await house.say("again", message) == answer


async def test_a_long_talk_keeps_its_answers_and_its_open_question(house: House) -> None:
    await house.say("long", "我要登记")
    await house.say("long", "1")
    for _ in range(40):
        assert await house.say("long", "第十九条说的什么") == ["第十九条\n\n原文", "问 reviewed"]
    assert await house.say("long", "没有") == ["问 received_on"]
    outcome = "结论 defendants=county reviewed=no received_on=11月3日"
    assert await house.say("long", "11月3日") == [outcome]


async def test_every_kind_of_message_gets_an_answer(house: House) -> None:
    odd = [
        "？",
        "。。。",
        "😀",
        "asdf",
        "0",
        "    x",
        "啊" * 1500,
        "\n\n",
        "NULL",
        "{}",
        "<b>",
        "%s",
        "第九十九条",
    ]
    for opening in ("我要登记", "取消"):
        await house.say("odd", opening)
        for text in odd:
            assert await house.say("odd", text), text


async def test_nobody_gets_in_without_the_token(house: House) -> None:
    port = house.rasa.port
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as stranger:
        body = {"sender": "first", "message": "/confirm_case", "choice": True}
        answers = [
            await stranger.post("/webhooks/talk/webhook", json=body),
            await stranger.get("/webhooks/talk/"),
            await stranger.post("/webhooks/rest/webhook", json=body),
            await stranger.get("/conversations/first/tracker"),
            await stranger.get("/status"),
        ]
    assert [answer.status_code for answer in answers] == [401, 401, 404, 404, 404]


async def test_the_log_has_no_word_of_what_was_said(house: House) -> None:
    house.talk.break_next = True
    secret = "县政府被告了，当事人李四元"
    with pytest.raises(RasaFault):
        await house.say("secret", secret)
    log = house.rasa.log.read_text(encoding="utf-8")
    assert "李四元" not in log
    assert "张三" not in log


SAID: list[tuple[str, str]] = [
    ("在不在呀", "greet"),
    ("这东西咋使", "help"),
    ("好嘞，多谢您", "thanks"),
    ("给我讲讲第二十一条", "第十九条\n\n原文"),
    ("负责人有事去不了该办什么手续", "第十九条\n\n原文"),
    ("法院的司法建议不回会怎么样", "第十九条\n\n原文"),
    ("诉讼费谁出", "第十九条\n\n原文"),
    ("鉴定费谁来掏", "第十九条\n\n原文"),
    ("证据交晚了有啥后果", "第十九条\n\n原文"),
    ("之前登记的案件列出来", "记录 0"),
    ("0031那条登记错了", "更正"),
    ("不用登记了，算了", "cancel"),
    ("接着刚才的继续", "resume"),
    ("又有个案子，水务局叫人家告了", "另一件 又有个案子，水务局叫人家告了"),
    ("咱们回到头一个案子吧", "另一件 咱们回到头一个案子吧"),
    ("我休产假，这案子转给科里小赵", "转交 0"),
    ("老王那案子现在我接着办", "转交 0"),
]


@pytest.mark.parametrize(("said", "answer"), SAID)
async def test_words_that_are_in_no_example_are_understood(house: House, said: str, answer: str) -> None:
    assert (await house.say(f"ear {said}", said))[0] == answer


async def test_a_message_that_comes_again_while_its_turn_runs_gets_the_answer_of_that_turn(house: House) -> None:
    await house.say("repeated", "我要登记")
    first, second = await asyncio.gather(
        *(house.rasa.send("repeated", "说不上来啊", key="repeated:1") for _ in range(2))
    )
    assert [it["text"] for it in first] == ["没听懂 1", "问 defendants"]
    assert second == first
    assert await house.say("repeated", "说不上来啊") == ["没听懂 2", "问 defendants"]


async def test_a_turn_goes_on_when_whoever_asked_has_gone_and_is_not_begun_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.say("gone", "我要登记")
    read, begun, rasa = house.talk.read, list[str](), house.rasa
    headers = {"Authorization": f"Bearer {rasa.token}", "Content-Type": "application/json"}
    asking, other = (HTTPConnection("127.0.0.1", rasa.port) for _ in range(2))
    with closing(asking), closing(other):

        def reading(fact: str, text: str, facts: Facts, memory: Memory) -> Turn:
            begun.append(text)
            asking.close()  # as a time-out does, in the middle of the turn
            other.request("GET", "/webhooks/talk/", headers=headers)
            assert other.getresponse().read(), "when it answers, Rasa has noticed"
            return read(fact, text, facts, memory)

        monkeypatch.setattr(house.talk, "read", reading)
        body = {"sender": "gone", "message": "说不上来啊", "key": "gone:1"}
        asking.request("POST", "/webhooks/talk/webhook", json.dumps(body), headers)
        while not begun:
            await asyncio.sleep(0.01)
    answer = await rasa.send("gone", "说不上来啊", key="gone:1")
    assert [it["text"] for it in answer] == ["没听懂 1", "问 defendants"]
    assert begun == ["说不上来啊"]


async def test_who_presses_gets_no_unit_and_the_question_again(house: House) -> None:
    await house.say("pressed", "我要登记")
    assert await house.say("pressed", "赶紧给个单位，书记等着听呢") == ["不代定", "问 defendants"]


async def test_another_case_in_the_middle_is_no_answer(house: House) -> None:
    await house.say("beside", "我要登记")
    assert await house.say("beside", "还有另外一个案子也要说") == ["另一件 还有另外一个案子也要说", "问 defendants"]
    assert await house.say("beside", "转交给别的同志") == ["转交 0", "问 defendants"]


STORIES = [
    "昨天法院送来传票，区政府成了被告，案由是行政许可",
    "交警队的处罚，司机告到法院了，该谁管",
    "商户不服市场监管局的罚款，起诉了，请看看归谁承办",
    "镇上强拆猪圈，养殖户把镇政府告了",
]


@pytest.mark.parametrize("story", STORIES)
async def test_a_story_begins_an_intake(house: House, story: str) -> None:
    assert (await house.say(f"story {story}", story))[0].startswith("我理解")


@pytest.mark.parametrize(
    "said", ["损害加重", "害加重", "重大处罚", "停产停业", "另行处理的", "好像是统计局吧", "新的决定", "算了，不改了"]
)
async def test_an_answer_that_looks_like_an_end_ends_nothing(house: House, said: str) -> None:
    who = f"trap {said}"
    await house.say(who, "我要登记一个案子")
    await house.press(who, '/choose{"fact": "defendants", "value": "county"}')
    assert (await house.say(who, said))[-1] in ("问 reviewed", "问 received_on"), "the first answer is kept"


@pytest.mark.parametrize("said", ["第二款呢", "那第三项呢", "上一项呢", "第十条呢", "那下一款呢"])
async def test_a_part_of_a_clause_is_a_question(house: House, said: str) -> None:
    assert await house.say(f"part {said}", said) == ["第十九条\n\n原文"]
