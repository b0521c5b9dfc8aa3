"""A suggestion for a topic (议题建议): named or recommended by a unit or a member; it never loses its proposer."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from consultation.models.reference import ConsultationForm, SolicitationChannel
from consultation.models.solicitation import Solicitation
from consultation.models.topic import Topic
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.models import Organization, Person
from cppcc.workflow.models import Matter

SUGGEST = "consultation.suggest_topic"


class SuggestionState(models.TextChoices):
    """What became of a suggestion."""

    RECEIVED = "received", "待汇总"
    ADOPTED = "adopted", "已列为议题"
    DECLINED = "declined", "未采纳"
    WITHDRAWN = "withdrawn", "已撤回"


class SuggestionQuerySet(models.QuerySet):
    """Suggestions as users see them."""

    def visible_to(self, user) -> "SuggestionQuerySet":
        """All for those who read all; else those of one's own organisation, and one's own as a person."""
        if reaches_any(user, "consultation.view_all_suggestions"):
            return self
        own = Q(organization__in=organizations_with(user, SUGGEST))
        if user.person_id and user.acting:
            own |= Q(person=user.person_id)
        return self.filter(own)


class TopicSuggestion(Matter):
    """One suggestion."""

    solicitation = models.ForeignKey(
        Solicitation, verbose_name="征集", on_delete=models.PROTECT, related_name="suggestions"
    )
    channel = models.ForeignKey(SolicitationChannel, verbose_name="渠道", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, verbose_name="提出单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, verbose_name="提出人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField("建议议题", max_length=200)
    reason = models.TextField("提出理由", max_length=3000, blank=True)
    state = models.CharField(
        "状态", max_length=20, choices=SuggestionState.choices, default=SuggestionState.RECEIVED, editable=False
    )
    forms = models.ManyToManyField(ConsultationForm, verbose_name="建议协商形式", blank=True, related_name="+")
    counties = models.ManyToManyField(Organization, verbose_name="涉及县（市、区）", blank=True, related_name="+")
    month = models.PositiveSmallIntegerField("建议月份", null=True, blank=True)
    supervisory = models.BooleanField("监督性", default=False)
    contact = models.CharField("联系人及电话", max_length=60, blank=True)
    proxy_source = models.CharField("代录来源", max_length=200, blank=True)
    topic = models.ForeignKey(
        Topic, verbose_name="列入议题", on_delete=models.PROTECT, null=True, editable=False, related_name="suggestions"
    )
    token = models.UUIDField("表单令牌", null=True, unique=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = "议题建议"
        verbose_name_plural = "议题建议"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["solicitation", "state", "-created_at"]),
            models.Index(fields=["organization", "-created_at"]),
        ]
        permissions: ClassVar = [
            ("view_all_suggestions", "查看全部议题建议"),
            ("suggest_topic", "提出议题建议"),
            ("consolidate_suggestions", "汇总议题建议"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(person__isnull=False),
                name="consultation_suggestion_has_proposer",
                violation_error_message="请填写提出单位或提出人。",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__gte=1, month__lte=12),
                name="consultation_suggestion_month",
                violation_error_message="建议月份须在 1 至 12 之间。",
            ),
            models.CheckConstraint(
                condition=(Q(state="adopted") & Q(topic__isnull=False)) | (~Q(state="adopted") & Q(topic__isnull=True)),
                name="consultation_suggestion_adopted_has_topic",
            ),
            models.UniqueConstraint(
                F("solicitation"), F("title"), F("organization"),
                condition=Q(organization__isnull=False) & ~Q(state="withdrawn"),
                name="consultation_suggestion_unique",
                violation_error_message="本单位在这次征集中已提出同名议题。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def namesakes(self) -> "SuggestionQuerySet":
        """Other suggestions of the same unit and title in this round; a repeated form is no other."""
        same = TopicSuggestion.objects.filter(
            solicitation=self.solicitation_id, organization=self.organization_id, title=self.title
        ).exclude(state=SuggestionState.WITHDRAWN)
        same = same.exclude(token=self.token) if self.token else same
        return same.exclude(pk=self.pk) if self.organization_id else same.none()

    @property
    def proposer(self) -> str:
        """Who suggested it."""
        return str(self.organization or self.person)

    def owned_by(self, acting: Acting) -> bool:
        """A suggestion belongs to its organisation."""
        return self.organization_id is not None and acting.organization_id == self.organization_id

    def names(self, acting: Acting, act: str) -> bool:
        """A member's own suggestion names the member."""
        return act == SUGGEST and self.person_id is not None and acting.person_id == self.person_id

    def proxied_for(self, acting: Acting, act: str) -> str:
        """Whom the office stands in for when it withdraws another's suggestion."""
        if act != SUGGEST or self.owned_by(acting) or self.names(acting, act):
            return ""
        return self.proposer
