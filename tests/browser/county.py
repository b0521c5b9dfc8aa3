"""A small county under the profile county-anhua: posts of the profile with people in them, members, experts, a plan."""

from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from consultation.models import AnnualPlan, ConsultationForm, Topic, TopicForm, TopicUnit
from consultation.models.topic import title_key
from cppcc.office import profiles
from cppcc.office.groups import sync_groups, sync_permissions
from cppcc.office.models import Office, Organization, Person, Post, Tenure, Term, User
from cppcc.office.pinyin import pinyin_key
from cppcc.office.roles import Role
from members.models import Affiliation, Expert, Field, Member, Particulars, Sector
from tests.world import PASSWORD, World

PROFILE = "county-anhua"
SINCE = date(2022, 1, 1)
TOPIC = "加快推进老旧小区改造"
UNITS = (
    # key, name, short name, kind, parent
    ("housing", "县住房和城乡建设局", "县住建局", "department", "government"),
    ("finance", "县财政局", "", "department", "government"),
    ("members", "政协委员活动组", "活动组", "sector_group", "cppcc"),
)
POSTS = (
    # key, unit, role, title
    ("party-leader", "party-committee", "", "县委副书记"),
    ("government-leader", "government", "", "副县长"),
    ("housing-head", "housing", Role.DEPARTMENT, "局长"),
    ("finance-head", "finance", Role.DEPARTMENT, "局长"),
    ("member", "members", Role.MEMBER, "委员"),
)
HOLDERS = (
    # user name ("" for somebody without an account), name, post
    ("clerk", "周办事", "office-clerk"),
    ("lead", "李经办", "law-clerk"),
    ("vice", "王分管", "vice-chair-society"),
    ("sg", "陈秘书", "secretary-general"),
    ("member", "林一苇", "member"),
    ("housing", "罗住建", "housing-head"),
    ("", "吴主席", "chair"),
    ("", "郑副主席", "vice-chair-economy"),
    ("", "孙社法", "law-head"),
    ("", "钱提案", "proposals-head"),
    ("", "冯财政", "finance-head"),
    ("", "黄书记", "party-leader"),
    ("", "唐县长", "government-leader"),
    ("", "尤县委", "party-committee-clerk"),
    ("", "何政府", "government-clerk"),
)
MEMBERS = ("林一苇", "许二山", "沈三川", "韩四平", "杨五洲", "朱六合", "秦七弦")  # the first one has an account
EXPERTS = ("赵八方", "高九成")


def build() -> World:
    """The county with a working calendar, and its plan of 2026 issued with one topic for a forum."""
    world = World()
    profiles.load(PROFILE)
    call_command("seed_workdays", "--from", "2025", "--to", "2026", verbosity=0)
    Office.objects.update(profile=PROFILE)
    _seats(world)
    _people(world)
    _roster(world)
    sync_groups()
    sync_permissions()
    _plan(world)
    return world


def _seats(world: World) -> None:
    for order, (key, name, short, kind, parent) in enumerate(UNITS, start=50):
        above = Organization.objects.get(key=parent)
        Organization.objects.create(key=key, name=name, short_name=short, kind=kind, parent=above, order=order)
    world.orgs = {unit.key: unit for unit in Organization.objects.exclude(key=None)}
    for order, (key, unit, role, title) in enumerate(POSTS, start=50):
        Post.objects.create(key=key, organization=world.orgs[unit], role=role, title=title, order=order)
    world.posts = {post.key: post for post in Post.objects.exclude(key=None)}


def _people(world: World) -> None:
    password = make_password(PASSWORD)
    for username, name, post in HOLDERS:
        person = somebody(name)
        Tenure.objects.create(post=world.posts[post], person=person, valid_from=SINCE)
        if username:
            world.users[username] = User.objects.create(username=username, person=person, password=password)


def somebody(name: str) -> Person:
    """A person of that name, who may be there already."""
    return Person.objects.get_or_create(name=name, defaults={"pinyin": pinyin_key(name), "phone": "13900001000"})[0]


def _roster(world: World) -> None:
    """Members of three sectors, one of whom knows the matter; experts who are no members."""
    term = Term.objects.create(number=10, starts=SINCE, ends=date(2026, 12, 31))
    sectors = [Sector.objects.create(term=term, name=name) for name in ("经济界", "教育界", "医药卫生界")]
    for place, name in enumerate(MEMBERS):
        member = Member.objects.create(term=term, person=somebody(name), valid_from=SINCE)
        Affiliation.objects.create(member=member, kind="sector", sector=sectors[place % 3])
    Particulars.objects.create(person=somebody(MEMBERS[0]), expertise="小区改造、物业管理")
    field = Field.objects.create(name="城市更新", words="老旧小区、棚户区")
    for name in EXPERTS:
        expert = Expert.objects.create(person=somebody(name), employer="省城建大学", title="教授")
        expert.fields.add(field)


def _plan(world: World) -> None:
    given: dict[str, Any] = {"created_by": world.users["clerk"]}
    plan = AnnualPlan.objects.create(year=2026, title="2026年度协商计划", **given)
    topic = Topic.objects.create(
        plan=plan, number=1, title=TOPIC, title_key=title_key(TOPIC), month_from=4, month_to=4, **given
    )
    TopicForm.objects.create(topic=topic, form=ConsultationForm.objects.get(is_forum=True))
    for key, part in (("law", "lead"), ("housing", "consulted"), ("finance", "consulted")):
        TopicUnit.objects.create(topic=topic, organization=world.orgs[key], part=part)
    AnnualPlan.objects.filter(pk=plan.pk).update(
        state="issued", number="县政协办〔2026〕1号", issued_on=date(2026, 1, 20)
    )
