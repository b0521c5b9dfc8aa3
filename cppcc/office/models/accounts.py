"""Accounts: who logs in. Rights come from the posts of the person behind the account."""

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.acting import Acting, acting_of


class User(AbstractUser):
    """An account. Superusers administer in Django admin; they pass no workflow by being superusers."""

    first_name = None  # type: ignore[assignment]  # the person has the name
    last_name = None  # type: ignore[assignment]
    person = models.OneToOneField(
        "office.Person", verbose_name="对应人员", on_delete=models.PROTECT, null=True, blank=True, related_name="user"
    )
    large_type = models.BooleanField("大字版", default=False)
    is_demo = models.BooleanField("演示账号", default=False, editable=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True, editable=False)
    history = HistoricalRecords(
        verbose_name="变更记录", excluded_fields=["password", "last_login", "large_type", "password_changed_at"]
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "账号"
        verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.person.name if self.person_id else self.username

    @cached_property
    def acting(self) -> list[Acting]:
        """The posts this account may act in today, own and delegated; asked once a request."""
        return acting_of(self)

    def get_full_name(self) -> str:
        """The person's name."""
        return str(self)

    def get_short_name(self) -> str:
        """The person's name."""
        return str(self)
