"""The papers of a forum: who owes which by when, delivered, checked, sent round. R047-R050."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from consultation.models.forum import DELIVER, MANAGE, Forum
from consultation.models.forum_rules import PaperRule
from consultation.models.plan import VIEW_ALL
from cppcc.files.models import Classification, StoredFile
from cppcc.meetings.models import Participant
from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.models import Organization
from cppcc.workflow.models import Matter


class PaperState(models.TextChoices):
    """Where a paper stands."""

    AWAITED = "awaited", "待提供"
    DELIVERED = "delivered", "待把关"
    RETURNED = "returned", "退回修改"
    APPROVED = "approved", "已定稿"
    WAIVED = "waived", "不再需要"


OPEN = (PaperState.AWAITED, PaperState.DELIVERED, PaperState.RETURNED)
OWED = (PaperState.AWAITED, PaperState.RETURNED)


class PaperQuerySet(models.QuerySet):
    """Papers as users see them."""

    def visible_to(self, user) -> Self:
        """Who prepares the forum sees all; others their own, and finished ones that are given out to them. R048.

        The house reads the others as well, but of 工作秘密 ones only those that are given out to it.
        """
        if reaches_any(user, MANAGE):
            return self
        if not user.acting:
            return self.none()
        units = organizations_with(user, DELIVER)
        persons = {acting.person_id for acting in user.acting}
        mine = {acting.organization_id for acting in user.acting}
        reach = Q(owner__in=units) | Q(participant__person__in=persons)
        reach |= Q(forum__lead__in=organizations_with(user, MANAGE))
        reach |= Q(state=PaperState.APPROVED, readers__in=mine)
        told = Participant.objects.invited().of(user.person_id, mine).order_by()
        given = Q(state=PaperState.APPROVED, to_all=True, forum__meeting__in=told.values("meeting"))
        reach |= given & ~Q(classification=Classification.WORK_SECRET)
        if reaches_any(user, VIEW_ALL):
            reach |= ~Q(classification=Classification.WORK_SECRET)
        return self.filter(pk__in=self.model._default_manager.filter(reach).values("pk"))

    def open(self) -> Self:
        """Those that are still waited for or looked at."""
        return self.filter(state__in=OPEN)

    def listed(self) -> Self:
        """With what a list shows."""
        return self.select_related("owner", "participant__person", "participant__organization", "file", "paper_rule")


class Paper(Matter):
    """One paper that a unit or a speaker owes for a forum."""

    forum = models.ForeignKey(Forum, verbose_name="座谈会", on_delete=models.PROTECT, related_name="papers")
    paper_rule = models.ForeignKey(
        PaperRule, verbose_name="文稿规则", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    label = models.CharField("文稿", max_length=80)
    owner = models.ForeignKey(
        Organization, verbose_name="提供单位", on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    participant = models.ForeignKey(
        Participant, verbose_name="提供人", on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    due_on = models.DateField("提供期限", null=True, blank=True)
    due_by_hand = models.BooleanField("期限另行确定", default=False, editable=False)
    required = models.BooleanField("必须提供", default=True)
    early = models.BooleanField("提前送领导参阅", default=False)
    to_all = models.BooleanField(
        "发给全体参会人员", default=False, help_text="定稿后已通知的参会人员都可以阅读；工作秘密除外"
    )
    order = models.PositiveSmallIntegerField("次序", default=0)
    state = models.CharField(
        "状态", max_length=10, choices=PaperState.choices, default=PaperState.AWAITED, editable=False
    )
    classification = models.CharField(
        "密级标识", max_length=20, choices=Classification, default=Classification.INTERNAL
    )
    sent_on = models.DateField("送阅日期", null=True, blank=True, editable=False)
    file = models.ForeignKey(
        StoredFile, verbose_name="文件", on_delete=models.PROTECT, null=True, blank=True, editable=False,
        related_name="+",
    )  # fmt: skip
    readers = models.ManyToManyField(Organization, verbose_name="发放范围", blank=True, related_name="+")
    history = HistoricalRecords(verbose_name="变更记录", m2m_fields=[readers])

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = "座谈会文稿"
        verbose_name_plural = "座谈会文稿"
        ordering: ClassVar = ["forum", "order", "pk"]
        indexes: ClassVar = [models.Index(fields=["owner", "state"]), models.Index(fields=["state", "due_on"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(participant__isnull=False),
                name="consultation_paper_has_owner", violation_error_message="请写明由哪个单位或哪位发言人提供。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "approved"]) | Q(file__isnull=False),
                name="consultation_paper_delivered_has_file",
            ),
            models.UniqueConstraint(
                fields=["forum", "paper_rule", "owner"], condition=Q(participant__isnull=True),
                name="consultation_paper_unit_once",
                violation_error_message="这个单位的这种文稿已经列出。",
            ),
            models.UniqueConstraint(
                fields=["forum", "paper_rule", "participant"], condition=Q(participant__isnull=False),
                name="consultation_paper_speaker_once",
                violation_error_message="这位发言人的文稿已经列出。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.label}（{self.whose}）"

    @property
    def whose(self) -> str:
        """Who owes it: the speaker, else the unit."""
        return str(self.participant or self.owner)

    @property
    def is_owed(self) -> bool:
        """Whether a text is waited for."""
        return self.state in OWED

    @property
    def is_open(self) -> bool:
        """Whether it is neither finished nor given up."""
        return self.state in OPEN

    @property
    def is_secret(self) -> bool:
        """Whether only those on its list may read it. R048."""
        return self.classification == Classification.WORK_SECRET

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: the unit that owes it, and the leading committee, which checks it; `names` tells them apart."""
        return acting.organization_id in (self.owner_id, self.forum.lead_id)

    def names(self, acting: Acting, act: str) -> bool:
        """Scope NAMED: the speaker himself delivers."""
        return act == DELIVER and bool(self.participant and self.participant.person_id == acting.person_id)

    def proxied_for(self, acting: Acting, act: str) -> str:
        """Who enters what another owes does so for him (代录)."""
        if act != DELIVER or self.names(acting, act) or acting.organization_id == self.owner_id:
            return ""
        return self.whose
