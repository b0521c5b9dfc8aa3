"""Locks in one order: the meeting of a forum, the forum, then what hangs on it (papers, bookings, suggestions).

Whoever closes, reopens or moves the meeting holds it when the forum follows, so every act that goes on to the meeting,
or moves the forum, takes both, the meeting first. What touches nothing but the forum and its own rows takes it alone.
"""

from consultation.models import Forum
from cppcc.meetings.models import Meeting


def lock_meeting(forum: Forum) -> dict[str, Meeting]:
    """Lock the meeting before the forum; the locked row by the name of its relation, {} for a forum without one."""
    if not forum.meeting_id:
        return {}
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("kind", "room")
    return {"meeting": rows.get(pk=forum.meeting_id)}


def locked(forum: Forum, *related: str, alone: bool = False) -> Forum:
    """The forum as it is now, locked after its meeting, with `related`.

    alone: without the meeting, for what certainly does not go on to it and does not move the forum.
    """
    above = {} if alone else lock_meeting(forum)
    rows = Forum.objects.select_for_update(of=("self",))
    found = (rows.select_related(*related) if related else rows).get(pk=forum.pk)  # without a name it would take all
    meeting = above.get("meeting")
    if meeting and meeting.pk == found.meeting_id:
        found.meeting = meeting
    return found
