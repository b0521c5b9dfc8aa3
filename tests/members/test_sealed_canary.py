"""Sealed particulars leak nowhere: search, export, history, import, database, jobs, log.

The pages, the administration, files and failing requests: `test_canary_everywhere.py`.
"""

import io
import logging
import zipfile

import pytest
from django.apps import apps
from django.db import connection

from cppcc.jobs.models import Job
from cppcc.office.refusals import Refused
from cppcc.sheets.models import ImportBatch
from members.models import Particulars, Unmasking
from members.sealing import MASK, Sealed
from tests.members.ledger_rows import term
from tests.members.roster_rows import FULL, enrolled, furnish_roster, identity, member_named, sheet, upload

pytestmark = pytest.mark.django_db
NUMBER, ADDRESS, RELIGION = identity(number=77), "金丝雀路七十七号", "金丝雀教"
CLEAR = (NUMBER, ADDRESS, RELIGION)


@pytest.fixture
def member(world, login):
    """A member whose sealed texts came in through a form and through an import."""
    furnish_roster(world)
    made = enrolled(world, "member", committee="econ")
    fill(login, made)
    return made


def fill(login, made):
    """Let the sealed texts come in, for this member through the form, for another through an import."""
    data = {"secret_id_number": NUMBER, "secret_address": ADDRESS, "secret_religion": RELIGION}
    assert login("clerk").post(f"/members/{made.pk}/sealed/", data).status_code == 302
    row = FULL | {"name": "钱乙丑", "id_number": NUMBER, "address": ADDRESS, "religion": RELIGION, "born": ""}
    response = login("clerk").post("/members/import/", {"term": term().pk, "file": upload(sheet([row]))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda act, *args, **given: act())
        login("clerk").post(response.url, {"new-all": "on"})
    assert member_named("钱乙丑").person.particulars.address.opened() == ADDRESS


def leaks(data: bytes) -> list[str]:
    """The clear texts in an answer, looked for inside of zipped parts too."""
    parts = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts += [packed.read(name) for name in packed.namelist()]
    return [text for text in CLEAR for part in parts if text.encode() in part]


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize("asked", [NUMBER, NUMBER[:6], ADDRESS, RELIGION, "金丝雀"])
def test_a_search_does_not_find_by_them(member, login, asked):
    client = login("clerk")
    assert (
        b"\xe6\xb2\xa1\xe6\x9c\x89\xe7\xac\xa6\xe5\x90\x88" in client.get("/members/", {"q": asked}).content
    )  # 没有符合
    assert "没有符合条件" in client.get("/members/experts/", {"q": asked}).content.decode()


def test_an_export_does_not_carry_them(member, login):
    response = login("clerk").get("/members/", {"export": "xlsx", "term": term().pk})
    assert leaks(response.content) == []
    assert "身份证号" not in response.content.decode(errors="ignore")


def test_no_table_holds_them(member):
    """Every text, JSON and binary column of every table, histories, jobs and kept imports with them."""
    wrong = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')"
        )
        for table, column, kind in cursor.fetchall():
            cell = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            for text in CLEAR:
                forms = (text, text.encode("unicode_escape").decode(), octal(text))
                for form in forms:
                    cursor.execute(f'SELECT count(*) FROM "{table}" WHERE position(%s in {cell}) > 0', [form])
                    if cursor.fetchone()[0]:
                        wrong.append((table, column, form))
    assert wrong == []
    assert Particulars.objects.exclude(id_number="").count() == 2


def octal(text: str) -> str:
    """The text as PostgreSQL escapes bytes."""
    return "".join(chr(b) if 32 <= b < 127 else f"\\{b:03o}" for b in text.encode())


def test_the_kept_table_of_an_import_is_sealed_and_its_report_masked(member):
    batch = ImportBatch.objects.get()
    assert not bytes(batch.data).startswith(b"PK")
    assert batch.report["shown"][0]["cells"]["id_number"] == MASK
    assert leaks(str(batch.report).encode() + str(list(Job.objects.values())).encode()) == []


def test_an_error_at_a_sealed_cell_does_not_repeat_it(world, login):
    furnish_roster(world)
    wrong = NUMBER[:-1]
    rows = [FULL | {"id_number": wrong, "address": ADDRESS + "长" * 300}]
    response = login("clerk").post("/members/import/", {"term": term().pk, "file": upload(sheet(rows))})
    page = login("clerk").get(response.url).content.decode()
    assert "不是 18 位身份证号" in page and wrong not in page and ADDRESS not in page


def test_a_refused_form_and_an_expired_session_do_not_repeat_what_was_typed(world, member, login, client):
    data = {"secret_id_number": NUMBER[:-1], "secret_address": ADDRESS}
    address = f"/members/{member.pk}/sealed/"
    response = login("clerk").post(address, data)
    assert response.status_code == 422 and ADDRESS.encode() not in response.content
    response = client.post(address, data)
    assert response.status_code == 401 and ADDRESS.encode() not in response.content


def test_nothing_is_logged(member, login, caplog):
    with caplog.at_level(logging.DEBUG):
        login("clerk").get(f"/members/{member.pk}/")
        login("clerk").post(f"/members/{member.pk}/unmask/", {"field": "address", "reason": "核对通讯地址"})
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.template"))
    assert leaks(said.encode()) == []


def test_history_names_the_field_and_not_the_text(member, login):
    page = login("clerk").get(f"/members/{member.pk}/history/").content.decode()
    assert "更新身份证号、家庭住址、宗教信仰" in page and MASK not in page
    kept = Particulars.history.model
    assert {"id_number", "address", "religion"} & {field.name for field in kept._meta.get_fields()} == set()


def test_the_model_never_prints_them(member):
    told = Particulars.objects.get(person=member.person)
    for text in (str(told.id_number), repr(told.id_number), f"{told.address}", str(vars(told)), str(told)):
        assert leaks(text.encode()) == []
    assert told._meta.get_field("address").value_to_string(told) != ADDRESS


def test_every_sealed_field_of_the_house_is_known_here():
    fields = {(m._meta.label, f.name) for m in apps.get_models() for f in m._meta.fields
              if type(f).__name__ == "SealedField"}  # fmt: skip
    assert fields == {("members.Particulars", name) for name in ("id_number", "address", "religion")}


class TestUnmasking:
    def ask(self, client, member, **data):
        return client.post(f"/members/{member.pk}/unmask/", {"field": "id_number", "reason": "办理体检预约"} | data)

    def test_one_is_shown_once_with_a_reason_that_stays(self, world, member, login):
        response = self.ask(login("clerk"), member)
        page = response.content.decode()
        assert NUMBER in page and ADDRESS not in page
        assert "no-store" in response["Cache-Control"]
        seen = Unmasking.objects.get()
        assert (seen.person, seen.field, seen.reason, seen.by) == (
            member.person, "id_number", "办理体检预约", world.users["clerk"]
        )  # fmt: skip
        again = login("clerk").get(f"/members/{member.pk}/unmask/").content.decode()
        assert NUMBER not in again and "办理体检预约" in again

    @pytest.mark.parametrize("data", [{"reason": ""}, {"reason": "看看"}, {"field": "phone"}])
    def test_without_a_reason_nothing_is_shown(self, member, login, data):
        response = self.ask(login("clerk"), member, **data)
        assert response.status_code == 422 and NUMBER not in response.content.decode()
        assert not Unmasking.objects.exists()

    @pytest.mark.parametrize(("person", "status"), [("sg", 200), ("chair", 403), ("econ_clerk", 403), ("member", 403),
                                                    ("auditor", 403), ("dept1", 404), ("admin", 404)])  # fmt: skip
    def test_only_who_has_the_right(self, member, login, person, status):
        response = self.ask(login(person), member)
        assert response.status_code == status
        assert (NUMBER in response.content.decode()) == (status == 200)

    def test_what_is_not_there_is_told(self, world, login):
        member = enrolled(world, "member2")
        response = self.ask(login("clerk"), member)
        assert response.status_code in (302, 409)
        assert not Unmasking.objects.exists()


def test_a_lost_key_is_told_and_a_changed_one_opens_the_old(settings):
    sealed = Sealed.of("原文")
    settings.FIELD_KEYS = ["new", settings.SECRET_KEY]
    assert sealed.opened() == "原文"
    settings.FIELD_KEYS = ["new"]
    with pytest.raises(Refused, match="密钥"):
        sealed.opened()
