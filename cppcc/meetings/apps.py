"""The app of `cppcc.meetings`."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """会议活动: whatever people are invited to."""

    name = "cppcc.meetings"
    label = "meetings"
    verbose_name = "会议活动"

    def ready(self) -> None:
        """Hand down what the floors below need of this one."""
        from cppcc.meetings import registering

        registering.hand_down()
