"""A consultation forum (双月协商座谈会 and its like): its topic, lead, host, scheme, and the meeting that it holds."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from consultation.models.forum_rules import ForumRules, ForumStep, SchemePart
from consultation.models.plan import VIEW_ALL, AnnualPlan
from consultation.models.reference import ConsultationForm
from consultation.models.topic import Topic
from cppcc.meetings.models import Meeting, Participant
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.models import Organization, Person, Post
from cppcc.office.roles import Role
from cppcc.workflow.models import ApprovalChain, ApprovalStep, Matter

MANAGE = "consultation.manage_forum"
SUBMIT = "consultation.submit_scheme"
DELIVER = "consultation.deliver_paper"


class ForumState(models.TextChoices):
    """Where a forum stands; never the name of a body."""

    DRAFTING = "drafting", "拟定方案"
    IN_APPROVAL = "in_approval", "方案审批中"
    AMENDING = "amending", "修改方案"
    PREPARING = "preparing", "筹备中"
    IN_SESSION = "in_session", "召开中"
    HELD = "held", "已召开，成果待报送"
    REPORTED = "reported", "成果已报送，跟踪中"
    CLOSED = "closed", "已办结"
    MERGED = "merged", "并入全体会议"
    CANCELLED = "cancelled", "已取消"


BEFORE = (ForumState.DRAFTING, ForumState.IN_APPROVAL, ForumState.AMENDING, ForumState.PREPARING)
AFTER = (ForumState.HELD, ForumState.REPORTED, ForumState.CLOSED)
NOT_HELD = (ForumState.MERGED, ForumState.CANCELLED)  # by itself
LIVE = (*BEFORE, ForumState.IN_SESSION, ForumState.HELD)


class ForumQuerySet(models.QuerySet):
    """Forums as users see them."""

    def visible_to(self, user) -> Self:
        """The house sees all; others those that they are asked or told to come to, owe a paper for, or got work by."""
        if reaches_any(user, VIEW_ALL):
            return self
        if not user.acting:
            return self.none()
        units = organizations_with(user, DELIVER)
        persons = {acting.person_id for acting in user.acting}
        told = Participant.objects.filter(meeting=OuterRef("meeting"), invited_at__isnull=False)
        told = told.filter(Q(person__in=persons) | Q(organization__in=units))
        asked = Q(bookings__asked_at__isnull=False) | Q(bookings__applied_at__isnull=False)
        asked &= Q(bookings__person__in=persons) | Q(bookings__organization__in=units)
        sent = Q(suggestions__department__in=units, suggestions__sent_on__isnull=False)
        reach = Q(Exists(told)) | asked | Q(papers__owner__in=units) | sent
        return self.filter(pk__in=self.model._default_manager.filter(reach).values("pk"))

    def in_flight(self) -> Self:
        """Those on their way: planned and not yet reported. R030."""
        return self.filter(state__in=LIVE)

    def listed(self) -> Self:
        """With what a list shows."""
        return self.select_related("topic", "lead", "rules", "plan", "meeting__room", "host__organization")


class Forum(Matter):
    """One forum of a year. Time and place are those of its meeting; a merged one has none. R027, R028."""

    plan = models.ForeignKey(AnnualPlan, verbose_name="年度计划", on_delete=models.PROTECT, related_name="forums")
    rules = models.ForeignKey(ForumRules, verbose_name="座谈会规则", on_delete=models.PROTECT, related_name="forums")
    topic = models.ForeignKey(
        Topic, verbose_name="议题", on_delete=models.PROTECT, null=True, blank=True, related_name="forums"
    )
    title = models.CharField("名称", max_length=120)
    number = models.PositiveIntegerField("第几次", null=True, blank=True)
    period = models.PositiveSmallIntegerField("起始月份", help_text="所在周期的第一个月")
    state = models.CharField(
        "状态", max_length=20, choices=ForumState.choices, default=ForumState.DRAFTING, editable=False
    )
    lead = models.ForeignKey(
        Organization, verbose_name="牵头委室", on_delete=models.PROTECT, null=True, blank=True,
        related_name="led_forums",
    )  # fmt: skip
    deputy = models.ForeignKey(
        Post, verbose_name="分管领导", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    host = models.ForeignKey(
        Post, verbose_name="主持人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    mandate = models.CharField(
        "委托依据", max_length=200, blank=True, help_text="主席委托他人主持的，写明何时、如何委托"
    )
    form = models.ForeignKey(
        ConsultationForm, verbose_name="协商形式", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    meeting = models.OneToOneField(
        Meeting, verbose_name="会议", on_delete=models.PROTECT, null=True, editable=False, related_name="forum"
    )
    chain = models.ForeignKey(
        ApprovalChain, verbose_name="方案审批链", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    copied_from = models.ForeignKey(
        "self", verbose_name="复制自", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    late_reason = models.CharField("成果逾期原因", max_length=300, blank=True)
    reported_on = models.DateField("成果报送日期", null=True, editable=False)
    remark = models.TextField("备注", max_length=1000, blank=True)
    token = models.UUIDField("表单令牌", unique=True, null=True, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = ForumQuerySet.as_manager()
    known_steps: list[Any]  # what a page has read of its steps, for the guards of its buttons

    class Meta:
        verbose_name = "协商座谈会"
        verbose_name_plural = "协商座谈会"
        ordering: ClassVar = ["plan", "period", "pk"]
        permissions: ClassVar = [
            ("manage_forum", "筹办协商座谈会"),
            ("submit_scheme", "提请审批实施方案"),
            ("deliver_paper", "提供座谈会文稿"),
            ("check_paper", "把关座谈会文稿"),
            ("run_desk", "操作发言台"),
            ("report_outcome", "报送协商成果"),
            ("track_suggestion", "跟踪意见建议"),
            ("answer_suggestion", "反馈意见建议办理情况"),
            ("judge_forum", "评价协商质量"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["plan", "period"]),
            models.Index(fields=["state", "period"]),
            models.Index(fields=["lead", "state"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["merged", "cancelled"]) | (Q(topic__isnull=False) & Q(meeting__isnull=False)),
                name="consultation_forum_has_topic_and_meeting",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["merged", "cancelled"]) | Q(lead__isnull=False),
                name="consultation_forum_has_lead", violation_error_message="须明确一个牵头委室。",
            ),
            models.CheckConstraint(condition=Q(period__gte=1, period__lte=12), name="consultation_forum_period"),
            models.UniqueConstraint(
                fields=["topic"], condition=~Q(state__in=["cancelled", "merged"]),
                name="consultation_forum_topic_once", violation_error_message="这个议题已经安排了座谈会。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["reported", "closed"]) | Q(reported_on__isnull=False),
                name="consultation_forum_reported_has_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def held_on(self) -> date | None:
        """The day of the forum; None while it has no meeting of its own."""
        return timezone.localdate(self.meeting.starts) if self.meeting else None

    @property
    def is_before(self) -> bool:
        """Whether it is still being prepared."""
        return self.state in BEFORE

    @property
    def is_drafting(self) -> bool:
        """Whether its scheme may be changed."""
        return self.state in (ForumState.DRAFTING, ForumState.AMENDING)

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: the leading committee."""
        return self.lead_id == acting.organization_id

    def seat_at(self, step: ApprovalStep) -> int | None:
        """Where a deputy signs, the one in charge of this forum. R030."""
        signs = step.kind == ApprovalStep.Kind.SIGN and step.role == Role.VICE_CHAIR
        return self.deputy_id if signs else None

    def content(self) -> dict:
        """What a version keeps: the head and each part of the scheme."""
        head = {
            "议题": str(self.topic or ""), "牵头委室": str(self.lead or ""), "分管领导": str(self.deputy or ""),
            "主持人": str(self.host or ""), "时间": self.meeting.when if self.meeting else "",
            "地点": self.meeting.where if self.meeting else "",
        }  # fmt: skip
        texts = self.scheme_texts.select_related("part").order_by("part__order", "part")
        rows = [{"key": text.part_id, "title": text.part.label, "fields": {"内容": text.text}} for text in texts]
        return {"fields": head, "rows": rows}


class SchemeText(models.Model):
    """What the scheme says in one of its parts. R031."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="scheme_texts")
    part = models.ForeignKey(SchemePart, verbose_name="内容", on_delete=models.PROTECT, related_name="+")
    text = models.TextField("文字", max_length=5000, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "方案文字"
        verbose_name_plural = "方案文字"
        ordering: ClassVar = ["forum", "part__order", "part"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["forum", "part"], name="consultation_schemetext_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.forum} {self.part}"


class StepDone(models.Model):
    """A step that somebody entered as done, with what shows it."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="steps_done")
    step = models.ForeignKey(ForumStep, verbose_name="步骤", on_delete=models.PROTECT, related_name="+")
    on = models.DateField("完成日期")
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "登记的步骤"
        verbose_name_plural = "登记的步骤"
        ordering: ClassVar = ["forum", "on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["forum", "step"], name="consultation_stepdone_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.forum} {self.step}"


class LeaderContact(models.Model):
    """The deputy in charge talked with a leader of the party committee or the government about the topic. R033."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="contacts")
    leader = models.CharField("领导姓名、职务", max_length=80)
    on = models.DateField("日期")
    way = models.CharField("方式", max_length=40, blank=True, help_text="面谈、电话、书面")
    text = models.TextField("沟通情况", max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "与领导沟通"
        verbose_name_plural = "与领导沟通"
        ordering: ClassVar = ["forum", "on", "pk"]

    def __str__(self) -> str:
        return f"{self.leader} {self.on:%Y-%m-%d}"


class ListOpinion(models.Model):
    """What was said on the list of those to be invited, before it was fixed. R037."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="list_opinions")
    organization = models.ForeignKey(
        Organization, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, verbose_name="个人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = models.DateField("日期")
    text = models.CharField("意见", max_length=500)
    taken = models.BooleanField("已采纳", default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "拟邀名单意见"
        verbose_name_plural = "拟邀名单意见"
        ordering: ClassVar = ["forum", "on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(person__isnull=False),
                name="consultation_listopinion_has_author", violation_error_message="请填写提意见的单位或个人。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text[:40]
