"""References: what people write, what is printed, what is no reference, what belongs to another law."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.citation import (
    Citation,
    chinese_number,
    find_citations,
    find_foreign,
    find_parts,
    find_references,
    listed,
    parse_number,
)
from knowledge.errors import CitationError

numbers = st.integers(1, 9999)
citations = st.builds(Citation, numbers, st.none() | st.integers(1, 99), st.none() | st.integers(1, 99))


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("第十一条第（五）项", "11.5"),
        ("第十一条第(五)项", "11.5"),
        ("第11条第5项", "11.5"),
        ("第１１条第５项", "11.5"),
        ("11条(5)", "11.5"),
        ("11条（５）", "11.5"),
        ("十一条五项", "11.5"),
        (" 第 十一 条 第 （ 五 ） 项 ", "11.5"),
        ("第十一条的第五项", "11.5"),
        ("第十一条第一款第（五）项", "11-1.5"),
        ("办法第十一条第（五）项", "11.5"),
        ("本办法第8条第2款", "8-2"),
        ("《忻州市行政机关及行政机关负责人出庭应诉工作暂行办法》第八条", "8"),
        ("十七条二款", "17-2"),
        ("第八条第二款", "8-2"),
        ("第十五条。", "15"),
        ("15条", "15"),
        ("11.5", "11.5"),
        ("8-2", "8-2"),
        ("15-1.3", "15-1.3"),
        ("15", "15"),
        ("第一百零三条", "103"),
        ("十五（三）", "15.3"),
        ("第貳拾條第（伍）項", "20.5"),
        ("第⑰条第②项", "17.2"),
        ("XX条", "20"),
    ],
)
def test_reads_what_people_write(text: str, ref: str) -> None:
    assert Citation.parse(text).ref == ref


@pytest.mark.parametrize(
    "text",
    [
        "",
        "随便",
        "第条",
        "第零条",
        "第10000条",
        "倒数第三条",
        "0.5",
        "第十十条",
        "百条",
        "第4条和第8条",
        "行政诉讼法第67条",
        "第十一条第五",
        "3个月",
    ],
)
def test_refuses_what_is_no_single_reference(text: str) -> None:
    with pytest.raises(CitationError):
        Citation.parse(text)


def test_refusal_says_what_to_write() -> None:
    with pytest.raises(CitationError, match="“随便”不是条款编号，请写成“第十一条第（五）项”"):
        Citation.parse("随便")


@pytest.mark.parametrize(
    ("citation", "official", "ref"),
    [
        (Citation(11, item=5), "第十一条第（五）项", "11.5"),
        (Citation(8, 2), "第八条第二款", "8-2"),
        (Citation(15), "第十五条", "15"),
        (Citation(15, 1, 3), "第十五条第一款第（三）项", "15-1.3"),
        (Citation(20, item=12), "第二十条第（十二）项", "20.12"),
    ],
)
def test_prints_the_official_and_the_short_form(citation: Citation, official: str, ref: str) -> None:
    assert (str(citation), citation.ref) == (official, ref)


@given(citations)
def test_both_forms_read_back(citation: Citation) -> None:
    assert Citation.parse(str(citation)) == citation
    assert Citation.parse(citation.ref) == citation
    assert find_citations(f"请看{citation}怎么说") == [citation]


def test_sorts_in_the_order_of_the_text() -> None:
    mixed = [Citation(11, item=5), Citation(8, 2), Citation(11), Citation(2), Citation(8, 1), Citation(8)]
    assert [citation.ref for citation in sorted(mixed)] == ["2", "8", "8-1", "8-2", "11", "11.5"]


@given(st.integers(0, 9999))
def test_numbers_read_back(number: int) -> None:
    assert parse_number(chinese_number(number)) == parse_number(str(number)) == number


@pytest.mark.parametrize(("text", "value"), [("一十一", 11), ("二〇", 20), ("两", 2), ("１５", 15), ("十", 10)])
def test_numbers_as_people_write_them(text: str, value: int) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "百", "千", "十十", "一万", "10000", "五百六", "一千二", "x"])
def test_no_numbers(text: str) -> None:
    with pytest.raises(CitationError):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("4条和8条说什么", "4 8"),
        ("4条 8条", "4 8"),
        ("第四、八条", "4 8"),
        ("第十一条到第十四条", "11 12 13 14"),
        ("11到14条有哪些", "11 12 13 14"),
        ("11-14条", "11 12 13 14"),
        ("第十一条第（一）至（三）项", "11.1 11.2 11.3"),
        ("第二十条第（二）（三）项", "20.2 20.3"),
        ("第十一条第五项、第六项", "11.5 11.6"),
        ("第八条第1款和第2款", "8-1 8-2"),
        ("市里办法11条第2项和12条", "11.2 12"),
        ("第三条，还是第三条", "3"),
        ("2026年11月3日收到的，第15条怎么算", "15"),
        ("第19条3个月从哪天起", "19"),
        ("十五条第八项材料", "15.8"),
        ("11.5", "11.5"),
        ("二十（三）说什么", "20.3"),
        ("17(2)呢？", "17.2"),
        ("十七到十九", "17 18 19"),
        ("6-10", "6 7 8 9 10"),
        ("17 19条", "17 19"),
        ("第十七十八条", "17 18"),
        ("第五六七条", "5 6 7"),
        ("十八九条", "18 19"),
        ("第6、第7、9三条", "6 7 9"),
        ("第廿一條至廿三條", "21 22 23"),
        ("第Ⅻ条", "12"),
        ("第⒘条㈢", "17.3"),
        ("第17条③", "17.3"),
        ("第八条的两款", "8"),
        ("第二十条到第二十二条第二项", "20 21 22.2"),
        ("第八条第一款到第十条", "8-1 9 10"),
        ("第十七条第二项至第十七条第四项", "17.2 17.3 17.4"),
        ("十条到七条", "10 9 8 7"),
        ("第十七条前三项", "17.1 17.2 17.3"),
        ("解释一下第11条", "11"),
        ("请解释第22条", "22"),
        ("依法第十一条怎么办", "11"),
        ("省里问我办法第11条", "11"),
        ("忻政办函〔2023〕42号第三条", "3"),
        ("11月3号收到，第15条怎么算", "15"),
    ],
)
def test_finds_every_reference_in_a_sentence(text: str, refs: str) -> None:
    assert [citation.ref for citation in find_citations(text)] == refs.split()
    assert find_foreign(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026年11条",
        "15日内提交",
        "2026-11-24",
        "共25条",
        "哪一条规定的",
        "前三条",
        "法院发来3条司法建议",
        "写一条意见",
        "11.5万元",
        "0.5",
        "1.5条",
        "千百条",
        "两项制度",
        "这两条",
        "最后一条短信",
        "最后两条建议",
        "11月(5)日",
        "1、2",
    ],
)
def test_dates_amounts_and_counts_are_no_references(text: str) -> None:
    assert find_citations(text) == []


def test_items_that_are_counted_are_not_named() -> None:
    assert find_citations("十五条八项材料") == [Citation(15)]


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("行政诉讼法第六十七条", ["行政诉讼法第六十七条"]),
        ("请问按照行政诉讼法第二十六条怎么办", ["行政诉讼法第二十六条"]),
        ("《行政诉讼法》第67条、第34条", ["《行政诉讼法》第67条", "《行政诉讼法》第34条"]),
        ("行诉法34、36条", ["行诉法34、36条"]),
        ("行诉法45、46怎么说", ["行诉法45、46"]),
        ("复议法四十四", ["复议法四十四"]),
        ("《行政处罚法》33", ["《行政处罚法》33"]),
        ("解释133", ["解释133"]),
        ("信访工作条例7", ["信访工作条例7"]),
        ("按照赔偿法32呢", ["赔偿法32"]),
        ("行訴法第0條", ["行诉法第0条"]),
        ("行政機關負責人出庭應訴規定第八條", ["行政机关负责人出庭应诉规定第八条"]),
        ("解释第22条怎么说", ["解释第22条"]),
        ("解释18第19条", ["解释18第19条"]),
        ("复议法23条", ["复议法23条"]),
        ("复议法23第33条", ["复议法23第33条"]),
        ("民法典第5条", ["民法典第5条"]),
        ("行政复议法实施条例第四十八条", ["行政复议法实施条例第四十八条"]),
        ("负责人出庭应诉规定第4条", ["负责人出庭应诉规定第4条"]),
        ("法释〔2018〕1号第19条", ["法释〔2018〕1号第19条"]),
        ("山西省行政机关行政应诉办法第五条", ["山西省行政机关行政应诉办法第五条"]),
    ],
)
def test_articles_of_another_law_are_kept_apart(text: str, foreign: list[str]) -> None:
    assert find_foreign(text) == foreign
    assert find_citations(text) == []


def test_both_kinds_in_one_sentence() -> None:
    text = "行政诉讼法第67条和办法第15条"
    assert find_citations(text) == [Citation(15)]
    assert find_foreign(text) == ["行政诉讼法第67条"]


def test_parts_without_their_article() -> None:
    assert find_parts("那第二款呢", 8) == [Citation(8, 2)]
    assert find_parts("第（五）项和第六项", 11) == [Citation(11, item=5), Citation(11, item=6)]
    assert find_parts("这两项呢", 3) == []


@pytest.mark.parametrize("text", ["行诉法2017", "行诉法17日内", "解释18", "行诉法3个月", "违法34", "办法15"])
def test_a_number_after_a_law_that_is_no_article(text: str) -> None:
    assert find_references(text) == []


def test_a_bare_number_after_a_law_goes_on_like_one_with_its_unit() -> None:
    (both,) = find_references("行诉法34第二款")
    assert (both.law, [place.ref for place in both.places]) == ("行诉法", ["34-2"])
    (short,) = find_references("行诉法67-1")
    assert [place.ref for place in short.places] == ["67-1"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("最后一条", ["最后一条"]),
        ("倒數第三條呢", ["倒数第三条"]),
        ("最后两条", ["倒数第二条", "最后一条"]),
        ("第二条和末条", ["第二条", "最后一条"]),
        ("第十七条的最后一项", ["第十七条最后一项"]),
        ("第八条末款", ["第八条最后一款"]),
    ],
)
def test_what_counts_from_the_end(text: str, says: list[str]) -> None:
    assert [str(place) for place in find_citations(text)] == says


@pytest.mark.parametrize(
    ("text", "article"),
    [("第0条", 0), ("第零条说什么", 0), ("第-3条", 0), ("第88888888条", 88888888), ("第三万条", 30000)],
)
def test_a_number_that_no_text_has_is_kept_to_say_so(text: str, article: int) -> None:
    assert find_citations(text) == [Citation(article)]


def test_numbers_are_listed_with_their_runs_folded() -> None:
    assert listed([26, 27, 28, 29, 40], "条") == "第二十六条到第二十九条、第四十条"
    assert listed([8, 9], "项") == "第（八）项、第（九）项"
    assert listed([0, 123456], "条") == "第0条、第123456条"


def test_a_range_is_written_out_but_not_without_end() -> None:
    assert [place.article for place in find_citations("第3至999条")] == list(range(3, 1000))
    assert len(find_citations("第1条到第999999999999条")) <= 1501


@given(
    st.text(
        alphabet="第十一二百零〇万廿拾条款项（）()⑤ⅤX、至-.。法办解释规定最后倒数末前两个《》年月号令 0123456789",
        max_size=40,
    ),
    numbers,
)
def test_no_text_breaks_the_readers(text: str, article: int) -> None:
    assert all(str(citation) for citation in find_citations(text))
    assert all(find_foreign(text))
    assert all(part.article == article for part in find_parts(text, article))
    with suppress(CitationError):
        assert Citation.parse(text).article >= 1
