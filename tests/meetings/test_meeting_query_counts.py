"""Pages and acts of meetings cost the same for four people and for four hundred, for two meetings and for thirty."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cppcc.meetings.models import Busy, Finding, Meeting, Participant
from cppcc.workflow.models import Movement
from tests.consultation.test_query_counts import measure
from tests.meetings.gatherings import at, classes, crowd, due_rules, invite, invited, meeting, rule

pytestmark = pytest.mark.django_db
LIST, DETAIL, FORM, PEOPLE, TELL = 12, 22, 18, 14, 45


def fill(world, people, meetings):
    """A meeting of `people`, `meetings` others around it, engagements, findings, movements."""
    due_rules()
    made = invited(world, "member", days=20)
    persons = crowd(world, people)
    kinds = list(classes().values())
    Participant.objects.bulk_create(
        Participant(
            meeting=made, person=person, participant_class=kinds[n % len(kinds)], organization=world.orgs["econ"],
            order=n + 2, invited_at=timezone.now(), reply=("yes", "", "deputy")[n % 3], deputy_name="代会人",
            leave="asked" if n % 3 == 1 else "", reason="出差", replied_at=timezone.now(),
        )
        for n, person in enumerate(persons)
    )  # fmt: skip
    others = [meeting(world, days=20, title=f"会议{n}") for n in range(meetings)]
    for other in others:
        Participant.objects.bulk_create(
            Participant(meeting=other, person=person, participant_class=kinds[0], order=n, invited_at=timezone.now())
            for n, person in enumerate([world.users["member"].person, *persons[:50]], start=1)
        )
        other.__class__.objects.filter(pk=other.pk).update(state="invited")
        Finding.objects.create(meeting=made, text="问题")
        Busy.objects.create(person=persons[0], starts=at(20), ends=at(20, 12))
        Movement.objects.create(
            matter=made, name="invite", label="发出通知", source="planned", target="invited", source_label="筹备中",
            target_label="已通知", user=world.users["clerk"], actor="甲", version=2,
        )  # fmt: skip
    rule("symposium", "all", "role", "member")
    return made


def pages(made):
    """Addresses, who opens them, how many statements they may cost."""
    return [
        ("meeting_list", [], "clerk", LIST),
        ("meeting_list", [], "member", LIST),
        ("meeting_mine", [], "member", LIST),
        ("leave_list", [], "sg", LIST),
        ("busy_list", [], "clerk", LIST),
        ("meeting_detail", [made.pk], "clerk", DETAIL),
        ("meeting_detail", [made.pk], "member", DETAIL),
        ("meeting_edit", [made.pk], "clerk", FORM),
        ("meeting_invitees", [made.pk], "clerk", PEOPLE),
        ("invitee_rules", [made.pk], "clerk", PEOPLE),
        ("invitee_add", [made.pk], "clerk", PEOPLE),
        ("meeting_reply", [made.pk], "member", PEOPLE),
        ("meeting_seats", [made.pk], "clerk", PEOPLE),
        ("sign_sheet_pdf", [made.pk], "clerk", PEOPLE),
    ]


def test_pages_cost_the_same_for_few_and_for_many(world, login):
    found: dict[tuple, list[int]] = {}
    for people, meetings in ((3, 2), (400, 30)):
        with transaction.atomic():
            for name, args, who, most in pages(fill(world, people, meetings)):
                taken, _ = measure(login(who), reverse(f"meetings:{name}", args=args))
                assert len(taken) <= most, (name, who, len(taken), "\n".join(taken))
                found.setdefault((name, who), []).append(len(taken))
            transaction.set_rollback(True)
    assert {key: counts for key, counts in found.items() if counts[0] != counts[1]} == {}


def planned(world, people):
    due_rules()
    made = meeting(world, days=20)
    kind = classes()["member"]
    Participant.objects.bulk_create(
        Participant(meeting=made, person=person, participant_class=kind, order=n)
        for n, person in enumerate(crowd(world, people), start=1)
    )
    return made


def test_telling_four_hundred_costs_as_much_as_telling_four(world, login):
    ContentType.objects.get_for_models(Participant, Meeting)
    counts = {"see": [], "tell": [], "links": [], "remind": [], "class": [], "remove": []}
    for people in (4, 400):
        with transaction.atomic():
            made, client = planned(world, people), login("clerk")
            address = reverse("meetings:meeting_notice", args=[made.pk])
            counts["see"].append(len(measure(client, address)[0]))
            people_seen = client.get(address).context["people"]
            data = {"text": "请来", "version": made.version, "seen": "on", "people": people_seen}
            counts["tell"].append(len(measure(client, address, data=data, status=302)[0]))
            assert made.participants.invited().count() == people
            links = reverse("meetings:invitee_links", args=[made.pk])
            counts["links"].append(len(measure(client, links, data={"excel": "1"})[0]))
            remind = reverse("meetings:meeting_remind", args=[made.pk])
            counts["remind"].append(len(measure(client, remind, data={"a": "1"}, status=302)[0]))
            pks = list(made.participants.values_list("pk", flat=True))
            change = reverse("meetings:invitee_change", args=[made.pk])
            data = {"act": "class", "participant": pks, "participant_class": classes()["staff"].pk}
            counts["class"].append(len(measure(client, change, data=data, status=302)[0]))
            data = {"act": "remove", "participant": pks}
            counts["remove"].append(len(measure(client, change, data=data, status=302)[0]))
            transaction.set_rollback(True)
    few, many = counts.pop("remove")
    assert many - few <= 12, (few, many)  # the library deletes a hundred rows to a statement
    assert all(few == many for few, many in counts.values()), counts
    assert max(many for _, many in counts.values()) <= TELL, counts


@pytest.mark.parametrize(("others_left", "most"), [(True, 17), (False, 31)])
def test_an_answer_among_four_hundred_costs_as_much_as_among_four(world, login, others_left, most):
    """The last answer also closes the date of answering."""
    found = []
    for people in (3, 400):
        with transaction.atomic():
            made, client = fill(world, people, 1), login("member")
            if others_left:
                invite(world, made, "member2")
            address = reverse("meetings:meeting_reply", args=[made.pk])
            data = {"act": "leave", "reason": "出差"}
            found.append(len(measure(client, address, data=data, status=302)[0]))
            transaction.set_rollback(True)
    assert found[0] == found[1] <= most, found
