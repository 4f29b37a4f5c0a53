"""Letters that sound alike, as input methods take one for another: 政 and 征, 局 and 居.

GB 2312 sets its 3,755 common letters in the order of their sound, so the first letter of each sound, in that order,
tells the sound of all. Tones do not count; a letter of several sounds has the one under which GB 2312 lists it.
"""

from __future__ import annotations

from bisect import bisect_right

_FIRST_OF_EACH = (
    "啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻捕擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹春戳疵聪"
    "凑粗蹿摧村磋搭呆耽当刀德蹬堤颠碉跌丁丢东兜督端堆墩掇蛾恩而发藩坊菲芬丰佛否夫噶该干冈篙哥给根耕工"
    "钩辜刮乖棺光瑰辊锅哈骸酣夯壕呵嘿痕哼轰喉呼花槐欢荒灰荤豁击嘉歼僵蕉揭巾荆炯揪鞠捐撅均喀开刊康考坷"
    "肯坑空抠枯夸块宽匡亏坤括垃莱蓝琅捞勒雷棱厘俩联粮撩列琳拎溜龙楼芦峦掠萝妈埋瞒芒猫么玫门萌眯棉苗蔑"
    "民明谬摸谋拇拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠牛脓奴女虐哦欧啪拍攀乓抛呸喷砰坯篇飘撇拼聘坡扑期掐牵"
    "枪橇切钦青琼秋趋圈缺裙然瓤饶惹壬扔日戎揉肉软蕊闰若撒腮三桑搔瑟森僧莎筛珊墒梢奢砷声师收蔬刷摔栓霜"
    "谁吮说斯松搜苏酸虽孙蓑塌胎坍汤掏特藤梯天挑贴厅通偷凸湍推吞拖挖歪豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄"
    "休墟轩靴勋压焉殃邀椰一茵英哟拥幽迂鸳曰耘匝栽咱赃遭责贼怎增扎摘瞻樟招遮珍蒸芝中舟珠抓拽专桩椎谆捉"
    "兹鬃邹租钻嘴尊昨"
)
_ROWS = range(0xB0, 0xD8)
# Letters of the region's names that GB 2312 does not list by sound, or lists by another.
_LIKE = {"忻": "新", "岢": "可", "峙": "是"}


def _code(letter: str) -> bytes:
    return letter.encode("gb2312", errors="replace")


_CODES = [_code(letter) for letter in _FIRST_OF_EACH]


def sound(letter: str) -> int | None:
    """The number of a letter's sound, or None for what is no common letter."""
    code = _code(_LIKE.get(letter, letter))
    return bisect_right(_CODES, code) if len(code) > 1 and code[0] in _ROWS else None


def alike(one: str, other: str) -> bool:
    """Whether two letters sound alike, tones aside."""
    its = sound(one)
    return its is not None and its == sound(other)
