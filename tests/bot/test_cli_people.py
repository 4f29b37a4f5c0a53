"""`yingsu people`, `pause` and `resume`: what an administrator types and reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions.people import People, Role
from actions.store import Store
from tests.bot.running import Run

CLERK = ("--name", "收文岗", "--unit", "原平住建局", "--role", "register")
ADMIN = ("--name", "管理岗", "--unit", "原平市司法局", "--role", "administer")
CODE = re.compile(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}")


def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "home" / "yingsu.sqlite")


def test_the_first_administrator_is_made_here(run: Run, tmp_path: Path) -> None:
    assert "yingsu people add" in run("people", "list").out
    result = run("people", "add", "telegram:1", *ADMIN)
    assert (result.code, result.out) == (0, "已开通 telegram:1：原平市司法局 管理岗，管理。\n")
    with store(tmp_path) as opened:
        known = People(opened).get("telegram:1")
    assert known is not None and known.post.roles == {Role.ADMINISTER}


def test_a_code_is_shown_once_and_enrols(run: Run, tmp_path: Path) -> None:
    out = run("people", "code", *CLERK, "--role", "enquire").out
    code = CODE.findall(out)[0]
    assert f"/start {code}" in out and "原平市住房和城乡建设局 收文岗，查询、登记" in out
    listed = run("people", "list")
    assert f"开通码 {code[:4]}…" in listed.out and code not in listed.out
    with store(tmp_path) as opened:
        person = People(opened).enrol(code, person="telegram:2", at=datetime.now(UTC))
    assert person.post.roles == {Role.REGISTER, Role.ENQUIRE}
    assert "telegram:2　原平市住房和城乡建设局 收文岗，查询、登记" in run("people", "list").out


def test_a_code_lasts_as_long_as_asked(run: Run) -> None:
    run("people", "code", *CLERK, "--days", "1")
    (code,) = run("people", "list", "--json").data["codes"]
    left = datetime.fromisoformat(code["expires_at"]) - datetime.now(UTC)
    assert 0.9 < left.total_seconds() / 86_400 <= 1
    assert run("people", "code", *CLERK, "--days", "31").code == 2


def test_roles_are_listed_and_changed(run: Run) -> None:
    assert [line.split("　")[0] for line in run("people", "roles").out.splitlines()] == list(Role)
    run("people", "add", "telegram:2", *CLERK)
    result = run("people", "roles", "telegram:2", "propose", "enquire", "--unit", "原平市司法局")
    assert result.out == "telegram:2 现在是：原平市司法局 收文岗，查询、提出意见。\n"
    (person,) = run("people", "list", "--json").data["people"]
    assert (person["roles"], person["unit"]) == (["enquire", "propose"], "原平市司法局")


def test_a_person_is_revoked_and_a_code_withdrawn(run: Run) -> None:
    run("people", "add", "telegram:2", *CLERK)
    name = CODE.findall(run("people", "code", *CLERK).out)[0][:4]
    assert run("people", "revoke", "telegram:2", "--reason", "调离").out.startswith("已停用 telegram:2")
    assert run("people", "revoke", name).out.startswith(f"已收回开通码 {name}…")
    assert run("people", "list", "--json").data == {"people": [], "codes": []}


def test_the_history_says_who_did_what(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "li")
    run("people", "add", "telegram:2", *CLERK)
    run("people", "code", *CLERK)
    run("people", "revoke", "telegram:2", "--reason", "调离")
    run("pause", "--reason", "核对规则")
    lines = run("people", "history").out.splitlines()
    assert [line.split("　")[2:4] for line in lines] == [
        ["console:li", "开通"],
        ["console:li", "发开通码"],
        ["console:li", "停用"],
        ["console:li", "暂停引导登记"],
    ]
    assert lines[2].endswith("telegram:2　调离") and lines[3].endswith("核对规则")
    events = run("people", "history", "telegram:2", "--json").data
    assert [(it["what"], it["person"]) for it in events] == [("enrolled", "telegram:2"), ("revoked", "telegram:2")]


def test_pause_and_resume(run: Run, tmp_path: Path) -> None:
    assert run("resume").out == "没有暂停，照常。\n"
    assert "引导登记" in run("pause", "--reason", "核对规则").out
    assert "全部服务" in run("pause", "--reason", "迁移", "--everything").out
    with store(tmp_path) as opened:
        pause = People(opened).pause()
    assert pause is not None and pause.everything and pause.reason == "迁移"
    assert run("resume").out == "已恢复。\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("people", "add", "123", *CLERK), "渠道:编号"),
        (("people", "add", "telegram:2", *CLERK[:4], "--role", "boss"), "register"),
        (("people", "add", "telegram:2", *CLERK[:2], "--unit", "县住建局", *CLERK[4:]), "哪个县"),
        (("people", "code", *CLERK, "--role", "propose", "--role", "decide"), "第十三条"),
        (("people", "roles", "telegram:2", "enquire"), "people list"),
        (("people", "roles", "telegram:2"), "--unit"),
        (("people", "revoke", "telegram:2"), "people list"),
        (("people", "revoke", "AAAA"), "people list"),
        (("pause", "--reason", " "), "理由"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(run: Run, arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments)
    assert result.code == 2 and told in result.err
    assert result.err.count("\n") == 1 and "Traceback" not in result.err


def test_somebody_enrolled_is_not_added_again(run: Run) -> None:
    run("people", "add", "telegram:2", *CLERK)
    result = run("people", "add", "telegram:2", *ADMIN)
    assert result.code == 2 and "people roles" in result.err
