"""Forms of the work before a forum: its meetings, talks with leaders, steps, the checklist. R022, R029-R034."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from consultation.forums.work import Duty
from consultation.models import Forum, LeaderContact, StepDone
from cppcc.meetings.forms.meeting import MeetingForm, proposed
from cppcc.meetings.models import MeetingKind
from cppcc.office.models import Organization
from cppcc.workflow.forms import DATE


class WorkMeetingForm(MeetingForm):
    """A meeting of a kind that prepares a forum; the leading committee holds it."""

    def __init__(self, *args: Any, forum: Forum, kind: MeetingKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.instance.kind, self.instance.host = kind, forum.lead
        del self.fields["kind"], self.fields["host"], self.fields["version"]

    def clean(self) -> dict[str, Any]:
        """The kind is settled."""
        self.cleaned_data["kind"] = self.kind
        return super().clean()


def first_values(forum: Forum, kind: MeetingKind, due_on: date | None) -> dict[str, Any]:
    """What the form begins with: the day on which the step is due, while that is still to come."""
    values = proposed(kind) | {"title": f"{forum.topic}{kind.label}"[:120]}
    if due_on and due_on > timezone.localdate():
        starts = timezone.make_aware(datetime.combine(due_on, time(9)))
        length = timedelta(hours=float(kind.hours))
        values |= {"starts": starts, "ends": starts + length, "reply_by": starts - timedelta(days=1)}
    return values


class NotLater:
    """A day that has come; today unless another is known."""

    cleaned_data: dict[str, Any]
    initial: Any

    def begin_today(self) -> None:
        """A new row begins with today."""
        self.initial["on"] = self.initial.get("on") or timezone.localdate()

    def clean_on(self) -> date:
        """Today or before."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("日期不能晚于今天。")
        return day


class ContactForm(NotLater, forms.ModelForm):
    """A talk with a leader. R033."""

    form_columns = 2

    class Meta:
        model = LeaderContact
        fields = ("leader", "on", "way", "text")
        widgets = {"on": DATE, "text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin_today()


class StepForm(NotLater, forms.ModelForm):
    """A step that was done, and what shows it. R029."""

    class Meta:
        model = StepDone
        fields = ("on", "note")
        widgets = {"on": DATE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin_today()
        self.fields["note"].required = True
        self.fields["note"].help_text = "什么时间、什么人、凭什么材料"


class DutyForm(forms.Form):
    """A line of the checklist: whether it becomes a task, whose, until when. R034."""

    take = forms.BooleanField(label="交办", required=False)
    title = forms.CharField(label="事项", max_length=200)
    owner = forms.ModelChoiceField(label="承办单位", queryset=Organization.objects.none(), required=False)
    due_on = forms.DateField(label="完成期限", widget=DATE, required=False)

    def __init__(self, *args: Any, units: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["owner"].queryset = Organization.objects.valid()
        self.fields["owner"].choices = [("", "请选择"), *units]

    def clean(self) -> dict[str, Any]:
        """A ticked line has an owner and a day that is still to come."""
        cleaned = super().clean() or {}
        if not cleaned.get("take"):
            return cleaned
        if not cleaned.get("owner"):
            self.add_error("owner", "请选择承办单位。")
        if not cleaned.get("due_on"):
            self.add_error("due_on", "请填写完成期限。")
        elif cleaned["due_on"] < timezone.localdate():
            self.add_error("due_on", "不能早于今天。")
        return cleaned

    @property
    def duty(self) -> Duty | None:
        """What was asked for; None where it was not ticked."""
        data = self.cleaned_data
        return Duty(data["title"], data["owner"], data["due_on"]) if data.get("take") else None


def duty_forms(data: Any, forum: Forum, lines: list[str], due_on: date | None) -> list[DutyForm]:
    """A form for each line of the checklist; the leading committee does what nobody else is named for."""
    kinds = (Organization.Kind.COMMITTEE, Organization.Kind.DEPARTMENT, Organization.Kind.ACTIVITY_GROUP)
    units = [(unit.pk, str(unit)) for unit in Organization.objects.valid().filter(kind__in=kinds)]
    first = {"owner": forum.lead_id, "due_on": due_on if due_on and due_on >= timezone.localdate() else None}
    return [
        DutyForm(data, prefix=f"d{place}", units=units, initial=first | {"take": True, "title": line})
        for place, line in enumerate(lines)
    ]
