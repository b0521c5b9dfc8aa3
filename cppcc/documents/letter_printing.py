"""Printing a batch: at issue numbers and the file copy, then, as background work, a file for each addressee.

What is printed is fixed at the issue (`description["as_issued"]`), so that a letter corrected later, and the joined
file, say the same under the same heads.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from cppcc.documents.columns import ems
from cppcc.documents.content import DocumentContent
from cppcc.documents.describing import described, sides_of
from cppcc.documents.description import content_of
from cppcc.documents.fonts import MissingGlyph, advance
from cppcc.documents.letters import IN_FORCE, is_batch, values_of
from cppcc.documents.models import Document, DocumentNumber, Letter
from cppcc.documents.models.reference import number_span
from cppcc.documents.numbering import allocate_letters
from cppcc.documents.places import UNIT, Unfilled, filled
from cppcc.documents.sealing import SEALED, pictures_now, pictures_of
from cppcc.documents.typeset import typeset
from cppcc.files.models import StoredFile
from cppcc.files.storing import store
from cppcc.jobs.models import Job, JobStatus
from cppcc.jobs.queue import enqueue
from cppcc.jobs.registry import Progress
from cppcc.office.refusals import Refused
from cppcc.workflow.clock import now

logger = logging.getLogger(__name__)

KIND = "documents.letters"
LISTED = "（名单附后）"
LIST_TITLE = "收件人名单"
HEAD = ["序号", "文号", "收件人", "单位"]
ROOM = 31.0  # ems of the type of a table in a line
BROKEN = "排印时出了意外，请重新印制；仍不行请联系管理员。"


# --- at issue ------------------------------------------------------------------------------------------------------


def number_letters(document: Document, *, day: date) -> None:
    """Number every letter of a batch in the order of the list, fix what is printed, keep the file copy (底稿).

    The caller saves the document.
    """
    letters = list(document.letters.select_related("organization"))
    write_units(letters)
    numbers = allocate_letters(document, letters, day=day)
    document.issued_on, document.outside_number = day, ""
    mapping = described(document, sides_of(document), day=day) | {"recipients": [LISTED]}
    document.description = {**document.description, "as_issued": mapping, SEALED: pictures_now(document)}
    data = typeset(content_of(file_copy(mapping, letters, numbers)), pictures_of(document))
    name = f"{file_words(document.title[:120])}（底稿）.pdf"
    document.file = store(data, name=name, by=None, classification=document.classification)


def write_units(letters: Sequence[Letter]) -> None:
    """Units stand in the list as they are called at the issue: what is printed later says the same."""
    unwritten = [letter for letter in letters if letter.organization and not letter.values.get(UNIT)]
    for letter in unwritten:
        letter.values = letter.values | {UNIT: letter.unit}
    Letter.objects.bulk_update(unwritten, ["values"], batch_size=500)


def file_copy(mapping: dict[str, Any], letters: Sequence[Letter], numbers: Sequence[DocumentNumber]) -> dict[str, Any]:
    """The letter as it was signed, with the list of those it goes to; the list is no annex of the letter itself."""
    rows = [
        [str(letter.order), number.text, printable(letter.name), printable(letter.unit)]
        for letter, number in zip(letters, numbers, strict=True)
    ]
    table = {"head": HEAD, "rows": rows, "widths": widths(numbers[-1].text)}
    listed = {"title": [LIST_TITLE], "table": table, "marked": False}
    span = number_span(numbers[0].text, numbers[-1].text)
    return mapping | {"number": span, "annexes": [*mapping.get("annexes", []), listed]}


def widths(longest: str) -> list[float]:
    """The widths of the columns in ems: numbers on one line, of the rest a third for names."""
    number = min(ems(longest) + 1, ROOM / 2)
    rest = ROOM - 3 - number
    return [3, number, rest / 3, rest * 2 / 3]


def printable(text: str) -> str:
    """The text with its code in the place of a character that no font has: a name like that fails alone, later."""
    return "".join(character if _known(character) else f"（U+{ord(character):04X}）" for character in text)


def _known(character: str) -> bool:
    try:
        advance(character, "body")
    except MissingGlyph:
        return False
    return True


# --- the work ------------------------------------------------------------------------------------------------------


def print_later(document: Document, *, by: Any) -> Job | None:
    """Queue the printing of the letters that are still to be printed; None where there is none.

    While such work is open it is that, so that a double click prints once. The caller holds the document's lock.
    """
    if not is_batch(document) or not document.letters.open().exists():
        return None
    running = Job.objects.filter(kind=KIND, arguments__document=document.pk).exclude(
        status__in=[JobStatus.DONE, JobStatus.FAILED]
    )
    then = reverse("documents:letter_list", args=[document.pk])
    return running.first() or enqueue(KIND, {"document": document.pk}, owner=by, then=then)


@transaction.atomic
def print_again(document: Document, *, by: Any) -> Job:
    """Print what failed or is missing. Raises Refused when nothing is, or the document is not in force."""
    locked = Document.objects.select_for_update(of=("self",)).select_related("kind").get(pk=document.pk)
    if locked.state not in IN_FORCE:
        raise Refused(f"这件公文{locked.get_state_display()}，不能印制信函。")
    job = print_later(locked, by=by)
    if job is None:
        raise Refused("信函都已印成，没有要重新印制的。")
    return job


def print_letters(job: Job, progress: Progress) -> dict[str, Any]:
    """Print what is not printed yet, each letter in a transaction of its own: safe to be run again after a crash.

    Raises Refused when the document was cancelled meanwhile.
    """
    document = Document.objects.get(pk=job.arguments["document"])
    asked = list(document.letters.open().order_by("order").values_list("pk", flat=True))
    total, seals = document.letters.count(), pictures_of(document)
    for place, pk in enumerate(asked, start=total - len(asked) + 1):
        print_letter(document, pk, seals)
        progress(place, total, f"第 {place} / {total} 份")
    failed = document.letters.failed().count()
    lost = f"，{failed} 份未印成，请更正后重新印制" if failed else ""
    progress(total, total, f"共 {total} 份，已印成 {total - failed} 份{lost}")
    return {"printed": total - failed, "failed": failed}


@transaction.atomic
def print_letter(document: Document, pk: int, seals: Sequence[bytes | None]) -> None:
    """Typeset and keep one letter; what prevents it is noted with the name of the person, the others go on."""
    if not Document.objects.filter(pk=document.pk, state__in=IN_FORCE).exists():
        raise Refused("这件公文已作废，没有印完的信函不再印制。")
    open_ones = Letter.objects.open().select_for_update(of=("self",), skip_locked=True)
    letter = open_ones.select_related("organization", "numbered").filter(pk=pk).first()
    if letter is None:
        return
    letter.file, letter.failure = attempted(document, letter, seals)
    letter.printed_at = now() if letter.file else None
    letter.save(update_fields=["file", "printed_at", "failure"])


def attempted(document: Document, letter: Letter, seals: Sequence[bytes | None]) -> tuple[StoredFile | None, str]:
    """The file of a letter and "", or no file and why, with the name of the person."""
    try:
        data = typeset(letter_content(document, letter), seals)
    except Refused as refusal:
        return None, failed(letter, refusal.sentence)
    except Exception:  # a fault of the typesetter in one letter is no reason to leave four hundred unprinted
        logger.exception("letter %s could not be typeset", letter.pk)
        return None, failed(letter, BROKEN)
    try:
        return kept(document, letter, data), ""
    except Refused as refusal:
        return None, failed(letter, refusal.sentence)


def failed(letter: Letter, sentence: str) -> str:
    """Why a letter could not be printed, with the name of the person."""
    return f"{letter.name}：{sentence}"[:500]


def kept(document: Document, letter: Letter, data: bytes) -> StoredFile:
    """The file of a letter. It has no uploader: only the pages of its document give it out."""
    name = f"{document.title[:100]}（{letter.numbered.text}）{letter.name}.pdf"
    return store(data, name=file_words(name), by=None, classification=document.classification)


def file_words(text: str) -> str:
    """Words for the name of a file, where a slash would be taken for a folder."""
    return text.replace("/", "／").replace("\\", "＼")


def letter_content(document: Document, letter: Letter) -> DocumentContent:
    """What the letter says: the places filled, the salutation as 主送. Raises Refused for a place without a value."""
    return content_of(addressed_to(document.description["as_issued"], letter) | {"number": letter.numbered.text})


def addressed_to(mapping: Mapping[str, Any], letter: Letter) -> dict[str, Any]:
    """A description as one addressee gets it."""
    return filled(mapping, values_of(letter)) | {"recipients": [letter.salutation]}


def contents_of(document: Document) -> Iterator[DocumentContent]:
    """The contents of all printed letters, in the order of the list."""
    printed = document.letters.filter(file__isnull=False).select_related("organization", "numbered").order_by("order")
    return (letter_content(document, letter) for letter in printed)


def sampled(document: Document, mapping: dict[str, Any]) -> dict[str, Any]:
    """A description as the first addressee of a batch would get it, for the preview; places without a value stay."""
    first = document.letters.select_related("organization").first() if is_batch(document) else None
    if first is None:
        return mapping
    try:
        return addressed_to(mapping, first)
    except Unfilled:
        return mapping | {"recipients": [first.salutation]}
