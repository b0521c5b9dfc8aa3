"""The ladder of reminders of a deadline, as a pure function: before, on the day, after, and the report upwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cppcc.deadlines.due import weekday
from cppcc.deadlines.models import Deadline, DeadlineHolder, DueRule, Reminder
from cppcc.deadlines.models.deadlines import HolderPart
from cppcc.deadlines.models.reminders import ReminderStatus
from cppcc.deadlines.working_days import WorkingDays

ESCALATION = "e"  # the mark of the report upwards
REPEATS = 10  # reminders after the day, so that the rows of a forgotten deadline come to an end; it stays on the lists


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: its mark, its day, whom it is for, and what it says."""

    mark: str
    day: date
    part: str
    says: str


def rungs(due_on: date, rule: DueRule, days: WorkingDays) -> Iterator[Rung]:
    """The ladder of a deadline due on `due_on`.

    `rule.remind` counts calendar days before; `repeat` and `escalate_after` count working days after.
    """
    for before in sorted(set(rule.remind), reverse=True):
        says = f"还有{before}天到期" if before else "今天到期"
        yield Rung(f"b{before}", due_on - timedelta(days=before), HolderPart.DO, says)
    every = rule.repeat or 0
    for nth in range(1, REPEATS + 1) if every else ():
        late = nth * every
        yield Rung(f"r{nth}", days.add(due_on, late), HolderPart.DO, f"已逾期{late}个工作日")
    if rule.escalate_after:
        day = days.add(due_on, rule.escalate_after)
        yield Rung(ESCALATION, day, HolderPart.TOLD, f"逾期{rule.escalate_after}个工作日未完成，请督促")


def reminders_of(
    deadline: Deadline, rule: DueRule, holders: Iterable[DeadlineHolder], days: WorkingDays, remind_at: time
) -> dict[str, Reminder]:
    """key -> unsaved reminder of an open deadline; {} of a closed one.

    A rung whose moment had passed when the deadline was derived, or when its holder took it over, is left out as long
    as the day is still to come; where the day itself had passed, one row says so (过期未发).
    """
    made: dict[str, Reminder] = {}
    if not deadline.is_open:
        return made
    ladder = list(rungs(deadline.due_on, rule, days))
    for holder in holders:
        since = max(deadline.derived_at, holder.since)
        for rung in ladder:
            if rung.part == holder.part and (status := _status(rung, moment(rung.day, remind_at), since, deadline)):
                reminder = _reminder(deadline, rule, holder, rung, moment(rung.day, remind_at), status)
                made[reminder.key] = reminder
    return made


def _status(rung: Rung, at: datetime, since: datetime, deadline: Deadline) -> str:
    if at > since:
        return ReminderStatus.PENDING
    past_event = rung.mark == "b0" and deadline.due_on < timezone.localdate(since)
    return ReminderStatus.LAPSED if past_event else ""


def moment(day: date, remind_at: time) -> datetime:
    """When a reminder of `day` is due, by the office's clock."""
    return timezone.make_aware(datetime.combine(day, remind_at))


def _reminder(
    deadline: Deadline, rule: DueRule, holder: DeadlineHolder, rung: Rung, at: datetime, status: str
) -> Reminder:
    return Reminder(
        key=f"{deadline.pk}:{rung.mark}:{holder.organization_id}:{holder.role}:{deadline.revision}",
        deadline=deadline, mark=rung.mark, organization_id=holder.organization_id, role=holder.role, due_at=at,
        title=f"{deadline.label}{rung.says}：{deadline.title}"[:200], body=body_of(deadline), url=deadline.url,
        rule=rule.rule, status=status,
    )  # fmt: skip


def body_of(deadline: Deadline) -> str:
    """The day in full, and what is not certain about it."""
    warning = f"{deadline.warning}。" if deadline.warning else ""
    return f"期限：{in_full(deadline.due_on)}。{warning}"


def in_full(day: date) -> str:
    """2026年4月17日（星期五）."""
    return f"{day:%Y年%-m月%-d日}（{weekday(day)}）"
