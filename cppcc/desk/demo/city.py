"""The city: names of its bodies, counties, departments with a past, sector groups, terms."""

from typing import Any

from cppcc.office.models import Office, Organization, Post, Session, Term
from cppcc.office.roles import Role

Kind = Organization.Kind


def build_city(data: dict[str, Any]) -> None:
    """Name the bodies of the profile as the city does, and add what belongs to this city alone."""
    _give_local_names(data)
    counties, departments = data["counties"], data["departments"]
    _add_units(counties, Kind.COUNTY, Role.COUNTY, "县级政协经办", "clerk")
    _add_units(departments, Kind.DEPARTMENT, Role.DEPARTMENT, "部门经办", "clerk", first=10)
    _add_units(data["sector_groups"], Kind.SECTOR_GROUP, Role.MEMBER, "委员", "member")
    _add_history(data)
    for row in data["terms"]:
        _add_term(row)


def _give_local_names(data: dict[str, Any]) -> None:
    short_names = data["local_short_names"]
    for key, name in data["local_names"].items():
        unit = Organization.objects.get(key=key)
        unit.aliases = [*dict.fromkeys([unit.name, *unit.aliases])]
        unit.name, unit.short_name = name, short_names.get(key, unit.short_name)
        unit.save()
    office = Office.objects.get()
    office.name, office.full_name, office.demo = data["office"]["name"], data["office"]["full_name"], True
    office.save()


def _add_units(rows: list[dict], kind: str, role: str, title: str, suffix: str, *, first: int = 1) -> None:
    for order, row in enumerate(rows, start=first):
        unit = Organization.objects.create(kind=kind, order=order, **row)
        Post.objects.create(key=f"{unit.key}-{suffix}", organization=unit, role=role, title=title, order=100 + order)


def _add_history(data: dict[str, Any]) -> None:
    for row in data["renamed"]:
        unit = Organization.objects.get(key=row["key"])
        unit.rename(row["name"], on=row["day"], short_name=row["short_name"])
    for row in data["ended"]:
        row = dict(row)
        successor, day = Organization.objects.get(key=row.pop("into")), row.pop("day")
        Organization.objects.create(kind=Kind.DEPARTMENT, order=99, **row).merge_into(successor, on=day)


def _add_term(row: dict[str, Any]) -> None:
    term = Term.objects.create(number=row["number"], starts=row["starts"], ends=row["ends"])
    for session in row["sessions"]:
        Session.objects.create(term=term, **session)
