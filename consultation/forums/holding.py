"""What the meetings of a forum mean for it: its own ends it, others (study, research, coordination) are its steps."""

from typing import Any

from consultation.forums.gates import blocked_meeting
from consultation.forums.locking import locked
from consultation.forums.papers import follow_day
from consultation.models import Forum
from consultation.models.forum import ForumState
from consultation.workflows.forum import FORUM
from cppcc.deadlines.keeping import keep_dates
from cppcc.meetings.models import Meeting
from cppcc.office.refusals import Refused


def forum_of(meeting: Meeting) -> Forum | None:
    """The forum that holds the meeting, or that it prepares."""
    return meeting.matter if isinstance(meeting.matter, Forum) else None


def _move(forum: Forum, name: str, meeting: Meeting, *, by: Any, opinion: str = "") -> None:
    """The forum moves with its meeting, whose act has it locked."""
    held = locked(forum, alone=True)
    held.meeting = meeting
    FORUM.move(held, name, by=by, version=forum.version, opinion=opinion, data={"meeting": meeting}, held=True)


def ended(meeting: Meeting, by: Any) -> None:
    """The end of its own meeting ends the forum; the end of another is a step done. Raises Refused out of turn."""
    forum = forum_of(meeting)
    if forum is None:
        return
    if forum.meeting_id == meeting.pk:
        if forum.state != ForumState.IN_SESSION:
            raise Refused("请先在座谈会页面办理“召开座谈会”，再结束会议并锁定出席。")
        _move(forum, "end", meeting, by=by)
    else:
        keep_dates(forum, by=by)


def reopened(meeting: Meeting, by: Any, reason: str) -> None:
    """A reopened meeting reopens its forum, as long as the outcome has not left."""
    forum = forum_of(meeting)
    if forum is None:
        return
    if forum.meeting_id == meeting.pk:
        if forum.state != ForumState.HELD:
            raise Refused(f"座谈会{forum.get_state_display()}，会议不能再打开。")
        _move(forum, "resume", meeting, by=by, opinion=reason)
    else:
        keep_dates(forum, by=by)


def moved(meeting: Meeting, by: Any) -> None:
    """The days of the forum follow its meeting."""
    forum = forum_of(meeting)
    if forum is not None:
        keep_dates(forum, by=by)
    if forum is not None and forum.meeting_id == meeting.pk:
        follow_day(forum, by=by)


def objection(meeting: Meeting, name: str) -> str:
    """A forum's own meeting is cancelled, moved and invited to from the forum; another one becomes nothing that the
    forum still waits with. R022."""
    forum = forum_of(meeting)
    if forum and name == "kind" and forum.meeting_id != meeting.pk:
        return blocked_meeting(forum, meeting.kind)
    if forum is None or forum.meeting_id != meeting.pk or name not in ("cancel", "void", "edit", "kind"):
        return ""
    return "这是座谈会的会议：改期、取消请在座谈会页面办理，种类不能改。"
