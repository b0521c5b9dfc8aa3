"""A thousand random edits of dates, rules, holders and the calendar: what is pending is what the deadlines say.

The expectation is computed anew from the rows, by code that shares nothing with the product's.
"""

import calendar
from datetime import date, datetime, time, timedelta

import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cppcc.deadlines.closing import finish, move_by_hand, waive
from cppcc.deadlines.keeping import keep_dates, recompute
from cppcc.deadlines.models import Deadline, DeadlineHolder, DeadlineMove, DueRule, Reminder, WorkCalendar
from tests.deadlines.dated import rule_set, table  # noqa: F401  # a fixture

ZONE = timezone.get_default_timezone()
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
UNITS = st.sampled_from(["months", "weeks", "days", "working_days"])
EXAMPLES, EDITS = 100, 10
READ: dict[str, dict[date, bool]] = {}


def worked(day):
    return exceptions().get(day, day.weekday() < 5)


def exceptions():
    """The days of the table, read once an edit."""
    if "days" not in READ:
        READ["days"] = dict(WorkCalendar.objects.values_list("date", "is_workday"))
    return READ["days"]


def walk(day, n):
    """The n-th working day from `day`, one day at a time."""
    while n:
        day += timedelta(days=1 if n > 0 else -1)
        if worked(day):
            n -= 1 if n > 0 else -1
    return day


def expected_day(anchor, rule):
    if rule.unit == "working_days":
        day = walk(anchor, rule.offset)
    elif rule.unit == "months":
        total = anchor.year * 12 + anchor.month - 1 + rule.offset
        year, month = total // 12, total % 12 + 1
        day = date(year, month, min(anchor.day, calendar.monthrange(year, month)[1]))
    else:
        day = anchor + timedelta(days=rule.offset * (7 if rule.unit == "weeks" else 1))
    if rule.rest_day != "keep":
        while not worked(day):
            day += timedelta(days=1 if rule.rest_day == "after" else -1)
    return day


def expected_pending():
    """{(key, when)} of all open deadlines."""
    found = set()
    for deadline in Deadline.objects.filter(status="open").select_related("rule"):
        rule = deadline.rule
        ladder = [(f"b{n}", deadline.due_on - timedelta(days=n), "do") for n in rule.remind]
        if rule.repeat:
            ladder += [(f"r{n}", walk(deadline.due_on, n * rule.repeat), "do") for n in range(1, 11)]
        if rule.escalate_after:
            ladder.append(("e", walk(deadline.due_on, rule.escalate_after), "told"))
        for holder in DeadlineHolder.objects.filter(deadline=deadline):
            since = max(holder.since, deadline.derived_at)
            for mark, day, part in ladder:
                at = datetime.combine(day, time(8, 30), tzinfo=ZONE)
                if part == holder.part and at > since:
                    key = f"{deadline.pk}:{mark}:{holder.organization_id}:{holder.role}:{deadline.revision}"
                    found.add((key, at))
    return found


def edits(data, topic, table, world, rules, clock):  # noqa: F811
    """One random edit, as people and matters make them."""
    pk, clerk = topic.pk, world.users["clerk"]
    kind = data.draw(st.sampled_from(
        ["anchor", "anchor", "rule", "calendar", "holders", "done", "finish", "waive", "move", "clock"]
    ))  # fmt: skip
    chosen = list(Deadline.objects.filter(status="open").order_by("pk"))
    if kind == "anchor":
        table.anchors[pk]["session"] = data.draw(st.none() | DAYS)
        keep_dates(topic)
    elif kind == "rule":
        rule = DueRule.objects.get(pk=data.draw(st.sampled_from(rules)))
        rule.offset, rule.unit = data.draw(st.integers(-40, 40)), data.draw(UNITS)
        rule.rest_day = data.draw(st.sampled_from(["keep", "before", "after"]))
        rule.remind = data.draw(st.lists(st.integers(0, 30), max_size=4, unique=True))
        rule.repeat = data.draw(st.none() | st.integers(1, 5))
        rule.escalate_after = data.draw(st.none() | st.integers(1, 5))
        rule.escalate_to = "boss" if rule.escalate_after else ""
        rule.save()
        recompute(cause=DeadlineMove.Cause.RULE, rules=[rule.pk])
    elif kind == "calendar":
        day, on = data.draw(DAYS), data.draw(st.booleans())
        WorkCalendar.objects.update_or_create(date=day, defaults={"is_workday": on})
        recompute(cause=DeadlineMove.Cause.CALENDAR)
    elif kind == "holders":
        units = data.draw(st.lists(st.sampled_from(["econ", "edu", "dept1"]), unique=True))
        table.holders[pk, "lead"] = [(world.orgs[unit].pk, "") for unit in units]
        keep_dates(topic)
    elif kind == "done":
        step = data.draw(st.sampled_from(["a", "b"]))
        table.done[pk] = {step: date(2026, 3, 1)} if data.draw(st.booleans()) else {}
        keep_dates(topic)
    elif kind == "clock":
        clock.shift(timedelta(days=data.draw(st.integers(1, 30))))
    elif chosen:
        deadline = data.draw(st.sampled_from(chosen))
        named = {"by": clerk, "reason": "理由", "revision": deadline.revision}
        if kind == "finish":
            finish(deadline, on=timezone.localdate(), **named)
        elif kind == "waive":
            waive(deadline, **named)
        elif (to := timezone.localdate() + timedelta(days=data.draw(st.integers(0, 60)))) != deadline.due_on:
            move_by_hand(deadline, to=to, **named)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pending_reminders_are_a_pure_function_of_the_deadlines(world, table, data):  # noqa: F811
    with time_machine.travel(NOW, tick=False) as clock, transaction.atomic():
        topic = world.plan(2026, topics=1).topics.get()
        made = rule_set(
            {"step": "a", "offset": -14, "remind": [7, 0], "repeat": 3},
            {"step": "b", "offset": 10, "unit": "working_days", "escalate_after": 2, "escalate_to": "boss"},
        )
        table.anchors, table.done = {topic.pk: {"session": date(2026, 4, 24)}}, {}
        table.holders[topic.pk, "lead"] = [(world.orgs["econ"].pk, "")]
        table.holders[topic.pk, "boss"] = [(world.orgs["office"].pk, "secretary_general")]
        keep_dates(topic)
        for _ in range(EDITS):
            edits(data, topic, table, world, [rule.pk for rule in made.rules.all()], clock)
            READ.clear()
            pending = Reminder.objects.filter(status="pending", deadline__isnull=False)
            assert {(row.key, row.due_at) for row in pending} == expected_pending()
            for deadline in Deadline.objects.filter(status="open", moved_by_hand=False).select_related("rule"):
                assert deadline.due_on == expected_day(deadline.anchor_on, deadline.rule)
        transaction.set_rollback(True)
