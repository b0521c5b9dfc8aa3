"""The rule set of a forum: its name, cadence, steps, seats, speeches, papers and outcomes are rows of the office."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from cppcc.documents.models import DocumentKind
from cppcc.meetings.models import MeetingKind, ParticipantClass
from cppcc.office.models import Organization
from cppcc.office.roles import Role
from cppcc.office.validity import Valid, never_overlapping
from cppcc.workflow.models import ApprovalChain

MONTHS = 12


class ForumRules(Valid):
    """How this office holds its consultation forum, from a day to a day. R015, R026, R027."""

    class Serial(models.TextChoices):
        """Where the number of a forum begins again."""

        YEAR = "year", "每年从第一次编起"
        RUNNING = "running", "跨年连续编号"

    key = models.SlugField("标识", max_length=40)
    label = models.CharField("名称", max_length=40, help_text="如双月协商座谈会")
    meeting_kind = models.ForeignKey(
        MeetingKind, verbose_name="会议活动种类", on_delete=models.PROTECT, related_name="+"
    )
    chain = models.ForeignKey(ApprovalChain, verbose_name="方案审批链", on_delete=models.PROTECT, related_name="+")
    due_rules = models.SlugField("期限规则集", max_length=40, help_text="期限规则集的标识，各步骤的日期由它推算")
    cadence = models.PositiveSmallIntegerField("每次间隔（月）", default=2, validators=[MinValueValidator(1)])
    merged_until = models.PositiveSmallIntegerField(
        "并入全体会议的月份截至", null=True, blank=True, validators=[MaxValueValidator(12)],
        help_text="如填 2，1—2 月的座谈会并入全体会议；不并入的留空",
    )  # fmt: skip
    serial = models.CharField("编号方式", max_length=10, choices=Serial.choices, default=Serial.YEAR)
    numbered_before = models.PositiveIntegerField(
        "启用前已编到第几次", default=0, help_text="连续编号的，填启用本系统以前已经开到第几次"
    )
    begins_at = models.TimeField("一般开始时间", default="09:00")
    length = models.PositiveSmallIntegerField("一般时长（分钟）", default=150, validators=[MinValueValidator(10)])
    host_roles = ArrayField(
        models.CharField(max_length=30, choices=Role.choices), verbose_name="可以主持的岗位", default=list,
        help_text="排在第一的不需要委托，其余须记录委托",
    )  # fmt: skip
    open_to_members = models.BooleanField("委员可以自主报名", default=False)
    tracking_every = models.PositiveSmallIntegerField(
        "成果汇总间隔（月）", default=1, validators=[MinValueValidator(1)]
    )
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "座谈会规则"
        verbose_name_plural = "座谈会规则"
        ordering: ClassVar = ["key", "-valid_from"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            never_overlapping("consultation_forumrules_no_overlap", "key", "同一座谈会规则的有效期不能重叠。"),
        ]

    def __str__(self) -> str:
        return self.label

    def period_of(self, month: int) -> int:
        """The first month of the period in which a month lies. R027."""
        return (month - 1) // self.cadence * self.cadence + 1

    def last_of(self, period: int) -> int:
        """The last month of a period."""
        return min(period + self.cadence - 1, MONTHS)

    def is_merged(self, period: int) -> bool:
        """Whether the forum of a period is merged with the plenary. R027."""
        return self.last_of(period) <= (self.merged_until or 0)

    @property
    def periods(self) -> list[int]:
        """The first months of the year's periods."""
        return list(range(1, MONTHS + 1, self.cadence))


class OfRules(models.Model):
    """Abstract: a row of a rule set, found by its key there, in its order."""

    rules = models.ForeignKey(
        ForumRules, verbose_name="座谈会规则", on_delete=models.CASCADE, related_name="%(class)ss"
    )
    key = models.SlugField("标识", max_length=40)
    label = models.CharField("名称", max_length=40)
    order = models.PositiveSmallIntegerField("次序", default=0)
    rule = models.CharField("规则编号", max_length=4, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["rules", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rules", "key"], name="%(app_label)s_%(class)s_key_unique",
                violation_error_message="同一规则中标识不能重复。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label


class ForumStep(OfRules):
    """A step on the way of a forum, what shows that it was done, and which later step waits for it. R022, R023."""

    class Proof(models.TextChoices):
        """What shows that a step was done."""

        SCHEME = "scheme", "实施方案批准"
        MEETING = "meeting", "召开过有关会议活动"
        CONTACT = "contact", "有沟通记录"
        INVITED = "invited", "正式通知已发出"
        PAPERS = "papers", "文稿收齐"
        SESSION = "session", "座谈会已召开"
        OUTCOME = "outcome", "成果已报送"
        TRACKED = "tracked", "成果已汇总跟踪"
        BY_HAND = "by_hand", "登记完成"

    proof = models.CharField("完成依据", max_length=10, choices=Proof.choices)
    meeting_kinds = models.ManyToManyField(
        MeetingKind, verbose_name="有关会议活动", blank=True, related_name="+",
        help_text="完成依据是会议活动时，召开过其中一种即可",
    )  # fmt: skip
    convener = models.CharField("召集（责任）岗位", max_length=30, choices=Role.choices, blank=True)
    divides_work = models.BooleanField(
        "部署分工", default=False, help_text="这一步的会议由系统起草通知，写明各单位的分工"
    )
    gates = models.SlugField(
        "未完成时不能办理的步骤", max_length=40, blank=True, help_text="后面步骤的标识；空着则只提示"
    )
    duties = models.TextField("准备清单", blank=True, max_length=2000, help_text="一行一项，会上逐项检查，可转为任务")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(OfRules.Meta):
        verbose_name = "座谈会步骤"
        verbose_name_plural = "座谈会步骤"


class ForumSeat(OfRules):
    """A class of people at the forum, in the order of the list, and about how many. R035, R036, R038, R051."""

    class Pool(models.TextChoices):
        """Whence people of the class are suggested."""

        RULES = "rules", "按邀请规则"
        MEMBERS = "members", "委员（按界别、专委会、专长）"
        EXPERTS = "experts", "人才库"
        UNITS = "units", "议题的有关单位"

    participant_class = models.ForeignKey(
        ParticipantClass, verbose_name="参加人员类别", on_delete=models.PROTECT, related_name="+"
    )
    pool = models.CharField("推荐来源", max_length=10, choices=Pool.choices, default=Pool.RULES)
    least = models.PositiveSmallIntegerField("一般不少于", null=True, blank=True)
    most = models.PositiveSmallIntegerField("一般不多于", null=True, blank=True)
    outsiders = models.BooleanField("须为非现任委员", default=False)
    booked = models.BooleanField("先预约后通知", default=False, help_text="本人确认参加后，才发正式通知和邀请函")
    strict = models.BooleanField(
        "名额从严", default=False, help_text="勾选的，确认参加的人数达到“不多于”即不再接受；不勾选的只提示"
    )
    salutation = models.CharField("称呼", max_length=20, default="同志", help_text="邀请函中加在姓名后面")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(OfRules.Meta):
        verbose_name = "座谈会席位"
        verbose_name_plural = "座谈会席位"
        constraints: ClassVar = [
            *OfRules.Meta.constraints,
            models.CheckConstraint(
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(most__gte=F("least")),
                name="consultation_forumseat_range", violation_error_message="“不多于”不能小于“不少于”。",
            ),
        ]  # fmt: skip


class SpeechKind(OfRules):
    """A kind of speech with its limits, in the order of the agenda. R024, R040-R045."""

    class Who(models.TextChoices):
        """Who speaks."""

        DEPARTMENT = "department", "有关部门"
        LEAD = "lead", "牵头委室"
        BOOKED = "booked", "预约发言人"
        FREE = "free", "其他参加人员"
        ANSWER = "answer", "部门互动回应"
        LEADER = "leader", "领导"

    who = models.CharField("发言人", max_length=12, choices=Who.choices)
    minutes = models.PositiveSmallIntegerField("每人时限（分钟）", null=True, blank=True, help_text="空着则不限时")
    least = models.PositiveSmallIntegerField("一般不少于（人）", null=True, blank=True)
    most = models.PositiveSmallIntegerField("一般不多于（人）", null=True, blank=True)
    mostly = models.ForeignKey(
        ParticipantClass, verbose_name="以哪一类为主", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    mandatory = models.BooleanField("议程必有", default=False)
    act = models.SlugField("计入的履职事项", max_length=60, blank=True, help_text="履职事项的标识；空着则不计入履职")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(OfRules.Meta):
        verbose_name = "发言种类"
        verbose_name_plural = "发言种类"


class PaperRule(OfRules):
    """A paper that a forum needs: who owes it, how many working days before, who checks it. R047-R050."""

    class Owner(models.TextChoices):
        """Who owes it."""

        UNIT = "unit", "指定单位"
        LEAD = "lead", "牵头委室"
        OFFICE = "office", "办公室"
        DEPARTMENTS = "departments", "各有关部门"
        SPEAKERS = "speakers", "各预约发言人"

    owner = models.CharField("由谁提供", max_length=12, choices=Owner.choices)
    unit = models.ForeignKey(
        Organization, verbose_name="指定单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    days_before = models.PositiveSmallIntegerField("会前几个工作日", default=5)
    required = models.BooleanField("必须提供", default=True)
    early = models.BooleanField("提前送领导参阅", default=False)
    to_all = models.BooleanField("发给全体参会人员", default=False)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(OfRules.Meta):
        verbose_name = "文稿规则"
        verbose_name_plural = "文稿规则"
        constraints: ClassVar = [
            *OfRules.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(owner="unit") | Q(unit__isnull=False), name="consultation_paperrule_unit_named",
                violation_error_message="由指定单位提供的文稿，须写明单位。",
            ),
        ]  # fmt: skip


class SchemePart(OfRules):
    """A part of the scheme; `source` says from what its first text is made. R031."""

    class Source(models.TextChoices):
        """What the first text is made of."""

        TIME = "time", "时间"
        PLACE = "place", "地点"
        HOST = "host", "主持人"
        TOPIC = "topic", "议题"
        INVITEES = "invitees", "拟邀人员"
        AGENDA = "agenda", "议程"
        WORK = "work", "前期工作"
        NONE = "none", "自行填写"

    source = models.CharField("初稿来源", max_length=10, choices=Source.choices, default=Source.NONE)
    required = models.BooleanField("必填", default=True)
    hint = models.CharField("填写提示", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(OfRules.Meta):
        verbose_name = "方案内容"
        verbose_name_plural = "方案内容"


class OutcomeForm(OfRules):
    """As what the outcome leaves: 参阅件, 建议案 …, a kind of document. R053."""

    document_kind = models.ForeignKey(DocumentKind, verbose_name="公文种类", on_delete=models.PROTECT, related_name="+")
    default = models.BooleanField("默认", default=False)
    sent_to = models.ManyToManyField(
        Organization, verbose_name="报送机关", blank=True, related_name="+",
        help_text="成果报送哪些领导机关；办理单位由意见建议带出",
    )  # fmt: skip
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[sent_to])

    class Meta(OfRules.Meta):
        verbose_name = "成果形式"
        verbose_name_plural = "成果形式"


class ReviewItem(OfRules):
    """A question of the sheet by which a forum's quality is judged. R083."""

    best = models.PositiveSmallIntegerField(
        "满分", default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(OfRules.Meta):
        verbose_name = "评价项目"
        verbose_name_plural = "评价项目"
