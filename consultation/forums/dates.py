"""The dates of a forum, derived from its day by the rule set of its rules. R027, R030-R034, R053, R054."""

from collections.abc import Iterable
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from consultation.forums.steps import asked, done_days, facts_in, steps_of, with_facts
from consultation.models import Forum, ForumStep, Tracking
from consultation.models.forum import NOT_HELD, ForumState
from cppcc.deadlines.due import add_months
from cppcc.deadlines.registry import Dated, Holder
from cppcc.office.roles import Role

KIND = "forum"


def loaded(rows: QuerySet) -> QuerySet:
    """Forums with what their days follow from: the steps of their rules, what is known, the days of its collations."""
    step = ForumStep.objects.filter(rules=OuterRef("rules"), proof=ForumStep.Proof.TRACKED).order_by("order", "pk")
    done = Tracking.objects.filter(forum=OuterRef("pk")).order_by("on", "pk")
    steps = Prefetch("rules__forumsteps", asked())
    return (
        with_facts(rows)
        .select_related("rules", "meeting", "deputy")
        .prefetch_related(steps)
        .annotate(tracking_step=Subquery(step.values("key")[:1]), collated=ArraySubquery(done.values("on")))
    )


def anchors(forum: Forum) -> dict[str, date | None]:
    """The day of the forum, and that from which the next tracking counts; nothing of one that is not held by itself.

    Each collation moves the next one on by the interval of the rules; after the end there is none. R054.
    """
    day = forum.held_on
    if forum.state in NOT_HELD or day is None:
        return {}
    turns = len(forum.collated) * forum.rules.tracking_every  # type: ignore[attr-defined]  # annotated
    tracking = None if forum.state == ForumState.CLOSED else add_months(day, turns)
    return {"session": day, "tracking": tracking}


def turn(forum: Forum, step: str) -> str:
    """Each collation is a turn of its own: tracking, tracking-2, tracking-3. R054."""
    again = len(forum.collated) if step == forum.tracking_step else 0  # type: ignore[attr-defined]  # annotated
    return turned(step, again)


def turned(step: str, again: int) -> str:
    """The name of a turn: how often there was one before."""
    return f"{step}-{again + 1}" if again else step


def is_over(forum: Forum) -> bool:
    """Whether what is not due any more was dropped; a collation that was made is done."""
    return forum.state in (*NOT_HELD, ForumState.CLOSED)


def holders(forum: Forum, responsible: str, step: str) -> Iterable[Holder]:
    """The leading committee, and the deputy in charge."""
    if responsible == "lead_committee" and forum.lead_id:
        return [(forum.lead_id, Role.COMMITTEE_CLERK)]
    if responsible == "vice_chair" and forum.deputy:
        return [(forum.deputy.organization_id, forum.deputy.role)]
    return []


def done(forum: Forum) -> dict[str, date]:
    """The steps that are behind it, each collation on its own day."""
    step, days = forum.tracking_step, forum.collated  # type: ignore[attr-defined]  # annotated
    return done_days(steps_of(forum, facts_in(forum))) | {turned(step, again): day for again, day in enumerate(days)}


FORUM_DATES = Dated(
    KIND, anchors, holders, done=done, instance=turn, dropped=is_over, load=loaded,
    own_set=lambda forum: forum.rules.due_rules,
)  # fmt: skip
