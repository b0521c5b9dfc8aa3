"""The steps of a forum by its rules: which are done, on which day, and by what that shows. R022-R054."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from consultation.models import Forum, ForumStep, LeaderContact, Paper, StepDone, Tracking
from consultation.models.forum import AFTER, ForumState
from consultation.models.paper import PaperState
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME
from cppcc.workflow.models import Movement

Proof = ForumStep.Proof
Known = tuple[date | None, str]  # the day of a step, and what shows it


@dataclass(frozen=True)
class Step:
    """A step of one forum: the day on which it was done, None while it is open, and what shows it."""

    step: ForumStep
    done_on: date | None = None
    shown_by: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it lies behind the forum."""
        return self.done_on is not None


@dataclass(frozen=True)
class Facts:
    """What is known of a forum. `held`: kind of meeting -> the first one that was held and to which somebody came."""

    forum: Forum
    steps: list[ForumStep] = field(default_factory=list)
    by_hand: dict[int, tuple[date, str]] = field(default_factory=dict)
    held: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    approved_on: date | None = None
    contacted_on: date | None = None
    invited_on: date | None = None
    papers_on: date | None = None
    tracked_on: date | None = None


# --- read ----------------------------------------------------------------------------------------------------------


ASKED = (
    "by_hand", "held", "approved_on", "contacted_on", "invited_on", "tracked_on", "papers_on", "papers_asked",
    "papers_open",
)  # fmt: skip


def asked() -> QuerySet[ForumStep]:
    """Steps in their order, each with the kinds of meetings that do it: `kinds`, by key."""
    through = ForumStep.meeting_kinds.through.objects.filter(forumstep=OuterRef("pk"))
    kinds = ArraySubquery(through.order_by("meetingkind__order", "meetingkind").values("meetingkind"))
    return ForumStep.objects.annotate(kinds=kinds).order_by("order", "pk")


def with_facts(forums: QuerySet[Forum]) -> QuerySet[Forum]:
    """The forums with all that is known of each (`ASKED`): in the query that reads them."""
    forum, paper = ContentType.objects.get_for_model(Forum), ContentType.objects.get_for_model(Paper)
    mine = OuterRef("pk")
    passed = Movement.objects.filter(content_type=forum, object_id=mine, target=ForumState.PREPARING)
    passed = passed.exclude(source=ForumState.PREPARING).order_by("-at")
    told = Participant.objects.filter(meeting=OuterRef("meeting"), invited_at__isnull=False).order_by("invited_at")
    papers = Paper.objects.filter(forum=mine, required=True).exclude(state=PaperState.WAIVED)
    of_papers = Paper.objects.filter(forum=OuterRef(OuterRef("pk")), required=True).exclude(state=PaperState.WAIVED)
    ended = Movement.objects.filter(content_type=paper, object_id__in=of_papers.values("pk")).order_by("-at")
    return forums.annotate(
        by_hand=ArraySubquery(
            StepDone.objects.filter(forum=mine).order_by().values(row=JSONObject(step="step", on="on", note="note"))
        ),
        held=ArraySubquery(_first_held(forum).values(row=JSONObject(kind="kind", starts="starts", title="title"))),
        approved_on=Subquery(passed.values("at")[:1]),
        contacted_on=Subquery(LeaderContact.objects.filter(forum=mine).order_by("on").values("on")[:1]),
        invited_on=Subquery(told.values("invited_at")[:1]),
        tracked_on=Subquery(Tracking.objects.filter(forum=mine).order_by("on").values("on")[:1]),
        papers_on=Subquery(ended.values("at")[:1]),
        papers_asked=Exists(papers),
        papers_open=Exists(papers.exclude(state=PaperState.APPROVED)),
    )


def _first_held(forum: ContentType) -> QuerySet[Meeting]:
    """Of each kind the first meeting of a forum that was held, and to which somebody came. R022, R029."""
    came = Participant.objects.filter(meeting=OuterRef("pk"), attendance__in=CAME)
    held = Meeting.objects.filter(Exists(came), content_type=forum, object_id=OuterRef("pk"), state=MeetingState.CLOSED)
    return held.order_by("kind_id", "starts", "pk").distinct("kind_id")


def facts_of(forums: Sequence[Forum]) -> dict[int, Facts]:
    """forum pk -> what is known of it: two queries, however many forums and however much there is of each."""
    if not forums:
        return {}
    steps = _steps_by_rules(forums)
    rows = with_facts(Forum.objects.filter(pk__in=[forum.pk for forum in forums]).order_by()).values("pk", *ASKED)
    found = {row.pop("pk"): row for row in rows}
    return {forum.pk: _facts(forum, steps[forum.rules_id], found.get(forum.pk, {})) for forum in forums}


def facts_in(forum: Forum) -> Facts:
    """The same of a forum that was read `with_facts`, the steps of its rules prefetched as `asked`."""
    return _facts(forum, list(forum.rules.forumsteps.all()), {name: getattr(forum, name) for name in ASKED})


def _steps_by_rules(forums: Sequence[Forum]) -> dict[int, list[ForumStep]]:
    found: dict[int, list[ForumStep]] = defaultdict(list)
    for step in asked().filter(rules__in={forum.rules_id for forum in forums}):
        found[step.rules_id].append(step)
    return found


def _facts(forum: Forum, steps: list[ForumStep], row: dict[str, Any]) -> Facts:
    by_hand = {one["step"]: (date.fromisoformat(one["on"]), one["note"]) for one in row.pop("by_hand", ())}
    held = {one["kind"]: (datetime.fromisoformat(one["starts"]), one["title"]) for one in row.pop("held", ())}
    return Facts(forum, steps, by_hand, held, **_as_days(row))


def _as_days(row: dict[str, Any]) -> dict[str, date | None]:
    """Moments become days; papers are complete when some must be there and none of those is open. R049."""
    complete = row.pop("papers_asked", False) and not row.pop("papers_open", False)
    row.pop("papers_open", None)
    days = {name: timezone.localdate(at) if isinstance(at, datetime) else at for name, at in row.items()}
    return days | {"papers_on": (days.get("papers_on") or timezone.localdate()) if complete else None}


# --- what shows that a step is done --------------------------------------------------------------------------------


def _scheme(facts: Facts, step: ForumStep) -> Known:
    passed = facts.forum.state not in (ForumState.DRAFTING, ForumState.IN_APPROVAL, ForumState.AMENDING)
    return (facts.approved_on if passed else None), "方案已批准"


def _meeting(facts: Facts, step: ForumStep) -> Known:
    """The first one of its kinds that was held, and to which somebody came. R022, R029."""
    held = [facts.held[kind] for kind in step.kinds if kind in facts.held]  # type: ignore[attr-defined]  # annotated
    if not held:
        return None, ""
    starts, title = min(held)
    return timezone.localdate(starts), title


def _session(facts: Facts, step: ForumStep) -> Known:
    return (facts.forum.held_on if facts.forum.state in AFTER else None), "会议已结束"


PROOFS: dict[str, Callable[[Facts, ForumStep], Known]] = {
    Proof.SCHEME: _scheme,
    Proof.MEETING: _meeting,
    Proof.CONTACT: lambda facts, step: (facts.contacted_on, "有沟通记录"),
    Proof.INVITED: lambda facts, step: (facts.invited_on, "正式通知已发出"),
    Proof.PAPERS: lambda facts, step: (facts.papers_on, "文稿已定稿"),
    Proof.SESSION: _session,
    Proof.OUTCOME: lambda facts, step: (facts.forum.reported_on, "成果已报送"),
    Proof.TRACKED: lambda facts, step: (facts.tracked_on, "已汇总"),
    Proof.BY_HAND: lambda facts, step: (None, ""),
}
OF_THE_COURSE = (Proof.SCHEME, Proof.SESSION, Proof.OUTCOME, Proof.TRACKED)  # they follow from acts, never from a note


def steps_of(forum: Forum, facts: Facts | None = None) -> list[Step]:
    """Every step of `forum` with whether and when it was done; what was entered by hand counts as well."""
    known = facts or facts_of([forum])[forum.pk]
    return [_read(known, step) for step in known.steps]


def _read(facts: Facts, step: ForumStep) -> Step:
    on, shown_by = PROOFS[step.proof](facts, step)
    if on is None and step.pk in facts.by_hand:
        on, note = facts.by_hand[step.pk]
        shown_by = f"已登记：{note}" if note else "已登记完成"
    return Step(step, on, shown_by if on else "")


def done_days(steps: Iterable[Step]) -> dict[str, date]:
    """step key -> day, of those done."""
    return {found.step.key: found.done_on for found in steps if found.done_on}


def as_stepper(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """For the stepper of a page: {label, state: done|now|todo, note}."""
    rows, met = [], False
    for found in steps:
        state = "done" if found.is_done else "todo" if met else "now"
        met = met or not found.is_done
        note = f"{found.done_on:%m-%d}" if found.done_on else ""
        rows.append({"label": found.step.label, "state": state, "note": note})
    return rows
