"""From plain replies to Telegram's messages: cut where it reads well, escaped, with buttons that can be read."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.store.mail import Button, Outgoing
from bot.channels.telegram.markup import LIMIT, data, keyboard, lay_out, length, marked_up, shown, split, token
from bot.messages import Option, Reply


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> str:
    page = _Text()
    page.feed(html)
    page.close()
    return page.text


def outgoing(text: str, *labels: str, **more: object) -> Outgoing:
    buttons = tuple(Button(f"t{n}", n, label, f"v{n}", 1) for n, label in enumerate(labels, 1))
    return Outgoing(1, "telegram", "7", text, buttons, more, None, 1, 0)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(10, 60))
def test_pieces_fit_and_nothing_but_line_ends_is_lost(text: str, most: int) -> None:
    pieces = split(text, most)
    assert all(length(piece) <= most for piece in pieces)
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")


def test_it_is_cut_between_paragraphs_before_lines_before_sentences() -> None:
    assert split("一二三四五。\n六七八九十。\n\n甲乙丙丁", 17) == ["一二三四五。\n六七八九十。", "甲乙丙丁"]
    assert split("一二三四五六七。\n甲乙丙丁戊己庚", 12) == ["一二三四五六七。", "甲乙丙丁戊己庚"]
    assert split("一二三四五六七八。甲乙丙丁", 12) == ["一二三四五六七八。", "甲乙丙丁"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_a_text_says_it_reads_the_same(text: str) -> None:
    plain = text.replace("\r", "")
    assert read(marked_up(plain)) == plain.replace("\x00", "\x00")


def test_headings_are_bold_and_clauses_are_quotations() -> None:
    html = marked_up("【承办】县住建局\n　第十一条第（三）项：“相关部门”\n依据：“无”")
    assert html.split("\n") == [
        "<b>【承办】</b>县住建局",
        "<blockquote><b>第十一条第（三）项：</b>“相关部门”</blockquote>",
        "依据：“无”",
    ]
    assert "<blockquote expandable>" in marked_up(f"第十五条：“{'应诉材料' * 30}”")


@pytest.mark.parametrize("many", [1, 3, 9])
def test_short_labels_stand_on_their_buttons_with_their_numbers(many: int) -> None:
    buttons = keyboard(outgoing("问", *["材料"] * many))
    assert buttons is not None
    labels = [it.text for row in buttons.inline_keyboard for it in row]
    assert labels == [f"{n} 材料" for n in range(1, many + 1)]


def test_long_labels_stand_in_the_text_and_their_numbers_on_the_buttons() -> None:
    long = "以政府名义作出的决定、处理、答复"
    it = outgoing("告的是什么？", long, "为什么问")
    assert shown(it) == f"告的是什么？\n\n1 {long}\n2 为什么问"
    buttons = keyboard(it)
    assert buttons is not None
    assert [it.text for row in buttons.inline_keyboard for it in row] == ["1", "2"]


def test_a_list_of_choices_has_room_under_a_long_text() -> None:
    choices = tuple(Option(f"很长很长很长很长很长的选项{n}", str(n)) for n in range(20))
    parts = lay_out(Reply("文" * 5000, choices))
    labels = [label for label, _ in parts[-1].choices]
    assert len(labels) == 20
    assert all(
        length(read(shown(outgoing(part.text, *[label for label, _ in part.choices])))) <= LIMIT for part in parts
    )
    assert [bool(part.choices) for part in parts] == [False] * (len(parts) - 1) + [True]


def test_what_was_chosen_is_shown_where_there_is_room() -> None:
    assert shown(outgoing("问", chosen="是")) == "问\n\n已选：是"
    assert shown(outgoing("文" * LIMIT, chosen="是")) == "文" * LIMIT


def test_a_buttons_data_is_its_token_and_fits() -> None:
    assert token(data("abc")) == "abc"
    assert len(data("x" * 12).encode()) <= 64
