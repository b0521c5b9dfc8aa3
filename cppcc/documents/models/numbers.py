"""Numbers that were given: successive, one a document or letter, never reused, visible when cancelled."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from cppcc.documents.models.document import Document
from cppcc.documents.models.letters import Letter
from cppcc.documents.models.reference import Counting, NumberSeries


class NumberQuerySet(models.QuerySet):
    """Numbers as the register shows them."""

    def of_year(self, series: NumberSeries, year: int) -> "NumberQuerySet":
        """The numbers of a series that were given in a year; all of a running one that were given in it."""
        found = self.filter(series=series)
        if series.counting == Counting.RUNNING:
            return found.filter(given_on__year=year)
        return found.filter(year=year)


class DocumentNumber(models.Model):
    """One number of one document or of one letter of a batch.

    `text` is what was printed, whatever the series is called later.
    """

    series = models.ForeignKey(NumberSeries, verbose_name="发文编号", on_delete=models.PROTECT, related_name="numbers")
    year = models.PositiveSmallIntegerField("年份", null=True, help_text="连续编号的为空")
    value = models.PositiveIntegerField("顺序号")
    text = models.CharField("发文字号", max_length=60)
    document = models.OneToOneField(
        Document, verbose_name="公文", on_delete=models.PROTECT, null=True, related_name="numbered"
    )
    letter = models.OneToOneField(
        Letter, verbose_name="分送信函", on_delete=models.PROTECT, null=True, related_name="numbered"
    )
    given_on = models.DateField("编号日期")
    allocated_at = models.DateTimeField("编号时间")
    cancelled_at = models.DateTimeField("作废时间", null=True)
    reason = models.CharField("作废原因", max_length=2000, blank=True)

    objects = NumberQuerySet.as_manager()

    class Meta:
        verbose_name = "文号"
        verbose_name_plural = "文号"
        ordering: ClassVar = ["series", F("year").desc(nulls_last=True), "-value"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "year", "value"], name="documents_number_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False, letter__isnull=True)
                | Q(document__isnull=True, letter__isnull=False),
                name="documents_number_of_one",
            ),
            models.CheckConstraint(condition=Q(value__gte=1), name="documents_number_positive"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, reason="") | (Q(cancelled_at__isnull=False) & ~Q(reason="")),
                name="documents_number_cancelled_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def paper(self) -> Document:
        """The document that bears it, or whose letter does."""
        found: Any = self.letter.document if self.letter else self.document  # documents_number_of_one: it has either
        return found

    @property
    def addressee(self) -> str:
        """To whom the letter that bears it goes; "" for a document."""
        return self.letter.name if self.letter else ""
