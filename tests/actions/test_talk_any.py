"""Whatever is said or pressed, in whatever order: the talk goes on, and every answer it keeps is one that exists."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.talk.service import TalkService
from knowledge.decide import Decider
from tests.actions.conversation import Conversation

_SAID = (
    *(
        "县政府被告了，住建局报县政府批准的征收决定",
        "只告了市政府",
        "人社局被告了",
        "县政府和住建局被告了",
        "镇政府",
        "十十",
        "派出所",
    ),
    *(
        "县政府",
        "原平市政府和原平市住建局",
        "市政府复议的",
        "复议维持了",
        "没有",
        "维持",
        "撤销",
        "不清楚",
        "不知道",
        "不作为",
    ),
    *(
        "以政府名义",
        "水利局报的",
        "住建局",
        "市水利局",
        "几家联合",
        "指挥部",
        "政府成立的",
        "单独",
        "1",
        "2",
        "3",
        "12",
        "改2",
    ),
    *(
        "改第一个",
        "改行政复议",
        "报批的不是住建局，是农业农村局",
        "应该是市政府",
        "说错了，是撤销",
        "日期改成昨天",
        "昨天收到的",
    ),
    *(
        "2023年6月1日收到的",
        "2月30日",
        "明天",
        "民事诉讼",
        "检察院起诉的",
        "是不是维持？",
        "听说是水利局",
        "为甚不能是县政府",
        "嗯",
        "",
        "对",
        "不对",
        "不对，没复议",
        "2不对，是县局报的",
        "以2为准",
        "通知书上没写",
        "还有一个案子，镇政府被告了",
        "回到第一个",
        "9月23号收的呢",
    ),
)
_DOORS = (
    "tell",
    "answer",
    "answer",
    "answer",
    "press",
    "press",
    "change",
    "remark",
    "back",
    "why",
    "hand_over",
    "insist",
    "other_case",
    "section",
    "confirm",
    "correct",
)
STEPS = st.lists(
    st.tuples(st.sampled_from(_DOORS), st.sampled_from(_SAID), st.integers(0, 20)), min_size=2, max_size=12
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_walk_through_the_talk(talk: TalkService, decider: Decider, steps: list[tuple[str, str, int]]) -> None:
    chat = Conversation(talk)
    for door, said, number in steps:
        if door == "answer" and chat.pending:
            chat.answer(said)
        elif door == "press" and chat.said and chat.choices:
            chat.send(chat.choices[number % len(chat.choices)].payload)
        elif door == "section":
            chat.show(("materials", "deadlines", "basis", "attendance")[number % 4])
        elif door in ("back", "confirm", "hand_over", "insist", "why"):
            getattr(chat, door)()
        elif door in ("tell", "change", "remark", "correct", "other_case"):
            getattr(chat, door)(said)
        assert all(say.text for say in chat.said)
        assert chat.said or door in ("answer", "press", "section"), door
        for name, value in chat.facts.items():
            fact = decider.table.facts[name]
            assert fact.kind != "choice" or value in fact
