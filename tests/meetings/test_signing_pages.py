"""The pages of the hall: the desk's list with and without script, walk-ins, the code, the phone, one's own button."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pypdfium2 as pdfium
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cppcc.files.pdfium import PDFIUM
from cppcc.meetings.models import Meeting, Participant, SignIn, WrongSignIn
from cppcc.office.models import Person
from tests.consultation.test_query_counts import measure
from tests.meetings.gatherings import classes, crowd, put_meeting
from tests.meetings.halls import hall, pressed, row_of

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
DESK, LOOK, PRESS, PHONE = 12, 14, 30, 14  # statements that a page may cost, whatever the number of people


def at(name, made, *rest):
    return reverse(f"meetings:{name}", args=[made.pk, *rest])


def code(made, name="sign_in"):
    return reverse(f"meetings:{name}", args=[Meeting.objects.get(pk=made.pk).sign_in_code])


def text(response):
    return response.content.decode()


@pytest.fixture
def clerk(login):
    return login("clerk")


# --- the desk ------------------------------------------------------------------------------------------------------


def test_the_list_stands_in_its_order_by_classes(world, clerk):
    made = hall(world, "member", "dept1", "chair")
    made.participants.filter(person=world.users["chair"].person).update(participant_class=classes()["leader"])
    made.participants.filter(person=world.users["dept1"].person).update(
        reply="deputy", deputy_name="李四", deputy_title="副局长", seat="1排2座"
    )
    page = text(clerk.get(at("meeting_signing", made)))
    order = [
        page.index(word) for word in ("试member", "李四", "代试dept1", "1排2座", "<h2>政协领导</h2>", "试chair签到")
    ]
    assert order == sorted(order)
    assert re.search(r'id="n-due">3<.*id="n-came">0<.*id="n-missing">3<', page, re.DOTALL)


@pytest.mark.parametrize(
    ("query", "names"),
    [("q=shimember", {"member"}), ("q=试dept", {"dept1"}), ("q=李四", {"dept1"}), ("q=发改", {"dept1"}),
     ("show=here", {"chair"}), ("show=leave", {"member"}), ("show=missing", {"dept1"}),
     ("show=bogus", {"member", "dept1", "chair"}), ("q=%00&show=", {"member", "dept1", "chair"})],
)  # fmt: skip
def test_the_list_is_searched_without_script(world, clerk, query, names):
    made = hall(world, "member", "dept1", "chair")
    made.participants.filter(person=world.users["dept1"].person).update(reply="deputy", deputy_name="李四")
    made.participants.filter(person=world.users["member"].person).update(leave="granted")
    pressed(world, made, "chair")
    response = clerk.get(f"{at('meeting_signing', made)}?{query}")
    assert {row.person_id for row in response.context["rows"]} == {world.users[name].person_id for name in names}


def test_one_press_without_script(world, clerk):
    made = hall(world)
    row, page = row_of(world, made, "member"), str(uuid4())
    for _ in range(2):
        response = clerk.post(at("signing_press", made), {"press": f"arrive:{row.pk}", "page": page})
        assert response.status_code == 302
        assert response.url == f"{at('meeting_signing', made)}?#p{row.pk}"
    assert SignIn.objects.count() == 1
    own = SignIn.objects.get().client_id
    clerk.post(at("signing_press", made), {"press": f"undo:{row.pk}:{own}", "page": page})
    assert row_of(world, made, "member").attendance == ""
    said = [str(message) for message in clerk.get(at("meeting_signing", made)).context["messages"]]
    assert any("试member：未签到" in sentence for sentence in said)


def test_a_press_with_script_brings_the_row_and_the_numbers(world, clerk):
    made = hall(world)
    row = row_of(world, made, "member")
    state = clerk.get(at("meeting_signing", made)).context
    data = {"press": f"arrive:{row.pk}", "client_id": uuid4(), "mark": state["mark"], "print": state["print"]}
    answer = clerk.post(at("signing_press", made), data | {"waited": "60"}, headers=HX)
    page = text(answer)
    assert answer.status_code == 200
    assert page.count('class="sign-row') == 1 and f'id="p{row.pk}"' in page and "signing-list" not in page
    assert 'id="n-came">1<' in page and "试member：出席" in page
    arrived = row_of(world, made, "member").arrived_at
    assert 50 < (timezone.now() - arrived).total_seconds() < 90


def test_a_refused_press_with_script_says_why(world, clerk):
    made = hall(world)
    row = row_of(world, made, "member")
    data = {"press": f"leave:{row.pk}", "client_id": uuid4()}
    answer = clerk.post(at("signing_press", made), data, headers=HX)
    assert (answer.status_code, "还没有签到，不能登记早退" in text(answer)) == (409, True)
    put_meeting(made, "closed")
    answer = clerk.post(at("signing_press", made), {"press": f"arrive:{row.pk}", "client_id": uuid4()}, headers=HX)
    assert (answer.status_code, "出席情况已锁定" in text(answer)) == (409, True)


@pytest.mark.parametrize(
    "data",
    [{}, {"press": ""}, {"press": "arrive:x"}, {"press": "arrive:1", "client_id": "nonsense"}, {"press": "arrive:1"},
     {"press": "ticked"}, {"press": "ticked", "participant": ["x"]}, {"press": "dance:ROW", "client_id": "ID"},
     {"press": "arrive:999999999999999999", "client_id": "ID"}, {"press": f"undo:ROW:{'-' * 36}", "client_id": "ID"},
     {"press": "arrive:ROW\x00", "client_id": "ID"}],
)  # fmt: skip
def test_useless_presses_are_told_and_change_nothing(world, clerk, data):
    made = hall(world)
    row = row_of(world, made, "member")
    filled = {
        key: value.replace("ROW", str(row.pk)).replace("ID", str(uuid4())) if isinstance(value, str) else value
        for key, value in data.items()
    }
    assert clerk.post(at("signing_press", made), filled).status_code == 302
    assert clerk.post(at("signing_press", made), filled, headers=HX).status_code == 409
    assert not SignIn.objects.exists()


def test_all_ticked_sign_in_at_once_and_once(world, clerk):
    made = hall(world)
    pressed(world, made, "chair")
    pks = list(made.participants.values_list("pk", flat=True))
    data = {"press": "ticked", "participant": pks, "client_id": str(uuid4())}
    answers = [clerk.post(at("signing_press", made), data, headers=HX) for _ in range(2)]
    assert "已签到 2 人，1 人原已签到" in text(answers[0])
    assert "已签到 0 人，3 人原已签到" in text(answers[1])
    assert SignIn.objects.filter(counted=True).count() == 3


def test_two_clerks_see_what_the_other_pressed(world, login, clerk):
    made, other = hall(world), login("sg")
    state = other.get(at("meeting_signing", made)).context
    asked = {"mark": state["mark"], "print": state["print"]}
    rows = at("signing_rows_since", made)
    assert other.get(rows, asked).status_code == 204
    row = row_of(world, made, "member")
    clerk.post(at("signing_press", made), {"press": f"arrive:{row.pk}", "client_id": uuid4()}, headers=HX)
    page = text(other.get(rows, asked))
    assert f'id="p{row.pk}"' in page and page.count('class="sign-row') == 1 and 'id="n-came">1<' in page
    Participant.objects.filter(pk=row.pk).update(seat="9排9座")
    Participant.objects.create(
        meeting=made, person=world.users["dept2"].person, participant_class=classes()["member"], order=9
    )
    page = text(other.get(rows, asked))
    assert page.count('class="sign-row') == 4 and 'id="signing-list"' in page


def test_looking_is_no_use_of_the_session(world, clerk):
    made = hall(world)
    clerk.get(at("meeting_signing", made))
    session = clerk.session
    session["seen_at"] -= 600
    session.save()
    clerk.get(at("signing_rows_since", made), headers={"X-Poll": "1"} | HX)
    assert clerk.session["seen_at"] == session["seen_at"]


@pytest.mark.parametrize("state", ["planned", "closed", "cancelled"])
def test_a_list_that_is_not_open_is_only_read(world, clerk, state):
    made = put_meeting(hall(world), state)
    page = text(clerk.get(at("meeting_signing", made)))
    assert "notice-warning" in page and 'name="press"' not in page


# --- walking in ----------------------------------------------------------------------------------------------------


def test_a_known_person_walks_in_by_one_button(world, clerk):
    made = hall(world, "member")
    page = clerk.get(at("signing_walk_in", made), {"q": "dept2"})
    [found] = page.context["found"]
    data = {"person": found.person.pk, "participant_class": classes()["department"].pk, "client_id": uuid4()}
    response = clerk.post(at("signing_walk_in", made), data)
    row = row_of(world, made, "dept2")
    assert response.url == f"{at('meeting_signing', made)}#p{row.pk}"
    assert (row.walk_in, row.attendance) == (True, "present")


def test_a_new_person_walks_in_after_a_look_at_his_namesakes(world, clerk):
    made = hall(world, "member")
    Person.objects.create(name="王五")
    data = {"name": "王五", "unit": "某公司", "phone": "13912345678", "participant_class": classes()["staff"].pk,
            "client_id": uuid4()}  # fmt: skip
    first = clerk.post(at("signing_walk_in", made), data)
    assert first.status_code == 422 and "同名" in text(first) and len(first.context["found"]) == 1
    assert clerk.post(at("signing_walk_in", made), data | {"another": "on"}).status_code == 302
    assert Person.objects.filter(name="王五").count() == 2


@pytest.mark.parametrize(
    "data",
    [{}, {"name": "王五"}, {"name": "王五", "client_id": "x"}, {"person": "x"}, {"name": "王\x00五"},
     {"name": "五" * 51}, {"name": "王五", "phone": "电话"}, {"person": "99999999", "name": ""}],
)  # fmt: skip
def test_a_useless_walk_in_saves_nothing(world, clerk, data):
    made = hall(world, "member")
    known = Person.objects.count()
    given = data if data in ({"name": "王五"}, {"name": "王五", "client_id": "x"}) else data | {"client_id": uuid4()}
    if "phone" in data or "person" in data:
        given = given | {"participant_class": classes()["staff"].pk}
    response = clerk.post(at("signing_walk_in", made), given)
    assert response.status_code == 422
    assert (Person.objects.count(), made.participants.count()) == (known, 1)


# --- the code ------------------------------------------------------------------------------------------------------


def test_the_screen_shows_the_code_and_counts(world, clerk):
    made = hall(world)
    page = text(clerk.get(at("meeting_code", made)))
    assert "data:image/svg+xml" in page and made.title in page and str(made.sign_in_code) in page
    pressed(world, made, "member")
    assert re.search(r"实到 <strong\s*>1<.*应到 <strong\s*>3<", text(Client().get(code(made, "sign_count"))), re.DOTALL)


def test_the_poster_is_one_page(world, clerk):
    made = hall(world, title="关于推动城乡区域协调发展的专题协商议政会议" * 5)
    response = clerk.get(at("code_poster", made))
    assert response["Content-Type"] == "application/pdf"
    with PDFIUM, pdfium.PdfDocument(response.content) as document:
        assert len(document) == 1
        assert "扫码签到" in document[0].get_textpage().get_text_range().replace(" ", "")


def test_a_new_code_kills_the_old_poster(world, clerk):
    made = hall(world)
    old = code(made)
    assert clerk.post(at("code_renew", made)).status_code == 302
    assert code(made) != old
    for response in (Client().get(old), Client().post(old, {"name": "试member", "digits": "1000"})):
        assert response.status_code == 410
    assert Client().get(code(made)).status_code == 200
    assert "已经更换" in text(Client().get(f"{old}count/"))


# --- the phone -----------------------------------------------------------------------------------------------------


def test_who_is_logged_in_presses_one_button(world, login):
    made, phone = hall(world, "member"), login("member")
    made.participants.update(seat="3排5座")
    page = phone.get(code(made))
    assert "试member，座位3排5座" in text(page)
    response = phone.post(code(made), {"client_id": page.context["client_id"]})
    assert (response.status_code, "签到成功" in text(response), "3排5座" in text(response)) == (200, True, True)
    row = row_of(world, made, "member")
    assert (row.attendance, row.attendance_how, row.sign_ins.get().by) == ("present", "code", world.users["member"])
    assert "已经签到" in text(phone.post(code(made), {"client_id": uuid4()}))
    assert "已经签到" in text(phone.get(code(made)))


def test_who_has_no_account_gives_name_and_digits(world):
    made, phone = hall(world, "member"), Client()
    form = phone.get(code(made)).context["form"]
    data = {"name": "试member", "digits": "1000", "client_id": str(form["client_id"].value())}
    wrong = phone.post(code(made), data | {"digits": "1001"})
    assert (wrong.status_code, "姓名或手机号后四位不符" in text(wrong)) == (422, True)
    assert "签到成功" in text(phone.post(code(made), data))
    assert "已经签到" in text(phone.post(code(made), data))
    assert made.participants.get().sign_ins.get().client_id == UUID(data["client_id"])


def test_the_phone_never_tells_who_is_on_the_list(world):
    made, phone = hall(world, "member"), Client()
    pages = [
        text(phone.post(code(made), {"name": name, "digits": "7777", "client_id": uuid4()}))
        for name in ("试member", "不在名单")
    ]
    bare = [re.sub(r'value="[^"]*"', "", page).replace("不在名单", "").replace("试member", "") for page in pages]
    assert bare[0] == bare[1]
    assert "试member" not in text(phone.get(code(made)))
    assert WrongSignIn.objects.count() == 2


def test_too_many_wrong_ones_are_enough(world):
    made, phone = hall(world, "member"), Client(REMOTE_ADDR="10.1.2.3")
    for n in range(5):
        phone.post(code(made), {"name": "试member", "digits": f"000{n}", "client_id": uuid4()})
    right = phone.post(code(made), {"name": "试member", "digits": "1000", "client_id": uuid4()})
    assert (right.status_code, "填错的次数太多" in text(right)) == (422, True)
    assert set(WrongSignIn.objects.values_list("address", flat=True)) == {"10.1.2.3"}


@pytest.mark.parametrize(
    "data",
    [{}, {"name": ""}, {"name": "x\x00", "digits": "1000"},
     {"name": "试member", "digits": "１２３４", "client_id": "ID"},
     {"name": "试member", "digits": "1000"},
     {"name": "试member", "digits": "1000", "client_id": "9" * 400}, {"client_id": "x"}],
)  # fmt: skip
def test_useless_forms_on_the_phone_are_told(world, login, data):
    made = hall(world, "member")
    given = data | ({"client_id": uuid4()} if data.get("client_id") == "ID" else {})
    for phone in (Client(), login("member")):
        assert phone.post(code(made), given).status_code == 422
    assert not SignIn.objects.exists() and not WrongSignIn.objects.exists()


def test_outside_the_window_the_phone_says_so(world, login):
    made = hall(world, "member", begun=-600)
    for phone in (Client(), login("member")):
        page = text(phone.get(code(made)))
        assert "现在还不能签到" in page and "<form" not in page
        assert phone.post(code(made), {"client_id": uuid4()}).status_code == 422


def test_an_account_that_is_not_invited_may_sign_in_by_name(world, login):
    made, phone = hall(world, "member"), login("party1")
    assert "不在这次会议的名单中" in text(phone.get(code(made)))
    assert phone.post(code(made), {"client_id": uuid4()}).status_code == 422
    answer = phone.post(code(made), {"name": "试member", "digits": "1000", "client_id": uuid4()})
    assert answer.status_code == 200


def test_ones_own_button_on_my_meetings(world, login):
    made, phone = hall(world, "member", begun=-600), login("member")
    assert at("meeting_sign", made) not in text(phone.get(reverse("meetings:meeting_mine")))
    put_meeting(made, "invited", starts=timezone.now() + timedelta(hours=1))
    [row] = phone.get(reverse("meetings:meeting_mine")).context["asked"]
    for _ in range(2):
        assert phone.post(at("meeting_sign", made), {"token": str(row.signs)}).status_code == 302
    row = row_of(world, made, "member")
    assert (row.attendance, row.attendance_how) == ("present", "login")
    page = text(phone.get(reverse("meetings:meeting_mine")))
    assert "已签到" in page and "您已经签到，不必重复" in page
    assert "已签到" in text(phone.get(reverse("meetings:meeting_detail", args=[made.pk])))


# --- the same for four and for four hundred ------------------------------------------------------------------------


def full(world, count):
    """A hall with so many on the list; every third is here, one has left."""
    made = hall(world, "member")
    kinds = list(classes().values())
    Participant.objects.bulk_create(
        Participant(
            meeting=made, person=person, participant_class=kinds[n % 4], organization=world.orgs["econ"], order=n
        )
        for n, person in enumerate(crowd(world, count), start=2)
    )
    rows = list(made.participants.exclude(person=world.users["member"].person))
    Participant.objects.filter(pk__in=[row.pk for row in rows[::3]]).update(
        attendance="present", arrived_at=timezone.now()
    )
    SignIn.objects.bulk_create(
        SignIn(participant=row, act="arrive", at=timezone.now(), how="list", by=world.users["clerk"], client_id=uuid4())
        for row in rows[::3]
    )
    return made


def test_the_hall_costs_the_same_for_four_and_for_four_hundred(world, login):
    counts: dict[str, list[int]] = {}
    for people in (4, 400):
        with transaction.atomic():
            made, desk = full(world, people), login("clerk")
            ticked = list(made.participants.values_list("pk", flat=True))
            one = {"press": f"arrive:{row_of(world, made, 'member').pk}", "client_id": uuid4(), "mark": "0"}
            steps = [
                ("desk", desk, at("meeting_signing", made), None, DESK),
                ("look", desk, at("signing_rows_since", made), None, LOOK),
                ("press", desk, at("signing_press", made), one, PRESS),
                ("ticked", desk, at("signing_press", made),
                 {"press": "ticked", "participant": ticked, "client_id": uuid4()}, PRESS),
                ("screen", desk, at("meeting_code", made), None, DESK),
                ("count", Client(), code(made, "sign_count"), None, PHONE),
                ("phone", login("member"), code(made), None, PHONE),
                ("sign", login("member"), code(made), {"client_id": uuid4()}, PHONE),
                ("name", Client(), code(made), {"name": "试member", "digits": "1000", "client_id": uuid4()}, PHONE),
            ]  # fmt: skip
            for name, client, address, data, most in steps:
                if data and client is desk:
                    client.defaults["HTTP_HX_REQUEST"] = "true"
                taken, _ = measure(client, address, data=data)
                assert len(taken) <= most, (name, len(taken), "\n".join(taken))
                counts.setdefault(name, []).append(len(taken))
            assert made.participants.came().count() == people + 1
            transaction.set_rollback(True)
    assert {name: found for name, found in counts.items() if found[0] != found[1]} == {}
