"""A person's calendar as a feed (RFC 5545) behind a secret address that can be renewed and revoked.

What it holds is asked anew at each reading: whoever has no post any more reads an empty calendar.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from icalendar import Calendar, Event
from icalendar.enums import STATUS, TRANSP

from cppcc.deadlines.calendar import Entry, gather
from cppcc.deadlines.models import CalendarFeed
from cppcc.office.models import User

BACK, AHEAD = timedelta(days=92), timedelta(days=400)
NOTED_EVERY = timedelta(hours=1)  # the last reading is noted no oftener
PRODUCT = "-//CPPCC office//calendar//ZH-CN"


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def live_feed(user) -> CalendarFeed | None:
    """The feed of `user` that is in use."""
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()


@transaction.atomic
def issue_feed(user) -> str:
    """A new address; the one before is dead from now on. Returns its token, which is shown once."""
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once end with one address
    revoke_feed(user)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=user, token_hash=digest(token))
    return token


def revoke_feed(user) -> bool:
    """Make the address useless from now on; whether there was one."""
    return bool(CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=timezone.now()))


def find_feed(token: str) -> CalendarFeed | None:
    """The live feed of a token of an account that is in use; None for a wrong or revoked one."""
    feeds = CalendarFeed.objects.filter(token_hash=digest(token), revoked_at__isnull=True, user__is_active=True)
    return feeds.select_related("user__person").first()


def note_reading(feed: CalendarFeed) -> None:
    """When the feed was last read, for its owner to see; at most once an hour."""
    now = timezone.now()
    if feed.used_at is None or now - feed.used_at >= NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(used_at=now)


def feed_of(feed: CalendarFeed, *, name: str, host: str, absolute: Callable[[str], str]) -> bytes:
    """The feed's calendar as text: what its owner may see, from three months ago to thirteen months ahead.

    name: of the calendar; host: of this site, for the UIDs; absolute: makes an address on this site a whole one.
    The same entries give the same bytes.
    """
    today = timezone.localdate()
    entries = gather(feed.user, today - BACK, today + AHEAD).entries
    return calendar_text(entries, name=name, host=host, absolute=absolute, stamp=feed.created_at)


def calendar_text(
    entries: Iterable[Entry], *, name: str, host: str, absolute: Callable[[str], str], stamp: datetime
) -> bytes:
    """Entries in RFC 5545; `stamp`: when an entry changed that does not say it itself."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", timezone.get_default_timezone_name())
    calendar.add("refresh-interval", timedelta(hours=4), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", timedelta(hours=4))
    for entry in entries:
        calendar.add_component(_event(entry, host, absolute, stamp))
    return calendar.to_ical()


def _event(entry: Entry, host: str, absolute: Callable[[str], str], stamp: datetime) -> Event:
    start, end = _times(entry)
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", (entry.revised_at or stamp).astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _summary(entry))
    event.add("categories", [entry.kind_label])
    event.add("sequence", entry.revision)
    event.add("status", STATUS.TENTATIVE if entry.provisional else STATUS.CONFIRMED)
    event.add("transp", TRANSP.OPAQUE if entry.is_gathering and entry.at else TRANSP.TRANSPARENT)
    if entry.url:
        event.add("url", absolute(entry.url))
        event.add("description", f"详见：{absolute(entry.url)}")
    if entry.place and not entry.internal:
        event.add("location", entry.place)
    return event


def _summary(entry: Entry) -> str:
    marks = [
        word for word, given in (("已完成", entry.done), ("暂定", entry.provisional), ("逾期", entry.late)) if given
    ]
    return f"〔{'·'.join([entry.kind_label, *marks])}〕{entry.told_outside}"


def _times(entry: Entry) -> tuple[date, date]:
    """Begin and end: of whole days the day after the last, of hours in UTC."""
    if entry.at is None:
        return entry.start, entry.end + timedelta(days=1)
    begin = _in_utc(entry.start, entry.at)
    end = _in_utc(entry.end, entry.until) if entry.until else begin
    return begin, max(end, begin)


def _in_utc(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour)).astimezone(UTC)
