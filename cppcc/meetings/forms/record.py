"""Forms of what a meeting leaves behind: minutes, findings, photos; and of leaders' engagements."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef

from cppcc.meetings.forms.meeting import MOMENT
from cppcc.meetings.models import Busy, Finding, Meeting
from cppcc.office.models import Person, Tenure
from cppcc.office.roles import Role
from cppcc.office.validity import today, valid_on

LEADERS = (Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY_GENERAL, Role.COMMITTEE_HEAD)


class MinutesForm(forms.ModelForm):
    """The minutes."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Meeting
        fields = ("minutes",)
        widgets = {"minutes": forms.Textarea(attrs={"rows": 18})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version


class FindingForm(forms.ModelForm):
    """A finding; who pointed it out is one of those who took part."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Finding
        fields = ("text", "place", "proposal", "by")
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "proposal": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.fields["by"].queryset = Person.objects.filter(participations__meeting=meeting)
        self.fields["by"].empty_label = "未指明"


class PhotoForm(forms.Form):
    """A photo, or a scanned page."""

    photo = forms.FileField(label="照片")


class BusyForm(forms.ModelForm):
    """When a leader cannot be had. R127."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Busy
        fields = ("person", "starts", "ends", "label")
        widgets = {"starts": MOMENT, "ends": MOMENT}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        posts = Tenure.objects.filter(valid_on(today()), post__role__in=LEADERS, person=OuterRef("pk"))
        self.fields["person"].queryset = Person.objects.filter(Exists(posts)) | Person.objects.filter(
            pk=self.instance.person_id
        )
        self.fields["person"].empty_label = "请选择"
