"""What leaves the house: dispatches that a clerk draws up, and one outbox row per recipient and channel."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cppcc.office.matters import OptionalMatterRef
from cppcc.office.models import Organization, Person


class DispatchStatus(models.TextChoices):
    """Where a dispatch stands."""

    DRAFT = "draft", "草稿"
    HELD = "held", "待放行"
    RELEASED = "released", "已发出"
    CANCELLED = "cancelled", "已取消"


class Dispatch(OptionalMatterRef):
    """A text to several recipients, seen by a clerk before it leaves (发信)."""

    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文", max_length=5000)
    formal = models.BooleanField("正式函件", default=False, help_text="正式函件须经放行后才发出")
    status = models.CharField(
        "状态", max_length=10, choices=DispatchStatus.choices, default=DispatchStatus.DRAFT, editable=False
    )
    version = models.PositiveIntegerField("版次", default=1, editable=False)
    token = models.UUIDField("表单令牌", unique=True, null=True, blank=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="拟稿人", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    released_at = models.DateTimeField("发出时间", null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="放行人", on_delete=models.PROTECT, null=True, editable=False,
        related_name="+",
    )  # fmt: skip
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(OptionalMatterRef.Meta):
        verbose_name = "发信"
        verbose_name_plural = "发信"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [*OptionalMatterRef.Meta.indexes, models.Index(fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return self.title


class Channel(models.TextChoices):
    """How something reaches a recipient. Print and telephone are ticked by a clerk; notices are always made."""

    EMAIL = "email", "电子邮件"
    NOTICE = "notice", "站内信"
    PRINT = "print", "打印送达"
    PHONE = "phone", "电话通知"


class OutboxStatus(models.TextChoices):
    """Where a delivery stands."""

    DRAFT = "draft", "未放行"
    PENDING = "pending", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已送出"
    DOUBT = "doubt", "是否送出不明"
    DEAD = "dead", "发送失败"
    BY_HAND = "by_hand", "待人工送达"
    CANCELLED = "cancelled", "已取消"


class Outbox(models.Model):
    """One message to one recipient through one channel, by a unique key; the Message-ID follows from the key.

    `claims` fences: only who claimed last may mark the row. `tries` counts what the mail server refused for now.
    """

    key = models.CharField("唯一键", max_length=200, unique=True)
    dispatch = models.ForeignKey(
        Dispatch, verbose_name="发信", on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    channel = models.CharField("方式", max_length=10, choices=Channel.choices)
    formal = models.BooleanField("正式函件", default=False)
    person = models.ForeignKey(
        Person, verbose_name="收件人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="收件单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    address = models.CharField("地址", max_length=254, blank=True)
    subject = models.CharField("标题", max_length=200)
    body = models.TextField("正文", blank=True)
    digest_on = models.DateField("汇总日期", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=OutboxStatus.choices, default=OutboxStatus.PENDING)
    claims = models.PositiveIntegerField("认领次数", default=0)
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    not_before = models.DateTimeField("最早发送时间")
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    message_id = models.CharField("邮件编号", max_length=250, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)
    created_at = models.DateTimeField("建立时间")
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="登记人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.CharField("登记说明", max_length=200, blank=True, help_text="如：已电话通知张科长")

    class Meta:
        verbose_name = "发送记录"
        verbose_name_plural = "发送记录"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["not_before", "id"], name="outbox_pending", condition=Q(status="pending")),
            models.Index(fields=["lease_until"], name="outbox_sending", condition=Q(status="sending")),
            models.Index(fields=["status", "-created_at", "-id"], name="outbox_by_status"),
            models.Index(fields=["-created_at", "-id"], name="outbox_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(lease_until__isnull=False), name="deadlines_outbox_has_lease"
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False), name="deadlines_outbox_sent_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.recipient}"

    @property
    def recipient(self) -> str:
        """To whom it goes."""
        return "，".join(str(side) for side in (self.organization, self.person) if side)
