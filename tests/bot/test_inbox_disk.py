"""The inbox on disk: written down once, forgotten when done, and there after a kill."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from actions.document import Document
from actions.store.inbox import Inbox
from actions.store.mail import Depth, Outgoing, Part, Received, Update, Wait

NOW = datetime(2026, 11, 24, tzinfo=UTC)
KEY = ("paper", "7")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inbox") / "empty.sqlite"
    Inbox.open(path).close()
    return path


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))


@pytest.fixture
def inbox(path: Path) -> Iterator[Inbox]:
    with Inbox.open(path) as opened:
        yield opened


def said(text: str, number: int = 1, chat: str = "7", kind: str = "text") -> Update:
    return Update("paper", str(number), number, chat, chat, kind, text, {"message": 5})


def taken(inbox: Inbox, now: datetime = NOW) -> Received:
    it = inbox.take(KEY, now)
    assert isinstance(it, Received)
    return it


def sending(inbox: Inbox, now: datetime = NOW) -> Outgoing:
    it = inbox.take(KEY, now)
    assert isinstance(it, Outgoing)
    return it


def test_an_update_is_kept_whole_until_it_is_done(inbox: Inbox) -> None:
    assert inbox.put([said("县政府被告了")], NOW) == [KEY]
    it = taken(inbox)
    assert (it.update, it.refused, it.tries) == (said("县政府被告了"), None, 1)
    assert taken(inbox).tries == 2, "begun again, since nobody said that it is done"
    inbox.answer(it.id, [], NOW)
    assert inbox.take(KEY, NOW) is None


def test_an_update_that_is_known_is_passed_over_also_when_it_is_done(inbox: Inbox) -> None:
    inbox.put([said("一"), said("一")], NOW)
    assert inbox.depth() == Depth(1, 0)
    inbox.answer(taken(inbox).id, [], NOW)
    assert inbox.put([said("一")], NOW) == []
    assert inbox.put([said("一", 1, "8"), said("二", 2)], NOW) == [KEY], "numbers are the channel's, not the chat's"


def test_the_lowest_number_in_a_chat_comes_first(inbox: Inbox) -> None:
    inbox.put([said("二", 12), said("一", 9)], NOW)
    assert taken(inbox).update.text == "一"


@pytest.mark.parametrize(
    ("text", "kind"), [("原告电话13834561234", "手机号"), ("身份证142201199001011234", "身份证号")]
)
def test_personal_data_is_not_written_down(inbox: Inbox, path: Path, text: str, kind: str) -> None:
    inbox.put([said(text)], NOW)
    it = taken(inbox)
    assert (it.refused, it.update.text) == (kind, "")
    assert text[-11:].encode() not in _on_disk(path)


def test_words_are_forgotten_when_they_are_over_but_for_the_open_question(inbox: Inbox, path: Path) -> None:
    inbox.put([said("代县政府被告了")], NOW)
    inbox.answer(taken(inbox).id, [Part("我理解：代县"), Part("代县经过复议吗", (("代县没有", "no"),))], NOW)
    for number in (1, 2):
        inbox.sent(sending(inbox).id, str(number))
    inbox.put([said("没有", 2)], NOW)
    it = taken(inbox)
    (shown,) = it.shown
    assert shown.text == "代县经过复议吗", "it may have to be put once more"
    inbox.answer(it.id, [Part("好")], NOW, chosen=shown.buttons[0])
    inbox.sent(sending(inbox).id, "3")
    inbox.sent(sending(inbox).id, "2")
    inbox.close()
    assert "代县".encode() not in _on_disk(path)


def test_an_answer_is_sent_before_the_next_message_is_taken(inbox: Inbox) -> None:
    inbox.put([said("一", 1), said("二", 2)], NOW)
    inbox.answer(taken(inbox).id, [Part("答一")], NOW)
    out = sending(inbox)
    assert (out.text, out.tries, out.unsure, out.edits) == ("答一", 1, 0, None)
    inbox.sent(out.id, "1")
    assert taken(inbox).update.text == "二"


FORM = Document("审批表-代县.docx", b"PK form of one case")


def test_a_file_is_kept_with_its_message_until_that_has_gone(inbox: Inbox, path: Path) -> None:
    inbox.put([said("审批表")], NOW)
    inbox.answer(taken(inbox).id, [Part("请审批", document=FORM), Part("好")], NOW)
    out = sending(inbox)
    assert (out.text, out.document) == ("请审批", FORM)
    inbox.send_later(out.id, NOW, unsure=True)
    with Inbox.open(path) as again:
        assert (sending(again).document, again.recover()) == (FORM, [KEY]), "killed while it was being sent"
        assert sending(again).document == FORM
        again.sent(out.id, "1")
        assert sending(again).document is None
    inbox.close()
    assert b"PK form" not in _on_disk(path)
    assert "代县".encode() not in _on_disk(path)


@pytest.mark.parametrize("end", ["drop", "block"])
def test_the_file_of_a_message_that_is_given_up_goes_with_it(inbox: Inbox, path: Path, end: str) -> None:
    inbox.put([said("审批表")], NOW)
    inbox.answer(taken(inbox).id, [Part("", document=FORM)], NOW)
    out = sending(inbox)
    if end == "drop":
        inbox.drop(out.id)
    else:
        inbox.block(KEY, NOW)
    inbox.purge(NOW + timedelta(days=40))
    inbox.close()
    assert b"PK form" not in _on_disk(path)


def test_a_message_and_its_file_are_written_both_or_neither(inbox: Inbox) -> None:
    inbox.put([said("审批表")], NOW)
    it = taken(inbox)
    broken = Document("表.docx", None)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        inbox.answer(it.id, [Part("请审批", document=broken)], NOW)
    assert inbox.depth() == Depth(1, 0)


def test_what_waits_holds_up_its_own_chat_only(inbox: Inbox) -> None:
    inbox.put([said("一", 1), said("二", 2, "8")], NOW)
    until = NOW + timedelta(seconds=5)
    inbox.put_off(taken(inbox).id, until)
    assert inbox.take(KEY, NOW) == Wait(until)
    assert isinstance(inbox.take(("paper", "8"), NOW), Received)
    assert taken(inbox, until).update.text == "一"


def test_one_that_has_to_wait_is_said_to_wait_and_that_is_no_try(inbox: Inbox) -> None:
    inbox.put([said("县政府被告了")], NOW)
    it = taken(inbox)
    assert it.told_to_wait is None
    soon = NOW + timedelta(seconds=1)
    inbox.hold(it.id, NOW, soon, Part("稍等"))
    out = sending(inbox)
    assert out.text == "稍等"
    inbox.sent(out.id, "1")
    assert inbox.take(KEY, NOW) == Wait(soon)
    it = taken(inbox, soon)
    assert (it.told_to_wait, it.tries, it.update.text) == (NOW, 1, "县政府被告了")
    inbox.hold(it.id, soon, soon)
    assert taken(inbox, soon).tries == 1, "nothing more is said"


def test_what_is_done_together_is_written_whole_or_not_at_all(inbox: Inbox) -> None:
    with inbox.together():
        inbox.put([said("一", 1)], NOW)
        assert taken(inbox).update.text == "一", "it sees its own"
    it = taken(inbox)

    def half() -> None:
        with inbox.together():
            inbox.answer(it.id, [Part("答一")], NOW)
            inbox.send_later(404, NOW)

    with pytest.raises(NoResultFound):
        half()
    assert inbox.depth() == Depth(1, 0)
    assert taken(inbox).update.text == "一"


def test_what_was_being_sent_is_taken_up_again_as_unsure(inbox: Inbox, path: Path) -> None:
    inbox.put([said("一")], NOW)
    inbox.answer(taken(inbox).id, [Part("答一")], NOW)
    assert sending(inbox).unsure == 0
    with Inbox.open(path) as again:
        assert again.recover() == [KEY]
        out = sending(again)
        assert (out.text, out.unsure) == ("答一", 1)
        again.sent(out.id, "1")
        assert again.recover() == []


def test_to_a_chat_that_is_closed_nothing_goes_out_until_it_speaks(inbox: Inbox) -> None:
    inbox.put([said("一"), said("二", 2)], NOW)
    inbox.answer(taken(inbox).id, [Part("答一"), Part("又答")], NOW)
    sending(inbox)
    inbox.block(KEY, NOW)
    assert inbox.blocked() == [KEY]
    inbox.answer(taken(inbox).id, [Part("答二")], NOW)
    assert inbox.take(KEY, NOW) is None
    inbox.put([said("三", 3)], NOW)
    assert inbox.blocked() == []


def test_a_question_whose_place_the_channel_does_not_know_is_not_edited(inbox: Inbox) -> None:
    inbox.put([said("一"), said("二", 2)], NOW)
    inbox.answer(taken(inbox).id, [Part("问", (("是", "yes"),))], NOW)
    inbox.sent(sending(inbox).id, None)
    it = taken(inbox)
    inbox.answer(it.id, [], NOW, chosen=it.shown[0].buttons[0])
    assert inbox.take(KEY, NOW) is None


def test_offers_are_kept_with_the_answer(inbox: Inbox, path: Path) -> None:
    inbox.put([said("一"), said("二", 2)], NOW)
    inbox.answer(taken(inbox).id, [], NOW, offers={"1": "/why"})
    with Inbox.open(path) as again:
        assert taken(again).offers == {"1": "/why"}


def test_tokens_are_short_random_and_belong_to_their_chat(inbox: Inbox) -> None:
    inbox.put([said("一")], NOW)
    inbox.answer(taken(inbox).id, [Part("问", (("是", "yes"), ("否", "no")))], NOW)
    yes, no = (button.token for button in sending(inbox).buttons)
    assert yes != no
    assert max(len(yes), len(no)) < 32
    inbox.put([said(yes, 2, "8", "press")], NOW)
    elsewhere = inbox.take(("paper", "8"), NOW)
    assert isinstance(elsewhere, Received)
    assert elsewhere.pressed is None


def test_what_is_over_is_purged_and_what_is_not_stays(inbox: Inbox) -> None:
    inbox.put([said("一"), said("二", 2)], NOW)
    inbox.answer(taken(inbox).id, [Part("问", (("是", "yes"),))], NOW)
    inbox.sent(sending(inbox).id, "1")
    it = taken(inbox)
    inbox.answer(it.id, [Part("好")], NOW, chosen=it.shown[0].buttons[0])
    later = NOW + timedelta(days=40)
    inbox.purge(NOW)
    assert inbox.put([said("一")], later) == [], "not old enough to be forgotten"
    inbox.sent(sending(inbox).id, "2")
    inbox.purge(later)
    edit = sending(inbox)
    assert edit.edits == "1", "what still waits to be edited is not forgotten"
    inbox.sent(edit.id, "1")
    inbox.purge(later)
    assert inbox.put([said("一"), said("二", 2)], later) == [KEY]


def test_after_a_kill_what_was_taken_in_is_there(path: Path) -> None:
    program = (
        "import os, signal, sys; from datetime import UTC, datetime\n"
        "from actions.store.inbox import Inbox; from actions.store.mail import Update\n"
        "inbox = Inbox.open(sys.argv[1])\n"
        "inbox.put([Update('paper', '1', 1, '7', '7', 'text', '县政府被告了')], datetime.now(UTC))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    with Inbox.open(path) as inbox:
        assert inbox.recover() == [KEY]
        assert taken(inbox, datetime.now(UTC)).update.text == "县政府被告了"


def _on_disk(path: Path) -> bytes:
    return b"".join(it.read_bytes() for it in path.parent.iterdir())
