"""What this floor hands down to the ground: profile sections, menu entries."""

from cppcc.office.navigation import register as register_entries
from cppcc.office.profiles import Section
from cppcc.office.profiles import register as register_sections
from cppcc.workflow.menu import ENTRIES


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    steps = Section("steps", "workflow.ApprovalStep", 70, key=("chain", "order"), parent_field="chain")
    register_sections(Section("approval_chains", "workflow.ApprovalChain", 70, children={"steps": steps}))
    register_entries(*ENTRIES)
