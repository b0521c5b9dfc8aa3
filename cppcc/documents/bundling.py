"""Bundles (材料汇编): all material of a matter as one PDF with a cover, a list and running page numbers. R052.

Made as background work for the one who asked; what he may read is asked again then, and once more at each download.
A part that cannot be bound in is never left out in silence: a slip stands for it, and the result names it.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils import timezone

from cppcc.documents.about import matter_named
from cppcc.documents.binding import PICTURE_MARGIN, Book, Unbindable, refuse_many
from cppcc.documents.bundle_sheets import Cover, Line, front, slip
from cppcc.documents.circulation import mine, note_reading
from cppcc.documents.material import Item, highest, material_of
from cppcc.documents.models import Document
from cppcc.files.copies import mark_for
from cppcc.files.models import Classification
from cppcc.files.safety import MEGABYTE
from cppcc.files.storing import read, store_made
from cppcc.jobs.models import Job
from cppcc.jobs.queue import enqueue
from cppcc.jobs.registry import Progress
from cppcc.office.models import Office, User
from cppcc.office.refusals import Refused

KIND = "documents.bundle"
MOST_PAGES = 500
MOST_BYTES = 200 * MEGABYTE
SEPARATE, MISSING = "另附", "未能编入"
KINDS = {"docx": "Word 文档", "xlsx": "Excel 表格", "csv": "数据表"}
TOO_LARGE = f"所选材料共 {{size}} MB，一册最多 {MOST_BYTES // MEGABYTE} MB，请减少所选材料，分册汇编。"
GONE = "所选材料中有 {count} 份已撤回、作废或您已不能查阅，请重新打开“材料汇编”选择后再生成。"
NO_MATTER = "您已不能查阅这个事项，不能汇编它的材料。"


@dataclass
class Bundle:
    """What is bound: the lines of the list, and the parts that could not be bound in, each with its reason."""

    title: str
    items: Sequence[Item]
    lines: list[Line] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)

    @property
    def classification(self) -> str:
        """That of its highest part."""
        return highest(item.classification for item in self.items)


def ask(matter: models.Model, title: str, keys: Sequence[str], *, by: Any, token: UUID, then: str) -> Job:
    """Queue a bundle of the parts `keys` of `matter`, in that order; a repeated token is the same work."""
    arguments = {"kind": matter._meta.model_name, "matter": matter.pk, "title": title, "parts": list(keys)}
    return enqueue(KIND, arguments, owner=by, key=f"bundle:{by.pk}:{token}", then=then)


def make_bundle(job: Job, progress: Progress) -> dict[str, Any]:
    """The background work. Raises Refused: a part may not be read any more, too many pages, too large."""
    reader = User.objects.get(pk=job.owner_id)
    items = parts_of(job.arguments, reader)
    size = sum(item.stored.size for item in items)
    if size > MOST_BYTES:
        raise Refused(TOO_LARGE.format(size=size // MEGABYTE))
    bundle = Bundle(job.arguments["title"], items)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.pdf"
        pages = bound(bundle, path, mark_for(bundle.classification, reader), progress)
        if path.stat().st_size > MOST_BYTES:
            raise Refused(TOO_LARGE.format(size=path.stat().st_size // MEGABYTE))
        name = f"{bundle.title.replace('/', '／')}.pdf"
        stored = store_made(path, name=name, media_type="application/pdf", classification=bundle.classification)
    for document in Document.objects.filter(pk__in=[item.key[1:] for item in items if item.key.startswith("d")]):
        note_reading(mine(document, reader), by=reader)
    lost = f"，{len(bundle.missing)} 份未能编入" if bundle.missing else ""
    progress(len(items), len(items), f"共 {len(items)} 份，{pages} 页{lost}")
    then = reverse("documents:bundle_detail", args=[job.pk])
    return {"file": stored.pk, "pages": pages, "missing": bundle.missing, "then": then}


def parts_of(arguments: Mapping[str, Any], user: Any) -> list[Item]:
    """The parts that were asked for, as `user` may read them now. Raises Refused when he may not read one of them."""
    matter = matter_named(arguments["kind"], arguments["matter"], user)
    if matter is None:
        raise Refused(NO_MATTER)
    known = {item.key: item for item in material_of(matter, user)}
    wanted = arguments["parts"]
    if gone := [key for key in wanted if key not in known]:
        raise Refused(GONE.format(count=len(gone)))
    return [known[key] for key in wanted]


def bound(bundle: Bundle, target: Path, words: str, progress: Progress) -> int:
    """Write the file; the number of its numbered pages. Raises Refused when it would be too thick."""
    with Book() as book:
        for done, item in enumerate(bundle.items):
            progress(done, len(bundle.items), f"第 {done + 1} 份，共 {len(bundle.items)} 份")
            _add(book, item, bundle)
            refuse_many(len(book.wide), MOST_PAGES)
        book.number()
        marks = [(line.heading, line.called, line.page) for line in bundle.lines]
        book.bind(target, front=_front(bundle, len(book.wide)), title=bundle.title, marks=marks, words=words)
        return len(book.wide)


def _front(bundle: Bundle, pages: int) -> bytes:
    level = bundle.classification
    mark = "" if level == Classification.PUBLIC else str(Classification(level).label)
    office = Office.required().organization.name
    cover = Cover(bundle.title, office, timezone.localdate(), mark, len(bundle.items), pages)
    return front(cover, bundle.lines)


def _add(book: Book, item: Item, bundle: Bundle) -> None:
    """One part, or the slip that stands for it, and its line."""
    note = ""
    try:
        page = _add_pages(book, item)
    except Unbindable as trouble:
        note = MISSING
        bundle.missing.append((item.key, trouble.why))
        page = _add_slip(book, "未能编入的材料", item, f"{trouble.why}，未能编入本册，请另行取得。")
    if not page:
        note = SEPARATE
        kind = KINDS.get(item.stored.extension, "其他文件")
        page = _add_slip(book, "另附材料", item, f"本件为{kind}，不便编入本册，请在系统中另行查阅。")
    bundle.lines.append(Line(item.heading, item.label, page, note))


def _add_pages(book: Book, item: Item) -> int:
    """The first page of a part, 0 for what has no pages. Raises Unbindable."""
    try:
        data = read(item.stored)
    except Refused:
        raise Unbindable("存储里的文件缺失或已改变") from None
    if item.stored.extension == "pdf":
        return book.add(book.open(item.stored.path))
    return book.add(book.picture(data), margin=PICTURE_MARGIN) if item.is_bound else 0


def _add_slip(book: Book, head: str, item: Item, why: str) -> int:
    return book.add(book.open(BytesIO(slip(head, item.label, why))))
