"""Each county takes its linked topics into its own plan and says when its party committee approved it. R012."""

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from simple_history.models import HistoricalRecords

from consultation.models.plan import VIEW_ALL
from consultation.models.topic import Linkage, Part, Topic, TopicState, TopicUnit
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.models import Organization
from cppcc.workflow.models import Matter

ADOPT = "consultation.record_adoption"


class AdoptionState(models.TextChoices):
    """Whether the county has it in its plan."""

    PENDING = "pending", "未列入"
    ADOPTED = "adopted", "已列入"


def concerned() -> Q:
    """Adoptions of topics that concern the county now: linked, not withdrawn, the county involved. R012."""
    involved = TopicUnit.objects.filter(topic=OuterRef("topic"), organization=OuterRef("county"), part=Part.COUNTY)
    return Q(topic__linkage=Linkage.LINKED) & ~Q(topic__state=TopicState.WITHDRAWN) & Q(Exists(involved))


class AdoptionQuerySet(models.QuerySet):
    """Adoptions as users see them."""

    def visible_to(self, user) -> "AdoptionQuerySet":
        """All for those who see all plans; else those of one's own county."""
        if reaches_any(user, VIEW_ALL):
            return self
        return self.filter(county__in=organizations_with(user, ADOPT))

    def standing(self) -> "AdoptionQuerySet":
        """Those that count: adopted, or still asked for. R012."""
        return self.filter(Q(state=AdoptionState.ADOPTED) | concerned())


class CountyAdoption(Matter):
    """One linked topic in the plan of one county."""

    topic = models.ForeignKey(Topic, verbose_name="联接议题", on_delete=models.PROTECT, related_name="adoptions")
    county = models.ForeignKey(
        Organization, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="adoptions"
    )
    state = models.CharField(
        "状态", max_length=10, choices=AdoptionState.choices, default=AdoptionState.PENDING, editable=False
    )
    committee_date = models.DateField("党委常委会审议日期", null=True, editable=False)
    county_title = models.CharField("列入的议题名称", max_length=200, blank=True, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        verbose_name = "县级列入情况"
        verbose_name_plural = "县级列入情况"
        ordering: ClassVar = ["county__order", "topic__number", "pk"]
        permissions: ClassVar = [("record_adoption", "登记县级列入情况")]
        indexes: ClassVar = [models.Index(fields=["county", "state"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "county"], name="consultation_adoption_unique"),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(committee_date__isnull=False),
                name="consultation_adoption_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county}：{self.topic}"

    def owned_by(self, acting: Acting) -> bool:
        """It belongs to the county."""
        return acting.organization_id == self.county_id

    def proxied_for(self, acting: Acting, act: str) -> str:
        """The office records for the county."""
        return "" if self.owned_by(acting) else self.county.name
