"""The speeches of a forum as they are stored: read for the agenda, proposed from the rules, put in order. R040-R046."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Q
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from consultation.forums.agenda import Group, Kind, Row, Span, grouped, moved, renumbered, total
from consultation.forums.locking import locked
from consultation.models import DeskPress, Forum, Paper, Question, Speech, SpeechKind
from consultation.models.forum import BEFORE, ForumState
from consultation.models.paper import PaperState
from consultation.models.speech import SpeechStatus
from consultation.models.topic import Part
from cppcc.meetings.models import Participant
from cppcc.meetings.models.participants import Leave, Reply
from cppcc.office.models import Organization
from cppcc.office.refusals import FieldRefused, Refused

Who = SpeechKind.Who
OPEN = (*BEFORE, ForumState.IN_SESSION)  # while the agenda may be changed
RELATED = (
    "kind", "participant__person", "participant__organization", "participant__participant_class", "organization",
)  # fmt: skip


def speeches_of(forum: Forum) -> list[Speech]:
    """The speeches in the order of the agenda, with who speaks: one query."""
    return list(forum.speeches.select_related(*RELATED).order_by("kind__order", "kind", "order", "pk"))


def kinds_of(forum: Forum) -> list[SpeechKind]:
    """The kinds of its rules, with the class that each is mostly of: one query."""
    return list(SpeechKind.objects.filter(rules=forum.rules_id).select_related("mostly").order_by("order", "pk"))


def plain_kind(kind: SpeechKind) -> Kind:
    """A kind for the plain functions of the agenda."""
    return Kind(
        kind.pk, kind.label, kind.who, kind.order, kind.minutes, kind.least, kind.most, kind.mostly_id,
        str(kind.mostly or ""), kind.mandatory,
    )  # fmt: skip


def plain_row(speech: Speech) -> Row:
    """A speech for the plain functions of the agenda."""
    given = speech.participant
    absent = bool(given and (given.reply == Reply.NO or given.leave == Leave.GRANTED))
    speaker = given.participant_class_id if given else None
    return Row(speech.pk, speech.kind_id, speech.who, speech.order, speech.minutes, speaker, absent)


@dataclass(frozen=True)
class Agenda:
    """The agenda of one forum, read once."""

    forum: Forum

    @cached_property
    def kinds(self) -> list[SpeechKind]:
        """The kinds of its rules."""
        return kinds_of(self.forum)

    @cached_property
    def speeches(self) -> list[Speech]:
        """What is on it; speeches that somebody only held at the desk among them."""
        return speeches_of(self.forum)

    @cached_property
    def groups(self) -> list[Group]:
        """Kinds with their rows and what is odd about them."""
        return grouped(map(plain_kind, self.kinds), map(plain_row, self.speeches))

    @property
    def span(self) -> Span:
        """Planned minutes against the meeting's length. R046."""
        meeting = self.forum.meeting
        length = int((meeting.ends - meeting.starts).total_seconds() // 60) if meeting else self.forum.rules.length
        return Span(total(self.groups), length)

    @property
    def sections(self) -> list[dict[str, Any]]:
        """For pages and papers: kind, its speeches in their order, minutes, warnings."""
        found, kinds = {speech.pk: speech for speech in self.speeches}, {kind.pk: kind for kind in self.kinds}
        return [
            {
                "kind": kinds[group.kind.pk],
                "speeches": [found[row.pk] for row in group.rows],
                "minutes": group.minutes,
                "warnings": group.warnings,
            }
            for group in self.groups
        ]


def require_open(forum: Forum) -> None:
    """Raises Refused once the forum is over."""
    if forum.state not in OPEN:
        raise Refused(f"座谈会{forum.get_state_display()}，议程不能再修改。")


def held_open(forum: Forum) -> Forum:
    """The forum, locked: two who change one agenda do it one after the other. Raises Refused once it is over."""
    held = locked(forum, "rules", alone=True)
    require_open(held)
    return held


# --- proposed from the rules -----------------------------------------------------------------------------------------


@transaction.atomic
def propose(forum: Forum, *, by: Any) -> int:
    """Put on the agenda what follows from topic, lead, invitees and papers, for kinds that are still empty.

    Answers how many speeches were added. Raises Refused once the forum is over.
    """
    held_open(forum)
    taken = set(forum.speeches.values_list("kind", flat=True))
    facts = _Facts(forum)
    rows = [row for kind in kinds_of(forum) if kind.pk not in taken for row in facts.proposed(kind)]
    bulk_create_with_history(rows, Speech, default_user=by)
    return len(rows)


@dataclass(frozen=True)
class _Facts:
    """What the speeches of a forum follow from, read once."""

    forum: Forum

    @cached_property
    def listed(self) -> list[Participant]:
        """Who is invited and has not declined, in the order of the list."""
        if not self.forum.meeting_id:
            return []
        found = Participant.objects.filter(meeting=self.forum.meeting_id).exclude(reply=Reply.NO)
        found = found.exclude(leave=Leave.GRANTED).select_related("person", "organization")
        return list(found.order_by("participant_class__order", "order", "pk"))

    @cached_property
    def departments(self) -> list[Organization]:
        """The departments that the topic names."""
        units = Organization.objects.filter(topic_units__topic=self.forum.topic_id, topic_units__part=Part.CONSULTED)
        return list(units.order_by("topic_units__order", "pk").distinct())

    @cached_property
    def writers(self) -> set[int]:
        """Invitees who owe a paper for their speech."""
        owed = Paper.objects.filter(forum=self.forum, participant__isnull=False).exclude(state=PaperState.WAIVED)
        return set(owed.values_list("participant", flat=True))

    def proposed(self, kind: SpeechKind) -> list[Speech]:
        """The speeches of one kind, numbered from 1; none for free speech."""
        found = self._speakers(kind)[: kind.most]
        return [
            Speech(forum=self.forum, kind=kind, order=n, minutes=kind.minutes, participant=person, organization=unit)
            for n, (person, unit) in enumerate(found, start=1)
        ]

    def _speakers(self, kind: SpeechKind) -> list[tuple[Participant | None, Organization | None]]:
        if kind.who in (Who.DEPARTMENT, Who.ANSWER):
            return [(self._from(unit), unit) for unit in self.departments]
        if kind.who == Who.LEAD:
            return [(self._from(self.forum.lead), self.forum.lead)] if self.forum.lead else []
        if kind.who == Who.BOOKED:
            return [(row, row.organization) for row in self.listed if row.pk in self.writers]
        if kind.who == Who.LEADER and kind.mostly_id:
            return [(row, row.organization) for row in self.listed if row.participant_class_id == kind.mostly_id]
        return []

    def _from(self, unit: Organization | None) -> Participant | None:
        return next((row for row in self.listed if unit and row.organization_id == unit.pk), None)


# --- changed by hand -------------------------------------------------------------------------------------------------


@transaction.atomic
def keep_speech(speech: Speech, *, by: Any) -> Speech:
    """Save a speech, a new one as the last of its kind. Raises Refused for a speaker who has one of this kind."""
    forum = held_open(speech.forum)
    same = forum.speeches.filter(kind=speech.kind_id).exclude(pk=speech.pk)
    if speech.participant_id and same.filter(participant=speech.participant_id).exists():
        raise FieldRefused(f"{speech.who}已安排在“{speech.kind}”中，同一个人不能安排两次。", "participant")
    if not speech.pk:
        speech.order = 1 + max(same.values_list("order", flat=True), default=0)
    speech.save()
    return speech


@transaction.atomic
def remove(speech: Speech) -> None:
    """Take a speech off the agenda. Raises Refused for one that was held, or from which something was drawn."""
    held_open(speech.forum)
    if DeskPress.objects.filter(speech=speech).exists() or speech.status != SpeechStatus.WAITING:
        raise Refused(f"{speech.who}的发言在发言台已有操作，不能删除；没有发言的请在发言台“跳过”。")
    used = Question.objects.filter(Q(raised_in=speech) | Q(answered_in=speech)).exists() or speech.suggestions.exists()
    if used:
        raise Refused(f"{speech.who}的发言已关联互动问题或意见建议，不能删除。")
    speech.delete()


@transaction.atomic
def move(speech: Speech, step: int, *, by: Any) -> None:
    """One place up (-1) or down (1) within its kind: an order across kinds follows from the rules. R045."""
    held_open(speech.forum)
    own = _of_kind(speech)
    write_order(own, moved([row.pk for row in own], speech.pk, step), by=by)


@transaction.atomic
def reorder(forum: Forum, asked: dict[int, int], *, by: Any) -> None:
    """The order within each kind by the numbers typed. asked: speech -> number."""
    held = held_open(forum)
    rows = list(held.speeches.order_by("kind__order", "order", "pk"))
    for kind in dict.fromkeys(row.kind_id for row in rows):
        own = [row for row in rows if row.kind_id == kind]
        write_order(own, renumbered([row.pk for row in own], asked), by=by)


def _of_kind(speech: Speech) -> list[Speech]:
    return list(Speech.objects.filter(forum=speech.forum_id, kind=speech.kind_id).order_by("order", "pk"))


def write_order(rows: Sequence[Speech], order: Iterable[int], *, by: Any) -> None:
    """Number the speeches of one kind from 1; only those that moved are written."""
    places = {pk: place for place, pk in enumerate(order, start=1)}
    changed = [row for row in rows if row.order != places[row.pk]]
    for row in changed:
        row.order = places[row.pk]
    if changed:
        bulk_update_with_history(changed, Speech, ["order"], default_user=by)
