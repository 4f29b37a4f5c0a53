"""Answers a question about the measure with its clauses, or says that the measure does not say.

A reference (第十一条第五项, 11条(5)) is parsed, not searched. Anything else is scored by the trained model: articles
rank by it, and what is likelier to lie outside the measure is refused, with the kind of "no". An answer's sentences are
never made, only cut, or taken from a card that a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from knowledge.citation import Citation, find_citations, find_foreign, find_parts
from knowledge.errors import NoSuchClause
from knowledge.lexical import grams
from knowledge.measure import Clause, Measure
from knowledge.privacy import find_personal
from knowledge.search.cards import Card
from knowledge.search.model import Scores, SearchModel
from knowledge.search.result import Answer, Hit, Reason
from knowledge.search.texts import SILENT, Text, joined

LONGEST_QUESTION = 2000
"""Characters; a longer text is no question."""

_MOST_MISSING = 3
"""Places that do not exist are explained up to this many: one screen of a phone."""

_FOLLOW_UP = re.compile(r"^(?:那|如果|要是|换成|还有|另外|再|然后|假如)|(?:呢|呢[?？])$")
_CARD_ALIKE = 0.77
"""How alike a card's phrase and a question must be, as the Dice coefficient of their grams. Cards differ by single
words (副局长, 秘书长; 司法建议, 检察建议), whose phrases reach 0.76 with each other."""

_REASONS: Mapping[str, Reason] = {
    "oos_near": "not_in_measure",
    "oos_far": "not_in_measure",
    "injection": "not_in_measure",
    "upper": "upper_law",
    "prediction": "prediction",
    "chat": "not_a_question",
    "abuse": "abuse",
    "personal": "personal_data",
}
_MESSAGES: Mapping[Reason, str] = {
    "not_in_measure": "办法没有规定这一点。可以换个说法再问，或者问同级司法行政部门。",
    "upper_law": "办法没有写，要看法律和司法解释。这里没有现成的答案，请查行政诉讼法和司法解释，或者问司法行政部门。",
    "prediction": "案子的结果由法院裁判，本助手不预测。可以问谁承办、谁出庭、交什么、哪天前。",
    "not_a_question": "没有看出问题，请用一句话来问，例如“收到司法建议多久回复”。",
    "abuse": "请就应诉工作来问，例如“收到司法建议多久回复”。",
    "personal_data": "里面像是有个人信息，没有保存。请去掉再问：用案号和单位名称就够。",
    "no_such_clause": "办法没有这一条。",
}
_WITHOUT_NEAR: frozenset[Reason] = frozenset({"not_a_question", "abuse", "personal_data", "prediction"})


class Searcher:
    """Look-up over one measure. Holds an index, no state between questions.

    Args:
        measure: its text.
        texts: what questions are compared with, in the model's order.
        cards: its answer cards.
        model: trained on these texts.
    """

    def __init__(self, measure: Measure, texts: Sequence[Text], cards: Sequence[Card], model: SearchModel) -> None:
        self._measure = measure
        self._texts = texts
        self._model = model
        article_of = np.array([it.place.article if it.place else 0 for it in texts])
        self._rows: dict[int, np.ndarray] = {
            article: np.flatnonzero(article_of == article) for article in range(1, measure.articles + 1)
        }
        self._phrases = [(frozenset(grams(said)), card) for card in cards for said in card.ask]

    def ask(self, question: str, history: Sequence[str] = (), limit: int = 3) -> Answer:
        """Answer one question.

        Args:
            question: what was asked.
            history: the questions before it, oldest first. A follow-up (那副职呢, 第二款呢) leans on the last.
            limit: most clauses for a search; a question that names places gets all of them.
        """
        if len(question) > LONGEST_QUESTION:
            return Answer(False, "not_a_question", message=f"问题太长，请用{LONGEST_QUESTION}字以内的一句话来问。")
        if find_personal(question):
            return _refused("personal_data")
        places, foreign = find_citations(question), find_foreign(question)
        if places:
            return self._named(places, foreign)
        if not re.search(r"[a-z\u4e00-\u9fff]", question.lower()):
            return _refused("not_a_question")
        before = [earlier for earlier in history if 0 < len(earlier) <= LONGEST_QUESTION]
        if before and (parts := self._parts_of_the_one_before(question, before[-1])):
            return self._named(parts, [])
        answer = self._searched(question, before, limit)
        if foreign and not answer.card:
            message = f"{_elsewhere(foreign)}如果问的是办法的条文，请写“办法第几条”。"
            return Answer(False, "upper_law", near=answer.hits or answer.near, message=message)
        return answer

    # ── places named ───────────────────────────────────────────────────────────────────────────────────────────

    def _named(self, places: Sequence[Citation], foreign: Sequence[str]) -> Answer:
        clauses: list[Clause] = []
        missing: list[str] = []
        for place in places:
            try:
                clauses += self._measure.under(place)
            except NoSuchClause as error:
                missing.append(str(error))
        hits = tuple(self._hit(clause, 1.0) for clause in dict.fromkeys(clauses))
        if foreign:
            missing.append(_elsewhere(foreign))
        message = "".join(missing[-_MOST_MISSING:]) or None
        if not hits:
            return Answer(False, "no_such_clause", near=self._near_places(places), message=message)
        return Answer(True, None, hits, message=message)

    def _near_places(self, places: Sequence[Citation]) -> tuple[Hit, ...]:
        """For places that do not exist, the articles they would be in."""
        articles = dict.fromkeys(place.article for place in places if place.article <= self._measure.articles)
        return tuple(self._hit(self._measure.clause(Citation(number)), 0.0) for number in articles)

    def _parts_of_the_one_before(self, question: str, before: str) -> list[Citation]:
        named = find_citations(before)
        return find_parts(question, named[-1].article) if named else []

    # ── searched ───────────────────────────────────────────────────────────────────────────────────────────────

    def _searched(self, question: str, before: Sequence[str], limit: int) -> Answer:
        scores = self._model.score(question)
        if before and (together := joined(question, before)) != question:
            leaning = self._model.score(together)
            if _FOLLOW_UP.search(question.strip()) or leaning.classes.max() > scores.classes.max():
                scores = leaning
        articles = scores.classes[: self._measure.articles]
        probability = float(articles.sum())
        ranked = np.argsort(-articles, kind="stable")[:limit] + 1
        hits = tuple(self._hit(self._best_place(int(n), scores), float(articles[n - 1])) for n in ranked)
        if probability >= self._model.threshold:
            card = self._card(question, lambda it: it.reason is None and it.cites[0].article in ranked)
            return Answer(True, None, hits, card=card, probability=probability)
        card = self._card(question, lambda it: it.reason is not None)
        kind = SILENT[int(np.argmax(scores.classes[self._measure.articles :]))]
        reason = _REASONS[kind] if card is None or card.reason is None else card.reason
        near = () if reason in _WITHOUT_NEAR else hits
        message = _MESSAGES[reason] if card is None else None
        return Answer(False, reason, near=near, message=message, card=card, probability=probability)

    def _best_place(self, article: int, scores: Scores) -> Clause:
        """The place inside an article whose texts are nearest."""
        rows = self._rows[article]
        place = self._texts[int(rows[np.argmax(scores.near[rows])])].place
        return self._measure.clause(place or Citation(article))

    def _card(self, question: str, fits: Callable[[Card], bool]) -> Card | None:
        """The card whose phrase the question is, but for a word or two."""
        asked = frozenset(grams(question))
        if not asked:
            return None
        alike, card = max(
            ((2 * len(asked & said) / (len(asked) + len(said)), card) for said, card in self._phrases if said),
            key=lambda pair: pair[0],
        )
        return card if alike >= _CARD_ALIKE and fits(card) else None

    def _hit(self, clause: Clause, score: float) -> Hit:
        return Hit(clause.citation, self._measure.quote(clause.citation), round(score, 4))


def _refused(reason: Reason) -> Answer:
    return Answer(False, reason, message=_MESSAGES[reason])


def _elsewhere(foreign: Sequence[str]) -> str:
    return f"{'、'.join(foreign)}不在办法里，请查该法律文件的原文。"
