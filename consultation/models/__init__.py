"""Consultation's models, one file a matter."""

from consultation.models.adoption import CountyAdoption
from consultation.models.plan import AnnualPlan, AnnualPlanGroupObjectPermission, PlanTarget
from consultation.models.reference import ConsultationForm, MeasureDefault, SolicitationChannel, TopicCategory
from consultation.models.solicitation import Addressee, Solicitation
from consultation.models.suggestion import TopicSuggestion
from consultation.models.topic import Topic, TopicForm, TopicUnit

__all__ = [
    "Addressee",
    "AnnualPlan",
    "AnnualPlanGroupObjectPermission",
    "ConsultationForm",
    "CountyAdoption",
    "MeasureDefault",
    "PlanTarget",
    "Solicitation",
    "SolicitationChannel",
    "Topic",
    "TopicCategory",
    "TopicForm",
    "TopicSuggestion",
    "TopicUnit",
]
