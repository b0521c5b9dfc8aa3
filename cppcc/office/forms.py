"""The form of the login; how a form shows what was refused for one of its fields."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField

from cppcc.office.refusals import FieldRefused


class LoginForm(AuthenticationForm):
    """Django's; a name longer than any account's is told before the failed attempt would be written down."""

    username = UsernameField(label="账号", max_length=150, widget=forms.TextInput(attrs={"autofocus": True}))


def saved(form: forms.BaseForm, save: Callable[[], Any]) -> bool:
    """Whether `save` went well; what it refuses for one field is shown beside that field, with all that was typed."""
    try:
        save()
    except FieldRefused as refusal:
        form.add_error(refusal.field, refusal.sentence)
        return False
    return True
