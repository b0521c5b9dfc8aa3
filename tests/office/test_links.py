"""One-time links: kept as a hash, for one purpose, used once, ended by time or by hand."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from cppcc.office.models import OneTimeLink
from cppcc.office.refusals import Refused

PURPOSE = "consultation.suggest"


@pytest.fixture
def token(world):
    return OneTimeLink.issue(
        world.orgs["dept1"], PURPOSE, by=world.users["clerk"], expires_at=timezone.now() + timedelta(days=1),
        organization=world.orgs["dept1"],
    )  # fmt: skip


def test_only_the_hash_is_kept(token):
    link = OneTimeLink.objects.get()
    assert len(token) >= 40 and token not in str(link.__dict__) and len(link.token_hash) == 64


def test_a_link_leads_to_its_matter_and_unit(world, token):
    link = OneTimeLink.find(token, PURPOSE)
    assert link.matter == world.orgs["dept1"] == link.organization


def test_no_two_links_are_the_same(world, token):
    assert token != OneTimeLink.issue(
        world.orgs["dept1"], PURPOSE, by=world.users["clerk"], expires_at=timezone.now() + timedelta(days=1)
    )


@pytest.mark.parametrize("purpose", ["consultation.reply", "", "CONSULTATION.SUGGEST"])
def test_a_link_serves_one_purpose(token, purpose):
    with pytest.raises(Refused):
        OneTimeLink.find(token, purpose)


def test_wrong_used_revoked_and_expired_ones_get_the_same_sentence(token):
    sentences = set()

    def refused(value):
        with pytest.raises(Refused) as refusal:
            OneTimeLink.find(value, PURPOSE)
        sentences.add(refusal.value.sentence)

    link = OneTimeLink.find(token, PURPOSE)
    refused(token[:-1])
    refused("")
    link.spend()
    refused(token)
    OneTimeLink.objects.update(used_at=None)
    OneTimeLink.find(token, PURPOSE).revoke()
    refused(token)
    OneTimeLink.objects.update(revoked_at=None, expires_at=timezone.now())
    refused(token)
    assert len(sentences) == 1 and "请与发出链接的办公室联系" in sentences.pop()


def test_acting_locks_the_link(token, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1) as captured:
        OneTimeLink.find(token, PURPOSE, lock=True)
    assert "FOR UPDATE" in captured.captured_queries[0]["sql"]
