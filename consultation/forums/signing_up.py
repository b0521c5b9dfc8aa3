"""Members sign themselves up where the rules let them; the leading committee takes them or not. R035."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from consultation.forums.booking import (
    closed_sentence,
    locked_booking,
    locked_forum,
    new_booking,
    place,
)
from consultation.forums.seats import meeting_of, memberships
from consultation.models import Booking, Forum, ForumSeat
from cppcc.deadlines.models import Notice
from cppcc.meetings.inviting import titled
from cppcc.meetings.models.participants import How, Reply
from cppcc.office.models import Person
from cppcc.office.refusals import Refused
from cppcc.workflow.registry import url_of


def open_seat(forum: Forum) -> ForumSeat | None:
    """The seat for which members sign themselves up; None where they cannot."""
    if not forum.rules.open_to_members or closed_sentence(forum):
        return None
    return forum.rules.forumseats.filter(pool=ForumSeat.Pool.MEMBERS).order_by("order").first()


@transaction.atomic
def apply(forum: Forum, person: Person, *, by: Any) -> Booking:
    """A member signs himself up. Raises Refused where that is not open, he is no member then, or it was done."""
    locked = locked_forum(forum)
    seat = open_seat(locked)
    if seat is None or locked.held_on is None or locked.held_on <= timezone.localdate():
        raise Refused("这次座谈会不接受自主报名，或报名已经截止。")
    if person.pk not in memberships([person.pk], locked.held_on):
        raise Refused("自主报名限座谈会当天在任的政协委员。")
    on_list = meeting_of(locked).participants.filter(person=person).exists()
    if on_list or Booking.objects.filter(forum=locked, person=person).exists():
        raise Refused("您已经报名或已在邀请名单中，不必重复报名。")
    to = titled([person], locked.held_on)[person.pk]
    made = new_booking(locked, seat, to, applied_at=timezone.now(), answer=Reply.YES, answered_at=timezone.now())
    made.how, made.by = How.LOGIN, by
    made.save()
    return made


@transaction.atomic
def decide(booking: Booking, *, accepted: bool, why: str = "", by: Any) -> str:
    """The leading committee takes somebody who signed up, or not with a reason; what is to be known of the number."""
    forum = locked_forum(booking.forum)
    meeting = meeting_of(forum)
    row = locked_booking(booking)
    if row.applied_at is None or row.accepted is not None:
        raise Refused(f"{row.person.name}的报名已经办理，不必重复办理。")
    if not accepted and not why.strip():
        raise Refused("不采纳报名的，请写明理由。")
    note = place(forum, meeting, row, by=by) if accepted else ""
    row.accepted, row.by = accepted, by
    row.reason = "" if accepted else why.strip()[:200]
    row.save()
    _tell_applicant(forum, row)
    return note


def _tell_applicant(forum: Forum, row: Booking) -> None:
    account = getattr(row.person, "user", None)
    if account is None or not account.is_active:
        return
    said = "已采纳您的报名，请留意正式通知。" if row.accepted else f"这次未能采纳您的报名。{row.reason}"
    Notice.objects.create(
        key=f"booking:{row.pk}:decided", user=account, title=f"座谈会报名：{forum.title}"[:200], body=said,
        url=url_of(forum), created_at=timezone.now(),
    )  # fmt: skip
