"""The use of seals: keepers place them on a signed document, its issue prints what they placed (GB/T 9704, 7.3.5.1)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cppcc.documents.describing import described
from cppcc.documents.models import Document, Seal, SealUse
from cppcc.documents.models.document import DocumentState
from cppcc.documents.models.reference import Format
from cppcc.files.models import StoredFile
from cppcc.files.storing import read
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.clock import now
from cppcc.workflow.engine import too_late

LABEL = "用印"
SEALED = "sealed"  # in the description of an issued batch: the pictures that its letters bear


def names_of(document: Document) -> list[str]:
    """署名: the names on which seals may stand."""
    return list(described(document, {})["signature"])


def uses_of(document: Document) -> list[SealUse]:
    """The seals that stand on it now, in the order of the names."""
    found = document.seal_uses.filter(withdrawn_at__isnull=True).order_by("place")
    return list(found.select_related("seal__picture", "used_by__person"))


def pictures_now(document: Document) -> list[int | None]:
    """The keys of the pictures of its seals as these look today, one for each name, None without."""
    placed = {use.place: use.seal.picture_id for use in uses_of(document)}
    return [placed.get(place) for place in range(max(placed, default=-1) + 1)]


def pictures_of(document: Document) -> list[bytes | None]:
    """What the typesetter places: a picture for each name, None without; of an issued batch those of its issue.

    Raises Refused for a damaged file.
    """
    keys = document.description.get(SEALED, pictures_now(document))
    files = StoredFile.objects.in_bulk([key for key in keys if key])
    return [read(files[key]) if key else None for key in keys]


def may_seal(user: Any, document: Document) -> bool:
    """Whether `user` keeps a seal, and the document waits for its issue."""
    waits = document.state == DocumentState.SIGNED and document.kind.format != Format.MINUTES
    return waits and Seal.objects.kept_by(user).exists()


def refuse_unless_signed(document: Document) -> None:
    """Raise Refused for a document on which no seal is placed now."""
    if document.kind.format == Format.MINUTES:
        raise Refused("纪要不加盖印章。")
    if document.state != DocumentState.SIGNED:
        raise Refused(f"已签发、还没有印发的公文才能用印，这件公文{document.get_state_display()}。")


@transaction.atomic
def place_seals(document: Document, wanted: Mapping[int, Seal | None], *, by: Any, version: int) -> None:
    """Let these seals stand on these names (counted from 0); None takes one off.

    Raises Forbidden for seals that no post of `by` keeps, Late or Stale when the document moved meanwhile, Refused when
    it is not signed, or somebody else's seal stands there.
    """
    locked = Document.objects.select_for_update(of=("self",)).select_related("kind").get(pk=document.pk)
    kept = {seal.pk: seal for seal in Seal.objects.kept_by(by)}
    if any(seal and seal.pk not in kept for seal in wanted.values()) or not kept:
        raise Forbidden("只能加盖您的岗位保管的印章，需要用印请与印章保管人联系。")
    if locked.version != version:
        raise too_late(locked, version, LABEL)
    refuse_unless_signed(locked)
    names, standing = names_of(locked), {use.place: use for use in uses_of(locked)}
    for place, seal in wanted.items():
        if not 0 <= place < len(names):
            raise Refused("署名已有变化，请刷新页面后再用印。")
        _let_stand(locked, place, standing.get(place), seal, kept, by)


def _let_stand(
    document: Document, place: int, use: SealUse | None, seal: Seal | None, kept: Mapping[int, Seal], by: Any
) -> None:
    if use and use.seal == seal:
        return
    if use and use.seal_id not in kept:
        raise Refused(f"这个署名上已由{use.used_by}加盖“{use.seal}”，需要更换的，请与其联系。")
    if use:
        use.withdrawn_by, use.withdrawn_at = by, now()
        use.save(update_fields=["withdrawn_by", "withdrawn_at"])
    if seal:
        SealUse.objects.create(document=document, seal=seal, place=place, used_by=by, used_at=now())


def withdraw_seals(document: Document, *, by: Any) -> None:
    """No seal stands on a document that goes back: what is signed anew is sealed anew."""
    document.seal_uses.filter(withdrawn_at__isnull=True).update(withdrawn_by=by, withdrawn_at=now())
