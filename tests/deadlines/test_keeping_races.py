"""Two at once: an act on a matter beside an edited rule, a unit that answers beside a recomputation."""

import threading
from datetime import date

import pytest
from django.db import close_old_connections, connection, transaction

from cppcc.deadlines import keeping
from cppcc.deadlines.forms.rule import RuleForm
from cppcc.deadlines.keeping import keep_dates, recompute
from cppcc.deadlines.models import Deadline, DeadlineMove, Reminder
from cppcc.deadlines.reminding import let_go
from cppcc.deadlines.rule_editing import save_rule, version_of
from tests.deadlines.dated import rule_set, table

__all__ = ["table"]
pytestmark = pytest.mark.django_db(transaction=True)
SESSION = date(2099, 4, 24)


class Other(threading.Thread):
    """Somebody else, with a connection of his own; what went wrong there is raised by `finish`."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self.act, self.problem = act, None

    def run(self):
        try:
            self.act()
        except Exception as problem:
            self.problem = problem
        finally:
            connection.close()

    def begin(self):
        """Start, and come back once it waits for a lock, or is done."""
        self.start()
        self.join(1)
        return self

    def finish(self):
        self.join(30)
        close_old_connections()
        if self.problem:
            raise self.problem


@pytest.fixture
def topic(world, table):
    """A topic that econ and edu have to answer for."""
    found = world.plan(2026, topics=1).topics.get()
    table.anchors[found.pk] = {"session": SESSION}
    table.holders[found.pk, "lead"] = [(world.orgs[key].pk, "") for key in ("econ", "edu")]
    return found


def test_an_act_that_waited_for_an_edited_rule_goes_by_the_new_one(topic):
    rule = rule_set({"step": "scheme", "offset": -10}).rules.get()
    keep_dates(topic)
    with transaction.atomic():
        rule.offset = -20
        rule.save()
        recompute(cause=DeadlineMove.Cause.RULE, rules=[rule.pk])
        act = Other(lambda: keep_dates(topic)).begin()
        assert act.is_alive()
    act.finish()
    assert Deadline.objects.get().due_on == date(2099, 4, 4)
    assert DeadlineMove.objects.count() == 1


def test_an_edited_rule_waits_for_an_act_that_makes_a_deadline_of_it(topic, table, world):
    _, second = rule_set({"step": "scheme", "offset": -10}, {"step": "outcome", "anchor": "later"}).rules.all()
    keep_dates(topic)
    data = {"label": "成果", "offset": 5, "unit": "days", "rest_day": "keep", "responsible": "lead", "remind": "",
            "escalate_to": "", "rule": "", "reason": "修订", "version": version_of(second)}  # fmt: skip
    form = RuleForm(data, instance=second, version=version_of(second))
    assert form.is_valid(), form.errors
    with transaction.atomic():
        table.anchors[topic.pk]["later"] = SESSION
        keep_dates(topic)
        edit = Other(lambda: save_rule(form, by=world.users["clerk"])).begin()
        assert edit.is_alive()
    edit.finish()
    assert Deadline.objects.get(step="outcome").due_on == date(2099, 4, 29)


def test_a_unit_that_answers_beside_a_recomputation_hears_nothing_more(topic, world, monkeypatch):
    rule_set({"step": "answer", "remind": [7, 0]})
    keep_dates(topic)
    econ, others = world.orgs["econ"].pk, []
    usual = keeping.cancel_reminders

    def meanwhile(pks):
        others.append(Other(lambda: let_go(topic, [econ])).begin())
        usual(pks)

    monkeypatch.setattr(keeping, "cancel_reminders", meanwhile)
    recompute(cause=DeadlineMove.Cause.CALENDAR)
    others[0].finish()
    assert set(Reminder.objects.filter(status="pending").values_list("organization", flat=True)) == {
        world.orgs["edu"].pk
    }
