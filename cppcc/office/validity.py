"""Rows that hold from a day to a day: the one way validity is stored and asked."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.utils import timezone


def today() -> date:
    """The office's day (Asia/Shanghai)."""
    return timezone.localdate()


def valid_on(day: date | OuterRef, prefix: str = "") -> Q:
    """Rows valid on `day`; both ends included, an empty end is open. `prefix` reaches over a relation.

    In a subquery `day` may be the outer row's (OuterRef).
    """
    start, end = f"{prefix}valid_from", f"{prefix}valid_to"
    begun = Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})
    going = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day})
    return begun & going


class ValidQuerySet(models.QuerySet):
    """Asks for what is valid on a day."""

    def valid(self, on: date | None = None) -> Self:
        """Rows valid on the day `on` (today unless given)."""
        return self.filter(valid_on(on or today()))


def never_overlapping(name: str, field: str, sentence: str) -> ExclusionConstraint:
    """The constraint `name`: rows of the same `field` hold at different times; `sentence` tells a form's user."""
    period = Func("valid_from", "valid_to", models.Value("[]"), function="DATERANGE", output_field=DateRangeField())
    return ExclusionConstraint(
        name=name,
        expressions=[(field, RangeOperators.EQUAL), (period, RangeOperators.OVERLAPS)],
        violation_error_message=sentence,
    )


class Valid(models.Model):
    """Abstract: valid from a day to a day, both included; empty means open."""

    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)

    objects = ValidQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_valid_period",
                violation_error_message="失效日期不能早于生效日期。",
            )
        ]

    def is_valid(self, on: date | None = None) -> bool:
        """Whether the row holds on the day `on` (today unless given)."""
        day = on or today()
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)
