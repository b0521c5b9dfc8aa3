"""Organisations: every body, unit, party, county, committee and group; renamed and merged, never forgotten."""

from copy import copy
from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cppcc.office.pinyin import pinyin_key
from cppcc.office.refusals import Refused
from cppcc.office.validity import Valid, never_overlapping, today


class Organization(Valid):
    """An organisation. `name` is today's; names of other days stand in `OrganizationName`."""

    class Kind(models.TextChoices):
        """What an organisation is; offices of the same kind are treated alike."""

        PARTY_COMMITTEE = "party_committee", "党委"
        GOVERNMENT = "government", "政府"
        DEPARTMENT = "department", "部门"
        PARTY = "party", "民主党派"
        FEDERATION = "federation", "工商联"
        PEOPLES_ORGANISATION = "peoples_organisation", "人民团体"
        COUNTY = "county", "县（市、区）政协"
        COMMITTEE = "committee", "委室"
        SECTOR_GROUP = "sector_group", "界别组"
        ACTIVITY_GROUP = "activity_group", "活动小组"
        DECIDING_BODY = "deciding_body", "议决机构"
        COURT = "court", "法院、检察院"
        TOWNSHIP = "township", "乡镇（街道）"
        EMPLOYER = "employer", "委员单位"

    key = models.SlugField("标识", max_length=60, unique=True, null=True, blank=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=30, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", verbose_name="上级", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    merged_into = models.ForeignKey(
        "self", verbose_name="并入", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    aliases = ArrayField(models.CharField(max_length=100), verbose_name="别名", default=list, blank=True)
    order = models.PositiveIntegerField("排序", default=0)
    pinyin = models.CharField("拼音", max_length=300, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta(Valid.Meta):
        verbose_name = "单位"
        verbose_name_plural = "单位"
        ordering: ClassVar = ["kind", "order", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["kind", "order"]),
            models.Index(fields=["name"]),
            GinIndex(fields=["aliases"]),
        ]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(valid_to__isnull=True),
                name="office_organization_name_unique",
                violation_error_message="已有同名的现有单位。",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, *args, **kwargs) -> None:
        """Keep the pinyin key in step with the name."""
        self.pinyin = pinyin_key(self.name)
        super().save(*args, **kwargs)

    def name_on(self, day: date) -> str:
        """The full name that the organisation bore on `day`. Prefetch `names` when asking for many."""
        for old in self.names.all():
            if old.is_valid(day):
                return old.name
        return self.name

    def under(self, name: str | None, short_name: str | None) -> "Organization":
        """The organisation under a name of earlier days, for pages of past years; itself without one."""
        if not name:
            return self
        dated = copy(self)
        dated.name, dated.short_name = name, short_name or name
        return dated

    def rename(self, name: str, *, on: date, short_name: str = "") -> None:
        """Give the organisation a new name from the day `on`; the old one stays valid for the days before.

        Raises Refused when the name of today began on that day or later.
        """
        with transaction.atomic():
            last = self.names.order_by("-valid_to").first()
            begin = last.valid_to + timedelta(days=1) if last and last.valid_to else self.valid_from
            if begin and on <= begin:
                raise Refused(f"现用名称自 {begin:%Y年%-m月%-d日} 起使用，新名称的启用日期须晚于这一天，请核对。")
            OrganizationName.objects.create(
                organization=self,
                name=self.name,
                short_name=self.short_name,
                valid_from=begin,
                valid_to=on - timedelta(days=1),
            )
            self.name, self.short_name = name, short_name
            self.save()

    def merge_into(self, successor: "Organization", *, on: date | None = None) -> None:
        """End this organisation the day before `on`; its history keeps pointing to it."""
        self.merged_into = successor
        self.valid_to = (on or today()) - timedelta(days=1)
        self.save()


class OrganizationName(Valid):
    """A name of earlier days; the periods of one organisation never overlap."""

    organization = models.ForeignKey(Organization, verbose_name="单位", on_delete=models.CASCADE, related_name="names")
    name = models.CharField("曾用名称", max_length=100)
    short_name = models.CharField("曾用简称", max_length=40, blank=True)

    class Meta(Valid.Meta):
        verbose_name = "曾用名"
        verbose_name_plural = "曾用名"
        ordering: ClassVar = ["organization", "valid_to"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            never_overlapping("office_organizationname_no_overlap", "organization", "同一单位的曾用名有效期不能重叠。"),
        ]

    def __str__(self) -> str:
        return self.name
