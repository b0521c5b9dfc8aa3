"""The speaker desk: presses taken once each, what they come to written beside the speeches. R043, R044, R046.

A desk names a speech by a key: `s12` one that is stored, `k3p45` that of participant 45 in the kind 3 where somebody
speaks who was not booked: the first press of it puts the speech on the list, so that a desk without network needs no
answer to go on.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from consultation.forums.clock import Course, Press, Turn, last_taken, replay
from consultation.forums.locking import locked
from consultation.models import DeskPress, Forum, Question, Speech, SpeechKind
from consultation.models.forum import ForumState
from consultation.models.speech import SpeechStatus
from cppcc.files.secrecy import secret_mark
from cppcc.meetings.models import Participant
from cppcc.office.models import Organization
from cppcc.office.refusals import Refused

Act = DeskPress.Act
ASK, LINK = "ask", "link"
PRESSED = frozenset({Act.START, Act.PAUSE, Act.RESUME, Act.STOP, Act.SKIP, Act.UNDO, Act.NOTE})
KEY = re.compile(r"s(?P<speech>[0-9]{1,15})|k(?P<kind>[0-9]{1,15})p(?P<participant>[0-9]{1,15})")
MOST = 300  # operations in one delivery
AHEAD, BEHIND = timedelta(seconds=2), timedelta(days=1)  # how far from now a moment may lie
UNBOOKED = (SpeechKind.Who.FREE, SpeechKind.Who.ANSWER)  # kinds in which somebody may speak without being on the list
LIVE = (SpeechStatus.SPEAKING, SpeechStatus.PAUSED)


@dataclass(frozen=True)
class Operation:
    """What a desk did. at: when, by the server's clock. key: the speech. question: which one is answered."""

    id: UUID
    act: str
    at: datetime
    key: str = ""
    undoes: UUID | None = None
    text: str = ""
    to: int | None = None
    question: UUID | None = None


@dataclass
class Delivery:
    """What became of a batch: the ids that are settled, and the sentence for each that was refused."""

    done: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)


def moment(milliseconds: int) -> datetime:
    """A moment from milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)


def milliseconds(at: datetime) -> int:
    """Milliseconds since 1970."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def rounded(at: datetime) -> datetime:
    """To the millisecond, as browsers count."""
    return moment(milliseconds(at))


# --- read ------------------------------------------------------------------------------------------------------------


def operation(given: Any) -> Operation:
    """An operation out of JSON. Raises Refused for anything that no desk sends."""
    try:
        act = str(given["act"])
        if act not in PRESSED and act not in (ASK, LINK):
            raise ValueError(act)
        return Operation(
            id=UUID(str(given["id"])),
            act=act,
            at=moment(int(given["at"])),
            key=str(given.get("key") or ""),
            undoes=_uuid(given.get("undoes")),
            text=" ".join(str(given.get("text") or "").replace("\x00", "").split())[:500],
            to=int(given["to"]) if given.get("to") else None,
            question=_uuid(given.get("question")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as wrong:
        raise Refused("发言台送来的操作不完整，请刷新页面。") from wrong


def operations(given: Sequence[Any]) -> tuple[list[Operation], list[dict[str, str]]]:
    """The operations of a batch, at most so many at once, and a refusal for each that nobody can read."""
    found, broken = [], []
    for one in given[:MOST]:
        try:
            found.append(operation(one))
        except Refused as refusal:
            named = str(one.get("id", ""))[:60] if isinstance(one, dict) else ""
            broken.append({"id": named, "sentence": refusal.sentence})
    return found, broken


def _uuid(value: Any) -> UUID | None:
    return UUID(str(value)) if value else None


# --- taken in --------------------------------------------------------------------------------------------------------


def press(forum: Forum, key: str, act: str, *, by: Any, at: datetime | None = None, client_id: UUID | None = None,
          undoes: UUID | None = None, text: str = "") -> Delivery:  # fmt: skip
    """One press; see `deliver`. Raises Refused where it is refused."""
    given = Operation(client_id or uuid4(), act, at or timezone.now(), key, undoes, text)
    found = deliver(forum, [given], by=by)
    if found.refused:
        raise Refused(found.refused[0]["sentence"])
    return found


@transaction.atomic
def deliver(forum: Forum, given: Sequence[Operation], *, by: Any) -> Delivery:
    """Take in what a desk did, each operation once, and bring the speeches in step. One who delivers at a time.

    Raises Refused before and after the forum; while its outcome is drawn up, what was done before its end still counts.
    """
    held = locked(forum, alone=True)
    if held.state not in (ForumState.IN_SESSION, ForumState.HELD):
        raise Refused("座谈会召开期间才能操作发言台。")
    forum.state = held.state
    return _Taking(held, by).take(given[:MOST])


def _against_question(one: Operation) -> str:
    if one.act == ASK:
        return "" if one.text else "请填写问题。"
    return "" if one.question else "没有说明回应哪个问题。"


class _Taking:
    """One delivery, under the lock of the forum."""

    def __init__(self, forum: Forum, by: Any) -> None:
        self.forum, self.by, self.out = forum, by, Delivery()
        self.presses = list(forum.presses.all())
        self.speeches = {speech.pk: speech for speech in forum.speeches.select_related("kind")}
        self.known = {row.client_id for row in self.presses}
        self.ended = max((row.at for row in self.presses if row.act == Act.END), default=None)

    def take(self, given: Sequence[Operation]) -> Delivery:
        self._add_speakers(given)
        fresh: list[DeskPress] = []
        for one in given:
            if one.id in self.known:
                self.out.done.append(str(one.id))
            elif sentence := self._objection(one):
                self.out.refused.append({"id": str(one.id), "sentence": sentence})
            else:
                self.known.add(one.id)
                self.out.done.append(str(one.id))
                if one.act in PRESSED:
                    fresh.append(self._row(one))
        if fresh:
            DeskPress.objects.bulk_create(fresh, ignore_conflicts=True)
        accepted = set(self.out.done)
        self._write_notes([row for row in fresh if row.act == Act.NOTE])
        self._write_questions([one for one in given if one.act in (ASK, LINK) and str(one.id) in accepted])
        if fresh:
            settle(self.forum, [*self.presses, *fresh], self.speeches)
        return self.out

    def _objection(self, one: Operation) -> str:
        now = timezone.now()
        if one.at < now - BEHIND:
            return "这条操作是一天以前的，没有计入。"
        if self.forum.state == ForumState.HELD and (self.ended is None or one.at > self.ended):
            return "座谈会已经结束，结束以后的操作没有计入。"
        if one.act == Act.UNDO:
            return "" if one.undoes else "没有说明撤销哪一步。"
        if mark := secret_mark(one.text):
            return f"内容中有国家秘密标志“{mark}”，不得录入本系统。"
        if one.act in (ASK, LINK):
            return _against_question(one)
        return "" if self._speech(one.key) else "这条操作所指的发言已不在议程中，没有计入。"

    def _row(self, one: Operation) -> DeskPress:
        speech = None if one.act == Act.UNDO else self._speech(one.key)
        at = rounded(min(one.at, timezone.now() + AHEAD))
        return DeskPress(forum=self.forum, speech=speech, act=one.act, at=at, by=self.by, client_id=one.id,
                         undoes=one.undoes, text=one.text, received_at=timezone.now())  # fmt: skip

    # speeches of those who were not booked

    def _add_speakers(self, given: Iterable[Operation]) -> None:
        """A speech for each who speaks without being on the list, in one go."""
        asked = [found for one in given if (found := KEY.fullmatch(one.key)) and found["kind"]]
        pairs = {(int(found["kind"]), int(found["participant"])) for found in asked}
        wanted = sorted(pairs - {(row.kind_id, row.participant_id) for row in self.speeches.values()})
        if not wanted:
            return
        kinds = {kind.pk: kind for kind in SpeechKind.objects.filter(rules=self.forum.rules_id, who__in=UNBOOKED)}
        listed = Participant.objects.filter(meeting=self.forum.meeting_id, pk__in=[pk for _, pk in wanted])
        people = {row.pk: row for row in listed}
        rows = [self._added(kinds[kind], people[pk]) for kind, pk in wanted if kind in kinds and pk in people]
        made = bulk_create_with_history(rows, Speech, default_user=self.by) if rows else []
        self.speeches |= {row.pk: row for row in made}

    def _added(self, kind: SpeechKind, person: Participant) -> Speech:
        last = max((row.order for row in self.speeches.values() if row.kind_id == kind.pk), default=0)
        return Speech(
            forum=self.forum, kind=kind, participant=person, organization_id=person.organization_id,
            order=last + 1, at_desk=True,
        )  # fmt: skip

    def _speech(self, key: str) -> Speech | None:
        found = KEY.fullmatch(key)
        if not found:
            return None
        if found["speech"]:
            return self.speeches.get(int(found["speech"]))
        named = int(found["kind"]), int(found["participant"])
        return next((row for row in self.speeches.values() if (row.kind_id, row.participant_id) == named), None)

    # what is written

    def _write_notes(self, notes: Sequence[DeskPress]) -> None:
        """Each note is a line of the speech's record."""
        for row in notes:
            speech = row.speech
            speech.record = f"{speech.record.rstrip()}\n{row.text}".strip()[:5000]
        if changed := list({row.speech.pk: row.speech for row in notes}.values()):
            bulk_update_with_history(changed, Speech, ["record"], default_user=self.by)

    def _write_questions(self, given: Sequence[Operation]) -> None:
        asked = {one.id: one for one in given if one.act == ASK}
        if asked:
            there = set(Question.objects.filter(client_id__in=asked).values_list("client_id", flat=True))
            named = Organization.objects.filter(pk__in=[one.to for one in asked.values() if one.to])
            units = set(named.values_list("pk", flat=True))
            rows = [self._question(one, units) for one in asked.values() if one.id not in there]
            bulk_create_with_history(rows, Question, default_user=self.by)
        self._link([one for one in given if one.act == LINK])

    def _question(self, one: Operation, units: set[int]) -> Question:
        to = one.to if one.to in units else None
        return Question(
            forum=self.forum, text=one.text, to_id=to, client_id=one.id, raised_in=self._speech(one.key)
        )  # fmt: skip

    def _link(self, links: Sequence[Operation]) -> None:
        """Which speech answered a question: the latest word counts, whichever comes in first."""
        if not links:
            return
        found = Question.objects.filter(forum=self.forum, client_id__in=[one.question for one in links])
        rows = {row.client_id: row for row in found}
        for one in sorted(links, key=lambda one: one.at):
            row = rows.get(one.question) if one.question else None
            if row and (row.linked_at is None or row.linked_at <= one.at):
                row.answered_in, row.linked_at = self._speech(one.key), rounded(one.at)
        bulk_update_with_history(list(rows.values()), Question, ["answered_in", "linked_at"], default_user=self.by)


# --- brought in step -------------------------------------------------------------------------------------------------


def as_press(row: DeskPress) -> Press:
    """A stored press for the clock."""
    return Press(str(row.client_id), row.act, milliseconds(row.at), row.speech_id, str(row.undoes or ""))


def settle(forum: Forum, presses: Sequence[DeskPress], speeches: dict[int, Speech]) -> Course:
    """Write what all presses come to beside the speeches that changed; who gave up the floor before who has it."""
    course = replay(map(as_press, presses))
    changed = [row for row in speeches.values() if _apply(row, course.turns.get(row.pk, Turn()))]
    fields = ["status", "began_at", "running_since", "seconds"]
    for rows in ([row for row in changed if row.status not in LIVE], [row for row in changed if row.status in LIVE]):
        if rows:
            Speech.objects.bulk_update(rows, fields)
    wrong = [row for row in presses if row.taken != (str(row.client_id) in course.taken)]
    for taken in (True, False):
        if ids := [row.client_id for row in wrong if row.taken != taken]:
            DeskPress.objects.filter(client_id__in=ids).update(taken=taken)
    return course


def _apply(speech: Speech, turn: Turn) -> bool:
    """Whether the turn says anything new of the speech."""
    told = (
        turn.status,
        moment(turn.began) if turn.began is not None else None,
        moment(turn.since) if turn.since is not None else None,
        turn.spoken // 1000,
    )
    before = (speech.status, speech.began_at, speech.running_since, speech.seconds)
    speech.status, speech.began_at, speech.running_since, speech.seconds = told
    return told != before


def undo_last(forum: Forum) -> UUID:
    """The press that 撤销 takes back now. Raises Refused when there is none."""
    found = last_taken(map(as_press, forum.presses.all()))
    if not found:
        raise Refused("没有可以撤销的操作。")
    return UUID(found)


def end(forum: Forum, *, by: Any) -> None:
    """The meeting is over: whoever still has the floor stops. The caller holds the lock of the forum."""
    speeches = {speech.pk: speech for speech in forum.speeches.all()}
    if not speeches:
        return
    last = DeskPress.objects.create(
        forum=forum, act=Act.END, at=rounded(timezone.now()), by=by, client_id=uuid4(),
    )  # fmt: skip
    settle(forum, [*forum.presses.exclude(pk=last.pk), last], speeches)
