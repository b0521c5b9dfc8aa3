"""To whom a document goes, why, and what became of it there: sent, received (签收), read. R111, R113, R120."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from cppcc.documents.models.reference import Part
from cppcc.office.models import Organization


class How(models.TextChoices):
    """How a receipt came."""

    LOGIN = "login", "登录签收"
    LINK = "link", "链接签收"
    PROXY = "proxy", "代录"


class RecipientQuerySet(models.QuerySet):
    """Recipients by what became of the document."""

    def sent(self) -> "RecipientQuerySet":
        """Those it was sent to."""
        return self.filter(sent_at__isnull=False)

    def pending(self) -> "RecipientQuerySet":
        """Those who have not said that they have it."""
        return self.sent().filter(received_at__isnull=True)


class Recipient(models.Model):
    """A unit that a document goes to. `withheld`: why a unit that a rule names does not get it after all."""

    document = models.ForeignKey(
        "documents.Document", verbose_name="公文", on_delete=models.CASCADE, related_name="recipients"
    )
    organization = models.ForeignKey(Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    part = models.CharField("主送或抄送", max_length=10, choices=Part.choices)
    by_hand = models.BooleanField("手工", default=True)
    why = models.CharField("发送依据", max_length=200)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    withheld = models.CharField("不发原因", max_length=200, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True)
    received_at = models.DateTimeField("签收时间", null=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    how = models.CharField("签收方式", max_length=10, choices=How.choices, blank=True)
    receiver = models.CharField("签收人", max_length=50, blank=True)
    proxy_source = models.CharField("代录来源", max_length=200, blank=True)
    read_at = models.DateTimeField("首次阅读时间", null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="阅读人", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = "收文单位"
        verbose_name_plural = "收文单位"
        ordering: ClassVar = ["-part", "organization__kind", "organization__order", "pk"]  # 主送 before 抄送
        indexes: ClassVar = [models.Index(fields=["organization", "received_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "organization"], name="documents_recipient_unique"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, how="") | (Q(received_at__isnull=False) & ~Q(how="")),
                name="documents_recipient_receipt_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(how="proxy") | ~Q(proxy_source=""), name="documents_recipient_proxy_has_source"
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(sent_at__isnull=False),
                name="documents_recipient_received_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(withheld="") | Q(sent_at__isnull=True), name="documents_recipient_withheld_not_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}（{self.get_part_display()}）"

    @property
    def grounds(self) -> tuple[str, str, str]:
        """In which part and why: rows of the same grounds stand together on the page."""
        return self.part, self.rule, self.why
