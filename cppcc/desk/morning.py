"""The morning sheet of a chair: what waits for his signature, what is late in his field, what comes in seven days.

The field: everything for the chair and the secretary-general; for a deputy secretary-general the committees that he
looks after (R128); for a vice-chair these, and the topics that he leads; for the head of a committee his committee.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Window
from django.utils import timezone

from consultation.models import CountyAdoption, Topic
from cppcc.deadlines.calendar import Entry, gather
from cppcc.deadlines.clashes import Clash, clashes_of
from cppcc.deadlines.models import Deadline, DeadlineHolder
from cppcc.deadlines.models.deadlines import HolderPart
from cppcc.desk.matters import with_matters
from cppcc.desk.periods import Days
from cppcc.office.acting import Acting
from cppcc.office.models import CommitteeRouting, Post
from cppcc.office.roles import Role
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held

LEADERS = (Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY_GENERAL, Role.COMMITTEE_HEAD)
SHOWN = 8  # rows of each part: the sheet is one page; the rest is counted
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Seats:
    """Posts as one who reads: what these posts may see, whoever holds them."""

    acting: Sequence[Acting]
    is_authenticated: bool = True
    person_id: int | None = None  # posts are nobody in person

    @property
    def posts(self) -> list[int]:
        """The posts."""
        return [acting.post_id for acting in self.acting]


def seats_of(user: Any) -> Seats:
    """The leading posts in which `user` acts today."""
    return Seats([acting for acting in user.acting if acting.role in LEADERS])


def seat_of(post: Post) -> Seats:
    """A post as if it read itself, for the office that prints its sheet."""
    return Seats([Acting(post.pk, post.role, post.organization_id, post.title, post.organization.name, 0)])


def leading_posts() -> QuerySet[Post]:
    """The posts that have a morning sheet."""
    return Post.objects.valid().filter(role__in=LEADERS).select_related("organization")


@dataclass(frozen=True)
class Part:
    """Some rows, and how many there are in all."""

    rows: Sequence[Any]
    count: int

    @property
    def more(self) -> int:
        """How many are not on the sheet."""
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Sheet:
    """All that stands on a morning sheet."""

    waiting: Part
    late: Part
    soon: Part
    today: Sequence[Entry]
    clashes: Sequence[Clash]
    everything: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.waiting.count or self.late.count or self.soon.count or self.today)

    @property
    def in_words(self) -> str:
        """The sheet in one sentence, without any title."""
        parts = [
            (self.waiting.count, "件事等您签批或办理"),
            (self.late.count, "项期限已逾期"),
            (self.soon.count, "项期限七天内到期"),
            (len(self.today), "个会议今天召开"),
        ]
        return "，".join(f"{count} {words}" for count, words in parts if count) or "没有需要您办理或关注的事项"


def morning_sheet_of(seats: Seats, today: date | None = None) -> Sheet:
    """The sheet of some posts on a day; a bounded number of queries."""
    today = today or timezone.localdate()
    meant, everything = field_of(seats)
    due = Deadline.objects.open().filter(meant)
    gatherings = [entry for entry in gather(seats, today, today).entries if entry.is_gathering]
    return Sheet(
        waiting=_waiting(seats, today),
        late=_deadlines(due.filter(due_on__lt=today), today),
        soon=_deadlines(due.filter(due_on__range=(today, today + AHEAD)), today),
        today=gatherings,
        clashes=clashes_of(gatherings),
        everything=everything,
    )


def field_of(seats: Seats) -> tuple[Q, bool]:
    """Which deadlines concern the posts, and whether these are all."""
    committees: dict[int, set[int]] = {}
    routed = CommitteeRouting.objects.valid().filter(post__in=seats.posts)
    for post, committee in routed.values_list("post", "committee"):
        committees.setdefault(post, set()).add(committee)
    if any(_sees_all(acting, committees) for acting in seats.acting):
        return Q(), True
    units = set().union(*committees.values())
    units |= {acting.organization_id for acting in seats.acting if acting.role == Role.COMMITTEE_HEAD}
    holders = DeadlineHolder.objects.filter(deadline=OuterRef("pk"), part=HolderPart.DO)
    mine = Q(organization__in=units)
    for acting in seats.acting:
        mine |= Q(organization=acting.organization_id, role=acting.role)
    return Q(Exists(holders.filter(mine))) | _led_by(seats.posts), False


def _sees_all(acting: Acting, committees: dict[int, set[int]]) -> bool:
    return acting.role == Role.CHAIR or (acting.role == Role.SECRETARY_GENERAL and acting.post_id not in committees)


def _led_by(posts: Sequence[int]) -> Q:
    """Deadlines of the topics that the posts lead, and of the counties' adoption of these."""
    topics = Topic.objects.filter(leading_chair__in=posts).values("pk")
    adoptions = CountyAdoption.objects.filter(topic__leading_chair__in=posts).values("pk")
    kinds = ContentType.objects.get_for_models(Topic, CountyAdoption)
    return Q(content_type=kinds[Topic], object_id__in=topics) | Q(
        content_type=kinds[CountyAdoption], object_id__in=adoptions
    )


def _waiting(seats: Seats, today: date) -> Part:
    rows = list(_counted(held(Waiting.objects.held_by(seats))))
    with_matters(rows)
    begun = [timezone.localdate(row.since) for row in rows]
    working = Days(min(begun, default=today), today).working
    for row, day in zip(rows, begun, strict=True):
        row.working_days = working.between(day, today) if day < today else 0
    return _part(rows)


def _deadlines(found: QuerySet[Deadline], today: date) -> Part:
    who = Prefetch("holders", DeadlineHolder.objects.filter(part=HolderPart.DO).select_related("organization"))
    rows = list(_counted(found.prefetch_related(who)))
    working = Days(min((row.due_on for row in rows), default=today), today).working
    for row in rows:
        row.working_days = working.between(row.due_on, today) if row.due_on < today else 0
    return _part(rows)


def _counted(found: QuerySet) -> QuerySet:
    """The first rows, each with how many there are in all."""
    return found.annotate(in_all=Window(Count("pk")))[:SHOWN]


def _part(rows: Sequence[Any]) -> Part:
    return Part(rows, rows[0].in_all if rows else 0)
