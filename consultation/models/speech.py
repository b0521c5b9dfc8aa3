"""Who speaks at a forum, on what, how long; what was raised and answered; the presses of the speaker desk."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from consultation.models.forum import Forum
from consultation.models.forum_rules import SpeechKind
from cppcc.meetings.models import Participant
from cppcc.office.models import Organization


class SpeechStatus(models.TextChoices):
    """Where a speech stands at the desk."""

    WAITING = "waiting", "待发言"
    SPEAKING = "speaking", "发言中"
    PAUSED = "paused", "暂停"
    DONE = "done", "已发言"
    SKIPPED = "skipped", "未发言"


class Speech(models.Model):
    """A speech on the agenda: planned minutes before, seconds spoken afterwards. R040-R046."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="speeches")
    kind = models.ForeignKey(SpeechKind, verbose_name="发言种类", on_delete=models.PROTECT, related_name="speeches")
    participant = models.ForeignKey(
        Participant, verbose_name="发言人", on_delete=models.PROTECT, null=True, blank=True, related_name="speeches"
    )
    organization = models.ForeignKey(
        Organization, verbose_name="发言单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    speaker = models.CharField("发言人（名单以外）", max_length=60, blank=True)
    subject = models.CharField("发言题目", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    minutes = models.PositiveSmallIntegerField("计划时长（分钟）", null=True, blank=True)
    status = models.CharField(
        "状态", max_length=10, choices=SpeechStatus.choices, default=SpeechStatus.WAITING, editable=False
    )
    began_at = models.DateTimeField("开始时间", null=True, editable=False)
    running_since = models.DateTimeField("计时起点", null=True, editable=False)
    seconds = models.PositiveIntegerField("已发言（秒）", default=0, editable=False)
    record = models.TextField("发言要点", max_length=5000, blank=True)
    at_desk = models.BooleanField("会上增加", default=False, editable=False)
    history = HistoricalRecords(
        verbose_name="变更记录", excluded_fields=["status", "began_at", "running_since", "seconds"]
    )

    class Meta:
        verbose_name = "发言"
        verbose_name_plural = "发言"
        ordering: ClassVar = ["forum", "kind__order", "order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(participant__isnull=False) | Q(organization__isnull=False) | ~Q(speaker=""),
                name="consultation_speech_has_speaker", violation_error_message="请选择或填写发言人。",
            ),
            models.UniqueConstraint(
                fields=["forum", "kind", "participant"], condition=Q(participant__isnull=False),
                name="consultation_speech_speaker_once",
                violation_error_message="这个人在同一种发言中已经安排过了。",
            ),
            models.UniqueConstraint(
                fields=["forum"], condition=Q(status__in=["speaking", "paused"]), name="consultation_speech_one_at_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="speaking") | Q(running_since__isnull=False),
                name="consultation_speech_speaking_has_start",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.who}：{self.subject}" if self.subject else self.who

    @property
    def who(self) -> str:
        """The speaker's name, or that of whom he sends; else the unit's."""
        if self.participant:
            return self.participant.deputy_name or str(self.participant)
        return self.speaker or str(self.organization)

    @property
    def over(self) -> int:
        """Seconds over the planned minutes, 0 within them."""
        limit = self.limit
        return max(0, self.seconds - limit * 60) if limit else 0

    @property
    def limit(self) -> int | None:
        """Minutes that the speaker has: those planned, else those of the kind; None without a limit."""
        return self.minutes or self.kind.minutes

    @property
    def key_at_desk(self) -> str:
        """How the desk names it."""
        return f"s{self.pk}"

    @property
    def may_answer(self) -> bool:
        """Whether points of the interaction are answered in such a speech. R044."""
        return self.kind.who in (SpeechKind.Who.ANSWER, SpeechKind.Who.DEPARTMENT, SpeechKind.Who.LEADER)

    @property
    def unit(self) -> str:
        """The unit under whose name he speaks; "" where it is the speaker itself or nobody knows."""
        found = self.organization or (self.participant.organization if self.participant else None)
        return str(found) if found and str(found) != self.who else ""


class Question(models.Model):
    """A point raised in a speech, and the speech that answered it. R024, R044."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="questions")
    raised_in = models.ForeignKey(
        Speech, verbose_name="提出于", on_delete=models.PROTECT, null=True, blank=True, related_name="raised"
    )
    text = models.CharField("问题", max_length=500)
    to = models.ForeignKey(
        Organization, verbose_name="请谁回应", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_in = models.ForeignKey(
        Speech, verbose_name="回应于", on_delete=models.PROTECT, null=True, blank=True, related_name="answered"
    )
    answer = models.TextField("回应要点", max_length=2000, blank=True)
    linked_at = models.DateTimeField("关联时间", null=True, editable=False)
    client_id = models.UUIDField("操作编号", unique=True, default=uuid.uuid4, editable=False)
    history = HistoricalRecords(verbose_name="变更记录", excluded_fields=["linked_at", "client_id"])

    class Meta:
        verbose_name = "互动问题"
        verbose_name_plural = "互动问题"
        ordering: ClassVar = ["forum", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class DeskPress(models.Model):
    """One press at the speaker desk, kept as it came; the same client id counts once."""

    class Act(models.TextChoices):
        """What was pressed."""

        START = "start", "开始"
        PAUSE = "pause", "暂停"
        RESUME = "resume", "继续"
        STOP = "stop", "结束"
        SKIP = "skip", "跳过"
        UNDO = "undo", "撤销"
        NOTE = "note", "记要点"
        END = "end", "会议结束"

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="presses")
    speech = models.ForeignKey(
        Speech, verbose_name="发言", on_delete=models.CASCADE, null=True, blank=True, related_name="presses"
    )
    act = models.CharField("动作", max_length=10, choices=Act.choices)
    at = models.DateTimeField("时间")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    taken = models.BooleanField("生效", default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="操作人", on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField("操作编号", unique=True)
    undoes = models.UUIDField("撤销的操作", null=True, blank=True)
    text = models.CharField("内容", max_length=500, blank=True)

    class Meta:
        verbose_name = "发言台操作"
        verbose_name_plural = "发言台操作"
        ordering: ClassVar = ["at", "client_id"]
        indexes: ClassVar = [models.Index(fields=["forum", "at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(act__in=["undo", "end"]) | Q(speech__isnull=False), name="consultation_deskpress_has_speech"
            ),
            models.CheckConstraint(
                condition=~Q(act="undo") | Q(undoes__isnull=False), name="consultation_deskpress_undo_names_press"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speech.who if self.speech else ''}{self.get_act_display()}"
