"""People and accounts: plainly fictitious names, one public password, posts held since the term began."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from cppcc.office.demo import DEMO_PASSWORD
from cppcc.office.models import CommitteeRouting, Delegation, Organization, Person, Post, Tenure, User
from cppcc.office.validity import today

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


def names() -> Iterator[str]:
    """A surname and a pair of the sixty-year cycle: 赵甲子, 钱乙丑 ..., nobody is called so."""
    place = 0
    while True:
        yield SURNAMES[place % 32] + STEMS[place % 10] + BRANCHES[place % 12]
        place += 1


def settle_people(data: dict[str, Any]) -> None:
    """Make the people of the demo with their posts and accounts."""
    fresh, password = names(), make_password(DEMO_PASSWORD)
    posts = {post.key: post for post in Post.objects.all() if post.key}
    holders: dict[str, Person] = {}
    for number, row in enumerate(data["holders"], start=1):
        person = _person(next(fresh), number, row.get("user", ""))
        keys = row["post"] if isinstance(row["post"], list) else [row["post"]]
        for key in keys:
            begin = data["former"]["to"] + timedelta(days=1) if key == data["former"]["post"] else data["since"]
            Tenure.objects.create(post=posts[key], person=person, valid_from=begin)
        if "user" in row:
            _account(row["user"], person, password)
            holders[row["user"]] = person
    former = _person(next(fresh), len(data["holders"]) + 1, "")
    Tenure.objects.create(
        post=posts[data["former"]["post"]], person=former,
        valid_from=data["former"]["from"], valid_to=data["former"]["to"],
    )  # fmt: skip
    admin = _account("admin", _person("系统管理员", 99, "admin"), password)
    User.objects.filter(pk=admin.pk).update(is_staff=True, is_superuser=True)
    _delegate(data["delegation"], posts, holders)
    _route(data["routing"], posts)


def _person(name: str, number: int, username: str) -> Person:
    mail = f"{username}@example.invalid" if username else ""
    return Person.objects.create(name=name, phone=f"139-0000-{number:04}", email=mail, remark="演示人员，纯属虚构")


def _account(username: str, person: Person, password: str) -> User:
    return User.objects.create(username=username, person=person, password=password, email=person.email, is_demo=True)


def _delegate(row: dict[str, Any], posts: dict[str, Post], holders: dict[str, Person]) -> None:
    Delegation.objects.create(
        post=posts[row["post"]], person=holders[row["to"]], reason=row["reason"], valid_from=row["from"],
        valid_to=max(date(2026, 12, 31), today() + timedelta(days=40)),
    )  # fmt: skip


def _route(routing: dict[str, list[str]], posts: dict[str, Post]) -> None:
    for key, committees in routing.items():
        for committee in Organization.objects.filter(key__in=committees):
            CommitteeRouting.objects.create(post=posts[key], committee=committee, valid_from=date(2022, 1, 10))
