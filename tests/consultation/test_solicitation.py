"""A round of asking: whom its channels reach, who was written to, who has answered. R002, R003, R005."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from consultation.models import Addressee, Solicitation
from consultation.workflows.solicitation import SOLICITATION
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Waiting
from tests.reading import told, words

TODAY = timezone.localdate


def fields(world, **changes):
    given = {
        "plan": "", "title": "2026年度协商议题征集", "opens_on": TODAY().isoformat(),
        "closes_on": (TODAY() + timedelta(days=20)).isoformat(), "requirements": "每单位一至三题",
        "channels": [world.channels["counties"].pk, world.channels["government"].pk],
    }  # fmt: skip
    return given | changes


def begin(world, login, **changes):
    plan = world.plan()
    url = reverse("consultation:solicitation_create")
    return login("clerk").post(url, fields(world, plan=plan.pk, **changes))


def asked_keys(solicitation):
    return {key for (key,) in solicitation.addressees.values_list("organization__key")}


def test_the_units_of_the_chosen_channels_are_asked(world, login):
    assert begin(world, login).status_code == 302
    solicitation = Solicitation.objects.get()
    assert asked_keys(solicitation) == {"county1", "county2", "gov", "dept1", "dept2"}
    assert (solicitation.state, solicitation.asks_members) == ("drafting", False)
    assert Waiting.for_matter(solicitation).get().organization == world.orgs["office"]
    channels = dict(solicitation.addressees.values_list("organization__key", "channel__key"))
    assert (channels["county1"], channels["dept1"]) == ("counties", "government")


def test_the_same_form_sent_twice_is_one_round(world, login):
    plan, client, url = world.plan(), login("clerk"), reverse("consultation:solicitation_create")
    assert client.post(url, fields(world, plan=plan.pk)).status_code == 302
    response = client.post(url, fields(world, plan=plan.pk))
    assert response.status_code == 422 and "已有同名征集" in words(response)
    assert Solicitation.objects.count() == 1


def test_a_unit_that_ended_is_not_asked(world, login):
    unit = world.orgs["dept2"]
    unit.valid_to = TODAY() - timedelta(days=1)
    unit.save()
    begin(world, login)
    assert "dept2" not in asked_keys(Solicitation.objects.get())


def test_members_are_asked_through_the_channel_without_units(world, login):
    begin(world, login, channels=[world.channels["member"].pk])
    solicitation = Solicitation.objects.get()
    assert solicitation.asks_members and not solicitation.addressees.exists()


def test_a_new_channel_adds_its_units_and_keeps_who_was_asked(world, login):
    begin(world, login)
    solicitation = Solicitation.objects.get()
    solicitation.addressees.filter(organization=world.orgs["county1"]).update(sent_on=TODAY())
    url = reverse("consultation:solicitation_edit", args=[solicitation.pk])
    given = fields(world, version=1, channels=[world.channels["counties"].pk, world.channels["parties"].pk])
    assert login("clerk").post(url, given).status_code == 302
    assert asked_keys(solicitation) >= {"county1", "party1", "party2", "dept1"}
    assert solicitation.addressees.get(organization=world.orgs["county1"]).sent_on


def test_what_is_wrong_in_the_form_is_told_there(world, login):
    plan, client, url = world.plan(), login("clerk"), reverse("consultation:solicitation_create")
    wrong = [
        ({"closes_on": "2020-01-01"}, "截止日期不能早于开始日期"),
        ({"closes_on": "明年"}, "输入一个有效的日期"),
        ({"title": ""}, "必填"),
        ({"title": "题" * 121}, "120"),
        ({"channels": []}, "必填"),
        ({"channels": ["999999"]}, "999999"),
        ({"channels": ["甲"]}, "甲"),
        ({"plan": ""}, "必填"),
    ]
    for changes, sentence in wrong:
        response = client.post(url, fields(world, plan=plan.pk) | changes)
        assert response.status_code == 422 and sentence in words(response), changes
        assert not Solicitation.objects.exists(), changes


def test_opening_puts_a_duty_on_every_unit(world, login):
    begin(world, login)
    solicitation = Solicitation.objects.get()
    SOLICITATION.move(solicitation, "open", by=world.users["clerk"], version=1)
    duties = Waiting.for_matter(solicitation)
    assert duties.count() == 5 and set(duties.values_list("label", flat=True)) == {"报送议题建议"}
    assert Waiting.objects.held_by(world.users["dept1"]).count() == 1


def test_a_round_that_asks_nobody_is_not_opened(world):
    solicitation = Solicitation.objects.create(
        plan=world.plan(), title="征集", opens_on=TODAY(), closes_on=TODAY(), created_by=world.users["clerk"]
    )
    with pytest.raises(Refused, match="还没有征集对象"):
        SOLICITATION.move(solicitation, "open", by=world.users["clerk"], version=1)


def test_sent_is_ticked_by_hand_once(world, login):
    solicitation = world.solicitation(world.plan())
    pks = list(solicitation.addressees.values_list("pk", flat=True)[:2])
    url = reverse("consultation:addressee_sent", args=[solicitation.pk])
    client = login("clerk")
    assert client.post(url, {"addressee": pks}).status_code == 302
    assert "已登记向2个单位发函" in told(client)
    sent = solicitation.addressees.filter(sent_on__isnull=False)
    assert set(sent.values_list("pk", flat=True)) == set(pks) and sent[0].sent_by == world.users["clerk"]
    client.post(url, {"addressee": pks})
    assert "已登记向0个单位发函" in told(client)
    client.post(url, {})
    assert "请先勾选已发函的单位" in told(client)


def test_the_office_sees_who_has_answered_and_who_has_not(world, login):
    solicitation = world.solicitation(world.plan())
    solicitation.addressees.filter(organization=world.orgs["dept1"]).update(answered_on=TODAY())
    listed = Solicitation.objects.listed().get()
    assert (listed.asked, listed.answered) == (9, 1)
    page = words(login("clerk").get(reverse("consultation:solicitation_detail", args=[solicitation.pk])))
    assert "市发展和改革局" in page or "市发改局" in page


def test_a_unit_sees_only_itself(world, login):
    solicitation = world.solicitation(world.plan())
    world.suggestion(solicitation, "dept2", "别的单位的建议")
    page = words(login("dept1").get(reverse("consultation:solicitation_detail", args=[solicitation.pk])))
    assert "别的单位的建议" not in page and "青溪" not in page


def none(client, solicitation, unit):
    addressee = Addressee.objects.get(solicitation=solicitation, organization=unit)
    return client.post(reverse("consultation:addressee_none", args=[solicitation.pk]), {"addressee": addressee.pk})


def test_a_unit_says_that_it_has_nothing_to_suggest(world, login):
    solicitation = world.solicitation(world.plan())
    client = login("county1")
    assert none(client, solicitation, world.orgs["county1"]).status_code == 302
    row = Addressee.objects.get(organization=world.orgs["county1"])
    assert (row.none_to_suggest, row.answered_on) == (True, TODAY())
    none(client, solicitation, world.orgs["county1"])
    assert "已经反馈" in told(client)
    assert none(client, solicitation, world.orgs["county2"]).status_code == 403
    assert none(login("clerk"), solicitation, world.orgs["county2"]).status_code == 302


def test_nothing_to_suggest_cannot_be_said_after_the_end(world, login):
    solicitation = world.solicitation(world.plan(), days=-1)
    client = login("county1")
    none(client, solicitation, world.orgs["county1"])
    assert "已于" in told(client) and not Addressee.objects.filter(answered_on__isnull=False).exists()
    assert none(login("clerk"), solicitation, world.orgs["county1"]).status_code == 302
    assert Addressee.objects.filter(answered_on__isnull=False).count() == 1


def test_one_more_unit_is_asked_once(world, login):
    solicitation = world.solicitation(world.plan())
    url = reverse("consultation:addressee_add", args=[solicitation.pk])
    assert login("clerk").post(url, {"organization": world.orgs["gov"].pk}).status_code == 302
    assert solicitation.addressees.get(organization=world.orgs["gov"]).channel.key == "government"
    assert login("clerk").post(url, {"organization": world.orgs["gov"].pk}).status_code == 422


def test_a_unit_that_no_channel_reaches_is_told(world, login):
    solicitation = world.solicitation(world.plan())
    client = login("clerk")
    client.post(reverse("consultation:addressee_add", args=[solicitation.pk]), {"organization": world.orgs["audit"].pk})
    assert "没有适用于该单位的征集渠道" in told(client)


def test_a_closed_round_takes_no_more_units(world, login):
    solicitation = world.solicitation(world.plan(), state="closed")
    client = login("clerk")
    client.post(reverse("consultation:addressee_add", args=[solicitation.pk]), {"organization": world.orgs["gov"].pk})
    assert "已截止" in told(client) and "gov" not in asked_keys(solicitation)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("", "必填"), ("2020-01-01", "不能早于今天"), ("9999-99-99", "有效的日期"), ("0001-01-01", "不能早于今天")],
)
def test_opening_again_needs_a_day_to_come(world, login, day, sentence):
    solicitation = world.solicitation(world.plan(), state="closed")
    url = reverse("consultation:solicitation_move", args=[solicitation.pk, "reopen"])
    response = login("clerk").post(url, {"version": 1, "closes_on": day})
    assert response.status_code == 422 and sentence in words(response)
    solicitation.refresh_from_db()
    assert solicitation.state == "closed"


def test_a_round_is_opened_again_to_its_new_day(world, login):
    solicitation = world.solicitation(world.plan(), state="closed")
    url = reverse("consultation:solicitation_move", args=[solicitation.pk, "reopen"])
    day = TODAY() + timedelta(days=7)
    assert login("clerk").post(url, {"version": 1, "closes_on": day.isoformat()}).status_code == 302
    solicitation.refresh_from_db()
    assert (solicitation.state, solicitation.closes_on) == ("open", day)


def test_a_round_that_opens_later_is_not_reopened_to_an_earlier_day(world):
    solicitation = world.solicitation(world.plan(), state="closed", days=60)
    Solicitation.objects.filter(pk=solicitation.pk).update(opens_on=TODAY() + timedelta(days=30))
    with pytest.raises(Refused, match="不能早于开始日期"):
        SOLICITATION.move(
            solicitation, "reopen", by=world.users["clerk"], version=1, data={"closes_on": TODAY() + timedelta(days=5)}
        )


def test_closing_leaves_the_office_the_rest(world):
    solicitation = world.solicitation(world.plan())
    world.suggestion(solicitation)
    SOLICITATION.move(solicitation, "close", by=world.users["clerk"], version=1)
    duty = Waiting.for_matter(solicitation).get()
    assert (duty.label, duty.organization) == ("汇总议题建议", world.orgs["office"])


def test_the_window_is_held_by_the_database(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Solicitation.objects.create(
            plan=world.plan(), title="征集", opens_on=date(2026, 2, 1), closes_on=date(2026, 1, 1)
        )
