import hashlib
import stat
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pdfplumber
import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cppcc.files import pages, storing
from cppcc.files.models import Classification, StoredFile
from cppcc.files.storing import read, store
from cppcc.office.models import Session
from cppcc.office.refusals import Refused
from tests.files import contents

User = get_user_model()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def clerk():
    return User.objects.create_user("clerk")


def keep(clerk, **values):
    return store(contents.CSV, name="2026年议题.csv", by=clerk, **values)


def test_the_bytes_come_back(clerk):
    stored = StoredFile.objects.get(pk=keep(clerk).pk)
    assert read(stored) == contents.CSV
    assert (stored.name, stored.extension, stored.media_type) == ("2026年议题.csv", "csv", "text/csv")
    assert (stored.size, stored.sha256) == (len(contents.CSV), hashlib.sha256(contents.CSV).hexdigest())
    assert (stored.classification, stored.uploaded_by, stored.matter) == (Classification.INTERNAL, clerk, None)


def test_the_path_is_a_uuid_and_only_the_application_reads_it(clerk, settings):
    path = keep(clerk).path
    assert path.parent.parent == Path(settings.MEDIA_ROOT) and path.parent.name == path.name[:2]
    assert UUID(path.name) and path.suffix == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_the_bytes_are_on_disk_before_the_row(clerk, monkeypatch):
    def no_disk(path, data):
        raise OSError("disk full")

    monkeypatch.setattr(storing, "_write", no_disk)
    with pytest.raises(OSError, match="disk full"):
        keep(clerk)
    assert not StoredFile.objects.exists()


def test_a_refused_file_leaves_nothing(clerk, settings):
    with pytest.raises(Refused):
        store(b"", name="a.csv", by=clerk)
    assert not StoredFile.objects.exists() and not Path(settings.MEDIA_ROOT).exists()


def test_missing_and_changed_bytes_are_told(clerk):
    stored = keep(clerk)
    stored.path.write_bytes(b"x")
    with pytest.raises(Refused, match="不一致"):
        read(stored)
    stored.path.unlink()
    with pytest.raises(Refused, match="不在存储里"):
        read(stored)


def test_the_database_wants_the_matter_whole(clerk):
    stored = keep(clerk)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE files_storedfile SET object_id = 1 WHERE id = %s", [stored.pk])


def test_a_download_has_its_name_and_is_never_shown(client, clerk):
    client.force_login(clerk)
    response = client.get(keep(clerk).get_absolute_url())
    assert b"".join(response.streaming_content) == contents.CSV
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''2026%E5%B9%B4")
    assert response["X-Content-Type-Options"] == "nosniff" and "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "text/csv" and response["Cache-Control"] == "private, no-store"


def test_what_is_not_public_leaves_as_a_marked_copy_and_stays_as_it_was(client, clerk):
    client.force_login(clerk)
    for classification, marked in (("public", False), ("internal", True), ("work_secret", True)):
        stored = store(contents.PDF, name="材料.pdf", by=clerk, classification=classification)
        data = b"".join(client.get(stored.get_absolute_url()).streaming_content)
        with pdfplumber.open(BytesIO(data)) as pdf:
            text = "".join(page.extract_text() or "" for page in pdf.pages)
        assert (data != contents.PDF) is marked and ("clerk" in "".join(text.split())) is marked
        assert stored.path.read_bytes() == contents.PDF


def test_without_a_matter_only_the_uploader_gets_it(client, clerk):
    mine, nobodys = keep(clerk), keep(None)
    client.force_login(User.objects.create_user("other", is_staff=True, is_superuser=True))
    for stored in (mine, nobodys):
        assert client.get(stored.get_absolute_url()).status_code == 404
    assert client.get(reverse("files:file_download", args=[uuid4()])).status_code == 404


def test_with_a_matter_its_visibility_decides(client, clerk, monkeypatch):
    reader, uploader = User.objects.create_user("reader"), clerk
    stored = keep(uploader, matter=reader)

    def visible_to(self, user):
        return self.all() if user == reader else self.none()

    monkeypatch.setattr(type(User.objects), "visible_to", visible_to, raising=False)
    client.force_login(reader)
    response = client.get(stored.get_absolute_url())
    assert b"".join(response.streaming_content) == contents.CSV
    client.force_login(uploader)
    assert client.get(stored.get_absolute_url()).status_code == 404


def test_a_matter_that_cannot_say_who_sees_it_shows_nothing(client, clerk):
    stored = keep(clerk)
    kind = ContentType.objects.get_for_model(Session)
    StoredFile.objects.filter(pk=stored.pk).update(content_type=kind, object_id=1)
    stored.refresh_from_db()
    assert not pages.may_download(clerk, stored)


def test_missing_bytes_are_a_sentence_not_a_crash(client, clerk):
    stored = keep(clerk)
    stored.path.unlink()
    client.force_login(clerk)
    assert client.get(stored.get_absolute_url()).status_code == 302


def test_it_only_reads(client, clerk):
    client.force_login(clerk)
    assert client.post(keep(clerk).get_absolute_url()).status_code == 405


def test_strangers_are_sent_to_the_login(client, clerk):
    assert client.get(keep(clerk).get_absolute_url()).status_code in {302, 401}


def test_the_admin_may_look_only(client, clerk):
    client.force_login(User.objects.create_superuser("root"))
    row = keep(clerk)
    listed = reverse("admin:files_storedfile_changelist")
    detail = reverse("admin:files_storedfile_change", args=[row.pk])
    assert client.get(listed).status_code == client.get(detail).status_code == 200
    assert client.get(reverse("admin:files_storedfile_add")).status_code == 403
    assert client.post(detail, {}).status_code == 403
    assert client.post(reverse("admin:files_storedfile_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
