"""After the invitation: those who came onto the list later are told, those who have not answered are asked again."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.ladder import moment as at_clock
from cppcc.deadlines.models import DeliverySetting, Dispatch, DueRule
from cppcc.meetings.dates import REPLY, RULE_SET
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.registry import note_invited, objection_to
from cppcc.meetings.telling import MOST, invitation, moment, tell, title_of
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Refused
from cppcc.workflow.clock import now
from cppcc.workflow.models import Movement

ASK_AGAIN_AFTER = timedelta(minutes=10)  # a second click is not a second reminder


@transaction.atomic
def invite_later(meeting: Meeting, text: str, *, by: Any) -> int:
    """Tell those on the list who were not told yet; how many. Raises Refused when there is nobody."""
    locked = _invited(meeting)
    rows = list(locked.participants.filter(invited_at__isnull=True))
    if not rows:
        raise Refused("名单上的人都已通知，没有需要补发通知的人。")
    if said := objection_to(locked, "invite"):
        raise Refused(said)
    locked.participants.filter(pk__in=[row.pk for row in rows]).update(invited_at=now())
    note_invited(locked, rows, by=by)
    tell(locked, rows, title_of(locked), text or invitation(locked), by=by)
    keep_dates(locked, by=by)
    return len(rows)


@transaction.atomic
def ask_again(meeting: Meeting, *, by: Any) -> int:
    """Remind those who were told and have not answered; how many.

    Raises Refused when all have, and when they were reminded a moment ago.
    """
    locked = _invited(meeting)
    rows = list(locked.participants.unanswered())
    if not rows:
        raise Refused("已通知的人都回复了，不需要催。")
    title = asking(locked)
    if Dispatch.for_matter(locked).filter(title=title, created_at__gt=timezone.now() - ASK_AGAIN_AFTER).exists():
        raise Refused("刚刚已经提醒过没有回复的人，十分钟后才能再提醒；急的请电话联系。")
    tell(locked, rows, title, reminder(locked), by=by)
    return len(rows)


def _invited(meeting: Meeting) -> Meeting:
    locked = Meeting.objects.select_for_update(of=("self",)).select_related("kind", "room").get(pk=meeting.pk)
    if locked.state != MeetingState.INVITED:
        raise Refused(f"会议{locked.get_state_display()}，现在不能发通知。")
    return locked


def asking(meeting: Meeting) -> str:
    """What a reminder is called."""
    return f"请回复：{meeting.title}"[:200]


def reminder(meeting: Meeting) -> str:
    """What those hear who have not answered."""
    by = f"请于{moment(meeting.reply_by)}前" if meeting.reply_by else "请尽快"
    asked = f"{meeting.when}在{meeting.where}召开的{quoted(meeting.title)}，还没有收到您的回复。"
    return f"{asked}{by}在“我的会议”中回复。"[:MOST]


# --- by the clock --------------------------------------------------------------------------------------------------


def remind_unanswered(at: datetime | None = None) -> int:
    """Ask again, as many days before the last day of answering as the office's rule says; how many meetings.

    Each such day counts once, however often the bell rings: the dispatch carries its name as a token. Who was told
    on that day or later is left in peace until the next one.
    """
    today = timezone.localdate(at or timezone.now())
    if (at or timezone.now()) < at_clock(today, DeliverySetting.current().remind_at):
        return 0
    marks = _marks(today)
    open_ones = Meeting.objects.filter(state=MeetingState.INVITED, starts__gt=timezone.now(), reply_by__isnull=False)
    due = open_ones.filter(reply_by__date__range=(today, today + timedelta(days=max(marks, default=0))))
    waiting = Q(participants__invited_at__isnull=False, participants__reply="", participants__leave="")
    found = due.filter(waiting).distinct().select_related("kind", "room", "created_by")
    return sum(_remind(meeting, marks, today) for meeting in found)


def _marks(today: date) -> list[int]:
    """The days before on which those who have not answered are asked."""
    rules = DueRule.objects.filter(ruleset__key=RULE_SET, step=REPLY).select_related("ruleset")
    return sorted({days for rule in rules if rule.ruleset.is_valid(today) for days in rule.remind})


def _remind(meeting: Meeting, marks: list[int], today: date) -> bool:
    last = timezone.localdate(meeting.reply_by)
    day = max((last - timedelta(days=n) for n in marks if last - timedelta(days=n) <= today), default=None)
    rows: list[Participant] = list(meeting.participants.unanswered().filter(invited_at__date__lt=day)) if day else []
    if not rows:
        return False
    token = uuid5(NAMESPACE_URL, f"meeting:{meeting.pk}:reply:{day}")
    sent = Movement.for_matter(meeting).filter(name="invite").select_related("user").first()
    by = sent.user if sent else meeting.created_by
    try:
        with transaction.atomic():
            return tell(meeting, rows, asking(meeting), reminder(meeting), by=by, token=token) is not None
    except IntegrityError:  # this day's was sent
        return False
