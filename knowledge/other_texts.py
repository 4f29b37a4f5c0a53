"""Whose article it is: whether the words before a place (…第五条) name a text other than the measure.

A law, a judicial interpretation, another authority's rules, a paper of the case: each has its own 第五条, and none of
them is answered with the measure's. 办法 alone is the measure; with a place, an office or another subject before it
(县里的办法, 考核办法) it is not.
"""

from __future__ import annotations

import re

_READ = 80
"""Characters before a place in which the name of its text is looked for."""

_LONG_ENOUGH = 3
"""Characters from which words that end in 法 or 条例 are a law's name, known or not."""

_OF = r"(?:(?:当?中|里面?|上|上面)?的?|之)?"
_LAW = re.compile(
    r"(?P<law>《[^《》]{2,60}》"
    r"|[一-鿿]{0,30}(?:法典|(?<!办)法|条例|解释|细则|规则|通则|准则|规程|章程|守则|公约|行诉|民诉|刑诉|国赔))"
    r"(?P<year>\(?[0-9]{2,4}(?:年|版|修订|修正)*\)?)?" + _OF + "$"
)
# Official numbers, of letters and of orders: 法释〔2018〕1号, 国办发54号文, 省政府令第269号. 3号 after 月 is a day.
_NUMBERED = re.compile(
    r"(?P<law>[一-鿿]{0,12}(?:〔[0-9]{4}〕)?(?<![月0-9到至、-])第?[0-9]{1,4}号(?:令|文件?|通知)?)" + _OF + "$"
)
_ORDER = re.compile(r"(?P<law>[一-鿿]{0,12}(?:政府|国务院|总统|主席|[部委局署院])令(?:第?[0-9]{1,4}号)?)" + _OF + "$")
_PAPER = re.compile(
    r"(?P<law>[一-鿿]{0,12}?(?:合同|协议|协定|(?:起|上)?诉状|答辩状|申请书|判决书|裁定书|调解书|决定书|通知书|建议书"
    r"|告知书|责任书|承诺书|意见书|委托书|协议书|保证书|纪要|公告|批复|复函|须知|手册|说明书|备忘录|公证书|传票))"
    + _OF
    + "$"
)
_RULES = re.compile(
    r"(?P<law>(?P<whose>[一-鿿]{0,30}?)(?P<kind>办法|规定|(?<=[的导施])意见|(?<=的)通知|方案|文件|制度|标准|规范))"
    + _OF
    + "$"
)
"""What is another's only with a place, an office or a subject before it: 办法 alone is the measure, 规定 its words."""

_OWN_TITLE = re.compile(
    r"《(?:忻州市?|我市|本|这个|该)?(?:行政机关|及|行政|负责人|应诉|出庭|工作|暂行|试行|[〈〉])*办法(?:\(试行\))?》"
)
_OWN_NUMBER = re.compile(
    r"忻政办函〔2023〕42号|(?:忻政办函?|忻州市?|市政府|我市|市里)?(?:的|这个)?(?:〔2023〕)?42号(?:文件?|通知)?"
)
_NO_LAW = re.compile(r"(?:[做方看想说违合依执司非立写用算没无设书作手语犯枉本该部]法|办法)$")
_EXPLAIN = re.compile(  # 请解释第十一条: the verb, not the judicial interpretation
    r"(?:请|[帮给]我|帮忙|麻烦|能|可否|可以|怎么|如何|再|详细|逐条|具体|你|来|要|下|一步|官方)解释$"
)

# What the measure's own name is made of, and what may stand between an authority and its 办法.
_SUBJECT = re.compile(r"(?:行政机关|行政|负责人|应诉|出庭|诉讼|工作|暂行|试行|有关|相关|关于|最新|新|及|和|的|里)+$")
_THE_CITY = re.compile(
    r"(?:忻州市?|[我本全咱这该们]市?|(?:^|[看查问在和与跟及照按据由对给用说是了里,、])市)"
    r"(?:人民政府|政府|政办|府办|里|级|上)?(?:办公室|办公厅|办)?$"
)
_PLACES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|太原|大同|朔州|阳泉|长治|晋城|晋中|吕梁|临汾|运城"
    "|深圳|广州|杭州|南京|成都|武汉|西安|郑州|济南|石家庄|苏州|青岛|大连|厦门|宁波"
)
_AUTHORITY = re.compile(
    rf"(?:{_PLACES}"
    r"|[一-鿿]?[省市县区州盟旗乡镇村](?:直|属)?|自治[区州县]|街道|社区|外[省市县地]|(?:其他|别的|兄弟|邻近|有的)(?:地方|省|市|县)"
    r"|别处|别人|人家|对方|隔壁|国家|中央|全国|国务院|[国中省]办|国办发|(?<=[省县区乡镇])(?:人民)?政府|人民政府办公[室厅]|(?<=[省县区])政?府?办公?[室厅]?"
    r"|[一-鿿](?<!全)[局委厅部院署]|管委会|指挥部|办事处|部门|单位|系统|行业|法院|检察院|公司|企业|集团|学校|医院|银行|协会|事务所"
    r"|人大(?:常委会)?|政协|党委|纪委|原告|第三人|开发商)"
    r"(?:自己|内部|里面?|级|上|这边|那边|那里|所属)?$"
)
_NO_AUTHORITY = re.compile(r"(?:全部|节省|误区)$")
_OTHER_SUBJECT = re.compile(
    r"(?:实施|管理|考核|考评|考勤|评价|评估|评议|评查|处理|处置|监督|检查|督查|督办|奖励|奖惩|惩戒|处罚|处分|追究|问责|容错|报销|收费|征收"
    r"|征缴|征地|拆迁|补偿|补助|补贴|安置|认定|鉴定|审查|审核|审批|审理|登记|备案|归档|档案|公开|培训|经费|费用|差旅费|采购|招标|投标"
    r"|信访|调解|和解|赔偿|保护|救助|保障|申报|核算|结算|统计|通报|回避|听证|执法|复议|裁量|聘用|聘任|选聘|招聘|录用|任免|交流|值班|请假"
    r"|公文|会议|印章|财务|资金|分配|监管|缴纳|支付|激励|约谈|移送|协调|联席会议|保密|安全|评选|表彰|法律顾问|公职律师|公务员)的?$"
)
_COURTS = re.compile(r"(?:最高法|高院|两高|负责人|应诉|被告|资格|司法建议|证据|撤诉|协议|信息公开|若干|问题)的?$")
"""What the Supreme Court's 规定 are called by; before 办法 these words tell what is asked of the measure."""

_NAME = re.compile(  # how a law's name begins, to cut it out of a running sentence
    r"(?:中华人民共和国|最高人民法院|最高法|两高|山西省?|行政|民事|刑事|民|刑|国家|国赔|行诉|复议|司法"
    r"|政府|信息|土地|治安|检察|公益|法释|负责人|被告|出庭|证据|公务员|实施|适用|解释|宪法|地方|律师|档案|监察|公职|立法|仲裁|海关|税收)"
)
_LEAD = re.compile(
    r"^.*(?:按照|根据|依据|依照|参照|对照|违反|适用|请问|想问|问问|问一下|查一下|查查|看一下|看看|(?<!顾)问|(?<![督检审调核])查"
    r"|(?<!执)照|[按看和与跟及在是据依对])(?=..)"
)


def other_text(before: str) -> str:
    """The text whose place follows: its name as written; '' where it is the measure, or where none is named.

    Args:
        before: the words before a place, in one spelling.
    """
    before = before[-_READ:]
    if found := _NUMBERED.search(before):
        number = _cut(found["law"])
        return "" if _OWN_NUMBER.fullmatch(number) else _of_province(number)
    if found := _ORDER.search(before):
        return _of_province(_cut(found["law"]))
    if found := _PAPER.search(before):
        return _cut(found["law"])
    if found := _LAW.search(before):
        return _law(found["law"], found["year"] or "")
    if found := _RULES.search(before):
        return _rules(found["whose"], found["kind"])
    return ""


def is_law(name: str) -> bool:
    """Whether a name is that of a law or an interpretation, so that a bare number after it is an article (行诉法67)."""
    if name.startswith("《"):
        return True
    return bool(_LAW.search(name) and (len(name) >= _LONG_ENOUGH or _NAME.match(name)))


def _law(law: str, year: str) -> str:
    if law.startswith("《"):
        return "" if _OWN_TITLE.fullmatch(law) else law + year
    if _NO_LAW.search(law) or _EXPLAIN.search(law):
        return ""
    return _cut(law) + year


def _rules(whose: str, kind: str) -> str:
    """Another authority's rules, or rules on another subject; '' for the measure's own."""
    named = _SUBJECT.sub("", whose)
    another = _OTHER_SUBJECT.search(named) or (_AUTHORITY.search(named) and not _THE_CITY.search(named))
    if another and not _NO_AUTHORITY.search(named):
        place = re.search(_PLACES, whose)
        return _of_province((whose[place.start() :] if place else _LEAD.sub("", whose)) + kind)
    return _cut(whose + kind) if kind != "办法" and _COURTS.search(whose) else ""


def _cut(name: str) -> str:
    """A text's name cut out of the words before it: 请问按照行政诉讼法 → 行政诉讼法."""
    begin = _NAME.search(name)
    if begin and not re.search(r"[省市县区州]$", name[: begin.start()]):
        return name[begin.start() :]
    return _LEAD.sub("", name)


def _of_province(name: str) -> str:
    """省里的办法 is said in Shanxi of Shanxi's."""
    return re.sub(r"^省(?:里|级|上)?的?", "山西省", name)
