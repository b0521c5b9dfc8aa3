"""Addresses of meetings."""

from django.urls import URLPattern, path

from cppcc.meetings.pages import busy, invitee, leave, letters, meeting, papers, record, reply, seats, sign_in, signing

app_name = "meetings"

urlpatterns: list[URLPattern] = [
    path("", meeting.meeting_list, name="meeting_list"),
    path("mine/", reply.meeting_mine, name="meeting_mine"),
    path("new/", meeting.meeting_create, name="meeting_create"),
    path("leave/", leave.leave_list, name="leave_list"),
    path("leave/<int:pk>/", leave.leave_decide, name="leave_decide"),
    path("busy/", busy.busy_list, name="busy_list"),
    path("busy/new/", busy.busy_create, name="busy_create"),
    path("busy/<int:pk>/", busy.busy_edit, name="busy_edit"),
    path("sign/<uuid:code>/", sign_in.sign_in, name="sign_in"),
    path("sign/<uuid:code>/count/", sign_in.sign_count, name="sign_count"),
    path("<int:pk>/sign/", sign_in.meeting_sign, name="meeting_sign"),
    path("<int:pk>/signing/", signing.meeting_signing, name="meeting_signing"),
    path("<int:pk>/signing/rows/", signing.signing_rows_since, name="signing_rows_since"),
    path("<int:pk>/signing/press/", signing.signing_press, name="signing_press"),
    path("<int:pk>/signing/walk-in/", signing.signing_walk_in, name="signing_walk_in"),
    path("<int:pk>/code/", signing.meeting_code, name="meeting_code"),
    path("<int:pk>/code/poster/", signing.code_poster, name="code_poster"),
    path("<int:pk>/code/renew/", signing.code_renew, name="code_renew"),
    path("reply/<str:token>/", reply.reply_link, name="reply_link"),
    path("<int:pk>/", meeting.meeting_detail, name="meeting_detail"),
    path("<int:pk>/edit/", meeting.meeting_edit, name="meeting_edit"),
    path("<int:pk>/notice/", meeting.meeting_notice, name="meeting_notice"),
    path("<int:pk>/remind/", meeting.meeting_remind, name="meeting_remind"),
    path("<int:pk>/act/<str:name>/", meeting.meeting_move, name="meeting_move"),
    path("<int:pk>/people/", invitee.meeting_invitees, name="meeting_invitees"),
    path("<int:pk>/people/rules/", invitee.invitee_rules, name="invitee_rules"),
    path("<int:pk>/people/add/", invitee.invitee_add, name="invitee_add"),
    path("<int:pk>/people/change/", invitee.invitee_change, name="invitee_change"),
    path("<int:pk>/people/links/", invitee.invitee_links, name="invitee_links"),
    path("<int:pk>/people/<int:participant>/reply/", reply.participant_reply, name="participant_reply"),
    path("<int:pk>/reply/", reply.meeting_reply, name="meeting_reply"),
    path("<int:pk>/minutes/", record.meeting_minutes, name="meeting_minutes"),
    path("<int:pk>/findings/new/", record.finding_create, name="finding_create"),
    path("<int:pk>/findings/<int:finding>/", record.finding_edit, name="finding_edit"),
    path("<int:pk>/photos/", record.photo_add, name="photo_add"),
    path("<int:pk>/people/letters/", letters.invitation_letters, name="invitation_letters"),
    path("<int:pk>/sign-sheet.pdf", papers.sign_sheet_pdf, name="sign_sheet_pdf"),
    path("<int:pk>/attendance.pdf", papers.attendance_pdf, name="attendance_pdf"),
    path("<int:pk>/cards/", papers.cards_print, name="cards_print"),
    path("<int:pk>/seats/", seats.meeting_seats, name="meeting_seats"),
    path("<int:pk>/seats/propose/", seats.seats_propose, name="seats_propose"),
    path("<int:pk>/seats/move/", seats.seat_move, name="seat_move"),
    path("<int:pk>/seats/<slug:paper>.pdf", seats.seats_pdf, name="seats_pdf"),
]
