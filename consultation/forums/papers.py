"""The papers that a forum needs: listed by its rules, due before its day, delivered, sent round. R047-R050."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from consultation.forums.locking import locked
from consultation.models import Forum, Paper, PaperRule
from consultation.models.forum import ForumState
from consultation.models.forum_rules import SpeechKind
from consultation.models.paper import OPEN, PaperState
from consultation.models.topic import Part, TopicUnit
from consultation.workflows.paper import OVER, PAPER, waiting
from cppcc.deadlines.keeping import keep_many
from cppcc.deadlines.models import Notice
from cppcc.deadlines.registry import Dated, Holder
from cppcc.deadlines.working_days import load_working_days
from cppcc.files.first_pages import first_text
from cppcc.files.models import Classification, StoredFile
from cppcc.files.secrecy import classification_in, refuse_secret
from cppcc.files.storing import read, store
from cppcc.meetings.models import Participant
from cppcc.office.models import Office, OneTimeLink
from cppcc.office.refusals import Refused
from cppcc.office.roles import Role
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act, rewrite_many_waiting
from cppcc.workflow.models import Movement
from cppcc.workflow.registry import url_of
from cppcc.workflow.stale import check_version

KIND = "forum_paper"
PURPOSE = "consultation.paper"  # of a link by which a paper is delivered
Owner = PaperRule.Owner
Owed = tuple[int | None, int | None]  # organisation, or participant
TAKEN_BEFORE = (ForumState.DRAFTING, ForumState.IN_APPROVAL, ForumState.AMENDING)
RANK = list(Classification.values)


# --- who owes what -------------------------------------------------------------------------------------------------


@transaction.atomic
def list_papers(forum: Forum, *, by: Any) -> list[Paper]:
    """List the papers that the rules ask for and that are not yet listed; doing it again adds what came since.

    Raises Refused before the scheme is approved and for a forum that does not take place.
    """
    held = locked(forum, "rules", "meeting", "lead", alone=True)
    if held.state in TAKEN_BEFORE:
        raise Refused("实施方案批准后，才按规则列出文稿。")
    if held.state in OVER:
        raise Refused(f"座谈会{held.get_state_display()}，不再需要文稿。")
    return add_papers(held, by=by)


def add_papers(forum: Forum, *, by: Any) -> list[Paper]:
    """The same for a locked forum: it asks nothing."""
    known = set(forum.papers.order_by().values_list("paper_rule", "owner", "participant"))
    asked = [(rule, *owed) for rule in forum.rules.paperrules.select_related("unit") for owed in owed_by(forum, rule)]
    days = load_working_days()
    new = [
        Paper(
            forum=forum, paper_rule=rule, label=rule.label, owner_id=unit, participant_id=person, order=rule.order,
            due_on=days.add(forum.held_on, -rule.days_before) if forum.held_on else None, required=rule.required,
            early=rule.early, to_all=rule.to_all,
        )
        for rule, unit, person in dict.fromkeys(asked) if (rule.pk, unit, person) not in known
    ]  # fmt: skip
    PAPER.start_many(new, by=by)
    keep_many(new, by=by, days=days, fresh=True)
    _tell_speakers([paper for paper in new if paper.participant_id])
    return new


def owed_by(forum: Forum, rule: PaperRule) -> Iterator[Owed]:
    """Who owes the paper of a rule."""
    if rule.owner == Owner.UNIT:
        yield rule.unit_id, None
    elif rule.owner == Owner.LEAD and forum.lead_id:
        yield forum.lead_id, None
    elif rule.owner == Owner.OFFICE:
        yield Office.required().organization_id, None
    elif rule.owner == Owner.DEPARTMENTS and forum.topic_id:
        named = TopicUnit.objects.filter(topic=forum.topic_id, part=Part.CONSULTED).order_by("order", "pk")
        for unit in named.values_list("organization", flat=True):
            yield unit, None
    elif rule.owner == Owner.SPEAKERS:
        booked = forum.speeches.filter(kind__who=SpeechKind.Who.BOOKED).order_by("order", "pk")
        for person, unit in booked.values_list("participant", "organization"):
            if person or unit:
                yield (None, person) if person else (unit, None)


def when_approved(act: Act) -> None:
    """The approved scheme says who owes what. R047."""
    add_papers(act.obj, by=act.by)


def _tell_speakers(papers: Sequence[Paper]) -> None:
    """A speaker with an account hears what he owes, and by when."""
    if not papers:
        return
    people = Participant.objects.filter(pk__in=[paper.participant_id for paper in papers])
    accounts = {row.pk: getattr(row.person, "user", None) for row in people.select_related("person__user")}
    Notice.objects.bulk_create(
        Notice(
            key=f"paper:{paper.pk}:{account.pk}", user=account, title=f"请提供{paper.label}：{paper.forum}"[:200],
            body=f"请于{paper.due_on:%Y年%-m月%-d日}前提供。" if paper.due_on else "请及时提供。", url=url_of(paper),
            created_at=timezone.now(),
        )
        for paper in papers if (account := accounts.get(paper.participant_id or 0)) and account.is_active
    )  # fmt: skip


# --- by when -------------------------------------------------------------------------------------------------------


def follow_day(forum: Forum, *, by: Any = None) -> None:
    """What the rules ask for and is still open is due so many working days before the new day of the forum.

    A day that somebody set by hand stays, unless the forum is on that day or before it.
    """
    asked = forum.papers.filter(state__in=OPEN, paper_rule__isnull=False).select_related("paper_rule", "forum")
    papers = [paper for paper in asked if not (paper.due_by_hand and paper.due_on and _before(paper.due_on, forum))]
    days, moved = load_working_days() if papers and forum.held_on else None, []
    for paper in papers:
        due = days.add(forum.held_on, -paper.paper_rule.days_before) if days and forum.held_on else None
        if due != paper.due_on:
            paper.due_on, paper.due_by_hand = due, False
            moved.append(paper)
    if moved:
        bulk_update_with_history(moved, Paper, ["due_on", "due_by_hand"], default_user=by)
        keep_many(moved, by=by)


def _before(day: date, forum: Forum) -> bool:
    return forum.held_on is None or day < forum.held_on


def follow_links(forum: Forum) -> None:
    """The links by which papers are delivered are good until the new beginning of the forum."""
    if forum.meeting is None:
        return
    kind = ContentType.objects.get_for_model(Paper)
    links = OneTimeLink.objects.filter(content_type=kind, object_id__in=forum.papers.values("pk"), purpose=PURPOSE)
    links.filter(used_at__isnull=True, revoked_at__isnull=True).update(expires_at=forum.meeting.starts)


def hand_over(forum: Forum, *, by: Any) -> None:
    """Another committee leads: it owes what the one before owed as such, and checks the papers of the others."""
    papers = list(forum.papers.filter(state__in=OPEN).select_related("paper_rule", "owner", "participant__person"))
    moved = []
    for paper in papers:
        paper.forum = forum
        if paper.paper_rule and paper.paper_rule.owner == Owner.LEAD and paper.owner_id != forum.lead_id:
            paper.owner = forum.lead
            moved.append(paper)
    bulk_update_with_history(moved, Paper, ["owner"], default_user=by)
    rewrite_many_waiting([(paper, waiting(paper)) for paper in papers])
    keep_many(papers, by=by)


def anchors(paper: Paper) -> dict[str, date | None]:
    """The day by which it is needed, as long as it is."""
    return {} if paper.state == PaperState.WAIVED else {"due_on": paper.due_on}


def holders(paper: Paper, responsible: str, step: str) -> list[Holder]:
    """The unit that owes it, the leading committee for a speaker's; the leading committee is told of late ones."""
    lead = (paper.forum.lead_id or 0, Role.COMMITTEE_CLERK.value)
    if responsible == "lead_committee" or paper.owner_id is None:
        return [lead] if paper.forum.lead_id else []
    return [(paper.owner_id, "")] if responsible == "owner" else []


def done(paper: Paper) -> dict[str, date]:
    """Delivered is done; what was sent back is owed again."""
    if paper.state not in (PaperState.DELIVERED, PaperState.APPROVED):
        return {}
    return {"deliver": timezone.localdate(paper.delivered_at or now())}  # type: ignore[attr-defined]  # annotated


def loaded(rows: QuerySet[Paper]) -> QuerySet[Paper]:
    """Papers with what their days follow from: when each was delivered last."""
    kind = ContentType.objects.get_for_model(Paper)
    last = Movement.objects.filter(content_type=kind, object_id=OuterRef("pk"), name__in=("deliver", "renew"))
    rows = rows.annotate(delivered_at=Subquery(last.order_by("-at").values("at")[:1]))
    return rows.select_related("forum", "owner", "participant__person")


PAPER_DATES = Dated(
    KIND, anchors, holders, done=done, label=lambda paper, label: paper.label, load=loaded,
)  # fmt: skip


# --- delivery ------------------------------------------------------------------------------------------------------


@transaction.atomic
def deliver(
    paper: Paper, upload: Any, *, classification: str, by: Any, version: int, opinion: str = "", source: str = ""
) -> Paper:
    """Keep a version of the paper and hand it to the leading committee.

    Raises Refused for a file that is no good, that marks itself higher than `classification`, or that would be lower
    than the version before (R048); and as `Workflow.move` does.
    """
    stored = store(upload, by=by, matter=paper, classification=classification)
    refuse_above(stored)
    if paper.file_id and RANK.index(classification) < RANK.index(paper.classification):
        raise Refused(
            f"上一稿的密级标识是“{paper.get_classification_display()}”，新稿不能低于它；确需降低的，"
            "请牵头委室先在“文稿要求”中调整。"
        )
    name = "renew" if paper.state == PaperState.APPROVED else "deliver"
    PAPER.move(paper, name, by=by, version=version, opinion=opinion, proxy_source=source, data={"file": stored})
    return paper


def refuse_above(stored: StoredFile) -> None:
    """Raise Refused for a file whose first page names a higher classification than it was given. R048."""
    marked = classification_in(first_text(stored.extension, read(stored)))
    if marked and RANK.index(marked) > RANK.index(stored.classification):
        label, given = Classification(marked).label, Classification(stored.classification).label
        raise Refused(f"文件“{stored.name}”首页标明“{label}”，高于所选的“{given}”，请把密级标识改为“{label}”后再提供。")


def versions_of(paper: Paper) -> list[StoredFile]:
    """All versions, the newest first."""
    return list(StoredFile.for_matter(paper).select_related("uploaded_by__person").order_by("-created_at", "-pk"))


# --- to whom -------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_paper(form: Any, *, by: Any) -> Paper:
    """Save what is asked of a paper, and who reads it; a new one is owed from now on. R048.

    Raises Refused for a forum that takes none and for one that is listed, Stale when it was changed meanwhile.
    """
    paper: Paper = form.instance
    forum = locked(paper.forum, "rules", "meeting", "lead", alone=True)
    if forum.state in OVER:
        raise Refused(f"座谈会{forum.get_state_display()}，文稿不能再变动。")
    refuse_secret(paper.label, where="文稿名称")
    if paper.pk:
        before = Paper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
        check_version(before, form)
        paper.due_by_hand = paper.due_by_hand or paper.due_on != before.due_on
        paper.version += 1
        paper.save()
    else:
        paper.forum = forum
        _refuse_second(paper)
        PAPER.start(paper, by=by)
        _tell_speakers([paper] if paper.participant_id else [])
    paper.readers.set(form.cleaned_data["readers"])
    keep_many([paper], by=by)
    return paper


def _refuse_second(paper: Paper) -> None:
    same = Paper.objects.filter(forum=paper.forum, label=paper.label, owner=paper.owner, participant=paper.participant)
    if same.exclude(state=PaperState.WAIVED).exists():
        raise Refused(f"《{paper.label}》（{paper.whose}）已经列出，不必重复添加；要求有变的请在“文稿要求”中修改。")


def retire_papers(act: Act) -> None:
    """Nobody owes a paper any more: its forum does not take place by itself."""
    papers = list(act.obj.papers.filter(state__in=OPEN).select_related("owner", "participant__person"))
    for paper in papers:
        paper.forum = act.obj
    if papers:
        PAPER.move_many(papers, "waive", by=act.by, opinion=f"座谈会{act.obj.get_state_display()}")
        keep_many(papers, by=act.by)
