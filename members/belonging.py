"""Changing what a member belongs to: from a day on, the old row stays; or corrected, where it was entered wrongly."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from cppcc.office.models import Organization
from cppcc.office.refusals import FieldRefused, Refused
from cppcc.office.unit_names import organizations
from members.models import Affiliation, Member
from members.terms import before

Kind = Affiliation.Kind
FIELDS = {Kind.SECTOR: "sector", Kind.POSITION: "position"}
TWICE = "这项归属与已有的重叠，请核对起止日期；原来的需先写明截止日期。"


def target_field(kind: str) -> str:
    """Which field of an affiliation names what the member belongs to."""
    return FIELDS.get(Kind(kind), "organization")


@transaction.atomic
def change(member: Member, kind: str, target: Any, *, since: date, duty: str = "", by: Any) -> Affiliation | None:
    """Belong to `target` from `since` on; of sector, party and employer the old one ends the day before.

    `target` None ends the old one only. Raises FieldRefused for a day outside the membership or not after the
    beginning of what it changes.
    """
    locked = Member.objects.select_for_update().get(pk=member.pk)
    _refuse_day(locked, since)
    if kind in Affiliation.ONE_AT_A_TIME:
        _end_old(locked, kind, target, duty, since)
    made = None
    if target is not None:
        made = Affiliation(
            member=locked,
            kind=kind,
            duty=duty,
            valid_from=since,
            valid_to=locked.valid_to,
            **{target_field(kind): target},
        )
        save(made)
    _touch(locked)
    return made


def _refuse_day(member: Member, since: date) -> None:
    if member.valid_from and since < member.valid_from:
        raise FieldRefused(f"日期不能早于任职起始日期（{member.valid_from:%Y年%-m月%-d日}）。", "since")
    if member.valid_to and since > member.valid_to:
        raise FieldRefused(f"{member}已于{member.valid_to:%Y年%-m月%-d日}离任，日期不能更晚。", "since")


def _end_old(member: Member, kind: str, target: Any, duty: str, since: date) -> None:
    rows = list(member.affiliations.filter(kind=kind).select_related("sector", "organization", "position"))
    later = [row for row in rows if row.valid_from and row.valid_from >= since]
    if later:
        raise FieldRefused(
            f"已有自{later[0].valid_from:%Y年%-m月%-d日}起的“{later[0]}”，日期须晚于这一天；"
            "原来登记有误的，请在归属清单中更正。", "since",
        )  # fmt: skip
    for row in rows:
        if row.is_valid(since):
            if row.target == target and row.duty == duty:
                raise Refused(f"现在的{row.get_kind_display()}就是“{row}”，没有变动。")
            row.valid_to = before(since)
            row.save()


def save(row: Affiliation) -> None:
    """Save a row. Raises Refused when it overlaps with another."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(TWICE) from None


def _touch(member: Member) -> None:
    member.version += 1
    member.save()


@transaction.atomic
def correct(row: Affiliation, values: dict[str, Any], *, by: Any) -> None:
    """Put right a row that was entered wrongly. Raises Refused when it then overlaps with another."""
    member = Member.objects.select_for_update().get(pk=row.member_id)
    locked = Affiliation.objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(locked, name, value)
    save(locked)
    _touch(member)


@transaction.atomic
def remove(row: Affiliation, *, by: Any) -> None:
    """Take away a row that should not be there; its history stays."""
    member = Member.objects.select_for_update().get(pk=row.member_id)
    row.delete()
    _touch(member)


def employer_named(name: str, *, create: bool) -> Organization:
    """The unit of that name; a new one (委员单位) when `create`. Raises FieldRefused when nobody knows the name."""
    found = organizations().find(name)
    if found is not None:
        return found
    if not create:
        raise FieldRefused(
            f"没有登记“{name}”这个单位，请核对名称；确是新单位的，请勾选“登记为新单位”后再保存。", "employer"
        )
    return Organization.objects.create(name=name, kind=Organization.Kind.EMPLOYER)
