"""Members out of a field of names, for forms that mean one or many."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.validity import today
from members.models import Affiliation, Member

SEPARATORS = re.compile(r"[\s,，、;；]+")
WITH_UNIT = re.compile(r"(?P<name>[^（(]+)[（(](?P<unit>[^）)]+)[）)]")
MOST_NAMES = 500
SHOWN_ERRORS = 10


def within_reach(user: Any, act: str) -> QuerySet[Member]:
    """The members on whom `user` may do `act`: all, or those of his committees."""
    if reaches_any(user, act):
        return Member.objects.all()
    committees = organizations_with(user, act)
    belong = Affiliation.objects.valid().filter(kind=Affiliation.Kind.COMMITTEE, organization__in=committees)
    return Member.objects.filter(pk__in=belong.values("member"))


def find_members(text: str, members: QuerySet[Member]) -> tuple[list[Member], list[str]]:
    """The members named in a text, and a sentence for each name that is not exactly one of `members`.

    Two of one name are told apart by sector or unit: 张三（教育界）. Of one person's memberships today's counts, else
    the newest. Two queries.
    """
    asked = {entry: _parts(entry) for entry in filter(None, SEPARATORS.split(text.strip()))}
    if len(asked) > MOST_NAMES:
        return [], [f"一次最多填写 {MOST_NAMES} 人，现有 {len(asked)} 人。"]
    rows = members.filter(person__name__in={name for name, _ in asked.values()}).select_related("person", "term")
    persons: dict[int, Member] = {}
    for member in rows.order_by("term__number"):
        if member.is_valid() or member.person_id not in persons:
            persons[member.person_id] = member
    belongs = _belonging(list(persons.values()))
    found, wrong = [], []
    for entry, (name, unit) in asked.items():
        fitting = [m for m in persons.values() if m.person.name == name and (not unit or unit in belongs[m.pk])]
        if len(fitting) == 1:
            found.append(fitting[0])
        else:
            wrong.append(_sentence(entry, fitting, belongs))
    return found, wrong


def told(wrong: Sequence[str]) -> str:
    """The sentences as one error."""
    return "".join(wrong[:SHOWN_ERRORS]) + ("……" if len(wrong) > SHOWN_ERRORS else "")


def _parts(entry: str) -> tuple[str, str]:
    found = WITH_UNIT.fullmatch(entry)
    return (found["name"], found["unit"]) if found else (entry, "")


def _sentence(entry: str, fitting: Sequence[Member], belongs: dict[int, list[str]]) -> str:
    if not fitting:
        return f"没有找到委员“{entry[:40]}”（或不属于您负责的委室），请核对姓名。"
    told = "、".join(f"{member}（{next(iter(belongs[member.pk]), member.term)}）" for member in fitting)
    return f"有 {len(fitting)} 位“{entry[:40]}”，请写明界别或单位：{told}。"


def _belonging(members: Sequence[Member]) -> dict[int, list[str]]:
    """member -> the names of sector, employer and committees of today; asked only where names are shared."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Affiliation.objects.valid(today()).filter(member__in=members).order_by("pk")
    names = ("sector__name", "sector__short_name", "organization__name", "organization__short_name")
    for member, *called in rows.values_list("member", *names):
        found[member] += filter(None, called)
    return found


def written(members: Sequence[Member]) -> str:
    """The members as a list that `find_members` finds again."""
    return "、".join(member.person.name for member in members)
