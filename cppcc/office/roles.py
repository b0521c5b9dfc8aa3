"""Who may: role x act x scope. Deny by default; every permission of the product that a role has stands here."""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """What a post is in the product."""

    OFFICE_CLERK = "office_clerk", "办公室经办"
    SECRETARY_GENERAL = "secretary_general", "秘书长"
    CHAIR = "chair", "主席"
    VICE_CHAIR = "vice_chair", "副主席"
    COMMITTEE_CLERK = "committee_clerk", "委室经办"
    COMMITTEE_HEAD = "committee_head", "委室主任"
    MEMBER = "member", "委员"
    DEPARTMENT = "department", "部门经办"
    PARTY = "party", "党派团体经办"
    COUNTY = "county", "县（市、区）政协经办"
    PARTY_COMMITTEE_OFFICE = "party_committee_office", "党委、政府办公室经办"
    AUDITOR = "auditor", "审计员"


class Scope(StrEnum):
    """How far an act reaches: any object, those of one's own organisation, those that name one's post."""

    ANY = "any"
    OWN = "own"
    NAMED = "named"


ANY, OWN, NAMED = Scope

READ_ALL = {
    "consultation.view_all_plans": ANY,
    "consultation.view_all_suggestions": ANY,
    "workflow.view_sittings": ANY,
    "workflow.view_changes": ANY,
    "deadlines.view_all_deadlines": ANY,
    "documents.view_all_documents": ANY,
    "meetings.view_all_meetings": ANY,
    "members.view_all_members": ANY,
}
OUTSIDE = {
    "consultation.suggest_topic": OWN,
    "workflow.decide_step": NAMED,
    "documents.receive_document": OWN,
    "meetings.answer_invitation": OWN,
    "deadlines.answer_task": NAMED,
    "consultation.deliver_paper": OWN,
    "consultation.answer_suggestion": OWN,
}
COMMITTEE = {
    "consultation.view_all_plans": ANY,
    "consultation.suggest_topic": OWN,
    "workflow.decide_step": NAMED,
    "workflow.view_sittings": ANY,
    "workflow.view_changes": ANY,
    "deadlines.view_all_deadlines": ANY,
    "documents.view_all_documents": ANY,
    "documents.draft_document": OWN,
    "documents.receive_document": OWN,
    "meetings.view_all_meetings": ANY,
    "meetings.manage_meeting": OWN,
    "members.view_committee_members": OWN,
    "members.record_performance": OWN,
    "deadlines.manage_task": OWN,
    "deadlines.answer_task": NAMED,
    "consultation.manage_forum": OWN,
    "consultation.submit_scheme": OWN,
    "consultation.deliver_paper": OWN,
    "consultation.check_paper": OWN,
    "consultation.run_desk": OWN,
    "consultation.track_suggestion": OWN,
    "consultation.answer_suggestion": OWN,
}
LEADER = {
    "workflow.decide_step": NAMED,
    "deadlines.read_morning_sheet": OWN,
    "documents.sign_document": NAMED,
    "meetings.grant_leave": NAMED,
    "deadlines.answer_task": NAMED,
}

ROLES: dict[str, dict[str, Scope]] = {
    Role.OFFICE_CLERK: READ_ALL
    | {
        "consultation.manage_plan": ANY,
        "consultation.submit_plan": ANY,
        "consultation.issue_plan": ANY,
        "consultation.manage_solicitation": ANY,
        "consultation.suggest_topic": ANY,
        "consultation.consolidate_suggestions": ANY,
        "consultation.record_adoption": ANY,
        "workflow.decide_step": ANY,
        "workflow.manage_sittings": ANY,
        "deadlines.manage_deadlines": ANY,
        "deadlines.send_dispatch": ANY,
        "deadlines.read_morning_sheet": ANY,
        "documents.draft_document": ANY,
        "documents.review_document": ANY,
        "documents.sign_document": ANY,
        "documents.issue_document": ANY,
        "documents.receive_document": OWN,
        "meetings.manage_meeting": ANY,
        "meetings.grant_leave": ANY,
        "meetings.answer_invitation": ANY,
        "members.manage_members": ANY,
        "members.unmask_particulars": ANY,
        "members.record_performance": ANY,
        "members.confirm_performance": ANY,
        "deadlines.manage_task": ANY,
        "deadlines.answer_task": ANY,
        "consultation.manage_forum": ANY,
        "consultation.submit_scheme": ANY,
        "consultation.deliver_paper": ANY,
        "consultation.check_paper": ANY,
        "consultation.run_desk": ANY,
        "consultation.report_outcome": ANY,
        "consultation.track_suggestion": ANY,
        "consultation.answer_suggestion": ANY,
        "consultation.judge_forum": ANY,
    },
    Role.SECRETARY_GENERAL: READ_ALL
    | {
        "consultation.manage_plan": ANY,
        "consultation.submit_plan": ANY,
        "consultation.issue_plan": ANY,
        "consultation.consolidate_suggestions": ANY,
        "workflow.decide_step": NAMED,
        "workflow.manage_sittings": ANY,
        "deadlines.manage_deadlines": ANY,
        "deadlines.read_morning_sheet": OWN,
        "documents.draft_document": ANY,
        "documents.review_document": ANY,
        "documents.sign_document": NAMED,
        "documents.issue_document": ANY,
        "meetings.manage_meeting": ANY,
        "meetings.grant_leave": NAMED,
        "members.unmask_particulars": ANY,
        "members.confirm_performance": ANY,
        "deadlines.manage_task": ANY,
        "deadlines.answer_task": NAMED,
        "consultation.manage_forum": ANY,
        "consultation.submit_scheme": ANY,
        "consultation.check_paper": ANY,
        "consultation.run_desk": ANY,
        "consultation.report_outcome": ANY,
        "consultation.track_suggestion": ANY,
    },
    Role.CHAIR: READ_ALL | LEADER,
    Role.VICE_CHAIR: READ_ALL | LEADER,
    Role.COMMITTEE_CLERK: COMMITTEE,
    Role.COMMITTEE_HEAD: COMMITTEE | LEADER,
    Role.MEMBER: {
        "consultation.suggest_topic": NAMED,
        "meetings.answer_invitation": NAMED,
        "members.propose_performance": NAMED,
        "deadlines.answer_task": NAMED,
        "consultation.deliver_paper": NAMED,
        "consultation.judge_forum": NAMED,
    },
    Role.DEPARTMENT: OUTSIDE,
    Role.PARTY: OUTSIDE,
    Role.COUNTY: OUTSIDE | {"consultation.record_adoption": OWN},
    Role.PARTY_COMMITTEE_OFFICE: OUTSIDE,
    Role.AUDITOR: READ_ALL,
}


def acts_of(role: str) -> dict[str, Scope]:
    """The acts of a role with their scopes; nothing for an unknown role."""
    return ROLES.get(role, {})
