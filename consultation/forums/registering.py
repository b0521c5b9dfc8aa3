"""What the forums hand down to the floors below: workflows, dates, documents, hooks of meetings, profile sections."""

from django.urls import reverse

from consultation import material, models
from consultation.calendar import KINDS, window_entries
from consultation.forums import (
    agenda_papers,
    confirming,
    holding,
    invitation,
    minutes,
    notice,
    outcome,
    papers,
    scheme,
    sent_early,
    suggestions,
)
from consultation.forums.dates import FORUM_DATES
from consultation.workflows.forum import FORUM
from consultation.workflows.forum_suggestion import TRACKING
from consultation.workflows.paper import PAPER
from cppcc.deadlines.calendar import register as register_calendar
from cppcc.deadlines.registry import register as register_dates
from cppcc.documents.registry import ANY, on_issue, register_draft, register_material
from cppcc.meetings import letters
from cppcc.meetings.registry import (
    register_objection,
    register_on_closed,
    register_on_invited,
    register_on_moved,
    register_on_reopened,
    register_wording,
)
from cppcc.office.profiles import Section
from cppcc.office.profiles import register as register_sections
from cppcc.workflow.registry import register

PARTS = ("ForumStep", "ForumSeat", "SpeechKind", "PaperRule", "SchemePart", "OutcomeForm", "ReviewItem")


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    _matters()
    _documents()
    _hooks()
    _sections()


def _matters() -> None:
    register(models.Forum, FORUM, url=lambda o: reverse("consultation:forum_detail", args=[o.pk]))
    register(models.Paper, PAPER, url=lambda o: reverse("consultation:paper_detail", args=[o.pk]))
    register(models.Suggestion, TRACKING, url=lambda o: reverse("consultation:forum_suggestion_detail", args=[o.pk]))
    register_dates(models.Forum, FORUM_DATES)
    register_dates(models.Paper, papers.PAPER_DATES)
    register_dates(models.Suggestion, suggestions.SUGGESTION_DATES)
    register_calendar(window_entries, KINDS)


def _documents() -> None:
    register_draft(models.Forum, scheme.KIND, scheme.scheme_draft)
    on_issue(models.Forum, scheme.KIND, scheme.SCHEME)
    register_draft(models.Forum, notice.KIND, notice.notice_draft)
    register_draft(models.Forum, letters.KIND, invitation.invitation_draft)
    register_wording(models.Forum, invitation.WORDING)
    on_issue(models.Forum, letters.KIND, letters.INVITATION)
    register_draft(models.Forum, agenda_papers.AGENDA_KIND, agenda_papers.agenda_draft)
    register_draft(models.Forum, minutes.MINUTES_KIND, minutes.minutes_draft)
    on_issue(models.Forum, ANY, outcome.OUTCOME)
    register_draft(models.Paper, sent_early.KIND, sent_early.letter_draft)
    on_issue(models.Paper, sent_early.KIND, sent_early.LETTER)
    register_material(models.Forum, material.of_forum)


def _hooks() -> None:
    """What a meeting asks and tells the forum that holds it."""
    register_objection(confirming.objection)
    register_objection(holding.objection)
    register_on_invited(confirming.carry_over)
    register_on_closed(holding.ended)
    register_on_reopened(holding.reopened)
    register_on_moved(holding.moved)


def _sections() -> None:
    names = {part: f"{part.lower()}s" for part in PARTS}
    children = {
        name: Section(name, f"consultation.{part}", 0, key=("rules", "key"), parent_field="rules")
        for part, name in names.items()
    }
    register_sections(Section("forum_rules", "consultation.ForumRules", 83, children=children))
