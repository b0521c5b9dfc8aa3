"""How an account wants to be told."""

from typing import Any

from django import forms

from cppcc.deadlines.models import NoticeWish

TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class WishForm(forms.ModelForm):
    """Mail each, once a day or never; hours in which no reminder comes by mail."""

    class Meta:
        model = NoticeWish
        fields = ("mail", "quiet_from", "quiet_to")
        widgets = {"mail": forms.RadioSelect, "quiet_from": TIME, "quiet_to": TIME}
        help_texts = {
            "mail": "站内信总会收到，不受这里影响；办公室发出的正式函件不汇总",
            "quiet_from": "如 20:00；免打扰时间内的提醒邮件推迟到结束后发送",
            "quiet_to": "如次日 07:30；两个时间都不填时，用机关统一的免打扰时间",
        }

    def clean(self) -> dict[str, Any]:
        """Both ends of the quiet hours or none, and not the same."""
        cleaned = super().clean() or {}
        begin, end = cleaned.get("quiet_from"), cleaned.get("quiet_to")
        if not {"quiet_from", "quiet_to"} & set(self.errors) and (begin is None) != (end is None):
            missing = "quiet_from" if begin is None else "quiet_to"
            self.add_error(missing, "免打扰的开始和结束时间须同时填写，或同时留空。")
        elif begin is not None and begin == end:
            self.add_error("quiet_to", "免打扰的开始和结束时间不能相同。")
        return cleaned
