"""The annexes in the form of a document: added, moved, removed by buttons that keep everything typed.

The form posts `annex` once for each annex, in their order: a key under which the fields of that annex stand.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.datastructures import MultiValueDict

from cppcc.documents.forms.lines import MARKING, lines
from cppcc.documents.lines import lines_of, paragraphs_of, text_of
from cppcc.documents.table_text import table_of, text_of_table
from cppcc.files.safety import check
from cppcc.office.refusals import Refused
from cppcc.sheets.reading import read_rows

MARK = "附件"
MOST = 30  # annexes
KEY = re.compile(r"[0-9]{1,4}")
MOST_CELLS = 6000  # of all tables together: half a minute of typesetting
FEW = 2  # so many stand unfolded
FULL = f"附件最多 {MOST} 个，请把内容相近的合并成一个。"
TABLE_HINT = (
    "第一行是表头，一行一条；可以直接从 Excel、WPS 复制粘贴，手工填写的各格之间用“|”隔开。"
    r"格内换行写“\n”，格内要印“|”的写“\|”。"
)


class AnnexForm(forms.Form):
    """One annex: its title, its text, its table."""

    title = lines("附件标题", 2, length=200, required=True, hint="可以分行")
    body = lines("附件正文", 4, length=60_000, hint=MARKING)
    table = forms.CharField(
        label="表格", required=False, strip=False, help_text=TABLE_HINT, validators=[MaxLengthValidator(200_000)],
        widget=forms.Textarea(attrs={"rows": 5, "wrap": "off", "class": "table-text"}),
    )  # fmt: skip
    upload = forms.FileField(
        label="用 Excel 文件作表格", required=False, widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text="选 .xlsx 文件，读入第一张工作表，替换上面的表格；第一行须是表头",
    )  # fmt: skip
    landscape = forms.BooleanField(label="横排（纸张横放，适合列数多的表格）", required=False)
    unmarked = forms.BooleanField(label="随文印发的文本（不标“附件”）", required=False)
    widths = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400)

    def __init__(self, data: Any = None, *, key: str, initial: dict[str, Any] | None = None, refusal: str = "") -> None:
        super().__init__(data, prefix=f"annex-{key}", initial=initial)
        self.key, self.refusal = key, refusal
        self.label, self.unfolded = MARK, False

    def clean(self) -> dict[str, Any]:
        """A text or a table; the table whole, or a sentence that names its rows."""
        cleaned = super().clean() or {}
        if self.refusal:
            self.add_error("upload", self.refusal)
        try:
            cleaned["table"] = table_of(cleaned.get("table", ""))
        except Refused as refusal:
            self.add_error("table", refusal.sentence)
        if not self.errors and not cleaned["table"] and not paragraphs_of(cleaned["body"]):
            self.add_error("body", "附件没有内容，请填写正文或者表格；不要这个附件的，请点“删除”。")
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """The annex as the description keeps it."""
        data = self.cleaned_data
        found = {
            "title": lines_of(data["title"]), "body": paragraphs_of(data["body"]), "landscape": data["landscape"],
            "marked": not data["unmarked"],
        }  # fmt: skip
        if data["table"]:
            widths = _numbers(data["widths"])
            fitting = {"widths": widths} if len(widths) == len(data["table"]["head"]) else {}
            found["table"] = data["table"] | fitting
        return found


class AnnexForms:
    """All annexes of a document in its form."""

    def __init__(self, forms_: Sequence[AnnexForm], *, refusal: str = "", focus: str = "") -> None:
        self.forms, self.refusal, self.focus = list(forms_), refusal, focus
        marked = [form for form in self.forms if not form["unmarked"].value()]
        for number, form in enumerate(marked, start=1):
            form.label = f"{MARK}{number}" if len(marked) > 1 else MARK
        for form in self.forms:
            if form not in marked:
                form.label = "随文印发的文本"
            few = len(self.forms) <= FEW
            form.unfolded = few or form.key == focus or bool(form.errors or form.refusal or not form["title"].value())

    @classmethod
    def stored(cls, annexes: Sequence[Mapping[str, Any]]) -> "AnnexForms":
        """As the document has them."""
        return cls([AnnexForm(key=str(place), initial=_shown(annex)) for place, annex in enumerate(annexes)])

    @classmethod
    def posted(cls, data: Any, files: Any) -> "AnnexForms":
        """As they were typed, to be checked."""
        keys = _keys(data)
        data, refusals = _read_uploads(data, files, keys)
        made = [AnnexForm(data, key=key, refusal=refusals.get(key, "")) for key in keys[:MOST]]
        return cls(made, refusal=FULL if len(keys) > MOST else "")

    @classmethod
    def typed(cls, data: Any, files: Any) -> "AnnexForms":
        """As they were typed, unchecked, after the act of a button (add, up-KEY, down-KEY, remove-KEY)."""
        keys = _keys(data)
        data, refusals = _read_uploads(data, files, keys)
        act, _, key = data.get("annex_act", "").partition("-")
        change = ACTS.get(act)
        keys, focus = change(keys, key) if change and (key in keys or act == "add") else (keys, "")
        made = [AnnexForm(key=key, initial=typed_in(AnnexForm(data, key=key)), refusal=refusals.get(key, ""))
                for key in keys[:MOST]]  # fmt: skip
        return cls(made, refusal=FULL if len(keys) > MOST else "", focus=focus)

    def is_valid(self) -> bool:
        """Whether each of them is right, and all together can be printed; every mistake is told."""
        bound = [form for form in self.forms if form.is_bound]
        wrong = [form for form in bound if not form.is_valid()]
        if not wrong and not self.refusal:
            self.refusal = _too_much([form.cleaned_data["table"] for form in bound])
        return not wrong and not self.refusal

    @property
    def said(self) -> list[dict[str, Any]]:
        """What the description keeps."""
        return [form.said for form in self.forms]


def _too_much(tables: Sequence[dict[str, Any] | None]) -> str:
    """Why so many tables cannot be printed in one document; "" when they can."""
    cells = sum(len(table["head"]) * len(table["rows"]) for table in tables if table)
    if cells <= MOST_CELLS:
        return ""
    return f"附件中的表格一共有 {cells} 格，一件公文最多 {MOST_CELLS} 格，请删减内容，或者分成几件公文印发。"


def typed_in(form: forms.BaseForm) -> dict[str, Any]:
    """What stands in a bound form, as initial values of another that is to show it unchecked."""
    fields = form.fields.items()
    return {
        name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name)) for name, field in fields
    }


def text_of_annexes(annexes: Sequence[Mapping[str, Any]]) -> str:
    """Annexes as plain text, to be compared by eye."""
    shown = [_shown(annex) for annex in annexes]
    return "\n\n".join("\n".join(filter(None, [one["title"], one["body"], one["table"]])) for one in shown)


# --- the acts of the buttons ---------------------------------------------------------------------------------------


def _add(keys: list[str], key: str) -> tuple[list[str], str]:
    """One more at the end; a key that none has."""
    new = str(max(map(int, keys), default=-1) + 1)
    return [*keys, new], new


def _remove(keys: list[str], key: str) -> tuple[list[str], str]:
    return [other for other in keys if other != key], ""


def _moved(step: int) -> Callable[[list[str], str], tuple[list[str], str]]:
    def act(keys: list[str], key: str) -> tuple[list[str], str]:
        place = keys.index(key)
        rest = [other for other in keys if other != key]
        to = min(max(place + step, 0), len(rest))
        return [*rest[:to], key, *rest[to:]], key

    return act


ACTS: dict[str, Callable[[list[str], str], tuple[list[str], str]]] = {
    "add": _add, "remove": _remove, "up": _moved(-1), "down": _moved(1),
}  # fmt: skip


# --- what was posted, what is stored -------------------------------------------------------------------------------


def _keys(data: Any) -> list[str]:
    posted = data.getlist("annex") if isinstance(data, MultiValueDict) else data.get("annex", [])
    return list(dict.fromkeys(key for key in posted if KEY.fullmatch(key)))[: MOST + 1]


def _read_uploads(data: Any, files: Any, keys: Sequence[str]) -> tuple[Any, dict[str, str]]:
    """The data with the tables of the files that were chosen in place of what was typed, and what was refused."""
    data, refusals = data.copy(), {}
    for key in keys:
        chosen = (files or {}).get(f"annex-{key}-upload")
        if chosen:
            try:
                data[f"annex-{key}-table"] = read_upload(chosen)
            except Refused as refusal:
                refusals[key] = refusal.sentence
    return data, refusals


def read_upload(chosen: Any) -> str:
    """The first sheet of an Excel file as the text of a table. Raises Refused for what is none, or not safe."""
    checked = check(chosen, allowed={"xlsx"})
    head, *rows = read_rows(checked.data)
    return text_of_table({"head": head, "rows": rows})


def _shown(annex: Mapping[str, Any]) -> dict[str, Any]:
    """A stored annex as its form shows it."""
    title, body, table = annex.get("title") or [], annex.get("body") or [], annex.get("table")
    text = body if isinstance(body, str) else text_of(_paragraph(part) for part in body)
    return {
        "title": title if isinstance(title, str) else "\n".join(title), "body": text, "table": text_of_table(table),
        "landscape": annex.get("landscape", False), "unmarked": not annex.get("marked", True),
        "widths": ",".join(map(str, (table or {}).get("widths") or [])),
    }  # fmt: skip


def _paragraph(part: Any) -> dict[str, Any]:
    return {"text": part} if isinstance(part, str) else part


def _numbers(text: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(",") if part]
    except ValueError:
        return []
    return found if all(0 < number < 1000 for number in found) else []
