"""A meeting of any kind: forums, trainings, visits and research trips hold one and add what only they have."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from cppcc.deadlines.ladder import in_full
from cppcc.meetings.models.participants import Participant
from cppcc.meetings.models.reference import MeetingKind, Room
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.matters import OptionalMatterRef
from cppcc.office.models import Organization, Person
from cppcc.office.roles import Role
from cppcc.workflow.clock import now
from cppcc.workflow.models import Matter

VIEW_ALL = "meetings.view_all_meetings"
MANAGE = "meetings.manage_meeting"
LEAVE = "meetings.grant_leave"
ANSWER = "meetings.answer_invitation"
BY_UNIT = (Role.COMMITTEE_HEAD, Role.COMMITTEE_CLERK)  # of these every unit has its own: the host's grants leave


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    PLANNED = "planned", "筹备中"
    INVITED = "invited", "已通知"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


class MeetingQuerySet(models.QuerySet):
    """Meetings as users see them."""

    def visible_to(self, user) -> Self:
        """The house sees all; a unit what it hosts or has people in; a person what he was told of or came to."""
        if not user.acting:
            return self.none()
        if reaches_any(user, VIEW_ALL):
            return self
        told = Participant.objects.aware().filter(meeting=OuterRef("pk"))
        reach = Q(Exists(told.filter(person__in={acting.person_id for acting in user.acting})))
        reach |= Q(host__in=organizations_with(user, MANAGE))
        units = organizations_with(user, ANSWER)
        if units:
            reach |= Q(Exists(told.filter(organization__in=units)))
        return self.filter(reach)

    def listed(self) -> Self:
        """With kind, room and host, and how many are invited, come and came."""
        counted = Q(participants__walk_in=False)
        came = Q(participants__attendance__in=["present", "late", "left_early"])
        return self.select_related("kind", "room", "host").annotate(
            asked=Count("participants", filter=counted),
            coming=Count("participants", filter=counted & Q(participants__reply__in=["yes", "deputy"])),
            came=Count("participants", filter=came),
        )


class Meeting(Matter, OptionalMatterRef):
    """A meeting or activity. `matter`: what holds it, such as a forum. Its end locks the attendance."""

    kind = models.ForeignKey(MeetingKind, verbose_name="种类", on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField("名称", max_length=120)
    starts = models.DateTimeField("开始时间")
    ends = models.DateTimeField("结束时间")
    room = models.ForeignKey(
        Room, verbose_name="会议室", on_delete=models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    place = models.CharField("地点", max_length=120, blank=True, help_text="不在会议室的写明地点")
    host = models.ForeignKey(
        Organization, verbose_name="主办单位", on_delete=models.PROTECT, related_name="hosted_meetings"
    )
    note = models.TextField("参会须知", max_length=2000, blank=True, help_text="印在通知里：着装、材料、乘车等")
    reply_by = models.DateTimeField("回复截止", null=True, blank=True)
    minutes = models.TextField("会议记录", max_length=20_000, blank=True)
    platform = models.PositiveSmallIntegerField(
        "主席台设座", null=True, blank=True, editable=False, help_text="这次会议主席台摆几个座位；空着按会议室的座位数"
    )
    sign_in_code = models.UUIDField("签到码", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        "状态", max_length=20, choices=MeetingState.choices, default=MeetingState.PLANNED, editable=False
    )
    token = models.UUIDField("表单令牌", unique=True, null=True, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录", excluded_fields=["sign_in_code"])

    objects = MeetingQuerySet.as_manager()

    class Meta(OptionalMatterRef.Meta):
        verbose_name = "会议活动"
        verbose_name_plural = "会议活动"
        ordering: ClassVar = ["-starts", "-pk"]
        indexes: ClassVar = [
            *OptionalMatterRef.Meta.indexes,
            models.Index(fields=["-starts", "-id"]),
            models.Index(fields=["kind", "starts"]),
            models.Index(fields=["room", "starts"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="meetings_meeting_ends_after_start",
                violation_error_message="结束时间须晚于开始时间。",
            ),
        ]  # fmt: skip
        permissions: ClassVar = [
            ("view_all_meetings", "查阅全部会议活动"),
            ("manage_meeting", "办理会议活动"),
            ("grant_leave", "批准请假"),
            ("answer_invitation", "回复会议邀请"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        """The room, or the place."""
        return str(self.room) if self.room else self.place or "地点待定"

    @property
    def where_in_full(self) -> str:
        """The room with the building it is in, or the place."""
        building = self.room.place if self.room else ""
        return f"{self.where}（{building}）" if building else self.where

    @property
    def when(self) -> str:
        """From when to when, as it stands in a notice; the second day is named where there is one."""
        begin, end = timezone.localtime(self.starts), timezone.localtime(self.ends)
        day = f"{in_full(begin.date())}{begin:%H:%M}"
        return f"{day}—{end:%H:%M}" if begin.date() == end.date() else f"{day}至{in_full(end.date())}{end:%H:%M}"

    @property
    def has_begun(self) -> bool:
        """Whether it is too late to answer."""
        return self.starts <= now()

    @property
    def is_open(self) -> bool:
        """Whether people are still invited, answer and sign in."""
        return self.state in (MeetingState.PLANNED, MeetingState.INVITED)

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: the unit that hosts it."""
        return self.host_id == acting.organization_id

    def names(self, acting: Acting, act: str) -> bool:
        """Scope NAMED: leave is granted by the role that the kind names, a committee's only for its own meetings."""
        if act == LEAVE:
            own = acting.role not in BY_UNIT or acting.organization_id == self.host_id
            return acting.role == self.kind.leave_by and own
        return act == ANSWER and acting.role == Role.MEMBER and (
            self.participants.filter(person=acting.person_id, invited_at__isnull=False).exists()
        )  # fmt: skip


class AgendaItem(models.Model):
    """An item of the agenda."""

    meeting = models.ForeignKey(Meeting, verbose_name="会议", on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField("序号")
    text = models.CharField("事项", max_length=300)
    speaker = models.CharField("报告人", max_length=100, blank=True)
    length = models.PositiveSmallIntegerField("时长（分钟）", null=True, blank=True)

    class Meta:
        verbose_name = "议程"
        verbose_name_plural = "议程"
        ordering: ClassVar = ["meeting", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "order"], name="meetings_agenda_order_unique"),
        ]

    def __str__(self) -> str:
        return self.text


class Finding(models.Model):
    """What a visit or inspection found; a task may follow from it."""

    meeting = models.ForeignKey(Meeting, verbose_name="会议", on_delete=models.CASCADE, related_name="findings")
    text = models.CharField("发现的问题", max_length=500)
    place = models.CharField("地点（单位）", max_length=120, blank=True)
    proposal = models.CharField("建议", max_length=500, blank=True)
    by = models.ForeignKey(
        Person, verbose_name="提出人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField("序号", default=0)
    version = models.PositiveIntegerField("版次", default=1, editable=False)

    class Meta:
        verbose_name = "发现的问题"
        verbose_name_plural = "发现的问题"
        ordering: ClassVar = ["meeting", "order", "pk"]

    def __str__(self) -> str:
        return self.text
