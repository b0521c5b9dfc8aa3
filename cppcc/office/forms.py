"""The form of the login."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField


class LoginForm(AuthenticationForm):
    """Django's; a name longer than any account's is told before the failed attempt would be written down."""

    username = UsernameField(label="账号", max_length=150, widget=forms.TextInput(attrs={"autofocus": True}))
