"""Whose article it is: the measure's, or that of a law, of another authority's rules, of a paper of the case."""

import pytest

from knowledge.citation import find_citations, find_foreign


@pytest.mark.parametrize(
    "text",
    [
        # another authority's rules
        "临汾市行政应诉办法第七条",
        "原平市出庭应诉办法第四条",
        "静乐县的办法第4条",
        "繁峙县应诉工作办法第二条",
        "我们县的办法第六条",
        "乡里的规定第三条",
        "长治的应诉办法第八条",
        "陕西办法第九条",
        "外省的应诉办法第十条",
        "国家的规定第五条",
        "财政部的办法第十二条",
        "忻州市教育局的办法第三条",
        "忻州市五寨县办法第三条",
        "法院的规定第二条",
        "我们单位的办法第四条",
        # another subject
        "公文处理办法第九条",
        "差旅费报销办法第三条",
        "政府法律顾问聘任办法第三条",
        "执法检查考评办法第三条",
        "忻州市档案管理办法第七条",
        "法治政府建设考评办法第五条",
        "《法律顾问聘用办法》第二条",
        "《行政应诉考核办法》第四条",
        # official numbers and orders
        "国发〔2019〕12号第三条",
        "晋政发〔2021〕8号第二条",
        "县政府3号文第一条",
        "国务院令第七条",
        "国务院令第711号第十三条",
        # papers of the case, and other papers
        "征收补偿协议第六条",
        "行政裁定书第一条",
        "劳动合同第八条",
        "复议决定书第二条",
        "上诉状第四条",
        "公司章程第三条",
        "会议纪要第二条",
    ],
)
def test_what_belongs_to_another_text(text: str) -> None:
    assert find_citations(text) == []
    assert find_foreign(text) == [text]


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("办法第四条", "4"),
        ("本办法第四条", "4"),
        ("市里的办法第四条", "4"),
        ("市政府办法第四条", "4"),
        ("忻州市出庭应诉办法第四条", "4"),
        ("我们市的应诉办法第四条", "4"),
        ("《忻州市行政机关及行政机关负责人出庭应诉工作暂行办法》第四条", "4"),
        ("忻政办函2023年42号第四条", "4"),
        ("42号文第四条", "4"),
        ("省里来人问办法第四条", "4"),
        ("局长让我背办法第四条", "4"),
        ("我县按照办法第四条", "4"),
        ("县长强调办法第四条", "4"),
        ("根据有关规定第四条", "4"),
        ("不履行判决第四条怎么说", "4"),
        ("看法第四条", "4"),
        ("7号收到，办法第四条", "4"),
        ("12月7号第四条", "4"),
        ("请详细解释第四条", "4"),
    ],
)
def test_what_is_the_measures_own(text: str, ref: str) -> None:
    assert [place.ref for place in find_citations(text)] == [ref]
    assert find_foreign(text) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("省里的办法第三条", "山西省办法第三条"),
        ("请看省应诉办法第三条", "山西省应诉办法第三条"),
        ("省政府令第三条", "山西省政府令第三条"),
    ],
)
def test_the_province_is_shanxi(text: str, named: str) -> None:
    assert find_foreign(text) == [named]


@pytest.mark.parametrize(
    "written",
    [
        "法释〔2021〕5号",
        "法释[2021]5号",
        "法释（2021）第5号",
        "法释2021年5号",
        "法释2021第5号",
        "法释2021年第5号",
        "法釋2021-5號",
    ],
)
def test_an_official_number_in_every_spelling(written: str) -> None:
    assert find_foreign(f"{written}第四条") == ["法释〔2021〕5号第四条"]


def test_the_name_is_cut_out_of_the_words_before_it() -> None:
    assert find_foreign("请问按照吕梁市行政应诉办法第三条怎么办") == ["吕梁市行政应诉办法第三条"]
    assert find_foreign("办法第二条和考核办法第九条") == ["考核办法第九条"]
