"""Filters of the lists."""

import django_filters
from django import forms
from django.db.models import F, Q

from cppcc.meetings.models import Meeting, MeetingKind, Participant, ParticipantClass
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.people import matching
from cppcc.office.models import Organization

MONTHS = [(n, f"{n}月") for n in range(1, 13)]
SAID = [
    ("new", "未通知"), ("none", "未回复"), ("coming", "参加"), ("deputy", "委派他人"), ("no", "不参加"),
    ("asked", "请假待批准"), ("granted", "已准假"), ("refused", "未准假"), ("late", "逾期回复"),
]  # fmt: skip


def text(label: str, method: str) -> django_filters.CharFilter:
    """A search field."""
    return django_filters.CharFilter(label=label, method=method, widget=forms.TextInput(attrs={"type": "search"}))


def hosts(request):
    """Units that hosted some meeting."""
    return Organization.objects.filter(hosted_meetings__isnull=False).distinct()


class MeetingFilter(django_filters.FilterSet):
    """Meetings by what one looks for."""

    q = text("名称", "search")
    kind = django_filters.ModelChoiceFilter(label="种类", queryset=MeetingKind.objects.all(), empty_label="全部种类")
    host = django_filters.ModelChoiceFilter(label="主办单位", queryset=hosts, empty_label="全部单位")
    state = django_filters.ChoiceFilter(label="状态", choices=MeetingState.choices, empty_label="全部状态")
    year = django_filters.NumberFilter(label="年份", field_name="starts__year", min_value=1950, max_value=2200)
    month = django_filters.ChoiceFilter(label="月份", choices=MONTHS, field_name="starts__month", empty_label="全年")

    class Meta:
        model = Meeting
        fields = ("q", "kind", "host", "state", "year", "month")

    def search(self, queryset, name, value):
        """In the title."""
        return queryset.filter(title__icontains=value.strip())


class ParticipantFilter(django_filters.FilterSet):
    """People of a list, by name, pinyin, unit, class and what they say."""

    q = text("姓名、拼音或单位", "search")
    participant_class = django_filters.ModelChoiceFilter(
        label="类别", queryset=ParticipantClass.objects.all(), empty_label="全部类别"
    )
    said = django_filters.ChoiceFilter(label="回复", choices=SAID, method="by_answer", empty_label="全部")

    class Meta:
        model = Participant
        fields = ("q", "participant_class", "said")

    def search(self, queryset, name, value):
        """By name, pinyin with or without blanks, initials, or unit."""
        unit = Q(organization__name__icontains=value) | Q(organization__short_name__icontains=value)
        return queryset.filter(matching(value, "person__") | unit)

    def by_answer(self, queryset, name, value):
        """By what they say."""
        if value == "none":
            return queryset.unanswered()
        return queryset.filter(ANSWERS[value])


ANSWERS = {
    "late": Q(replied_at__gt=F("meeting__reply_by")),
    "new": Q(invited_at__isnull=True, walk_in=False),
    "coming": Q(reply="yes"),
    "deputy": Q(reply="deputy"),
    "no": Q(reply="no"),
    "asked": Q(leave="asked"),
    "granted": Q(leave="granted"),
    "refused": Q(leave="refused"),
}
