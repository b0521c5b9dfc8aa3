"""The sheet by which a forum is judged. R083."""

from typing import Any

from django import forms

from consultation.models import Forum


class ReviewForm(forms.Form):
    """Points for each question, and a remark; the office names whose sheet it is and where it comes from."""

    def __init__(self, *args: Any, forum: Forum, people: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is not None:
            self.fields["participant"] = forms.ModelChoiceField(
                label="评价人",
                queryset=people,
                required=False,
                empty_label="不记名",
                help_text="纸质评价表没有署名的选不记名",
            )
        self.items = list(forum.rules.reviewitems.order_by("order", "pk"))
        for item in self.items:
            self.fields[f"item_{item.pk}"] = forms.IntegerField(
                label=item.label, min_value=0, max_value=item.best, help_text=f"满分 {item.best} 分"
            )
        self.fields["remark"] = forms.CharField(
            label="意见和建议", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )
        if people is not None:
            self.fields["source"] = forms.CharField(
                label="代录来源", max_length=200, help_text="如会上收回的纸质评价表、电话"
            )

    @property
    def scores(self) -> dict[int, int]:
        """Item (key) -> points."""
        return {item.pk: self.cleaned_data[f"item_{item.pk}"] for item in self.items}
