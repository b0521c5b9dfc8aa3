"""Who is invited, what each answers, whether each came; sign-ins as they happened."""

from collections.abc import Collection
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cppcc.meetings.models.reference import ParticipantClass
from cppcc.office.models import Organization, Person


class Reply(models.TextChoices):
    """What an invited person says."""

    NONE = "", "未回复"
    YES = "yes", "参加"
    NO = "no", "不参加"
    DEPUTY = "deputy", "委派他人"


class Leave(models.TextChoices):
    """Where a request for leave stands."""

    NONE = "", "未请假"
    ASKED = "asked", "待批准"
    GRANTED = "granted", "已准假"
    REFUSED = "refused", "未准假"


class Attendance(models.TextChoices):
    """Whether somebody came."""

    NONE = "", "未签到"
    PRESENT = "present", "出席"
    LATE = "late", "迟到"
    LEFT_EARLY = "left_early", "早退"
    LEAVE = "leave", "请假"
    ABSENT = "absent", "缺席"


class How(models.TextChoices):
    """By what way an answer or a sign-in came."""

    LOGIN = "login", "登录"
    LINK = "link", "链接"
    CODE = "code", "扫码"
    PROXY = "proxy", "代录"
    LIST = "list", "名单勾选"


CAME = (Attendance.PRESENT, Attendance.LATE, Attendance.LEFT_EARLY)


class ParticipantQuerySet(models.QuerySet):
    """Participants by what became of them."""

    def invited(self) -> Self:
        """Those who were told."""
        return self.filter(invited_at__isnull=False)

    def aware(self) -> Self:
        """Those who know of the meeting: who were told, and who came without it."""
        return self.filter(Q(invited_at__isnull=False) | Q(walk_in=True, attendance__in=CAME))

    def unanswered(self) -> Self:
        """Those who were told and have not answered."""
        return self.invited().filter(reply=Reply.NONE, leave=Leave.NONE)

    def waiting_for_leave(self) -> Self:
        """Those whose request for leave is open; who came all the same needs none."""
        return self.filter(leave=Leave.ASKED, attendance=Attendance.NONE)

    def of(self, person: int | None, units: Collection[int]) -> Self:
        """Those of a person and of units."""
        mine = Q(organization__in=units)
        return self.filter(mine | Q(person=person) if person else mine)

    def touched(self, since: int, besides: Collection[int] = ()) -> Self:
        """Those who were pressed after the press `since` (its pk), and the rows `besides`."""
        return self.filter(Q(pk__in=besides) | Exists(SignIn.objects.filter(participant=OuterRef("pk"), pk__gt=since)))

    def came(self) -> Self:
        """Those who came."""
        return self.filter(attendance__in=CAME)


class Participant(models.Model):
    """A person at a meeting. `organization` and `title` are as on the day of the list."""

    meeting = models.ForeignKey(
        "meetings.Meeting", verbose_name="会议", on_delete=models.CASCADE, related_name="participants"
    )
    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="participations")
    participant_class = models.ForeignKey(
        ParticipantClass, verbose_name="类别", on_delete=models.PROTECT, related_name="+"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField("职务", max_length=100, blank=True)
    why = models.CharField("邀请依据", max_length=120, blank=True)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    order = models.PositiveIntegerField("名单顺序", default=0)
    seat = models.CharField("座位", max_length=20, blank=True)
    seat_fixed = models.BooleanField("座位由人工确定", default=False, editable=False)
    walk_in = models.BooleanField("临时参加", default=False)
    invited_at = models.DateTimeField("通知时间", null=True, blank=True)
    reply = models.CharField("回复", max_length=10, choices=Reply.choices, default=Reply.NONE, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    replied_at = models.DateTimeField("回复时间", null=True, blank=True)
    reply_how = models.CharField("回复方式", max_length=10, choices=How.choices, blank=True)
    proxy_source = models.CharField("代录来源", max_length=200, blank=True)
    deputy_name = models.CharField("受委派人", max_length=50, blank=True)
    deputy_title = models.CharField("受委派人职务", max_length=100, blank=True)
    leave = models.CharField("请假", max_length=10, choices=Leave.choices, default=Leave.NONE, blank=True)
    leave_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="准假人", on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    leave_decided_at = models.DateTimeField("准假时间", null=True, blank=True)
    leave_opinion = models.CharField("准假意见", max_length=200, blank=True)
    attendance = models.CharField(
        "出席情况", max_length=10, choices=Attendance.choices, default=Attendance.NONE, blank=True
    )
    arrived_at = models.DateTimeField("到会时间", null=True, blank=True)
    left_at = models.DateTimeField("离会时间", null=True, blank=True)
    attendance_how = models.CharField("签到方式", max_length=10, choices=How.choices, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "参加人员"
        verbose_name_plural = "参加人员"
        ordering: ClassVar = ["meeting", "participant_class__order", "order", "person__pinyin", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["meeting", "order"]),
            models.Index(fields=["person", "meeting"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "person"], name="meetings_participant_once",
                violation_error_message="这个人已在名单中。",
            ),
            models.UniqueConstraint(
                fields=["meeting", "seat"], name="meetings_participant_seat_once", condition=~Q(seat=""),
                violation_error_message="这个座位已经有人。",
            ),
            models.CheckConstraint(
                condition=~Q(reply="deputy") | ~Q(deputy_name=""), name="meetings_participant_deputy_named"
            ),
            models.CheckConstraint(
                condition=~Q(reply="no") | ~Q(reason=""), name="meetings_participant_no_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(reply_how="proxy") | ~Q(proxy_source=""), name="meetings_participant_proxy_has_source"
            ),
            models.CheckConstraint(
                condition=~Q(attendance__in=["present", "late", "left_early"]) | Q(arrived_at__isnull=False),
                name="meetings_participant_came_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(attendance="leave") | Q(leave="granted"), name="meetings_participant_leave_was_granted"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.person.name

    @property
    def stance(self) -> str:
        """What he says, in one word for lists: a request for leave goes before the reply."""
        if self.leave:
            return self.get_leave_display()
        if self.walk_in and not self.invited_at:
            return "临时参加"
        return self.get_reply_display() if self.invited_at else "未通知"


class Answer(models.Model):
    """What was answered, and what became of a request for leave: kept as it came, the row above says what holds."""

    class Act(models.TextChoices):
        """What was said."""

        YES = "yes", "参加"
        NO = "no", "不参加"
        DEPUTY = "deputy", "委派他人"
        LEAVE = "leave", "请假"
        GRANTED = "granted", "准假"
        REFUSED = "refused", "不准假"

    participant = models.ForeignKey(
        Participant, verbose_name="参加人员", on_delete=models.CASCADE, related_name="answers"
    )
    act = models.CharField("回复", max_length=10, choices=Act.choices)
    words = models.CharField("原因、意见", max_length=200, blank=True)
    deputy = models.CharField("受委派人", max_length=160, blank=True)
    at = models.DateTimeField("时间")
    how = models.CharField("方式", max_length=10, choices=How.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    proxy_source = models.CharField("代录来源", max_length=200, blank=True)

    class Meta:
        verbose_name = "回复记录"
        verbose_name_plural = "回复记录"
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.participant}{self.get_act_display()}"


class SignIn(models.Model):
    """One press. Kept as it came, with what held before it; the same client id counts once.

    `counted`: it changed something. `undoes`: the press that it took back, each at most once.
    """

    class Act(models.TextChoices):
        """What was pressed."""

        ARRIVE = "arrive", "签到"
        ON_TIME = "on_time", "按时到会"
        LATE = "late", "迟到"
        LEAVE = "leave", "早退"
        UNDO = "undo", "撤销"

    participant = models.ForeignKey(
        Participant, verbose_name="参加人员", on_delete=models.CASCADE, related_name="sign_ins"
    )
    act = models.CharField("动作", max_length=10, choices=Act.choices)
    at = models.DateTimeField("时间")
    how = models.CharField("方式", max_length=10, choices=How.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    client_id = models.UUIDField("操作编号", unique=True)
    counted = models.BooleanField("有效", default=True)
    undoes = models.OneToOneField(
        "self", verbose_name="撤销的操作", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by"
    )
    was = models.CharField("原出席情况", max_length=10, choices=Attendance.choices, blank=True)
    was_arrived_at = models.DateTimeField("原到会时间", null=True, blank=True)
    was_left_at = models.DateTimeField("原离会时间", null=True, blank=True)
    was_how = models.CharField("原签到方式", max_length=10, choices=How.choices, blank=True)

    class Meta:
        verbose_name = "签到记录"
        verbose_name_plural = "签到记录"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(undoes__isnull=True, counted=False)
                | (Q(undoes__isnull=False) & Q(act="undo", counted=True))
                | (Q(undoes__isnull=True, counted=True) & ~Q(act="undo")),
                name="meetings_sign_in_undo_names_press",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.participant}{self.get_act_display()}"


class WrongSignIn(models.Model):
    """A name and digits typed behind the code that fit nobody; too many, and it is enough for a while."""

    meeting = models.ForeignKey(
        "meetings.Meeting", verbose_name="会议", on_delete=models.CASCADE, related_name="wrong_sign_ins"
    )
    name = models.CharField("填写的姓名", max_length=50)
    address = models.GenericIPAddressField("来源地址", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "签到不符"
        verbose_name_plural = "签到不符"
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["meeting", "at"])]

    def __str__(self) -> str:
        return f"{self.name} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
