"""Planning a meeting: new ones, by hand or by another app, and changes that invited people hear of once.

A forum, a training, a research trip plans its meeting so, and adds its people by `cppcc.meetings.inviting.add`:

    meeting = new_meeting("forum", "双月协商座谈会", starts, ends, host, by=user, matter=forum)
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from cppcc.deadlines.keeping import keep_dates
from cppcc.meetings.agenda import add_agenda, read_agenda, write_agenda
from cppcc.meetings.links import follow
from cppcc.meetings.models import Meeting, MeetingKind, Room
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.registry import ON_MOVED, objection_to
from cppcc.meetings.telling import change, tell, told
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import Organization
from cppcc.office.refusals import Refused
from cppcc.workflow.once import once
from cppcc.workflow.stale import check_version


def new_meeting(
    kind_key: str,
    title: str,
    starts: datetime,
    ends: datetime,
    host: Organization,
    *,
    by: Any,
    matter: models.Model | None = None,
    room: Room | None = None,
    place: str = "",
    note: str = "",
    reply_by: datetime | None = None,
    agenda: str | None = None,
) -> Meeting:
    """A new meeting of a kind (its key), with the kind's usual agenda unless one is given (lines 事项 | 报告人 | 分钟).

    matter: what holds the meeting, such as a forum. Raises Refused for a kind that this office does not have, and for
    a meeting that ends before it starts.
    """
    kind = MeetingKind.objects.valid().filter(key=kind_key).first()
    if kind is None:
        raise Refused(f"没有“{kind_key}”这种会议活动，请系统管理员在“会议活动种类”中补充。")
    if ends <= starts:
        raise Refused("结束时间须晚于开始时间。")
    meeting = Meeting(
        kind=kind, title=title[:120], starts=starts, ends=ends, host=host, room=room, place=place, note=note,
        reply_by=reply_by,
    )  # fmt: skip
    if matter is not None:
        meeting.matter = matter
    return start(meeting, read_agenda(kind.agenda if agenda is None else agenda), by=by)


def start(meeting: Meeting, agenda: Sequence[dict[str, Any]], *, by: Any, token: UUID | None = None) -> Meeting:
    """Keep a new meeting with its agenda and its dates. A repeated token is the same meeting."""

    def make() -> None:
        MEETING.start(meeting, by=by)
        add_agenda(meeting, agenda)
        keep_dates(meeting, by=by, fresh=True)

    meeting.token = token
    return once(meeting, make, by=by)


@transaction.atomic
def edit(form: Any, *, by: Any) -> bool:
    """Save the form of an open meeting; whether invited people were told that time or place changed.

    Raises Refused when it is closed or cancelled, Stale when it was changed meanwhile.
    """
    meeting = form.instance
    before = Meeting.objects.select_for_update(of=("self",)).select_related("room").get(pk=meeting.pk)
    if not before.is_open:
        raise Refused(f"会议{before.get_state_display()}，不能修改；确需更改的请先重新打开。")
    check_version(before, form)
    if _moves(before, meeting) and (said := objection_to(meeting, "edit")):
        raise Refused(said)
    if before.kind_id != meeting.kind_id and (said := objection_to(meeting, "kind")):
        raise Refused(said)
    meeting.version = before.version + 1
    meeting.sign_in_code, meeting.platform = before.sign_in_code, before.platform  # not of the form, nor of its version
    meeting.save()
    write_agenda(meeting, form.agenda_items)
    return _follow_up(meeting, before, by=by)


@transaction.atomic
def move_to(
    meeting: Meeting, starts: datetime, ends: datetime, *, by: Any, room: Room | None = None, place: str = ""
) -> bool:
    """Another time and place for a meeting, asked for by what holds it; whether invited people were told.

    A room or place is kept unless another is given. Raises Refused when it is closed or would end before it starts.
    """
    before = Meeting.objects.select_for_update(of=("self",)).select_related("room").get(pk=meeting.pk)
    if not before.is_open:
        raise Refused(f"会议{before.get_state_display()}，不能改期。")
    if ends <= starts:
        raise Refused("结束时间须晚于开始时间。")
    if meeting.reply_by:
        meeting.reply_by += starts - before.starts
    meeting.starts, meeting.ends, meeting.version = starts, ends, before.version + 1
    if room or place:
        meeting.room, meeting.place = room, place
    meeting.save()
    return _follow_up(meeting, before, by=by)


def _moves(before: Meeting, meeting: Meeting) -> bool:
    return (before.starts, before.ends) != (meeting.starts, meeting.ends)


def _follow_up(meeting: Meeting, before: Meeting, *, by: Any) -> bool:
    """Dates, links and whoever registered follow; invited people are told once."""
    keep_dates(meeting, by=by)
    if meeting.starts != before.starts:
        follow(meeting)
    if _moves(before, meeting) or before.where != meeting.where:
        for moved in ON_MOVED:
            moved(meeting, by)
    words = change(meeting, before) if before.state == MeetingState.INVITED else ""
    return bool(words and tell(meeting, told(meeting), f"会议变更：{meeting.title}", words, by=by))
