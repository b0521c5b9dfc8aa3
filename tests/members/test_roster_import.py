"""The import of rosters: every column, corrections, changes from a day on, errors at their cells, names made new."""

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from cppcc.office.models import Organization, Person
from cppcc.sheets.models import ImportBatch
from members.columns import IdentityNumber, Month, Phone
from members.imports import MemberImporter
from members.models import Affiliation, Member, Particulars, Sector, SectorGroup
from tests.members.ledger_rows import a_member, term
from tests.members.roster_rows import FULL, KIND, bring_in, furnish_roster, held, identity, member_named, sheet, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roster(world):
    furnish_roster(world)


def errors(report):
    return [(error.row, error.column, error.reason) for error in report.errors]


class TestReading:
    @pytest.mark.parametrize(
        ("cell", "month"),
        [("1970-03", (1970, 3)), ("1970.03", (1970, 3)), ("1970年3月", (1970, 3)), ("197003", (1970, 3)),
         ("1970/3", (1970, 3)), ("1970-03-12", (1970, 3)), ("1970年3月生", (1970, 3)), ("1970.10", (1970, 10))],
    )  # fmt: skip
    def test_a_month_in_the_spellings_that_occur(self, cell, month):
        assert Month()(cell) == date(*month, 1)

    @pytest.mark.parametrize("cell", ["1970.1", "1970-13", "七零年", "3月", "70-03"])
    def test_what_is_no_month_or_could_be_two_is_refused(self, cell):
        with pytest.raises(ValueError):
            Month()(cell)

    @pytest.mark.parametrize("cell", ["1.39E+10", "1390000000", "李四", "12"])
    def test_what_is_no_telephone_number_is_refused(self, cell):
        with pytest.raises(ValueError):
            Phone()(cell)

    def test_an_identity_number_agrees_with_its_last_digit(self):
        good = identity()
        assert IdentityNumber()(good.lower()) == good
        assert IdentityNumber()("●●●●●●") == IdentityNumber()("") == ""
        for bad in (good[:-1] + ("1" if good[-1] != "1" else "2"), good[:-1], "1.10101E+17"):
            with pytest.raises(ValueError):
                IdentityNumber()(bad)


class TestNewMembers:
    def test_every_column_arrives_and_leaves_a_history(self, world):
        row = FULL | {"groups": "经济一组", "id_number": identity(), "address": "云中路1号", "religion": "无"}
        report = bring_in([row], create=True, by=world.users["clerk"])
        assert (report.created, report.errors) == (1, [])
        member = member_named("赵甲子")
        told = member.person.particulars
        assert (told.gender, told.born, told.ethnicity, told.education) == (
            "male",
            date(1970, 3, 1),
            "汉族",
            "大学本科",
        )
        assert (told.political_status, told.expertise, member.remark) == ("民盟盟员", "金融、法律", "备注文字")
        assert (member.person.phone, member.valid_from, member.valid_to) == ("13900000001", date(2022, 1, 10), None)
        assert (told.id_number.opened(), told.address.opened(), told.religion.opened()) == (
            identity(),
            "云中路1号",
            "无",
        )
        begun = date(2022, 1, 10)
        assert held(member, KIND.SECTOR) == [("经济界", begun, None)]
        assert held(member, KIND.PARTY) == [("民盟", begun, None)]
        assert held(member, KIND.EMPLOYER) == [("市教育局", begun, None)]
        assert {name for name, *_ in held(member, KIND.COMMITTEE)} == {"经济委", "教科卫体委"}
        assert held(member, KIND.POSITION) == [("常务委员", begun, None)]
        assert held(member, KIND.GROUP) == [("经济一组", begun, None)]
        assert SectorGroup.objects.get(organization__name="经济一组").sector.name == "经济界"
        assert member.person.pinyin == "zhao jia zi|zjz"
        for kept in (member.history, member.person.history, told.history, member.affiliations.first().history):
            record = kept.get()
            assert (record.history_type, record.history_user) == ("+", world.users["clerk"])
            assert record.history_change_reason == "导入名册"

    def test_dates_left_out_are_those_of_the_term_and_a_later_one_is_a_mid_term_addition(self):
        bring_in([{"name": "赵甲子"}, {"name": "钱乙丑", "valid_from": "2024-05-01", "sector": "教育界"}])
        first, second = member_named("赵甲子"), member_named("钱乙丑")
        assert (first.valid_from, first.added_later) == (term().starts, False)
        assert (second.valid_from, second.added_later) == (date(2024, 5, 1), True)
        assert held(second, KIND.SECTOR) == [("教育界", date(2024, 5, 1), None)]

    def test_an_ended_membership_ends_with_all_that_hangs_on_it(self):
        bring_in([{"name": "赵甲子", "sector": "经济界", "valid_to": "2024-05-01"}])
        assert held(member_named("赵甲子"), KIND.SECTOR) == [("经济界", term().starts, date(2024, 5, 1))]

    def test_party_says_what_the_political_status_says(self):
        bring_in([{"name": "甲", "party": "中共"}, {"name": "乙", "party": "无党派人士"}, {"name": "丙", "party": ""}])
        said = {p.person.name: p.political_status for p in Particulars.objects.select_related("person")}
        assert said == {"甲": "中共党员", "乙": "无党派人士", "丙": ""}
        assert not Affiliation.objects.filter(kind=KIND.PARTY).exists()
        report = bring_in([{"name": "丁", "party": "民盟", "political_status": "中共党员"}])
        assert errors(report) == [(2, "党派", "与政治面貌“中共党员”不一致，请核对其中一项")]

    def test_a_registered_person_is_taken_on_and_a_namesake_with_another_birthday_is_not(self, world):
        known = Person.objects.create(name="赵甲子", phone="139-0000-0001")
        other = Person.objects.create(name="钱乙丑")
        Particulars.objects.create(person=other, born=date(1960, 1, 1))
        bring_in([{"name": "赵甲子", "phone": "13900000001"}, {"name": "钱乙丑", "born": "1980-05"}])
        assert member_named("赵甲子").person == known
        assert member_named("钱乙丑").person != other

    def test_who_of_two_namesakes_it_is_must_be_said(self):
        Person.objects.create(name="赵甲子")
        Person.objects.create(name="赵甲子")
        assert "同名" in errors(bring_in([{"name": "赵甲子"}]))[0][2]


class TestAgain:
    def test_a_second_import_changes_nothing(self):
        rows = [FULL | {"id_number": identity(), "address": "云中路1号", "groups": "经济一组"},
                {"name": "钱乙丑", "party": "中共", "valid_from": ""}]  # fmt: skip
        bring_in(rows, create=True)
        before = {model: model.history.count() for model in (Member, Person, Particulars, Affiliation)}
        report = bring_in(rows)
        assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
        assert {model: model.history.count() for model in before} == before

    def test_what_is_exported_comes_in_again_without_loss(self, login):
        bring_in([FULL, {"name": "钱乙丑", "party": "中共", "sector": "教育界"}], create=True)
        response = login("clerk").get("/members/", {"export": "xlsx"})
        table = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
        assert list(table[0]) == [column.label for column in MemberImporter.columns[:17]]
        importer = MemberImporter({"term": term().pk})
        report = importer.check(importer.read(response.content, "名册.xlsx"))
        assert (report.errors, report.unchanged) == ([], 2)
        assert (
            table[1][0] == "钱乙丑"
            and dict(zip(table[0], table[2], strict=True))["专门委员会"] == "经济委员会、教科卫体委员会"
        )

    def test_a_correction_puts_right_what_stood_there(self):
        bring_in([FULL], create=True)
        report = bring_in(
            [FULL | {"sector": "教育界", "phone": "13900000002", "positions": "", "committees": "经济委员会"}]
        )
        assert [row.changes for row in report.rows] == [["界别", "专门委员会", "职务", "手机"]]
        member = member_named("赵甲子")
        assert held(member, KIND.SECTOR) == [("教育界", date(2022, 1, 10), None)]
        assert held(member, KIND.POSITION) == []
        assert len(held(member, KIND.COMMITTEE)) == 1
        assert (member.person.phone, member.version) == ("13900000002", 2)
        trail = list(
            Affiliation.history.filter(kind="sector").order_by("history_id").values_list("history_type", flat=True)
        )
        assert trail == ["+", "~"]

    def test_a_change_from_a_day_on_keeps_the_old_row(self):
        bring_in([FULL], create=True)
        bring_in([FULL | {"sector": "教育界", "party": "", "employer": "市发改局"}], since=date(2024, 3, 1))
        member, last = member_named("赵甲子"), date(2024, 2, 29)
        assert held(member, KIND.SECTOR) == [
            ("经济界", date(2022, 1, 10), last), ("教育界", date(2024, 3, 1), None)
        ]  # fmt: skip
        assert held(member, KIND.PARTY) == [("民盟", date(2022, 1, 10), last)]
        assert [row[0] for row in held(member, KIND.EMPLOYER)] == ["市教育局", "市发改局"]

    def test_columns_that_the_sheet_does_not_have_stay(self):
        bring_in([FULL | {"id_number": identity()}], create=True)
        report = bring_in([{"name": "赵甲子", "remark": "新的备注"}])
        assert report.rows[0].changes == ["备注"]
        assert member_named("赵甲子").person.particulars.id_number.opened() == identity()
        assert held(member_named("赵甲子"), KIND.SECTOR)

    def test_a_blank_or_masked_secret_changes_nothing_a_new_one_does(self):
        bring_in([FULL | {"id_number": identity()}], create=True)
        assert bring_in([{"name": "赵甲子", "id_number": "●●●●●●"}]).unchanged == 1
        assert bring_in([{"name": "赵甲子", "id_number": ""}]).unchanged == 1
        assert bring_in([{"name": "赵甲子", "id_number": identity(number=2)}]).rows[0].changes == ["身份证号"]
        assert member_named("赵甲子").person.particulars.id_number.opened() == identity(number=2)

    def test_a_corrected_beginning_is_followed_by_what_began_with_it(self):
        bring_in([FULL], create=True)
        bring_in([{"name": "赵甲子", "valid_from": "2022-03-01"}])
        assert held(member_named("赵甲子"), KIND.SECTOR) == [("经济界", date(2022, 3, 1), None)]


class TestKeys:
    def test_namesakes_need_the_month_of_birth_told_at_the_cell(self):
        rows = [{"name": "赵甲子", "born": "1970-03"}, {"name": "赵甲子", "born": ""}]
        assert errors(bring_in(rows)) == [(3, "出生年月", "这份表里有同名的“赵甲子”，请填写出生年月以便区分")]
        rows[1]["born"] = "1980-05"
        assert bring_in(rows).created == 2
        assert errors(bring_in([{"name": "赵甲子", "remark": "甲"}])) == [
            (2, "出生年月", "名册里有同名的“赵甲子”，请填写出生年月以便区分")
        ]
        assert bring_in([{"name": "赵甲子", "born": "1980-05", "remark": "乙"}]).rows[0].changes == ["备注"]

    def test_the_same_member_twice_is_an_error(self):
        rows = [{"name": "赵甲子", "born": "1970-03"}, {"name": "赵甲子", "born": "1970-03"}]
        assert errors(bring_in(rows)) == [(3, "姓名", "与第 2 行重复，请删去其中一行")]


class TestErrors:
    def test_each_error_stands_at_its_cell_and_nothing_is_saved(self):
        wrong = {
            "name": "赵甲子", "gender": "男人", "born": "1970.1", "phone": "123", "positions": "总理",
            "valid_from": "昨天", "id_number": "123", "sector": "经济界",
        }  # fmt: skip
        late = {"name": "钱乙丑", "valid_from": "2024-05-01", "valid_to": "2024-04-01"}
        card = {"name": "孙丙寅", "born": "1980-01", "id_number": identity()}
        report = bring_in([wrong, late, card])
        found = {(error.row, error.column) for error in report.errors}
        assert found == {
            (2, "性别"), (2, "出生年月"), (2, "手机"), (2, "职务"), (2, "任职起"), (2, "身份证号"), (3, "任职止"),
            (4, "身份证号"),
        }  # fmt: skip
        assert not Member.objects.exists() and not Person.objects.filter(name="赵甲子").exists()
        told = {error.column: error.value for error in report.errors}
        assert told["性别"] == "男人" and told["身份证号"] == "●●●●●●"
        assert "主席" in next(error.allowed for error in report.errors if error.column == "职务")

    def test_unknown_names_are_offered_with_the_nearest_and_made_when_chosen(self):
        rows = [{"name": "赵甲子", "sector": "经济", "employer": "云江机械有限公司", "committees": "经济委员会"}]
        report = bring_in(rows)
        assert {(u.kind, u.value, u.guess) for u in report.unknown} == {
            ("sector", "经济", "经济界"), ("unit", "云江机械有限公司", "")
        }  # fmt: skip
        assert bring_in(rows, create=True).created == 1
        assert Organization.objects.get(name="云江机械有限公司").kind == Organization.Kind.EMPLOYER
        assert Sector.objects.filter(term=term(), name="经济").exists()

    def test_a_unit_of_another_kind_is_no_party_and_no_committee(self):
        report = bring_in([{"name": "赵甲子", "party": "市教育局", "committees": "市教育局"}])
        assert {(u.kind, u.value) for u in report.unknown} == {("party", "市教育局"), ("committee", "市教育局")}


class TestPages:
    def test_from_the_upload_to_the_roster(self, world, login):
        client = login("clerk")
        data = sheet([FULL | {"id_number": identity(), "employer": "云江机械有限公司"}])
        response = client.post("/members/import/", {"term": term().pk, "file": upload(data), "since": ""})
        assert response.status_code == 302
        batch = ImportBatch.objects.get()
        page = client.get(response.url).content.decode()
        assert "云江机械有限公司" in page and identity() not in page and "●●●●●●" in page
        assert data not in bytes(batch.data) and identity() not in json.dumps(batch.report, ensure_ascii=False)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.db.transaction.on_commit", lambda act, *args, **given: act())
            client.post(response.url, {"new-all": "on", "choice-0": "employer", "choice-1": "employer"})
        assert member_named("赵甲子").person.particulars.id_number.opened() == identity()
        assert "已导入：新增 1 行" in client.get(response.url).content.decode()

    def test_a_file_that_is_none_is_told_at_the_field(self, login):
        response = login("clerk").post("/members/import/", {"term": term().pk, "file": upload(b"no", "名册.xlsx")})
        assert response.status_code == 422

    def test_a_day_outside_the_term_is_refused(self, login):
        data = {"term": term().pk, "file": upload(sheet([FULL])), "since": "2000-01-01"}
        assert "不在第14届之内" in login("clerk").post("/members/import/", data).content.decode()

    def test_the_template_has_all_columns(self, login):
        response = login("clerk").get("/members/import/template/")
        book = load_workbook(io.BytesIO(response.content))
        assert len(next(book["填写"].iter_rows(values_only=True))) == len(MemberImporter.columns) == 20


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "名册.xlsx"
        path.write_bytes(sheet([FULL | {"employer": "云江机械有限公司"}]))
        return path

    def run(self, *args):
        out = io.StringIO()
        try:
            call_command("import_members", *map(str, args), stdout=out)
        except SystemExit as ended:
            return ended.code, json.loads(out.getvalue())
        return 0, json.loads(out.getvalue())

    def test_unknown_units_end_it_with_one_and_a_table_of_errors(self, file):
        code, said = self.run(file, "--term", 14)
        assert code == 1
        assert said["errors"] == [
            {
                "row": 2,
                "column": "工作单位",
                "value": "云江机械有限公司",
                "reason": "没有登记“云江机械有限公司”这个单位",
            }
        ]
        assert not Member.objects.exists()

    def test_it_makes_them_when_told_and_a_dry_run_saves_nothing(self, file):
        code, said = self.run(file, "--term", 14, "--create-units", "--dry-run")
        assert (code, said["created"], Member.objects.count()) == (0, 1, 0)
        assert not Organization.objects.filter(name="云江机械有限公司").exists()
        code, said = self.run(file, "--term", 14, "--create-units")
        assert (code, said["created_names"]) == (0, {"unit": ["云江机械有限公司"]})
        assert self.run(file, "--term", 14)[1]["unchanged"] == 1

    def test_a_term_or_a_file_that_is_not_there(self, file, tmp_path):
        with pytest.raises(CommandError, match="no term"):
            call_command("import_members", str(file), "--term", "99")
        with pytest.raises(CommandError, match="cannot read"):
            call_command("import_members", str(tmp_path / "x.xlsx"), "--term", "14")


def test_two_thousand_members_in_a_constant_number_of_statements(world, django_assert_max_num_queries):
    """Thirty rows and three hundred take the same statements."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    counts = []
    for prefix, many in (("甲", 3), ("乙", 300)):
        rows = [FULL | {"name": f"{prefix}{n}"} for n in range(many)]
        with CaptureQueriesContext(connection) as captured:
            assert bring_in(rows).created == many
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_member_of_an_earlier_term_stays_the_same_person(world):
    a_member(world, "member")
    name = world.users["member"].person.name
    assert bring_in([{"name": name, "remark": "改"}]).updated == 1
