"""The first text of each part of a scheme: what is known of the forum so far. R031."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils import timezone

from consultation.models import Forum, ForumSeat, SchemePart, SpeechKind
from consultation.models.forum_rules import SchemePart as Part
from cppcc.meetings.inviting import held_on
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.office.models import Tenure
from cppcc.office.quoting import quoted

NUMERALS = "一二三四五六七八九十"
Source = Part.Source


@dataclass(frozen=True)
class Known:
    """What is known of a forum, each read once, whatever part asks for it."""

    forum: Forum

    @cached_property
    def day(self) -> date:
        """The day of the forum; today where it has none."""
        return self.forum.held_on or timezone.localdate()

    @cached_property
    def host(self) -> Tenure | None:
        """Who holds the post of the host on that day."""
        return held_on(self.day).filter(post=self.forum.host_id).first() if self.forum.host_id else None

    @cached_property
    def seats(self) -> list[ForumSeat]:
        """The seats of its rules."""
        return list(self.forum.rules.forumseats.select_related("participant_class"))

    @cached_property
    def people(self) -> list[Participant]:
        """Who stands on the list."""
        if self.forum.meeting is None:
            return []
        rows: Any = self.forum.meeting.participants.exclude(reply="no").exclude(leave="granted")
        return list(rows.select_related("person", "organization").order_by("order", "pk"))

    @cached_property
    def meetings(self) -> list[Any]:
        """The meetings that prepare it, by their day."""
        found = Meeting.for_matter(self.forum).exclude(pk=self.forum.meeting_id).exclude(state=MeetingState.CANCELLED)
        found = found.select_related("kind", "room").annotate(people=Count("participants"))
        return list(found.order_by("starts", "pk"))


def named(title: str, name: str) -> str:
    """张三（县教育局局长）."""
    return f"{name}（{title}）" if title else name


def about(seat: ForumSeat) -> str:
    """About how many: 约6人, 2—3人."""
    least, most = seat.least, seat.most
    if least and most:
        return f"约{least}人" if least == most else f"{least}—{most}人"
    if least or most:
        return f"不少于{least}人" if least else f"不超过{most}人"
    return "若干人"


def time(known: Known) -> str:
    """When."""
    return known.forum.meeting.when if known.forum.meeting else ""


def place(known: Known) -> str:
    """Where."""
    meeting = known.forum.meeting
    return meeting.where_in_full if meeting and (meeting.room_id or meeting.place) else ""


def presider(known: Known) -> str:
    """Who presides: post and name."""
    post = known.forum.host
    return f"{post.organization}{post.title}{known.host.person.name if known.host else ''}" if post else ""


def host(known: Known) -> str:
    """The same, and on whose word. R026."""
    said, mandate = presider(known), known.forum.mandate
    return f"{said}（{mandate}）" if said and mandate else said


def topic(known: Known) -> str:
    """On what."""
    return known.forum.topic.title if known.forum.topic else ""


def invitees(known: Known) -> str:
    """The seats in their order with those on the list, or about how many. R035-R038."""
    lines = []
    for seat in known.seats:
        rows = [row for row in known.people if row.participant_class_id == seat.participant_class_id]
        names = [named(f"{row.organization or ''}{row.title}", row.person.name) for row in rows]
        told = f"（{len(rows)}人）：{'、'.join(names)}" if rows else f"：{about(seat)}"
        lines.append(f"{seat.label}{told}")
    return "\n".join(lines)


def agenda(known: Known) -> str:
    """The kinds of speech in their order with limits and those who are booked. R040-R045."""
    kinds = SpeechKind.objects.filter(rules=known.forum.rules_id).order_by("order", "pk")
    booked: dict[int, list[str]] = {}
    speeches = known.forum.speeches.select_related("participant__person", "organization").order_by("order", "pk")
    for speech in speeches:
        booked.setdefault(speech.kind_id, []).append(speech.who)
    lines = []
    for number, kind in enumerate(kinds):
        limit = f"每人不超过{kind.minutes}分钟" if kind.minutes else ""
        who = f"发言人：{'、'.join(booked[kind.pk])}" if booked.get(kind.pk) else ""
        told = "，".join(filter(None, (limit, who)))
        lines.append(f"（{NUMERALS[number % 10]}）{kind.label}。" + (f"{told}。" if told else ""))
    return "\n".join(lines)


def work(known: Known) -> str:
    """Study, research, visits as far as they are arranged. R029."""
    lines = []
    for number, meeting in enumerate(known.meetings):
        name = meeting.kind.label if meeting.kind.label in meeting.title else f"{meeting.kind}{quoted(meeting.title)}"
        people = f"，{meeting.people}人参加" if meeting.people else ""
        lines.append(f"（{NUMERALS[number % 10]}）{name}。{meeting.when}，{meeting.where_in_full}{people}。")
    return "\n".join(lines)


SOURCES: dict[str, Callable[[Known], str]] = {
    Source.TIME: time,
    Source.PLACE: place,
    Source.HOST: host,
    Source.TOPIC: topic,
    Source.INVITEES: invitees,
    Source.AGENDA: agenda,
    Source.WORK: work,
    Source.NONE: lambda known: "",
}


def first_text(known: Known, part: SchemePart) -> str:
    """What the part says by what is known; "" for what only a clerk can write."""
    return SOURCES[part.source](known)[:5000]
