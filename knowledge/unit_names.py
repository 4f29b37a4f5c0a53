"""How a unit's name is built: the words of ``units.yml`` and the two patterns made of them.

A name is a head (原平市, 市, 县, 太原市), a tail (人民政府, 住建局, 轩岗镇政府), or both. ``known`` finds
those whose tail is listed, ``unlisted`` those with a head and a tail that only looks like a unit
(县红枣产业局). Both are compiled once. ``knowledge.units`` turns what they find into units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.data_files import read_yaml
from knowledge.errors import KnowledgeError

Level = Literal["city", "county", "township", "province", "other"]

# Characters that end the name of a township or an unlisted unit: marks, and words that lead up to a name.
_STOP = (
    r"\W\dA-Za-z的了是被把和与及同跟向对给让请由经报告诉找问说到在为以从我们咱你他她它某本该这那各两几有去叫不服罚"
    r"批收就府县市省委局办会厅部称因将并即如若等但而或且也都还又只要想应受理里送交达按据一个隔壁管"
)
LETTER = f"[^{_STOP}]"
# After a head fewer need to: 县公路管理局, 县房屋征收办公室.
_INNER = (
    r"[^\W\dA-Za-z的了是被把和与及跟向给让请告报诉批找问说到在我们咱你他她它本该这那各几叫不服罚就"
    r"府县市省委局办厅称将并即若但或且也还又只想受送拆副啥什个]"
)
# 县里 is the county's government, but not in 县里有人, 县里的 or 县里管这块的单位.
_NOT_ITS = (
    r"(?![有的没头某哪谁几各那这管啥什咋\d“\"百千万两一二三四五六七八九十]|主管|分管|负责|专管|专门"
    r"|[^,，。;；]{0,10}?的(?:[那这某]?[一两几]?[个家])?(?:单位|部门|机关|局|人|干部|领导))"
)
_AS_GOVERNMENT = f"里{_NOT_ITS}"
# 县上 is said alike; 县上报 and 县上级 are not that.
_AT_COUNTY = f"上(?![报级访诉次个周月面半网传缴交述去来班午游市限下海线门台任岗涨升手山学车户当到年学届层]){_NOT_ITS}"
# Verbs that stand right before a name and are no part of it: 确认乡政府程序违法.
VERB = (
    "确认|认定|认为|撤销|维持|驳回|变更|责令|要求|起诉|状告|控告|单告|支持|指定|会同|联合|委托|授权|起草|拟定|牵头|配合|上级|告住|追加|改告"
    "|加告|判决|判令|裁定|通知|督促|协助|举报|投诉|反映|包括|涉及|属于|作为|成为|改成|变成|以为|针对|代表|代替|要求|建议|提醒|答复|责成"
)
_TAILS = ("政府", "人民政府", "镇政府", "乡政府", "政府办公室", "街道办", "街道办事处", "管委会", "管理委员会")
_BUREAU = "局(?![部面限势])"
_BOARD = "(?:管理委员会|管委会)"


class UnitError(KnowledgeError):
    """The list of units is unusable, or a unit does not tell what is asked of it."""


@dataclass(frozen=True, slots=True)
class Body:
    """A row of ``departments``: a field of work and its names at each level.

    Attributes:
        id: as in the file.
        kind: department, justice, vertical, authorized or unclear.
        city: name after 市.
        county: name after the county.
        county_kind: kind where it is a county's.
        branch: form of the name where a county has only a 分局 of the city's bureau, with ``{place}``.
        level: what the bare name already tells.
        named: whether the name of a place stands before it (轩岗派出所).
        branches: whether it may have 分局.
        kept: names that stay as written.
        words: all names it goes by in a sentence.
        spoken: names it goes by only where they are the whole answer.
    """

    id: str
    kind: str
    city: str
    county: str
    county_kind: str
    branch: str | None
    level: Level | None
    named: bool
    branches: bool
    kept: frozenset[str]
    words: tuple[str, ...]
    spoken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The words of one city's units.

    Attributes:
        city: 忻州市.
        short: county → its short spoken name.
        county: full or short name → county.
        district: the one county that is a 区, which 区 alone then means; None if there are several or none.
        city_zones: name or usual name → canonical name.
        zone_types: kind of county zone, any word → canonical word.
        city_zone_of: kind of zone → the city zone that 市 before that kind means.
        by_id, by_word, by_spoken: the bodies.
        tails: what follows a place's name or a level, and is long enough to be known when it is mistyped.
        known, unlisted: the patterns; their groups are named after what they find.
    """

    city: str
    short: Mapping[str, str]
    county: Mapping[str, str]
    district: str | None
    city_zones: Mapping[str, str]
    zone_types: Mapping[str, str]
    city_zone_of: Mapping[str, str]
    by_id: Mapping[str, Body]
    by_word: Mapping[str, Body]
    by_spoken: Mapping[str, Body]
    tails: frozenset[str]
    known: re.Pattern[str]
    unlisted: re.Pattern[str]


def read_names(path: Path) -> Names:
    """Read a ``units.yml``.

    Raises:
        UnitError: if the file is missing, is not built as it should be, or gives one name to two units.
    """
    try:
        return _names(read_yaml(path))
    except OSError as error:
        raise UnitError(f"读不到单位名录{path}，请重新安装本程序。") from error
    except UnitError as error:
        raise UnitError(f"单位名录{path}有误：{error}") from error
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        said = " ".join(str(error).split())
        raise UnitError(f"单位名录{path}的格式不对（{said}），请恢复原文件。") from error


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; grouped by first letter, so that a miss is cheap."""
    groups: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        groups.setdefault(word[0], []).append(word[1:])
    return "(?:" + "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in groups.items()) + ")"


def _names(data: Mapping[str, Any]) -> Names:
    short = {row["name"]: row["short"] for row in data["counties"]}
    districts = [name for name in short if name.endswith("区")]
    bodies = [_body(row) for row in data["departments"]]
    by_word = _index((word, body) for body in bodies for word in body.words)
    by_spoken = _index((word, body) for body in bodies for word in body.spoken)
    county = {**{spoken: name for name, spoken in short.items()}, **{name: name for name in short}}
    city_zones = {word: row["name"] for row in data["city_zones"] for word in (row["name"], *row["also"])}
    zone_types = {word: row[0] for row in data["county_zone_types"] for word in row}
    known, unlisted = _patterns(data, county, city_zones, zone_types, by_word, by_spoken)
    return Names(
        city=data["city"]["name"],
        short=short,
        county=county,
        district=districts[0] if len(districts) == 1 else None,
        city_zones=city_zones,
        zone_types=zone_types,
        city_zone_of={row["type"]: row["name"] for row in data["city_zones"] if "type" in row},
        by_id={body.id: body for body in bodies},
        by_word=by_word,
        by_spoken=by_spoken,
        tails=frozenset({*_TAILS, *(word for word in by_word if len(word) > 2)}),
        known=known,
        unlisted=unlisted,
    )


def _body(row: Mapping[str, Any]) -> Body:
    kind, kept = row.get("kind", "department"), tuple(row.get("variants", ()))
    city, county = row["city"], row.get("county", row["city"])
    return Body(
        id=row["id"],
        kind=kind,
        city=city,
        county=county,
        county_kind=row.get("county_kind", kind),
        branch=row.get("branch"),
        level=row.get("level"),
        named=row.get("named", False),
        branches=row.get("branches", False),
        kept=frozenset(kept),
        words=tuple(dict.fromkeys((city, county, *row.get("short", ()), *kept))),
        spoken=tuple(row.get("spoken", ())),
    )


def _index(pairs: Iterable[tuple[str, Body]]) -> dict[str, Body]:
    index: dict[str, Body] = {}
    for word, body in pairs:
        if index.setdefault(word, body) is not body:
            raise UnitError(f"“{word}”同时指{index[word].id}和{body.id}，请只留一处。")
    return index


def _patterns(
    data: Mapping[str, Any],
    county: Mapping[str, str],
    city_zones: Mapping[str, str],
    zone_types: Mapping[str, str],
    by_word: Mapping[str, Body],
    by_spoken: Mapping[str, Body],
) -> tuple[re.Pattern[str], re.Pattern[str]]:
    outside, province, short = data["elsewhere"], data["province"], data["city"]["short"]
    ends = [(mine, its) for its in outside["counties"] for mine in county if mine.endswith(its) and mine != its]
    before = {mine[: -len(its) + more] for mine, its in ends for more in (0, 1)}
    not_ours = "".join(f"(?<!{it})" for it in sorted(before))  # 岚县 is no part of 岢岚县, nor of 岢岚岚县
    counties = f"{not_ours}{any_of(outside['counties'])}"
    cities = "|".join(f"{name}市?" for name in outside["cities"])
    above = "(?:国家税务总局|国家统计局|国家金融监督管理总局)?"  # before the full names of their offices
    head = (
        rf"(?:(?P<elsewhere>(?:{province})?(?:(?:{cities}){counties}?|{counties})|{any_of(outside['provinces'])})"
        rf"|{above}(?:{province})?(?:{short}市?)?(?P<county>{any_of(county)})(?!山)"
        rf"(?:这边的|里的|的|[市县区](?=人民政府|政府|府|委)|(?:(?<=市)市(?!场)|(?<=县)县)(?={any_of(by_word)}))?"
        rf"|{above}(?:{province})?(?P<city>{short}市市(?=人民政府|政府|府|委)|{short}市?|(?<![城超都夜菜门])市(?:里的|级|里|的)?)"
        r"|(?P<generic>县[（(]市、?区[）)]|县、?市、?区|县级市"
        r"|(?:县|(?<![小社地园校景山城片辖灾牧林矿新老库发范胜护游假聚港业])区)(?:里的|级|里|的)?)"
        rf"|(?P<province>{province}|省(?:里的|级|里|的)?))"
    )
    branches = any_of(word for word, body in by_word.items() if body.branches and word.endswith("局"))
    bureaus = any_of(word for word in by_word if word.endswith("局"))
    own = any_of(city_zones)  # 五台县 before 五台山管委会 is not its head
    named = any_of(word for word, body in by_word.items() if body.named)
    # The commonest first; the rest in such an order that the longer of two readings comes before the shorter.
    tails = (
        r"(?P<office>(?:人民)?政府办公[室厅]|府办(?!事)"
        r"|(?:人民)?政府办(?![理事案证结完了过得学会成起]|的[证案事手]))",
        rf"(?(head)(?P<government>人民政府(?!{any_of(by_word)})|政府|(?<!政[市县区])府(?![谷城区]))|(?!))",
        rf"(?P<branch>(?P<branch_of>{branches})(?P<branch_at>{any_of(county)}|{LETTER}{{1,4}}?)[县区]?分局)",
        rf"(?(head)(?:{bureaus})?(?:某|(?P<name>{LETTER}{{1,6}}?))?|)(?P<named>{named})",
        rf"(?(head)(?:人民政府)?|)(?P<body>{any_of(by_word)})",
        rf"(?(head)(?P<field>{any_of(by_spoken)})部门|(?!))",
        rf"(?P<zone>{any_of(zone_types)}){_BOARD}",
        rf"(?(head)(?!{own})某?{LETTER}{{0,8}}?|)(?P<other_zone>{any_of(data['other_zone_types'])}){_BOARD}",
        rf"(?(head)(?!{own}){LETTER}{{0,6}}?|)(?P<bare_zone>{_BOARD})",
        rf"(?(head)(?!{VERB})(?:某|{LETTER}{{1,3}}?)?|)(?P<township>乡镇|镇|乡)(?:人民政府|政府|{_AS_GOVERNMENT})",
        rf"(?(head)(?!{VERB})(?:某|{LETTER}{{1,5}}?)?|)(?P<subdistrict>街道办事处|街道办)",
        rf"(?(head)(?P<party>{any_of(data['party'])})(?![托员派任书])|(?!))",
        rf"(?(head)(?P<bureau>{_BUREAU})|(?!))",
    )
    state = (
        rf"(?P<state>国务院(?:办公厅|{LETTER}{{2,12}}?(?:部|委员会|局|办公室))?"
        rf"|{any_of(outside['ministries'])}部(?![门分长署队级委])|国家{LETTER}{{2,10}}?(?:总局|局|委员会|委))"
    )
    known = (
        rf"(?P<city_zone>{own})|(?P<head>{head})?(?:{'|'.join(tails)})|{state}"
        rf"|(?P<as_government>[市县区省](?={_AS_GOVERNMENT})|县(?={_AT_COUNTY}))[里上]"
    )
    unlisted = rf"(?P<head>{head})(?!{VERB})(?P<unlisted>{_INNER}{{1,12}}?(?:{_BUREAU}|委员会|办公室|中心|厅))"
    # Most positions of a sentence cannot begin a name: one look at the letter there spares the rest.
    heads = [*outside["cities"], *outside["counties"], *outside["provinces"], *county, province, short]
    heads += ["国家", "市", "县", "区", "省"]
    words = [*by_word, *city_zones, *zone_types, *data["other_zone_types"], *outside["ministries"]]
    words += ["人民政府", "政府", "府办", "管委会", "乡", "镇", "街道", *heads]
    return re.compile(_first(words) + f"(?:{known})"), re.compile(_first(heads) + unlisted)


def _first(words: Iterable[str]) -> str:
    """A look ahead at the first letters of the words."""
    return f"(?=[{''.join(sorted({word[0] for word in words}))}])"
