"""A document as a plain mapping (a YAML file, the JSON of a stored document), and back.

Every mistake is told with its place, counted from 0 as in the file: `annexes[1].table.rows[3]`.
"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cppcc.documents.content import KINDS, ROLES, Annex, DocumentContent, Paragraph, Table
from cppcc.office.refusals import Refused

Part = TypeVar("Part")
WORD = "文件"
REQUIRED = ("kind", "masthead", "number", "title", "body", "date")
OPTIONAL = (
    *("signatory", "recipients", "annexes_note", "signature", "note", "annexes", "copy_to", "printed_by", "printed_on"),
    *("attendees", "sealed", "copy_number", "urgency"),
)
NEEDED_BY_KIND = {"document": ("signature",), "letter": ("signature",), "minutes": ("attendees",)}
FOREIGN_TO_KIND = {
    "document": {"attendees": "只有纪要才有出席、请假、列席人员"},
    "letter": {"attendees": "只有纪要才有出席、请假、列席人员", "signatory": "只有上行文才有签发人，信函没有"},
    "minutes": {"recipients": "纪要没有主送机关", "signatory": "只有上行文才有签发人，纪要没有"},
}
KIND_LABELS = {"document": "文件", "letter": "信函", "minutes": "纪要"}
LABELS = {
    "kind": "格式", "masthead": "发文机关标志", "number": "发文字号", "signatory": "签发人", "title": "标题",
    "recipients": "主送机关", "body": "正文", "annexes_note": "附件说明", "signature": "署名", "date": "成文日期",
    "note": "附注", "annexes": "附件", "copy_to": "抄送机关", "printed_by": "印发机关", "printed_on": "印发日期",
    "attendees": "出席、请假、列席", "sealed": "加盖印章", "copy_number": "份号", "urgency": "紧急程度",
    "table": "表格", "head": "表头", "rows": "表格各行", "text": "段落文字", "level": "层次",
}  # fmt: skip
URGENCIES = ("", "特急", "加急", "特提", "平急")


class DescriptionError(Refused):
    """A description is wrong at `place`; `reason` says how, `sentence` both."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}：{reason}" if place else reason)
        self.place = place
        self.reason = reason


def content_of(mapping: Any) -> DocumentContent:
    """The document that a mapping describes; `DescriptionError` for the first unknown, missing or wrong key."""
    part = keys(mapping, "", REQUIRED, OPTIONAL)
    kind = one_of(part.get("kind"), "kind", KINDS)
    for key in NEEDED_BY_KIND[kind]:
        if key not in part:
            raise missing("", key)
    for key, reason in FOREIGN_TO_KIND[kind].items():
        if part.get(key):
            raise DescriptionError(key, f"{reason}，请删去这一项，或者改用别的格式。")
    return DocumentContent(
        kind=kind,
        masthead=masthead(part["masthead"], kind),
        number=text(part["number"], "number"),
        signatories=names(part.get("signatory"), "signatory"),
        title=filled(names(part["title"], "title"), "title"),
        recipients=names(part.get("recipients"), "recipients"),
        body=filled(paragraphs(part["body"], "body"), "body"),
        annexes_note=names(part.get("annexes_note"), "annexes_note"),
        signature=signature(part.get("signature"), kind),
        date=day(part["date"], "date"),
        note=text(part.get("note"), "note"),
        annexes=each(part.get("annexes"), "annexes", annex),
        copy_to=names(part.get("copy_to"), "copy_to"),
        printed_by=text(part.get("printed_by"), "printed_by"),
        printed_on=day(part["printed_on"], "printed_on") if part.get("printed_on") else None,
        attendees=attendees(part.get("attendees")),
        sealed=yes_or_no(part.get("sealed", kind != "minutes"), "sealed"),
        copy_number=copy_number(part.get("copy_number")),
        urgency=one_of(part.get("urgency") or "", "urgency", URGENCIES),
    )


def describe(content: DocumentContent) -> dict[str, Any]:
    """The mapping of a document, fit for JSON and YAML: `content_of(describe(content)) == content`."""
    mapping: dict[str, Any] = {
        "kind": content.kind,
        "masthead": content.masthead,
        "number": content.number,
        "signatory": list(content.signatories),
        "title": list(content.title),
        "recipients": list(content.recipients),
        "body": described_paragraphs(content.body),
        "annexes_note": list(content.annexes_note),
        "signature": list(content.signature),
        "date": content.date.isoformat(),
        "note": content.note,
        "annexes": [described_annex(annex) for annex in content.annexes],
        "copy_to": list(content.copy_to),
        "printed_by": content.printed_by,
        "printed_on": content.printed_on.isoformat() if content.printed_on else None,
        "attendees": {role: list(people) for role, people in content.attendees.items()},
        "sealed": content.sealed,
        "copy_number": content.copy_number,
        "urgency": content.urgency,
    }
    needed = {*REQUIRED, *NEEDED_BY_KIND[content.kind], "sealed"}
    return {key: value for key, value in mapping.items() if value or key in needed}


def described_annex(annex: Annex) -> dict[str, Any]:
    """One annex as a mapping."""
    mapping: dict[str, Any] = {"title": list(annex.title), "body": described_paragraphs(annex.paragraphs)}
    if annex.table:
        mapping["table"] = {"head": list(annex.table.head), "rows": [list(row) for row in annex.table.rows]}
        if annex.table.widths:
            mapping["table"]["widths"] = list(annex.table.widths)
    return mapping | {"landscape": annex.landscape, "marked": annex.marked}


def described_paragraphs(parts: list[Paragraph]) -> list[dict[str, Any]]:
    """Paragraphs as mappings."""
    return [{"level": part.level, "text": part.text} for part in parts]


def missing(place: str, key: str) -> DescriptionError:
    """The error of a key that is not there."""
    label = LABELS.get(key, key)
    return DescriptionError(f"{place}.{key}".lstrip("."), f"缺少这一项（{label}），请补上。")


def keys(value: Any, place: str, required: tuple[str, ...], optional: tuple[str, ...]) -> Mapping[str, Any]:
    """A mapping with all of the required keys and none but these and the optional ones."""
    if not isinstance(value, Mapping):
        raise DescriptionError(place, f"这里应当是若干“名称: 内容”，却是{kind_of(value)}。")
    for key in value:
        if key not in required and key not in optional:
            known = "、".join([*required, *optional])
            raise DescriptionError(f"{place}.{key}".lstrip("."), f"不认识这一项，请核对拼写；可用的有：{known}。")
    for key in required:
        if key not in value:
            raise missing(place, key)
    return value


def kind_of(value: Any) -> str:
    """What a value is, in the clerk's words."""
    kinds: dict[type, str] = {str: "一段文字", list: "一个列表", dict: "一组“名称: 内容”", bool: "是或否"}
    if value is None:
        return "空的"
    return kinds.get(type(value), f"“{value}”")


def text(value: Any, place: str) -> str:
    """A text; absent means empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DescriptionError(place, f"应当是文字，却是{kind_of(value)}；数字、日期等请加上引号。")
    return value


def names(value: Any, place: str) -> list[str]:
    """One text or a list of texts, without the empty ones."""
    found = [text(value, place)] if value is None or isinstance(value, str) else each(value, place, text)
    return [name for name in found if name.strip()]


def each(value: Any, place: str, read: Callable[[Any, str], Part]) -> list[Part]:
    """The parts of a list, each read at its place; absent means none."""
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise DescriptionError(place, f"应当是一个列表，却是{kind_of(value)}。")
    return [read(part, f"{place}[{number}]") for number, part in enumerate(value)]


def filled(parts: list[Part], place: str) -> list[Part]:
    """A list that may not be empty."""
    if not parts:
        raise DescriptionError(place, f"{LABELS.get(place.rpartition('.')[2], '这一项')}没有内容，请填写。")
    return parts


def one_of(value: Any, place: str, allowed: tuple[Any, ...]) -> Any:
    """A value out of a few."""
    if not isinstance(value, str) or value not in allowed:
        choice = "、".join(f"{key}（{KIND_LABELS[key]}）" if key in KIND_LABELS else key for key in allowed if key)
        raise DescriptionError(place, f"不能是“{value}”，只能是：{choice}。")
    return value


def day(value: Any, place: str) -> datetime.date:
    """A date: one that YAML has read, or YYYY-MM-DD."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        found = datetime.datetime.strptime(value, "%Y-%m-%d").date()
    except (TypeError, ValueError) as error:
        raise DescriptionError(place, f"“{value}”不是日期，请写成2026-03-05这样的形式。") from error
    return found


def yes_or_no(value: Any, place: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise DescriptionError(place, f"应当是 true 或者 false，却是{kind_of(value)}。")
    return value


def copy_number(value: Any) -> str:
    """份号: up to six digits, set as six (GB/T 9704, 7.2.1)."""
    found = text(value, "copy_number").strip()
    if found and not (found.isascii() and found.isdecimal() and len(found) <= 6):
        raise DescriptionError("copy_number", f"份号应当是6位以内的数字，却是“{found}”。")
    return found


def masthead(value: Any, kind: str) -> str:
    """发文机关标志: one text, or the offices of a joint document, to which 文件 is added where it is not said."""
    found = names(value, "masthead")
    filled(found, "masthead")
    if len(found) == 1:
        return found[0]
    offices = ["".join(name.split()) for name in found]
    if kind == "document" and not offices[-1].endswith(WORD):
        offices.append(WORD)
    return " ".join(offices)


def signature(value: Any, kind: str) -> list[str]:
    """署名: minutes may go without."""
    found = names(value, "signature")
    return found if kind == "minutes" else filled(found, "signature")


def paragraphs(value: Any, place: str) -> list[Paragraph]:
    """The paragraphs of a text: a list of level and text, or one plain text with a paragraph on each line."""
    if isinstance(value, str):
        return [Paragraph(line.strip()) for line in value.splitlines() if line.strip()]
    return each(value, place, paragraph)


def paragraph(value: Any, place: str) -> Paragraph:
    """One paragraph: a mapping of level and text, or a plain text of level 0."""
    if isinstance(value, str):
        value = {"text": value}
    part = keys(value, place, ("text",), ("level",))
    level = part.get("level", 0)
    if isinstance(level, bool) or not isinstance(level, int) or not 0 <= level <= 4:
        raise DescriptionError(f"{place}.level", f"层次只能是0到4，却是“{level}”：0为正文，1至4为一、（一）1.（1）。")
    found = text(part["text"], f"{place}.text")
    if not found.strip():
        raise DescriptionError(f"{place}.text", "这一段没有文字，请填写或者删去。")
    return Paragraph(found, level)


def annex(value: Any, place: str) -> Annex:
    """One annex: a title, and paragraphs or a table or both."""
    part = keys(value, place, ("title",), ("body", "table", "landscape", "marked"))
    found = Annex(
        title=filled(names(part["title"], f"{place}.title"), f"{place}.title"),
        table=table(part["table"], f"{place}.table") if part.get("table") is not None else None,
        landscape=yes_or_no(part.get("landscape", False), f"{place}.landscape"),
        paragraphs=paragraphs(part.get("body"), f"{place}.body"),
        marked=yes_or_no(part.get("marked", True), f"{place}.marked"),
    )
    if found.table is None and not found.paragraphs:
        raise DescriptionError(place, "附件既没有正文（body）也没有表格（table），请补上一样。")
    return found


def table(value: Any, place: str) -> Table:
    """A table whose rows all have as many cells as its head."""
    part = keys(value, place, ("head", "rows"), ("widths",))
    head = filled(each(part["head"], f"{place}.head", cell), f"{place}.head")
    rows = each(part["rows"], f"{place}.rows", lambda row, here: each(row, here, cell))
    filled(rows, f"{place}.rows")
    for number, row in enumerate(rows):
        if len(row) != len(head):
            reason = f"第{number + 1}行有{len(row)}格，表头有{len(head)}格，请补齐或者删去多余的。"
            raise DescriptionError(f"{place}.rows[{number}]", reason)
    widths = each(part.get("widths"), f"{place}.widths", positive)
    if widths and len(widths) != len(head):
        raise DescriptionError(f"{place}.widths", f"有{len(widths)}个列宽，表头有{len(head)}格，请使两者一致。")
    return Table(head, rows, widths)


def cell(value: Any, place: str) -> str:
    """A cell: a text, a number or a date; absent means empty."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float | datetime.date):
        raise DescriptionError(place, f"格子里应当是文字或者数字，却是{kind_of(value)}。")
    return str(value)


def positive(value: Any, place: str) -> float:
    """A share of the width of a table."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000:
        raise DescriptionError(place, f"列宽应当是大于0的数，却是“{value}”。")
    return value


def attendees(value: Any) -> dict[str, list[str]]:
    """出席, 请假 and 列席 in this order, without those that nobody belongs to."""
    if value is None:
        return {}
    part = keys(value, "attendees", (), ROLES)
    found = {role: names(part.get(role), f"attendees.{role}") for role in ROLES}
    return {role: people for role, people in found.items() if people}
