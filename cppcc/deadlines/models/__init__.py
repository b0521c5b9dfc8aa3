"""What the office's dates are made of, and what reminds of them."""

from cppcc.deadlines.models.calendar import CalendarFeed, WorkCalendar
from cppcc.deadlines.models.deadlines import Deadline, DeadlineHolder, DeadlineMove
from cppcc.deadlines.models.delivery import Dispatch, Outbox
from cppcc.deadlines.models.notices import Notice, NoticeWish
from cppcc.deadlines.models.reminders import Reminder
from cppcc.deadlines.models.rules import DueRule, RuleSet
from cppcc.deadlines.models.setting import DeliverySetting, Pulse
from cppcc.deadlines.models.tasks import Task

__all__ = [
    "CalendarFeed",
    "Deadline",
    "DeadlineHolder",
    "DeadlineMove",
    "DeliverySetting",
    "Dispatch",
    "DueRule",
    "Notice",
    "NoticeWish",
    "Outbox",
    "Pulse",
    "Reminder",
    "RuleSet",
    "Task",
    "WorkCalendar",
]
