"""Descriptions: every document round-trips, every mistake is told with its place, and the command is clear."""

import copy
import datetime
import json
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from cppcc.documents.content import Annex, DocumentContent, Paragraph, Table
from cppcc.documents.description import DescriptionError, content_of, describe
from tests.documents.plans import JOINT, OFFICES, plan
from tests.documents.samples import SAMPLES, sample
from tests.documents.test_samples import PAGES

SMALL = {
    "kind": "document",
    "masthead": "政协云江市委员会办公室文件",
    "number": "云政协办〔2026〕3号",
    "title": "关于召开会议的通知",
    "recipients": ["各县（市、区）政协"],
    "body": [{"level": 0, "text": "定于3月5日召开会议。"}],
    "signature": ["政协云江市委员会办公室"],
    "date": "2026-03-01",
    "annexes": [
        {"title": "议程", "body": [{"text": "略。"}]},
        {"title": "名单", "table": {"head": ["序号", "姓名"], "rows": [["1", "甲"], ["2", "乙"], ["3", "丙"]]}},
    ],
}
MINUTES = SMALL | {"kind": "minutes", "recipients": [], "attendees": {"出席": ["张三"]}}


@pytest.mark.parametrize("name", PAGES)
def test_a_document_round_trips_through_json_and_yaml(name):
    content = sample(name)
    assert content_of(json.loads(json.dumps(describe(content)))) == content
    assert content_of(yaml.safe_load(yaml.safe_dump(describe(content), allow_unicode=True))) == content


def test_a_content_made_by_the_program_round_trips():
    content = plan(3)
    assert content_of(describe(content)) == content


def test_what_is_empty_is_not_described():
    assert set(describe(content_of({**SMALL, "annexes": []}))) == {*SMALL, "sealed"} - {"annexes"}


def test_texts_may_stand_for_lists_and_offices_for_a_joint_mark():
    short = SMALL | {"recipients": "市委", "body": "第一段。\n第二段。", "signature": "市政协", "masthead": OFFICES}
    content = content_of(short)
    assert content.recipients == ["市委"]
    assert content.body == [Paragraph("第一段。"), Paragraph("第二段。")]
    assert content.masthead == JOINT


def test_cells_may_be_numbers_dates_and_empty():
    table = {"head": ["甲", "乙", "丙", "丁"], "rows": [[1, 2.5, datetime.date(2026, 3, 5), None]]}
    content = content_of(SMALL | {"annexes": [{"title": "表", "table": table}]})
    assert content.annexes == [Annex(["表"], Table(["甲", "乙", "丙", "丁"], [["1", "2.5", "2026-03-05", ""]]))]


@pytest.mark.parametrize("key", ["kind", "masthead", "number", "title", "body", "date", "signature"])
def test_a_missing_key_is_told(key):
    with pytest.raises(DescriptionError, match="缺少这一项") as refusal:
        content_of({name: value for name, value in SMALL.items() if name != key})
    assert refusal.value.place == key


def changed(path: str, value: object) -> dict:
    """The small description with the part at a path like `annexes.1.table` put in the place of what was there."""
    mapping = copy.deepcopy(SMALL)
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    target = mapping
    for step in way:
        target = target[step]
    target[last] = value
    return mapping


WRONG = [
    ("titel", "x", "titel", "不认识这一项"),
    ("kind", "fax", "kind", "只能是：document（文件）、letter（信函）、minutes（纪要）"),
    ("kind", ["letter"], "kind", "只能是"),
    ("title", [], "title", "标题没有内容"),
    ("title", [" "], "title", "标题没有内容"),
    ("title", 7, "title", "应当是一个列表"),
    ("number", 18, "number", "请加上引号"),
    ("body", [], "body", "正文没有内容"),
    ("body", None, "body", "正文没有内容"),
    ("body", {"text": "x"}, "body", "应当是一个列表"),
    ("body.0.level", 5, "body[0].level", "层次只能是0到4"),
    ("body.0.level", True, "body[0].level", "层次只能是0到4"),
    ("body.0.text", " ", "body[0].text", "没有文字"),
    ("body.0.txt", "x", "body[0].txt", "不认识这一项"),
    ("body.0", 3, "body[0]", "这里应当是"),
    ("recipients", [["x"]], "recipients[0]", "应当是文字"),
    ("date", "2026-02-30", "date", "不是日期"),
    ("date", "3月5日", "date", "不是日期"),
    ("date", 20260305, "date", "不是日期"),
    ("date", datetime.datetime(2026, 3, 5, tzinfo=datetime.UTC), "date", "不是日期"),
    ("printed_on", "2026", "printed_on", "不是日期"),
    ("sealed", "yes", "sealed", "true 或者 false"),
    ("copy_number", "1234567", "copy_number", "6位以内"),
    ("urgency", "快", "urgency", "只能是：特急、加急"),
    ("attendees", {"出席": ["甲"]}, "attendees", "只有纪要"),
    ("annexes", {"title": "x"}, "annexes", "应当是一个列表"),
    ("annexes.0.title", None, "annexes[0].title", "标题没有内容"),
    ("annexes.0.body", [], "annexes[0]", "既没有正文"),
    ("annexes.0.landscape", "yes", "annexes[0].landscape", "true 或者 false"),
    ("annexes.1.table.rows.2", ["3"], "annexes[1].table.rows[2]", "第3行有1格，表头有2格"),
    ("annexes.1.table.rows.2", "3", "annexes[1].table.rows[2]", "应当是一个列表"),
    ("annexes.1.table.rows.0.1", ["x"], "annexes[1].table.rows[0][1]", "文字或者数字"),
    ("annexes.1.table.rows", [], "annexes[1].table.rows", "没有内容"),
    ("annexes.1.table.head", [], "annexes[1].table.head", "没有内容"),
    ("annexes.1.table.widths", [1], "annexes[1].table.widths", "有1个列宽"),
    ("annexes.1.table.widths", [1, -2], "annexes[1].table.widths[1]", "大于0"),
    ("annexes.1.table", {"head": ["甲"]}, "annexes[1].table.rows", "缺少这一项"),
]


@pytest.mark.parametrize(("path", "value", "place", "reason"), WRONG)
def test_a_mistake_is_told_with_its_place(path, value, place, reason):
    with pytest.raises(DescriptionError) as refusal:
        content_of(changed(path, value))
    assert refusal.value.place == place
    assert reason in refusal.value.reason
    assert refusal.value.sentence == f"{place}：{refusal.value.reason}"


@pytest.mark.parametrize("value", [None, [], "x", 3])
def test_what_is_no_mapping_is_refused(value):
    with pytest.raises(DescriptionError, match="这里应当是"):
        content_of(value)


@pytest.mark.parametrize(
    ("mapping", "place"),
    [
        (MINUTES | {"recipients": ["市委"]}, "recipients"),
        (MINUTES | {"signatory": "周某"}, "signatory"),
        (MINUTES | {"attendees": {"缺席": ["x"]}}, "attendees.缺席"),
        ({key: value for key, value in MINUTES.items() if key != "attendees"}, "attendees"),
        (SMALL | {"kind": "letter", "signatory": "周某"}, "signatory"),
    ],
)
def test_what_does_not_belong_to_the_format_is_refused(mapping, place):
    with pytest.raises(DescriptionError) as refusal:
        content_of(mapping)
    assert refusal.value.place == place


def test_minutes_need_no_signature():
    content = content_of({key: value for key, value in MINUTES.items() if key != "signature"})
    assert (content.signature, content.sealed, content.attendees) == ([], False, {"出席": ["张三"]})


def test_the_command_writes_a_document(tmp_path, capsys):
    target = tmp_path / "out.pdf"
    call_command("typeset", SAMPLES / "notice.yaml", target)
    assert target.read_bytes().startswith(b"%PDF-")
    assert "out.pdf" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("kind: fax", "缺少这一项"),
        ("a: [1", "第1行|第2行"),
        ("kind: letter\nkind: minutes", "第2行：“kind”重复出现"),
        ("", "这里应当是"),
        ("- a", "这里应当是"),
        ("!!python/object/apply:os.system [id]", "不是正确的YAML"),
        ("a: \x07", "不是正确的YAML"),
        ("date: 2026-02-30", "不是正确的YAML"),
        ("[" * 3000, "不是正确的YAML"),
    ],
)
def test_the_command_tells_what_is_wrong_and_writes_nothing(tmp_path, text, complaint):
    source, target = tmp_path / "in.yaml", tmp_path / "out.pdf"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=complaint) as error:
        call_command("typeset", source, target)
    assert error.value.returncode == 1
    assert not target.exists()


def test_the_command_tells_of_files_it_cannot_use(tmp_path):
    with pytest.raises(CommandError, match="不能读取"):
        call_command("typeset", tmp_path / "none.yaml", tmp_path / "out.pdf")
    (tmp_path / "gbk.yaml").write_bytes("标题".encode("gbk"))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("typeset", tmp_path / "gbk.yaml", tmp_path / "out.pdf")
    with pytest.raises(CommandError, match="不能写入"):
        call_command("typeset", SAMPLES / "notice.yaml", tmp_path / "no" / "out.pdf")


def test_the_command_names_a_missing_character(tmp_path):
    source = tmp_path / "in.yaml"
    source.write_text(yaml.safe_dump(SMALL | {"note": "联系人：\U0001f600"}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(CommandError, match="U\\+1F600"):
        call_command("typeset", source, tmp_path / "out.pdf")


def test_no_described_document_is_left_out():
    assert {Path(path).suffix for path in SAMPLES.iterdir()} <= {".yaml", ".py", ""}
    assert isinstance(sample("notice"), DocumentContent)
