"""What the desk and the clock of the hall show: agenda, presses, questions, who has not spoken. At most three queries.

The browser gets the presses themselves and counts as the server does, so that it can go on without network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from consultation.forums.desk import Act, milliseconds
from consultation.forums.speaking import RELATED
from consultation.models import DeskPress, Forum, ForumSeat, Question, Speech, SpeechKind
from consultation.models.forum import ForumState
from consultation.models.speech import SpeechStatus
from cppcc.meetings.models import Participant
from cppcc.meetings.models.participants import CAME, Leave, Reply

Who = SpeechKind.Who
Pool = ForumSeat.Pool
POOLS = {Who.FREE: (Pool.MEMBERS, Pool.EXPERTS), Who.ANSWER: (Pool.UNITS,)}  # who speaks without being booked
OVER = (SpeechStatus.DONE, SpeechStatus.SKIPPED)


def watched(forums: QuerySet[Forum]) -> QuerySet[Forum]:
    """Forums with their presses and questions, in one query."""
    presses = DeskPress.objects.filter(forum=OuterRef("pk")).order_by("at", "client_id")
    questions = Question.objects.filter(forum=OuterRef("pk")).order_by("pk")
    return forums.annotate(
        pressed=ArraySubquery(
            presses.values(
                json=JSONObject(id="client_id", act="act", at="at", speech="speech", undoes="undoes", text="text")
            )
        ),
        asked=ArraySubquery(
            questions.values(
                json=JSONObject(id="client_id", text="text", to="to__name", raised="raised_in", answered="answered_in")
            )
        ),
    )


@dataclass(frozen=True)
class Desk:
    """The desk of one forum, which comes from `watched`."""

    forum: Any
    now: datetime

    @cached_property
    def speeches(self) -> list[Speech]:
        """All speeches in the order of the agenda."""
        found = Speech.objects.filter(forum=self.forum.pk).select_related(*RELATED)
        return list(found.order_by("kind__order", "kind", "order", "pk"))

    @cached_property
    def listed(self) -> list[Speech]:
        """Those on the agenda, and those added at the desk that were held."""
        return [row for row in self.speeches if not row.at_desk or row.status != SpeechStatus.WAITING]

    @cached_property
    def current(self) -> Speech | None:
        """Who has the floor."""
        live = (SpeechStatus.SPEAKING, SpeechStatus.PAUSED)
        return next((row for row in self.speeches if row.status in live), None)

    @cached_property
    def following(self) -> Speech | None:
        """Who is next on the agenda."""
        waiting = [row for row in self.speeches if row.status == SpeechStatus.WAITING and not row.at_desk]
        return waiting[0] if waiting else None

    @cached_property
    def people(self) -> list[dict[str, Any]]:
        """Who may speak without being booked, of those who came; while nobody has signed in, of those expected. R043.

        {key, kind, who, id, name, unit, label, here}: one query.
        """
        kinds = SpeechKind.objects.filter(rules=self.forum.rules_id, who__in=POOLS).order_by("order")
        seats = ForumSeat.objects.filter(rules=self.forum.rules_id, participant_class=OuterRef("participant_class"))
        found = Participant.objects.filter(meeting=self.forum.meeting_id).annotate(
            kinds=ArraySubquery(kinds.values(json=JSONObject(id="id", who="who"))),
            pools=ArraySubquery(seats.values("pool")),
        )
        found = found.exclude(pools=[]).select_related("person", "organization", "participant_class")
        rows: list[Any] = list(found.order_by("participant_class__order", "order", "pk"))
        asked, came = rows[0].kinds if rows else [], cast(list[Any], present(rows))
        return [person(row, kind) for kind in asked for row in came if set(row.pools) & set(POOLS[kind["who"]])]

    @property
    def unspoken(self) -> list[dict[str, Any]]:
        """Those of `people` who have no speech yet; a response is counted apart from the other kinds. R043."""
        held = {(row.participant_id, row.kind.who == Who.ANSWER) for row in self.listed}
        return [one for one in self.people if (one["id"], one["who"] == Who.ANSWER) not in held]

    def remaining(self, speech: Speech) -> int | None:
        """Seconds left to a speaker, negative once he is over; None without a limit."""
        return speech.limit * 60 - self.spent(speech) if speech.limit else None

    def spent(self, speech: Speech) -> int:
        """Seconds that somebody has spoken until now."""
        running = int((self.now - speech.running_since).total_seconds()) if speech.running_since else 0
        return speech.seconds + max(0, running)


def desk_of(forum: Any) -> Desk:
    """The desk of a forum that came from `watched`, now."""
    return Desk(forum, timezone.now())


def present(rows: Sequence[Participant]) -> list[Participant]:
    """Those who came; while nobody has signed in, those who are expected."""
    came = [row for row in rows if row.attendance in CAME]
    return came or [row for row in rows if row.reply != Reply.NO and row.leave != Leave.GRANTED]


def person(row: Participant, kind: dict[str, Any]) -> dict[str, Any]:
    """Somebody who may speak in a kind."""
    return {
        "key": f"k{kind['id']}p{row.pk}", "kind": kind["id"], "who": kind["who"], "id": row.pk,
        "name": speaking_name(row), "unit": str(row.organization or row.title or ""),
        "label": row.participant_class.label, "here": row.attendance in CAME,
    }  # fmt: skip


def speaking_name(row: Participant) -> str:
    """Who speaks: whoever was sent, where somebody was."""
    return row.deputy_name if row.reply == Reply.DEPUTY else row.person.name


def as_json(desk: Desk, *, hall: bool = False) -> dict[str, Any]:
    """What the browser works with. hall: only what the clock in the hall needs."""
    pressed = [_press(row) for row in desk.forum.pressed if not (hall and row["act"] == Act.NOTE)]
    found = {
        "open": desk.forum.state == ForumState.IN_SESSION,
        "state": desk.forum.get_state_display(),
        "speeches": [_speech(row) for row in desk.speeches],
        "presses": pressed,
    }
    return found if hall else found | {"questions": [_question(row) for row in desk.forum.asked], "people": desk.people}


def _key(pk: int | None) -> str:
    return f"s{pk}" if pk else ""


def _press(row: dict[str, Any]) -> dict[str, Any]:
    at = milliseconds(datetime.fromisoformat(row["at"]))
    return {"id": row["id"], "act": row["act"], "at": at, "key": _key(row["speech"]), "undoes": row["undoes"] or "",
            "text": row["text"]}  # fmt: skip


def _speech(row: Speech) -> dict[str, Any]:
    return {
        "key": _key(row.pk), "kind": row.kind_id, "kindLabel": row.kind.label, "who": row.who, "unit": row.unit,
        "subject": row.subject, "limit": row.limit, "person": row.participant_id, "atDesk": row.at_desk,
        "whoSpeaks": row.kind.who,
    }  # fmt: skip


def _question(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "text": row["text"], "to": row["to"] or "", "raised": _key(row["raised"]),
            "answered": _key(row["answered"])}  # fmt: skip
