"""Seats, cards and letters cost the same for four people and for four hundred."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse

from cppcc.documents.models import Document, Letter
from cppcc.meetings.models import Meeting, Room
from tests.consultation.test_query_counts import measure
from tests.meetings.gatherings import invitation_kind, listed, meeting

pytestmark = pytest.mark.django_db
MOST = {"propose": 25, "swap": 25, "put": 25, "letters": 55, "cards": 14, "plan": 14}


def acts(made):
    """What is done, by its name: address and data."""
    row = made.participants.order_by("order").last()
    seats, propose, move, letters, cards = (
        reverse(f"meetings:{name}", args=[made.pk])
        for name in ("meeting_seats", "seats_propose", "seat_move", "invitation_letters", "cards_print")
    )
    return {
        "propose": (propose, {"chairs": "0"}, 302),
        "plan": (seats, None, 200),
        "swap": (move, {"from": "1排10座", "to": "1排11座"}, 302),
        "put": (move, {"from": f"person-{row.pk}", "to": "20排20座"}, 302),
        "letters": (letters, {"a": "1"}, 302),
        "cards": (cards, {"cards": "label"}, 200),
    }


def test_few_and_many_cost_the_same(world, login):
    ContentType.objects.get_for_models(Meeting, Document, Letter)
    found = {name: [] for name in MOST}
    for people in (4, 400):
        with transaction.atomic():
            invitation_kind(world)
            made, client = meeting(world, days=20), login("clerk")
            made.room = Room.objects.create(name="大厅", seats=400, rows=20, per_row=20)
            made.save()
            listed(world, made, [f"众人{n}" for n in range(people)])
            for name, (address, data, status) in acts(made).items():
                given = {} if data is None else {"data": data, "status": status}
                found[name].append(len(measure(client, address, **given)[0]))
            assert made.participants.exclude(seat="").count() == people
            assert Letter.objects.count() == people
            transaction.set_rollback(True)
    assert {name: counts for name, counts in found.items() if counts[0] != counts[1]} == {}
    assert {name: counts[0] for name, counts in found.items() if counts[0] > MOST[name]} == {}, found
