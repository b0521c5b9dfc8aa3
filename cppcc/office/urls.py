"""Addresses of the ground."""

from django.urls import path

from cppcc.office import pages

app_name = "office"
urlpatterns = [
    path("regulations/", pages.regulation_list, name="regulation_list"),
    path("regulations/<slug:key>/", pages.regulation_detail, name="regulation_detail"),
]
