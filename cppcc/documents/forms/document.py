"""The plain form of a document: lines of text, units to tick; no markup is typed."""

import uuid
from typing import Any

from django import forms
from django.utils.functional import cached_property

from cppcc.deadlines.recipients import units_to_choose
from cppcc.documents.content import ROLES
from cppcc.documents.describing import issuing_offices
from cppcc.documents.forms.annexes import AnnexForms, text_of_annexes, typed_in
from cppcc.documents.forms.lines import MARKING, lines
from cppcc.documents.lines import lines_of, paragraphs_of, text_of
from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.models.reference import Format, Part
from cppcc.documents.numbering import LONGEST, WRONG_NUMBER, tidy_number
from cppcc.files.models import Classification
from cppcc.office.models import Organization, Post
from cppcc.office.roles import ROLES as HOUSE_ROLES
from cppcc.office.roles import Scope
from cppcc.office.units_field import UnitsField
from cppcc.workflow.forms import DATE, MoveForm

LINES = ("masthead", "recipients", "annexes_note", "signature", "copy_to")
SIGNERS = [role for role, acts in HOUSE_ROLES.items() if acts.get("documents.sign_document") == Scope.NAMED]
URGENCIES = [("", "不标注"), ("特急", "特急"), ("加急", "加急"), ("特提", "特提（电报）"), ("平急", "平急（电报）")]


class NewDocumentForm(forms.Form):
    """What a new document is: its kind, its title, how far it may go."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ModelChoiceField(label="种类", queryset=DocumentKind.objects.none(), empty_label="请选择")
    title = lines("标题", 2, length=200, required=True, hint="可以分行；只写一行的由系统按词意分行")
    classification = forms.ChoiceField(
        label="密级标识", choices=Classification.choices, initial=Classification.INTERNAL,
        help_text="国家秘密（秘密、机密、绝密）不得在本系统办理",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = DocumentKind.objects.valid()
        self.initial.setdefault("token", uuid.uuid4())


class DocumentForm(forms.Form):
    """The document's text, its recipients, who signs it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = lines("标题", 2, length=200, required=True, hint="可以分行；只写一行的由系统按词意分行")
    masthead = lines("联合发文机关", 1, hint="联合发文时一行一个，主办机关在前；不填则用本种公文的发文机关标志")
    recipients = lines("主送机关（印在文中的写法）", 2, hint="不填则按所选主送单位的名称排列")
    body = lines("正文", 18, length=60_000, hint=MARKING)
    annexes_note = lines("附件说明", 2, hint="一行一个附件名称，不写序号；不填则按下面各附件的标题排列")
    annexes = forms.CharField(label="附件", required=False, widget=forms.HiddenInput, initial="1")
    signature = lines("署名", 1, hint="不填则用本种公文的署名；联合发文一行一个")
    date = forms.DateField(label="成文日期", required=False, widget=DATE, help_text="不填则为签发日期")
    note = forms.CharField(label="附注", max_length=200, required=False, help_text="如：联系人、电话；不写括号")
    copy_to = lines("抄送机关（印在文中的写法）", 2, hint="不填则按收文单位中的抄送单位排列")
    classification = forms.ChoiceField(label="密级标识", choices=Classification.choices)
    urgency = forms.ChoiceField(
        label="紧急程度", choices=URGENCIES, required=False, help_text="印在首页左上角；特提、平急只用于电报"
    )
    copy_number = forms.RegexField(
        r"^[0-9]{1,6}$", label="份号", required=False, help_text="需要逐份登记的才填，如 1，印作 000001",
        error_messages={"invalid": "份号是 6 位以内的数字，如 1 或 000001。"},
    )  # fmt: skip
    signatory = forms.ModelChoiceField(
        label="签发岗位", queryset=Post.objects.none(), required=False, empty_label="请选择"
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        self.document = document
        super().__init__(*args, **kwargs)
        units = units_to_choose()
        self.fields["main_units"] = UnitsField("主送单位", units)
        self.fields["copy_units"] = UnitsField("抄送单位", units)
        self.fields["distribution"] = UnitsField("发放范围", units)
        self.fields["signatory"].queryset = (
            Post.objects.valid().filter(role__in=SIGNERS).select_related("organization").order_by("order", "pk")
        )
        self._fit_to(document.kind.format)
        if not self.is_bound:
            self.initial = {**self.stored(), **self.initial}

    @cached_property
    def annex_forms(self) -> AnnexForms:
        """Those that were posted, else those of the document."""
        if self.is_bound and "annexes" in self.data:
            return AnnexForms.posted(self.data, self.files)
        return AnnexForms.stored(self.stored_annexes)

    @classmethod
    def typed(cls, data: Any, files: Any, *, document: Document) -> "DocumentForm":
        """The form as it was typed, unchecked, after a button of its annexes."""
        form = cls(document=document, initial=typed_in(cls(data, files, document=document)))
        form.annex_forms = AnnexForms.typed(data, files)
        return form

    @property
    def stored_annexes(self) -> list[dict[str, Any]]:
        """The annexes that the document has."""
        return self.document.description.get("annexes") or []

    def is_valid(self) -> bool:
        """Whether the form and all its annexes are right."""
        return all([super().is_valid(), self.annex_forms.is_valid()])

    @property
    def mistakes(self) -> list[dict[str, str]]:
        """What is wrong, in the order of the page: which field, its anchor, the sentence."""
        found = [{"label": "", "anchor": "", "sentence": str(error)} for error in self.non_field_errors()]
        parts = [("", self), *((form.label, form) for form in self.annex_forms.forms)]
        found += [
            {"label": f"{head} {field.label}".strip(), "anchor": str(field.auto_id), "sentence": str(field.errors[0])}
            for head, form in parts for field in form if field.errors
        ]  # fmt: skip
        refusal = self.annex_forms.refusal
        return found + ([{"label": "附件", "anchor": "annexes", "sentence": refusal}] if refusal else [])

    def _fit_to(self, wanted: str) -> None:
        if wanted != Format.DOCUMENT:
            del self.fields["masthead"]
        if wanted != Format.MINUTES:
            return
        del self.fields["recipients"], self.fields["main_units"], self.fields["urgency"], self.fields["copy_number"]
        for role in ROLES:
            self.fields[role] = lines(role, 2, hint="一行一人（或一个单位）")

    @property
    def attendee_fields(self) -> list[Any]:
        """Those of minutes."""
        return [self[role] for role in ROLES if role in self.fields]

    @property
    def mark_fields(self) -> list[Any]:
        """What is printed in the corner of the first page."""
        return [self[name] for name in ("urgency", "copy_number") if name in self.fields]

    @property
    def text_fields(self) -> list[Any]:
        """What is typed."""
        names = ("title", "recipients", "body", "annexes_note", "signature", "masthead", "date", "note", "copy_to")
        return [self[name] for name in names if name in self.fields]

    def stored(self) -> dict[str, Any]:
        """What the document says now, as the form shows it."""
        document, said = self.document, self.document.description
        found = {name: "\n".join(_listed(said.get(name))) for name in LINES}
        people = said.get("attendees") or {}
        by_hand = [row for row in document.recipients.all() if row.by_hand]
        return found | {role: "\n".join(people.get(role, [])) for role in ROLES} | {
            "version": document.version, "title": said.get("title") or document.title,
            "body": text_of(said.get("body") or []), "date": said.get("date"), "note": said.get("note", ""),
            "classification": document.classification, "signatory": document.signatory_id,
            "urgency": said.get("urgency", ""), "copy_number": said.get("copy_number", ""),
            "main_units": [str(row.organization_id) for row in by_hand if row.part == Part.MAIN],
            "copy_units": [str(row.organization_id) for row in by_hand if row.part == Part.COPY],
            "distribution": [str(unit.pk) for unit in document.distribution.all()],
        }  # fmt: skip

    def saved_value(self, document: Document, name: str) -> Any:
        """What is stored of a field that is no field of the model, for the page of a stale form."""
        if name == "annexes":
            return text_of_annexes(self.stored_annexes)
        value = self.stored().get(name)
        field = self.fields[name]
        return [field.fitting[pk] for pk in value if pk in field.fitting] if isinstance(field, UnitsField) else value

    def clean(self) -> dict[str, Any]:
        """A unit stands in one part."""
        cleaned = super().clean() or {}
        cleaned.setdefault("main_units", [])
        if self.annex_forms.is_valid():
            cleaned["annexes"] = text_of_annexes(self._annexes_said)
        both = [unit for unit in cleaned.get("copy_units", []) if unit in cleaned["main_units"]]
        if both:
            self.add_error("copy_units", f"{'、'.join(map(str, both))}已在主送单位中，请从抄送单位中去掉。")
        return cleaned

    @property
    def _annexes_said(self) -> list[dict[str, Any]]:
        """Those that were typed; those of the document when the form was posted without its annexes."""
        return self.annex_forms.said if "annexes" in self.data else self.stored_annexes

    @property
    def said(self) -> dict[str, Any]:
        """The description that was typed."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: lines_of(data.get(name, "")) for name in LINES}
        found |= {name: data.get(name, "") for name in ("urgency", "copy_number")}
        found["annexes"] = self._annexes_said
        found["attendees"] = {role: people for role in ROLES if (people := lines_of(data.get(role, "")))}
        return found | {
            "title": "\n".join(lines_of(data["title"])), "body": paragraphs_of(data["body"]), "note": data["note"],
            "date": data["date"].isoformat() if data["date"] else None,
        }  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the model."""
        data = self.cleaned_data
        return {
            "title": "".join(lines_of(data["title"])), "classification": data["classification"],
            "signatory": data["signatory"],
        }  # fmt: skip

    @property
    def units(self) -> tuple[list[Organization], list[Organization]]:
        """The units that were ticked, main and copy."""
        return self.cleaned_data["main_units"], self.cleaned_data["copy_units"]


def _listed(value: Any) -> list[str]:
    return [str(value)] if isinstance(value, str) else list(value or [])


class IssueForm(MoveForm):
    """Issuing asks for the day, and of a joint document for the number that the leading office gave."""

    issued_on = forms.DateField(label="印发日期", widget=DATE)
    outside_number = forms.CharField(
        label="其他机关编的文号", max_length=LONGEST, required=False,
        help_text="联合发文只用主办机关的文号：由其他机关主办的，填该机关编的文号，如“某办发〔2026〕3号”；不填则编本机关文号",
    )  # fmt: skip
    own_fields = ("issued_on", "outside_number")

    def __init__(self, *args: Any, matter: Document, **kwargs: Any) -> None:
        super().__init__(*args, matter=matter, **kwargs)
        self.initial["issued_on"] = self.initial["held_on"]
        if not issuing_offices(matter):
            del self.fields["outside_number"]

    def clean_outside_number(self) -> str:
        """A number in the one way of writing."""
        typed = self.cleaned_data["outside_number"]
        number = tidy_number(typed)
        if typed and not number:
            raise forms.ValidationError(WRONG_NUMBER)
        return number

    @property
    def data_of_act(self) -> dict[str, Any]:
        """What this document asks for."""
        return {name: self.cleaned_data[name] for name in self.own_fields if name in self.fields}


class RecordForm(forms.Form):
    """A receipt recorded for a unit that does not log in."""

    receiver = forms.CharField(label="签收人", max_length=50, required=False)
    source = forms.CharField(label="代录来源", max_length=200, help_text="如：纸质回执、来电人及时间")
