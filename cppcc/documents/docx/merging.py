"""What an edited .docx would change in a document: shown to the clerk, saved only by the form."""

import copy
import re
from dataclasses import dataclass, field
from typing import Any

from cppcc.documents.closing import name_alone
from cppcc.documents.content import ROLES, DocumentContent
from cppcc.documents.describing import described, sides_of
from cppcc.documents.description import LABELS, DescriptionError, content_of, describe
from cppcc.documents.docx.reading import Read
from cppcc.documents.docx.words import plain
from cppcc.documents.lines import text_of
from cppcc.documents.models import Document
from cppcc.documents.models.reference import Format
from cppcc.documents.versions import content_rows
from cppcc.workflow.versions import difference

ORIGIN = re.compile(r"document-([0-9]+)-([0-9]+)")
BY_DEFAULT = ("recipients", "signature", "date", "copy_to")  # what the system fills in where the form has nothing
LISTS = ("recipients", "annexes_note", "signature", "copy_to")


@dataclass
class Merged:
    """The form's first values, the annexes, the changes as `parts/diff.html` shows them, what the clerk must know."""

    initial: dict[str, Any]
    annexes: list[dict[str, Any]]
    changes: list[dict]
    remarks: list[str] = field(default_factory=list)


def origin_of(document: Document) -> str:
    """What a .docx keeps, so that it is known again: which document, as it was when."""
    return f"document-{document.pk}-{document.version}"


def content_shown(document: Document) -> DocumentContent:
    """What it says now, or what was printed of a batch; × where a number will stand. DescriptionError for a gap."""
    issued = document.description.get("as_issued")
    if issued:
        return content_of(issued)
    mapping = described(document, sides_of(document), number=document.number_text, day=document.issued_on)
    return content_of(mapping)


def merged(document: Document, found: Read) -> Merged:
    """What of `found` differs from the document; what is the same, or cannot be told in the form, stays as it is."""
    now, said = spoken(document), dict(found.said)
    remarks = [*found.remarks, *doubts(document, found.origin)]
    if document.kind.format == Format.MINUTES:
        said.pop("recipients")
    elif said.pop("attendees"):
        remarks.append("只有纪要才有出席、请假、列席人员，这几行没有读入。")
    changed: dict[str, Any] = {}
    for key, value in said.items():
        if normal(key, value) == normal(key, now.get(key)):
            continue
        if not value and (key in BY_DEFAULT or (key == "annexes_note" and said["annexes"])):
            remarks.append(f"文件中没有{LABELS[key]}，{LABELS[key]}没有改动。")
        else:
            changed[key] = value
    if "annexes" in changed:
        changed["annexes"] = with_widths(changed["annexes"], document.description.get("annexes") or [])
    annexes = changed.get("annexes", document.description.get("annexes") or [])
    return Merged(first_values(changed), annexes, changes(document, changed), remarks)


def spoken(document: Document) -> dict[str, Any]:
    """What a .docx of the document would say now; {} while it has gaps."""
    try:
        content = content_shown(document)
    except DescriptionError:
        return {}
    return describe(content) | {"annexes_note": content.listed_annexes}


def doubts(document: Document, origin: str) -> list[str]:
    """Whether the file was taken from another document, or from an older text of this one."""
    found = ORIGIN.fullmatch(origin)
    if found and int(found[1]) != document.pk:
        return ["这个文件是从另一件公文下载的，请确认没有选错。"]
    if found and int(found[2]) != document.version:
        return ["下载这个文件以后，公文又有过修改；下面的改动可能把别人的修改改了回去，请逐项核对。"]
    return []


def normal(key: str, value: Any) -> Any:
    """A part in a form in which two that are printed alike are equal."""
    if key == "title":
        return "".join(map(plain, value or []))
    if key in ("recipients", "copy_to"):
        return "，".join(map(plain, value or []))
    if key == "annexes_note":
        return [name_alone(plain(name)) for name in value or []]
    if key == "signature":
        return "".join("".join(map(plain, value or [])).split())
    if key == "attendees":
        return {role: "、".join(map(plain, people)) for role, people in (value or {}).items() if people}
    if key == "body":
        return [(part.get("level", 0), plain(part["text"])) for part in value or []]
    if key == "annexes":
        return [annex_normal(annex) for annex in value or []]
    return plain(value or "")


def annex_normal(annex: dict[str, Any]) -> tuple[Any, ...]:
    """An annex in such a form; the widths of its columns do not count."""
    table = annex.get("table")
    rows = [[cell_normal(cell) for cell in row] for row in (table["head"], *table["rows"])] if table else []
    parts = normal("body", annex.get("body"))
    return normal("title", annex["title"]), annex.get("landscape", False), annex.get("marked", True), parts, rows


def cell_normal(cell: str) -> str:
    """A cell, its line ends kept."""
    return "\n".join(filter(None, map(plain, cell.splitlines())))


def with_widths(annexes: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tables keep the widths that the same table had before."""
    known = {tuple(old["table"]["head"]): old["table"].get("widths") for old in before if old.get("table")}
    for annex in annexes:
        widths = known.get(tuple(annex["table"]["head"])) if annex.get("table") else None
        if widths:
            annex["table"] |= {"widths": widths}
    return annexes


def first_values(changed: dict[str, Any]) -> dict[str, Any]:
    """The changed parts as the fields of the form show them."""
    values: dict[str, Any] = {key: "\n".join(changed[key]) for key in (*LISTS, "title") if key in changed}
    values |= {key: changed[key] for key in ("note", "date") if key in changed}
    if "body" in changed:
        values["body"] = text_of(changed["body"])
    if "attendees" in changed:
        values |= {role: "\n".join(changed["attendees"].get(role, [])) for role in ROLES}
    return values


def changes(document: Document, changed: dict[str, Any]) -> list[dict]:
    """The difference in the words of the page of versions."""
    after = copy.copy(document)
    after.description = {**document.description, **changed}
    if "title" in changed:
        after.title = "".join(changed["title"])
    return difference(content_rows(document), content_rows(after))
