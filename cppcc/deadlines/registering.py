"""What this floor hands down to those below: workflows, dates, documents, hooks, profile sections, menu entries."""

from django.urls import reverse

from cppcc.deadlines import calendar, entries
from cppcc.deadlines.alarm import delay_banner
from cppcc.deadlines.bell import UNREAD, bell
from cppcc.deadlines.calendar_keeping import after_loading
from cppcc.deadlines.menu import ENTRIES
from cppcc.deadlines.models import Task
from cppcc.deadlines.pulses import note_bell
from cppcc.deadlines.registry import register as register_dates
from cppcc.deadlines.rule_sets import read_row
from cppcc.deadlines.task_holders import TASK_DATES
from cppcc.deadlines.workflows.task import TASK
from cppcc.jobs.ringing import TOLD
from cppcc.office.accounts import load_along
from cppcc.office.navigation import register as register_entries
from cppcc.office.profiles import Section, register_after_loading
from cppcc.office.profiles import register as register_sections
from cppcc.office.shell import add_to_shell
from cppcc.workflow.registry import register


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    rules = Section("rules", "deadlines.DueRule", 75, key=("ruleset", "step"), parent_field="ruleset")
    register_sections(
        Section(
            "rule_sets",
            "deadlines.RuleSet",
            75,
            key=("key", "valid_from"),
            children={"rules": rules},
            read=read_row,
        )
    )
    register(Task, TASK, url=lambda o: reverse("deadlines:task_detail", args=[o.pk]))
    register_dates(Task, TASK_DATES)
    register_after_loading(after_loading)
    calendar.register(entries.deadline_entries, entries.KINDS)
    calendar.register(entries.sitting_entries, entries.KINDS)
    add_to_shell(bell)
    load_along("unread_notices", UNREAD)
    add_to_shell(delay_banner)
    TOLD.append(note_bell)
    register_entries(*ENTRIES)
