"""The workflow app."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Transitions, approval chains, sittings."""

    name = "cppcc.workflow"
    label = "workflow"
    verbose_name = "审批与流转"

    def ready(self) -> None:
        """Register the profile's chains and the list of sittings."""
        from cppcc.office.navigation import Entry
        from cppcc.office.navigation import register as register_entry
        from cppcc.office.profiles import Section
        from cppcc.office.profiles import register as register_sections

        steps = Section("steps", "workflow.ApprovalStep", 70, key=("chain", "order"), parent_field="chain")
        register_sections(Section("approval_chains", "workflow.ApprovalChain", 70, children={"steps": steps}))
        register_entry(Entry("上会审议", "workflow:sitting_list", "gavel", "协商", 30, ("workflow.view_sittings",)))
