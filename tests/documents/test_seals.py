"""Seals: kept by posts, placed on a signed document, printed at its issue; their pictures leave by no page."""

import base64
import io
import threading

import pdfplumber
import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from cppcc.documents import sealing
from cppcc.documents.models import Document, Seal, SealUse
from cppcc.documents.sealing import pictures_of, place_seals, uses_of, withdraw_seals
from cppcc.documents.seals import upload
from cppcc.files.models import StoredFile
from cppcc.files.storing import read
from cppcc.office.models import Delegation
from cppcc.office.refusals import Forbidden, Refused
from cppcc.office.validity import today
from tests.documents.papers import move, paper
from tests.documents.ruler import MM, lines, text_of
from tests.documents.stamps import a_seal, picture, place

pytestmark = pytest.mark.django_db


def address(document):
    """The page of the use of seals."""
    return reverse("documents:document_seal", args=[document.pk])


def post(client, document, seal, **more):
    """The form of that page."""
    given = {"version": document.version, "place_0": seal.pk if seal else ""} | more
    return client.post(address(document), given)


class TestPlacing:
    """Keepers alone, signed documents alone; who and when stays written."""

    def test_a_keeper_places_it_and_the_page_says_so(self, world, login):
        seal, document, client = a_seal(world), paper(world, state="signed"), login("clerk")
        detail = reverse("documents:document_detail", args=[document.pk])
        assert address(document) in client.get(detail).content.decode()
        assert "办公室印章" in client.get(address(document)).content.decode()
        assert post(client, document, seal)["Location"] == detail
        use = document.seal_uses.get()
        assert (use.seal, use.place, use.used_by, use.withdrawn_at) == (seal, 0, world.users["clerk"], None)
        assert "办公室印章" in client.get(detail).content.decode()
        post(client, document, seal)
        assert document.seal_uses.count() == 1  # the same again is nothing new

    @pytest.mark.parametrize("name", ["sg", "chair", "auditor", "econ_clerk"])
    def test_who_keeps_none_sees_no_button_and_a_forged_form_is_refused(self, world, login, name):
        seal, document, client = a_seal(world), paper(world, state="signed"), login(name)
        page = client.get(reverse("documents:document_detail", args=[document.pk])).content.decode()
        assert address(document) not in page
        response = post(client, document, seal)
        assert response.status_code == 403 and "印章保管人" in response.content.decode()
        assert not SealUse.objects.exists()

    def test_a_keeper_of_another_seal_cannot_place_this_one(self, world, login):
        seal, document = a_seal(world), paper(world, state="signed")
        a_seal(world, "经济委印章", keepers=("econ_head",))
        response = post(login("econ_head"), document, seal)
        assert response.status_code == 422 and "只能选您的岗位今天保管的印章" in response.content.decode()
        with pytest.raises(Forbidden):
            place(world, document, seal, who="econ_head")
        assert not SealUse.objects.exists()

    def test_administrators_and_those_who_cannot_know_of_it_get_nothing(self, world, login):
        document = paper(world, state="signed")
        a_seal(world, keepers=("clerk",))
        for name in ("admin", "dept1", "nobody"):
            assert login(name).get(address(document)).status_code in (403, 404), name

    def test_who_stands_in_for_the_keeper_may(self, world, login):
        seal, document = a_seal(world, keepers=("sg",)), paper(world, state="signed")
        Delegation.objects.create(
            post=world.posts["sg"], person=world.users["econ_clerk"].person, reason="出差", valid_from=today(),
            valid_to=today(),
        )  # fmt: skip
        assert post(login("econ_clerk"), document, seal).status_code == 302

    def test_a_seal_that_has_ended_is_not_offered(self, world, login):
        seal, document = a_seal(world, valid_to=today().replace(year=2020)), paper(world, state="signed")
        assert post(login("clerk"), document, seal).status_code == 403

    @pytest.mark.parametrize("state", ["drafting", "in_review", "signing", "issued", "archived", "cancelled"])
    def test_only_what_is_signed_and_not_yet_issued(self, world, state):
        seal, document = a_seal(world), paper(world, state=state)
        with pytest.raises(Refused, match="已签发、还没有印发"):
            place(world, document, seal)

    def test_minutes_are_not_sealed(self, world):
        with pytest.raises(Refused, match="纪要不加盖印章"):
            place(world, paper(world, kind="minutes", state="signed"), a_seal(world))

    def test_a_form_that_is_older_than_the_document_places_nothing(self, world, login):
        seal, document, client = a_seal(world), paper(world, state="signed"), login("clerk")
        Document.objects.filter(pk=document.pk).update(version=document.version + 1)
        assert post(client, document, seal).status_code == 409
        assert not SealUse.objects.exists()

    def test_a_keeper_takes_his_own_off_but_not_another_s(self, world):
        own, other = a_seal(world), a_seal(world, "政协印章", keepers=("sg",))
        document = paper(world, state="signed")
        place(world, document, own)
        place(world, document, None)
        assert uses_of(document) == [] and document.seal_uses.get().withdrawn_by == world.users["clerk"]
        place(world, document, other, who="sg")
        for wanted in (own, None):
            with pytest.raises(Refused, match=r"已由.*加盖"):
                place(world, document, wanted)
        assert [use.seal for use in uses_of(document)] == [other]

    def test_one_seal_stands_once(self, world, login):
        seal, document = a_seal(world), joint(world)
        response = post(login("clerk"), document, seal, place_1=seal.pk)
        assert response.status_code == 422 and "只盖一次" in response.content.decode()


def joint(world, state="signed"):
    """A document of two offices, the second of them ours."""
    document = paper(world, state=state)
    document.description |= {"signature": ["市委办公室", "市政协办公室"]}
    document.save()
    return document


class TestPrinting:
    """What was placed is printed, on its name; what went back is sealed anew."""

    def test_the_issued_file_bears_it_centred_on_the_signature(self, world):
        document = paper(world, state="signed")
        place(world, document, a_seal(world))
        move(world, document, "issue")
        document.refresh_from_db()
        with pdfplumber.open(io.BytesIO(read(document.file))) as pdf:
            [(page, seal)] = [(page, image) for page in pdf.pages for image in page.images]
            day = f"{document.signed_at:%Y}年"
            name = next(row for row in lines(page) if "办公室" in text_of(row) and row[0]["x0"] / MM > 60)
            date = next(row for row in lines(page) if day in text_of(row) and row[0]["x0"] / MM > 60)
            centre = (seal["x0"] + seal["x1"]) / 2
            assert seal["width"] / MM == pytest.approx(42, abs=0.1)
            for row in (name, date):
                assert (row[0]["x0"] + row[-1]["x1"]) / 2 == pytest.approx(centre, abs=2)
            assert seal["top"] < name[0]["top"] < date[0]["bottom"] < seal["bottom"]

    def test_without_a_use_there_is_room_and_no_picture(self, world):
        document = paper(world, state="signed")
        a_seal(world)
        move(world, document, "issue")
        document.refresh_from_db()
        with pdfplumber.open(io.BytesIO(read(document.file))) as pdf:
            assert not any(page.images for page in pdf.pages)

    def test_the_second_name_alone_is_sealed(self, world):
        document = joint(world)
        place(world, document, a_seal(world), at=1)
        assert [bool(data) for data in pictures_of(document)] == [False, True]
        move(world, document, "issue", data={"issued_on": today()})
        document.refresh_from_db()
        with pdfplumber.open(io.BytesIO(read(document.file))) as pdf:
            [(page, seal)] = [(page, image) for page in pdf.pages for image in page.images]
            name = next(row for row in lines(page) if text_of(row).strip().endswith("市政协办公室"))
            own = [char for char in name if char["text"] in "市政协办公室"][-6:]
            assert (own[0]["x0"] + own[-1]["x1"]) / 2 == pytest.approx((seal["x0"] + seal["x1"]) / 2, abs=2)

    def test_the_preview_and_the_proof_do_not_show_it(self, world, login, monkeypatch):
        document = paper(world, state="signed")
        place(world, document, a_seal(world))
        monkeypatch.setattr(sealing, "read", lambda stored: pytest.fail("the picture was read"))
        page = login("clerk").get(reverse("documents:document_proof", args=[document.pk])).content.decode()
        assert "data:image/png;base64," in page

    def test_what_goes_back_is_sealed_anew(self, world):
        document = paper(world, state="signed")
        place(world, document, a_seal(world))
        move(world, document, "reopen", opinion="改一处")
        use = document.seal_uses.get()
        assert use.withdrawn_by == world.users["clerk"] and use.withdrawn_at and uses_of(document) == []

    def test_a_damaged_picture_stops_the_issue_and_takes_no_number(self, world):
        document, seal = paper(world, state="signed"), a_seal(world)
        place(world, document, seal)
        seal.picture.path.write_bytes(b"damaged")
        with pytest.raises(Refused, match="不一致"):
            move(world, document, "issue")
        document.refresh_from_db()
        assert document.state == "signed" and document.number_text == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["reopen", "issue"])
def test_a_seal_placed_while_the_document_moves_stands_or_is_refused(world, other):
    """Whoever is first: never a seal on a draft, never one noted on an issued document that does not bear it."""
    document, seal = paper(world, state="signed"), a_seal(world)
    version, told = document.version, []
    start = threading.Barrier(2)

    def run(act):
        start.wait()
        try:
            act()
        except Refused as refusal:
            told.append(refusal.sentence)
        finally:
            connection.close()

    given = {"opinion": "改一处"} if other == "reopen" else {}
    acts = [
        lambda: place_seals(
            Document.objects.get(pk=document.pk), {0: seal}, by=world.users["clerk"], version=version
        ),
        lambda: move(world, document, other, **given),
    ]  # fmt: skip
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    document.refresh_from_db()
    standing = len(uses_of(document))
    assert document.state == ("drafting" if other == "reopen" else "issued") and len(told) <= 1
    if other == "reopen":
        assert standing == 0
    else:
        with pdfplumber.open(io.BytesIO(read(document.file))) as pdf:
            assert sum(len(page.images) for page in pdf.pages) == standing


class TestPicture:
    """Uploaded by administrators, checked, and given out by nothing."""

    def test_it_leaves_by_no_page(self, world, login, client):
        """The canary: neither its bytes nor its name in bytes on any page that shows documents, seals, files."""
        seal, document = a_seal(world), paper(world, state="signed")
        place(world, document, seal)
        canary = read(seal.picture)
        marks = [canary, base64.b64encode(canary)[:400]]
        addresses = [
            *(reverse(f"documents:{name}", args=[document.pk]) for name in
              ("document_detail", "document_edit", "document_seal", "document_proof", "document_versions")),
            reverse("documents:document_list"), reverse("documents:document_list") + "?export=xlsx",
            reverse("documents:number_register"), seal.picture.get_absolute_url(),
        ]  # fmt: skip
        for name in ("clerk", "sg", "auditor", "dept1", "admin"):
            reader = login(name)
            for path in addresses:
                response = reader.get(path)
                data = b"".join(response.streaming_content) if response.streaming else response.content
                assert not any(mark in data for mark in marks), (name, path)
            assert reader.get(seal.picture.get_absolute_url()).status_code == 404, name
        assert client.get(seal.picture.get_absolute_url()).status_code in (302, 404)

    def test_the_administration_shows_it_too_small_to_be_used(self, world, login):
        seal = a_seal(world)
        canary = base64.b64encode(read(seal.picture))
        admin = login("admin")
        for page in ("change", "history"):
            shown = admin.get(reverse(f"admin:documents_seal_{page}", args=[seal.pk])).content
            assert canary not in shown
        assert b"data:image/png" in admin.get(reverse("admin:documents_seal_change", args=[seal.pk])).content
        files = admin.get(reverse("admin:files_storedfile_change", args=[seal.picture.pk]))
        assert canary not in files.content

    def test_an_administrator_adds_and_changes_one(self, world, login):
        admin, add = login("admin"), reverse("admin:documents_seal_add")
        given = {"label": "办公室印章", "organization": world.orgs["office"].pk, "keepers": [world.posts["clerk"].pk],
                 "order": 0, "valid_from": "", "valid_to": ""}  # fmt: skip
        assert "请上传印章图片" in admin.post(add, given).content.decode()
        made = admin.post(add, given | {"file": SimpleUploadedFile("章.png", picture())})
        assert made.status_code == 302, made.content.decode()
        seal = Seal.objects.get()
        assert seal.picture.uploaded_by is None and list(seal.keepers.all()) == [world.posts["clerk"]]
        change = reverse("admin:documents_seal_change", args=[seal.pk])
        assert admin.post(change, given | {"label": "新名"}).status_code == 302
        seal.refresh_from_db()
        assert (seal.label, StoredFile.objects.count()) == ("新名", 1)

    def test_only_administrators_reach_it(self, world, login):
        seal = a_seal(world)
        for name in ("clerk", "sg", "chair"):
            world.users[name].user_permissions.set(Permission.objects.filter(codename="change_seal"))
            response = login(name).get(reverse("admin:documents_seal_change", args=[seal.pk]))
            assert response.status_code in (302, 403, 404), name

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (picture(side=120), "不清楚"), (picture(height=500), "正方形"), (picture(ground=255), "底色应当透明"),
            (b"\x89PNG\r\n\x1a\n" + b"x" * 90, "不是PNG图片或者已经损坏"), (b"GIF89a", "内容与扩展名不符"),
        ],
    )  # fmt: skip
    def test_what_is_no_seal_is_refused(self, data, words):
        with pytest.raises(Refused, match=words):
            upload(SimpleUploadedFile("章.png", data))

    def test_nothing_but_the_pixels_is_kept(self):
        data = picture()
        hidden = data[:-12] + b"\x00\x00\x00\x08tEXtk\x00secret" + b"\x00\x00\x00\x00" + data[-12:]
        try:
            kept = upload(SimpleUploadedFile("章.png", hidden))
        except Refused:
            return
        assert b"secret" not in kept


def test_withdrawing_leaves_what_was_withdrawn_before(world):
    document = paper(world, state="signed")
    seal = a_seal(world)
    place(world, document, seal)
    place(world, document, None)
    first = document.seal_uses.get().withdrawn_at
    withdraw_seals(document, by=world.users["sg"])
    assert document.seal_uses.get().withdrawn_at == first
