"""What people do with a deadline by hand. `revision` tells whether its day moved since the form was opened."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from cppcc.deadlines.models import Deadline

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
REASON = 300
LONGEST = timedelta(days=3 * 366)  # a day further off is a slip of the pen


class CloseForm(forms.Form):
    """An act on a deadline, with its reason."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="理由", max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["revision"] = deadline.revision
        self.deadline = deadline

    def clean_reason(self) -> str:
        """Without blanks around."""
        return self.cleaned_data["reason"].strip()


class FinishForm(CloseForm):
    """Met on a day; late ones say why."""

    on = forms.DateField(label="完成日期", widget=DATE)
    field_order = ("on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["on"] = timezone.localdate()
        self.fields["on"].widget.attrs["max"] = f"{timezone.localdate():%Y-%m-%d}"
        self.fields["reason"].label, self.fields["reason"].required = "逾期理由", False
        self.fields["reason"].help_text = f"完成日期晚于 {self.deadline.due_on:%Y-%m-%d} 的必填"

    def clean_on(self) -> Any:
        """Not in the future."""
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("完成日期不能晚于今天。")
        if day < self.deadline.anchor_on - LONGEST and day < self.deadline.due_on - LONGEST:
            raise forms.ValidationError("完成日期比期限早了三年以上，请核对年份。")
        return day

    def clean(self) -> dict[str, Any]:
        """A late one needs its reason."""
        cleaned = super().clean() or {}
        on = cleaned.get("on")
        if on and on > self.deadline.due_on and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "完成日期晚于期限，请写明逾期理由；理由会列入年度逾期情况。")
        return cleaned


class MoveForm(CloseForm):
    """Another day."""

    to = forms.DateField(label="新的期限", widget=DATE)
    field_order = ("to", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].help_text = "起算日以后再变动时，期限会重新推算"

    def clean_to(self) -> Any:
        """Not in the past, and another day than now."""
        day = self.cleaned_data["to"]
        if day < timezone.localdate():
            raise forms.ValidationError("新的期限不能早于今天。")
        if day > timezone.localdate() + LONGEST:
            raise forms.ValidationError("新的期限在三年以后，请核对年份。")
        if day == self.deadline.due_on:
            raise forms.ValidationError("新的期限与现在的期限相同。")
        return day


class WaiveForm(CloseForm):
    """It need not be done."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "免除理由"


class ExplainForm(CloseForm):
    """Why it was late, said afterwards."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "逾期理由"
