"""The import of suggestions that units sent in as Excel. R004, R005."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils import timezone

from consultation.imports import UNKNOWN_CHOICES, UNKNOWN_LABELS, create_names
from consultation.lookup import forms
from consultation.models import Solicitation, SolicitationChannel, TopicSuggestion
from consultation.models.topic import title_key
from consultation.suggesting import channel_of, note_answer
from consultation.workflows.suggestion import SUGGESTION
from cppcc.office.refusals import Refused
from cppcc.office.unit_names import organizations
from cppcc.sheets.columns import Column, boolean_zh, integer, several, text
from cppcc.sheets.imports import Importer
from cppcc.sheets.reports import ImportRow


class SuggestionImporter(Importer):
    """Suggestions into one round (`arguments["solicitation"]`); found again by unit and title."""

    kind = "consultation.suggestions"
    title = "导入议题建议"
    template_name = "议题建议导入模板.xlsx"
    key_columns = ("title", "proposer")
    unknown_labels = UNKNOWN_LABELS
    unknown_choices = UNKNOWN_CHOICES
    columns: ClassVar[Sequence[Column]] = (
        Column("title", "建议议题", text(200), required=True, aliases=("议题", "议题名称"), example="推进城市更新"),
        Column("proposer", "提出单位", text(100), required=True, aliases=("报送单位", "推荐单位"), example="民盟"),
        Column("reason", "提出理由", text(3000), aliases=("理由", "说明")),
        Column("forms", "建议协商形式", several(8, text(40)), aliases=("协商形式",)),
        Column("counties", "涉及县（市、区）", several(40, text(100)), aliases=("涉及县市区", "涉及县区")),
        Column("month", "建议月份", integer(1, 12), aliases=("月份",), example="6"),
        Column("supervisory", "监督性", boolean_zh, example="否"),
        Column("contact", "联系人及电话", text(60), aliases=("联系人",)),
    )

    def lock(self) -> None:
        """The round, while answers may be entered."""
        self.solicitation = Solicitation.objects.select_for_update().get(pk=self.arguments["solicitation"])
        if sentence := self.solicitation.closed_sentence(office=True):
            raise Refused(sentence)

    def prepare(self, rows: Sequence[ImportRow]) -> None:
        """Names become objects."""
        units, known_forms = organizations(), forms()
        for row in rows:
            name = row.record["proposer"]
            row.record["proposer"] = units.find(name)
            if row.record["proposer"] is None:
                self.unknown(row, "proposer", "unit", name)
            for column, kind, names in (("counties", "county", units), ("forms", "form", known_forms)):
                given = row.record.get(column, [])
                missing = [n for n in given if names.find(n) is None]
                for n in missing:
                    self.unknown(row, column, kind, n)
                row.record[column] = [names.find(n) for n in given if n not in missing]

    def create_unknown(self, kind: str, chosen: Mapping[str, str]) -> None:
        """New units and forms that were ticked in the preview."""
        create_names(kind, chosen)

    def key(self, record: Mapping[str, Any]) -> Hashable:
        """Unit and title."""
        unit = record["proposer"]
        return None if unit is None else (unit.pk, title_key(record["title"]))

    def existing(self, keys: Iterable[Hashable]) -> Mapping[Hashable, Any]:
        """Suggestions of the round that units made and did not withdraw."""
        rows = TopicSuggestion.objects.filter(
            solicitation=self.arguments["solicitation"], organization__isnull=False
        ).exclude(state="withdrawn")
        return {(s.organization_id, title_key(s.title)): s for s in rows.prefetch_related("forms", "counties")}

    def changes(self, record: Mapping[str, Any], obj: TopicSuggestion) -> list[str]:
        """What would change."""
        labels = {column.key: column.label for column in self.columns}
        return [labels[k] for k, value in record.items() if k != "proposer" and value != _current(obj, k)]

    def create(self, rows: Sequence[ImportRow]) -> None:
        """New suggestions, each with its duty and its history; the units have answered."""
        channels = list(SolicitationChannel.objects.valid())
        for row in rows:
            record = dict(row.record)
            unit, stages, counties = record.pop("proposer"), record.pop("forms"), record.pop("counties")
            suggestion = TopicSuggestion(
                solicitation=self.solicitation, organization=unit, channel=channel_of(unit, channels),
                proxy_source="Excel 导入", **record,
            )  # fmt: skip
            SUGGESTION.start(suggestion, by=self.by)
            suggestion.forms.set(stages)
            suggestion.counties.set(counties)
        note_answer(self.solicitation, [row.record["proposer"] for row in rows], on=timezone.localdate())

    def update(self, pairs: Sequence[tuple[ImportRow, Any]]) -> None:
        """Changed suggestions, as long as nothing became of them."""
        for row, suggestion in pairs:
            if suggestion.state != "received":
                raise Refused(f"“{suggestion}”{suggestion.get_state_display()}，不能再用导入修改。")
            record = dict(row.record)
            record.pop("proposer")
            suggestion.forms.set(record.pop("forms"))
            suggestion.counties.set(record.pop("counties"))
            for name, value in record.items():
                setattr(suggestion, name, value)
            suggestion.version += 1
            suggestion.save()


def _current(suggestion: TopicSuggestion, key: str) -> Any:
    if key in ("forms", "counties"):
        return list(getattr(suggestion, key).all())
    return getattr(suggestion, key)
