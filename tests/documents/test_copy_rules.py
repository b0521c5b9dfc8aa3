"""Copy rules are data: reports go to the government at once, those of the party group never; parties, counties."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cppcc.documents.circulation import choose, follow_rules, withhold
from cppcc.documents.describing import sides_meant, sides_of
from cppcc.documents.models import CopyRule, DocumentKind, Recipient
from cppcc.files.models import Classification
from cppcc.office import profiles
from cppcc.office.models import Organization
from cppcc.office.refusals import Refused
from tests.documents.papers import copy_rules, move, paper, put_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(world):
    """The world with its rules."""
    copy_rules(world)
    return world


def goes_to(document):
    """organisation key -> (part, rule)."""
    return {row.organization.key: (row.part, row.rule) for row in document.recipients.filter(withheld="")}


def test_r113_a_report_to_the_party_committee_goes_to_the_government_at_once(city):
    document = paper(city, kind="report", main=("pc",))
    assert goes_to(document) == {"pc": ("main", ""), "gov": ("copy", "R113")}
    row = document.recipients.get(organization=city.orgs["gov"])
    assert (row.by_hand, row.why) == (False, "报党委的报告同时送政府")


def test_r113_a_report_to_somebody_else_does_not(city):
    assert goes_to(paper(city, kind="report", main=("dept1",))) == {"dept1": ("main", "")}


def test_r113_a_document_of_the_party_group_never_goes_to_the_government(city):
    document = paper(city, kind="party-report", main=("pc",))
    assert goes_to(document) == {"pc": ("main", "")}
    with pytest.raises(Refused, match=r"党组.*不能发往市政府"):
        choose(document, [city.orgs["pc"]], [city.orgs["gov"]])
    assert goes_to(document) == {"pc": ("main", "")}


def test_r113_a_forbidden_recipient_that_came_another_way_stops_the_issue(city):
    document = paper(city, kind="party-report", main=("pc",), state="signed")
    Recipient.objects.create(document=document, organization=city.orgs["gov"], part="copy", why="手工选定")
    with pytest.raises(Refused, match="不能发往市政府"):
        move(city, document, "issue")


def test_r111_and_r120_a_notice_goes_to_all_parties_and_counties(city):
    found = goes_to(paper(city, main=("dept1",)))
    assert found == {
        "dept1": ("main", ""), "party1": ("copy", "R111"), "party2": ("copy", "R111"),
        "county1": ("copy", "R120"), "county2": ("copy", "R120"),
    }  # fmt: skip


def test_a_letter_goes_only_to_those_who_were_chosen(city):
    assert goes_to(paper(city, kind="letter", main=("dept1",))) == {"dept1": ("main", "")}


def test_r048_a_work_secret_goes_only_to_those_who_were_chosen(city):
    assert goes_to(paper(city, main=("dept1",), classification=Classification.WORK_SECRET)) == {"dept1": ("main", "")}


def test_who_was_chosen_by_hand_keeps_his_part(city):
    document = paper(city, main=("county1",))
    assert goes_to(document)["county1"] == ("main", "")


def test_a_unit_that_a_rule_names_is_withheld_for_a_written_reason_only(city):
    document = paper(city)
    row = document.recipients.get(organization=city.orgs["party1"])
    withhold(document, row.pk, "本次会议与党派无关")
    follow_rules(document)
    assert "party1" not in goes_to(document)
    withhold(document, row.pk, "")
    assert "party1" in goes_to(document)
    with pytest.raises(Refused, match="收文单位不能再改"):
        withhold(put_document(city, document, "issued"), row.pk, "太迟")


def test_a_changed_rule_changes_the_recipients_of_drafts(city):
    document = paper(city)
    CopyRule.objects.filter(key="counties").update(valid_to="2020-01-01")
    follow_rules(document)
    assert set(goes_to(document)) == {"dept1", "party1", "party2"}


def test_a_rule_says_where_to(city):
    with pytest.raises(ValidationError):
        CopyRule(key="x", label="x", reason="x").full_clean()


def test_a_kind_names_only_places_that_exist():
    with pytest.raises(ValidationError):
        DocumentKind(key="x", label="x", masthead="{place}文件").full_clean()
    with pytest.raises(ValidationError):
        DocumentKind(key="x", label="x", masthead="{office}", format="letter", upward=True).full_clean()


def test_the_profile_of_a_city_brings_kinds_series_and_rules():
    """R111, R113, R120 as profile data, each with an article in this office."""
    profiles.load("municipal")
    rules = {rule.key: rule for rule in CopyRule.objects.prefetch_related("kinds")}
    assert {rule.rule for rule in rules.values()} == {"R111", "R113", "R120"}
    assert rules["r113-never"].forbid and rules["r113-never"].issuers == ["party_group"]
    assert {kind.key for kind in rules["r113-at-once"].kinds.all()} == {"report", "recommendation", "reference"}
    assert DocumentKind.objects.get(key="report").upward
    assert {kind.format for kind in DocumentKind.objects.all()} == {"document", "letter", "minutes"}
    assert all(kind.series for kind in DocumentKind.objects.all())
    keys = {key for rule in rules.values() for key in [*rule.when_keys, *rule.to_keys]}
    assert set(Organization.objects.filter(key__in=keys).values_list("key", flat=True)) == keys


def test_all_counties_are_named_together_and_some_by_their_names(city):
    """R111, R120: the copy list stays short; what the preview shows is what is printed."""
    document = paper(city, main=("dept1",))
    whole = {"main": ["市发展和改革局"], "copy": ["各民主党派", "各县（市、区）政协"]}
    assert sides_of(document) == sides_meant(document, [city.orgs["dept1"]], []) == whole
    withhold(document, document.recipients.get(organization=city.orgs["county1"]).pk, "已另行通知")
    assert sides_of(document)["copy"] == ["各民主党派", "白水县政协"]
    assert sides_meant(document, [city.orgs["dept1"]], []) == sides_of(document)


def test_the_administration_offers_what_a_rule_may_name(world, login):
    """Issuers and kinds of units are ticked, units are picked by their names; what was not touched stays."""
    copy_rules(world)
    rule = CopyRule.objects.get(key="at-once")
    client, address = login("admin"), reverse("admin:documents_copyrule_change", args=[rule.pk])
    form = client.get(address).context["adminform"].form
    assert form.initial["issuers"] == rule.issuers and ("party_group", "党组") in form.fields["issuers"].choices
    assert (world.orgs["pc"].key, world.orgs["pc"].name) in form.fields["to_keys"].choices
    posted = {name: value for name in form.fields if (value := form[name].value()) not in (None, "", False)}
    posted |= {
        "kinds": [kind.pk for kind in rule.kinds.all()],
        "issuers": ["office"],
        "to_keys": [world.orgs["pc"].key],
    }
    assert client.post(address, posted).status_code == 302
    rule.refresh_from_db()
    assert (rule.issuers, rule.to_keys, rule.to_kinds) == (["office"], [world.orgs["pc"].key], ["government"])
    wrong = client.post(address, posted | {"issuers": ["nobody"]})
    assert wrong.status_code == 200 and wrong.context["adminform"].form.errors["issuers"]
    CopyRule.objects.filter(pk=rule.pk).update(to_keys=["closed-unit"])
    assert "closed-unit" in client.get(address).content.decode()
