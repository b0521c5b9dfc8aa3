"""The form of a meeting: kind, time, place, host, agenda lines; what clashes is confirmed, never forbidden. R127."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from cppcc.deadlines.working_days import load_working_days
from cppcc.meetings.agenda import agenda_text, read_agenda
from cppcc.meetings.clashing import Clash, clashes_of, digest
from cppcc.meetings.models import Meeting, MeetingKind, Room
from cppcc.meetings.models.meeting import MANAGE
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.models import Office, Organization

Kind = Organization.Kind
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
HOSTS = (Kind.COMMITTEE, Kind.ACTIVITY_GROUP, Kind.SECTOR_GROUP)
USUAL_START = time(9)
AHEAD = timedelta(days=14)  # how far from today a new meeting is proposed
ANSWER_BEFORE = timedelta(days=3)


def hosts_for(user: Any) -> Any:
    """The units in whose name `user` may hold a meeting."""
    units = Organization.objects.valid()
    if not reaches_any(user, MANAGE):
        return units.filter(pk__in=organizations_with(user, MANAGE))
    office = Office.required().organization
    return units.filter(Q(kind__in=HOSTS) | Q(pk=office.pk) | Q(pk=office.parent_id))


def proposed(kind: MeetingKind | None) -> dict[str, Any]:
    """What a new meeting of a kind begins with: a working day two weeks on, the usual hours and agenda."""
    day = load_working_days().on_or_after(timezone.localdate() + AHEAD)
    starts = timezone.make_aware(datetime.combine(day, USUAL_START))
    hours = timedelta(hours=float(kind.hours)) if kind else timedelta(hours=2)
    return {
        "kind": kind.pk if kind else None, "starts": starts, "ends": starts + hours,
        "reply_by": timezone.make_aware(datetime.combine(day - ANSWER_BEFORE, time(18))),
        "agenda_lines": kind.agenda.strip() if kind else "", "token": uuid.uuid4(),
    }  # fmt: skip


class MeetingForm(forms.ModelForm):
    """A meeting. `clashes` after validation: what stands in its way; `confirmed` names what the clerk knows of."""

    form_columns = 2
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    ends = forms.DateTimeField(
        label="结束时间", required=False, widget=MOMENT, help_text="不填的，按这种会议的一般时长"
    )
    agenda_lines = forms.CharField(
        label="议程", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="一行一项：事项 | 报告人 | 分钟，后两项可以不写",
    )  # fmt: skip

    class Meta:
        model = Meeting
        fields = ("kind", "title", "starts", "ends", "room", "place", "host", "reply_by", "note")
        widgets = {"starts": MOMENT, "reply_by": MOMENT, "note": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"reply_by": "到期前系统提醒没有回复的人"}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.clashes: list[Clash] = []
        meeting = self.instance
        self.fields["kind"].queryset = MeetingKind.objects.valid() | MeetingKind.objects.filter(pk=meeting.kind_id)
        self.fields["room"].queryset = Room.objects.valid() | Room.objects.filter(pk=meeting.room_id)
        self.fields["room"].empty_label = "不在会议室（填写地点）"
        self.fields["host"].queryset = hosts_for(user) | Organization.objects.filter(pk=meeting.host_id)
        for name in ("kind", "host"):
            self.fields[name].empty_label = "请选择"
        if meeting.pk:
            items = list(meeting.agenda.all())
            self.initial.update(version=meeting.version, agenda_lines=agenda_text(items))

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_agenda_lines(self) -> str:
        """The lines become items."""
        try:
            self.agenda_items = read_agenda(self.cleaned_data["agenda_lines"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return self.cleaned_data["agenda_lines"]

    def clean(self) -> dict[str, Any]:
        """The usual end; answers are due before the meeting starts."""
        cleaned = super().clean() or {}
        starts, kind = cleaned.get("starts"), cleaned.get("kind")
        if starts and kind and not cleaned.get("ends") and "ends" not in self.errors:
            cleaned["ends"] = starts + timedelta(hours=float(kind.hours))
        if starts and cleaned.get("ends") and cleaned["ends"] <= starts:
            self.add_error("ends", "结束时间须晚于开始时间。")
        if starts and cleaned.get("reply_by") and cleaned["reply_by"] > starts:
            self.add_error("reply_by", "回复截止须早于会议开始。")
        return cleaned

    def look(self) -> list[Clash]:
        """What clashes with what was typed, as far as it can be said."""
        meeting = self.instance
        if self.is_valid() or all(name in self.cleaned_data for name in ("kind", "starts", "ends")):
            meeting.ends = self.cleaned_data["ends"]
            self.clashes = clashes_of(meeting, labels=reaches_any(self.user, MANAGE))
        return self.clashes

    @property
    def digest(self) -> str:
        """The name of these clashes, for the box that confirms them."""
        return digest(self.clashes)

    @property
    def is_confirmed(self) -> bool:
        """Whether nothing clashes, or who saves it said that he knows exactly this."""
        return not self.clashes or self.data.get("confirmed") == self.digest

    def saved_value(self, meeting: Meeting, name: str) -> Any:
        """The stored agenda, for the page of a stale form."""
        return agenda_text(list(meeting.agenda.all())) if name == "agenda_lines" else None
