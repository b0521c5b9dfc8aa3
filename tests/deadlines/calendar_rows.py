"""Rows for the calendar, whose court and the morning sheet."""

from datetime import date, timedelta

from django.utils import timezone

from cppcc.deadlines.calendar import Entry
from cppcc.deadlines.models import Deadline, DeadlineHolder, DueRule, RuleSet

TODAY = date(2026, 4, 22)  # a Wednesday


def the_rule(**given) -> DueRule:
    """A rule for deadlines that a test makes without the engine."""
    rules, _ = RuleSet.objects.get_or_create(key="trial", defaults={"label": "试验"})
    wanted = {"anchor": "session", "offset": 0, "unit": "days", "responsible": "lead", "label": "步骤", **given}
    rule, _ = DueRule.objects.get_or_create(ruleset=rules, step=given.get("step", "any"), defaults=wanted)
    return rule


def deadline(matter, due_on, *holders, step="scheme", status="open", anchor_on=None, rule=None, **given) -> Deadline:
    """A deadline of `matter`; `holders`: (organisation, role)."""
    closed = {"closed_on": due_on} if status != "open" else {}
    reason = {"reason": "不再需要"} if status == "waived" else {}
    made = Deadline.objects.create(
        matter=matter, rule=rule or the_rule(), step=step, label="实施方案", title=str(matter),
        url="/consultation/topics/", anchor_on=anchor_on or due_on - timedelta(days=30),
        due_on=due_on, planned_on=due_on, status=status,
        derived_at=timezone.now(), **closed, **reason, **given,
    )  # fmt: skip
    DeadlineHolder.objects.bulk_create(
        DeadlineHolder(deadline=made, organization=unit, role=role, since=timezone.now() - timedelta(days=60))
        for unit, role in holders
    )
    return made


def entry(start: date, uid: str = "a", **given) -> Entry:
    """An entry of the kind `meeting`, which a test registers."""
    wanted = {"end": start, "label": f"会议{uid}", "kind": "meeting", "url": "/", "uid": uid}
    return Entry(start=start, **(wanted | given))
