"""The consultation app."""

from django.apps import AppConfig
from django.urls import reverse


class ConsultationConfig(AppConfig):
    """Annual plan, topics, solicitation, adoption."""

    name = "consultation"
    label = "consultation"
    verbose_name = "协商计划"

    def ready(self) -> None:
        """Hand workflows, documents, profile sections, imports and menu entries to the floors below."""
        from consultation import dates, issue, material, models, topic_letter
        from consultation.background import run_import
        from consultation.calendar import KINDS, window_entries
        from consultation.forums import (
            agenda_papers,
            confirming,
            holding,
            invitation,
            notice,
            outcome,
            papers,
            scheme,
            sent_early,
            suggestions,
        )
        from consultation.forums.dates import FORUM_DATES
        from consultation.imports import TopicImporter
        from consultation.models.forum import DELIVER
        from consultation.models.outcome import ANSWER
        from consultation.suggestion_imports import SuggestionImporter
        from consultation.workflows.adoption import ADOPTION
        from consultation.workflows.forum import FORUM
        from consultation.workflows.forum_suggestion import TRACKING
        from consultation.workflows.paper import PAPER
        from consultation.workflows.plan import PLAN
        from consultation.workflows.solicitation import SOLICITATION
        from consultation.workflows.suggestion import SUGGESTION
        from consultation.workflows.topic import TOPIC
        from cppcc.deadlines.calendar import register as register_calendar
        from cppcc.deadlines.registry import register as register_dates
        from cppcc.documents.registry import ANY, on_issue, register_draft, register_material
        from cppcc.jobs.registry import register as register_job
        from cppcc.meetings.models.meeting import ANSWER as ANSWER_INVITATION
        from cppcc.meetings.registry import (
            register_objection,
            register_on_closed,
            register_on_invited,
            register_on_moved,
            register_on_reopened,
        )
        from cppcc.office.navigation import Entry
        from cppcc.office.navigation import register as register_entries
        from cppcc.office.profiles import Section
        from cppcc.office.profiles import register as register_sections
        from cppcc.sheets.imports import register as register_importer
        from cppcc.workflow.registry import register

        register(models.AnnualPlan, PLAN, url=lambda o: reverse("consultation:plan_detail", args=[o.year]))
        register(models.Topic, TOPIC, url=lambda o: reverse("consultation:topic_detail", args=[o.pk]))
        register(
            models.Solicitation, SOLICITATION, url=lambda o: reverse("consultation:solicitation_detail", args=[o.pk])
        )
        register(
            models.TopicSuggestion, SUGGESTION, url=lambda o: reverse("consultation:suggestion_detail", args=[o.pk])
        )
        register(models.CountyAdoption, ADOPTION, url=lambda o: reverse("consultation:adoption_detail", args=[o.pk]))
        register_dates(models.Solicitation, dates.ROUND)
        register_dates(models.AnnualPlan, dates.PLAN)
        register_dates(models.CountyAdoption, dates.ADOPTION)
        register_draft(models.AnnualPlan, issue.KIND, issue.notice_draft)
        on_issue(models.AnnualPlan, issue.KIND, issue.NOTICE)
        register_draft(models.Solicitation, topic_letter.KIND, topic_letter.letter_draft)
        on_issue(models.Solicitation, topic_letter.KIND, topic_letter.LETTER)
        parts = ("ForumStep", "ForumSeat", "SpeechKind", "PaperRule", "SchemePart", "OutcomeForm", "ReviewItem")
        children = {
            f"{part.lower()}s": Section(
                f"{part.lower()}s", f"consultation.{part}", 0, key=("rules", "key"), parent_field="rules"
            )
            for part in parts
        }
        register_sections(
            Section("forum_rules", "consultation.ForumRules", 83, children=children),
            Section("topic_categories", "consultation.TopicCategory", 80),
            Section("consultation_forms", "consultation.ConsultationForm", 80),
            Section("solicitation_channels", "consultation.SolicitationChannel", 80),
            Section("measures", "consultation.MeasureDefault", 80),
        )
        register_job("consultation.import", run_import, label="导入", atomic=False)
        register_importer(TopicImporter)
        register_importer(SuggestionImporter)
        register_entries(
            Entry("年度协商计划", "consultation:plan_list", "clipboard-list", "协商", 10),
            Entry(
                "议题征集",
                "consultation:solicitation_list",
                "inbox",
                "协商",
                20,
                ("consultation.suggest_topic", "consultation.view_all_suggestions"),
            ),
            Entry(
                "议题建议",
                "consultation:suggestion_list",
                "lightbulb",
                "协商",
                22,
                ("consultation.suggest_topic", "consultation.view_all_suggestions"),
            ),
            Entry("协商座谈会", "consultation:forum_list", "messages-square", "协商", 24),
            Entry(
                "县级列入情况",
                "consultation:adoption_list",
                "map-pin-check",
                "协商",
                26,
                ("consultation.record_adoption", "consultation.view_all_plans"),
            ),
            Entry("我的文稿", "consultation:paper_mine", "file-up", "协商", 25, (DELIVER,)),
            Entry("意见建议办理", "consultation:forum_suggestion_mine", "message-square-reply", "协商", 25, (ANSWER,)),
            Entry("座谈会邀请", "consultation:forum_open", "mailbox", "协商", 25, (ANSWER_INVITATION,)),
            Entry("协商形式", "consultation:form_list", "messages-square", "资料", 70),
        )
        register(models.Forum, FORUM, url=lambda o: reverse("consultation:forum_detail", args=[o.pk]))
        register_dates(models.Forum, FORUM_DATES)
        register_draft(models.Forum, agenda_papers.AGENDA_KIND, agenda_papers.agenda_draft)
        register_draft(models.Forum, agenda_papers.MINUTES_KIND, agenda_papers.minutes_draft)
        register_draft(models.Forum, notice.KIND, notice.notice_draft)
        register_draft(models.Forum, scheme.KIND, scheme.scheme_draft)
        on_issue(models.Forum, scheme.KIND, scheme.SCHEME)
        register_draft(models.Forum, invitation.KIND, invitation.invitation_draft)
        on_issue(models.Forum, invitation.KIND, invitation.LETTERS)
        register_objection(confirming.objection)
        register_on_invited(confirming.carry_over)
        register(models.Paper, PAPER, url=lambda o: reverse("consultation:paper_detail", args=[o.pk]))
        register_dates(models.Paper, papers.PAPER_DATES)
        register_draft(models.Paper, sent_early.KIND, sent_early.letter_draft)
        on_issue(models.Paper, sent_early.KIND, sent_early.LETTER)
        register(
            models.Suggestion, TRACKING, url=lambda o: reverse("consultation:forum_suggestion_detail", args=[o.pk])
        )
        register_dates(models.Suggestion, suggestions.SUGGESTION_DATES)
        on_issue(models.Forum, ANY, outcome.OUTCOME)
        register_material(models.Forum, material.of_forum)
        register_on_closed(holding.ended)
        register_on_reopened(holding.reopened)
        register_on_moved(holding.moved)
        register_objection(holding.objection)
        register_calendar(window_entries, KINDS)
        register_material(models.AnnualPlan, material.of_plan)
        register_material(models.Topic, material.of_topic)
