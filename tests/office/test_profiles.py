"""Profiles: each loads alone, loading twice inserts nothing, what differs is told, texts stay unmodified (R148)."""

import io

import pytest
from django.core.management import CommandError, call_command

from consultation.models import MeasureDefault
from cppcc.office import profiles
from cppcc.office.groups import sync_permissions
from cppcc.office.models import Office, Organization, RegulationVersion
from cppcc.workflow.models import ApprovalChain, ApprovalStep

NAMES = ["county-anhua", "municipal"]
pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("load_profile", *args, stdout=out)
    return out.getvalue()


def test_the_product_ships_these_profiles():
    assert profiles.names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_loads_alone_and_twice_inserts_nothing(name):
    assert " 0 inserted" not in run(name)
    assert Office.current().profile == name
    assert run(name) == "0 inserted, 0 differ (left as they are)\n"


@pytest.mark.parametrize("name", NAMES)
def test_sync_roles_knows_every_act(name):
    profiles.load(name)
    assert sync_permissions() == []


def test_diff_shows_what_would_come_and_saves_nothing():
    assert "+ organizations cppcc" in run("municipal", "--diff")
    assert not Organization.objects.exists()


def test_diff_shows_what_the_office_has_changed_and_loading_leaves_it():
    profiles.load("municipal")
    Organization.objects.filter(key="cppcc").update(name="云江市政协")
    ApprovalStep.objects.get(chain__key="chain-c", order=3).issuers.clear()
    Organization.objects.filter(key="proposals").update(parent=None)
    printed = run("municipal", "--diff")
    assert "~ organizations cppcc: name 现为 云江市政协，配置为 市政协" in printed
    assert "issuers 现为 ，配置为" in printed
    assert "~ organizations proposals: parent 现为 None，配置为 云江市政协" in printed
    assert "0 inserted" in run("municipal")
    assert Organization.objects.get(key="cppcc").name == "云江市政协"


def test_an_unknown_reference_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "PROFILE_DIR", tmp_path)
    (tmp_path / "wrong.yaml").write_text("posts: [{key: a, organization: nowhere, role: chair, title: x}]")
    with pytest.raises(profiles.ProfileError, match="nowhere"):
        profiles.load("wrong")


@pytest.mark.parametrize(
    "rows", ["offices: []", "regulations: [{key: s, title: t, versions: [{label: x, text_file: no.txt}]}]"]
)
def test_an_unknown_section_or_text_is_told(rows, tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "PROFILE_DIR", tmp_path)
    (tmp_path / "wrong.yaml").write_text(rows)
    with pytest.raises(profiles.ProfileError):
        profiles.load("wrong")


def test_an_unknown_profile_is_refused():
    with pytest.raises(CommandError):
        run("nowhere")


def test_the_county_has_one_chain_for_plans_and_no_linked_share():
    profiles.load("county-anhua")
    assert set(ApprovalChain.objects.values_list("key", flat=True)) == {"chain-c", "forum-scheme"}
    assert set(MeasureDefault.objects.values_list("measure", flat=True)) == {"forums", "by_proposer"}
    assert str(RegulationVersion.objects.get().valid_from) == "2015-04-08"
