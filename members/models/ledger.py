"""The ledger of performance (履职): append-only, cancelled by counter-entries, each event counted once. R070, R133."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from simple_history.models import HistoricalRecords

from cppcc.files.models import StoredFile
from cppcc.meetings.models.participants import Attendance, Reply
from cppcc.office.access import reaches_any
from cppcc.office.acting import Acting
from cppcc.office.matters import OptionalMatterRef
from cppcc.office.validity import Valid
from cppcc.workflow.models import Matter
from members.models.member import VIEW_ALL, Member

RECORD = "members.record_performance"
CONFIRM = "members.confirm_performance"
PROPOSE = "members.propose_performance"
NOT_DONE = (str(Attendance.LEAVE.label), str(Attendance.ABSENT.label), "无故缺席", str(Reply.DEPUTY.label))
ICONS = [
    ("users", "会议"), ("footprints", "活动"), ("book-open", "学习"), ("mic", "发言"), ("file-text", "提案"),
    ("message-square-text", "信息"), ("scroll-text", "文史"), ("heart-handshake", "服务"), ("award", "表彰"),
    ("landmark", "机关"), ("lightbulb", "建议"), ("megaphone", "宣传"), ("calendar-days", "其他"),
]  # fmt: skip


class Act(Valid):
    """What counts as performance: a tree of data (全体会议 under 会议). A rule on a parent meets its children."""

    key = models.SlugField("标识", max_length=60, unique=True)
    label = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        "self", verbose_name="上级", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    unit = models.CharField("计量单位", max_length=10, default="次")
    proposable = models.BooleanField("委员可自行申报", default=False)
    icon = models.CharField("图标", max_length=30, choices=ICONS, blank=True, help_text="空着的用上级的图标")
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "履职事项"
        verbose_name_plural = "履职事项"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class EntryQuerySet(models.QuerySet):
    """Entries as they stand, and as users see them."""

    def visible_to(self, user: Any) -> Self:
        """Those of the members that one sees: one's own, those of one's committee's members, all for the house."""
        if not user.acting:
            return self.none()
        if reaches_any(user, VIEW_ALL):
            return self
        return self.filter(member__in=Member.objects.visible_to(user).values("pk"))

    def listed(self) -> Self:
        """With all that a line of a list or a timeline names, in one query."""
        return self.select_related(
            "member__person", "member__term", "act", "recorded_by__person", "reversed_by__recorded_by__person"
        )

    def standing(self) -> Self:
        """Without counter-entries and without what they cancel."""
        reversed_ = PerformanceEntry.objects.filter(reverses=OuterRef("pk"))
        return self.filter(reverses__isnull=True).exclude(Exists(reversed_))

    def done(self) -> Self:
        """Standing ones that tell of something done: leave, absence and a deputy's presence are kept, not counted."""
        return self.standing().exclude(status__in=NOT_DONE)

    def of_year(self, year: int) -> Self:
        """Those of a calendar year."""
        return self.filter(on__year=year)


class PerformanceEntry(OptionalMatterRef):
    """One thing that a member did. Never changed or deleted (the database refuses it); a counter-entry cancels it."""

    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.PROTECT, related_name="entries")
    act = models.ForeignKey(Act, verbose_name="履职事项", on_delete=models.PROTECT, related_name="entries")
    on = models.DateField("日期")
    title = models.CharField("内容", max_length=200)
    role = models.CharField("身份", max_length=30, blank=True, help_text="如：第一提案人、执笔人、发言人")
    status = models.CharField("情况", max_length=30, blank=True, help_text="如：出席、请假、无故缺席、采用")
    level = models.CharField("层次", max_length=30, blank=True, help_text="如：全国、省、市")
    n = models.DecimalField("数量", max_digits=8, decimal_places=2, default=1)
    coauthors = models.PositiveSmallIntegerField("其他合作人数", default=0)
    from_proposal = models.BooleanField("由提案转化", default=False)
    key = models.CharField("唯一键", max_length=200, unique=True)
    reverses = models.OneToOneField(
        "self", verbose_name="冲销", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    reason = models.CharField("冲销原因", max_length=200, blank=True)
    evidence = models.ForeignKey(
        StoredFile, verbose_name="佐证材料", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField("登记时间")

    objects = EntryQuerySet.as_manager()

    class Meta(OptionalMatterRef.Meta):
        verbose_name = "履职记录"
        verbose_name_plural = "履职记录"
        ordering: ClassVar = ["-on", "-pk"]
        indexes: ClassVar = [
            *OptionalMatterRef.Meta.indexes,
            models.Index(fields=["member", "-on"]),
            models.Index(fields=["act", "on"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, reason="") | (Q(reverses__isnull=False) & ~Q(reason="")),
                name="members_entry_reversal_has_reason",
            ),
            models.CheckConstraint(condition=~Q(n=0), name="members_entry_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.member}：{self.title}"

    @property
    def is_done(self) -> bool:
        """Whether it tells of something done."""
        return self.status not in NOT_DONE

    @property
    def cancelled_by(self) -> "PerformanceEntry | None":
        """The counter-entry. One query, none where `listed()` brought it along."""
        return getattr(self, "reversed_by", None)


class ProposalState(models.TextChoices):
    """Where a member's own entry stands."""

    PROPOSED = "proposed", "待审核"
    CONFIRMED = "confirmed", "已确认"
    DECLINED = "declined", "未通过"
    TAKEN_BACK = "taken_back", "已撤回"


class EntryProposalQuerySet(models.QuerySet):
    """Proposed entries as users see them."""

    def visible_to(self, user: Any) -> Self:
        """One's own; those of one's committee's members; all for who confirms."""
        if not user.acting:
            return self.none()
        if reaches_any(user, CONFIRM):
            return self
        return self.filter(member__in=Member.objects.visible_to(user).values("pk"))


class EntryProposal(Matter):
    """What a member says that he did; the office confirms it, then it stands in the ledger."""

    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.PROTECT, related_name="proposed_entries")
    act = models.ForeignKey(Act, verbose_name="履职事项", on_delete=models.PROTECT, related_name="+")
    on = models.DateField("日期")
    title = models.CharField("内容", max_length=200)
    role = models.CharField("身份", max_length=30, blank=True)
    level = models.CharField("层次", max_length=30, blank=True)
    n = models.DecimalField("数量", max_digits=8, decimal_places=2, default=1)
    evidence = models.ForeignKey(
        StoredFile, verbose_name="佐证材料", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        "状态", max_length=20, choices=ProposalState.choices, default=ProposalState.PROPOSED, editable=False
    )
    token = models.UUIDField("表单令牌", unique=True, null=True, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = EntryProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "履职申报"
        verbose_name_plural = "履职申报"
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(n__gt=0), name="members_proposal_counts")]

    def __str__(self) -> str:
        return f"{self.member}：{self.title}"

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: the committees of the member."""
        return self.member.owned_by(acting)

    def names(self, acting: Acting, act: str) -> bool:
        """Scope NAMED: the member himself."""
        return self.member.names(acting, act)
