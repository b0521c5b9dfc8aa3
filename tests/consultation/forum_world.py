"""Forums in the small city: the rule set of a county's profile, bodies and posts that it names, forums in any state."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from consultation.models import AnnualPlan, Forum, ForumRules, Topic
from consultation.models.forum import ForumState
from consultation.models.topic import title_key
from consultation.workflows.forum import FORUM
from cppcc.deadlines.keeping import keep_dates
from cppcc.meetings.planning import new_meeting
from cppcc.office import profiles
from cppcc.office.models import Organization
from cppcc.workflow.engine import rewrite_waiting
from tests.world import World

BODIES = (
    ("chairs-meeting", "市政协主席会议", "deciding_body"),
    ("party-committee", "试验市委", "party_committee"),
    ("government", "试验市政府", "government"),
    ("party-committee-office", "试验市委办", "department"),
    ("government-office", "试验市政府办", "department"),
)
SECTIONS = (
    "participant_classes", "meeting_kinds", "number_series", "document_kinds", "approval_chains", "rule_sets",
    "forum_rules",
)  # fmt: skip
OF_THE_PROFILE = {
    "approval_chains": {"forum-scheme"}, "rule_sets": {"forum", "forum_paper", "forum_suggestion"},
}  # fmt: skip


def rules(world: World) -> ForumRules:
    """The rule set of the county's profile in the small city; twice is once."""
    for order, (key, name, kind) in enumerate(BODIES, start=50):
        Organization.objects.get_or_create(key=key, defaults={"name": name, "kind": kind, "order": order})
    content = profiles.read("county-anhua")
    wanted = {name: content[name] for name in SECTIONS}
    for name, keys in OF_THE_PROFILE.items():
        wanted[name] = [row for row in content[name] if keys & {row.get("key"), row.get("ruleset")}]
    profiles.insert(wanted)
    return ForumRules.objects.get(key="forum")


def at(days: float, hour: int = 9) -> datetime:
    """So many days from today, at an hour."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days, hours=hour)


def topic(plan: AnnualPlan, title: str = "加快推进老旧小区改造") -> Topic:
    """A topic of the plan."""
    given = {"plan": plan, "title_key": title_key(title)}
    return Topic.objects.get_or_create(**given, defaults={"title": title, "number": 90})[0]


def plan_of(world: World, year: int) -> AnnualPlan:
    """The plan of a year; another that is issued where that one is before a body; a new one at last."""
    of_year = AnnualPlan.objects.filter(year=year).first()
    if of_year and of_year.state in ("drafting", "issued"):
        return of_year
    return (AnnualPlan.objects.filter(state="issued").first() if of_year else None) or world.plan(year, state="issued")


def forum(world: World, *, days: float = 70, state: str = ForumState.DRAFTING, **given: Any) -> Forum:
    """A forum led by 经济委 in so many days, put into `state` past the engine."""
    used = given.pop("rules", None) or rules(world)
    title = given.pop("topic_title", "加快推进老旧小区改造")
    starts = given.pop("starts", None) or at(days)
    plan = given.pop("plan", None) or plan_of(world, starts.year)
    values = {
        "plan": plan, "rules": used, "topic": topic(plan, title), "title": f"{used.label}：{title}",
        "period": starts.month, "lead": world.orgs["econ"], "deputy": world.posts["vice"],
        "host": world.posts["chair"], "chain": used.chain,
    } | given  # fmt: skip
    made = Forum(**values)
    made.meeting = new_meeting(
        used.meeting_kind.key, made.title, starts, starts + timedelta(minutes=used.length), world.orgs["econ"],
        by=world.users["econ_clerk"],
    )  # fmt: skip
    FORUM.start(made, by=world.users["econ_clerk"])
    made.meeting.matter = made
    made.meeting.save(update_fields=["content_type", "object_id"])
    if state != ForumState.DRAFTING:
        Forum.objects.filter(pk=made.pk).update(state=state)
        made.refresh_from_db()
        rewrite_waiting(made, FORUM.waiting(made) if FORUM.waiting else ())
    keep_dates(made)
    return made
