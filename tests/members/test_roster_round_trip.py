"""Issue 5, done when: two thousand members in, corrected, out again without loss; a second import changes nothing."""

import io
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.utils.html import escape

from cppcc.jobs.models import Job, JobStatus
from cppcc.office.models import Organization, Person
from cppcc.sheets.models import ImportBatch
from cppcc.workflow.models import Movement
from members.models import Affiliation, Member, Particulars, Sector
from members.models.particulars import SEALED
from tests.members.ledger_rows import term
from tests.members.roster_rows import FULL, LABELS, bring_in, furnish_roster, upload
from tests.members.roster_thousands import CLEAR, KEYS, THOUSANDS, as_file, by_member, everything, read_back, thousands

pytestmark = pytest.mark.django_db
MACHINERY = ("jobs_job", "sheets_importbatch", "office_user", "django_session", "sheets_historicalimportbatch")
HISTORIES = (Person, Particulars, Member, Affiliation)
ROWS = thousands()
DAY = date(2024, 3, 1)


@pytest.fixture(autouse=True)
def city(world, monkeypatch):
    """The world with a term and positions; background work is done at once."""
    furnish_roster(world)
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, *args, **given: act())


def through_the_pages(client, data: bytes, since: str = "") -> ImportBatch:
    """Upload, look at the preview, confirm with every unknown name; the job has run."""
    response = client.post("/members/import/", {"term": term().pk, "file": upload(data), "since": since})
    assert response.status_code == 302, response.content.decode()
    batch = ImportBatch.objects.latest("pk")
    assert client.get(response.url).status_code == 200
    chosen = {f"new-{n}": "on" for n in range(len(batch.report["unknown"]))}
    chosen |= {f"choice-{n}": "employer" for n, u in enumerate(batch.report["unknown"]) if u["kind"] == "unit"}
    client.post(response.url, chosen)
    assert Job.objects.latest("pk").status == JobStatus.DONE, Job.objects.latest("pk").error
    batch.refresh_from_db()
    return batch


def exported(client) -> bytes:
    """The roster as the list gives it out."""
    return client.get("/members/", {"export": "xlsx", "term": term().pk}).content


def counts() -> dict[str, int]:
    """How many rows the histories have, and the movements."""
    return {model.__name__: model.history.count() for model in HISTORIES} | {"movements": Movement.objects.count()}


def told(batch: ImportBatch) -> tuple[int, int, int]:
    """New, changed and unchanged rows."""
    return tuple(batch.report[name] for name in ("created", "updated", "unchanged"))


def sealed_of(rows) -> dict[tuple[str, str], tuple[str, ...]]:
    """The sealed texts that rows hold."""
    return {(r["name"], r["born"]): tuple(r[name] for name in SEALED) for r in rows}


def stored_sealed() -> dict[tuple[str, str], tuple[str, ...]]:
    """The sealed texts that the database holds."""
    rows = Particulars.objects.filter(person__memberships__term=term()).select_related("person")
    return {
        (told.person.name, f"{told.born:%Y-%m}"): tuple(getattr(told, name).opened() for name in SEALED)
        for told in rows
    }


class TestThePages:
    def test_two_thousand_in_out_in_corrected_and_out(self, login):
        client = login("clerk")
        assert told(through_the_pages(client, as_file(ROWS))) == (THOUSANDS, 0, 0)
        out = read_back(exported(client))
        assert by_member(out) == by_member({key: row[key] for key in CLEAR} for row in ROWS)
        assert stored_sealed() == sealed_of(ROWS)

        before, histories = everything(*MACHINERY), counts()
        assert told(through_the_pages(client, as_file(ROWS))) == (0, 0, THOUSANDS)
        assert told(through_the_pages(client, exported(client))) == (0, 0, THOUSANDS)
        assert everything(*MACHINERY) == before and counts() == histories

        corrected, changed = correct(out)
        batch = through_the_pages(client, as_file(corrected, CLEAR))
        assert told(batch) == (0, len(changed), THOUSANDS - len(changed))
        assert by_member(read_back(exported(client))) == by_member(corrected)
        assert stored_sealed() == sealed_of(ROWS)
        assert_only(changed, histories)

        after = everything(*MACHINERY)
        assert told(through_the_pages(client, as_file(corrected, CLEAR))) == (0, 0, THOUSANDS)
        assert everything(*MACHINERY) == after


def correct(rows):
    """Fifty rows put right, ten of each kind: (all rows, the keys of the changed)."""
    given = [dict(row) for row in rows]
    kinds = (("phone", "13700000000"), ("sector", "第7试验界"), ("expertise", "港口"), ("remark", "已核"),
             ("committees", "试验二委"))  # fmt: skip
    free = [row for row in given if not row["valid_to"]]
    changed = {kind: [] for kind, _ in kinds}
    for kind, value in kinds:
        fit = [row for row in free if row[kind] != value and row[kind]][:10]
        for row in fit:
            free.remove(row)
            row[kind] = value
            changed[kind].append((row["name"], row["born"]))
    assert [len(found) for found in changed.values()] == [10] * 5
    return given, {key for found in changed.values() for key in found}


def assert_only(changed, before) -> None:
    """The fifty have a new version and history with a reason, nobody else has."""
    versions = Member.objects.filter(version=2).values_list("person__name", "person__particulars__born")
    assert {(name, f"{born:%Y-%m}") for name, born in versions} == changed
    assert not Member.objects.exclude(version__in=[1, 2]).exists()
    now = counts()
    gained = {name: now[name] - before[name] for name in now}
    affiliations = gained.pop("Affiliation")
    assert gained == {"Person": 10, "Particulars": 10, "Member": 50, "movements": 0}
    touched = Affiliation.history.order_by("-history_id")[:affiliations]
    assert {row.kind for row in touched} == {"sector", "committee"} and 20 <= affiliations <= 30
    for model in HISTORIES:
        assert model.history.latest("history_id").history_change_reason == "导入名册"


class TestTheCommand:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "名册.xlsx"
        path.write_bytes(as_file(ROWS))
        return path

    def run(self, *args):
        out = io.StringIO()
        try:
            call_command("import_members", *map(str, args), stdout=out)
        except SystemExit as ended:
            return ended.code, json.loads(out.getvalue())
        return 0, json.loads(out.getvalue())

    def test_dry_then_for_good_then_nothing_then_corrected(self, file, login, tmp_path):
        empty = everything()
        code, said = self.run(file, "--term", 14)
        unknown = {error["column"] for error in said["errors"]}
        assert code == 1 and unknown >= {"界别", "专门委员会", "工作单位", "界别组"}
        code, said = self.run(file, "--term", 14, "--create-units", "--dry-run")
        assert (code, said["created"]) == (0, THOUSANDS)
        assert everything() == empty

        assert self.run(file, "--term", 14, "--create-units")[1]["created"] == THOUSANDS
        full, histories = everything(), counts()
        assert stored_sealed() == sealed_of(ROWS)
        code, said = self.run(file, "--term", 14, "--create-units")
        assert (code, said["created"], said["updated"], said["unchanged"]) == (0, 0, 0, THOUSANDS)
        assert everything() == full

        corrected, changed = correct(read_back(exported(login("clerk"))))
        again = tmp_path / "改.xlsx"
        again.write_bytes(as_file(corrected, CLEAR))
        assert self.run(again, "--term", 14, "--dry-run")[1]["updated"] == 50
        assert counts() == histories
        assert self.run(again, "--term", 14)[1]["updated"] == 50
        assert_only(changed, histories)
        assert self.run(again, "--term", 14)[1]["unchanged"] == THOUSANDS


class TestADayFromWhich:
    def test_a_changed_sector_keeps_the_old_one_and_a_second_import_changes_nothing(self, login):
        client = login("clerk")
        some = ROWS[4:14]
        bring_in(some, create=True)
        moved = [row | {"sector": "第29试验界"} for row in some]
        assert told(through_the_pages(client, as_file(moved), since=f"{DAY}"))[1] == 10
        assert Affiliation.objects.filter(kind="sector", valid_to=date(2024, 2, 29)).count() == 10
        before = everything(*MACHINERY)
        assert told(through_the_pages(client, as_file(moved), since=f"{DAY}")) == (0, 0, 10)
        assert everything(*MACHINERY) == before


WRONG = {
    "gender": ("男人", "不在可选范围内"), "born": ("1970.1", "可能是 1 月"), "phone": ("1390000", "手机号码应为 11 位"),
    "positions": ("总理", "没有“总理”这个委员职务"), "valid_from": ("昨天", "看不出是哪一天"),
    "valid_to": ("2021-01-01", "早于任职起始日期"), "id_number": ("12345", "不是 18 位身份证号"),
    "ethnicity": ("汉" * 21, "最多 20 字"), "political_status": ("党" * 21, "最多 20 字"),
    "expertise": ("长" * 201, "最多 200 字"), "remark": ("长" * 501, "最多 500 字"),
    "education": ("学" * 41, "最多 40 字"),
    "address": ("址" * 201, "最多 200 字"), "religion": ("教" * 41, "最多 40 字"), "employer": ("＝1+1", "像是公式"),
    "sector": ("没有的界", "没有登记"), "committees": ("没有的委", "没有登记"), "groups": ("没有的组", "没有登记"),
    "party": ("没有的党", "没有登记"), "name": ("名" * 51, "最多 50 字"),
}  # fmt: skip


class TestAWrongFile:
    def test_every_column_shows_its_error_at_its_cell(self, login):
        assert set(WRONG) == set(KEYS)
        rows = [FULL | {"name": f"错{chr(0x4E00 + n)}", key: cell} for n, (key, (cell, _)) in enumerate(WRONG.items())]
        rows.append(FULL | {"name": ""})
        page, batch, empty = self.uploaded(login, rows)
        found = {(error["row"], error["column"]): error for error in batch.report["errors"]}
        assert sorted(row for row, _ in found) == list(range(2, len(rows) + 2)), found
        for number, (key, (cell, reason)) in enumerate(WRONG.items(), start=2):
            error = found[number, LABELS[key]]
            assert reason in error["reason"], (key, error)
            shown = "●●●●●●" if key in SEALED else cell[:200]
            assert error["value"] == shown
            assert escape(shown[:40]) in page and escape(error["reason"]) in page
        assert found[len(rows) + 1, "姓名"]["reason"] == "不能为空"
        assert everything(*MACHINERY) == empty

    def uploaded(self, login, rows):
        """(the preview, the batch, what the database held before)."""
        client, before = login("clerk"), everything(*MACHINERY)
        response = client.post("/members/import/", {"term": term().pk, "file": upload(as_file(rows))})
        return client.get(response.url).content.decode(), ImportBatch.objects.get(), before

    def test_one_wrong_cell_in_two_thousand_saves_nobody(self, login):
        rows = [dict(row) for row in ROWS]
        rows[1234]["phone"] = "13900"
        client = login("clerk")
        before = (Person.objects.count(), Organization.objects.count(), Sector.objects.count())
        response = client.post("/members/import/", {"term": term().pk, "file": upload(as_file(rows))})
        batch = ImportBatch.objects.get()
        [wrong] = [error for error in batch.report["errors"] if not error.get("by_unknown")]
        assert (wrong["row"], wrong["column"], wrong["value"]) == (1236, "手机", "13900")
        page = client.get(response.url).content.decode()
        assert "1236" in page and "手机号码应为 11 位，这里有 5 位" in page
        client.post(response.url, {f"new-{n}": "on" for n in range(len(batch.report["unknown"]))})
        assert Job.objects.get().status == JobStatus.FAILED
        assert (Person.objects.count(), Organization.objects.count(), Sector.objects.count()) == before
        assert not Member.objects.exists()
