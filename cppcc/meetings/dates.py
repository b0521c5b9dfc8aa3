"""The dates of a meeting: people are told in time, answers are in, attendance is entered; the office's own rule set."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from cppcc.deadlines.registry import Dated, Holder
from cppcc.meetings.models import Meeting, ReportingYear
from cppcc.meetings.models.meeting import MeetingState as S
from cppcc.meetings.models.participants import Leave, Reply
from cppcc.office.models import Office, Term
from cppcc.office.roles import Role
from cppcc.workflow.clock import now

RULE_SET, REPLY = "meeting", "reply"
TERM_RULES = "term"


def anchors(meeting: Meeting) -> dict[str, date | None]:
    """The day of the meeting and the last day of answering; nothing of a cancelled one."""
    if meeting.state == S.CANCELLED:
        return {}
    reply_by = timezone.localdate(meeting.reply_by) if meeting.reply_by else None
    return {"day": timezone.localdate(meeting.starts), "reply_by": reply_by}


def loaded(rows: QuerySet) -> QuerySet:
    """Meetings with what their dates follow from, in the statement that loads them."""
    told, office = Q(participants__invited_at__isnull=False), Office.objects.filter(organization=OuterRef("host"))
    silent = told & Q(participants__reply=Reply.NONE, participants__leave=Leave.NONE)
    return rows.select_related("host").annotate(
        first_told=Min("participants__invited_at"), last_reply=Max("participants__replied_at", filter=told),
        silent=Count("participants", filter=silent), of_office=Exists(office),
    )  # fmt: skip


def host_of(meeting: Meeting, responsible: str, step: str) -> Iterable[Holder]:
    """The unit that hosts it: the office's clerk, anybody of a committee."""
    role = Role.OFFICE_CLERK if meeting.of_office else ""  # type: ignore[attr-defined]  # annotated
    return [(meeting.host_id, role)] if responsible == "host" else []


def done(meeting: Any) -> dict[str, date]:
    """Told when told, answered when nobody's answer is missing, entered when closed."""
    found: dict[str, date] = {}
    if meeting.state in (S.INVITED, S.CLOSED):
        found["notice"] = timezone.localdate(meeting.first_told or now())
        if meeting.last_reply and not meeting.silent:
            found[REPLY] = timezone.localdate(meeting.last_reply)
    if meeting.state == S.CLOSED:
        found |= {"attendance": timezone.localdate(now())}
        found.setdefault(REPLY, timezone.localdate(meeting.starts))
    return found


MEETING_DATES = Dated(RULE_SET, anchors, host_of, done=done, load=loaded)


def year_anchors(reporting: ReportingYear) -> dict[str, date | None]:
    """The first and the last day of the year; an office that began in its second half owes nothing for the first.

    R145, R146.
    """
    begun = reporting.since < date(reporting.year, 7, 1)
    return {"year_start": date(reporting.year, 1, 1) if begun else None, "year_end": date(reporting.year, 12, 31)}


def nobody(matter: ReportingYear | Term, responsible: str, step: str) -> Iterable[Holder]:
    """Reports are the duty of the office and its heads, whose words mean the same everywhere."""
    return []


REPORTS = Dated("reporting", year_anchors, nobody)


def term_anchors(term: Term) -> dict[str, date | None]:
    """The first and the last day of a term. R146."""
    return {"term_starts": term.starts, "term_ends": term.ends}


def held(term: Term) -> dict[str, date]:
    """A step that bears the key of a kind of meeting is done when the first such meeting of the term has ended."""
    rows = Meeting.objects.filter(
        state=S.CLOSED, starts__date__gte=term.starts, starts__date__lte=term.ends
    ).order_by("-starts")  # fmt: skip
    return {key: timezone.localdate(starts) for key, starts in rows.values_list("kind__key", "starts")}


TERM_DATES = Dated(TERM_RULES, term_anchors, nobody, done=held)
