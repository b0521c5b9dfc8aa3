"""The desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk (工作台)."""

    name = "cppcc.desk"
    label = "desk"
    verbose_name = "工作台"

    def ready(self) -> None:
        """Hand down what the floors below need of this one."""
        from cppcc.desk import registering

        registering.hand_down()
