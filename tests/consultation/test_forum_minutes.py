"""What a session leaves: minutes with actual times, agenda with the list, entries in the ledgers. R046, R051, R070."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from consultation.forums.agenda_papers import agenda_draft
from consultation.forums.crediting import take_in
from consultation.forums.desk import Operation
from consultation.forums.minutes import lasted, minutes_draft
from consultation.models import Forum, Question, Speech
from consultation.models.forum import ForumState
from consultation.workflows.forum import FORUM
from cppcc.documents.description import content_of
from cppcc.documents.drafts import new_document
from cppcc.documents.models import DocumentKind
from cppcc.documents.typeset import typeset
from members.models import Act, PerformanceEntry
from tests.consultation import forum_speakers
from tests.consultation.forum_speakers import done, listed, somebody
from tests.members.ledger_rows import a_member

pytestmark = pytest.mark.django_db
HEADS = {
    "masthead": "试验市政协会议纪要", "number": "〔2026〕1号", "date": date(2026, 11, 22), "signature": ["办公室"],
}  # fmt: skip


@pytest.fixture
def by(world):
    return world.users["econ_clerk"]


@pytest.fixture
def forum(world, by):
    """A session in which four spoke, one too long; somebody is on leave, somebody attends without a seat."""
    made = forum_speakers.sitting(world)
    listed(made, somebody("请假人"), "member", here=False, leave="granted", attendance="leave", reply="")
    listed(made, somebody("列席人"), "attending")
    first, second, third, *_ = rows = list(made.speeches.order_by("kind__order", "order"))
    done(made, by, ("start", first, 0), ("start", second, 640), ("start", third, 1000), ("stop", third, 1400))
    Speech.objects.filter(pk=third.pk).update(record="一是完善机制。\n二是落实资金。")
    Question.objects.create(forum=made, text="何时完工？", raised_in=third, answered_in=rows[-2], answer="年底前。")
    return made


def body(draft):
    return "\n".join(part["text"] for part in draft["body"])


def test_minutes_say_who_spoke_what_and_how_long(forum):
    draft = minutes_draft(forum)
    for words in (
        "围绕“加快推进老旧小区改造”协商议政",
        "一、部门情况介绍",
        "二是落实资金。",
        "委员1问：何时完工？市发展和改革局试dept1回应：年底前。",
    ):
        assert words in body(draft)
    assert draft["attendees"]["请假"] == ["请假人"]
    assert draft["attendees"]["列席"] == ["列席人"]
    assert "委员1" in draft["attendees"]["出席"]
    rows = draft["annexes"][0]["table"]["rows"]
    assert rows[0][4:] == ["10分钟", "10分40秒", "40秒"]
    assert rows[2][4:] == ["8分钟", "6分40秒", "—"]


def test_who_did_not_speak_is_not_in_the_minutes(forum):
    assert "委员2" not in body(minutes_draft(forum))


def test_the_agenda_has_the_kinds_in_order_and_the_list(forum):
    draft = agenda_draft(forum)
    agenda, people = draft["annexes"]
    kinds = [part["text"].partition("（")[0][2:] for part in agenda["body"] if part["level"] == 1]
    assert kinds == ["部门情况介绍", "中心发言", "预约发言", "自由发言", "互动回应", "领导讲话"]
    rows = people["table"]["rows"]
    assert [row[0].partition("（")[0] for row in rows if not row[1]] == [
        "一、县委、县政府、县政协领导", "二、县委、县政府有关部门负责同志", "三、政协委员", "四、专家学者",
        "五、其他参加人员",
    ]  # fmt: skip
    assert [row[0] for row in rows if row[1]] == [str(number) for number in range(1, len(rows) - 4)]


def test_what_was_asked_stands_before_the_leaders_where_nobody_answered_by_turn(forum):
    forum.questions.update(answered_in=None, answer="")
    Speech.objects.filter(forum=forum).exclude(record="").update(status="done")
    leader = forum.speeches.get(kind__key="leaders")
    Speech.objects.filter(pk=leader.pk).update(record="要抓紧办理。")
    heads = [part["text"] for part in minutes_draft(forum)["body"] if part["level"] == 1]
    assert heads[-2:] == ["四、互动交流", "五、领导讲话"]
    assert "何时完工？会上未作回应。" in body(minutes_draft(forum))


@pytest.mark.parametrize(("draft", "kind"), [(minutes_draft, "minutes"), (agenda_draft, "letter")])
def test_papers_are_typeset(forum, draft, kind):
    said = {key: value for key, value in draft(forum).items() if key in ("title", "body", "annexes", "attendees")}
    content = content_of(HEADS | said | {"kind": kind})
    assert typeset(content).startswith(b"%PDF")


@pytest.mark.parametrize(("key", "words"), [("minutes", "发言时间统计"), ("agenda", "部门情况介绍")])
def test_papers_are_drafted_from_the_forum(world, forum, key, words):
    kind = DocumentKind.objects.get(key=key)
    made = new_document(kind, "纪要", by=world.users["clerk"], classification="public", matter=forum)
    assert words in str(made.description)


@pytest.mark.parametrize(("seconds", "told"), [(0, ""), (9, "9秒"), (60, "1分00秒"), (605, "10分05秒")])
def test_times_in_words(seconds, told):
    assert lasted(seconds) == told


class TestLedger:
    @pytest.fixture
    def spoken(self, world, by):
        """A session in which a member spoke, and another who sent somebody."""
        made = forum_speakers.sitting(world, booked=0)
        Act.objects.get_or_create(key="forum-speech", defaults={"label": "协商发言"})
        for name, given in (("发言委员", {}), ("委派委员", {"reply": "deputy", "deputy_name": "代表"})):
            person = listed(made, a_member(world, name).person, "member", **given)
            row = forum_speakers.speech(made, "booked", by, participant=person)
            at = 600 if given else 0
            done(made, by, ("start", row, at), ("stop", row, at + 300))
        return made

    def standing(self, forum):
        return [entry.member.person.name for entry in PerformanceEntry.for_matter(forum).standing()]

    def end(self, forum, by):
        FORUM.move(forum, "end", by=by, version=forum.version, data={"meeting": forum.meeting})

    def test_the_end_credits_who_spoke_and_a_reopening_takes_it_back(self, spoken, by):
        self.end(spoken, by)
        assert self.standing(spoken) == ["发言委员"]
        FORUM.move(spoken, "resume", by=by, version=spoken.version, opinion="补录", data={"meeting": spoken.meeting})
        assert self.standing(spoken) == []
        self.end(spoken, by)
        assert self.standing(spoken) == ["发言委员"]

    def test_the_end_stops_whoever_has_the_floor(self, spoken, by):
        row = spoken.speeches.get(kind__key="leaders")
        done(spoken, by, ("start", row, 1000))
        self.end(spoken, by)
        row.refresh_from_db()
        assert (row.status, row.running_since) == ("done", None)
        assert row.seconds > 2500

    def test_a_desk_that_was_cut_off_still_takes_a_speech_back(self, spoken, by):
        presses = spoken.presses.filter(speech__participant__person__name="发言委员")
        self.end(spoken, by)
        found, at = Forum.objects.get(pk=spoken.pk), timezone.now() - timedelta(minutes=1)
        undone = [Operation(uuid4(), "undo", at, undoes=press.client_id) for press in presses]
        assert take_in(found, undone, by=by).refused == []
        assert self.standing(found) == []

    def test_a_desk_that_was_cut_off_still_names_a_speaker(self, world, spoken, by):
        late = listed(spoken, a_member(world, "晚到委员").person, "member")
        key, at = f"k{forum_speakers.kind(spoken, 'free').pk}p{late.pk}", timezone.now() - timedelta(minutes=1)
        self.end(spoken, by)
        found = Forum.objects.get(pk=spoken.pk)
        assert found.state == ForumState.HELD
        assert take_in(found, [Operation(uuid4(), "start", at, key)], by=by).refused == []
        assert sorted(self.standing(found)) == sorted(["发言委员", "晚到委员"])
