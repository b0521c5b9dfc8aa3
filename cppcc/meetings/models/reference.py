"""What differs between offices: kinds of meetings, who is invited to them and as what, rooms. R114, R118."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cppcc.office.models import Organization
from cppcc.office.roles import Role
from cppcc.office.validity import Valid


class MeetingKind(Valid):
    """A kind of meeting: what it is called, what its attendance counts as, who grants leave."""

    key = models.SlugField("标识", max_length=40, unique=True)
    label = models.CharField("名称", max_length=40)
    act = models.SlugField("计入的履职事项", max_length=60, blank=True, help_text="履职事项的标识；空着则不计入履职")
    training = models.BooleanField("培训学习", default=False)
    leave_by = models.CharField(
        "准假岗位", max_length=30, choices=Role.choices, default=Role.SECRETARY_GENERAL,
        help_text="请假由哪种岗位批准；办公室经办可以代录",
    )  # fmt: skip
    hours = models.DecimalField("一般时长（小时）", max_digits=4, decimal_places=1, default=3)
    opens_before = models.PositiveSmallIntegerField(
        "提前开放签到（小时）", default=2, help_text="会议开始前多少小时起可以签到"
    )
    grace = models.PositiveSmallIntegerField("迟到宽限（分钟）", default=10, help_text="开始后多少分钟内到会不算迟到")
    agenda = models.TextField("一般议程", blank=True, help_text="一行一项，新建会议时带出")
    wants_findings = models.BooleanField("记录发现的问题", default=False, help_text="视察、走访、调研一类")
    in_plenary = models.BooleanField(
        "在全体会议期间举行", default=False, help_text="不勾选的，与全体会议同期时提示冲突"
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "会议活动种类"
        verbose_name_plural = "会议活动种类"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class ParticipantClass(models.Model):
    """As what somebody takes part: 委员, 列席, 特邀专家, 部门, 工作人员 … in the order of the list."""

    key = models.SlugField("标识", max_length=40, unique=True)
    label = models.CharField("名称", max_length=30)
    counts = models.BooleanField("计入应到", default=True)
    platform = models.BooleanField("坐主席台", default=False, help_text="自动排座时先安排到主席台")
    observes = models.BooleanField("列席", default=False, help_text="纪要中列在“列席”一栏")
    salutation = models.CharField("信函称呼", max_length=20, default="同志", help_text="邀请函中接在姓名后面")
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "参加人员类别"
        verbose_name_plural = "参加人员类别"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class InviteRule(Valid):
    """Who should be invited to a kind of meeting, and as what; the list is built from posts and rosters. R114, R118."""

    class Source(models.TextChoices):
        """Where the persons come from."""

        ROLE = "role", "担任某种岗位的人"
        UNIT_KIND = "unit_kind", "某类单位的任职人"
        UNIT = "unit", "某个单位的任职人"
        ROSTER = "roster", "名册"

    kind = models.ForeignKey(MeetingKind, verbose_name="会议活动种类", on_delete=models.CASCADE, related_name="invites")
    participant_class = models.ForeignKey(
        ParticipantClass, verbose_name="参加人员类别", on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    value = models.CharField("取值", max_length=60, help_text="岗位角色、单位类别、单位标识，或名册的标识")
    chosen = models.BooleanField("默认选上", default=True)
    rule = models.CharField("规则编号", max_length=4, blank=True)
    reason = models.CharField("依据", max_length=120, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    key = models.SlugField("标识", max_length=60, unique=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "邀请规则"
        verbose_name_plural = "邀请规则"
        ordering: ClassVar = ["kind", "order", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}：{self.reason or self.value}"


class Room(Valid):
    """A room with its seats: rows and seats a row as seen from the platform; how its seats are ranked."""

    class Seating(models.TextChoices):
        """Which seats come first. Left and right are those of whoever sits on the platform and looks at the hall."""

        LEFT = "left", "居中为先，左高右低（2号在1号左手）"
        RIGHT = "right", "居中为先，右高左低（2号在1号右手）"
        SIDE = "side", "从一侧依次就座"

    key = models.SlugField("标识", max_length=40, unique=True, null=True, blank=True)
    name = models.CharField("名称", max_length=60, unique=True)
    place = models.CharField("地点", max_length=120, blank=True)
    seats = models.PositiveSmallIntegerField("座位数", validators=[MinValueValidator(1)])
    platform = models.PositiveSmallIntegerField("主席台座位", default=0)
    rows = models.PositiveSmallIntegerField("排数", default=1, validators=[MinValueValidator(1)])
    per_row = models.PositiveSmallIntegerField("每排座位", default=1, validators=[MinValueValidator(1)])
    seating = models.CharField(
        "排座次序",
        max_length=10,
        choices=Seating.choices,
        default=Seating.LEFT,
        help_text="左右以主席台上就座者的左手、右手为准",
    )
    keeper = models.ForeignKey(
        Organization, verbose_name="管理单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "会议室"
        verbose_name_plural = "会议室"
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.CheckConstraint(
                condition=Q(seats__gte=1, rows__gte=1, per_row__gte=1), name="meetings_room_has_seats",
                violation_error_message="座位数、排数和每排座位都从 1 起。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
