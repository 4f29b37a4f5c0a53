"""Between a channel and the guided talk: what is kept out, what presses a button, what happens in a fault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.case_talk import Shown
from actions.document import Document
from bot.dialogue import MOST, Dialogue, clean, value
from bot.errors import RasaFault, RasaResting
from bot.messages import Incoming, Option, Reply
from knowledge.decide import Decider
from knowledge.laws import LawLibrary, Received
from knowledge.look_up import LookUp
from knowledge.search import Searcher

Message = dict[str, Any]
CHOOSE = '/choose{"fact": "reviewed", "value": "none"}'


def button(title: str, payload: str) -> dict[str, str]:
    return {"title": title, "payload": payload}


QUESTION: Message = {
    "text": "起诉以前经过行政复议吗？",
    "buttons": [
        button("没有经过复议", CHOOSE),
        button("改1 被告", '/change_fact{"fact": "defendants"}'),
        button("为什么问", "/why"),
    ],
}


@dataclass
class FakeGuide:
    """Stands where Rasa's process stands, and keeps what reached it."""

    answers: Callable[[str, str], list[Message]] = lambda sender, text: [QUESTION]
    ready: bool = True
    started: asyncio.Event = field(default_factory=asyncio.Event)
    got: list[tuple[str, str, bool]] = field(default_factory=list)
    now: list[str] = field(default_factory=list)
    most_at_once: dict[str, int] = field(default_factory=dict)

    async def wait_ready(self) -> None:
        if not self.ready:
            await self.started.wait()

    async def send(self, sender: str, text: str, *, choice: bool = False, key: str = "") -> list[Message]:
        self.got.append((sender, text, choice))
        self.now.append(sender)
        self.most_at_once[sender] = max(self.most_at_once.get(sender, 0), self.now.count(sender))
        self.most_at_once["all"] = max(self.most_at_once.get("all", 0), len(self.now))
        await asyncio.sleep(0)
        self.now.remove(sender)
        return self.answers(sender, text)


@pytest.fixture
def guide() -> FakeGuide:
    return FakeGuide()


@pytest.fixture
def dialogue(guide: FakeGuide, searcher: Searcher) -> Dialogue:
    return Dialogue(guide, LookUp(searcher))


def said(text: str, person: str = "zhang", *, pressed: bool = False) -> Incoming:
    return Incoming("test", person, text, pressed)


def failing(fault: Exception) -> Callable[[str, str], list[Message]]:
    def answers(sender: str, text: str) -> list[Message]:
        raise fault

    return answers


# ── what gets through ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_goes_through_and_its_answer_comes_back(dialogue: Dialogue, guide: FakeGuide) -> None:
    replies = await dialogue.answer(said("县政府被告了"))
    assert guide.got == [("test:zhang", "县政府被告了", False)]
    options = (
        Option("没有经过复议", "reviewed=none"),
        Option("改1 被告", "change_fact:defendants"),
        Option("为什么问", "why"),
    )
    assert replies == [Reply("起诉以前经过行政复议吗？", options)]


@pytest.mark.parametrize(
    "raw",
    [
        "县政\u200b府被告了",  # zero width
        "\ufeff县政府被告了",
        "县政\u202e府被告了\u202c",  # direction overrides
        "县政\u2066府被告了\u2069",
        "县政\u061c府被告了",
        "县\U000e0041\U000e007f政府被告了",  # tags
        "县政\u00ad府被告了",
        "县政\u2060府被告了",
        "县政府\x00被告\x1b了",
        "县政府\ud800被告了",  # half a character, which no encoding can carry
        "  县政府被告了 \r\n",
    ],
)
async def test_what_cannot_be_seen_does_not_get_through(dialogue: Dialogue, guide: FakeGuide, raw: str) -> None:
    await dialogue.answer(said(raw))
    assert [text for _, text, _ in guide.got] == ["县政府被告了"]


@given(st.text())
def test_cleaning_leaves_text_that_can_be_carried_and_cleans_no_more(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned.encode().decode() == cleaned


@pytest.mark.parametrize("raw", ["", "   ", "\n\t\n", "\u200b", "\U000e0041", "\x00"])
async def test_no_text_is_told_so(dialogue: Dialogue, guide: FakeGuide, raw: str) -> None:
    (reply,) = await dialogue.answer(said(raw))
    assert "没有看到文字" in reply.text
    assert guide.got == []


async def test_length_is_bounded(dialogue: Dialogue, guide: FakeGuide) -> None:
    await dialogue.answer(said("案" * MOST))
    assert len(guide.got) == 1
    (reply,) = await dialogue.answer(said("案" * (MOST + 1)))
    assert str(MOST) in reply.text
    assert len(guide.got) == 1


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("13834561234", "手机号"),
        ("138\u200b3456\u200b1234", "手机号"),
        ("１３８３４５６１２３４", "手机号"),
        ("142201199001011234", "身份证号"),
        ("0350-3022222", "固定电话"),
    ],
)
async def test_personal_data_never_reaches_the_guide_nor_comes_back(
    dialogue: Dialogue, guide: FakeGuide, number: str, kind: str
) -> None:
    (reply,) = await dialogue.answer(said(f"原告电话是{number}，县政府被告了"))
    assert kind in reply.text
    assert number not in reply.text
    assert guide.got == []


async def test_the_number_of_a_case_is_no_personal_data(dialogue: Dialogue, guide: FakeGuide) -> None:
    await dialogue.answer(said("（2026）晋09行初12号，县政府被告了"))
    assert len(guide.got) == 1


# ── buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["/confirm_case", CHOOSE, "/restart", "/session_start", "／confirm_case", "/why"])
async def test_what_a_person_types_with_a_stroke_is_text(dialogue: Dialogue, guide: FakeGuide, typed: str) -> None:
    await dialogue.answer(said("开始"))
    await dialogue.answer(said(typed))
    assert guide.got[-1] == ("test:zhang", typed, False)


@pytest.mark.parametrize("answer", ["1", "１", "①", "没有经过复议", "reviewed=none"])
@pytest.mark.parametrize("pressed", [True, False])
async def test_number_label_and_value_press_what_is_on_offer(
    dialogue: Dialogue, guide: FakeGuide, answer: str, pressed: bool
) -> None:
    await dialogue.answer(said("开始"))
    await dialogue.answer(said(answer, pressed=pressed))
    assert guide.got[-1] == ("test:zhang", CHOOSE, True)


@pytest.mark.parametrize("answer", ["4", "0", "９"])
async def test_a_number_that_is_not_on_offer_is_told_so(dialogue: Dialogue, guide: FakeGuide, answer: str) -> None:
    await dialogue.answer(said("开始"))
    got = list(guide.got)
    (reply,) = await dialogue.answer(said(answer))
    assert reply.text == f"上面没有第{answer}项，请从列出的选项里选。"
    assert guide.got == got


@pytest.mark.parametrize("answer", ["11月1日", "没有", "reviewed=upheld"])
async def test_anything_else_is_text(dialogue: Dialogue, guide: FakeGuide, answer: str) -> None:
    await dialogue.answer(said("开始"))
    await dialogue.answer(said(answer))
    assert guide.got[-1] == ("test:zhang", answer, False)


async def test_a_button_that_is_no_longer_on_offer_is_told_so(dialogue: Dialogue, guide: FakeGuide) -> None:
    await dialogue.answer(said("开始"))
    guide.answers = lambda sender, text: [{"text": "告的是什么？", "buttons": [button("不作为", "/deny")]}]
    await dialogue.answer(said("1"))
    sent = len(guide.got)
    (reply,) = await dialogue.answer(said("reviewed=none", pressed=True))
    assert "已经过时" in reply.text
    assert len(guide.got) == sent


async def test_numbers_and_labels_are_those_of_the_last_message(dialogue: Dialogue, guide: FakeGuide) -> None:
    first = {"text": "条文", "buttons": [button("改答案", "/change")]}
    guide.answers = lambda sender, text: [first, QUESTION]
    await dialogue.answer(said("开始"))
    await dialogue.answer(said("1"))
    assert guide.got[-1][1:] == (CHOOSE, True)
    await dialogue.answer(said("改答案"))
    assert guide.got[-1][1:] == ("改答案", False), "words, which the guide understands by itself"
    await dialogue.answer(said("change", pressed=True))
    assert guide.got[-1][1:] == ("/change", True), "its button is still there to be pressed"


async def test_an_answer_without_buttons_leaves_those_before_it(dialogue: Dialogue, guide: FakeGuide) -> None:
    await dialogue.answer(said("开始"))
    guide.answers = lambda sender, text: [{"text": "谢谢"}]
    await dialogue.answer(said("好的"))
    await dialogue.answer(said("1"))
    assert guide.got[-1][1:] == (CHOOSE, True)


@pytest.mark.parametrize(
    ("payload", "public"),
    [
        (CHOOSE, "reviewed=none"),
        ('/change_fact{"fact": "defendants"}', "change_fact:defendants"),
        ('/show{"section": "materials"}', "show:materials"),
        ("/confirm_case", "confirm_case"),
    ],
)
def test_public_values_of_buttons(payload: str, public: str) -> None:
    assert value(payload) == public


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_on_offer_to_one_is_not_on_offer_to_another(dialogue: Dialogue, guide: FakeGuide) -> None:
    await dialogue.answer(said("开始", "zhang"))
    await dialogue.answer(said("1", "li"))
    assert guide.got[-1] == ("test:li", "1", False)


async def test_the_same_name_on_two_channels_is_two_people(dialogue: Dialogue, guide: FakeGuide) -> None:
    await dialogue.answer(Incoming("console", "zhang", "开始"))
    await dialogue.answer(Incoming("jsonl", "zhang", "1"))
    assert guide.got == [("console:zhang", "开始", False), ("jsonl:zhang", "1", False)]


async def test_one_person_is_answered_one_by_one_and_in_order_people_side_by_side(
    dialogue: Dialogue, guide: FakeGuide
) -> None:
    people = [f"person {number}" for number in range(4)]
    await asyncio.gather(*(dialogue.answer(said(f"话 {turn}", who)) for turn in range(5) for who in people))
    assert all(guide.most_at_once[f"test:{who}"] == 1 for who in people)
    assert guide.most_at_once["all"] == len(people)
    for who in people:
        assert [text for sender, text, _ in guide.got if sender == f"test:{who}"] == [f"话 {n}" for n in range(5)]


# ── faults, and the start ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [RasaResting("休息"), RasaFault("没有回应")])
async def test_in_a_fault_a_clause_question_is_still_answered(
    dialogue: Dialogue, guide: FakeGuide, decider: Decider, fault: RasaFault
) -> None:
    guide.answers = failing(fault)
    (reply,) = await dialogue.answer(said("收到司法建议多久回复"))
    assert str(decider.cite("19").quote) in reply.text
    (reply,) = await dialogue.answer(said("3"))
    assert "引导登记暂时用不了" in reply.text


async def test_in_a_fault_other_law_is_looked_up_too(guide: FakeGuide, searcher: Searcher, tmp_path: Path) -> None:
    text = "第一条 渡口诉讼适用本法。\n第二条 被告应当在三十日内答辩。"
    received = Received(text, "lines", "1" * 64, "a.txt", "中华人民共和国行政诉讼法", "2022-05-01")
    LawLibrary.open(tmp_path).add(received)
    guide.answers = failing(RasaResting("休息"))
    (reply,) = await Dialogue(guide, LookUp(searcher, tmp_path)).answer(said("行政诉讼法第二条"))
    assert "被告应当在三十日内答辩。" in reply.text


@pytest.mark.parametrize("messages", [[], [{"buttons": []}], [{"text": ""}]])
async def test_an_empty_answer_is_a_fault(dialogue: Dialogue, guide: FakeGuide, messages: list[Message]) -> None:
    guide.answers = lambda sender, text: messages
    (reply,) = await dialogue.answer(said("县政府被告了没办法"))
    assert reply.text


async def test_after_a_fault_the_same_button_can_be_pressed_again(dialogue: Dialogue, guide: FakeGuide) -> None:
    await dialogue.answer(said("开始"))
    guide.answers = failing(RasaFault("没有回应"))
    await dialogue.answer(said("1"))
    guide.answers = lambda sender, text: [QUESTION]
    await dialogue.answer(said("1"))
    assert [message[1:] for message in guide.got[1:]] == [(CHOOSE, True)] * 2


async def test_a_fault_of_our_own_is_not_hidden(dialogue: Dialogue, guide: FakeGuide) -> None:
    guide.answers = failing(ValueError("ours"))
    with pytest.raises(ValueError, match="ours"):
        await dialogue.answer(said("开始"))
    guide.answers = lambda sender, text: [QUESTION]
    assert await dialogue.answer(said("开始")), "nobody waits for ever behind it"


async def test_while_it_starts_a_look_up_is_answered_at_once(dialogue: Dialogue, guide: FakeGuide) -> None:
    guide.ready = False
    (reply,) = await dialogue.answer(said("第十九条"), wait=False)
    assert reply.text.startswith("第十九条：“")
    assert guide.got == []


async def test_while_it_starts_anything_else_waits_for_it(dialogue: Dialogue, guide: FakeGuide) -> None:
    guide.ready = False
    waiting = [
        asyncio.create_task(dialogue.answer(said("第十九条"))),
        asyncio.create_task(dialogue.answer(said("1", "li"), wait=False)),
    ]
    for _ in range(5):
        await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    guide.ready = True
    guide.started.set()
    assert [replies[0].text for replies in await asyncio.gather(*waiting)] == [QUESTION["text"]] * 2


async def test_once_it_is_up_a_look_up_goes_through_it_too(dialogue: Dialogue, guide: FakeGuide) -> None:
    await dialogue.answer(said("第十九条"), wait=False)
    assert guide.got == [("test:zhang", "第十九条", False)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("第十九条", 0),
        ("行政诉讼法第六十七条", 0),
        ("司法建议多久回复", 0),
        ("县政府被告了，住建局报批的", 1),
        ("县政府被告了，谁承办", 1),
        ("案" * (MOST + 1), 0),
    ],
)
async def test_while_paused_whoever_tells_of_a_case_is_told_why_first(
    dialogue: Dialogue, guide: FakeGuide, text: str, told: int
) -> None:
    paused = Reply("引导登记暂停：核对规则。")
    replies = await dialogue.while_paused(said(text), paused)
    assert replies[:told] == [paused] * told
    assert replies.count(paused) == told
    assert guide.got == []


# ── the case desk ────────────────────────────────────────────────────────────────────────────────────────────────────

PAGE = Shown("【第3号案件】", (("材料", "案件 3 材料"), ("期限", "案件 3 期限")))


@dataclass
class FakeDesk:
    """Stands where the case desk stands, and keeps what was asked of it."""

    says: dict[str, Shown] = field(
        default_factory=lambda: {
            "案件 3": PAGE,
            "案件 3 材料": Shown("【材料】"),
            "案件 3 已答辩": Shown("哪天？", asks=True),
        }
    )
    got: list[tuple[str, str, str]] = field(default_factory=list)

    def answer(self, person: str, text: str, key: str = "") -> Shown | None:
        self.got.append((person, text, key))
        return self.says.get(text)

    @property
    def heard(self) -> list[str]:
        return [text for _, text, _ in self.got]


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def with_desk(guide: FakeGuide, searcher: Searcher, desk: FakeDesk) -> Dialogue:
    return Dialogue(guide, LookUp(searcher), lambda: desk)


async def test_while_the_desk_is_not_open_nothing_is_asked_of_it(dialogue: Dialogue) -> None:
    assert await dialogue.at_desk(said("案件 3")) is None


async def test_what_is_asked_of_the_desk_is_answered_without_the_guide(
    with_desk: Dialogue, desk: FakeDesk, guide: FakeGuide
) -> None:
    replies = await with_desk.at_desk(Incoming("test", "zhang", " 案件\u200b 3 ", key="test:17"))
    assert replies == [Reply("【第3号案件】", (Option("材料", "案件 3 材料"), Option("期限", "案件 3 期限")))]
    assert desk.got == [("test:zhang", "案件 3", "test:17")]
    assert await with_desk.at_desk(said("县政府被告了")) is None
    assert guide.got == []


@pytest.mark.parametrize("answer", ["1", "１", "材料", "案件 3 材料"])
@pytest.mark.parametrize("pressed", [True, False])
async def test_number_label_and_value_press_what_the_desk_offers(
    with_desk: Dialogue, desk: FakeDesk, answer: str, pressed: bool
) -> None:
    await with_desk.at_desk(said("案件 3"))
    assert await with_desk.at_desk(said(answer, pressed=pressed)) == [Reply("【材料】")]
    assert desk.heard == ["案件 3", "案件 3 材料"]


async def test_the_desks_buttons_are_no_choices_of_the_guide(with_desk: Dialogue, guide: FakeGuide) -> None:
    await with_desk.at_desk(said("案件 3"))
    (reply,) = await with_desk.answer(said("案件 3 期限", pressed=True))
    assert "已经过时" in reply.text and guide.got == []


async def test_the_guides_buttons_are_no_words_for_the_desk(
    with_desk: Dialogue, desk: FakeDesk, guide: FakeGuide
) -> None:
    await with_desk.answer(said("开始"))
    assert await with_desk.at_desk(said("1")) is None
    assert desk.heard == [CHOOSE], "it hears that the talk has gone on elsewhere"
    await with_desk.answer(said("1"))
    assert guide.got[-1] == ("test:zhang", CHOOSE, True)


async def test_what_is_written_after_a_question_of_the_desk_is_for_the_desk(
    with_desk: Dialogue, desk: FakeDesk
) -> None:
    await with_desk.at_desk(said("案件 3"))
    await with_desk.at_desk(said("案件 3 已答辩"))
    for words in ("1", "期限"):
        await with_desk.at_desk(said(words))
        assert desk.heard[-1] == words
    await with_desk.at_desk(said("案件 3 期限", pressed=True))
    assert desk.heard[-1] == "案件 3 期限"


async def test_the_guides_question_stays_to_be_pressed_after_one_of_the_desk(
    with_desk: Dialogue, desk: FakeDesk, guide: FakeGuide
) -> None:
    await with_desk.answer(said("开始"))
    await with_desk.at_desk(said("案件 3 已答辩"))
    for words in ("3", "没有经过复议"):
        await with_desk.at_desk(said(words))
        assert desk.heard[-1] == words
    await with_desk.answer(said("reviewed=none", pressed=True))
    assert guide.got[-1] == ("test:zhang", CHOOSE, True), "its button can still be pressed"


async def test_an_answer_of_the_desk_that_asks_nothing_leaves_what_was_on_offer(
    with_desk: Dialogue, guide: FakeGuide
) -> None:
    await with_desk.answer(said("开始"))
    await with_desk.at_desk(said("案件 3 材料"))
    await with_desk.answer(said("1"))
    assert guide.got[-1] == ("test:zhang", CHOOSE, True)


@pytest.mark.parametrize("text", ["", " ", "案" * (MOST + 1), "案件 3 案由 原告13834561234"])
async def test_what_nothing_is_done_with_does_not_reach_the_desk(
    with_desk: Dialogue, desk: FakeDesk, text: str
) -> None:
    assert await with_desk.at_desk(said(text)) is None
    assert desk.heard == []


async def test_files_of_the_desk_come_with_its_answer(with_desk: Dialogue, desk: FakeDesk) -> None:
    made = Document("审批表.docx", b"PK")
    desk.says["案件 3 文书 审批表"] = Shown("审批表", documents=(made,))
    replies = await with_desk.at_desk(said("案件 3 文书 审批表"))
    assert replies == [Reply("审批表", documents=(made,))]
