"""Addresses of long work."""

from django.urls import path

from cppcc.jobs import pages

app_name = "jobs"

urlpatterns = [
    path("", pages.job_list, name="job_list"),
    path("<int:pk>/", pages.job_detail, name="job_detail"),
]
