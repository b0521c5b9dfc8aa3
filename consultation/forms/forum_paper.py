"""Forms of the papers of a forum: delivering one, what is asked of one, who reads it."""

from typing import Any

from django import forms

from consultation.models import Forum, Paper
from consultation.models.paper import PaperState
from cppcc.files.models import Classification
from cppcc.files.safety import MEDIA_TYPES
from cppcc.office.models import Organization
from cppcc.office.units_field import UnitsField
from cppcc.workflow.forms import DATE

Kind = Organization.Kind
ACCEPT = ",".join(f".{extension}" for extension in MEDIA_TYPES)
NO_READERS = (Kind.DECIDING_BODY, Kind.EMPLOYER)


class DeliverForm(forms.Form):
    """A version of the paper: its file, its classification; why, where a finished one is replaced."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    upload = forms.FileField(
        label="文件",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text="PDF、Word（.docx）、Excel 或图片",
    )
    classification = forms.ChoiceField(
        label="密级标识", choices=Classification.choices,
        help_text="工作秘密只给发放范围内的单位阅读；国家秘密不得上传本系统",
    )  # fmt: skip
    opinion = forms.CharField(label="更换原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.CharField(label="代录来源", max_length=200, help_text="如来函文号、来电人及时间、邮件")

    def __init__(self, *args: Any, paper: Paper, proxy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(version=paper.version, classification=paper.classification)
        if paper.state != PaperState.APPROVED:
            del self.fields["opinion"]
        if not proxy:
            del self.fields["source"]


class PaperForm(forms.ModelForm):
    """What is asked: which paper, of whom, by when, how secret, for whom."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Paper
        fields = ("label", "owner", "participant", "due_on", "required", "early", "to_all", "classification", "order")
        widgets = {"due_on": DATE}

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = list(Organization.objects.valid().exclude(kind__in=NO_READERS).order_by("kind", "order", "pk"))
        self.instance.forum = forum
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            del self.fields["owner"], self.fields["participant"]
        else:
            self.fields["owner"].queryset = Organization.objects.valid().exclude(kind__in=NO_READERS)
            people = forum.meeting.participants.select_related("person") if forum.meeting else None
            self.fields["participant"].queryset = people if people is not None else Paper.objects.none()
            self.fields["owner"].empty_label = self.fields["participant"].empty_label = "请选择"
            self.fields["participant"].help_text = "由发言人本人提供的，选发言人，不选单位"
        self.fields["readers"] = UnitsField("发放范围", fitting, self._chosen)
        self.fields["readers"].help_text = "定稿后哪些单位可以阅读；标为工作秘密的，只有这些单位和筹办人员可以阅读"
        if self.instance.pk and not self.is_bound:
            self.initial["readers"] = [unit.pk for unit in self._chosen()]

    def _chosen(self) -> list[Organization]:
        return list(self.instance.readers.all()) if self.instance.pk else []

    def saved_value(self, paper: Paper, name: str) -> Any:
        """What is stored, for a form that is older."""
        return list(paper.readers.all()) if name == "readers" else getattr(paper, name, None)

    def clean(self) -> dict[str, Any]:
        """One owner; what goes to everybody is no 工作秘密. R048."""
        cleaned = super().clean() or {}
        if "owner" in self.fields and bool(cleaned.get("owner")) == bool(cleaned.get("participant")):
            self.add_error("owner", "请选择提供单位或者发言人，二者选一。")
        if cleaned.get("to_all") and cleaned.get("classification") == Classification.WORK_SECRET:
            self.add_error("to_all", "工作秘密不能发给全体参会人员，请改为按发放范围发放。")
        if self._lowers(cleaned.get("classification", "")):
            held = self.instance.file.get_classification_display()
            self.add_error(
                "classification", f"现有文稿标为“{held}”，不能降低；确需降低的，请先“退回修改”，再调整并提供新稿。"
            )
        return cleaned

    def _lowers(self, asked: str) -> bool:
        """Whether a text that is looked through or finished would be read under a lower mark than its own."""
        paper = self.instance
        if not asked or not paper.file_id or paper.state not in (PaperState.DELIVERED, PaperState.APPROVED):
            return False
        rank = list(Classification.values)
        return rank.index(asked) < rank.index(paper.file.classification)
