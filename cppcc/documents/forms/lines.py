"""Fields in which a text is typed line by line."""

from django import forms

MARKING = "一行一段。以“一、”“（一）”“1.”“（1）”开头的行自动排成相应层次的标题；不要作为标题的，在行首加“>”。"


def lines(label: str, rows: int, *, length: int = 2000, required: bool = False, hint: str = "") -> forms.CharField:
    """A field with one entry a line."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=length, required=required, widget=area, help_text=hint)
