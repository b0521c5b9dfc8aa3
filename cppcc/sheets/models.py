"""An import from the upload to the moment when it was applied."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class BatchStatus(models.TextChoices):
    """Where an import stands."""

    DRAFT = "draft", "待确认"
    APPLIED = "applied", "已导入"
    FAILED = "failed", "未导入"


class ImportBatch(models.Model):
    """One uploaded table: its bytes, what was found in it, what the clerk chose, what became of it."""

    kind = models.CharField("导入种类", max_length=60)
    file_name = models.CharField("文件名", max_length=200)
    data = models.BinaryField("文件内容")
    sha256 = models.CharField("校验值", max_length=64)
    arguments = models.JSONField("导入到", default=dict, blank=True)
    options = models.JSONField("选择", default=dict, blank=True)
    report = models.JSONField("检查结果", default=dict, blank=True)
    status = models.CharField("状态", max_length=10, choices=BatchStatus, default=BatchStatus.DRAFT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="import_batches"
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)

    class Meta:
        verbose_name = "表格导入"
        verbose_name_plural = "表格导入"
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status=BatchStatus.APPLIED, applied_at__isnull=False)
                | (~models.Q(status=BatchStatus.APPLIED) & models.Q(applied_at__isnull=True)),
                name="import_batch_applied_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.get_status_display()}）"
