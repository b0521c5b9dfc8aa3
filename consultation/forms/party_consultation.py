"""The form of what the party committee consults the parties on. R025."""

from typing import Any

from django import forms

from consultation.models import PartyConsultation
from cppcc.workflow.forms import DATE


class PartyConsultationForm(forms.ModelForm):
    """Year, topic, day, who organises it, how ours is joined up with it."""

    form_columns = 2
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = PartyConsultation
        fields = ("title", "year", "held_on", "organizer", "note")
        widgets = {"held_on": DATE, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean_title(self) -> str:
        """One line, single spaces."""
        return " ".join(self.cleaned_data["title"].split())
