"""What this floor hands down to those below: workflows, dates, documents, hooks, profile sections, menu entries."""

from django.urls import reverse

from cppcc.deadlines.registry import register as register_dates
from cppcc.deadlines.sources import register as register_tasks
from cppcc.jobs.registry import register as register_job
from cppcc.meetings.registry import (
    register_on_closed,
    register_on_reopened,
    register_roster,
    register_rosters,
    register_titles,
)
from cppcc.office.navigation import register as register_entries
from cppcc.office.profiles import Section, register_after_loading
from cppcc.office.profiles import register as register_sections
from cppcc.sheets.batches import carry_out
from cppcc.sheets.imports import register as register_importer
from cppcc.workflow.registry import register
from members import attendance, dates, models, printing, rosters, task_sources
from members.imports import MemberImporter
from members.menu import ENTRIES
from members.workflows.contact import CONTACT
from members.workflows.proposal import PROPOSAL


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    register(models.EntryProposal, PROPOSAL, url=lambda o: reverse("members:proposal_detail", args=[o.pk]))
    register(models.Contact, CONTACT, url=lambda o: reverse("members:contact_detail", args=[o.pk]))
    register_dates(models.Contact, dates.CONTACT)
    register_dates(models.SpecialDuty, dates.DUTY)
    register_tasks(models.Contact, task_sources.CONTACT_TASKS)
    register_on_closed(attendance.credit)
    register_on_reopened(attendance.take_back)
    register_sections(
        Section("positions", "members.Position", 84),
        Section("performance_acts", "members.Act", 85),
        Section("expert_fields", "members.Field", 86, key=("name",)),
        Section("wordings", "members.Wording", 87),
        Section("attendance_norms", "members.AttendanceNorm", 88),
    )
    register_after_loading(dates.after_loading)
    register_job("members.import", carry_out, label="导入委员名册", atomic=False)
    register_job(printing.DOSSIERS, printing.print_dossiers, label="排印履职档案")
    register_job(printing.CERTIFICATES, printing.print_certificates, label="出具出席证明")
    register_importer(MemberImporter)
    for roster in rosters.fixed():
        register_roster(roster)
    register_rosters(rosters.of_the_term)
    register_titles(rosters.titles)
    register_entries(*ENTRIES)
