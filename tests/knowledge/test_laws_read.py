"""Reading files of laws: what comes out, and what is refused whole."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from knowledge.errors import LawRefused
from knowledge.laws import read_file
from knowledge.laws.law import Draft, read_law
from tests.knowledge.laws_samples import MEASURE, pdf, scan


def draft_of(path: Path) -> Draft:
    return read_law(read_file(path), date(2026, 3, 1))


def word(*paragraphs: str, style: str | None = None) -> Any:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph, style=style)
    return document


def saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def paragraphs() -> list[str]:
    return [part.replace("\n", "") for part in MEASURE.split("\n\n")]


FILES = {
    "a.md": MEASURE.encode(),
    "b.txt": MEASURE.encode("gbk"),
    "c.txt": MEASURE.replace("\n", "\r\n").encode("utf-8-sig"),
    "d.txt": MEASURE.encode("utf-16"),
    "e.docx": saved(word(*paragraphs())),
    "f.pdf": pdf(MEASURE.replace("\n\n第二章", "\f第二章").replace("\n\n", "\n").split("\f")),
    "g.md": ("# 云溪县公共渡口管理办法\n\n2021年3月5日公布　2023年9月1日修订\n\n" + MEASURE.split("修订）\n\n")[1])
    .replace("第一章", "## 第一章")
    .replace("第三条 ", "**第三条** ")
    .encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_law(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name])
    draft = draft_of(path)
    assert (draft.name, str(draft.date)) == ("云溪县公共渡口管理办法", "2023-09-01")
    assert [f"{it.citation}　{it.text}" for it in draft.text.clauses] == [
        "第一条　为了管好渡口，制定本办法。",
        "第二条第一款　渡口由所在乡镇管理。",
        "第二条第二款　渡口停用的，由乡镇公告。",
        "第三条第一款　渡船应当具备下列条件：",
        "第三条第一款第（一）项　船体完好；",
        "第三条第一款第（二）项　载客不超过十二人；",
        "第三条第一款第（三）项　配有救生衣，每位乘客一件。",
        "第三条第二款　雨雾天气不得开船。",
        "第四条　本办法自公布之日起施行。",
    ]
    assert [article for article, _ in draft.headings] == [1, 3]
    assert draft.rest.startswith("云溪县人民政府")


def test_page_numbers_and_running_heads_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    pages = [
        f"云溪文库\n{text}\n- {i} -"
        for i, text in enumerate(["渡口办法\n第一条 渡口应当", "公告。\n第二条 渡船", "完好。"], 1)
    ]
    path.write_bytes(pdf(pages))
    assert [it.text for it in draft_of(path).text.clauses] == ["渡口应当公告。", "渡船完好。"]


def test_a_radical_that_looks_like_a_character_is_read_as_it(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(["渡⼝办法\n第⼀条 渡⼝公告。"]))
    draft = draft_of(path)
    assert (draft.name, draft.text.clauses[0].text) == ("渡口办法", "渡口公告。")


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(FILES["f.pdf"]))
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def tracked() -> bytes:
    raw = saved(word(*paragraphs()))
    packed = zipfile.ZipFile(io.BytesIO(raw))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as changed:
        for item in packed.namelist():
            content = packed.read(item)
            if item == "word/document.xml":
                content = content.replace(b"<w:r>", b'<w:ins w:id="1" w:author="a"><w:r>', 1)
                content = content.replace(b"</w:r>", b"</w:r></w:ins>", 1)
            changed.writestr(item, content)
    return out.getvalue()


def flipped() -> bytes:
    """One bit of a compressed stream turned round: it still unpacks, to other words."""
    writer = pypdf.PdfWriter(io.BytesIO(FILES["f.pdf"]))
    for page in writer.pages:
        page.compress_content_streams()
    file = io.BytesIO()
    writer.write(file)
    raw = bytearray(file.getvalue())
    raw[raw.index(b"endstream", raw.index(b"FlateDecode")) - 40] ^= 1
    return bytes(raw)


def broken_inside(raw: bytes) -> bytes:
    return raw[: len(raw) // 2] + bytes(64) + raw[len(raw) // 2 + 64 :]


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.txt", b"", "空文件"),
        ("a.md", b" \n\t\r\n", "空文件"),
        ("a.docx", b"", "空文件"),
        ("a.txt", b"\x00\x01\x02" * 40, "不是文本文件"),
        ("a.txt", FILES["e.docx"], "不是文本文件，内容是Word"),
        ("a.md", FILES["f.pdf"], "不是文本文件，内容是PDF"),
        ("a.txt", "第一条 好。".encode("shift_jis", "replace") + b"\xff\xff", "编码认不出来"),
        ("a.txt", "渡口办法\n第一条 渡口\ufffd公告。".encode(), "有乱码（文字第2行）"),
        ("a.txt", "渡口办法\n第一条 渡口\x07公告。".encode(), "有乱码"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "格式不能收录"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + bytes(99), "老版 Word 文件或加了密"),
        ("a.docx", MEASURE.encode(), "不是完好的 docx"),
        ("a.docx", FILES["e.docx"][:-200], "不是完好的 docx"),
        ("a.docx", broken_inside(FILES["e.docx"]), "不是完好的 docx"),
        ("a.docx", saved(word()), "没有文字"),
        ("a.docx", saved(word("渡口公告。", style="List Number")), "自动编号"),
        ("a.docx", tracked(), "没处理完的修订"),
        ("a.pdf", MEASURE.encode(), "不是完好的 PDF"),
        ("a.pdf", FILES["f.pdf"][:-300], "不是完好的 PDF"),
        ("a.pdf", flipped(), "可能已损坏"),
        ("a.pdf", scan(), "第1页没有文字，像是扫描件"),
        ("a.pdf", encrypted(), "加了密"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, raw: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(LawRefused, match=says) as refused:
        read_file(path)
    assert name in str(refused.value) and str(refused.value).endswith("。")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(LawRefused):
            read_file(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("渡口办法\n渡口由乡镇管理。", "找不到“第一条”"),
        ("渡口办法\n第一条 甲。\n第三条 乙。", "第二条处写的是“三”，缺第二条"),
        ("渡口办法\n第二条 甲。", "第一条处写的是“二”，缺第一条"),
        ("渡口办法\n第一条 甲。\n第二条 乙。\n第二条 丙。", "第三条处写的是“二”，重号"),
        ("渡口办法\n第一条 甲：\n（一）乙；\n（三）丙。", "第一条的项号不连续：第二项"),
        ("渡口办法\n第一条 甲。\n第一条之一 乙。\n第二条 丙。", "“第一条之一"),
        ("渡口办法\n第一条 甲。\n第二条\n第三条 丙。", "第二条没有文字"),
        ("渡口办法\n第一条 甲。\n第二条 渡口由所在乡", "第二条没有写完"),
        ("渡口办法\n第一条 甲。\n附件\n船样\n第二条 乙。", "第一条与下一条之间夹有附件"),
        ("渡口办法\n第一条 甲。第三条 乙。", "第一条那一行里还有“第三条”"),
        ("渡口办法\n第一条 甲。第二条 乙。第四条 丙。", "第二条那一行里还有“第四条”"),
        ("渡口办法\n第一条甲。第二条乙。第三条丙。", "第一条那一行里还有“第二条”，请让每条另起一行"),
        ("渡口办法\n第一条 甲。\n第二条 乙。第三条丙。", "第二条那一行里还有“第三条”"),
        ("渡口办法 第一条 甲。第二条 乙。", "“第一条”不在一行的开头"),
    ],
)
def test_a_text_that_is_no_whole_law(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LawRefused, match=says):
        draft_of(path)


@pytest.mark.parametrize(
    ("front", "name"),
    [
        ("云溪县人民政府文件\n云政发〔2020〕1号\n云溪县渡口办法（试行）", "云溪县渡口办法（试行）"),
        (
            "云溪县人民政府\n关于印发渡口办法的通知\n各乡镇：\n现印发给你们。\n云溪县渡口办法\n目录\n第一章 总则",
            "云溪县渡口办法",
        ),
        ("云溪县水上交通和\n公共渡口管理规定\n（2020年1月2日通过）", "云溪县水上交通和公共渡口管理规定"),
        ("云溪县人民法院\n\n关于审理渡口案件的规定", "云溪县人民法院关于审理渡口案件的规定"),
        ("云溪县渡口条例（2019年修正）", "云溪县渡口条例"),
        ("随便写的一行", ""),
    ],
)
def test_the_title_is_read_off_the_front(tmp_path: Path, front: str, name: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{front}\n第一条 甲。\n第二条 乙。", encoding="utf-8")
    assert draft_of(path).name == name


def test_articles_without_a_space_after_their_number(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("渡口办法\n第一条渡口公告。\n第二条依照本办法\n第一条办理。\n第三条完。", encoding="utf-8")
    assert [it.text for it in draft_of(path).text.clauses] == [
        "渡口公告。",
        "依照本办法第一条办理。",
        "完。",
    ]


@pytest.mark.parametrize("between", ["", " ", "\u3000"])
def test_articles_that_stand_on_one_line_are_told_apart(tmp_path: Path, between: str) -> None:
    path = tmp_path / "a.txt"
    articles = [
        "渡船应当完好：（一）不漏；（二）不歪。",
        "“坏船”的，不得开。",
        "依照第二条。第一条所称渡船，包括木船。",
    ]
    text = between.join(f"第{number}条　{words}" for number, words in zip("一二三", articles, strict=True))
    path.write_text(f"渡口办法\n{text}\n第四条　完。", encoding="utf-8")
    assert [(it.article, it.text) for it in draft_of(path).text.clauses] == [*enumerate([*articles, "完。"], 1)]


def test_an_article_that_opens_a_line_elsewhere_is_only_named_within_another(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("渡口办法\n第一条 木船除外。第二条 所称的船不除外。\n第二条 船，是指铁船。", encoding="utf-8")
    assert [it.text for it in draft_of(path).text.clauses] == ["木船除外。第二条所称的船不除外。", "船，是指铁船。"]


@pytest.mark.parametrize(("last", "ends"), [("本办法自2020年1月1日起施行。", True), ("渡船漆成红色。", False)])
def test_a_text_that_may_be_cut_after_a_full_stop_is_told(tmp_path: Path, last: str, ends: bool) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"渡口办法\n第一条 甲。\n第二条 {last}", encoding="utf-8")
    assert draft_of(path).ends is ends


def test_a_folder_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for written in (".", "..", str(tmp_path)):
        with pytest.raises(LawRefused) as refused:
            read_file(Path(written))
        assert str(refused.value) == f"{written}是文件夹，请写其中一个文件的路径。"
