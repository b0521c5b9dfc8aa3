"""Who was trained in a year and who missed it; the first training of those who are new. R139."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateTimeField, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME, Attendance
from cppcc.office.validity import today
from members.models import Member

INDUCTION = "induction"  # the kind of meeting that trains new members
CAME_Q = Q(attendance__in=CAME) & ~Q(reply="deputy")


def serving_in(year: int, members: Any) -> Any:
    """Those who were members on some day of the year."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=date(year, 12, 31))
    going = Q(valid_to__isnull=True) | Q(valid_to__gte=date(year, 1, 1))
    lasting = Q(term__starts__lte=date(year, 12, 31), term__ends__gte=date(year, 1, 1))
    return members.filter(begun & going & lasting)


def day_of(year: int) -> date:
    """As of which day the page of a year speaks: its last, or today."""
    return min(date(year, 12, 31), today())


def trainings(year: int) -> list[Meeting]:
    """The trainings of a year with how many were asked, came, had leave, were absent; planned ones too. One query."""
    counts = Q(participants__participant_class__counts=True)
    came = counts & Q(participants__attendance__in=CAME) & ~Q(participants__reply="deputy")
    rows = Meeting.objects.filter(kind__training=True, starts__year=year).exclude(state=MeetingState.CANCELLED)
    return list(
        rows.select_related("kind", "room", "host").order_by("starts", "pk").annotate(
            asked=Count("participants", filter=counts), came=Count("participants", filter=came),
            on_leave=Count("participants", filter=counts & Q(participants__attendance=Attendance.LEAVE)),
            missed=Count("participants", filter=counts & Q(participants__attendance=Attendance.ABSENT)),
        )
    )  # fmt: skip


def with_training(year: int, members: Any) -> Any:
    """Members with `asked_to`, `came_to`, `leaves` (trainings of the year that ended), `newcomer`, `induced_at`."""
    at = Participant.objects.filter(
        person=OuterRef("person"), meeting__kind__training=True, meeting__state=MeetingState.CLOSED
    ).order_by()
    of_year = at.filter(meeting__starts__year=year)
    earlier = Member.objects.filter(person=OuterRef("person"), term__number__lt=OuterRef("term__number"))
    first = at.filter(CAME_Q, meeting__kind__key=INDUCTION, meeting__starts__date__gte=OuterRef("term__starts"))
    return members.annotate(
        asked_to=_count(of_year.exclude(attendance="")),
        came_to=_count(of_year.filter(CAME_Q)),
        leaves=_count(of_year.filter(attendance=Attendance.LEAVE)),
        newcomer=~Exists(earlier),
        induced_at=Subquery(
            first.values("person").annotate(at=Min("meeting__starts")).values("at"), output_field=DateTimeField()
        ),
    )


def _count(rows: QuerySet) -> Any:
    counted = rows.values("person").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


MISSED = Q(came_to=0)
NOT_INDUCED = Q(newcomer=True, induced_at__isnull=True)
CONDITIONS = (
    ("missed", "没有参加过当年培训", MISSED),
    ("not_induced", "新任委员没有参加初任培训", NOT_INDUCED),
    ("newcomers", "新任委员", Q(newcomer=True)),
    ("absent", "有缺席", Q(asked_to__gt=F("came_to") + F("leaves"))),
)


@dataclass(frozen=True)
class TrainingYear:
    """The figures of a year."""

    members: int
    trained: int
    newcomers: int
    induced: int
    held: int
    planned: int

    @property
    def share(self) -> int:
        """Members who came to one training at least, in percent."""
        return round(100 * self.trained / self.members) if self.members else 0

    @property
    def induced_share(self) -> int:
        """New members who came to their first training, in percent."""
        return round(100 * self.induced / self.newcomers) if self.newcomers else 0


def figures(rows: QuerySet[Member], meetings: Sequence[Meeting]) -> TrainingYear:
    """The figures over all members of the page (annotated by `with_training`). One query."""
    sums = rows.order_by().aggregate(
        members=Count("pk"), trained=Count("pk", filter=Q(came_to__gt=0)),
        newcomers=Count("pk", filter=Q(newcomer=True)),
        induced=Count("pk", filter=Q(newcomer=True, induced_at__isnull=False)),
    )  # fmt: skip
    held = sum(1 for meeting in meetings if meeting.state == MeetingState.CLOSED)
    return TrainingYear(**sums, held=held, planned=len(meetings) - held)
