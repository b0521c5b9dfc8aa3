"""The form of the login; how a form shows what was refused for one of its fields."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField

from cppcc.office.refusals import FieldRefused, Refused


class LoginForm(AuthenticationForm):
    """Django's; a name longer than any account's is told before the failed attempt would be written down."""

    username = UsernameField(label="账号", max_length=150, widget=forms.TextInput(attrs={"autofocus": True}))


def saved(form: forms.BaseForm, save: Callable[[], Any], *, beside: str | None = None) -> bool:
    """Whether `save` went well; what it refuses stands on the form, beside its field or above all, with what was typed.

    `beside`: the field that every refusal is about. What is more than a refusal (a stale form, a right that is
    missing) goes on to the page that shows it.
    """
    try:
        save()
    except FieldRefused as refusal:
        form.add_error(refusal.field, refusal.sentence)
        return False
    except Refused as refusal:
        if type(refusal) is not Refused:
            raise
        form.add_error(beside, refusal.sentence)
        return False
    return True
