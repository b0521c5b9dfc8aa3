"""The material of a matter that a reader may see: issued documents about it and its files. R048, R052."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from cppcc.documents.models import Document, Letter
from cppcc.documents.models.document import IN_FORCE, VIEW_ALL
from cppcc.documents.registry import Shelf, shelves_of
from cppcc.files.models import Classification, StoredFile
from cppcc.office.access import reaches_any

Place = tuple[int | None, int | None]  # content type and id of a matter

BOUND = ("pdf", "png", "jpg", "jpeg")  # what has pages


@dataclass(frozen=True)
class Item:
    """A piece of material: `key` finds it again, `heading` is that of its shelf."""

    key: str
    heading: str
    title: str
    number: str
    stored: StoredFile
    classification: str

    @property
    def label(self) -> str:
        """Its title, with its number where it has one."""
        return f"{self.title}（{self.number}）" if self.number else self.title

    @property
    def is_bound(self) -> bool:
        """Whether it has pages; what has none is only listed."""
        return self.stored.extension in BOUND

    @property
    def secrecy(self) -> str:
        """公开, 内部 or 工作秘密."""
        return str(Classification(self.classification).label)


def material_of(matter: models.Model, user: Any) -> list[Item]:
    """All that `user` may read of the material of `matter`, in order, nothing twice; a bounded number of queries."""
    shelves = shelves_of(matter)
    found = _by_place(shelves, user)
    items: dict[int, Item] = {}
    for shelf in shelves:
        kind = ContentType.objects.get_for_model(shelf.matters.model).pk
        places = [pk for place, pk in found if place == kind]
        for each in shelf.matters.filter(pk__in=places) if places else ():
            label = str(each) if shelf.each else shelf.label
            for row in found[kind, each.pk]:
                item = _item(row, label)
                items.setdefault(item.stored.pk, item)
    return list(items.values())


def has_material(matter: models.Model, user: Any) -> bool:
    """Whether there is anything to bundle: one query."""
    shelves = shelves_of(matter)
    documents, files = (rows.order_by().values("pk") for rows in (_documents(shelves, user), _files(shelves, user)))
    return documents.union(files, all=True).exists()


def _by_place(shelves: list[Shelf], user: Any) -> dict[Place, list[Any]]:
    """Documents, then files, by the matter that they belong to; a document that is itself on a shelf only there."""
    found: dict[Place, list[Any]] = defaultdict(list)
    own = ContentType.objects.get_for_model(Document).pk
    shelved = {pk for shelf in shelves if shelf.matters.model is Document for pk in shelf.matters.values_list("pk")}
    documents: Any = _documents(shelves, user)
    for document in documents.with_letters().select_related("file", "numbered").order_by("issued_on", "pk"):
        place = (own, document.pk) if (document.pk,) in shelved else (document.content_type_id, document.object_id)
        found[place].append(document)
    for stored in _files(shelves, user).order_by("created_at", "pk"):
        found[stored.content_type_id, stored.object_id].append(stored)
    return found


def _documents(shelves: list[Shelf], user: Any) -> models.QuerySet[Document]:
    about = Q()
    for shelf in shelves:
        about |= _on(shelf, user)
        if shelf.matters.model is Document:
            about |= Q(pk__in=shelf.matters.order_by().values("pk"))
    found = Document.objects.visible_to(user).filter(about, state__in=IN_FORCE)
    if reaches_any(user, VIEW_ALL):
        return found
    return found.exclude(pk__in=Letter.objects.order_by().values("document"))  # its file names all addressees


def _files(shelves: list[Shelf], user: Any) -> models.QuerySet[StoredFile]:
    belongs = Q()
    for shelf in shelves:
        holds = Q(pk__in=shelf.matters.order_by().values(shelf.file)) if shelf.file else Q()
        belongs |= _on(shelf, user) & holds
    return StoredFile.objects.filter(belongs).exclude(pk__in=Letter.objects.filter(file__isnull=False).values("file"))


def _on(shelf: Shelf, user: Any) -> Q:
    """Rows that belong to those matters on a shelf that `user` may see."""
    manager: Any = shelf.matters.model._default_manager
    seen = shelf.matters.order_by().filter(pk__in=manager.visible_to(user).order_by().values("pk"))
    return Q(content_type=ContentType.objects.get_for_model(shelf.matters.model), object_id__in=seen.values("pk"))


def _item(row: Document | StoredFile, heading: str) -> Item:
    if isinstance(row, Document):
        stored: Any = row.file  # a document in force has one
        return Item(f"d{row.pk}", heading, row.title, row.number_text, stored, row.classification)
    return Item(f"f{row.pk}", heading, row.name.rpartition(".")[0] or row.name, "", row, row.classification)


def highest(classifications: Iterator[str]) -> str:
    """The highest of several classifications."""
    return max(classifications, key=Classification.values.index, default=Classification.PUBLIC)
