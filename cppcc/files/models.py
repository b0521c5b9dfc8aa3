"""Stored files: the row tells what the bytes are; the bytes stand under a UUID on disk."""

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from cppcc.office.matters import OptionalMatterRef


class Classification(models.TextChoices):
    """How far a material may go. State secrets do not belong into this system."""

    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"
    WORK_SECRET = "work_secret", "工作秘密"


class StoredFile(OptionalMatterRef):
    """A file of a matter, or of nobody but its uploader before it has one. Never changed once stored."""

    uuid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("文件名", max_length=200)
    extension = models.CharField("扩展名", max_length=10)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    classification = models.CharField(
        "密级标识", max_length=20, choices=Classification, default=Classification.INTERNAL
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="上传人",
        on_delete=models.PROTECT,
        related_name="uploaded_files",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta(OptionalMatterRef.Meta):
        verbose_name = "文件"
        verbose_name_plural = "文件"
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(content_type__isnull=True, object_id__isnull=True)
                | models.Q(content_type__isnull=False, object_id__isnull=False),
                name="stored_file_matter_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The download."""
        return reverse("files:file_download", args=[self.uuid])

    @property
    def path(self) -> Path:
        """Where the bytes stand: nothing of the uploader's name is in it."""
        name = str(self.uuid)
        return Path(settings.MEDIA_ROOT) / name[:2] / name
