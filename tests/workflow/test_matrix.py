"""Every transition x every state x every person: allowed exactly where the tables say so; a refusal leaves nothing."""

from contextlib import contextmanager
from copy import copy
from dataclasses import replace

import pytest
from django.db import connection, transaction

from cppcc.files.models import StoredFile
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.engine import Late
from cppcc.workflow.models import ApprovalRound, Decision, Movement, Snapshot, Waiting
from cppcc.workflow.registry import WORKFLOWS
from tests.documents.papers import a_file
from tests.workflow.subjects import BLOCKED, PERSONS, SUBJECTS, arguments, fresh, may, put

TABLES = (Movement, Waiting, Snapshot, ApprovalRound, Decision, StoredFile)
COUNTS = ", ".join(f"(SELECT count(*) FROM {model._meta.db_table})" for model in TABLES)
CASES = [
    pytest.param(subject, transition, id=f"{subject.label}-{transition.name}")
    for subject in SUBJECTS
    for transition in WORKFLOWS[subject.model].workflow
    if not subject.only or transition.name in subject.only
]


@contextmanager
def undone():
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made(world, monkeypatch):
    """The typeset document is another test's matter: it costs a second each time."""
    monkeypatch.setattr("cppcc.documents.issuing.print_document", lambda document, **given: a_file())
    return world


def kept(obj):
    """All that a refusal must leave as it was: the matter's row, and how many rows stand beside it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.*, {COUNTS} FROM {obj._meta.db_table} t WHERE t.id = %s", [obj.pk])
        return cursor.fetchone()


def attempt(subject, obj, transition, user, given):
    """The move of a user: the movement, or the class of the refusal."""
    if given["decision"]:
        given = given | {"decision": copy(given["decision"])}
    try:
        return WORKFLOWS[subject.model].workflow.move(obj, transition.name, by=user, version=obj.version, **given)
    except Refused as refusal:
        assert refusal.sentence
        return type(refusal)


def expected(subject, transition, state, name):
    """Late where the state is another, Forbidden where no post may, Refused where a guard says no."""
    if state not in transition.sources:
        return Late
    if not may(name, transition.permission, subject):
        return Forbidden
    return Refused if transition.name in BLOCKED.get(subject.label, ()) else Movement


@pytest.mark.parametrize(("subject", "transition"), CASES)
def test_it_moves_exactly_where_the_tables_say_so(made, subject, transition):
    subject_obj = subject.make(made)
    for state in transition.sources if subject.only else WORKFLOWS[subject.model].workflow.states:
        with undone():
            obj = put(made, subject_obj, state, step=subject.step)
            given, before = arguments(made, subject, obj, transition.name), kept(obj)
            for name in PERSONS:
                wanted = expected(subject, transition, state, name)
                if wanted is Movement:
                    with undone():
                        result = attempt(subject, copy(obj), transition, made.users[name], given)
                        _moved(made, obj, transition, state, name, result)
                else:
                    result = attempt(subject, copy(obj), transition, made.users[name], given)
                    assert (result, kept(obj)) == (wanted, before), (state, name)


def _moved(world, obj, transition, state, name, movement):
    now = fresh(obj)
    assert isinstance(movement, Movement), (state, name, movement)
    assert (movement.name, movement.source, movement.target) == (transition.name, state, now.state)
    assert now.state in transition.targets
    assert now.version == obj.version + 1
    assert (movement.user_id, movement.actor) == (world.users[name].pk, f"试{name}")
    assert movement.post_id == world.posts[name].pk
    assert Movement.for_matter(obj).count() == 1


@pytest.mark.parametrize(("subject", "transition"), CASES)
def test_nothing_is_saved_when_an_effect_fails(made, monkeypatch, subject, transition):
    if transition.name in BLOCKED.get(subject.label, ()):
        return
    workflow = WORKFLOWS[subject.model].workflow

    def fail(act):
        raise RuntimeError("an effect failed")

    monkeypatch.setitem(workflow.transitions, transition.name, replace(transition, effects=(*transition.effects, fail)))
    obj = put(made, subject.make(made), transition.sources[0], step=subject.step)
    given, before = arguments(made, subject, obj, transition.name), kept(obj)
    who = next(name for name in PERSONS if may(name, transition.permission, subject))
    with pytest.raises(RuntimeError):
        workflow.move(obj, transition.name, by=made.users[who], version=obj.version, **given)
    assert kept(obj) == before


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.label)
def test_the_buttons_are_exactly_what_the_tables_allow(made, subject):
    workflow, obj = WORKFLOWS[subject.model].workflow, subject.make(made)
    for state in workflow.states:
        with undone():
            put(made, obj, state, step=subject.step)
            for name in PERSONS:
                shown = {button.name: button.blocked for button in workflow.open_to(made.users[name], fresh(obj))}
                allowed = {t.name for t in workflow if state in t.sources and may(name, t.permission, subject)}
                assert shown.keys() == allowed, (state, name)
                barred = {key for key, sentence in shown.items() if sentence}
                assert barred >= allowed & BLOCKED.get(subject.label, set()), (state, name)


def test_every_workflow_has_subjects():
    assert {subject.model for subject in SUBJECTS} == set(WORKFLOWS)


def test_every_state_can_be_reached_and_every_source_is_a_state():
    for model, registered in WORKFLOWS.items():
        workflow = registered.workflow
        reached = {model().state} | {target for transition in workflow for target in transition.targets}
        assert reached == set(workflow.states), model
        assert {source for transition in workflow for source in transition.sources} <= set(workflow.states)


def test_every_permission_of_a_transition_is_declared_and_given_to_somebody():
    for registered in WORKFLOWS.values():
        for transition in registered.workflow:
            assert any(may(name, transition.permission, subject) for name in PERSONS for subject in SUBJECTS)
