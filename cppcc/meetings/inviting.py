"""The list of a meeting: proposed from the rules of its kind, ticked, added to by hand. R114, R118.

Other apps add people by `add(meeting, persons, "expert", by=user)`; a person is on a list once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError, Q
from django.utils import timezone

from cppcc.deadlines.keeping import keep_dates
from cppcc.meetings.duties import keep_duties
from cppcc.meetings.models import InviteRule, Meeting, Participant, ParticipantClass
from cppcc.meetings.models.participants import Attendance
from cppcc.meetings.registry import TITLES, Candidate, roster_of
from cppcc.meetings.telling import tell
from cppcc.office.models import Person, Tenure
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Refused
from cppcc.office.validity import valid_on

Source = InviteRule.Source
BY_HAND = "手工添加"
MOST = 2000  # persons on one list


@dataclass
class Row:
    """A person whom a rule of the kind names: as what, why, whether ticked at first, whether on the list already."""

    candidate: Candidate
    participant_class: ParticipantClass
    why: str
    rule: str = ""
    chosen: bool = True
    present: bool = False
    also: list[str] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.candidate.person


@dataclass(frozen=True)
class Added:
    """What became of an addition: who is new on the list, who stood on it."""

    new: list[Participant]
    known: list[Person]


def day_of(meeting: Meeting) -> date:
    """The day as of which units and titles are written."""
    return timezone.localdate(meeting.starts)


# --- from the rules ------------------------------------------------------------------------------------------------


def candidates(meeting: Meeting) -> list[Row]:
    """Everybody whom the rules of the kind name on the meeting's day, each once, in the order of the rules.

    Who is named by several stands under the first, with the others' reasons in `also`. Queries: four and those of
    the rosters, whatever the number of persons.
    """
    day = day_of(meeting)
    rules = list(meeting.kind.invites.filter(valid_on(day)).select_related("participant_class"))
    posts = _posts(rules, day)
    there = set(meeting.participants.values_list("person", flat=True))
    found: dict[int, Row] = {}
    for rule in rules:
        for candidate in _named(rule, posts, day):
            pk = candidate.person.pk
            if pk in found:
                found[pk].also += [rule.reason] if rule.reason not in (found[pk].why, *found[pk].also) else []
            else:
                found[pk] = Row(
                    candidate, rule.participant_class, rule.reason, rule.rule, rule.chosen, present=pk in there
                )
    return list(found.values())


def missing_rosters(meeting: Meeting) -> list[str]:
    """Reasons of rules whose roster nobody keeps here."""
    rules = meeting.kind.invites.valid(day_of(meeting)).filter(source=Source.ROSTER)
    return [rule.reason or rule.value for rule in rules if roster_of(rule.value) is None]


def from_roster(meeting: Meeting, key: str) -> list[Row]:
    """Everybody of a roster on the meeting's day, to be ticked by hand; none for a list that nobody keeps."""
    roster, first = roster_of(key), ParticipantClass.objects.first()
    if roster is None or first is None:
        return []
    there = set(meeting.participants.values_list("person", flat=True))
    rows = [Row(one, first, roster.label, present=one.person.pk in there) for one in roster.persons(day_of(meeting))]
    return list({row.person.pk: row for row in rows}.values())


def meant(rules: Sequence[Any], day: date) -> list[list[Candidate]]:
    """Whom each of the rules, or of anything else with a `source` and a `value`, names on a day."""
    posts = _posts(rules, day)
    return [list(_named(rule, posts, day)) for rule in rules]


def _posts(rules: Sequence[InviteRule], day: date) -> list[Tenure]:
    """All who hold a post that one of the rules may mean, in the order of posts."""
    asked: dict[str, list[str]] = {source: [r.value for r in rules if r.source == source] for source in Source.values}
    meant = (
        Q(post__role__in=asked[Source.ROLE])
        | Q(post__organization__kind__in=asked[Source.UNIT_KIND])
        | Q(post__organization__key__in=asked[Source.UNIT])
    )
    return list(held_on(day).filter(meant))


def held_on(day: date) -> Any:
    """The tenures of a day with person, post and unit, in the order of posts."""
    held = Tenure.objects.filter(valid_on(day), valid_on(day, "post__"))
    held = held.select_related("person", "post__organization")
    return held.order_by("post__order", "post__organization__order", "post", "pk")


def _named(rule: InviteRule, posts: Sequence[Tenure], day: date) -> Iterable[Candidate]:
    if rule.source == Source.ROSTER:
        roster = roster_of(rule.value)
        return roster.persons(day) if roster else ()
    says = {
        Source.ROLE: lambda post: post.role,
        Source.UNIT_KIND: lambda post: post.organization.kind,
        Source.UNIT: lambda post: post.organization.key,
    }[Source(rule.source)]
    return [_seated(tenure) for tenure in posts if says(tenure.post) == rule.value]


def _seated(tenure: Tenure) -> Candidate:
    return Candidate(tenure.person, tenure.post.organization, tenure.post.title)


# --- onto the list -------------------------------------------------------------------------------------------------


def titled(persons: Collection[Person], day: date) -> dict[int, Candidate]:
    """Unit and title of each person on a day: of the first post, else what apps above know. Person -> candidate."""
    pks = [person.pk for person in persons]
    found: dict[int, Candidate] = {}
    for tenure in held_on(day).filter(person__in=pks):
        found.setdefault(tenure.person_id, _seated(tenure))
    for titles in TITLES:
        for pk, candidate in titles([pk for pk in pks if pk not in found], day).items():
            found.setdefault(pk, candidate)
    return {person.pk: found.get(person.pk, Candidate(person)) for person in persons}


def add(meeting: Meeting, persons: Collection[Person], class_key: str, *, by: Any, why: str = BY_HAND) -> Added:
    """Put persons on the list as a class (its key), after those who stand there. Raises Refused when it is closed."""
    made = ParticipantClass.objects.get(key=class_key)
    known = titled(persons, day_of(meeting))
    return add_rows(meeting, [Row(known[person.pk], made, why) for person in persons], by=by)


@transaction.atomic
def add_rows(meeting: Meeting, rows: Sequence[Row], *, by: Any) -> Added:
    """The same for rows of `candidates`, each with its class and reason; one statement writes them all."""
    locked = locked_list(meeting)
    there = set(locked.participants.values_list("person", flat=True))
    wanted = {row.person.pk: row for row in rows}
    new = [row for pk, row in wanted.items() if pk not in there]
    if len(there) + len(new) > MOST:
        raise Refused(f"一次会议的名单最多 {MOST} 人，请分别建立会议。")
    last = locked.participants.aggregate(last=Max("order"))["last"] or 0
    made = Participant.objects.bulk_create(
        Participant(
            meeting=locked, person=row.person, participant_class=row.participant_class, why=row.why[:120],
            organization=row.candidate.organization, title=row.candidate.title[:100], rule=row.rule, order=last + place,
        )
        for place, row in enumerate(new, start=1)
    )  # fmt: skip
    return Added(made, [row.person for pk, row in wanted.items() if pk in there])


def locked_list(meeting: Meeting) -> Meeting:
    """The meeting's row, locked. Raises Refused when its list is closed."""
    locked = Meeting.objects.select_for_update(of=("self",)).select_related("kind").get(pk=meeting.pk)
    if not locked.is_open:
        raise Refused(f"会议{locked.get_state_display()}，名单不能再改；确需更改的请先重新打开会议。")
    return locked


@transaction.atomic
def remove(meeting: Meeting, pks: Collection[int], *, by: Any) -> list[Participant]:
    """Take people off the list; who was told already is told that he need not come. Returns who went.

    Their requests for leave and missing answers are nobody's duty any more.

    Raises Refused where somebody has signed in, or has a part in it, such as a speech.
    """
    locked = locked_list(meeting)
    rows = list(locked.participants.filter(pk__in=pks).select_related("person"))
    if signed := [row.person.name for row in rows if row.attendance != Attendance.NONE]:
        raise Refused(f"{'、'.join(signed[:5])}已有签到记录，不能移出名单；签错的请先撤销签到。")
    told = [row for row in rows if row.invited_at]
    said = f"因参会范围调整，您不必参加{locked.when}的{quoted(locked.title)}。"
    tell(locked, told, f"会议变更：{locked.title}", said, by=by)
    try:
        locked.participants.filter(pk__in=[row.pk for row in rows]).delete()
    except ProtectedError as error:
        raise Refused(_spoken_for(error, rows)) from error
    keep_duties(locked)
    keep_dates(locked, by=by)
    return rows


def _spoken_for(error: ProtectedError, rows: Collection[Participant]) -> str:
    """Whom one cannot take off because something else names him, such as a speech."""
    keys = {
        getattr(found, link.attname)
        for found in error.protected_objects
        for link in found._meta.concrete_fields
        if link.related_model is Participant
    }
    names = "、".join([row.person.name for row in rows if row.pk in keys][:5])
    return f"{names}另有安排（如发言、文稿），请先调整那里，再移出名单。"


@transaction.atomic
def set_class(meeting: Meeting, pks: Collection[int], participant_class: ParticipantClass) -> int:
    """Let these people take part as another class; how many there were."""
    return locked_list(meeting).participants.filter(pk__in=pks).update(participant_class=participant_class)


@transaction.atomic
def set_order(meeting: Meeting, places: Mapping[int, int]) -> None:
    """Order the list by the given numbers (participant -> number); equal ones stay as they were. One statement."""
    locked = locked_list(meeting)
    rows = list(locked.participants.order_by("order", "pk"))
    rows.sort(key=lambda row: places.get(row.pk, row.order))
    moved = [row for place, row in enumerate(rows, start=1) if row.order != place]
    for place, row in enumerate(rows, start=1):
        row.order = place
    Participant.objects.bulk_update(moved, ["order"], batch_size=MOST)
