"""`yingsu cases`: the case desk on the command line. Its clock is the machine's: days here are 今天 and 昨天."""

from __future__ import annotations

import getpass
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from actions.people import Role
from actions.render import HERE
from tests.actions.cases_kit import BUREAU, GOVERNMENT, GOVERNMENT_SUED, Office
from tests.bot.running import Run

ME = f"console:{getpass.getuser()}"
REGISTRAR, PROPOSER, DECIDER = (f"telegram:{number}" for number in (1, 2, 3))
FACTS = {name: value for name, value in GOVERNMENT_SUED.items() if name != "received_on"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one case, and a second decision that opened none."""
    home = tmp_path / "home"
    home.mkdir()
    office = Office.at(home)
    office.open(FACTS)
    office.decision(FACTS)
    office.enrol("console:li", BUREAU, Role.REGISTER)
    office.store.close()
    return home


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def today() -> str:
    return datetime.now(HERE).date().isoformat()


# ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_there_are_none_the_list_says_what_to_do(run: Run) -> None:
    result = run("cases", "list")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("您还没有能看的案件。引导登记确认以后")
    assert run("cases", "list", "--json").data == []


def test_the_list_can_be_narrowed(run: Run, home: Path) -> None:
    assert run("cases", "list").out.startswith(f"1号　{GOVERNMENT}　待答辩")
    assert run("cases", "list", "待答辩", "住建局").out.startswith("1号　")
    assert run("cases", "list", "已归档").out.startswith("没有符合条件的案件")


def test_the_list_as_json(run: Run, home: Path) -> None:
    (case,) = run("cases", "list", "待答辩", "--json").data
    assert (case["number"], case["stage"], case["handling"], case["dates"]) == (1, "answering", [BUREAU], [])
    assert run("cases", "list", "已归档", "--json").data == []


def test_one_case_in_words_and_as_json(run: Run, home: Path) -> None:
    assert run("cases", "show", 1).out.startswith("【第1号案件】待答辩\n")
    run("cases", "do", 1, "收到日", "昨天")
    case = run("cases", "show", 1, "--json").data
    assert (case["number"], case["parties"][0]["unit"], case["registrar"]) == (1, GOVERNMENT, BUREAU)
    yesterday = datetime.now(HERE).date() - timedelta(days=1)
    assert case["received_on"] == yesterday.isoformat()
    assert "answer" in {it["id"] for it in case["dates"]}


@pytest.mark.parametrize("command", ["show", "history"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_case_that_is_not_there_is_refused_on_standard_error(
    run: Run, home: Path, command: str, options: tuple[str, ...]
) -> None:
    result = run("cases", command, 9, *options)
    assert (result.code, result.out) == (2, "")
    assert result.err == "没有您能看的第9号案件，请核对编号；发“我的案件”可以看有哪些。\n"


def test_the_dates_with_how_they_were_counted(run: Run, home: Path) -> None:
    assert "请先补记收到日" in run("cases", "dates", 1).out
    run("cases", "do", 1, "收到日", "昨天")
    said = run("cases", "dates", 1).out
    assert "提交答辩状" in said and "依据：行政诉讼法" in said


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_step_in_the_chats_words(run: Run, home: Path) -> None:
    result = run("cases", "do", 1, "材料", "1", "3", "齐")
    assert (result.code, result.out, result.err) == (0, "已记第1号案件：材料第1项、第3项，已齐。\n", "")
    result = run("cases", "do", 1, "已答辩 今天")
    assert result.out.startswith("已记第1号案件：已答辩，")
    assert run("cases", "show", 1, "--json").data["answered_on"] == today()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("已答辩",), "“已答辩”还缺日期"),
        (("已答辩", "11月31日"), "没有11月31日"),
        (("归档", "今天"), "只能在已结案时做"),
        (("提出出庭人员", "市长"), "要有提出意见的权限"),
        (("案由", "原告13834561234"), "疑似手机号"),
    ],
)
def test_a_refusal_goes_to_standard_error_with_code_2(run: Run, home: Path, words: tuple[str, ...], why: str) -> None:
    result = run("cases", "do", 1, *words)
    assert (result.code, result.out) == (2, "")
    assert why in result.err and result.err.count("\n") == 1
    assert len(run("cases", "history", 1, "--json").data) == 1


def test_what_was_asked_is_not_kept_for_the_next_command(run: Run, home: Path) -> None:
    run("cases", "do", 1, "撤回登记")
    assert run("cases", "do", 1, "登记错了").out.startswith("没有看懂“登记错了”要在第1号案件上做什么。")
    assert run("cases", "show", 1, "--json").data["stage"] == "answering"


def test_in_anothers_name_the_record_names_both(run: Run, home: Path) -> None:
    assert run("cases", "do", 1, "提出出庭人员", "市长；律师", "--as", PROPOSER).code == 0
    assert "已确定" in run("cases", "do", 1, "确定出庭人员", "--as", DECIDER).out
    _, proposed, decided = run("cases", "history", 1, "--json").data
    assert (proposed["person"], proposed["via"]) == (PROPOSER, ME)
    assert (decided["person"], decided["what"], decided["data"]["party"]) == (DECIDER, "decide", GOVERNMENT)
    assert f"由{ME}代为录入" in run("cases", "history", 1, "--as", REGISTRAR).out


def test_somebody_of_this_machine_goes_by_their_name(run: Run, home: Path) -> None:
    run("cases", "do", 1, "已答辩", "今天", "--as", "li")
    assert run("cases", "history", 1, "--json").data[-1]["person"] == "console:li"


@pytest.mark.parametrize("who", ["telegram:99", "nobody", "console:nobody"])
@pytest.mark.parametrize(
    "command", [("list",), ("show", "1"), ("do", "1", "已答辩", "今天"), ("open", "2"), ("history", "1"), ("ledger",)]
)
def test_who_is_not_enrolled_lends_no_name(run: Run, home: Path, who: str, command: tuple[str, ...]) -> None:
    result = run("cases", *command, "--as", who)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"没有开通 {'' if ':' in who else 'console:'}{who}，请先用 yingsu people add 开通")


def test_another_sees_what_is_theirs_alone(run: Run, home: Path) -> None:
    assert run("cases", "list", "--as", "telegram:5").out.startswith("您还没有能看的案件")
    assert run("cases", "list", "--json", "--as", "telegram:5").data == []
    assert run("cases", "show", 1, "--as", "telegram:5").code == 2


def test_a_decision_of_before_opens_its_case_once(run: Run, home: Path) -> None:
    for _ in range(2):
        assert run("cases", "open", 2).out == "第2号决定已立为第2号案件。\n"
    assert len(run("cases", "list", "--json").data) == 2
    missing = run("cases", "open", 9)
    assert missing.code == 2 and missing.out == ""


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def written(said: str) -> list[Path]:
    """The files that a command said it wrote."""
    return [Path(path) for path in re.findall("^已写出 (.+)$", said, re.MULTILINE)]


def test_papers_are_listed_and_made(run: Run, home: Path, out: Path) -> None:
    assert "· 出庭应诉人员审批表\n" in run("cases", "papers", 1).out
    assert "没有“结婚证”这种文书" in run("cases", "papers", 1, "结婚证", "--out", out).out
    (first,) = written(run("cases", "papers", 1, "审批表", "--out", out).out)
    (second,) = written(run("cases", "papers", 1, "审批表", "--out", out).out)
    assert first != second, "nothing is written over"
    assert first.parent == out and first.suffix == ".docx" and first.read_bytes().startswith(b"PK")


def test_the_calendar_of_a_case(run: Run, home: Path, out: Path) -> None:
    run("cases", "do", 1, "收到日", "昨天")
    (path,) = written(run("cases", "calendar", 1, "--out", out).out)
    assert path.name == "第1号案件期限.ics" and b"SUMMARY:" in path.read_bytes()


def test_a_calendar_to_subscribe_to_and_its_end(run: Run, home: Path) -> None:
    result = run("cases", "subscribe", "原平住建局")
    assert re.search(rf"^{BUREAU}的日历：/calendar/\S+\.ics$", result.out, re.MULTILINE)
    assert "只显示这一次" in result.out
    assert run("cases", "subscribe", "原平住建局", "--withdraw").out == f"已收回{BUREAU}的日历链接，共1个。\n"
    unknown = run("cases", "subscribe", "住建局")
    assert unknown.code == 2 and "看不出是哪个县" in unknown.err


def test_the_ledger(run: Run, home: Path, out: Path) -> None:
    result = run("cases", "ledger", "待答辩", "--out", out)
    assert result.out.startswith("台账：1件。\n")
    (path,) = written(result.out)
    assert path.suffix == ".xlsx" and path.read_bytes().startswith(b"PK")
    none = run("cases", "ledger", "已归档", "--out", out)
    assert none.out.startswith("没有符合条件的案件") and not written(none.out)


def test_statistics_are_printed_and_written(run: Run, home: Path, out: Path) -> None:
    run("cases", "do", 1, "收到日", "今天")
    result = run("cases", "statistics", "--out", out)
    assert result.out.startswith(f"【统计】{today()[:4]}年") and "新收案件数：1件" in result.out
    assert "口径见台账的“统计”页" in result.out
    assert all(path.exists() for path in written(result.out)) and written(result.out)[0].suffix == ".xlsx"


def test_the_yearly_report_is_the_justice_bureaus(run: Run, home: Path, out: Path) -> None:
    year = int(today()[:4])
    (path,) = written(run("cases", "report", year, "--as", PROPOSER, "--out", out).out)
    assert path.name == f"原平市司法局关于{year}年度行政应诉工作情况的报告（草稿）.docx"
    refused = run("cases", "report", year, "--out", out)
    assert refused.code == 2 and "由司法行政部门写（第二十三条）" in refused.err
    assert run("cases", "report", 2022, "--as", PROPOSER).code == 2


def test_the_export_is_the_whole_chain(run: Run, home: Path) -> None:
    run("cases", "do", 1, "已答辩", "今天")
    rows = [json.loads(line) for line in run("cases", "export").out.splitlines()]
    assert [row["what"] for row in rows] == ["open", "answer"]
    assert rows[1]["previous_hash"] == rows[0]["hash"] and rows[1]["person"] == ME


def test_a_folder_that_cannot_be_written_is_told(run: Run, home: Path, out: Path) -> None:
    out.write_text("a file", encoding="utf-8")
    result = run("cases", "papers", 1, "审批表", "--out", out)
    assert result.code == 2 and "文件写不进" in result.err
