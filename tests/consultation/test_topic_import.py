"""Topics from Excel and CSV: real plans, unknown names, the same file twice, and what is refused."""

import pytest

from consultation.imports import TopicImporter
from consultation.lookup import guess_kind
from consultation.models import AnnualPlan, ConsultationForm, Topic
from consultation.suggesting import consolidate
from cppcc.office.models import Organization
from cppcc.office.refusals import Refused
from cppcc.office.unit_names import organizations
from tests.consultation.planfiles import HEADER, book, published, row
from tests.sheets.workbooks import csv_bytes, xlsx

Kind = Organization.Kind


def run(plan, data, *, by=None, create=False, name="议题.xlsx"):
    """Import a file; `create` also makes the names that nobody knows."""
    importer = TopicImporter({"plan": plan.pk})
    table = importer.read(data, name)
    new = {}
    if create:
        for unknown in importer.check(table).unknown:
            new.setdefault(unknown.kind, {})[unknown.value] = ""
    return TopicImporter({"plan": plan.pk}).apply(table, by=by, options={"new": new})


def counts(report):
    return report.created, report.updated, report.unchanged, len(report.errors)


def topic(plan, title):
    return Topic.objects.with_parts().get(plan=plan, title=title)


def names(units):
    return [unit.name for unit in units]


def test_all_of_shandong_2015_with_its_groups_and_departments(world):
    plan = world.plan(2015)
    report = run(plan, book(*published("shandong-2015")), create=True)
    assert counts(report) == (12, 0, 0, 0)
    found = topic(plan, "我省高校如何更多地培养应用型人才")
    assert names(found.leads) == ["民盟组", "教育一组"]
    assert names(found.consulted) == ["省教育厅", "省人社厅"]
    assert (found.month_from, found.month_to, found.number, found.form_text) == (9, 9, 8, "界别协商")
    assert {unit.kind for t in plan.topics.with_parts() for unit in t.leads} == {Kind.SECTOR_GROUP}
    long = topic(plan, "《山东省妇女发展“十二五”规划》《山东省儿童发展“十二五”规划》实施情况")
    assert names(long.consulted) == ["省委组织部", "省妇联", "省教育厅", "省卫计委"]


def test_all_fifteen_of_sichuan_2020_with_a_topic_of_two_forms(world):
    plan = world.plan(2020)
    assert counts(run(plan, book(*published("sichuan-2020")), create=True)) == (15, 0, 0, 0)
    twice = topic(plan, "推动成渝地区双城经济圈建设,打造高质量发展的新动力源")
    assert twice.form_text == "全体会议协商、专题议政性常委会会议"
    assert topic(plan, "“一府两院”工作报告").month_text == ""


def test_weihai_2023_is_led_by_committees_and_finds_the_reform_bureau_by_its_alias(world):
    plan = world.plan(2023)
    assert counts(run(plan, book(*published("weihai-2023")), create=True)) == (3, 0, 0, 0)
    found = topic(plan, "放大生态比较优势,推动经济绿色低碳高质量发展")
    assert {unit.kind for unit in found.leads} == {Kind.COMMITTEE}
    assert found.consulted[0] == world.orgs["dept1"]
    assert len(topic(plan, "降低企业成本,吸引投资创业").consulted) == 9


def test_unknown_units_and_forms_are_reported_by_row_and_nothing_is_saved(world):
    plan = world.plan(2015)
    report = run(plan, book(*published("shandong-2015")))
    assert not report.applied and not plan.topics.exists()
    assert {unknown.kind for unknown in report.unknown} == {"lead", "unit", "form"}
    found = {(u.kind, u.value): u.rows for u in report.unknown}
    assert found["unit", "省人社厅"] == [3, 9, 12] and found["form", "界别协商"] == list(range(2, 14))
    first = report.errors[0].as_json()
    assert (first["row"], first["column"], first["by_unknown"]) == (2, "牵头单位", True)
    assert "没有登记“无党派组”这个牵头单位" in first["reason"]


def test_the_preview_offers_to_create_unknown_names_with_a_kind(world):
    report = TopicImporter({"plan": world.plan().pk})
    table = report.read(
        book(row("甲", 牵头单位="青少年组", 协商部门="市气象局", **{"涉及县（市、区）": "云岭县"})), "a.xlsx"
    )
    TopicImporter(
        {"plan": AnnualPlan.objects.get().pk},
    ).apply(table, by=None, options={"new": {"lead": {"青少年组": "activity_group"}, "unit": {"市气象局": ""},
                                             "county": {"云岭县": ""}}})  # fmt: skip
    kinds = dict(Organization.objects.values_list("name", "kind"))
    assert (kinds["青少年组"], kinds["市气象局"], kinds["云岭县"]) == ("activity_group", "department", "county")


def test_the_same_file_twice_changes_nothing(world):
    plan = world.plan(2015)
    data = book(*published("shandong-2015"))
    run(plan, data, create=True)
    rows = Topic.history.count()
    report = run(plan, data)
    assert counts(report) == (0, 0, 12, 0) and Topic.history.count() == rows
    assert Topic.objects.filter(plan=plan, version=1).count() == 12


def adopted(world, plan, title):
    """A county's suggestion, which involves county2, taken up into the topic of that title."""
    suggestion = world.suggestion(world.solicitation(plan), "county1")
    suggestion.counties.set([world.orgs["county2"]])
    return consolidate([suggestion], by=world.users["clerk"], topic=topic(plan, title))


def test_the_same_file_after_a_suggestion_was_adopted_changes_nothing(world):
    plan = world.plan()
    data = book(row("甲"), row("乙", 提出单位="市教育局", **{"涉及县（市、区）": "青溪县"}))
    run(plan, data)
    adopted(world, plan, "甲")
    assert counts(run(plan, data)) == (0, 0, 2, 0)
    found = topic(plan, "甲")
    assert (found.proposers, found.units_of("county")) == ([world.orgs["county1"]], [world.orgs["county2"]])


def test_named_units_join_those_of_an_adopted_suggestion(world):
    plan = world.plan()
    run(plan, book(row("甲", 提出单位="市教育局", **{"涉及县（市、区）": "青溪县"})))
    adopted(world, plan, "甲")
    changed = book(row("甲", 提出单位="民盟", **{"涉及县（市、区）": ""}))
    assert counts(run(plan, changed)) == (0, 1, 0, 0)
    assert counts(run(plan, changed)) == (0, 0, 1, 0)
    found = topic(plan, "甲")
    assert found.proposers == [world.orgs["party1"], world.orgs["county1"]]
    assert found.units_of("county") == [world.orgs["county2"]]


def test_a_blank_proposer_leaves_the_proposers(world):
    plan = world.plan()
    run(plan, book(row("甲", 提出单位="市教育局")))
    assert counts(run(plan, book(row("甲", 提出单位="", 备注="改")))) == (0, 1, 0, 0)
    assert topic(plan, "甲").proposers == [world.orgs["dept2"]]


def test_one_changed_cell_updates_one_topic(world):
    plan = world.plan(2015)
    rows = published("shandong-2015")
    run(plan, book(*rows), create=True)
    rows[3][HEADER.index("月份")] = "６-７"
    report = run(plan, book(*rows), by=world.users["clerk"])
    assert counts(report) == (0, 1, 11, 0)
    changed = topic(plan, rows[3][1])
    assert (changed.month_text, changed.version) == ("6—7月", 2)
    assert changed.history.first().history_user == world.users["clerk"]


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("协商形式", "专题协商会、对口协商", "对口协商、专题协商会"),
        ("牵头单位", "经济委、教科卫体委", "教科卫体委、经济委"),
        ("协商部门", "市发改局", "市教育局；市发改局"),
        ("议题类型", "自选", "联接"),
        ("监督性", "", "是"),
        ("备注", "", "与党派调研结合"),
        ("序号", "1", "7"),
    ],
)
def test_a_change_of_each_column_is_saved_once_and_then_unchanged(world, column, before, after):
    plan = world.plan()
    run(plan, book(row("甲", **{column: before})))
    assert counts(run(plan, book(row("甲", **{column: after})))) == (0, 1, 0, 0)
    assert counts(run(plan, book(row("甲", **{column: after})))) == (0, 0, 1, 0)


def test_a_title_is_the_same_whatever_its_width_and_punctuation(world):
    plan = world.plan()
    run(plan, book(row("推进“双碳”目标，加快转型", 序号=1)))
    assert counts(run(plan, book(row('推进"双碳"目标,加快转型', 序号=1)))) == (0, 1, 0, 0)
    assert plan.topics.count() == 1


def test_a_second_row_of_the_same_topic_is_refused(world):
    plan = world.plan()
    report = run(plan, book(row("甲"), row("乙"), row("甲 ")))
    assert [(error.row, error.reason) for error in report.errors] == [(4, "与第 2 行重复，请删去其中一行")]
    assert not plan.topics.exists()


def test_several_values_in_a_cell(world):
    plan = world.plan()
    cells = [
        "经济委、教科卫体委",
        "经济委；教科卫体委",
        "经济委;教科卫体委",
        "经济委\n教科卫体委",
        "经济委，教科卫体委",
    ]
    run(plan, book(*(row(f"议题{n}", 牵头单位=cell) for n, cell in enumerate(cells))))
    for n, cell in enumerate(cells):
        assert names(topic(plan, f"议题{n}").leads) == ["经济委员会", "教科卫体委员会"], cell


def test_months(world):
    plan = world.plan()
    spellings = [
        ("", (None, None)),
        ("3", (3, 3)),
        (3, (3, 3)),
        ("3-4", (3, 4)),
        ("３－４", (3, 4)),
        ("3月—4月", (3, 4)),
        ("全年", (1, 12)),
        ("１２", (12, 12)),
        ("十一月", (11, 11)),
    ]
    run(plan, book(*(row(f"议题{n}", 月份=cell) for n, (cell, _) in enumerate(spellings))))
    for n, (cell, months) in enumerate(spellings):
        found = topic(plan, f"议题{n}")
        assert (found.month_from, found.month_to) == months, cell


def test_a_month_that_is_none_is_told_with_row_column_and_value(world):
    plan = world.plan()
    cells = ["13", "0", "4-3", "年底", "3-4-5", "-3", "３月左右"]
    errors = run(plan, book(*(row(f"议题{n}", 月份=cell) for n, cell in enumerate(cells)))).errors
    assert [(error.row, error.column) for error in errors] == [(n, "月份") for n in range(2, 2 + len(cells))]
    assert all(error.value and error.reason and "全年" in error.allowed for error in errors)
    assert not plan.topics.exists()


def test_linked_or_self_selected_and_supervisory(world):
    plan = world.plan()
    kinds = [("联接", "linked"), ("联接议题", "linked"), ("自选", "self_selected"), ("", "self_selected")]
    ticks = [("是", True), ("√", True), ("否", False), ("", False)]
    rows = [row(f"类型{n}", 议题类型=cell) for n, (cell, _) in enumerate(kinds)]
    run(plan, book(*rows, *(row(f"监督{n}", 监督性=cell) for n, (cell, _) in enumerate(ticks))))
    assert [topic(plan, f"类型{n}").linkage for n in range(len(kinds))] == [linkage for _, linkage in kinds]
    assert [topic(plan, f"监督{n}").supervisory for n in range(len(ticks))] == [ticked for _, ticked in ticks]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("议题类型", "重点", "不在可选范围内"),
        ("监督性", "也许", "看不出"),
        ("序号", "一", "不是整数"),
        ("序号", "-1", "超出允许的范围"),
        ("序号", "12345", "超出允许的范围"),
        ("议题", "题" * 201, "最多 200 字"),
        ("备注", "注" * 1001, "最多 1000 字"),
        ("协商形式", "形" * 41, "最多 40 字"),
        ("牵头单位", "委" * 101, "最多 100 字"),
        ("协商部门", "局" * 101, "最多 100 字"),
        ("议题", "＝１＋１", "像是公式"),
    ],
)
def test_what_is_wrong_in_a_cell_is_a_sentence_even_when_names_may_be_created(world, column, cell, words):
    plan = world.plan()
    report = run(plan, book(row("甲") if column == "议题" else row("乙"), row("甲", **{column: cell})), create=True)
    assert [(error.row, error.column) for error in report.errors] == [(3, column)]
    assert words in report.errors[0].reason
    assert not plan.topics.exists()


def test_an_empty_title_is_told(world):
    (error,) = run(world.plan(), book(row("", 月份="3"))).errors
    assert (error.row, error.column, error.reason) == (2, "议题", "不能为空")


def test_columns_may_stand_in_any_order_and_be_left_out(world):
    plan = world.plan()
    run(plan, book(row("甲", 牵头单位="经济委", 月份="3", 备注="留着")))
    report = run(plan, xlsx(["监督性", "议题名称"], ["是", "甲"]))
    assert counts(report) == (0, 1, 0, 0)
    found = topic(plan, "甲")
    assert (
        found.supervisory and names(found.leads) == ["经济委员会"] and (found.month_from, found.remark) == (3, "留着")
    )


def test_four_byte_characters_and_gbk_csv(world):
    plan = world.plan()
    run(plan, book(row("研究𬭎等生僻字")))
    assert topic(plan, "研究𬭎等生僻字")
    run(plan, csv_bytes(HEADER, row("优化营商环境", 牵头单位="经济委"), encoding="gbk"), name="议题.csv")
    assert names(topic(plan, "优化营商环境").leads) == ["经济委员会"]


def test_a_title_that_grows_when_it_is_folded_is_no_accident(world):
    plan = world.plan()
    assert counts(run(plan, book(row("㎏" * 150)))) == (1, 0, 0, 0)
    assert counts(run(plan, book(row("㎏" * 150)))) == (0, 0, 1, 0)


@pytest.mark.parametrize("state", ["in_approval", "approved", "issued", "closed"])
def test_a_frozen_plan_takes_no_import(world, state):
    plan = world.plan(topics=1, state=state)
    with pytest.raises(Refused, match="议题"):
        run(plan, book(row("甲")))
    assert plan.topics.count() == 1


def test_an_error_in_one_row_saves_nothing_not_even_new_units(world):
    plan = world.plan()
    report = run(plan, book(row("甲", 牵头单位="无党派组"), row("乙", 月份="13")), create=True)
    assert [error.row for error in report.errors] == [3]
    assert not plan.topics.exists() and not Organization.objects.filter(name="无党派组").exists()


def test_a_withdrawn_topic_does_not_come_back_by_an_import(world):
    plan = world.plan(topics=1)
    plan.topics.update(state="withdrawn")
    with pytest.raises(Refused, match="已撤销"):
        run(plan, book(row("议题第1号", 备注="改")))


def test_unknown_names_that_are_one_unit_are_created_once(world):
    plan = world.plan()
    rows = [row("甲", 牵头单位="无党派委员会", 协商部门="市无党派委"), row("乙", 牵头单位="无党派委")]
    assert counts(run(plan, book(*rows), create=True)) == (2, 0, 0, 0)
    assert Organization.objects.filter(name__contains="无党派").count() == 1


def test_a_stage_with_a_note_stays_when_the_same_forms_are_imported(world):
    plan = world.plan(topics=1)
    stage = plan.topics.get().stages.get()
    stage.note = "第一阶段"
    stage.save()
    run(plan, xlsx(["议题", "协商形式", "备注"], ["议题第1号", "专题协商会、对口协商", "改"]))
    assert topic(plan, "议题第1号").form_text == "专题协商会（第一阶段）、对口协商"


def test_a_form_that_was_created_has_no_rule_sheet_yet(world):
    run(world.plan(), book(row("甲", 协商形式="视察监督")), create=True)
    form = ConsultationForm.objects.get(label="视察监督")
    assert not (form.is_special or form.is_forum or form.procedure)


@pytest.mark.parametrize(
    ("name", "column", "kind"),
    [
        ("市政协提案委", "lead", Kind.COMMITTEE),
        ("市政协社会法制委", "unit", Kind.COMMITTEE),
        ("致公党组", "lead", Kind.SECTOR_GROUP),
        ("特邀界", "lead", Kind.SECTOR_GROUP),
        ("省卫计委", "unit", Kind.DEPARTMENT),
        ("青岛海关", "unit", Kind.DEPARTMENT),
        ("市妇女联合会", "unit", Kind.PEOPLES_ORGANISATION),
        ("市中级人民法院", "unit", Kind.COURT),
        ("城关镇", "unit", Kind.TOWNSHIP),
        ("青阳", "county", Kind.COUNTY),
    ],
)
def test_the_kind_of_an_unknown_unit_is_guessed_from_its_name(name, column, kind):
    assert guess_kind(name, column) == kind


def test_units_are_found_by_full_short_and_other_names(world):
    keys = {
        "经济委": "econ",
        "市政协经济委": "econ",
        "经济委员会": "econ",
        "经济　委员会": "econ",
        "市发改局": "dept1",
        "发改委": "dept1",
        "民盟": "party1",
        "青溪": "county1",
        "青溪县政协": "county1",
        "教育局": "dept2",
        "市政协办公室": "office",
        "没有的单位": None,
        "市委常委会会议": None,
    }
    known = organizations()
    for name, key in keys.items():
        assert known.find(name) == (world.orgs[key] if key else None), name
