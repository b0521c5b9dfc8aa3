"""The printed letters together: one file to print them all, one archive to send each; both background work."""

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.urls import reverse

from cppcc.documents.letter_printing import contents_of, file_words
from cppcc.documents.letters import IN_FORCE
from cppcc.documents.models import Document, Letter
from cppcc.documents.rendering import joined, watermarked
from cppcc.documents.sealing import pictures_of
from cppcc.documents.typeset import typeset_together
from cppcc.files.copies import mark_for
from cppcc.files.storing import read, store_made
from cppcc.jobs.models import Job, JobStatus
from cppcc.jobs.queue import enqueue
from cppcc.jobs.registry import Progress
from cppcc.office.refusals import Refused

KIND = "documents.letter_files"
AT_ONCE = 100  # letters laid out together: fonts are embedded once for them, and memory stays bounded
MOST_MADE = 5  # files that the page offers


@dataclass(frozen=True)
class Made:
    """A kind of file: its words in the name, its ending and type, and what writes it."""

    words: str
    ending: str
    media_type: str
    write: Callable[..., None]


def make(document: Document, what: str, *, by: Any) -> Job:
    """Queue a file of all printed letters; the same asked again, while no other letter was printed, is the same work.

    Raises Refused for an unknown kind, without printed letters, and for a document that is not in force.
    """
    if what not in FILES:
        raise Refused("没有这种文件，请从页面上的按钮进入。")
    if document.state not in IN_FORCE:
        raise Refused(f"这件公文{document.get_state_display()}，不能再合并或打包。")
    printed = document.letters.filter(file__isnull=False).count()
    if not printed:
        raise Refused("还没有印成的信函，请等印制完成后再合并或打包。")
    return enqueue(
        KIND, {"document": document.pk, "what": what}, owner=by,
        key=f"letters-{what}-{document.pk}-{by.pk}-{printed}",
        then=reverse("documents:letter_list", args=[document.pk]),
    )  # fmt: skip


def made_by(document: Document, user: Any) -> list[Job]:
    """The files that `user` had made of this document, the newest first."""
    jobs = Job.objects.filter(kind=KIND, owner=user, arguments__document=document.pk, status=JobStatus.DONE)
    return list(jobs.order_by("-pk")[:MOST_MADE])


def make_file(job: Job, progress: Progress) -> dict[str, Any]:
    """Write the file. Of what is not public it is a copy that bears the name of who asked for it, and the time."""
    document = Document.objects.get(pk=job.arguments["document"])
    if document.state not in IN_FORCE:
        raise Refused("这件公文已作废，不能再合并或打包。")
    made = FILES[job.arguments["what"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made"
        made.write(document, path, mark_of(document, job.owner), progress)
        name = file_words(f"{document.title[:100]}（{made.words}）.{made.ending}")
        stored = store_made(path, name=name, media_type=made.media_type, classification=document.classification)
    return {"file": stored.pk, "name": stored.name, "size": stored.size}


def mark_of(document: Document, user: Any) -> str:
    """The words of the watermark, "" for what is public."""
    return mark_for(document.classification, user)


# --- one file to print ---------------------------------------------------------------------------------------------


def write_pages(document: Document, path: Path, mark: str, progress: Progress, *, sheets: bool = False) -> None:
    """All letters one after the other; with `sheets` each begins on a sheet of its own, for printing on both sides."""
    contents, seals = list(contents_of(document)), pictures_of(document)
    parts, done = [], 0
    for some in chunks(contents, AT_ONCE):
        parts.append(typeset_together(some, seals, sheets=sheets))
        done += len(some)
        progress(done, len(contents), f"第 {done} / {len(contents)} 份")
    data = joined(parts)
    path.write_bytes(watermarked(data, mark) if mark else data)


def write_sheets(document: Document, path: Path, mark: str, progress: Progress) -> None:
    """The same for printing on both sides."""
    write_pages(document, path, mark, progress, sheets=True)


def chunks(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The things, up to `size` at a time."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


# --- an archive ----------------------------------------------------------------------------------------------------


def write_archive(document: Document, path: Path, mark: str, progress: Progress) -> None:
    """Each letter as a file of its own under its place and name. The stored bytes are only read."""
    letters: list[Any] = list(document.letters.filter(file__isnull=False).select_related("file").order_by("order"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for place, letter in enumerate(letters, start=1):
            data = read(letter.file)
            archive.writestr(name_in_archive(letter), watermarked(data, mark) if mark else data)
            progress(place, len(letters), f"第 {place} / {len(letters)} 份")


def name_in_archive(letter: Letter) -> str:
    """037 王小明.pdf."""
    return f"{letter.order:03d} {file_words(letter.name)}.pdf"


FILES = {
    "pages": Made("合并，单面打印", "pdf", "application/pdf", write_pages),
    "sheets": Made("合并，双面打印", "pdf", "application/pdf", write_sheets),
    "archive": Made("每人一份", "zip", "application/zip", write_archive),
}
