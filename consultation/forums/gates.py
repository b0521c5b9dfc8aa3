"""What must be there before the next step: no research without study, no forum without research. R022-R024, R031."""

from django.utils import timezone

from consultation.forums.steps import Step, steps_of
from consultation.models import Forum, ForumStep
from consultation.models.forum_rules import SpeechKind
from cppcc.meetings.models import MeetingKind
from cppcc.office.roles import Role
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act


def blocked(forum: Forum, key: str, steps: list[Step] | None = None) -> str:
    """Why the step `key` cannot begin: which steps that it waits for are open; "" when it can."""
    found = steps_of(forum) if steps is None else steps
    label = next((one.step.label for one in found if one.step.key == key), "")
    open_ones = [one.step.label for one in found if one.step.gates == key and not one.is_done]
    return f"“{'”“'.join(open_ones)}”还没有完成，不能办理“{label}”。" if open_ones else ""


def waited_for(steps: list[Step]) -> str:
    """What the session still waits for, in words; "" when nothing does, or when it is over. R023, R039."""
    session = next((one for one in steps if one.step.proof == ForumStep.Proof.SESSION), None)
    if session is None or session.is_done:
        return ""
    open_ones = [one.step.label for one in steps if one.step.gates == session.step.key and not one.is_done]
    return f"召开前还须完成：{'、'.join(open_ones)}。" if open_ones else ""


def blocked_meeting(forum: Forum, kind: MeetingKind) -> str:
    """Why a meeting of `kind` cannot be arranged for the forum yet. R022."""
    steps = steps_of(forum)
    for one in steps:
        if one.step.proof == ForumStep.Proof.MEETING and kind.pk in one.step.kinds:  # type: ignore[attr-defined]  # annotated
            return blocked(forum, one.step.key, steps)
    return ""


def scheme_is_complete(act: Act) -> str:
    """Every part that the rules ask for is written. R031."""
    written = {text.part_id for text in act.obj.scheme_texts.all() if text.text.strip()}
    missing = [part.label for part in act.obj.rules.schemeparts.all() if part.required and part.pk not in written]
    return f"实施方案还缺：{'、'.join(missing)}。请补齐后再提请审批。" if missing else ""


def has_host(act: Act) -> str:
    """Somebody who may is named to preside; who needs one has a mandate. R026."""
    forum: Forum = act.obj
    if forum.host is None:
        return "请先确定主持人。"
    roles = forum.rules.host_roles
    if forum.host.role not in roles:
        return f"{forum.host}不在可以主持的岗位之列，请改选主持人。"
    if forum.held_on and not forum.host.is_valid(forum.held_on):
        return f"{forum.host}这个岗位在{forum.held_on:%Y年%-m月%-d日}已经不设，请改选主持人。"
    if forum.host.role != roles[0] and not forum.mandate.strip():
        return f"由{forum.host}主持的，须记录{Role(roles[0]).label}的委托（何时、如何委托）。"
    return ""


def gates_are_open(act: Act) -> str:
    """What the session waits for is done. R023, R039."""
    steps = getattr(act.obj, "known_steps", None) or steps_of(act.obj)
    session = next((one.step.key for one in steps if one.step.proof == ForumStep.Proof.SESSION), "")
    return blocked(act.obj, session, steps) if session else ""


def agenda_has_what_it_must(act: Act) -> str:
    """The kinds of speech that the rules ask for stand on the agenda, interaction among them. R024."""
    asked = SpeechKind.objects.filter(rules=act.obj.rules_id, mandatory=True).exclude(speeches__forum=act.obj)
    missing = [kind.label for kind in asked.order_by("order")]
    return f"议程中还没有安排{'、'.join(missing)}，请先在“议程与发言”中安排。" if missing else ""


def its_day_has_come(act: Act) -> str:
    """A forum is opened on its day, not before."""
    day = act.obj.held_on
    if day and timezone.localdate(now()) < day:
        return f"座谈会定于{day:%Y年%-m月%-d日}召开，届时再办理“召开”；时间有变的请先改期。"
    return ""
