"""The calendar's entries of deadlines and of sittings."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Prefetch
from django.urls import reverse

from cppcc.deadlines.calendar import MOST, Entry, Kind, unit
from cppcc.deadlines.models import Deadline, DeadlineHolder
from cppcc.deadlines.models.deadlines import DeadlineStatus, HolderPart
from cppcc.office.access import may
from cppcc.workflow.models import Sitting

KINDS = {"deadline": Kind("期限", "amber"), "sitting": Kind("上会审议", "blue", gathering=True)}


def deadline_entries(user, start: date, end: date) -> Iterator[Entry]:
    """Deadlines that `user` may see, but those that were waived: two queries."""
    held = Prefetch("holders", DeadlineHolder.objects.filter(part=HolderPart.DO))
    shown = Deadline.objects.visible_to(user).filter(due_on__range=(start, end))
    shown = shown.exclude(status=DeadlineStatus.WAIVED).prefetch_related(held)
    for deadline in shown.order_by("due_on", "pk")[: MOST + 1]:
        yield _deadline(deadline)


def _deadline(deadline: Deadline) -> Entry:
    done = deadline.status == DeadlineStatus.DONE
    return Entry(
        start=deadline.due_on,
        end=deadline.due_on,
        label=str(deadline),
        step=deadline.label,
        kind="deadline",
        url=deadline.url,
        uid=f"deadline-{deadline.pk}",
        tone="gray" if done else "red" if deadline.is_late else KINDS["deadline"].tone,
        who=frozenset(unit(holder.organization_id) for holder in deadline.holders.all()),
        provisional=deadline.provisional and not done,
        done=done,
        late=deadline.is_late,
        revised_at=deadline.derived_at,
        revision=deadline.revision,
    )


def sitting_entries(user, start: date, end: date) -> Iterator[Entry]:
    """Sittings of bodies, for those who read them: one query."""
    if not may(user, "workflow.view_sittings"):
        return
    held = Sitting.objects.filter(held_on__range=(start, end)).select_related("body").order_by("held_on", "pk")
    for sitting in held[: MOST + 1]:
        yield Entry(
            start=sitting.held_on,
            end=sitting.held_on,
            label=f"{sitting.body.name}{f'第{sitting.number}次会议' if sitting.number else '会议'}",
            kind="sitting",
            url=reverse("workflow:sitting_detail", args=[sitting.pk]),
            uid=f"sitting-{sitting.pk}",
            tone=KINDS["sitting"].tone,
            who=frozenset({unit(sitting.body_id)}),
        )
