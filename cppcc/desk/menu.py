"""The entries of this app in the menu."""

from cppcc.office.navigation import Entry

ENTRIES = (
    Entry("工作台", "desk:home", "layout-dashboard", "", 0),
    Entry("晨报", "desk:morning_sheet", "sunrise", "", 2, ("deadlines.read_morning_sheet",)),
    Entry("日历", "desk:calendar", "calendar-days", "日程与通知", 40),
    Entry("在谁手里", "desk:whose_court", "hourglass", "日程与通知", 42, ("deadlines.view_all_deadlines",)),
)
