"""The import of a plan's topics from Excel or CSV. R004."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from consultation.lookup import forms, guess_kind
from consultation.models import AnnualPlan, ConsultationForm, Topic, TopicSuggestion
from consultation.models.topic import Linkage, Part, TopicState, title_key
from consultation.topics import create_many, frozen_sentence, update_many
from cppcc.office.models import Organization
from cppcc.office.refusals import Refused
from cppcc.office.unit_names import Names, organizations
from cppcc.sheets.columns import Column, boolean_zh, choice, integer, month_range, several, text
from cppcc.sheets.imports import Importer
from cppcc.sheets.reports import ImportRow

PARTS = {
    "lead": Part.LEAD,
    "support": Part.SUPPORT,
    "consulted": Part.CONSULTED,
    "county": Part.COUNTY,
    "proposer": Part.PROPOSER,
}
CARRIED = {"proposer", "county"}  # columns that adopted suggestions fill too
KINDS = {"lead": "lead", "county": "county"}  # kinds of unknown units, by the column they stand in
UNKNOWN_LABELS = {"unit": "单位", "lead": "牵头单位", "county": "县（市、区）政协", "form": "协商形式"}
UNKNOWN_CHOICES = dict.fromkeys(("unit", "lead", "county"), (("", "按名称判断类别"), *Organization.Kind.choices))
LINKAGES = {
    Linkage.LINKED: ("联接", "联接议题", "联动", "市县联接"),
    Linkage.SELF_SELECTED: ("自选", "自选议题", "自主", "自主选题"),
}


def create_names(kind: str, chosen: Mapping[str, str]) -> None:
    """Forms, or units of the chosen (else guessed) kind; a name that is known by now, or given twice, is made once."""
    known = organizations()
    for name, choice_made in chosen.items():
        if kind == "form":
            ConsultationForm.objects.get_or_create(label=name)
        elif known.find(name) is None:
            known.add(Organization.objects.create(name=name, kind=choice_made or guess_kind(name, kind)), name)


def _names(part: str):
    return lambda topic: "、".join(str(unit) for unit in topic.units_of(part))


class TopicImporter(Importer):
    """Topics into one plan (`arguments["plan"]`); a topic is found again by its title."""

    kind = "consultation.topics"
    title = "导入议题"
    template_name = "议题导入模板.xlsx"
    key_columns = ("title",)
    columns: ClassVar[Sequence[Column]] = (
        Column("number", "序号", integer(0, 9999), example="1"),
        Column("title", "议题", text(200), required=True, aliases=("议题名称", "题目"), example="推进城市更新"),
        Column(
            "forms", "协商形式", several(8, text(40)), example="专题协商会", help="几种形式用顿号分开，按先后填写",
            value=lambda topic: topic.form_text,
        ),
        Column("lead", "牵头单位", several(10, text(100)), example="经济委员会", value=_names(Part.LEAD)),
        Column("support", "协办单位", several(30, text(100)), value=_names(Part.SUPPORT)),
        Column("consulted", "协商部门", several(60, text(100)), example="市发展和改革局", value=_names(Part.CONSULTED)),
        Column("months", "月份", month_range, aliases=("时间", "时间安排"), example="3-4", help="如 3、3-4、全年，可空",
               value=lambda topic: topic.month_text),
        Column("linkage", "议题类型", choice(LINKAGES, empty=Linkage.SELF_SELECTED), example="联接",
               value=lambda topic: topic.get_linkage_display()),
        Column("supervisory", "监督性", boolean_zh, example="否",
               value=lambda topic: "是" if topic.supervisory else "否"),
        Column("county", "涉及县（市、区）", several(40, text(100)), aliases=("涉及县市区", "涉及县区"),
               value=_names(Part.COUNTY)),
        Column("proposer", "提出单位", several(40, text(100)), help="空着则保留原有提出单位",
               value=_names(Part.PROPOSER)),
        Column("remark", "备注", text(1000)),
    )  # fmt: skip
    unknown_labels = UNKNOWN_LABELS
    unknown_choices = UNKNOWN_CHOICES

    def lock(self) -> None:
        """The plan, and only while it is with the office."""
        self.plan = AnnualPlan.objects.select_for_update().get(pk=self.arguments["plan"])
        if not self.plan.is_editable:
            raise Refused(frozen_sentence(self.plan))

    def prepare(self, rows: Sequence[ImportRow]) -> None:
        """Names become objects; unknown ones are reported, or created when that was chosen."""
        self.units, self.forms = organizations(), forms()
        for row in rows:
            for column in PARTS:
                if column in row.record:
                    row.record[column] = self._resolved(row, column, KINDS.get(column, "unit"), self.units)
            if "forms" in row.record:
                row.record["forms"] = self._resolved(row, "forms", "form", self.forms)

    def _resolved(self, row: ImportRow, column: str, kind: str, names: Names) -> list[Any]:
        found = []
        for name in row.record[column]:
            obj = names.find(name)
            if obj is not None:
                found.append(obj)
            else:
                self.unknown(row, column, kind, name)
        return list(dict.fromkeys(found))

    def create_unknown(self, kind: str, chosen: Mapping[str, str]) -> None:
        """New units of the chosen kind, new forms without a rule sheet; what is there by now is not made twice."""
        create_names(kind, chosen)

    def key(self, record: Mapping[str, Any]) -> Hashable:
        """The title, however it is punctuated."""
        return title_key(record["title"])

    def existing(self, keys: Iterable[Hashable]) -> Mapping[Hashable, Any]:
        """The plan's topics by title."""
        topics = Topic.objects.filter(plan=self.arguments["plan"], title_key__in=list(keys)).with_parts()
        found = {topic.title_key: topic for topic in topics}
        self.carried = _carried(found.values())
        return found

    def changes(self, record: Mapping[str, Any], obj: Topic) -> list[str]:
        """The labels of the columns that would change."""
        labels = {column.key: column.label for column in self.columns}
        wanted = self._with_carried(record, obj)
        return [labels[key] for key, value in wanted.items() if value != _current(obj, key) and not _unset(key, value)]

    def _with_carried(self, record: Mapping[str, Any], topic: Topic) -> dict[str, Any]:
        """What the topic shall be: a file never takes away who an adopted suggestion brought with it. R004, R008."""
        wanted = dict(record)
        if not wanted.get("proposer", True):
            del wanted["proposer"]
        for key in CARRIED & wanted.keys():
            present, brought = topic.units_of(PARTS[key]), self.carried.get((topic.pk, key), [])
            kept = [unit for unit in present if unit in brought]
            wanted[key] = list(dict.fromkeys([*wanted[key], *kept, *brought]))
        return wanted

    def create(self, rows: Sequence[ImportRow]) -> None:
        """New topics."""
        create_many(self.plan, [_split(row.record) for row in rows], by=self.by)

    def update(self, pairs: Sequence[tuple[ImportRow, Any]]) -> None:
        """Changed topics; a withdrawn one is refused: it comes back by a decision of people."""
        withdrawn = [topic.title for _, topic in pairs if topic.state == TopicState.WITHDRAWN]
        if withdrawn:
            raise Refused(f"议题“{withdrawn[0]}”已撤销，请先恢复该议题再导入。")
        entries = []
        for row, topic in pairs:
            fields, units, stages = _split(self._with_carried(row.record, topic))
            entries.append((topic, fields, units, stages if "forms" in row.record else None))
        update_many(entries, by=self.by)


def _carried(topics: Iterable[Topic]) -> dict[tuple[int | None, str], list[Organization]]:
    """(topic, column) -> the units that the topic's adopted suggestions brought with them: two queries."""
    found: dict[tuple[int | None, str], list[Organization]] = {}
    suggestions = TopicSuggestion.objects.filter(topic__in=[topic.pk for topic in topics])
    for suggestion in suggestions.select_related("organization").prefetch_related("counties").order_by("pk"):
        if suggestion.organization:
            found.setdefault((suggestion.topic_id, "proposer"), []).append(suggestion.organization)
        found.setdefault((suggestion.topic_id, "county"), []).extend(suggestion.counties.all())
    return found


def _unset(key: str, value: Any) -> bool:
    return key == "number" and value is None


def _current(topic: Topic, key: str) -> Any:
    if key in PARTS:
        return topic.units_of(PARTS[key])
    if key == "forms":
        return list(dict.fromkeys(stage.form for stage in topic.stages.all()))
    if key == "months":
        return None if topic.month_from is None else (topic.month_from, topic.month_to)
    return getattr(topic, key)


def _split(record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]], list[Any]]:
    """A record as fields, units and forms."""
    fields = {k: v for k, v in record.items() if k not in PARTS and k not in ("forms", "months") and not _unset(k, v)}
    if "months" in record:
        fields["month_from"], fields["month_to"] = record["months"] or (None, None)
    return fields, {part: record[key] for key, part in PARTS.items() if key in record}, record.get("forms", [])
