"""An account laid out for reading: each unit's name one sign, each clause with the mood it is said in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from actions.understanding.phrases import GOVERNMENT, OFFICE, ORGAN, OWN, STOPS
from actions.understanding.words import ASKED, HEARD, plain
from knowledge.case import is_government
from knowledge.units import Mention, Unit, UnitKind, Units

Mood = Literal["told", "claimed", "others", "heard", "asked", "supposed", "elsewhere"]
"""How a clause means what it says, from a plain telling on; `claimed` is the plaintiff's word, `others` anybody
else's, `supposed` a case made up, `elsewhere` another case than this one."""

_ORDER: tuple[Mood, ...] = ("told", "claimed", "others", "heard", "asked", "supposed", "elsewhere")
_ASKED_TOO = re.compile(
    r"会不会|有没有|该不该|能不能|行不行|对不对|要不要|可不可以|有无|问:|行不$|好不$|对不$|多少|多久|什么|如何|怎么|咋"
    r"|哪[些个里天一家条几]|几(?:年|天|次|名|日)(?!没|都|了|才|后|前|内没)"
    r"|(?:是|到底|究竟|算|归|由)[^,]{1,12}还是(?!没|有|要|不)"
)
_ASKED_AFTER = re.compile(r"了(?=谁|咋|怎么|该谁|归谁|哪家|要不要)")
_UNSURE = re.compile(
    r"记不清|说不准|拿不准|不敢(?:肯定|确定)|不确定|不知真假|不知道真假|没核实|待核实|忘了$|没带$|没看清|没弄清|没弄明白|记不得"
)
# What comes next is how it really is: what came before only seemed so.
_REALLY = re.compile(r"^(?:但|可|不过|而)?(?:其实|实际上?|事实上|实则|原来是|说到底|后来(?:才)?(?:发现|查明))")
_CORRECTS = re.compile(r"^(?:不对|错了|说错了?|记错了?|写错了?|不是不是|更正|纠正)")
_HEARD_TOO = re.compile(r"吧$|说是|传言|有人讲|我猜|猜是|想来|感觉|看样子|不一定|八成|多半")
_SUPPOSED = re.compile(
    r"如果|假如|换成|假定|要是|万一|假设|倘若|若是|比如|例如|打个比方|的话[,。]|(?<!主)要(?:撤销|维持|驳回|告|起诉)"
)
_ELSEWHERE = re.compile(
    r"隔壁|别的县|外县|兄弟县|别人家|听过|(?:以前|之前|过去|从前|上次|上回|去年|前年|上个月|早先)[^,。;]{0,6}"
    r"(?:有|那)(?:过|一|这|同样|类似)?(?:个|件|起|种|回|次|家|的案|样的)|以前是|那种"
)
_BACK_HERE = re.compile(
    r"^(?:但|可|不过|其实|实际|我们?[县区镇]?|咱|俺|这次|这回|这起|这个|现在|今年|本案|今天|眼下|如今|目前)"
)
_SAYS = re.compile(
    r"(?:非说|主张|认为|觉得|以为|坚持|声称|诉称|辩称|反映|咬定|提出|称|讲|说)(?!明|不|清|得|法|理|是?复议没|了?算|好)"
)
_PLAINTIFF = re.compile(
    r"原告|申请人|村民|对方|人家|他|她|企业|公司|当事人|老百姓|群众|农民|住户|户|店|开发商|把[^,]{1,8}告|告了|起诉状"
)
_COURT = re.compile(r"法院|法官|中院|通知书|判决|裁定|决定书|文件|传票|批文|批件|复议|我们?查|查了|档案")
_OWN_WORDS = re.compile(
    r"(?:我们|咱们|俺们|我|咱|俺|本)(?P<kind>局|委|单位|部门|机关|镇|乡|街道|县|区|管委会|大队|所|中心|站)"
    r"(?!政府|人民|里[^报办]|委|办|内|域|区|长|容)"
    r"|(?<![一-龥])(?P<kind2>局|单位)里|(?<=[是的让])(?P<kind3>局|单位)里"
)
_OWN_ALONE = re.compile(
    r"(?:我们|咱们|俺们|我方)(?=[和跟与同、][\ue000-\uefff])"
    r"|(?<=[\ue000-\uefff][和跟与同、])(?:我们|咱们|俺们)(?![^,。;?!\n]{0,2}[局委镇乡县])"
)
_I_AM = re.compile(
    r"(?:(?:我们?|咱们?|俺们?)(?:这边|这里|这儿)?(?:是|在)(?:咱们?|我们)?|[\uec00-\uefff][(是系]?)(?P<unit>[\ue400-\uebff])"
)
_AROUND = f"{STOPS}:、 "
_CALLED_SHORTLY = (
    UnitKind.TOWNSHIP,
    UnitKind.SUBDISTRICT,
    UnitKind.CITY_ZONE,
    UnitKind.COUNTY_ZONE,
    UnitKind.OTHER_ZONE,
)
_SAMES: Mapping[str, str] = {"镇": "镇政府", "乡": "乡政府", "街道": "街道办", "县": "县政府", "区": "区政府"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece between two marks, in signs: where it stands, in which sentence, and its mood."""

    start: int
    end: int
    sentence: int
    mood: Mood


@dataclass(frozen=True, slots=True)
class Scene:
    """An account.

    Attributes:
        words: it, with marks and widths made alike.
        signs: it, with one sign for each unit.
        spans: for each sign, where its words stand in `words`.
        units: the units by their signs; None where the teller speaks of an own unit without naming it.
        bare: in an account from 原平市, a city that is a county, names that begin with 市 alone: by sign, the unit of
            忻州市 that such a name means elsewhere; `units` holds 原平市's own.
        slips: signs whose names are only nearly written, so that their units are no more than guesses.
        clauses: its clauses, in order.
        home: the government of the one county of the city that its units belong to.
    """

    words: str
    signs: str
    spans: tuple[tuple[int, int], ...]
    units: Mapping[str, Unit | None]
    bare: Mapping[str, Unit]
    slips: frozenset[str]
    clauses: tuple[Clause, ...]
    home: Unit | None

    def mood(self, start: int, end: int) -> Mood:
        """The mood of what stands between two places: the weakest of the clauses it touches."""
        touched = [it.mood for it in self.clauses if it.start < end and start < it.end]
        return max(touched, key=_ORDER.index, default="told")

    def clause(self, at: int) -> Clause:
        """The clause at a place."""
        return next((it for it in self.clauses if it.start <= at < it.end), self.clauses[-1])

    def sentence(self, at: int) -> str:
        """The sentence at a place, in signs."""
        number = self.clause(at).sentence
        own = [it for it in self.clauses if it.sentence == number]
        return self.signs[own[0].start : own[-1].end]

    def mood_of_words(self, start: int) -> Mood:
        """The mood at a place in the words."""
        at = next((i for i, (_, end) in enumerate(self.spans) if end > start), 0)
        return self.clause(at).mood

    def quote(self, start: int, end: int) -> tuple[str, int, int]:
        """The words of some signs without marks around them, and where they begin and end."""
        at, stop = (self.spans[start][0], self.spans[end - 1][1]) if start < end else (0, 0)
        said = self.words[at:stop]
        at += len(said) - len(said.lstrip(_AROUND))
        said = said.strip(_AROUND)
        return said, at, at + len(said)


def lay_out(text: str, units: Units, near: Unit | None = None, *, other_cases: bool = True) -> Scene:
    """Lay an account out.

    Args:
        text: the account.
        units: the region's units.
        near: the government of the case so far, from which names take what they leave open.
        other_cases: whether it may tell of other cases besides; not where it was cut into cases before.
    """
    words = plain(text)
    written, nearly = units.read(words)
    nearly = tuple(replace(it, text=it.unit.name) for it in nearly)
    signs, spans, named = _signs(words, (*written, *nearly))
    clauses = tuple(_clauses(signs, other_cases=other_cases))
    slips = frozenset(sign for sign, mention in named.items() if mention in nearly)
    here = [it for sign, it in _here(signs, named, clauses) if sign not in slips]
    home = near if near and near.place else _home(signs, here, units)
    own = dict(_of_county_city(words, signs, named, home, units))
    bare = {sign: mention.unit for sign, mention in named.items() if mention and sign in own}
    named = {**named, **own}
    here = [it for sign, it in _here(signs, named, clauses) if sign not in slips]
    placed = _placed(named, here, home, near, units)
    scene = Scene(words, signs, tuple(spans), placed, bare, slips, clauses, home)
    return replace(scene, units=_own(scene, units))


# ── signs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _signs(words: str, found: Iterable[Mention]) -> tuple[str, list[tuple[int, int]], dict[str, Mention | None]]:
    signs: list[str] = []
    spans: list[tuple[int, int]] = []
    named: dict[str, Mention | None] = {}
    taken = [(it.start, it.end, it) for it in found]
    inside = {place for start, end, _ in taken for place in range(start, end)}
    own = [match for match in _OWN_WORDS.finditer(words) if not inside.intersection(range(match.start(), match.end()))]
    pieces: list[tuple[int, int, Mention | None]] = sorted(
        [*taken, *((match.start(), match.end(), None) for match in own)], key=lambda it: it[0]
    )
    at = 0
    for start, end, mention in (*pieces, (len(words), len(words), None)):
        signs += words[at:start]
        spans += [(place, place + 1) for place in range(at, start)]
        if start < end:
            sign = chr((_own_block(words[start:end]) if mention is None else _block(mention.unit)) + len(named))
            named[sign] = mention
            signs.append(sign)
            spans.append((start, end))
        at = end
    return _own_alone("".join(signs), spans, named)


def _own_alone(
    signs: str, spans: list[tuple[int, int]], named: dict[str, Mention | None]
) -> tuple[str, list[tuple[int, int]], dict[str, Mention | None]]:
    """Make 我们 a sign where it is named in a row with a unit: 县政府和我们都被告了."""
    for match in reversed(list(_OWN_ALONE.finditer(signs))):
        sign = chr(OWN + len(named))
        named[sign] = None
        begin, end = match.span()
        spans[begin:end] = [(spans[begin][0], spans[end - 1][1])]
        signs = signs[:begin] + sign + signs[end:]
    return signs, spans, named


def _own_block(said: str) -> int:
    return GOVERNMENT if said.endswith(("县", "区")) else OWN


def _block(unit: Unit) -> int:
    if is_government(unit):
        return GOVERNMENT
    return OFFICE if unit.kind is UnitKind.GOVERNMENT_OFFICE else ORGAN


# ── moods ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _clauses(signs: str, *, other_cases: bool) -> Iterator[Clause]:
    """Cut an account into clauses; hearsay, opinion, supposition and other cases reach to the end of a sentence."""
    cuts = {match.end() for match in re.finditer(f"[{STOPS}]", signs)}
    cuts |= {match.end() for match in _ASKED_AFTER.finditer(signs)}
    cuts |= {match.start() for match in re.finditer(r"(?<=[^\s0-9,。;])\s+(?=[^\s0-9])", signs)}
    places = [0, *sorted(cuts - {0, len(signs)}), len(signs)]
    pieces = [(a, b) for a, b in pairwise(places) if a < b] or [(0, 0)]
    sentence, carried, before = 0, "told", ""
    moods: list[tuple[int, int, int, Mood]] = []
    for start, end in pieces:
        clause = signs[start:end]
        text = clause.rstrip(STOPS)
        if _BACK_HERE.match(text) and not _SAYS.search(text[:6]):
            carried = "told"
        mood = _mood(clause, text, before)
        if mood == "elsewhere" and not other_cases:
            mood = "told"
        if mood in ("claimed", "others", "heard", "supposed", "elsewhere"):
            carried = "told" if text.endswith(("吧", "哇")) else mood
        elif mood == "told":
            mood = _mood_of(carried)
        moods.append((start, end, sentence, mood))
        before = text or before
        if clause[-1:] in "。;?!\n":
            sentence += 1
            carried = "told" if carried != "elsewhere" else carried
    yield from _doubted_after(signs, moods)


def _mood_of(carried: str) -> Mood:
    return next(mood for mood in _ORDER if mood == carried)


def _doubted_after(signs: str, moods: list[tuple[int, int, int, Mood]]) -> Iterator[Clause]:
    """Weaken what the same sentence doubts, corrects or contrasts afterwards.

    昨天收到的，记不清了; 县政府被告了，不对，……; 落款是县政府，其实是…….
    """
    for sentence, its in groupby(moods, key=lambda it: it[2]):
        rows = list(its)
        corrected = max((i for i, it in enumerate(rows) if _CORRECTS.search(signs[it[0] : it[1]])), default=-1)
        doubt = [bool(_UNSURE.search(signs[start:end].rstrip(STOPS))) for start, end, _, _ in rows]
        for i, (start, end, _, mood) in enumerate(rows):
            after = i + 1 < len(rows) and doubt[i + 1] and not _is_sign(signs[rows[i + 1][0]])
            seemed = i + 1 < len(rows) and _REALLY.search(signs[slice(*rows[i + 1][:2])])
            weak = (doubt[i] or after or seemed or i <= corrected) and mood in ("told", "claimed", "others")
            yield Clause(start, end, sentence, "heard" if weak else mood)


def _is_sign(mark: str) -> bool:
    return chr(GOVERNMENT) <= mark < chr(OWN + 0x400)


def _mood(clause: str, text: str, before: str) -> Mood:
    if _SUPPOSED.search(clause):
        return "supposed"
    if _ELSEWHERE.search(text):
        return "elsewhere"
    if ASKED.search(clause) or _ASKED_TOO.search(text):
        return "asked"
    if text.startswith("说是") and _PLAINTIFF.search(before):
        return "claimed"
    if HEARD.search(text) or _HEARD_TOO.search(text):
        return "heard"
    says = _SAYS.search(text)
    if says is None:
        return "told"
    speaker = text[: says.start()] or before
    if _COURT.search(speaker):
        return "told"
    return "claimed" if _PLAINTIFF.search(speaker) else "others"


# ── whose unit ───────────────────────────────────────────────────────────────────────────────────────────────────


def _here(signs: str, named: Mapping[str, Mention | None], clauses: Iterable[Clause]) -> Iterator[tuple[str, Mention]]:
    """The units named outside clauses that tell of another case."""
    for clause in clauses:
        if clause.mood != "elsewhere":
            yield from ((sign, it) for sign in signs[clause.start : clause.end] if (it := named.get(sign)))


_FROM = re.compile(
    r"(?:^|[，,。；;：:！!？?\s]|我们?|咱们?|俺们?|在|是)(?P<place>[一-龥]{2,3}?)(?:这边|这里|这儿|这头|的?(?=[，,。：:\s]))"
)
"""Where a teller says to be from: 原平这边, 代县的，, 我是繁峙的。"""


def _home(signs: str, here: Iterable[Mention], units: Units) -> Unit | None:
    inside = {it.unit.place for it in here if it.unit.level in ("county", "township")}
    places = inside - {None}
    for said in _FROM.finditer("" if places else signs):
        if place := units.place_in(said["place"]):
            places.add(place)
    return units.parse(f"{places.pop()}人民政府") if len(places) == 1 else None


_ROW = "[和跟与同及、]"


def _of_county_city(
    words: str, signs: str, named: Mapping[str, Mention | None], home: Unit | None, units: Units
) -> Iterator[tuple[str, Mention]]:
    """市政府 and 市住建局 beside units of 原平市, a city that is a county, are its own; not where 忻州 is named.

    Nor is 市政府 in a row with 原平市政府 the same once more.
    """
    whole = "".join(sign for sign, it in named.items() if it and it.unit == home)
    for sign, it in named.items():
        own = of_county_city(it, words, home, units) if it is not None else None
        if own is None or it is None:
            continue
        row = own == home and whole and re.search(f"[{whole}]{_ROW}{sign}|{sign}{_ROW}[{whole}]", signs)
        if not row:
            yield sign, replace(it, unit=own)


def of_county_city(named: Mention, words: str, home: Unit | None, units: Units) -> Unit | None:
    """What a name that begins with 市 alone means to somebody of a city that is a county: 原平市's own.

    Args:
        named: the name.
        words: all that is said; where it names 忻州, the name means that city's.
        home: the government of the teller's county; None where it is not known.
        units: the region's.

    Returns:
        None where it means what it says.
    """
    if home is None or home.level != "county" or not (home.place or "").endswith("市"):
        return None
    unit = named.unit
    if unit.level != "city" or not named.text.startswith("市") or (unit.place or "")[:2] in words:
        return None
    if is_government(unit):
        return home
    if unit.kind is UnitKind.GOVERNMENT_OFFICE:
        return units.office(home)
    return None if unit.kind is UnitKind.CITY_ZONE else units.parse(unit.name.removeprefix("市"), near=home)


def _placed(
    named: Mapping[str, Mention | None],
    here: Iterable[Mention],
    home: Unit | None,
    near: Unit | None,
    units: Units,
) -> dict[str, Unit | None]:
    """Give names what they leave open: the county of the account's own units, the level of its only government."""
    governments = [it.unit for it in here if is_government(it.unit)] or ([near] if near else [])
    levels = {it.level for it in governments}
    beside = (home if levels == {"county"} and home else governments[0]) if len(levels) == 1 else None
    placed: dict[str, Unit | None] = {}
    for sign, mention in named.items():
        if mention is None:
            placed[sign] = None
            continue
        unit = mention.unit
        if full := _called_shortly(mention, named, units):
            unit = full
        elif unit.level is None:
            whole = _named_before(mention, named, units)
            by_level = units.parse(mention.text, near=beside) or unit
            if whole is None or whole.level == by_level.level or by_level.level is None:
                unit = whole or by_level  # 市住建局 beside 县政府: 住建局 alone may be either's, and stays open
        elif home is not None and unit.place is None and unit.level in ("county", "township"):
            unit = units.parse(mention.text, near=home) or unit
        placed[sign] = unit
    return placed


def _named_before(mention: Mention, named: Mapping[str, Mention | None], units: Units) -> Unit | None:
    """A unit named in full elsewhere in the account: 市城管局 …… 城管局."""
    full = {
        it.unit
        for it in named.values()
        if it and it.unit.level and it.unit.department and it.unit.department == mention.unit.department
    }
    return full.pop() if len(full) == 1 else None


def _called_shortly(mention: Mention, named: Mapping[str, Mention | None], units: Units) -> Unit | None:
    """What the account names in full elsewhere: 凤凰镇政府 …… 镇政府, 五寨县水利局 …… 县局."""
    if mention.unit.department is not None:
        return None
    before = {it.unit for it in named.values() if it and it.start < mention.start} - {mention.unit}
    whole = [it for it in before if it.kind in _CALLED_SHORTLY or it.department]
    full = {it for it in whole if units.parse(mention.text, near=it) == it}
    return full.pop() if len(full) == 1 else None


def _own(scene: Scene, units: Units) -> Mapping[str, Unit | None]:
    """Tell which unit the teller's own is: 我是县住建局的……我们局, or 我们镇 by its kind."""
    said = {scene.units[match["unit"]] for match in _I_AM.finditer(scene.signs)}
    me = said.pop() if len(said) == 1 else None
    told = dict(scene.units)
    for sign, (start, end) in zip(scene.signs, scene.spans, strict=True):
        if sign in told and told[sign] is None:
            kind = next((name for name in _SAMES if scene.words[start:end].endswith(name)), None)
            own = units.parse(_SAMES[kind], near=scene.home) if kind else me
            told[sign] = me if own and me and me.kind is own.kind else own
    return told
