"""A round of asking for topics, and who is asked. R002, R005, R006."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from consultation.models.plan import AnnualPlan
from consultation.models.reference import SolicitationChannel
from cppcc.office.access import reaches_any
from cppcc.office.models import Organization
from cppcc.office.roles import Role
from cppcc.workflow.models import Matter


class SolicitationState(models.TextChoices):
    """Where a round stands."""

    DRAFTING = "drafting", "准备中"
    OPEN = "open", "征集中"
    CLOSED = "closed", "已截止"


class SolicitationQuerySet(models.QuerySet):
    """Rounds as users see them."""

    def visible_to(self, user) -> "SolicitationQuerySet":
        """All for those who read all suggestions; else opened rounds that ask one's organisation, or members."""
        if reaches_any(user, "consultation.view_all_suggestions"):
            return self
        mine = {acting.organization_id for acting in user.acting}
        asked = Addressee.objects.filter(solicitation=OuterRef("pk"), organization__in=mine)
        reach = Q(Exists(asked))
        if any(acting.role == Role.MEMBER for acting in user.acting):
            reach |= Q(asks_members=True)
        return self.filter(reach).exclude(state=SolicitationState.DRAFTING)

    def listed(self) -> "SolicitationQuerySet":
        """With how many are asked and how many have answered."""
        answered = Q(addressees__answered_on__isnull=False)
        return self.select_related("plan").annotate(
            asked=Count("addressees", distinct=True), answered=Count("addressees", filter=answered, distinct=True)
        )


class Solicitation(Matter):
    """A round (议题征集) for one plan, open from a day to a day."""

    plan = models.ForeignKey(
        AnnualPlan, verbose_name="年度计划", on_delete=models.PROTECT, related_name="solicitations"
    )
    title = models.CharField("名称", max_length=120)
    state = models.CharField(
        "状态", max_length=20, choices=SolicitationState.choices, default=SolicitationState.DRAFTING, editable=False
    )
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    channels = models.ManyToManyField(SolicitationChannel, verbose_name="征集渠道", related_name="+")
    asks_members = models.BooleanField("同时面向委员", default=False, editable=False)
    requirements = models.TextField("征集要求", max_length=3000, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = SolicitationQuerySet.as_manager()

    class Meta:
        verbose_name = "议题征集"
        verbose_name_plural = "议题征集"
        ordering: ClassVar = ["-opens_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["-opens_on"])]
        permissions: ClassVar = [("manage_solicitation", "组织议题征集")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="consultation_solicitation_window",
                violation_error_message="截止日期不能早于开始日期。",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def closed_sentence(self, *, office: bool = False) -> str:
        """Why nobody may suggest now, "" while the round is open; the office may still enter late answers."""
        today = timezone.localdate()
        if self.state == SolicitationState.DRAFTING:
            return "本次征集尚未开始，开始后再填报。"
        if self.state == SolicitationState.CLOSED:
            return "本次征集已截止，不能再填报；确有建议请与办公室联系，由办公室重新开放征集。"
        if not office and today < self.opens_on:
            return f"本次征集自 {self.opens_on:%Y年%-m月%-d日} 开始，届时再填报。"
        if not office and today > self.closes_on:
            return f"本次征集已于 {self.closes_on:%Y年%-m月%-d日} 截止，补报请与办公室联系。"
        return ""


class Addressee(models.Model):
    """A unit that is asked: sent (ticked by hand), answered or not. R003."""

    solicitation = models.ForeignKey(
        Solicitation, verbose_name="征集", on_delete=models.CASCADE, related_name="addressees"
    )
    organization = models.ForeignKey(Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(SolicitationChannel, verbose_name="渠道", on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField("发函日期", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发函人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    answered_on = models.DateField("反馈日期", null=True, blank=True)
    none_to_suggest = models.BooleanField("无建议", default=False)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "征集对象"
        verbose_name_plural = "征集对象"
        ordering: ClassVar = ["channel__order", "organization__order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["solicitation", "organization"], name="consultation_addressee_unique")
        ]

    def __str__(self) -> str:
        return str(self.organization)
