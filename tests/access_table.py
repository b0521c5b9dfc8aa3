"""Who may open which address: one entry per url name. `tests/test_access.py` walks every person over it.

A target is an object behind an address: `seen` names who may know that it exists (all others get 404), `may` who of
those may do what the address does (the rest get 403). An address without a line here fails the tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from consultation.grants import grant_reading
from consultation.models import AnnualPlan, PartyConsultation, Solicitation
from cppcc.deadlines.feeds import issue_feed
from cppcc.deadlines.models import CalendarFeed, DueRule, RuleSet
from cppcc.files.models import Classification, StoredFile
from cppcc.jobs.models import Job
from cppcc.meetings.links import issue_links
from cppcc.meetings.models import Busy, Finding
from cppcc.office.models import OneTimeLink, Regulation
from cppcc.sheets.models import ImportBatch
from cppcc.workflow.models import ApprovalRound, Sitting
from tests.consultation.forum_access import furnish_forums
from tests.consultation.forum_speakers import furnish_speeches
from tests.consultation.outcome_access import furnish_outcome
from tests.deadlines.desk_rows import a_dispatch, deadlines, deliveries, notices
from tests.deadlines.task_rows import a_task
from tests.documents.batches import batch
from tests.documents.papers import a_file, paper
from tests.documents.stamps import a_seal
from tests.meetings.gatherings import at, invite, invited, meeting
from tests.members.access_rows import furnish_members
from tests.members.ledger_access import furnish_ledger
from tests.world import PEOPLE, World

Names = frozenset[str]
PERSONS = (*PEOPLE, "nobody", "admin")
EVERYBODY = frozenset(PERSONS)
POSTED = frozenset(PEOPLE) - {"expired", "future"}
READERS = frozenset({"clerk", "sg", "chair", "vice", "auditor"})  # read all suggestions and rounds
INSIDE = READERS | {"econ_clerk", "econ_head", "edu_clerk"}  # read all plans and sittings
MANAGERS = frozenset({"clerk", "sg"})
CLERK = frozenset({"clerk"})
LEADERS = frozenset({"sg", "chair", "vice", "econ_head"})  # have a morning sheet
ASKED = POSTED - {"sg", "chair", "vice", "auditor"}  # suggest for themselves, or for others (the clerk)
NOBODY: Names = frozenset()
MISSING = 987654


@dataclass
class City:
    """The world with one object of every kind and of every owner that the table speaks of."""

    world: World
    plans: dict[str, AnnualPlan] = field(default_factory=dict)
    rounds: dict[str, Solicitation] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    media: str = ""


def furnish(world: World) -> City:
    """Plans in four states, rounds of three reaches, suggestions and adoptions of several owners, files, work."""
    city = City(world, media=settings.MEDIA_ROOT)
    for label, year, state in (
        ("drafting", 2026, "drafting"), ("granted", 2028, "drafting"), ("issued", 2025, "issued"),
        ("before", 2027, "in_approval"),
    ):  # fmt: skip
        city.plans[label] = world.plan(year, state=state, topics=3, linked=3)
        city.things[f"topic-{label}"] = city.plans[label].topics.first()
    grant_reading(city.plans["granted"], world.posts["dept1"])
    ApprovalRound.objects.create(
        matter=city.plans["before"], number=1, chain=world.chain, step=world.chain.steps.get(order=2)
    )
    _rounds(city)
    for key in ("county1", "county2"):
        city.things[f"adoption-{key}"] = world.adoption(city.things["topic-issued"], key)
    _work(city)
    return city


def _rounds(city: City) -> None:
    world = city.world
    city.rounds["open"] = world.solicitation(city.plans["drafting"])
    city.rounds["other"] = world.solicitation(city.plans["granted"])
    city.rounds["other"].addressees.exclude(organization=world.orgs["dept2"]).delete()
    Solicitation.objects.filter(pk=city.rounds["other"].pk).update(asks_members=False)
    city.rounds["preparing"] = world.solicitation(city.plans["drafting"], state="drafting")
    for key in ("dept1", "econ", "member", "county1"):
        city.things[f"suggestion-{key}"] = world.suggestion(city.rounds["open"], key)
    addressee = city.rounds["open"].addressees.get(organization=world.orgs["party2"])
    city.things["token"] = OneTimeLink.issue(
        addressee, "consultation.suggest", by=world.users["clerk"], organization=addressee.organization,
        expires_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip


def _work(city: City) -> None:
    users = city.world.users
    city.things["sitting"] = Sitting.of(city.world.orgs["party-group"], timezone.localdate(), by=users["clerk"])
    city.things["job"] = Job.objects.create(kind="consultation.import", owner=users["dept1"])
    for name in ("clerk", "sg"):
        city.things[f"batch-{name}"] = ImportBatch.objects.create(
            kind="consultation.topics", file_name="议题.csv", data="议题\n推进城市更新\n".encode(), sha256="0" * 64,
            arguments={"plan": city.plans["drafting"].pk}, owner=users[name],
            report={"rows": 0, "shown": [], "unknown": [], "blocked": False, "errors": [], "error_count": 0,
                    "created": 0, "updated": 0, "unchanged": 0, "create": 0, "update": 0},
        )  # fmt: skip
    for label, matter in (("drafting", city.plans["drafting"]), ("issued", city.plans["issued"]), ("loose", None)):
        stored = StoredFile.objects.create(
            name="计划.pdf", extension="pdf", media_type="application/pdf", size=4, sha256="0" * 64, matter=matter,
            classification=Classification.PUBLIC, uploaded_by=users["clerk"],
        )  # fmt: skip
        stored.path.parent.mkdir(parents=True, exist_ok=True)
        stored.path.write_bytes(b"%PDF")
        city.things[f"file-{label}"] = stored
    city.things["rule_set"] = RuleSet.objects.create(key="symposium", label="座谈会")
    city.things["due_rule"] = DueRule.objects.create(
        ruleset=city.things["rule_set"], step="scheme", label="方案", anchor="session", offset=-2, unit="months",
        responsible="office",
    )  # fmt: skip
    city.things["feed"] = issue_feed(users["clerk"])
    CalendarFeed.objects.update(used_at=timezone.now())  # its reading is noted once an hour
    city.things["regulation"] = Regulation.objects.create(key="rules", title="协商工作规则")
    _dates(city)
    _papers(city)
    _roster(city)
    _meetings(city)
    _letters(city)
    city.things |= furnish_forums(city.world)
    city.things |= furnish_speeches(city.world, city.things["forum"])
    city.things |= furnish_outcome(city.world)


def _dates(city: City) -> None:
    """Deadlines of three holders, a late one that owes its reason, a draft to send, deliveries, notices."""
    world, matter = city.world, city.things["topic-issued"]
    for key, holder in HOLDERS.items():
        city.things[f"deadline-{key}"] = deadlines(world, matter, holders=[holder])[0]
    late = {"status": "done", "closed_on": timezone.localdate(), "late_days": 3}
    city.things["deadline-late"] = deadlines(world, matter, days=-9, holders=[HOLDERS["dept1"]], **late)[0]
    city.things["dispatch"] = a_dispatch(world)
    city.things["delivery"] = deliveries(world, status="dead", channel="email", address="a@example.org")[0]
    for key in ("dept1", "clerk"):
        city.things[f"notice-{key}"] = notices(world.users[key])[0]


def _papers(city: City) -> None:
    """A draft, one for a department that has read it, one that few may know of, one for everybody."""
    world, things = city.world, city.things
    things["document-draft"] = paper(world)
    things["document-issued"] = paper(world, state="issued")
    things["document-issued"].recipients.update(read_at=timezone.now())
    things["document-secret"] = paper(world, state="signing", classification=Classification.WORK_SECRET)
    things["document-secret"].distribution.add(world.orgs["econ"])
    things["document-public"] = paper(world, state="issued", main=("county1",), classification=Classification.PUBLIC)
    things["bundle"] = Job.objects.create(
        kind="documents.bundle", owner=world.users["clerk"], status="done", finished_at=timezone.now(),
        arguments={"kind": "document", "matter": things["document-issued"].pk, "title": "材料汇编", "parts": []},
        result={"file": a_file().pk, "pages": 1, "missing": []},
    )  # fmt: skip
    things["receipt-token"] = OneTimeLink.issue(
        things["document-issued"].recipients.get(), "documents.receive", by=world.users["clerk"],
        organization=world.orgs["dept1"], expires_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip
    things["document-signed"] = paper(world, state="signed")
    a_seal(world)


def _letters(city: City) -> None:
    """A list that is open, and one that was issued: one letter printed, one failed, a file that the clerk had made."""
    world, things = city.world, city.things
    things["letters-draft"] = batch(world, 2)
    things["letter-draft"] = things["letters-draft"].letters.first()
    issued = things["letters-issued"] = batch(world, 2, out=True)
    printed, failed = things["letter-printed"], things["letter-failed"] = issued.letters.all()
    printed.file, printed.printed_at, failed.failure = a_file(), timezone.now(), "来宾2：没有座位。"
    for letter in (printed, failed):
        letter.save()
    things["letters-made"] = Job.objects.create(
        kind="documents.letter_files", owner=world.users["clerk"], arguments={"document": issued.pk}, status="done",
        finished_at=timezone.now(), result={"file": a_file().pk, "name": "合并.pdf", "size": 1},
    )  # fmt: skip


def _roster(city: City) -> None:
    """A member of each of two committees, and one thing of every kind that the roster's pages keep."""
    city.things |= furnish_members(city.world)
    furnish_ledger(city.world, city.things)


def _meetings(city: City) -> None:
    """One of the office with a member and a department, one of a committee whose guest asks for leave, one planned."""
    world, things = city.world, city.things
    things["meeting-office"] = invited(world, "member", "dept1")
    things["meeting-econ"] = invited(world, "member2", "county1", host="econ", kind="visit")
    asking = things["meeting-econ"].participants.filter(person=world.users["county1"].person)
    asking.update(leave="asked", reason="出差", replied_at=timezone.now())
    things["leave"] = asking.get()
    things["meeting-planned"] = meeting(world, host="econ")
    invite(world, things["meeting-planned"], "member", told=False)
    things["finding"] = Finding.objects.create(meeting=things["meeting-econ"], text="停车难")
    things["participant"] = things["meeting-office"].participants.get(person=world.users["dept1"].person)
    things["party"] = PartyConsultation.objects.create(year=timezone.localdate().year, title="优化营商环境")
    things["busy"] = Busy.objects.create(person=world.users["chair"].person, starts=at(5), ends=at(5, 12))
    [linked] = issue_links(things["meeting-office"], [things["participant"].pk], by=world.users["clerk"])
    things["reply-token"] = linked.token
    _tasks(city)


def _tasks(city: City) -> None:
    """One that the office gave a committee, one that a committee gave a department, which may answer it by a link."""
    world, things = city.world, city.things
    things["task-office"] = a_task(world, "edu")
    things["task-econ"] = a_task(world, "dept1", giver="econ", matter=things["finding"])
    things["task-token"] = OneTimeLink.issue(
        things["task-econ"], "deadlines.task", by=world.users["clerk"], organization=world.orgs["dept1"],
        expires_at=timezone.now() + timedelta(days=3),
    )  # fmt: skip


HOLDERS = {"dept1": ("dept1", "department"), "econ": ("econ", "committee_clerk"), "office": ("office", "")}
Args = Callable[[City], tuple]


@dataclass(frozen=True)
class Target:
    """An object behind an address. `answer`: what GET answers to whoever may; `may` None: all who see it."""

    label: str
    args: Args
    seen: Names = EVERYBODY
    may: Names | None = None
    answer: int = 200
    may_post: Names | None = None

    def status(self, name: str, *, post: bool = False) -> int:
        """What GET answers to a person; with `post` what stands before any look at the data."""
        if name not in self.seen:
            return 404
        may = self.may_post if post and self.may_post is not None else self.may
        return self.answer if may is None or name in may else 403


@dataclass(frozen=True)
class Page:
    """An address: its targets, its verbs, an object that is not there.

    `first`: a right asked before the object is looked for. `acts`: a POST without data is a whole act. `refusals`:
    what a POST with useless data answers. `public`: open without an account.
    """

    targets: tuple[Target, ...]
    verbs: tuple[str, ...] = ("GET",)
    missing: tuple | None = None
    first: Names | None = None
    acts: bool = False
    refusals: tuple[int, ...] = (422, 302, 400, 409)
    public: bool = False


def thing(key: str, *more: str) -> Args:
    """An object by its key."""
    return lambda city: (city.things[key].pk, *more)


def year(label: str, *more: str) -> Args:
    """A plan's year."""
    return lambda city: (city.plans[label].year, *more)


def round_(label: str, *more: str) -> Args:
    """A round."""
    return lambda city: (city.rounds[label].pk, *more)


def nothing(city: City) -> tuple:
    """No arguments."""
    return ()


ANYWHERE = (Target("page", nothing),)
FORM, ACT = ("GET", "POST"), ("POST",)
SEES_PLAN = {
    "drafting": INSIDE,
    "granted": INSIDE | {"dept1"},
    "issued": POSTED,
    "before": INSIDE | {"pco"},
}
SEES_ROUND = {"open": POSTED, "other": READERS | {"dept2"}, "preparing": READERS}
SEES_SUGGESTION = {
    "dept1": READERS | {"dept1"},
    "econ": READERS | {"econ_clerk", "econ_head"},
    "member": READERS | {"member"},
    "county1": READERS | {"county1"},
}
SEES_ADOPTION = {"county1": INSIDE | {"county1"}, "county2": INSIDE | {"county2"}}


SEES_DOCUMENT = {
    "draft": INSIDE,
    "issued": INSIDE | {"dept1"},
    "secret": frozenset({"clerk", "sg", "chair", "econ_clerk", "econ_head"}),
    "public": POSTED,
    "signed": INSIDE,
}
SEES_MEETING = {
    "office": INSIDE | {"member", "dept1"},
    "econ": INSIDE | {"member2", "county1"},
    "planned": INSIDE,
}
SEES_MEMBER = {
    "econ": READERS | {"econ_clerk", "econ_head", "member"},
    "edu": READERS | {"edu_clerk", "member2"},
}
SEES_TASK = {"office": INSIDE, "econ": INSIDE | {"dept1"}}
GIVES = {"office": MANAGERS, "econ": MANAGERS | {"econ_clerk", "econ_head"}}
ANSWERS = {"office": CLERK | {"edu_clerk"}, "econ": CLERK | {"dept1"}}
GUESTS = {"office": frozenset({"member", "dept1"}), "econ": frozenset({"member2", "county1"})}
HOSTS = {"office": MANAGERS, "econ": MANAGERS | {"econ_clerk", "econ_head"}}
HOSTS["planned"] = HOSTS["econ"]
DRAFTERS = MANAGERS | {"econ_clerk", "econ_head", "edu_clerk"}


def papers(may: dict[str, Names | None], *more: str, answer: int = 200) -> tuple[Target, ...]:
    """Documents as targets: label -> who of those who see it may; None: all of them."""
    return tuple(
        Target(label, thing(f"document-{label}", *more), SEES_DOCUMENT[label], who, answer)
        for label, who in may.items()
    )


def sign_code(city: City) -> tuple:
    """What the code in the hall leads to."""
    return (city.things["meeting-office"].sign_in_code,)


def meetings(
    may: Mapping[str, Names | None] | None = None, *more: Any, answer: int = 200, labels: tuple[str, ...] = ()
) -> tuple[Target, ...]:
    """Meetings as targets: label -> who of those who see it may; None: all of them."""
    given = may if may is not None else dict.fromkeys(SEES_MEETING)
    return tuple(
        Target(f"meeting-{label}{more[:1]}", thing(f"meeting-{label}", *more), SEES_MEETING[label], who, answer)
        for label, who in given.items()
        if not labels or label in labels
    )


def tasks(may: Mapping[str, Names] | None = None, *more: str) -> tuple[Target, ...]:
    """Tasks as targets: label -> who of those who see it may."""
    return tuple(
        Target(f"task-{label}{more[:1]}", thing(f"task-{label}", *more), seen, may[label] if may else None)
        for label, seen in SEES_TASK.items()
    )


def members(may: Names | None = None, *more: Any, first: str = "member") -> tuple[Target, ...]:
    """Members of two committees, or what hangs on them, as targets."""
    return tuple(Target(label, thing(f"{first}-{label}", *more), seen, may) for label, seen in SEES_MEMBER.items())


def letters(may: dict[str, Names | None], *more: str) -> tuple[Target, ...]:
    """Batches as targets, with an object of theirs where the address names one."""
    return tuple(
        Target(label, lambda city, label=label: (
            city.things[f"letters-{label.partition(' ')[0]}"].pk, *(city.things[key].pk for key in label.split()[1:]),
            *more,
        ), INSIDE, who)
        for label, who in may.items()
    )  # fmt: skip


def plans(may: Names | None = None, labels: tuple[str, ...] = ("granted", "issued")) -> tuple[Target, ...]:
    """Plans as targets: one that is shown to some, one that is shown to all, unless others are named."""
    return tuple(Target(label, year(label), SEES_PLAN[label], may) for label in labels)


def topics(may: Names | None = None, frozen: int = 200) -> tuple[Target, ...]:
    """A topic of each plan; `frozen`: what GET answers while the plan is before a body."""
    return tuple(
        Target(label, thing(f"topic-{label}"), seen, may, frozen if label == "before" else 200)
        for label, seen in SEES_PLAN.items()
    )


def rounds(may: Names | None = None) -> tuple[Target, ...]:
    """The rounds as targets."""
    return tuple(Target(label, round_(label), seen, may) for label, seen in SEES_ROUND.items())


def suggestions(may: Callable[[str], Names] | None = None, *more: str, answer: int = 200) -> tuple[Target, ...]:
    """Suggestions of several owners."""
    return tuple(
        Target(key, thing(f"suggestion-{key}", *more), seen, may(key) if may else None, answer)
        for key, seen in SEES_SUGGESTION.items()
    )


def own(key: str) -> Names:
    """Who may act on the suggestion of `key`: the office, and its own people."""
    return CLERK | (SEES_SUGGESTION[key] - READERS)


def moves(*found: tuple[str, Args, Names, Names, int]) -> tuple[Target, ...]:
    """Acts as targets: label, arguments, who sees the matter, who may, what GET answers."""
    return tuple(Target(label, args, seen, may, answer) for label, args, seen, may, answer in found)


DECIDES = frozenset({"clerk", "pco"})
PLAN_MOVES = moves(
    ("submit", year("drafting", "submit"), INSIDE, MANAGERS, 200),
    ("submit-granted", year("granted", "submit"), SEES_PLAN["granted"], MANAGERS, 200),
    ("pass", year("before", "pass"), SEES_PLAN["before"], DECIDES, 200),
    ("pass_amended", year("before", "pass_amended"), SEES_PLAN["before"], DECIDES, 200),
    ("defer", year("before", "defer"), SEES_PLAN["before"], DECIDES, 200),
    ("send_back", year("before", "send_back"), SEES_PLAN["before"], DECIDES, 200),
    ("withdraw", year("before", "withdraw"), SEES_PLAN["before"], MANAGERS, 200),
    ("issue-too-early", year("drafting", "issue"), INSIDE, MANAGERS, 302),
    ("close", year("issued", "close"), POSTED, MANAGERS, 200),
    ("no-such-act", year("issued", "bogus"), POSTED, POSTED, 302),
)
TOPIC_MOVES = moves(
    ("withdraw", thing("topic-drafting", "withdraw"), INSIDE, MANAGERS, 200),
    ("withdraw-issued", thing("topic-issued", "withdraw"), POSTED, MANAGERS, 200),
    ("complete", thing("topic-issued", "complete"), POSTED, MANAGERS, 200),
    ("no-such-act", thing("topic-issued", "bogus"), POSTED, POSTED, 302),
)
ROUND_MOVES = moves(
    ("open", round_("preparing", "open"), READERS, CLERK, 200),
    ("close", round_("open", "close"), POSTED, CLERK, 200),
    ("close-other", round_("other", "close"), SEES_ROUND["other"], CLERK, 200),
    ("reopen-too-early", round_("open", "reopen"), POSTED, CLERK, 302),
)
SUGGESTION_MOVES = (
    *suggestions(lambda key: MANAGERS, "adopt")[:1],
    *suggestions(lambda key: MANAGERS, "decline")[:1],
    *suggestions(own, "withdraw"),
)
ADOPTION_MOVES = tuple(
    Target(key, thing(f"adoption-{key}", "record"), seen, CLERK | {key}) for key, seen in SEES_ADOPTION.items()
)
CHANGES = (
    *(Target(f"plan-{k}", lambda c, k=k: ("annualplan", c.plans[k].pk), s, INSIDE) for k, s in SEES_PLAN.items()),
    Target("topic", lambda c: ("topic", c.things["topic-granted"].pk), SEES_PLAN["granted"], INSIDE),
    Target("round", lambda c: ("solicitation", c.rounds["other"].pk), SEES_ROUND["other"], INSIDE),
    Target("unit", lambda c: ("topicsuggestion", c.things["suggestion-econ"].pk), SEES_SUGGESTION["econ"], INSIDE),
    Target("own", lambda c: ("topicsuggestion", c.things["suggestion-member"].pk), SEES_SUGGESTION["member"], INSIDE),
    Target("county", lambda c: ("countyadoption", c.things["adoption-county1"].pk), SEES_ADOPTION["county1"], INSIDE),
    *(
        Target(f"meeting-{k}", lambda c, k=k: ("meeting", c.things[f"meeting-{k}"].pk), seen, INSIDE)
        for k, seen in SEES_MEETING.items()
    ),
    *(
        Target(f"task-{k}", lambda c, k=k: ("task", c.things[f"task-{k}"].pk), seen, INSIDE)
        for k, seen in SEES_TASK.items()
    ),
    Target("no-such-kind", lambda city: ("user", 1), NOBODY),
)
SUGGESTS = {"open": ASKED, "other": frozenset({"clerk", "dept2"}), "preparing": CLERK}
SEES_DEADLINE = {"dept1": INSIDE | {"dept1"}, "econ": INSIDE, "office": INSIDE, "late": INSIDE | {"dept1"}}
MEETS = {
    "dept1": MANAGERS | {"dept1"}, "econ": MANAGERS | {"econ_clerk"}, "office": MANAGERS, "late": MANAGERS | {"dept1"},
}  # fmt: skip


def dates(may: Callable[[str], Names | None] = lambda key: None, late: int = 200) -> tuple[Target, ...]:
    """Deadlines as targets; `late`: what GET answers for the one that was met late."""
    return tuple(
        Target(key, thing(f"deadline-{key}"), seen, may(key), late if key == "late" else 200)
        for key, seen in SEES_DEADLINE.items()
    )


def desk(key: str, *more: str) -> tuple[Target, ...]:
    """Something that only the clerk's outbox desk shows."""
    return (Target("page", thing(key, *more), may=CLERK),)


NOW = timezone.localdate().year

HOUSE = (Target("page", nothing, may=INSIDE),)
KEPT = (Target("page", nothing, may=CLERK),)


def kept(key: str, may: Names = CLERK) -> tuple[Target, ...]:
    """One thing that the house sees and some keep."""
    return (Target("page", thing(key), may=may),)


KEEPS = {"econ": CLERK | {"econ_clerk", "econ_head"}, "edu": CLERK | {"edu_clerk"}}
OF_GROUP = READERS | {"econ_clerk", "econ_head"}

ROSTER_PAGES: dict[str, Page] = {
    "members:member_list": Page(ANYWHERE),
    "members:member_figures": Page(ANYWHERE),
    "members:member_chart": Page((Target("page", lambda city: ("sector",)),), missing=("no-such",)),
    "members:member_new": Page(KEPT, FORM),
    "members:member_detail": Page(members(), missing=(MISSING,)),
    "members:member_edit": Page(members(CLERK), FORM, missing=(MISSING,)),
    "members:member_change": Page(members(CLERK, "sector"), FORM, missing=(MISSING, "sector")),
    "members:member_leave": Page(members(CLERK), FORM, missing=(MISSING,)),
    "members:member_return": Page(members(CLERK), ACT, missing=(MISSING,)),
    "members:member_photo": Page(members(CLERK), FORM, missing=(MISSING,)),
    "members:member_picture": Page(members(), missing=(MISSING,)),
    "members:member_history": Page(members(INSIDE), missing=(MISSING,)),
    "members:member_unmask": Page(members(MANAGERS), FORM, missing=(MISSING,)),
    "members:sealed_edit": Page(members(CLERK), FORM, missing=(MISSING,)),
    "members:affiliation_edit": Page(members(CLERK, first="row"), FORM, missing=(MISSING,)),
    "members:affiliation_remove": Page(members(CLERK, first="row"), ACT, missing=(MISSING,), acts=True),
    "members:roster_upload": Page(KEPT, FORM),
    "members:roster_template": Page(KEPT),
    "members:roster_preview": Page(
        (Target("page", thing("batch-roster"), CLERK),), FORM, missing=(MISSING,), acts=True
    ),
    "members:term_sectors": Page(HOUSE),
    "members:term_compare": Page(HOUSE),
    "members:term_end": Page((Target("page", lambda city: (14,), may=CLERK),), FORM, missing=(99,), first=CLERK),
    "members:expert_list": Page(HOUSE),
    "members:expert_suggest": Page(HOUSE),
    "members:expert_new": Page(KEPT, FORM),
    "members:expert_edit": Page(kept("expert"), FORM, missing=(MISSING,), first=CLERK),
    "members:link_home": Page((Target("page", nothing, may=READERS, answer=302),)),
    "members:link_list": Page(
        (Target("page", lambda city: ("chairs",), may=READERS),), missing=("no-such",), first=READERS
    ),
    "members:link_new": Page(
        (Target("page", lambda city: ("chairs",), may=CLERK),), FORM, missing=("no-such",), first=CLERK
    ),
    "members:link_edit": Page(kept("link"), FORM, missing=(MISSING,), first=CLERK),
    "members:duty_list": Page(HOUSE),
    "members:duty_new": Page(KEPT, FORM),
    "members:duty_edit": Page(kept("duty"), FORM, missing=(MISSING,), first=CLERK),
    "members:leader_attendance": Page(HOUSE),
    "members:station_list": Page(HOUSE),
    "members:station_new": Page(KEPT, FORM),
    "members:station_edit": Page(kept("station"), FORM, missing=(MISSING,), first=CLERK),
    "members:group_list": Page(HOUSE),
    "members:group_new": Page(KEPT, FORM),
    "members:group_detail": Page((Target("page", thing("group"), OF_GROUP),), missing=(MISSING,)),
    "members:group_edit": Page(kept("group"), FORM, missing=(MISSING,), first=CLERK),
    "members:group_join": Page(
        (Target("page", thing("group"), OF_GROUP, KEEPS["econ"]),), ACT, missing=(MISSING,)
    ),
    "members:group_money": Page(
        (Target("page", thing("group"), OF_GROUP, KEEPS["econ"]),), ACT, missing=(MISSING,)
    ),
}  # fmt: skip

RECORDERS = CLERK | {"econ_clerk", "econ_head", "edu_clerk"}
MEMBERS = frozenset({"member", "member2"})
SEES_CONTACT = {key: seen - MEMBERS for key, seen in SEES_MEMBER.items()}


def contacts(*more: str, may: bool = True) -> tuple[Target, ...]:
    """Contacts of two committees."""
    return tuple(
        Target(key, thing(f"contact-{key}", *more), seen, KEEPS[key] if may else None)
        for key, seen in SEES_CONTACT.items()
    )


def only(may: Names, answer: int = 200) -> tuple[Target, ...]:
    """A page for some."""
    return (Target("page", nothing, may=may, answer=answer),)


LEDGER_PAGES: dict[str, Page] = {
    "members:dossier": Page(ANYWHERE),
    "members:dossier_batch": Page(HOUSE, FORM),
    "members:member_dossier": Page(members(None, NOW), missing=(MISSING, NOW)),
    "members:member_dossier_pdf": Page(members(None, NOW), missing=(MISSING, NOW)),
    "members:entry_list": Page(HOUSE),
    "members:entry_new": Page(only(RECORDERS), FORM),
    "members:entry_detail": Page(members(first="entry"), missing=(MISSING,)),
    "members:entry_reverse": Page(members(CLERK, first="entry"), FORM, missing=(MISSING,)),
    "members:entry_evidence": Page(members(first="entry"), ("GET", "HEAD"), missing=(MISSING,)),
    "members:ledger_statistics": Page(HOUSE),
    "members:ledger_chart": Page(HOUSE),
    "members:proposal_list": Page(only(INSIDE | MEMBERS)),
    "members:proposal_new": Page(only(MEMBERS), FORM),
    "members:proposal_decide": Page(only(MANAGERS, 302), ACT),
    "members:proposal_detail": Page(members(first="proposal"), missing=(MISSING,)),
    "members:proposal_move": Page(
        (
            *members(MANAGERS, "confirm", first="proposal"), *members(MANAGERS, "decline", first="proposal"),
            Target("own", thing("proposal-econ", "take_back"), SEES_MEMBER["econ"], frozenset({"member"})),
        ),
        FORM, missing=(MISSING, "confirm"),
    ),
    "members:contact_list": Page(HOUSE),
    "members:contact_new": Page(only(RECORDERS), FORM),
    "members:contact_year": Page(HOUSE),
    "members:contact_detail": Page(contacts(may=False), missing=(MISSING,)),
    "members:contact_edit": Page(contacts(), FORM, missing=(MISSING,)),
    "members:contact_move": Page(contacts("raise"), FORM, missing=(MISSING, "raise")),
    "members:training_year": Page(HOUSE),
    "members:certificate_new": Page(only(RECORDERS), FORM),
    "members:allowance_list": Page(only(READERS)),
    "members:allowance_new": Page(KEPT, FORM),
    "members:allowance_pay": Page(KEPT, ACT),
    "members:allowance_edit": Page(kept("allowance"), FORM, missing=(MISSING,), first=CLERK),
}  # fmt: skip

SEES_FORUM = {
    "forum": INSIDE | {"member"}, "forum-draft": INSIDE, "forum-sitting": INSIDE | {"dept1"},
    "forum-over": INSIDE | {"member", "dept1"},
}  # fmt: skip


def forums(may: Names | None = None, *more: Any, label: str = "forum", extra: str = "") -> tuple[Target, ...]:
    """A forum led by the economic committee as a target; `extra`: a thing of its, whose key ends the address."""
    return (
        Target(label, lambda city: (
            city.things[label].pk, *([city.things[extra].pk] if extra else []), *more,
        ), SEES_FORUM[label], may),
    )  # fmt: skip


SEES_FORUM_MEETING = {  # who was told of it, besides the house
    "forum": INSIDE, "forum-draft": INSIDE, "forum-sitting": INSIDE | {"dept1"}, "forum-over": INSIDE | {"member"},
}  # fmt: skip
SEES_PAPER = INSIDE | {"dept1"}
SEES_TOLD = INSIDE | {"dept1", "member"}


def over(may: Names | None = None, *more: Any) -> tuple[Target, ...]:
    """The forum whose outcome has left."""
    return forums(may, *more, label="forum-over")


def owed(may: Names | None = None, *more: str) -> tuple[Target, ...]:
    """The paper that a department owes."""
    return (Target("paper", thing("paper", *more), SEES_PAPER, may),)


def told(may: Names | None = None, *more: str) -> tuple[Target, ...]:
    """The suggestion that a department has to deal with."""
    return (Target("told", thing("told", *more), SEES_TOLD, may),)


FORUM_OUTCOME_PAGES: dict[str, Page] = {
    "consultation:forum_papers": Page(over(INSIDE), missing=(MISSING,)),
    "consultation:forum_papers_list": Page(over(HOSTS["econ"]), ACT, missing=(MISSING,), acts=True),
    "consultation:paper_create": Page(over(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_distribution": Page(over(HOSTS["econ"]), missing=(MISSING,)),
    "consultation:paper_mine": Page(ANYWHERE),
    "consultation:paper_detail": Page(owed(), missing=(MISSING,)),
    "consultation:paper_edit": Page(owed(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:paper_deliver": Page(owed(HOSTS["econ"] - {"sg"} | {"dept1"}), FORM, missing=(MISSING,)),
    "consultation:paper_link": Page(owed(HOSTS["econ"]), ACT, missing=(MISSING,), acts=True),
    "consultation:paper_move": Page(owed(HOSTS["econ"], "waive"), FORM, missing=(MISSING, "waive")),
    "consultation:paper_by_link": Page(
        (Target("live", lambda city: (city.things["paper-token"],)),), FORM, public=True, refusals=(422,)
    ),
    "consultation:forum_outcome": Page(over(INSIDE), missing=(MISSING,)),
    "consultation:forum_draw": Page(over(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_suggestion_create": Page(over(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_suggestions_arrange": Page(over(HOSTS["econ"]), ACT, missing=(MISSING,)),
    "consultation:forum_tell": Page(over(HOSTS["econ"]), ACT, missing=(MISSING,)),
    "consultation:forum_outcome_draft": Page(over(HOSTS["econ"]), ACT, missing=(MISSING,)),
    "consultation:forum_outcome_record": Page(over(MANAGERS), FORM, missing=(MISSING,)),
    "consultation:forum_late_reason": Page(over(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_tracking": Page(over(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_suggestion_mine": Page(ANYWHERE),
    "consultation:forum_suggestion_detail": Page(told(), missing=(MISSING,)),
    "consultation:forum_suggestion_edit": Page(told(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_suggestion_move": Page(
        told(HOSTS["econ"] - {"sg"} | {"dept1"}, "settle"), FORM, missing=(MISSING, "settle")
    ),
    "consultation:forum_suggestion_news": Page(told(HOSTS["econ"] | {"dept1"}), FORM, missing=(MISSING,)),
    "consultation:forum_evaluation": Page(over(INSIDE), missing=(MISSING,)),
    "consultation:forum_review": Page(over(CLERK | {"member"}), FORM, missing=(MISSING,)),
    "consultation:forum_review_links": Page(over(HOSTS["econ"]), ACT, missing=(MISSING,), acts=True),
    "consultation:review_by_link": Page(
        (Target("live", lambda city: (city.things["review-token"],)),), FORM, public=True, refusals=(422,)
    ),
    "consultation:forum_chart": Page(over(INSIDE, "steps"), missing=(MISSING, "steps")),
    "consultation:forum_statistics": Page(HOUSE),
    "consultation:forum_year_chart": Page((Target("page", year("drafting", "steps"), may=INSIDE),)),
}  # fmt: skip

FORUM_SPEECH_PAGES: dict[str, Page] = {
    "consultation:forum_speeches": Page(forums(INSIDE), missing=(MISSING,)),
    "consultation:forum_speeches_propose": Page(forums(HOSTS["econ"]), ACT, missing=(MISSING,), acts=True),
    "consultation:forum_speeches_order": Page(forums(HOSTS["econ"]), ACT, missing=(MISSING,), acts=True),
    "consultation:forum_speech_create": Page(forums(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_speech_edit": Page(forums(HOSTS["econ"], extra="speech"), FORM, missing=(MISSING, MISSING)),
    "consultation:forum_question_create": Page(forums(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_question_edit": Page(forums(HOSTS["econ"], extra="question"), FORM, missing=(MISSING, MISSING)),
    "consultation:forum_record": Page(
        forums(HOSTS["econ"], label="forum-sitting"), FORM, missing=(MISSING,), acts=True
    ),
    "consultation:forum_desk": Page(forums(HOSTS["econ"], label="forum-sitting"), missing=(MISSING,)),
    "consultation:forum_desk_state": Page(forums(INSIDE, label="forum-sitting"), missing=(MISSING,)),
    "consultation:forum_desk_press": Page(forums(HOSTS["econ"], label="forum-sitting"), ACT, missing=(MISSING,)),
    "consultation:forum_clock": Page(forums(INSIDE, label="forum-sitting"), missing=(MISSING,)),
}

FORUM_PEOPLE_PAGES: dict[str, Page] = {
    "consultation:forum_scheme": Page(forums(INSIDE), missing=(MISSING,)),
    "consultation:forum_scheme_edit": Page(forums(HOSTS["econ"], label="forum-draft"), FORM, missing=(MISSING,)),
    "consultation:forum_scheme_part": Page(
        forums(HOSTS["econ"], "topic", label="forum-draft"), FORM, missing=(MISSING, "topic"), acts=True
    ),
    "consultation:forum_scheme_versions": Page(forums(INSIDE), missing=(MISSING,)),
    "consultation:forum_people": Page(forums(INSIDE), missing=(MISSING,)),
    "consultation:forum_people_add": Page(forums(HOSTS["econ"], "members"), FORM, missing=(MISSING, "members")),
    "consultation:forum_people_remove": Page(forums(HOSTS["econ"]), ACT, missing=(MISSING,)),
    "consultation:forum_opinion_create": Page(forums(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_opinion_edit": Page(forums(HOSTS["econ"], extra="opinion"), FORM, missing=(MISSING, MISSING)),
    "consultation:forum_name_list": Page(forums(INSIDE), missing=(MISSING,)),
    "consultation:forum_name_list_pdf": Page(forums(INSIDE), missing=(MISSING,)),
    "consultation:forum_letters": Page(forums(HOSTS["econ"]), ACT, missing=(MISSING,)),
    "consultation:forum_book": Page(forums(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_booking_links": Page(
        forums(HOSTS["econ"]), ACT, missing=(MISSING,), acts=True, refusals=(200,)
    ),
    "consultation:forum_waive": Page(forums(HOSTS["econ"]), ACT, missing=(MISSING,)),
    "consultation:forum_booking": Page(
        forums(HOSTS["econ"] | {"member"}, extra="booking"), FORM, missing=(MISSING, MISSING)
    ),
    "consultation:forum_decide": Page(forums(HOSTS["econ"], extra="booking-applied"), ACT, missing=(MISSING, MISSING)),
    "consultation:forum_apply": Page(
        (Target("open", thing("forum"), may=frozenset({"member", "member2"})),), ACT, missing=(MISSING,), acts=True
    ),
    "consultation:forum_open": Page(ANYWHERE),
    "consultation:booking_link": Page(
        (Target("live", lambda city: (city.things["booking-token"],)),), FORM, public=True, refusals=(422,)
    ),
}

FORUM_PLANNING_PAGES: dict[str, Page] = {
    "consultation:forum_list": Page(ANYWHERE),
    "consultation:forum_flight": Page((Target("page", nothing, may=INSIDE),)),
    "consultation:forum_year": Page(
        (Target("issued", year("issued"), POSTED, INSIDE, may_post=DRAFTERS),), FORM, missing=(1990,)
    ),
    "consultation:forum_create": Page((Target("issued", year("issued"), POSTED, DRAFTERS),), FORM, missing=(1990,)),
    "consultation:forum_detail": Page(forums(), missing=(MISSING,)),
    "consultation:forum_move": Page(forums(HOSTS["econ"], "cancel"), FORM, missing=(MISSING, "cancel")),
    "consultation:forum_edit": Page(forums(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_host": Page(forums(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_postpone": Page(forums(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_clone": Page(forums(DRAFTERS), FORM, missing=(MISSING,)),
    "consultation:forum_work": Page(forums(INSIDE), missing=(MISSING,)),
    "consultation:forum_meeting": Page(forums(HOSTS["econ"], "study"), FORM, missing=(MISSING, "study")),
    "consultation:forum_contact_create": Page(forums(HOSTS["econ"]), FORM, missing=(MISSING,)),
    "consultation:forum_contact_edit": Page(forums(HOSTS["econ"], extra="talk"), FORM, missing=(MISSING, MISSING)),
    "consultation:forum_step": Page(forums(HOSTS["econ"], "coordination"), FORM, missing=(MISSING, "coordination")),
    "consultation:forum_duties": Page(forums(HOSTS["econ"], "coordination"), FORM, missing=(MISSING, "coordination")),
}

PAGES: dict[str, Page] = {
    **ROSTER_PAGES,
    **LEDGER_PAGES,
    **FORUM_PLANNING_PAGES,
    **FORUM_PEOPLE_PAGES,
    **FORUM_SPEECH_PAGES,
    **FORUM_OUTCOME_PAGES,
    "desk:home": Page(ANYWHERE),
    "desk:calendar": Page(ANYWHERE),
    "desk:whose_court": Page(ANYWHERE),
    "desk:court_chart": Page(ANYWHERE),
    "desk:morning_sheet": Page((Target("page", nothing, may=LEADERS | CLERK),)),
    "desk:morning_sheet_pdf": Page((Target("page", nothing, may=LEADERS | CLERK),)),
    "healthz": Page((Target("page", nothing, answer=503),), ("GET", "HEAD"), public=True),
    "deadlines:health": Page((Target("page", nothing, may=frozenset({"admin"})),), ("GET", "HEAD")),
    "deadlines:feed_setting": Page(ANYWHERE),
    "deadlines:feed_create": Page(ANYWHERE, ACT, acts=True),
    "deadlines:feed_revoke": Page(ANYWHERE, ACT, acts=True),
    "deadlines:calendar_feed": Page(
        (Target("live", lambda city: (city.things["feed"],)),), ("GET", "HEAD"), missing=("wrong",), public=True
    ),
    "login": Page((Target("page", nothing, answer=302),), FORM, public=True, refusals=(302,)),
    "logout": Page(ANYWHERE, ACT, acts=True),
    "password_change": Page(ANYWHERE, FORM, refusals=(200, 422)),
    "large_type": Page(ANYWHERE, ACT, acts=True),
    "office:regulation_list": Page(ANYWHERE),
    "office:regulation_detail": Page((Target("page", lambda city: ("rules",)),), missing=("no-such",)),
    "files:file_download": Page(
        (
            Target("drafting", lambda c: (c.things["file-drafting"].uuid,), INSIDE),
            Target("issued", lambda c: (c.things["file-issued"].uuid,), POSTED),
            Target("loose", lambda c: (c.things["file-loose"].uuid,), CLERK),
        ),
        ("GET", "HEAD"),
        missing=(uuid4(),),
    ),
    "jobs:job_list": Page(ANYWHERE, ("GET", "HEAD")),
    "jobs:job_detail": Page(
        (Target("dept1", thing("job"), frozenset({"dept1"})),), ("GET", "HEAD"), missing=(MISSING,)
    ),
    "workflow:sitting_list": Page((Target("page", nothing, may=INSIDE),)),
    "workflow:sitting_create": Page((Target("page", nothing, may=MANAGERS),), FORM),
    "workflow:sitting_detail": Page(
        (Target("page", thing("sitting"), may=INSIDE, may_post=MANAGERS),), FORM, missing=(MISSING,), first=INSIDE
    ),
    "workflow:sitting_add": Page(
        (Target("page", thing("sitting"), may=MANAGERS),), ACT, missing=(MISSING,), first=MANAGERS
    ),
    "workflow:matter_changes": Page(CHANGES, missing=("topic", MISSING)),
    "deadlines:workday_year": Page(ANYWHERE),
    "deadlines:workday_edit": Page((Target("page", nothing, may=MANAGERS | {"admin"}),), FORM),
    "deadlines:rule_set_list": Page((Target("page", nothing, may=INSIDE | {"admin"}),)),
    "deadlines:rule_set_detail": Page(
        (Target("page", thing("rule_set"), may=INSIDE | {"admin"}),), missing=(MISSING,), first=INSIDE | {"admin"}
    ),
    "deadlines:rule_edit": Page(
        (Target("page", thing("due_rule"), may=MANAGERS | {"admin"}),),
        FORM, missing=(MISSING,), first=MANAGERS | {"admin"},
    ),
    "deadlines:notice_list": Page(ANYWHERE),
    "deadlines:notice_open": Page(
        tuple(Target(k, thing(f"notice-{k}"), frozenset({k})) for k in ("dept1", "clerk")),
        ACT, missing=(MISSING,), acts=True,
    ),
    "deadlines:notice_read_all": Page(ANYWHERE, ACT, acts=True),
    "deadlines:notice_wish": Page(ANYWHERE, FORM),
    "deadlines:dispatch_list": Page((Target("page", nothing, may=CLERK),)),
    "deadlines:dispatch_create": Page((Target("page", nothing, may=CLERK),), FORM),
    "deadlines:dispatch_detail": Page(desk("dispatch"), missing=(MISSING,), first=CLERK),
    "deadlines:dispatch_edit": Page(desk("dispatch"), FORM, missing=(MISSING,), first=CLERK),
    "deadlines:dispatch_print": Page(desk("dispatch"), missing=(MISSING,), first=CLERK),
    "deadlines:dispatch_move": Page(
        (*desk("dispatch", "release"), *desk("dispatch", "hold"), *desk("dispatch", "cancel")),
        ACT, missing=(MISSING, "hold"), first=CLERK,
    ),
    "deadlines:delivery_list": Page((Target("page", nothing, may=CLERK),)),
    "deadlines:delivery_detail": Page(desk("delivery"), missing=(MISSING,), first=CLERK),
    "deadlines:delivery_mark": Page((Target("page", nothing, may=CLERK),), ACT),
    "deadlines:delivery_resend": Page(desk("delivery"), ACT, missing=(MISSING,), first=CLERK),
    "deadlines:delivery_stop": Page(desk("delivery"), ACT, missing=(MISSING,), first=CLERK),
    "deadlines:reminder_settle": Page((Target("page", nothing, may=CLERK),), ACT),
    "deadlines:task_list": Page(ANYWHERE),
    "deadlines:task_new": Page(only(DRAFTERS), FORM),
    "deadlines:task_detail": Page(tasks(), missing=(MISSING,)),
    "deadlines:task_link": Page(tasks(dict.fromkeys(SEES_TASK, CLERK)), ACT, missing=(MISSING,), acts=True),
    "deadlines:task_move": Page(
        (*tasks(GIVES, "postpone"), *tasks(GIVES, "drop"), *tasks(ANSWERS, "answer")), FORM, missing=(MISSING, "drop")
    ),
    "deadlines:task_answer": Page(
        (Target("live", lambda city: (city.things["task-token"],)),), FORM, public=True, refusals=(422,)
    ),
    "deadlines:deadline_list": Page(ANYWHERE),
    "deadlines:deadline_detail": Page(dates(), missing=(MISSING,)),
    "deadlines:deadline_finish": Page(dates(MEETS.get, late=302), FORM, missing=(MISSING,)),
    "deadlines:deadline_waive": Page(dates(lambda key: MANAGERS, late=302), FORM, missing=(MISSING,)),
    "deadlines:deadline_move": Page(dates(lambda key: MANAGERS, late=302), FORM, missing=(MISSING,)),
    "deadlines:deadline_explain": Page(
        (Target("late", thing("deadline-late"), SEES_DEADLINE["late"], MEETS["late"]),), FORM, missing=(MISSING,)
    ),
    "deadlines:deadline_report": Page((Target("page", lambda city: (NOW,)),), missing=(9999,)),
    "deadlines:deadline_chart": Page((Target("page", lambda city: (NOW,)),), missing=(9999,)),
    "documents:document_list": Page(ANYWHERE),
    "documents:document_create": Page((Target("page", nothing, may=DRAFTERS),), FORM),
    "documents:bundle_form": Page(
        (
            *(Target(k, lambda c, k=k: ("annualplan", c.plans[k].pk), s) for k, s in SEES_PLAN.items()),
            *(Target(k, lambda c, k=k: ("solicitation", c.rounds[k].pk), s) for k, s in SEES_ROUND.items()),
            *(
                Target(k, lambda c, k=k: ("document", c.things[f"document-{k}"].pk), s)
                for k, s in SEES_DOCUMENT.items()
            ),
        ),
        FORM, missing=("topic", MISSING), refusals=(422,),
    ),
    "documents:bundle_detail": Page((Target("made", thing("bundle"), CLERK),), missing=(MISSING,)),
    "documents:bundle_pdf": Page((Target("made", thing("bundle"), CLERK),), missing=(MISSING,)),
    "documents:number_register": Page((Target("page", nothing, may=MANAGERS),)),
    "documents:document_detail": Page(papers(dict.fromkeys(SEES_DOCUMENT)), missing=(MISSING,)),
    "documents:document_edit": Page(papers({"draft": MANAGERS, "issued": NOBODY}), FORM, missing=(MISSING,)),
    "documents:document_preview": Page(papers({"draft": MANAGERS, "secret": NOBODY}), ACT, missing=(MISSING,)),
    "documents:document_annexes": Page(
        papers({"draft": MANAGERS, "secret": NOBODY}), ACT, missing=(MISSING,), refusals=(200,)
    ),
    "documents:document_proof": Page(papers({"draft": None, "secret": None}), missing=(MISSING,)),
    "documents:document_seal": Page(
        (*papers({"signed": CLERK}), *papers({"draft": CLERK}, answer=302)), FORM, missing=(MISSING,),
    ),
    "documents:document_versions": Page(
        papers({"draft": None, "issued": INSIDE, "secret": None, "public": INSIDE}), missing=(MISSING,)
    ),
    "documents:document_move": Page(
        (
            *papers({"draft": MANAGERS}, "submit"),
            *papers({"draft": MANAGERS}, "issue", answer=302),
            *papers({"secret": frozenset({"clerk", "chair"})}, "sign"),
            *papers({"issued": MANAGERS, "public": MANAGERS}, "archive"),
        ),
        FORM, missing=(MISSING, "submit"),
    ),
    "documents:document_read_word": Page(
        papers({"draft": MANAGERS, "issued": NOBODY, "secret": NOBODY}, answer=302), ACT, missing=(MISSING,)
    ),
    "documents:document_word": Page(
        papers({"draft": None, "issued": INSIDE, "secret": None, "public": INSIDE}), missing=(MISSING,)
    ),
    "documents:letter_list": Page(letters({"draft": None, "issued": None}), missing=(MISSING,)),
    "documents:letter_paste": Page(letters({"draft": MANAGERS, "issued": NOBODY}), FORM, missing=(MISSING,)),
    "documents:letter_pick": Page(letters({"draft": MANAGERS, "issued": NOBODY}), FORM, missing=(MISSING,)),
    "documents:letter_change": Page(letters({"draft": MANAGERS, "issued": NOBODY}), ACT, missing=(MISSING,)),
    "documents:letter_edit": Page(
        letters({"draft letter-draft": MANAGERS, "issued letter-failed": MANAGERS}), FORM, missing=(MISSING, MISSING)
    ),
    "documents:letter_pdf": Page(letters({"issued letter-printed": None}), missing=(MISSING, MISSING)),
    "documents:letter_print": Page(letters({"issued": MANAGERS}), ACT, missing=(MISSING,), acts=True),
    "documents:letter_make": Page(
        letters({"issued": MANAGERS}, "archive"), ACT, missing=(MISSING, "archive"), acts=True
    ),
    "documents:letter_made": Page(
        (Target("made", lambda city: (city.things["letters-issued"].pk, city.things["letters-made"].pk), CLERK),),
        missing=(MISSING, MISSING),
    ),
    "documents:document_pdf": Page(
        (Target("draft", thing("document-draft"), NOBODY), *papers({"issued": None})),
        FORM, missing=(MISSING,), acts=True,
    ),
    "documents:recipient_withhold": Page(papers({"draft": MANAGERS, "secret": MANAGERS}), ACT, missing=(MISSING,)),
    "documents:document_receive": Page(papers({"issued": None}), ACT, missing=(MISSING,), refusals=(404,)),
    "documents:receipt_record": Page(papers({"issued": MANAGERS}, answer=302), FORM, missing=(MISSING,)),
    "documents:receipt_link": Page(papers({"issued": MANAGERS}), ACT, missing=(MISSING,), refusals=(404,)),
    "documents:receipt_answer": Page(
        (Target("live", lambda city: (city.things["receipt-token"],)),), FORM, public=True, refusals=(422,)
    ),
    "meetings:meeting_list": Page(ANYWHERE),
    "meetings:meeting_mine": Page(ANYWHERE),
    "meetings:meeting_create": Page((Target("page", nothing, may=DRAFTERS),), FORM),
    "meetings:meeting_detail": Page(meetings(), missing=(MISSING,)),
    "meetings:meeting_edit": Page(meetings(HOSTS), FORM, missing=(MISSING,)),
    "meetings:meeting_notice": Page(
        (*meetings(HOSTS, labels=("planned",)), *meetings(HOSTS, answer=302, labels=("office", "econ"))),
        FORM, missing=(MISSING,),
    ),
    "meetings:meeting_remind": Page(meetings(HOSTS, labels=("office", "econ")), ACT, missing=(MISSING,), acts=True),
    "meetings:meeting_move": Page(
        (
            *meetings(HOSTS, "cancel"),
            *meetings(HOSTS, "invite", answer=302),
            *meetings(HOSTS, "close", labels=("office", "econ")),
            *meetings(None, "bogus", answer=302),
        ),
        FORM, missing=(MISSING, "cancel"),
    ),
    "meetings:meeting_invitees": Page(meetings(dict.fromkeys(SEES_MEETING, INSIDE)), missing=(MISSING,)),
    "meetings:invitee_rules": Page(meetings(HOSTS), FORM, missing=(MISSING,)),
    "meetings:invitee_add": Page(meetings(HOSTS), FORM, missing=(MISSING,)),
    "meetings:invitee_change": Page(meetings(HOSTS), ACT, missing=(MISSING,)),
    "meetings:invitee_links": Page(meetings(HOSTS, labels=("office", "econ")), ACT, missing=(MISSING,), acts=True),
    "meetings:invitation_letters": Page(meetings(HOSTS), ACT, missing=(MISSING,), acts=True),
    "meetings:sign_sheet_pdf": Page(meetings(dict.fromkeys(SEES_MEETING, INSIDE)), missing=(MISSING,)),
    "meetings:attendance_pdf": Page(meetings(dict.fromkeys(SEES_MEETING, INSIDE), answer=302), missing=(MISSING,)),
    "meetings:cards_print": Page(meetings(dict.fromkeys(SEES_MEETING, INSIDE)), ACT, missing=(MISSING,)),
    "meetings:meeting_seats": Page(meetings(dict.fromkeys(SEES_MEETING, INSIDE)), missing=(MISSING,)),
    "meetings:seats_propose": Page(meetings(HOSTS), ACT, missing=(MISSING,)),
    "meetings:seat_move": Page(meetings(HOSTS), ACT, missing=(MISSING,)),
    "meetings:seats_pdf": Page(
        meetings(dict.fromkeys(SEES_MEETING, INSIDE), "a4", answer=302), missing=(MISSING, "a4")
    ),
    "meetings:participant_reply": Page(
        (
            Target(
                "dept1", lambda c: (c.things["meeting-office"].pk, c.things["participant"].pk), INSIDE | {"dept1"},
                frozenset({"clerk", "dept1"}),
            ),
        ),
        FORM, missing=(MISSING, 1),
    ),
    "meetings:meeting_reply": Page(
        meetings({"office": frozenset({"member", "dept1"}), "planned": NOBODY}), FORM, missing=(MISSING,)
    ),
    "meetings:meeting_minutes": Page(meetings(HOSTS), FORM, missing=(MISSING,)),
    "meetings:finding_create": Page(meetings(HOSTS), FORM, missing=(MISSING,)),
    "meetings:finding_edit": Page(
        (
            Target(
                "econ", lambda c: (c.things["meeting-econ"].pk, c.things["finding"].pk), SEES_MEETING["econ"],
                HOSTS["econ"],
            ),
        ),
        FORM, missing=(MISSING, 1),
    ),
    "meetings:photo_add": Page(meetings(HOSTS), ACT, missing=(MISSING,)),
    "meetings:leave_list": Page((Target("page", nothing, may=LEADERS | CLERK),)),
    "meetings:leave_decide": Page(
        (Target("econ", thing("leave"), frozenset({"clerk", "econ_head"})),), ACT, missing=(MISSING,)
    ),
    "meetings:busy_list": Page((Target("page", nothing, may=INSIDE),)),
    "meetings:busy_create": Page((Target("page", nothing, may=MANAGERS),), FORM),
    "meetings:busy_edit": Page(
        (Target("page", thing("busy"), may=MANAGERS),), FORM, missing=(MISSING,), first=MANAGERS
    ),
    "meetings:meeting_signing": Page(meetings(HOSTS), missing=(MISSING,)),
    "meetings:signing_rows_since": Page(meetings(HOSTS), missing=(MISSING,)),
    "meetings:signing_press": Page(meetings(HOSTS), ACT, missing=(MISSING,)),
    "meetings:signing_walk_in": Page(meetings(HOSTS, answer=302), FORM, missing=(MISSING,)),
    "meetings:meeting_code": Page(meetings(HOSTS), missing=(MISSING,)),
    "meetings:code_poster": Page(meetings(HOSTS, labels=("office",)), missing=(MISSING,)),
    "meetings:code_renew": Page(meetings(HOSTS), ACT, missing=(MISSING,), acts=True),
    "meetings:meeting_sign": Page(
        meetings({"office": GUESTS["office"], "econ": GUESTS["econ"], "planned": NOBODY}), ACT, missing=(MISSING,)
    ),
    "meetings:sign_in": Page((Target("live", sign_code),), FORM, public=True, refusals=(422,)),
    "meetings:sign_count": Page((Target("live", sign_code),), public=True),
    "meetings:reply_link": Page(
        (Target("live", lambda city: (city.things["reply-token"],)),), FORM, public=True, refusals=(422,)
    ),
    "consultation:plan_list": Page(ANYWHERE),
    "consultation:plan_create": Page((Target("page", nothing, may=MANAGERS),), FORM),
    "consultation:plan_detail": Page(plans(labels=tuple(SEES_PLAN)), missing=(2099,)),
    "consultation:plan_edit": Page(plans(MANAGERS), FORM, missing=(2099,)),
    "consultation:plan_targets": Page(plans(MANAGERS), FORM, missing=(2099,)),
    "consultation:plan_year": Page(plans(), missing=(2099,)),
    "consultation:plan_chart": Page(plans(), missing=(2099,)),
    "consultation:plan_versions": Page(
        (
            Target("granted", year("granted"), SEES_PLAN["granted"]),
            Target("before", year("before"), SEES_PLAN["before"]),
            Target("issued", year("issued"), POSTED, INSIDE),
        ),
        missing=(2099,),
    ),
    "consultation:plan_share": Page(plans(MANAGERS), FORM, missing=(2099,)),
    "consultation:plan_unshare": Page(plans(MANAGERS), ACT, missing=(2099,)),
    "consultation:topic_create": Page(
        (*plans(MANAGERS), Target("before", year("before"), SEES_PLAN["before"], MANAGERS, 302)), FORM, missing=(2099,)
    ),
    "consultation:plan_move": Page(PLAN_MOVES, FORM, missing=(2099, "submit")),
    "consultation:party_consultation_list": Page((Target("page", nothing, may=INSIDE),)),
    "consultation:party_consultation_create": Page((Target("page", nothing, may=MANAGERS),), FORM),
    "consultation:party_consultation_edit": Page(
        (Target("page", thing("party"), may=MANAGERS),), FORM, missing=(MISSING,), first=MANAGERS
    ),
    "consultation:topic_list": Page(ANYWHERE),
    "consultation:topic_detail": Page(topics(), missing=(MISSING,)),
    "consultation:topic_edit": Page(topics(MANAGERS, frozen=302), FORM, missing=(MISSING,)),
    "consultation:topic_move": Page(TOPIC_MOVES, FORM, missing=(MISSING, "withdraw")),
    "consultation:import_template": Page(
        (
            Target("topics", lambda city: ("topics",), may=MANAGERS),
            Target("suggestions", lambda city: ("suggestions",), may=CLERK),
        ),
        missing=("no-such",),
    ),
    "consultation:import_upload": Page(
        (
            *(
                Target(k, lambda c, k=k: ("topics", c.plans[k].pk), s, MANAGERS,
                       302 if k in ("issued", "before") else 200)
                for k, s in SEES_PLAN.items()
            ),
            *(
                Target(f"round-{k}", lambda c, k=k: ("suggestions", c.rounds[k].pk), s, CLERK,
                       302 if k == "preparing" else 200)
                for k, s in SEES_ROUND.items()
            ),
        ),
        FORM,
        missing=("topics", MISSING),
    ),
    "consultation:import_preview": Page(
        tuple(Target(n, thing(f"batch-{n}"), frozenset({n})) for n in ("clerk", "sg")),
        FORM, missing=(MISSING,), acts=True,
    ),
    "consultation:solicitation_list": Page(ANYWHERE),
    "consultation:solicitation_create": Page((Target("page", nothing, may=CLERK),), FORM),
    "consultation:solicitation_detail": Page(rounds(), missing=(MISSING,)),
    "consultation:solicitation_edit": Page(rounds(CLERK), FORM, missing=(MISSING,)),
    "consultation:solicitation_move": Page(ROUND_MOVES, FORM, missing=(MISSING, "close")),
    "consultation:addressee_sent": Page(rounds(CLERK), ACT, missing=(MISSING,)),
    "consultation:addressee_add": Page(rounds(CLERK), FORM, missing=(MISSING,)),
    "consultation:addressee_none": Page(rounds(), ACT, missing=(MISSING,), refusals=(404,)),
    "consultation:addressee_link": Page(rounds(CLERK), ACT, missing=(MISSING,), refusals=(404,)),
    "consultation:suggestion_create": Page(
        tuple(
            Target(k, round_(k), s, SUGGESTS[k], 302 if k == "preparing" else 200) for k, s in SEES_ROUND.items()
        ),
        FORM, missing=(MISSING,),
    ),
    "consultation:suggestion_consolidate": Page(rounds(MANAGERS), FORM, missing=(MISSING,)),
    "consultation:suggestion_list": Page(ANYWHERE),
    "consultation:suggestion_detail": Page(suggestions(), missing=(MISSING,)),
    "consultation:suggestion_edit": Page(suggestions(own), FORM, missing=(MISSING,)),
    "consultation:suggestion_move": Page(SUGGESTION_MOVES, FORM, missing=(MISSING, "withdraw")),
    "consultation:answer_link": Page(
        (Target("live", lambda city: (city.things["token"],)),), FORM, public=True, refusals=(422,)
    ),
    "consultation:adoption_list": Page(ANYWHERE),
    "consultation:adoption_detail": Page(
        tuple(Target(k, thing(f"adoption-{k}"), s) for k, s in SEES_ADOPTION.items()), missing=(MISSING,)
    ),
    "consultation:adoption_move": Page(ADOPTION_MOVES, FORM, missing=(MISSING, "record")),
    "consultation:form_list": Page(ANYWHERE),
    "consultation:form_detail": Page(
        (Target("page", lambda city: (city.world.forms["special"].pk,)),), missing=(MISSING,)
    ),
}  # fmt: skip
