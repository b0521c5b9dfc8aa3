"""A small city, built set-based in a few statements: every role twice where "another's" must be told from "own"."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from consultation.models import (
    Addressee,
    AnnualPlan,
    ConsultationForm,
    CountyAdoption,
    MeasureDefault,
    Solicitation,
    SolicitationChannel,
    Topic,
    TopicForm,
    TopicSuggestion,
    TopicUnit,
)
from consultation.models.plan import PlanTarget
from consultation.models.topic import title_key
from cppcc.deadlines.models import DueRule, RuleSet
from cppcc.office.groups import sync_groups, sync_permissions
from cppcc.office.models import Office, Organization, Person, Post, Tenure, User
from cppcc.office.pinyin import pinyin_key
from cppcc.office.roles import Role
from cppcc.workflow.models import ApprovalChain, ApprovalStep

K = Organization.Kind
PASSWORD = "correct1horse"

ORGANIZATIONS = [
    # key, name, short name, kind, parent, aliases
    ("cppcc", "试验市政协", "市政协", K.DECIDING_BODY, None, []),
    ("office", "试验市政协办公室", "办公室", K.COMMITTEE, "cppcc", ["市政协办公室"]),
    ("econ", "经济委员会", "经济委", K.COMMITTEE, "cppcc", ["市政协经济委"]),
    ("edu", "教科卫体委员会", "教科卫体委", K.COMMITTEE, "cppcc", []),
    ("party-group", "市政协党组会议", "党组会议", K.DECIDING_BODY, "cppcc", []),
    ("pc", "中共试验市委", "市委", K.PARTY_COMMITTEE, None, []),
    ("pco", "市委办公室", "市委办", K.PARTY_COMMITTEE, "pc", []),
    ("standing", "市委常委会会议", "市委常委会", K.DECIDING_BODY, "pc", []),
    ("gov", "试验市人民政府", "市政府", K.GOVERNMENT, None, []),
    ("dept1", "市发展和改革局", "市发改局", K.DEPARTMENT, "gov", ["发改委"]),
    ("dept2", "市教育局", "", K.DEPARTMENT, "gov", []),
    ("party1", "中国民主同盟试验市委员会", "民盟", K.PARTY, None, []),
    ("party2", "中国民主建国会试验市委员会", "民建", K.PARTY, None, []),
    ("county1", "青溪县政协", "青溪县", K.COUNTY, None, ["青溪"]),
    ("county2", "白水县政协", "白水县", K.COUNTY, None, ["白水"]),
    ("members", "全体委员", "委员", K.SECTOR_GROUP, "cppcc", []),
    ("audit", "审计小组", "", K.ACTIVITY_GROUP, None, []),
]
PEOPLE = {
    # user name: (role, organisation)
    "clerk": (Role.OFFICE_CLERK, "office"),
    "sg": (Role.SECRETARY_GENERAL, "office"),
    "chair": (Role.CHAIR, "cppcc"),
    "vice": (Role.VICE_CHAIR, "cppcc"),
    "econ_clerk": (Role.COMMITTEE_CLERK, "econ"),
    "econ_head": (Role.COMMITTEE_HEAD, "econ"),
    "edu_clerk": (Role.COMMITTEE_CLERK, "edu"),
    "member": (Role.MEMBER, "members"),
    "member2": (Role.MEMBER, "members"),
    "dept1": (Role.DEPARTMENT, "dept1"),
    "dept2": (Role.DEPARTMENT, "dept2"),
    "party1": (Role.PARTY, "party1"),
    "party2": (Role.PARTY, "party2"),
    "county1": (Role.COUNTY, "county1"),
    "county2": (Role.COUNTY, "county2"),
    "pco": (Role.PARTY_COMMITTEE_OFFICE, "pco"),
    "auditor": (Role.AUDITOR, "audit"),
    "expired": (Role.OFFICE_CLERK, "office"),
    "future": (Role.OFFICE_CLERK, "office"),
}
WITHOUT_POST = ("nobody", "admin")


@dataclass
class World:
    """What a test reaches for."""

    orgs: dict[str, Organization] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    forms: dict[str, ConsultationForm] = field(default_factory=dict)
    channels: dict[str, SolicitationChannel] = field(default_factory=dict)
    chain: ApprovalChain | None = None

    def plan(self, year: int = 2026, *, state: str = "drafting", topics: int = 0, linked: int = 0) -> AnnualPlan:
        """A plan with `topics` topics, the first `linked` of them linked with county1; put into `state` directly."""
        plan = AnnualPlan.objects.create(
            year=year, title=f"{year}年度协商计划", chain=self.chain, created_by=self.users["clerk"]
        )
        PlanTarget.copy_defaults(plan, MeasureDefault.objects.all())
        self.topics(plan, topics, linked=linked)
        if state != "drafting":
            number = {"number": f"试政协办〔{year}〕1号", "issued_on": date(year, 1, 20)}
            given = number if state in ("issued", "closed") else {}
            AnnualPlan.objects.filter(pk=plan.pk).update(state=state, **given)
            plan.refresh_from_db()
        return plan

    def topics(self, plan: AnnualPlan, count: int, *, linked: int = 0, supervisory: int = 0) -> list[Topic]:
        """Topics of a plan, led by the economic committee; linked ones involve county1."""
        topics = Topic.objects.bulk_create(
            Topic(
                plan=plan, number=n, title=f"议题第{n}号", title_key=title_key(f"议题第{n}号"),
                linkage="linked" if n <= linked else "self_selected", supervisory=n <= supervisory,
                month_from=(n - 1) % 12 + 1, month_to=(n - 1) % 12 + 1, created_by=self.users["clerk"],
            )
            for n in range(1, count + 1)
        )  # fmt: skip
        TopicUnit.objects.bulk_create(
            [TopicUnit(topic=t, organization=self.orgs["econ"], part="lead") for t in topics]
            + [TopicUnit(topic=t, organization=self.orgs["dept1"], part="consulted") for t in topics]
            + [TopicUnit(topic=t, organization=self.orgs["county1"], part="county") for t in topics[:linked]]
        )
        TopicForm.objects.bulk_create(TopicForm(topic=t, form=self.forms["special"]) for t in topics)
        return topics

    def solicitation(self, plan: AnnualPlan, *, state: str = "open", days: int = 20) -> Solicitation:
        """A round that asks both departments, parties, counties and committees, open around today."""
        today = timezone.localdate()
        solicitation = Solicitation.objects.create(
            plan=plan, title=f"{plan.year}年度协商议题征集", opens_on=today - timedelta(days=10),
            closes_on=today + timedelta(days=days), state=state, asks_members=True, created_by=self.users["clerk"],
        )  # fmt: skip
        solicitation.channels.set(self.channels.values())
        asked = ("dept1", "dept2", "party1", "party2", "county1", "county2", "econ", "edu", "pco")
        by_kind = {kind: c for c in self.channels.values() for kind in c.organization_kinds}
        Addressee.objects.bulk_create(
            Addressee(solicitation=solicitation, organization=self.orgs[key], channel=by_kind[self.orgs[key].kind])
            for key in asked
        )
        return solicitation

    def suggestion(
        self, solicitation: Solicitation, key: str = "dept1", title: str = "优化营商环境"
    ) -> TopicSuggestion:
        """A received suggestion of a unit, or of a member when `key` names one."""
        person = self.users[key].person if key in ("member", "member2") else None
        unit = None if person else self.orgs[key]
        by_kind = {kind: c for c in self.channels.values() for kind in c.organization_kinds}
        channel = self.channels["member"] if person else by_kind[unit.kind]
        return TopicSuggestion.objects.create(
            solicitation=solicitation, organization=unit, person=person, channel=channel, title=title,
            created_by=self.users.get(key, self.users["clerk"]),
        )  # fmt: skip

    def due_rules(self) -> None:
        """Dates for rounds, bodies and counties."""
        ladder = {"remind": [7, 1, 0], "repeat": 3, "escalate_after": 5}
        for key, label, rule in (
            ("plan_solicitation", "议题征集", {"step": "answer", "label": "报送议题建议", "anchor": "closes_on",
             "offset": 0, "unit": "days", "responsible": "addressees", "escalate_to": "office", "rule": "R003"}),
            ("plan_approval", "计划审批", {"step": "decide", "label": "审批", "anchor": "submitted", "offset": 15,
             "unit": "working_days", "responsible": "step", "escalate_to": "secretary_general", "rule": "R009"}),
            ("county_adoption", "县级列入", {"step": "adopt", "label": "列入本级计划", "anchor": "issued", "offset": 2,
             "unit": "months", "responsible": "county", "escalate_to": "secretary_general", "rule": "R012"}),
        ):  # fmt: skip
            made = RuleSet.objects.create(key=key, label=label)
            DueRule.objects.create(ruleset=made, **ladder, **rule)

    def adoption(self, topic: Topic, key: str = "county1") -> CountyAdoption:
        """A pending adoption of a topic in a county."""
        return CountyAdoption.objects.create(topic=topic, county=self.orgs[key], created_by=self.users["clerk"])


def build() -> World:
    """Build the city: organisations, people with posts and accounts, a chain of two bodies, channels, measures."""
    world = World()
    for order, (key, name, short, kind, _, aliases) in enumerate(ORGANIZATIONS):
        world.orgs[key] = Organization(
            key=key, name=name, short_name=short, kind=kind, aliases=aliases, order=order, pinyin=pinyin_key(name)
        )
    Organization.objects.bulk_create(world.orgs.values())
    for key, *_, parent, _ in ORGANIZATIONS:
        world.orgs[key].parent = world.orgs.get(parent)
    Organization.objects.bulk_update(world.orgs.values(), ["parent"])
    Office.objects.create(
        name="试验市政协", full_name="中国人民政治协商会议试验市委员会", organization=world.orgs["office"]
    )
    _people(world)
    _chain(world)
    _reference(world)
    sync_groups()
    sync_permissions()
    return world


_hash: list[str] = []


def _people(world: World) -> None:
    if not _hash:
        _hash.append(make_password(PASSWORD))
    names = [*PEOPLE, *WITHOUT_POST]
    persons = Person.objects.bulk_create(Person(name=f"试{name}", pinyin=pinyin_key(f"试{name}")) for name in names)
    users = User.objects.bulk_create(
        User(
            username=name, password=_hash[0], person=None if name == "admin" else person,
            is_staff=name == "admin", is_superuser=name == "admin",
        )
        for name, person in zip(names, persons, strict=True)
    )  # fmt: skip
    world.users = {user.username: user for user in users}
    seats: dict[tuple[str, str], Post] = {}
    for role, org in PEOPLE.values():
        title = Role(role).label
        seats.setdefault(
            (role, org),
            Post(organization=world.orgs[org], role=role, title=title, key=f"{org}-{role}".replace("_", "-")),
        )
    Post.objects.bulk_create(seats.values())
    today = timezone.localdate()
    ends = {"expired": today - timedelta(days=1)}
    starts = {"future": today + timedelta(days=1)}
    Tenure.objects.bulk_create(
        Tenure(
            post=seats[PEOPLE[name]], person=world.users[name].person, valid_from=starts.get(name, date(2022, 1, 1)),
            valid_to=ends.get(name),
        )
        for name in PEOPLE
    )  # fmt: skip
    world.posts = {name: seats[PEOPLE[name]] for name in PEOPLE}


def _chain(world: World) -> None:
    world.chain = ApprovalChain.objects.create(key="two", name="党组会议、市委常委会会议")
    ApprovalStep.objects.bulk_create(
        [
            ApprovalStep(
                chain=world.chain, order=1, kind="decide", label="党组会议研究", body=world.orgs["party-group"],
                role=Role.CHAIR, organization=world.orgs["cppcc"],
            ),
            ApprovalStep(
                chain=world.chain, order=2, kind="decide", label="市委常委会会议审议", body=world.orgs["standing"],
                role=Role.PARTY_COMMITTEE_OFFICE, organization=world.orgs["pco"],
            ),
            ApprovalStep(
                chain=world.chain, order=3, kind="issue", label="印发", role=Role.OFFICE_CLERK,
                organization=world.orgs["office"],
            ),
        ]
    )  # fmt: skip


def _reference(world: World) -> None:
    for order, (key, label, special, forum) in enumerate(
        [
            ("special", "专题协商会", True, False),
            ("forum", "双月协商座谈会", False, True),
            ("counterpart", "对口协商", False, False),
        ]
    ):
        world.forms[key] = ConsultationForm(key=key, label=label, order=order, is_special=special, is_forum=forum)
    ConsultationForm.objects.bulk_create(world.forms.values())
    for order, (key, label, kind, kinds) in enumerate(
        [
            ("party-committee", "党委点题", "named", [K.PARTY_COMMITTEE]),
            ("government", "政府点题", "named", [K.GOVERNMENT, K.DEPARTMENT]),
            ("parties", "党派荐题", "recommended", [K.PARTY, K.FEDERATION]),
            ("counties", "县级政协荐题", "recommended", [K.COUNTY]),
            ("committees", "委室荐题", "recommended", [K.COMMITTEE]),
            ("member", "委员荐题", "recommended", []),
        ]
    ):
        world.channels[key] = SolicitationChannel(
            key=key, label=label, kind=kind, organization_kinds=kinds, order=order
        )
    SolicitationChannel.objects.bulk_create(world.channels.values())
    MeasureDefault.objects.bulk_create(
        [
            MeasureDefault(key="linked", measure="linked_share", target=70, tolerance=5, rule="R001"),
            MeasureDefault(key="supervisory", measure="supervisory", target=20, mandatory=True, rule="R013"),
            MeasureDefault(key="special", measure="special_consultations", target=2, mandatory=True, rule="R014"),
            MeasureDefault(key="forums", measure="forums", target=6, cadence=2, merged_until=2, rule="R015"),
            MeasureDefault(key="proposer", measure="by_proposer", rule="R005"),
        ]
    )
