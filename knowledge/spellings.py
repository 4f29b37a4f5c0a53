"""One spelling of what people write in references: 第Ⅺ條, 第⒒条, 第拾壹条 and 第11条 read alike afterwards.

For reading only, never for display.
"""

from __future__ import annotations

import re
import unicodedata

_ALIKE = str.maketrans({**dict.fromkeys("–—−~", "-"), "廿": "二十", "卅": "三十"})
_SIMPLIFIED = str.maketrans(
    "條項個兩這該與從後裡裏節號釋規則訂憲約書狀協議復複辦應訴訟實細國務縣區鄉鎮責據證決標準領導負說寫問請數關機審檢處罰許強賠償開員監調總",
    "条项个两这该与从后里里节号释规则订宪约书状协议复复办应诉讼实细国务县区乡镇责据证决标准领导负说写问请数关机审检处罚许强赔偿开员监调总",
)
"""The traditional characters of references and of the names of texts."""
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟貳參陸", "一二三四五六七八九十百千二三六")
_NUMERALS = "零〇一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟貳參陸"
# 陆 and 伍 are words of their own: they are numbers where a number is due.
_DUE = re.compile(rf"(?<=[第(])[{_NUMERALS}]+|[{_NUMERALS}]+(?=[条款项])|[{_NUMERALS}]{{2,}}(?=[、,和与及到至-])")
_ROMAN = re.compile(r"(?<![A-Za-z])[IVXLCivxlc]{1,8}(?=\)?[条款项])|(?<=第)[IVXLCivxlc]{1,8}(?=\))")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_WITH_STOP = range(0x2488, 0x249C)  # ⒈ to ⒛
_CIRCLED = re.compile(r"[①-⑳㉑-㉟㊱-㊿❶-❿➀-➉➊-➓⓫-⓴]")
_SPACES = re.compile(r"\s+")
_YEAR = "([12][0-9]{3})"
_OFFICIAL = re.compile(
    rf"[〔\[(【]{_YEAR}[〕\])】]年?第?([0-9]{{1,4}})号|(?<![0-9]){_YEAR}(?:年第?|第|-| )([0-9]{{1,4}})号"
)


def respelled(text: str) -> str:
    """A text in one spelling.

    Half width and simplified, without spaces but for one between two numbers, dashes alike; numbers that are circled,
    Roman, formal (拾壹) or short (廿五) as the others are; official numbers in the official way: 法释2018年1号 and
    法释[2018]第1号 → 法释〔2018〕1号.
    """
    plain = _CIRCLED.sub(_in_brackets, "".join(map(_without_stop, text)))
    plain = unicodedata.normalize("NFKC", plain).translate(_ALIKE).translate(_SIMPLIFIED)
    plain = re.sub(r"(?<=[0-9]) (?=[0-9])", "\0", _SPACES.sub(" ", plain)).replace(" ", "").replace("\0", " ")
    plain = _ROMAN.sub(lambda found: str(_roman(found[0])), plain)
    plain = _DUE.sub(lambda found: found[0].translate(_FORMAL), plain)
    plain = re.sub(r"\(\(([0-9]+)\)\)", r"(\1)", plain)
    return _OFFICIAL.sub(lambda found: f"〔{found[1] or found[3]}〕{found[2] or found[4]}号", plain)


def _without_stop(mark: str) -> str:
    """⒒ without its full stop: 第⒒条 is 第11条."""
    if ord(mark) in _WITH_STOP:
        return unicodedata.normalize("NFKC", mark).rstrip(".")
    return mark


def _in_brackets(found: re.Match[str]) -> str:
    """⑤ as （五） is written, but 第⑤项 and ⑤条 as a bare number."""
    number = str(int(unicodedata.numeric(found[0])))
    before, after = found.string[: found.start()].rstrip(), found.string[found.end() :].lstrip()
    return number if before.endswith("第") or after.startswith(("条", "條")) else f"({number})"


def _roman(written: str) -> int:
    values = [_ROMAN_VALUES[mark] for mark in written.lower()]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))
