"""What people do with a deadline by hand: meet it, waive it, move it, say why it was late."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cppcc.deadlines.models import Deadline, DeadlineMove, DeliverySetting
from cppcc.deadlines.models.deadlines import DeadlineStatus
from cppcc.deadlines.registry import is_by_hand
from cppcc.deadlines.reminding import Ladder, cancel_reminders, rewrite_reminders, tell_moves
from cppcc.deadlines.working_days import load_working_days
from cppcc.office.refusals import Refused, Stale
from cppcc.workflow.clock import now


@transaction.atomic
def finish(deadline: Deadline, *, on: date, by: Any, reason: str, revision: int) -> None:
    """The step was done on a day. Raises Refused for a day to come, and for a late one without a reason."""
    locked = _locked(deadline, revision)
    if on > timezone.localdate():
        raise Refused("完成日期不能晚于今天，请核对。")
    days = load_working_days()
    late = max(days.between(locked.due_on, on), 0)
    if on > locked.due_on and not reason.strip():
        told = f"已逾期{late}个工作日" if late else "已过期限"
        raise Refused(f"该事项期限为{locked.due_on:%Y年%-m月%-d日}，{told}，请写明逾期理由。")
    locked.status, locked.late_days = DeadlineStatus.DONE, late
    _close(locked, on, by, reason)


@transaction.atomic
def waive(deadline: Deadline, *, by: Any, reason: str, revision: int) -> None:
    """The step need not be done. Raises Refused without a reason."""
    locked = _locked(deadline, revision)
    if not reason.strip():
        raise Refused("免除期限必须写明理由。")
    locked.status = DeadlineStatus.WAIVED
    _close(locked, timezone.localdate(), by, reason)


@transaction.atomic
def move_by_hand(deadline: Deadline, *, to: date, by: Any, reason: str, revision: int) -> None:
    """Move the deadline; it stays there until its anchor moves. Raises Refused without a reason or a new day."""
    locked = _locked(deadline, revision)
    if not reason.strip():
        raise Refused("调整期限必须写明理由。")
    if to == locked.due_on:
        raise Refused("新期限与原期限相同，请填写新的日期。")
    if to < timezone.localdate():
        raise Refused("新期限不能早于今天，请核对。")
    old, days = locked.due_on, load_working_days()
    locked.due_on, locked.moved_by_hand, locked.warning = to, True, ""
    locked.provisional = not days.is_official(to)
    locked.revision, locked.derived_at = locked.revision + 1, timezone.now()
    _save(locked, by)
    DeadlineMove.objects.create(
        deadline=locked,
        from_day=old,
        to_day=to,
        cause=DeadlineMove.Cause.HAND,
        reason=reason.strip(),
        user=by,
        at=now(),
    )
    holders = list(locked.holders.all())
    rewrite_reminders([Ladder(locked, locked.rule, holders)], days, DeliverySetting.current().remind_at)
    tell_moves([(locked, old, to)], {locked.pk: holders}, at=timezone.now())


@transaction.atomic
def explain(deadline: Deadline, *, by: Any, reason: str) -> None:
    """Say afterwards why a step was late. Raises Refused when none is owed, or without a reason."""
    locked = Deadline.objects.select_for_update().get(pk=deadline.pk)
    if not locked.owes_reason:
        raise Refused("该事项没有待补填的逾期理由，请刷新页面查看。")
    if not reason.strip():
        raise Refused("请写明逾期理由。")
    locked.reason = reason.strip()
    _save(locked, by)


def _locked(deadline: Deadline, revision: int) -> Deadline:
    """The row, locked. Raises Refused when it is closed, Stale when its day moved since the form was opened."""
    locked = Deadline.objects.select_for_update(of=("self",)).select_related("rule").get(pk=deadline.pk)
    if not locked.is_open:
        raise Refused(f"该期限{locked.get_status_display()}，不能再办理，请刷新页面查看。")
    if not is_by_hand(locked):
        raise Refused("这个期限随事项的办理而变，请在该事项的页面办理（回复、调整期限或取消）。")
    if locked.revision != revision:
        raise Stale(f"该期限已有变动，现为{locked.due_on:%Y年%-m月%-d日}，请核对后重新办理。")
    return locked


def _close(locked: Deadline, on: date, by: Any, reason: str) -> None:
    locked.closed_on, locked.closed_by, locked.reason = on, by, reason.strip()
    _save(locked, by)
    cancel_reminders([locked.pk])


def _save(locked: Deadline, by: Any) -> None:
    """With the person in its history, whatever request or command it happens in."""
    setattr(locked, "_history_user", by)  # noqa: B010  # simple-history reads it from the object
    locked.save()
