"""The guards of a forum, each saying no once. R022-R024, R026, R031, R053."""

from datetime import timedelta

from django.utils import timezone

from consultation.models import Forum
from cppcc.office.models import Post
from tests.consultation import forum_world
from tests.consultation.forum_course import ready
from tests.workflow.cases import Case
from tests.workflow.subjects import put


def without_host(w):
    made = ready(w)
    Forum.objects.filter(pk=made.pk).update(host=None)
    return Forum.objects.get(pk=made.pk)


def with_host(name, mandate=""):
    def make(w):
        made = ready(w)
        Forum.objects.filter(pk=made.pk).update(host=w.posts[name], mandate=mandate)
        return Forum.objects.get(pk=made.pk)

    return make


def with_host_of_the_past(w):
    made = ready(w)
    Post.objects.filter(pk=made.host_id).update(valid_to=timezone.localdate() - timedelta(days=1))
    return Forum.objects.get(pk=made.pk)


def without_scheme(w):
    made = ready(w)
    made.scheme_texts.all().delete()
    return made


def before_its_day(w):
    return forum_world.forum(w, days=3, state="preparing")


def without_research(w):
    made = put(w, ready(w), "preparing")
    made.steps_done.filter(step__key="research").delete()
    return made


def without_interaction(w):
    made = put(w, ready(w), "preparing")
    made.speeches.filter(kind__key="answer").delete()
    return made


FORUM_CASES = (
    Case("no_forum_stands", lambda w: forum_world.forum(w).topic, "withdraw", "请先取消座谈会", {"opinion": "合并"},
         on_button=True),
    Case("has_host", without_host, "submit", "确定主持人", on_button=True),
    Case("has_host", with_host("clerk"), "submit", "不在可以主持的岗位", on_button=True),
    Case("has_host", with_host("vice"), "submit", "须记录主席的委托", on_button=True),
    Case("has_host", with_host_of_the_past, "submit", "已经不设，请改选主持人", on_button=True),
    Case("scheme_is_complete", without_scheme, "submit", "实施方案还缺：时间、地点", on_button=True),
    Case("its_day_has_come", before_its_day, "convene", "届时再办理", on_button=True),
    Case("gates_are_open", without_research, "convene", "“调研视察考察”还没有完成", on_button=True),
    Case("agenda_has_what_it_must", without_interaction, "convene", "还没有安排互动回应", on_button=True),
    Case("nobody_objects", lambda w: forum_world.forum(w).meeting, "cancel", "请在座谈会页面办理", on_button=True),
    Case("with_its_meeting", lambda w: put(w, ready(w), "in_session"), "end", "会议页面", on_button=True),
    Case("with_its_outcome", lambda w: put(w, ready(w), "held"), "report", "协商成果", on_button=True),
)  # fmt: skip
FORUM_EFFECTS = {"postpone", "cancel_meeting", "end_work", "give_number", "close_session", "open_session"}
