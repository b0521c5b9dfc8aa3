"""What one is asked to answer: whether one, or somebody of one's unit, comes to a forum or a meeting. R039, R127."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from consultation.models import Booking
from consultation.models.forum import BEFORE
from cppcc.meetings.models import Participant
from cppcc.meetings.models.meeting import ANSWER, MeetingState
from cppcc.meetings.models.participants import Leave, Reply
from cppcc.office.access import organizations_with

MOST = 20  # of each; the others stand on the pages of invitations


@dataclass(frozen=True)
class Asked:
    """An invitation that waits for an answer; `who` is invited to what begins at `starts`."""

    label: str
    title: str
    who: str
    starts: datetime
    url: str


def asked_of(user: Any) -> list[Asked]:
    """The invitations that `user` may answer and nobody has, the next one first. Two statements."""
    if not user.acting:
        return []
    units = organizations_with(user, ANSWER)
    return sorted([*_forums(user, units), *_meetings(user, units)], key=lambda one: one.starts)


def _forums(user: Any, units: Collection[int]) -> Iterator[Asked]:
    mine = Q(organization__in=units) | Q(person=user.person_id, person__isnull=False)
    rows = Booking.objects.asked().filter(mine, answer=Reply.NONE, waived="", forum__state__in=BEFORE)
    rows = rows.filter(forum__meeting__starts__gt=timezone.now()).select_related("forum__meeting", "person")
    for row in rows.order_by("forum__meeting__starts", "pk")[:MOST]:
        page = reverse("consultation:forum_booking", args=[row.forum_id, row.pk])
        yield Asked("答复座谈会邀请", row.forum.title, row.person.name, row.forum.meeting.starts, page)


def _meetings(user: Any, units: Collection[int]) -> Iterator[Asked]:
    rows = Participant.objects.of(user.person_id, units).invited().filter(reply=Reply.NONE)
    rows = rows.filter(leave__in=(Leave.NONE, Leave.REFUSED), meeting__state=MeetingState.INVITED)
    rows = rows.filter(meeting__starts__gt=timezone.now()).select_related("meeting", "person")
    for row in rows.order_by("meeting__starts", "pk")[:MOST]:
        page = reverse("meetings:participant_reply", args=[row.meeting_id, row.pk])
        yield Asked("回复会议通知", row.meeting.title, row.person.name, row.meeting.starts, page)
