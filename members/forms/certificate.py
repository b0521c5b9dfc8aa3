"""Forms of certificates, of many dossiers at once, and of allowances. R140."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from cppcc.meetings.models import Meeting
from cppcc.meetings.models.meeting import MeetingState
from cppcc.office.models import Organization, Term
from cppcc.workflow.forms import DATE
from members.forms.entry import NamesField
from members.models import Allowance, Member

RECENT = 100  # meetings that a form offers
YEAR = forms.NumberInput(attrs={"inputmode": "numeric"})


def recent_meetings(*states: str) -> QuerySet[Meeting]:
    """The last meetings in these states, the newest first."""
    pks = Meeting.objects.filter(state__in=states).order_by("-starts").values("pk")[:RECENT]
    return Meeting.objects.filter(pk__in=pks).order_by("-starts")


class MeetingField(forms.ModelChoiceField):
    """One of the last meetings, with its day."""

    def label_from_instance(self, obj: Any) -> str:
        """2026-03-05 全体会议."""
        return f"{timezone.localtime(obj.starts):%Y-%m-%d} {obj.title}"


class CertificateForm(forms.Form):
    """Whose attendance is certified, over which period or at which meeting."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    start = forms.DateField(label="从", widget=DATE)
    end = forms.DateField(label="到", widget=DATE)

    def __init__(self, *args: Any, members: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["names"] = NamesField(members, label="委员", required=False)
        self.fields["names"].help_text += "；不填时，给所选会议活动的全部出席委员各出一份"
        self.fields["meeting"] = MeetingField(
            recent_meetings(MeetingState.CLOSED), label="会议活动", required=False, empty_label="期间内的全部会议活动",
            help_text="只列最近结束的会议活动",
        )  # fmt: skip
        self.order_fields(("names", "meeting", "start", "end"))
        day = timezone.localdate()
        self.initial.setdefault("token", uuid.uuid4())
        self.initial.setdefault("start", date(day.year, 1, 1))
        self.initial.setdefault("end", day)

    def clean(self) -> dict[str, Any]:
        """Members or a meeting; the period in its order, with the day of the meeting in it."""
        cleaned = super().clean() or {}
        cleaned["token"] = cleaned.get("token") or uuid.uuid4()
        start, end, meeting = cleaned.get("start"), cleaned.get("end"), cleaned.get("meeting")
        if start and end and start > end:
            self.add_error("end", "截止日期不能早于起始日期。")
        if not cleaned.get("names") and not meeting and "names" not in self.errors:
            self.add_error("names", "请填写委员姓名，或选择一次会议活动。")
        if meeting:
            day = timezone.localdate(meeting.starts)
            cleaned["start"], cleaned["end"] = min(start or day, day), max(end or day, day)
        return cleaned


class BatchForm(forms.Form):
    """The dossiers of a year for all members of a term, or of a committee, in one file."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    year = forms.IntegerField(label="年度", min_value=1950, max_value=2200, widget=YEAR)
    term = forms.ModelChoiceField(Term.objects.all(), label="届次", empty_label=None)

    def __init__(self, *args: Any, committees: QuerySet[Organization], all_too: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"] = forms.ModelChoiceField(
            committees, label="专门委员会", required=not all_too, empty_label="全体委员" if all_too else None
        )
        self.order_fields(("year", "term", "committee"))
        self.initial.setdefault("token", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        """A token even where none came."""
        cleaned = super().clean() or {}
        cleaned["token"] = cleaned.get("token") or uuid.uuid4()
        return cleaned


class AllowanceForm(forms.ModelForm):
    """What members were, or will be, paid for an activity; one row for each of them."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Allowance
        fields = ("kind", "on", "amount", "paid_on", "remark")
        widgets = {"kind": forms.RadioSelect, "on": DATE, "paid_on": DATE}
        help_texts = {"amount": "每人的金额", "paid_on": "还没有发放的不填"}

    def __init__(self, *args: Any, members: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Allowance.Kind.choices
        self.fields["meeting"] = MeetingField(
            recent_meetings(MeetingState.INVITED, MeetingState.CLOSED), label="会议活动", required=False,
            empty_label="不属于会议活动",
        )  # fmt: skip
        if self.instance.pk:
            if self.instance.meeting_id:
                kept = Meeting.objects.filter(pk=self.instance.meeting_id)
                self.fields["meeting"].queryset = kept
            self.initial["meeting"] = self.instance.meeting_id
        else:
            self.fields["names"] = NamesField(members, label="委员", required=False)
            self.fields["names"].help_text += "；不填时，登记所选会议活动的全部出席委员"
            self.initial.setdefault("token", uuid.uuid4())
            self.initial.setdefault("on", timezone.localdate())
        self.order_fields(("names", "meeting", "kind", "on", "amount", "paid_on", "remark"))

    def clean(self) -> dict[str, Any]:
        """Members or a meeting; nothing is paid before it fell due by more than a slip of the pen."""
        cleaned = super().clean() or {}
        cleaned["token"] = cleaned.get("token") or uuid.uuid4()
        if "names" in self.fields and not (cleaned.get("names") or cleaned.get("meeting") or "names" in self.errors):
            self.add_error("names", "请填写委员姓名，或选择一次会议活动。")
        for name in ("on", "paid_on"):
            if cleaned.get(name) and cleaned[name] > timezone.localdate():
                self.add_error(name, "日期不能晚于今天。")
        return cleaned


class PaidForm(forms.Form):
    """On which day the ticked ones were paid."""

    paid_on = forms.DateField(label="发放日期", widget=DATE)

    def clean_paid_on(self) -> date:
        """Not to come."""
        day: date = self.cleaned_data["paid_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("发放日期不能晚于今天。")
        return day
