"""Numbers of persons are found however they are written; numbers of cases and documents are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.privacy import find_personal, find_personal_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("身份证11010519491231002X", "身份证号"),
        ("身份证11010519491231002x。", "身份证号"),
        ("140902199001010000", "身份证号"),  # the shape is right, the check digit is not
        ("140902 19900101 0000", "身份证号"),
        ("１４０９０２１９９００１０１００００", "身份证号"),
        ("1409\u200b02199001010000", "身份证号"),
        ("旧证140902900101001", "身份证号"),
        ("张三13812345678", "手机号"),
        ("+86 138-1234-5678", "手机号"),
        ("008613812345678", "手机号"),
        ("手机138 1234 5678", "手机号"),
        ("１３８１２３４５６７８", "手机号"),
        ("0350-3031234", "固定电话"),
        ("(0350)3031234", "固定电话"),
        ("（0350）3031234", "固定电话"),
        ("0350—3031234", "固定电话"),
        ("01062345678", "固定电话"),
        ("联系电话：3031234", "固定电话"),
        ("卡号6222021234567890128", "银行卡号"),
        ("4111 1111 1111 1111", "银行卡号"),
        ("4111-1111-1111-1111", "银行卡号"),
    ],
)
def test_a_personal_number_is_found(text: str, kind: str) -> None:
    assert find_personal(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "（2026）晋09行初12号",
        "（2026）晋0902行初1234号",
        "忻政办函〔2023〕42号",
        "法释〔2023〕11号第八条",
        "第十一条第（三）项，11条(5)",
        "2026年11月23日收到，2026-12-08前答辩",
        "20261123 20261208",
        "2026-11-23T12:00:00.000000+08:00",
        "2026112312000012",
        "补偿款12345678.90元",
        "征收土地130123平方米",
        "4111111111111112",  # sixteen digits, wrong check digit
        "990101199001010001",  # no such province, wrong check digit
        "12345政务服务热线",
        "12368诉讼服务热线",
        "本单位编号：原住建法〔2026〕0350号",
    ],
)
def test_what_is_not_personal_passes(text: str) -> None:
    assert find_personal(text) is None


@given(st.integers(2000, 2099), st.integers(1, 99_999), st.sampled_from(["09", "0901", "0981", "0932"]))
def test_no_case_number_is_taken_for_a_person(year: int, number: int, court: str) -> None:
    assert find_personal(f"（{year}）晋{court}行初{number}号") is None


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text("甲乙，。 条", max_size=5))
def test_a_mobile_number_is_found_amid_any_words(number: str, words: str) -> None:
    assert find_personal(f"{words}{number}{words}") == "手机号"


def test_it_looks_into_lists_keys_and_whole_numbers() -> None:
    assert find_personal_in({"a": [{"b": "13812345678"}]}) == "手机号"
    assert find_personal_in({"13812345678": 1}) == "手机号"
    assert find_personal_in([13812345678]) == "手机号"
    assert find_personal_in({"a": [1, 2.5, True, None, "（2026）晋09行初12号"]}) is None
