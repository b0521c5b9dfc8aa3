"""The annual plan, its targets, and who may read it early."""

from collections.abc import Iterable
from typing import ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from guardian.models import GroupObjectPermissionBase
from simple_history.models import HistoricalRecords

from consultation.models.reference import MeasureValues
from cppcc.documents.models import Document
from cppcc.office.access import reaches_any
from cppcc.office.groups import groups_of
from cppcc.workflow.models import ApprovalChain, ApprovalRound, Matter, Movement

VIEW_ALL = "consultation.view_all_plans"


class PlanState(models.TextChoices):
    """Where a plan stands; never the name of a body."""

    DRAFTING = "drafting", "起草中"
    IN_APPROVAL = "in_approval", "审批中"
    AMENDING = "amending", "按审议意见修改"
    APPROVED = "approved", "已批准待印发"
    ISSUED = "issued", "已印发实施"
    CLOSED = "closed", "已办结"


BEFORE_A_BODY = (PlanState.IN_APPROVAL, PlanState.APPROVED)
PUBLIC = (PlanState.ISSUED, PlanState.CLOSED)


class AnnualPlanQuerySet(models.QuerySet):
    """Plans as users see them."""

    def visible_to(self, user) -> "AnnualPlanQuerySet":
        """All for those who may see all; else issued ones, those before one's step or acted on by it, granted ones."""
        if reaches_any(user, VIEW_ALL):
            return self
        if not user.acting:
            return self.none()
        step_is_mine = Q(pk__in=[])
        for acting in user.acting:
            step_is_mine |= Q(step__organization=acting.organization_id, step__role=acting.role)
        here = {"content_type": ContentType.objects.get_for_model(self.model), "object_id": OuterRef("pk")}
        rounds = ApprovalRound.objects.filter(step_is_mine, ended_at__isnull=True, **here)
        acted = Movement.objects.filter(post__in=[acting.post_id for acting in user.acting], **here)
        granted = AnnualPlanGroupObjectPermission.objects.filter(
            content_object=OuterRef("pk"), group__in=groups_of(user), permission__codename="view_annualplan"
        )
        return self.filter(Q(state__in=PUBLIC) | Exists(rounds) | Exists(acted) | Exists(granted))

    def asking(self, measure: str) -> "AnnualPlanQuerySet":
        """With how many of `measure` each asks for: `asked`, None where it says nothing of it."""
        target = PlanTarget.objects.filter(plan=OuterRef("pk"), measure=measure)
        return self.annotate(asked=models.Subquery(target.values("target")[:1]))

    def listed(self) -> "AnnualPlanQuerySet":
        """With the counts that the list shows."""
        live = Q(topics__state__in=("planned", "done"), topics__off_plan=False)
        return self.select_related("chain").annotate(
            topic_count=models.Count("topics", filter=live),
            linked_count=models.Count("topics", filter=live & Q(topics__linkage="linked")),
        )


class AnnualPlan(Matter):
    """The consultation plan of one year (年度协商计划)."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    title = models.CharField("名称", max_length=120)
    state = models.CharField(
        "状态", max_length=20, choices=PlanState.choices, default=PlanState.DRAFTING, editable=False, db_index=True
    )
    chain = models.ForeignKey(
        ApprovalChain, verbose_name="审批链", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.TextField("说明", max_length=2000, blank=True)
    number = models.CharField("文号", max_length=60, blank=True, editable=False)
    issued_on = models.DateField("印发日期", null=True, editable=False)
    document = models.ForeignKey(
        Document, verbose_name="印发通知", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    history = HistoricalRecords(verbose_name="变更记录")

    objects = AnnualPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "年度协商计划"
        verbose_name_plural = "年度协商计划"
        ordering: ClassVar = ["-year"]
        permissions: ClassVar = [
            ("view_all_plans", "查看全部年度计划"),
            ("manage_plan", "编制年度计划"),
            ("submit_plan", "提请审批年度计划"),
            ("issue_plan", "印发年度计划"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "closed"]) | (~Q(number="") & Q(issued_on__isnull=False)),
                name="consultation_plan_issued_has_number",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="consultation_plan_number_unique"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_editable(self) -> bool:
        """Whether topics may be changed freely: the plan is with the office, not before a body, not issued."""
        return self.state in (PlanState.DRAFTING, PlanState.AMENDING)

    @property
    def is_issued(self) -> bool:
        """Whether the plan is in force: changes need a reason now."""
        return self.state == PlanState.ISSUED

    @cached_property
    def counted(self) -> int:
        """How many topics belong to the plan; a page that has loaded them sets it and spares the query."""
        return self.topics.counted().count()

    def trail_open_to(self, user) -> bool:
        """Whether `user` reads opinions and versions: the committee's own people, and those who decide on the plan."""
        if reaches_any(user, VIEW_ALL) or self.state not in PUBLIC:
            return True
        return Movement.for_matter(self).filter(post__in=[acting.post_id for acting in user.acting]).exists()

    @cached_property
    def standing(self) -> list:
        """The topics that are not withdrawn, with parts, in order; one act's guard and version share them."""
        return list(self.topics.with_parts().exclude(state="withdrawn").order_by("number", "pk"))

    def content(self) -> dict:
        """What a version keeps: the plan's head and every topic as the document prints it."""
        head = {"名称": self.title, "审批链": str(self.chain or ""), "说明": self.remark}
        rows = [{"key": topic.pk, "title": topic.title, "fields": topic.as_text()} for topic in self.standing]
        return {"fields": head, "rows": rows}


class AnnualPlanGroupObjectPermission(GroupObjectPermissionBase):
    """A grant to the group of one (organisation, role) on one plan (django-guardian, by foreign key)."""

    content_object = models.ForeignKey(AnnualPlan, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        verbose_name = "计划查阅授权"
        verbose_name_plural = "计划查阅授权"


class PlanTarget(MeasureValues):
    """What one plan is measured against. R001, R013-R015."""

    plan = models.ForeignKey(AnnualPlan, verbose_name="计划", on_delete=models.CASCADE, related_name="targets")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "计划指标"
        verbose_name_plural = "计划指标"
        ordering: ClassVar = ["plan", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "measure"], name="consultation_target_unique")]

    def __str__(self) -> str:
        return self.get_measure_display()

    @classmethod
    def copy_defaults(cls, plan: AnnualPlan, defaults: Iterable) -> None:
        """Start `plan` with the office's values."""
        names = [field.name for field in MeasureValues._meta.get_fields()]
        for default in defaults:
            cls.objects.create(plan=plan, **{name: getattr(default, name) for name in names})
