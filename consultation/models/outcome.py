"""What comes of a forum: suggestions with their origin and what became of them, its outcome papers, its evaluation."""

from collections.abc import Collection
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from consultation.models.forum import Forum
from consultation.models.forum_rules import OutcomeForm, ReviewItem
from consultation.models.plan import VIEW_ALL
from consultation.models.speech import Speech
from cppcc.documents.models import Document
from cppcc.files.models import StoredFile
from cppcc.meetings.models import Participant
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.models import Organization
from cppcc.workflow.models import Matter

ANSWER = "consultation.answer_suggestion"


class SuggestionState(models.TextChoices):
    """What became of a suggestion."""

    NOTED = "noted", "已整理"
    SENT = "sent", "已送办"
    IN_HAND = "in_hand", "办理中"
    SETTLED = "settled", "已落实"
    DECLINED = "declined", "未采纳"
    DROPPED = "dropped", "已撤销"


ANSWERED = (SuggestionState.SETTLED, SuggestionState.DECLINED)
IN_TRACKING = (SuggestionState.SENT, SuggestionState.IN_HAND)


class SuggestionQuerySet(models.QuerySet):
    """Suggestions as users see them."""

    def visible_to(self, user) -> Self:
        """The house sees all; departments those sent to them; who made one sees what became of it."""
        if reaches_any(user, VIEW_ALL):
            return self
        if not user.acting:
            return self.none()
        persons = {acting.person_id for acting in user.acting}
        told = ~Q(state__in=[SuggestionState.NOTED, SuggestionState.DROPPED])
        return self.filter(told & (Q(department__in=organizations_with(user, ANSWER)) | Suggestion.made_by(persons)))

    def standing(self) -> Self:
        """Without those that were dropped or merged into another."""
        return self.exclude(state=SuggestionState.DROPPED)

    def untold(self) -> Self:
        """Those whose proposer does not know yet what became of them. R079."""
        return self.filter(state__in=ANSWERED, proposer__isnull=False, told_on__isnull=True)

    def listed(self) -> Self:
        """With what a list shows."""
        return self.select_related("speech__kind", "speech__participant__person", "speech__organization",
                                   "proposer__person", "department", "forum")  # fmt: skip


class Suggestion(Matter):
    """A suggestion drawn from the speeches of a forum. R053, R054, R079."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.PROTECT, related_name="suggestions")
    order = models.PositiveSmallIntegerField("次序", default=0)
    text = models.TextField("意见建议", max_length=2000)
    speech = models.ForeignKey(
        Speech, verbose_name="出自发言", on_delete=models.PROTECT, null=True, blank=True, related_name="suggestions"
    )
    proposer = models.ForeignKey(
        Participant, verbose_name="提出人", on_delete=models.PROTECT, null=True, blank=True, related_name="suggestions"
    )
    department = models.ForeignKey(
        Organization, verbose_name="办理单位", on_delete=models.PROTECT, null=True, blank=True,
        related_name="suggestions",
    )  # fmt: skip
    state = models.CharField(
        "状态", max_length=10, choices=SuggestionState.choices, default=SuggestionState.NOTED, editable=False
    )
    sent_on = models.DateField("送办日期", null=True, blank=True, editable=False)
    settled_on = models.DateField("办结日期", null=True, blank=True, editable=False)
    told_on = models.DateField("反馈提出人日期", null=True, blank=True, editable=False)
    told_how = models.CharField("反馈方式", max_length=200, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", verbose_name="并入", on_delete=models.PROTECT, null=True, blank=True, editable=False,
        related_name="merged",
    )  # fmt: skip
    history = HistoricalRecords(verbose_name="变更记录")

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = "意见建议"
        verbose_name_plural = "意见建议"
        ordering: ClassVar = ["forum", "order", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "forum"]),
            models.Index(fields=["department", "state"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["noted", "dropped"]) | Q(department__isnull=False),
                name="consultation_suggestion_sent_has_department",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["settled", "declined"]) | Q(settled_on__isnull=False),
                name="consultation_suggestion_settled_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_answered(self) -> bool:
        """Whether it is known what became of it."""
        return self.state in ANSWERED

    @property
    def wants_telling(self) -> bool:
        """Whether its proposer does not know yet what became of it. R079."""
        return self.is_answered and self.proposer_id is not None and self.told_on is None

    @classmethod
    def made_by(cls, persons: Collection[int]) -> Q:
        """Those that these persons proposed, or into which one of theirs went."""
        gone = cls.objects.filter(proposer__person__in=persons, merged_into__isnull=False).order_by()
        return Q(proposer__person__in=persons) | Q(pk__in=gone.values("merged_into"))

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: the leading committee tracks it, the department answers it."""
        return acting.organization_id in (self.forum.lead_id, self.department_id)

    def proxied_for(self, acting: Acting, act: str) -> str:
        """Who enters the department's answer does so for it (代录)."""
        if act != ANSWER or acting.organization_id == self.department_id:
            return ""
        return str(self.department or "")


class SuggestionNews(models.Model):
    """What the department or the leading committee reports of a suggestion. R054."""

    suggestion = models.ForeignKey(Suggestion, verbose_name="意见建议", on_delete=models.CASCADE, related_name="news")
    on = models.DateField("日期")
    text = models.TextField("进展", max_length=2000)
    source = models.CharField("来源", max_length=200, blank=True, help_text="代录的写明来源")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = "办理进展"
        verbose_name_plural = "办理进展"
        ordering: ClassVar = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]


class OutcomeQuerySet(models.QuerySet):
    """Outcomes as users see them: with their forum, once they left."""

    def visible_to(self, user) -> Self:
        """The house sees all; departments those of forums whose suggestions they have."""
        if reaches_any(user, VIEW_ALL):
            return self
        if not user.acting:
            return self.none()
        told = Suggestion.objects.visible_to(user).order_by()
        return self.filter(sent_on__isnull=False, forum__in=told.values("forum"))


class Outcome(models.Model):
    """A paper by which the outcome leaves: the document that carries it, or what left outside the system. R053."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.PROTECT, related_name="outcomes")
    form = models.ForeignKey(OutcomeForm, verbose_name="成果形式", on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(
        Document, verbose_name="公文", on_delete=models.PROTECT, null=True, blank=True, related_name="outcome"
    )
    sent_on = models.DateField("报送日期", null=True, blank=True)
    number = models.CharField("文号", max_length=60, blank=True)
    file = models.ForeignKey(
        StoredFile, verbose_name="文件", on_delete=models.PROTECT, null=True, blank=True, editable=False,
        related_name="+",
    )  # fmt: skip
    source = models.CharField("代录来源", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, null=True, editable=False,
        related_name="+",
    )  # fmt: skip
    history = HistoricalRecords(verbose_name="变更记录")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = "协商成果"
        verbose_name_plural = "协商成果"
        ordering: ClassVar = ["forum", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(document__isnull=False) | (Q(sent_on__isnull=False) & ~Q(source="")),
                name="consultation_outcome_has_document_or_source",
                violation_error_message="不由本系统印发的成果，须填写报送日期和来源。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.forum} {self.form}"


class Tracking(models.Model):
    """The leading committee's collation of what became of all suggestions, at the interval of the rules. R054."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="trackings")
    on = models.DateField("汇总日期")
    text = models.TextField("汇总情况", max_length=5000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "成果汇总"
        verbose_name_plural = "成果汇总"
        ordering: ClassVar = ["forum", "on", "pk"]

    def __str__(self) -> str:
        return f"{self.forum} {self.on:%Y-%m-%d}"


class ReviewSheet(models.Model):
    """One person's judgement of a forum's quality. R083."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="reviews")
    participant = models.ForeignKey(
        Participant, verbose_name="评价人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.CharField("意见", max_length=500, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    source = models.CharField("代录来源", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="填写人", on_delete=models.PROTECT, null=True, editable=False,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = "质量评价"
        verbose_name_plural = "质量评价"
        ordering: ClassVar = ["forum", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["forum", "participant"], name="consultation_reviewsheet_once",
                violation_error_message="这位同志已经评价过了。",
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False) | ~Q(source=""),
                name="consultation_reviewsheet_has_person_or_source",
                violation_error_message="不记名的评价表须填写来源。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.forum} {self.participant or ''}"


class ReviewScore(models.Model):
    """What one sheet gives to one question."""

    sheet = models.ForeignKey(ReviewSheet, verbose_name="评价", on_delete=models.CASCADE, related_name="scores")
    item = models.ForeignKey(ReviewItem, verbose_name="项目", on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField("得分", validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = "评价得分"
        verbose_name_plural = "评价得分"
        ordering: ClassVar = ["sheet", "item__order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "item"], name="consultation_reviewscore_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.score}"
