"""The measurement itself, in a process whose environment `signin.py` has set."""

import http.client
import json
import os
import random
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import django
from django.conf import settings

django.setup()  # before anything with models is imported

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Count, Q  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from cppcc.meetings.models import Meeting, MeetingKind, Participant, ParticipantClass, SignIn  # noqa: E402
from cppcc.office.models import Office, Organization, Person, Post, Tenure, User  # noqa: E402
from cppcc.office.pinyin import pinyin_key  # noqa: E402
from cppcc.office.roles import Role  # noqa: E402
from tests.faults.processes import House, Process, until  # noqa: E402
from tests.smtp_sink import free_port  # noqa: E402

DESKS, TICKED, LOOK = 2, 20, 4.0
CLIENT_ID = re.compile(r'name="client_id" value="([0-9a-f-]{36})"')
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
MARK = re.compile(r'data-mark="(\w*)"\s+data-print="([^"]*)"')


@dataclass
class Phone:
    """A phone in the hall: with the session of an account, or with a name and four digits."""

    name: str
    digits: str
    session: str
    cookie: str = ""
    took: list[float] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def ask(self, port: int, address: str, data: dict[str, Any] | None = None, **headers: str) -> str:
        """The page; notes how long it took, and what is no answer."""
        cookies = f"cppcc_session={self.session};" * bool(self.session) + self.cookie
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        begun = time.perf_counter()
        try:
            head = {"Cookie": cookies, "Host": "127.0.0.1", **headers}
            body = urlencode(data) if data else None
            if body:
                head["Content-Type"] = "application/x-www-form-urlencoded"
            line.request("POST" if data else "GET", address, body, head)
            answer = line.getresponse()
            text = answer.read().decode()
        except OSError as error:
            self.failed.append(repr(error))
            return ""
        finally:
            line.close()
        self.took.append(time.perf_counter() - begun)
        self.answers.append(answer.status)
        if given := re.search(r"cppcc_csrf=\w+", answer.getheader("Set-Cookie", "")):
            self.cookie = given[0]
        return text


def seed(phones: int) -> User:
    """An office with a clerk; so many persons, every second with an account."""
    office = Organization.objects.create(key="office", name="办公室", kind=Organization.Kind.COMMITTEE)
    Office.objects.create(name="试验市政协", full_name="政协试验市委员会", organization=office)
    ParticipantClass.objects.create(key="member", label="委员")
    MeetingKind.objects.create(key="plenary", label="全体会议")
    persons = Person.objects.bulk_create(
        Person(name=f"委员{n:04}", pinyin=pinyin_key(f"委员{n:04}"), phone=f"139{n:08}") for n in range(phones)
    )
    User.objects.bulk_create(User(username=f"u{person.pk}", person=person) for person in persons[::2])
    member = Post.objects.create(organization=office, role=Role.MEMBER, title="委员")
    Tenure.objects.bulk_create(Tenure(post=member, person=person) for person in persons)
    clerk = User.objects.create(username="clerk", person=Person.objects.create(name="经办"))
    desk = Post.objects.create(organization=office, role=Role.OFFICE_CLERK, title="经办")
    Tenure.objects.create(post=desk, person=clerk.person)
    return clerk


def session_of(user: User) -> str:
    """The session of somebody who logged in."""
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store.create()
    return str(store.session_key)


def gathering(clerk: User) -> Meeting:
    """A meeting that begins in ten minutes, all persons but the clerk on its list."""
    starts = timezone.now() + timedelta(minutes=10)
    made = Meeting.objects.create(
        kind=MeetingKind.objects.get(), title="全体会议", starts=starts, ends=starts + timedelta(hours=3),
        host=Office.required().organization, state="invited", created_by=clerk,
    )  # fmt: skip
    kind = ParticipantClass.objects.get()
    Participant.objects.bulk_create(
        Participant(meeting=made, person=person, participant_class=kind, order=n, invited_at=timezone.now())
        for n, person in enumerate(Person.objects.exclude(user=clerk).order_by("pk"))
    )
    return made


def sign_in(phone: Phone, place: int, port: int, address: str) -> None:
    """Load the page, press; some press twice at once or ask once more."""
    page = phone.ask(port, address)
    if "已经签到" in page:  # the clerk was quicker
        return
    client_id, token = CLIENT_ID.search(page), CSRF.search(page)
    if not client_id or not token:
        phone.failed.append(page[:200])
        return
    data = {"csrfmiddlewaretoken": token[1], "client_id": client_id[1]}
    data |= {} if phone.session else {"name": phone.name, "digits": phone.digits}
    if place % 3 == 0:
        thumb = threading.Thread(target=phone.ask, args=(port, address, data))
        thumb.start()
        phone.ask(port, address, data)
        thumb.join()
    else:
        phone.ask(port, address, data)
    if place % 7 == 0:
        phone.ask(port, address, data)


def desk(clerk: Phone, port: int, made: Meeting, ticked: list[int], over: threading.Event) -> None:
    """A clerk's page: looks for changes, and ticks people who may sign in by themselves at the same moment."""
    base = reverse("meetings:meeting_signing", args=[made.pk])
    page = clerk.ask(port, base)
    token = CSRF.search(page)
    while not over.wait(LOOK):
        mark = MARK.search(page) or MARK.search("")
        asked = f"?{urlencode({'mark': mark[1], 'print': mark[2]})}" if mark else ""
        page = clerk.ask(port, f"{base}rows/{asked}", **{"HX-Request": "true", "X-Poll": "1"}) or page
        if ticked and token:
            data = {"csrfmiddlewaretoken": token[1], "press": f"arrive:{ticked.pop()}", "client_id": str(uuid4())}
            clerk.ask(port, f"{base}press/", data, **{"HX-Request": "true"})


def one_round(label: str, phones: list[Phone], clerk: User, port: int, seconds: float) -> dict[str, Any]:
    """All phones sign in to a new meeting within so many seconds; the figures."""
    made = gathering(clerk)
    address = reverse("meetings:sign_in", args=[made.sign_in_code])
    over = threading.Event()
    pks = list(made.participants.order_by("pk").values_list("pk", flat=True)[:TICKED])
    desks = [Phone("", "", session_of(clerk)) for _ in range(DESKS)]
    screen = Phone("", "", "")
    helpers = [
        threading.Thread(target=desk, args=(one, port, made, pks[n::DESKS], over)) for n, one in enumerate(desks)
    ]  # fmt: skip
    helpers.append(threading.Thread(target=look, args=(screen, port, f"{address}count/", over)))
    begun = time.perf_counter()
    chance = random.Random(2026)
    crowd = [
        threading.Thread(target=later, args=(chance.uniform(0, seconds), sign_in, phone, place, port, address))
        for place, phone in enumerate(phones)
    ]
    for thread in [*helpers, *crowd]:
        thread.start()
    for thread in crowd:
        thread.join()
    lasted = time.perf_counter() - begun
    over.set()
    for thread in helpers:
        thread.join()
    return figures(label, made, phones, [*desks, screen], lasted)


def look(phone: Phone, port: int, address: str, over: threading.Event) -> None:
    """The screen of the hall."""
    while not over.wait(LOOK):
        phone.ask(port, address)


def later(seconds: float, act: Callable[..., None], *given: Any) -> None:
    """Do something after so many seconds."""
    time.sleep(seconds)
    act(*given)


def figures(label: str, made: Meeting, phones: list[Phone], others: list[Phone], lasted: float) -> dict[str, Any]:
    """What came of a round."""
    took = sorted(seconds for phone in phones for seconds in phone.took)
    counted = SignIn.objects.filter(participant__meeting=made, counted=True)
    twice = counted.values("participant").annotate(presses=Count("pk")).filter(presses__gt=1).count()
    wrong = [answer for phone in [*phones, *others] for answer in phone.answers if answer not in (200, 204)]
    longest = max(seconds for one in others for seconds in [0.0, *one.took])
    rows = made.participants.all()
    found = {
        "round": label, "phones": len(phones), "seconds": round(lasted, 1), "signed in": rows.came().count(),
        "lost": rows.filter(~Q(attendance="present")).count(), "twice": twice,
        "presses kept": SignIn.objects.filter(participant__meeting=made).count(),
        "requests of phones": len(took), "requests a second": round(len(took) / lasted, 1),
        "answer, median ms": round(1000 * took[len(took) // 2]),
        "answer, 95 % ms": round(1000 * took[len(took) * 95 // 100]), "answer, longest ms": round(1000 * took[-1]),
        "desk, longest ms": round(1000 * longest), "answers other than 200": len(wrong),
        "not answered": sum(len(phone.failed) for phone in [*phones, *others]),
    }  # fmt: skip
    for phone in [*phones, *others]:
        phone.took, phone.answers, phone.failed, phone.cookie = [], [], [], ""
    return found


def main() -> None:
    """Set up, measure, print as JSON."""
    folder, count, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    house, port = House(folder, safe_disk=True), free_port()
    command = [sys.executable, "-m", "gunicorn", "cppcc.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
               "--threads", "4", "--preload", "--graceful-timeout", "10", "--no-control-socket"]  # fmt: skip
    web = Process("web", command, folder, env={"PYTHONPATH": os.getcwd()})
    try:
        house.start_postgres()
        house.make_database()
        call_command("migrate", interactive=False, verbosity=0)
        clerk = seed(count)
        web.start()
        until("the web server", lambda: 302 in answered(port))
        accounts = {user.person_id: session_of(user) for user in User.objects.exclude(pk=clerk.pk)}
        persons = Person.objects.exclude(pk=clerk.person_id).order_by("pk")
        phones = [Phone(one.name, one.phone[-4:], accounts.get(one.pk, "")) for one in persons]
        rounds = [
            one_round(f"within {seconds:.0f} s", phones, clerk, port, seconds),
            one_round("all at once", phones, clerk, port, 0),
        ]
        sys.stdout.write(json.dumps(rounds))
    finally:
        web.end(signal.SIGTERM)
        house.close()


def answered(port: int) -> list[int]:
    """What the start page answers; nothing while nobody does."""
    probe = Phone("", "", "")
    probe.ask(port, "/")
    return probe.answers


if __name__ == "__main__":
    main()
