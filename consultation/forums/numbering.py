"""第几次: given to a forum when it is convened, one after the other without a gap; foretold before. R027."""

from django.db.models import Count, Max, Q, QuerySet

from consultation.models import Forum, ForumRules
from consultation.models.forum import BEFORE
from cppcc.workflow.engine import Act


def give_number(act: Act) -> None:
    """The next number of its series; a forum that was never convened takes none. Raises nothing.

    The rows of the rules are locked, so that two that are convened at once do not get the same one.
    """
    forum: Forum = act.obj
    if forum.number is None:
        locked = ForumRules.objects.select_for_update().filter(key=forum.rules.key).order_by("pk")
        list(locked.values_list("pk"))
        forum.number = last_number(forum) + 1


def series(forum: Forum) -> QuerySet[Forum]:
    """The forums that are numbered together: those of a year, or all under rules of the same key."""
    same = Forum.objects.filter(rules__key=forum.rules.key)
    return same.filter(plan=forum.plan_id) if forum.rules.serial == ForumRules.Serial.YEAR else same


def last_number(forum: Forum) -> int:
    """The last number given in its series; that of the time before this system where it runs on. 0 for none."""
    return _last(forum, series(forum).aggregate(last=Max("number"))["last"])


def _last(forum: Forum, given: int | None) -> int:
    running = forum.rules.serial == ForumRules.Serial.RUNNING
    return max(given or 0, forum.rules.numbered_before) if running else given or 0


def expected_number(forum: Forum) -> int | None:
    """Its number, or the one that it will get as things are planned; None for one that does not take place."""
    if forum.number is not None or forum.state not in BEFORE or forum.meeting is None:
        return forum.number
    sooner = Q(meeting__starts__lt=forum.meeting.starts) | Q(meeting__starts=forum.meeting.starts, pk__lt=forum.pk)
    found = series(forum).aggregate(last=Max("number"), before=Count("pk", filter=sooner & Q(state__in=BEFORE)))
    return _last(forum, found["last"]) + found["before"] + 1
