"""Addresses of dates, notices and the outbox."""

from django.urls import path

from cppcc.deadlines.pages import deadline, delivery, dispatch, feed, health, notice, rule, task, workday

app_name = "deadlines"
urlpatterns = [
    path("health/", health.health, name="health"),
    path("workdays/", workday.workday_year, name="workday_year"),
    path("workdays/edit/", workday.workday_edit, name="workday_edit"),
    path("rules/", rule.rule_set_list, name="rule_set_list"),
    path("rules/<int:pk>/", rule.rule_set_detail, name="rule_set_detail"),
    path("rules/rule/<int:pk>/edit/", rule.rule_edit, name="rule_edit"),
    path("feed/", feed.feed_setting, name="feed_setting"),
    path("feed/new/", feed.feed_create, name="feed_create"),
    path("feed/revoke/", feed.feed_revoke, name="feed_revoke"),
    path("calendar/<slug:token>.ics", feed.calendar_feed, name="calendar_feed"),
    path("notices/", notice.notice_list, name="notice_list"),
    path("notices/read/", notice.notice_read_all, name="notice_read_all"),
    path("notices/wish/", notice.notice_wish, name="notice_wish"),
    path("notices/<int:pk>/", notice.notice_open, name="notice_open"),
    path("dispatches/", dispatch.dispatch_list, name="dispatch_list"),
    path("dispatches/new/", dispatch.dispatch_create, name="dispatch_create"),
    path("dispatches/<int:pk>/", dispatch.dispatch_detail, name="dispatch_detail"),
    path("dispatches/<int:pk>/edit/", dispatch.dispatch_edit, name="dispatch_edit"),
    path("dispatches/<int:pk>/print/", dispatch.dispatch_print, name="dispatch_print"),
    path("dispatches/<int:pk>/move/<slug:name>/", dispatch.dispatch_move, name="dispatch_move"),
    path("deliveries/", delivery.delivery_list, name="delivery_list"),
    path("deliveries/mark/", delivery.delivery_mark, name="delivery_mark"),
    path("deliveries/<int:pk>/", delivery.delivery_detail, name="delivery_detail"),
    path("deliveries/<int:pk>/resend/", delivery.delivery_resend, name="delivery_resend"),
    path("deliveries/<int:pk>/stop/", delivery.delivery_stop, name="delivery_stop"),
    path("reminders/settle/", delivery.reminder_settle, name="reminder_settle"),
    path("tasks/", task.task_list, name="task_list"),
    path("tasks/new/", task.task_new, name="task_new"),
    path("tasks/answer/<slug:token>/", task.task_answer, name="task_answer"),
    path("tasks/<int:pk>/", task.task_detail, name="task_detail"),
    path("tasks/<int:pk>/link/", task.task_link, name="task_link"),
    path("tasks/<int:pk>/move/<slug:name>/", task.task_move, name="task_move"),
    path("deadlines/", deadline.deadline_list, name="deadline_list"),
    path("deadlines/<int:pk>/", deadline.deadline_detail, name="deadline_detail"),
    path("deadlines/<int:pk>/finish/", deadline.deadline_finish, name="deadline_finish"),
    path("deadlines/<int:pk>/waive/", deadline.deadline_waive, name="deadline_waive"),
    path("deadlines/<int:pk>/move/", deadline.deadline_move, name="deadline_move"),
    path("deadlines/<int:pk>/explain/", deadline.deadline_explain, name="deadline_explain"),
    path("deadlines/year/<int:year>/", deadline.deadline_report, name="deadline_report"),
    path("deadlines/year/<int:year>/chart.svg", deadline.deadline_chart, name="deadline_chart"),
]
