"""The app of `cppcc.meetings`."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """会议活动: whatever people are invited to."""

    name = "cppcc.meetings"
    label = "meetings"
    verbose_name = "会议活动"

    def ready(self) -> None:
        """Hand workflow and profile sections to the floors below."""
        from django.urls import reverse

        from cppcc.meetings import models
        from cppcc.meetings.workflows.meeting import MEETING
        from cppcc.office.profiles import Section
        from cppcc.office.profiles import register as register_sections
        from cppcc.workflow.registry import register

        register(models.Meeting, MEETING, url=lambda o: reverse("meetings:meeting_detail", args=[o.pk]))
        invites = Section("invites", "meetings.InviteRule", 0, parent_field="kind")
        register_sections(
            Section("participant_classes", "meetings.ParticipantClass", 80),
            Section("meeting_kinds", "meetings.MeetingKind", 81, children={"invites": invites}),
            Section("rooms", "meetings.Room", 82),
        )
