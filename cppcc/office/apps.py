"""The ground's app."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """People, organisations, posts, regulations."""

    name = "cppcc.office"
    label = "office"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        """Say what a profile may hold and what stands in the menu."""
        from cppcc.office import registering

        registering.hand_down()
