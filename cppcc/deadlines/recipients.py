"""To whom a dispatch goes: units by kind or singly, persons by name, and the people behind a unit today."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cppcc.office.models import Organization, Person, Tenure
from cppcc.office.validity import today, valid_on

Kind = Organization.Kind
NO_LETTERS = (Kind.DECIDING_BODY, Kind.EMPLOYER)  # bodies meet, employers are members' own
SEPARATORS = re.compile(r"[、，,；;\s]+")
WITH_UNIT = re.compile(r"(?P<name>[^（(]+)[（(](?P<unit>[^）)]+)[）)]")
MOST_NAMES = 500


@dataclass(frozen=True)
class Reached:
    """A person as a dispatch reaches him. `account`: the key of an account that can log in, or None."""

    person: int
    organization: int | None
    email: str
    phone: str
    account: int | None


def units_to_choose() -> list[Organization]:
    """The units that letters go to, in one query."""
    return list(Organization.objects.valid().exclude(kind__in=NO_LETTERS))


def people_of(units: Iterable[int]) -> list[Reached]:
    """Who holds a post in these units today, each once a unit, in the order of posts."""
    day = today()
    held = Tenure.objects.filter(valid_on(day), valid_on(day, "post__"), post__organization__in=list(units))
    fields = ("email", "phone", "user", "user__is_active")
    rows = held.order_by("post__organization", "post__order", "post", "pk").values_list(
        "person", "post__organization", *(f"person__{name}" for name in fields)
    )
    return list({row[:2]: _reached(row) for row in rows}.values())


def persons_reached(persons: Iterable[int]) -> list[Reached]:
    """The same for persons who are written to by name."""
    rows = Person.objects.filter(pk__in=list(persons)).order_by("pk")
    return [_reached((pk, None, *rest)) for pk, *rest in rows.values_list(
        "pk", "email", "phone", "user", "user__is_active"
    )]  # fmt: skip


def _reached(row: Sequence) -> Reached:
    person, organization, email, phone, account, active = row
    return Reached(person, organization, email, phone, account if active else None)


def find_persons(text: str) -> tuple[list[Person], list[str]]:
    """The persons of a list of names, and in sentences what is wrong with it.

    Two of one name are told apart by their unit: 张三（市发改局）.
    """
    asked = {entry: _parts(entry) for entry in filter(None, SEPARATORS.split(text.strip()))}
    if len(asked) > MOST_NAMES:
        return [], [f"一次最多填写 {MOST_NAMES} 人，现有 {len(asked)} 人。"]
    namesakes: dict[str, list[Person]] = {}
    for person in Person.objects.filter(name__in={name for name, _ in asked.values()}):
        namesakes.setdefault(person.name, []).append(person)
    units = _units_of([person for found in namesakes.values() for person in found])
    persons, wrong = [], []
    for entry, (name, unit) in asked.items():
        fitting = [p for p in namesakes.get(name, []) if not unit or unit in units.get(p.pk, [])]
        if len(fitting) == 1:
            persons.append(fitting[0])
        else:
            wrong.append(_sentence(entry, fitting, units))
    return persons, wrong


def _parts(entry: str) -> tuple[str, str]:
    found = WITH_UNIT.fullmatch(entry)
    return (found["name"], found["unit"]) if found else (entry, "")


def _sentence(entry: str, fitting: list[Person], units: Mapping[int, list[str]]) -> str:
    if not fitting:
        return f"没有找到“{entry[:40]}”，请核对姓名。"
    told = "、".join(f"{p.name}（{units.get(p.pk, ['无任职'])[0]}）" for p in fitting)
    return f"有 {len(fitting)} 位“{entry}”，请写明单位：{told}。"


def _units_of(persons: Iterable[Person]) -> dict[int, list[str]]:
    """person -> the names of the units where he holds a post today."""
    day = today()
    rows = Tenure.objects.filter(valid_on(day), valid_on(day, "post__"), person__in=list(persons)).order_by("pk")
    found: dict[int, list[str]] = {}
    for person, *names in rows.values_list("person", "post__organization__short_name", "post__organization__name"):
        found.setdefault(person, []).extend(filter(None, names))
    return found


def written(persons: Sequence[Person]) -> str:
    """The persons as a list that `find_persons` finds again: those with a namesake get their unit."""
    if not persons:
        return ""
    names = Person.objects.filter(name__in={p.name for p in persons}).order_by().values_list("name", flat=True)
    count = Counter(names)
    doubled = [p for p in persons if count[p.name] > 1]
    units = _units_of(doubled) if doubled else {}
    return "、".join(f"{p.name}（{units[p.pk][0]}）" if units.get(p.pk) else p.name for p in persons)
