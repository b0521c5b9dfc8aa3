"""Travel and allowances of members, funds and logistics of activity groups. R140, R142."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cppcc.meetings.models import Meeting
from cppcc.office.models import Organization
from members.models.member import Member


class Allowance(models.Model):
    """What a member was paid for an activity: travel, meals, allowance. Amounts in yuan. R140."""

    class Kind(models.TextChoices):
        """What for."""

        TRAVEL = "travel", "交通费"
        LODGING = "lodging", "住宿费"
        MEALS = "meals", "伙食补助"
        ALLOWANCE = "allowance", "活动补贴"

    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.PROTECT, related_name="allowances")
    meeting = models.ForeignKey(
        Meeting, verbose_name="会议活动", on_delete=models.PROTECT, null=True, blank=True, related_name="allowances"
    )
    kind = models.CharField("项目", max_length=10, choices=Kind.choices)
    on = models.DateField("日期")
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2)
    paid_on = models.DateField("发放日期", null=True, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+", editable=False
    )
    token = models.UUIDField("表单令牌", unique=True, null=True, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "差旅补贴"
        verbose_name_plural = "差旅补贴"
        ordering: ClassVar = ["-on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="members_allowance_positive",
                violation_error_message="金额须大于零。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.member} {self.get_kind_display()} {self.amount}"


class GroupMoney(models.Model):
    """Money and things of an activity group: what came in (positive) and what was spent (negative), in yuan. R142."""

    organization = models.ForeignKey(Organization, verbose_name="活动小组", on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(
        Meeting, verbose_name="会议活动", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = models.DateField("日期")
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2, help_text="拨入为正，支出为负")
    what = models.CharField("事由", max_length=200, help_text="如：年度经费、场地、车辆、资料")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+", editable=False
    )
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "小组经费"
        verbose_name_plural = "小组经费"
        ordering: ClassVar = ["-on", "-pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(amount=0), name="members_groupmoney_not_zero")]

    def __str__(self) -> str:
        return f"{self.organization} {self.what} {self.amount}"
