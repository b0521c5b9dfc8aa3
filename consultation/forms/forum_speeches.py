"""Forms of the agenda: a speech, a question prepared before, what was said."""

from typing import Any

from django import forms

from consultation.models import Forum, Question, Speech, SpeechKind
from cppcc.meetings.models import Participant
from cppcc.office.models import Organization

LONGEST = 600  # minutes


class PersonChoice(forms.ModelChoiceField):
    """Somebody of the list, with unit and class."""

    def label_from_instance(self, obj: Participant) -> str:
        """Who he is."""
        return f"{obj.person.name}（{obj.organization or obj.title or '—'}，{obj.participant_class}）"


class SpeechForm(forms.ModelForm):
    """A speech: somebody of the list, a unit, or a name outside the list."""

    form_columns = 2
    participant = PersonChoice(
        label="发言人", queryset=Participant.objects.none(), required=False, empty_label="不在名单中",
        help_text="从参加人员名单中选；名单中没有的，填写单位或姓名",
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="计划时长（分钟）", required=False, min_value=1, max_value=LONGEST,
        help_text="不填的，按这种发言的时限",
    )  # fmt: skip

    class Meta:
        model = Speech
        fields = ("kind", "participant", "organization", "speaker", "subject", "minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forum: Forum = self.instance.forum
        self.fields["kind"].queryset = SpeechKind.objects.filter(rules=forum.rules_id).order_by("order")
        self.fields["kind"].empty_label = None
        listed = Participant.objects.filter(meeting=forum.meeting_id)
        self.fields["participant"].queryset = listed.select_related(
            "person", "organization", "participant_class"
        ).order_by("participant_class__order", "order", "pk")
        units = Organization.objects.valid() | Organization.objects.filter(pk=self.instance.organization_id)
        self.fields["organization"].queryset = units.order_by("order", "pk")
        self.fields["organization"].empty_label = "（按发言人的单位）"

    def clean(self) -> dict[str, Any]:
        """Who is on the list speaks for his unit where no other is named."""
        cleaned = super().clean() or {}
        person = cleaned.get("participant")
        if person and not cleaned.get("organization"):
            cleaned["organization"] = person.organization
        if person:
            cleaned["speaker"] = ""
        return cleaned


class OrderForm(forms.Form):
    """The numbers typed beside the speeches: `place-12`."""

    def __init__(self, *args: Any, speeches: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for pk in speeches:
            self.fields[f"place-{pk}"] = forms.IntegerField(required=False, min_value=1, max_value=999)

    @property
    def asked(self) -> dict[int, int]:
        """speech -> number."""
        found = {int(name.partition("-")[2]): value for name, value in self.cleaned_data.items()}
        return {pk: value for pk, value in found.items() if value}


class QuestionForm(forms.ModelForm):
    """A question: prepared before, or entered afterwards with the speech that answered it. R024, R044.

    What was not changed on the form stays as it is by now: the desk may have linked the answer meanwhile.
    """

    class Meta:
        model = Question
        fields = ("text", "to", "raised_in", "answered_in", "answer")
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "answer": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speeches = Speech.objects.filter(forum=self.instance.forum_id).select_related(
            "kind", "participant__person", "organization"
        )
        for name in ("raised_in", "answered_in"):
            self.fields[name].queryset = speeches.order_by("kind__order", "order", "pk")
            self.fields[name].empty_label = "—"
        self.fields["to"].queryset = Organization.objects.valid().order_by("order", "pk")
        self.fields["to"].empty_label = "不指定"
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """The fields that were left alone keep what is stored."""
        cleaned = super().clean() or {}
        kept = set(cleaned) - set(self.changed_data) if self.instance.pk else set()
        return cleaned | {name: getattr(self.instance, name) for name in kept}


class RecordForm(forms.Form):
    """What was said, one text for each speech: `record-12`, and beside it what stood there: `seen-12`."""

    def __init__(self, *args: Any, speeches: list[Speech], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speeches = speeches
        for speech in speeches:
            self.fields[f"record-{speech.pk}"] = forms.CharField(
                label=f"{speech.kind}：{speech.who}", required=False, max_length=5000, strip=True,
                initial=speech.record, widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip
            self.fields[f"seen-{speech.pk}"] = forms.CharField(
                required=False, initial=speech.record, strip=False, widget=forms.HiddenInput
            )

    def rows(self) -> list[dict[str, Any]]:
        """For the page: the speech and its two fields."""
        return [
            {"speech": speech, "field": self[f"record-{speech.pk}"], "seen": self[f"seen-{speech.pk}"]}
            for speech in self.speeches
        ]

    @property
    def typed(self) -> dict[int, tuple[str, str]]:
        """speech -> what was typed, and what stood there when the page was opened."""
        return {
            speech.pk: (self.cleaned_data[f"record-{speech.pk}"], self.cleaned_data[f"seen-{speech.pk}"])
            for speech in self.speeches
        }

    def see(self, now: dict[int, str]) -> None:
        """What stands there now has been shown: saving again is meant. now: speech -> text."""
        self.data = self.data.dict() | {f"seen-{speech}": text for speech, text in now.items()}
