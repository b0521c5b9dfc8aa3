"""The workflow app."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Transitions, approval chains, sittings."""

    name = "cppcc.workflow"
    label = "workflow"
    verbose_name = "审批与流转"

    def ready(self) -> None:
        """Hand down what the floors below need of this one."""
        from cppcc.workflow import registering

        registering.hand_down()
