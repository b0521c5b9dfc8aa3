"""A forum and its meetings are locked in one order: acts that meet half way wait for each other, none locks up."""

import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

import consultation
from consultation.forums import holding, outcome
from consultation.forums.outcome import record_outcome
from consultation.models import Forum, Outcome
from consultation.workflows.forum import FORUM
from cppcc.documents.models import Document
from cppcc.documents.registry import lock_matter
from cppcc.meetings import closing
from cppcc.meetings.models import Meeting
from cppcc.meetings.workflows.meeting import MEETING
from tests.consultation import forum_world
from tests.consultation.outcome_world import suggestion
from tests.consultation.test_forum_work import held
from tests.consultation.test_races import at_once, user, won
from tests.world import build

HALF_WAY = 1.0  # seconds that one waits for the other to hold its first lock, too


@pytest.fixture
def world(transactional_db):
    """The city, committed: threads see it."""
    return build()


@pytest.fixture
def meet(monkeypatch):
    """meet((module, name), ...): whoever calls one of these functions waits there until another is called as well.

    So each of two acts holds its first lock before either goes on; where one order holds, the second never gets there.
    """
    barrier = threading.Barrier(2)

    def stop():
        with suppress(threading.BrokenBarrierError):  # the other one waits for a lock of this act
            barrier.wait(timeout=HALF_WAY)

    def halt(module, name):
        whole = getattr(module, name)

        def waiting(*args, **kwargs):
            stop()
            return whole(*args, **kwargs)

        monkeypatch.setattr(module, name, waiting)

    return lambda *places: [halt(*place) for place in places]


def over(world):
    """A forum that was held, its meeting closed."""
    forum = forum_world.forum(world, days=-3, state="held")
    Meeting.objects.filter(pk=forum.meeting_id).update(state="closed")
    return forum


def mover(workflow, obj, name, by, **given):
    """A job: `name` is done on `obj` as it stands now."""
    seen = type(obj).objects.get(pk=obj.pk)
    return lambda: workflow.move(seen, name, by=by, version=seen.version, opinion="核对", **given)


def recorder(forum, by):
    """A job: an outcome that left outside is entered."""
    form = SimpleNamespace(cleaned_data={
        "form": forum.rules.outcomeforms.first(), "sent_on": timezone.localdate(), "source": "登记簿", "number": "",
        "late_reason": "", "upload": None, "classification": "internal",
    })  # fmt: skip
    return lambda: record_outcome(Forum.objects.get(pk=forum.pk), form, by=by)


def locked_up(results):
    """Those that the database broke off."""
    return [result for result in results if isinstance(result, DatabaseError)]


def test_an_outcome_is_entered_while_its_meeting_is_opened_again(world, meet):
    forum = over(world)
    meet((outcome, "refuse_before"), (closing, "unlock"))
    clerk, econ = user(world, "clerk"), user(world, "econ_clerk")
    results = at_once(recorder(forum, clerk), mover(MEETING, forum.meeting, "reopen", econ))
    assert not locked_up(results) and len(won(results)) == 1
    forum.refresh_from_db()
    assert (forum.state, forum.meeting.state, Outcome.objects.count()) in (
        ("reported", "closed", 1), ("in_session", "invited", 0)
    )  # fmt: skip


def test_an_outcome_is_entered_while_its_meeting_is_closed(world, meet):
    forum = forum_world.forum(world, days=-3, state="in_session")
    Meeting.objects.filter(pk=forum.meeting_id).update(state="invited")
    meet((outcome, "refuse_before"), (closing, "lock"))
    clerk, econ = user(world, "clerk"), user(world, "econ_clerk")
    results = at_once(recorder(forum, clerk), mover(MEETING, forum.meeting, "close", econ))
    assert not locked_up(results)
    forum.refresh_from_db()
    assert (forum.state, forum.meeting.state, Outcome.objects.count()) in (
        ("reported", "closed", 1),
        ("held", "closed", 0),
    )


def test_a_forum_moves_with_a_meeting_before_it_while_that_one_is_closed(world, meet):
    forum = forum_world.forum(world, days=20)
    study = held(world, forum, "study", "member")
    Meeting.objects.filter(pk=study.pk).update(state="invited")
    study.participants.update(invited_at=timezone.now())
    starts = forum.meeting.starts + timedelta(days=1)
    data = {"starts": starts, "ends": starts + timedelta(hours=2), "along": [Meeting.objects.get(pk=study.pk)]}
    meet((holding, "follow_day"), (closing, "lock"))
    clerk, econ = user(world, "clerk"), user(world, "econ_clerk")
    results = at_once(mover(FORUM, forum, "postpone", clerk, data=data), mover(MEETING, study, "close", econ))
    assert not locked_up(results) and len(won(results)) == 1


def test_an_outcome_is_issued_while_its_meeting_is_opened_again(world, meet):
    forum = over(world)
    suggestion(world, forum=forum)
    clerk, econ = user(world, "clerk"), user(world, "econ_clerk")
    document = outcome.draft_outcome(forum, forum.rules.outcomeforms.first(), by=clerk).document

    def issue():
        with transaction.atomic():
            lock_matter(Document.objects.get(pk=document.pk))
            outcome.reported(Forum.objects.get(pk=forum.pk), timezone.localdate(), by=clerk)

    meet((outcome, "reported"), (closing, "unlock"))
    results = at_once(issue, mover(MEETING, forum.meeting, "reopen", econ))
    assert not locked_up(results)
    forum.refresh_from_db()
    assert (forum.state, forum.meeting.state) in (("reported", "closed"), ("in_session", "invited"))


def test_forums_are_locked_in_one_place():
    home = Path(consultation.__file__).parent
    found = {
        str(path.relative_to(home))
        for path in home.rglob("*.py")
        if "Forum.objects.select_for_update" in path.read_text()
    }
    assert found == {"forums/locking.py"}
