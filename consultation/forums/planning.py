"""Planning a forum: a new one with its meeting, its facts changed, copied for another topic. R026-R028.

forum = new_forum(plan, topic, starts, by=user)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from consultation.forums.locking import locked
from consultation.forums.papers import hand_over
from consultation.forums.seats import day_of, memberships
from consultation.joining_up import in_the_way
from consultation.models import (
    AnnualPlan,
    ConsultationForm,
    Forum,
    ForumRules,
    ForumSeat,
    PartyConsultation,
    SchemeText,
    SpeechKind,
    Topic,
)
from consultation.models.forum import BEFORE, NOT_HELD, ForumState
from consultation.models.forum_rules import SchemePart
from consultation.models.plan import PlanState
from consultation.models.topic import TopicState
from consultation.workflows.forum import FORUM
from cppcc.deadlines.keeping import keep_dates
from cppcc.meetings.clashing import Clash, clashes_of
from cppcc.meetings.inviting import Row, add_rows, titled
from cppcc.meetings.models import Meeting, Participant, Room
from cppcc.meetings.planning import move_to, new_meeting
from cppcc.office.models import Organization, Post
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Refused
from cppcc.office.roles import Role
from cppcc.office.routing import deputies_of
from cppcc.workflow.engine import rewrite_waiting
from cppcc.workflow.once import once
from cppcc.workflow.stale import check_version

Source = SchemePart.Source
EDITABLE = (ForumState.DRAFTING, ForumState.AMENDING, ForumState.PREPARING)
OF_THE_DAY = (Source.TIME, Source.PLACE, Source.HOST, Source.TOPIC)  # what a copy of the scheme writes anew


def rules_on(day: date, key: str = "") -> ForumRules:
    """The rule set of a day (of that key). Raises Refused when the office has none then."""
    found = ForumRules.objects.valid(day).select_related("meeting_kind", "chain")
    rules = (found.filter(key=key) if key else found).order_by("key").first()
    if rules is None:
        raise Refused(f"{day:%Y年%-m月%-d日}没有生效的座谈会规则，请系统管理员在“座谈会规则”中补充。")
    return rules


def deputy_of(topic: Topic | None, lead: Organization | None) -> Post | None:
    """The vice-chair in charge: who leads the topic, else who looks after the committee. R128."""
    leading = topic.leading_chair if topic else None
    if leading and leading.role == Role.VICE_CHAIR:
        return leading
    return next((post for post in deputies_of([lead] if lead else []) if post.role == Role.VICE_CHAIR), None)


def first_host(rules: ForumRules) -> Post | None:
    """Who presides without a mandate: the post of the first role of the rules. R026."""
    role = rules.host_roles[0] if rules.host_roles else ""
    posts = Post.objects.valid().filter(role=role).select_related("organization")
    return posts.order_by("order", "pk").first()


def forum_form_of(topic: Topic) -> ConsultationForm | None:
    """The form of consultation of the topic that is a forum. Prefetch its stages."""
    return next((stage.form for stage in topic.stages.all() if stage.form.is_forum), None)


def title_of(topic: Topic, rules: ForumRules) -> str:
    """How the forum is called until somebody says otherwise."""
    room = 120 - len(rules.label) - 2
    return f"{quoted(topic.title[:room])}{rules.label}"


@dataclass
class Given:
    """What is said of a new forum; what is left out follows from topic and rules."""

    ends: datetime | None = None
    room: Room | None = None
    place: str = ""
    title: str = ""
    lead: Organization | None = None
    deputy: Post | None = None
    host: Post | None = None
    mandate: str = ""
    remark: str = ""
    rules: ForumRules | None = None
    copied_from: Forum | None = None
    token: UUID | None = None
    more: dict[str, Any] = field(default_factory=dict)


def draft_forum(plan: AnnualPlan, topic: Topic, starts: datetime, given: Given | None = None) -> Forum:
    """An unsaved forum on `topic` with an unsaved meeting, as far as topic, routing and rules say. Raises Refused."""
    said, day = given or Given(), timezone.localdate(starts)
    rules = said.rules or rules_on(day)
    lead = said.lead or next(iter(topic.leads), None)
    forum = Forum(
        plan=plan, topic=topic, rules=rules, chain=rules.chain, period=rules.period_of(day.month), lead=lead,
        title=(said.title or title_of(topic, rules))[:120], form=forum_form_of(topic), remark=said.remark,
        deputy=said.deputy or deputy_of(topic, lead), host=said.host or first_host(rules), mandate=said.mandate,
        copied_from=said.copied_from, token=said.token,
    )  # fmt: skip
    forum.meeting = Meeting(
        kind=rules.meeting_kind, title=forum.title, starts=starts, room=said.room, place=said.place,
        ends=said.ends or starts + timedelta(minutes=rules.length), host=lead,
    )  # fmt: skip
    return forum


def new_forum(plan: AnnualPlan, topic: Topic, starts: datetime, *, by: Any, given: Given | None = None) -> Forum:
    """A forum of the year on `topic` from `starts` on, with its meeting, dates and duties. R027, R028.

    Raises Refused without a leading committee, for a withdrawn topic or one that has its forum, for a closed plan, for
    another year than the plan's, and without rules on the day. A repeated token is the same forum.
    """
    return keep_forum(draft_forum(plan, topic, starts, given), by=by)


def keep_forum(forum: Forum, *, by: Any) -> Forum:
    """Keep a drafted forum, as `new_forum` does."""
    check_new(forum)
    try:
        return once(forum, lambda: _start(forum, by=by), by=by)
    except IntegrityError:
        raise Refused(f"议题“{forum.topic}”已经安排了座谈会，请直接打开，不要重复安排。") from None


def check_new(forum: Forum) -> None:
    """Why a forum cannot be planned so. Raises Refused."""
    plan, topic, meeting = forum.plan, forum.topic, forum.meeting
    if plan.state == PlanState.CLOSED:
        raise Refused(f"《{plan}》已办结，不能再安排座谈会。")
    if topic is None or topic.plan_id != plan.pk or topic.state == TopicState.WITHDRAWN:
        raise Refused("请从本年度计划没有撤销的议题中选择。")
    if forum.lead is None:
        raise Refused(f"议题“{topic.title}”还没有牵头单位，请先明确一个牵头委室。")
    if meeting and meeting.ends <= meeting.starts:
        raise Refused("结束时间须晚于开始时间。")
    if forum.held_on and forum.held_on.year != plan.year:
        raise Refused(f"座谈会须安排在{plan.year}年内。")
    if Forum.objects.filter(topic=topic).exclude(state__in=NOT_HELD).exists():
        raise Refused(f"议题“{topic.title}”已经安排了座谈会，请直接打开，不要重复安排。")


def _start(forum: Forum, *, by: Any) -> Forum:
    planned, lead = forum.meeting, forum.lead
    if planned is None or lead is None:
        raise ValueError("a forum is drafted with its meeting and its lead")
    forum.meeting = new_meeting(
        forum.rules.meeting_kind.key, forum.title, planned.starts, planned.ends, lead, by=by, room=planned.room,
        place=planned.place,
    )  # fmt: skip
    FORUM.start(forum, by=by)
    forum.meeting.matter = forum
    forum.meeting.save(update_fields=["content_type", "object_id"])
    keep_dates(forum, by=by, fresh=True)
    return forum


# --- changes -------------------------------------------------------------------------------------------------------


@transaction.atomic
def edit(form: Any, *, by: Any) -> None:
    """Save the form of a forum that is prepared; another room or place is told to those who know of the meeting.

    Raises Refused when it is before a body or over, Stale when it was changed meanwhile.
    """
    forum: Forum = form.instance
    before = locked(forum)
    if before.state not in EDITABLE:
        raise Refused(f"座谈会{before.get_state_display()}，不能修改；方案在审批的请先撤回。")
    check_version(before, form)
    forum.version = before.version + 1
    forum.save()
    _keep_meeting(before.meeting, forum, form.cleaned_data, by=by)
    rewrite_waiting(forum, FORUM.waiting(forum) if FORUM.waiting else ())
    keep_dates(forum, by=by)
    if before.lead_id != forum.lead_id:
        hand_over(forum, by=by)
        own = forum.speeches.filter(kind__who=SpeechKind.Who.LEAD, organization=before.lead_id, participant=None)
        own.update(organization=forum.lead)


def _keep_meeting(meeting: Any, forum: Forum, data: dict[str, Any], *, by: Any) -> None:
    """The meeting bears the forum's name, is held by its lead, and takes place where the form says."""
    if (meeting.title, meeting.host_id) != (forum.title, forum.lead_id):
        meeting.title, meeting.host_id, meeting.version = forum.title, forum.lead_id, meeting.version + 1
        meeting.save()
    if (meeting.room, meeting.place) != (data["room"], data["place"]) and (data["room"] or data["place"]):
        move_to(meeting, meeting.starts, meeting.ends, room=data["room"], place=data["place"], by=by)


@transaction.atomic
def set_host(form: Any, *, by: Any) -> None:
    """Who presides, and by which mandate. R026. Raises Refused once it is in session, Stale when changed meanwhile."""
    forum: Forum = form.instance
    before = locked(forum, alone=True)
    if before.state not in BEFORE:
        raise Refused(f"座谈会{before.get_state_display()}，主持人不能再改。")
    check_version(before, form)
    forum.version = before.version + 1
    forum.save()


@transaction.atomic
def clone(source: Forum, topic: Topic, starts: datetime, *, by: Any, given: Given | None = None) -> Forum:
    """A forum like `source` on another topic: scheme, and people who may be asked again. Raises as `new_forum` does."""
    said = given or Given()
    said.copied_from = source
    made = new_forum(topic.plan, topic, starts, by=by, given=said)
    if made.copied_from_id != source.pk or made.scheme_texts.exists():
        return made
    copy_scheme(source, made)
    copy_people(source, made, by=by)
    return made


def copy_scheme(source: Forum, made: Forum) -> None:
    """The parts of the scheme that do not follow from day, place, host and topic, under the parts of today's rules."""
    parts = {part.key: part for part in made.rules.schemeparts.all()}
    texts = source.scheme_texts.select_related("part").exclude(text="").exclude(part__source__in=OF_THE_DAY)
    for text in texts:
        if text.part.key in parts:
            SchemeText.objects.create(forum=made, part=parts[text.part.key], text=text.text)


def copy_people(source: Forum, made: Forum, *, by: Any) -> None:
    """Those who were on the list, with the units and titles of the new day; who was not asked but came is left out.

    So is who was a member and is none on that day, and an outsider who has become one. R035, R036.
    """
    if source.meeting is None or made.meeting is None:
        return
    listed = source.meeting.participants.filter(walk_in=False).select_related("person", "participant_class")
    rows = fitting(source, made, list(listed))
    known = titled([row.person for row in rows], made.held_on or timezone.localdate())
    why = f"参照“{source.title}”"[:120]
    add_rows(
        made.meeting, [Row(known[row.person_id], row.participant_class, why, row.rule) for row in rows], by=by
    )  # fmt: skip


def fitting(source: Forum, made: Forum, rows: list[Participant]) -> list[Participant]:
    """Those who may sit on the seats of their class on the new day."""
    seats = {seat.participant_class_id: seat for seat in reversed(made.rules.forumseats.order_by("order", "pk"))}
    persons = [row.person_id for row in rows]
    then, now = set(memberships(persons, day_of(source))), set(memberships(persons, day_of(made)))

    def fits(row: Participant) -> bool:
        seat = seats.get(row.participant_class_id)
        if seat and seat.outsiders:
            return row.person_id not in now
        return not seat or seat.pool != ForumSeat.Pool.MEMBERS or row.person_id not in then - now

    return [row for row in rows if fits(row)]


# --- what stands in the way ----------------------------------------------------------------------------------------


def clashes(forum: Forum, meeting: Meeting, others: Iterable[Forum], *, labels: bool = False) -> list[Clash]:
    """What stands in the way of a forum at the time of `meeting`: room, people, days, parties, forums. R025, R027.

    others: the forums of the year, with their meetings.
    """
    day = timezone.localdate(meeting.starts)
    parties = in_the_way(str(forum.topic), day, PartyConsultation.objects.filter(year=day.year))
    return [*clashes_of(meeting, labels=labels), *parties, *beside(forum, day, others)]


def beside(forum: Forum, day: date, others: Iterable[Forum]) -> list[Clash]:
    """Other forums on the same day or in the same period; a period that is merged with the plenary. R027."""
    rules, period, found = forum.rules, forum.rules.period_of(day.month), []
    if rules.is_merged(period):
        found.append(Clash("merged", f"{period}—{rules.last_of(period)}月的座谈会并入全体会议，一般不单独召开。"))
    for other in others:
        if (other.pk and other.pk == forum.pk) or not other.held_on or other.held_on.year != day.year:
            continue
        if other.held_on == day:
            found.append(Clash("forum", f"当天还有{other.title}。"))
        elif rules.period_of(other.held_on.month) == period:
            found.append(Clash("forum", f"同一时段已有{other.title}（{other.held_on:%-m月%-d日}）。"))
    return found
