"""Papers of a case: what is known stands in them, what is not is a blank, a broken template yields nothing at all."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest

from actions.cases import Case
from actions.document import Document
from actions.errors import BrokenTemplate, NoSuchPaper, PaperRefused
from actions.papers import TEMPLATES, Papers, load_table
from actions.people import Role
from knowledge.decide import Decider
from tests.actions.cases_kit import (
    BOTH_SUED,
    BUREAU,
    BUREAU_SUED,
    GOVERNMENT,
    JUSTICE,
    OFFICE,
    RECEIVED,
    REPORTED_BY_TOWNSHIP,
    REPRESENTED,
    TODAY,
    Office,
)

PAPERS = list(load_table().papers)
BLANK = "＿＿＿＿"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COURT_NUMBER = "（2026）晋0981行初5号"
NOTES = {"court_number": COURT_NUMBER, "court": "原平市人民法院", "cause": "房屋征收补偿", "procedure": "ordinary"}


@dataclass(frozen=True)
class Known:
    """Cases that tests only read: one of which everything is known, two of which nothing is but the decision."""

    office: Office
    full: Case
    open: Case
    determined: Case


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    office = Office.at(tmp_path_factory.mktemp("known"))
    yield Known(office, filled(office), bare(office, REPORTED_BY_TOWNSHIP), bare(office, BUREAU_SUED))
    office.store.close()


@pytest.fixture(scope="module")
def papers(decider: Decider) -> Papers:
    return Papers(decider)


def make(office: Office, papers: Papers, paper: str, case: Case) -> tuple[Document, ...]:
    return papers.make(paper, case, decision=office.store.get(case.decision), today=TODAY)


def text(document: Document) -> str:
    """All that a reader of the document sees: paragraphs and cells, a line each."""
    with zipfile.ZipFile(io.BytesIO(document.content)) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))  # noqa: S314 - of our own making
    return "\n".join("".join(it.itertext()) for it in body.iter(f"{WORD}p"))


def told(office: Office, papers: Papers, paper: str, case: Case) -> str:
    (document,) = make(office, papers, paper, case)
    return text(document)


def filled(office: Office) -> Case:
    """A case of which everything is known that a paper can say."""
    office.open()
    for field, value in NOTES.items():
        office.do("note", {"field": field, "value": value})
    office.do("hearing", {"day": "2026-12-18", "time": "9:00", "place": "第三审判庭", "head_asked": True})
    office.do("material", {"paper": "1", "mark": "done"})
    office.do("material", {"paper": "6", "mark": "later"})
    office.do("advice", {"day": "2026-11-20"})
    office.do("propose", {"attendees": REPRESENTED}, office.proposer)
    return office.do("decide", {}, office.decider)


def bare(office: Office, facts: dict[str, str]) -> Case:
    """A case of which nothing is known but the decision, and that a judicial advice came."""
    case = office.open({**facts, "received_on": ""})
    return office.do("advice", {"day": "2026-11-20"}, case=case.number)


# ── every paper ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("paper", PAPERS)
def test_a_full_case_leaves_no_tag_and_says_what_it_knows(known: Known, papers: Papers, paper: str) -> None:
    row = load_table().papers[paper]
    (document,) = make(known.office, papers, paper, known.full)
    said = text(document)
    assert document.name.startswith(f"{row.title}-第1号案件") and document.name.endswith(".docx")
    assert not re.search(r"[{}%]", said), "no tag is left"
    assert (COURT_NUMBER in said) == ("案号" in row.fields)
    assert ("原平市人民法院" in said) == ("法院" in row.fields)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("which", ["open", "determined"])
def test_an_empty_case_leaves_visible_blanks(known: Known, papers: Papers, paper: str, which: str) -> None:
    case: Case = getattr(known, which)
    said = told(known.office, papers, paper, case)
    assert not re.search(r"[{}%]|None", said)
    assert (BLANK in said) == (paper != "decision"), "the record is whole; all else has something to be written"
    for name in ("案号：", "案由："):
        assert all(after.startswith(BLANK) for after in said.split(name)[1:])


@pytest.mark.parametrize("paper", PAPERS)
def test_the_bundled_template_uses_the_fields_that_the_table_lists_for_it(paper: str) -> None:
    row = load_table().papers[paper]
    with zipfile.ZipFile(TEMPLATES / row.file) as archive:
        xml = re.sub(r"<[^>]*>", "", archive.read("word/document.xml").decode())
    tags = re.findall(r"\{\{ (\w+) \}\}|\{%\w* (?:for \w+ in|if) (\w+) %\}", xml)
    assert {one or other for one, other in tags} == set(row.fields)
    assert set(row.fields) <= load_table().known_in(row).keys()


def test_the_same_case_gives_the_same_bytes(known: Known, papers: Papers, decider: Decider) -> None:
    again = Papers(decider)
    for paper in papers.offered(known.full):
        first = make(known.office, papers, paper.id, known.full)
        assert first == make(known.office, again, paper.id, known.full)


def test_a_document_tells_nothing_of_who_made_its_template(known: Known, papers: Papers) -> None:
    (document,) = make(known.office, papers, "materials", known.full)
    about = docx.Document(io.BytesIO(document.content)).core_properties
    assert (about.author, about.last_modified_by, about.title) == ("", "", "应诉材料清单")
    assert about.created is not None and about.created.date() == TODAY


def test_what_somebody_typed_is_text_and_nothing_else(office: Office, papers: Papers) -> None:
    office.open()
    case = office.do("note", {"field": "cause", "value": "不服<处罚>&{{ 案号 }}"})
    assert "不服<处罚>&{{ 案号 }}一案" in told(office, papers, "extension", case)


# ── what stands in them ──────────────────────────────────────────────────────────────────────────────────────────────


def test_personal_data_are_blanks_for_people_to_write(known: Known, papers: Papers) -> None:
    identity = told(known.office, papers, "identity", known.full)
    assert identity.count(f"身份证号码：{BLANK}") == 2
    assert f"在我单位担任{BLANK}" in identity, "the legal representative's office is not known"
    assert "在我单位担任副市长，分管住建，作为我单位负责人出庭应诉" in identity
    authority = told(known.office, papers, "authority", known.full)
    assert f"法定代表人：{BLANK}" in authority and "法制科科长" in authority and "副市长" not in authority
    absent = told(known.office, papers, "head-absent", known.full)
    assert f"法制科科长，姓名{BLANK}" in absent and absent.count("□") == 6


def test_attendees_stay_open_until_the_other_side_decides(office: Office, papers: Papers) -> None:
    office.open()
    case = office.do("propose", {"attendees": REPRESENTED}, office.proposer)
    proposed = told(office, papers, "attendees", case)
    assert f"{JUSTICE}：\n拟由副市长（负责人，分管住建）；法制科科长（工作人员）出庭" in proposed
    assert f"{GOVERNMENT}：\n{BLANK}" in proposed and "同意" not in proposed
    assert "办法第十三条：“以市、县（市、区）人民政府为被告" in proposed
    assert "副市长" not in told(office, papers, "identity", case), "proposed is not decided"
    decided = told(office, papers, "attendees", office.do("decide", {}, office.decider))
    assert f"{GOVERNMENT}：\n同意上列人员出庭（2026年11月24日10:00确定）。" in decided


def test_a_later_proposal_is_shown_while_the_earlier_still_holds(office: Office, papers: Papers) -> None:
    filled(office)
    other = [{"kind": "head", "office": "市长", "duty": ""}]
    case = office.do("propose", {"attendees": other}, office.proposer, reason="原定负责人不能出庭")
    said = told(office, papers, "attendees", case)
    assert "拟由市长（负责人）出庭" in said and "理由：原定负责人不能出庭。" in said and "同意" not in said
    assert "担任副市长" in told(office, papers, "identity", case)


def test_each_defendant_has_papers_of_its_own(office: Office, papers: Papers) -> None:
    case = office.open(BOTH_SUED)
    made = {it.name: text(it) for it in make(office, papers, "attendees", case)}
    assert list(made) == [f"出庭应诉人员审批表-第1号案件-{it.unit}.docx" for it in case.parties]
    bureau, government = (made[f"出庭应诉人员审批表-第1号案件-{unit}.docx"] for unit in (BUREAU, GOVERNMENT))
    assert "办法第十四条：“以市人民政府工作部门" in bureau and f"{JUSTICE}：" not in bureau
    assert f"{BUREAU}法制工作机构：\n{BLANK}" in bureau
    assert "办法第十三条：“以市、县" in government and f"{JUSTICE}：" in government


def test_the_handling_unit_by_the_clause(known: Known, papers: Papers) -> None:
    said = told(known.office, papers, "handling", known.full)
    assert f"第十一条第（三）项，由{BUREAU}承办。" in said and said.count("第十三条") == 0
    assert "第十一条第（三）项：“县（市、区）人民政府各部门" in said
    assert "2026年11月24日（星期二）提交人民法院" in said
    assert "四、确认" not in said


def test_the_handling_unit_that_the_clause_leaves_open(office: Office, papers: Papers) -> None:
    case = bare(office, REPORTED_BY_TOWNSHIP)
    said = told(office, papers, "handling", case)
    assert said.split("\n")[1] == f"{OFFICE}、{JUSTICE}："
    assert f"请报{OFFICE}、{JUSTICE}共同确定。确定的承办单位：{BLANK}" in said and "非规定" in said
    confirming = [office.enrol("telegram:7", OFFICE, *office.proposer.roles), office.proposer]
    half = told(office, papers, "handling", office.do("confirm_handling", {"unit": BUREAU}, confirming[0]))
    assert half.count(f"由{BUREAU}承办（2026年11月24日10:00确认）。") == 1 and BLANK in half
    settled = told(office, papers, "handling", office.do("confirm_handling", {"unit": BUREAU}, confirming[1]))
    assert f"经{OFFICE}、{JUSTICE}确定，由{BUREAU}承办。" in settled
    assert settled.count(f"由{BUREAU}承办（") == 2


def test_only_those_who_confirmed_are_named_as_having_settled_it(office: Office, papers: Papers) -> None:
    tax = "国家税务总局原平市税务局"
    office.open({"defendants": "vertical_agency", "defendant_units": tax, "received_on": RECEIVED})
    justice = office.enrol("telegram:7", "市司法局", Role.PROPOSE)
    said = told(office, papers, "handling", office.do("confirm_handling", {"unit": BUREAU}, justice))
    assert f"经市司法局确定，由{BUREAU}承办。" in said
    assert said.count(f"由{BUREAU}承办（2026年11月24日10:00确认）。") == 1


def test_the_list_has_the_state_of_each_of_the_eight(known: Known, papers: Papers, decider: Decider) -> None:
    said = told(known.office, papers, "materials", known.full).split("\n")
    states = {it.text: said[said.index(it.text) + 1] for it in decider.materials()}
    assert list(states.values()) == ["已齐", "未记", "未记", "未记", "未记", "稍后", "未记", "未记"]
    assert "情况截至2026年11月24日。" in said


@pytest.mark.parametrize(
    ("notes", "evidence"),
    [
        ({}, "2026年11月24日（星期二）"),
        ({"procedure": "simple"}, BLANK),
        ({"procedure": "simple", "evidence_due": "2026-12-01"}, "2026年12月1日（星期二）"),
    ],
)
def test_the_last_day_for_evidence_is_the_courts_where_the_procedure_is_simple(
    office: Office, papers: Papers, notes: dict[str, str], evidence: str
) -> None:
    case = office.open()
    for field, value in notes.items():
        case = office.do("note", {"field": field, "value": value})
    assert f"提供证据的期限至{evidence}" in told(office, papers, "extension", case)
    answer = "2026年11月24日（星期二）"
    said = f"答辩状最迟于{answer}、证据和所依据的规范性文件最迟于{evidence}"
    assert said in told(office, papers, "handling", case)


def test_the_last_day_for_evidence_is_that_of_the_time_granted_once_the_reason_has_gone(
    office: Office, papers: Papers
) -> None:
    office.open()
    office.do("extension", {"day": "2026-11-16"})
    case = office.do("extension_gone", {"day": "2026-11-20"})
    assert "举证期限\n2026年12月7日（星期一）" in told(office, papers, "materials", case)


def test_the_contents_name_what_is_on_record_and_no_more(office: Office, papers: Papers) -> None:
    filled(office)
    office.do("answer", {"day": "2026-11-24"})
    case = office.do("judge", {"result": "claim_rejected", "day": "2026-11-24"})
    said = told(office, papers, "contents", case)
    assert "行政应诉通知书、起诉状副本\n2026年11月9日" in said
    assert "行政答辩状\n2026年11月24日" in said and "一审判决书（驳回诉讼请求）" in said
    assert "行政机关负责人身份证明" not in said, "later is not there yet"
    assert "履行" not in said and "回复函" not in said and "开庭的材料" not in said


def test_the_decision_is_told_with_its_reasons_and_hashes(known: Known, papers: Papers) -> None:
    decision = known.office.store.get(known.full.decision)
    said = told(known.office, papers, "decision", known.full)
    assert f"应诉承办单位：{BUREAU}。" in said and "（先这样算，可以改）" in said
    assert all(hash_ in said for hash_ in (decision.hash, decision.previous_hash, decision.measure_sha256))
    assert decision.table_sha256 in said
    for cited in decision.outcome["citations"]:
        assert f"{cited['measure']}{cited['ref']}\n{cited['quote'] or '（文本'}" in said
    assert all(hint in said for hint in decision.outcome["hints"])
    assert "提交答辩状、证据和所依据的规范性文件：最晚2026年11月24日（星期二）。" in said
    assert "telegram" not in said


def test_a_corrected_decision_says_what_it_corrects(office: Office, papers: Papers) -> None:
    first = office.open()
    again = office.decision(BUREAU_SUED, supersedes=first.decision)
    case = office.cases.open(again, office.registrar, at=again.decided_at)
    assert "更正第0001号" in told(office, papers, "decision", case)


# ── what can be made ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_paper_is_offered_in_its_stages_only(office: Office, papers: Papers) -> None:
    case = office.open()
    assert "advice-reply" not in {it.id for it in papers.offered(case)}
    with pytest.raises(PaperRefused, match="没有记过司法建议"):
        make(office, papers, "advice-reply", case)
    case = office.do("answer", {"day": "2026-11-24"})
    assert "extension" not in {it.id for it in papers.offered(case)}
    with pytest.raises(PaperRefused, match="“已答辩”，“延期举证申请书”只在待答辩时做"):
        make(office, papers, "extension", case)
    case = office.do("withdraw", {}, reason="登记错了")
    assert [it.id for it in papers.offered(case)] == ["decision"]


def test_a_paper_goes_by_its_title_too(office: Office, papers: Papers) -> None:
    case = office.open()
    assert make(office, papers, "应诉材料清单", case) == make(office, papers, "materials", case)
    with pytest.raises(NoSuchPaper, match="没有“起诉状”这种文书，可以做的有：应诉承办单位确定意见"):
        make(office, papers, "起诉状", case)


# ── templates of one's own ───────────────────────────────────────────────────────────────────────────────────────────


def written(folder: Path, *paragraphs: str, footer: str = "", cell: str = "") -> Path:
    """A template for 应诉材料清单 as Word would save it."""
    document: Any = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if cell:
        document.add_table(1, 1).cell(0, 0).text = cell
    document.sections[0].footer.paragraphs[0].text = footer
    path = folder / "应诉材料清单.docx"
    document.save(path)
    return path


def test_a_template_of_ones_own_takes_the_bundled_ones_place(known: Known, decider: Decider, tmp_path: Path) -> None:
    own = Papers(decider, tmp_path / "templates")
    assert "材料（办法第十五条）" in told(known.office, own, "materials", known.full), "the folder need not be there"
    (tmp_path / "templates").mkdir()
    path = written(tmp_path / "templates", "我局清单：{{ 案号 }}，{{被诉行为}}", footer="{{ 承办单位 }}")
    (document,) = make(known.office, own, "materials", known.full)
    assert text(document) == f"我局清单：{COURT_NUMBER}，以政府名义作出的决定、处理、答复"
    assert docx.Document(io.BytesIO(document.content)).sections[0].footer.paragraphs[0].text == BUREAU
    assert "案卷目录" in told(known.office, own, "contents", known.full), "the others stay as they are"
    path.unlink()
    assert "材料（办法第十五条）" in told(known.office, own, "materials", known.full)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda at: (at / "应诉材料清单.docx").write_text("不是文档"), "它不是 Word 文档"),
        (lambda at: (at / "应诉材料清单.docx").write_bytes(b""), "它不是 Word 文档"),
        (lambda at: zipfile.ZipFile(at / "应诉材料清单.docx", "w").close(), "它不是 Word 文档"),
        (lambda at: (at / "应诉材料清单.docx").mkdir(), "读不出来"),
        (lambda at: written(at, "第一段", "案号：{{ 案号"), "“案号：{{ 案号”这一段的标记写得不对"),
        (lambda at: written(at, "案号：{{ 案号 | }}"), "这一段的标记写得不对"),
        (lambda at: written(at, "{%p for 项 in 各项材料 %}", "{{ 项.名称 }}"), "标记写得不对"),
        (lambda at: written(at, "案号：{ 案号 }"), "“案号：{ 案号 }”里的花括号不成标记"),
        (lambda at: written(at, "案号：｛｛案号｝｝"), "里的花括号不成标记"),
        (lambda at: written(at, "案号：{{ 案号 }}}}"), "里的花括号不成标记"),
        (lambda at: written(at, "{{ 开庭时问 }}"), "没有“开庭时问”这个字段，是不是“开庭时间”"),
        (lambda at: written(at, "{{ 案号 }}", footer="{{ 电话 }}"), "没有“电话”这个字段"),
        (lambda at: written(at, "{{ 建议收到日 }}"), "没有“建议收到日”这个字段"),
        (lambda at: written(at, "{%p for 项 in 各项材料 %}", "{{ 项.份数 }}", "{%p endfor %}"), "没有的列"),
        (lambda at: written(at, "{{ 各项材料 }}"), "逐行写"),
        (lambda at: written(at, "{{ 案号 + 1 }}"), "有标记算不出来"),
        (lambda at: written(at, "{{ ''.__class__.__mro__ }}"), "有标记算不出来"),
        (lambda at: written(at, "{%tr for 项 in 各项材料 %}", "{{ 项.名称 }}", "{%tr endfor %}"), "标记写得不对"),
        (lambda at: written(at, "{% for 项 in 各项材料 %}", cell="{{ 项.名称 }}{% endfor %}"), "位置不对"),
    ],
)  # fmt: skip
def test_a_broken_template_is_told_of_and_yields_nothing(
    known: Known, decider: Decider, tmp_path: Path, spoil: Callable[[Path], object], fault: str
) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    spoil(own)
    with pytest.raises(BrokenTemplate) as told_of:
        make(known.office, Papers(decider, own), "materials", known.full)
    said = str(told_of.value)
    assert said.startswith(f"模板{own / '应诉材料清单.docx'}用不了：") and fault in said
    assert "移走，就用回自带的模板" in said and "docs/papers/materials.md" in said
    assert "\n" not in said


def test_only_the_list_of_materials_says_on_which_day_it_was_made(known: Known, papers: Papers) -> None:
    decision = known.office.store.get(known.full.decision)
    (later,) = papers.make("materials", known.full, decision=decision, today=TODAY + timedelta(days=1))
    today = told(known.office, papers, "materials", known.full)
    assert text(later) == today.replace("截至2026年11月24日", "截至2026年11月25日") != today
