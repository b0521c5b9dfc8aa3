"""界别 as lists per term, groups within them, and the positions that members hold."""

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.models import Organization, Term


class Sector(models.Model):
    """A sector (界别) of one term. Sectors change and merge from term to term: `came_from` says out of which."""

    term = models.ForeignKey(Term, verbose_name="届", on_delete=models.PROTECT, related_name="sectors")
    name = models.CharField("界别", max_length=60)
    short_name = models.CharField("简称", max_length=20, blank=True)
    came_from = models.ManyToManyField(
        "self", verbose_name="由上届哪些界别而来", symmetrical=False, blank=True, related_name="became"
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[came_from])

    class Meta:
        verbose_name = "界别"
        verbose_name_plural = "界别"
        ordering: ClassVar = ["-term__number", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["term", "name"], name="members_sector_name_unique",
                violation_error_message="这一届已有同名界别。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.short_name or self.name


class SectorGroup(models.Model):
    """A group that is no sector itself (教育一组, 教育二组): an organisation that belongs to a sector of a term."""

    organization = models.OneToOneField(
        Organization, verbose_name="界别组", on_delete=models.PROTECT, related_name="sector_group"
    )
    sector = models.ForeignKey(Sector, verbose_name="界别", on_delete=models.PROTECT, related_name="groups")
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "界别组"
        verbose_name_plural = "界别组"
        ordering: ClassVar = ["sector", "organization__order", "pk"]

    def __str__(self) -> str:
        return str(self.organization)


class Position(models.Model):
    """A position in the committee: 主席, 副主席, 秘书长, 常务委员 …; which of them sit on the standing committee."""

    key = models.SlugField("标识", max_length=40, unique=True)
    label = models.CharField("名称", max_length=30, unique=True)
    standing = models.BooleanField("常务委员会组成人员", default=True)
    leading = models.BooleanField("主席会议成员", default=False)
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "委员职务"
        verbose_name_plural = "委员职务"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label
