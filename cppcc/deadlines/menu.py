"""The entries of this app in the menu."""

from cppcc.office.navigation import Entry

GROUP, SENDS = "日程与通知", ("deadlines.send_dispatch",)

ENTRIES = (
    Entry("期限", "deadlines:deadline_list", "calendar-clock", GROUP, 44),
    Entry("任务", "deadlines:task_list", "list-todo", GROUP, 45),
    Entry("站内信", "deadlines:notice_list", "bell", GROUP, 46),
    Entry("发信", "deadlines:dispatch_list", "send", GROUP, 48, SENDS),
    Entry("运行状态", "deadlines:health", "activity", "管理", 88, staff=True),
    Entry("发送记录", "deadlines:delivery_list", "mail-check", GROUP, 50, SENDS),
    Entry("工作日历", "deadlines:workday_year", "calendar-check", GROUP, 56),
    Entry("期限规则", "deadlines:rule_set_list", "list-checks", GROUP, 58, ("deadlines.view_all_deadlines",)),
)
