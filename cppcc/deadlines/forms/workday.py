"""The form of the yearly notice."""

from typing import Any

from django import forms

from cppcc.deadlines.yearly_notice import Lines, Notice

ROWS = {"rows": 9, "spellcheck": "false"}


class NoticeForm(forms.Form):
    """The notice of one year: where it is from, which days are off, which weekend days are worked."""

    source = forms.CharField(
        label="依据（文件名称、文号）", max_length=120,
        help_text="如：国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕7号）",
    )  # fmt: skip
    off = forms.CharField(
        label="放假", max_length=4000, widget=forms.Textarea(attrs=ROWS),
        help_text="每行一段或一天，后面写节日，如：2月5日至2月11日 春节。不写年份的按本年算。",
    )  # fmt: skip
    worked = forms.CharField(
        label="调休上班", max_length=2000, required=False, widget=forms.Textarea(attrs=ROWS | {"rows": 6}),
        help_text="每行一天，只写照常上班的周六、周日，如：2月14日 春节调休上班。",
    )  # fmt: skip

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean(self) -> dict[str, Any]:
        """Every line read; a day is off or worked, not both."""
        cleaned = super().clean() or {}
        read = {name: Lines(self.year, name == "worked").read(cleaned.get(name, "")) for name in ("off", "worked")}
        for name, lines in read.items():
            for error in lines.errors:
                self.add_error(name, error)
        if both := sorted(read["off"].seen & read["worked"].seen):
            self.add_error("worked", f"{both[0]} 同时列在放假和上班里，请删去一处。")
        return cleaned | {name: lines.spans for name, lines in read.items()}

    @property
    def notice(self) -> Notice:
        """The notice, once the form is valid."""
        data = self.cleaned_data
        return Notice(self.year, data["source"], data["off"], data["worked"])


class TableForm(forms.Form):
    """A table to fill the notice's form from."""

    file = forms.FileField(
        label="表格", required=False,
        help_text="列：日期、上班/休息、说明。可先导出本年日历，改好后再选；填入后仍要预览、确认。",
        error_messages={"empty": "这个文件是空的，请选择填好的表格。"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """A file: whoever asks for filling chose one."""
        if not self.cleaned_data["file"]:
            raise forms.ValidationError("请先选择表格文件。")
        return self.cleaned_data["file"]
