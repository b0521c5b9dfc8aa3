"""Numbers: successive in their series, given at issue under a lock, never reused; 〔〕 round the year, no 01."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from cppcc.documents.models import Document, DocumentNumber, Letter, NumberSeries
from cppcc.documents.models.reference import Counting
from cppcc.workflow.clock import now

NUMBER = re.compile(r"[^\s〔〕\d]\S*〔[0-9]{4}〕[1-9][0-9]{0,5}号")
LONGEST = 60
WRONG_NUMBER = "文号应写成“机关代字〔四位年份〕序号号”，序号不补零，如“某办发〔2026〕3号”。"


def tidy_number(text: str) -> str:
    """A number that was typed, in the one way of writing: half-width digits, 〔〕; "" when it is none."""
    found = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = re.sub(r"[\[(【〔]([0-9]{4})[\])】〕]", r"〔\1〕", found)
    return found if NUMBER.fullmatch(found) and len(found) <= LONGEST else ""


def number_text(series: NumberSeries, value: int | str, *, year: int, serial: bool = False) -> str:
    """How a number is written: 试政协办〔2026〕3号; 第3期 for a serial publication."""
    return f"第{value}期" if serial else f"{series.code}〔{year}〕{value}号"


def count_year(series: NumberSeries, day: date) -> int | None:
    """The year in which a number of that day counts; None in a running series."""
    return None if series.counting == Counting.RUNNING else day.year


@transaction.atomic
def allocate(document: Document, *, day: date) -> DocumentNumber:
    """Give `document` the next number of its kind's series for the day of issue.

    The series' row stays locked until the transaction of the issue ends, so that a number is neither given twice nor
    lost when the issue fails.
    """
    return _given(document, [{"document": document}], day)[0]


@transaction.atomic
def allocate_letters(document: Document, letters: Sequence[Letter], *, day: date) -> list[DocumentNumber]:
    """Give each letter of a batch a number of its own, successive in the order of `letters`, under the same lock."""
    return _given(document, [{"letter": letter} for letter in letters], day)


def _given(document: Document, bearers: Sequence[dict[str, Any]], day: date) -> list[DocumentNumber]:
    series = NumberSeries.objects.select_for_update(of=("self",)).get(kinds=document.kind_id)
    year, serial = count_year(series, day), document.kind.serial
    last = DocumentNumber.objects.filter(series=series, year=year).aggregate(last=Max("value"))["last"]
    first = series.first_of(year) if last is None else last + 1
    return DocumentNumber.objects.bulk_create(
        DocumentNumber(
            series=series, year=year, value=value, text=number_text(series, value, year=day.year, serial=serial),
            given_on=day, allocated_at=now(), **bearer,
        )
        for value, bearer in enumerate(bearers, start=first)
    )  # fmt: skip


def cancel_number(document: Document, *, reason: str) -> None:
    """The number, or those of all letters of a batch, stay in the register with the reason and are not given again."""
    borne = DocumentNumber.objects.filter(Q(document=document) | Q(letter__document=document))
    borne.filter(cancelled_at__isnull=True).update(cancelled_at=now(), reason=reason[:2000])
