"""The year's report of deadlines, and who may do what with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.models import Deadline, DeadlineHolder
from cppcc.deadlines.models.deadlines import DeadlineStatus
from cppcc.deadlines.registry import is_by_hand
from cppcc.deadlines.working_days import load_working_days
from cppcc.office.access import may

MANAGE = "deadlines.manage_deadlines"
D = DeadlineStatus
MOST_LATE = 300  # late deadlines that the report lists one by one


def may_finish(user: Any, deadline: Deadline) -> bool:
    """Whether `user` may say that it was met: the office, and the unit that alone has to meet it.

    Where several have to, one of them must not end it for the others.
    """
    if may(user, MANAGE):
        return True
    mine = {(acting.organization_id, role) for acting in user.acting for role in (acting.role, "")}
    held = set(deadline.holders.doing().values_list("organization", "role"))
    return len({organization for organization, _ in held}) == 1 and not mine.isdisjoint(held)


def open_acts(user: Any, deadline: Deadline) -> list[dict[str, str]]:
    """The acts that `user` may do with it now: label, address, style of the button."""
    office, acts = may(user, MANAGE), []
    by_hand = deadline.is_open and is_by_hand(deadline)
    if by_hand and (office or may_finish(user, deadline)):
        acts.append(("登记完成", "finish", "primary"))
    if by_hand and office:
        acts += [("调整期限", "move", "secondary"), ("免除", "waive", "outline-danger")]
    if deadline.owes_reason and (office or may_finish(user, deadline)):
        acts.append(("补填逾期理由", "explain", "primary"))
    return [
        {"label": label, "url": reverse(f"deadlines:deadline_{name}", args=[deadline.pk]), "style": style, "name": name}
        for label, name, style in acts
    ]


@dataclass(frozen=True)
class UnitYear:
    """A unit's deadlines of a year. `late_days`: working days, of those that were met late."""

    name: str
    due: int
    met: int
    late: int
    overdue: int
    waived: int
    late_days: int

    @property
    def to_come(self) -> int:
        """Still open, and not due yet."""
        return self.due - self.met - self.late - self.overdue - self.waived


@dataclass(frozen=True)
class Report:
    """A year: units, all deadlines once, the late ones."""

    units: Sequence[UnitYear]
    total: UnitYear
    late: Sequence[Deadline]
    more: bool


def _counts(prefix: str, today: date) -> dict[str, Any]:
    """What is counted. A deadline that several units hold counts for each of them, and once in the total."""

    def when(**given: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in given.items()})

    return {
        "due": Count("pk"),
        "met": Count("pk", filter=when(status=D.DONE, late_days=0)),
        "late": Count("pk", filter=when(status=D.DONE, late_days__gt=0)),
        "overdue": Count("pk", filter=when(status=D.OPEN, due_on__lt=today)),
        "waived": Count("pk", filter=when(status=D.WAIVED)),
        "days": Coalesce(Sum(f"{prefix}late_days"), 0),
    }


def doing(user: Any) -> Prefetch:
    """To prefetch, as `doing`, those of the units that have to meet deadlines which `user` may know."""
    held = DeadlineHolder.objects.doing().shown_to(user).select_related("organization")
    return Prefetch("holders", held, to_attr="doing")


def report_of(user: Any, year: int) -> Report:
    """The report of the deadlines of `year` that `user` may see; five statements at most."""
    today = timezone.localdate()
    of_year = Deadline.objects.visible_to(user).filter(due_on__year=year)
    holders = DeadlineHolder.objects.doing().shown_to(user)
    earlier = holders.filter(
        deadline=OuterRef("deadline"), organization=OuterRef("organization"), pk__lt=OuterRef("pk")
    )  # two roles of a unit may hold one deadline; it counts once
    held = holders.filter(~Exists(earlier), deadline__in=of_year.order_by())
    by_unit = held.order_by("organization__kind", "organization__order", "organization").values(
        "organization", "organization__kind", "organization__order", "organization__name"
    )
    units = [_unit(row["organization__name"], row) for row in by_unit.annotate(**_counts("deadline__", today))]
    total = _unit("合计", of_year.order_by().aggregate(**_counts("", today)))
    late = _late(of_year.prefetch_related(doing(user)), today)
    return Report(units, total, late[:MOST_LATE], len(late) > MOST_LATE)


def _unit(name: str, row: Mapping[str, Any]) -> UnitYear:
    return UnitYear(name, row["due"], row["met"], row["late"], row["overdue"], row["waived"], row["days"])


def _late(of_year: QuerySet[Deadline], today: date) -> Sequence[Deadline]:
    """Those met late and those overdue, the longest first; an overdue one counts up to today."""
    late = Q(status=D.DONE, late_days__gt=0) | Q(status=D.OPEN, due_on__lt=today)
    found = list(of_year.filter(late).order_by("due_on", "pk")[: MOST_LATE + 1])
    days = load_working_days() if any(one.is_open for one in found) else None
    for one in found:
        if days and one.is_open:
            one.late_days = days.between(one.due_on, today)
    return found
