"""Whom to invite to a seat of a forum: by its pool, the fittest first, each with the reasons. R035, R036, R038.

Of members those come first who have not been invited to a forum this year.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce

from consultation.forums.seats import barred, day_of, meeting_of, memberships
from consultation.models import Forum, ForumSeat, TopicSuggestion
from consultation.models.forum import ForumState
from consultation.models.topic import Part, TopicUnit
from consultation.similar import pairs
from cppcc.meetings.inviting import candidates, held_on
from cppcc.meetings.models import Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME
from cppcc.office.models import Person
from cppcc.office.validity import valid_on
from members.experts import fit_of, listed
from members.models import Affiliation, Field
from members.rosters import serving

Pool = ForumSeat.Pool
BY_TOPIC, BY_FIELD, BY_COMMITTEE, BY_WORD = 5, 3, 3, 1
LOOK_BACK = timedelta(days=730)  # of attendance
NOISE = (
    "加快 推进 推动 发展 建设 工作 问题 情况 提升 加强 促进 完善 深化 全市 全县 我市 我县 进一 一步 "
    "高质 质量 委员 员会 政协 主任 副主 有限 限公 公司 管理"
)
SAYS_NOTHING = frozenset(NOISE.split())  # pairs of characters that stand in every title


@dataclass
class Suggested:
    """A person whom a seat may have: why, the more `score` the better, how often he was asked this year already."""

    person: Person
    where: str = ""
    why: list[str] = field(default_factory=list)
    score: int = 0
    used: int = 0
    group: str = ""
    there: str = ""
    barred: str = ""
    chosen: bool = False

    @property
    def words(self) -> str:
        """In what one looks for him."""
        spelt = self.person.pinyin.replace(" ", "")
        return "|".join([self.person.name, spelt, self.where, self.group, *self.why]).lower()

    @property
    def order(self) -> tuple[int, int, str]:
        """Who has not been asked this year first, then who fits best."""
        return self.used, -self.score, self.person.pinyin


def suggestions(forum: Forum, seat: ForumSeat) -> list[Suggested]:
    """Everybody whom the pool of the seat has, the fittest first, those who are known already last.

    A bounded number of queries, however many there are.
    """
    rows = POOLS[Pool(seat.pool)](forum, seat)
    _note_present(forum, seat, rows)
    return sorted(rows, key=lambda row: bool(row.there or row.barred))


def _note_present(forum: Forum, seat: ForumSeat, rows: list[Suggested]) -> None:
    there = set(meeting_of(forum).participants.values_list("person", flat=True))
    booked = {one.person_id: one.stance for one in forum.bookings.all()}
    terms = memberships([row.person.pk for row in rows], day_of(forum)) if seat.outsiders and rows else {}
    for row in rows:
        row.there = "已在名单" if row.person.pk in there else booked.get(row.person.pk, "")
        row.barred = barred(row.person, terms[row.person.pk]) if row.person.pk in terms else ""
        row.chosen = row.chosen and not row.there and not row.barred


# --- members -------------------------------------------------------------------------------------------------------


def from_members(forum: Forum, seat: ForumSeat) -> list[Suggested]:
    """The members in office on the day: by what they know, their committee, their attendance, how often asked."""
    day = day_of(forum)
    text = text_of(forum)
    fields = [one for one in Field.objects.all() if any(word in text for word in fitting_words(one))]
    proposed = set(
        TopicSuggestion.objects.filter(topic=forum.topic_id, person__isnull=False).values_list("person", flat=True)
    )
    rows = [_member(member, forum, text, fields, proposed) for member in noted_members(forum, day)]
    return sorted(rows, key=lambda row: row.order)


def text_of(forum: Forum) -> str:
    """The words of the topic."""
    return forum.topic.title if forum.topic else forum.title


def fitting_words(one: Field) -> list[str]:
    """By what a field of knowledge is found in a text."""
    return [word for word in (one.name, *one.words.replace("，", "、").split("、")) if word]


def noted_members(forum: Forum, day: date) -> Any:
    """The members of a day with employer, expertise, committees, attendance, forums of the year: two queries."""
    came = Participant.objects.filter(
        person=OuterRef("person"), meeting__state=MeetingState.CLOSED, meeting__starts__date__gte=day - LOOK_BACK
    ).exclude(attendance="")
    asked = Forum.objects.filter(plan=forum.plan_id).exclude(pk=forum.pk).exclude(state=ForumState.CANCELLED)
    person = OuterRef("person")
    asked = asked.filter(
        Q(meeting__participants__person=person) | Q(bookings__person=person, bookings__asked_at__isnull=False)
    )
    committees = Affiliation.objects.filter(valid_on(day), kind=Affiliation.Kind.COMMITTEE).select_related(
        "organization"
    )
    return (
        serving(day)
        .annotate(
            expertise=F("person__particulars__expertise"),
            listed_times=_count(came),
            came_times=_count(came.filter(attendance__in=CAME)),
            forums_of_year=_count(asked),
        )
        .prefetch_related(Prefetch("affiliations", committees, to_attr="committees_now"))
    )


def _count(rows: Any) -> Coalesce:
    """How many rows of a correlated query there are."""
    grouped = rows.order_by().annotate(group=Value(1)).values("group").annotate(number=Count("pk", distinct=True))
    return Coalesce(Subquery(grouped.values("number"), output_field=IntegerField()), 0)


def _member(member: Any, forum: Forum, text: str, fields: Iterable[Field], proposed: set[int]) -> Suggested:
    committees = [row.organization for row in member.committees_now]
    where = f"{member.employer_name or ''}{member.duty_name or ''}"
    known = "、".join(filter(None, [member.expertise, member.sector_name, where, *map(str, committees)]))
    row = Suggested(member.person, where, group=member.sector_name or "", used=member.forums_of_year)
    if row.person.pk in proposed:
        row.score += BY_TOPIC
        row.why.append("提出过本议题")
    familiar = [one.name for one in fields if any(word in known for word in fitting_words(one))]
    familiar += [word for word in words(member.expertise or "") if word in text or (len(word) > 3 and word[:4] in text)]
    if familiar:
        row.score += BY_FIELD * len(set(familiar))
        row.why.append(f"熟悉领域：{'、'.join(dict.fromkeys(familiar))}")
    if forum.lead_id in {unit.pk for unit in committees}:
        row.score += BY_COMMITTEE
        row.why.append(f"{forum.lead}委员")
    common = sorted((pairs(text) & pairs(known)) - SAYS_NOTHING) if known else []
    row.score += BY_WORD * len(common)
    if common and not familiar:
        row.why.append(f"与议题相关：{'、'.join(common[:3])}")
    return _fairly(row, member)


def _fairly(row: Suggested, member: Any) -> Suggested:
    row.why.append(f"今年已受邀 {row.used} 次" if row.used else "今年未受邀")
    if member.listed_times:
        rate = round(100 * member.came_times / member.listed_times)
        row.score += 1 if rate >= 80 else 0
        row.why.append(f"出席率 {rate}%（{member.came_times}/{member.listed_times}）")
    return row


def words(text: str) -> list[str]:
    """The words of a list that is parted by 、 and the like."""
    for mark in "，,；; ":
        text = text.replace(mark, "、")
    return [word for word in text.split("、") if word]


# --- experts, units, rules -----------------------------------------------------------------------------------------


def from_experts(forum: Forum, seat: ForumSeat) -> list[Suggested]:
    """The pool of experts of the day, those who fit the topic first. R036, R080."""
    text = text_of(forum)
    rows = []
    for expert in listed().filter(valid_on(day_of(forum))):
        found = fit_of(expert, text)
        row = Suggested(expert.person, f"{expert.employer}{expert.title}", score=found.score)
        row.why = [found.why] if found.score else []
        row.why += [f"参加过 {found.used} 次会议"] if found.used else []
        rows.append(row)
    return sorted(rows, key=lambda row: row.order)


def from_units(forum: Forum, seat: ForumSeat) -> list[Suggested]:
    """Who holds a post in the units of the topic on the day; the department that is consulted first. R038."""
    parts = dict(
        TopicUnit.objects.filter(topic=forum.topic_id, part__in=[Part.SUPPORT, Part.CONSULTED])
        .order_by("-part").values_list("organization", "part")
    )  # fmt: skip
    rows: dict[int, Suggested] = {}
    for tenure in held_on(day_of(forum)).filter(post__organization__in=parts):
        part = Part(parts[tenure.post.organization_id])
        unit = tenure.post.organization
        found = Suggested(tenure.person, f"{unit}{tenure.post.title}", [str(part.label)], group=str(unit))
        found.score = 2 if part == Part.CONSULTED else 1
        rows.setdefault(tenure.person_id, found)
    rest = [row for row in from_rules(forum, seat) if row.person.pk not in rows]
    return [*sorted(rows.values(), key=lambda row: -row.score), *rest]


def from_rules(forum: Forum, seat: ForumSeat) -> list[Suggested]:
    """Who is named by the invite rules of the meeting's kind for this class, in their order. R038."""
    rows = [row for row in candidates(meeting_of(forum)) if row.participant_class.pk == seat.participant_class_id]
    return [
        Suggested(
            row.person, f"{row.candidate.organization or ''}{row.candidate.title}", [row.why, *row.also],
            chosen=row.chosen,
        )
        for row in rows
    ]  # fmt: skip


POOLS = {Pool.RULES: from_rules, Pool.MEMBERS: from_members, Pool.EXPERTS: from_experts, Pool.UNITS: from_units}


def matching(rows: list[Suggested], asked: str) -> list[Suggested]:
    """Those whose name, unit, sector or reason has the words; all without words."""
    asked = asked.strip().lower()
    if not asked:
        return rows
    return [row for row in rows if asked in row.words]
