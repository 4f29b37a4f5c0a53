"""Answers a question about the measure with its clauses, or says that the measure does not say.

A reference (第十一条第五项, 11条(5)) is parsed, not searched. Anything else is searched by BM25 over
character uni- and bigrams, on every article, paragraph and item with its lead-in and on the questions people
ask about each (``aliases.yml``). The same file names neighbouring matters on which the measure is silent: a
question nearer to one of those than to any clause is refused. An answer's sentences are never made, only cut.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Literal

import yaml

from knowledge.citation import Citation, find_citations, find_foreign, find_parts
from knowledge.errors import KnowledgeError, MeasureError, NoSuchClause
from knowledge.measure import DEFAULT_FOLDER, Clause, Measure

Reason = Literal["not_in_measure", "no_such_clause", "upper_law", "not_a_question"]

LONGEST_QUESTION = 2000
"""Characters; a longer text is no question."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where there is one

_K1 = 0.8
_B = 0.5
_FOLLOW_WEIGHT = 0.4
"""How much the words of the question before count in a follow-up, against 1 for its own."""

_ENOUGH = 0.10
"""Least share of a question's weight that its best clause must carry. Chosen on 75 questions within the
measure and 19 outside: 0.10 keeps 97 % and refuses 89 %, 0.15 keeps 85 % and refuses 95 %; expect less on
new ones. Of 1,235 on other law 0.10 refuses 90 %. A wrong refusal costs more than a clause that can be seen
not to fit.
"""

_WORDLESS = re.compile(
    r"请问|想问|问一下|怎么办|怎么样|怎么|怎样|如何|什么|多少|哪些|哪个|哪里|能不能|可不可以|可以|是不是|有没有|要不要"
    r"|会不会|行不行|是否|我们|你们|这个|那个|一下|需要|应该|吗|呢|吧|啊|呀|么|的|了|是|请"
)
_WORD = re.compile(r"[一-鿿]+|[a-z]+|[0-9]+")
_FOLLOW_UP = re.compile(r"^(?:那|如果|要是|换成|还有|另外|再|然后|假如)|(?:呢|呢[?？])$")
_MOST_MISSING = 3
"""Places that do not exist are explained up to this many: one screen of a phone."""

_SHORT = 8
"""Characters of Chinese up to which a question that finds nothing alone is tried with the one before it."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """What people ask about each place, and about what the measure does not say."""

    asked: Mapping[Citation, tuple[str, ...]]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that answers.

    Attributes:
        citation: its place. One with items is worth showing with them: ``Measure.under``.
        quote: its words, cut from the source and checked.
        score: 1.0 where the question named the place; else the share of the question's weight that the
            clause carries, 0 to 1.
    """

    citation: Citation
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got.

    Attributes:
        answered: whether the measure says something on it.
        reason: why not; None if answered.
        hits: the clauses, best first; for a search one an article. Empty if not answered.
        near: where not answered, the clauses nearest to it, which do not answer it.
        message: what to tell the person beside the clauses, in Chinese; None where the clauses say it all.
    """

    answered: bool
    reason: Reason | None
    hits: tuple[Hit, ...] = ()
    near: tuple[Hit, ...] = ()
    message: str | None = None


def load_aliases(measure: Measure, folder: Path | None = None) -> Aliases:
    """Read ``aliases.yml`` beside the measure's text.

    Args:
        measure: the measure whose places the file names.
        folder: the measure's folder; the bundled one by default.

    Raises:
        MeasureError: if the file is missing, unreadable, or names a place that the measure does not have.
    """
    path = (folder or DEFAULT_FOLDER) / "aliases.yml"
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe one
        asked = {Citation.parse(str(ref)): tuple(map(str, said)) for ref, said in data["asked"].items()}
        for place in asked:
            measure.clause(place)
        return Aliases(asked, tuple(map(str, data.get("silent") or ())))
    except KnowledgeError as error:
        raise MeasureError(f"问法文件{path}有误：{error}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise MeasureError(f"读不到问法文件{path}或格式不对，请恢复原文件或重新安装本程序。") from error


class Searcher:
    """Look-up over one measure. Holds an index, no state between questions."""

    def __init__(self, measure: Measure, aliases: Aliases) -> None:
        """Index the measure's clauses and the questions people ask about them."""
        self._measure = measure
        self._index = _Index(tuple(_chunks(measure, aliases)))

    def ask(self, question: str, history: Sequence[str] = (), limit: int = 3) -> Answer:
        """Answer one question.

        Args:
            question: what was asked.
            history: the questions before it, oldest first. A follow-up (那副职呢, 第二款呢) leans on them.
            limit: most clauses for a search; a question that names places gets all of them.
        """
        if len(question) > LONGEST_QUESTION:
            return _not_a_question(f"问题太长，请用{LONGEST_QUESTION}字以内的一句话来问。")
        places = find_citations(question)
        foreign = find_foreign(question)
        if places:
            return self._named(places, foreign)
        if foreign:
            return self._upper_law(foreign)
        if not re.search(r"[a-z\u4e00-\u9fff]", question.lower()):
            return _not_a_question("没有看出问题，请用一句话来问，例如“收到司法建议多久回复”。")
        before = [earlier for earlier in history if len(earlier) <= LONGEST_QUESTION]
        if before and (parts := self._parts_of_the_one_before(question, before[-1])):
            return self._named(parts, [])
        return self._searched(question, before, limit)

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
            return Answer(False, "no_such_clause", near=self._near(places), message=message)
        return Answer(True, None, hits, message=message)

    def _near(self, places: Sequence[Citation]) -> tuple[Hit, ...]:
        """For places that do not exist, the articles they would be in."""
        articles = dict.fromkeys(place.article for place in places if place.article <= self._measure.articles)
        return tuple(self._hit(self._measure.clause(Citation(number)), 0.0) for number in articles)

    def _upper_law(self, foreign: Sequence[str]) -> Answer:
        return Answer(
            False,
            "upper_law",
            message=_elsewhere(foreign) + "如果问的是办法的条文，请写“办法第几条”。",
        )

    def _parts_of_the_one_before(self, question: str, before: str) -> list[Citation]:
        named = find_citations(before)
        return find_parts(question, named[-1].article) if named else []

    def _searched(self, question: str, before: Sequence[str], limit: int) -> Answer:
        own = Counter(_grams(question))
        if not before:
            return self._answer(own, limit)
        if _FOLLOW_UP.search(question.strip()):
            return self._answer(self._joined(own, before), limit)
        alone = self._answer(own, limit)
        if alone.answered or len(re.findall(r"[一-鿿]", question)) > _SHORT:
            return alone
        return self._answer(self._joined(own, before), limit)

    def _joined(self, own: Mapping[str, float], before: Sequence[str]) -> dict[str, float]:
        """A follow-up's words and, for less, those it leans on: back to the last that stood alone."""
        leans_on = list(takewhile(lambda earlier: _FOLLOW_UP.search(earlier.strip()), reversed(before)))
        leans_on += before[: len(before) - len(leans_on)][-1:]
        joined = {gram: _FOLLOW_WEIGHT for earlier in leans_on for gram in _grams(earlier)}
        return joined | dict(own)

    def _answer(self, grams: Mapping[str, float], limit: int) -> Answer:
        scored = self._index.scores(grams)
        best: dict[int, tuple[float, Citation]] = {}
        silent = 0.0
        for score, place in scored:
            if place is None:
                silent = max(silent, score)
            elif score > best.get(place.article, (0.0, place))[0]:
                best[place.article] = (score, place)
        ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1]))[:limit]
        hits = tuple(self._hit(self._measure.clause(place), score) for score, place in ranked)
        if hits and hits[0].score >= _ENOUGH and hits[0].score >= silent:
            return Answer(True, None, hits)
        return Answer(
            False,
            "not_in_measure",
            near=hits,
            message="办法里没有找到对应的规定，请换个说法，或向司法行政部门核对。",
        )

    def _hit(self, clause: Clause, score: float) -> Hit:
        return Hit(clause.citation, self._measure.quote(clause.citation), round(score, 4))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A text to find a place by; ``place`` is None for what the measure does not say."""

    place: Citation | None
    text: str


def _chunks(measure: Measure, aliases: Aliases) -> Iterator[_Chunk]:
    for clause in measure.clauses:
        yield _Chunk(clause.citation, (clause.lead or "") + clause.text)
    for article in range(1, measure.articles + 1):
        yield _Chunk(Citation(article), measure.article_text(article))
    for place, asked in aliases.asked.items():
        citation = measure.clause(place).citation
        yield from (_Chunk(citation, said) for said in asked)
    yield from (_Chunk(None, said) for said in aliases.silent)


class _Index:
    """BM25 (Robertson and Zaragoza, 2009) over character uni- and bigrams."""

    def __init__(self, chunks: Sequence[_Chunk]) -> None:
        counts = [Counter(_grams(chunk.text)) for chunk in chunks]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / len(lengths)
        found_in = Counter(gram for count in counts for gram in count)
        self._places = [chunk.place for chunk in chunks]
        self._rarest = _idf(len(chunks), 0)
        self._idf = {gram: _idf(len(chunks), found) for gram, found in found_in.items()}
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            norm = _K1 * (1 - _B + _B * length / mean)
            for gram, times in count.items():
                self._postings[gram].append((number, times / (times + norm)))

    def scores(self, grams: Mapping[str, float]) -> list[tuple[float, Citation | None]]:
        """Each chunk that shares a gram with the question, with its score.

        Args:
            grams: the question's grams, with what each counts.

        Returns:
            (score, place); the score is BM25 over the most that any text could reach, so 0 to 1.
        """
        totals: defaultdict[int, float] = defaultdict(float)
        most = 0.0
        for gram, weight in grams.items():
            weight *= self._idf.get(gram, self._rarest)
            most += weight
            for number, saturation in self._postings.get(gram, ()):
                totals[number] += weight * saturation
        return [(total / most, self._places[number]) for number, total in totals.items()]


def _idf(chunks: int, found: int) -> float:
    return math.log(1 + (chunks - found + 0.5) / (found + 0.5))


def _grams(text: str) -> list[str]:
    """Character uni- and bigrams, the words of asking taken out; Latin words and digits whole."""
    grams: list[str] = []
    for word in _WORD.findall(_WORDLESS.sub(" ", text.lower())):
        if word[0] < "一":
            grams.append(word)
        else:
            grams += [*word, *(word[i : i + 2] for i in range(len(word) - 1))]
    return grams


def _elsewhere(foreign: Sequence[str]) -> str:
    return f"{'、'.join(foreign)}不在办法里，请查该法律文件的原文。"


def _not_a_question(message: str) -> Answer:
    return Answer(False, "not_a_question", message=message)
