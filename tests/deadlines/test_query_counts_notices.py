"""Pages of notices, dispatches and deadlines cost the same at 2 rows and at 30; the bell is one statement."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines import dispatching
from cppcc.deadlines.models import DeadlineMove, Outbox
from tests.consultation.test_query_counts import measure
from tests.deadlines.desk_rows import a_dispatch, deadlines, deliveries, notices, reminders

pytestmark = pytest.mark.django_db
LIST, DETAIL = 10, 14
FEW, MANY = 2, 30
YEAR = timezone.localdate().year


def fill(world, rows):
    """`rows` of everything that these pages list; a draft, a released dispatch, a deadline with a past."""
    topics = list(world.plan(YEAR, topics=rows).topics.all())
    today, now, user = timezone.localdate(), timezone.now(), world.users["clerk"]
    holders = [("econ", "committee_clerk"), ("dept1", "department"), ("office", "")]
    for n, topic in enumerate(topics):
        late = {"status": "done", "closed_on": today, "late_days": 2, "closed_by": user} if n % 2 else {}
        deadlines(world, topic, days=n - 1, holders=holders, **late)
    [one] = deadlines(world, topics[0], holders=holders, closed_by=user, status="done", closed_on=today, late_days=2)
    [held] = deadlines(world, topics[0], holders=holders)
    for deadline in (one, held):
        reminders(deadline, world, rows)
        reminders(deadline, world, rows, status="lapsed")
        for _ in range(rows):
            DeadlineMove.objects.create(
                deadline=deadline, from_day=today, to_day=today, cause="hand", reason="改期", user=user, at=now
            )
            deadline.reason += "x"
            deadline._history_user = user
            deadline.save()
    notices(user, rows)
    deliveries(world, rows)
    deliveries(world, rows, status="dead", channel="email", address="a@example.org", marked_by=user)
    drafts = [a_dispatch(world, units=("dept1", "county1"), persons=("chair",), matter=topics[0]) for _ in range(rows)]
    keys = [key for key, unit in world.orgs.items() if unit.kind != "deciding_body"][: rows // 2]
    sent = a_dispatch(world, units=keys, persons=("chair",), formal=True, status="held", matter=topics[0])
    dispatching.release(sent, by=user, version=1, seen=True)
    row = Outbox.objects.filter(dispatch=sent).first()
    return {"deadline": held, "late": one, "draft": drafts[0], "sent": sent, "row": row}


def pages(made):
    """Name -> (address, the most statements)."""

    def at(name, *args, query=""):
        return reverse(f"deadlines:{name}", args=args) + query

    return {
        "notices": (at("notice_list"), LIST),
        "unread": (at("notice_list", query="?show=unread"), LIST),
        "wish": (at("notice_wish"), LIST),
        "dispatches": (at("dispatch_list"), LIST),
        "new": (at("dispatch_create"), LIST),
        "draft": (at("dispatch_detail", made["draft"].pk), DETAIL),
        "sent": (at("dispatch_detail", made["sent"].pk), DETAIL),
        "edit": (at("dispatch_edit", made["draft"].pk), DETAIL),
        "print": (at("dispatch_print", made["sent"].pk), DETAIL),
        "deliveries": (at("delivery_list"), LIST),
        "hands": (at("delivery_list", query="?show=hands"), LIST),
        "filtered": (at("delivery_list", query="?q=a&status=dead&channel=email"), LIST),
        "delivery": (at("delivery_detail", made["row"].pk), DETAIL),
        "deadlines": (at("deadline_list"), LIST),
        "all deadlines": (at("deadline_list", query=f"?status=all&q=议&month={YEAR}-11"), LIST),
        "deadline": (at("deadline_detail", made["deadline"].pk), DETAIL),
        "late": (at("deadline_detail", made["late"].pk), DETAIL),
        "finish": (at("deadline_finish", made["deadline"].pk), DETAIL),
        "report": (at("deadline_report", YEAR), LIST),
        "chart": (at("deadline_chart", YEAR), LIST),
    }


def of_all(world, login, rows):
    """Name of a page -> (statements, the most), in a city of `rows` rows that is taken back afterwards."""
    with transaction.atomic():
        made, client = fill(world, rows), login("clerk")
        client.get("/")
        found = {name: (len(measure(client, url)[0]), most) for name, (url, most) in pages(made).items()}
        transaction.set_rollback(True)
    return found


def test_queries_do_not_grow_with_the_rows_and_stay_few(world, login):
    few, many = of_all(world, login, FEW), of_all(world, login, MANY)
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}
    assert {name: found for name, (found, most) in many.items() if found > most} == {}


def test_the_bell_costs_no_statement_of_its_own_and_counts_a_hundred_rows_at_most(world, login):
    notices(world.users["clerk"], 150)
    client = login("clerk")
    statements, objects = measure(client, reverse("consultation:form_list"))
    [bell] = [sql for sql in statements if "deadlines_notice" in sql]
    assert "LIMIT 100" in bell and '"office_user"."username"' in bell
    assert "Notice" not in objects


def test_a_list_of_two_hundred_loads_one_page(world, login):
    notices(world.users["clerk"], 200)
    deliveries(world, 200)
    [topic] = world.plan(YEAR, topics=1).topics.all()
    deadlines(world, topic, 200)
    client = login("clerk")
    for name, model in (("notice_list", "Notice"), ("delivery_list", "Outbox"), ("deadline_list", "Deadline")):
        assert measure(client, reverse(f"deadlines:{name}"))[1][model] <= 51
