"""Keeping deadlines in step with matters, rules and the working calendar, and their reminders with them.

Everything here runs in the transaction of its cause. A deadline follows from its anchor; nothing else writes its day
but `closing.move_by_hand`, and what was moved by hand stays until its anchor moves.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from cppcc.deadlines.deriving import Batch, Moved, day_of, derive
from cppcc.deadlines.models import Deadline, DeadlineHolder, DeadlineMove, DeliverySetting, DueRule
from cppcc.deadlines.registry import DATED, Dated
from cppcc.deadlines.reminding import Ladder, cancel_reminders, rewrite_reminders, tell_moves
from cppcc.deadlines.working_days import WorkingDays, load_working_days
from cppcc.workflow.clock import now
from cppcc.workflow.models import Waiting

Cause = DeadlineMove.Cause
WRITTEN = (
    "rule", "label", "title", "url", "anchor_on", "due_on", "provisional", "warning", "moved_by_hand", "status",
    "revision", "derived_at", "closed_on", "late_days", "reason",
)  # fmt: skip
ATTRIBUTES = [Deadline._meta.get_field(name).attname for name in WRITTEN]


def keep_dates(matter: models.Model, *, by: Any = None, reason: str = "", fresh: bool = False) -> list[Moved]:
    """Bring the deadlines of one matter in step with it; nothing for a kind without dates. `fresh`: it has none yet."""
    return keep_many([matter], by=by, reason=reason, fresh=fresh)


@transaction.atomic
def keep_many(
    matters: Sequence[models.Model],
    *,
    by: Any = None,
    cause: Cause = Cause.ANCHOR,
    reason: str = "",
    rules: Collection[int] = (),
    days: WorkingDays | None = None,
    fresh: bool = False,
) -> list[Moved]:
    """The same for many saved matters of one model, in a constant number of statements.

    `rules`: those that were edited, whose ladders are made anew. `days`: the calendar, where it was just read.
    `fresh`: the matters were made in this transaction, and have none yet. Those concerned with a deadline that moved
    are told once. Returns what moved.
    """
    model = type(matters[0]) if matters else None
    dated = DATED.get(model) if model else None
    if model is None or dated is None:
        return []
    present = {} if fresh else _present(model, [matter.pk for matter in matters])
    batch = Batch(timezone.now(), rules, cause != Cause.ANCHOR, days)
    loaded = list(dated.load(model._default_manager.filter(pk__in=[matter.pk for matter in matters])))
    asked = _rules_of(dated, loaded)  # under the lock: whoever changed a rule meanwhile was waited for
    if not asked:
        return []
    stored = {deadline.pk: _values(deadline) for steps in present.values() for deadline in steps.values()}
    for matter in loaded:
        derive(matter, dated, asked, present.get(matter.pk, {}), batch)
    _write(batch, stored, cause=cause, by=by, reason=reason)
    return batch.moved


@transaction.atomic
def recompute(*, cause: Cause, by: Any = None, reason: str = "", rules: Collection[int] = ()) -> list[Moved]:
    """Bring all open deadlines in step with edited `rules` or a changed working calendar. Returns what moved."""
    by_model: dict[type[models.Model], set[int]] = defaultdict(set)
    for kind, pk in Deadline.objects.open().order_by().values_list("content_type", "object_id").distinct():
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is not None:
            by_model[model].add(pk)
    moved: list[Moved] = []
    for model in DATED:  # in one order, as acts lock: a plan's deadlines before those of its counties
        if pks := sorted(by_model.get(model, ())):
            _wait_for_acts(model, pks)
            moved += keep_many([model(pk=pk) for pk in pks], by=by, cause=cause, reason=reason, rules=rules)
    return moved


@transaction.atomic
def catch_up() -> int:
    """Give deadlines to matters that somebody holds and that began before their rules were there; how many are new."""
    before = Deadline.objects.count()
    for model in DATED:
        kind = ContentType.objects.get_for_model(model)
        dated = Deadline.objects.filter(content_type=kind).values("object_id")
        held = Waiting.objects.filter(content_type=kind).exclude(object_id__in=dated)
        keep_many([model(pk=pk) for pk in sorted(set(held.values_list("object_id", flat=True)))])
    return Deadline.objects.count() - before


def preview(days: WorkingDays | None = None, rules: Mapping[int, DueRule] | None = None) -> list[Moved]:
    """What would move with another calendar, or with these rules (unsaved, by pk); nothing is written."""
    calendar, changed = days or load_working_days(), rules or {}
    found = []
    for deadline in Deadline.objects.open().filter(moved_by_hand=False).select_related("rule"):
        there = day_of(deadline.anchor_on, changed.get(deadline.rule_id, deadline.rule), calendar)
        if there.day != deadline.due_on:
            found.append(Moved(deadline, deadline.due_on, there.day))
    return found


def _locked(model: type[models.Model], pks: Sequence[Any]) -> models.QuerySet[Deadline]:
    """The deadlines of these matters; locked when they are read, in one order."""
    kind = ContentType.objects.get_for_model(model)
    return Deadline.objects.select_for_update().filter(content_type=kind, object_id__in=pks).order_by("pk")


def _wait_for_acts(model: type[models.Model], pks: Sequence[Any]) -> None:
    """Lock deadlines and holders of these matters: acts under way end first, and what they made is read afterwards."""
    deadlines = list(_locked(model, pks).values_list("pk", flat=True))
    list(DeadlineHolder.objects.select_for_update().filter(deadline__in=deadlines).order_by("pk").values_list("pk"))


def _present(model: type[models.Model], pks: Sequence[Any]) -> dict[int, dict[str, Deadline]]:
    """matter pk -> step -> its deadline, locked."""
    found: dict[int, dict[str, Deadline]] = defaultdict(dict)
    for deadline in _locked(model, pks):
        found[deadline.object_id][deadline.step] = deadline
    return found


def _rules_of(dated: Dated, matters: Sequence[models.Model]) -> list[DueRule]:
    """The rules of all times; each matter takes those of its set that are valid on its anchor day.

    Each brings along at what time of the day the office reminds.
    """
    found = DueRule.objects.filter(ruleset__key__in={dated.set_of(matter) for matter in matters})
    found = found.annotate(remind_at=DeliverySetting.clock())
    return list(found.select_related("ruleset").order_by("order", "pk"))


def _values(deadline: Deadline) -> list[Any]:
    return [getattr(deadline, name) for name in ATTRIBUTES]


def _changed(deadlines: Sequence[Deadline], stored: Mapping[int, list[Any]]) -> list[str]:
    """The fields in which any of them differs: what an update of thousands costs goes by its fields."""
    pairs = [zip(_values(deadline), stored[deadline.pk], strict=True) for deadline in deadlines]
    rows = [[value != before for value, before in pair] for pair in pairs]
    return [name for place, name in enumerate(WRITTEN) if any(row[place] for row in rows)]


def _write(batch: Batch, stored: Mapping[int, list[Any]], *, cause: Cause, by: Any, reason: str) -> None:
    if batch.new:
        bulk_create_with_history(batch.new, Deadline, default_user=by)
    changed = [deadline for deadline in batch.kept if _values(deadline) != stored[deadline.pk]]
    if changed:
        bulk_update_with_history(changed, Deadline, _changed(changed, stored), batch_size=500, default_user=by)
    DeadlineMove.objects.bulk_create(
        DeadlineMove(
            deadline=move.deadline, from_day=move.from_day, to_day=move.to_day, cause=cause, reason=reason, user=by,
            at=now(),
        )
        for move in batch.moved
    )  # fmt: skip
    holders, touched = _write_holders(batch)
    cancel_reminders([deadline.pk for deadline in changed if not deadline.is_open])
    touched |= {deadline.pk for deadline in (*batch.new, *changed)}
    ladders = [
        Ladder(d, d.rule, holders[d.pk]) for d in batch.deadlines if d.is_open and (batch.anew or d.pk in touched)
    ]
    if ladders:
        fresh = {deadline.pk for deadline in batch.new}
        rewrite_reminders(ladders, batch.days, ladders[0].rule.remind_at, fresh=fresh)  # type: ignore[attr-defined]  # annotated
    tell_moves([(move.deadline, move.from_day, move.to_day) for move in batch.moved], holders, at=batch.at)


def _write_holders(batch: Batch) -> tuple[dict[int, list[DeadlineHolder]], set[int]]:
    """deadline pk -> its holders, once they are what the matters say, and those deadlines that have others than before.

    A closed deadline keeps those it had.
    """
    found: dict[int, list[DeadlineHolder]] = defaultdict(list)
    gone: list[DeadlineHolder] = []
    new: list[DeadlineHolder] = []
    kept = [deadline for deadline in batch.kept if deadline.is_open]
    prefetch_related_objects(kept, "holders")
    there = {deadline.pk: list(deadline.holders.all()) for deadline in kept}
    for deadline in (deadline for deadline in batch.deadlines if deadline.is_open):
        wanted = dict(batch.holders[id(deadline)])
        for row in there.get(deadline.pk, ()):
            key = (row.part, row.organization_id, row.role)
            (found[deadline.pk] if key in wanted else gone).append(row)
            wanted.pop(key, None)
        new += [
            DeadlineHolder(deadline=deadline, part=part, organization_id=organization, role=role, since=batch.at)
            for part, organization, role in wanted
        ]
    if gone:
        DeadlineHolder.objects.filter(pk__in=[row.pk for row in gone]).delete()
    for row in DeadlineHolder.objects.bulk_create(new):
        found[row.deadline_id].append(row)
    return found, {row.deadline_id for row in (*gone, *new)}
