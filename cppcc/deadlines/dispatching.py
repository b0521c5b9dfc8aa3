"""Dispatches: drawn up, held, released by a person who saw them, or cancelled. Nothing formal leaves unseen."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from cppcc.deadlines.mail import is_configured
from cppcc.deadlines.models import DeliverySetting, Dispatch, Notice, Outbox
from cppcc.deadlines.models.delivery import Channel, DispatchStatus, OutboxStatus
from cppcc.deadlines.recipients import Reached, people_of, persons_reached
from cppcc.deadlines.ringing import ring
from cppcc.office.models import Organization, Person
from cppcc.office.refusals import Refused, Stale
from cppcc.workflow.once import once
from cppcc.workflow.registry import url_of
from cppcc.workflow.stale import check_version

SEND = "deadlines.send_dispatch"
S = DispatchStatus
NOBODY_THERE = "该单位没有登记在任人员"
UNREACHABLE = "没有账号，也没有电子邮箱"


# --- drawing up ----------------------------------------------------------------------------------------------------


def new_dispatch(form: Any, *, by: Any, matter: models.Model | None = None) -> Dispatch:
    """Keep a new draft with its recipients. A repeated token is the same draft."""
    dispatch = form.save(commit=False)
    dispatch.created_by, dispatch.token, dispatch.matter = by, form.cleaned_data["token"], matter

    def make() -> None:
        dispatch.save()
        write_recipients(dispatch, form.cleaned_data)

    return once(dispatch, make, by=by)


@transaction.atomic
def edit_dispatch(dispatch: Dispatch, form: Any) -> None:
    """Save a changed draft. Raises Refused when it is no draft any more, Stale when it was changed meanwhile."""
    locked = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk)
    if locked.status != S.DRAFT:
        raise Refused(f"这份通知{locked.get_status_display()}，不能修改；待放行的请先退回草稿。")
    check_version(locked, form)
    changed = form.save(commit=False)
    changed.version = locked.version + 1
    changed.save()
    write_recipients(changed, form.cleaned_data)


def write_recipients(dispatch: Dispatch, data: dict[str, Any]) -> None:
    """Let the draft rows of a dispatch be its units and persons, through the chosen channel."""
    dispatch.deliveries.filter(status=OutboxStatus.DRAFT).delete()
    units, persons = [unit.pk for unit in data["units"]], [person.pk for person in data["persons"]]
    Outbox.objects.bulk_create(_drafts(dispatch, units, persons, data["channel"]), batch_size=500)


def _drafts(dispatch: Dispatch, units: Iterable[int], persons: Iterable[int], channel: str) -> list[Outbox]:
    at = timezone.now()
    rows = [_row(dispatch, f"o{pk}:draft", channel, at, organization_id=pk) for pk in units]
    rows += [_row(dispatch, f"p{pk}:draft", channel, at, person_id=pk) for pk in persons]
    for row in rows:
        row.status, row.body = OutboxStatus.DRAFT, ""
    return rows


def _row(dispatch: Dispatch, key: str, channel: str, at: datetime, **given: Any) -> Outbox:
    return Outbox(
        key=f"dispatch:{dispatch.pk}:{key}", dispatch=dispatch, channel=channel, formal=dispatch.formal,
        subject=dispatch.title, body=dispatch.body, not_before=at, created_at=at, **given,
    )  # fmt: skip


# --- moving --------------------------------------------------------------------------------------------------------


@transaction.atomic
def hold(dispatch: Dispatch, *, by: Any, version: int) -> None:
    """Hand a draft over for release. Raises Refused without recipients."""
    locked = _locked(dispatch, version, S.DRAFT)
    if not locked.deliveries.filter(status=OutboxStatus.DRAFT).exists():
        raise Refused("还没有收件人，请先修改草稿，选择单位或填写姓名。")
    _moved(locked, S.HELD, by)


@transaction.atomic
def take_back(dispatch: Dispatch, *, by: Any, version: int) -> None:
    """Make a held one a draft again, to be changed."""
    _moved(_locked(dispatch, version, S.HELD), S.DRAFT, by)


@transaction.atomic
def cancel(dispatch: Dispatch, *, by: Any, version: int) -> None:
    """It will not be sent. What has left cannot be cancelled."""
    locked = _locked(dispatch, version, S.DRAFT, S.HELD)
    locked.deliveries.filter(status=OutboxStatus.DRAFT).update(status=OutboxStatus.CANCELLED)
    _moved(locked, S.CANCELLED, by)


@transaction.atomic
def release(dispatch: Dispatch, *, by: Any, version: int, seen: bool) -> int:
    """Send it: every recipient becomes notices and outbox rows. Returns how many rows; drafts are gone afterwards.

    Raises Refused for a formal one that was not held or not seen, and without recipients; Stale when it changed.
    """
    locked = _locked(dispatch, version, S.DRAFT, S.HELD)
    setting = DeliverySetting.current()
    if locked.formal and locked.status == S.DRAFT and setting.hold_formal:
        raise Refused("正式函件须先“提交放行”，由放行人核对正文和收件人后发出。")
    if locked.formal and not seen:
        raise Refused("请先核对标题、正文和全部收件人，并勾选“已核对”，再放行。")
    drafts = list(locked.deliveries.filter(status=OutboxStatus.DRAFT).order_by("pk"))
    if not drafts:
        raise Refused("还没有收件人，请先修改草稿，选择单位或填写姓名。")
    count = _send(locked, drafts, setting)
    locked.deliveries.filter(pk__in=[draft.pk for draft in drafts]).delete()
    locked.released_at, locked.released_by = timezone.now(), by
    _moved(locked, S.RELEASED, by)
    return count


def _send(dispatch: Dispatch, drafts: Sequence[Outbox], setting: DeliverySetting) -> int:
    """Notices and outbox rows of a dispatch to the recipients of `drafts`; how many rows."""
    rows, notices = expand(dispatch, drafts, at=timezone.now(), mail=setting.mail_enabled and is_configured())
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=500)
    Outbox.objects.bulk_create(rows, batch_size=500)
    transaction.on_commit(ring)
    return len(rows)


@transaction.atomic
def send_at_once(dispatch: Dispatch, *, units: Iterable[int], persons: Iterable[int], by: Any) -> int:
    """Keep a new dispatch and send it to these units and persons (by pk): who does the act has seen what it says.

    Nothing is drawn up first. Raises Refused for a formal one, and without recipients.
    """
    drafts = _drafts(dispatch, units, persons, Channel.EMAIL)
    if dispatch.formal or not drafts:
        raise Refused("正式函件须经放行后才发出。" if dispatch.formal else "没有收件人，不能发出通知。")
    dispatch.created_by = dispatch.released_by = by
    dispatch.status, dispatch.released_at = S.RELEASED, timezone.now()
    dispatch._history_user = by  # type: ignore[attr-defined]
    dispatch.save()
    return _send(dispatch, drafts, DeliverySetting.current())


MOVES = {"hold": hold, "take_back": take_back, "cancel": cancel}


def _locked(dispatch: Dispatch, version: int, *allowed: str) -> Dispatch:
    locked = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk)
    if locked.status not in allowed:
        raise Refused(_already(locked))
    if locked.version != version:
        raise Stale("您打开页面以后，这份通知已被他人修改，本次没有办理。请核对最新的正文和收件人，再办理一次。")
    return locked


def _already(dispatch: Dispatch) -> str:
    if dispatch.status == S.RELEASED and dispatch.released_at:
        at = timezone.localtime(dispatch.released_at)
        return f"这份通知已由{dispatch.released_by}于{at:%Y年%-m月%-d日 %H:%M}发出，不能再办理。"
    return f"这份通知目前是“{dispatch.get_status_display()}”，不能这样办理，请刷新页面查看。"


def _moved(dispatch: Dispatch, status: str, by: Any) -> None:
    dispatch.status, dispatch.version = status, dispatch.version + 1
    dispatch._history_user = by  # type: ignore[attr-defined]
    dispatch.save()


# --- what a release makes ------------------------------------------------------------------------------------------


def expand(
    dispatch: Dispatch, drafts: Sequence[Outbox], *, at: datetime, mail: bool = True
) -> tuple[list[Outbox], list[Notice]]:
    """The outbox rows and notices of a dispatch: a notice to each account, mail to each address, else the telephone.

    A printed or telephoned one is one row a recipient, for a clerk to tick; notices go out all the same. `mail`:
    whether mail can be sent at all.
    """
    units = [draft.organization_id for draft in drafts if draft.organization_id]
    people = people_of(units) + persons_reached(draft.person_id for draft in drafts if draft.person_id)
    first = _once(people)
    url = url_of(dispatch.matter) if dispatch.matter else ""
    notices = [
        Notice(
            key=f"dispatch:{dispatch.pk}:{one.account}", user_id=one.account, title=dispatch.title,
            body=dispatch.body, url=url, created_at=at,
        )
        for one in first if one.account
    ]  # fmt: skip
    electronic = drafts[0].channel == Channel.EMAIL
    rows = [row for one in first for row in _rows_of(dispatch, one, at, electronic=electronic, mail=mail)]
    rows += _rows_of_recipients(dispatch, drafts, people, at)
    return rows, notices


def _once(people: Iterable[Reached]) -> list[Reached]:
    """Each person once, however many of the units he holds a post in."""
    found: dict[int, Reached] = {}
    for one in people:
        found.setdefault(one.person, one)
    return list(found.values())


def _rows_of(dispatch: Dispatch, one: Reached, at: datetime, *, electronic: bool, mail: bool) -> Iterator[Outbox]:
    to = {"person_id": one.person, "organization_id": one.organization}
    if one.account:
        key = f"{one.person}:notice"
        yield _row(dispatch, key, Channel.NOTICE, at, status=OutboxStatus.SENT, sent_at=at, **to)
    if not electronic:
        return
    if one.email and mail:
        yield _row(dispatch, f"{one.person}:email", Channel.EMAIL, at, address=one.email, **to)
    elif not one.account:
        key, error = f"{one.person}:phone", UNREACHABLE
        yield _row(dispatch, key, Channel.PHONE, at, status=OutboxStatus.BY_HAND, address=one.phone, error=error, **to)


def _rows_of_recipients(
    dispatch: Dispatch, drafts: Sequence[Outbox], people: Sequence[Reached], at: datetime
) -> Iterator[Outbox]:
    """A row for each recipient that a clerk serves by hand, and for each unit where nobody holds a post."""
    staffed = {one.organization for one in people}
    for draft in drafts:
        to = {"person_id": draft.person_id, "organization_id": draft.organization_id}
        name = f"o{draft.organization_id}" if draft.organization_id else f"p{draft.person_id}"
        if draft.channel != Channel.EMAIL:
            yield _row(dispatch, f"{name}:{draft.channel}", draft.channel, at, status=OutboxStatus.BY_HAND, **to)
        elif draft.organization_id and draft.organization_id not in staffed:
            key = f"{name}:phone"
            yield _row(dispatch, key, Channel.PHONE, at, status=OutboxStatus.BY_HAND, error=NOBODY_THERE, **to)


# --- who it goes to ------------------------------------------------------------------------------------------------


def addressed(dispatch: Dispatch) -> tuple[list[Organization], list[Person], str]:
    """The units, the persons and the channel of a draft."""
    rows = list(dispatch.deliveries.filter(status=OutboxStatus.DRAFT).select_related("organization", "person"))
    units = [row.organization for row in rows if row.organization]
    persons = [row.person for row in rows if row.person]
    return units, persons, rows[0].channel if rows else Channel.EMAIL


def letters(dispatch: Dispatch, most: int = 1000) -> list[str]:
    """The names over the letters of a dispatch: each unit, and each person who was written to by name, once."""
    rows = dispatch.deliveries.exclude(status=OutboxStatus.CANCELLED).order_by("pk")
    found: dict[str, None] = {}
    for unit, person in rows.values_list("organization__name", "person__name")[: most * 3]:
        found[unit or person] = None
    return list(found)[:most]
