"""What the party committee consults the parties on in a year, as told to the office. R025."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear
from simple_history.models import HistoricalRecords


class PartyConsultation(models.Model):
    """A consultation with the parties (政党协商): its topic, its day as far as known. Kept to be joined up with."""

    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    title = models.CharField("题目", max_length=200)
    held_on = models.DateField("时间", null=True, blank=True, help_text="还没有定的可以不填，定了再补")
    organizer = models.CharField("组织单位", max_length=60, blank=True)
    note = models.CharField("衔接意见", max_length=300, blank=True, help_text="如何错开、分工或成果互通")
    version = models.PositiveIntegerField("版次", default=1, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "政党协商安排"
        verbose_name_plural = "政党协商安排"
        ordering: ClassVar = ["-year", "held_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "title"], name="consultation_party_title_unique",
                violation_error_message="这一年已经登记了同名的政党协商，请直接修改原有的一条。",
            ),
            models.CheckConstraint(
                condition=Q(held_on=None) | Q(year=ExtractYear("held_on")), name="consultation_party_day_in_year",
                violation_error_message="时间须在所填年度内，请核对。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
