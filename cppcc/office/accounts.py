"""Logging in: the account backend and the password rule of this house."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.db.models.expressions import BaseExpression, Combinable

LOADED_ALONG: dict[str, BaseExpression | Combinable] = {}


def load_along(name: str, expression: BaseExpression | Combinable) -> None:
    """Let an app above read something of the account in the statement that every request makes anyway."""
    LOADED_ALONG[name] = expression


class AccountBackend(ModelBackend):
    """Django's backend; demo accounts enter only where the demo was switched on, and persons come along."""

    def user_can_authenticate(self, user) -> bool:
        """Active, and no demo account outside a demo."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id):
        """The user with the person and what is loaded along, in one query; None when it may not log in any longer."""
        users = get_user_model().objects.select_related("person").annotate(**LOADED_ALONG)
        user = users.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class MixedCharactersValidator:
    """A password needs letters and digits."""

    def validate(self, password: str, user=None) -> None:
        """Raise ValidationError unless `password` has a letter and a digit."""
        if not (any(c.isalpha() for c in password) and any(c.isdigit() for c in password)):
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        """The rule as the user reads it."""
        return "密码须同时包含字母和数字。"
