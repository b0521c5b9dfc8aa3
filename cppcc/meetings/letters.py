"""邀请函 for people of a list: drafted from what the meeting says, issued and printed by the documents; who gets one
counts as told from its issue on. R118.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Q

from cppcc.deadlines.keeping import keep_dates
from cppcc.documents.about import draft_address
from cppcc.documents.drafts import new_document
from cppcc.documents.letters import MOST, Addressee, new_ones, write_letters
from cppcc.documents.models import Document, DocumentKind, Letter
from cppcc.documents.models.document import DRAFT, DocumentState
from cppcc.documents.registry import Issue, model_of
from cppcc.files.models import Classification
from cppcc.meetings.agenda import NUMBERED, numbered, sections
from cppcc.meetings.card_printing import KINDS
from cppcc.meetings.inviting import locked_list
from cppcc.meetings.minutes_paper import KIND as MINUTES
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import MANAGE, MeetingState
from cppcc.meetings.registry import WORDINGS, Wording, holder_of, note_invited, objection_to
from cppcc.meetings.seating import people_of
from cppcc.meetings.telling import moment
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.access import may
from cppcc.office.refusals import Refused
from cppcc.workflow.clock import now

KIND = "invitation"
WHEN, WHERE = "meeting_when", "meeting_where"  # what the draft took from the meeting, kept in its description
GONE = (DocumentState.CANCELLED, DocumentState.DROPPED)


# --- what it says --------------------------------------------------------------------------------------------------


def letter_draft(meeting: Meeting) -> dict[str, Any]:
    """The invitation: when, where, the agenda, what to bring, until when to answer."""
    return {
        "title": f"关于邀请参加{meeting.title}的函",
        "classification": Classification.INTERNAL,
        "body": [{"level": level, "text": text} for level, text in letter_text(meeting)],
        **as_of(meeting),
    }


def as_of(meeting: Meeting) -> dict[str, str]:
    """When and where the meeting is as a draft takes it, to be compared at the issue."""
    return {WHEN: meeting.when, WHERE: meeting.where_in_full}


def letter_text(meeting: Meeting) -> list[tuple[int, str]]:
    """(level, text); headings are numbered as far as there is something to say."""
    by, host = f"请于{moment(meeting.reply_by)}前" if meeting.reply_by else "请尽快", meeting.host.name
    parts = [
        ("时间和地点", 0, [f"时间：{meeting.when}", f"地点：{meeting.where_in_full}"]),
        ("会议议程", NUMBERED, numbered(list(meeting.agenda.all()))),
        ("有关事项", 0, [line.strip() for line in meeting.note.splitlines() if line.strip()]),
        ("回复方式", 0, [f"{by}回复是否参加。可以登录系统，在“我的会议”中回复；不能登录的，请向{host}反馈。"]),
    ]
    opening = f"{host}拟召开{meeting.title}，诚邀您参加。现将有关事项函告如下。"
    return [(0, opening), *sections(parts)]


def addressee(row: Participant) -> Addressee:
    """To whom it goes: by the salutation of his class; title and seat fill the places {职务} and {座位}."""
    values = {"职务": row.title, "座位": row.seat}
    salutation = f"{row.person.name}{row.participant_class.salutation}"
    return Addressee(row.person.name, salutation, row.organization, row.person, {k: v for k, v in values.items() if v})


def addressees(meeting: Meeting, pks: Collection[int]) -> list[Addressee]:
    """Those ticked, else all who have not been told."""
    return [addressee(row) for row in people_of(meeting) if (row.pk in pks if pks else row.invited_at is None)]


OWN = Wording(letter_draft, addressees)  # of a meeting that nothing holds


# --- drafting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drafted:
    """The batch, and those who were left out since they stand in another one."""

    document: Document
    left: Sequence[Addressee]


@transaction.atomic
def draft_letters(meeting: Meeting, pks: Collection[int], *, by: Any) -> Drafted:
    """A draft with a letter for each of those ticked (none: all who should get one); nobody gets two.

    It is about what holds the meeting, in its words, where that has its own. Raises Refused when nobody is left, when
    there are too many, when the list is closed, and when the holder objects.
    """
    kind = DocumentKind.objects.valid().filter(key=KIND).first()
    if kind is None:
        raise Refused("没有“邀请函”这种公文，请系统管理员在“公文种类”中补充。")
    locked = locked_list(meeting)
    holder = holder_of(locked)
    wording = WORDINGS.get(type(holder), OWN)
    if sentence := wording.objection(holder):
        raise Refused(sentence)
    fresh, left = new_ones(letters_of(locked), list(wording.addressees(holder, pks)))
    if not fresh:
        raise Refused("没有需要邀请函的人：所选的人已在本次会议的邀请函名单中，或者都已通知。")
    if len(fresh) > MOST:
        raise Refused(f"一批邀请函最多 {MOST} 份，请分批勾选。")
    said = wording.draft(holder)
    document = new_document(kind, said["title"], by=by, classification=said["classification"], matter=holder, said=said)
    write_letters(document, fresh)
    return Drafted(document, left)


def letters_of(meeting: Meeting) -> Any:
    """The letters of this meeting's batches that are on their way or out."""
    batches = Document.objects.filter(about(meeting, KIND)).exclude(state__in=GONE)
    return Letter.objects.filter(document__in=batches)


def about(meeting: Meeting, *kinds: str) -> Q:
    """Documents about the meeting; of these kinds (keys) those about what holds it, too."""
    holder = holder_of(meeting)
    own = Q(content_type=ContentType.objects.get_for_model(Meeting), object_id=meeting.pk)
    if holder is meeting:
        return own
    theirs = Q(content_type=ContentType.objects.get_for_model(type(holder)), object_id=holder.pk)
    return own | theirs & Q(kind__key__in=kinds)


# --- what its issue does -------------------------------------------------------------------------------------------


def meeting_of(matter: Any) -> Meeting | None:
    """The meeting to which the letters about a matter invite."""
    found: Meeting | None = matter if isinstance(matter, Meeting) else matter.meeting
    return found


def lock_meeting(document: Document) -> None:
    """The meeting is locked before what holds it, as its own acts do."""
    model = model_of(document)
    if model and model is not Meeting:
        matter = model._default_manager.get(pk=document.object_id)
        Meeting.objects.select_for_update(of=("self",)).filter(pk=getattr(matter, "meeting_id", None) or 0).first()


def objection(matter: Any, letter: Document, *, day: date | None) -> str:
    """No invitation to a meeting that is over or cancelled, nor with a time or place that was changed meanwhile.

    What holds the meeting is asked as before its notice.
    """
    meeting = meeting_of(matter)
    if meeting is None:
        return f"“{matter}”没有自己的会议，不能印发邀请函。"
    if not meeting.is_open:
        return f"“{meeting}”{meeting.get_state_display()}，不能再印发邀请函。"
    if said := objection_to(meeting, "invite"):
        return said
    if matter is not meeting and (said := WORDINGS[type(matter)].objection(matter)):
        return said
    text = "".join(part["text"] for part in letter.description.get("body") or [])
    for label, key, holds in (("时间", WHEN, meeting.when), ("地点", WHERE, meeting.where_in_full)):
        drafted = letter.description.get(key, "")
        if drafted != holds and drafted in text and holds not in text:
            return f"会议{label}已改为{holds}，邀请函中还是{drafted}，请退回修改后再印发。"
    return ""


def note_letters(matter: Any, letter: Document, *, by: Any) -> None:
    """Those who get a letter are told from now on; the first letters move the meeting. Raises as the engine does."""
    meeting = meeting_of(matter)
    if meeting is None:
        return
    persons = set(letter.letters.exclude(person=None).values_list("person", flat=True))
    fresh = meeting.participants.filter(person__in=persons, invited_at__isnull=True)
    if not fresh.exists():
        return
    if meeting.state == MeetingState.PLANNED:
        MEETING.move(meeting, "invite", by=by, version=meeting.version, data={"by_letter": persons})
    else:
        rows = list(fresh)
        fresh.update(invited_at=now())
        note_invited(meeting, rows, by=by)
        keep_dates(meeting, by=by)


INVITATION = Issue(note_letters, objection, lock=lock_meeting)


# --- on the meeting's page -----------------------------------------------------------------------------------------


def panel_of(meeting: Meeting, user: Any) -> dict[str, Any]:
    """What the page says of letters and minutes, and which cards there are."""
    drafts = may(user, DRAFT) and may(user, MANAGE, meeting)
    return {
        "papers": papers_about(meeting, user),
        "may_letters": drafts and meeting.is_open,
        "minutes_url": draft_address(holder_of(meeting), MINUTES)
        if drafts and meeting.state == MeetingState.CLOSED
        else "",
        "card_kinds": KINDS,
    }


def papers_about(meeting: Meeting, user: Any) -> list[Any]:
    """The documents about a meeting that `user` may see, the newest first, batches with how far they are: `counted`.

    Two queries.
    """
    shown = Document.objects.filter(about(meeting, KIND, MINUTES)).visible_to(user).with_letters()
    found: list[Any] = list(shown.select_related("kind", "numbered").order_by("-created_at", "-pk"))
    rows = Letter.objects.filter(document__in=[one.pk for one in found]).order_by().values("document")
    counted = rows.annotate(
        all=Count("pk"), printed=Count("pk", filter=Q(file__isnull=False)), failed=Count("pk", filter=~Q(failure=""))
    )
    counts = {row["document"]: row for row in counted} if found else {}
    for one in found:
        one.counted = counts.get(one.pk)
    return found


def names_of(rows: Sequence[Addressee]) -> str:
    """At most ten names for a sentence."""
    return "、".join(row.name for row in rows[:10]) + (f"等 {len(rows)} 人" if len(rows) > 10 else "")
