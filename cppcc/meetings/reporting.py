"""The years whose reports to the bodies, and of the bodies to the party committee, are due; what is due once a term.

R145, R146.
"""

from django.db import transaction
from django.utils import timezone

from cppcc.deadlines.keeping import keep_many
from cppcc.deadlines.models import Deadline, DueRule, RuleSet
from cppcc.meetings.dates import TERM_RULES
from cppcc.meetings.models import Meeting, ReportingYear
from cppcc.office.models import Term


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


@transaction.atomic
def keep_term() -> None:
    """Have the dates of the present term, such as the party committee's conference; once they are there, no more."""
    today = timezone.localdate()
    for term in Term.objects.filter(starts__lte=today, ends__gte=today):
        if not Deadline.for_matter(term).exists():
            keep_many([term])


def keep_term_of(meeting: Meeting) -> None:
    """What is due once a term by a meeting of this kind follows it. R146."""
    if DueRule.objects.filter(ruleset__key=TERM_RULES, step=meeting.kind.key).exists():
        day = timezone.localdate(meeting.starts)
        keep_many(list(Term.objects.filter(starts__lte=day, ends__gte=day)))


def after_loading() -> str:
    """Says what a freshly loaded profile got."""
    keep_term()
    return f"{new} reporting years" if (new := keep_reports()) else ""
