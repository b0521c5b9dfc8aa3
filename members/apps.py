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

        from cppcc.meetings.registry import register_on_closed, register_on_reopened
        from cppcc.office.profiles import Section
        from cppcc.office.profiles import register as register_sections
        from cppcc.workflow.registry import register
        from members import attendance, models
        from members.workflows.proposal import PROPOSAL

        register(models.EntryProposal, PROPOSAL, url=lambda o: reverse("members:proposal_detail", args=[o.pk]))
        register_on_closed(attendance.credit)
        register_on_reopened(attendance.take_back)
        register_sections(
            Section("positions", "members.Position", 84),
            Section("performance_acts", "members.Act", 85),
            Section("expert_fields", "members.Field", 86, key=("name",)),
        )
