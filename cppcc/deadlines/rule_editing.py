"""Editing a due rule: which version one saw, what it would move, saving it with all that follows."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from cppcc.deadlines.forms.rule import RuleForm
from cppcc.deadlines.keeping import Moved, preview, recompute
from cppcc.deadlines.models import Deadline, DeadlineMove, DueRule, RuleSet
from cppcc.office.differences import differences
from cppcc.workflow.stale import check_version

KEPT = 100  # history rows on one page


def version_of(rule: DueRule) -> int:
    """The number of the newest row of the rule's history; 0 when it has none."""
    return rule.history.aggregate(newest=Max("history_id"))["newest"] or 0


def would_move(rule: DueRule) -> list[Moved]:
    """What the changed, unsaved `rule` would move."""
    return preview(rules={rule.pk: rule})


def follows(rule: DueRule) -> int:
    """How many open deadlines rest on the rule."""
    return Deadline.objects.open().filter(rule=rule.pk).count()


@transaction.atomic
def save_rule(form: RuleForm, *, by: Any) -> list[Moved]:
    """Save the rule; open deadlines and reminders follow. Raises Stale when somebody changed it meanwhile."""
    rule = DueRule.objects.select_for_update(no_key=True).get(pk=form.instance.pk)  # new deadlines may refer to it
    rule.version = version_of(rule)  # type: ignore[attr-defined]
    check_version(rule, form)
    form.instance._history_user = by
    form.instance._change_reason = form.cleaned_data["reason"][:100]
    form.instance.save()
    return recompute(cause=DeadlineMove.Cause.RULE, by=by, reason=form.cleaned_data["reason"], rules=[form.instance.pk])


def changes_of(rule_set: RuleSet) -> list[dict[str, Any]]:
    """[{label, at, by, reason, items}] of the rules of a set, the newest first."""
    rows = DueRule.history.filter(ruleset=rule_set.pk).select_related("history_user__person")
    records = list(rows.order_by("-history_date", "-history_id")[:KEPT])
    by_rule: dict[int, list[Any]] = {}
    for record in records:
        by_rule.setdefault(record.id, []).append(record)
    found = [pair for one in by_rule.values() for pair in differences(DueRule, one) if pair[1]]
    found.sort(key=lambda pair: (pair[0].history_date, pair[0].history_id), reverse=True)
    return [
        {"label": record.label, "at": record.history_date, "by": record.history_user, "items": items,
         "reason": record.history_change_reason or ""}
        for record, items in found
    ]  # fmt: skip
