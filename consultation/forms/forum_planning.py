"""Forms that plan a forum: a new one, its facts, who presides, another day. R015, R026-R028."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from consultation.forms.picked import PickedForm, RowsField
from consultation.forms.topic import PART_KINDS
from consultation.forums.days import Derived, fingerprint_of, past, prepared_by, preview
from consultation.forums.planning import Given, clashes, draft_forum, forum_form_of
from consultation.models import AnnualPlan, Forum, Topic
from consultation.models.forum import MANAGE, NOT_HELD
from consultation.models.topic import Part, TopicState
from cppcc.meetings.clashing import Clash, digest
from cppcc.meetings.forms.meeting import MOMENT
from cppcc.meetings.models import Meeting, Room
from cppcc.office.access import reaches_any
from cppcc.office.models import Organization, Post
from cppcc.office.roles import Role
from cppcc.workflow.forms import MoveForm


def leading_units() -> Any:
    """The units that may lead a forum."""
    return Organization.objects.valid().filter(kind__in=PART_KINDS[Part.LEAD] or ())


def posts_of(*roles: str) -> Any:
    """The posts of these roles today."""
    return Post.objects.valid().filter(role__in=roles).select_related("organization").order_by("order", "pk")


class Confirmed:
    """A form whose clashes are confirmed, never forbidden. `clashes`, `days`: what was found."""

    clashes: Sequence[Clash] = ()
    days: Sequence[Derived] = ()
    data: Any

    @property
    def digest(self) -> str:
        """The name of what was found, for the box that confirms it."""
        seen = [Clash("day", str(fingerprint_of(self.days)))] if self.days and self.shows_days else []
        return digest([*self.clashes, *seen])

    shows_days = False

    @property
    def is_confirmed(self) -> bool:
        """Whether nothing was found, or who saves it said that he knows exactly this."""
        return not self.digest or self.data.get("confirmed") == self.digest


class NewForumForm(Confirmed, forms.Form):
    """A new forum of a plan; `topic` is one of its topics without a forum."""

    form_columns = 2
    topic = forms.ChoiceField(label="议题")
    title = forms.CharField(label="名称", max_length=120, required=False, help_text="不填的，按议题和规则命名")
    starts = forms.DateTimeField(label="开始时间", widget=MOMENT)
    ends = forms.DateTimeField(label="结束时间", required=False, widget=MOMENT, help_text="不填的，按规则的一般时长")
    room = forms.ModelChoiceField(label="会议室", queryset=Room.objects.none(), required=False)
    place = forms.CharField(label="地点", max_length=120, required=False, help_text="不在会议室的写明地点")
    lead = forms.ModelChoiceField(
        label="牵头委室", queryset=Organization.objects.none(), required=False, help_text="不选的，按议题的牵头单位"
    )
    deputy = forms.ModelChoiceField(
        label="分管领导", queryset=Post.objects.none(), required=False, help_text="不选的，按分工"
    )
    remark = forms.CharField(label="备注", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, plan: AnnualPlan, topics: Sequence[Topic], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.user, self.topics = plan, user, {str(topic.pk): topic for topic in topics}
        self.fields["topic"].choices = [("", "请选择"), *((pk, topic.title) for pk, topic in self.topics.items())]
        self.fields["room"].queryset, self.fields["room"].empty_label = Room.objects.valid(), "不在会议室（填写地点）"
        self.fields["lead"].queryset, self.fields["lead"].empty_label = leading_units(), "按议题"
        self.fields["deputy"].queryset, self.fields["deputy"].empty_label = posts_of(Role.VICE_CHAIR), "按分工"
        self.initial.setdefault("token", uuid.uuid4())
        self.forum: Forum | None = None

    def clean_topic(self) -> Topic:
        """The topic itself."""
        return self.topics[self.cleaned_data["topic"]]

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        """In the plan's year, and ending after it starts."""
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and timezone.localdate(starts).year != self.plan.year:
            self.add_error("starts", f"座谈会须安排在{self.plan.year}年内。")
        if starts and ends and ends <= starts:
            self.add_error("ends", "结束时间须晚于开始时间。")
        return cleaned

    def look(self) -> None:
        """What stands in the way, and the days that follow. Raises Refused as `draft_forum` does."""
        if not self.is_valid():
            return
        data = self.cleaned_data
        self.forum = draft_forum(self.plan, data["topic"], data["starts"], self.given)
        others = self.plan.forums.exclude(state__in=NOT_HELD).listed()
        labels = reaches_any(self.user, MANAGE)
        self.clashes = clashes(self.forum, self.forum.meeting, list(others), labels=labels)  # type: ignore[arg-type]
        self.days = preview(self.forum, timezone.localdate(data["starts"]))

    @property
    def given(self) -> Given:
        """What was said, as `new_forum` takes it."""
        names = ("ends", "room", "place", "title", "lead", "deputy", "remark", "token")
        return Given(**{name: self.cleaned_data[name] for name in names})


def free_topics(plan: AnnualPlan) -> list[Topic]:
    """The topics of a plan for which a forum may be planned: those whose form is one, that have none yet."""
    live = Forum.objects.exclude(state__in=NOT_HELD).filter(topic__isnull=False)
    topics = plan.topics.with_parts().exclude(state=TopicState.WITHDRAWN).exclude(pk__in=live.values("topic"))
    return [topic for topic in topics.order_by("number", "pk") if forum_form_of(topic)]


class ForumEditForm(PickedForm):
    """The facts of a forum; its day is another act (改期)."""

    form_columns = 2
    version = forms.IntegerField(widget=forms.HiddenInput)
    room = forms.ModelChoiceField(label="会议室", queryset=Room.objects.none(), required=False)
    place = forms.CharField(label="地点", max_length=120, required=False, help_text="不在会议室的写明地点")

    class Meta:
        model = Forum
        fields = ("title", "lead", "deputy", "form", "remark")
        widgets = {"remark": forms.Textarea(attrs={"rows": 3})}

    field_order = ("title", "lead", "deputy", "form", "room", "place", "remark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forum, meeting = self.instance, self.instance.meeting
        self.fields["lead"].queryset = leading_units() | Organization.objects.filter(pk=forum.lead_id)
        self.fields["lead"].required, self.fields["lead"].empty_label = True, "请选择"
        self.fields["deputy"].queryset = posts_of(Role.VICE_CHAIR)
        self.fields["room"].queryset = Room.objects.valid() | Room.objects.filter(pk=meeting.room_id)
        self.fields["room"].empty_label = "不在会议室（填写地点）"
        for name in ("deputy", "form"):
            self.fields[name].empty_label = "未定"
        self.initial.update(version=forum.version, room=meeting.room_id, place=meeting.place)

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def saved_value(self, forum: Forum, name: str) -> Any:
        """Where it takes place, for the page of a stale form."""
        return getattr(forum.meeting, name) if name in ("room", "place") else None


class HostForm(PickedForm):
    """Who presides; who is not the first of the rules has a mandate. R026."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Forum
        fields = ("host", "mandate")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = posts_of(*self.instance.rules.host_roles)
        self.fields["host"].empty_label = "待定"
        self.initial["version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        """A mandate where one is needed; none where it is not."""
        cleaned = super().clean() or {}
        host, roles = cleaned.get("host"), self.instance.rules.host_roles
        if host and host.role == roles[0]:
            cleaned["mandate"] = ""
        elif host and not cleaned.get("mandate", "").strip():
            self.add_error("mandate", f"由{host}主持的，须记录委托（何时、如何委托）。")
        return cleaned


class PostponeForm(Confirmed, MoveForm):
    """Another day: where, which meetings before it move along, and why. R015."""

    own_fields = ("starts", "ends", "room", "place", "along")
    shows_days = True
    starts = forms.DateTimeField(label="新的开始时间", widget=MOMENT)
    ends = forms.DateTimeField(label="新的结束时间", required=False, widget=MOMENT, help_text="不填的，时长不变")
    room = forms.ModelChoiceField(label="会议室", queryset=Room.objects.none(), required=False)
    place = forms.CharField(label="地点", max_length=120, required=False, help_text="会议室和地点都不填的，地点不变")

    def __init__(self, *args: Any, matter: Forum, **kwargs: Any) -> None:
        super().__init__(*args, matter=matter, **kwargs)
        self.forum: Any = matter
        meeting = self.forum.meeting
        before = prepared_by(matter)
        self.fields["room"].queryset, self.fields["room"].empty_label = Room.objects.valid(), "地点不变"
        self.fields["along"] = RowsField(
            before, label="一并顺延的会议活动", help_text="勾选的按同样的天数顺延；没有勾选的时间不变"
        )
        self.fields["along"].choices = [(str(m.pk), f"{m.title}（{m.when}）") for m in before]
        self.initial.update(starts=meeting.starts, along=before)
        if not before:
            del self.fields["along"]
        self.fields["opinion"].label = "改期原因"
        self.order_fields([*self.own_fields, "opinion", "proxy_source"])

    def clean(self) -> dict[str, Any]:
        """Another time, within the year; the same length unless another end is given."""
        cleaned = super().clean() or {}
        meeting, starts = self.forum.meeting, cleaned.get("starts")
        if starts and starts == meeting.starts and cleaned.get("ends") in (None, meeting.ends):
            self.add_error("starts", "时间没有变化。只改地点的请用“修改”。")
        if starts and timezone.localdate(starts).year != self.forum.plan.year:
            self.add_error("starts", f"须在{self.forum.plan.year}年内；跨年的请取消后在下一年度计划中安排。")
        if starts and not cleaned.get("ends"):
            cleaned["ends"] = starts + (meeting.ends - meeting.starts)
        if starts and cleaned["ends"] <= starts:
            self.add_error("ends", "结束时间须晚于开始时间。")
        return cleaned

    def look(self, user: Any) -> None:
        """Every day old and new, what stands in the way of the new one, what is past already."""
        starts = getattr(self, "cleaned_data", {}).get("starts") if self.is_bound and not self.is_valid() else None
        if self.is_bound and self.is_valid():
            starts = self.cleaned_data["starts"]
        if not starts:
            return
        day, meeting = timezone.localdate(starts), self.moved_meeting(starts)
        others = self.forum.plan.forums.exclude(state__in=NOT_HELD).listed()
        self.days = preview(self.forum, day)
        found = clashes(self.forum, meeting, list(others), labels=reaches_any(user, MANAGE))
        self.clashes = [*found, *(Clash("past", said) for said in past(self.days, timezone.localdate()))]

    def moved_meeting(self, starts: Any) -> Meeting:
        """Its meeting as it would be."""
        meeting = Meeting.objects.select_related("kind", "room").get(pk=self.forum.meeting_id)
        length = meeting.ends - meeting.starts
        meeting.starts, meeting.ends = starts, self.cleaned_data.get("ends") or starts + length
        if self.cleaned_data.get("room"):
            meeting.room = self.cleaned_data["room"]
        return meeting

    @property
    def data_of_act(self) -> dict:
        """The act's own data; without a meeting before it the list of those that move along is empty."""
        return {"along": ()} | {name: self.cleaned_data[name] for name in self.own_fields if name in self.fields}


class EndForm(MoveForm):
    """The end of a forum that does not take place: which meetings before it are cancelled with it."""

    own_fields = ("along",)

    def __init__(self, *args: Any, matter: Forum, **kwargs: Any) -> None:
        super().__init__(*args, matter=matter, **kwargs)
        before = prepared_by(matter)
        self.fields["along"] = RowsField(
            before, label="一并取消的会议活动", help_text="没有勾选的照常举行；由它交办的任务一并取消"
        )
        self.fields["along"].choices = [(str(m.pk), f"{m.title}（{m.when}）") for m in before]
        self.initial["along"] = before
        if not before:
            del self.fields["along"]
        self.order_fields([*self.own_fields, "opinion", "proxy_source"])

    @property
    def data_of_act(self) -> dict:
        """Without a meeting before it the list is empty."""
        return {"along": self.cleaned_data.get("along", ())}


class CloneForm(NewForumForm):
    """A copy for another topic; time and people of the source are proposed."""

    def __init__(self, *args: Any, source: Forum, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", None) or {}
        super().__init__(*args, initial={"room": source.meeting and source.meeting.room_id} | initial, **kwargs)
