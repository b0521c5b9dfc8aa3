"""The form of a county's adoption. R012."""

from typing import Any

from django import forms

from cppcc.workflow.forms import DATE, MoveForm


class AdoptionForm(MoveForm):
    """When the county's party committee approved, and under what name it stands in the county's plan."""

    committee_date = forms.DateField(label="党委常委会审议日期", widget=DATE)
    county_title = forms.CharField(
        label="本级计划中的议题名称", max_length=200, required=False, help_text="与联接议题名称相同可不填"
    )
    own_fields = ("committee_date", "county_title")

    def __init__(self, *args: Any, matter, **kwargs: Any) -> None:
        super().__init__(*args, matter=matter, **kwargs)
        self.initial = {**self.initial, "committee_date": matter.committee_date, "county_title": matter.county_title}
