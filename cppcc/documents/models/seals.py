"""Pictures of seals: who keeps each, and on which document it was placed."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from cppcc.documents.models.document import Document
from cppcc.files.models import StoredFile
from cppcc.office.models import Organization, Post
from cppcc.office.validity import Valid, ValidQuerySet


class SealQuerySet(ValidQuerySet):
    """Seals by who keeps them."""

    def kept_by(self, user: Any) -> Self:
        """The seals of today that one of the posts keeps in which `user` acts."""
        posts = [acting.post_id for acting in user.acting]
        return self.valid().filter(pk__in=Seal.keepers.through.objects.filter(post__in=posts).values("seal"))


class Seal(Valid):
    """The seal of an organisation as a PNG with a clear ground. Only those who hold a keeper's post place it."""

    label = models.CharField("名称", max_length=60, help_text="如：办公室印章")
    organization = models.ForeignKey(Organization, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    picture = models.ForeignKey(StoredFile, verbose_name="图片", on_delete=models.PROTECT, related_name="+")
    keepers = models.ManyToManyField(Post, verbose_name="保管岗位", related_name="+")
    order = models.PositiveSmallIntegerField("排序", default=0)
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[keepers])

    objects: ClassVar = SealQuerySet.as_manager()

    class Meta(Valid.Meta):
        verbose_name = "印章"
        verbose_name_plural = "印章"
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.label


class SealUse(models.Model):
    """A seal on a document: who placed it and when; and when it was taken off again, before the issue."""

    document = models.ForeignKey(Document, verbose_name="公文", on_delete=models.PROTECT, related_name="seal_uses")
    seal = models.ForeignKey(Seal, verbose_name="印章", on_delete=models.PROTECT, related_name="uses")
    place = models.PositiveSmallIntegerField("加盖在第几个署名", default=0)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用印人", on_delete=models.PROTECT, related_name="+"
    )
    used_at = models.DateTimeField("用印时间")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="撤销人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "用印记录"
        verbose_name_plural = "用印记录"
        ordering: ClassVar = ["-used_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "place"],
                name="documents_seal_use_place_unique",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="documents_seal_use_withdrawn_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seal}：{self.document}"
