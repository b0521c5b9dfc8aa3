"""Forms of tasks: giving one or many, answering, another day. R126."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from cppcc.deadlines.due import weekday
from cppcc.deadlines.ladder import in_full
from cppcc.deadlines.models import Task
from cppcc.deadlines.models.tasks import ANSWER_TASK
from cppcc.deadlines.recipients import find_persons, units_to_choose
from cppcc.deadlines.working_days import load_working_days
from cppcc.files.safety import ALLOWED
from cppcc.office.models import Organization, Person, Tenure
from cppcc.office.roles import Role, acts_of
from cppcc.office.units_field import UnitsField
from cppcc.office.validity import today, valid_on
from cppcc.workflow.forms import DATE, MoveForm
from cppcc.workflow.models import Movement

ANSWERING = [(role.value, role.label) for role in Role if ANSWER_TASK in acts_of(role) and role != Role.MEMBER]
LONGEST = timedelta(days=3 * 366)  # a day further off is a slip of the pen
MOST_FILES = 10
ANYWAY = "仍用这个期限"


def refuse_day(day: date, due_by: date | None = None) -> str:
    """What speaks against a day that may be chosen all the same; "" when nothing does."""
    if not load_working_days().is_workday(day):
        return f"{day:%Y-%m-%d}是休息日（{weekday(day)}）"
    if due_by and day > due_by:
        return f"晚于来源事项的期限（{in_full(due_by)}）"
    return ""


def check_day(form: forms.Form, *, due_by: date | None = None) -> None:
    """Put the error of a day onto the form; a rest day, or one after the matter's own, is confirmed by a tick."""
    day = form.cleaned_data.get("due_on")
    if day is None:
        return
    if day < timezone.localdate():
        form.add_error("due_on", "完成期限不能早于今天。")
    elif day > timezone.localdate() + LONGEST:
        form.add_error("due_on", "完成期限在三年以后，请核对年份。")
    elif not form.cleaned_data.get("anyway") and (told := refuse_day(day, due_by)):
        form.add_error("due_on", f"{told}，请改期；确需定在这一天的，请勾选“{ANYWAY}”。")


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; none is allowed."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each by itself."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(f"一次最多上传 {MOST_FILES} 个文件。")
        return [super(FilesField, self).clean(one, initial) for one in given]


class GiveForm(forms.Form):
    """One task for one unit, or the same one for many."""

    title = forms.CharField(label="任务", max_length=200, help_text="一句话写清要做什么")
    detail = forms.CharField(
        label="要求", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="标准、形式、报送给谁；可不填",
    )  # fmt: skip
    due_on = forms.DateField(label="完成期限", widget=DATE)
    anyway = forms.BooleanField(label=ANYWAY, required=False, help_text="期限落在休息日，或晚于来源事项的期限时勾选")
    role = forms.ChoiceField(
        label="承办岗位", choices=[("", "该单位任何经办人"), *ANSWERING], required=False,
        help_text="不指定的，该单位能回复任务的人都能办",
    )  # fmt: skip
    person = forms.CharField(
        label="承办人", max_length=60, required=False,
        help_text="只交给一个单位时可填；有重名的写作“张三（单位简称）”",
    )  # fmt: skip
    source = forms.CharField(
        label="任务来源", max_length=150, required=False, help_text="如：2026年3月工作协调会议定；可不填"
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, matter: Any = None, due_by: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due_by = due_by
        self.found: Person | None = None
        fitting = [unit for unit in units_to_choose() if unit.kind != Organization.Kind.SECTOR_GROUP]
        self.fields["units"] = UnitsField("承办单位", fitting)
        self.fields["units"].help_text = "选几个单位，就分别建立几项任务，各自回复、各自办结"
        self.fields["due_on"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"
        if due_by:
            self.fields["due_on"].help_text = f"来源事项的期限是{in_full(due_by)}"
        if matter is not None:
            del self.fields["source"]
        self.order_fields(("title", "detail", "units", "role", "person", "due_on", "anyway", "source"))
        self.initial.setdefault("token", uuid.uuid4())

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_units(self) -> list[Organization]:
        """At least one."""
        if not self.cleaned_data["units"]:
            raise forms.ValidationError("请选择承办单位。")
        return self.cleaned_data["units"]

    def clean(self) -> dict[str, Any]:
        """The day, the person and his post, a token."""
        cleaned = super().clean() or {}
        check_day(self, due_by=self.due_by)
        units: Sequence[Organization] = cleaned.get("units") or ()
        if cleaned.get("person") and units:
            self._find(cleaned, units)
        elif cleaned.get("role"):
            self._seat(cleaned["role"], units)
        cleaned["token"] = cleaned.get("token") or uuid.uuid4()
        return cleaned

    def _find(self, cleaned: dict[str, Any], units: Sequence[Organization]) -> None:
        if len(units) > 1:
            return self.add_error("person", "交给几个单位的任务不能指定承办人，请分别交办。")
        persons, wrong = find_persons(cleaned["person"])
        if wrong or len(persons) != 1:
            return self.add_error("person", "".join(wrong[:3]) or "只填一位承办人。")
        held = Tenure.objects.filter(valid_on(today()), valid_on(today(), "post__"), person=persons[0])
        roles = list(
            held.filter(post__organization=units[0]).order_by("post__order").values_list("post__role", flat=True)
        )
        fitting = [role for role in roles if role in dict(ANSWERING) and cleaned.get("role") in ("", role)]
        if not fitting:
            return self.add_error("person", f"{persons[0].name}在{units[0].name}没有可以承办任务的岗位，请核对。")
        self.found, cleaned["role"] = persons[0], fitting[0]
        return None

    def _seat(self, role: str, units: Sequence[Organization]) -> None:
        day, pks = today(), [unit.pk for unit in units]
        seats = Tenure.objects.filter(valid_on(day), valid_on(day, "post__"), post__role=role)
        there = set(seats.filter(post__organization__in=pks).values_list("post__organization", flat=True))
        if missing := [unit.name for unit in units if unit.pk not in there]:
            self.add_error("role", f"{'、'.join(missing[:5])}没有人担任“{dict(ANSWERING)[role]}”，请改选岗位或不指定。")

    @property
    def who(self) -> Person | None:
        """The person that was named."""
        return self.found


class AnswerForm(MoveForm):
    """What was done, with files."""

    answer = forms.CharField(label="办理情况", max_length=5000, widget=forms.Textarea(attrs={"rows": 7}))
    uploads = FilesField(label="附件", required=False, help_text=f"可选几个；支持 {'、'.join(sorted(ALLOWED))}")
    own_fields = ("answer", "uploads")

    def __init__(self, *args: Any, matter: Task, **kwargs: Any) -> None:
        super().__init__(*args, matter=matter, **kwargs)
        self.initial = {**self.initial, "answer": matter.answer}
        self.fields["opinion"].widget = forms.HiddenInput()
        self.facts = [("要求", matter.detail), ("完成期限", in_full(matter.due_on))] if matter.detail else [
            ("完成期限", in_full(matter.due_on))
        ]  # fmt: skip
        back = Movement.for_matter(matter).filter(name__in=("send_back", "reopen")).first()
        if back:
            self.facts.append((f"{back.label}的意见", back.opinion))


class PostponeForm(MoveForm):
    """Another day, and why."""

    due_on = forms.DateField(label="新的完成期限", widget=DATE)
    anyway = forms.BooleanField(label=ANYWAY, required=False, help_text="期限落在休息日时勾选")
    own_fields = ("due_on", "anyway")

    def __init__(self, *args: Any, matter: Task, **kwargs: Any) -> None:
        super().__init__(*args, matter=matter, **kwargs)
        self.initial = {**self.initial, "due_on": matter.due_on}
        self.fields["opinion"].label = "调整理由"
        self.facts = [("现在的期限", in_full(matter.due_on))]

    def clean(self) -> dict[str, Any]:
        """The day."""
        cleaned = super().clean() or {}
        check_day(self)
        return cleaned


class ReasonForm(MoveForm):
    """An act with its reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opinion"].label = "理由"


FORMS: dict[str, type[MoveForm]] = {
    "answer": AnswerForm, "postpone": PostponeForm, "drop": ReasonForm, "reopen": ReasonForm,
}  # fmt: skip
