"""Write the bundled templates of papers, `actions/papers/templates`; an installation edits copies of its own in Word.

Run with the application's Python: `python -m scripts.paper_templates` writes those that are not there. A layout is
changed here; its template is deleted to be written anew.
Page, fonts and spacing follow GB/T 9704: A4, margins 37, 35, 28 and 26 mm, body 仿宋 三号 at 28 pt, title 小标宋 二号.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from actions.official import (
    BODY,
    HEAD,
    SIZE,
    SMALL,
    TITLE,
    TITLE_LINE,
    TITLE_SIZE,
    indent,
    new_page,
    same_bytes,
    set_font,
)
from actions.papers import TEMPLATES, Paper, load_table

TABLE_SIZE, NOTE_LINE, TABLE_LINE = Pt(12), Pt(22), Pt(18)
DATE = "　　年　　月　　日"
SEAL = "（印章）"
BLANK, WHOLE_LINE = "＿" * 8, "＿" * 27
CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT


class Page:
    """A template being written, from top to bottom."""

    def __init__(self) -> None:
        self.document = new_page()

    def title(self, text: str) -> None:
        """A title, 小标宋 二号, centred."""
        it = self.document.add_paragraph()
        it.alignment, it.paragraph_format.space_after, it.paragraph_format.line_spacing = CENTRE, Pt(20), TITLE_LINE
        set_font(it.add_run(text), TITLE, TITLE_SIZE)

    def head(self, text: str) -> None:
        """A heading of the first level, 黑体 三号."""
        it = self._paragraph(keep=True)
        set_font(it.add_run(text), HEAD, SIZE)

    def line(self, text: str, *, indented: bool = True, align: Any = None, keep: bool = False) -> None:
        """A paragraph of the body."""
        it = self._paragraph(indented=indented, keep=keep)
        it.alignment = align
        it.add_run(text)

    def small(self, text: str) -> None:
        """A note in 四号."""
        it = self._paragraph(indented=False)
        it.paragraph_format.line_spacing = NOTE_LINE
        set_font(it.add_run(text), BODY, SMALL)

    def sign(self, who: str) -> None:
        """The signature: who, with room for a seal, and the day."""
        self.line("", indented=False, keep=True)
        for text in (f"{who}{SEAL}", DATE):
            it = self._paragraph(indented=False, keep=text != DATE)
            it.alignment, it.paragraph_format.right_indent = RIGHT, Pt(32)
            it.add_run(text)

    def page_break(self) -> None:
        """A new page."""
        self.document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)

    def table(
        self,
        widths: Sequence[int],
        rows: Sequence[Sequence[str | None]],
        *,
        headed: bool = False,
        centred: Sequence[int] = (),
    ) -> None:
        """A table in 小四; its labels stand in the middle.

        Args:
            widths: The columns' widths in millimetres.
            rows: The cells; None joins a cell to the one before it.
            headed: Whether the first row is repeated on every page.
            centred: Columns whose values stand in the middle too.
        """
        table = self.document.add_table(0, len(widths))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for number, cells in enumerate(rows):
            row = table.add_row()
            row.height = Mm(9)
            _row_property(row, "w:cantSplit")
            if headed and number == 0:
                _row_property(row, "w:tblHeader")
            first = 0
            for place, text in enumerate(cells):
                row.cells[place].width = Mm(widths[place])
                if text is None:
                    row.cells[first].merge(row.cells[place])
                    continue
                first = place
                _cell(row.cells[place], text, centred=place in centred or _is_label(text))

    def _paragraph(self, *, indented: bool = True, keep: bool = False) -> Any:
        it = self.document.add_paragraph()
        it.paragraph_format.keep_with_next = keep
        if indented:
            indent(it)
        return it


def _row_property(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _is_label(text: str) -> bool:
    return len(text) <= 9 and "{" not in text and "＿" not in text


def _cell(cell: Any, text: str, *, centred: bool) -> None:
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for number, line in enumerate(text.split("\n")):
        it = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        it.paragraph_format.line_spacing = TABLE_LINE
        it.alignment = CENTRE if centred else RIGHT if line in (SEAL, DATE) else LEFT
        set_font(it.add_run(line), BODY, TABLE_SIZE)


# ── the papers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def handling(page: Page) -> None:
    """应诉承办单位确定意见（函）."""
    page.title("应诉承办单位确定意见（函）")
    page.line("{{ 主送单位 }}：", indented=False)
    page.line(
        "{{ 收文单位 }}于{{ 收到日 }}收到{{ 法院 }}行政应诉通知书和起诉状副本（案号：{{ 案号 }}；案由：{{ 案由 }}），"
        "被告为{{ 全部被告 }}。现就应诉承办单位提出如下意见："
    )
    page.head("一、承办单位")
    page.line("{{ 承办意见 }}")
    page.head("二、依据和理由")
    page.line("{{ 承办条文 }}")
    page.line("{%p if 承办理由 %}")
    page.line("{{ 承办理由 }}")
    page.line("{%p endif %}")
    page.head("三、期限")
    page.line("答辩状最迟于{{ 答辩期限 }}、证据和所依据的规范性文件最迟于{{ 举证期限 }}提交人民法院。", keep=True)
    page.line("{%p if 各方确认 %}")
    page.head("四、确认")
    page.table(
        [44, 60, 52],
        [
            ["单位", "意见", "印章和日期"],
            ["{%tr for 一方 in 各方确认 %}", None, None],
            ["{{ 一方.单位 }}", "{{ 一方.意见 }}", f"{SEAL}\n\n{DATE}"],
            ["{%tr endfor %}", None, None],
        ],
        headed=True,
    )
    page.line("{%p endif %}")
    page.sign("{{ 收文单位 }}")


def attendees(page: Page) -> None:
    """出庭应诉人员审批表."""
    page.title("出庭应诉人员审批表")
    page.table(
        [30, 52, 26, 48],
        [
            ["案　　号", "{{ 案号 }}", "法　　院", "{{ 法院 }}"],
            ["案　　由", "{{ 案由 }}", None, None],
            ["被　　告", "{{ 被告单位 }}", None, None],
            ["承办单位", "{{ 承办单位 }}", None, None],
            ["开庭时间", "{{ 开庭时间 }}", "开庭地点", "{{ 开庭地点 }}"],
            ["法院要求", "{{ 负责人出庭要求 }}", None, None],
            ["拟出庭人员", "职　　务", "姓　　名", "分管工作"],
            ["{%tr for 人 in 出庭人员 %}", None, None, None],
            ["{{ 人.类别 }}", "{{ 人.职务 }}", "", "{{ 人.分管 }}"],
            ["{%tr endfor %}", None, None, None],
            ["提出意见", f"{{{{ 提出意见单位 }}}}：\n{{{{ 提出意见 }}}}\n{SEAL}\n{DATE}", None, None],
            ["确定意见", f"{{{{ 确定单位 }}}}：\n{{{{ 确定意见 }}}}\n{SEAL}\n{DATE}", None, None],
            ["依　　据", "{{ 出庭依据 }}", None, None],
        ],
        centred=[0],
    )


def materials(page: Page) -> None:
    """应诉材料清单."""
    page.title("应诉材料清单")
    page.table(
        [32, 124],
        [
            ["案　　号", "{{ 案号 }}"],
            ["法　　院", "{{ 法院 }}"],
            ["案　　由", "{{ 案由 }}"],
            ["被　　告", "{{ 全部被告 }}"],
            ["承办单位", "{{ 承办单位 }}"],
            ["收 到 日", "{{ 收到日 }}"],
            ["答辩期限", "{{ 答辩期限 }}"],
            ["怎么算的", "{{ 期限算法 }}"],
            ["举证期限", "{{ 举证期限 }}"],
        ],
    )
    page.small("")
    page.table(
        [14, 74, 22, 18, 28],
        [
            ["序号", "材料（办法第十五条）", "情况", "份数", "备注"],
            ["{%tr for 项 in 各项材料 %}", None, None, None, None],
            ["{{ 项.序号 }}", "{{ 项.名称 }}", "{{ 项.情况 }}", "", ""],
            ["{%tr endfor %}", None, None, None, None],
        ],
        headed=True,
        centred=[0, 2],
    )
    page.small("情况截至{{ 制作日期 }}。")
    page.line(f"经办人（签字）：{BLANK}", indented=False, align=RIGHT)


def authority(page: Page) -> None:
    """授权委托书."""
    page.title("授权委托书")
    page.line("委托单位：{{ 被告单位 }}", indented=False)
    page.line(f"法定代表人：{BLANK}　　职务：{BLANK}", indented=False)
    page.line("受委托人：", indented=False)
    page.table(
        [26, 24, 36, 42, 28],
        [
            ["类别", "姓名", "职务", "身份证号码", "联系电话"],
            ["{%tr for 人 in 代理人 %}", None, None, None, None],
            ["{{ 人.类别 }}", "", "{{ 人.职务 }}", "", ""],
            ["{%tr endfor %}", None, None, None, None],
        ],
        headed=True,
    )
    page.small("")
    page.line("{{ 法院 }}受理的{{ 案由 }}一案（案号：{{ 案号 }}），我单位委托上列人员作为我单位的诉讼代理人参加诉讼。")
    page.line("代理权限（逐人、逐项写明）：")
    page.line(WHOLE_LINE, indented=False)
    page.line(WHOLE_LINE, indented=False)
    page.sign("{{ 被告单位 }}")
    page.small("附：受委托人身份证复印件；工作人员代理的，另附证明劳动人事关系的材料。")


def identity(page: Page) -> None:
    """法定代表人、出庭负责人身份证明, a page each."""
    page.title("法定代表人身份证明")
    page.line("{{ 法院 }}：", indented=False)
    page.line(f"{BLANK}（身份证号码：{BLANK}{BLANK}）在我单位担任{BLANK}职务，是我单位的法定代表人。")
    page.line("案件：{{ 案由 }}（案号：{{ 案号 }}）。")
    page.line("特此证明。", keep=True)
    page.sign("{{ 被告单位 }}")
    page.small("附：法定代表人身份证复印件。")
    page.page_break()
    page.title("出庭负责人身份证明")
    page.line("{{ 法院 }}：", indented=False)
    page.line(
        f"{BLANK}（身份证号码：{BLANK}{BLANK}）在我单位担任{{{{ 负责人职务 }}}}，"
        "分管{{ 负责人分管 }}，作为我单位负责人出庭应诉。"
    )
    page.line("案件：{{ 案由 }}（案号：{{ 案号 }}）。")
    page.line("特此证明。", keep=True)
    page.sign("{{ 被告单位 }}")
    page.small("附：负责人身份证复印件。本证明于开庭前提交。")


def head_absent(page: Page) -> None:
    """负责人不能出庭情况说明."""
    page.title("负责人不能出庭情况说明")
    page.line("{{ 法院 }}：", indented=False)
    page.line(
        "你院受理的{{ 案由 }}一案（案号：{{ 案号 }}），开庭时间为{{ 开庭时间 }}。"
        "我单位负责人因下列情形不能出庭（选定一项）："
    )
    for reason in ("不可抗力", "意外事件", "需要履行他人不能代替的公务", "无法出庭的其他正当事由"):
        page.line(f"□ {reason}")
    page.line(f"具体情况：{'＿' * 20}")
    page.line(WHOLE_LINE, indented=False)
    page.line(f"证明材料（附后）：{'＿' * 16}")
    page.line(f"我单位委托相应的工作人员出庭：{{{{ 出庭工作人员 }}}}，姓名{BLANK}。")
    page.line("□ 申请延期开庭审理　　□ 不申请延期开庭审理")
    page.line("以上理由和材料，请予审查。", keep=True)
    page.sign("{{ 被告单位 }}")
    page.small("不盖印章的，由主要负责人签字认可：＿＿＿＿＿＿＿＿")


def extension(page: Page) -> None:
    """延期举证申请书."""
    page.title("延期举证申请书")
    page.line("申请人（被告）：{{ 被告单位 }}", indented=False)
    page.line("{{ 法院 }}：", indented=False)
    page.line(
        "你院受理的{{ 案由 }}一案（案号：{{ 案号 }}），申请人于{{ 收到日 }}收到起诉状副本，"
        "提供证据的期限至{{ 举证期限 }}。申请人在作出被诉行政行为时已经收集了下列证据，因正当事由不能按期提供："
    )
    page.line(f"一、证据名称：{'＿' * 18}")
    page.line(WHOLE_LINE, indented=False)
    page.line(f"二、正当事由：{'＿' * 18}")
    page.line(WHOLE_LINE, indented=False)
    page.line(
        "依据《中华人民共和国行政诉讼法》第三十六条第一款和法释〔2018〕1号第三十四条，申请延期提供上述证据，请予准许。"
        "准许的，申请人在正当事由消除后十五日内提供。",
        keep=True,
    )
    page.sign("{{ 被告单位 }}")
    page.small(f"附：正当事由的证明材料{BLANK}。")


def advice_reply(page: Page) -> None:
    """司法建议回复函."""
    page.title("关于司法建议的回复函")
    page.line(f"{BLANK}人民法院：", indented=False)
    page.line(
        f"你院司法建议书（文号：{BLANK}）于{{{{ 建议收到日 }}}}收到。"
        "该建议书涉及的案件：{{ 案由 }}（案号：{{ 案号 }}）。现将处理情况回复如下："
    )
    for head in ("一、对建议的意见", "二、已经采取的措施和落实情况", "三、下一步安排"):
        page.head(head)
        page.line("＿" * 25)
        page.line(WHOLE_LINE, indented=False)
    page.line("特此函复。", keep=True)
    page.sign(f"{BLANK}{BLANK}")


def contents(page: Page) -> None:
    """案卷目录."""
    page.title("案卷目录")
    page.table(
        [32, 46, 32, 46],
        [
            ["案件编号", "{{ 案件编号 }}", "案　　号", "{{ 案号 }}"],
            ["法　　院", "{{ 法院 }}", "案　　由", "{{ 案由 }}"],
            ["被　　告", "{{ 全部被告 }}", None, None],
            ["承办单位", "{{ 承办单位 }}", None, None],
            ["结 案 日", "{{ 结案日 }}", "归 档 日", "{{ 归档日 }}"],
            ["存放位置", "{{ 存放位置 }}", None, None],
        ],
    )
    page.small("")
    page.table(
        [14, 64, 46, 14, 18],
        [
            ["序号", "材料", "日期", "页次", "备注"],
            ["{%tr for 件 in 卷内材料 %}", None, None, None, None],
            ["{{ 件.序号 }}", "{{ 件.名称 }}", "{{ 件.日期 }}", "", ""],
            ["{%tr endfor %}", None, None, None, None],
            *([["", "", "", "", ""]] * 2),
        ],
        headed=True,
        centred=[0, 2],
    )
    page.line(f"立卷人（签字）：{BLANK}", indented=False, align=RIGHT)


def decision(page: Page) -> None:
    """应诉承办单位判定记录."""
    page.title("应诉承办单位判定记录")
    page.table(
        [36, 120],
        [
            ["决定", "第{{ 决定编号 }}号"],
            ["登记时间", "{{ 决定时间 }}"],
            ["所用办法", "{{ 办法名称 }}"],
            ["更正", "{{ 更正情况 }}"],
        ],
    )
    page.head("一、结论")
    page.line("{{ 结论 }}")
    page.head("二、事实")
    page.table(
        [14, 24, 62, 56],
        [
            ["序号", "事实", "回答", "为什么问"],
            ["{%tr for 事 in 各项事实 %}", None, None, None],
            ["{{ 事.序号 }}", "{{ 事.事实 }}", "{{ 事.回答 }}（{{ 事.来源 }}）", "{{ 事.条款 }}"],
            ["{%tr endfor %}", None, None, None],
        ],
        headed=True,
        centred=[0],
    )
    page.head("三、合于的规则")
    page.line("{{ 合于规则 }}")
    page.line("{%p if 承办理由 %}")
    page.line("{{ 承办理由 }}")
    page.line("{%p endif %}")
    page.head("四、引用的条文")
    page.table(
        [52, 104],
        [
            ["出处", "原文"],
            ["{%tr for 条 in 引用条文 %}", None],
            ["{{ 条.出处 }}", "{{ 条.原文 }}"],
            ["{%tr endfor %}", None],
        ],
        headed=True,
    )
    page.head("五、举证责任")
    page.line("政府内部（办法）：{{ 内部举证 }}")
    page.line("对法院（法律、司法解释）：{{ 对外举证 }}")
    page.head("六、提示")
    page.line("{{ 提示 }}")
    page.head("七、校验")
    page.table(
        [28, 128],
        [
            ["本条记录", "{{ 记录校验值 }}"],
            ["上一条记录", "{{ 上条校验值 }}"],
            ["办法文本", "{{ 办法校验值 }}"],
            ["规则表", "{{ 规则校验值 }}"],
        ],
    )


PAPERS: dict[str, Callable[[Page], None]] = {
    "handling": handling,
    "attendees": attendees,
    "materials": materials,
    "authority": authority,
    "identity": identity,
    "head-absent": head_absent,
    "extension": extension,
    "advice-reply": advice_reply,
    "contents": contents,
    "decision": decision,
}
"""How each paper of `papers.yml` is laid out, by id."""


def laid_out(paper: Paper) -> bytes:
    """A paper's template as a Word document."""
    page = Page()
    PAPERS[paper.id](page)
    about = page.document.core_properties
    about.author, about.comments, about.title = "", "", paper.title
    raw = io.BytesIO()
    page.document.save(raw)
    return same_bytes(raw.getvalue())


def main() -> None:
    """Write the templates that are not there."""
    for paper in load_table().papers.values():
        path = TEMPLATES / paper.file
        if not path.exists():
            path.write_bytes(laid_out(paper))
            print(path)


if __name__ == "__main__":
    main()
