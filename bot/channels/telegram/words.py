"""What is said on Telegram alone: commands, and sentences about what it can send that the assistant cannot read."""

from __future__ import annotations

from collections.abc import Mapping

PRIVATE: Mapping[str, tuple[str, str]] = {
    "begin": ("开始登记", "开始登记"),
    "change": ("改答案", "改答案"),
    "back": ("返回上一问", "返回"),
    "records": ("我的记录", "我的记录"),
    "cancel": ("取消这一件", "取消"),
    "ask": ("查办法，例如 /ask 第十一条", ""),
    "help": ("怎么用", "帮助"),
    "whoami": ("我的身份和权限", ""),
}
"""Commands of the private chat: what the menu says, and the words that each stands for."""

GROUP: Mapping[str, tuple[str, str]] = {
    "ask": ("查办法，例如 /ask 第十一条", ""),
    "help": ("怎么用", ""),
}
"""Commands of groups."""

DESCRIPTION = (
    "忻州市行政应诉：谁承办、谁出庭、交什么、哪天前，每个答案都带条文。"
    "只对已开通的工作人员开放。不要发当事人的姓名、证件号、电话：案件用案号和单位名称就够。"
)
SHORT_DESCRIPTION = "谁承办、谁出庭、交什么、哪天前，每个答案都带条文"

WELCOME = "您好，我是应诉助手。收到应诉通知书，直接说案情，例如“县政府被告了”；也可以问办法，例如“复议的案子谁承办”。"
ASK_WHAT = "请在后面写上要查的内容，例如“/ask 司法建议多久回复”。"
GROUP_HELP = "群里只查办法：@我或用 /ask，后面写要查的内容。登记案件请到私聊。"
BEGIN = "开始登记"
PROBABLY_TWICE = "（网络中断过，这条可能重复）"
FILE_TOO_BIG = "《{name}》超过{most}兆字节，Telegram 发不了。请找管理员要这份文件。"
CHOSEN = "已选：{label}"
NOT_ENROLLED_HERE = "查条文先要开通：请到私聊看怎么办。"
INLINE_ENROL = "先开通再查条文"
NO_COMMAND = "没有这个命令。可以直接说案情，可以问办法，也可以发 /help。"

UNREADABLE: Mapping[str, str] = {
    "voice": "听不了语音。请打字说，一句话就行，例如“县政府被告了，住建局报批的”。",
    "photo": "看不了图片。请把通知书上的被告、案由和收到日期打字发来；不要写当事人的个人信息。",
    "document": "看不了文件。请把通知书上的被告、案由和收到日期打字发来；不要写当事人的个人信息。",
    "sticker": "看不了表情。请打字说案情，或者问办法。",
    "location": "用不着位置。请打字写单位全称，例如“原平市住房和城乡建设局”。",
    "contact": "联系人没有保存。请不要发个人信息；案件用案号和单位名称就够。",
    "forwarded": "转发的消息不处理，里面可能有别人的个人信息。请把要点用自己的话打字发来。",
    "other": "这种消息看不了。请打字说案情，或者问办法。",
}
"""One sentence for each kind of message without words of the person's own."""
