"""A talk small enough to know by heart, for the tests of everything around the talk.

Three facts: who is sued (county, both), whether it was reviewed (no, upheld; asked of the county alone), and
when the notice came. It keeps what was recorded in memory.
"""

from __future__ import annotations

import json
import re

from actions.rasa.ports import Choice, Facts, Memory, Phrase, Say, Section, Turn
from actions.talk.naming import places_named

FACTS = ("defendants", "reviewed", "received_on")
CHOICES = {"defendants": ("county", "both"), "reviewed": ("no", "upheld"), "received_on": ()}
WORDS = {"县政府": "county", "和": "both", "没有": "no", "维持": "upheld", "对": "yes"}


class PocketTalk:
    def __init__(self) -> None:
        self.recorded: list[tuple[str, dict[str, str]]] = []
        self.break_next = False

    def required(self, facts: Facts, memory: Memory) -> tuple[str, ...]:
        if self.break_next:
            self.break_next = False
            raise RuntimeError("张三 610121199001011234")
        counts = [fact for fact in FACTS if fact != "reviewed" or facts.get("defendants") == "county"]
        answered = [fact for fact in counts if fact in facts]
        return (*answered, *[fact for fact in counts if fact not in facts][:1])

    def ask(self, fact: str, facts: Facts, memory: Memory) -> Turn:
        choices = tuple(
            Choice(value, "/choose" + json.dumps({"fact": fact, "value": value})) for value in CHOICES[fact]
        )
        return Turn((Say(f"问 {fact}", choices, {"kind": "question", "fact": fact}),))

    def read(self, fact: str, text: str, facts: Facts, memory: Memory) -> Turn:
        value = None
        if fact == "received_on" and re.fullmatch(r"\d{1,2}月\d{1,2}日", text):
            value = text
        elif text.isdigit() and 0 < int(text) <= len(CHOICES[fact]):
            value = CHOICES[fact][int(text) - 1]
        else:
            value = next((v for w, v in WORDS.items() if w in text and v in CHOICES[fact]), None)
        misses = int(str(memory.get("misses", 0)))
        if value is None:
            return Turn((Say(f"没听懂 {misses + 1}"),), memory={**memory, "misses": misses + 1})
        return Turn((), {fact: value})

    def choose(self, fact: str, value: str, facts: Facts, memory: Memory) -> Turn:
        return Turn((), {fact: value}) if value in CHOICES.get(fact, ()) else Turn((Say("没有这个选项"),))

    def start(self, text: str, facts: Facts, memory: Memory) -> Turn:
        told = {"defendants": "county"} if "县政府" in text else {}
        if "维持" in text:
            told["reviewed"] = "upheld"
        if found := re.search(r"\d{1,2}月\d{1,2}日", text):
            told["received_on"] = found[0]
        return Turn((Say(f"我理解 {told}"),), told, next_fact="defendants")

    def outcome(self, facts: Facts, memory: Memory, person: str) -> Turn:
        shown = " ".join(f"{name}={facts[name]}" for name in FACTS if name in facts)
        return Turn((Say(f"结论 {shown}", (Choice("确认", "/confirm_case"),)),))

    def show(self, section: Section, facts: Facts, memory: Memory, person: str) -> Turn:
        return Turn((Say(f"看 {section}"),))

    def article(self, number: str, memory: Memory) -> Turn:
        return Turn((Say(f"看第 {number} 条"),))

    def why(self, fact: str | None, facts: Facts, memory: Memory) -> Turn:
        return Turn((Say(f"因为 {fact}"),))

    def back(self, facts: Facts, memory: Memory) -> Turn:
        last = next((fact for fact in reversed(FACTS) if fact in facts), None)
        return Turn((Say(f"退回 {last}"),), {} if last is None else {last: None})

    def change(self, text_or_fact: str, facts: Facts, memory: Memory) -> Turn:
        if text_or_fact in facts:
            return Turn((Say(f"改 {text_or_fact}"),), {text_or_fact: None})
        return Turn((Say("改哪一项"),))

    def remark(self, text: str, facts: Facts, memory: Memory) -> Turn:
        return Turn((Say(f"记下 {text}"),))

    def other_case(self, text: str, facts: Facts, memory: Memory) -> Turn:
        return Turn((Say(f"另一件 {text}"),))

    def hand_over(self, facts: Facts, memory: Memory) -> Turn:
        return Turn((Say(f"转交 {len(facts)}"),))

    def insist(self, facts: Facts, memory: Memory) -> Turn:
        return Turn((Say("不代定"),))

    def confirm(self, facts: Facts, memory: Memory, person: str) -> Turn:
        if not facts:
            return Turn((Say(f"没有可登记的，上一件是 {memory.get('last')}"),))
        self.recorded.append((person, dict(facts)))
        return Turn((Say(f"已登记 {len(self.recorded)}"),), done=True, memory={"last": len(self.recorded)})

    def agree(self, text: str, facts: Facts, memory: Memory, person: str) -> Turn:
        return self.confirm(facts, memory, person)

    def records(self, person: str) -> Turn:
        return Turn((Say(f"记录 {sum(who == person for who, _ in self.recorded)}"),))

    def correct(self, text: str, facts: Facts, memory: Memory, person: str) -> Turn:
        return Turn((Say("更正"),), next_fact="defendants")

    def looks_up(self, text: str, facts: Facts, memory: Memory) -> bool:
        return bool(places_named(text))

    def clause(self, text: str, facts: Facts, memory: Memory) -> Turn:
        return Turn((Say("第十九条\n\n原文", data={"kind": "clause"}),))

    def say(self, what: Phrase, facts: Facts, memory: Memory) -> Turn:
        if what == "restart":
            return Turn((Say("重来"),), next_fact="defendants", done=True)
        return Turn((Say(what),), done=what == "cancel")
