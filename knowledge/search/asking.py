"""Answers a question about the measure with its clauses, or says that the measure does not say.

A reference (第十一条第五项, 11条(5)) is parsed, not searched. Anything else is scored by the trained model: articles
rank by it, and what is likelier to lie outside the measure is refused, with the kind of "no". An answer's sentences are
never made, only cut, or taken from a card that a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from knowledge.citation import Citation, find_citations, find_foreign, find_parts, find_references
from knowledge.errors import NoSuchClause
from knowledge.lexical import grams
from knowledge.measure import Clause, Measure
from knowledge.privacy import find_personal
from knowledge.search.cards import Card
from knowledge.search.model import Scores, SearchModel
from knowledge.search.result import Answer, Hit, Reason
from knowledge.search.texts import SILENT, Text, joined
from knowledge.search.wording import asked_apart, mended, seen

LONGEST_QUESTION = 2000
"""Characters; a longer text is no question."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FILE = re.compile(r"\S+\.(?:docx?|wps|pdf|txt|md|xlsx?|pptx?|jpe?g|png|zip)", re.IGNORECASE)
_MOST_MISSING = 3
"""Places that do not exist are explained up to this many: one screen of a phone."""

_FOLLOW_UP = re.compile(r"^(?:那|如果|要是|换成|还有|另外|再|然后|假如)|(?:呢|呢[?？])$")
_BESIDE = re.compile(r"^那?(?:再)?看?([上下])一?([条款项])(?:呢|是什么|怎么说)?[?？]?$")
_CARD_ALIKE = 0.77
"""How alike a card's phrase and a question must be, as the Dice coefficient of their grams. Cards differ by single
words (副局长, 秘书长; 司法建议, 检察建议), whose phrases reach 0.76 with each other."""
_SURE = 0.4
"""How probable the article of one of several questions must be to stand beside the others'."""
_CARDS_NEAR = 2
"""A question that has a card's words is shown the card only where it is one of the nearest by its phrases."""

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
_IN_CHINESE = "请用中文来问，例如“收到司法建议多久回复”。"
_NO_FILES = "看不了文件，请把要问的写成一句话，例如“收到司法建议多久回复”。"
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
        number = {card.id: i for i, card in enumerate(cards)}
        self._cards = cards
        rows = [i for i, it in enumerate(texts) if it.card]
        self._card_rows = np.array(rows, np.int64)
        self._card_of_row = np.array([number[texts[i].card] for i in rows], np.int64)

    def ask(self, question: str, history: Sequence[str] = (), limit: int = 3) -> Answer:
        """Answer one question.

        Args:
            question: what was asked.
            history: the questions before it, oldest first. A follow-up (那副职呢, 第二款呢) leans on the last.
            limit: most clauses for a search; a question that names places gets all of them.
        """
        if len(question) > LONGEST_QUESTION:
            return Answer(False, "not_a_question", message=f"问题太长，请用{LONGEST_QUESTION}字以内的一句话来问。")
        question = seen(question)
        if find_personal(question):
            return _refused("personal_data")
        places, foreign = find_citations(question), find_foreign(question)
        if places:
            return self.at(places, foreign)
        if _FILE.fullmatch(question.strip()):
            return Answer(False, "not_a_question", message=_NO_FILES)
        asked = mended(question)
        if not _CHINESE.search(asked):
            message = _IN_CHINESE if any(map(str.isalpha, asked)) else _MESSAGES["not_a_question"]
            return Answer(False, "not_a_question", message=message)
        before = [seen(earlier) for earlier in history if 0 < len(earlier) <= LONGEST_QUESTION]
        if before and (parts := self._parts_of_the_one_before(question, before[-1])):
            return parts
        answer = self._searched(asked, [mended(earlier) for earlier in before], limit)
        if foreign and not answer.card:
            message = f"{_elsewhere(foreign)}如果问的是办法的条文，请写“办法第几条”。"
            return Answer(False, "upper_law", message=message)
        return answer

    # ── places named ───────────────────────────────────────────────────────────────────────────────────────────

    def at(self, places: Sequence[Citation], elsewhere: Sequence[str] = ()) -> Answer:
        """What stands at places of the measure.

        Args:
            places: the places; what is said of those that do not exist is kept to a screen.
            elsewhere: places of other texts that were asked for too, as written; they are said not to be here.
        """
        clauses: list[Clause] = []
        missing: list[str] = []
        for place in places:
            try:
                clauses += self._measure.under(place)
            except NoSuchClause as error:
                missing.append(str(error))
        hits = tuple(self._hit(clause, 1.0) for clause in dict.fromkeys(clauses))
        if elsewhere:
            missing.append(_elsewhere(elsewhere))
        message = "".join(missing[-_MOST_MISSING:]) or None
        if not hits:
            reason: Reason = "no_such_clause" if places else "upper_law"
            return Answer(False, reason, near=self._near_places(places), message=message)
        return Answer(True, None, hits, message=message)

    def _near_places(self, places: Sequence[Citation]) -> tuple[Hit, ...]:
        """For places that do not exist, the articles they would be in."""
        articles = dict.fromkeys(place.article for place in places if place.article <= self._measure.articles)
        return tuple(self._hit(self._measure.clause(Citation(number)), 0.0) for number in articles)

    def _parts_of_the_one_before(self, question: str, before: str) -> Answer | None:
        """第二款呢, 下一条: a part of the article that was named last, or what stands beside it; of another law too."""
        named = find_references(before)
        if not named:
            return None
        last = named[-1].places[-1]
        beside = _BESIDE.search(question)
        parts = [_next(last, beside)] if beside else find_parts(question, last.article)
        if not parts:
            return None
        return self.at([], [f"{named[-1].law}{part}" for part in parts]) if named[-1].law else self.at(parts)

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
        hits = [self._hit(self._best_place(int(n), scores), float(articles[n - 1])) for n in ranked]
        if probability >= self._model.threshold:
            card = self._card(question, scores, lambda it: _speaks_of(it, [hit.citation.article for hit in hits]))
            hits = self._of_each(asked_apart(question), hits, limit)
            return Answer(True, None, tuple(hits), card=card, probability=probability)
        card = self._card(question, scores, lambda it: it.reason is not None)
        kind = SILENT[int(np.argmax(scores.classes[self._measure.articles :]))]
        if kind == "injection" and card is None:  # an order to the assistant: nothing was asked, so nothing is near
            return _refused("not_in_measure")
        reason = _REASONS[kind] if card is None or card.reason is None else card.reason
        near = () if reason in _WITHOUT_NEAR or kind == "oos_far" else tuple(hits)
        message = _MESSAGES[reason] if card is None else None
        return Answer(False, reason, near=near, message=message, card=card, probability=probability)

    def _of_each(self, questions: Sequence[str], hits: Sequence[Hit], limit: int) -> list[Hit]:
        """The clauses of a question that asks several things: after the first the best of each, then the others."""
        best = list(hits[:1])
        for question in questions:
            scores = self._model.score(question)
            article = int(np.argmax(scores.classes[: self._measure.articles])) + 1
            sure = float(scores.classes[article - 1])
            if sure >= _SURE and article not in {hit.citation.article for hit in best}:
                best.append(self._hit(self._best_place(article, scores), min(sure, best[-1].score)))
        found = {hit.citation.article for hit in best}
        return [*best, *(hit for hit in hits if hit.citation.article not in found)][: max(limit, len(best))]

    def _best_place(self, article: int, scores: Scores) -> Clause:
        """The place inside an article whose texts are nearest."""
        rows = self._rows[article]
        place = self._texts[int(rows[np.argmax(scores.near[rows])])].place
        return self._measure.clause(place or Citation(article))

    def _card(self, question: str, scores: Scores, fits: Callable[[Card], bool]) -> Card | None:
        """The card whose phrase the question is, but for a word or two; else the only one whose words it has."""
        asked = frozenset(grams(question))
        if not asked:
            return None
        alike, card = max(
            ((2 * len(asked & said) / (len(asked) + len(said)), card) for said, card in self._phrases if said),
            key=lambda pair: pair[0],
        )
        plain = "".join(question.lower().split())
        if alike == 1 or (alike >= _CARD_ALIKE and not (card.words and card.words.exclude(plain))):
            return card if fits(card) else None
        told = [it for it in self._cards if it.words and it.words.fit(plain)]
        if len(told) != 1 or told[0] not in self._nearest_cards(scores):  # two: it asks two things, or neither
            return None
        return told[0] if fits(told[0]) else None

    def _nearest_cards(self, scores: Scores) -> list[Card]:
        """The cards with the nearest phrases."""
        best = np.full(len(self._cards), -np.inf, np.float32)
        np.maximum.at(best, self._card_of_row, scores.near[self._card_rows])
        return [self._cards[i] for i in np.argsort(-best, kind="stable")[:_CARDS_NEAR]]

    def _hit(self, clause: Clause, score: float) -> Hit:
        return Hit(clause.citation, self._measure.quote(clause.citation), round(score, 4))


def _next(place: Citation, said: re.Match[str]) -> Citation:
    """The article, paragraph or item before or after a place; of the first one itself."""
    step, unit = (1 if said[1] == "下" else -1), said[2]
    if unit == "条":
        return Citation(max(1, place.article + step))
    if unit == "款":
        return Citation(place.article, max(1, (place.paragraph or 1) + step))
    return Citation(place.article, place.paragraph, max(1, (place.item or 1) + step))


def _speaks_of(card: Card, articles: Sequence[int]) -> bool:
    """Whether a card goes with the articles that answer: one that says more than the measure only with the first."""
    cited = {place.article for place in card.cites}
    return not cited.isdisjoint(articles if card.reason is None else articles[:1])


def _refused(reason: Reason) -> Answer:
    return Answer(False, reason, message=_MESSAGES[reason])


def _elsewhere(foreign: Sequence[str]) -> str:
    return f"{'、'.join(foreign)}不在办法里，这里也没有收录。请查原文，或者请管理人员收录（yingsu laws add）。"
