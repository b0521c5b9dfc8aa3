"""The app of dates."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """Working days, due rules, deadlines, reminders, delivery."""

    name = "cppcc.deadlines"
    label = "deadlines"
    verbose_name = "期限与通知"

    def ready(self) -> None:
        """Hand down what the floors below need of this one."""
        from cppcc.deadlines import registering

        registering.hand_down()
