"""What the invitation letters of a forum say, to whom of the list they go, and from when on. R039."""

from collections.abc import Collection, Sequence
from typing import Any

from consultation.forums.agenda_papers import called
from consultation.forums.confirming import unsure_sentence
from consultation.forums.seats import Seat, seats_of
from consultation.models import Forum
from consultation.models.forum import ForumState
from cppcc.documents.letters import Addressee
from cppcc.documents.lines import lines_of, sentence
from cppcc.files.models import Classification
from cppcc.meetings.letters import as_of
from cppcc.meetings.registry import Wording
from cppcc.meetings.telling import moment

COMRADE = "同志"  # how a deputy is called, whatever the seat


def invitation_draft(forum: Forum) -> dict[str, Any]:
    """What the letter says; the salutation stands above it."""
    meeting = forum.meeting
    if meeting is None:
        return {}
    named = called(forum, "")
    by = f"于{moment(meeting.reply_by)}前" if meeting.reply_by else "尽快"
    texts = [
        f"兹定于{meeting.when}在{meeting.where_in_full}召开{named}，特邀请您出席。",
        meeting.note,
        f"因故不能出席的，请{by}告知{meeting.host.name}。",
    ]
    return {
        "title": f"关于邀请出席{named}的函",
        "classification": Classification.INTERNAL,
        "body": [{"level": 0, "text": sentence(line)} for text in texts for line in lines_of(text)],
        **as_of(meeting),
    }


def addressees(forum: Forum, ticked: Collection[int]) -> list[Addressee]:
    """Those ticked on the list, else those of the booked seats, as far as they come; a deputy in his sender's place."""
    found = []
    for seat in seats_of(forum):
        for row in seat.rows:
            asked = row.participant.pk in ticked if ticked and row.participant else bool(seat.seat and seat.seat.booked)
            if not asked or row.is_staying_away or not row.is_sure:
                continue
            sent = next((said for said in (row.participant, row.booking) if said and said.deputy_name), None)
            name = sent.deputy_name if sent else row.person.name
            person = None if sent else row.person
            honour = seat.seat.salutation if seat.seat and not sent else COMRADE
            found.append(Addressee(name, f"{name}{honour}", row.organization, person))
    return found


def refusal(forum: Forum, known: Sequence[Seat] | None = None) -> str:
    """Why the letters cannot go out yet; "" when they can. `known`: its seats, if read."""
    if forum.state != ForumState.PREPARING:
        return f"座谈会{forum.get_state_display()}，实施方案批准以后、会议召开以前才能发邀请函。"
    if not (forum.meeting and (forum.meeting.room_id or forum.meeting.place)):
        return "会议地点还没有确定，请先在会议页面填写地点，再发邀请函。"
    return unsure_sentence(forum, known)


WORDING = Wording(invitation_draft, addressees, refusal)
