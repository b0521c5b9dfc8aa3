"""Rosters as tables and as rows for the tests of the roster."""

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from openpyxl import Workbook

from cppcc.office.models import Organization
from members.columns import CHECKS, WEIGHTS
from members.imports import MemberImporter
from members.models import Affiliation, Member, Particulars, Position, Sector
from tests.members.ledger_rows import a_member, term
from tests.world import World

LABELS = {column.key: column.label for column in MemberImporter.columns}
KIND = Affiliation.Kind
FULL = {
    "name": "赵甲子", "gender": "男", "born": "1970-03", "ethnicity": "汉族", "political_status": "民盟盟员",
    "party": "民盟", "sector": "经济界", "committees": "经济委员会、教科卫体委员会", "positions": "常务委员",
    "employer": "市教育局", "phone": "13900000001", "expertise": "金融、法律", "valid_from": "2022-01-10",
    "remark": "备注文字", "education": "大学本科",
}  # fmt: skip


def furnish_roster(world: World) -> None:
    """Positions and two sectors of the present term."""
    for order, (key, label, standing, leading) in enumerate(
        [("chair", "主席", True, True), ("vice-chair", "副主席", True, True), ("standing", "常务委员", True, False),
         ("deputy-secretary", "副秘书长", False, False)]
    ):  # fmt: skip
        Position.objects.get_or_create(
            key=key, defaults={"label": label, "standing": standing, "leading": leading, "order": order}
        )
    for order, name in enumerate(("经济界", "教育界"), start=1):
        Sector.objects.get_or_create(term=term(), name=name, defaults={"order": order})


def sheet(rows: Iterable[Mapping[str, Any]], keys: Iterable[str] = ()) -> bytes:
    """An Excel file with the columns that the rows name."""
    rows = list(rows)
    columns = list(keys) or list(dict.fromkeys(key for row in rows for key in row))
    book = Workbook()
    page = book.active
    page.append([LABELS.get(key, key) for key in columns])
    for row in rows:
        page.append([row.get(key, "") for key in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(data: bytes, name: str = "名册.xlsx") -> SimpleUploadedFile:
    """The file as a browser sends it."""
    return SimpleUploadedFile(name, data)


def bring_in(rows: Iterable[Mapping[str, Any]], *, create: bool = False, since: date | None = None, by: Any = None):
    """Import rows into the present term; the report."""
    arguments = {"term": term().pk, "since": since.isoformat() if since else ""}
    importer = MemberImporter(arguments)
    table = importer.read(sheet(rows), "名册.xlsx")
    new: dict[str, dict[str, str]] = {}
    for unknown in importer.check(table).unknown if create else ():
        new.setdefault(unknown.kind, {})[unknown.value] = ""
    return MemberImporter(arguments).apply(table, by=by, options={"new": new})


def member_named(name: str) -> Member:
    """The member of the present term."""
    return Member.objects.get(term=term(), person__name=name)


def held(member: Member, kind: str) -> list[tuple[str, date | None, date | None]]:
    """What a member belongs and belonged to of a kind: (name, from, to)."""
    rows = member.affiliations.filter(kind=kind).select_related("sector", "organization", "position")
    return [
        (str(row.target), row.valid_from, row.valid_to)
        for row in rows.order_by(F("valid_from").asc(nulls_first=True), "pk")
    ]


def identity(born: str = "197003", number: int = 1) -> str:
    """An identity number whose last digit agrees."""
    body = f"110101{born}12{number:03}"
    return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def seal_in(member: Member, **texts: str) -> Particulars:
    """Particulars with sealed texts."""
    told, _ = Particulars.objects.get_or_create(person=member.person)
    for name, text in texts.items():
        setattr(told, name, text)
    told.save()
    return told


def employer(name: str = "云江机械有限公司") -> Organization:
    """A unit where members work."""
    return Organization.objects.get_or_create(name=name, defaults={"kind": Organization.Kind.EMPLOYER})[0]


def enrolled(world: World, who: str, **given: Any) -> Member:
    """A member with a sector, a committee and an employer."""
    furnish_roster(world)
    member = a_member(world, who, committee=given.pop("committee", ""), sector=given.pop("sector", "经济界"), **given)
    Affiliation.objects.create(member=member, kind=KIND.EMPLOYER, organization=employer(), duty="经理")
    return member
