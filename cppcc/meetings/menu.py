"""The entries of this app in the menu."""

from cppcc.office.navigation import Entry

GROUP, HOUSE = "会议活动", ("meetings.view_all_meetings", "meetings.manage_meeting")

ENTRIES = (
    Entry("我的会议", "meetings:meeting_mine", "calendar-heart", GROUP, 51),
    Entry("会议活动", "meetings:meeting_list", "presentation", GROUP, 52, HOUSE),
    Entry("请假审批", "meetings:leave_list", "user-round-x", GROUP, 53, ("meetings.grant_leave",)),
    Entry("领导日程", "meetings:busy_list", "calendar-off", GROUP, 54, ("meetings.view_all_meetings",)),
)
