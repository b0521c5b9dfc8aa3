"""The form of a due rule."""

import re
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField

from cppcc.deadlines.models import DueRule
from cppcc.deadlines.parties import choices


class DaysField(SimpleArrayField):
    """Whole numbers in a row, parted by any comma or a blank; the largest first, each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(forms.IntegerField(min_value=0, max_value=365), max_length=20, delimiter="、", **kwargs)

    def to_python(self, value: Any) -> Any:
        """The numbers."""
        text = re.sub(r"[\s,，、;；]+", "、", str(value or "").strip()).strip("、")
        try:
            return sorted(set(super().to_python(text)), reverse=True)
        except forms.ValidationError as wrong:
            raise forms.ValidationError("请填 0 到 365 的整数天数，用顿号分开，如 7、3、1、0。") from wrong


class RuleForm(forms.ModelForm):
    """A due rule; its step and its anchor are words of the program and stay as they are."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    remind = DaysField(label="提前几天提醒", required=False, help_text="如 7、3、1、0；0 为当天，按日历天数算")
    reason = forms.CharField(label="调整理由", max_length=300, help_text="留在变更记录和期限变动里")

    class Meta:
        model = DueRule
        fields = ("label", "offset", "unit", "rest_day", "responsible", "remind", "repeat", "escalate_after",
                  "escalate_to", "rule")  # fmt: skip

    def __init__(self, *args: Any, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = version
        rule = self.instance
        for name, empty in (("responsible", []), ("escalate_to", [("", "不报告")])):
            label = self.fields[name].label
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[*empty, *choices(getattr(rule, name))], required=not empty
            )
        self.fields["rule"].validators.append(rule_id)


def rule_id(value: str) -> None:
    """Raise ValidationError when `value` is no rule id."""
    if not re.fullmatch(r"R[0-9]{3}", value):
        raise forms.ValidationError("规则编号是字母 R 加三位数字，如 R001；没有可不填。")
