"""The entries of this app in the menu."""

from consultation.models.forum import DELIVER
from consultation.models.outcome import ANSWER
from cppcc.meetings.models.meeting import ANSWER as ANSWER_INVITATION
from cppcc.office.navigation import Entry

GROUP = "协商"
SUGGESTS = ("consultation.suggest_topic", "consultation.view_all_suggestions")
PLANS = ("consultation.view_all_plans",)
ADOPTS = ("consultation.record_adoption", "consultation.view_all_plans")

ENTRIES = (
    Entry("年度协商计划", "consultation:plan_list", "clipboard-list", GROUP, 10),
    Entry("议题征集", "consultation:solicitation_list", "inbox", GROUP, 20, SUGGESTS),
    Entry("议题建议", "consultation:suggestion_list", "lightbulb", GROUP, 22, SUGGESTS),
    Entry("协商座谈会", "consultation:forum_list", "messages-square", GROUP, 24),
    Entry("政党协商衔接", "consultation:party_consultation_list", "handshake", GROUP, 25, PLANS),
    Entry("县级列入情况", "consultation:adoption_list", "map-pin-check", GROUP, 26, ADOPTS),
    Entry("我的文稿", "consultation:paper_mine", "file-up", GROUP, 25, (DELIVER,)),
    Entry("意见建议办理", "consultation:forum_suggestion_mine", "message-square-reply", GROUP, 25, (ANSWER,)),
    Entry("座谈会邀请", "consultation:forum_open", "mailbox", GROUP, 25, (ANSWER_INVITATION,)),
    Entry("协商形式", "consultation:form_list", "messages-square", "资料", 70),
)
