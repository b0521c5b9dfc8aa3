"""What presses come to: the same in whatever order they come in, and the same as counting tick by tick. R046."""

from hypothesis import given
from hypothesis import strategies as st

from consultation.forums.clock import Press, last_taken, replay

ACTS = ("start", "pause", "resume", "stop", "skip", "end", "note")
SPEECHES = (1, 2, 3)


@st.composite
def pressed(draw):
    """Presses of three speeches at moments within a minute, some taken back."""
    count = draw(st.integers(0, 14))
    rows = [
        Press(f"p{n:02}", draw(st.sampled_from(ACTS)), draw(st.integers(0, 60)), draw(st.sampled_from(SPEECHES)))
        for n in range(count)
    ]
    taken_back = draw(st.lists(st.sampled_from([row.id for row in rows]), max_size=3)) if rows else []
    undone = [Press(f"u{n}", "undo", draw(st.integers(0, 60)), None, one) for n, one in enumerate(taken_back)]
    return rows + undone


def told(presses):
    """The outcome in a form that can be compared; speeches of which nothing is known are as if they waited."""
    course = replay(presses)
    turns = {speech: (turn.status, turn.began, turn.spoken, turn.since) for speech, turn in course.turns.items()}
    nothing = ("waiting", None, 0, None)
    return {key: turn for key, turn in turns.items() if turn != nothing}, course.current, course.taken


@given(pressed(), st.randoms())
def test_the_order_of_arrival_does_not_matter(presses, chance):
    later = list(presses) + presses[:3]
    chance.shuffle(later)
    assert told(later) == told(presses)


@given(pressed())
def test_what_is_taken_back_is_as_if_it_had_never_been(presses):
    undone = {press.undoes for press in presses if press.act == "undo"}
    timed = {press.id for press in presses if press.act not in ("undo", "end", "note")}
    left = [press for press in presses if press.act != "undo" and press.id not in undone & timed]
    turns, current, taken = told(presses)
    assert (turns, current) == told(left)[:2]
    assert taken - {press.id for press in presses if press.act == "undo"} == told(left)[2]


@given(pressed())
def test_one_has_the_floor_and_every_second_is_counted_once(presses):
    presses = [press for press in presses if press.act != "undo"]
    course = replay(presses)
    live = [key for key, turn in course.turns.items() if turn.status in ("speaking", "paused")]
    assert live == ([course.current] if course.current else [])
    counted = {speech: ticks(presses, speech) for speech in SPEECHES}
    for speech in SPEECHES:
        turn = course.turn(speech)
        assert turn.spoken + (61 - turn.since if turn.since is not None else 0) == counted[speech]


def ticks(presses, speech):
    """Ticks of a minute in which `speech` was running: the floor followed moment by moment."""
    floor, running, waiting, count = None, False, set(SPEECHES), 0
    for at in range(61):
        for press in sorted((row for row in presses if row.at == at), key=lambda row: row.id):
            mine = floor == press.speech
            if press.act == "start":
                floor, running = press.speech, True
                waiting.discard(press.speech)
            elif press.act == "end" or (press.act == "stop" and mine):
                floor, running = None, False
            elif press.act in ("pause", "resume") and mine and floor is not None:
                running = press.act == "resume"
        count += floor == speech and running
    return count


@given(pressed())
def test_undo_takes_back_one_press_after_the_other(presses):
    rows = [press for press in presses if press.act != "undo"]
    for n in range(len(rows) + 1):
        last = last_taken(rows)
        if not last:
            break
        rows.append(Press(f"z{n:02}", "undo", 61 + n, None, last))
    left, current, _ = told(rows)
    assert (left, current) == ({}, None)


def test_the_next_one_ends_whoever_spoke():
    course = replay([Press("a", "start", 0, 1), Press("b", "start", 90, 2), Press("c", "stop", 120, 1)])
    assert (course.turns[1].status, course.turns[1].spoken) == ("done", 90)
    assert (course.current, course.taken) == (2, {"a", "b"})


def test_a_pause_does_not_count():
    rows = [Press("a", "start", 0, 1), Press("b", "pause", 60, 1), Press("c", "resume", 100, 1)]
    rows += [Press("d", "resume", 110, 1), Press("e", "stop", 130, 1)]
    course = replay(rows)
    assert (course.turns[1].spoken, course.taken) == (90, {"a", "b", "c", "e"})


def test_who_speaks_again_goes_on():
    rows = [
        Press("a", "start", 0, 1),
        Press("b", "stop", 60, 1),
        Press("c", "start", 100, 1),
        Press("d", "stop", 130, 1),
    ]
    assert replay(rows).turns[1].spoken == 90


def test_the_end_stops_whoever_has_the_floor():
    course = replay([Press("a", "start", 0, 1), Press("z", "end", 50), Press("b", "pause", 60, 1)])
    assert (course.current, course.turns[1].spoken, course.taken) == (None, 50, {"a", "z"})


def test_only_who_has_not_spoken_is_skipped():
    rows = [Press("a", "start", 0, 1), Press("b", "skip", 5, 1), Press("c", "skip", 6, 2), Press("d", "start", 9, 2)]
    course = replay(rows)
    assert (course.turns[2].status, course.taken) == ("speaking", {"a", "c", "d"})
