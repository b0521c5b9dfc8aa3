"""The desk's address."""

from django.urls import path

from cppcc.desk import pages

app_name = "desk"
urlpatterns = [path("", pages.home, name="home")]
