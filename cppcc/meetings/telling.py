"""What people are told of a meeting: invited, told later, changed, cancelled, asked again. One dispatch each. R118."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from cppcc.deadlines import dispatching
from cppcc.deadlines.ladder import in_full
from cppcc.deadlines.models import Dispatch
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import ANSWER
from cppcc.office.models import Organization
from cppcc.office.quoting import quoted
from cppcc.office.roles import ROLES, Scope
from cppcc.workflow.clock import now

STALE_AFTER = timedelta(days=3)  # who enters the past tells nobody today
ANSWERING = [role for role, acts in ROLES.items() if acts.get(ANSWER) == Scope.OWN]
MOST = 5000  # characters of a dispatch


def title_of(meeting: Meeting) -> str:
    """What the invitation is called."""
    return f"会议通知：{meeting.title}"


def invitation(meeting: Meeting) -> str:
    """The text of an invitation, which the clerk may change before it leaves."""
    parts = [f"兹定于{meeting.when}在{meeting.where}召开{quoted(meeting.title)}，请您参加。"]
    items = [
        f"{item.order}. {item.text}" + (f"（{item.speaker}）" if item.speaker else "") for item in meeting.agenda.all()
    ]
    parts += ["议程：", *items] if items else []
    if meeting.note:
        parts += [f"参会须知：{meeting.note}"]
    by = f"请于{moment(meeting.reply_by)}前" if meeting.reply_by else "请尽快"
    parts += [f"{by}登录系统，在“我的会议”中回复是否参加；不能参加的请说明原因、请假或委派他人。"]
    return "\n".join(parts)[:MOST]


def moment(at: datetime) -> str:
    """3月12日（星期四）18:00, with its year."""
    local = timezone.localtime(at)
    return f"{in_full(local.date())}{local:%H:%M}"


def change(meeting: Meeting, before: Meeting) -> str:
    """What changed of time and place, "" when nothing that people must know."""
    said = []
    if (before.starts, before.ends) != (meeting.starts, meeting.ends):
        said.append(f"时间由{before.when}改为{meeting.when}")
    if before.where != meeting.where:
        said.append(f"地点由{before.where}改为{meeting.where}")
    if not said:
        return ""
    return f"{quoted(meeting.title)}{'，'.join(said)}。原来的回复仍然有效；因此不能参加的，请在“我的会议”中改正回复。"


def cancellation(meeting: Meeting, reason: str) -> str:
    """That it does not take place."""
    return f"原定{meeting.when}在{meeting.where}召开的{quoted(meeting.title)}取消。原因：{reason}"[:MOST]


def told(meeting: Meeting) -> QuerySet[Participant]:
    """Those who know of it and have not said that they stay away."""
    return meeting.participants.invited().exclude(reply="no").exclude(leave="granted")


def fingerprint(rows: Iterable[Participant]) -> str:
    """A short name of exactly these people: who looked them over did not look over others."""
    return sha256(",".join(str(row.pk) for row in sorted(rows, key=lambda row: row.pk)).encode()).hexdigest()[:10]


def is_of_now(meeting: Meeting) -> bool:
    """Whether anybody is to be told at all: not of what is entered afterwards."""
    return now() > timezone.now() - STALE_AFTER and meeting.ends > timezone.now()


def tell(
    meeting: Meeting, rows: Iterable[Participant], title: str, body: str, *, by: Any, token: UUID | None = None
) -> Dispatch | None:
    """A dispatch to the persons and to the units that answer for them, released at once; None when nobody is told.

    Who sends it has seen what it says. `token` names the occasion: the same one is never told twice.
    """
    rows = list(rows)
    if not rows or not is_of_now(meeting):
        return None
    dispatch = Dispatch(title=title[:200], body=body[:MOST], token=token)
    dispatch.matter = meeting
    units, persons = [unit.pk for unit in units_answering(rows)], [row.person_id for row in rows]
    dispatching.send_at_once(dispatch, units=units, persons=persons, by=by)
    return dispatch


def units_answering(rows: Iterable[Participant]) -> list[Organization]:
    """The units among those of the rows that answer for their people."""
    units = {row.organization_id for row in rows if row.organization_id}
    return list(Organization.objects.filter(pk__in=units, posts__role__in=ANSWERING).distinct().order_by("pk"))
