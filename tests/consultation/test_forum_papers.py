"""The papers of a forum: who owes which, by when, delivered, looked through, read by whom. R047-R050."""

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from docx import Document as Word

from consultation.forums.papers import follow_day, list_papers
from consultation.models import Forum, Paper, Speech
from consultation.models.topic import TopicUnit
from consultation.workflows.forum import FORUM
from cppcc.deadlines.models import Deadline, Notice
from cppcc.deadlines.years import seed_workdays
from cppcc.documents.drafts import new_document
from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.files.models import StoredFile
from cppcc.meetings.models import Meeting
from cppcc.office.models import OneTimeLink
from cppcc.workflow.models import Movement, Waiting
from tests.consultation import forum_world, outcome_world
from tests.consultation.outcome_world import invite
from tests.documents.papers import a_file, empty_page

pytestmark = pytest.mark.django_db


def prepared(world, *, days=40, speaker=True, **given):
    """A forum in preparation: a department is consulted, a member speaks."""
    forum = forum_world.forum(world, days=days, state="preparing", **given)
    TopicUnit.objects.create(topic=forum.topic, organization=world.orgs["dept1"], part="consulted")
    if speaker:
        book(world, forum)
    return forum


def book(world, forum, name="member"):
    """A booked speaker."""
    kind = forum.rules.speechkinds.get(key="booked")
    return Speech.objects.create(forum=forum, kind=kind, participant=invite(world, forum, name), subject="关于加装电梯")


def listed(world, **given):
    """The papers of such a forum, by their rule's key and owner."""
    forum = prepared(world, **given)
    list_papers(forum, by=world.users["econ_clerk"])
    return forum


def paper_of(forum, key="centre"):
    """The paper of a rule."""
    return forum.papers.filter(paper_rule__key=key).first()


def upload(name="发言稿.pdf", data=None):
    """A file to deliver."""
    return SimpleUploadedFile(name, data or empty_page(), "application/pdf")


def form(paper, **given):
    """What the form posts."""
    paper = Paper.objects.get(pk=paper.pk)
    return {"version": paper.version, "classification": "internal", "upload": upload()} | given


def hand_in(login, who, paper, **given):
    """Deliver by the page."""
    return login(who).post(f"/consultation/forum-papers/{paper.pk}/deliver/", form(paper, **given))


def move(login, who, paper, name, **given):
    """An act by the page."""
    paper = Paper.objects.get(pk=paper.pk)
    data = {"version": paper.version, "opinion": "请补充数据"} | given
    return login(who).post(f"/consultation/forum-papers/{paper.pk}/move/{name}/", data)


def state(paper):
    """Where it stands."""
    return Paper.objects.get(pk=paper.pk).state


def test_the_rules_say_who_owes_what(world):
    forum = listed(world)
    found = {(p.paper_rule.key, p.whose) for p in forum.papers.select_related("owner", "participant__person")}
    assert found == {
        ("party-speech", "试验市委办"), ("government-speech", "试验市政府办"), ("own-speech", "办公室"),
        ("briefing", "市发改局"), ("centre", "经济委"), ("booked", "试member"), ("background", "经济委"),
    }  # fmt: skip


def test_listing_again_adds_only_what_came_since(world, login):
    forum = listed(world, speaker=False)
    before = forum.papers.count()
    book(world, forum)
    response = login("econ_clerk").post(f"/consultation/forums/{forum.pk}/papers/list/", follow=True)
    assert "已列出 1 份" in response.content.decode()
    response = login("clerk").post(f"/consultation/forums/{forum.pk}/papers/list/", follow=True)
    assert "都已列出" in response.content.decode()
    assert forum.papers.count() == before + 1


def test_nothing_is_listed_before_the_scheme_is_approved(world, login):
    forum = forum_world.forum(world)
    response = login("econ_clerk").post(f"/consultation/forums/{forum.pk}/papers/list/", follow=True)
    assert "批准后" in response.content.decode()
    assert not forum.papers.exists()


def test_a_paper_is_due_so_many_working_days_before_and_moves_with_the_forum(world):
    seed_workdays(2025, 2027)
    starts = datetime(2026, 10, 14, 9, tzinfo=ZoneInfo("Asia/Shanghai"))  # after the holiday with its worked weekends
    forum = listed(world, starts=starts)
    centre = paper_of(forum)
    assert centre.due_on == date(2026, 10, 8)
    deadline = Deadline.for_matter(centre).get()
    assert (deadline.due_on, deadline.label, deadline.step) == (date(2026, 10, 8), "中心发言", "deliver")
    later = datetime(2026, 10, 16, 9, tzinfo=ZoneInfo("Asia/Shanghai"))

    FORUM.move(
        forum, "postpone", by=world.users["clerk"], version=forum.version, opinion="会场调整",
        data={"starts": later, "ends": later + timedelta(hours=2)},
    )  # fmt: skip
    deadline.refresh_from_db()
    assert (paper_of(forum).due_on, deadline.due_on) == (date(2026, 10, 10), date(2026, 10, 10))


def test_a_day_set_by_hand_stays_while_it_is_before_the_forum(world, login):
    forum = listed(world)
    centre, day = paper_of(forum), timezone.localdate()
    own = day + timedelta(days=3)
    data = {"label": centre.label, "participant": "", "owner": centre.owner_id, "due_on": own.isoformat(), "order": 1}
    data |= {"classification": centre.classification, "required": "on", "version": centre.version}
    assert login("econ_clerk").post(f"/consultation/forum-papers/{centre.pk}/edit/", data).status_code == 302
    assert (paper_of(forum).due_on, paper_of(forum).due_by_hand) == (own, True)
    for days, stays in ((80, True), (2, False), (90, False)):
        Meeting.objects.filter(pk=forum.meeting_id).update(
            starts=forum_world.at(days), ends=forum_world.at(days, hour=12)
        )
        follow_day(Forum.objects.get(pk=forum.pk), by=world.users["clerk"])
        assert (paper_of(forum).due_on == own) is stays


def test_it_goes_from_the_owner_to_the_committee_and_back(world, login):
    forum = listed(world)
    paper = paper_of(forum, "briefing")
    assert [(w.label, w.organization) for w in Waiting.for_matter(paper)] == [("提供文稿", world.orgs["dept1"])]
    assert hand_in(login, "dept1", paper).status_code == 302
    assert [w.label for w in Waiting.for_matter(paper)] == ["把关文稿"]
    assert Deadline.for_matter(paper).get().status == "done"
    assert move(login, "econ_clerk", paper, "return").status_code == 302
    assert (state(paper), Deadline.for_matter(paper).get().status) == ("returned", "open")
    said = login("dept1").get(f"/consultation/forum-papers/{paper.pk}/").context["returned"]
    assert (said.actor, said.opinion) == ("试econ_clerk", "请补充数据")
    assert hand_in(login, "dept1", paper, upload=upload("第二稿.pdf")).status_code == 302
    assert move(login, "econ_clerk", paper, "approve").status_code == 302
    assert state(paper) == "approved"
    assert login("dept1").get(f"/consultation/forum-papers/{paper.pk}/").context["returned"] is None
    assert [f.name for f in StoredFile.for_matter(paper)] == ["第二稿.pdf", "发言稿.pdf"]
    shown = login("dept1").get(f"/consultation/forum-papers/{paper.pk}/").content.decode()
    assert "第二稿.pdf" in shown and "发言稿.pdf" in shown and "请补充数据" in shown


def test_a_finished_one_is_replaced_with_a_reason(world, login):
    forum = listed(world)
    paper = paper_of(forum, "briefing")
    hand_in(login, "dept1", paper)
    move(login, "econ_clerk", paper, "approve")
    assert hand_in(login, "dept1", paper).status_code == 422
    assert hand_in(login, "dept1", paper, opinion="数据更新").status_code == 302
    assert state(paper) == "delivered"
    assert Movement.for_matter(paper).first().opinion == "数据更新"


def test_a_speaker_delivers_his_own_on_his_page(world, login):
    forum = listed(world)
    paper = paper_of(forum, "booked")
    page = login("member").get("/consultation/forum-papers/").content.decode()
    assert "预约发言稿" in page
    assert hand_in(login, "member", paper).status_code == 302
    assert Movement.for_matter(paper).first().on_behalf == ""
    assert login("member2").get(f"/consultation/forum-papers/{paper.pk}/").status_code == 404


def test_the_office_enters_for_others_with_its_source(world, login):
    paper = paper_of(listed(world), "party-speech")
    assert hand_in(login, "clerk", paper).status_code == 422
    assert hand_in(login, "clerk", paper, source="市委办来函").status_code == 302
    moved = Movement.for_matter(paper).first()
    assert (moved.on_behalf, moved.proxy_source) == ("试验市委办", "市委办来函")


def test_another_committee_does_not_finish_its_own(world, login):
    forum = listed(world)
    paper = paper_of(forum)
    Paper.objects.filter(pk=paper.pk).update(owner=world.orgs["edu"])
    hand_in(login, "edu_clerk", paper)
    assert state(paper) == "delivered"
    response = move(login, "edu_clerk", paper, "approve")
    assert state(paper) == "delivered" and "牵头委室" in response.content.decode()


def test_by_link_once(world, login, client):
    forum = listed(world)
    paper = paper_of(forum, "booked")
    page = login("econ_clerk").post(f"/consultation/forum-papers/{paper.pk}/link/").content.decode()
    url = page.split('value="http://testserver')[1].split('"')[0]
    assert client.get(url).status_code == 200
    assert client.post(url, form(paper)).status_code == 200
    assert state(paper) == "delivered"
    assert client.post(url, form(paper)).status_code == 410


def test_a_link_of_who_left_says_whom_to_ask(world, login, client):
    paper = paper_of(listed(world), "booked")
    page = login("econ_clerk").post(f"/consultation/forum-papers/{paper.pk}/link/").content.decode()
    url = page.split('value="http://testserver')[1].split('"')[0]
    world.users["econ_clerk"].person.tenures.update(valid_to=timezone.localdate() - timedelta(days=1))
    response = client.post(url, form(paper))
    assert response.status_code == 410 and "重新获取" in response.content.decode()
    assert state(paper) == "awaited"


MARKED = "工作秘密"


def marked_page(mark):
    """A Word file on whose first page a mark stands."""

    word = Word()
    word.add_paragraph(mark)
    word.add_paragraph("关于加装电梯的发言")
    out = io.BytesIO()
    word.save(out)
    return SimpleUploadedFile("发言.docx", out.getvalue())


@pytest.mark.parametrize(
    ("mark", "given", "fine"),
    [("工作秘密★三年", "internal", False), ("【工作秘密】", "work_secret", True),
     ("内部资料 注意保存", "public", False), ("内部资料", "internal", True), ("机密★一年", "work_secret", False),
     ("关于做好工作秘密管理的发言", "public", True)],
)  # fmt: skip
def test_a_paper_above_its_classification_is_refused(world, login, mark, given, fine):
    paper = paper_of(listed(world), "briefing")
    response = hand_in(login, "dept1", paper, upload=marked_page(mark), classification=given)
    assert response.status_code == (302 if fine else 422)
    assert state(paper) == ("delivered" if fine else "awaited")
    assert StoredFile.for_matter(paper).exists() is fine


def test_a_new_version_is_not_marked_lower(world, login):
    paper = paper_of(listed(world), "briefing")
    hand_in(login, "dept1", paper, classification="work_secret")
    response = hand_in(login, "dept1", paper, classification="internal")
    assert response.status_code == 422 and "不能低于" in response.content.decode()


def test_a_work_secret_goes_to_its_readers_only(world, login):
    forum = listed(world)
    paper = paper_of(forum, "briefing")
    hand_in(login, "dept1", paper, classification="work_secret")
    move(login, "econ_clerk", paper, "approve")
    invite(world, forum, "member2", invited_at=timezone.now())
    Paper.objects.filter(pk=paper.pk).update(to_all=True)
    url = Paper.objects.get(pk=paper.pk).file.get_absolute_url()

    def sees(name):
        codes = {login(name).get(path).status_code for path in (url, f"/consultation/forum-papers/{paper.pk}/")}
        assert len(codes) == 1
        return codes.pop() == 200

    readers = {"clerk", "sg", "econ_clerk", "econ_head", "dept1"}
    asked = readers | {"chair", "vice", "edu_clerk", "member2", "dept2", "auditor"}
    assert {name for name in asked if sees(name)} == readers
    paper.readers.add(world.orgs["cppcc"])
    assert {name for name in asked if sees(name)} == readers | {"chair", "vice"}
    url, data = f"/consultation/forum-papers/{paper.pk}/edit/", {"label": paper.label, "order": 0, "to_all": "on"}
    refused = login("econ_clerk").post(
        url, data | {"classification": "internal", "version": Paper.objects.get(pk=paper.pk).version}
    )
    assert refused.status_code == 422 and "现有文稿标为“工作秘密”，不能降低" in refused.content.decode()
    url = Paper.objects.get(pk=paper.pk).file.get_absolute_url()
    Paper.objects.filter(pk=paper.pk).update(classification="internal")
    assert {name for name in asked if sees(name)} == asked - {"dept2"}


def test_a_forum_that_is_cancelled_asks_for_nothing(world, login):
    forum = listed(world)
    hand_in(login, "dept1", paper_of(forum, "briefing"))

    FORUM.move(forum, "cancel", by=world.users["clerk"], version=forum.version, opinion="议题调整")
    assert set(forum.papers.values_list("state", flat=True)) == {"waived"}
    assert not Waiting.objects.filter(content_type__model="paper").exists()
    assert not Deadline.objects.open().filter(content_type__model="paper").exists()
    assert Movement.objects.filter(content_type__model="paper", name="waive").count() == forum.papers.count()


def test_a_paper_goes_to_leaders_early_and_its_receipt_comes_back(world, login, monkeypatch):

    monkeypatch.setattr("cppcc.documents.issuing.print_document", lambda document, **given: a_file())
    forum = listed(world)
    paper = paper_of(forum, "background")
    hand_in(login, "econ_clerk", paper)
    move(login, "econ_clerk", paper, "approve")
    page = login("clerk").get(f"/consultation/forum-papers/{paper.pk}/").content.decode()
    assert "提前送领导参阅" in page

    kind = DocumentKind.objects.get(key="letter")
    letter = new_document(kind, "送阅函", by=world.users["clerk"], classification="internal", matter=paper)
    assert {row.organization.key for row in letter.recipients.all()} == {"party-committee", "government"}
    Document.objects.filter(pk=letter.pk).update(state="signed", signatory=world.posts["chair"])
    letter.refresh_from_db()
    DOCUMENT.move(
        letter, "issue", by=world.users["clerk"], version=letter.version, data={"issued_on": timezone.localdate()}
    )
    paper.refresh_from_db()
    assert paper.sent_on == timezone.localdate()
    assert {unit.key for unit in paper.readers.all()} == {"party-committee", "government"}
    assert letter.recipients.pending().count() == 2


def test_a_speaker_hears_that_his_paper_came_back(world, login):
    paper = paper_of(listed(world), "booked")
    asked = Notice.objects.get(user=world.users["member"], key__startswith="paper:")
    assert "请提供预约发言稿" in asked.title
    hand_in(login, "member", paper)
    move(login, "econ_clerk", paper, "return")
    assert "请补充数据" in Notice.objects.get(key__startswith="paper-returned:").body


def test_a_link_that_would_be_dead_at_once_is_refused(world, login):
    owed = outcome_world.paper(world, forum=forum_world.forum(world, days=-1, state="preparing"))
    address = f"/consultation/forum-papers/{owed.pk}/link/"
    page = login("econ_clerk").post(address, follow=True).content.decode()
    assert "座谈会已经开始，链接到开始时就失效了" in page and not OneTimeLink.objects.exists()
