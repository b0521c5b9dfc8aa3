"""What the end of a session does to the desk and the ledgers: nobody has the floor any more, who spoke is credited.

Members who spoke get it into their ledgers, and lose it when the forum is opened again. Which kinds of speech count,
and as what, is data: `SpeechKind.act`. R046, R070.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from consultation.forums import desk
from consultation.models import Forum, Speech
from consultation.models.forum import ForumState
from consultation.models.speech import SpeechStatus
from cppcc.office.validity import valid_on
from cppcc.workflow.engine import Act as Doing
from members.dossier import TURN, record_many, reverse_many
from members.models import Act, Member, PerformanceEntry


def close_session(act: Doing) -> None:
    """The session is over: whoever has the floor stops, and who spoke is credited. R046."""
    desk.end(act.obj, by=act.by)
    credit_speakers(act.obj, by=act.by)


def open_session(act: Doing) -> None:
    """The session is open again: what was credited is taken back."""
    take_back(act.obj, by=act.by, reason=act.opinion)


@transaction.atomic
def take_in(forum: Forum, given: Sequence[desk.Operation], *, by: Any) -> desk.Delivery:
    """What a desk did; a desk that was cut off until after the end may still say that somebody spoke, or did not."""
    found = desk.deliver(forum, given, by=by)
    if forum.state == ForumState.HELD:
        due = due_entries(forum, by=by)
        record_many(due)
        keys = {entry.key.partition(TURN)[0] for entry in due}
        standing = PerformanceEntry.for_matter(forum).standing().select_related("member")
        wrong = [entry for entry in standing if entry.key.partition(TURN)[0] not in keys]
        reverse_many(wrong, by=by, reason="发言台撤销了这次发言")
    return found


def credit_speakers(forum: Forum, *, by: Any) -> None:
    """Each member who spoke gets it into his ledger."""
    record_many(due_entries(forum, by=by))


def due_entries(forum: Forum, *, by: Any) -> list[PerformanceEntry]:
    """One entry for each member and act, however often he spoke; who sent somebody else has not spoken himself."""
    on = forum.held_on
    if on is None:
        return []
    spoken = Speech.objects.filter(forum=forum, status=SpeechStatus.DONE, participant__deputy_name="")
    rows = list(spoken.exclude(kind__act="").select_related("kind", "participant").order_by("kind__order", "order"))
    acts = {act.key: act for act in Act.objects.valid(on).filter(key__in={row.kind.act for row in rows})}
    people = {row.participant.person_id for row in rows if row.participant}
    found = Member.objects.filter(valid_on(on), person__in=people).select_related("person").order_by("term__number")
    newest = {member.person_id: member for member in found}
    entries: dict[str, PerformanceEntry] = {}
    for row in rows:
        member, act = newest.get(row.participant.person_id) if row.participant else None, acts.get(row.kind.act)
        if member and act:
            key = f"forum:{forum.pk}:{act.key}:{member.pk}"
            entries.setdefault(key, entry_of(forum, row, member, act, key, on, by))
    return list(entries.values())


def entry_of(forum: Forum, speech: Speech, member: Member, act: Act, key: str, on: date, by: Any) -> PerformanceEntry:
    """What the ledger says of one member's speech."""
    entry = PerformanceEntry(
        member=member, act=act, on=on, title=(speech.subject or forum.title)[:200],
        role=speech.kind.label[:40], recorded_by=by, recorded_at=timezone.now(), key=key,
    )  # fmt: skip
    entry.matter = forum
    return entry


def take_back(forum: Forum, *, by: Any, reason: str) -> None:
    """Counter-entries for what stands of the forum's speeches."""
    standing = PerformanceEntry.for_matter(forum).standing().select_related("member")
    reverse_many(standing, by=by, reason=f"座谈会重新打开：{reason}")
