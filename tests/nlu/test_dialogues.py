"""The labelled dialogues, walked through real Rasa and the real talk: what each turn must say and must not.

`tests/data/dialogues.jsonl` holds what the official says and, in words, what a right reply does. Here those words are
checks: `says` (each must stand in the reply), `never` (none may), `asks` (the question left open), `kind` (what the
reply is). Where the talk does by design otherwise than a label's letter, `note` says why.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from actions.store import NewDecision, Store
from actions.talk.service import TalkService
from bot.action_server import ActionServer
from bot.errors import RasaMissing
from bot.rasa_process import RasaFiles, RasaProcess, new_token
from knowledge.decide import Decider
from knowledge.look_up import LookUp
from knowledge.search import Searcher

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("rasa"), pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True, slots=True)
class Check:
    """What one reply must be."""

    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    asks: str | None = None
    kind: str | None = None
    note: str = ""
    then: str = ""
    """Said after it, what comes back not looked at."""


OPEN = "【承办】定不下来"
CHECKS: dict[str, tuple[Check, ...]] = {
    "D01": (
        Check(asks="defendants", never=("【承办】",)),
        Check(asks="challenged", never=("被告是谁",)),
        Check(asks="reported_by", never=("【承办】",)),
        Check(
            says=(
                "【承办】县人民政府办公室",
                "【协助】县司法局",
                "不是承办单位",
                "第十一条第（一）项：“",
                "由县司法局提出意见，报县人民政府确定",
                "第十三条：“",
            ),
            kind="outcome",
        ),
        Check(says=("已登记：编号", "2026年11月24日", "第十一条第（一）项", "第十五条", "以法院通知书为准")),
    ),
    "D03": (
        Check(
            says=(
                OPEN,
                "第（二）项列了县（市、区）政府",
                "只写“相关部门、管委会”",
                "请报市人民政府办公室、市司法局共同确定",
                "第十三条",
            ),
            never=("【承办】定襄", "【承办】市"),
            kind="outcome",
        ),
        Check(
            says=("请示要点", "一、案情", "定襄县人民政府", "第十一条第（二）项：“", "（1）", "（2）", "共同确定"),
            never=("【承办】定襄", "【承办】市"),
            kind="referral",
        ),
        Check(says=("第十一条第（二）项：“", "定不出承办单位", "写进请示", "不是结论")),
    ),
    "D05": (
        Check(says=("市人民政府",), asks="defendants"),
        Check(asks="duty", says=("归谁管",), never=("工业和信息化",)),
        Check(
            says=("【承办】市工业和信息化局", "第十一条第（四）项：“", "第十三条", "先申请复议"),
            kind="outcome",
        ),
        Check(says=("按被诉行政不作为的事项领域、职责归属确定", "工业和信息化局")),
    ),
    "D11": (
        Check(
            says=("第十条", "第十四条", "本单位"),
            asks="defendants",
            never=("第十一条", "第十三条"),
            note="市里还是县里的局没有说，承办单位的名称差这一项，先把两级都一样的说了",
        ),
        Check(says=("第七条",), never=("必须报",)),
        Check(says=("第十四条",)),
    ),
    "D12": (
        Check(says=("第十四条",), never=("由司法所提",)),
        Check(says=("第三条第（三）项",), never=("第十四条明列派出所",)),
        Check(says=("乡",), never=("派出所",)),
    ),
    "D13": (
        Check(says=("只有县人民政府一家",), asks="defendants"),
        Check(asks="challenged"),
        Check(says=("原来的答案", "县人民政府"), asks="defendants"),
        Check(asks="reviewed"),
        Check(
            says=(
                OPEN,
                "单独被告",
                "复议后的共同被告",
                "办法没有规定",
                "第十三条",
                "第十四条",
                "县人民政府办公室、县司法局",
            ),
            never=("【承办】县",),
            kind="outcome",
        ),
        Check(says=("已改被告", "【承办】县自然资源局", "第十四条"), kind="outcome"),
    ),
    "D17": (
        Check(
            says=("10月8日（星期四）", "10月7日", "行政诉讼法", "第六十七条", "法释〔2018〕1号第四十八条", "法定期限"),
            never=("10月9日",),
            kind="deadline",
        ),
        Check(says=("10月8日（星期四）",), never=("10月9日",), kind="deadline"),
        Check(says=("10月10日（星期六）", "调休上班日"), never=("10月12日",), kind="deadline"),
        Check(
            says=("2025年11月4日", "10月1日至7日", "以最新的通知为准", "法院通知书为准"),
            never=("10月9日",),
            kind="deadline",
        ),
        Check(says=("5月23日（星期六）", "5月25日（星期一）"), kind="deadline"),
    ),
    "D19": (
        Check(says=("【承办】县民政局", "第十一条第（三）项"), never=("已登记",), kind="outcome"),
        # An agreement has nothing written: 嗯 may be said to what was understood. It is asked for in so many words.
        Check(says=("要登记请说“确认”",), never=("已登记",), then="确认"),
        Check(says=("没有重复登记",)),
        Check(says=("县民政局", "第十一条第（三）项", "2026年11月24日"), never=("静乐",)),
        Check(says=("只列您本人登记的", "司法行政部门"), never=("静乐",)),
    ),
    "D20": (
        Check(says=("0007", "静乐县水利局", "改哪一项")),
        Check(
            says=("静乐县水利局", "→", "【承办】静乐县农业农村局", "第十一条第（三）项"),
            never=("已登记：",),
            kind="outcome",
        ),
        Check(says=("已登记：编号", "更正自0007")),
        Check(says=("不删不改",)),
    ),
}
SKIPPED = {"D21": "who may ask at all is access control's, in front of the talk"}


def dialogues() -> dict[str, list[str]]:
    lines = (ROOT / "tests/data/dialogues.jsonl").read_text(encoding="utf-8").splitlines()
    return {it["id"]: [turn["user"] for turn in it["turns"]] for it in map(json.loads, lines)}


@dataclass
class House:
    """Rasa, and the store behind the talk."""

    rasa: RasaProcess

    async def say(self, sender: str, text: str) -> list[dict[str, Any]]:
        """What comes back to words."""
        return await self.rasa.send(sender, text)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, decider: Decider, searcher: Searcher) -> AsyncIterator[House]:
    files = RasaFiles.in_checkout(ROOT)
    try:
        files.check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    home, ids, token = tmp_path_factory.mktemp("home"), count(1), new_token()
    with Store.open(home / "records.sqlite") as store:
        earlier(store, decider)
        talk = TalkService(decider, LookUp(searcher), store, lambda: NOW, lambda: f"case-{next(ids)}")
        async with ActionServer(lambda: talk, token) as actions:
            actions.begin()
            rasa = RasaProcess(files, home, actions.url, token)
            await rasa.start()
            try:
                await rasa.wait_ready()
                yield House(rasa)
            finally:
                await rasa.stop()


def earlier(store: Store, decider: Decider) -> None:
    """Seven decisions on record, the last one D20's own."""
    facts = {
        "defendants": "county_government",
        "defendant_units": "静乐县人民政府",
        "challenged": "act_in_its_name",
        "reporter": "静乐县水利局",
    }
    for number in range(1, 8):
        store.record(
            NewDecision(
                key=f"earlier-{number}",
                person="D20" if number == 7 else "somebody",
                decided_at=NOW,
                facts=facts,
                outcome={"handling_units": ["静乐县水利局"], "citations": [{"ref": "第十一条第（三）项"}]},
                trace=[],
                measure_id=decider.measure.id,
                measure_sha256=decider.measure.sha256,
                table_sha256=decider.table.sha256,
            )
        )


async def test_every_dialogue_and_every_turn_of_it_is_checked() -> None:
    assert {name: len(said) for name, said in dialogues().items() if name not in SKIPPED} == {
        name: len(checks) for name, checks in CHECKS.items()
    }


@pytest.mark.parametrize("name", sorted({*CHECKS, *SKIPPED}))
async def test_a_dialogue(house: House, name: str) -> None:
    if name in SKIPPED:
        pytest.skip(SKIPPED[name])
    failures = []
    for number, (said, check) in enumerate(zip(dialogues()[name], CHECKS[name], strict=True), 1):
        messages = await house.say(name, said)
        failures += [f"{number} {said}: {wrong}" for wrong in problems(messages, check)]
        if failures:
            failures.append("\n".join(str(message["text"]) for message in messages))
            break
        if check.then:
            await house.say(name, check.then)
    assert not failures, "\n".join(failures)


def problems(messages: list[dict[str, Any]], check: Check) -> list[str]:
    text = "\n".join(str(message["text"]) for message in messages)
    custom = [message.get("custom") or {} for message in messages]
    asked = next((it.get("fact") for it in reversed(custom) if it.get("kind") == "question"), None)
    wrong = [f"does not say {it}" for it in check.says if it not in text]
    wrong += [f"says {it}" for it in check.never if it in text]
    wrong += [f"asks {asked}, not {check.asks}"] if check.asks and asked != check.asks else []
    kinds = {it.get("kind") for it in custom}
    wrong += [f"is {kinds}, not {check.kind}"] if check.kind and check.kind not in kinds else []
    return wrong
