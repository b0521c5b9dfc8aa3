"""Numbers: successive in their series, given at issue under a lock, never reused; 〔〕 round the year, no 01."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from cppcc.documents.models import Document, DocumentNumber, NumberSeries
from cppcc.documents.models.reference import Counting
from cppcc.workflow.clock import now


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
    series = NumberSeries.objects.select_for_update(of=("self",)).get(kinds=document.kind_id)
    year = count_year(series, day)
    last = DocumentNumber.objects.filter(series=series, year=year).aggregate(last=Max("value"))["last"]
    value = series.first_of(year) if last is None else last + 1
    text = number_text(series, value, year=day.year, serial=document.kind.serial)
    return DocumentNumber.objects.create(
        series=series, year=year, value=value, text=text, document=document, given_on=day, allocated_at=now()
    )


def cancel_number(document: Document, *, reason: str) -> None:
    """The number stays in the register with its reason and is not given again."""
    DocumentNumber.objects.filter(document=document, cancelled_at__isnull=True).update(
        cancelled_at=now(), reason=reason[:2000]
    )
