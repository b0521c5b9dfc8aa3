"""The way of an uploaded table: start (upload and preview), apply (confirm). Pages and jobs call these."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from cppcc.office.refusals import Refused
from cppcc.sheets.imports import Importer, importer_of
from cppcc.sheets.models import BatchStatus, ImportBatch
from cppcc.sheets.reports import STATE_LABELS, STATE_TONES, UNCHANGED
from cppcc.sheets.text import clean


@dataclass(frozen=True)
class Applied:
    """What a confirmation did: the batch with its report; `repeated` when it had been applied before."""

    batch: ImportBatch
    repeated: bool = False

    @property
    def saved(self) -> bool:
        """Whether the table is in."""
        return self.batch.status == BatchStatus.APPLIED

    @property
    def sentence(self) -> str:
        """What the clerk is told."""
        found = self.batch.report
        if self.repeated:
            return "这份表格已经导入过，没有重复导入。"
        if not self.saved:
            return f"有 {found['error_count']} 处问题，没有导入任何一行，请改好后重新上传。"
        return f"已导入：新增 {found['created']} 行，更新 {found['updated']} 行，无变化 {found['unchanged']} 行。"


class Work(Protocol):
    """What background work knows: who asked, and for what."""

    owner: Any
    arguments: Any


def start(kind: str, *, data: bytes, file_name: str, owner: Any, arguments: Mapping | None = None) -> ImportBatch:
    """Keep an uploaded table and check it. The caller has checked `data` for safety (`files.safety.check`).

    Raises Refused when the table cannot be read at all; then no row is kept.
    """
    name = clean(file_name.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", "")[-200:]
    importer = importer_of(kind)(arguments)
    report = importer.check(importer.read(data, name))
    return ImportBatch.objects.create(
        kind=kind,
        file_name=name,
        data=importer.keep(data),
        sha256=hashlib.sha256(data).hexdigest(),
        arguments=dict(arguments or {}),
        report=report.for_keeping(),
        owner=owner,
    )


def importer_for(batch: ImportBatch, options: Mapping | None = None) -> Importer:
    """The importer of a batch, set to its place and choices."""
    return importer_of(batch.kind)(batch.arguments, batch.options if options is None else options)


def apply_batch(batch: ImportBatch, *, by: Any, options: Mapping | None = None) -> Applied:
    """Import the table of `batch`, all rows or none; everything is checked again inside the transaction.

    Idempotent: a second confirmation waits for the first and is told that the table is in. Raises Refused when the
    place no longer takes an import.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.status == BatchStatus.APPLIED:
            return Applied(batch, repeated=True)
        importer = importer_for(batch, options)
        table = importer.read(importer.kept(bytes(batch.data)), batch.file_name)
        report = importer.apply(table, by=by)
        if not report.applied:  # names made on the way are gone again: the preview must offer them once more
            after = importer.check(table)
            report = after if after.errors else report
        batch.report, batch.options = report.for_keeping(), dict(importer.options)
        batch.status = BatchStatus.APPLIED if report.applied else BatchStatus.FAILED
        batch.applied_at = timezone.now() if report.applied else None
        batch.save(update_fields=["report", "options", "status", "applied_at"])
        return Applied(batch)


def preview_context(batch: ImportBatch) -> dict[str, Any]:
    """What `sheets/import_preview.html` and `sheets/import_done.html` show; `back_url` and `upload_url` are added."""
    importer, report = importer_for(batch), batch.report
    columns = [column for column in importer.columns if any(column.key in row["cells"] for row in report["shown"][:1])]
    shown = [
        row
        | {"label": STATE_LABELS[row["state"]], "tone": STATE_TONES[row["state"]]}
        | {"texts": [row["cells"].get(column.key, "") for column in columns]}
        for row in report["shown"]
    ]
    return {
        "batch": batch,
        "title": importer.title,
        "sentence": Applied(batch).sentence,
        "report": report,
        "unknown": _unknown(importer, report["unknown"]),
        "columns": columns,
        "shown": shown,
        "more": report["rows"] - len(shown),
        "may_apply": not report["blocked"] and batch.status != BatchStatus.APPLIED and report["rows"] > 0,
        "nothing_new": report["rows"] == report[UNCHANGED],
    }


def _unknown(importer: Importer, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    new = importer.options.get("new", {})
    return [
        unknown
        | {
            "index": index,
            "label": importer.unknown_labels.get(unknown["kind"], "名称"),
            "choices": importer.unknown_choices.get(unknown["kind"], ()),
            "ticked": unknown["value"] in new.get(unknown["kind"], {}),
            "chosen": new.get(unknown["kind"], {}).get(unknown["value"], ""),
        }
        for index, unknown in enumerate(found)
    ]


def carry_out(work: Work, progress: Callable[..., None]) -> dict[str, Any]:
    """Apply a confirmed batch as background work; its errors are shown on its page.

    Raises Refused when nothing could be saved.
    """
    progress(0, 1, "正在核对并保存……")
    batch = ImportBatch.objects.get(pk=work.arguments["batch"])
    applied = apply_batch(batch, by=work.owner, options=work.arguments["options"])
    if not applied.saved:
        raise Refused(applied.sentence)
    progress(1, 1, applied.sentence)
    return {"sentence": applied.sentence}
