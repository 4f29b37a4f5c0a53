"""What is asked, beside the characters as typed: several questions in one, a question in a long text, slips."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product

from knowledge.lexical import grams
from knowledge.sounds import alike

_UNSEEN = ("Cc", "Cf", "Cs")
_MOST_ASKED = 3
_BREAK = re.compile(r"[，,、；;。？?！!\s]+|还有|另外|以及|并且")
_ASKS = re.compile(
    r"谁(?![都也])|哪|几|多久|多长|多少|什么|怎么|怎样|后果|咋|啥|如何|何时|何人|要不要|能不能|可不可以|是不是|算不算|用不用|该不该|[吗么呢]$"
)
_LEAST = 3
"""Characters of a question that stands by itself: 谁承办."""
_LITTLE = 1
"""Characters, the words of asking left out, that a question needs to be understood without the one before it."""
_OUTCOME = re.compile(
    r"^(?:那|又|那么)*(?:会|要|该|有)*(?:怎样|怎么样|怎么办|咋办|咋样|如何|什么后果|啥后果|怎么追责|算哪种(?:情形|情况)?)(?:呢|啊)?$"
)
"""Asks on about what was asked just before: no question of its own."""
_SHORT = re.compile(r"^[^，]{1,4}(?:算不算|算吗|行不行|行吗|可以吗)$")
_DENIES = re.compile(r"^(?:那|如果|要是)*(?:[不没未](?!是|作为|予|受理|履职|履行[法职])|拖着|拒不|逾期|超期|过期)")
_BARE = (
    r"(?:由?谁来?(?:承办|应诉|出庭|举证|答辩|归档|负责)|(?:几天|多久|哪天|什么时候)(?:内|之内|前)?(?:要|得)?(?:交|答辩|举证|回复?)"
    r"|[交带]什么(?:材料)?)"
)
_RUN_ON = re.compile(rf"{_BARE}(?={_BARE})")
"""Bare questions that follow each other without a mark: 谁承办谁出庭几天交."""
_TELLS = 300
"""Characters up to which a text is a question with its story; in a longer, pasted one the question is looked for."""
_LONGEST_ASKED = 60
"""Characters of a sentence that asks, in a pasted text."""
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+|[^\W\d_]")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def seen(text: str) -> str:
    """A text without what cannot be seen: control characters, joiners, direction marks, halves of a character."""
    return "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in _UNSEEN)


def is_chinese(question: str) -> bool:
    """Whether more of a question's letters are Chinese than not, a Latin word counting as one letter."""
    letters = _WORD.findall(question)
    return 2 * len(_CHINESE.findall(question)) > len(letters)


def gist(text: str) -> str:
    """What a text asks: itself, but of one that is too long to be a question its end or its first sentence.

    Returns:
        Empty where neither of them asks.
    """
    if len(text) <= _TELLS:
        return text
    sentences = [found.strip() for found in _SENTENCE.findall(text) if found.strip()]
    if not sentences:
        return ""
    if _is_question(sentences[-1]):
        return "".join(sentence for sentence in sentences[-2:] if len(sentence) <= _LONGEST_ASKED)
    return sentences[0] if _is_question(sentences[0]) else ""


def _is_question(sentence: str) -> bool:
    return len(sentence) <= _LONGEST_ASKED and _ASKS.search(sentence.rstrip("。！？!? ")) is not None


def leans(question: str) -> bool:
    """Whether a question after another tells too little of what it asks, or denies what the other one says."""
    marks = [gram for gram in grams(question) if len(gram) == 1]
    return len(marks) <= _LITTLE or any(it.search(question) for it in (_SHORT, _DENIES))


def asked_apart(question: str) -> tuple[str, ...]:
    """The questions that stand in one: 县政府被告，谁承办，谁出庭 → 县政府被告，谁承办; 谁出庭.

    Returns:
        At most three, each with what was told before it; empty where it is but one.
    """
    asked: list[str] = []
    told = ""
    for part in filter(None, _BREAK.split(_RUN_ON.sub(r"\g<0>，", question))):
        whole = f"{told}，{part}" if told else part
        if asked and not told and _OUTCOME.search(part):
            asked[-1] = f"{asked[-1]}，{part}"
        elif _ASKS.search(part) and len(part) >= _LEAST:
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
    材料 单位 临时机构 指挥部 牵头 职责 不作为 有效期 处分 法制机构 司法行政部门 诉讼代理人 主要负责人 工作人员
""")
"""Words of this field that slips are mended to, longer ones first."""

_LONGEST_TERM = max(map(len, _TERMS))
_AS_THEY_STAND = _words("""
    法律 证人 任何 认为 作为 因为 作出 办理 依据 根据 听证 义务 太原 高铁 前头 旅行 正值 正直 复职 指责 原稿 惩办 律诗
""")
_WORDS_THEMSELVES = frozenset("是时事使不部任其先现以已与于之者")
"""Letters so common that they stand for themselves: 当时政府 is no slip of 市政府."""
_BY_SOUND = 3
"""Characters of a term from which on any letter of the same sound is taken for a slip; shorter ones have too many."""
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
    判盼叛盘畔 决绝觉诀 归规贵 档当挡党 考靠 核合和何 报抱暴 年念 限线 材才财 料聊 单丹 位为味卫 牵迁签 作做坐 追锥 通同
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
    text = re.sub("[a-z]+(?: +[a-z]+)*", lambda found: _unspelled(found[0]), question.lower())
    if text != question.lower():
        text = re.sub(r"(?<=[一-鿿]) +(?=[一-鿿])", "", text)
    slips = _slips()
    right = [span for word in (*_TERMS, *_AS_THEY_STAND) for span in _found(word, text)]
    for size in range(_LONGEST_TERM, 1, -1):
        for at in range(len(text) - size + 1):
            stretch = (at, at + size)
            term = slips.get(text[at : at + size]) or _of_like_sound(text[at : at + size])
            if term and not any(_cuts(stretch, span) for span in right):
                text = f"{text[:at]}{term}{text[at + size :]}"
                right.append(stretch)
    return text


def _unspelled(letters: str) -> str:
    """Words spelled by their sounds, in one piece or a syllable each: chuting, chu ting → 出庭."""
    syllables = letters.split()
    for size in range(len(syllables), 0, -1):
        if meant := _SPELLED.get("".join(syllables[:size])):
            rest = " ".join(syllables[size:])
            return f"{meant} {_unspelled(rest)}" if rest else meant
    return " ".join([syllables[0], *filter(None, [_unspelled(" ".join(syllables[1:]))])]) if syllables else ""


@cache
def _terms_of(size: int) -> tuple[str, ...]:
    return tuple(term for term in _TERMS if len(term) == size >= _BY_SOUND)


def _of_like_sound(typed: str) -> str | None:
    """The term that sounds like what was typed, one letter of it wrong, of four two."""
    for term in _terms_of(len(typed)):
        wrong = [(typed[i], term[i]) for i in range(len(term)) if typed[i] != term[i]]
        if (
            1 <= len(wrong) <= (1 if len(term) == _BY_SOUND else 2)
            and typed not in _AS_THEY_STAND
            and all(one not in _WORDS_THEMSELVES and alike(one, other) for one, other in wrong)
        ):
            return term
    return None


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
