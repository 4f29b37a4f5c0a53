"""Clause look-up in the talk: the answer, what is offered with it, and going on from it: 看全文, 下一条, 第二款呢."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actions import render_clauses as render
from actions.rasa.ports import Choice, Say
from actions.talk import words
from actions.talk.context import payload
from actions.understanding import plain
from knowledge.beside import beside, find_step
from knowledge.citation import Citation, chinese_number, find_citations, find_parts, find_references
from knowledge.errors import CitationError, KnowledgeError, LawError, NoSuchClause
from knowledge.look_up import Found, LookUp
from knowledge.measure import Measure

if TYPE_CHECKING:
    from knowledge.laws import LawInfo

_NAMED = re.compile(r"(?:([0-9a-f]{12}):)?([0-9]{1,4}(?:-[0-9]{1,2})?(?:\.[0-9]{1,2})?)")
"""How a place is named: the id of another text, the place's short form."""
_BUTTON = 16
"""Characters of a title on a button."""
_MOST_BUTTONS = 5
"""Articles of a list that have a button."""
_KIND = re.compile(r"(解释|规定|条例|办法|细则|法)$")
_BEGIN = Choice("开始登记", "/start")
_ASKING = r"(?:请|[帮给]我|我[要想]|能不能|可以|把)*(?:看一?看|查看|显示|打开|调出|列出|看|查|要|发)?(?:一下|下)?"
_PLEASE = r"(?:都|呢|吧|吗|[看念读](?:看|一下|一遍)?|[发给]我|在哪(?:里|儿)?看?|怎么看)*"
_WHOLE_MEASURE = re.compile(
    rf"{_ASKING}(?:(?:整[个部份篇]|全部|完整)的?(?:办法|文件)|(?:办法)?的?(?:全部|所有)的?条文){_PLEASE}"
)
_WHOLE = re.compile(rf"{_ASKING}(?P<of>.{{0,40}}?)的?(?:全文|原文|整条|(?:全部|完整)的?(?:条文|内容|规定)){_PLEASE}")
_THIS = re.compile(
    r"(?:(?:刚才|上面|前面)?的?(?:这|那|该|本|整)?一?[条款项个]?的?"
    r"(?:条文|规定|条例|细则|(?:司法)?解释|法律?)?|它|另一文本)"
)
_MEASURE = re.compile(r"(?:整个|这个|那个|本|该|全部)?(?:《?.{0,24}应诉(?:工作)?(?:暂行)?)?(?:办法|文件)》?")
_PART = re.compile(
    r"(?:那么?|再|看|查)*第?[(]?[0-9一二三四五六七八九十]+[)]?(?:款|项)(?:呢|说什么|是什么|怎么[说写]的?)?"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A clause answer, and what to remember of it.

    Attributes:
        say: the message.
        places: the place shown, or the first and the last of several, as buttons name them: 11.5, 0123456789ab:67;
            empty where none was.
        question: the words that a follow-up leans on; "" where what was asked led nowhere.
    """

    say: Say
    places: tuple[str, ...] = ()
    question: str = ""


def reads_whole(text: str) -> bool:
    """Whether words ask for a text in full: 看全文, 办法全文, 行政诉讼法第三条原文."""
    if _WHOLE_MEASURE.fullmatch(plain(text)):
        return True
    asked = _WHOLE.fullmatch(plain(text))
    return bool(asked and (_THIS.fullmatch(asked["of"]) or _MEASURE.fullmatch(asked["of"]) or _names(asked["of"])))


def names_part(text: str) -> bool:
    """Whether words name a paragraph or an item and no article: 第二款呢."""
    return bool(_PART.fullmatch(plain(text)))


class Clauses:
    """What the talk says to a clause question, to a press of what it offered, and to going on from there.

    Args:
        look_up: the measure, and the texts beside it.
        measure: the measure's text.
    """

    def __init__(self, look_up: LookUp, measure: Measure) -> None:
        self._look_up = look_up
        self._measure = measure

    def answer(self, question: str, before: Sequence[str], *, begins: bool) -> Told:
        """Answer a question.

        Args:
            question: what was asked.
            before: the questions before it, oldest first.
            begins: whether to offer to begin a case: none is open.
        """
        it = self._look_up.ask(question, before)
        if before and (alone := self._look_up.ask(question)).answer.reason == "abuse":
            it = alone  # it asks nothing that what was asked before could complete
        of_measure = self._of_measure(it)
        say = _say(render.found(it), [*of_measure, *_of_laws(it, only=not of_measure)], begins=begins)
        leads = it.answer.hits or it.answer.card or it.answer.near or it.laws
        return Told(say, _shown(it), question if leads else "")

    def article(self, named: str, *, begins: bool) -> Told | None:
        """An article, whole, with the way to those beside it.

        Args:
            named: as a button names it: 19, or of another text its id and the article, 0123456789ab:67.
            begins: whether to offer to begin a case.

        Returns:
            None where a button names what is not there any more.
        """
        if (place := _place(named)) is None:
            return None
        law, article = place[0], place[1].article
        if law:
            return self._article_of_law(law, article, begins=begins)
        if article > self._measure.articles:
            return None
        text = render.article(self._measure, article)
        say = _say(text, _beside(article, self._measure.articles), begins=begins)
        return Told(say, (str(article),), str(Citation(article)))

    def whole(self, said: str, shown: Sequence[str], *, begins: bool) -> Told:
        """What words that ask for a text in full are given: the article, or the way through the whole text.

        Args:
            said: words for which `reads_whole` is true.
            shown: the places shown last.
            begins: whether to offer to begin a case.
        """
        asked = _WHOLE.fullmatch(plain(said))
        if asked is None or _WHOLE_MEASURE.fullmatch(plain(said)):
            return self._way(begins=begins)
        if _THIS.fullmatch(of := asked["of"]):
            told = self.article(shown[0], begins=begins) if shown else None
            return told or self._way(begins=begins)
        places = find_citations(of)
        if len(places) == 1 and (told := self.article(str(places[0].article), begins=begins)):
            return told
        if _names(of) and not places:
            return self._whole_law(of, begins=begins)
        return self.answer(of, (), begins=begins) if places else self._way(begins=begins)

    def step(self, said: str, shown: Sequence[str], *, begins: bool) -> Told:
        """What stands beside, or in, the places shown last; at an end that nothing does.

        Args:
            said: words for which `find_step` finds a step, or `names_part` is true.
            shown: the places shown last.
            begins: whether to offer to begin a case.
        """
        step = find_step(said)
        place = _place(shown[-1 if step is None or step.forward else 0]) if shown else None
        if place is None:
            return Told(Say(words.WHICH_PLACE if step and step.unit == "条" else words.WHICH_ARTICLE))
        law, here = place
        try:
            text = self._look_up.law(law) if law else self._measure
            parts = [beside(text, here, step)] if step else find_parts(said, here.article)
        except LawError:
            return Told(Say(words.LAW_GONE))
        except NoSuchClause as none:
            return Told(Say(str(none)), tuple(shown))
        if step is not None and step.unit == "条":  # as its button shows it
            return self.article(_name(law, parts[0]), begins=begins) or Told(Say(words.LAW_GONE))
        named = text.called if law else ""
        return self.answer("、".join(f"{named}{part}" for part in parts), (), begins=begins)

    def _article_of_law(self, law: str, article: int, *, begins: bool) -> Told | None:
        try:
            it = self._look_up.article(law, article)
        except KnowledgeError:
            return None
        named = _name(law, Citation(article))
        say = _say(render.law_article(it), _beside(article, it.law.articles, law), begins=begins)
        return Told(say, (named,), f"{it.law.title}{Citation(article)}")

    def _whole_law(self, named: str, *, begins: bool) -> Told:
        """An article of another text, whole; where only the text is named, the way through it."""
        article = bool(find_references(named))
        found = self._look_up.ask(named if article else f"{named}{Citation(1)}")
        of_laws = [(group.law, hit.citation) for group in found.laws for hit in group.hits] if found.named else []
        if not of_laws:
            return self.answer(named, (), begins=begins) if article else Told(Say(words.NO_SUCH_LAW.format(law=named)))
        law, place = of_laws[0]
        if article and (told := self._article_of_law(law.id, place.article, begins=begins)):
            return told
        return self._way(law, named, begins=begins)

    def _way(self, law: LawInfo | None = None, named: str = "", *, begins: bool) -> Told:
        """The way through a whole text, which is more than a screen holds: from its first article on.

        Args:
            law: the text; None for the measure.
            named: how it was named, and how its articles may be.
            begins: whether to offer to begin a case.
        """
        title = f"《{self._measure.name}》（{self._measure.number}）" if law is None else law.title
        articles = self._measure.articles if law is None else law.articles
        example = f"{named}{Citation(min(3, articles))}"
        text = words.WAY_THROUGH.format(title=title, articles=chinese_number(articles), example=example)
        first = _whole(_name(law.id if law else "", Citation(1)), words.FROM_THE_FIRST)
        return Told(_say(text, [first], begins=begins))

    def _of_measure(self, it: Found) -> list[Choice]:
        """看全文 and its neighbours for the article that answers, else that a card cites; of several named, each."""
        cited = it.answer.card.cites if it.answer.card else ()
        places = [*(hit.citation for hit in it.answer.hits), *cited]
        if not places:
            return []
        articles = list(dict.fromkeys(place.article for place in places))
        if len(articles) > 1 and it.answer.hits and it.answer.hits[0].score >= 1:
            return [_whole(str(number), f"看{Citation(number)}") for number in articles[:_MOST_BUTTONS]]
        return [_whole(str(articles[0]), "看全文"), *_beside(articles[0], self._measure.articles)]


def _names(text: str) -> bool:
    """Whether words name a place, or another text."""
    return bool(find_references(text)) or any(it.law for it in find_references(f"{text}{Citation(1)}"))


def _shown(it: Found) -> tuple[str, ...]:
    """The places that an answer shows, the first and the last of those that the question named."""
    hits = it.answer.hits
    if hits:
        named = hits if hits[0].score >= 1 else hits[:1]
        return tuple(dict.fromkeys((named[0].citation.ref, named[-1].citation.ref)))
    if it.answer.reason == "no_such_clause":
        return tuple(hit.citation.ref for hit in it.answer.near[:1])
    of_laws = [_name(group.law.id, hit.citation) for group in it.laws for hit in group.hits]
    cited = [place.ref for place in it.answer.card.cites] if it.answer.card else []
    return tuple([*cited, *of_laws][:1])


def _place(named: str) -> tuple[str, Citation] | None:
    """A place as a button names it: the id of another text, "" for the measure, and the place in it."""
    match = _NAMED.fullmatch(named)
    try:
        return (match[1] or "", Citation.parse(match[2])) if match else None
    except CitationError:  # 0
        return None


def _name(law: str, place: Citation) -> str:
    return f"{law}:{place.ref}" if law else place.ref


def _of_laws(it: Found, *, only: bool) -> list[Choice]:
    """A button for the first place of another text; with its neighbours where it is the only one."""
    found = next(((group.law, hit.citation.article) for group in it.laws for hit in group.hits), None)
    if found is None:
        return []
    law, article = found
    place = Citation(article)
    whole = _whole(_name(law.id, place), "看全文" if only else f"看{_called(law.short)}{place}")
    return [whole, *_beside(article, law.articles, law.id)] if only and it.named else [whole]


def _called(title: str) -> str:
    """A title short enough for a button, and to be typed as it stands there."""
    if len(title) <= _BUTTON:
        return title
    kind = _KIND.search(title)
    return f"该{kind[1]}" if kind else "另一文本"


def _beside(article: int, articles: int, law: str = "") -> list[Choice]:
    both = [(article - 1, "上一条"), (article + 1, "下一条")]
    return [_whole(_name(law, Citation(other)), label) for other, label in both if 1 <= other <= articles]


def _whole(named: str, label: str) -> Choice:
    return Choice(label, payload("show", article=named))


def _say(text: str, choices: Sequence[Choice], *, begins: bool) -> Say:
    return Say(text, (*choices, _BEGIN) if begins else tuple(choices), {"kind": "clause"})
