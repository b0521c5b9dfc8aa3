"""The consultation app."""

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    """Annual plan, topics, solicitation, adoption, forums."""

    name = "consultation"
    label = "consultation"
    verbose_name = "协商计划"

    def ready(self) -> None:
        """Hand down what the floors below need of this one."""
        from consultation import registering

        registering.hand_down()
