"""The agenda: kinds in the order of the rules, warnings in words, minutes against the meeting's length. R040-R046."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultation.forums import speaking
from consultation.forums.agenda import Kind, Row, Span, grouped, moved, renumbered, sequence, total, warnings
from consultation.models import Forum, Paper, Speech, TopicUnit
from cppcc.office.refusals import Refused
from tests.consultation import forum_speakers, forum_world
from tests.consultation.forum_speakers import done, listed, somebody, speech

UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
BOOKED = Kind(3, "预约发言", "booked", 3, minutes=8, least=2, most=4, mostly=1, mostly_label="委员", mandatory=True)
KINDS = st.lists(
    st.builds(Kind, pk=st.integers(1, 6), label=st.just("甲"), who=st.just("booked"), order=st.integers(1, 9),
              minutes=st.none() | st.integers(1, 20)),
    max_size=6, unique_by=lambda kind: kind.pk,
)  # fmt: skip
ROWS = st.lists(
    st.builds(Row, pk=st.integers(1, 30), kind=st.integers(1, 6), who=st.just("某"), order=st.integers(0, 9),
              minutes=st.none() | st.integers(1, 60), speaker=st.none() | st.integers(1, 3)),
    max_size=10, unique_by=lambda row: row.pk,
)  # fmt: skip


@UNHURRIED
@given(KINDS, ROWS)
def test_an_earlier_kind_always_comes_first(kinds, rows):
    places = {kind.pk: (kind.order, kind.pk) for kind in kinds}
    by_pk = {row.pk: row for row in rows}
    order = sequence(grouped(kinds, rows))
    assert sorted(order) == sorted(row.pk for row in rows if row.kind in places)
    held = [places[by_pk[pk].kind] for pk in order]
    assert held == sorted(held)


@UNHURRIED
@given(KINDS, ROWS)
def test_minutes_are_those_of_the_speech_else_of_its_kind(kinds, rows):
    limits = {kind.pk: kind.minutes or 0 for kind in kinds}
    assert total(grouped(kinds, rows)) == sum(row.minutes or limits[row.kind] for row in rows if row.kind in limits)


@given(st.lists(st.integers(1, 50), unique=True), st.integers(1, 50), st.integers(-3, 3))
def test_moving_one_leaves_the_others_in_order(order, pk, step):
    found = moved(order, pk, step)
    assert sorted(found) == sorted(order)
    assert [one for one in found if one != pk] == [one for one in order if one != pk]
    if pk in order:
        assert found.index(pk) == max(0, min(len(order) - 1, order.index(pk) + step))


@given(st.lists(st.integers(1, 50), unique=True, min_size=1), st.data())
def test_a_number_typed_is_the_place(order, data):
    pk = data.draw(st.sampled_from(order))
    place = data.draw(st.integers(1, len(order)))
    assert renumbered(order, {pk: place}) == moved(order, pk, place - 1 - order.index(pk))


@given(st.lists(st.integers(1, 50), unique=True), st.dictionaries(st.integers(1, 50), st.integers(1, 99)))
def test_whatever_is_typed_nobody_is_lost(order, asked):
    assert sorted(renumbered(order, asked)) == sorted(order)


@given(st.integers(0, 2000), st.integers(0, 600))
def test_the_bar_is_never_longer_than_itself(minutes, length):
    span = Span(minutes, length)
    assert 0 <= span.percent <= 100
    assert span.over == max(0, minutes - length)
    assert ("超出" in span.words) == (minutes > length)


def people(*classes, minutes=None):
    return [Row(n, 3, f"甲{n}", n, minutes, speaker) for n, speaker in enumerate(classes, start=1)]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (people(), "议程必有"),
        (people(1), "不少于 2 人"),
        (people(1, 1, 1, 1, 1), "不多于 4 人"),
        (people(*[1] * 40), "安排了 40 人"),
        (people(1, 2), "以委员为主"),
        (people(1, 1, minutes=12), "超过每人 8 分钟"),
        ([Row(1, 3, "甲", absent=True, speaker=1), *people(1)], "不能参加"),
    ],
)
def test_what_is_unusual_is_told(rows, told):
    assert told in "".join(warnings(BOOKED, rows))


def test_what_is_usual_is_not_told():
    assert warnings(BOOKED, people(1, 1, 2)) == []


@pytest.mark.django_db
class TestStored:
    @pytest.fixture
    def forum(self, world):
        return forum_world.forum(world)

    @pytest.fixture
    def by(self, world):
        return world.users["econ_clerk"]

    def test_the_agenda_follows_from_rules_topic_and_papers(self, world, forum, by):
        TopicUnit.objects.create(topic=forum.topic, organization=world.orgs["dept1"], part="consulted")
        department = listed(forum, world.users["dept1"].person, "department", organization=world.orgs["dept1"])
        booked = listed(forum, somebody("委员甲"), "member")
        listed(forum, somebody("委员乙"), "member")
        leaders = [listed(forum, somebody(f"领导{n}"), "leader") for n in range(5)]
        Paper.objects.create(forum=forum, participant=booked, label="发言稿")
        assert speaking.propose(forum, by=by) == 1 + 1 + 1 + 1 + 3
        held = [(row.kind.key, row.participant) for row in speaking.speeches_of(forum)]
        assert held == [
            ("briefing", department), ("centre", None), ("booked", booked), ("answer", department),
            *(("leaders", leader) for leader in leaders[:3]),
        ]  # fmt: skip
        assert speaking.propose(forum, by=by) == 0

    def test_a_speaker_stands_once_in_a_kind(self, forum, by, login):
        person = listed(forum, somebody("委员甲"), "member")
        speech(forum, "booked", by, participant=person)
        data = {"kind": forum_speakers.kind(forum, "booked").pk, "participant": person.pk}
        answer = login("econ_clerk").post(reverse("consultation:forum_speech_create", args=[forum.pk]), data)
        assert answer.status_code == 422
        assert "同一个人不能安排两次" in answer.content.decode()
        assert Speech.objects.count() == 1

    def test_nobody_named_is_told(self, forum, login):
        data = {"kind": forum_speakers.kind(forum, "booked").pk}
        answer = login("econ_clerk").post(reverse("consultation:forum_speech_create", args=[forum.pk]), data)
        assert "请选择或填写发言人" in answer.content.decode()

    def test_the_order_within_a_kind_is_changed_by_buttons_and_numbers(self, forum, by, login):
        rows = [
            speech(forum, "booked", by, participant=listed(forum, somebody(f"委员{n}"), "member")) for n in range(3)
        ]
        first = speech(forum, "briefing", by, speaker="某局")
        url = reverse("consultation:forum_speeches_order", args=[forum.pk])
        client = login("econ_clerk")
        client.post(url, {"move": f"{rows[2].pk}:-1"})
        assert order(forum) == [first.pk, rows[0].pk, rows[2].pk, rows[1].pk]
        client.post(url, {f"place-{rows[1].pk}": "1"})
        assert order(forum) == [first.pk, rows[1].pk, rows[0].pk, rows[2].pk]
        client.post(url, {"move": f"{first.pk}:1"})
        assert order(forum)[0] == first.pk

    def test_forty_booked_speakers_are_told_not_refused(self, forum, by, login):
        for n in range(40):
            speech(forum, "booked", by, speaker=f"委员{n}")
        page = login("econ_clerk").get(reverse("consultation:forum_speeches", args=[forum.pk])).content.decode()
        assert "安排了 40 人" in page
        assert "超出 170 分钟" in page

    def test_a_speech_that_was_held_stays(self, world, by):
        forum = forum_speakers.sitting(world)
        row = forum.speeches.first()
        done(forum, by, ("start", row, 0), ("stop", row, 60))
        with pytest.raises(Refused, match="不能删除"):
            speaking.remove(row)

    def test_after_the_session_the_agenda_stands(self, world, login):
        forum = forum_speakers.sitting(world, state="held")
        login("econ_clerk").post(reverse("consultation:forum_speeches_propose", args=[forum.pk]))
        assert Forum.objects.get(pk=forum.pk).speeches.filter(kind__key="free").count() == 0
        with pytest.raises(Refused, match="议程不能再修改"):
            speaking.propose(forum, by=None)


def order(forum):
    return [row.pk for row in speaking.speeches_of(forum)]
