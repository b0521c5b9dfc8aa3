"""In-app notices (站内信), and how each person wants to be told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One notice to one account, exactly once by its key."""

    key = models.CharField("唯一键", max_length=200, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收件人", on_delete=models.CASCADE, related_name="notices"
    )
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    url = models.CharField("页面", max_length=300, blank=True)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    urgent = models.BooleanField("紧急", default=False)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    digest_on = models.DateField("汇总日期", null=True, blank=True)

    class Meta:
        verbose_name = "站内信"
        verbose_name_plural = "站内信"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["user", "digest_on"], name="notice_digest", condition=Q(digest_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class NoticeWish(models.Model):
    """How an account wants its mail: each at once, one a day, or none; in-app notices always come."""

    class Mail(models.TextChoices):
        """How reminders come by mail."""

        EACH = "each", "逐条发送"
        DIGEST = "digest", "每天汇总一封"
        NONE = "none", "不发邮件"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="notice_wish"
    )
    mail = models.CharField("邮件提醒", max_length=10, choices=Mail.choices, default=Mail.EACH)
    quiet_from = models.TimeField("免打扰开始", null=True, blank=True)
    quiet_to = models.TimeField("免打扰结束", null=True, blank=True)

    class Meta:
        verbose_name = "通知偏好"
        verbose_name_plural = "通知偏好"

    def __str__(self) -> str:
        return f"{self.user} {self.get_mail_display()}"
