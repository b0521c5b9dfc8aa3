"""A new member by hand, and changes of what is said of him. Mid-term additions are noted as such. R141."""

import io
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from cppcc.files.models import StoredFile
from cppcc.files.storing import store
from cppcc.office.models import Person
from cppcc.office.refusals import FieldRefused, Refused
from cppcc.workflow.stale import check_version
from members.belonging import employer_named
from members.models import Affiliation, Member, Particulars, Unmasking
from members.models.particulars import SEALED

Kind = Affiliation.Kind
PERSON = ("name", "phone", "email")
TOLD = ("gender", "born", "ethnicity", "political_status", "education", "expertise")
MEMBER = ("valid_from", "remark")
PHOTO = (480, 640)  # pixels at most
PHOTO_BYTES = 5 * 1024 * 1024
KINDS = ("PNG", "JPEG")
IMAGES = frozenset({"png", "jpg", "jpeg"})
BAD_PHOTO = "这张照片打不开，可能已损坏，请换一张 png 或 jpg 照片。"


@transaction.atomic
def enrol(data: Mapping[str, Any], *, by: Any) -> Member:
    """Save a new member from the cleaned data of his form. Raises FieldRefused for an employer that nobody knows."""
    employer = employer_named(data["employer"], create=data["new_unit"]) if data["employer"] else None
    known = bool(data["person"])
    person = _locked(data["person"].pk) if known else Person()
    _set(person, data, PERSON, keep_known=known)
    told = _told(person)
    _set(told, data, TOLD, keep_known=known)
    told.save()
    begun, term = data["valid_from"], data["term"]
    member = Member(term=term, person=person, valid_from=begun, added_later=begun > term.starts, remark=data["remark"])
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        raise Refused(f"{person.name}已是{term}委员，请直接修改原有登记。") from None
    for kind, field, target, duty in (
        (Kind.SECTOR, "sector", data["sector"], ""),
        (Kind.PARTY, "organization", data["party"], ""),
        (Kind.EMPLOYER, "organization", employer, data["duty"]),
        (Kind.COMMITTEE, "organization", data["committee"], ""),
        (Kind.POSITION, "position", data["position"], ""),
    ):
        if target:
            Affiliation.objects.create(member=member, kind=kind, duty=duty, valid_from=begun, **{field: target})
    return member


def _locked(person: int) -> Person:
    """The person, locked: whoever writes particulars holds this row, so that nobody writes over another's."""
    return Person.objects.select_for_update().get(pk=person)


def _told(person: Person) -> Particulars:
    """What is known of a person who is locked or new: the row that is there, or a new one."""
    return Particulars.objects.filter(person=person).first() or Particulars(person=person)


def _set(obj: Any, data: Mapping[str, Any], names: tuple[str, ...], *, keep_known: bool = False) -> None:
    for name in names:
        if data[name] or not keep_known:
            setattr(obj, name, data[name])
    if isinstance(obj, Person):
        obj.save()


@transaction.atomic
def edit(member: Member, form: Any) -> None:
    """Save person, particulars and membership from their form. Raises Stale when it was changed meanwhile."""
    locked = Member.objects.select_for_update().get(pk=member.pk)
    check_version(locked, form)
    data = form.cleaned_data
    if locked.valid_to and data["valid_from"] > locked.valid_to:
        raise FieldRefused(f"不能晚于离任日期（{locked.valid_to:%Y-%m-%d}）。", "valid_from")
    person = _locked(locked.person_id)
    _set(person, data, PERSON)
    told = _told(person)
    _set(told, data, TOLD)
    told.save()
    old, locked.valid_from, locked.remark = locked.valid_from, data["valid_from"], data["remark"]
    locked.added_later = locked.valid_from > locked.term.starts
    locked.version += 1
    locked.save()
    if old != locked.valid_from:
        _follow(locked, old)


def _follow(member: Member, old: Any) -> None:
    """What the member belonged to from the beginning follows a corrected beginning."""
    for row in (
        member.affiliations.filter(valid_from=old) if old else member.affiliations.filter(valid_from__isnull=True)
    ):
        row.valid_from = member.valid_from
        row.save()


@transaction.atomic
def write_sealed(member: Member, values: Mapping[str, str]) -> None:
    """Store sealed particulars; the history says which, never what."""
    told = _told(_locked(member.person_id))
    for name, text in values.items():
        setattr(told, name, text)
    noted: Any = told
    noted._change_reason = f"更新{'、'.join(SEALED[name] for name in values)}"
    told.save(update_fields=list(values) if told.pk else None)


@transaction.atomic
def unmask(member: Member, field: str, reason: str, *, by: Any) -> str:
    """The text of a sealed particular, after it was written down who asked and why. Raises Refused when it is empty."""
    told = Particulars.objects.filter(person=member.person_id).first()
    sealed = getattr(told, field) if told else None
    if not sealed:
        raise Refused(f"{member}没有登记{SEALED[field]}。")
    text = sealed.opened()
    Unmasking.objects.create(person_id=member.person_id, field=field, reason=reason, by=by)
    return text


@transaction.atomic
def set_photo(member: Member, upload: Any, *, by: Any) -> StoredFile:
    """Keep a photograph, made small and without what the camera wrote into it. Raises Refused for what is none."""
    if upload.size > PHOTO_BYTES:
        raise Refused("照片超过 5 MB，请缩小后再上传。")
    if not upload.name.lower().endswith(tuple(f".{name}" for name in IMAGES)):
        raise Refused("照片只能是 png 或 jpg 文件。")
    stored = store(_small(upload.read()), name=f"{member}.jpg", by=by, matter=member, allowed=IMAGES)
    told = _told(_locked(member.person_id))
    told.photo = stored
    told.save(update_fields=["photo"] if told.pk else None)
    return stored


def _small(data: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            image.verify()  # afterwards it has to be opened again
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            if image.width * image.height > 60_000_000:
                raise Refused("照片的像素太多，请缩小后再上传。")
            turned = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Refused(BAD_PHOTO) from None
    turned.thumbnail(PHOTO)
    out = io.BytesIO()
    turned.save(out, "JPEG", quality=85)
    return out.getvalue()
