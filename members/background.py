"""Long work of this app: applying a confirmed import of a roster."""

from typing import Any

from cppcc.jobs.models import Job
from cppcc.jobs.registry import Progress
from cppcc.office.refusals import Refused
from cppcc.sheets.batches import apply_batch
from cppcc.sheets.models import ImportBatch


def run_import(job: Job, progress: Progress) -> dict[str, Any]:
    """Apply the batch of the job; its errors are shown on its page. Raises Refused when nothing could be saved."""
    progress(0, 1, "正在核对并保存……")
    batch = ImportBatch.objects.get(pk=job.arguments["batch"])
    applied = apply_batch(batch, by=job.owner, options=job.arguments["options"])
    if not applied.saved:
        raise Refused(applied.sentence)
    progress(1, 1, applied.sentence)
    return {"sentence": applied.sentence}
