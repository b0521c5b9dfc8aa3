"""Forms of answers: what a person says, what the office records for him; requests for leave."""

from typing import Any

from django import forms

from cppcc.meetings.models import Answer, Participant
from cppcc.meetings.models.participants import How, Leave
from cppcc.meetings.replying import Said

Act = Answer.Act
CHOICES = [(Act.YES, "参加"), (Act.LEAVE, "请假"), (Act.DEPUTY, "委派他人参加"), (Act.NO, "不参加")]


class AnswerForm(forms.Form):
    """What any answer to an invitation says, and whence the office knows it."""

    act = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(label="原因", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    deputy_name = forms.CharField(label="受委派人姓名", max_length=50, required=False, help_text="委派他人的必填")
    deputy_title = forms.CharField(label="受委派人职务", max_length=100, required=False)
    source = forms.CharField(label="代录来源", max_length=200)

    def __init__(self, *args: Any, row: Any, act: str | None, how: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if how != How.PROXY:
            del self.fields["source"]
        if not self.is_bound:
            self.initial.update(act=act, reason=row.reason, deputy_name=row.deputy_name, deputy_title=row.deputy_title)

    def clean(self) -> dict[str, Any]:
        """What each answer needs."""
        cleaned = super().clean() or {}
        if "act" in cleaned and not self.errors and (wrong := self.said.wrong()):
            self.add_error(*wrong)
        return cleaned

    @property
    def said(self) -> Said:
        """The answer."""
        names = ("act", "reason", "deputy_name", "deputy_title")
        return Said(**{name: self.cleaned_data.get(name, "") for name in names})


class ReplyForm(AnswerForm):
    """An answer to the notice of a meeting."""

    act = forms.ChoiceField(label="是否参加", choices=CHOICES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, row: Participant, how: str, **kwargs: Any) -> None:
        act = Act.LEAVE if row.leave in (Leave.ASKED, Leave.GRANTED) else row.reply or None
        super().__init__(*args, row=row, act=act, how=how, **kwargs)
        self.fields["reason"].help_text = "请假、不参加的必填"
        if "source" in self.fields:
            self.fields["source"].help_text = "如：来电人及时间、书面回执"


class LeaveForm(forms.Form):
    """What is decided on a request for leave."""

    decision = forms.ChoiceField(choices=[("grant", "准假"), ("refuse", "不准假")])
    opinion = forms.CharField(label="意见", max_length=200, required=False)
