"""Pages of the ledger cost the same at 2 rows and at 30; a dossier the same at 30 entries and at 400."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.dossier import reverse as cancel
from members.models import Allowance, SpecialDuty
from tests.consultation.test_query_counts import measure
from tests.members.ledger_rows import (
    a_contact,
    a_meeting,
    a_member,
    a_proposal,
    asked,
    entries,
    members,
)

pytestmark = pytest.mark.django_db
LIST, DETAIL = 10, 14
FEW, MANY = 2, 30
TODAY = timezone.localdate()


def fill(world, rows):
    """`rows` of everything that these pages list, with all that hangs on each."""
    clerk, people = world.users["clerk"], members(world, rows, committee="econ")
    me = a_member(world, committee="econ", sector="经济界")
    for n, one in enumerate(people):
        mine = entries(world, one, 2)
        entries(world, me, 1, matter=a_meeting(world, state="closed", days=0))
        if n % 2:
            cancel(mine[0], by=clerk, reason="重复")
        proposal = a_proposal(world, me, title=f"活动{n}")
        a_proposal(world, one, title=f"活动{n}")
        contact = a_contact(world, one, "office", difficulty="难", state="open")
        a_contact(world, me, "office")
        held = a_meeting(world, "training", state="closed", days=0)
        asked(held, [me, *people], attendance="present")
        Allowance.objects.create(member=one, meeting=held, kind="travel", on=TODAY, amount=9, recorded_by=clerk)
        SpecialDuty.objects.create(member=me, organization=world.orgs["dept1"], title=f"监督员{n}")
        a_meeting(world, "training", days=n, state="planned")
    entry = me.entries.first()
    return {"me": me, "entry": entry, "proposal": proposal, "contact": contact}


def pages(made):
    """Name -> (who, address, the most statements)."""

    def at(name, *args, query=""):
        return reverse(f"members:{name}", args=args) + query

    me, year = made["me"].pk, TODAY.year
    return {
        "dossier": ("member", at("dossier"), DETAIL),
        "member_dossier": ("clerk", at("member_dossier", me, year), DETAIL),
        "committee's": ("econ_clerk", at("member_dossier", me, year), DETAIL),
        "dossier export": ("clerk", at("member_dossier", me, year, query="?export=xlsx"), DETAIL),
        "entries": ("clerk", at("entry_list"), LIST),
        "committee's entries": ("econ_clerk", at("entry_list"), LIST),
        "entries export": ("clerk", at("entry_list", query="?export=xlsx"), LIST),
        "filtered entries": ("clerk", at("entry_list", query="?member=委&state=standing&source=hand"), LIST),
        "entry": ("clerk", at("entry_detail", made["entry"].pk), DETAIL),
        "new entry": ("clerk", at("entry_new"), LIST),
        "reverse": ("clerk", at("entry_reverse", made["entry"].pk), DETAIL),
        "proposals": ("clerk", at("proposal_list"), LIST),
        "my proposals": ("member", at("proposal_list"), LIST),
        "proposal": ("clerk", at("proposal_detail", made["proposal"].pk), DETAIL),
        "new proposal": ("member", at("proposal_new"), LIST),
        "contacts": ("clerk", at("contact_list"), LIST),
        "contact": ("clerk", at("contact_detail", made["contact"].pk), DETAIL),
        "contact year": ("clerk", at("contact_year"), LIST),
        "training": ("clerk", at("training_year"), LIST),
        "training export": ("clerk", at("training_year", query="?export=xlsx&who=missed"), LIST),
        "statistics": ("clerk", at("ledger_statistics"), DETAIL),
        "chart": ("clerk", at("ledger_chart"), LIST),
        "allowances": ("clerk", at("allowance_list"), LIST),
        "new allowance": ("clerk", at("allowance_new"), LIST),
        "certificate": ("clerk", at("certificate_new"), LIST),
    }


def test_pages_cost_the_same_at_two_rows_and_at_thirty(world, login):
    counted = {}
    for rows in (FEW, MANY):
        with transaction.atomic():
            made = fill(world, rows)
            counted[rows] = {
                name: len(measure(login(who), address)[0]) for name, (who, address, _) in pages(made).items()
            }
            most = {name: bound for name, (*_, bound) in pages(made).items()}
            transaction.set_rollback(True)
    few, many = counted[FEW], counted[MANY]
    assert {name: (cost, many[name]) for name, cost in few.items() if cost != many[name]} == {}
    assert {name: cost for name, cost in many.items() if cost > most[name]} == {}


def test_a_dossier_of_400_entries_costs_what_one_of_thirty_costs(world, login):
    member, client = a_member(world), login("clerk")
    address = reverse("members:member_dossier", args=[member.pk, TODAY.year])
    found = []
    for more in (30, 370):
        entries(world, member, more)
        found.append(len(measure(client, address)[0]))
    assert found[0] == found[1] <= DETAIL


def test_deciding_thirty_proposals_costs_a_constant_for_each(world, login):
    cost = {}
    for rows in (5, 25):
        made = [a_proposal(world, one, title="活动") for one in members(world, rows, prefix=f"第{rows}批")]
        ticked = [f"{one.pk}:{one.version}" for one in made]
        client = login("clerk")
        with CaptureQueriesContext(connection) as asked_:
            client.post(reverse("members:proposal_decide"), {"act": "confirm", "proposal": ticked})
        cost[rows] = len(asked_)
    assert (cost[25] - cost[5]) / 20 <= 25
