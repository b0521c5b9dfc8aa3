"""Papers of a meeting: names whole, heads on every page, as many cards as people; from a hundred pages on a job."""

import time
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse
from django.utils import timezone

from cppcc.documents.fitting import fitted, spaced
from cppcc.documents.name_cards import cards, pages_of
from cppcc.documents.rolls import roll
from cppcc.documents.seat_plans import seat_plan
from cppcc.jobs.models import Job
from cppcc.jobs.running import claim, run
from cppcc.meetings.card_printing import made
from cppcc.meetings.models import Participant, ParticipantClass, Room
from cppcc.meetings.papers import attendance_sheet, carded, in_numbers, plan_sheet, sign_sheet
from cppcc.meetings.seating import Plan, propose
from tests.meetings.gatherings import begun, invite, invited, listed, meeting, put_meeting

pytestmark = pytest.mark.django_db
NAMES = ["王明", "张三丰", "欧阳小明", "阿卜杜热西提·买买提明", "古丽娜尔·阿不都克里木江", "李𠮷"]
SECONDS = 12  # of CPU for four hundred people; measured: 1.5 to 3.6


def pages(data):
    """The text of each page, blanks taken out."""
    with pdfplumber.open(BytesIO(data)) as document:
        return ["".join((page.extract_text() or "").split()) for page in document.pages]


def compact(name):
    return "".join(name.split())


@pytest.fixture
def crowd(world):
    """Four hundred people of three classes with all kinds of names, in a hall of 20 rows of 20."""
    made_one = meeting(world, title="市政协五届六次全体会议")
    made_one.room = Room.objects.create(name="大剧院", seats=420, platform=20, rows=20, per_row=20, place="文化路1号")
    made_one.save()
    ParticipantClass.objects.filter(key="leader").update(platform=True)
    long_title = {"title": "党组成员、副主任、市粮食和物资储备局局长", "organization": world.orgs["econ"]}
    listed(world, made_one, [f"{name}{n}" for n in range(61) for name in NAMES], **long_title)
    listed(world, made_one, [f"主席{n}" for n in range(9)], key="leader")
    listed(world, made_one, [f"来宾{n}" for n in range(25)], key="department")
    return made_one


def quick(make):
    """What `make` gives, made within the time."""
    before = time.process_time()
    found = make()
    assert time.process_time() - before < SECONDS
    return found


def test_the_sheet_to_sign_names_everybody_under_heads_on_each_page(crowd):
    found = pages(quick(lambda: roll(sign_sheet(crowd))))
    assert len(found) > 10
    assert all("序号姓名单位职务签到备注" in page for page in found)
    assert all(f"第{n}页共{len(found)}页" in page for n, page in enumerate(found, 1))
    assert all("市政协五届六次全体会议签到表" in page for page in found)
    assert "委员（366人）" in found[0]
    whole = "".join(found)
    assert "文化路1号" in whole
    assert [n for n in range(1, 401) if f"{n}" not in whole] == []
    assert whole.count("来宾") == 25
    assert whole.count("买买提明") == 61


def test_who_came_with_sums_deputies_and_walk_ins(world):
    made_one = invited(world, "member", "member2", "dept1", "county1")
    now = timezone.now()
    rows = made_one.participants
    rows.filter(person=world.users["member"].person).update(attendance="present", arrived_at=now)
    rows.filter(person=world.users["member2"].person).update(
        attendance="late", arrived_at=now, reply="deputy", deputy_name="代会人", deputy_title="副主任"
    )
    rows.filter(person=world.users["dept1"].person).update(leave="granted", reason="出差")
    invite(world, made_one, "econ_clerk", key="staff", attendance="present", arrived_at=now)
    invite(world, made_one, "chair", walk_in=True, attendance="present", arrived_at=now)
    begun(made_one)
    numbers = "应到 4 人，实到 2 人（其中迟到 1 人、委派代会 1 人），请假 1 人，缺席 1 人"
    people = list(made_one.participants.select_related("participant_class"))
    assert in_numbers(people) == f"{numbers}；临时参加 1 人；工作人员等到会 1 人"
    [page] = pages(roll(attendance_sheet(made_one)))
    assert compact(numbers) in page
    assert "尚未锁定" in page
    assert "代会人（副" in page
    assert "工作人员：到会1人" in page
    assert "临时参加" in page
    put_meeting(made_one, "closed")
    assert "尚未锁定" not in pages(roll(attendance_sheet(made_one)))[0]


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_the_seat_plan_is_one_page_with_every_name(crowd, paper):
    assert propose(crowd, 9) == 0
    crowd.refresh_from_db()
    data = quick(lambda: seat_plan(plan_sheet(Plan(crowd)), paper))
    with pdfplumber.open(BytesIO(data)) as document:
        [page] = document.pages
        assert (page.width > page.height) and round(page.width) == {"a4": 842, "a3": 1191}[paper]
        marks = [char["text"] for char in page.chars]
        smallest = min(char["size"] for char in page.chars if char["text"] == "阿")
        inside = all(
            char["x0"] >= 0 and char["x1"] <= page.width and char["bottom"] <= page.height for char in page.chars
        )
    assert marks.count("阿") == 61 + 61
    assert marks.count("来") == 25
    assert smallest >= 3.5
    assert inside


@pytest.mark.parametrize(("kind", "each"), [("large", 1), ("small", 2), ("label", 21)])
def test_a_card_for_each_and_the_whole_name_on_it(crowd, kind, each):
    rows = carded(crowd, None)[:43]
    found = pages(made(rows, kind))
    assert len(found) == -(-43 // each) == pages_of(43, kind)
    twice = 1 if kind == "label" else 2
    whole = "".join(found)
    assert whole.count("张三丰") + whole.count("丰三张") == 7 * twice
    with pdfplumber.open(BytesIO(made(rows[:6], kind))) as document:
        chars = [char for page in document.pages for char in page.chars]
        assert all(c["x0"] >= 0 and c["x1"] <= page.width for page in document.pages for c in page.chars)
    for name in NAMES:
        assert all(sum(c["text"] == letter for c in chars) >= twice for letter in name if letter != "·")


def test_the_upper_name_is_upside_down():
    with pdfplumber.open(BytesIO(cards(["王明"], "large"))) as document:
        [page] = document.pages
        top, bottom = [c for c in page.chars if c["text"] == "王"]
    assert (top["matrix"][0] < 0, bottom["matrix"][0] < 0) in ((True, False), (False, True))
    upper = min((top, bottom), key=lambda c: c["top"])
    assert upper["matrix"][0] < 0
    assert min(top["size"], bottom["size"]) > 150


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("王明", ("王\u3000明",)),
        ("张三丰", ("张三丰",)),
        ("欧阳小明", ("欧阳小明",)),
        ("阿卜杜热西提·买买提明", ("阿卜杜热西提·", "买买提明")),
        ("Alexander Smith", ("Alexander", "Smith")),
        ("𪚥明", ("〓明",)),
    ],
)
def test_how_a_name_is_set(name, lines):
    found = fitted(name, "title", box=(538, 390), most=190)
    assert found.lines == lines
    assert found.height <= 390.01
    assert found.size <= 190


def test_only_two_han_characters_are_spaced():
    assert [spaced(name) for name in ("王明", "王小明", "AB", "王")] == ["王\u3000明", "王小明", "AB", "王"]


def test_cards_carry_the_deputy_and_only_those_who_come(world):
    made_one = invited(world, "member", "member2", "dept1")
    rows = made_one.participants
    rows.filter(person=world.users["member"].person).update(reply="deputy", deputy_name="代会人")
    rows.filter(person=world.users["dept1"].person).update(reply="no", reason="出差")
    everybody = carded(made_one, None)
    assert len(everybody) == 2
    assert "代会人" in "".join(pages(made(everybody, "large")))
    only = rows.get(person=world.users["dept1"].person)
    assert carded(made_one, [only.pk]) == [only]


# --- the pages -----------------------------------------------------------------------------------------------------


def ask(client, name, made_one, *more):
    return client.get(reverse(f"meetings:{name}", args=[made_one.pk, *more]), follow=True)


def test_the_papers_are_downloads(world, login):
    made_one = invited(world, "member", title="甲/乙座谈会")
    client = login("clerk")
    answer = ask(client, "sign_sheet_pdf", made_one)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.startswith(b"%PDF")
    assert "还没有召开" in ask(client, "attendance_pdf", made_one).text
    assert ask(client, "attendance_pdf", begun(made_one)).content.startswith(b"%PDF")
    assert "没有选定会议室" in ask(client, "seats_pdf", made_one, "a4").text


def test_a_paper_that_is_not_there_is_refused(crowd, login):
    client = login("clerk")
    assert ask(client, "seats_pdf", crowd, "a3").content.startswith(b"%PDF")
    assert "只有 A4 和 A3" in ask(client, "seats_pdf", crowd, "a5").text


def test_a_few_cards_at_once_many_in_the_background(crowd, login):
    client, address = login("clerk"), reverse("meetings:cards_print", args=[crowd.pk])
    ticked = list(crowd.participants.values_list("pk", flat=True)[:3])
    answer = client.post(address, {"cards": "small", "participant": ticked})
    assert len(pages(answer.content)) == 2
    answer = client.post(address, {"cards": "large"})
    assert answer.status_code == 302
    assert "/jobs/" in answer.url
    job = Job.objects.get(kind="meetings.cards")
    run(claim())
    job.refresh_from_db()
    assert job.status == "done"
    stored = client.get(job.then)
    with pdfplumber.open(BytesIO(b"".join(stored.streaming_content))) as document:
        assert len(document.pages) == Participant.objects.filter(meeting=crowd).count() == 400


@pytest.mark.parametrize("data", [{"cards": "huge"}, {}])
def test_unknown_cards_are_refused(world, login, data):
    made_one = invited(world, "member")
    answer = login("clerk").post(reverse("meetings:cards_print", args=[made_one.pk]), data, follow=True)
    assert "没有这种席卡" in answer.text


def test_no_cards_for_an_empty_list(world, login):
    answer = login("clerk").post(
        reverse("meetings:cards_print", args=[meeting(world).pk]), {"cards": "large"}, follow=True
    )
    assert "名单上还没有人" in answer.text
