"""The invitation letters of a forum: the text, to whom of the list, drafted once all have confirmed. R039."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from consultation.forums.agenda_papers import called
from consultation.forums.confirming import unsure_sentence
from consultation.forums.seats import Seat, seats_of
from consultation.models import Forum
from consultation.models.forum import ForumState
from cppcc.documents.drafts import new_document
from cppcc.documents.letters import Addressee, write_letters
from cppcc.documents.lines import lines_of, sentence
from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.registry import Issue
from cppcc.files.models import Classification
from cppcc.meetings.telling import moment
from cppcc.office.refusals import Refused

KIND = "invitation"
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
        "body": [{"level": 0, "text": sentence(line)} for text in texts for line in lines_of(text)],
    }


def addressees(forum: Forum) -> list[Addressee]:
    """Those of the booked seats who come, in the order of the list; a deputy in the place of who sends him."""
    found = []
    for seat in seats_of(forum):
        if seat.seat is None or not seat.seat.booked:
            continue
        for row in seat.rows:
            if row.is_staying_away or not row.is_sure:
                continue
            sent = next((said for said in (row.participant, row.booking) if said and said.deputy_name), None)
            name = sent.deputy_name if sent else row.person.name
            person = None if sent else row.person
            called = COMRADE if sent else seat.seat.salutation
            found.append(Addressee(name, f"{name}{called}", row.organization, person))
    return found


@transaction.atomic
def draft_letters(forum: Forum, *, by: Any) -> Document:
    """A new batch of invitation letters to all who confirmed. Raises Refused while somebody has not, or nobody is."""
    if sentence := refusal(forum):
        raise Refused(sentence)
    kind = DocumentKind.objects.valid().filter(key=KIND).first()
    if kind is None:
        raise Refused("没有“邀请函”这种公文，请系统管理员在“公文种类”中补充。")
    rows = addressees(forum)
    if not rows:
        raise Refused("名单上还没有需要寄送邀请函的人，请先邀请并落实预约。")
    title = invitation_draft(forum)["title"]
    document = new_document(kind, title, by=by, classification=Classification.INTERNAL, matter=forum)
    write_letters(document, rows)
    return document


def refusal(forum: Forum, known: Sequence[Seat] | None = None) -> str:
    """Why the letters cannot go out yet; "" when they can. `known`: its seats, if read."""
    if forum.state != ForumState.PREPARING:
        return f"座谈会{forum.get_state_display()}，实施方案批准以后、会议召开以前才能发邀请函。"
    if not (forum.meeting and (forum.meeting.room_id or forum.meeting.place)):
        return "会议地点还没有确定，请先在会议页面填写地点，再发邀请函。"
    return unsure_sentence(forum, known)


def objection(forum: Forum, document: Document, *, day: date | None) -> str:
    """Letters are issued after the confirmations, not before."""
    return refusal(forum)


def nothing_more(forum: Forum, document: Document, *, by: Any) -> None:
    """Their issue changes nothing of the forum."""


LETTERS = Issue(nothing_more, objection)
