"""The years whose reports to the bodies, and of the bodies to the party committee, are due. R145, R146."""

from django.db import transaction
from django.utils import timezone

from cppcc.deadlines.keeping import keep_many
from cppcc.deadlines.models import RuleSet
from cppcc.meetings.models import ReportingYear


@transaction.atomic
def keep_reports() -> int:
    """Have the dates of this year's reports and, from December on, of the coming one's; how many years are new."""
    if not RuleSet.objects.filter(key="reporting").exists():
        return 0
    today = timezone.localdate()
    years = [today.year, today.year + 1] if today.month == 12 else [today.year]
    known = set(ReportingYear.objects.filter(year__in=years).values_list("year", flat=True))
    new = ReportingYear.objects.bulk_create(
        [ReportingYear(year=year) for year in years if year not in known], ignore_conflicts=True
    )
    if new:
        keep_many(list(ReportingYear.objects.filter(year__in=[row.year for row in new])))
    return len(new)


def after_loading() -> str:
    """Says what a freshly loaded profile got."""
    return f"{new} reporting years" if (new := keep_reports()) else ""
