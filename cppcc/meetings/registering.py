"""What this floor hands down to those below: workflows, dates, documents, hooks, profile sections, menu entries."""

from django.urls import reverse

from cppcc.deadlines.calendar import register as register_calendar
from cppcc.deadlines.registry import register as register_dates
from cppcc.deadlines.sources import register as register_tasks
from cppcc.documents.registry import on_issue, register_draft
from cppcc.jobs.registry import register as register_job
from cppcc.meetings import calendar, card_printing, dates, letters, minutes_paper, models, reporting
from cppcc.meetings.menu import ENTRIES
from cppcc.meetings.task_sources import FINDING_TASKS, MEETING_TASKS
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import Term
from cppcc.office.navigation import register as register_entries
from cppcc.office.profiles import Section, register_after_loading
from cppcc.office.profiles import register as register_sections
from cppcc.workflow.registry import register


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    register(models.Meeting, MEETING, url=lambda o: reverse("meetings:meeting_detail", args=[o.pk]))
    invites = Section("invites", "meetings.InviteRule", 0, parent_field="kind")
    register_sections(
        Section("participant_classes", "meetings.ParticipantClass", 80),
        Section("meeting_kinds", "meetings.MeetingKind", 81, children={"invites": invites}),
        Section("rooms", "meetings.Room", 82),
    )
    register_dates(models.Meeting, dates.MEETING_DATES)
    register_dates(models.ReportingYear, dates.REPORTS)
    register_dates(Term, dates.TERM_DATES)
    register_tasks(models.Meeting, MEETING_TASKS)
    register_tasks(models.Finding, FINDING_TASKS)
    register_draft(models.Meeting, letters.KIND, letters.letter_draft)
    on_issue(models.Meeting, letters.KIND, letters.INVITATION)
    register_draft(models.Meeting, minutes_paper.KIND, minutes_paper.minutes_draft)
    register_job(card_printing.KIND, card_printing.print_cards, label="排印席卡")
    register_after_loading(reporting.after_loading)
    register_calendar(calendar.meeting_entries, calendar.KINDS)
    register_calendar(calendar.busy_entries, calendar.KINDS)
    register_entries(*ENTRIES)
