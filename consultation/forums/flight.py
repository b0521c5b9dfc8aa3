"""The forums on their way, side by side: how far each is, what is due next, who has it, what blocks it. R030-R054."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType

from consultation.forums.gates import blocked, waited_for
from consultation.forums.steps import Step, as_stepper, facts_of, steps_of
from consultation.models import Forum
from consultation.models.forum import ForumState
from cppcc.deadlines.models import Deadline
from cppcc.office.validity import today
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held


@dataclass
class Flight:
    """One forum on its way."""

    forum: Forum
    steps: list[Step] = field(default_factory=list)
    dates: list[Deadline] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)

    @property
    def stepper(self) -> list[dict[str, Any]]:
        """For the stepper of the page."""
        return as_stepper(self.steps)

    @property
    def next_due(self) -> Deadline | None:
        """The open step that is due first."""
        return self.dates[0] if self.dates else None

    @property
    def late(self) -> list[Deadline]:
        """What should have been done."""
        return [deadline for deadline in self.dates if deadline.is_late]

    @property
    def now(self) -> Step | None:
        """The first step that is open."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def blocks(self) -> list[str]:
        """What stands before the next step and before the session, in words."""
        now = self.now
        said = [blocked(self.forum, now.step.key, self.steps)] if now else []
        return [sentence for sentence in (*said, waited_for(self.steps)) if sentence]

    @property
    def days_left(self) -> int | None:
        """Days until it is held; None without a day, negative afterwards."""
        return (self.forum.held_on - today()).days if self.forum.held_on else None

    @property
    def days_past(self) -> int:
        """Days since it was held."""
        return max(0, -(self.days_left or 0))

    @property
    def has_begun(self) -> bool:
        """Whether something of it is done, or its first day has come near enough to be reminded of."""
        if self.forum.state != ForumState.DRAFTING or any(step.is_done for step in self.steps):
            return True
        return bool(self.begins_on and self.begins_on <= today())

    @property
    def begins_on(self) -> date | None:
        """The day on which its first step is reminded of."""
        found = [deadline.due_on - timedelta(days=max(deadline.rule.remind or [0])) for deadline in self.dates]
        return min(found, default=None)


def flights(forums: Sequence[Forum]) -> list[Flight]:
    """What is known of each, in the order given: seven queries, however many."""
    known, dates, waiting = facts_of(forums), _dates(forums), _waiting(forums)
    return [Flight(forum, steps_of(forum, known[forum.pk]), dates[forum.pk], waiting[forum.pk]) for forum in forums]


def _dates(forums: Sequence[Forum]) -> dict[int, list[Deadline]]:
    found: dict[int, list[Deadline]] = defaultdict(list)
    kind, pks = ContentType.objects.get_for_model(Forum), [forum.pk for forum in forums]
    rows = Deadline.objects.open().filter(content_type=kind, object_id__in=pks).select_related("rule")
    for deadline in rows.order_by("due_on", "rule__order", "pk"):
        found[deadline.object_id].append(deadline)
    return found


def _waiting(forums: Sequence[Forum]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    kind, pks = ContentType.objects.get_for_model(Forum), [forum.pk for forum in forums]
    for duty in held(Waiting.objects.filter(content_type=kind, object_id__in=pks)):
        found[duty.object_id].append(duty)
    return found
