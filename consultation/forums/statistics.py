"""What a forum, or a year of forums, comes to: steps in time, who spoke how long, sectors, invited and present."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Avg, Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from consultation.forums.reviewing import rounded
from consultation.models import Forum, ReviewScore, Speech
from consultation.models.forum import NOT_HELD
from consultation.models.speech import SpeechStatus
from cppcc.deadlines.models import Deadline
from cppcc.deadlines.models.deadlines import DeadlineStatus
from cppcc.deadlines.working_days import WorkingDays, load_working_days
from cppcc.meetings.models import Participant
from cppcc.meetings.models.participants import CAME
from cppcc.office.validity import valid_on
from members.models import Affiliation, Member

NO_SECTOR, OTHERS = "未定界别", "其他人员"
MINUTE = 60


@dataclass(frozen=True)
class StepTime:
    """A step of a forum: when due, when done, working days late (negative: early; None while open)."""

    forum: str
    label: str
    due_on: date
    done_on: date | None
    late: int | None
    overdue: bool = False

    @property
    def words(self) -> str:
        """How it stands."""
        if self.done_on is None:
            return f"逾期 {self.late} 个工作日未完成" if self.overdue else "未到期"
        if not self.late:
            return "当天完成"
        return f"逾期 {self.late} 个工作日" if self.late > 0 else f"提前 {-self.late} 个工作日"


@dataclass(frozen=True)
class StepYear:
    """A step over all forums: done in time, done late, open and over its day."""

    label: str
    met: int
    late: int
    overdue: int
    working_days: int

    @property
    def total(self) -> int:
        """All that were due."""
        return self.met + self.late + self.overdue


@dataclass(frozen=True)
class Spoken:
    """A class of speakers: speeches, people, minutes planned and spoken, over-runs."""

    label: str
    speeches: int
    people: int
    planned: int
    minutes: Decimal
    over: int


@dataclass(frozen=True)
class Came:
    """A forum or a class: how many were invited, said yes, came."""

    label: str
    invited: int
    coming: int
    present: int
    begun: bool = True

    @property
    def percent(self) -> Decimal | None:
        """Per cent of the invited who came; None where nobody was invited, and before the forum begins."""
        return rounded(Decimal(self.present * 100) / self.invited) if self.invited and self.begun else None


@dataclass(frozen=True)
class Sector:
    """A sector: its members who took part, and who spoke."""

    label: str
    present: int
    spoke: int


# --- steps ---------------------------------------------------------------------------------------------------------


def step_times(forums: Sequence[Forum], today: date) -> list[StepTime]:
    """Each dated step of each forum, by its day. Two queries. R030-R034, R053, R054."""
    names, days = {forum.pk: forum.title for forum in forums}, load_working_days()
    kind = ContentType.objects.get_for_model(Forum)
    rows = Deadline.objects.filter(content_type=kind, object_id__in=names).exclude(status=DeadlineStatus.WAIVED)
    return [
        _step(names[row.object_id], row.label, row.due_on, row.closed_on, today, days)
        for row in rows.order_by("object_id", "due_on", "pk")
    ]


def _step(forum: str, label: str, due: date, done: date | None, today: date, days: WorkingDays) -> StepTime:
    overdue = done is None and today > due
    late = days.between(due, done) if done else days.between(due, today) if overdue else None
    if done and done > due:
        late = max(late or 0, 1)  # a rest day after the last day is late as well
    return StepTime(forum, label, due, done, late, overdue)


def step_years(times: Iterable[StepTime]) -> list[StepYear]:
    """The same by step, in the order in which they come."""
    found: dict[str, list[StepTime]] = defaultdict(list)
    for one in times:
        found[one.label].append(one)
    return [
        StepYear(
            label,
            sum(one.done_on is not None and (one.late or 0) <= 0 for one in rows),
            sum(one.done_on is not None and (one.late or 0) > 0 for one in rows),
            sum(one.overdue for one in rows),
            sum(max(one.late or 0, 0) for one in rows),
        )
        for label, rows in found.items()
    ]


# --- speeches ------------------------------------------------------------------------------------------------------


def spoken(forums: Sequence[Forum]) -> list[Spoken]:
    """Who spoke how long, by class of participant, in the order of the classes. One query. R040-R046."""
    rows = Speech.objects.filter(forum__in=[forum.pk for forum in forums], status=SpeechStatus.DONE).order_by()
    limit = Coalesce("minutes", "kind__minutes")  # as a speech's own limit has it
    over = Q(seconds__gt=limit * MINUTE)
    grouped = rows.values("participant__participant_class__label", "participant__participant_class__order")
    found = grouped.annotate(
        speeches=Count("pk"), people=Count("participant__person", distinct=True), planned=Sum(limit),
        spent=Sum("seconds"), too_long=Count("pk", filter=over),
    ).order_by(F("participant__participant_class__order").asc(nulls_last=True))  # fmt: skip
    return [
        Spoken(
            row["participant__participant_class__label"] or OTHERS, row["speeches"], row["people"],
            row["planned"] or 0, rounded(Decimal(row["spent"] or 0) / MINUTE), row["too_long"],
        )
        for row in found
    ]  # fmt: skip


# --- people --------------------------------------------------------------------------------------------------------

COUNTS = {
    "invited": Count("pk", filter=Q(invited_at__isnull=False)),
    "coming": Count("pk", filter=Q(invited_at__isnull=False, reply__in=("yes", "deputy"))),
    "present": Count("pk", filter=Q(attendance__in=CAME)),
}


def _people(forums: Sequence[Forum]) -> Any:
    meetings = [forum.meeting_id for forum in forums if forum.meeting_id]
    return Participant.objects.filter(meeting__in=meetings, participant_class__counts=True).order_by()


def came_by_forum(forums: Sequence[Forum]) -> list[Came]:
    """Invited against present, by forum. One query. R035-R039."""
    found = {row["meeting"]: row for row in _people(forums).values("meeting").annotate(**COUNTS)}
    none = {"invited": 0, "coming": 0, "present": 0}
    shown = [(forum, found.get(forum.meeting_id, none)) for forum in forums]
    return [
        Came(str(forum.topic or forum.title), row["invited"], row["coming"], row["present"], begun=not forum.is_before)
        for forum, row in shown
    ]


def came_by_class(forums: Sequence[Forum]) -> list[Came]:
    """The same by class, in their order. One query."""
    grouped = _people(forums).values("participant_class__label", "participant_class__order").annotate(**COUNTS)
    rows = grouped.order_by("participant_class__order")
    return [Came(row["participant_class__label"], row["invited"], row["coming"], row["present"]) for row in rows]


def sectors(forums: Sequence[Forum]) -> list[Sector]:
    """The members who took part by the sector of the day of the forum, the most first. One query."""
    memberships = Member.objects.filter(valid_on(OuterRef("meeting__starts__date")), person=OuterRef("person"))
    rows = _people(forums).filter(Exists(memberships), attendance__in=CAME)
    belonged = Affiliation.objects.filter(
        valid_on(OuterRef("meeting__starts__date")), member__person=OuterRef("person"), kind=Affiliation.Kind.SECTOR
    ).values("sector__name")[:1]
    spoke = Count("pk", filter=Q(speeches__status=SpeechStatus.DONE), distinct=True)
    found = rows.annotate(sector=Subquery(belonged)).values("sector").annotate(
        present=Count("pk", distinct=True), spoke=spoke
    )  # fmt: skip
    made = [Sector(row["sector"] or NO_SECTOR, row["present"], row["spoke"]) for row in found]
    return sorted(made, key=lambda one: (-one.present, one.label))


def scores_by_forum(forums: Sequence[Forum]) -> dict[int, Decimal]:
    """forum pk -> what it was judged, in per cent of the best. One query. R083."""
    share = F("score") * 100.0 / F("item__best")
    rows = ReviewScore.objects.filter(sheet__forum__in=[forum.pk for forum in forums], item__best__gt=0).order_by()
    found = rows.values("sheet__forum").annotate(percent=Avg(share))
    return {row["sheet__forum"]: rounded(row["percent"]) for row in found}


def forums_of(user: Any, year: int) -> list[Forum]:
    """The forums of a year that took or take place, by their day."""
    rows = Forum.objects.visible_to(user).filter(plan__year=year).exclude(
        state__in=NOT_HELD
    )  # fmt: skip
    return list(rows.select_related("meeting", "lead", "rules", "topic").order_by("meeting__starts", "pk")[:200])
