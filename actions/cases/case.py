"""A case as a value: what is known of it after everything that was done. Holds no name or number of any person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Stage = Literal["answering", "waiting", "heard", "judged", "closed", "archived", "withdrawn"]
"""待答辩, 已答辩（待开庭）, 已开庭（待裁判）, 已裁判, 已结案, 已归档, 登记已撤回; `steps.yml` has the words."""

Procedure = Literal["ordinary", "simple"]
Instance = Literal["first", "second", "retrial"]
Form = Literal["judgment", "ruling"]
AttendeeKind = Literal["head", "staff", "lawyer"]
KINDS: Mapping[AttendeeKind, str] = {"head": "负责人", "staff": "工作人员", "lawyer": "律师"}
"""What an official calls them."""
HeadRank = Literal["chief", "deputy", "other", "none"]
"""Who attended for the defendant: 正职, 副职, 其他负责人 (Art. 4), no head at all."""

Result = Literal[
    "claim_rejected",
    "suit_dismissed",
    "withdrawn",
    "mediated",
    "revoked",
    "partly_revoked",
    "changed",
    "unlawful",
    "void",
    "must_act",
    "compensation",
    "appeal_rejected",
    "appeal_withdrawn",
    "remanded",
]
UPHOLDING: frozenset[Result] = frozenset({"appeal_rejected", "appeal_withdrawn"})
"""What leaves the judgment before it as it is: 驳回上诉、维持原判; 准许撤回上诉 (or 再审申请)."""

OF_APPEAL: frozenset[Result] = UPHOLDING | {"remanded"}
"""Said only of an earlier instance: those, and 发回重审 (行政诉讼法第八十九条, 法释〔2008〕2号第八条)."""


@dataclass(frozen=True, slots=True)
class Party:
    """One defendant, and who settles its attendees.

    Attributes:
        unit: Its proper name.
        proposes: The unit that proposes (提出意见): the justice bureau by Art. 13, the defendant itself by Art. 14.
        decides: The unit that decides (确定).
        basis: The clause, such as 第十三条; with 参照 where the measure does not list the defendant.
        government: Whether it is a government, Art. 13.
    """

    unit: str
    proposes: str
    decides: str
    basis: str
    government: bool


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who is to go to court, by office; no names are kept.

    Attributes:
        kind: A head (Art. 4), staff as agent, or a lawyer.
        office: 职务, such as 副县长; empty for a lawyer.
        duty: What they are in charge of; may be empty.
    """

    kind: AttendeeKind
    office: str
    duty: str = ""

    def __str__(self) -> str:
        """What an official reads: 副县长（分管住建）; 律师."""
        office = self.office or KINDS[self.kind]
        return f"{office}（{self.duty}）" if self.duty else office


@dataclass(frozen=True, slots=True)
class Plan:
    """Who attends for a defendant: proposed by one, decided by another.

    Attributes:
        number: The number of the event that proposed it.
        party: The defendant.
        attendees: Who.
        state: How far it is; `superseded` once a later one was decided.
        proposed_by: Qualified by channel.
        proposed_at: UTC.
        settled_by: Who decided, returned or withdrew it; None while it is proposed.
        settled_at: When; UTC.
        reason: Why it was proposed anew, returned or withdrawn.
    """

    number: int
    party: str
    attendees: tuple[Attendee, ...]
    state: Literal["proposed", "decided", "returned", "withdrawn", "superseded"]
    proposed_by: str
    proposed_at: datetime
    settled_by: str | None = None
    settled_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One of the two confirmations that settle the handling unit under 第十一条第（七）项.

    Attributes:
        side: The government's office, or the justice bureau.
        unit: The handling unit that they name; several divided by 、.
        by: Who confirmed.
        at: When; UTC.
    """

    side: Literal["office", "justice"]
    unit: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hearing:
    """A hearing.

    Attributes:
        number: 1, 2, 3 within the case.
        day: Its day.
        time: `09:00`; None where it is not known.
        place: Where; may be empty.
        head_asked: Whether the court asked in writing for a head (Art. 9, 负责人规定 4); None where nobody said.
        state: Planned, held, or called off.
        attended: For each defendant, the rank of the head who attended; of those that were told.
        reason: Why no head attended, or why it was called off.
    """

    number: int
    day: date
    time: str | None = None
    place: str = ""
    head_asked: bool | None = None
    state: Literal["planned", "held", "cancelled"] = "planned"
    attended: tuple[tuple[str, HeadRank], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judgment:
    """A judgment or ruling.

    Attributes:
        number: 1, 2, 3 within the case.
        instance: First, second, or retrial.
        form: A judgment (判决) or a ruling (裁定, with mediation papers).
        result: What it says.
        received_on: When it came.
        performed_on: When it was carried out (Art. 18); None while it is not, or where there is nothing to do.
    """

    number: int
    instance: Instance
    form: Form
    result: Result
    received_on: date
    performed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """A judicial advice (司法建议).

    Attributes:
        number: 1, 2, 3 within the case.
        received_on: When it came.
        letter_due: The date that the letter itself sets; None where it sets none.
        normative: Whether it is about a normative document (60 days).
        answered_on: When it was answered in writing.
    """

    number: int
    received_on: date
    letter_due: date | None = None
    normative: bool = False
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal or a request for retrial that came or was made.

    Attributes:
        kind: 上诉 or 再审.
        ours: Whether we made it.
        day: When we made it, or when its copy came.
        answered_on: When our answer was filed; for theirs.
    """

    kind: Literal["appeal", "retrial"]
    ours: bool
    day: date
    answered_on: date | None = None

    @property
    def instance(self) -> Instance:
        """The instance that it opens."""
        return "second" if self.kind == "appeal" else "retrial"


@dataclass(frozen=True, slots=True)
class Case:
    """A case, as of its last event.

    Attributes:
        number: The assistant's own number: 1, 2, 3.
        opened_at: When it was registered; UTC.
        opened_by: Who registered it, qualified by channel.
        registrar: Their unit; None for somebody on the machine itself who is not enrolled.
        keeper: Who looks after it now.
        decision: The decision on record that holds for it now; earlier ones are superseded.
        stage: How far it is.
        status: What the decision says: the handling unit is determined, or people have to settle it.
        parties: The defendants.
        handling: The handling units (应诉承办单位); empty while nobody has settled them.
        assisting: The assisting unit (协助单位), R01 only.
        decided_by: The units that settle it together, where it is open.
        confirmations: Their confirmations so far.
        told: What its decision told of the day of receipt, the act and the reconsideration, as it was told then.
        received_on: When the notice and the copy of the complaint came.
        court_number: 案号.
        court: The court.
        cause: 案由.
        act: The act complained of.
        procedure: Ordinary or simple; None where nobody said.
        reconsideration: What came of the reconsideration, in words; empty where there was none.
        evidence_due: The day for evidence that the court's notice itself sets; None where it sets none.
        answered_on: When answer and evidence were filed.
        extension_on: When more time for evidence was asked for.
        extension_gone_on: When the reason for more time ended, where it was granted.
        materials: The eight papers of Art. 15, by the number of their item (`1` to `8`): `done`, `later` or `none`
            (not needed).
        plans: Who attends, proposal by proposal, the earliest first.
        hearings: The hearings.
        judgments: The judgments and rulings, the earliest received first.
        appeals: Appeals and requests for retrial.
        advices: Judicial advices.
        done: Dates that somebody marked as done by hand: ids as in `actions.cases.dates`.
        closed_on: When it was closed.
        archived_on: When its file was archived (Art. 24).
        archive: Where the file is.
        withdrawn_because: Why the registration was withdrawn.
        last: The number of its last event.
        unread: The numbers of its events that the rules of today do not admit, written under those of an earlier day.
    """

    number: int
    opened_at: datetime
    opened_by: str
    registrar: str | None
    keeper: str
    decision: int
    status: Literal["determined", "undetermined"]
    parties: tuple[Party, ...]
    last: int
    stage: Stage = "answering"
    handling: tuple[str, ...] = ()
    assisting: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    received_on: date | None = None
    court_number: str = ""
    court: str = ""
    cause: str = ""
    act: str = ""
    procedure: Procedure | None = None
    reconsideration: str = ""
    evidence_due: date | None = None
    answered_on: date | None = None
    extension_on: date | None = None
    extension_gone_on: date | None = None
    materials: tuple[tuple[str, Literal["done", "later", "none"]], ...] = ()
    plans: tuple[Plan, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    judgments: tuple[Judgment, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    advices: tuple[Advice, ...] = ()
    done: tuple[str, ...] = ()
    closed_on: date | None = None
    archived_on: date | None = None
    archive: str = ""
    withdrawn_because: str = ""
    unread: tuple[int, ...] = ()

    @property
    def units(self) -> frozenset[str]:
        """Every unit that the case concerns."""
        named = {it for party in self.parties for it in (party.unit, party.proposes, party.decides)}
        own = {self.registrar} if self.registrar else set()
        return frozenset(named | own | {*self.handling, *self.assisting, *self.decided_by})

    @property
    def open(self) -> bool:
        """Whether anything is still to be done; only a judicial advice may still come to an archived one."""
        return self.stage not in ("archived", "withdrawn")

    def plan(self, party: str) -> Plan | None:
        """Who was decided to attend for a defendant."""
        return next((it for it in reversed(self.plans) if it.party == party and it.state == "decided"), None)

    def proposed(self, party: str) -> Plan | None:
        """The proposal that waits to be decided."""
        return next((it for it in reversed(self.plans) if it.party == party and it.state == "proposed"), None)

    @property
    def remanded_on(self) -> date | None:
        """When the last ruling came that sent the case back to the first instance; None where none did."""
        return max((it.received_on for it in self.judgments if it.result == "remanded"), default=None)

    def holding(self, judgment: Judgment) -> Judgment | None:
        """The judgment whose result holds after one: itself, or the one it leaves as it is; None if unknown.

        Args:
            judgment: One of the case's.
        """
        until = self.judgments.index(judgment) + 1
        last = next((it for it in reversed(self.judgments[:until]) if it.result not in UPHOLDING), None)
        return last if last is judgment or last is None or last.result != "remanded" else None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done on a case.

    Attributes:
        number: Its place in the chain of all cases.
        case: The case.
        what: The step, as in `steps.yml`; `open` and `redecide` besides.
        data: Its details, plain JSON.
        person: Who did it, qualified by channel.
        unit: Their unit then; None for somebody on the machine itself.
        via: Who typed it, where that is somebody else.
        reason: Why.
        at: When; UTC.
        hash: SHA-256 over all of it and the hash before.
    """

    number: int
    case: int
    what: str
    data: dict[str, object]
    person: str
    unit: str | None
    via: str | None
    reason: str | None
    at: datetime
    hash: str
