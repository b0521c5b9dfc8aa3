"""The bodies that approve are data: chains of steps, and the rounds in which matters walk them. R009-R011."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.acting import Acting
from cppcc.office.matters import MatterRef
from cppcc.office.models import Organization
from cppcc.office.roles import Role
from cppcc.office.validity import Valid
from cppcc.workflow.clock import now


class ApprovalChain(Valid):
    """An ordered chain of approval steps; the office chooses one per matter."""

    key = models.SlugField("标识", max_length=60, unique=True)
    name = models.CharField("名称", max_length=80)
    remark = models.CharField("说明", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "审批链"
        verbose_name_plural = "审批链"
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return self.name


class ApprovalStep(models.Model):
    """One step: who decides, and which role of which organisation signs or records it."""

    class Kind(models.TextChoices):
        """What happens at a step."""

        SIGN = "sign", "岗位审签"
        DECIDE = "decide", "会议审议"
        CONSENT = "consent", "征得同意"
        ISSUE = "issue", "印发"

    class OnReturn(models.TextChoices):
        """Where a matter that was sent back begins again."""

        RESTART = "restart", "从第一步重走"
        RESUME = "resume", "从本步继续"

    chain = models.ForeignKey(ApprovalChain, verbose_name="审批链", on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField("次序")
    kind = models.CharField("方式", max_length=10, choices=Kind.choices)
    label = models.CharField("环节名称", max_length=60)
    body = models.ForeignKey(
        Organization, verbose_name="审议机构", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField("办理（录入）角色", max_length=30, choices=Role.choices)
    organization = models.ForeignKey(
        Organization, verbose_name="办理（录入）单位", on_delete=models.PROTECT, related_name="+"
    )
    issuers = models.ManyToManyField(Organization, verbose_name="联合印发单位", blank=True, related_name="+")
    on_return = models.CharField("退回后", max_length=10, choices=OnReturn.choices, default=OnReturn.RESTART)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[issuers])

    class Meta:
        verbose_name = "审批环节"
        verbose_name_plural = "审批环节"
        ordering: ClassVar = ["chain", "order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "order"], name="workflow_step_order_unique")]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """A body must be named where a body decides or consents."""
        if self.kind in (self.Kind.DECIDE, self.Kind.CONSENT) and not self.body_id:
            raise ValidationError({"body": "会议审议或征得同意的环节必须写明审议机构。"})

    @property
    def needs_decision(self) -> bool:
        """Whether passing it records what a body decided, and when."""
        return self.kind in (self.Kind.DECIDE, self.Kind.CONSENT)

    def is_for(self, acting: Acting) -> bool:
        """Whether the post is the one that signs or records this step."""
        return acting.role == self.role and acting.organization_id == self.organization_id


class ApprovalRound(MatterRef):
    """One walk of a matter along its chain; sending back ends it, submitting again opens the next."""

    class Outcome(models.TextChoices):
        """How a round ended."""

        PASSED = "passed", "通过"
        RETURNED = "returned", "退回"
        WITHDRAWN = "withdrawn", "撤回"

    number = models.PositiveSmallIntegerField("轮次")
    chain = models.ForeignKey(ApprovalChain, verbose_name="审批链", on_delete=models.PROTECT, related_name="rounds")
    step = models.ForeignKey(
        ApprovalStep, verbose_name="当前环节", on_delete=models.PROTECT, null=True, related_name="rounds"
    )
    started_at = models.DateTimeField("开始时间", default=now, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, blank=True)

    class Meta(MatterRef.Meta):
        verbose_name = "审批轮次"
        verbose_name_plural = "审批轮次"
        ordering: ClassVar = ["content_type", "object_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["content_type", "object_id", "number"], name="workflow_round_unique"),
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=models.Q(ended_at__isnull=True),
                name="workflow_round_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain} 第{self.number}轮"
