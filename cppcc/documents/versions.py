"""What a version of a document keeps, so that two of them can be told apart paragraph by paragraph."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from cppcc.documents.places import UNIT

HEADS = {
    "recipients": "主送机关", "annexes_note": "附件说明", "signature": "署名", "date": "成文日期", "note": "附注",
    "copy_to": "抄送机关", "urgency": "紧急程度", "copy_number": "份号", "masthead": "联合发文机关",
}  # fmt: skip
Row = tuple[str, str, dict[str, str]]
"""What tells a part from the others, its label, its fields."""
LEVELS = ("正文", "一级标题", "二级标题", "三级标题", "四级标题")


def content_rows(document: Any) -> dict:
    """{"fields": the heads, "rows": a row for each paragraph and annex}, as `workflow.versions` compares them."""
    said = document.description
    fields = {"种类": document.kind.label, "标题": document.title, "密级标识": document.get_classification_display()}
    fields |= {label: told(said.get(key)) for key, label in HEADS.items() if said.get(key)}
    fields |= {role: told(people) for role, people in (said.get("attendees") or {}).items() if people}
    body = [(part["text"], short(part["text"]), paragraph_told(part)) for part in said.get("body") or []]
    annexes = [row for number, annex in enumerate(said.get("annexes") or [], 1) for row in annex_rows(annex, number)]
    return {"fields": fields, "rows": rows([*body, *annexes, *letter_rows(document)])}


def letter_rows(document: Any) -> Iterator[Row]:
    """The addressees of a batch; a document that is no 信函 has none."""
    letters = document.letters.select_related("organization") if document.kind.format == "letter" else ()
    for letter in letters:
        head = f"收件人{letter.name}" + (f"（{letter.unit}）" if letter.unit else "")
        others = {column: said for column, said in letter.values.items() if column != UNIT}
        yield head, head, {"称呼": letter.salutation} | others


def paragraph_told(part: Any) -> dict[str, str]:
    """A paragraph as fields."""
    text, level = (part, 0) if isinstance(part, str) else (part["text"], part.get("level", 0))
    return {"层次": LEVELS[level], "文字": text}


def annex_rows(annex: dict[str, Any], number: int) -> Iterator[Row]:
    """An annex: how it is printed, each of its paragraphs, each row of its table."""
    title = "".join(lines_of(annex.get("title")))
    head = f"附件《{title}》"
    print_as = {"排在": f"第{number}个", "版面": "横排" if annex.get("landscape") else "竖排"}
    label = f"附件《{short(title)}》"
    yield head, label, print_as | {"附件标识": "有" if annex.get("marked", True) else "无（随文印发）"}
    body = annex.get("body") or []
    for part in body.splitlines() if isinstance(body, str) else body:
        said = paragraph_told(part)
        yield f"{head}{said['文字']}", f"{label}：{short(said['文字'])}", said
    yield from table_rows(annex.get("table") or {"head": [], "rows": []}, head, label)


def table_rows(table: dict[str, Any], head: str, label: str) -> Iterator[Row]:
    """A table: its head, then each row under its first cell that is no bare number."""
    columns = [told(cell) for cell in table["head"]]
    if columns:
        yield f"{head}表头", f"{label}的表头", {"表头": " | ".join(columns)}
    names = [f"{name or '空白'}（第{place}列）" if columns.count(name) > 1 or not name else name
             for place, name in enumerate(columns, 1)]  # fmt: skip
    for row in table["rows"]:
        cells = [told(cell) for cell in row]
        named = next((cell for cell in cells if cell and not cell.isdecimal()), "（空行）")
        yield f"{head}表格{named}", f"{label}表格：{short(named)}", dict(zip(names, cells, strict=False))


def short(text: str) -> str:
    """The beginning of a text as a label."""
    return text if len(text) <= 30 else f"{text[:30]}…"


def lines_of(value: Any) -> list[str]:
    """A text or a list of lines as a list."""
    return [str(value)] if isinstance(value, str) else list(value or [])


def told(value: Any) -> str:
    """A text or a list of texts as one."""
    return "、".join(map(str, value)) if isinstance(value, list) else str(value or "")


def rows(parts: Iterable[Row]) -> list[dict[str, Any]]:
    """The parts, each found again by what it says."""
    seen: Counter[str] = Counter()
    found = []
    for text, title, fields in parts:
        seen[text] += 1
        found.append({"key": f"{seen[text]}:{text}", "title": title, "fields": fields})
    return found
