"""What every matter has: a state that only the engine writes, and the version that its forms carry."""

from typing import Any

from django.conf import settings
from django.db import models

from cppcc.office.acting import Acting
from cppcc.office.models import Post
from cppcc.workflow.models.chains import ApprovalRound


class Matter(models.Model):
    """Abstract: a plan, a topic, a forum ... Its `state` field is declared by the model, with its choices."""

    state: str
    version = models.PositiveIntegerField("版次", default=1, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="建立人",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def approval_round(self) -> ApprovalRound | None:
        """The round in which the matter stands before its chain; asked once per object."""
        if not hasattr(self, "_approval_round"):
            self._approval_round = (
                ApprovalRound.for_matter(self)
                .filter(ended_at__isnull=True)
                .select_related("chain", "step__body", "step__organization")
                .first()
            )
        return self._approval_round

    def names(self, acting: Acting, act: str) -> bool:
        """Scope NAMED: the step that the matter stands before names the post's role and organisation."""
        if act != "workflow.decide_step" or not self.approval_round:
            return False
        step = self.approval_round.step
        return bool(step and step.is_for(acting) and self.seat_at(step) in (None, acting.post_id))

    def seat_at(self, step: Any) -> int | None:
        """The one post (by key) that a step means for this matter, where several have its role; None: any of them."""
        return None

    def proxied_for(self, acting: Acting, act: str) -> str:
        """The organisation for which `acting` records (代录), "" when the duty is its own."""
        if act != "workflow.decide_step" or not self.approval_round:
            return ""
        step = self.approval_round.step
        if not step.is_for(acting):
            return step.organization.name
        seat = self.seat_at(step)
        return "" if seat in (None, acting.post_id) else str(Post.objects.select_related("organization").get(pk=seat))

    def content(self) -> dict:
        """What a version keeps: {"fields": {label: text}, "rows": [{"key", "title", "fields": {label: text}}]}."""
        return {"fields": {}, "rows": []}
