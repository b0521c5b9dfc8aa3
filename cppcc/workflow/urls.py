"""Addresses of sittings and of a matter's changes."""

from django.urls import path

from cppcc.workflow import pages

app_name = "workflow"
urlpatterns = [
    path("sittings/", pages.sitting_list, name="sitting_list"),
    path("sittings/new/", pages.sitting_create, name="sitting_create"),
    path("sittings/<int:pk>/", pages.sitting_detail, name="sitting_detail"),
    path("sittings/<int:pk>/add/", pages.sitting_add, name="sitting_add"),
    path("changes/<slug:kind>/<int:pk>/", pages.matter_changes, name="matter_changes"),
]
