"""The guards of the papers of a forum and of its suggestions, each saying no once."""

from consultation.models import Forum, Suggestion
from tests.consultation import forum_world
from tests.consultation.outcome_world import paper, reported, suggestion
from tests.workflow.cases import Case
from tests.workflow.subjects import put


def of_a_cancelled_forum(w):
    made = paper(w)
    Forum.objects.filter(pk=made.forum_id).update(state="cancelled")
    return made


def of_another_committee(w):
    return put(w, paper(w, owner="edu"), "delivered")


def without_department(w):
    return suggestion(w, department="")


def before_the_outcome(w):
    return suggestion(w, forum=forum_world.forum(w, days=-3, state="held"))


def of_a_closed_forum(w):
    forum = reported(w)
    made = suggestion(w, forum=forum)
    Forum.objects.filter(pk=forum.pk).update(state="closed")
    return put(w, made, "sent")


def dealt_with_by_a_committee(w):
    made = suggestion(w, department="edu")
    Suggestion.objects.filter(pk=made.pk).update(state="sent")
    return made


OUTCOME_CASES = (
    Case("forum_takes_papers", of_a_cancelled_forum, "deliver", "已取消", on_button=True,
         given={"data": {"file": None}}),
    Case("file_is_given", lambda w: paper(w), "deliver", "选择要提供的文件"),
    Case("lead_looks_through", of_another_committee, "approve", "由牵头委室", {"who": "edu_clerk"}, on_button=True),
    Case("has_department", without_department, "send", "明确办理单位", on_button=True),
    Case("outcome_has_left", before_the_outcome, "send", "还没有报送", on_button=True),
    Case("forum_is_open", of_a_closed_forum, "drop", "已办结", on_button=True),
    Case("lead_tracks", dealt_with_by_a_committee, "drop", "牵头委室", {"who": "edu_clerk"}, on_button=True),
)  # fmt: skip
OUTCOME_EFFECTS = {
    "keep_file", "note_sent", "note_answer", "keep_news", "forget_answer", "note_merged", "forget_merged",
    "note_reported", "retire_papers", "when_approved", "tell_speaker",
}  # fmt: skip
