"""The desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk (工作台)."""

    name = "cppcc.desk"
    label = "desk"
    verbose_name = "工作台"

    def ready(self) -> None:
        """Register the desk in the menu."""
        from cppcc.office.navigation import Entry, register

        register(Entry("工作台", "desk:home", "layout-dashboard", "", 0))
