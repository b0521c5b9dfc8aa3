"""Long work as rows: what is to be done stands in PostgreSQL, Celery only rings the bell."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse


class JobStatus(models.TextChoices):
    """Where a piece of work stands."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


class Job(models.Model):
    """One piece of long work. `key` makes a double click one row; `then` is the page with the result."""

    kind = models.CharField("种类", max_length=60)
    arguments = models.JSONField("参数", default=dict, blank=True)
    key = models.CharField("唯一键", max_length=200, unique=True, null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发起人", on_delete=models.PROTECT, related_name="jobs"
    )
    status = models.CharField("状态", max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    done_steps = models.PositiveIntegerField("已办步数", default=0)
    total_steps = models.PositiveIntegerField("总步数", default=0)
    message = models.CharField("进度", max_length=200, blank=True)
    result = models.JSONField("结果", default=dict, blank=True)
    error = models.TextField("未完成的原因", blank=True)
    then = models.CharField("结果页面", max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="job_open", condition=models.Q(status__in=["queued", "running"])),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(status="running") | models.Q(lease_until__isnull=False),
                name="job_running_has_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["done", "failed"]) | models.Q(finished_at__isnull=False),
                name="job_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}（{self.get_status_display()}）"

    def get_absolute_url(self) -> str:
        """The page with the progress."""
        return reverse("jobs:job_detail", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in {JobStatus.DONE, JobStatus.FAILED}

    @property
    def percent(self) -> int:
        """Progress, 0 to 100."""
        if self.status == JobStatus.DONE:
            return 100
        return min(100, self.done_steps * 100 // self.total_steps) if self.total_steps else 0

    @property
    def steps(self) -> str:
        """Progress in figures."""
        return f"{self.done_steps} / {self.total_steps}" if self.total_steps else f"{self.percent}%"
