"""What this floor hands down to the ground: menu entries."""

from cppcc.desk.menu import ENTRIES
from cppcc.office.navigation import register as register_entries


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    register_entries(*ENTRIES)
