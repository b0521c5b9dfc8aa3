"""The work before a forum: its meetings, talks with leaders, steps entered by hand, the checklist. R022, R029-R034."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Q, prefetch_related_objects

from consultation.forums.gates import blocked, blocked_meeting
from consultation.forums.locking import locked
from consultation.forums.steps import OF_THE_COURSE, Step
from consultation.models import Forum, ForumStep, LeaderContact, StepDone
from consultation.models.forum import ForumState
from cppcc.deadlines.giving import give_all
from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.models import Task
from cppcc.files.models import StoredFile
from cppcc.files.secrecy import refuse_secret
from cppcc.meetings.models import Meeting, MeetingKind
from cppcc.meetings.models.participants import CAME
from cppcc.meetings.planning import start
from cppcc.office.models import Office, Organization
from cppcc.office.refusals import Refused

OVER = (ForumState.CLOSED, ForumState.MERGED, ForumState.CANCELLED)


@dataclass
class Stage:
    """A step that is done by meetings: those there are, the kinds that may be arranged, why none can be now."""

    step: Step
    meetings: list[Meeting]
    kinds: list[MeetingKind]
    blocked: str = ""
    duties: list[str] = field(default_factory=list)


def stages_of(forum: Forum, steps: Sequence[Step]) -> list[Stage]:
    """The steps of a forum that meetings do, in their order, with people, findings and pictures counted."""
    prefetch_related_objects([found.step for found in steps], "meeting_kinds")
    by_kind: dict[int, list[Meeting]] = {}
    for meeting in meetings_of(forum):
        by_kind.setdefault(meeting.kind_id, []).append(meeting)
    return [
        Stage(
            found, [m for kind in found.step.meeting_kinds.all() for m in by_kind.get(kind.pk, [])],
            [kind for kind in found.step.meeting_kinds.all() if kind.is_valid()],
            blocked(forum, found.step.key, list(steps)), duties_of(found.step),
        )
        for found in steps
        if found.step.proof == ForumStep.Proof.MEETING
    ]  # fmt: skip


def meetings_of(forum: Forum) -> list[Meeting]:
    """The meetings that prepare it, with how many were asked and came, what was found, how many pictures."""
    asked, came = Q(participants__walk_in=False), Q(participants__attendance__in=CAME)
    found = Meeting.for_matter(forum).exclude(pk=forum.meeting_id).select_related("kind", "room", "host")
    found = found.annotate(
        asked=Count("participants", filter=asked, distinct=True),
        came=Count("participants", filter=came, distinct=True),
        found=Count("findings", distinct=True),
    )
    rows = list(found.order_by("starts", "pk"))
    kind = ContentType.objects.get_for_model(Meeting)
    files = StoredFile.objects.filter(content_type=kind, object_id__in=[row.pk for row in rows])
    count = dict(files.order_by().values_list("object_id").annotate(Count("pk")))
    for row in rows:
        row.files = count.get(row.pk, 0)
    return rows


def refuse_when_over(forum: Forum) -> None:
    """Raise Refused for a forum at which nothing is prepared or noted any more."""
    if forum.state in OVER:
        raise Refused(f"座谈会{forum.get_state_display()}，不再登记前期工作。")


# --- meetings ------------------------------------------------------------------------------------------------------


@transaction.atomic
def arrange(forum: Forum, form: Any, *, by: Any) -> Meeting:
    """A meeting that prepares the forum, from its form. R022, R029, R032, R034.

    Raises Refused while a step that it waits for is open, and for a forum that is over.
    """
    held = locked(forum, alone=True)
    refuse_when_over(held)
    meeting: Meeting = form.instance
    if said := blocked_meeting(held, meeting.kind):
        raise Refused(said)
    meeting.matter = held
    return start(meeting, form.agenda_items, by=by, token=form.cleaned_data["token"])


# --- what is entered -----------------------------------------------------------------------------------------------


@transaction.atomic
def save_contact(contact: LeaderContact, *, by: Any) -> None:
    """A talk with a leader. R033. Raises Refused with the mark of a state secret, and for a forum that is over."""
    refuse_when_over(contact.forum)
    refuse_secret("\n".join((contact.leader, contact.way, contact.text)), where="沟通情况")
    if contact.pk is None:
        locked(contact.forum, alone=True)
        if contact.forum.contacts.filter(leader=contact.leader, on=contact.on, text=contact.text).exists():
            raise Refused("这次沟通已经登记，不必重复登记。")
        contact.by = by
    contact.save()
    keep_dates(contact.forum, by=by)


@transaction.atomic
def strike_contact(contact: LeaderContact, *, by: Any) -> None:
    """Take a talk back that was entered by mistake."""
    refuse_when_over(contact.forum)
    contact.delete()
    keep_dates(contact.forum, by=by)


@transaction.atomic
def save_step(done: StepDone, steps: Sequence[Step], *, by: Any) -> None:
    """A step that somebody says is done, with what shows it. R029.

    Raises Refused for one that follows from the forum's acts, and for one that waits for another step.
    """
    refuse_when_over(done.forum)
    if done.step.proof in OF_THE_COURSE:
        raise Refused(f"“{done.step.label}”随办理自动完成，不用登记。")
    if said := blocked(done.forum, done.step.key, list(steps)):
        raise Refused(said)
    refuse_secret(done.note, where="说明")
    done.by = by
    done.save()
    keep_dates(done.forum, by=by)


@transaction.atomic
def strike_step(done: StepDone, *, by: Any) -> None:
    """Take it back."""
    refuse_when_over(done.forum)
    done.delete()
    keep_dates(done.forum, by=by)


# --- the checklist -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Duty:
    """A line of the checklist with who does it until when."""

    title: str
    owner: Organization
    due_on: date


def duties_of(step: ForumStep) -> list[str]:
    """The lines of a step's checklist."""
    return [line.strip() for line in step.duties.splitlines() if line.strip()]


def tasks_of(forum: Forum) -> list[Task]:
    """The tasks that came of the forum."""
    return list(Task.for_matter(forum).select_related("owner", "person").order_by("due_on", "pk"))


@transaction.atomic
def hand_out(forum: Forum, duties: Sequence[Duty], *, by: Any) -> Sequence[Task]:
    """The lines of the checklist become tasks; one that was handed out already is not given twice. R034.

    Raises Refused for a day that has passed.
    """
    refuse_when_over(locked(forum, alone=True))
    there = set(Task.for_matter(forum).values_list("title", "owner"))
    given_by = forum.lead or Office.required().organization
    new = [duty for duty in duties if (duty.title[:200], duty.owner.pk) not in there]
    return give_all([_task(forum, duty, given_by) for duty in new], by=by) if new else []


def _task(forum: Forum, duty: Duty, given_by: Organization) -> Task:
    task = Task(title=duty.title[:200], owner=duty.owner, due_on=duty.due_on, given_by=given_by)
    task.matter = forum
    return task
