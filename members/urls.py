"""Addresses of members."""

from django.urls import path

from members import ledger_urls
from members.pages import duty, expert, figures, group, imports, member, norms, sealed, term

app_name = "members"

urlpatterns = [
    path("", member.member_list, name="member_list"),
    path("new/", member.member_new, name="member_new"),
    path("<int:pk>/", member.member_detail, name="member_detail"),
    path("<int:pk>/edit/", member.member_edit, name="member_edit"),
    path("<int:pk>/change/<slug:kind>/", member.member_change, name="member_change"),
    path("<int:pk>/leave/", member.member_leave, name="member_leave"),
    path("<int:pk>/return/", member.member_return, name="member_return"),
    path("<int:pk>/photo/", member.member_photo, name="member_photo"),
    path("<int:pk>/picture.jpg", member.member_picture, name="member_picture"),
    path("<int:pk>/history/", member.member_history, name="member_history"),
    path("<int:pk>/unmask/", sealed.member_unmask, name="member_unmask"),
    path("<int:pk>/sealed/", sealed.sealed_edit, name="sealed_edit"),
    path("affiliations/<int:pk>/", member.affiliation_edit, name="affiliation_edit"),
    path("affiliations/<int:pk>/remove/", member.affiliation_remove, name="affiliation_remove"),
    path("figures/", figures.member_figures, name="member_figures"),
    path("figures/<slug:kind>.svg", figures.member_chart, name="member_chart"),
    path("import/", imports.roster_upload, name="roster_upload"),
    path("import/template/", imports.roster_template, name="roster_template"),
    path("import/<int:pk>/", imports.roster_preview, name="roster_preview"),
    path("terms/", term.term_sectors, name="term_sectors"),
    path("terms/compare/", term.term_compare, name="term_compare"),
    path("terms/<int:number>/end/", term.term_end, name="term_end"),
    path("experts/", expert.expert_list, name="expert_list"),
    path("experts/new/", expert.expert_new, name="expert_new"),
    path("experts/suggest/", expert.expert_suggest, name="expert_suggest"),
    path("experts/<int:pk>/", expert.expert_edit, name="expert_edit"),
    path("links/", duty.link_home, name="link_home"),
    path("links/<slug:kind>/", duty.link_list, name="link_list"),
    path("links/<slug:kind>/new/", duty.link_new, name="link_new"),
    path("links/edit/<int:pk>/", duty.link_edit, name="link_edit"),
    path("duties/", duty.duty_list, name="duty_list"),
    path("duties/new/", duty.duty_new, name="duty_new"),
    path("duties/<int:pk>/", duty.duty_edit, name="duty_edit"),
    path("leaders/", norms.leader_attendance, name="leader_attendance"),
    path("stations/", duty.station_list, name="station_list"),
    path("stations/new/", duty.station_new, name="station_new"),
    path("stations/<int:pk>/", duty.station_edit, name="station_edit"),
    path("groups/", group.group_list, name="group_list"),
    path("groups/new/", group.group_new, name="group_new"),
    path("groups/<int:pk>/", group.group_detail, name="group_detail"),
    path("groups/<int:pk>/edit/", group.group_edit, name="group_edit"),
    path("groups/<int:pk>/join/", group.group_join, name="group_join"),
    path("groups/<int:pk>/money/", group.group_money, name="group_money"),
    *ledger_urls.urlpatterns,
]
