"""The speaker desk: presses count once, in the order of their moments, whoever hands them in and when. R043-R046."""

import json
import random
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultation.forums import desk
from consultation.forums.desk import Operation, deliver, milliseconds, moment, undo_last
from consultation.models import DeskPress, Forum, Question, Speech
from cppcc.office.refusals import Refused
from tests.consultation import forum_speakers
from tests.consultation.forum_speakers import done
from tests.consultation.test_query_counts import measure
from tests.consultation.test_races import at_once
from tests.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum(world):
    return forum_speakers.sitting(world)


@pytest.fixture
def by(world):
    return world.users["econ_clerk"]


def rows(forum):
    return list(forum.speeches.order_by("kind__order", "order"))


def url(name, forum, *args):
    return reverse(f"consultation:{name}", args=[forum.pk, *args])


def batch(client, forum, *operations):
    return client.post(url("forum_desk_press", forum), {"operations": operations}, content_type="application/json")


def sent(act, *, key="", ago=0, **given):
    """An operation as the script sends it, so many seconds ago."""
    at = milliseconds(timezone.now() - timedelta(seconds=ago))
    return {"id": str(uuid4()), "act": act, "at": at, "key": key} | given


class TestPages:
    def test_the_desk_shows_agenda_and_people(self, forum, login):
        page = login("econ_clerk").get(url("forum_desk", forum)).content.decode()
        for words in ("现在没有人发言", "委员1", "专家甲", "下一位", "互动问题", "还没有发言"):
            assert words in page

    def test_the_clock_shows_who_is_next(self, forum, login):
        page = login("econ_clerk").get(url("forum_clock", forum)).content.decode()
        assert "请准备" in page
        assert "试dept1" in page

    def test_a_plain_form_starts_and_takes_back(self, forum, login):
        client, first = login("econ_clerk"), rows(forum)[0]
        client.post(url("forum_desk_press", forum), {"act": "start", "key": f"s{first.pk}"})
        assert "剩余" in client.get(url("forum_desk", forum)).content.decode()
        first.refresh_from_db()
        assert first.status == "speaking"
        client.post(url("forum_desk_press", forum), {"act": "undo"})
        first.refresh_from_db()
        assert first.status == "waiting"

    def test_the_same_plain_form_twice_counts_once(self, forum, login):
        client, first = login("econ_clerk"), rows(forum)[0]
        data = {"act": "start", "key": f"s{first.pk}", "id": str(uuid4())}
        for _ in range(2):
            client.post(url("forum_desk_press", forum), data)
        assert DeskPress.objects.count() == 1

    def test_a_mark_of_a_state_secret_is_refused(self, forum, login):
        client, first = login("econ_clerk"), rows(forum)[0]
        given = sent("note", key=f"s{first.pk}", text="绝密★启用前")
        assert "国家秘密" in batch(client, forum, given).json()["refused"][0]["sentence"]

    def test_records_of_two_clerks_do_not_overwrite_each_other(self, forum, login):
        client, first = login("econ_clerk"), rows(forum)[0]
        page = client.get(url("forum_record", forum))
        data = {name: field.initial or "" for name, field in page.context["form"].fields.items()}
        client.post(url("forum_record", forum), data | {f"record-{first.pk}": "存在三个问题"})
        first.refresh_from_db()
        assert first.record == "存在三个问题"
        answer = client.post(url("forum_record", forum), data | {f"record-{first.pk}": "别的"})
        assert answer.status_code == 422
        assert "存在三个问题" in answer.content.decode()
        seen = {name: field.value() for name, field in zip(data, answer.context["form"], strict=True)}
        client.post(url("forum_record", forum), seen)
        first.refresh_from_db()
        assert first.record == "别的"

    def test_an_answer_linked_at_the_desk_outlives_an_older_form(self, forum, login):
        client, made = login("econ_clerk"), Question.objects.create(forum=forum, text="资金从哪里来？")
        page = client.get(url("forum_question_edit", forum, made.pk))
        seen = {
            f"initial-{name}": page.context["form"][name].initial or "" for name in ("text", "answer", "answered_in")
        }
        speech = forum.speeches.get(kind__key="answer")
        Question.objects.update(answered_in=speech)
        typed = {"text": "资金从哪里来？", "answer": "已列入预算", "answered_in": ""}
        assert client.post(url("forum_question_edit", forum, made.pk), seen | typed).status_code == 302
        made.refresh_from_db()
        assert (made.answer, made.answered_in) == ("已列入预算", speech)

    def test_a_question_is_prepared_changed_and_struck_out(self, forum, login):
        client = login("econ_clerk")
        client.post(url("forum_question_create", forum), {"text": "资金从哪里来？"})
        made = Question.objects.get()
        client.post(url("forum_question_edit", forum, made.pk), {"text": "资金从哪里来？", "answer": "已列入预算"})
        assert Question.objects.get().answer == "已列入预算"
        client.post(url("forum_question_edit", forum, made.pk), {"delete": "1"})
        assert not Question.objects.exists()


class TestDelivery:
    def test_seconds_and_over_run(self, forum, by):
        first, second, *_ = rows(forum)
        done(forum, by, ("start", first, 0), ("start", second, 650), ("pause", second, 700), ("resume", second, 760),
             ("stop", second, 800))  # fmt: skip
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.seconds, first.over, first.status) == (650, 50, "done")
        assert (second.seconds, second.over) == (90, 0)

    def test_an_unread_press_is_told_and_the_others_count(self, forum, login):
        first = rows(forum)[0]
        given = sent("start", key=f"s{first.pk}", ago=10)
        answer = batch(login("econ_clerk"), forum, {"id": "x", "act": "jump", "at": 1}, given).json()
        assert answer["done"] == [given["id"]]
        assert "不完整" in answer["refused"][0]["sentence"]

    @pytest.mark.parametrize("body", ["[]", "{}", '{"operations": 3}', "nul"])
    def test_what_is_no_batch_is_told(self, forum, login, body):
        answer = login("econ_clerk").post(url("forum_desk_press", forum), body, content_type="application/json")
        assert answer.status_code == 400

    def test_a_character_that_no_text_has_is_left_out(self, forum, login):
        row = rows(forum)[0]
        given = sent("note", key=f"s{row.pk}", text="一\x00二")
        assert batch(login("econ_clerk"), forum, given).json()["done"] == [given["id"]]
        row.refresh_from_db()
        assert row.record == "一二"

    def test_who_was_not_booked_gets_a_speech(self, forum, login):
        kind, person = forum_speakers.kind(forum, "free"), forum.meeting.participants.get(person__name="专家甲")
        given = sent("start", key=f"k{kind.pk}p{person.pk}", ago=5)
        client = login("econ_clerk")
        for _ in range(2):
            assert batch(client, forum, given).json()["done"] == [given["id"]]
        made = Speech.objects.get(kind=kind)
        assert (made.participant, made.at_desk, made.status) == (person, True, "speaking")
        state = client.get(url("forum_desk_state", forum)).json()
        assert [one["name"] for one in state["people"] if one["who"] == "free"] == ["委员1", "委员2", "委员3", "专家甲"]

    def test_a_question_is_linked_to_its_answer_whichever_comes_first(self, forum, login):
        first, *_, answer, _ = rows(forum)
        asked = sent("ask", key=f"s{first.pk}", text="何时完工？", ago=20)
        late = sent("link", key=f"s{first.pk}", question=asked["id"], ago=10)
        right = sent("link", key=f"s{answer.pk}", question=asked["id"], ago=5)
        client = login("econ_clerk")
        batch(client, forum, asked, right)
        batch(client, forum, asked, late)
        made = Question.objects.get()
        assert (made.text, made.raised_in, made.answered_in) == ("何时完工？", first, answer)

    def test_notes_are_lines_of_the_record(self, forum, login):
        first = rows(forum)[0]
        given = [sent("note", key=f"s{first.pk}", text=text) for text in ("一是规划", "二是资金")]
        for _ in range(2):
            batch(login("econ_clerk"), forum, *given)
        first.refresh_from_db()
        assert first.record == "一是规划\n二是资金"

    def test_before_the_session_nothing_counts(self, world, login):
        forum = forum_speakers.sitting(world, state="preparing")
        answer = batch(login("econ_clerk"), forum, sent("start", key=f"s{rows(forum)[0].pk}"))
        assert answer.status_code == 409
        assert "召开期间" in answer.json()["sentence"]

    def test_a_press_of_yesterday_is_refused(self, forum, by):
        given = Operation(uuid4(), "start", timezone.now() - timedelta(days=2), f"s{rows(forum)[0].pk}")
        assert "一天以前" in deliver(forum, [given], by=by).refused[0]["sentence"]

    def test_a_clock_that_runs_ahead_is_set_back(self, forum, by):
        given = Operation(uuid4(), "start", timezone.now() + timedelta(hours=3), f"s{rows(forum)[0].pk}")
        deliver(forum, [given], by=by)
        assert DeskPress.objects.get().at < timezone.now() + timedelta(seconds=5)

    def test_nothing_to_take_back(self, forum):
        with pytest.raises(Refused, match="没有可以撤销"):
            undo_last(forum)

    @pytest.mark.parametrize("seed", range(6))
    def test_two_desks_with_delays_come_to_the_same(self, forum, by, seed):
        """Whatever way the presses of two desks are cut into batches, delayed, repeated: the seconds are the same."""
        chance, found = random.Random(seed), []
        given = presses(chance, rows(forum))
        for late in (False, True):
            DeskPress.objects.all().delete()
            Speech.objects.update(status="waiting", began_at=None, running_since=None, seconds=0)
            for part in cut(chance, given) if late else [sorted(given, key=lambda one: one.at)]:
                deliver(forum, part, by=by)
            counted = Speech.objects.order_by("pk").values_list("status", "began_at", "running_since", "seconds")
            taken = DeskPress.objects.order_by("client_id").values_list("client_id", "taken")
            found.append((list(counted), list(taken)))
        assert found[0] == found[1]


def presses(chance, speeches):
    """Thirty presses within an hour, some of which take others back."""
    begin = timezone.now() - timedelta(hours=1)
    acts = ("start", "start", "pause", "resume", "stop", "skip")
    made = [
        Operation(uuid4(), chance.choice(acts), begin + timedelta(seconds=chance.randint(0, 3000)),
                  f"s{chance.choice(speeches).pk}")
        for _ in range(30)
    ]  # fmt: skip
    undone = [Operation(uuid4(), "undo", one.at + timedelta(seconds=1), undoes=one.id) for one in made[:4]]
    return made + undone


def cut(chance, given):
    """The presses of two desks, each in batches of its own, delivered in any order, one of them twice."""
    desks = [[one for n, one in enumerate(given) if n % 2 == desk] for desk in (0, 1)]
    parts = [desk[place : place + 5] for desk in desks for place in range(0, len(desk), 5)]
    chance.shuffle(parts)
    return [*parts, parts[0]]


class TestState:
    def test_nothing_new_is_not_sent_again(self, forum, login):
        client = login("econ_clerk")
        first = client.get(url("forum_desk_state", forum))
        assert abs(int(first["X-Server-Time"]) - milliseconds(timezone.now())) < 5000
        again = client.get(url("forum_desk_state", forum), headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        batch(client, forum, sent("start", key=f"s{rows(forum)[0].pk}"))
        assert client.get(url("forum_desk_state", forum), headers={"If-None-Match": first["ETag"]}).status_code == 200

    def test_the_hall_gets_no_notes_and_no_questions(self, forum, login):
        client = login("econ_clerk")
        batch(client, forum, sent("note", key=f"s{rows(forum)[0].pk}", text="内部记录"), sent("ask", text="问题"))
        body = client.get(url("forum_desk_state", forum) + "?hall=1").content.decode()
        assert "内部记录" not in body
        assert "questions" not in body

    def test_the_state_says_what_was_pressed(self, forum, login):
        client, first = login("econ_clerk"), rows(forum)[0]
        given = sent("start", key=f"s{first.pk}", ago=30)
        batch(client, forum, given)
        state = client.get(url("forum_desk_state", forum)).json()
        assert [{name: one[name] for name in given} for one in state["presses"]] == [given]

    def test_a_moment_survives_the_way_to_the_browser_and_back(self):
        at = 1_795_000_000_123
        assert milliseconds(moment(at)) == at


class TestEnd:
    def test_the_end_stops_whoever_has_the_floor_and_late_presses_still_count(self, world, forum, by):
        from_outside = [row for row in rows(forum) if row.kind.key == "booked"]
        first, second = from_outside
        done(forum, by, ("start", first, 0))
        end(forum, world)
        first.refresh_from_db()
        assert first.status == "done"
        assert first.seconds > 3500
        done(forum, by, ("start", second, 300), ("stop", second, 400))
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.seconds, second.seconds) == (300, 100)
        late = Operation(uuid4(), "start", timezone.now() + timedelta(seconds=1), f"s{first.pk}")
        assert "已经结束" in deliver(forum, [late], by=by).refused[0]["sentence"]


def end(forum, world):
    """The session is over."""
    desk.end(Forum.objects.get(pk=forum.pk), by=world.users["econ_clerk"])
    Forum.objects.filter(pk=forum.pk).update(state="held")


class TestQueries:
    @pytest.mark.parametrize("count", [2, 30])
    def test_constant(self, world, login, count):
        forum = forum_speakers.sitting(world, members=count, booked=count)
        by, client = world.users["econ_clerk"], login("econ_clerk")
        acts = [
            (act, row, 60 * n + (act == "stop") * 30) for n, row in enumerate(rows(forum)) for act in ("start", "stop")
        ]
        done(forum, by, *acts)
        Question.objects.bulk_create(Question(forum=forum, text=f"问题{n}") for n in range(count))
        for name, most in (("forum_speeches", 14), ("forum_desk", 14), ("forum_clock", 14), ("forum_record", 14)):
            found, _ = measure(client, url(name, forum))
            assert len(found) <= most, (name, len(found), found)
        found, _ = measure(client, url("forum_desk_state", forum))
        assert len([sql for sql in found if "consultation_" in sql]) <= 3, found
        before = DeskPress.objects.count()
        given = json.dumps({"operations": [sent("start", key=f"s{rows(forum)[0].pk}", ago=n) for n in range(count)]})
        with_json = {"content_type": "application/json"}
        found = post(client, url("forum_desk_press", forum), given, **with_json)
        assert DeskPress.objects.count() == before + count
        assert len(found) <= 15, found


def post(client, address, data, **given):
    """The statements of a POST."""
    with CaptureQueriesContext(connection) as captured:
        assert client.post(address, data, **given).status_code == 200
    return [one["sql"] for one in captured.captured_queries if not re.match("(RELEASE )?SAVEPOINT", one["sql"])]


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_desks_press_next_at_once(self):
        world = build()
        forum = forum_speakers.sitting(world)
        first, second, *_ = rows(forum)
        by = world.users["econ_clerk"]
        done(forum, by, ("start", first, 0))

        def job():
            deliver(
                Forum.objects.get(pk=forum.pk), [Operation(uuid4(), "start", timezone.now(), f"s{second.pk}")], by=by
            )

        at_once(job, job)
        assert DeskPress.objects.filter(act="start", speech=second).count() == 2
        assert DeskPress.objects.filter(act="start", speech=second, taken=True).count() == 1
        assert Speech.objects.get(pk=second.pk).status == "speaking"
        assert Speech.objects.get(pk=first.pk).status == "done"

    def test_two_desks_let_the_same_guest_speak_at_once(self):
        world = build()
        forum = forum_speakers.sitting(world)
        kind, person = forum_speakers.kind(forum, "free"), forum.meeting.participants.get(person__name="专家甲")
        by, key = world.users["econ_clerk"], f"k{kind.pk}p{person.pk}"

        def job():
            deliver(Forum.objects.get(pk=forum.pk), [Operation(uuid4(), "start", timezone.now(), key)], by=by)

        assert at_once(job, job) == [None, None]
        assert Speech.objects.filter(kind=kind).count() == 1
