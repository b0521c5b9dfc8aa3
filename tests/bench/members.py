"""How long the import of a roster takes, next to reading the file and copying its rows. A measurement, no test.

    script/bench members [--rows 2000] [--json FILE]

The same file and the same run: *reading* is calamine alone; *bare copy* is COPY of the cells into a table without
keys, constraints or histories; *stored copy* is COPY of the rows that the import writes (persons, particulars,
memberships, affiliations) into tables like the real ones, with their indexes and checks
but without foreign keys. *Import* is ours from the
bytes to the last constraint: cleaning, checking, looking up, sealing, pinyin, four tables and their four histories.
Everything is rolled back. The best of the turns counts, because other work on the machine only adds.
"""

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cppcc.settings")

import django  # noqa: E402

django.setup()  # before anything with models is imported

from django.db import connection, transaction  # noqa: E402
from openpyxl import Workbook  # noqa: E402
from psycopg import sql  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402

from cppcc.office.models import Organization, Person, Term  # noqa: E402
from members.columns import CHECKS, WEIGHTS  # noqa: E402
from members.imports import MemberImporter  # noqa: E402
from members.models import Affiliation, Member, Particulars, Position  # noqa: E402

TURNS = 5
STORED = (Person, Particulars, Member, Affiliation)
LIMIT = 5  # times what reading and the stored copy take


class Undo(Exception):
    """Rolls a turn back."""


def main() -> int:
    """Measure, print the figures; 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    data, turns = workbook(options.rows), []
    try:
        with transaction.atomic():
            term = prepared(data)
            for _ in range(TURNS):
                turns.append(turn(data, term))
            raise Undo
    except Undo:
        pass
    found = {name: min(figures[name] for figures in turns) for name in turns[0]}
    reading = found["reading, s"]
    ratios = {
        "import / (reading + bare copy)": found["import, s"] / (reading + found["bare copy, s"]),
        "import / (reading + stored copy)": found["import, s"] / (reading + found["stored copy, s"]),
    }
    found |= ratios | {"rows": options.rows, "members a second": options.rows / found["import, s"]}
    sys.stdout.write("".join(f"{name:34} {value:.3f}\n" for name, value in found.items()))
    if options.json:
        with options.json.open("a", encoding="utf-8") as out:
            out.write(json.dumps(found) + "\n")
    return 0 if ratios["import / (reading + stored copy)"] <= LIMIT else 1


def identity(number: int) -> str:
    """An identity number of nobody."""
    body = f"00000019700312{number % 1000:03}"
    return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def workbook(rows: int) -> bytes:
    """A roster of twenty columns, all of them filled."""
    book = Workbook(write_only=True)
    page = book.create_sheet("名册")
    page.append([column.label for column in MemberImporter.columns])
    for n in range(rows):
        page.append([
            f"测{chr(0x4E00 + n // 100)}{chr(0x5E00 + n % 100)}", "男" if n % 3 else "女", "1970-03", "汉族",
            "民革党员", "测试民革", f"第{n % 30}界", "测试一委、测试二委" if n % 2 else "测试一委",
            "测试职务" * (n % 6 == 0),
            f"测试单位{n % 400}", f"139{n:08}", "金融、法律", "2122-01-10", "", "备注文字", "大学本科",
            f"第{n % 30}界一组", identity(n), f"云中路{n}号", "无",
        ])  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def prepared(data: bytes) -> Term:
    """A term far away, a position and all units that the roster names."""
    term = Term.objects.create(number=9999, starts=date(2122, 1, 10), ends=date(2127, 1, 9))
    Position.objects.create(key="bench", label="测试职务")
    importer = MemberImporter({"term": term.pk})
    for unknown in importer.check(importer.read(data, "名册.xlsx")).unknown:
        importer.create_unknown(unknown.kind, {unknown.value: Organization.Kind.EMPLOYER})
    return term


def took(work: Callable[[], Any]) -> float:
    """Seconds that a piece of work takes, with the constraints that wait for the end."""
    begun = time.perf_counter()
    work()
    connection.check_constraints()
    return time.perf_counter() - begun


def turn(data: bytes, term: Term) -> dict[str, float]:
    """One turn of all of them."""
    figures: dict[str, float] = {}
    rows: list[list[Any]] = []
    figures["reading, s"] = took(lambda: rows.extend(_read(data)))
    figures["bare copy, s"] = undone(lambda: took(lambda: bare_copy(rows[1:])))

    def imported() -> float:
        seconds = took(lambda: bring_in(data, term, len(rows) - 1))
        figures["stored copy, s"] = stored_copy(term)
        return seconds

    figures["import, s"] = undone(imported)
    return figures


def undone(work: Callable[[], float]) -> float:
    """The seconds of what is taken back afterwards."""
    found = 0.0
    try:
        with transaction.atomic():
            found = work()
            raise Undo
    except Undo:
        return found


def _read(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("名册").to_python()


def bare_copy(rows: list[list[Any]]) -> None:
    """The cells into a table of texts."""
    columns = ", ".join(f"c{n} text" for n in range(len(rows[0])))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bare ({columns}) ON COMMIT DROP")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def bring_in(data: bytes, term: Term, rows: int) -> None:
    """Ours."""
    importer = MemberImporter({"term": term.pk})
    report = importer.apply(importer.read(data, "名册.xlsx"), by=None)
    if report.errors or report.created != rows:
        raise AssertionError(report.errors[:3])


def stored_copy(term: Term) -> float:
    """The rows of the four tables, read back, into tables like them; seconds of the copying alone."""
    members = Member.objects.filter(term=term)
    rows: dict[Any, Any] = {
        Person: Person.objects.filter(memberships__in=members),
        Particulars: Particulars.objects.filter(person__memberships__in=members),
        Member: members,
        Affiliation: Affiliation.objects.filter(member__in=members),
    }
    lists = {model: list(rows[model].order_by("pk").values_list()) for model in STORED}
    return took(lambda: [_copy(model, lists[model]) for model in STORED])


def _copy(model: Any, rows: list[tuple]) -> None:
    table = sql.Identifier(f"like_{model._meta.db_table}")
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        like = sql.Identifier(model._meta.db_table)
        cursor.execute(sql.SQL("CREATE TEMP TABLE {} (LIKE {} INCLUDING ALL) ON COMMIT DROP").format(table, like))
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as copy:
            for row in rows:
                copy.write_row([getattr(value, "token", value) for value in row])


if __name__ == "__main__":
    sys.exit(main())
