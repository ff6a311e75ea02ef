"""Who works in the demo company. Every name is invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tokimori.foundation.access.permissions import Role


class Crew(StrEnum):
    """Who works alike."""

    OFFICE = "office"
    FLEX = "flex"
    NIGHT = "night"
    PART_TIME = "part_time"
    BANGKOK = "bangkok"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """One person of the demo."""

    code: str
    family_name: str
    given_name: str
    phonetic_name: str
    crew: Crew
    site_code: str
    division_code: str
    type_code: str
    leader_code: str | None
    roles: frozenset[Role]
    language: str


_EMPLOYEE: Final = frozenset({Role.EMPLOYEE})
_MANAGER: Final = frozenset({Role.EMPLOYEE, Role.MANAGER})

_TOKYO: Final = (
    ("佐藤", "愛子", "サトウ アイコ"), ("鈴木", "勉", "スズキ ベン"), ("高橋", "千恵", "タカハシ チエ"),
    ("田中", "絵里", "タナカ エリ"), ("伊藤", "健", "イトウ ケン"), ("渡辺", "美咲", "ワタナベ ミサキ"),
    ("山本", "大輔", "ヤマモト ダイスケ"), ("中村", "陽子", "ナカムラ ヨウコ"), ("小林", "翔太", "コバヤシ ショウタ"),
    ("加藤", "由美", "カトウ ユミ"), ("吉田", "拓也", "ヨシダ タクヤ"), ("山田", "さくら", "ヤマダ サクラ"),
    ("佐々木", "誠", "ササキ マコト"), ("長宗我部", "龍之介", "チョウソカベ リュウノスケ"),
)  # fmt: skip
_FLEX: Final = (
    ("松本", "玲奈", "マツモト レナ"), ("井上", "悠", "イノウエ ユウ"), ("木村", "直樹", "キムラ ナオキ"),
    ("林", "葵", "ハヤシ アオイ"), ("清水", "亮", "シミズ リョウ"), ("Fitzgerald-Worthington", "Alexandra", ""),
)  # fmt: skip
_NIGHT: Final = (
    ("森", "剛", "モリ ツヨシ"), ("池田", "隆", "イケダ タカシ"), ("橋本", "和也", "ハシモト カズヤ"),
    ("阿部", "浩二", "アベ コウジ"), ("石川", "恵", "イシカワ メグミ"), ("山崎", "徹", "ヤマザキ トオル"),
    ("中島", "修", "ナカジマ オサム"), ("前田", "久美子", "マエダ クミコ"),
)  # fmt: skip
_PART_TIME: Final = (
    ("岡田", "真理", "オカダ マリ"), ("藤田", "奈々", "フジタ ナナ"), ("後藤", "明美", "ゴトウ アケミ"),
    ("村上", "優", "ムラカミ ユウ"), ("近藤", "幸子", "コンドウ サチコ"), ("青木", "智子", "アオキ トモコ"),
)  # fmt: skip
_BANGKOK: Final = (
    ("สุวรรณรัตน์", "กมลชนก"), ("ใจดี", "สมชาย"), ("ศรีสุข", "มาลี"), ("วงศ์ใหญ่", "ธนากร"), ("แก้วมณี", "พิมพ์ชนก"),
    ("ทองดี", "อนุชา"), ("รุ่งเรือง", "ศิริพร"), ("พงษ์พานิช", "ณัฐวุฒิ"), ("จันทร์เพ็ญ", "วราภรณ์"), ("บุญมา", "ประเสริฐ"),
    ("อยู่สุข", "กนกวรรณ"), ("เจริญสุข", "ชัยวัฒน์"),
)  # fmt: skip

DIVISIONS: Final[tuple[tuple[str, str, str | None], ...]] = (
    ("hq", "本社", None),
    ("hq-admin", "管理部", "hq"),
    ("hq-sales", "営業部", "hq"),
    ("hq-design", "設計部", "hq"),
    ("hq-design-1", "設計一課", "hq-design"),
    ("hq-design-2", "設計二課", "hq-design"),
    ("plant", "大阪工場", None),
    ("plant-night", "製造一課（夜勤）", "plant"),
    ("plant-pack", "梱包課", "plant"),
    ("bkk", "สำนักงานกรุงเทพฯ", None),
    ("bkk-make", "ฝ่ายผลิต", "bkk"),
    ("bkk-office", "ฝ่ายบริหาร", "bkk"),
)
"""The tree of divisions: code, name, and the code of the one above."""

TYPES: Final = (
    ("regular", "正社員"),
    ("contract", "契約社員"),
    ("part-time", "パートタイマー"),
    ("hourly", "พนักงานรายชั่วโมง"),
)
"""The employee types: code and name."""

_IN_OFFICE_IN_BANGKOK: Final = 4
_REGULAR_IN_BANGKOK: Final = 8
_REGULAR_AT_NIGHT: Final = 6

GRANT_HOLDER: Final = "1010"
"""Who looks after the plant in Osaka without leading anybody there."""

_SPECIAL_ROLES: Final[Mapping[str, frozenset[Role]]] = MappingProxyType(
    {
        "1002": _MANAGER,
        "1003": frozenset({Role.EMPLOYEE, Role.PAYROLL}),
        "1004": frozenset({Role.EMPLOYEE, Role.AUDITOR}),
        "1006": frozenset({Role.EMPLOYEE, Role.ADMINISTRATOR}),
        "3001": _MANAGER,
        "5001": _MANAGER,
    }
)

FIRST_TO_SIGN_IN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1001": "employee",
        "1002": "manager",
        "1003": "payroll",
        "1004": "auditor",
        "1006": "administrator",
        "5001": "manager in Bangkok",
    }
)
"""For whom the demo prints a first-sign-in link, and what he can show."""


def demo_people() -> tuple[DemoPerson, ...]:
    """Return everyone, leaders before those they lead."""
    tokyo, osaka, bangkok = "tokyo", "osaka", "bangkok"
    rows = [
        *_crew(1000, _TOKYO, crew=Crew.OFFICE, site=tokyo, leader="1002", language="ja"),
        *_crew(2000, _FLEX, crew=Crew.FLEX, site=tokyo, leader="1002", language="ja"),
        *_crew(3000, _NIGHT, crew=Crew.NIGHT, site=osaka, leader="3001", language="ja"),
        *_crew(4000, _PART_TIME, crew=Crew.PART_TIME, site=osaka, leader="3001", language="ja"),
        *_crew(
            5000, tuple((*name, "") for name in _BANGKOK), crew=Crew.BANGKOK, site=bangkok, leader="5001", language="th"
        ),
    ]
    return tuple(sorted(rows, key=lambda person: (Role.MANAGER not in person.roles, person.code)))


def _crew(
    base: int, names: tuple[tuple[str, str, str], ...], *, crew: Crew, site: str, leader: str, language: str
) -> list[DemoPerson]:
    people = []
    for number, (family, given, phonetic) in enumerate(names, start=1):
        code = str(base + number)
        roles = _SPECIAL_ROLES.get(code, _EMPLOYEE)
        # Payroll decides on the leaders' own months, hence leaders have no leader here.
        people.append(
            DemoPerson(
                code=code,
                family_name=family,
                given_name=given,
                phonetic_name=phonetic,
                crew=crew,
                site_code=site,
                division_code=_division(crew, number),
                type_code=_type(crew, number),
                leader_code=None if code == leader else leader,
                roles=roles,
                language=language,
            )
        )
    return people


def _division(crew: Crew, number: int) -> str:
    """Return where somebody belongs, by his place in the list of his crew."""
    match crew:
        case Crew.OFFICE:
            return ("hq-admin", "hq-sales")[number % 2]
        case Crew.FLEX:
            return ("hq-design-1", "hq-design-2")[number % 2]
        case Crew.NIGHT:
            return "plant-night"
        case Crew.PART_TIME:
            return "plant-pack"
        case Crew.BANGKOK:
            return "bkk-office" if number <= _IN_OFFICE_IN_BANGKOK else "bkk-make"


def _type(crew: Crew, number: int) -> str:
    match crew:
        case Crew.PART_TIME:
            return "part-time"
        case Crew.BANGKOK if number > _REGULAR_IN_BANGKOK:
            return "hourly"
        case Crew.NIGHT if number > _REGULAR_AT_NIGHT:
            return "contract"
        case _:
            return "regular"
