"""What the deadlines of matters should be: from anchors, rules, the calendar and what the matters say is done.

Nothing is written here; `cppcc.deadlines.keeping` writes a `Batch`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from cppcc.deadlines.due import Due, due
from cppcc.deadlines.holders import house_seats
from cppcc.deadlines.models import Deadline, DueRule
from cppcc.deadlines.models.deadlines import DeadlineStatus, HolderPart
from cppcc.deadlines.registry import Dated, Holder
from cppcc.deadlines.working_days import WorkingDays, load_working_days
from cppcc.workflow.clock import now
from cppcc.workflow.registry import url_of

DROPPED = "事项有变，不再需要办理"
PartHolder = tuple[str, int, str]  # part, organisation, role


@dataclass(frozen=True)
class Moved:
    """A deadline that moved, or would move, from a day to another."""

    deadline: Deadline
    from_day: date
    to_day: date


@dataclass
class Batch:
    """What one derivation makes of the deadlines of many matters.

    `edited`: rules whose ladders are made anew. `anew`: the calendar or a rule is another one, so that each day is
    counted again; else only where the matter's own anchor or rule changed.
    """

    at: datetime
    edited: Collection[int] = ()
    anew: bool = False
    calendar: WorkingDays | None = None
    new: list[Deadline] = field(default_factory=list)
    kept: list[Deadline] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    holders: dict[int, dict[PartHolder, None]] = field(default_factory=dict)  # by id() of an open deadline

    @cached_property
    def days(self) -> WorkingDays:
        """The calendar, read when it is needed."""
        return self.calendar or load_working_days()

    @cached_property
    def seats(self) -> dict[str, list[Holder]]:
        """The office and the heads of the house, read when they are needed."""
        return house_seats()

    @property
    def deadlines(self) -> list[Deadline]:
        """All of them."""
        return [*self.new, *self.kept]


def day_of(anchor: date, rule: DueRule, days: WorkingDays) -> Due:
    """The day on which a rule's step is due."""
    return due(anchor, rule.offset, rule.unit, rule.rest_day, days)


def derive(
    matter: Any, dated: Dated, rules: Sequence[DueRule], present: Mapping[str, Deadline], batch: Batch
) -> None:  # fmt: skip
    """Bring the deadlines of one matter in step with it. `present`: step -> deadline as it is stored, locked."""
    steps, done = _steps(matter, dated, rules), dated.done(matter)
    for step, (rule, anchor) in steps.items():
        deadline = present.get(step)
        if deadline is None:
            deadline = _new(matter, step, rule, anchor, batch)
        elif deadline.is_open or _reopens(deadline, done.get(step)):
            _bring_in_step(deadline, rule, anchor, batch)
        deadline.title, deadline.url = dated.title(matter)[:200], url_of(matter)
        deadline.label = dated.label(matter, rule.label)[:60]
        if deadline.is_open and step in done:
            _close(deadline, done[step], batch)
        if deadline.is_open:
            batch.holders[id(deadline)] = _holders(matter, dated, rule, batch)
    for step, deadline in present.items():
        batch.kept.append(deadline)
        if step not in steps and deadline.is_open:
            _end(deadline, batch, dropped=dated.dropped(matter), on=done.get(step))


def _steps(matter: models.Model, dated: Dated, rules: Sequence[DueRule]) -> dict[str, tuple[DueRule, date]]:
    """The steps that the matter has before it or behind it, each with its rule and the day it counts from."""
    anchors, found, own = dated.anchors(matter), {}, dated.set_of(matter)
    for rule in rules:
        anchor = anchors.get(rule.anchor)
        if anchor and rule.ruleset.key == own and rule.ruleset.is_valid(anchor):
            found[dated.instance(matter, rule.step)] = (rule, anchor)
    return found


def _new(matter: models.Model, step: str, rule: DueRule, anchor: date, batch: Batch) -> Deadline:
    there = day_of(anchor, rule, batch.days)
    deadline = Deadline(
        matter=matter, step=step, rule=rule, anchor_on=anchor, derived_at=batch.at, due_on=there.day,
        planned_on=there.day, provisional=there.provisional, warning=there.warning,
    )  # fmt: skip
    batch.new.append(deadline)
    return deadline


def _reopens(deadline: Deadline, done_on: date | None) -> bool:
    """Whether a closed step is before the matter again. What people closed by hand (`closed_by`) stays closed."""
    return not done_on and deadline.closed_by_id is None


def _bring_in_step(deadline: Deadline, rule: DueRule, anchor: date, batch: Batch) -> None:
    anew = deadline.rule_id != rule.pk or rule.pk in batch.edited or not deadline.is_open
    deadline.rule = rule
    if not (anew or batch.anew) and deadline.anchor_on == anchor:
        return
    deadline.status, deadline.closed_on, deadline.late_days, deadline.reason = DeadlineStatus.OPEN, None, 0, ""
    if deadline.moved_by_hand and deadline.anchor_on == anchor:
        deadline.provisional = not batch.days.is_official(deadline.due_on)
    else:
        there = day_of(anchor, rule, batch.days)
        deadline.provisional, deadline.warning, deadline.moved_by_hand = there.provisional, there.warning, False
        if there.day != deadline.due_on:
            batch.moved.append(Moved(deadline, deadline.due_on, there.day))
            deadline.due_on, anew = there.day, True
    deadline.anchor_on = anchor
    if anew:
        deadline.revision, deadline.derived_at = deadline.revision + 1, batch.at


def _close(deadline: Deadline, on: date, batch: Batch) -> None:
    deadline.status, deadline.closed_on = DeadlineStatus.DONE, on
    deadline.late_days = max(batch.days.between(deadline.due_on, on), 0) if on > deadline.due_on else 0


def _end(deadline: Deadline, batch: Batch, *, dropped: bool, on: date | None) -> None:
    """A step that the matter does not have before it any more was dropped, or done: on its day, else on that of this
    act."""
    _close(deadline, on or timezone.localdate(now()), batch)
    if dropped and on is None:
        deadline.status, deadline.reason, deadline.late_days = DeadlineStatus.WAIVED, DROPPED, 0


def _holders(matter: models.Model, dated: Dated, rule: DueRule, batch: Batch) -> dict[PartHolder, None]:
    def named(word: str) -> Iterable[Holder]:
        return batch.seats[word] if word in batch.seats else dated.holders(matter, word, rule.step)

    found = [(HolderPart.DO.value, *holder) for holder in named(rule.responsible)]
    if rule.escalate_to:
        found += [(HolderPart.TOLD.value, *holder) for holder in named(rule.escalate_to)]
    return dict.fromkeys(found)
