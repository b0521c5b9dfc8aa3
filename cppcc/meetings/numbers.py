"""A meeting in numbers: how many by class and answer, the bars of its page, the steps it has before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q

from cppcc.meetings.clashing import hours
from cppcc.meetings.models import Meeting
from cppcc.meetings.models.meeting import MeetingState as S

COUNTED = {
    "asked": Q(walk_in=False),
    "told": Q(invited_at__isnull=False),
    "answered": Q(invited_at__isnull=False) & (~Q(reply="") | ~Q(leave="")),
    "coming": Q(reply__in=["yes", "deputy"]),
    "deputies": Q(reply="deputy"),
    "declined": Q(reply="no"),
    "leave_asked": Q(leave="asked"),
    "leave_granted": Q(leave="granted"),
    "came": Q(attendance__in=["present", "late", "left_early"]),
    "walk_ins": Q(walk_in=True),
    "absent": Q(attendance="absent"),
}


@dataclass(frozen=True)
class Numbers:
    """The people of a meeting: `rows` by class, totals as attributes."""

    rows: Sequence[dict]

    @cached_property
    def total(self) -> dict[str, int]:
        """The sums over all classes."""
        return {name: sum(row[name] for row in self.rows) for name in COUNTED}

    @property
    def bars(self) -> list[dict]:
        """The bars: told, answered, coming, leave, came, each out of those it is measured by."""
        total = self.total
        shown = [("已通知", "told", "asked"), ("已回复", "answered", "told"), ("参加", "coming", "told"),
                 ("请假（已准）", "leave_granted", "told"), ("实到", "came", "asked")]  # fmt: skip
        return [_bar(label, total[name], total[of]) for label, name, of in shown if total[of]]


def _bar(label: str, value: int, of: int) -> dict:
    percent = min(100, round(100 * value / of)) if of else 0
    return {"label": label, "value_text": str(value), "target_text": f"{of} 人", "percent": percent, "state": "plain"}


def numbers_of(meeting: Meeting) -> Numbers:
    """One query."""
    rows: Any = meeting.participants.order_by("participant_class__order", "participant_class")
    counted = {name: Count("pk", filter=condition) for name, condition in COUNTED.items()}
    return Numbers(list(rows.values("participant_class__label").annotate(**counted)))


def steps_of(meeting: Meeting, numbers: Numbers) -> list[dict[str, str]]:
    """The course of a meeting with where it stands."""
    total, order = numbers.total, [S.PLANNED, S.INVITED, S.CLOSED]
    at = order.index(S(meeting.state)) if meeting.state in order else -1
    held = at == 1 and meeting.has_begun
    notes = [
        ("筹备", f"名单 {total['asked']} 人" if total["asked"] else "名单还是空的"),
        ("通知和回复", f"{total['answered']}/{total['told']} 人已回复" if total["told"] else "尚未通知"),
        ("召开", hours(meeting)),
        ("结束", f"实到 {total['came']} 人，出席已锁定" if at == 2 else "登记出席后锁定"),
    ]
    now = {0: 0, 1: 2 if held else 1, 2: 4}.get(at, -1)
    return [
        {"label": label, "note": note, "state": "done" if place < now else "now" if place == now else ""}
        for place, (label, note) in enumerate(notes)
    ]
