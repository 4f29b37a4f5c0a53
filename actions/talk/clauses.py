"""Clause look-up in the talk: the answer, and what is offered with it: 看全文, 上一条, 下一条, 开始登记."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions import render_clauses as render
from actions.rasa.ports import Choice, Say
from actions.talk.context import payload
from knowledge.errors import KnowledgeError
from knowledge.look_up import Found, LookUp
from knowledge.measure import Measure

_OF_LAW = re.compile(r"([0-9a-f]{12}):([0-9]{1,4})")
"""How a button names an article of another text: the text's id, the article."""
_BUTTON = 16
"""Characters of a title on a button."""
_BEGIN = Choice("开始登记", "/start")


class Clauses:
    """What the talk says to a clause question, and to a press of what it offered.

    Args:
        look_up: the measure, and the texts beside it.
        measure: the measure's text.
    """

    def __init__(self, look_up: LookUp, measure: Measure) -> None:
        self._look_up = look_up
        self._measure = measure

    def answer(self, question: str, before: Sequence[str], *, begins: bool) -> Say:
        """Answer a question.

        Args:
            question: what was asked.
            before: the questions before it, oldest first.
            begins: whether to offer to begin a case: none is open.
        """
        it = self._look_up.ask(question, before)
        return _say(render.found(it), [*self._of_measure(it), *_of_laws(it)], begins=begins)

    def article(self, named: str, *, begins: bool) -> Say | None:
        """An article, whole, with the way to those beside it.

        Args:
            named: as a button names it: 19, or of another text its id and the article, 0123456789ab:67.
            begins: whether to offer to begin a case.

        Returns:
            None where a button names what is not there any more.
        """
        if of_law := _OF_LAW.fullmatch(named):
            return self._article_of_law(of_law[1], int(of_law[2]), begins=begins)
        if not named.isdecimal() or not 1 <= int(named) <= self._measure.articles:
            return None
        text = render.article(self._measure, int(named))
        return _say(text, _beside(int(named), self._measure.articles), begins=begins)

    def _article_of_law(self, law: str, article: int, *, begins: bool) -> Say | None:
        try:
            it = self._look_up.article(law, article)
        except KnowledgeError:
            return None
        return _say(render.law_article(it), _beside(article, it.law.articles, f"{law}:"), begins=begins)

    def _of_measure(self, it: Found) -> list[Choice]:
        """看全文 and its neighbours for the article that answers, else for the one that a card cites."""
        cited = it.answer.card.cites if it.answer.card else ()
        places = [*(hit.citation for hit in it.answer.hits), *cited]
        if not places:
            return []
        article = places[0].article
        return [_whole(str(article), "看全文"), *_beside(article, self._measure.articles)]


def _of_laws(it: Found) -> list[Choice]:
    """A button for the first place of another text."""
    found = next(((group.law, hit.citation.article) for group in it.laws for hit in group.hits), None)
    if found is None:
        return []
    law, article = found
    only = not it.answer.hits and not it.answer.card
    choices = [_whole(f"{law.id}:{article}", "看全文" if only else f"看{_named(law.short)}全文")]
    return choices + _beside(article, law.articles, f"{law.id}:") if only and it.named else choices


def _named(title: str) -> str:
    """A title short enough for a button."""
    return title if len(title) <= _BUTTON else f"{title[: _BUTTON - 1]}…"


def _beside(article: int, articles: int, law: str = "") -> list[Choice]:
    both = [(article - 1, "上一条"), (article + 1, "下一条")]
    return [_whole(f"{law}{other}", label) for other, label in both if 1 <= other <= articles]


def _whole(named: str, label: str) -> Choice:
    return Choice(label, payload("show", article=named))


def _say(text: str, choices: Sequence[Choice], *, begins: bool) -> Say:
    return Say(text, (*choices, _BEGIN) if begins else tuple(choices), {"kind": "clause"})
