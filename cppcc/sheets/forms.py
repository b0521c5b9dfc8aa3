"""The forms of an import: the upload, and the choices of the preview."""

from typing import Any

from django import forms
from django.http import QueryDict

from cppcc.sheets.batches import importer_for
from cppcc.sheets.models import ImportBatch


class UploadForm(forms.Form):
    """A table to import."""

    file = forms.FileField(
        label="表格文件",
        help_text="支持 .xlsx 和 .csv，一次最多 5000 行。上传后先预览，确认之前不会保存。",
        error_messages={"required": "请选择要导入的表格文件。", "empty": "这个文件是空的，请选择填好的表格。"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


def options_from(post: QueryDict, batch: ImportBatch) -> dict[str, Any]:
    """What the clerk chose in the preview: {"new": {kind: {name: choice}}}. Choices out of range are left out."""
    importer = importer_for(batch)
    new: dict[str, dict[str, str]] = {}
    for index, unknown in enumerate(batch.report["unknown"]):
        kind = unknown["kind"]
        offered = [value for value, _ in importer.unknown_choices.get(kind, ())]
        chosen = post.get(f"choice-{index}", "") if offered else ""
        ticked = f"new-{index}" in post or ("new-all" in post and not unknown["guess"])
        if ticked and (chosen in offered or not offered):
            new.setdefault(kind, {})[unknown["value"]] = chosen
    return {"new": new}
