"""Addresses of consultation."""

from django.urls import path

from consultation.pages import adoption, consultation_form, imports, plan, solicitation, suggestion, topic

app_name = "consultation"
urlpatterns = [
    path("plans/", plan.plan_list, name="plan_list"),
    path("plans/new/", plan.plan_create, name="plan_create"),
    path("plans/<int:year>/", plan.plan_detail, name="plan_detail"),
    path("plans/<int:year>/edit/", plan.plan_edit, name="plan_edit"),
    path("plans/<int:year>/targets/", plan.plan_targets, name="plan_targets"),
    path("plans/<int:year>/year/", plan.plan_year, name="plan_year"),
    path("plans/<int:year>/chart.svg", plan.plan_chart, name="plan_chart"),
    path("plans/<int:year>/versions/", plan.plan_versions, name="plan_versions"),
    path("plans/<int:year>/share/", plan.plan_share, name="plan_share"),
    path("plans/<int:year>/unshare/", plan.plan_unshare, name="plan_unshare"),
    path("plans/<int:year>/topics/new/", topic.topic_create, name="topic_create"),
    path("plans/<int:year>/move/<slug:name>/", plan.plan_move, name="plan_move"),
    path("topics/", topic.topic_list, name="topic_list"),
    path("topics/<int:pk>/", topic.topic_detail, name="topic_detail"),
    path("topics/<int:pk>/edit/", topic.topic_edit, name="topic_edit"),
    path("topics/<int:pk>/move/<slug:name>/", topic.topic_move, name="topic_move"),
    path("import/<slug:kind>/template/", imports.import_template, name="import_template"),
    path("import/<slug:kind>/<int:pk>/", imports.import_upload, name="import_upload"),
    path("import/batch/<int:pk>/preview/", imports.import_preview, name="import_preview"),
    path("solicitations/", solicitation.solicitation_list, name="solicitation_list"),
    path("solicitations/new/", solicitation.solicitation_create, name="solicitation_create"),
    path("solicitations/<int:pk>/", solicitation.solicitation_detail, name="solicitation_detail"),
    path("solicitations/<int:pk>/edit/", solicitation.solicitation_edit, name="solicitation_edit"),
    path("solicitations/<int:pk>/move/<slug:name>/", solicitation.solicitation_move, name="solicitation_move"),
    path("solicitations/<int:pk>/sent/", solicitation.addressee_sent, name="addressee_sent"),
    path("solicitations/<int:pk>/add/", solicitation.addressee_add, name="addressee_add"),
    path("solicitations/<int:pk>/none/", solicitation.addressee_none, name="addressee_none"),
    path("solicitations/<int:pk>/link/", solicitation.addressee_link, name="addressee_link"),
    path("solicitations/<int:pk>/suggest/", suggestion.suggestion_create, name="suggestion_create"),
    path("solicitations/<int:pk>/consolidate/", suggestion.suggestion_consolidate, name="suggestion_consolidate"),
    path("suggestions/", suggestion.suggestion_list, name="suggestion_list"),
    path("suggestions/<int:pk>/", suggestion.suggestion_detail, name="suggestion_detail"),
    path("suggestions/<int:pk>/edit/", suggestion.suggestion_edit, name="suggestion_edit"),
    path("suggestions/<int:pk>/move/<slug:name>/", suggestion.suggestion_move, name="suggestion_move"),
    path("answer/<str:token>/", suggestion.answer_link, name="answer_link"),
    path("adoptions/", adoption.adoption_list, name="adoption_list"),
    path("adoptions/<int:pk>/", adoption.adoption_detail, name="adoption_detail"),
    path("adoptions/<int:pk>/move/<slug:name>/", adoption.adoption_move, name="adoption_move"),
    path("forms/", consultation_form.form_list, name="form_list"),
    path("forms/<int:pk>/", consultation_form.form_detail, name="form_detail"),
]
