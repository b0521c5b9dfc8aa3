"""The engine of every import: read, check, preview, apply. An app subclasses `Importer` and registers it.

    class TopicImporter(Importer):
        kind = "consultation.topics"
        title = "导入议题"
        columns = (Column("title", "题目", text(200), required=True), ...)
        key_columns = ("title",)

        def existing(self, keys): ...
        def create(self, rows): ...
        def update(self, pairs): ...

The same file imported twice creates and updates nothing the second time; any error means that nothing is saved.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import IntegrityError, transaction

from cppcc.office.refusals import Refused
from cppcc.sheets.columns import Column
from cppcc.sheets.reading import Table, positions, read_table
from cppcc.sheets.reports import CREATED, ERROR, UNCHANGED, UPDATED, ImportRow, Report, RowError, Unknown
from cppcc.sheets.text import one_line

SECRET = "●●●●●●"  # noqa: S105 - what stands for a secret cell


class Importer:
    """One kind of import. `arguments` say where to (a plan's id), `options` what the clerk chose in the preview.

    `options["new"]` is {kind: {name: choice}}: unknown names that shall be created, each with what was chosen for it.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    template_name: ClassVar[str] = "导入模板.xlsx"
    columns: ClassVar[Sequence[Column]] = ()
    key_columns: ClassVar[Sequence[str]] = ()
    unknown_labels: ClassVar[Mapping[str, str]] = {}
    unknown_choices: ClassVar[Mapping[str, Sequence[tuple[str, str]]]] = {}
    secret: ClassVar[frozenset[str]] = frozenset()  # columns whose cells appear in no report, preview or error

    def __init__(self, arguments: Mapping[str, Any] | None = None, options: Mapping[str, Any] | None = None) -> None:
        self.arguments: Mapping[str, Any] = arguments or {}
        self.options: Mapping[str, Any] = options or {}
        self.by: Any = None
        self.report = Report()
        self._unknown: dict[tuple[str, str], Unknown] = {}
        self._found: dict[Hashable, Any] = {}
        self._read: dict[tuple[str, str], Any] = {}

    # What an app may override ---------------------------------------------------------------------------------

    @classmethod
    def keep(cls, data: bytes) -> bytes:
        """The bytes of an uploaded table as they are stored until it is applied."""
        return data

    @classmethod
    def kept(cls, data: bytes) -> bytes:
        """The bytes of the table out of what `keep` gave."""
        return data

    def lock(self) -> None:
        """Lock what the import changes and refuse what must not be changed; the first act in the transaction."""

    def prepare(self, rows: Sequence[ImportRow]) -> None:
        """Bulk lookups: put objects into `row.record`, call `error()` or `unknown()`.

        Given are all rows whose required columns could be read; other columns may be missing in the record.
        """

    def key(self, record: Mapping[str, Any]) -> Hashable:
        """What makes a record one and the same; None: always new."""
        return tuple(record.get(name) for name in self.key_columns)

    def existing(self, keys: Iterable[Hashable]) -> Mapping[Hashable, Any]:
        """The objects that exist already, by key, in one query."""
        return {}

    def changes(self, record: Mapping[str, Any], obj: Any) -> list[str]:
        """The labels of the columns that would change in `obj`."""
        columns = [column for column in self.columns if column.key in record]
        return [column.label for column in columns if column.write(obj) != record[column.key]]

    def create_unknown(self, kind: str, chosen: Mapping[str, str]) -> None:
        """Create the names of `chosen` (name -> choice), in the transaction, before `prepare`."""

    def create(self, rows: Sequence[ImportRow]) -> None:
        """Save the new records, in bulk. `self.by` is the user."""
        raise NotImplementedError

    def update(self, pairs: Sequence[tuple[ImportRow, Any]]) -> None:
        """Save the changed records, in bulk: (row, existing object)."""
        raise NotImplementedError

    # What an app calls ----------------------------------------------------------------------------------------

    def error(self, row: ImportRow, column: str, reason: str, *, allowed: str = "", by_unknown: bool = False) -> None:
        """Note an error in `row` at the column with key `column` ("" for the whole row)."""
        found = next((c for c in self.columns if c.key == column), None)
        label, allowed = (found.label, allowed or found.allowed) if found else ("整行", allowed)
        value = SECRET if column in self.secret else one_line(row.cells.get(column, ""))[:200]
        row.state = ERROR
        self.report.errors.append(RowError(row.number, label, value, reason, allowed, by_unknown))

    def unknown(self, row: ImportRow, column: str, kind: str, value: str, *, guess: str = "") -> bool:
        """Note that nobody knows `value`. True when the clerk chose to create it; else the row has an error."""
        found = self._unknown.get((kind, value))
        if found is None:
            found = self._unknown[kind, value] = Unknown(kind, value, guess=guess)
            self.report.unknown.append(found)
        if row.number not in found.rows[-1:]:
            found.rows.append(row.number)
        if value in self.options.get("new", {}).get(kind, {}):
            return True
        label = self.unknown_labels.get(kind, "名称")
        nearest = f"，是否“{guess}”" if guess else ""
        self.error(row, column, f"没有登记“{value}”这个{label}{nearest}", by_unknown=True)
        return False

    def read(self, data: bytes, filename: str) -> Table:
        """The table in a file, its header matched with the columns. Raises Refused."""
        return read_table(data, filename, columns=self.columns)

    def check(self, table: Table) -> Report:
        """What an import of `table` would do now. Saves nothing."""
        self.report, self._unknown = Report(), {}
        self.report.rows = self._rows(table)
        required = {column.key for column in self.columns if column.required}
        self.prepare([row for row in self.report.rows if required <= row.record.keys()])
        self._compare([row for row in self.report.rows if not row.failed])
        self.report.errors.sort(key=lambda error: error.row)
        return self.report

    def apply(self, table: Table, *, by: Any, options: Mapping[str, Any] | None = None) -> Report:
        """Import `table` in one transaction, checked again inside it. With any error nothing is saved.

        Raises Refused when the place no longer takes an import or somebody else saved the same at this moment.
        """
        self.by = by
        if options is not None:
            self.options = options
        try:
            with transaction.atomic():
                self._apply(table)
                if self.report.errors:
                    raise _Undone
        except _Undone:
            return self.report
        except IntegrityError:
            raise Refused("导入时有人正在保存同样的内容，这次没有存入任何一行，请重新预览后再导入。") from None
        self.report.applied = True
        return self.report

    # The engine -----------------------------------------------------------------------------------------------

    def _apply(self, table: Table) -> None:
        self.lock()
        for kind, chosen in self.options.get("new", {}).items():
            self.create_unknown(kind, chosen)
        self.check(table)
        if self.report.errors:
            return
        new = [row for row in self.report.rows if row.state == CREATED]
        changed = [(row, self._found[self.key(row.record)]) for row in self.report.rows if row.state == UPDATED]
        if new:
            self.create(new)
        if changed:
            self.update(changed)

    def _rows(self, table: Table) -> list[ImportRow]:
        places = positions(table, self.columns)
        self.report.ignored = [
            label for index, label in enumerate(table.header) if label and index not in places.values()
        ]
        rows = [ImportRow(row.number, {key: row.cells[at] for key, at in places.items()}) for row in table.rows]
        for row in rows:
            self._parse(row)
            for key in self.secret & row.cells.keys():
                row.cells[key] = SECRET if row.cells[key] else ""
        return rows

    def _parse(self, row: ImportRow) -> None:
        for column in self.columns:
            if column.key not in row.cells:
                continue
            try:
                row.record[column.key] = self._value(column, row.cells[column.key])
            except ValueError as problem:
                self.error(row, column.key, str(problem))

    def _value(self, column: Column, cell: str) -> Any:
        """The value of a cell; one that occurs again is not parsed again, unless it could be changed in place."""
        known = (column.key, cell)
        if known not in self._read:
            value = column.read(cell)
            if isinstance(value, list | dict | set):
                return value
            self._read[known] = value
        return self._read[known]

    def _compare(self, rows: Sequence[ImportRow]) -> None:
        """Tell new from changed and unchanged rows; a second row of the same key is an error."""
        first: dict[Hashable, ImportRow] = {}
        for row in rows:
            key = self.key(row.record)
            if key is not None and key in first:
                column = self.key_columns[0] if self.key_columns else ""
                self.error(row, column, f"与第 {first[key].number} 行重复，请删去其中一行")
            elif key is not None:
                first[key] = row
        self._found = dict(self.existing(list(first))) if first else {}
        for key, row in first.items():
            if key in self._found:
                row.changes = self.changes(row.record, self._found[key])
                row.state = UPDATED if row.changes else UNCHANGED


class _Undone(Exception):
    """Rolls the transaction of an import with errors back."""


IMPORTERS: dict[str, type[Importer]] = {}


def register(importer: type[Importer]) -> type[Importer]:
    """Make an importer known by its kind; called in `AppConfig.ready()`. Returns it, so it serves as a decorator."""
    IMPORTERS[importer.kind] = importer
    return importer


def importer_of(kind: str) -> type[Importer]:
    """The importer of `kind`. Raises Refused when there is none."""
    if kind not in IMPORTERS:
        raise Refused("系统里没有这种导入，请联系管理员。")
    return IMPORTERS[kind]
