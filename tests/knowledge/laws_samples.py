"""Invented measures, and files of them as people hand them in."""

from __future__ import annotations

import io
from collections.abc import Sequence

MEASURE = """\
云溪县公共渡口管理办法

（2021年3月5日云溪县人民政府令第7号公布，2023年9月1日修订）

第一章 总则

第一条 为了管好渡口，制定本办法。

第二条 渡口由所在乡镇管理。

渡口停用的，由乡镇公告。

第二章 渡船

第三条 渡船应当具备下列条件:

（一）船体完好；

（二）载客不超过十二人；

（三）配有救生衣，
每位乘客一件。

雨雾天气不得开船。

第四条 本办法自公布之日起施行。

云溪县人民政府

2023年9月1日
"""

LATER = MEASURE.replace("2023年9月1日", "2025年6月2日").replace("不超过十二人", "不超过十人")


def pdf(pages: Sequence[str]) -> bytes:
    """A PDF whose pages hold lines of text, with the map from glyphs to characters that a reader needs."""
    chars = "".join(f"<{ord(c):04x}> <{ord(c):04x}>\n" for c in sorted({*"".join(pages)} - {"\n"}))
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{chars.count(chr(10))} beginbfchar\n{chars}"
        "endbfchar endcmap end end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 2 * i} 0 R' for i in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /S /Encoding /Identity-H "
        "/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /S /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        "/Supplement 0 >> /DW 1000 >>",
        _stream(to_unicode),
    ]
    for i, page in enumerate(pages):
        shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td\n" for line in page.split("\n"))
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {7 + 2 * i} 0 R >>"
        )
        objects.append(_stream(f"BT /F 12 Tf 40 780 Td\n{shown}ET"))
    return _file(objects)


def scan() -> bytes:
    """A PDF of one page that holds a picture and no text."""
    return _file(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /I 4 0 R >> >> "
            "/Contents 5 0 R >>",
            "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
            "/BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream",
            _stream("q 9 0 0 9 0 0 cm /I Do Q"),
        ]
    )


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _file(objects: Sequence[str]) -> bytes:
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("ascii"))
    begin = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010d} 00000 n \n" for place in places).encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n".encode())
    return out.getvalue()
