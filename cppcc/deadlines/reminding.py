"""Writing reminders: what is pending is always what the ladder says, and those concerned hear of a move once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from cppcc.deadlines.ladder import ESCALATION, in_full, reminders_of
from cppcc.deadlines.models import Deadline, DeadlineHolder, DueRule, Reminder
from cppcc.deadlines.models.deadlines import HolderPart
from cppcc.deadlines.models.reminders import ReminderStatus
from cppcc.deadlines.working_days import WorkingDays

PENDING, CANCELLED = ReminderStatus.PENDING, ReminderStatus.CANCELLED
UNSENT = (PENDING, CANCELLED)
SAID = ["status", "due_at", "title", "body", "url"]


@dataclass(frozen=True)
class Ladder:
    """A deadline with what its reminders follow from."""

    deadline: Deadline
    rule: DueRule
    holders: Sequence[DeadlineHolder]


def rewrite_reminders(
    ladders: Sequence[Ladder], days: WorkingDays, remind_at: time, *, fresh: Collection[int] = ()
) -> None:
    """Let the pending reminders of these deadlines be exactly what their ladders say; sent ones stay as they are.

    `remind_at`: the time of the day at which the office reminds. `fresh`: deadlines (by pk) that were just made, of
    which nothing was written before.
    """
    wanted: dict[str, Reminder] = {}
    for ladder in ladders:
        wanted |= reminders_of(ladder.deadline, ladder.rule, ladder.holders, days, remind_at)
    known = [ladder.deadline.pk for ladder in ladders if ladder.deadline.pk not in fresh]
    unsent = Reminder.objects.filter(deadline__in=known, status__in=UNSENT)
    present = unsent.select_for_update()  # a tick that is just sending one of them goes first
    stale, changed = [], []
    for row in present:
        target = wanted.pop(row.key, None)
        if target is None or target.status != PENDING:
            stale += [row.pk] if row.status == PENDING else []
        elif [getattr(row, name) for name in SAID] != [getattr(target, name) for name in SAID]:
            target.pk = row.pk
            changed.append(target)
    if stale:
        Reminder.objects.filter(pk__in=stale).update(status=CANCELLED)
    if changed:
        Reminder.objects.bulk_update(changed, SAID, batch_size=500)
    Reminder.objects.bulk_create(_news(wanted.values(), fresh), ignore_conflicts=True, batch_size=1000)


def _news(made: Collection[Reminder], fresh: Collection[int]) -> list[Reminder]:
    """Without 过期未发 of what was said at that very moment under an earlier revision."""
    lapsed = {row.deadline_id for row in made if row.status == ReminderStatus.LAPSED} - set(fresh)
    said: set[tuple] = set()
    if lapsed:
        sent = Reminder.objects.filter(deadline__in=lapsed, handed_at__isnull=False)
        said = set(sent.values_list("deadline", "organization", "role", "due_at"))
    return [
        row
        for row in made
        if row.status != ReminderStatus.LAPSED
        or (row.deadline_id, row.organization_id, row.role, row.due_at) not in said
    ]


def cancel_reminders(deadlines: Collection[int]) -> None:
    """Nothing is to be said of these deadlines (by pk) any more."""
    if deadlines:
        left = Reminder.objects.filter(deadline__in=deadlines, status__in=[PENDING, ReminderStatus.LAPSED])
        left.update(status=CANCELLED)


def tell_moves(
    moves: Sequence[tuple[Deadline, date, date]], holders: Mapping[int, Sequence[DeadlineHolder]], *, at: datetime
) -> None:
    """Tell each holder once, matter by matter, which open deadlines moved. The text stands in the reminder itself."""
    told: dict[tuple[int, int, int, str], list[tuple[Deadline, date, date]]] = defaultdict(list)
    for deadline, old, new in moves:
        for holder in holders[deadline.pk] if deadline.is_open else ():
            if holder.part == HolderPart.DO:
                key = (deadline.content_type_id, deadline.object_id, holder.organization_id, holder.role)
                told[key].append((deadline, old, new))
    Reminder.objects.bulk_create([_tidings(key, rows, at) for key, rows in told.items()], ignore_conflicts=True)


def _tidings(key: tuple[int, int, int, str], rows: list[tuple[Deadline, date, date]], at: datetime) -> Reminder:
    kind, pk, organization, role = key
    first = rows[0][0]
    lines = [f"{deadline.label}：{in_full(old)}改为{in_full(new)}" for deadline, old, new in rows]
    revisions = "-".join(f"{deadline.pk}.{deadline.revision}" for deadline, _, _ in rows)
    cause = sha256(revisions.encode()).hexdigest()[:16]
    return Reminder(
        key=f"moved:{kind}:{pk}:{organization}:{role}:{cause}", mark="moved", organization_id=organization,
        role=role, due_at=at, title=f"期限有变动：{first.title}"[:200], body="\n".join(lines), url=first.url,
        rule=first.rule.rule,
    )  # fmt: skip


@transaction.atomic
def let_go(matter: models.Model, organizations: Collection[int]) -> None:
    """Drop units whose part is done before the deadline is (one of many has answered), with their reminders.

    The holders go first: a recomputation under way, which has them locked, ends before their reminders are looked for.
    """
    kind = ContentType.objects.get_for_model(matter)
    theirs = {"deadline__content_type": kind, "deadline__object_id": matter.pk, "organization__in": organizations}
    DeadlineHolder.objects.filter(**theirs, part=HolderPart.DO).delete()
    left = Reminder.objects.filter(**theirs, status__in=[PENDING, ReminderStatus.LAPSED])
    left.exclude(mark=ESCALATION).update(status=CANCELLED)
