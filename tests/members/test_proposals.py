"""A member says on the phone what he did; the office confirms or declines, many at once; a double act is one entry."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cppcc.deadlines.models import Notice
from cppcc.office.models import User
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Waiting
from members.models import Act, EntryProposal, Member, PerformanceEntry
from members.workflows.proposal import PROPOSAL
from tests.consultation.test_races import at_once, user, won
from tests.members.ledger_rows import a_member, a_proposal, acts, members
from tests.members.test_entries import PNG
from tests.world import build

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
NEW, LIST, DECIDE = (f"/members/proposals/{name}" for name in ("new/", "", "decide/"))


@pytest.fixture
def member(world):
    acts()
    return a_member(world, committee="econ")


def form(**given):
    values = {"act": acts()["service"].pk, "on": TODAY, "title": "社区义诊", "n": "1", "token": str(uuid.uuid4())}
    return values | given


def ticked(*proposals):
    return [f"{one.pk}:{one.version}" for one in proposals]


def test_from_the_phone_to_the_ledger(world, login, member):
    client = login("member")
    page = client.get(NEW).content.decode()
    assert "服务群众" in page and "学习笔记" in page and "全体会议" not in page
    photo = SimpleUploadedFile("照片.png", PNG, "image/png")
    assert client.post(NEW, form(evidence=photo)).status_code == 302
    proposal = EntryProposal.objects.get()
    assert (proposal.state, proposal.created_by, proposal.member) == ("proposed", world.users["member"], member)
    duty = Waiting.for_matter(proposal).get()
    assert (duty.label, duty.organization, duty.role) == ("审核委员申报", world.orgs["office"], "office_clerk")
    assert "待审核" in client.get(LIST).content.decode()

    assert login("clerk").post(DECIDE, {"act": "confirm", "proposal": ticked(proposal)}).status_code == 302
    entry = PerformanceEntry.objects.get()
    assert (entry.member, entry.title, entry.on, entry.matter) == (member, "社区义诊", TODAY, proposal)
    assert (entry.recorded_by, entry.evidence.name) == (world.users["clerk"], "照片.png")
    notice = Notice.objects.get()
    assert notice.user == world.users["member"] and "已确认" in notice.title and str(proposal.pk) in notice.url
    assert not Waiting.for_matter(proposal).exists()
    page = client.get(reverse("members:proposal_detail", args=[proposal.pk])).content.decode()
    assert "已确认" in page and "查看履职记录" in page


def test_a_double_click_is_one_proposal_with_one_file(login, member):
    client, data = login("member"), form()
    for _ in range(2):
        assert client.post(NEW, data | {"evidence": SimpleUploadedFile("a.png", PNG)}).status_code == 302
    assert EntryProposal.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"on": TODAY + timedelta(days=1)}, "不能晚于今天"), ({"on": "2001-02-03"}, "不是委员"),
        ({"on": "2001-02-30"}, "日期"), ({"n": "0"}, "数量"), ({"title": " "}, "内容"), ({"act": ""}, "履职事项"),
        ({"evidence": SimpleUploadedFile("a.png", b"no picture")}, "内容与扩展名不符"),
        ({"evidence": SimpleUploadedFile("机密.png", PNG)}, "国家秘密标志"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_what_was_typed(login, member, given, words):
    response = login("member").post(NEW, form(title="帮助企业") | given)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not EntryProposal.objects.exists()


def test_acts_that_are_not_for_members_cannot_be_proposed(login, member):
    Act.objects.filter(key="study-note").update(valid_to=TODAY - timedelta(days=1))
    for key in ("plenary", "study-note"):
        response = login("member").post(NEW, form(act=Act.objects.get(key=key).pk))
        assert response.status_code == 422
    assert not EntryProposal.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "econ_clerk", "dept1", "chair", "member2"])
def test_who_is_no_member_cannot_propose(login, member, who):
    assert login(who).post(NEW, form()).status_code == 403


def test_who_left_cannot_propose(login, member):
    Member.objects.update(valid_to=TODAY - timedelta(days=1))
    assert login("member").get(NEW).status_code == 403


@pytest.mark.parametrize(
    ("who", "count"), [("member", 1), ("member2", 0), ("clerk", 2), ("sg", 2), ("chair", 2), ("econ_clerk", 1),
                       ("edu_clerk", 0), ("auditor", 2), ("dept1", None)]
)  # fmt: skip
def test_who_finds_which(world, login, member, who, count):
    mine, other = a_proposal(world, member), a_proposal(world, a_member(world, "乙"))
    response = login(who).get(LIST)
    if count is None:
        assert response.status_code == 403
    else:
        assert len(response.context["page_obj"].rows) == count
    status = {True: 200, False: 404}
    for one, sees in ((mine, count in (1, 2)), (other, count == 2)):
        assert login(who).get(reverse("members:proposal_detail", args=[one.pk])).status_code == status[bool(sees)]


def test_evidence_is_for_those_who_see_the_proposal(login, member):
    login("member").post(NEW, form(evidence=SimpleUploadedFile("a.png", PNG)))
    address = EntryProposal.objects.get().evidence.get_absolute_url()
    for who, status in (("clerk", 200), ("econ_clerk", 200), ("member2", 404), ("edu_clerk", 404), ("dept1", 404)):
        response = login(who).head(address)
        assert response.status_code == status, who
        for close in response._resource_closers:
            close()


class TestManyAtOnce:
    """One form for all; each stands or falls alone."""

    def test_all_good_ones(self, world, login, member):
        rows = [a_proposal(world, one, title=f"活动{n}") for n, one in enumerate(members(world, 10))]
        client = login("clerk")
        assert client.post(DECIDE, {"act": "confirm", "proposal": ticked(*rows)}).status_code == 302
        assert PerformanceEntry.objects.count() == 10
        assert "已确认 10 条申报" in client.get(LIST).content.decode()

    def test_those_that_are_refused_come_back_with_their_sentences(self, world, login, member):
        good, late, early = (a_proposal(world, member, title=title) for title in ("好的", "晚了", "不是委员"))
        EntryProposal.objects.filter(pk=early.pk).update(on=TODAY - timedelta(days=9999))
        seen = ticked(good, late, early)
        PROPOSAL.move(late, "take_back", by=world.users["member"], version=1)
        response = login("clerk").post(DECIDE, {"act": "confirm", "proposal": seen, "opinion": "属实"})
        assert response.status_code == 200
        page = response.content.decode()
        assert "有 2 条没有办成" in page and "已由试member" in page and "不是委员，不能登记" in page and "属实" in page
        assert PerformanceEntry.objects.get().title == "好的"
        assert not Waiting.for_matter(late).exists()

    def test_declining_needs_an_opinion_and_tells_it(self, world, login, member):
        rows = [a_proposal(world, member, title=title) for title in ("甲", "乙")]
        client = login("clerk")
        client.post(DECIDE, {"act": "decline", "proposal": ticked(*rows), "opinion": " "})
        assert EntryProposal.objects.filter(state="proposed").count() == 2
        client.post(DECIDE, {"act": "decline", "proposal": ticked(*rows), "opinion": "请补充佐证"})
        assert EntryProposal.objects.filter(state="declined").count() == 2
        assert all("请补充佐证" in notice.body for notice in Notice.objects.all())
        assert Notice.objects.count() == 2
        assert not PerformanceEntry.objects.exists()

    @pytest.mark.parametrize("data", [{}, {"act": "confirm"}, {"act": "bogus", "proposal": "1:1"},
                                      {"act": "confirm", "proposal": ["x:y", "9" * 40, ":"]}])  # fmt: skip
    def test_nonsense_changes_nothing(self, world, login, member, data):
        a_proposal(world, member)
        assert login("clerk").post(DECIDE, data).status_code == 302
        assert EntryProposal.objects.get().state == "proposed"

    @pytest.mark.parametrize("who", ["member", "econ_clerk", "chair", "auditor", "dept1"])
    def test_others_decide_nothing(self, world, login, member, who):
        proposal = a_proposal(world, member)
        assert login(who).post(DECIDE, {"act": "confirm", "proposal": ticked(proposal)}).status_code == 403


def test_nobody_confirms_his_own(world, login, member):
    proposal = a_proposal(world, a_member(world, "clerk"))
    with pytest.raises(Refused, match="本人的申报"):
        PROPOSAL.move(proposal, "confirm", by=world.users["clerk"], version=1)
    page = login("clerk").get(reverse("members:proposal_detail", args=[proposal.pk])).content.decode()
    assert "请由其他同志审核" in page


def test_taken_back_by_the_member_only(world, login, member):
    proposal = a_proposal(world, member)
    address = reverse("members:proposal_move", args=[proposal.pk, "take_back"])
    assert login("clerk").get(address).status_code == 403
    assert login("member2").get(address).status_code == 404
    assert login("member").post(address, {"version": 1}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "taken_back"


def test_a_member_without_an_account_is_no_trouble(world):
    proposal = a_proposal(world, a_member(world, "无账号"))
    PROPOSAL.move(proposal, "confirm", by=world.users["clerk"], version=1)
    assert not Notice.objects.exists()
    assert PerformanceEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clerks_confirming_at_once_make_one_entry_and_one_notice(transactional_db):
    world = build()
    member = a_member(world)
    for n in range(3):
        proposal = a_proposal(world, member, title=f"活动{n}")

        def job(who, pk=proposal.pk):
            mine, by = EntryProposal.objects.get(pk=pk), user(world, who)
            return lambda: PROPOSAL.move(mine, "confirm", by=by, version=1)

        assert len(won(at_once(job("clerk"), job("clerk"), job("sg")))) == 1
        assert PerformanceEntry.objects.count() == n + 1
        assert Notice.objects.count() == n + 1
    assert User.objects.filter(notices__isnull=False).distinct().count() == 1
