"""What a version of a document keeps, so that two of them can be told apart paragraph by paragraph."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

HEADS = {
    "recipients": "主送机关", "annexes_note": "附件说明", "signature": "署名", "date": "成文日期", "note": "附注",
    "copy_to": "抄送机关",
}  # fmt: skip
LEVELS = ("正文", "一级标题", "二级标题", "三级标题", "四级标题")


def content_rows(document: Any) -> dict:
    """{"fields": the heads, "rows": a row for each paragraph and annex}, as `workflow.versions` compares them."""
    said = document.description
    fields = {"种类": document.kind.label, "标题": document.title, "密级标识": document.get_classification_display()}
    fields |= {label: told(said.get(key)) for key, label in HEADS.items() if said.get(key)}
    fields |= {role: told(people) for role, people in (said.get("attendees") or {}).items() if people}
    annexes = [{"level": 0, "text": f"附件：{told(annex.get('title'))}"} for annex in said.get("annexes") or []]
    return {"fields": fields, "rows": rows([*(said.get("body") or []), *annexes])}


def told(value: Any) -> str:
    """A text or a list of texts as one."""
    return "、".join(map(str, value)) if isinstance(value, list) else str(value or "")


def rows(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The paragraphs, each found again by what it says."""
    seen: Counter[str] = Counter()
    found = []
    for part in parts:
        text = part["text"]
        seen[text] += 1
        title = text if len(text) <= 30 else f"{text[:30]}…"
        found.append(
            {"key": f"{seen[text]}:{text}", "title": title, "fields": {"层次": LEVELS[part["level"]], "文字": text}}
        )
    return found
