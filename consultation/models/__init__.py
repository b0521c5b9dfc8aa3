"""Consultation's models, one file a matter."""

from consultation.models.adoption import CountyAdoption
from consultation.models.booking import Booking
from consultation.models.forum import Forum, LeaderContact, ListOpinion, SchemeText, StepDone
from consultation.models.forum_rules import (
    ForumRules,
    ForumSeat,
    ForumStep,
    OutcomeForm,
    PaperRule,
    ReviewItem,
    SchemePart,
    SpeechKind,
)
from consultation.models.outcome import Outcome, ReviewScore, ReviewSheet, Suggestion, SuggestionNews, Tracking
from consultation.models.paper import Paper
from consultation.models.party_consultation import PartyConsultation
from consultation.models.plan import AnnualPlan, AnnualPlanGroupObjectPermission, PlanTarget
from consultation.models.reference import ConsultationForm, MeasureDefault, SolicitationChannel, TopicCategory
from consultation.models.solicitation import Addressee, Solicitation
from consultation.models.speech import DeskPress, Question, Speech
from consultation.models.suggestion import TopicSuggestion
from consultation.models.topic import Topic, TopicForm, TopicUnit

__all__ = [
    "Addressee",
    "AnnualPlan",
    "AnnualPlanGroupObjectPermission",
    "Booking",
    "ConsultationForm",
    "CountyAdoption",
    "DeskPress",
    "Forum",
    "ForumRules",
    "ForumSeat",
    "ForumStep",
    "LeaderContact",
    "ListOpinion",
    "MeasureDefault",
    "Outcome",
    "OutcomeForm",
    "Paper",
    "PaperRule",
    "PartyConsultation",
    "PlanTarget",
    "Question",
    "ReviewItem",
    "ReviewScore",
    "ReviewSheet",
    "SchemePart",
    "SchemeText",
    "Solicitation",
    "SolicitationChannel",
    "Speech",
    "SpeechKind",
    "StepDone",
    "Suggestion",
    "SuggestionNews",
    "Topic",
    "TopicCategory",
    "TopicForm",
    "TopicSuggestion",
    "TopicUnit",
    "Tracking",
]
