"""Special duties of members, links between leaders and members, places where members work. R124, R138, R143."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cppcc.office.models import Organization, Person
from cppcc.office.validity import Valid
from members.models.member import Member
from members.models.sectors import Sector


class SpecialDuty(Valid):
    """A member serves another body, such as a court or procuratorate, as supervisor for a term. R124."""

    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.PROTECT, related_name="special_duties")
    organization = models.ForeignKey(Organization, verbose_name="聘任单位", on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名义", max_length=60, help_text="如：司法廉政监督员、特约检查员")
    remark = models.CharField("备注", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "特约职务"
        verbose_name_plural = "特约职务"
        ordering: ClassVar = ["-valid_from", "pk"]

    def __str__(self) -> str:
        return f"{self.member}：{self.organization}{self.title}"


class LeaderLink(Valid):
    """Who keeps contact with whom: 主席会议成员-界别, 党组成员-无党派/宗教界, 党员委员-党外委员. R138."""

    class Kind(models.TextChoices):
        """Which of the three tables."""

        CHAIRS = "chairs", "主席会议成员联系界别"
        PARTY_GROUP = "party_group", "党组成员联系无党派、宗教界委员"
        PARTY_MEMBERS = "party_members", "党员委员联系党外委员"

    kind = models.CharField("联系表", max_length=20, choices=Kind.choices)
    leader = models.ForeignKey(Person, verbose_name="联系人", on_delete=models.PROTECT, related_name="leader_links")
    sector = models.ForeignKey(
        Sector, verbose_name="界别", on_delete=models.PROTECT, null=True, blank=True, related_name="leader_links"
    )
    member = models.ForeignKey(
        Member, verbose_name="委员", on_delete=models.PROTECT, null=True, blank=True, related_name="leader_links"
    )
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "联系安排"
        verbose_name_plural = "联系安排"
        ordering: ClassVar = ["kind", "leader__pinyin", "sector__order", "member__person__pinyin", "pk"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.CheckConstraint(
                condition=Q(sector__isnull=False, member__isnull=True) | Q(sector__isnull=True, member__isnull=False),
                name="members_leaderlink_to_one",
                violation_error_message="请只填界别或只填委员。",
            ),
            models.UniqueConstraint(
                fields=["kind", "leader", "sector", "member", "valid_from"], name="members_leaderlink_once",
                nulls_distinct=False, violation_error_message="已有同样的联系安排。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.leader} 联系 {self.sector or self.member}"


class Station(Valid):
    """委员大讲堂, 界别委员工作室, 基层联系点: its place and the members who keep it. R143."""

    class Kind(models.TextChoices):
        """What it is."""

        LECTURES = "lectures", "委员大讲堂"
        STUDIO = "studio", "界别委员工作室"
        CONTACT_POINT = "contact_point", "基层联系点"

    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    name = models.CharField("名称", max_length=80, unique=True)
    place = models.CharField("地点", max_length=120, blank=True)
    organization = models.ForeignKey(Organization, verbose_name="负责单位", on_delete=models.PROTECT, related_name="+")
    sector = models.ForeignKey(
        Sector, verbose_name="界别", on_delete=models.PROTECT, null=True, blank=True, related_name="stations"
    )
    keepers = models.ManyToManyField(Member, verbose_name="负责委员", blank=True, related_name="stations")
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[keepers])

    class Meta(Valid.Meta):
        verbose_name = "委员工作平台"
        verbose_name_plural = "委员工作平台"
        ordering: ClassVar = ["kind", "name"]

    def __str__(self) -> str:
        return self.name
