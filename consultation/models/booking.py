"""预约: who was asked beforehand whether he would come, signed himself up, or stands in reserve. R035-R039."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from consultation.models.forum import Forum
from consultation.models.forum_rules import ForumSeat
from cppcc.meetings.models.participants import How, Reply
from cppcc.office.models import Organization, Person


class BookingQuerySet(models.QuerySet):
    """Bookings by what became of them."""

    def asked(self) -> Self:
        """Those who were asked."""
        return self.filter(asked_at__isnull=False)

    def expecting(self) -> Self:
        """Those who were asked, or signed up and were not turned down, and have not declined."""
        reached = Q(asked_at__isnull=False) | Q(applied_at__isnull=False, accepted__isnull=True) | Q(accepted=True)
        return self.filter(reached).exclude(answer=Reply.NO)

    def confirmed(self) -> Self:
        """Those who said that they, or a deputy, come; and those who are invited without having been asked."""
        answered = Q(answer__in=[Reply.YES, Reply.DEPUTY]) & (Q(applied_at__isnull=True) | Q(accepted=True))
        return self.filter(answered | ~Q(waived=""))


class Booking(models.Model):
    """One person before the formal notice. He stands on the list of the meeting, or waits for a place on it.

    It outlives his place on the list: who declined, when and why, stays known.
    """

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.CASCADE, related_name="bookings")
    seat = models.ForeignKey(ForumSeat, verbose_name="席位", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField("职务", max_length=100, blank=True)
    reserve = models.BooleanField("候补", default=False)
    applied_at = models.DateTimeField("报名时间", null=True, blank=True, editable=False)
    accepted = models.BooleanField("同意报名", null=True, editable=False)
    asked_at = models.DateTimeField("预约时间", null=True, blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="预约人", on_delete=models.PROTECT, null=True, editable=False,
        related_name="+",
    )  # fmt: skip
    answer = models.CharField("答复", max_length=10, choices=Reply.choices, default=Reply.NONE, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    deputy_name = models.CharField("受委派人", max_length=50, blank=True)
    deputy_title = models.CharField("受委派人职务", max_length=100, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True, editable=False)
    how = models.CharField("答复方式", max_length=10, choices=How.choices, blank=True)
    source = models.CharField("代录来源", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="录入人", on_delete=models.PROTECT, null=True, editable=False,
        related_name="+",
    )  # fmt: skip
    waived = models.CharField("未确认也邀请的理由", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = "预约邀请"
        verbose_name_plural = "预约邀请"
        ordering: ClassVar = ["forum", "seat__order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["forum", "person"], name="consultation_booking_once",
                violation_error_message="这个人已经预约或列为候补。",
            ),
            models.CheckConstraint(
                condition=~Q(answer="deputy") | ~Q(deputy_name=""), name="consultation_booking_deputy_named"
            ),
            models.CheckConstraint(
                condition=~Q(answer="no") | ~Q(reason=""), name="consultation_booking_no_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(how="proxy") | ~Q(source=""), name="consultation_booking_proxy_has_source"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person}（{self.seat}）"

    @property
    def is_confirmed(self) -> bool:
        """Whether the formal notice may go to him."""
        answered = self.answer in (Reply.YES, Reply.DEPUTY) and (self.applied_at is None or self.accepted is True)
        return answered or bool(self.waived)

    @property
    def counts(self) -> bool:
        """Whether anything of it is of interest when he is not on the list."""
        return bool(self.asked_at or self.applied_at or self.answer or self.reserve)

    @property
    def stance(self) -> str:
        """Where it stands, in a word for lists."""
        if self.applied_at and self.accepted is None:
            return "报名待确认"
        if self.accepted is False:
            return "未采纳报名"
        if self.answer:
            return {"yes": "答应参加", "no": "婉拒", "deputy": "委派他人"}[self.answer]
        if self.waived:
            return "免预约"
        if self.asked_at:
            return "待答复"
        return "候补" if self.reserve else "未预约"
