"""The municipal profile: loaded once for this file; its chains, channels, rule sheets, texts and articles."""

import pytest
from django.db import transaction

from consultation.models import ConsultationForm, SolicitationChannel
from cppcc.office import profiles
from cppcc.office.models import Organization, RegulationVersion, RuleBasis
from cppcc.office.regulations import article_text
from cppcc.workflow.models import ApprovalChain, ApprovalStep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("municipal")]


@pytest.fixture(scope="module")
def municipal(django_db_setup, django_db_blocker):
    """The profile, loaded once and rolled back after the last test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        profiles.load("municipal")
        yield
        transaction.set_rollback(True)


def test_r148_the_raw_texts_are_kept_unmodified():
    versions = RegulationVersion.objects.order_by("regulation__key")
    assert [version.regulation.key for version in versions] == ["s0", "s1", "s2", "s3", "s4"]
    for version in versions:
        assert version.text.encode() == (profiles.TEXT_DIR / f"{version.regulation.key}.txt").read_bytes()


def test_every_rule_of_the_plan_has_its_article_in_the_city():
    expected = {f"R{n:03}" for n in range(1, 22)} | {"R111", "R113", "R120", "R128", "R148"}
    assert expected <= set(RuleBasis.objects.values_list("rule", flat=True))
    assert article_text("R013").endswith("(三)")


def test_three_chains_of_the_sources_in_the_city():
    """R009-R011: who decides, and who records it."""
    rows = ApprovalChain.objects.all()
    chains = {row.key: [(s.kind, str(s.body or ""), s.role) for s in row.steps.all()] for row in rows}
    assert chains.pop("forum-scheme") == [("sign", "", "vice_chair"), ("decide", "主席会议", "chair")]
    assert chains == {
        "chain-a": [
            ("decide", "党组会议", "chair"),
            ("decide", "市委常委会会议", "party_committee_office"),
            ("issue", "", "office_clerk"),
        ],
        "chain-b": [
            ("decide", "四办联席会议", "secretary_general"),
            ("decide", "主席会议", "chair"),
            ("decide", "市委常委会会议", "party_committee_office"),
            ("decide", "全体会议", "secretary_general"),
            ("issue", "", "office_clerk"),
        ],
        "chain-c": [
            ("decide", "主席会议", "chair"),
            ("consent", "市委", "party_committee_office"),
            ("issue", "", "office_clerk"),
        ],
    }
    issuers = ApprovalStep.objects.get(chain__key="chain-c", kind="issue").issuers
    assert set(issuers.values_list("key", flat=True)) == {"party-committee-office", "government-office", "office"}


def test_r020_every_form_has_a_whole_rule_sheet():
    assert ConsultationForm.objects.count() >= 11
    for form in ConsultationForm.objects.all():
        assert form.participants and form.principles and form.procedure and form.exchange, form


def test_r005_every_unit_that_can_suggest_has_one_channel():
    kinds = [kind for channel in SolicitationChannel.objects.all() for kind in channel.organization_kinds]
    assert len(kinds) == len(set(kinds))
    assert SolicitationChannel.objects.filter(organization_kinds=[]).count() == 1


def test_no_name_stands_for_two_units_or_two_forms():
    for model, name in ((Organization, "name"), (ConsultationForm, "label")):
        seen: dict[str, str] = {}
        for obj in model.objects.exclude(**({"kind": "deciding_body"} if model is Organization else {})):
            for text in {getattr(obj, name), getattr(obj, "short_name", ""), *obj.aliases} - {""}:
                assert seen.setdefault(text, obj.key) == obj.key, text
