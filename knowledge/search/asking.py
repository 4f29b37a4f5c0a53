"""Answers a question about the measure with its clauses, or says that the measure does not say.

A reference (第十一条第五项, 11条(5)) is parsed, not searched. What `readings.yml` reads is answered as it says. For the
rest the trained model decides: articles rank by it, and what is likelier to lie outside the measure is refused, with
the kind of "no". Several questions in one are answered or refused each by itself. An answer's sentences are never made,
only cut, or taken from a card that a person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from knowledge.beside import beside, find_step, next_number
from knowledge.citation import Citation, find_citations, find_foreign, find_parts, find_references
from knowledge.encoder import Encoder
from knowledge.errors import NoSuchClause
from knowledge.lexical import grams
from knowledge.measure import Clause, Measure
from knowledge.privacy import find_personal
from knowledge.search.cards import Card
from knowledge.search.model import Array, Scores, SearchModel
from knowledge.search.readings import Reading, Readings
from knowledge.search.result import Answer, Hit, Reason
from knowledge.search.texts import SILENT, Text, joined
from knowledge.search.wording import asked_apart, gist, is_chinese, leans, mended, seen

LONGEST_QUESTION = 2000
"""Characters; a longer text is no question."""

_FILE = re.compile(r"\S+\.(?:docx?|wps|pdf|txt|md|xlsx?|pptx?|jpe?g|png|zip)", re.IGNORECASE)
_MOST_MISSING = 3
"""Sentences on places that do not exist, one for all articles and one an article for its parts: a phone's screen."""

_FOLLOW_UP = re.compile(r"^(?:那|如果|要是|换成|还有|另外|再|然后|假如)|(?:呢|呢[?？])$")
_NAMED = re.compile(
    r"(?:忻州)?(?:本|这个)?(?:办法)?(?:第?[0-9零〇一二两三四五六七八九十百]+[条款项]|[(（][0-9一二三四五六七八九十]+[)）]项?)"
    r"(?:里面|里|中)?(?:说|写|规定)?的?"
)
_CARD_ALIKE = 0.77
"""How alike a card's phrase and a question must be, as the Dice coefficient of their grams. Cards differ by single
words (副局长, 秘书长; 司法建议, 检察建议), whose phrases reach 0.76 with each other."""
_EVEN = 0.5
"""How probable an answer by the measure must be for a card that rests on none of its clauses to give way."""
_SURE = 0.4
"""How probable the article of one of several questions must be to be quoted for it."""
_READ = 0.9
"""The score of a place that a reading gives."""
_NEARNESS = 0.03
"""By how much nearer a text is to count e times as much for its place among the places of an article."""
_CLEAR = 0.5
"""What share of all that counts an item must have to be shown instead of its whole article."""
_CARD_CLOSE = 1.15
"""How near a phrase of a card must be, by vector and BM25, to go with an article that was named; `_CARD_AHEAD` nearer
than any other card's of that article, and no card of another article nearer. Whatever has less than 1.1 asks nothing
of a card: 第二十条和谁有关."""
_CARD_AHEAD = 0.04
_SAID = 24
"""Characters of a question that are repeated to tell it from the others."""
_CARDS_NEAR = 3
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
_TOO_LONG = "没有看出要问什么：文字太长。请用一句话来问，例如“收到司法建议多久回复”。"
_NOTHING_TO_LEAN_ON = frozenset({"prediction", "chat", "abuse", "injection", "personal"})
"""Kinds of questions that tell nothing of what is asked next."""
_NOT_READ = frozenset({"oos_far", "chat", "abuse", "injection", "personal"})
"""Kinds of texts that `readings.yml` is not for, whatever words they have."""
_WITHOUT_NEAR: frozenset[Reason] = frozenset({"not_a_question", "abuse", "personal_data", "prediction"})


@dataclass(frozen=True, slots=True)
class _Places:
    """The texts of one article, by the place they speak of.

    Attributes:
        places: its places that texts speak of.
        rows: the texts, by their number.
        of_row: each text's place, by its number.
    """

    places: tuple[Citation, ...]
    rows: np.ndarray
    of_row: np.ndarray

    def clearest(self, near: Array, article: int) -> Citation:
        """The place whose texts together are nearest, where that is clear; else the whole article."""
        totals = np.full(len(self.places), -np.inf)
        np.logaddexp.at(totals, self.of_row, near[self.rows].astype(np.float64) / _NEARNESS)
        best = int(np.argmax(totals))
        share = 1 / np.exp(totals - totals[best]).sum()
        return self.places[best] if share >= _CLEAR else Citation(article)


class Searcher:
    """Look-up over one measure. Holds an index, no state between questions.

    Args:
        measure: its text.
        texts: what questions are compared with, in the model's order.
        cards: its answer cards.
        model: trained on these texts.
        readings: how questions are read where nearness misleads.
    """

    def __init__(
        self, measure: Measure, texts: Sequence[Text], cards: Sequence[Card], model: SearchModel, readings: Readings
    ) -> None:
        self._measure = measure
        self._model = model
        self._readings = readings
        self._places = {number: _places(texts, number) for number in range(1, measure.articles + 1)}
        self._phrases = [(frozenset(grams(said)), card) for card in cards for said in card.ask]
        number = {card.id: i for i, card in enumerate(cards)}
        self._cards = cards
        rows = [i for i, it in enumerate(texts) if it.card]
        self._card_rows = np.array(rows, np.int64)
        self._card_of_row = np.array([number[texts[i].card] for i in rows], np.int64)

    @property
    def measure(self) -> Measure:
        """The measure that answers."""
        return self._measure

    @property
    def encoder(self) -> Encoder:
        """The encoder that questions are compared by; loaded once, for other texts too."""
        return self._model.encoder

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
        if question and not (question := gist(question)):
            return Answer(False, "not_a_question", message=_TOO_LONG)
        places, foreign = find_citations(question), find_foreign(question)
        if places:
            return self._with_card(self.at(places, foreign), question)
        if _FILE.fullmatch(question.strip()):
            return Answer(False, "not_a_question", message=_NO_FILES)
        asked = mended(question)
        if not is_chinese(asked):
            message = _IN_CHINESE if any(map(str.isalpha, asked)) else _MESSAGES["not_a_question"]
            return Answer(False, "not_a_question", message=message)
        before = [gist(seen(earlier)) for earlier in history if 0 < len(earlier) <= LONGEST_QUESTION]
        if before and (parts := self._parts_of_the_one_before(question, before[-1])):
            return parts
        answer = self._searched(asked, [mended(earlier) for earlier in before if earlier], limit)
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
        for place in places:
            with suppress(NoSuchClause):
                clauses += self._measure.under(place)
        missing = self._measure.absent(places)
        hits = tuple(
            Hit(clause.citation, self._measure.quote(clause.citation), 1.0) for clause in dict.fromkeys(clauses)
        )
        if len(missing) > _MOST_MISSING:
            missing = [*missing[:_MOST_MISSING], "其余没有写出的也不存在。"]
        message = "".join([*missing, *([_elsewhere(elsewhere)] if elsewhere else [])]) or None
        if not hits:
            reason: Reason = "no_such_clause" if places else "upper_law"
            return Answer(False, reason, near=self._near_places(places), message=message)
        return Answer(True, None, hits, message=message)

    def _near_places(self, places: Sequence[Citation]) -> tuple[Hit, ...]:
        """For places that do not exist, the articles they would be in."""
        articles = dict.fromkeys(Citation(place.article) for place in places)
        return tuple(self._hit(self._measure.place(it), 0.0) for it in articles if not self._measure.absent([it]))

    def _parts_of_the_one_before(self, question: str, before: str) -> Answer | None:
        """第二款呢, 下一条: a part of the article that was named last, or what stands beside it; of another law too."""
        named = find_references(before)
        if not named:
            return None
        law, last, step = named[-1].law, named[-1].places[-1], find_step(question)
        parts = find_parts(question, last.article)
        if not step and not parts:
            return None
        try:
            if law:
                return self.at([], [f"{law}{part}" for part in ([next_number(last, step)] if step else parts)])
            return self.at([beside(self._measure, last, step)] if step else parts)
        except NoSuchClause as none:
            return Answer(False, "no_such_clause", message=str(none))

    # ── searched ───────────────────────────────────────────────────────────────────────────────────────────────

    def _searched(self, question: str, before: Sequence[str], limit: int) -> Answer:
        parts = asked_apart(question)
        return (self._of_each(parts, before, limit) if parts else None) or self._one(question, before, limit)

    def _one(self, question: str, before: Sequence[str], limit: int) -> Answer:
        """What a text with one question in it gets."""
        scores, asked = self._understood(question, before)
        articles = scores.classes[: self._measure.articles]
        probability = float(articles.sum())
        kind = SILENT[int(np.argmax(scores.classes[self._measure.articles :]))]
        reading = self._readings.read(asked)
        if reading and (probability >= self._model.threshold or kind not in _NOT_READ):
            return self._as_read(reading, asked, scores)
        ranked = np.argsort(-articles, kind="stable")[:limit] + 1
        own = self._readings.read(question) if asked != question else None
        if own and own.places and int(ranked[0]) not in {place.article for place in own.places}:
            return self._as_read(own, question, scores)  # 复议撤销谁承办, 那出庭的人谁定: it asks something else
        hits = [self._hit(self._place(int(n), scores), float(articles[n - 1])) for n in ranked]
        refused = probability < self._model.threshold
        silent = None
        if refused or probability < _EVEN:  # a card that rests on no clause tells more than clauses that hardly fit
            silent = self._card(asked, scores, lambda it: it.reason is not None and (refused or not it.cites))
        if not refused and silent is None:
            card = self._card(asked, scores, lambda it: _speaks_of(it, [hit.citation.article for hit in hits]))
            if card:
                hits = self._as_cited(hits, card, leads=asked != question and not self._has(before[-1], card))
            return Answer(True, None, tuple(hits), card=card, probability=probability)
        if kind == "injection" and silent is None:  # an order to the assistant: nothing was asked, so nothing is near
            return _refused("not_in_measure")
        reason = _REASONS[kind] if silent is None or silent.reason is None else silent.reason
        near = () if reason in _WITHOUT_NEAR or kind == "oos_far" else tuple(hits)
        message = _MESSAGES[reason] if silent is None else None
        return Answer(False, reason, near=near, message=message, card=silent, probability=probability)

    def _as_cited(self, hits: Sequence[Hit], card: Card, *, leads: bool) -> list[Hit]:
        """Hits under a card: of their articles the places that it rests on.

        Args:
            hits: what was found.
            card: what is shown above.
            leads: whether its first place stands first: that of what a follow-up changed (司法建议多久回, 不回呢).
        """
        cited: dict[int, Citation] = {}
        for place in card.cites:
            cited.setdefault(place.article, place)
        told = [self._hit(cited.get(hit.citation.article, hit.citation), hit.score) for hit in hits]
        first = next((it for it in told if leads and it.citation.article == card.cites[0].article), told[0])
        return list(_falling([first, *(hit for hit in told if hit is not first)]))

    def _understood(self, question: str, before: Sequence[str]) -> tuple[Scores, str]:
        """A question's scores, and what it is taken for: itself, or with the one it follows."""
        if before and (instead := self._readings.instead(question, before[-1])):
            return self._model.score(instead), instead
        scores = self._model.score(question)
        together = joined(question, before)
        if together == question or self._kind(before[-1]) in _NOTHING_TO_LEAN_ON:
            return scores, question
        leaning = self._model.score(together)
        if _FOLLOW_UP.search(question.strip()):
            return leaning, together
        return (leaning if leaning.classes.max() > scores.classes.max() else scores), question

    def _kind(self, question: str) -> str | None:
        """What kind of "no" a question gets; None where it gets none."""
        classes = self._model.score(question).classes
        if classes[: self._measure.articles].sum() >= self._model.threshold:
            return None
        return SILENT[int(np.argmax(classes[self._measure.articles :]))]

    def _as_read(self, reading: Reading, asked: str, scores: Scores) -> Answer:
        """The answer that a reading gives."""
        if not reading.places and reading.card:
            return Answer(False, reading.card.reason, card=reading.card)
        hits = tuple(self._hit(place, _READ) for place in reading.places)
        fits = {*reading.places, *(Citation(place.article) for place in reading.places)}
        card = reading.card or self._card(asked, scores, lambda it: not fits.isdisjoint(it.cites))
        return Answer(True, None, hits, message=reading.says, card=card)

    def _of_each(self, questions: Sequence[str], before: Sequence[str], limit: int) -> Answer | None:
        """What several questions in one get, each by itself; None where none of them has an answer or a card."""
        answers = [self._one(questions[0], before, limit)]
        for earlier, question in pairwise(questions):
            answers.append(self._after(question, earlier, answers[-1], limit))
        answered = [it for it in answers if it.answered and it.hits[0].score >= _SURE]
        card = next((it.card for it in answered or answers if it.card), None)
        if not answered and not card:
            return None
        said = [
            f"“{_shortened(question)}”：{words}"
            for question, it in zip(questions, answers, strict=True)
            if (words := _in_words(it, card))
        ]
        if not answered and card:
            return Answer(False, card.reason, message="\n".join(said) or None, card=card)
        firsts = [it.hits[0] for it in answered]
        others = sorted((hit for it in answers for hit in it.hits if hit not in firsts), key=lambda hit: -hit.score)
        hits: dict[Citation, Hit] = {}
        for hit in (*firsts, *others):
            hits.setdefault(hit.citation, hit)
        probability = max((it.probability for it in answered if it.probability is not None), default=None)
        return Answer(
            True,
            None,
            tuple(_falling(list(hits.values())[: max(limit, len(firsts))])),
            message="\n".join(said) or None,
            card=card,
            probability=probability,
        )

    def _after(self, question: str, earlier: str, said: Answer, limit: int) -> Answer:
        """What one of several questions gets: alone, but with the one before it where it tells too little alone."""
        instead = self._readings.instead(question, earlier)
        together = instead or f"{earlier}。{question}"
        if instead or leans(question):
            return self._one(together, [], limit)
        alone = self._one(question, [], limit)
        if alone.answered or alone.card:
            return alone
        beside = self._one(together, [], limit)
        return beside if beside.card not in (None, said.card) else alone

    def _place(self, article: int, scores: Scores) -> Citation:
        """The place of an article that answers: an item or paragraph where that is clear, else the whole."""
        return self._places[article].clearest(scores.near, article)

    def _with_card(self, answer: Answer, question: str) -> Answer:
        """Places that were named, with the card that rests on one of them first and is what else was asked."""
        asked = mended(_NAMED.sub("", question))
        if not answer.answered or not grams(asked):
            return answer
        reading = self._readings.read(asked)
        if reading and reading.card:
            return replace(answer, card=reading.card)
        named = {hit.citation.article for hit in answer.hits}
        scores = self._model.score(asked)
        card = self._card(asked, scores, lambda it: any(place.article in named for place in it.cites[:1]))
        return replace(answer, card=card or self._close_card(scores, named))

    def _close_card(self, scores: Scores, articles: Collection[int]) -> Card | None:
        """The card of one of these articles that is nearest by its phrases, where none is nearly as near."""
        near = self._nearness(scores)
        best = int(np.argmax(near))
        theirs = [i for i, it in enumerate(self._cards) if any(place.article in articles for place in it.cites[:1])]
        others = max((float(near[i]) for i in theirs if i != best), default=-np.inf)
        clear = best in theirs and near[best] >= max(_CARD_CLOSE, others + _CARD_AHEAD)
        return self._cards[best] if clear else None

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

    def _has(self, question: str, card: Card) -> bool:
        """Whether a question is a card's."""
        return self._card(question, self._model.score(question), lambda _: True) is card

    def _nearest_cards(self, scores: Scores) -> list[Card]:
        """The cards with the nearest phrases."""
        return [self._cards[i] for i in np.argsort(-self._nearness(scores), kind="stable")[:_CARDS_NEAR]]

    def _nearness(self, scores: Scores) -> Array:
        """How near each card's nearest phrase is: shape (cards,)."""
        best = np.full(len(self._cards), -np.inf, np.float32)
        np.maximum.at(best, self._card_of_row, scores.near[self._card_rows])
        return best

    def _hit(self, place: Citation, score: float) -> Hit:
        """A place with its words: of an article with items, all of them."""
        return Hit(place, self._measure.text_under(place), round(score, 4))


def _places(texts: Sequence[Text], article: int) -> _Places:
    rows = [(i, it.place) for i, it in enumerate(texts) if it.place and it.place.article == article]
    places = list(dict.fromkeys(place for _, place in rows))
    number = {place: i for i, place in enumerate(places)}
    return _Places(tuple(places), np.array([i for i, _ in rows]), np.array([number[place] for _, place in rows]))


def _in_words(answer: Answer, shown: Card | None) -> str:
    """What one of several questions gets beside the clauses and the card that is shown."""
    told = [] if answer.card is None or answer.card is shown else [answer.card.answer]
    return "".join([*told, *([answer.message] if answer.message else [])])


def _falling(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Hits, none with a greater score than the one before it."""
    least = 1.0
    for hit in hits:
        least = min(least, hit.score)
        yield replace(hit, score=least)


def _shortened(question: str) -> str:
    return question if len(question) <= _SAID else f"……{question[-_SAID:]}"


def _speaks_of(card: Card, articles: Sequence[int]) -> bool:
    """Whether a card goes with the articles that answer: one that says more than the measure only with the first."""
    cited = {place.article for place in card.cites}
    return not cited.isdisjoint(articles if card.reason is None else articles[:1])


def _refused(reason: Reason) -> Answer:
    return Answer(False, reason, message=_MESSAGES[reason])


def _elsewhere(foreign: Sequence[str]) -> str:
    return f"{'、'.join(foreign)}不在办法里，这里也没有收录。请查原文，或者请管理人员收录（yingsu laws add）。"
