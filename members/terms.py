"""The end of memberships, one by one and of a whole term, always with what hung on them. R141."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from cppcc.office.bulk import delete_noted, update_noted
from cppcc.office.models import Term
from cppcc.office.refusals import Refused
from members.dates import keep_duties
from members.models import Affiliation, LeaderLink, Member, SpecialDuty

Left = Member.Left


def cut(members: Sequence[int], day: date, *, by: Any, reason: str) -> None:
    """Let what these members belong to end on `day`: what would begin later is deleted, both with history."""
    rows = Affiliation.objects.filter(member__in=members)
    delete_noted(rows.filter(valid_from__gt=day), by=by, reason=reason)
    update_noted(rows.filter(_after(day)), by=by, reason=reason, valid_to=day)
    for model in (LeaderLink, SpecialDuty):
        held = model.objects.filter(_after(day), member__in=members)
        update_noted(
            held.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)), by=by, reason=reason, valid_to=day
        )
    keep_duties()


def _after(day: date) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)


@transaction.atomic
def leave(member: Member, *, day: date, left_by: str, why: str, by: Any) -> None:
    """End a membership on `day`, the last one in office. Raises Refused when it ended already, or before it began."""
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if locked.left_by:
        raise Refused(f"{member}已登记离任（{locked.get_left_by_display()}），不必重复办理。")
    if locked.valid_from and day < locked.valid_from:
        raise Refused(f"离任日期不能早于任职起始日期（{locked.valid_from:%Y年%-m月%-d日}）。")
    locked.valid_to, locked.left_by, locked.left_why = day, left_by, why
    locked.version += 1
    locked.save()
    cut([member.pk], day, by=by, reason=f"离任：{locked.get_left_by_display()}")


@transaction.atomic
def take_back_leaving(member: Member, *, by: Any) -> None:
    """Undo a leaving that was entered by mistake; what ended that very day is open again.

    Raises Refused for who has not left.
    """
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if not locked.left_by:
        raise Refused(f"{member}没有登记离任。")
    day, reason = locked.valid_to, "撤销离任登记"
    locked.valid_to, locked.left_by, locked.left_why = None, "", ""
    locked.version += 1
    locked.save()
    for model in (Affiliation, LeaderLink, SpecialDuty):
        update_noted(model.objects.filter(member=member.pk, valid_to=day), by=by, reason=reason, valid_to=None)
    keep_duties()


@transaction.atomic
def end_term(term: Term, *, by: Any) -> int:
    """Let all memberships of a term end with it (届满); how many there were. R141."""
    locked = Term.objects.select_for_update().get(pk=term.pk)
    going = Member.objects.filter(_after(locked.ends) | Q(valid_to=locked.ends, left_by=""), term=locked)
    pks = list(going.values_list("pk", flat=True))
    update_noted(going, by=by, reason="届满", valid_to=locked.ends, left_by=Left.TERM, version=F("version") + 1)
    cut(pks, locked.ends, by=by, reason="届满")
    return len(pks)


def before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)
