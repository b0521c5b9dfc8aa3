"""The clock of a forum: what all presses of the desks, put in the order of their moments, come to. R046.

The presses are the truth; who speaks and for how long is derived from all of them, every time one comes in. So a desk
that lost the network and hands its presses in afterwards gives the same seconds as if it had never been cut off, and
two desks that press at once agree. What counts:

- `start` lets somebody speak and ends whoever spoke before; who spoke already goes on where he stopped.
- `pause` and `resume` count only for the one who has the floor, `stop` as well.
- `skip` counts only for somebody who has not spoken.
- `undo` names the press that it takes back; that press is then as if it had never been made, whichever came first.
- `end` is written when the meeting ends: whoever still has the floor stops. It is never taken back.
- Anything else (a second start of the same speech, a pause of somebody who does not speak) makes no sense and counts
  for nothing; it is kept as it came.

The page of the desk counts in the same way while it is cut off: static/js/forum_replay.js.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from consultation.models.speech import DeskPress, SpeechStatus

Act = DeskPress.Act
TIMED = frozenset({Act.START, Act.PAUSE, Act.RESUME, Act.STOP, Act.SKIP})


@dataclass(frozen=True)
class Press:
    """A press as the clock sees it. at: milliseconds since 1970. id: decides between two of the same moment."""

    id: str
    act: str
    at: int
    speech: int | None = None
    undoes: str = ""


@dataclass
class Turn:
    """What the presses make of one speech. began, since: milliseconds since 1970; spoken: milliseconds until `since`.

    since: from when the clock runs; None while it stands still.
    """

    status: str = SpeechStatus.WAITING
    began: int | None = None
    spoken: int = 0
    since: int | None = None

    def halt(self, at: int) -> None:
        """Stop counting."""
        if self.since is not None:
            self.spoken += max(0, at - self.since)
        self.since = None

    def go(self, at: int) -> None:
        """Count from now."""
        self.began = at if self.began is None else self.began
        self.status, self.since = SpeechStatus.SPEAKING, at


@dataclass
class Course:
    """What became of all speeches: `turns` by speech, who has the floor, which presses counted."""

    turns: dict[int, Turn] = field(default_factory=dict)
    current: int | None = None
    taken: set[str] = field(default_factory=set)

    def turn(self, speech: int) -> Turn:
        """What is known of a speech."""
        return self.turns.setdefault(speech, Turn())

    def close(self, at: int) -> None:
        """Whoever has the floor is done."""
        if self.current is not None:
            turn = self.turn(self.current)
            turn.halt(at)
            turn.status = SpeechStatus.DONE
        self.current = None

    def take(self, press: Press) -> bool:
        """Let one press count. False for one that makes no sense now."""
        if press.act == Act.END:
            self.close(press.at)
            return True
        if press.speech is None:
            return False
        turn, holds = self.turn(press.speech), self.current == press.speech
        if press.act == Act.START:
            return self._start(press, turn, holds)
        if press.act == Act.SKIP:
            return self._skip(turn)
        if not holds:
            return False
        if press.act == Act.STOP:
            self.close(press.at)
            return True
        return _hold(press, turn)

    def _start(self, press: Press, turn: Turn, holds: bool) -> bool:
        if holds and turn.since is not None:
            return False
        if not holds:
            self.close(press.at)
        turn.go(press.at)
        self.current = press.speech
        return True

    def _skip(self, turn: Turn) -> bool:
        if turn.status != SpeechStatus.WAITING:
            return False
        turn.status = SpeechStatus.SKIPPED
        return True


def _hold(press: Press, turn: Turn) -> bool:
    if press.act == Act.PAUSE and turn.since is not None:
        turn.halt(press.at)
        turn.status = SpeechStatus.PAUSED
        return True
    if press.act == Act.RESUME and turn.since is None:
        turn.go(press.at)
        return True
    return False


def replay(presses: Iterable[Press]) -> Course:
    """What the presses come to, in whatever order they are given."""
    ordered = sorted(set(presses), key=lambda press: (press.at, press.id))
    timed = {press.id for press in ordered if press.act in TIMED}
    taken_back = {press.undoes for press in ordered if press.act == Act.UNDO}
    course = Course()
    for press in ordered:
        if press.act == Act.UNDO:
            counts = press.undoes in timed
        elif press.act in TIMED:
            counts = press.id not in taken_back and course.take(press)
        elif press.act == Act.END:
            counts = course.take(press)
        else:
            counts = True
        if counts:
            course.taken.add(press.id)
    return course


def last_taken(presses: Iterable[Press]) -> str:
    """The press that 撤销 takes back now: the last that counts; "" when there is none."""
    found = list(presses)
    taken = replay(found).taken
    counted = [press for press in found if press.act in TIMED and press.id in taken]
    return max(counted, key=lambda press: (press.at, press.id)).id if counted else ""
