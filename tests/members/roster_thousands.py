"""A roster of two thousand members, and what the database holds, for the tests of going in and out."""

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import connection
from openpyxl import load_workbook

from members.imports import MemberImporter
from members.models.particulars import SEALED
from tests.members.roster_rows import LABELS, identity, sheet

THOUSANDS = 2000
ETHNICITIES = ("汉族", "土家族", "苗族", "", "回族")
STATUSES = (
    ("中共党员", "中共"), ("民革党员", "民革云江"), ("无党派人士", "无党派"), ("群众", ""), ("民盟盟员", "民盟"),
)  # fmt: skip
KEYS = tuple(LABELS)
CLEAR = tuple(key for key in KEYS if key not in SEALED)


def one_row(n: int) -> dict[str, str]:
    """The n-th member, all twenty columns; two in forty share a name and differ in their month of birth."""
    alike = n % 40 == 1
    born = f"19{50 + n % 45}-{1 + n % 12:02}"
    status, party = STATUSES[n % len(STATUSES)]
    name = f"林{chr(0x4E00 + (n - alike) // 100)}{chr(0x5E00 + (n - alike) % 100)}"
    return {
        "name": name, "gender": "女" if n % 3 else "男", "born": born, "ethnicity": ETHNICITIES[n % 5],
        "political_status": status, "party": party, "sector": f"第{n % 30}试验界",
        "committees": ("试验一委、试验二委", "试验一委", "")[n % 3],
        "positions": ("常务委员", "", "", "副主席", "", "")[n % 6] if n % 7 else "",
        "employer": f"试验单位{n % 400}（集团）" if n % 11 else "", "phone": f"139{n:08}" if n % 13 else "",
        "expertise": ("金融、法律", "", "-5℃ 冷链", "@港口")[n % 4],
        "valid_from": "2022-01-10" if n % 9 else "2023-05-06", "valid_to": "2025-06-30" if n % 97 == 3 else "",
        "remark": ("", "第一行 第二行", "+86 待核", "“引号”")[n % 4],
        "education": ("大学本科", "", "博士研究生")[n % 3],
        "groups": f"第{n % 30}试验界一组" if n % 2 else "",
        "id_number": identity(born.replace("-", ""), n % 1000) if n % 5 else "",
        "address": f"试验路{n}号" if n % 5 else "", "religion": "" if n % 50 else "佛教",
    }  # fmt: skip


def thousands() -> list[dict[str, str]]:
    """Two thousand of them."""
    return [one_row(n) for n in range(THOUSANDS)]


def as_file(rows: Iterable[Mapping[str, Any]], keys: Iterable[str] = KEYS) -> bytes:
    """An Excel file of rows."""
    return sheet(rows, keys)


def read_back(data: bytes) -> list[dict[str, str]]:
    """The rows of an exported file by column key, cells as the text that they show."""
    keys = {column.label: column.key for column in MemberImporter.columns}
    head, *body = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [{keys[label]: _shown(cell) for label, cell in zip(head, row, strict=True)} for row in body]


def _shown(cell: Any) -> str:
    return "" if cell is None else cell.strftime("%Y-%m-%d") if hasattr(cell, "strftime") else str(cell)


def by_member(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    """Rows by name and month of birth."""
    return {(row["name"], row["born"]): dict(row) for row in rows}


def everything(*but: str) -> dict[str, str]:
    """A fingerprint of each table, rows and histories alike, `but` some."""
    found = {}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - set(but)
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*), md5(string_agg(r::text, chr(10) ORDER BY r::text)) FROM "{table}" r')
            found[table] = json.dumps(cursor.fetchone())
    return found
