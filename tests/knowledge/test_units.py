"""Units: read however a person names them, printed by their proper name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.units import DEFAULT_FOLDER, Unit, UnitError, UnitKind, load_units

UNITS = load_units()
SCENARIOS = Path(__file__).parents[2].parent / "shared" / "domain" / "scenarios.jsonl"
COUNTIES = ["忻府区", "原平市", "定襄县", "五台县", "代县", "繁峙县", "宁武县", "静乐县", "神池县", "五寨县"]
COUNTIES += ["岢岚县", "河曲县", "保德县", "偏关县"]


def unit(text: str, near: str | None = None) -> Unit:
    found = UNITS.parse(text, near=UNITS.parse(near) if near else None)
    assert found is not None, text
    return found


def named(text: str) -> list[str]:
    return [mention.unit.name for mention in UNITS.mentions(text)]


@pytest.mark.parametrize(
    ("text", "name", "kind", "level", "place"),
    [
        ("忻州市人民政府", "市人民政府", "city_government", "city", "忻州市"),
        ("市政府", "市人民政府", "city_government", "city", "忻州市"),
        ("市里", "市人民政府", "city_government", "city", "忻州市"),
        ("原平市人民政府", "原平市人民政府", "county_government", "county", "原平市"),
        ("原平市政府", "原平市人民政府", "county_government", "county", "原平市"),
        ("原平", "原平市人民政府", "county_government", "county", "原平市"),
        ("县里", "县人民政府", "county_government", "county", None),
        ("某县政府", "县人民政府", "county_government", "county", None),
        ("县（市、区）人民政府", "县人民政府", "county_government", "county", None),
        ("区政府", "忻府区人民政府", "county_government", "county", "忻府区"),
        ("山西省忻州市代县人民政府", "代县人民政府", "county_government", "county", "代县"),
        ("县政府办", "县人民政府办公室", "government_office", "county", None),
        ("市府办", "市人民政府办公室", "government_office", "city", "忻州市"),
        ("原平市府办", "原平市人民政府办公室", "government_office", "county", "原平市"),
        ("府办", "政府办公室", "government_office", None, None),
        ("市司法局", "市司法局", "justice_bureau", "city", "忻州市"),
        ("原平市司法局", "原平市司法局", "justice_bureau", "county", "原平市"),
        ("区司法局", "忻府区司法局", "justice_bureau", "county", "忻府区"),
        ("司法局", "司法局", "justice_bureau", None, None),
        ("市规自局", "市规划和自然资源局", "city_department", "city", "忻州市"),
        ("市自然资源局", "市规划和自然资源局", "city_department", "city", "忻州市"),
        ("县国土局", "县自然资源局", "county_department", "county", None),
        ("原平市住建局", "原平市住房和城乡建设局", "county_department", "county", "原平市"),
        ("原平的住建局", "原平市住房和城乡建设局", "county_department", "county", "原平市"),
        ("原平市场监管局", "原平市市场监督管理局", "county_department", "county", "原平市"),
        ("市市场监管局", "市市场监督管理局", "city_department", "city", "忻州市"),
        ("市场监管局", "市场监督管理局", "unknown", None, None),
        ("住建局", "住房和城乡建设局", "unknown", None, None),
        ("住建", "住房和城乡建设局", "unknown", None, None),
        ("市卫健委", "市卫生健康委员会", "city_department", "city", "忻州市"),
        ("县卫健局", "县卫生健康局", "county_department", "county", None),
        ("保德县教育科技局", "保德县教育科技局", "county_department", "county", "保德县"),
        ("县住房和城乡建设管理局", "县住房和城乡建设管理局", "county_department", "county", None),
        ("市局", "市局", "city_department", "city", "忻州市"),
        ("代县红枣产业局", "代县红枣产业局", "county_department", "county", "代县"),
        ("县能源事务中心", "县能源事务中心", "unknown", "county", None),
        ("市生态环境局", "市生态环境局", "city_department", "city", "忻州市"),
        ("县生态环境分局", "县生态环境分局", "vertical_agency", "county", None),
        ("市生态环境局原平分局", "市生态环境局原平分局", "vertical_agency", "county", "原平市"),
        ("原平市环保局", "市生态环境局原平分局", "vertical_agency", "county", "原平市"),
        ("国家税务总局原平市税务局", "原平市税务局", "vertical_agency", "county", "原平市"),
        ("市烟草局", "市烟草专卖局", "vertical_agency", "city", "忻州市"),
        ("五台山管委会", "五台山风景名胜区管委会", "city_zone", "city", "忻州市"),
        ("忻州经开区管委会", "忻州经济开发区管委会", "city_zone", "city", "忻州市"),
        ("市经开区管委会", "忻州经济开发区管委会", "city_zone", "city", "忻州市"),
        ("原平经开区管委会", "原平经济技术开发区管委会", "county_zone", "county", "原平市"),
        ("原平经开区", "原平经济技术开发区管委会", "county_zone", "county", "原平市"),
        ("县农业示范区管委会", "县现代农业产业示范区管委会", "county_zone", "county", None),
        ("开发区管委会", "经济技术开发区管委会", "unknown", None, None),
        ("县产业园管委会", "县产业园管委会", "other_zone", "county", None),
        ("我们镇政府", "镇人民政府", "township", "township", None),
        ("轩岗镇", "轩岗镇人民政府", "township", "township", None),
        ("原平市轩岗镇政府", "原平市轩岗镇人民政府", "township", "township", "原平市"),
        ("街道办", "街道办事处", "subdistrict", "township", None),
        ("新建路街道办", "新建路街道办事处", "subdistrict", "township", None),
        ("派出所", "派出所", "authorized_organization", "county", None),
        ("原平市公安局轩岗派出所", "原平市轩岗派出所", "authorized_organization", "county", "原平市"),
        ("定襄县公安局派出所", "派出所", "authorized_organization", "county", "定襄县"),
        ("县交警大队", "县交警大队", "authorized_organization", "county", None),
        ("市公积金中心", "市住房公积金管理中心", "authorized_organization", "city", "忻州市"),
        ("司法所", "司法所", "unknown", "county", None),
        ("省政府", "省人民政府", "provincial", "province", None),
        ("省自然资源厅", "省自然资源厅", "provincial", "province", None),
        ("太原市住建局", "太原市住建局", "outside", "other", "太原市"),
        ("阳曲县公安局", "阳曲县公安局", "outside", "other", "阳曲县"),
        ("自然资源部", "自然资源部", "outside", "other", None),
        ("县委办公室", "县委办公室", "party_organ", "county", None),
    ],
)
def test_a_name_is_read(text: str, name: str, kind: str, level: str | None, place: str | None) -> None:
    found = unit(text)
    assert (found.name, found.kind.value, found.level, found.place) == (name, kind, level, place)


@pytest.mark.parametrize("text", ["", "不知道", "法院", "县检察院", "本局", "原平市住建局和财政局", "🙂"])
def test_what_names_no_single_unit_is_none(text: str) -> None:
    assert UNITS.parse(text) is None


@pytest.mark.parametrize("county", COUNTIES)
def test_all_counties_are_counties(county: str) -> None:
    government = unit(f"{county}人民政府")
    assert (government.name, government.kind, government.place) == (
        f"{county}人民政府",
        "county_government",
        county,
    )
    short = county if len(county) == 2 else county[:-1]
    assert unit(f"{short}住建局").name == f"{county}住房和城乡建设局"


@pytest.mark.parametrize(
    ("text", "near", "name", "kind"),
    [
        ("住建局", "原平市人民政府", "原平市住房和城乡建设局", "county_department"),
        ("住建", "原平市人民政府", "原平市住房和城乡建设局", "county_department"),
        ("住建局", "县政府", "县住房和城乡建设局", "county_department"),
        ("自然资源局", "市政府", "市规划和自然资源局", "city_department"),
        ("自然资源局", "原平市轩岗镇政府", "原平市自然资源局", "county_department"),
        ("县政府", "原平市住建局", "原平市人民政府", "county_government"),
        ("市政府", "原平市住建局", "市人民政府", "city_government"),
        ("司法局", "代县政府", "代县司法局", "justice_bureau"),
        ("府办", "代县政府", "代县人民政府办公室", "government_office"),
        ("县局", "市规自局", "县自然资源局", "county_department"),
        ("环保局", "代县政府", "市生态环境局代县分局", "vertical_agency"),
        ("管委会", "五台山管委会", "五台山风景名胜区管委会", "city_zone"),
        ("开发区管委会", "原平市人民政府", "原平经济技术开发区管委会", "county_zone"),
        ("开发区管委会", "五台山管委会", "忻州经济开发区管委会", "city_zone"),
        ("开发区管委会", "原平经开区", "原平经济技术开发区管委会", "county_zone"),
        ("镇政府", "原平市轩岗镇政府", "原平市轩岗镇人民政府", "township"),
        ("代县住建局", "原平市人民政府", "代县住房和城乡建设局", "county_department"),
    ],
)
def test_near_supplies_what_a_name_leaves_open(text: str, near: str, name: str, kind: str) -> None:
    found = unit(text, near)
    assert (found.name, found.kind.value) == (name, kind)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("县政府办公室发的，盖县政府章", ["县人民政府办公室", "县人民政府"]),
        ("原平市政府被告了", ["原平市人民政府"]),
        ("县政府办理的不动产证", ["县人民政府"]),
        ("报市里批的", ["市人民政府"]),
        ("县里有人说不归我们管", []),
        ("县委托住建局办的", ["住房和城乡建设局"]),
        ("不服轩岗镇政府的处罚，告了县政府", ["轩岗镇人民政府", "县人民政府"]),
        ("先不管派出所", ["派出所"]),
        ("五台县的五台山管委会", ["五台山风景名胜区管委会"]),
        ("城市管理局和市城管局", ["城市管理局", "市城市管理局"]),
        ("太原市小店区住建局", ["太原市小店区住建局"]),
        ("县自然资源局局长", ["县自然资源局"]),
        ("全市发展大局", []),
        ("公安部门和司法部门", []),
        ("市、县（市、区）人民政府司法行政部门", ["县司法局"]),
        ("原平市市水利局和代县县教育局", ["原平市水利局", "代县教育局"]),
        ("原平市市场监管局", ["原平市市场监督管理局"]),
        ("岢岚县通局", []),
        ("原平市市政府和代县县政府", ["原平市人民政府", "代县人民政府"]),
        ("县住建部门没有报批", ["县住房和城乡建设局"]),
        ("市人民政府信访局", ["市信访局"]),
        ("县房屋征收办公室和县公路管理局", ["县房屋征收办公室", "县公路管理局"]),
        ("芦芽山管委会说", ["芦芽山管委会"]),
        # 县里 and 县上 are the government, not whatever in the county is spoken of.
        ("县上批的", ["县人民政府"]),
        ("报县上同意", ["县人民政府"]),
        ("县上报市政府批的", ["市人民政府"]),
        ("县上的局、县上级单位、县上个月", []),
        ("县里分管征收的那个局", []),
        ("县里专管拆迁的", []),
        ("县里负责这块的部门", []),
        ("县里定的", ["县人民政府"]),
        ("县里管不了", []),
        # A verb before a name is no part of it.
        ("认定镇政府越权", ["镇人民政府"]),
        ("责令东寨镇政府重作", ["东寨镇人民政府"]),
        ("撤销街道办的决定", ["街道办事处"]),
        ("委托新建路街道办", ["新建路街道办事处"]),
        ("保德县市场局", ["保德县市场监督管理局"]),
    ],
)
def test_mentions_are_the_longest_in_order(text: str, names: list[str]) -> None:
    assert named(text) == names


@given(
    st.lists(
        st.sampled_from(
            [
                "县",
                "市",
                "原平",
                "政府",
                "办",
                "局",
                "住建",
                "镇",
                "区",
                "管委会",
                "里",
                "的",
                "报",
                "某",
                "五台山",
            ]
        )
    )
)
def test_mentions_lie_in_the_text_and_never_overlap(parts: list[str]) -> None:
    text = "".join(parts)
    end = 0
    for mention in UNITS.mentions(text):
        assert end <= mention.start < mention.end
        assert mention.text == text[mention.start : mention.end]
        end = mention.end


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    found = UNITS.parse(text)
    assert found is None or found.name


@pytest.mark.parametrize(
    "text", ["原平市住建局", "市规自局", "县里", "市府办", "原平经开区管委会", "县生态环境分局", "省税务局"]
)
def test_a_proper_name_reads_as_itself(text: str) -> None:
    found = unit(text)
    assert unit(found.name) == found


@pytest.mark.parametrize(
    ("text", "justice", "office", "government"),
    [
        ("市规自局", "市司法局", "市人民政府办公室", "市人民政府"),
        ("五台山管委会", "市司法局", "市人民政府办公室", "市人民政府"),
        ("县政府", "县司法局", "县人民政府办公室", "县人民政府"),
        ("原平经开区管委会", "原平市司法局", "原平市人民政府办公室", "原平市人民政府"),
        ("代县某街道办", "代县司法局", "代县人民政府办公室", "代县人民政府"),
    ],
)
def test_relations(text: str, justice: str, office: str, government: str) -> None:
    found = unit(text)
    assert UNITS.justice_bureau(found).name == justice
    assert UNITS.office(found).name == office
    assert UNITS.government_of(found) == unit(government)


def test_relations_of_what_has_no_level() -> None:
    with pytest.raises(UnitError, match="市级还是县级"):
        UNITS.justice_bureau(unit("住建局"))
    with pytest.raises(UnitError, match="市级还是县级"):
        UNITS.office(unit("省政府"))
    assert UNITS.government_of(unit("住建局")) is None
    assert UNITS.government_of(unit("市税务局")) is None
    assert UNITS.government_of(unit("轩岗镇政府")) == unit("轩岗镇政府")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("县住建局", "原平市住建局", True),
        ("住建局", "原平市住建局", True),
        ("代县住建局", "原平市住建局", False),
        ("市住建局", "县住建局", False),
        ("县政府", "县政府办", False),
        ("市政府", "原平市政府", False),
        ("镇政府", "轩岗镇政府", False),
        ("原平市轩岗镇政府", "轩岗镇政府", True),
        ("县教育局", "县教科局", False),
    ],
)
def test_two_namings_of_one_unit(one: str, other: str, same: bool) -> None:
    assert UNITS.same(unit(one), unit(other)) is same
    assert UNITS.same(unit(other), unit(one)) is same


def test_a_county_is_found_in_a_sentence() -> None:
    assert UNITS.place_in("是住建局报县政府批的，原平这边") == "原平市"
    assert UNITS.place_in("五台山那边的事") is None
    assert UNITS.place_in("原平和代县都有") is None


@pytest.mark.skipif(not SCENARIOS.exists(), reason="the labelled scenarios are not beside this checkout")
def test_the_determined_unit_of_a_scenario_can_be_named() -> None:
    for line in SCENARIOS.read_text(encoding="utf-8").splitlines():
        scenario = json.loads(line)
        expected = scenario["expected"].get("handling_unit") or ""
        if scenario["row"][0] in ("R01", "R02", "R03", "R05"):
            assert UNITS.parse(expected) == unit(expected), scenario["id"]
            assert unit(expected).name == expected.partition("（")[0], scenario["id"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("short: [工信局", "short: [财政局, 工信局", "“财政局”同时指"),
        ("departments:", "department:", "格式不对"),
        ("counties:", "counties: {", "格式不对"),
    ],
)
def test_a_broken_file_says_what_to_do(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (DEFAULT_FOLDER / "units.yml").read_text(encoding="utf-8")
    (tmp_path / "units.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnitError, match=says) as error:
        load_units(tmp_path)
    assert "\n" not in str(error.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnitError, match="重新安装"):
        load_units(tmp_path)


def test_every_kind_is_reached_by_some_name() -> None:
    names = "市政府 县政府 市住建局 县住建局 府办 司法局 五台山管委会 县开发区管委会 县产业园管委会 镇政府 街道办"
    names += " 派出所 县税务局 省政府 国务院 县委 住建局"
    assert {unit(name).kind for name in names.split()} == set(UnitKind)
