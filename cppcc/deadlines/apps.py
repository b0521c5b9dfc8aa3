"""The app of dates."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """Working days, due rules, deadlines, reminders, delivery."""

    name = "cppcc.deadlines"
    label = "deadlines"
    verbose_name = "期限与通知"

    def ready(self) -> None:
        """Register what a profile may hold, and the calendar that every office gets with its profile."""
        from django.urls import reverse

        from cppcc.deadlines import calendar, entries
        from cppcc.deadlines.alarm import delay_banner
        from cppcc.deadlines.bell import UNREAD, bell
        from cppcc.deadlines.calendar_keeping import after_loading
        from cppcc.deadlines.models import Task
        from cppcc.deadlines.pulses import note_bell
        from cppcc.deadlines.registry import register as register_dates
        from cppcc.deadlines.rule_sets import read_row
        from cppcc.deadlines.task_holders import TASK_DATES
        from cppcc.deadlines.workflows.task import TASK
        from cppcc.jobs.ringing import TOLD
        from cppcc.office.accounts import load_along
        from cppcc.office.navigation import Entry
        from cppcc.office.navigation import register as register_entries
        from cppcc.office.profiles import Section, register_after_loading
        from cppcc.office.profiles import register as register_sections
        from cppcc.office.shell import add_to_shell
        from cppcc.workflow.registry import register

        rules = Section("rules", "deadlines.DueRule", 75, key=("ruleset", "step"), parent_field="ruleset")
        register_sections(
            Section(
                "rule_sets",
                "deadlines.RuleSet",
                75,
                key=("key", "valid_from"),
                children={"rules": rules},
                read=read_row,
            )
        )
        register(Task, TASK, url=lambda o: reverse("deadlines:task_detail", args=[o.pk]))
        register_dates(Task, TASK_DATES)
        register_after_loading(after_loading)
        calendar.register(entries.deadline_entries, entries.KINDS)
        calendar.register(entries.sitting_entries, entries.KINDS)
        add_to_shell(bell)
        load_along("unread_notices", UNREAD)
        add_to_shell(delay_banner)
        TOLD.append(note_bell)
        group, sends = "日程与通知", ("deadlines.send_dispatch",)
        register_entries(
            Entry("期限", "deadlines:deadline_list", "calendar-clock", group, 44),
            Entry("任务", "deadlines:task_list", "list-todo", group, 45),
            Entry("站内信", "deadlines:notice_list", "bell", group, 46),
            Entry("发信", "deadlines:dispatch_list", "send", group, 48, sends),
            Entry("运行状态", "deadlines:health", "activity", "管理", 88, staff=True),
            Entry("发送记录", "deadlines:delivery_list", "mail-check", group, 50, sends),
            Entry("工作日历", "deadlines:workday_year", "calendar-check", group, 56),
            Entry("期限规则", "deadlines:rule_set_list", "list-checks", group, 58, ("deadlines.view_all_deadlines",)),
        )
