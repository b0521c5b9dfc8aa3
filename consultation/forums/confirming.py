"""The formal notice goes out once all who are booked confirmed, or a reason is written. R039."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from consultation.forums.booking import COMING, NAMED, is_full, locked_forum, new_booking, taken_of
from consultation.forums.seats import Seat, seats_of
from consultation.models import Forum
from consultation.models.forum import ForumState
from cppcc.meetings.models import Answer, Meeting, Participant
from cppcc.meetings.registry import Candidate
from cppcc.office.refusals import Refused
from cppcc.workflow.clock import now


@transaction.atomic
def waive(forum: Forum, persons: Collection[int], why: str, *, by: Any) -> int:
    """Let these people of the list be invited without a confirmation, for a reason; how many. R039."""
    if not why.strip():
        raise Refused("请写明未经预约确认也发正式通知的理由。")
    locked = locked_forum(forum)
    rows = [
        (group.seat, row) for group in seats_of(locked) for row in group.rows
        if group.seat and row.person.pk in persons and not row.is_sure
    ]  # fmt: skip
    if not rows:
        raise Refused("请先勾选还没有确认的人。")
    taken = taken_of(locked)
    for seat, row in rows:
        is_full(seat, taken[seat.pk])
        taken[seat.pk] += 1
        made = row.booking or new_booking(locked, seat, Candidate(row.person, row.organization, row.title))
        made.waived, made.by = why.strip()[:200], by
        made.save()
    return len(rows)


def objection(meeting: Meeting, name: str) -> str:
    """Why the formal notice of a forum cannot go out yet: scheme open, a member as outsider, somebody unsure. R039."""
    forum = meeting.matter if name == "invite" and isinstance(meeting.matter, Forum) else None
    if forum is None or forum.meeting_id != meeting.pk:
        return ""
    if forum.state != ForumState.PREPARING:
        return f"座谈会{forum.get_state_display()}，实施方案批准以后才能发出正式通知。"
    return unsure_sentence(forum)


def unsure_sentence(forum: Forum, known: Sequence[Seat] | None = None) -> str:
    """Who must not be there, else who has not confirmed; "" when the notice may go out. `known`: its seats, if read."""
    seats = seats_of(forum) if known is None else known
    if wrong := [sentence for seat in seats for sentence in seat.wrong]:
        return "".join(wrong[:NAMED])
    names = [
        row.person.name for seat in seats for row in seat.rows
        if not row.is_sure and not (row.participant and row.participant.invited_at)
    ]  # fmt: skip
    if not names:
        return ""
    told = "、".join(names[:NAMED]) + (f"等 {len(names)} 人" if len(names) > NAMED else "")
    return f"{told}还没有确认出席，不能发出正式通知；请先落实预约，或在“邀请”中写明理由、移出名单。"


def carry_over(meeting: Meeting, participants: Sequence[Participant], by: Any) -> None:
    """What was answered beforehand counts as the answer to the formal notice, too; it may still be changed."""
    forum = meeting.matter if isinstance(meeting.matter, Forum) else None
    if forum is None or forum.meeting_id != meeting.pk:
        return
    booked = {one.person_id: one for one in forum.bookings.filter(answer__in=COMING)}
    rows = [row for row in participants if row.person_id in booked and not row.reply]
    for row in rows:
        said = booked[row.person_id]
        row.reply, row.replied_at, row.reply_how = said.answer, said.answered_at, said.how
        row.deputy_name, row.deputy_title, row.proxy_source = said.deputy_name, said.deputy_title, said.source
    Participant.objects.bulk_update(
        rows, ["reply", "replied_at", "reply_how", "deputy_name", "deputy_title", "proxy_source"]
    )
    Answer.objects.bulk_create(
        Answer(
            participant=row, act=row.reply, words="预约时的答复", at=row.replied_at or now(), how=row.reply_how,
            by_id=booked[row.person_id].by_id, proxy_source=row.proxy_source,
            deputy=f"{row.deputy_name}（{row.deputy_title}）" if row.deputy_name else "",
        )
        for row in rows
    )  # fmt: skip
