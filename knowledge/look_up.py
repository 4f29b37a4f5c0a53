"""Look-up over all texts: the measure first, then the laws that were taken in beside it.

Another text answers where a question names a place in it (行政诉讼法第六十七条), where a card rests on it, and where
the measure is silent. What is asked of a text that is not there is said not to be there, with what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.beside import find_step, next_number
from knowledge.citation import Citation, find_foreign, find_parts, find_references
from knowledge.errors import LawError, NoSuchClause
from knowledge.spellings import respelled

if TYPE_CHECKING:
    from knowledge.laws import Law, LawGroup, LawInfo, LawLibrary
    from knowledge.search import Answer, Searcher

_NOT_LOOKED_UP = frozenset({"not_a_question", "abuse", "personal_data", "prediction"})
_SILENT = frozenset({"upper_law", "not_in_measure"})
_BESIDE = "问的是别的法律文件，收录的原文如下。"


@dataclass(frozen=True, slots=True)
class Found:
    """What all texts say to a question.

    Attributes:
        answer: the measure's.
        laws: other texts', each with its places; those in force first.
        named: whether the question or its card names these places; else their words are only near the question's.
    """

    answer: Answer
    laws: tuple[LawGroup, ...] = ()
    named: bool = False


@dataclass(frozen=True, slots=True)
class WholeArticle:
    """An article of a law, whole.

    Attributes:
        law: the law; `law.mark` is to be said beside the text.
        article: its number.
        text: its paragraphs and items, a line each.
    """

    law: LawInfo
    article: int
    text: str


class LookUp:
    """The measure's look-up with the texts beside it. What is taken in while it runs is seen at the next question.

    Args:
        searcher: the measure's look-up.
        folder: the library's folder; it need not exist. None for the measure alone.
        titles: official numbers of law texts and the titles they stand for: 法释〔2018〕1号.
        today: tells the day by which a text is in force, or not yet.
    """

    def __init__(
        self,
        searcher: Searcher,
        folder: Path | None = None,
        titles: Mapping[str, str] | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._searcher = searcher
        self._today = today
        self._folder = folder
        self._titles = {respelled(number): title for number, title in (titles or {}).items()}
        self._opened: tuple[tuple[int, date], LawLibrary] | None = None

    def ask(self, question: str, history: Sequence[str] = (), limit: int = 3) -> Found:
        """Answer one question.

        A library that cannot be read does not keep the measure from answering; what is wrong with it is said.

        Args:
            question: what was asked.
            history: the questions before it, oldest first.
            limit: most clauses for a search, of the measure and of laws in force.
        """
        answer = self._searcher.ask(question, history, limit)
        if answer.reason in _NOT_LOOKED_UP:
            return Found(answer)
        try:
            library = self._library()
            return self._beside(library, answer, question, history, limit) if library else Found(answer)
        except LawError as error:
            return Found(replace(answer, message=f"{answer.message or ''}{error}"))

    def article(self, law_id: str, article: int) -> WholeArticle:
        """An article of a law in the library.

        Raises:
            KnowledgeError: the law, or the article in it, is not there, or the text was changed since.
        """
        law = self.law(law_id)
        return WholeArticle(law.info, article, law.text_under(Citation(article)))

    def law(self, law_id: str) -> Law:
        """A law in the library.

        Raises:
            LawError: it is not there, or its text was changed since.
        """
        library = self._library()
        if library is None:
            raise LawError("还没有收录别的法律文件，请先用 yingsu laws add 收录。")
        return library.law(library.find(law_id))

    def _library(self) -> LawLibrary | None:
        """The library as it is now; None where nothing was taken in."""
        if self._folder is None:
            return None
        try:
            changed = self._folder.stat().st_mtime_ns  # a text is moved into its place, or out of it
        except OSError:
            return None
        today = self._today()
        if self._opened is None or self._opened[0] != (changed, today):
            from knowledge.laws import LawLibrary

            searcher = self._searcher
            library = LawLibrary.open(self._folder, today, measure=searcher.measure, encoder=searcher.encoder)
            self._opened = (changed, today), library
        library = self._opened[1]
        return library if library.laws else None

    def _beside(self, library: LawLibrary, answer: Answer, question: str, history: Sequence[str], limit: int) -> Found:
        asked = self._spelled(question)
        if history and not find_references(asked):
            asked = _parts_of_the_one_before(asked, self._spelled(history[-1])) or asked
        if named := library.named(asked):
            return Found(self._without(answer, asked, library), named, named=True)
        places = "、".join(map(self._spelled, answer.card.law)) if answer.card else ""
        if based := tuple(it for it in library.named(places) if it.hits):
            return Found(answer, based, named=True)
        if answer.reason not in _SILENT or answer.probability is None or answer.card:
            return Found(answer)
        found = library.search(question, limit)
        said = f"{answer.message or ''}{library.note}" or None
        return Found(replace(answer, message=said), found)

    def _without(self, answer: Answer, asked: str, library: LawLibrary) -> Answer:
        """The measure's answer, less what the library answers: its article of that number, "it is not here"."""
        if answer.card:
            return answer
        rest = library.not_named(asked)
        own = [place for it in rest if not it.law for place in it.places]
        laws = tuple(it.law for it in rest if it.law)
        missing = [words for words in find_foreign(asked) if laws and words.startswith(laws)]
        if own or missing:
            return self._searcher.at(own, missing)
        return replace(answer, answered=False, reason="upper_law", hits=(), near=(), message=_BESIDE)

    def _spelled(self, text: str) -> str:
        """A text with official numbers replaced by the titles that the library knows laws by."""
        plain = respelled(text)
        for number, title in self._titles.items():
            titled = f"《{title.replace('《', '〈').replace('》', '〉')}》"
            plain = plain.replace(number, titled)
            alone = re.escape(number[number.find("〔") :])  # 2018年1号第8条: whose number is not said
            plain = re.sub(rf"(?<![一-鿿]){alone}", titled, plain) if "〔" in number else plain
        return plain


def _parts_of_the_one_before(question: str, before: str) -> str:
    """第二款呢, 下一条 after 行政诉讼法第六十七条, written out; '' where it is no part of another law's article."""
    named = find_references(before)
    if not named or not named[-1].law:
        return ""
    last, step = named[-1].places[-1], find_step(question)
    try:
        parts = [next_number(last, step)] if step else find_parts(question, last.article)
    except NoSuchClause:
        return ""
    return "、".join(f"{named[-1].law}{place}" for place in parts)
