"""The app of members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """委员: sectors, roster, ledger, dossier."""

    name = "members"
    label = "members"
    verbose_name = "委员"

    def ready(self) -> None:
        """Hand workflow, attendance and profile sections to the floors below."""
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
        from cppcc.office.navigation import Entry
        from cppcc.office.navigation import register as register_entries
        from cppcc.office.profiles import Section, register_after_loading
        from cppcc.office.profiles import register as register_sections
        from cppcc.sheets.imports import register as register_importer
        from cppcc.workflow.registry import register
        from members import attendance, dates, models, printing, rosters, task_sources
        from members.background import run_import
        from members.house import READS
        from members.imports import MemberImporter
        from members.workflows.contact import CONTACT
        from members.workflows.proposal import PROPOSAL

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
        register_job("members.import", run_import, label="导入委员名册", atomic=False)
        register_job(printing.DOSSIERS, printing.print_dossiers, label="排印履职档案")
        register_job(printing.CERTIFICATES, printing.print_certificates, label="出具出席证明")
        register_importer(MemberImporter)
        for roster in rosters.fixed():
            register_roster(roster)
        register_rosters(rosters.of_the_term)
        register_titles(rosters.titles)
        register_entries(
            Entry("委员名册", "members:member_list", "users", "委员", 60, (*READS, "members.propose_performance")),
            Entry("我的履职", "members:dossier", "notebook-pen", "委员", 61, ("members.propose_performance",)),
            Entry("履职记录", "members:entry_list", "book-check", "委员", 61, READS),
            Entry(
                "履职申报",
                "members:proposal_list",
                "clipboard-check",
                "委员",
                62,
                (*READS, "members.confirm_performance", "members.propose_performance"),
            ),
            Entry("委员联系", "members:contact_list", "handshake", "委员", 63, READS),
            Entry("委员培训", "members:training_year", "presentation", "委员", 64, READS),
            Entry("差旅补贴", "members:allowance_list", "hand-coins", "委员", 64, READS[:1]),
            Entry("届次与界别", "members:term_sectors", "layers", "委员", 65, READS),
            Entry("专家库", "members:expert_list", "graduation-cap", "委员", 66, READS),
            Entry("联系安排", "members:link_home", "link", "委员", 67, READS[:1]),
            Entry("特约职务", "members:duty_list", "scale", "委员", 68, READS),
            Entry("领导出席", "members:leader_attendance", "user-check", "委员", 68, READS),
            Entry("工作平台", "members:station_list", "map-pin", "委员", 68, READS),
            Entry("活动小组", "members:group_list", "users-round", "委员", 69, READS),
        )
