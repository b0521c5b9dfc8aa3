"""The ledger of travel and allowances: a row for each member, paid on a day. R140."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from cppcc.meetings.models import Meeting
from cppcc.meetings.models.participants import CAME
from cppcc.office.refusals import Refused
from members.models import Allowance, Member
from members.training import serving_in


def came_to(meeting: Meeting, members: Any) -> list[Member]:
    """The members who came to a meeting themselves, once each, in the order of their names."""
    persons = meeting.participants.filter(attendance__in=CAME).exclude(reply="deputy").values("person")
    rows = serving_in(meeting.starts.year, members).filter(person__in=persons).select_related("person", "term")
    newest = {row.person_id: row for row in rows.order_by("term__number")}
    return sorted(newest.values(), key=lambda row: row.person.pinyin)


@transaction.atomic
def grant(members: Sequence[Member], values: dict[str, Any], *, token: uuid.UUID, by: Any) -> int:
    """A row for each of the members; the token of the form makes a double click the same rows. Returns how many.

    Raises Refused when nobody is meant.
    """
    if not members:
        raise Refused("这次会议活动还没有委员的出席记录，请先登记出席，或填写委员姓名。")
    pks = [member.pk for member in members]
    list(Member.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk").values_list("pk"))
    tokens = {uuid.uuid5(token, str(member.pk)): member for member in members}
    known = set(Allowance.objects.filter(token__in=tokens).values_list("token", flat=True))
    rows = [
        Allowance(member=member, token=key, recorded_by=by, **values)
        for key, member in tokens.items()
        if key not in known
    ]
    if rows:
        bulk_create_with_history(rows, Allowance, default_user=by)
    return len(members)


@transaction.atomic
def pay(pks: Sequence[int], on: date, *, by: Any) -> int:
    """Note that these were paid on a day; those paid already stay. Returns how many.

    Raises Refused when none was chosen or none is open.
    """
    if not pks:
        raise Refused("请先勾选要登记发放的差旅补贴。")
    rows = list(Allowance.objects.select_for_update().filter(pk__in=pks, paid_on__isnull=True))
    if not rows:
        raise Refused("所选的差旅补贴都已登记发放，请刷新页面查看。")
    for row in rows:
        row.paid_on = on
    bulk_update_with_history(rows, Allowance, ["paid_on"], default_user=by)
    return len(rows)
