"""Topics and days of ours beside those of the consultation with the parties, so that they are joined up. R025."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from consultation.models import Forum, PartyConsultation, Topic
from consultation.models.forum import ForumState
from consultation.models.plan import VIEW_ALL
from consultation.models.topic import TopicState
from consultation.similar import ALIKE, likeness, pairs
from cppcc.meetings.clashing import Clash
from cppcc.office.access import reaches_any

OVER = (ForumState.CANCELLED, ForumState.MERGED)


def known_to(user: Any, year: int) -> QuerySet[PartyConsultation]:
    """Those of a year, for who works in the house; nothing for others."""
    rows = PartyConsultation.objects.filter(year=year)
    return rows if reaches_any(user, VIEW_ALL) else rows.none()


def alike(title: str, known: Iterable[PartyConsultation]) -> list[PartyConsultation]:
    """Those of `known` that seem to be about the same as `title`."""
    mine = pairs(title)
    return [row for row in known if likeness(mine, pairs(row.title)) >= ALIKE]


def in_the_way(title: str, day: date, known: Iterable[PartyConsultation]) -> Iterator[Clash]:
    """What a forum on `title` that day meets: the same matter, the same day, the same week. R025."""
    same_year = [row for row in known if row.year == day.year]
    url = f"{reverse('consultation:party_consultation_list')}?year={day.year}"
    for row in alike(title, same_year):
        yield Clash("party", f"题目与政党协商“{row.title}”相近，请做好衔接，避免重复协商。", url)
    for row in same_year:
        if row.held_on == day:
            yield Clash("party", f"当天有政党协商“{row.title}”，请错开。", url)
        elif row.held_on and row.held_on.isocalendar()[:2] == day.isocalendar()[:2]:
            yield Clash("party", f"同一周有政党协商“{row.title}”（{row.held_on:%-m月%-d日}）。", url)


@dataclass
class Joined:
    """A consultation with the parties, and what of ours stands beside it."""

    row: PartyConsultation
    topics: list[Topic]
    forums: list[Forum]


def joined(rows: Sequence[PartyConsultation], user: Any) -> list[Joined]:
    """Each with the topics of its year that resemble it and the forums of its week, as far as `user` sees them."""
    years = {row.year for row in rows}
    seen = Topic.objects.visible_to(user).filter(plan__year__in=years).exclude(state=TopicState.WITHDRAWN)
    topics = list(seen.select_related("plan").order_by("number"))
    held = Forum.objects.visible_to(user).filter(plan__year__in=years).exclude(state__in=OVER)
    forums = list(held.select_related("meeting", "topic", "rules").order_by("meeting__starts"))
    return [Joined(row, _same_matter(row, topics), _same_week(row, forums)) for row in rows]


def _same_matter(row: PartyConsultation, topics: Iterable[Topic]) -> list[Topic]:
    return [topic for topic in topics if topic.plan.year == row.year and alike(topic.title, [row])]


def _same_week(row: PartyConsultation, forums: Iterable[Forum]) -> list[Forum]:
    week = row.held_on.isocalendar()[:2] if row.held_on else None
    return [forum for forum in forums if forum.held_on and forum.held_on.isocalendar()[:2] == week]
