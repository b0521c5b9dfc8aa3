"""Two at once at the particulars of one person: nothing that one wrote is lost by the other."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from members.enrolment import set_photo, write_sealed
from members.models import Member, Particulars
from tests.consultation.test_races import at_once, user, won
from tests.members.ledger_rows import a_member
from tests.world import build


@pytest.fixture
def world(transactional_db):
    """The city, committed: threads see it."""
    return build()


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return SimpleUploadedFile("照片.png", out.getvalue(), "image/png")


@pytest.mark.parametrize("known", [False, True])
def test_photograph_and_two_sealed_texts_at_once_are_all_kept(world, known):
    member, by = a_member(world), user(world, "clerk")
    if known:
        Particulars.objects.create(person=member.person, ethnicity="汉族")
    results = at_once(
        lambda: set_photo(Member.objects.get(pk=member.pk), photo(), by=by),
        lambda: write_sealed(Member.objects.get(pk=member.pk), {"address": "云中路1号"}),
        lambda: write_sealed(Member.objects.get(pk=member.pk), {"religion": "无"}),
    )
    assert len(won(results)) == 3, results
    told = Particulars.objects.get()
    assert (told.address.opened(), told.religion.opened(), bool(told.photo_id)) == ("云中路1号", "无", True)
    assert told.ethnicity == ("汉族" if known else "")
