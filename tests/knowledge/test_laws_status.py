"""Whether a text is in force: said by the text, its file or the one who takes it in, never guessed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import LawRefused
from knowledge.laws import LawLibrary, Status, read_file
from knowledge.measure import Measure, load_measure
from tests.knowledge.laws_samples import LATER, MEASURE

TODAY = date(2026, 3, 1)
NAME = "云溪县公共渡口管理办法"


def add(tmp_path: Path, text: str, file: str = "a.txt", status: Status | None = None) -> LawLibrary:
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    library = LawLibrary.open(tmp_path / "laws", TODAY)
    library.add(read_file(path), status=status)
    return library


def title(after: str) -> str:
    return MEASURE.replace(NAME, f"{NAME}{after}", 1)


def dated(day: str) -> str:
    return MEASURE.replace("自公布之日起施行", f"自{day}起施行")


@pytest.mark.parametrize(
    ("text", "file", "status"),
    [
        (MEASURE, "a.txt", "效力未核"),
        (title("（现已废止）"), "a.txt", "已废止"),
        (title("[已失效]"), "a.txt", "已废止"),
        (title("\n\n〔已修订〕"), "a.txt", "已修改"),
        (title("\n\n时效性：尚未生效"), "a.txt", "尚未施行"),
        (title("\n\n时效性：现行有效"), "a.txt", "现行有效"),
        (title("\n\n全文失效"), "a.txt", "已废止"),
        (title("\n\n本办法已于2024年5月6日由县政府宣布废止。"), "a.txt", "已废止"),
        (MEASURE.replace("修订）", "修订，2025年1月1日废止）"), "a.txt", "已废止"),
        (MEASURE.replace("修订）", "修订，2027年1月1日废止）"), "a.txt", "效力未核"),
        (MEASURE, "渡口办法_2021_失效.txt", "已废止"),
        (MEASURE, "渡口办法（已修改）.txt", "已修改"),
        (MEASURE, "关于废止渡口办法的材料.txt", "效力未核"),
        (title("\n\n根据《关于修改和废止部分文件的决定》整理"), "a.txt", "效力未核"),
        (dated("2026年3月2日"), "a.txt", "尚未施行"),
        (dated("二〇二七年五月一日"), "a.txt", "尚未施行"),
        (dated("2027年"), "a.txt", "尚未施行"),
        (dated("2026年3月1日"), "a.txt", "效力未核"),
        (MEASURE.replace("2023年9月1日修订", "2030年9月1日修订"), "a.txt", "尚未施行"),
    ],
)
def test_only_what_the_text_or_its_file_says_counts(tmp_path: Path, text: str, file: str, status: Status) -> None:
    (info,) = add(tmp_path, text, file).laws
    assert (info.name, info.status) == (NAME, status)


def test_the_one_who_takes_it_in_counts_before_the_text(tmp_path: Path) -> None:
    (info,) = add(tmp_path, title("（已废止）"), status="现行有效").laws
    assert (info.status, info.mark) == ("现行有效", None)


def test_what_nobody_checked_is_marked_at_every_quote(tmp_path: Path) -> None:
    (group,) = add(tmp_path, MEASURE).named(f"{NAME}第二条")
    assert group.law.mark == "效力未核"


@pytest.mark.parametrize("status", [None, "尚未施行"])
def test_a_text_comes_into_force_unchecked_on_its_own_day(tmp_path: Path, status: Status | None) -> None:
    add(tmp_path, dated("2026年5月1日"), status=status)
    told = [
        LawLibrary.open(tmp_path / "laws", date(2026, month, day)).laws[0].status for month, day in [(4, 30), (5, 1)]
    ]
    assert told == ["尚未施行", "效力未核"]


def test_a_later_text_that_nobody_checked_outdates_none(tmp_path: Path) -> None:
    add(tmp_path, MEASURE, status="现行有效")
    library = add(tmp_path, LATER)
    assert [(it.date, it.status) for it in library.laws] == [
        (date(2023, 9, 1), "现行有效"),
        (date(2025, 6, 2), "效力未核"),
    ]


def test_of_two_that_nobody_checked_the_earlier_is_said_to_be(tmp_path: Path) -> None:
    add(tmp_path, MEASURE)
    new, old = add(tmp_path, LATER).laws
    assert (new.date, new.mark) == (date(2025, 6, 2), "效力未核")
    assert (old.date, old.mark, old.may_hold) == (date(2023, 9, 1), "另有较新文本，仅供对照", False)
    add(tmp_path, LATER.replace("2025年6月2日修订", "2026年8月1日修订").replace("十人", "八人"))
    assert [it.mark for it in LawLibrary.open(tmp_path / "laws", TODAY).laws] == [
        "效力未核",
        "尚未施行",
        "另有较新文本，仅供对照",
    ]


def test_a_later_text_in_force_outdates_one_that_nobody_checked(tmp_path: Path) -> None:
    add(tmp_path, MEASURE)
    assert [it.status for it in add(tmp_path, LATER, status="现行有效").laws] == ["现行有效", "已修改"]


def test_a_record_of_an_earlier_version_of_this_program_is_read(tmp_path: Path) -> None:
    library = add(tmp_path, MEASURE, status="已修改")
    path = next(library.folder.glob("*/law.json"))
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["begins"]
    path.write_text(json.dumps(record), encoding="utf-8")
    assert LawLibrary.open(library.folder, TODAY).laws == library.laws


@pytest.fixture(scope="module")
def measure() -> Measure:
    return load_measure()


def namesake(tmp_path: Path, measure: Measure, name: str) -> LawLibrary:
    path = tmp_path / "旧办法.txt"
    path.write_text(
        f"{name}\n（2019年8月9日公布）\n第一条 旧的一条。\n第二条 本办法自公布之日起施行。", encoding="utf-8"
    )
    library = LawLibrary.open(tmp_path / "laws", TODAY, measure=measure)
    library.add(read_file(path), status="现行有效")
    return library


@pytest.mark.parametrize("trial", ["暂行", "", "（试行）"])
def test_a_text_of_the_measures_name_is_another_version(tmp_path: Path, measure: Measure, trial: str) -> None:
    library = namesake(
        tmp_path, measure, measure.name.replace("暂行办法", f"{trial}办法" if trial != "（试行）" else "办法（试行）")
    )
    (info,) = library.laws
    assert (info.mark, info.may_hold) == ("办法的另一文本，仅供对照", False)


def test_the_measures_name_means_the_measure_not_another_version(tmp_path: Path, measure: Measure) -> None:
    library = namesake(tmp_path, measure, measure.name)
    assert library.named(f"{measure.name}第一条") == ()
    (group,) = library.named(f"2019年{measure.name}第一条")
    assert group.hits[0].quote == "旧的一条。"


def test_the_measure_itself_is_not_taken_in(tmp_path: Path, measure: Measure) -> None:
    path = tmp_path / "办法.txt"
    path.write_text(measure.source, encoding="utf-8")
    with pytest.raises(LawRefused, match="就是本助手依据的办法原文"):
        LawLibrary.open(tmp_path / "laws", TODAY, measure=measure).add(read_file(path))
