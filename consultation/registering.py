"""What this floor hands down to those below: workflows, dates, documents, profile sections, imports, menu entries."""

from django.urls import reverse

from consultation import dates, issue, material, models, topic_letter
from consultation.forums import registering as forums
from consultation.imports import TopicImporter
from consultation.menu import ENTRIES
from consultation.suggestion_imports import SuggestionImporter
from consultation.workflows.adoption import ADOPTION
from consultation.workflows.plan import PLAN
from consultation.workflows.solicitation import SOLICITATION
from consultation.workflows.suggestion import SUGGESTION
from consultation.workflows.topic import TOPIC
from cppcc.deadlines.registry import register as register_dates
from cppcc.documents.registry import on_issue, register_draft, register_material
from cppcc.jobs.registry import register as register_job
from cppcc.office.navigation import register as register_entries
from cppcc.office.profiles import Section
from cppcc.office.profiles import register as register_sections
from cppcc.sheets.batches import carry_out
from cppcc.sheets.imports import register as register_importer
from cppcc.workflow.registry import register


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    _matters()
    _documents()
    _sections()
    register_job("consultation.import", carry_out, label="导入", atomic=False)
    register_importer(TopicImporter)
    register_importer(SuggestionImporter)
    forums.hand_down()
    register_entries(*ENTRIES)


def _matters() -> None:
    register(models.AnnualPlan, PLAN, url=lambda o: reverse("consultation:plan_detail", args=[o.year]))
    register(models.Topic, TOPIC, url=lambda o: reverse("consultation:topic_detail", args=[o.pk]))
    register(models.Solicitation, SOLICITATION, url=lambda o: reverse("consultation:solicitation_detail", args=[o.pk]))
    register(models.TopicSuggestion, SUGGESTION, url=lambda o: reverse("consultation:suggestion_detail", args=[o.pk]))
    register(models.CountyAdoption, ADOPTION, url=lambda o: reverse("consultation:adoption_detail", args=[o.pk]))
    register_dates(models.Solicitation, dates.ROUND)
    register_dates(models.AnnualPlan, dates.PLAN)
    register_dates(models.CountyAdoption, dates.ADOPTION)


def _documents() -> None:
    register_draft(models.AnnualPlan, issue.KIND, issue.notice_draft)
    on_issue(models.AnnualPlan, issue.KIND, issue.NOTICE)
    register_draft(models.Solicitation, topic_letter.KIND, topic_letter.letter_draft)
    on_issue(models.Solicitation, topic_letter.KIND, topic_letter.LETTER)
    register_material(models.AnnualPlan, material.of_plan)
    register_material(models.Topic, material.of_topic)


def _sections() -> None:
    register_sections(
        Section("topic_categories", "consultation.TopicCategory", 80),
        Section("consultation_forms", "consultation.ConsultationForm", 80),
        Section("solicitation_channels", "consultation.SolicitationChannel", 80),
        Section("measures", "consultation.MeasureDefault", 80),
    )
