"""The form of a topic: its fields and all the units that have a part in it."""

from functools import partial
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects

from consultation.forms.picked import PickedForm, RowsField
from consultation.known import valid_forms
from consultation.models import ConsultationForm, Topic, TopicCategory
from consultation.models.topic import Part, named_units
from cppcc.office.models import Organization, Post
from cppcc.office.roles import Role
from cppcc.office.units_field import UnitsField

Kind = Organization.Kind
MONTHS = [("", "待定"), *((n, f"{n}月") for n in range(1, 13))]
PART_KINDS = {
    Part.LEAD: (Kind.COMMITTEE, Kind.SECTOR_GROUP, Kind.ACTIVITY_GROUP, Kind.PARTY, Kind.FEDERATION),
    Part.SUPPORT: None,
    Part.CONSULTED: (Kind.DEPARTMENT, Kind.GOVERNMENT, Kind.PARTY_COMMITTEE, Kind.COURT, Kind.PEOPLES_ORGANISATION),
    Part.COUNTY: (Kind.COUNTY,),
    Part.PROPOSER: None,
}


class TopicEditForm(PickedForm):
    """A topic; `units` and `stages` give what the part fields hold.

    What was chosen before is loaded only when the form is shown.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.IntegerField(
        label="序号", min_value=0, max_value=9999, required=False, help_text="不填时自动接着编号"
    )
    opinion = forms.CharField(
        label="调整理由",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="计划已印发，调整须写明理由",
    )
    month_from = forms.TypedChoiceField(label="起始月份", choices=MONTHS, coerce=int, empty_value=None, required=False)
    month_to = forms.TypedChoiceField(label="截止月份", choices=MONTHS, coerce=int, empty_value=None, required=False)

    class Meta:
        model = Topic
        fields = (
            "number", "title", "linkage", "supervisory", "category", "leading_chair", "month_from", "month_to",
            "placeholder", "off_plan", "off_plan_origin", "remark",
        )  # fmt: skip
        widgets = {"title": forms.Textarea(attrs={"rows": 2}), "remark": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, adjusting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.instance
        self.fields["category"].queryset = TopicCategory.objects.valid()
        self.fields["leading_chair"].queryset = (
            Post.objects.valid().filter(role__in=(Role.CHAIR, Role.VICE_CHAIR)).select_related("organization")
        )
        self.fields["off_plan_origin"].queryset = Organization.objects.valid().filter(
            kind__in=(Kind.PARTY_COMMITTEE, Kind.GOVERNMENT)
        )
        self.fields["forms_chosen"] = RowsField(
            valid_forms(), label="协商形式", help_text="一个议题可以先后采用几种形式"
        )
        for name in ("category", "leading_chair", "off_plan_origin"):
            self.fields[name].empty_label = "未定"
        if topic.pk:
            self.initial["version"] = topic.version
            self.initial["forms_chosen"] = lambda: [stage.form_id for stage in topic.stages.all()]
        else:
            self.initial["number"] = None
        self._add_parts(topic)
        if not adjusting:
            del self.fields["opinion"]

    def _add_parts(self, topic: Topic) -> None:
        choices = list(Organization.objects.valid().exclude(kind__in=(Kind.DECIDING_BODY, Kind.EMPLOYER)))
        for part, kinds in PART_KINDS.items():
            fitting = [unit for unit in choices if kinds is None or unit.kind in kinds]
            chosen = partial(self._chosen, part)
            self.fields[f"part_{part}"] = UnitsField(part.label, fitting, chosen)
            self.initial[f"part_{part}"] = lambda chosen=chosen: [unit.pk for unit in chosen()]

    def _chosen(self, part: Part) -> list[Organization]:
        topic = self.instance
        if not topic.pk:
            return []
        prefetch_related_objects([topic], named_units())
        return topic.units_of(part)

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        """Months in order; one month stands for both."""
        cleaned = super().clean() or {}
        begin, end = cleaned.get("month_from"), cleaned.get("month_to")
        if end and not begin:
            self.add_error("month_from", "填了截止月份，请同时填写起始月份。")
        elif begin and not end:
            cleaned["month_to"] = begin
        elif begin and end and end < begin:
            self.add_error("month_to", "截止月份不能早于起始月份。")
        return cleaned

    def saved_value(self, topic: Topic, name: str) -> Any:
        """What `topic` holds of the fields that are not the model's own, for the page of a stale form."""
        if name == "forms_chosen":
            return [stage.form for stage in topic.stages.all()]
        return topic.units_of(name.removeprefix("part_")) if name.startswith("part_") else None

    @property
    def units(self) -> dict[str, list[Organization]]:
        """The units by part."""
        return {part: list(self.cleaned_data[f"part_{part}"]) for part in PART_KINDS}

    @property
    def stages(self) -> list[ConsultationForm]:
        """The forms, in the office's order."""
        return sorted(self.cleaned_data["forms_chosen"], key=lambda form: (form.order, form.pk))
