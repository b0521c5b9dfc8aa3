"""The forms of seals: their use on a document, and their pictures in the administration."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cppcc.documents.models import Document, Seal, SealUse
from cppcc.documents.seals import upload
from cppcc.office.refusals import Refused


class SealForm(forms.Form):
    """For each name of 署名 a seal of the keeper's, or none."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, document: Document, names: Sequence[str], uses: Sequence[SealUse],
        seals: Sequence[Seal],
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"version": document.version})
        self.seals = {str(seal.pk): seal for seal in seals}
        standing = {use.place: use for use in uses}
        self.places = {
            f"place_{place}": place
            for place in range(len(names))
            if place not in standing or str(standing[place].seal_id) in self.seals
        }
        for name, place in self.places.items():
            offered = [("", "不用印"), *((pk, str(seal)) for pk, seal in self.seals.items())]
            here = str(standing[place].seal_id) if place in standing else ""
            self.fields[name] = forms.ChoiceField(
                label=f"在署名“{names[place]}”上加盖", choices=offered, required=False, initial=here,
                error_messages={"invalid_choice": "只能选您的岗位今天保管的印章。"},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A seal stands on a document once."""
        cleaned = super().clean() or {}
        seen: set[str] = set()
        for name in self.places:
            chosen = cleaned.get(name, "")
            if chosen and chosen in seen:
                self.add_error(name, "同一枚印章在一件公文上只盖一次，请为每个署名选各自的印章。")
            seen.add(chosen)
        return cleaned

    @property
    def wanted(self) -> dict[int, Seal | None]:
        """Place -> seal, as `place_seals` takes it."""
        return {place: self.seals.get(self.cleaned_data[name]) for name, place in self.places.items()}


class SealAdminForm(forms.ModelForm):
    """A seal with its picture, which is checked, cleaned and kept where no page gives it out."""

    file = forms.FileField(
        label="印章图片", required=False, widget=forms.FileInput(attrs={"accept": ".png"}),
        help_text="PNG，正方形，底色透明，边长 300 至 3000 像素；上传后不能下载，换章时重新上传",
    )  # fmt: skip

    class Meta:
        model = Seal
        fields = ("label", "organization", "file", "keepers", "order", "valid_from", "valid_to")

    def clean_file(self) -> Any:
        """The cleaned picture as bytes; None when it stays as it is."""
        chosen = self.cleaned_data["file"]
        if not chosen:
            if not self.instance.picture_id:
                raise forms.ValidationError("请上传印章图片。")
            return None
        try:
            return upload(chosen)
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None
