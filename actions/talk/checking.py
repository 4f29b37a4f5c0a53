"""What is put to the person to be checked: what was understood, and answers that do not fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from actions import render
from actions.rasa.ports import Choice, Say, Turn
from actions.talk import words
from actions.talk.answering import NO, YES, Answering
from actions.talk.changing import Changing
from actions.talk.context import CLASH, UNDERSTOOD, Context, choose, payload
from actions.talk.memory import Facts, Memory
from actions.talk.taking import Taking
from actions.understanding import plain, read_receipt, read_remark
from knowledge.case import UNKNOWN, Case
from knowledge.dates import DateError

_YES_AND = re.compile(r"^(对+|是的?|嗯+|没错|好的?|可以)[的了吧呀啊，,。；; ]+(?=.)")
_NO_AND = re.compile(r"^(不对|不是|错了?|有误)[的了吧呀啊，,。；;：: ]+(?=.)")
_LINE = re.compile(r"[0-9]+\. ")
_NOT_KNOWN = re.compile(r"(我们?|这|也|还|都|真)*(不知道|不清楚|不确定|说不清|说不准|不晓得|查不|记不清)")
_FIRST = re.compile(r"前面|原来|前一个|第一[个种]|之前|1")
_SECOND = re.compile(r"这次|刚才|后面|后一个|第二[个种]|2")
_NUMBER = re.compile(r"([1-9][0-9]?)")
_WANTS_CHANGE = re.compile(r"(我?要)?(更正|改|改一下|修改|改答案)")
STANDS = "stands"
_OF_CLASH = ("clash", "clash_why", "clash_said")
NEW, OLD = "new", "old"


class Checking:
    """The two screens on which a person checks.

    Args:
        context: the measure's decisions, the clock.
        taking: sets answers.
        changing: takes corrections.
        answering: takes answers.
    """

    def __init__(self, context: Context, taking: Taking, changing: Changing, answering: Answering) -> None:
        self._context = context
        self._taking = taking
        self._changing = changing
        self._answering = answering

    # ── what was understood ────────────────────────────────────────────────────────────────────────────────────

    def understood(self, facts: Facts, memory: Memory) -> Turn:
        """Show what was understood, a line an answer, each with a button to change it."""
        listed = tuple(self._context.told(facts, memory))
        times = memory.times + 1 if memory.asked == UNDERSTOOD else 0
        head = words.UNDERSTOOD_NOW[(times - 1) % 3] if times else words.UNDERSTOOD
        lines = [head, *self._context.lines(listed, facts, memory), *self._open(facts, memory), "", words.IS_IT_RIGHT]
        buttons = [self._context.change(number, fact) for number, fact in enumerate(listed, 1)]
        right = choose(UNDERSTOOD, "yes", words.RIGHT)
        say = Say("\n".join(lines), (right, *buttons), {"kind": UNDERSTOOD})
        return Turn((say,), memory=replace(memory.asking(UNDERSTOOD), numbered=listed).dump())

    def _open(self, facts: Facts, memory: Memory) -> list[str]:
        """What was heard and is still to be asked."""
        table = self._context.decider.table.facts
        sued = memory.defendant and not {"defendants", "defendant_units"} & facts.keys()
        shorts = dict.fromkeys(table[table[fact].of or fact].short for fact, _, _ in memory.readings)
        lines = [words.ALSO_SUED.format(defendant=memory.defendant)] if sued else []
        return [*lines, words.NOT_SURE.format(shorts="、".join(shorts))] if shorts else lines

    def read_understood(self, text: str, facts: Facts, memory: Memory) -> Turn:
        """Take words said to what was understood: right, a line that is wrong, more, or the next answer already."""
        said = plain(text)
        if YES.fullmatch(said):
            return self.right(memory)
        if NO.fullmatch(said):
            return Turn((Say(words.WHICH_LINE),), memory=memory.dump())
        number = _NUMBER.fullmatch(said)
        if number and int(number[1]) <= len(memory.numbered) + 1:
            # A button by its number: the first says that all is right.
            place = int(number[1]) - 2
            return self._taking.reopen(memory.numbered[place], facts, memory) if place >= 0 else self.right(memory)
        line = self._changing.line(said, memory.numbered)
        denied = _NO_AND.match(said)
        corrected = self._changing.corrected(said, facts, memory, of=line)
        if corrected is not None:
            return corrected
        if line:
            return self._taking.reopen(line, facts, memory)
        agreed = _YES_AND.match(said)
        rest = said[(agreed or denied).end() :] if agreed or denied else said  # type: ignore[union-attr]
        try:
            told = self._told(rest, facts, self._context.case(facts, memory))
        except DateError as error:
            return Turn((Say(str(error)),), memory=memory.dump())
        going_on = replace(memory, checks=bool(denied))
        if told:
            return self._taking.take(told, facts, going_on, said=rest, asked=UNDERSTOOD, firm=bool(denied))
        following = self._context.next_fact(facts, going_on)
        if following and following != CLASH:
            answer = self._answering.read(following, rest, facts, going_on)
            if answer.facts:
                return answer
        return Turn((Say(words.NOT_A_CHECK),), memory=memory.missing(UNDERSTOOD).dump())

    def right(self, memory: Memory) -> Turn:
        """What was understood is right."""
        return Turn((), memory=replace(memory, checks=False, numbered=()).dump())

    def _told(self, text: str, facts: Facts, case: Case) -> Facts:
        story = read_remark(text, self._context.decider, self._context.today(), case)
        day = read_receipt(text, self._context.today())
        dated = {"received_on": day.isoformat()} if day else {}
        return {name: value for name, value in {**story.facts, **dated}.items() if facts.get(name) != value}

    # ── answers that do not fit ────────────────────────────────────────────────────────────────────────────────

    def clash(self, facts: Facts, memory: Memory) -> Turn:
        """Put both statements with the clause that makes them clash."""
        odd = self._context.at_odds(facts, memory)
        new = memory.clash
        asked = odd or tuple(new)
        table = self._context.decider.table
        if new:
            before = [fact for fact in self._against(facts, memory) if fact in facts]
            lines = [
                words.CLASH,
                *(self._statement(1, fact, facts[fact], memory.said.get(fact, "")) for fact in before[:1]),
                self._statement(2, asked[0], new[asked[0]], memory.clash_said),
                memory.clash_why,
            ]
            cites = [table.facts[fact].cites[-1] for fact in (*before[:1], asked[0])]
            buttons = [choose(CLASH, OLD, words.FIRST_STANDS), choose(CLASH, NEW, words.SECOND_STANDS)]
        else:
            shown = self._context.shown
            lines = [words.CLASH]
            for number, fact in enumerate(asked, 1):
                words_of = (memory.said.get(it, "") for it in (fact, *self._context.details(fact, facts)))
                said = next(filter(None, words_of), "")
                lines.append(_line(number, table.facts[fact].short, shown(fact, facts, memory), said))
            lines.append(self._why(facts, memory))
            cites = ["12"] if "review_result" in asked else ["11.5"]
            told = self._context.told(facts, memory)
            buttons = [self._change(fact) for fact in asked if fact in told]
            buttons.append(choose(CLASH, STANDS, words.BOTH_STAND))
        quotes = [f"　{render.quoted(self._context.decider.cite(ref))}" for ref in dict.fromkeys(cites)][:1]
        if memory.asked == CLASH:  # put again: the answers alone
            lines, quotes = [it for it in lines if _LINE.match(it)], []
        text = "\n".join([*lines, *quotes, words.WHICH_STANDS if new else words.WHICH_TO_CHANGE])
        return Turn((Say(text, tuple(buttons), {"kind": CLASH}),), memory=memory.asking(CLASH).dump())

    def read_clash(self, text: str, facts: Facts, memory: Memory) -> Turn:
        """Take words said to a contradiction: which of the two stands, or an answer given anew."""
        said = plain(text)
        new = dict(memory.clash)
        if new and _FIRST.search(said) and not _SECOND.search(said):
            return self.choose_clash(OLD, facts, memory)
        if new and _SECOND.search(said):
            return self.choose_clash(NEW, facts, memory)
        if _WANTS_CHANGE.fullmatch(said):
            return Turn((), memory=memory.dump())
        if _NOT_KNOWN.match(said):
            return self._not_known(facts, memory, said)
        if not new and (YES.fullmatch(said) or re.search(r"没(说)?错|都对|就是这样|确实", said)):
            return self.choose_clash(STANDS, facts, memory)
        settled = replace(memory, clash={}, clash_why="", clash_said="")
        corrected = self._changing.corrected(f"不对，{said}", facts, settled)
        if corrected is not None and new and not self._kin(corrected.facts) & self._kin(new):
            # Of something else: what was put to the person is put again.
            kept = replace(Memory.load(corrected.memory or {}), **{it: getattr(memory, it) for it in _OF_CLASH})
            return replace(corrected, memory=kept.dump())
        if corrected is not None:
            return corrected
        return Turn((Say(words.NOT_A_CLASH),), memory=memory.missing(CLASH).dump())

    def _not_known(self, facts: Facts, memory: Memory, said: str) -> Turn:
        """Which of two answers is right is not known: then neither counts, and the outcome says that it is open."""
        table, settled = self._context.decider.table.facts, replace(memory, clash={}, clash_why="", clash_said="")
        asked = self._context.at_odds(facts, memory) or tuple(self._kin(memory.clash))
        fact = next((it for it in reversed(asked) if UNKNOWN in table[it]), None)
        if fact is None:
            return Turn((Say(words.NOT_A_CLASH),), memory=memory.missing(CLASH).dump())
        return self._taking.take({fact: UNKNOWN}, facts, settled, said=said, firm=True)

    def choose_clash(self, value: str, facts: Facts, memory: Memory) -> Turn:
        """Let one of two answers stand, or both."""
        settled = replace(memory, clash={}, clash_why="", clash_said="")
        if value == NEW and memory.clash:
            return self._taking.take(dict(memory.clash), facts, settled, said=memory.clash_said, firm=True)
        if value == OLD and memory.clash:
            heard = tuple(it for it in settled.readings if it[0] not in memory.clash)
            return Turn((), memory=replace(settled, readings=heard).dump())
        if value == STANDS:
            return Turn((), memory=replace(settled, settled=(*memory.settled, CLASH)).dump())
        return Turn((Say(words.STALE),), memory=memory.dump())

    def _kin(self, facts: Iterable[str]) -> set[str]:
        """The choices that facts answer or detail."""
        return {self._context.decider.table.facts[fact].of or fact for fact in facts}

    def _against(self, facts: Facts, memory: Memory) -> list[str]:
        """The answers before, that new ones do not fit: each alone with the new ones cannot be read."""
        table = self._context.decider.table.facts
        same = [fact for fact in memory.clash if fact in facts]
        kin = {name for fact in memory.clash for name in (fact, table[fact].of)}
        others = [f for f in facts if f not in same and (f in kin or table[f].of in kin)]
        return [*same, *others, *(f for f in ("defendants", "challenged", "reviewed") if f in facts)]

    def _statement(self, number: int, fact: str, value: str, said: str) -> str:
        short = self._context.decider.table.facts[fact].short
        return _line(number, short, self._context.in_words(fact, value), said)

    def _change(self, fact: str) -> Choice:
        return Choice(f"改{self._context.decider.table.facts[fact].short}", payload("change_fact", fact=fact))

    def _why(self, facts: Facts, memory: Memory) -> str:
        """Why answers contradict each other in law: as the table's rule says, or that 维持 makes two defendants."""
        case, table = self._context.case(facts, memory), self._context.decider.table
        becauses = [table.rules[rule].then.because for rule in table.engine.alive(case.choices)]
        mismatch = any(
            "mismatch" in table.rules[r].when.get("review_path", ()) for r in table.engine.alive(case.choices)
        )
        return next((it for it in becauses if it and mismatch), words.UPHELD_MAKES_TWO)


def _line(number: int, short: str, shown: str, said: str) -> str:
    return f"{number}. {short}：{shown}" + (f"（您说“{said}”）" if said and said != shown else "")
