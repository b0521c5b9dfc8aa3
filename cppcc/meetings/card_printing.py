"""Cards and labels as a file: a few at once, many as background work that tells how far it is."""

from collections.abc import Sequence
from typing import Any

from cppcc.documents.name_cards import SIZES, cards, labels, pages_of, per_page
from cppcc.documents.rendering import joined
from cppcc.files.storing import store
from cppcc.jobs.models import Job
from cppcc.jobs.queue import enqueue
from cppcc.jobs.registry import Progress
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.papers import carded, label_of
from cppcc.meetings.seating import seated_name
from cppcc.office.refusals import Refused

KIND = "meetings.cards"
LABELS = "label"
KINDS = {key: size.label for key, size in SIZES.items()} | {LABELS: "名签（一张 A4 排 21 个）"}
AT_ONCE = 100  # pages that are made while somebody waits, and in one go of the background work


def made(rows: Sequence[Participant], kind: str) -> bytes:
    """The file of cards of a size, or of labels."""
    return labels([label_of(row) for row in rows]) if kind == LABELS else cards([seated_name(r) for r in rows], kind)


def asked(meeting: Meeting, pks: Sequence[int], kind: str) -> list[Participant]:
    """Whose cards are made. Raises Refused for an unknown kind, and when there is nobody."""
    if kind not in KINDS:
        raise Refused("没有这种席卡，请从页面上的按钮进入。")
    rows = carded(meeting, pks)
    if not rows:
        raise Refused("名单上还没有人，不能打印席卡。")
    return rows


def is_long(rows: Sequence[Participant], kind: str) -> bool:
    """Whether so many pages are made in the background."""
    return pages_of(len(rows), kind) > AT_ONCE


def file_name(meeting: Meeting, kind: str) -> str:
    """What the file is called."""
    return f"{meeting.title}{'名签' if kind == LABELS else '席卡'}.pdf"


def print_later(meeting: Meeting, rows: Sequence[Participant], kind: str, *, by: Any) -> Job:
    """Queue the file of these cards."""
    arguments = {"meeting": meeting.pk, "rows": [row.pk for row in rows], "kind": kind}
    return enqueue(KIND, arguments, owner=by)


def print_cards(job: Job, progress: Progress) -> dict[str, Any]:
    """Make the file, a hundred pages at a time. Raises Refused when nobody of those is on the list any more."""
    kind, meeting = job.arguments["kind"], Meeting.objects.get(pk=job.arguments["meeting"])
    rows, some = asked(meeting, job.arguments["rows"], kind), AT_ONCE * per_page(job.arguments["kind"])
    parts = []
    for start in range(0, len(rows), some):
        parts.append(made(rows[start : start + some], kind))
        progress(min(start + some, len(rows)), len(rows), f"已排印 {min(start + some, len(rows))} 人")
    stored = store(joined(parts), name=file_name(meeting, kind), by=job.owner)
    return {"then": stored.get_absolute_url()}
