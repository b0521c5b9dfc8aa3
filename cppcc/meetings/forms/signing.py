"""Forms of signing in: a press at the desk, a name and four digits on a phone, somebody who is not on the list."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.http import QueryDict

from cppcc.meetings.models import ParticipantClass
from cppcc.meetings.signing import Press
from cppcc.meetings.walking_in import Stranger, namesakes
from cppcc.office.models import Person
from cppcc.office.posted import whole_number, whole_numbers
from cppcc.office.refusals import Refused

PRESSED = re.compile(r"([a-z_]{1,10}):([0-9]{1,18})(?::([0-9a-f-]{36}))?")
BULK = "ticked"
WORDS = "这次操作不完整，请刷新页面后再试。"


def uuid_of(text: str | None) -> UUID:
    """A client id. Raises Refused for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        raise Refused(WORDS) from None


def presses(posted: QueryDict) -> Sequence[Press]:
    """What was pressed: one button (act:participant:of), or 签到 for all ticked. Raises Refused for anything else.

    A page without JavaScript brings one id; each press on it gets its own, the same for the same press.
    """
    said, page = posted.get("press", ""), posted.get("page")
    if said == BULK:
        ticked = whole_numbers(posted.getlist("participant"))
        if not ticked:
            raise Refused("请先勾选名单上的人。")
        own = uuid_of(posted.get("client_id") or page)
        return [Press(pk, "arrive", uuid5(own, f"arrive:{pk}")) for pk in dict.fromkeys(ticked)]
    found = PRESSED.fullmatch(said)
    if found is None:
        raise Refused(WORDS)
    act, pk, of = found.groups()
    client_id = uuid_of(posted.get("client_id")) if "client_id" in posted else uuid5(uuid_of(page), said)
    waited = timedelta(seconds=min(whole_number(posted.get("waited")), 10**6))
    return [Press(int(pk), act, client_id, uuid_of(of) if of else None, waited)]


class NameForm(forms.Form):
    """Who signs in without an account."""

    name = forms.CharField(label="姓名", max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    digits = forms.CharField(
        label="手机号后四位", min_length=4, max_length=4,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "pattern": "[0-9]{4}"}),
        help_text="受委派参加的，填写本人姓名和委派人的手机号后四位",
    )  # fmt: skip
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_digits(self) -> str:
        """Four digits."""
        digits = self.cleaned_data["digits"]
        if not re.fullmatch("[0-9]{4}", digits):
            raise forms.ValidationError("请填写四位数字。")
        return digits


class WalkInForm(forms.Form):
    """Somebody who is not on the list: found among those we know, or new."""

    person = forms.ModelChoiceField(queryset=Person.objects.all(), required=False, widget=forms.HiddenInput)
    name = forms.CharField(label="姓名", max_length=50, required=False)
    unit = forms.CharField(label="单位", max_length=60, required=False)
    title = forms.CharField(label="职务", max_length=40, required=False)
    phone = forms.RegexField(
        r"^[0-9+ -]{5,20}$", label="手机", required=False, error_messages={"invalid": "手机号只能写数字。"}
    )
    participant_class = forms.ModelChoiceField(label="作为", queryset=ParticipantClass.objects.all(), empty_label=None)
    another = forms.BooleanField(label="不是上面的人，是另一位同名的人", required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.namesakes: list[Person] = []
        classes = list(ParticipantClass.objects.all())
        usual = next((one for one in classes if one.key == "attending"), classes[0] if classes else None)
        self.initial.setdefault("participant_class", usual)

    def clean(self) -> dict[str, Any]:
        """A person, or a name; a name that we know is looked at first."""
        cleaned = super().clean() or {}
        name = cleaned.get("name", "")
        if cleaned.get("person") is None and not self.errors:
            self.namesakes = namesakes(name) if name else []
            if not name:
                self.add_error("name", "请填写姓名，或在查到的人中选择。")
            elif self.namesakes and not cleaned.get("another"):
                self.add_error("another", "人员库里有同名的人，请先核对；确是另一位的，勾选后再提交。")
        return cleaned

    @property
    def who(self) -> Person | Stranger:
        """Whom it is about."""
        said = self.cleaned_data
        return said["person"] or Stranger(said["name"], said["unit"], said["title"], said["phone"])
