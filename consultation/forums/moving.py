"""What the acts of a forum do to its meeting, its papers and its days."""

from collections.abc import Iterable

from django.utils import timezone

from consultation.forums.booking import follow, tell_booked
from consultation.forums.papers import follow_links
from consultation.forums.scheme import follow_the_day, said_of_the_day
from consultation.forums.seats import meeting_of
from consultation.models import Forum
from cppcc.deadlines.keeping import keep_many
from cppcc.deadlines.models import Task
from cppcc.deadlines.models.tasks import MANAGE_TASK, TaskState
from cppcc.deadlines.workflows.task import TASK
from cppcc.meetings.models import Meeting
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.planning import move_to
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.access import may
from cppcc.office.refusals import Refused
from cppcc.workflow.engine import Act


def postpone(act: Act) -> None:
    """The meeting moves, and all days with it; who knows of it is told once. R015.

    `data`: starts, ends, room, place; `along`: meetings before it that move by as much. Raises Refused without a time,
    for another year than the plan's, and where a meeting is over.
    """
    meeting, data = act.obj.meeting, act.data
    if not data.get("starts"):
        raise Refused("请填写新的时间。")
    day = timezone.localdate(data["starts"])
    if day.year != act.obj.plan.year:
        raise Refused(f"座谈会须在{act.obj.plan.year}年内召开；跨年的请取消后在下一年度计划中安排。")
    lock_others(data.get("along", ()))
    by_how_much, said = data["starts"] - meeting.starts, said_of_the_day(act.obj)
    move_to(meeting, data["starts"], data["ends"], room=data.get("room"), place=data.get("place", ""), by=act.by)
    for other in data.get("along", ()):
        move_to(other, other.starts + by_how_much, other.ends + by_how_much, by=act.by)
    follow_the_day(act.obj, said, by=act.by)
    act.obj.period = act.obj.rules.period_of(day.month)
    if by_how_much:
        follow(act.obj)
        follow_links(act.obj)
        tell_booked(act.obj, "座谈会改期", _moved(act.obj), by=act.by)


def _moved(forum: Forum) -> str:
    """What those hear who were asked beforehand."""
    when = meeting_of(forum).when
    return f"“{forum}”改在{when}召开。原来的答复仍然有效；因此不能出席的，请在“座谈会邀请”中重新答复。"


def lock_others(meetings: Iterable[Meeting]) -> None:
    """Meetings that move along are locked before anything moves: whoever closes one goes on to the forum's days."""
    pks = [meeting.pk for meeting in meetings]
    if pks:
        list(Meeting.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk").values_list("pk"))


def cancel_meeting(act: Act) -> None:
    """Its meeting does not take place; who was told of it, or asked to it, hears that, with the reason."""
    meeting = act.obj.meeting
    if meeting and meeting.state in (MeetingState.PLANNED, MeetingState.INVITED):
        MEETING.move(
            meeting, "cancel", by=act.by, version=meeting.version, opinion=act.opinion, data={"held_by": act.obj}
        )
        said = f"原定{meeting.when}召开的“{act.obj}”{act.obj.get_state_display()}，您不必参加。原因：{act.opinion}"
        tell_booked(act.obj, "座谈会变更", said, by=act.by)


def end_work(act: Act) -> None:
    """What was under way for it ends with it: the meetings named in `along`, and the tasks; their people are told."""
    said = f"“{act.obj}”{act.obj.get_state_display()}：{act.opinion}"
    for meeting in act.data.get("along", ()):
        MEETING.move(meeting, "cancel", by=act.by, version=meeting.version, opinion=said)
    under_way = Task.for_matter(act.obj).filter(state__in=(TaskState.OPEN, TaskState.ANSWERED))
    tasks = [task for task in under_way.select_related("owner", "person", "given_by") if may(act.by, MANAGE_TASK, task)]
    TASK.move_many(tasks, "drop", by=act.by, opinion=said)
    keep_many(tasks, by=act.by)


def note_reported(act: Act) -> None:
    """The day on which the outcome left, and why it was late. R053."""
    act.obj.reported_on = act.data["reported_on"]
    act.obj.late_reason = act.data.get("late_reason", act.obj.late_reason).strip()[:300]
