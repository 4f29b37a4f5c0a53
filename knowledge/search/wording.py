"""What is asked, beside the characters as typed: several questions in one, slips of the input method."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product

_UNSEEN = ("Cc", "Cf", "Cs")
_MOST_ASKED = 3
_BREAK = re.compile(r"[，,、；;。？?！!\s]+|还有|另外|以及|并且")
_ASKS = re.compile(
    r"谁|哪|几|多久|多长|多少|什么|怎么|咋|啥|如何|何时|何人|要不要|能不能|可不可以|是不是|算不算|用不用|该不该|[吗么]$"
)
_LEAST = 3
"""Characters of a question that stands by itself: 谁承办."""


def seen(text: str) -> str:
    """A text without what cannot be seen: control characters, joiners, direction marks, halves of a character."""
    return "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in _UNSEEN)


def asked_apart(question: str) -> tuple[str, ...]:
    """The questions that stand in one: 县政府被告，谁承办，谁出庭 → 县政府被告，谁承办; 谁出庭.

    Returns:
        At most three, each with what was told before it; empty where it is but one.
    """
    asked: list[str] = []
    told = ""
    for part in filter(None, _BREAK.split(question)):
        whole = f"{told}，{part}" if told else part
        if _ASKS.search(part) and len(part) >= _LEAST:
            asked.append(whole)
            told = ""
        else:
            told = whole
    return tuple(asked[:_MOST_ASKED]) if len(asked) > 1 else ()


# ── slips ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


_TERMS = _words("""
    应诉通知书 应诉材料 应诉人员 应诉 承办单位 承办 行政诉讼 诉讼 出庭人员 出庭率 出庭 开庭 中途退庭 退庭 负责人
    副局长 副县长 副镇长 副职 正职 局长 县长 镇长 县政府 市政府 镇政府 管委会 行政复议 复议维持 复议 维持 撤销 变更
    不予受理 被告 原告 第三人 举证责任 举证 证据 答辩状 答辩 代理人 委托书 律师 身份证明 身份证 法定代表人 司法建议
    司法局 检察建议 法院 判决书 判决 裁定 调解书 履行 上诉 归档 立卷 卷宗 考核 通报 年报 年度报告 追责 责任 期限
    材料 单位 临时机构 指挥部 牵头 职责 不作为 有效期 处分
""")
"""Words of this field that slips are mended to, longer ones first."""

_LONGEST_TERM = max(map(len, _TERMS))
_AS_THEY_STAND = _words("""
    法律 证人 任何 认为 作为 因为 作出 办理 依据 根据 听证 义务 太原 高铁
""")
"""Words whose characters are not to be taken for a term's."""

_SPELLED = dict(
    pair.split("=")
    for pair in _words("""
    chengban=承办 yingsu=应诉 susong=诉讼 chuting=出庭 kaiting=开庭 tuiting=退庭 fuzeren=负责人 fujuzhang=副局长
    fuzhi=副职 zhengzhi=正职 juzhang=局长 xianzhang=县长 xianzhengfu=县政府 shizhengfu=市政府 zhenzhengfu=镇政府
    zhengfu=政府 guanweihui=管委会 fuyi=复议 weichi=维持 chexiao=撤销 beigao=被告 yuangao=原告 juzheng=举证
    zhengju=证据 dabianzhuang=答辩状 dabian=答辩 dailiren=代理人 weituoshu=委托书 lvshi=律师 lushi=律师
    sifajianyi=司法建议 sifaju=司法局 fayuan=法院 panjue=判决 shangsu=上诉 guidang=归档 kaohe=考核 tongbao=通报
    nianbao=年报 zeren=责任 zhuize=追责 qixian=期限 cailiao=材料 danwei=单位 zhihuibu=指挥部 fenguan=分管
    buzuowei=不作为 tingzheng=听证 jianyishu=建议书 tongzhishu=通知书 banfa=办法
""")
)

# Characters that input methods give for each other: alike in sound, or nearly.
_ALIKE = _words("""
    承成程呈诚 办半伴板 应映英 诉素速塑溯颂 讼颂送宋 出初 庭挺厅停廷亭听 退腿 负付副富复附 责则泽择 人认仁 副付负富
    职值直执 局句 复付负副富附覆 议义意仪易亿 维为唯围伟 持池迟吃 被备背北 告搞高稿 举居句聚 证正政征症 据剧句具巨
    答达搭打 辩辨变便遍 状壮装 代带待 理里礼 委为位伟 托脱 律绿率 师是诗 身深伸 份分奋 明名 司思斯丝 建件健见 法发罚
    判盼叛 决绝觉 归规贵 档当挡党 考靠 核合和何 报抱暴 年念 限线 材才财 料聊 单丹 位为味卫 牵迁签 作做坐 追锥 通同
    卷圈 检捡 原员元圆 镇阵振 政证正 府付服 行形 上商 立里 处出 挥会灰 部布步
""")


@cache
def _slips() -> Mapping[str, str]:
    """Terms by what is typed for them: one character wrong, of four two."""
    alike = {group[0]: group[1:] for group in _ALIKE}
    slips: dict[str, str] = {}
    for term in _TERMS:
        for wrong in range(1, 1 + len(term) // 2 if len(term) < 4 else 3):
            for places in combinations([i for i, mark in enumerate(term) if mark in alike], wrong):
                for typed in product(*(alike[term[i]] for i in places)):
                    marks = list(term)
                    for i, mark in zip(places, typed, strict=True):
                        marks[i] = mark
                    slips.setdefault("".join(marks), term)
    for word in (*_TERMS, *_AS_THEY_STAND):
        slips.pop(word, None)
    return slips


def mended(question: str) -> str:
    """A question with slips of the input method put right: 成办 → 承办, fuyi 维持 → 复议维持.

    A term is taken for meant where a character of it, of four two, is another of like sound. What stands inside a
    term that is right is left alone.
    """
    text = re.sub("[a-z]+", lambda found: _SPELLED.get(found[0], found[0]), question.lower())
    if text != question.lower():
        text = re.sub(r"(?<=[一-鿿]) +(?=[一-鿿])", "", text)
    slips = _slips()
    right = [span for word in (*_TERMS, *_AS_THEY_STAND) for span in _found(word, text)]
    for size in range(_LONGEST_TERM, 1, -1):
        for at in range(len(text) - size + 1):
            stretch = (at, at + size)
            term = slips.get(text[at : at + size])
            if term and not any(_cuts(stretch, span) for span in right):
                text = f"{text[:at]}{term}{text[at + size :]}"
                right.append(stretch)
    return text


def _found(term: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(term)
    while at >= 0:
        yield at, at + len(term)
        at = text.find(term, at + 1)


def _cuts(stretch: tuple[int, int], word: tuple[int, int]) -> bool:
    """Whether a stretch shares characters with a word that it does not hold whole, or is that word."""
    shares = stretch[0] < word[1] and word[0] < stretch[1]
    holds = stretch[0] <= word[0] and word[1] <= stretch[1] and stretch != word
    return shares and not holds
